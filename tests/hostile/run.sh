#!/bin/sh
# Nothing that a stranger sends reaches a terminal, a report or a log but as printable text: the program
# looks at domains whose every string holds every control character, C1, bidi controls and octets that
# are no UTF-8 (server.c, policies.c), and all that it writes is searched for them.
#   run.sh MXSCOPE SERVER SCREEN_RUNNER
# Policies come from port 443, which only a network of one's own lends; where none is allowed, the last
# line says that they were left out.
set -u
program=$(realpath "$1") server=$(realpath "$2") runner=$(realpath "$3")

spaces=--net
[ "$(id -u)" -eq 0 ] || spaces='--user --map-root-user --net'
# shellcheck disable=SC2086
if [ -z "${HOSTILE_SPACE:-}" ] && unshare $spaces true 2>/dev/null; then
	HOSTILE_SPACE=own exec unshare $spaces sh "$0" "$@"
fi
[ -z "${HOSTILE_SPACE:-}" ] || PATH=$PATH:/usr/sbin:/sbin ip link set lo up

work=$(mktemp -d) || exit 1
cd "$work" || exit 1
export HOME="$work" XDG_CONFIG_HOME="$work" XDG_STATE_HOME="$work" LC_ALL=C.UTF-8
failures=0

mkfifo stop
"$server" <stop >places &
served=$!
exec 9>stop
trap 'exec 9>&-; wait $served; rm -rf "$work"' EXIT
until grep -qs '^ready$' places; do
	kill -0 $served || exit 1
	sleep 0.05
done
dns=$(sed -n 's/^dns //p' places)
words=$(sed -n 's/^mail words //p' places)
sed -n 's/^mail //p' places >mails
sed -n 's/^policy //p' places >policies

fail()
{
	echo "FAILED: $*"
	failures=$((failures + 1))
}

# clean FILE WHAT: no byte below 0x20 but LF, no DEL, no C1, no bidi control, nothing that is no UTF-8 -
# and the hostile bytes did arrive, as text.
clean()
{
	bad='[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c'
	[ -s "$1" ] || fail "$2: nothing was written"
	LC_ALL=C grep -aqP "$bad" "$1" && fail "$2: $(LC_ALL=C grep -aoP "$bad" "$1" | od -An -tx1 | head -1)"
	iconv -f UTF-8 -t UTF-8 "$1" >converted 2>&1 || fail "$2: not UTF-8"
	grep -qF '\x1b' "$1" || grep -qF '\027' "$1" || fail "$2: the hostile bytes did not arrive"
}

# look PORT ARGUMENT...: the program at the hostile domain.
look()
{
	port=$1
	shift
	"$program" --server "127.0.0.1@$dns" --port "$port" --allow-special --no-dnssec --no-history \
	    --no-config --timeout 5 --dns-timeout 3 "$@" 2>err
}

# All that a report can be, of every mail server.
while read -r name port; do
	alias=
	[ "$name" = words ] && alias=alias.hostile.example # a second visit to one address has to wait
	for form in text markdown json; do
		# shellcheck disable=SC2086
		look "$port" --report=$form --trace log --rcpt a@hostile.example $alias >out
		clean out "--report=$form, mail server $name"
		clean log "--trace, mail server $name"
		[ -s err ] && clean err "standard error, mail server $name"
	done
	jq -r '.. | strings' out >words.txt || fail "the report is no JSON"
	clean words.txt "strings in the JSON, mail server $name"
	printf '%s\n' wait walk next next next next next next back 'view transcript' \
	    'view certificates' 'view hex' 'view findings' 'dig odd.hostile.example HINFO' wait \
	    'save out.md' 'copy report' quit |
	    TERM=dumb look "$port" --plain --rcpt a@hostile.example >out
	clean out "--plain, mail server $name"
	clean out.md "save, mail server $name"
	rm -f out.md
done <mails

# Every policy host, and what is told of its reply.
if [ -s policies ]; then
	names=$(cut -d' ' -f1 policies)
	for form in text markdown json; do
		# shellcheck disable=SC2086
		look "$words" --ca-file root.pem --report=$form --trace log $names >out
		clean out "--report=$form, policies"
		clean log "--trace, policies"
	done
	jq -r '.. | strings' out >words.txt || fail "the report is no JSON"
	clean words.txt "strings in the JSON, policies"
	while read -r name shows; do
		jq -r "select(.domain == \"$name\") | .sts.error // \"-\"" out >told
		grep -qF -e "$shows" told || fail "the policy of $name is told so: $(cat told)"
	done <policies
	for name in $names; do
		printf '%s\n' wait 'view posture' 'view findings' "explain $name" walk next next quit |
		    TERM=dumb look "$words" --ca-file root.pem --plain "$name" >out
		clean out "--plain, policy of $name"
	done
fi

# The interface: the runner of screen stories watches every byte that goes to the terminal.
# tell PORT WHAT ARGUMENT...: plays the story, which is the standard input.
tell()
{
	port=$1 what=$2
	shift 2
	{
		echo "size 160x60"
		echo "start --server 127.0.0.1@$dns --port $port --allow-special --no-dnssec --no-history" \
		    "--no-config --timeout 5 $*"
		cat
		printf '%s\n' 'type ":quit\r"' 'exit 0' restored
	} >story.test
	"$runner" "$program" story.test >told 2>&1 || { fail "the interface, $what"; tail -60 told; }
}

while read -r name port; do
	tell "$port" "mail server $name" --rcpt a@hostile.example <<'END'
expect "hostile.example"
type ":wait\r"
type "T"
expect "connected"
type "G"
type ":view hex\r"
expect "Octets"
key Esc
type "C"
type "G"
key Esc
type "M"
key Esc
type "B"
key Esc
type ":view findings\r"
type "G"
key Esc
type "w"
type "nnnnnnnn"
key Esc
key Esc
resize 80x24
type ":wait\r"
resize 40x12
type ":screen screen.txt\r"
END
done <mails
tell "$words" records a@hostile.example <<'END'
expect "hostile.example"
type ":dig hostile.example TXT\r"
expect "v=spf1"
key Esc
type ":dig hostile.example MX\r"
key Esc
type ":dig odd.hostile.example CAA\r"
expect "CAA"
key Esc
type ":dig odd.hostile.example HINFO\r"
expect "HINFO"
key Esc
type ":dig odd.hostile.example TYPE65280\r"
expect "TYPE65280"
key Esc
type ":dig _25._tcp.mx.hostile.example TLSA\r"
expect "TLSA"
key Esc
type ":lookup alias.hostile.example\r"
expect "alias.hostile.example"
type ":wait\r"
END
while read -r name shows; do
	[ "$shows" = - ] && shows="MTA-STS enforce"
	tell "$words" "policy of $name" --ca-file "$work/root.pem" "$name" <<END
type ":wait\r"
type ":view posture\r"
expect "MTA-STS"
key Esc
type ":view findings\r"
key Esc
type "w"
type "nnnnnnnn"
END
done <policies

[ $failures -eq 0 ] || exit 1
[ -s policies ] || echo "hostile: policies were left out: port 443 cannot be had here"
echo "hostile: no byte of a stranger reaches terminal, report or log but as text"

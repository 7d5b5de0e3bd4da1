#!/bin/sh
# Nothing that a stranger sends reaches a terminal, a report or a log but as printable text: the program
# looks at a domain whose every string holds every control character, C1, bidi controls and octets that
# are no UTF-8 (server.c), and all that it writes is searched for them.
#   run.sh MXSCOPE SERVER SCREEN_RUNNER
set -u
program=$(realpath "$1") server=$(realpath "$2") runner=$(realpath "$3")
work=$(mktemp -d) || exit 1
cd "$work" || exit 1
export HOME="$work" XDG_CONFIG_HOME="$work" XDG_STATE_HOME="$work" LC_ALL=C.UTF-8
failures=0

mkfifo stop
"$server" <stop >ports &
served=$!
exec 9>stop
trap 'exec 9>&-; wait $served; rm -rf "$work"' EXIT
while [ ! -s ports ]; do
	kill -0 $served || exit 1
	sleep 0.05
done
read -r dns words certificate <ports

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

for port in $words $certificate; do
	for form in text markdown json; do
		look "$port" --report=$form --trace log --rcpt a@hostile.example alias.hostile.example >out
		clean out "--report=$form, port $port"
		clean log "--trace, port $port"
		[ -s err ] && clean err "standard error, port $port"
	done
	jq -r '.. | strings' out >strings || fail "the report is no JSON"
	clean strings "strings in the JSON, port $port"
done

# The interface: the runner of screen stories watches every byte that goes to the terminal.
for port in $words $certificate; do
	cat >story.test <<END
size 160x60
start --server 127.0.0.1@$dns --port $port --allow-special --no-dnssec --no-history --no-config --timeout 5 --rcpt a@hostile.example
expect "hostile.example"
expect "\\\\x1b"
type "T"
expect "EHLO "
type "G"
type ":view hex\r"
expect "32 32 30 20 6d 78"
key Esc
type "C"
type "G"
key Esc
type "M"
key Esc
type "B"
key Esc
type ":dig hostile.example TXT\r"
expect "v=spf1"
key Esc
type ":dig hostile.example MX\r"
key Esc
type ":view findings\r"
type "G"
key Esc
type ":lookup alias.hostile.example\r"
expect "alias.hostile.example"
resize 80x24
type ":wait\r"
resize 40x12
type ":screen screen.txt\r"
type ":quit\r"
exit 0
restored
END
	"$runner" "$program" story.test >told 2>&1 || { fail "the interface, port $port"; tail -60 told; }
done

[ $failures -eq 0 ] || exit 1
echo "hostile: no byte of a stranger reaches terminal, report or log but as text"

#!/bin/sh
# Inside a network namespace: nsd serves the zones of zones.sh, one unbound resolves without a thought for
# DNSSEC, another one validates. Each question of `cases` is asked from mxscope and from delv, which both
# validate for themselves what the first one gives, and from the second. Prints one line a case, and
# ends with status 1 when a status is not what the table says.
#   compare.sh MXSCOPE WORK
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1 work=$2
server=127.53.0.1 resolver=127.53.0.2 validator=127.53.0.3

# wait_for WHAT COMMAND...: until the command succeeds, ten seconds at most.
wait_for()
{
	what=$1
	shift
	tries=100
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "chains: $what did not come up:"; tail -20 "$work/log"; exit 1; }
		sleep 0.1
	done
}

# unbound_settings ADDRESS MODULES [LINE...]
unbound_settings()
{
	cat <<END
server:
	interface: $1
	module-config: "$2"
	directory: "$work"
	pidfile: ""
	username: ""
	chroot: ""
	use-syslog: no
	do-daemonize: no
	do-not-query-localhost: no
	root-hints: "$work/hints"
	aggressive-nsec: no
	qname-minimisation: no
	local-zone: "test." nodefault
	access-control: 0.0.0.0/0 allow
END
	shift 2
	printf '\t%s\n' "$@"
	printf 'remote-control:\n\tcontrol-enable: no\n'
}

ip link set lo up
mkdir "$work/zones"
sh "$here/zones.sh" "$work/zones" $server >"$work/log" 2>&1 ||
    { echo "chains: the zones cannot be made:"; tail -5 "$work/log"; exit 1; }
printf '. 3600 NS ns.root-servers.\nns.root-servers. 3600 A %s\n' $server >"$work/hints"
{
	printf 'server:\n\tip-address: %s\n\tzonesdir: "%s/zones"\n\tdatabase: ""\n' $server "$work"
	printf '\tpidfile: ""\n\tusername: ""\n\txfrdir: "%s"\n\tzonelistfile: "%s/list"\n' "$work" "$work"
	printf '\tserver-count: 1\nremote-control:\n\tcontrol-enable: no\n'
	for file in "$work"/zones/*.zone; do
		zone=$(basename "$file" .zone)
		[ "$zone" != root ] || zone=.
		[ "$zone" != edited ] || continue
		case $zone in old | good | stray) continue ;; esac
		printf 'zone:\n\tname: "%s"\n\tzonefile: "%s"\n' "$zone" "$(basename "$file")"
	done
} >"$work/nsd.conf"
nsd -d -c "$work/nsd.conf" >>"$work/log" 2>&1 &
unbound_settings $resolver iterator >"$work/resolver.conf"
unbound_settings $validator 'validator iterator' "trust-anchor-file: \"$work/zones/anchor\"" >"$work/validator.conf"
unbound -d -c "$work/resolver.conf" >>"$work/log" 2>&1 &
unbound -d -c "$work/validator.conf" >>"$work/log" 2>&1 &
wait_for nsd timeout 1 drill -Q @$server . SOA
wait_for 'the resolver' sh -c "timeout 1 drill @$resolver base.test MX | grep -q NOERROR"
wait_for 'the validator' sh -c "timeout 1 drill @$validator base.test MX | grep -q NOERROR"

# --- what each says --------------------------------------------------------------------------------

# What unbound's answer with DO says: AD is secure, SERVFAIL bogus, anything else insecure.
ask_unbound()
{
	drill -D @$validator "$1" MX 2>&1 | awk '
		/rcode: SERVFAIL/ { status = "bogus" }
		/^;; flags:.* ad/ { status = "secure" }
		END { print status ? status : "insecure" }'
}

# What delv says of each set of the answer: the worst counts.
ask_delv()
{
	delv @$resolver -a "$work/zones/anchor.delv" +root=. +cdflag "$1" MX 2>&1 | awk '
		/resolution failed/ && !/ncache/ { bogus = 1 }
		/unsigned answer/ || /negative response, unsigned/ { insecure = 1 }
		/fully validated/ { secure = 1 }
		END { print bogus ? "bogus" : insecure ? "insecure" : secure ? "secure" : "nothing" }'
}

sed '/^#/d; /^ *$/d; s/ *| */|/g' "$here/cases" >"$work/cases"
cut -d'|' -f1 "$work/cases" >"$work/names"
# The list is asked for at once, as a report asks for many domains.
"$program" --report=json --no-probe --no-history --no-config --server $resolver \
    --trust-anchor "$work/zones/anchor" "@$work/names" >"$work/report" 2>"$work/err" || :
jq -r '[.domain, .mx.outcome, .mx.dnssec] | join("|")' "$work/report" >"$work/ours"

failed=0 differing=0 count=0
printf '%-28s %-9s %-9s %-9s %-9s %s\n' question outcome mxscope unbound delv case
while IFS='|' read -r name outcome status what peer why; do
	count=$((count + 1))
	ours=$(grep "^$name|" "$work/ours") || ours="$name|nothing|nothing"
	unbound=$(ask_unbound "$name") delv=$(ask_delv "$name")
	mark=
	[ "$ours" = "$name|$outcome|$status" ] || mark='  <- mxscope'
	for theirs in "$unbound" "$delv"; do
		[ "$theirs" = "$status" ] && continue
		if [ -n "$peer" ] && [ "$theirs" = "$peer" ]; then
			differing=$((differing + 1))
			what="$what: $why"
		else
			mark="$mark  <- peers"
		fi
	done
	[ -z "$mark" ] || failed=$((failed + 1))
	ours=${ours#*|}
	printf '%-28s %-9s %-9s %-9s %-9s %s%s\n' "$name" "${ours%|*}" "${ours#*|}" "$unbound" "$delv" "$what" "$mark"
done <"$work/cases"

if [ $failed -gt 0 ]; then
	echo "chains: $failed of $count cases failed"
	cat "$work/err"
	exit 1
fi
echo "chains: $count cases, the same status from mxscope, unbound and delv; $differing explained differences"

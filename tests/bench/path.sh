#!/bin/sh
# The critical path of one domain: from Enter to the last address on the screen, with every packet to
# the name server 20 and 100 ms on its way, in each direction. The longest chain of round trips is two:
# the MX records, then the addresses of all exchanges at once; with validation the DNSKEY and DS records
# are asked for at the same time. What else runs on the machine counts too, unless the bench goes before
# it: chrt -f 10 make bench-path.
#   path.sh MXSCOPE PTY_BENCH DELAY CACHE [RUNS]
set -eu
program=$(realpath "$1") pty=$(realpath "$2") delay=$(realpath "$3")
mkdir -p "$4"
cache=$(realpath "$4") runs=${5:-5}
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
port=5397
work=$(mktemp -d)
servers=
trap 'for pid in $servers; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

nsd=${NSD:-$(command -v nsd || true)}
if [ -z "$nsd" ]; then
	why=$(sh "$here/../peers/fetch.sh" "$cache" nsd unbound) || {
		echo "skipped: $why"
		exit 0
	}
	nsd=$cache/roots/nsd/usr/sbin/nsd
	LD_LIBRARY_PATH=$(find "$cache/roots" -type d -path '*/usr/lib/*-linux-gnu' | tr '\n' ':')
	export LD_LIBRARY_PATH
fi

# A domain with three exchanges; the last one's address ends in .33.
cat >"$work/path.zone" <<END
\$ORIGIN path.test.
\$TTL 3600
@ SOA ns admin 1 3600 600 86400 300
@ NS ns
ns A 127.0.0.1
@ MX 10 mx1
@ MX 20 mx2
@ MX 30 mx3
mx1 A 192.0.2.31
mx2 A 192.0.2.32
mx3 A 192.0.2.33
END
signed=
if command -v ldns-keygen >/dev/null && command -v ldns-signzone >/dev/null; then
	cd "$work"
	key=$(ldns-keygen -a ECDSAP256SHA256 -k path.test)
	ldns-signzone -f "$work/signed.zone" path.zone "$key" && signed=yes
	cp "$key.ds" anchor
	cd - >/dev/null
fi
[ -n "$signed" ] || cp "$work/path.zone" "$work/signed.zone"
cat >"$work/nsd.conf" <<END
server:
	ip-address: 127.0.0.1@$port
	username: ""
	chroot: ""
	zonesdir: "$work"
	pidfile: "$work/nsd.pid"
	database: ""
	logfile: "$work/nsd.log"
	xfrdfile: ""
	zonelistfile: "$work/nsd.zones"
	server-count: 1
remote-control:
	control-enable: no
zone:
	name: path.test
	zonefile: signed.zone
END
"$nsd" -d -c "$work/nsd.conf" >/dev/null 2>&1 &
servers="$servers $!"
export HOME="$work" XDG_CONFIG_HOME="$work" XDG_STATE_HOME="$work" TERM=xterm

# measure NAME MILLISECONDS OPTION...: one line, with the ratio to two round trips.
measure()
{
	name=$1 ms=$2
	shift 2
	took=$("$pty" answer "$runs" "path.test$(printf '\r')" 192.0.2.33 "$program" \
	    --no-history --no-config --no-probe --allow-special -s "127.0.0.1@$((port + ms))" "$@") || {
		echo "  $name: the last address did not come"
		return 0
	}
	awk -v name="$name" -v ms="$ms" -v took="$took" 'BEGIN {
		chain = 2 * 2 * ms
		printf "  %-18s %4d ms each way   chain %4d ms   Enter to last address %7.1f ms   ratio %.3f\n",
		    name, ms, chain, took, chain ? took / chain : 0
	}'
}

echo "Critical path: from Enter to the last of three exchanges' addresses (80x24, median of $runs)"
for ms in 20 100; do
	"$delay" "127.0.0.1@$((port + ms))" "127.0.0.1@$port" "$ms" &
	servers="$servers $!"
	measure 'without DNSSEC' "$ms" --no-dnssec
	[ -z "$signed" ] || measure 'validated' "$ms" --trust-anchor "$work/anchor"
done

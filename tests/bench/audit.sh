#!/bin/sh
# The critical path of an audit, from the MX question to the answer to QUIT inside TLS, of a domain with five
# exchanges at the far end of a wire that delays every packet (wire.c): against the round trips that nobody
# can avoid, and against dig and posttls-finger, one host after the other.
#   audit.sh MXSCOPE WIRE FAR DELAY CACHE [RUNS]
# The unavoidable chain: MX, A, connect, greeting, EHLO, STARTTLS, TLS 1.3, EHLO, QUIT: nine round trips.
set -eu
PATH=$PATH:/usr/sbin:/sbin
if [ "${1:-}" != inside ]; then
	[ "$(id -u)" -eq 0 ] && [ -c /dev/net/tun ] || {
		echo "skipped: a wire needs root and /dev/net/tun"
		exit 0
	}
	exec unshare --net --mount --pid --fork --kill-child --mount-proc sh "$0" inside "$@"
fi
program=$(realpath "$2") wire=$(realpath "$3") far=$(realpath "$4") delay=$(realpath "$5")
mkdir -p "$6"
cache=$(realpath "$6") runs=${7:-5}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" XDG_CONFIG_HOME="$work" XDG_STATE_HOME="$work"
unset SSL_CERT_FILE SSL_CERT_DIR # the platform's own store
rounds=9 hosts='1 2 3 4 5'

finger=
if why=$(sh "$here/../peers/fetch.sh" "$cache" postfix 2>&1) && command -v dig >/dev/null; then
	finger=$(find "$cache/roots" -name posttls-finger -type f | head -1)
	libraries=$(find "$cache/roots" -type d \( -path '*/usr/lib/*-linux-gnu' -o -path '*/usr/lib/postfix' \) | tr '\n' ':')
	mkdir "$work/postfix"
	printf 'inet_protocols = ipv4\nmyhostname = probe.example\nmail_owner = daemon\nsetgid_group = games\n' >"$work/postfix/main.cf"
else
	echo "without the comparison: $why"
fi

# by_hand: what one would type: MX, A and AAAA of each exchange, then each exchange in turn.
by_hand()
{
	dig +short @10.9.0.53 five.example MX >"$work/mx"
	for n in $hosts; do
		dig +short @10.9.0.53 mx$n.five.example A >>"$work/a"
		dig +short @10.9.0.53 mx$n.five.example AAAA >>"$work/a"
	done
	for n in $hosts; do
		MAIL_CONFIG=$work/postfix LD_LIBRARY_PATH=$libraries "$finger" -c -l may -L summary \
		    "[10.9.0.$n]:25" >>"$work/finger" 2>&1 || true
	done
}

# median: the middle one of the numbers read.
median()
{
	sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}

ip link set lo up
for ms in 20 100; do
	unshare --net sh -c "ip link set lo up; '$far' & sleep infinity" >"$work/far" &
	there=$!
	while [ ! -s "$work/far" ]; do sleep 0.05; done
	read -r names <"$work/far"
	"$wire" $ms $there wire$ms >"$work/ready" &
	between=$!
	while [ ! -s "$work/ready" ]; do sleep 0.05; done
	ip address add 10.9.9.1/16 dev wire$ms
	ip link set wire$ms up
	for n in $hosts 53; do nsenter -t $there -n ip address add 10.9.0.$n/16 dev wire$ms; done
	nsenter -t $there -n ip link set wire$ms up
	nsenter -t $there -n "$delay" 10.9.0.53@53 "127.0.0.1@$names" 0 &
	until dig +short +tries=1 +time=1 @10.9.0.53 five.example MX | grep -q mx1; do sleep 0.1; done
	for run in $(seq "$runs"); do
		"$program" --report=json --server 10.9.0.53 --allow-special --no-dnssec --no-history -4 five.example \
		    >"$work/report" || true
		jq .elapsed_ms "$work/report"
		jq -e '[.exchanges[].addresses[].probe | .outcome == "accepting" and .tls.version == "TLSv1.3"] | length == 5 and all' \
		    "$work/report" >/dev/null || { echo "the audit is not whole" >&2; cat "$work/report" >&2; }
	done | median >"$work/ours"
	ours=$(cat "$work/ours")
	awk -v ms=$ms -v ours="$ours" -v rounds=$rounds 'BEGIN { chain = rounds * 2 * ms
		printf "%3d ms each way: chain %4d ms, mxscope %6.0f ms, ratio %.3f\n", ms, chain, ours, ours / chain }'
	if [ -n "$finger" ]; then
		begun=$(date +%s%N)
		by_hand
		took=$((($(date +%s%N) - begun) / 1000000))
		awk -v ours="$ours" -v took=$took 'BEGIN {
			printf "                  dig and posttls-finger in turn %6d ms, %.1f times as long\n", took, took / ours }'
	fi
	[ -n "${SHOW:-}" ] && { cat "$work/finger"; jq -c ".exchanges[].addresses[].probe.timing" "$work/report"; }
	kill $between $there
	wait $between $there 2>/dev/null || true
	: >"$work/far"
	: >"$work/ready"
done

#!/bin/sh
# Very many questions, against an nsd and an unbound of this run: how many a second, how much CPU for
# one, how much memory - beside dnsperf, massdns, adnshost and `dig -f`, round by round.
#   bulk.sh MXSCOPE RESOLVE_BENCH MEASURE CACHE [ROUNDS [NAMES]]
# The servers are unpacked from packages into CACHE, not installed; they listen on the loopback of a
# network namespace, or on a high port where none is allowed. A tool that is missing has no row.
set -eu
program=$(realpath "$1") engine=$(realpath "$2") measure=$(realpath "$3")
mkdir -p "$4"
cache=$(realpath "$4") rounds=${5:-5} names=${6:-20000}
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin

# The servers, and the libraries that they bring.
nsd=${NSD:-$(command -v nsd || true)} unbound=${UNBOUND:-$(command -v unbound || true)}
if [ -z "$nsd" ] || [ -z "$unbound" ]; then
	why=$(sh "$here/../peers/fetch.sh" "$cache" nsd unbound) || {
		echo "skipped: $why"
		exit 0
	}
	nsd=$cache/roots/nsd/usr/sbin/nsd unbound=$cache/roots/unbound/usr/sbin/unbound
	LD_LIBRARY_PATH=$(find "$cache/roots" -type d -path '*/usr/lib/*-linux-gnu' | tr '\n' ':')
	export LD_LIBRARY_PATH
fi
export NSD="$nsd" UNBOUND="$unbound"

# Once more, inside a namespace in which port 53 is ours (adnshost knows no other).
if [ -z "${BULK_PORT:-}" ]; then
	BULK_PORT=5399
	export BULK_PORT
	spaces=--net
	[ "$(id -u)" -eq 0 ] || spaces='--user --map-root-user --net'
	# shellcheck disable=SC2086
	if unshare $spaces ip link set lo up 2>/dev/null; then
		BULK_PORT=53
		exec unshare $spaces sh -c 'ip link set lo up; exec sh "$@"' - \
		    "$here/bulk.sh" "$program" "$engine" "$measure" "$cache" "$rounds" "$names"
	fi
fi
port=$BULK_PORT
work=$(mktemp -d)
massdns=${MASSDNS:-$(command -v massdns || true)}
servers=

# Ends the servers of this run.
stop_servers()
{
	for pid in $servers; do
		kill "$pid" 2>/dev/null || true
	done
	wait 2>/dev/null || true
	servers=
}
trap 'stop_servers; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Servers run on one core and clients on another, where there are two; before all else on the machine,
# where that is allowed, for other work would be measured with them.
on_server= on_client=
if [ "$(nproc)" -gt 1 ] && command -v taskset >/dev/null; then
	on_server='taskset -c 1' on_client='taskset -c 0'
fi
if chrt -r 5 true 2>/dev/null; then
	on_server="chrt -r 5 $on_server" on_client="chrt -r 5 $on_client"
fi

# A zone of so many mail domains, the questions about them, and the same names without types.
awk -v n="$names" -v work="$work" 'BEGIN {
	zone = work "/bench.zone"
	print "$ORIGIN bench.test.\n$TTL 3600\n@ SOA ns admin 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1" >zone
	for (i = 0; i < n; i++) {
		printf "d%d MX 10 mx1.d%d\nd%d MX 20 mx2.d%d\nd%d A 192.0.2.%d\nmx1.d%d A 198.51.100.%d\nmx2.d%d A 203.0.113.%d\n",
		    i, i, i, i, i, i % 250, i, i % 250, i, i % 250 >zone
		printf "d%d.bench.test MX\nmx1.d%d.bench.test A\nmx2.d%d.bench.test A\n", i, i, i >(work "/questions")
		printf "d%d.bench.test\nmx1.d%d.bench.test\nmx2.d%d.bench.test\n", i, i, i >(work "/names")
		printf "d%d.bench.test\n", i >(work "/domains")
	}
}'
sed 's/ .*/ A/' "$work/questions" >"$work/addresses"
head -3000 "$work/addresses" >"$work/some"
head -3000 "$work/names" >"$work/some-names"
head -1 "$work/questions" >"$work/one"
count=$((3 * names))

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
	receive-buffer-size: 4194304
	rrl-ratelimit: 0
remote-control:
	control-enable: no
zone:
	name: bench.test
	zonefile: bench.zone
END
cat >"$work/unbound.conf" <<END
server:
	interface: 127.0.0.2@$port
	chroot: ""
	username: ""
	directory: "$work"
	pidfile: "$work/unbound.pid"
	use-syslog: no
	logfile: "$work/unbound.log"
	do-not-query-localhost: no
	module-config: "iterator"
	num-threads: 1
	so-rcvbuf: 4m
	num-queries-per-thread: 4096
	outgoing-range: 8192
	msg-cache-size: 256m
	rrset-cache-size: 256m
	access-control: 127.0.0.0/8 allow
	local-zone: "test." nodefault
remote-control:
	control-enable: no
stub-zone:
	name: bench.test
	stub-addr: 127.0.0.1@$port
END

# await ADDRESS: until it answers.
await()
{
	tries=0
	until "$engine" "$1@$port" 1 "$work/one" | grep -q 'answered 1 of 1'; do
		tries=$((tries + 1))
		if [ "$tries" -gt 2000 ]; then
			echo "skipped: no server answers at $1@$port"
			exit 0
		fi
	done
}

start_nsd()
{
	$on_server "$nsd" -d -c "$work/nsd.conf" >/dev/null 2>&1 &
	servers="$servers $!"
	await 127.0.0.1
}

start_unbound()
{
	$on_server "$unbound" -d -c "$work/unbound.conf" >/dev/null 2>&1 &
	resolver=$!
	servers="$servers $resolver"
	await 127.0.0.2
}

# A cold cache is one of a new process.
restart_unbound()
{
	kill "$resolver"
	wait "$resolver" 2>/dev/null || true
	start_unbound
}

# row NAME COUNT FILE COMMAND...: measures it, adds "NAME RATE USER SYSTEM RSS" to the rows.
row()
{
	name=$1 questions=$2 input=$3
	shift 3
	# shellcheck disable=SC2086
	status=0
	figures=$("$measure" "$questions" $on_client "$@" <"$input") || status=$?
	if [ "$status" -lt 64 ]; then
		echo "$name $figures" >>"$work/rows"
	else
		echo "  $name ended with status $status"
	fi
}

# One round of all tools against ADDRESS; before each of them COMMAND is run.
round()
{
	server=$1 window=$2 before=$3
	echo "$server:$port" >"$work/resolvers"
	if command -v dnsperf >/dev/null; then
		$before
		row dnsperf "$count" /dev/null \
		    dnsperf -s "$server" -p "$port" -d "$work/addresses" -n 1 -q "$window" -c 4 -T 1
	fi
	$before
	row resolver "$count" /dev/null "$engine" "$server@$port" "$window" "$work/addresses"
	if [ -n "$massdns" ]; then
		$before
		row massdns "$count" /dev/null "$massdns" -r "$work/resolvers" --root -t A \
		    -s "$window" -o S -w /dev/null "$work/names"
	fi
	if [ "$port" = 53 ] && command -v adnshost >/dev/null; then
		$before
		row adnshost 3000 "$work/some-names" adnshost --config "nameserver $server" -a -ta -f
	fi
	if command -v dig >/dev/null; then
		$before
		row dig-f 3000 /dev/null dig "@$server" -p "$port" -f "$work/some"
	fi
}

# Prints the medians of the rows, and of the ratios to dnsperf and massdns in the same round.
table()
{
	printf '  %-10s %12s %10s %12s %10s %10s\n' "$1" questions/s 'CPU us' 'RSS KiB' '/dnsperf' '/massdns'
	awk '
	function median(list, n,   i, j, t, a) {
		split(list, a, " ")
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
		return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
	}
	{
		if (!($1 in seen)) { order[++tools] = $1; seen[$1] = 0 }
		k = ++seen[$1]
		rates[$1] = rates[$1] " " $2; cpu[$1] = cpu[$1] " " ($3 + $4); rss[$1] = rss[$1] " " $5
		rate[$1, k] = $2
	}
	function ratio(tool, other,   k, list, n) {
		for (k = 1; k <= seen[tool]; k++)
			if ((other, k) in rate) { list = list " " rate[tool, k] / rate[other, k]; n++ }
		return n ? sprintf("%.2f", median(list, n)) : "-"
	}
	END {
		for (i = 1; i <= tools; i++) {
			t = order[i]
			printf "  %-10s %12d %10.2f %12d %10s %10s\n", t, median(rates[t], seen[t]),
			    median(cpu[t], seen[t]), median(rss[t], seen[t]), ratio(t, "dnsperf"), ratio(t, "massdns")
		}
	}' "$work/rows"
	: >"$work/rows"
}

start_nsd
start_unbound
: >"$work/rows"
echo "Bulk: $count questions for addresses, $rounds rounds, medians (server and clients on a core each)"
for window in 100 500; do
	echo
	for n in $(seq "$rounds"); do
		round 127.0.0.1 "$window" true
	done
	table "nsd, $window"
done
echo
round 127.0.0.2 500 true
: >"$work/rows"
for n in $(seq "$rounds"); do
	round 127.0.0.2 500 true
done
table 'unbound warm'
echo
round 127.0.0.2 500 restart_unbound
table 'unbound cold'
command -v dnsperf >/dev/null || echo '  dnsperf is not here'
[ -n "$massdns" ] || echo '  massdns is not here (Debian has no package of it; MASSDNS=PATH names one)'
command -v adnshost >/dev/null || echo '  adnshost is not here'

echo
echo "The whole program: mxscope --report --no-probe of $names domains (rates are domains a second)"
for form in text json; do
	row "$form" "$names" /dev/null "$program" --report=$form --no-probe --no-history --no-config \
	    --no-dnssec -s "127.0.0.1@$port" "@$work/domains"
done
table 'nsd'

# --- a list by the program itself -----------------------------------------------------------
# Every domain of the zone through unbound, by the DNS alone; then the same killed in the middle, and gone
# on with: no name may be missing, none told of twice.
: >"$work/rows"
restart_unbound
report="$program --report=json --no-probe --no-dnssec --no-history --server 127.0.0.2@$port"
# shellcheck disable=SC2086
row report-cold "$names" /dev/null sh -c "exec $report @$work/domains >$work/cold.json"
row report-warm "$names" /dev/null sh -c "exec $report @$work/domains >$work/warm.json"
echo
echo "The report on $names names by the DNS alone, through unbound (a name is several questions):"
awk '{ printf "  %-12s %8d names/s %10.2f us of CPU a name %8d KiB at most\n", $1, $2, $3 + $4, $5 }' "$work/rows"
wc -l "$work/cold.json" "$work/warm.json" | awk 'NR < 3 { print "  " $1 " lines" }'
: >"$work/killed.json"
$report "@$work/domains" >>"$work/killed.json" &
killed=$!
while [ "$(wc -l <"$work/killed.json")" -lt $((names / 2)) ]; do kill -0 $killed; done
kill -9 $killed
wait $killed 2>/dev/null || :
half=$(wc -l <"$work/killed.json")
$report --resume "$work/killed.json" "@$work/domains" >>"$work/killed.json" || :
sed 's/^{"schema":1,"name":"\([^"]*\)".*/\1/' "$work/killed.json" | sort >"$work/told"
sort "$work/domains" >"$work/wanted"
if cmp -s "$work/told" "$work/wanted"; then
	echo "  killed after $half lines and gone on with: every name once"
else
	echo "FAIL killed after $half lines and gone on with: $(comm -3 "$work/told" "$work/wanted" | wc -l) names differ"
	exit 1
fi

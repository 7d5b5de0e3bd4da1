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

. "$here/servers.sh"

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

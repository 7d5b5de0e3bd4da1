#!/bin/sh
# A long list by the program itself: every domain of a zone through unbound, by the DNS alone - how many
# a second, how much memory at most - beside dnsperf and massdns asking the same questions. Then the
# same list is killed in the middle and gone on with: no name may be missing, none told of twice.
#   lists.sh MXSCOPE RESOLVE_BENCH MEASURE CACHE [ROUNDS [NAMES]]
# Servers and namespace are those of servers.sh.
set -eu
program=$(realpath "$1") engine=$(realpath "$2") measure=$(realpath "$3")
mkdir -p "$4"
cache=$(realpath "$4") rounds=${5:-3} names=${6:-100000}
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin

. "$here/servers.sh"

memory_max=65536 # KiB
report="$program --report=json --no-probe --no-dnssec --no-history --no-config --allow-special --server 127.0.0.2@$port"

# The questions that the program asks, from its own log, each once: NAME TYPE.
gather_questions()
{
	$report --trace "$work/trace" "@$work/domains" >"$work/first.json" || :
	sed -n 's/^ *[0-9.]* net  *\([^ ]*\) \([A-Z]*\) -> .*/\1 \2/p' "$work/trace" | sort -u >"$work/asked"
	rm "$work/trace"
	mkdir "$work/types"
	awk -v into="$work/types/" '{ print $1 >(into $2) }' "$work/asked"
}

# massdns asks for one type a run: one after the other.
all_types()
{
	echo 'for list in "$2"/types/*; do "$1" -r "$2/resolvers" --root -q -t "${list##*/}" -s 500 -o S -w /dev/null "$list"; done'
}

# One round: what each of them makes of the names, each with what unbound keeps from before.
round()
{
	# shellcheck disable=SC2086
	row report "$names" /dev/null sh -c "exec $report @$work/domains >$work/warm.json"
	if command -v dnsperf >/dev/null; then
		row dnsperf "$names" /dev/null dnsperf -s 127.0.0.2 -p "$port" -d "$work/asked" -n 1 -q 500 -c 4 -T 1
	fi
	if [ -n "$massdns" ]; then
		row massdns "$names" /dev/null sh -c "$(all_types)" - "$massdns" "$work"
	fi
}

# The list is killed when half of it is told of, and gone on with.
kill_and_resume()
{
	: >"$work/killed.json"
	$report "@$work/domains" >>"$work/killed.json" &
	killed=$!
	while [ "$(wc -l <"$work/killed.json")" -lt $((names / 2)) ]; do kill -0 $killed; done
	kill -9 $killed
	wait $killed 2>/dev/null || :
	half=$(wc -l <"$work/killed.json")
	$report --resume "$work/killed.json" "@$work/domains" >>"$work/killed.json" || :
}

# The names that are told of, with what is of the list and not told of once.
check_names()
{
	jq -r .name "$1" | sort >"$work/told"
	comm -3 "$work/told" "$work/wanted" | wc -l
}

start_nsd
start_unbound
: >"$work/rows"
echo "127.0.0.2:$port" >"$work/resolvers"
sort "$work/domains" >"$work/wanted"

# shellcheck disable=SC2086
row cold "$names" /dev/null sh -c "exec $report @$work/domains >$work/cold.json"
gather_questions
for n in $(seq "$rounds"); do
	round
done
echo "$names names by the DNS alone, through unbound; $(wc -l <"$work/asked") different questions"
awk '{ printf "  %-8s %8d names/s %10.2f us of CPU a name %8d KiB at most\n", $1, $2, $3 + $4, $5 }' "$work/rows"

failed=0
for file in cold warm; do
	wrong=$(check_names "$work/$file.json")
	[ "$wrong" -eq 0 ] || { echo "FAIL $file: $wrong names missing or told of twice"; failed=1; }
	wrong=$(jq -r .verdict "$work/$file.json" | grep -vc '^\(deliver\|warn\)$' || :)
	[ "$wrong" -eq 0 ] || { echo "FAIL $file: $wrong names are not deliverable"; failed=1; }
done
most=$(awk '$1 == "cold" || $1 == "report" { if ($5 > most) most = $5 } END { print most }' "$work/rows")
[ "$most" -lt $memory_max ] || { echo "FAIL $most KiB of memory; at most $memory_max were expected"; failed=1; }
kill_and_resume
wrong=$(check_names "$work/killed.json")
if [ "$wrong" -eq 0 ]; then
	echo "  killed after $half lines and gone on with: every name once"
else
	echo "FAIL killed after $half lines and gone on with: $wrong names missing or told of twice"
	failed=1
fi
exit $failed

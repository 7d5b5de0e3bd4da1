#!/bin/sh
# Long lists: parts of a list make the whole, a report that was killed goes on where it stopped, and what
# comes through a pipe is told of as it comes.
# usage: lists.sh PROGRAM
set -u
program=$1
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
failures=0

fail() {
	printf 'FAIL %s\n' "$*"
	failures=$((failures + 1))
}

# same FILE FILE...: the names of the reports are those of the list, each once
same() {
	list=$1
	shift
	cat "$@" | jq -r .name | sort >"$out/got"
	sort "$list" | cmp -s - "$out/got"
}

seq -f 'n%.0f.example' 1 3000 >"$out/list"
report="$program --lab -n --report=json --no-history"

# --- parts ---
for part in 1 2 3; do
	$report --shard $part/3 "@$out/list" >"$out/part.$part" 2>"$out/err"
	[ "$(wc -l <"$out/part.$part")" -eq 1000 ] || fail "part $part of 3 has not a third of the names"
done
same "$out/list" "$out"/part.* || fail "three parts do not make the whole"

# --- killed, and gone on with ---
# The kill comes when some lines are there; the tail is cut in the middle of a line besides.
rounds=0
while [ $rounds -lt 5 ]; do
	rounds=$((rounds + 1))
	: >"$out/resumed"
	mkfifo "$out/pipe.$rounds"
	$report "@$out/list" >"$out/pipe.$rounds" 2>"$out/err" &
	pid=$!
	{
		head -n $((rounds * 400)) >"$out/resumed"
		kill -9 $pid
	} <"$out/pipe.$rounds"
	wait $pid 2>"$out/err"
	printf '{"schema":1,"name":"n2999.exam' >>"$out/resumed"
	$report --resume "$out/resumed" "@$out/list" >>"$out/resumed" 2>"$out/err"
	same "$out/list" "$out/resumed" || fail "resumed after $((rounds * 400)) lines: a name is missing or told of twice"
done
$report --resume "$out/resumed" "@$out/list" >"$out/nothing" 2>"$out/err"
[ -s "$out/nothing" ] && fail "a whole report was gone on with"
# names that need escapes, and lines that are no name, are held too
printf 'a"b\\c..x\n"quoted"@three-mx.example\nb\303\274cher.example\n\001\n' >"$out/odd"
$report "@$out/odd" >"$out/odd.json" 2>"$out/err"
[ "$(wc -l <"$out/odd.json")" -eq 4 ] || fail "odd names: four lines expected"
$report --resume "$out/odd.json" "@$out/odd" >"$out/nothing" 2>"$out/err"
[ -s "$out/nothing" ] && fail "odd names are asked again: $(cat "$out/nothing")"
# an output that is none
$report --resume "$out/list" a.example >"$out/nothing" 2>"$out/err"
[ $? -eq 64 ] || fail "resume from something else: exit status"
grep -q 'Expected the output' "$out/err" || fail "resume from something else: $(cat "$out/err")"

# --- compared with an earlier report ---
# The same once more is as expected, whatever its verdict; without STARTTLS at one of them it is not.
$program --lab --seed 1 --no-history --report=json three-mx.example null-mx.example >"$out/before" 2>"$out/err"
[ $? -eq 3 ] || fail "a report without --expect: exit status"
$program --lab --seed 1 --no-history --report=json --expect "$out/before" three-mx.example null-mx.example >"$out/now" 2>"$out/err"
[ $? -eq 0 ] || fail "as expected: exit status"
[ "$(jq -c .differences "$out/now" | sort -u)" = "[]" ] || fail "as expected, but: $(jq -c .differences "$out/now")"
jq -c '(.exchanges[1].addresses[0].probe.starttls) |= (if . then "not-offered" else null end)' "$out/before" >"$out/changed"
$program --lab --seed 1 --no-history --report --brief --expect "$out/changed" three-mx.example >"$out/now" 2>"$out/err"
[ $? -eq 5 ] || fail "changed: exit status"
grep -q 'CRITICAL.*backup mx2.three-mx.example \[192.0.2.11\] gained STARTTLS' "$out/now" || fail "changed: $(cat "$out/now")"
$program --lab --no-history --report --expect "$out/before" starttls-good.example >"$out/now" 2>"$out/err"
[ $? -eq 5 ] || fail "a name that was not expected: exit status"
$program --lab --no-history --report --expect "$out/absent" starttls-good.example >"$out/now" 2>"$out/err"
[ $? -eq 64 ] || fail "an expectation that is not there: exit status"
# a line that is longer than what is compared
jq -c '.padding = "x" * 1048576' "$out/before" >"$out/long"
$program --lab --seed 1 --no-history --report=json --expect "$out/long" three-mx.example >"$out/now" 2>"$out/err"
[ $? -eq 5 ] || fail "too long to be compared: exit status"
[ "$(jq -r '.differences[]' "$out/now")" = 'what was expected takes more than 1048576 octets, and is not compared' ] ||
	fail "too long to be compared: $(jq -c .differences "$out/now")"

# --- through a pipe ---
# The second name is written only when the first has been told of.
mkfifo "$out/in" "$out/told"
$report @- <"$out/in" >"$out/told" 2>"$out/err" &
pid=$!
exec 3>"$out/in" 4<"$out/told"
echo n1.example >&3
read -r first <&4
echo n2.example >&3
read -r second <&4
exec 3>&-
wait $pid
exec 4<&-
[ "$(printf '%s\n%s\n' "$first" "$second" | jq -r .name | tr '\n' ' ')" = "n1.example n2.example " ] ||
	fail "pipe: $first $second"

# --- lines that are no names ---
{ head -c 200000 /dev/zero | tr '\0' x; echo; echo n1.example; printf 'n2.example'; } >"$out/long"
$report "@$out/long" >"$out/long.json" 2>"$out/err"
[ "$(jq -r .verdict "$out/long.json" | sort | tr '\n' ' ')" = "bounce bounce bounce " ] ||
	fail "a very long line: three lines expected"

if [ "$failures" -gt 0 ]; then
	printf 'lists: %d failed\n' "$failures"
	exit 1
fi
echo "lists: parts, five kills, what was expected, a pipe, odd lines"

#!/bin/sh
# SIGINT in the middle of a list: every name is told of exactly once, what did not end as `not
# finished`, and the exit status is 130. Then a report that cannot be written.
# usage: interrupt.sh PROGRAM
set -u
program=$1
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
failures=0

fail() {
	printf 'FAIL %s\n' "$*"
	failures=$((failures + 1))
}

# A slow name among quick ones, and one that is none: slow.example drips its greeting for seconds.
i=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	echo "n$i.example"
done >"$out/list"
{ echo slow.example; cat "$out/list"; printf '\033[31m\377..test\n'; } >"$out/names"

# The signal comes as soon as the first line of output has been seen.
mkfifo "$out/pipe"
"$program" --lab -j 8 --report=json "@$out/names" >"$out/pipe" 2>"$out/err" &
pid=$!
{
	read -r first
	kill -INT "$pid"
	printf '%s\n' "$first"
	cat
} <"$out/pipe" >"$out/json"
wait "$pid"
status=$?
[ "$status" -eq 130 ] || fail "exit status $status, expected 130"
[ "$(jq -r .name "$out/json" | wc -l)" -eq 62 ] || fail "$(jq -r .name "$out/json" | wc -l) lines, expected 62"
[ -z "$(jq -r .name "$out/json" | sort | uniq -d)" ] || fail "names told of twice"
jq -e -s 'map(select(.name == "slow.example")) | .[0].reason == "not finished"' "$out/json" >"$out/shape" ||
	fail "slow.example is not marked as not finished"
jq -e -s 'map(.verdict == "inconclusive" or .reason != "not finished") | all' "$out/json" >"$out/shape" ||
	fail "a name that was not finished has a verdict"

"$program" --lab --report=json "@$out/list" >/dev/full 2>"$out/err"
status=$?
[ "$status" -eq 70 ] || fail "a report that cannot be written: exit status $status, expected 70"
[ "$(wc -l <"$out/err")" -eq 1 ] || fail "a report that cannot be written: one sentence expected"

if [ "$failures" -gt 0 ]; then
	printf 'interrupt: %d failed\n' "$failures"
	exit 1
fi
echo "interrupt: every name told of once"

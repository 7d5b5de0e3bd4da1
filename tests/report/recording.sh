#!/bin/sh
# Recordings: every scenario of the laboratory recorded, and played back to the same report, byte for byte,
# without a socket; cut off anywhere, still played; masked, without a name left.
# usage: recording.sh PROGRAM [STEP]     (cut at every STEP-th octet, 97; of one scenario)
set -u
program=$1
step=${2:-97}
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
failures=0

fail() {
	printf 'FAIL %s\n' "$*"
	failures=$((failures + 1))
}

lab() {
	"$program" --lab --seed 1 --timeout 1 --no-history "$@" 2>"$out/err"
}

# --- every scenario ---
lab --report=json --record "$out/all" >"$out/then"
status=$?
"$program" --report=json --replay "$out/all" >"$out/now" 2>"$out/err"
[ $? -eq $status ] || fail "the replay of all scenarios has another exit status"
cmp -s "$out/then" "$out/now" || fail "the replay of all scenarios has another report"
[ -s "$out/err" ] && fail "the replay says: $(cat "$out/err")"
for format in text markdown; do
	lab --report=$format --record "$out/form" three-mx.example gone.example >"$out/then"
	"$program" --report=$format --replay "$out/form" >"$out/now" 2>"$out/err"
	cmp -s "$out/then" "$out/now" || fail "$format: the replay has another report"
done
[ "$(stat -c %a "$out/all")" = 600 ] || fail "the recording can be read by others"

# --- no socket ---
if command -v strace >/dev/null; then
	strace -f -e trace=%network -o "$out/calls" "$program" --report=json --replay "$out/all" >"$out/now" 2>"$out/err"
	grep -qE '^[0-9]+ +(socket|connect|bind|sendto|recvfrom)\(' "$out/calls" && fail "the replay opened a socket: $(head -1 "$out/calls")"
fi

# --- names that are none, doubles, and a signal in the middle ---
printf 'a..b\nthree-mx.example\nThree-MX.example\n\033x\n' >"$out/list"
lab --report=json --record "$out/odd" "@$out/list" >"$out/then"
"$program" --report=json --replay "$out/odd" >"$out/now" 2>"$out/err"
cmp -s "$out/then" "$out/now" || fail "odd names: the replay has another report"
mkfifo "$out/pipe"
"$program" --lab --seed 1 --no-history --report=json --record "$out/cut" three-mx.example tarpit.example >"$out/pipe" 2>"$out/err" &
pid=$!
{
	read -r first
	kill -INT $pid
	printf '%s\n' "$first"
	cat
} <"$out/pipe" >"$out/then"
wait $pid
"$program" --report=json --replay "$out/cut" >"$out/now" 2>"$out/err"
[ $? -eq 130 ] || fail "interrupted: the replay has another exit status"
jq -c '[.name, .verdict, .reason]' "$out/then" >"$out/then.short"
jq -c '[.name, .verdict, .reason]' "$out/now" | cmp -s - "$out/then.short" || fail "interrupted: the replay has another report"

# --- cut off ---
lab --report=json --record "$out/one" three-mx.example >"$out/then"
length=$(wc -c <"$out/one")
at=$step
while [ "$at" -lt "$length" ]; do
	head -c "$at" "$out/one" >"$out/head"
	"$program" --report=json --replay "$out/head" >"$out/now" 2>"$out/err"
	status=$?
	case $status in
	0 | 130) ;;
	*) fail "cut at $at: exit status $status: $(cat "$out/err")" ;;
	esac
	# what lacks nothing but its last frames gives the whole report, and needs no excuse
	cmp -s "$out/then" "$out/now" || grep -q 'is cut off' "$out/err" || fail "cut at $at: not told: $(cat "$out/err")"
	at=$((at + step))
done

# --- damaged ---
printf 'MXSCOPE\032' >"$out/other"
head -c 64 /dev/zero >>"$out/other"
for file in "$out/list" "$out/other" "$out/absent" "$out"; do
	"$program" --report --replay "$file" >"$out/now" 2>"$out/err"
	[ $? -eq 64 ] || fail "$file: exit status"
	grep -q '^mxscope: The recording ' "$out/err" || fail "$file: $(cat "$out/err")"
done

# --- masked ---
lab --report=json --redact --record "$out/masked" user@three-mx.example starttls-expired.example >"$out/then"
for secret in three-mx starttls-expired user@ BEGIN; do
	grep -qa "$secret" "$out/masked" && fail "masked: $secret is in the recording"
done
"$program" --report=json --replay "$out/masked" >"$out/now" 2>"$out/err"
[ "$(jq -c '[.verdict, .status, (.exchanges | length), [.exchanges[].addresses[].probe.outcome]]' "$out/now")" = \
	"$(jq -c '[.verdict, .status, (.exchanges | length), [.exchanges[].addresses[].probe.outcome]]' "$out/then")" ] ||
	fail "masked: the replay has other verdicts: $(cat "$out/now" "$out/err")"

# local parts that are no words, and lines that are no names
printf '%s\n' '"zecret quoted"@three-mx.example' "zecret'x@three-mx.example" 'zecret/x=y@three-mx.example' '{zecret}x@three-mx.example' \
	'"a,zecret"@three-mx.example' .zecret@three-mx.example mailto:zecret@three-mx.example 'a zecret@three-mx.example' \
	'A Zecret <zecret@three-mx.example>' "z'q@three-mx.example" >"$out/list"
for format in json text markdown; do
	lab --report=$format --redact --rcpt --record "$out/masked" "@$out/list" >"$out/then"
	grep -qaiE "zecret|three-mx|z'q|z'user" "$out/masked" && fail "masked $format: $(strings "$out/masked" | grep -iE "zecret|three-mx|z'" | head -1) is in the recording"
	grep -iE "zecret|three-mx|z'" "$out/then" && fail "masked $format: a local part is in the report"
done
lab --report=json --redact --record "$out/masked" "@$out/list" >"$out/then"
"$program" --report=json --replay "$out/masked" >"$out/now" 2>"$out/err"
[ "$(jq -c '[.verdict, .status]' "$out/now")" = "$(jq -c '[.verdict, .status]' "$out/then")" ] ||
	fail "masked: the replay of odd local parts has other verdicts: $(cat "$out/err")"

if [ "$failures" -gt 0 ]; then
	printf 'recordings: %d failed\n' "$failures"
	exit 1
fi
echo "recordings: same reports, no socket, cut at every ${step}th of $length octets, masked"

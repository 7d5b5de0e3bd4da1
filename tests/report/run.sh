#!/bin/sh
# Reports in every form: JSON against its schema, text within its 72 columns, Markdown as one table and
# escaped, one line for monitoring, and nothing left of names and addresses after --redact.
# usage: run.sh PROGRAM
set -u
program=$1
here=$(dirname "$0")
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

# --- JSON ---
# Every scenario probed, by DNS alone, for another sender and masked; then what is no name.
lab --report=json >"$out/probed.json"
lab --report=json -n >"$out/dns.json"
lab --report=json --sender postfix >"$out/postfix.json"
lab --report=json --redact >"$out/masked.json"
printf 'a..b\nuser@three-mx.example\nuser@[192.0.2.10]\nuser@[IPv6:2001:db8:1::10]\nx@y@z\n\303\244.example\n' >"$out/list"
lab --report=json "@$out/list" >"$out/list.json"
python3 "$here/schema.py" "$out"/*.json >"$out/schema" || fail "$(cat "$out/schema")"
[ "$(cat "$out"/*.json | wc -l)" -ge 100 ] || fail "fewer than 100 results were checked"

# --- text ---
lab --report >"$out/text"
lab --report --redact >>"$out/text"
lab --report "a-very-long-name-that-goes-on-and-on.with-many-labels-that-are-long-too.and-another-one.and-one-more.example" >>"$out/text"
[ "$(LC_ALL=C.UTF-8 wc -L <"$out/text")" -le 72 ] || fail "text: lines above 72 columns"
LC_ALL=C grep -q "$(printf '\342\224')" "$out/text" && fail "text: box drawing"

# --- Markdown ---
lab --report=markdown >"$out/markdown"
[ "$(grep -c '^## ' "$out/markdown")" -eq "$(wc -l <"$out/probed.json")" ] || fail "markdown: one heading a name"
grep '^|' "$out/markdown" | sed 's/\\|//g' | awk -F'|' 'NF != 9' | grep . && fail "markdown: rows of the table have seven cells"
lab --report=markdown hostile-greeting.example >"$out/hostile"
[ -s "$out/hostile" ] || fail "markdown: nothing about hostile-greeting"

# --- monitoring ---
lab --report=text --brief three-mx.example starttls-expired.example servfail.example null-mx.example >"$out/brief"
[ $? -eq 3 ] || fail "brief: exit status"
for word in OK WARNING UNKNOWN CRITICAL; do
	[ "$(grep -c "^MX $word - [^|]*| time=[0-9.]*s;;;0 " "$out/brief")" -eq 1 ] || fail "brief: $word"
done
[ "$(wc -l <"$out/brief")" -eq 4 ] || fail "brief: one line a name"
# a bar begins the numbers, wherever else it came from
echo 'a|b..example' >"$out/bar"
lab --report --brief "@$out/bar" >"$out/brief"
grep -q "^MX CRITICAL - a/b..example: [^|]*$" "$out/brief" || fail "brief: a bar in a name"
lab --report --brief gone.example no-mail.example >"$out/brief"
[ "$(grep -cE "^MX CRITICAL - [^|]*\\| time=[0-9.]+s;;;0 exchanges=[01];;;0 addresses=0;;;0 accepting=0;;;0 errors=[0-9]+;;;0 warnings=[0-9]+;;;0$" "$out/brief")" -eq 2 ] || fail "brief: no exchange"

# --- masks ---
for format in text json markdown; do
	lab --report=$format --redact user@three-mx.example domain-alias.example >"$out/masked"
	grep -E 'three-mx|domain-alias.example|192\.0\.2|198\.51\.100|2001:db8|user@' "$out/masked" && fail "$format: something is not masked"
	grep -q masked "$out/masked" || fail "$format: nothing is masked"
done
# the same name has one mask within an export, and another in the next
lab --report=json --redact three-mx.example three-mx.example >"$out/twice"
[ "$(jq -r .domain "$out/twice" | sort -u | wc -l)" -eq 1 ] || fail "masks of one name differ within an export"
lab --report=json --redact three-mx.example >>"$out/twice"
[ "$(jq -r .domain "$out/twice" | sort -u | wc -l)" -eq 2 ] || fail "two exports have the same masks"

if [ "$failures" -gt 0 ]; then
	printf 'reports: %d failed\n' "$failures"
	exit 1
fi
echo "reports: $(tail -1 "$out/schema"), text, Markdown, one line, masks"

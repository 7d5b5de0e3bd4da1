#!/bin/sh
# The report on every scenario of the laboratory, seen from outside: verdict, status, kind of MX, where the
# mail goes, exit status; then the shape of each JSON line against contract section 2.
# usage: report.sh PROGRAM
set -u
program=$1
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
failures=0

fail() {
	printf 'FAIL %s\n' "$*"
	failures=$((failures + 1))
}

# name | exit | verdict | status | kind | outcome of the first exchange | outcome of the first probe
while IFS='|' read -r name exit verdict status kind exchange probe; do
	case $name in '' | '#'*) continue ;; esac
	"$program" --lab --seed 1 --timeout 1 --report=json "$name" >"$out/json" 2>"$out/err"
	got_exit=$?
	got=$(jq -r '[.verdict, .status, .mx.kind, (.exchanges[0].outcome // "-"),
		(.exchanges[0].addresses[0].probe.outcome // "-")] | join("|")' "$out/json")
	want="$verdict|$status|$kind|$exchange|$probe"
	[ "$got_exit|$got" = "$exit|$want" ] || fail "$name: $got_exit|$got, expected $exit|$want"
	[ -s "$out/err" ] && fail "$name: standard error is not empty: $(cat "$out/err")"
done <<'TABLE'
three-mx.example|0|deliver|2.0.0|explicit|answer|accepting
equal-preference.example|0|deliver|2.0.0|explicit|answer|accepting
primary-down.example|0|deliver|2.0.0|explicit|answer|refused
primary-silent.example|0|deliver|2.0.0|explicit|answer|timeout
implicit-mx.example|0|deliver|2.0.0|implicit|answer|accepting
null-mx.example|3|bounce|5.1.10|null|-|-
no-mail.example|3|bounce|5.4.4|none|nodata|-
alias-exchange.example|1|warn|2.0.0|explicit|answer|accepting
unresolvable.example|1|warn|2.0.0|explicit|nxdomain|-
all-unresolvable.example|3|bounce|5.4.4|explicit|nxdomain|-
gone.example|3|bounce|5.4.4|none|-|-
servfail.example|2|inconclusive|4.4.3|error|-|-
rate-limited.example|1|warn|2.0.0|explicit|answer|inconclusive
port-25-filtered.example|2|inconclusive|4.4.1|explicit|answer|inconclusive
greeting-554.example|0|deliver|2.0.0|explicit|answer|rejecting
starttls-good.example|0|deliver|2.0.0|explicit|answer|accepting
starttls-expired.example|1|warn|2.0.0|explicit|answer|accepting
starttls-wrong-name.example|1|warn|2.0.0|explicit|answer|accepting
starttls-missing.example|1|warn|2.0.0|explicit|answer|accepting
null-mx-mixed.example|1|warn|2.0.0|explicit|null|-
mx-literal.example|1|warn|2.0.0|explicit|literal|-
localhost-mx.example|3|bounce|5.4.6|explicit|localhost|-
truncated.example|0|deliver|2.0.0|explicit|answer|accepting
posture.example|0|deliver|2.0.0|explicit|answer|accepting
ns-broken.example|0|deliver|2.0.0|explicit|answer|accepting
ns-differ.example|0|deliver|2.0.0|explicit|answer|accepting
unsigned.example|0|deliver|2.0.0|explicit|answer|accepting
opt-out.test|0|deliver|2.0.0|explicit|answer|accepting
dnssec-expired.example|2|inconclusive|4.4.3|error|-|-
dnssec-mismatch.example|2|inconclusive|4.4.3|error|-|-
dnssec-altered.example|1|warn|2.0.0|explicit|bogus|-
dnssec-denied.example|2|inconclusive|4.4.3|error|-|-
dane-good.example|0|deliver|2.0.0|explicit|answer|accepting
dane-mismatch.example|4|refuse|4.7.5|explicit|answer|accepting
dane-mismatch|4|refuse|4.7.5|explicit|answer|accepting
dane-rollover.example|0|deliver|2.0.0|explicit|answer|accepting
dane-unusable.example|1|warn|2.0.0|explicit|answer|accepting
dane-no-starttls.example|1|warn|2.0.0|explicit|answer|accepting
dane-lookup-fails.example|2|inconclusive|4.4.3|explicit|answer|accepting
dane-insecure-mx.example|1|warn|2.0.0|explicit|answer|accepting
dane-alias.example|1|warn|2.0.0|explicit|answer|accepting
sts-enforce.example|0|deliver|2.0.0|explicit|answer|accepting
sts-testing.example|1|warn|2.0.0|explicit|answer|accepting
sts-backup.example|1|warn|2.0.0|explicit|answer|accepting
sts-refused.example|4|refuse|4.7.5|explicit|answer|accepting
sts-unreachable.example|1|warn|2.0.0|explicit|answer|accepting
sts-invalid.example|1|warn|2.0.0|explicit|answer|accepting
TABLE

# What the domain says in TXT, and the names of its addresses.
while IFS='~' read -r name filter want; do
	case $name in '' | '#'*) continue ;; esac
	got=$("$program" --lab --seed 1 --timeout 1 --report=json "$name" 2>"$out/err" | jq -c "$filter")
	[ "$got" = "$want" ] || fail "$name: $filter is $got, expected $want"
done <<'TABLE'
posture.example~[.spf.outcome,.spf.all,.dmarc.outcome,.dmarc.policy,.tlsrpt.outcome]~["present","-all","present","reject","present"]
posture.example~.tlsrpt.rua~["mailto:tls@posture.example","https://report.posture.example/v1"]
posture-broken.example~[.spf.outcome,.dmarc.outcome,.tlsrpt.outcome]~["multiple","malformed","malformed"]
posture-broken.example~[.exchanges[0].addresses[]|.fcrdns]~[false,false]
posture-broken.example~[.exchanges[0].addresses[]|.ptr]~[[],["other.posture-broken.example"]]
posture-broken.example~[.findings[].id]|map(select(startswith("ptr")))~["ptr-missing","ptr-mismatch"]
three-mx.example~[.exchanges[].addresses[].fcrdns]|unique~[true]
three-mx.example~.exchanges[0].addresses[0].ptr~["mx1.three-mx.example"]
three-mx.example~.spf.outcome~"absent"
dane-good.example~[.exchanges[0].tlsa|.outcome,.dnssec,.base,.usable]~["answer","secure","mx1.dane-good.example",1]
dane-good.example~[.exchanges[].addresses[].probe.dane]~["verified","verified"]
dane-mismatch.example~[.exchanges[].addresses[].probe|.outcome,.tls.chain,.dane]~["accepting","trusted","failed"]
dane-mismatch.example~[.findings[].id]|map(select(startswith("dane")))~["dane-mismatch"]
dane-rollover.example~[.exchanges[0].tlsa.usable,.exchanges[0].addresses[0].probe.dane]~[2,"verified"]
dane-unusable.example~[.exchanges[0].tlsa|.records[0][0:6],.usable]~["1 1 1 ",0]
dane-unusable.example~[.exchanges[].addresses[].probe.dane]~["unusable"]
dane-unusable.example~[.findings[].id]|map(select(startswith("dane")))~["dane-unusable"]
dane-no-starttls.example~[.exchanges[].addresses[].probe|.starttls,.dane]~["not-offered","failed","ok","none"]
dane-lookup-fails.example~[.exchanges[0].tlsa.outcome,.exchanges[0].addresses[0].probe.dane]~["servfail","error"]
dane-insecure-mx.example~[.exchanges[].addresses[].probe.dane]~["insecure","insecure"]
dane-insecure-mx.example~[.findings[].id]|map(select(startswith("dane")))~["dane-insecure-mx"]
dane-alias.example~[.exchanges[0]|.alias[0],.tlsa.base,.addresses[0].probe.dane]~["real.dane-alias.example","real.dane-alias.example","verified"]
sts-enforce.example~[.sts|.outcome,.mode,.id,.max_age,.mx]~["valid","enforce","20261101T000000",604800,["*.sts-enforce.example"]]
sts-enforce.example~[.exchanges[].sts]~["match"]
sts-enforce.example~.tlsrpt.rua~["mailto:tls-reports@sts-enforce.example"]
sts-testing.example~[.sts.mode,.verdict,(.findings[]|select(.id=="sts-mismatch").severity)]~["testing","warn","warning"]
sts-backup.example~[.exchanges[].sts]~["match","mismatch"]
sts-backup.example~[.findings[].id]|map(select(startswith("sts")))~["sts-backup-mismatch"]
sts-unreachable.example~[.sts.outcome,(.sts.error|contains("has expired"))]~["unreachable",true]
sts-invalid.example~[.sts.outcome,.sts.error]~["invalid","the field \"max_age\" is missing"]
unsigned.example~[.sts.outcome,.exchanges[0].tlsa,.exchanges[0].addresses[0].probe.dane]~["none",null,"none"]
TABLE

# The shape: every scenario in one run, one line each, each field of the right type.
"$program" --lab --seed 1 --timeout 1 --report=json >"$out/all" 2>"$out/err"
[ $? -eq 4 ] || fail "all scenarios: a policy refuses some of them, so the exit status is 4"
jq -e -s 'length > 12 and (map(.name) | unique | length) == length' "$out/all" >"$out/shape" ||
	fail "all scenarios: one line a name"
while IFS='|' read -r what filter; do
	jq -e -s "map($filter) | all" "$out/all" >"$out/shape" || fail "shape: $what"
done <<'SHAPE'
schema|.schema == 1
time|(.time | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"))
elapsed|(.elapsed_ms | type) == "number"
verdict|(.verdict | IN("deliver", "warn", "inconclusive", "bounce", "refuse"))
status|(.status | test("^[245]\\.[0-9]{1,3}\\.[0-9]{1,3}$"))
reason is a sentence|(.reason | test("^[A-Za-z0-9\u00a1-\uffff].*[.]$"))
domain is an A-label|(.domain | test("^[a-z0-9.-]+$"))
dnssec|(.mx.dnssec | IN("secure", "insecure", "bogus", "indeterminate"))
bogus is an outcome|((.mx.dnssec == "bogus") == (.mx.outcome == "bogus"))
findings|(.findings | type) == "array"
finding|([.findings[] | (.id | type) == "string" and (.severity | IN("error", "warning", "info"))] | all)
exchanges in order|([.exchanges[].order] == [range(1; (.exchanges | length) + 1)])
attempts in order|([.exchanges[].addresses[].order | select(. != null)] | . == [range(1; length + 1)])
preferences ascend|([.exchanges[].preference] | . == sort)
answer order holds all|(.mx.kind != "explicit" or ((.mx.answer_order | sort) == ([.exchanges[].exchange] | sort)))
outcomes|([.exchanges[].addresses[].probe.outcome] | map(IN("accepting", "deferring", "rejecting", "refused", "unreachable", "timeout", "closed", "reset", "protocol-error", "tls-failed", "skipped", "inconclusive")) | all)
nothing unprintable|([.. | strings | test("[\u0000-\u001f\u007f-\u009f]")] | any | not)
SHAPE

if [ "$failures" -gt 0 ]; then
	printf 'report: %d failed\n' "$failures"
	exit 1
fi
echo "report: every scenario as expected"

#!/bin/sh
# Pictures of every view: of real runs in the laboratory, in three sizes and three themes, to be looked
# at. usage: views.sh PROGRAM RUNNER FOLDER [VIEW...]
set -eu
program=$1 runner=$2 folder=$3
shift 3
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# view|domains|what is awaited before it is opened|what opens it|what it then shows
table='panes|three-mx.example primary-down.example dane-mismatch.example null-mx.example gone.example|Mail |:focus mx|try
loading|primary-silent.example|connect|:focus mx|try
empty||Laboratory|q|Type a domain
prompt|three-mx.example|Mail |:lookup nu\x09|null-mx
help|three-mx.example|Mail |?|Keys
scenarios||Laboratory||three mail servers
map|primary-down.example|✓ Mail |:view map|Routing map
posture|posture-broken.example|Mail |:view posture|SPF
compare|ns-differ.example|Mail |:compare|1 of 4
trace|unsigned.example|Mail |:trace|answer
dig|three-mx.example|Mail |:dig three-mx.example MX|NOERROR
watch|three-mx.example|Mail |:watch 1m|in 0:5
history|three-mx.example|Mail |:view history|History
findings|posture-broken.example|Mail |:view findings|Findings
transcript|hostile-greeting.example|Mail |:view transcript|Transcript
hex|hostile-greeting.example|Mail |:view hex|Octets
timeline|primary-down.example|✓ Mail |:view timeline|Timeline
capabilities|three-mx.example|Mail |:view capabilities|Capabilities
certificates|starttls-expired.example|Mail |:view certificates|Certificates
chain|dnssec-mismatch.example|dnssec-mismatch|:view chain|Chain
senders|primary-down.example|✓ Mail |:view senders|Postfix
what-if|three-mx.example|Mail |:what-if pref:10 down|Pretended pref
zone|three-mx.example|Mail |:view zone|IN
simulate|equal-preference.example|Mail |:simulate 10000|10000 deliveries
explain|primary-down.example|✓ Mail |:explain mx-alias|mx-alias
why|primary-down.example|✓ Mail |:why mx1.primary-down.example|mx1
lessons|three-mx.example|Mail |:view lessons|Lessons
clock|primary-down.example|✓ Mail |:clock primary down 09:00 15:00|Pretended
walk|primary-down.example|✓ Mail |:walk|step 1
lesson|three-mx.example|Mail |:lesson preference|preference
palette|three-mx.example|Mail |\x10whi|what-if'

# story VIEW DOMAINS BEFORE KEYS AFTER SIZE THEME: one picture
story() {
	printf 'size %s\n' "$6"
	case $7 in light) printf 'env COLORFGBG "0;15"\n' ;; esac
	printf 'start --lab --seed 1 --no-history --no-config --theme %s %s\n' "$7" "$2"
	printf 'expect "%s"\n' "$3"
	case $4 in
	:*x09) printf 'type "%s"\n' "$4" ;;
	:*) printf 'type "%s\\r"\n' "$4" ;;
	?*) printf 'type "%s"\n' "$4" ;;
	esac
	[ -z "$5" ] || printf 'expect "%s"\n' "$5"
	printf 'picture "%s" "%s"\n' "$1-$6-$7.svg" "$1"
}

printf "%s\n" "$table" | while IFS='|' read -r view domains before keys after; do
	case " ${*:-$view} " in *" $view "*) ;; *) continue ;; esac
	for size in ${SIZES:-120x40 80x24 40x12}; do
		for theme in ${THEMES:-default light high-contrast}; do
			story "$view" "$domains" "$before" "$keys" "$after" "$size" "$theme" >"$work/story"
			PICTURES=$folder "$runner" "$program" "$work/story" </dev/null >"$work/log" ||
				{ echo "$view $size $theme"; cat "$work/log"; }
		done
	done
done

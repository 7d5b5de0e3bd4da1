#!/bin/sh
# The command line from outside: what cannot be used is answered by one sentence on standard error, the exit
# status of contract.md and nothing on standard output; what can be used by what it promises.
#   cli.sh MXSCOPE
set -u
program=$(realpath "$1") readme=$(realpath README.md)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work" XDG_CONFIG_HOME="$work" XDG_STATE_HOME="$work" LC_ALL=C.UTF-8
passed=0 failed=0

# verdict WHAT OK: counts, and shows what failed.
verdict()
{
	if [ "$2" = ok ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "FAILED: $1: $2"
	sed 's/^/  out: /' out
	sed 's/^/  err: /' err
}

# refused PATTERN ARGUMENT...: one sentence that matches, status 64, no output, no terminal needed.
refused()
{
	pattern=$1
	shift
	setsid -w "$program" "$@" <input >out 2>err
	status=$?
	result=ok
	[ $status -eq 64 ] || result="exit status $status, expected 64"
	[ ! -s out ] || result='something on standard output'
	[ "$(wc -l <err)" -eq 1 ] || result="$(wc -l <err) lines on standard error, expected one"
	grep -q -- "$pattern" err || result="expected \"$pattern\""
	verdict "mxscope $*" "$result"
}

# reports STATUS FILTER ARGUMENT...: a JSON report with this exit status that the jq filter finds true.
reports()
{
	wanted=$1 filter=$2
	shift 2
	"$program" --lab --seed 1 --no-history --report=json "$@" <input >out 2>err
	status=$?
	result=ok
	[ $status -eq "$wanted" ] || result="exit status $status, expected $wanted"
	jq -s -e "$filter" out >jq.out 2>&1 || result="not true: $filter"
	[ ! -s err ] || result='something on standard error'
	verdict "mxscope --lab --report=json $*" "$result"
}

: >input
long=$(printf '%0300d' 0)
printf 'style accent red default\nstyle nothing red default\n' >wrong.theme
printf 'frobnicate\n' >commands
echo 'not a certificate' >bad.pem

refused 'no option --frobnicate' --frobnicate
refused 'no option -x' -x
refused 'expects an argument' --port
refused '--trace expects an argument, FILE' --trace= a.example
refused '--theme expects an argument, NAME|FILE' --theme '' a.example
refused 'expects the name of a list' --report @
refused 'port' --port 0 a.example
refused 'port' --port 65536 a.example
refused 'port' --port 25x a.example
refused 'takes no argument' --no-probe=yes a.example
refused 'text or json' --report=xml a.example
refused 'at least one domain' --report
refused 'IP address' --server 1.2.3 a.example
refused 'trust-anchor missing: the file cannot be read' --trust-anchor missing --report a.example
refused 'trust-anchor commands: ' --trust-anchor commands --report a.example
refused 'IP address' --server ns.example a.example
refused 'timeout' --timeout 0 a.example
refused 'timeout' --timeout soon a.example
refused 'dns-timeout' --dns-timeout -1 a.example
refused 'jobs' --jobs 0 a.example
refused 'connections' --connections 513 a.example
refused 'seed' --seed x a.example
refused 'rfc5321, postfix, exim' --sender courier a.example
refused 'exclude' -4 -6 a.example
refused 'no scenario' --lab=nosuch
refused 'server' --lab --server 192.0.2.53 a.example
refused 'prefix' --allow-special=10.0.0.0/33 a.example
refused 'helo' --helo 'two words' a.example
refused 'from expects an address' --from nobody --rcpt a@a.example
refused 'cannot be read' @missing
refused 'cannot be read' --report @missing
refused 'certificate' --report --ca-file bad.pem a.example
refused 'missing.pem' --report --ca-file missing.pem a.example
refused '63' --report "$long"
refused 'empty' --report a..example
refused 'empty' --report .example
refused 'domain' --report 'a@b@c'
refused 'domain' --report ''
refused 'line 2' --theme wrong.theme --lab
refused 'nosuch' --theme nosuch --lab
refused 'cannot be written' --trace missing/log a.example
refused 'no terminal' --lab
refused 'no terminal' --lab --history /dev/null/history.db three-mx.example
refused 'for the interface' --lab --report --script commands three-mx.example
refused 'for the interface' --lab --report --config commands three-mx.example
refused 'for the interface' --lab --report --theme light three-mx.example

# full ARGUMENT...: where nothing more can be written, that is one sentence and the exit status of a failure.
full()
{
	"$program" "$@" <input >/dev/full 2>err
	status=$?
	: >out
	result=ok
	[ $status -eq 70 ] || result="exit status $status, expected 70"
	[ "$(wc -l <err)" -eq 1 ] || result="$(wc -l <err) lines on standard error, expected one"
	grep -q 'cannot be written: No space' err || result='expected a sentence with the reason'
	verdict "mxscope $* >/dev/full" "$result"
}
full --help
full --version
full --manual 1
full --manual 5
full --completion bash
full --write-config=-
full --lab --report three-mx.example

# plain SCRIPT PATTERN ARGUMENT...: commands on a pipe, and what is said to them; a pattern behind a ! is not said.
plain()
{
	commands=$1 pattern=$2
	shift 2
	printf '%s\nquit\n' "$commands" | "$program" --plain --lab "$@" >out 2>err
	status=$?
	result=ok
	[ $status -eq 0 ] || result="exit status $status, expected 0"
	[ ! -s err ] || result='something on standard error'
	case $pattern in
	!*) grep -q -- "${pattern#!}" out && result="said \"${pattern#!}\"" ;;
	*) tr -s '\n ' ' ' <out | grep -q -- "$pattern" || result="expected \"$pattern\"" ;;
	esac
	verdict "mxscope --plain $* <<$commands" "$result"
}
printf '\357\273\277set seed 7\n' >marked
# the lesson of README.md, as it is copied
sed -n '/^    # a comment/,/^$/s/^    //p' "$readme" >ours.lesson
plain 'lesson ours.lesson
wait' 'Lesson: Two servers step 1 of 2 Text of the step' --no-config
plain 'view frob' 'help views. lists every NAME' --no-config
plain 'lookup null-mx.example
wait
note hello' 'is kept until the program ends' --no-config --no-history
plain 'lookup null-mx.example
wait
pin' 'is pinned until the program ends' --no-config
plain 'lookup null-mx.example
wait
note hello' 'null-mx.example is kept[.]' --no-config --history note.db
plain 'lookup null-mx.example
wait
walk
next
next
next
next
next' 'This is the last step: ' --no-config
plain 'set' 'seed 7' --config marked
plain 'set' '!Error' --config marked
plain 'set' 'seed 7' --no-config --script marked

plain 'lookup port-25-filtered.example
wait
view map' 'port-filtered ◀ waits here' --no-config --timeout 1
LC_ALL=C "$program" --lab --no-history --no-config --report bücher.example >out 2>err
result=ok
grep -q 'Mail to xn--bcher-kva.example goes' out || result='expected A-labels in the sentence'
verdict 'LC_ALL=C mxscope --report bücher.example' "$result"
LC_ALL=C "$program" --lab --no-history --no-config --report=json bücher.example >out 2>err
result=ok
jq -e '.unicode == "bücher.example" and (.reason | test("^Mail to bücher.example"))' out >jq.out || result='expected U-labels'
verdict 'LC_ALL=C mxscope --report=json bücher.example' "$result"

# TERM is looked at only where there is a terminal: script(1) makes one.
if command -v script >/dev/null; then
	TERM=nosuchterminal script -qec "$program --lab" /dev/null >out 2>&1 </dev/null
	status=$?
	result=ok
	[ $status -eq 64 ] || result="exit status $status, expected 64"
	grep -q '"nosuchterminal"' out || result='expected the name of the terminal'
	: >err
	verdict 'TERM=nosuchterminal mxscope --lab' "$result"
	printf 'screen shown\nquit\n' >commands
	TERM=xterm script -qec "$program --lab --no-history --no-config --script commands" /dev/null >out 2>&1 </dev/null
	result=ok
	[ "$(stat -c %a shown)" = 600 ] || result="shown has mode $(stat -c %a shown)"
	verdict 'screen shown' "$result"
fi

# TLSA stands at the port that is probed.
reports 0 '.[0].exchanges[0] | .tlsa.standing == "usable" and .addresses[0].probe.dane == "verified"' dane-good.example
reports 0 '.[0].exchanges[0].tlsa | .standing == "none" and .outcome == "nxdomain"' -p 2525 dane-good.example
reports 0 '.[0].verdict == "deliver" and .[0].status == "2.0.0"' three-mx.example
reports 0 '[.[0].exchanges[].addresses[].probe | .rcpt.code, .rcpt.enhanced] | unique == ["2.1.5", 250] or unique == [250, "2.1.5"]' \
    --rcpt --from me@example.org someone@three-mx.example
reports 0 '[.[0].exchanges[].addresses[].probe.rcpt] | unique == [null]' --rcpt three-mx.example
reports 0 '[.[].exchanges[].addresses[].shared // empty] | length == 6' three-mx.example other@three-mx.example
reports 2 '.[0].exchanges[0].addresses[0].probe | .outcome == "inconclusive" and .doubt == "greylisted" and .rcpt.code == 450 and (.consequence | test("comes again"))' \
    --rcpt someone@greylisting.example
reports 0 '[.[0].exchanges[] | [.exchange, (.addresses[].probe | .outcome, .stage, .rcpt.code)]] | unique == [
    ["backup.three-mx.example", "rejecting", "mail", null, "rejecting", "mail", null],
    ["mx1.three-mx.example", "accepting", "quit", 250, "accepting", "quit", 250],
    ["mx2.three-mx.example", "rejecting", "mail", null, "rejecting", "mail", null]]' --rcpt jörg@three-mx.example
reports 0 '.[0].verdict == "deliver"' --port 2525 starttls-good.example
reports 3 '.[0].verdict == "bounce" and .[0].mx.kind == "null"' null-mx.example
reports 0 '.[0].sender == "rfc5321" and ([.[0].exchanges[].addresses[].order] == [1, 2, 3, 4, 5])' equal-preference.example
reports 0 '.[0].sender == "exim" and ([.[0].exchanges[].addresses[].order] == [1, 3, 2, 4, 5])' --sender exim equal-preference.example
reports 2 '.[0].status == "4.4.4"' --sender opensmtpd null-mx.example
reports 3 '.[0].status == "5.1.0"' --sender postfix null-mx-mixed.example
reports 3 '.[0].mx.outcome == "nxdomain"' gone.example
reports 2 '.[0].verdict == "inconclusive" and .[0].mx.outcome == "servfail"' servfail.example
reports 1 '.[0].verdict == "warn"' starttls-expired.example
reports 3 'length == 3 and ([.[].verdict] | sort) == ["bounce", "deliver", "inconclusive"]' \
    three-mx.example gone.example servfail.example
reports 0 '.[0].domain == "xn--bcher-kva.example" and .[0].unicode == "bücher.example"' bücher.example
reports 0 '[.[0].exchanges[].addresses[].probe] | all(. == null)' -n three-mx.example
reports 0 '[.[0].exchanges[].addresses[] | select(.probe.outcome != "skipped").family] | unique == [4]' -4 three-mx.example
printf '# a list\nthree-mx.example\n\nnull-mx.example # refuses\n' >input
reports 3 '[.[].name] | sort == ["null-mx.example", "three-mx.example"]' @-
cp input list
: >input
reports 3 'length == 2' @list
# a mark before UTF-8, the ends of lines of other systems, and lists that hold nothing and never wait
printf '\357\273\277# a list\r\n\r\n\357\273\277three-mx.example\r\n' >list
reports 0 '[.[].name] == ["three-mx.example"]' @list
reports 0 'length == 0' @/dev/null
reports 0 'length == 1' @/dev/null three-mx.example
# names without end: the interface takes its share of them, and says so
mkfifo endless
yes three-mx.example >endless &
yes=$!
printf 'wait\nquit\n' | "$program" --plain --lab --seed 1 --no-config @endless >out 2>err
status=$?
wait $yes
result=ok
[ $status -eq 0 ] || result="exit status $status, expected 0"
[ "$(wc -l <err)" -eq 1 ] || result="$(wc -l <err) lines on standard error, expected one"
grep -q 'more than 5000 names' err || result='expected a sentence with the limit'
grep -q 'three-mx.example' out || result='expected the name to be studied'
verdict 'yes | mxscope --plain @endless' "$result"
# a list whose line does not end is not read on
for list in @/dev/zero @-; do
	"$program" --lab --no-history --report $list </dev/zero >out 2>err
	status=$?
	result=ok
	[ $status -eq 70 ] || result="exit status $status, expected 70"
	[ "$(wc -l <err)" -eq 1 ] || result="$(wc -l <err) lines on standard error, expected one"
	grep -q 'not a line of more than 1048576' err || result='expected a sentence with the reason'
	verdict "mxscope --report $list </dev/zero" "$result"
done
rm input && ln -s /dev/null input
reports 0 'length == 0' @-
rm input && : >input
echo 'a..example' >list
reports 3 '.[0].verdict == "bounce" and .[0].status == "5.1.3"' @list
# nothing of the network's reaches standard output as it came
reports 0 '.[0].exchanges[0].addresses[0].probe.greeting | test("[\u0000-\u001f\u007f-\u009f\u202e]") | not' hostile-greeting.example

# tells PATTERN INPUT: the linear interface, with commands from a pipe, writes a line that matches.
tells()
{
	printf '%b' "$2" | "$program" --plain --lab --seed 1 --no-history --no-config >out 2>err
	status=$?
	result=ok
	[ $status -eq 0 ] || result="exit status $status, expected 0"
	grep -q -- "$1" out || result="expected \"$1\""
	[ ! -s err ] || result='something on standard error'
	verdict "mxscope --plain <<< $2" "$result"
}
tells '^null-mx.example: ' 'null-mx.example\n'
tells '^null-mx.example: ' 'null-mx.example'
tells '^2 of 2: preference 0, implicit-mx.example' 'implicit-mx.example\nwait\nmove down\n'
tells '^Findings  implicit-mx.example' 'implicit-mx.example\nwait\nview findings\n'
tells '^Error: input line 2: There is no command "nonsense"' '# a comment\nnonsense\n'
tells '^Laboratory: what there is to try' ''
# many lines behind one that holds are all carried out, from a pipe and from a file; a line without end is told
{
	printf 'lookup slow.example\nwait\n'
	yes '# one of many lines that are read while another is waited for' | head -n 25000
	echo 'lookup null-mx.example'
} >many.lines
for way in pipe file; do
	if [ $way = pipe ]; then
		# shellcheck disable=SC2002
		cat many.lines | "$program" --plain --lab --seed 1 --no-history --no-config >out 2>err
	else
		"$program" --plain --lab --seed 1 --no-history --no-config <many.lines >out 2>err
	fi
	status=$?
	result=ok
	[ $status -eq 0 ] || result="exit status $status, expected 0"
	grep -q '^null-mx.example: ' out || result='expected the last line to be carried out'
	verdict "mxscope --plain < 25000 lines, a $way" "$result"
done
"$program" --plain --lab --no-history --no-config </dev/zero >out 2>err
result=ok
[ "$(grep -c '^Error: input line 1: .*not a line of more than 1048576 octets' out)" -eq 1 ] || result='expected the limit, once'
verdict 'mxscope --plain </dev/zero' "$result"
# what is remembered is waited for: behind `wait`, and at the end of the commands
for commands in 'null-mx.example\nwait\n' 'Null-MX.example\nwait\ndiff\nwait\nset port\n' 'null-mx.example\nwait\ndiff\n'; do
	printf "$commands" | "$program" --plain --lab --seed 1 --no-config --history kept.db >out 2>err
	result=ok
	case $commands in
	*diff*wait*) sed '/^port is/,$d' out | grep -q '^  1   ' || result='expected the snapshot before the port' ;;
	*diff*) grep -q '^  1   ' out || result='expected the snapshot' ;;
	esac
	verdict "mxscope --plain --history <<< $commands" "$result"
done
printf 'nonsense\n' | "$program" --plain --lab --no-history --no-config >out 2>err
result=ok
[ "$(grep -c '^Error' out)" -eq 1 ] || result='expected the error once'
verdict 'mxscope --plain tells once what is wrong' "$result"
# said COUNT PATTERN LINE...: the linear interface says this so often to these lines, behind a wrong configuration.
said()
{
	wanted=$1 pattern=$2
	shift 2
	printf '%s\n' "$@" | "$program" --plain --lab --no-history --config wrong.conf >out 2>err
	result=ok
	[ "$(grep -c -- "$pattern" out)" -eq "$wanted" ] || result="expected $wanted times \"$pattern\""
	verdict "mxscope --plain <<< $*" "$result"
}
printf 'nonsense\n' >wrong.conf
said 1 '^Error: config line 1' 'set port' '# a comment' 'set port'
said 2 '^port is 25' 'set port' 'set port'
said 2 'leave the program' 'help quit' 'help quit'
said 2 'NOERROR' 'dig null-mx.example MX' wait 'dig null-mx.example MX' wait
said 2 '^Findings  null-mx.example' null-mx.example wait 'view findings' 'view findings'
printf 'theme light\nimplicit-mx.example\nwait\nview findings\n' >commands.plain
"$program" --plain --lab --seed 1 --no-history --no-config <commands.plain >out 2>err
status=$?
result=ok
[ $status -eq 0 ] || result="exit status $status, expected 0"
grep -q '^Findings  implicit-mx.example' out || result='expected the findings'
verdict 'mxscope --plain < file' "$result"
# what was stopped is not told as if all had answered
for stopped in 'trace ns-broken.example~Stopped before every server' 'compare ns-broken.example~stopped before its name servers'; do
	printf '%s\nstop all\n' "${stopped%~*}" >script.plain
	"$program" --plain --lab ns-broken --no-history --no-config --script script.plain </dev/null >out 2>err
	result=ok
	grep -q "^ ? ${stopped#*~}" out || result="expected \"${stopped#*~}\""
	grep -q 'No server\|were not found' out && result='concluded from nothing'
	verdict "${stopped%~*}, then stop" "$result"
done
# where nothing will ever come from, the script is all there is
echo 'lookup null-mx.example' >script.plain
timeout 60 "$program" --plain --lab --seed 1 --no-history --no-config --script script.plain </dev/null >out 2>err
status=$?
result=ok
[ $status -eq 0 ] || result="exit status $status, expected 0"
grep -q '^null-mx.example: ' out || result='expected the verdict'
verdict 'mxscope --plain --script FILE < /dev/null' "$result"

# ends PATTERN FILE ARGUMENT...: a recording that was left with something in flight ends, with a line that matches.
ends()
{
	wanted=$1 recording=$2
	shift 2
	timeout 60 "$program" --plain --no-history --no-config --replay "$recording" "$@" </dev/null >out 2>err
	status=$?
	result=ok
	[ $status -eq 0 ] || result="exit status $status, expected 0"
	grep -q -- "$wanted" out || result="expected \"$wanted\""
	[ ! -s err ] || result='something on standard error'
	verdict "mxscope --plain --replay $recording $*" "$result"
}
# told FILE PATTERN INPUT: commands from a pipe write the file for nobody else, and then say so.
told()
{
	file=$1
	tells "$2" "$3"
	result=ok
	[ -s "$file" ] || result="no $file"
	[ "$(stat -c %a "$file")" = 600 ] || result="$file has mode $(stat -c %a "$file")"
	verdict "mxscope --plain writes $file" "$result"
}
printf 'primary-silent.example\ndig nothing.example @192.0.2.254\nquit\n' |
    "$program" --plain --lab --seed 1 --no-history --no-config --record left >out 2>err
head -c "$(($(stat -c %s left) - 20))" left >cut
ends '^The recording ends here: what was still in flight is stopped' left
ends '^primary-silent.example: ' left
ends 'is cut off' cut
printf 'wait\nview findings\nsender exim\nmx add 5 new.example\nwait\nnote over\n' >after
ends '^Findings  primary-silent.example' left --script after
told chain.pem '^The certificate chain is in chain.pem[.]' 'starttls-expired.example\nwait\ncertificates chain.pem\n'
result=ok
grep -q '^-----BEGIN CERTIFICATE-----' chain.pem || result='expected PEM'
verdict 'certificates chain.pem' "$result"
told report.txt '^The report is in report.txt[.]' 'null-mx.example\nwait\nsave report.txt\nwait\nquit\n'
tells '^Error: .*The certificate chain cannot be written to missing/chain.pem: ' \
    'starttls-expired.example\nwait\ncertificates missing/chain.pem\n'

# --write-config: where the file is read, once; every line of it, when its # is taken away, is what holds anyway.
writes()
{
	wanted=$1 file=$2
	shift 2
	"$program" --write-config "$@" >out 2>err
	status=$?
	result=ok
	[ $status -eq "$wanted" ] || result="exit status $status, expected $wanted"
	[ -s "$file" ] || result="no $file"
	[ "$(stat -c %a "$file")" = 600 ] || result="$file has mode $(stat -c %a "$file")"
	verdict "mxscope --write-config $*" "$result"
}
writes 0 mxscope/config
writes 0 below/here/config --config below/here/config
refused 'exists already' --write-config
refused 'exists already' --write-config=below/here/config
refused 'cannot be written' --write-config=/proc/nowhere/config
"$program" --write-config=- >out 2>err
result=ok
cmp -s out mxscope/config || result='standard output differs from the file'
verdict 'mxscope --write-config=-' "$result"
sed -n 's/^#\([a-z]\)/\1/p' mxscope/config >below/all
for config in --no-config --config=mxscope/config --config=below/all; do
	printf 'set\nhelp keys\nhelp senders\nthree-mx.example\nwait\nview findings\n' |
	    "$program" --plain --lab --seed 1 --no-history "$config" >told 2>err
	result=ok
	grep -i '^error' told && result='an error'
	grep -v '[0-9] ms$' told >said
	[ "$config" != --no-config ] || mv said expected
	[ "$config" = --no-config ] || diff expected said >out || result='not as without a configuration'
	verdict "mxscope $config" "$result"
done

# What is wrong in it is told by line, what is said on the command line counts more.
printf 'set port http\nset port 2525\nbind F99 reload\ntheme nosuch\nfrobnicate\nset ipv6 off\n' >below/wrong
printf 'set port\nset ipv6\n' | "$program" --plain --lab --no-history --config below/wrong >out 2>err
result=ok
for said in 'Error: config line 1: `set port` expects a port, 1 to 65535, not "http".' \
    'Error: config line 5: There is no command "frobnicate"' 'port is 2525' 'ipv6 is off'; do
	grep -qF "$said" out || result="expected $said"
done
verdict 'mxscope --config wrong' "$result"
printf 'set port\nset ipv6\nset ipv4\n' | "$program" --plain --lab --no-history --config below/wrong -6 --port 26 >out 2>err
result=ok
for said in 'port is 26' 'ipv6 is on' 'ipv4 is off'; do
	grep -qF "$said" out || result="expected $said"
done
verdict 'mxscope --config wrong -6 --port 26' "$result"

# completes WORD LINE...: bash, at the end of this line, offers the word.
completes()
{
	wanted=$1
	shift
	bash -c '. ./completion.bash
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_mxscope mxscope "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
		printf "%s\n" "${COMPREPLY[@]}"' - "$@" >out 2>err
	result=ok
	grep -qx -- "$wanted" out || result="expected \"$wanted\""
	[ ! -s err ] || result='something on standard error'
	verdict "completing $*" "$result"
}
"$program" --completion bash >completion.bash
completes --report mxscope --rep
completes markdown mxscope --report = m
completes postfix mxscope --sender po
completes commands mxscope --script comm
completes @commands mxscope @comm
completes solarized mxscope --theme so
completes wrong.theme mxscope --theme wr
completes step mxscope --pace s
completes null-mx mxscope --lab = nul
completes --write-config mxscope --w
completes null-mx mxscope --lab =
# an argument that may be left out stands behind =, and never in a word of its own
bash -c '. ./completion.bash; COMP_WORDS=(mxscope --report te) COMP_CWORD=2; _mxscope mxscope te --report; printf "%s" "${COMPREPLY[@]}"' >out 2>err
result=ok
[ ! -s out ] || result='an argument in a word of its own'
verdict 'completing mxscope --report te' "$result"
# bash itself, at a terminal: a Tab behind "--rep" completes the word.
if command -v script >/dev/null; then
	printf '. ./completion.bash\nmxscope() { echo "called with $*"; }\nmxscope --wri\t=here\nexit\n' |
	    script -qec 'bash --norc --noprofile -i' /dev/null >out 2>&1
	result=ok
	: >err
	grep -q 'called with --write-config *=here' out || result='expected what Tab completes'
	verdict 'Tab in bash' "$result"
fi
refused 'bash, zsh or fish' --completion tcsh
for shell in zsh fish; do
	"$program" --completion "$shell" >"completion.$shell" 2>err
	result=ok
	"$program" --help | sed -n 's/^  \(-[a-zA-Z46], \)*--\([a-z-]*\).*/\2/p' | while read -r name; do
		grep -q -- "\(--\|-l \)$name" "completion.$shell" || echo "$name"
	done >out
	[ ! -s out ] || result='options that are missing'
	if command -v "$shell" >/dev/null; then
		"$shell" -n "completion.$shell" 2>err || result='not understood'
	fi
	verdict "completions for $shell" "$result"
done
# fish tells what it would offer; zsh does so at a terminal of its own making.
if command -v fish >/dev/null; then
	fish -c 'source completion.fish; complete -C "mxscope --write"; complete -C "mxscope --theme sol"' >out 2>err
	result=ok
	grep -q '^--write-config' out || result='expected --write-config'
	grep -q '^solarized' out || result='expected solarized'
	verdict 'Tab in fish' "$result"
fi
if command -v zsh >/dev/null; then
	cp completion.zsh _mxscope
	zsh -f -c 'zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell "fpath=($PWD \$fpath); autoload -U compinit; compinit -u -D; PROMPT=; mxscope() { echo called with \$*; }"
		zpty -n -w shell "mxscope --write-c"$'"'\\t'"'"here"$'"'\\n'"'
		zpty -w shell exit
		while zpty -r shell line; do print -r -- "$line"; done' >out 2>err
	result=ok
	grep -q 'called with --write-config=*here' out || result='expected what Tab completes'
	verdict 'Tab in zsh' "$result"
fi

# Where there is no standard output at all, the same.
closed()
{
	"$program" "$@" <input >&- 2>err
	status=$?
	: >out
	result=ok
	[ $status -eq 70 ] || result="exit status $status, expected 70"
	[ "$(wc -l <err)" -eq 1 ] || result="$(wc -l <err) lines on standard error, expected one"
	grep -q 'cannot be written' err || result='expected a sentence'
	verdict "mxscope $* >&-" "$result"
}
closed --help
closed --version
closed --lab --no-history --report three-mx.example
closed --lab --no-history --report=json three-mx.example

# A debug log is nobody else's.
(umask 022 && "$program" --lab --no-history --report --trace trace.log three-mx.example >out 2>err)
result=ok
[ "$(stat -c %a trace.log)" = 600 ] || result="its mode is $(stat -c %a trace.log), expected 600"
verdict '--trace' "$result"

# What cannot be printed is no success.
for option in --help --version '--completion bash'; do
	# shellcheck disable=SC2086
	"$program" $option >/dev/full 2>err
	status=$?
	: >out
	result=ok
	[ $status -eq 70 ] || result="exit status $status, expected 70"
	grep -q 'cannot be written' err || result='expected a sentence'
	verdict "mxscope $option >/dev/full" "$result"
done

# SIGINT: what is known is printed, the rest is marked, and the status says so.
timeout --preserve-status -s INT 1 "$program" --lab --report=json --no-history \
    null-mx.example primary-silent.example >out 2>err
status=$?
result=ok
[ $status -eq 130 ] || result="exit status $status, expected 130"
jq -s -e 'length == 2 and any(.reason == "not finished") and any(.mx.kind == "null")' out >jq.out ||
    result='expected one finished name and one not finished'
verdict 'SIGINT during a report' "$result"

echo "$passed command lines passed, $failed failed"
[ $failed -eq 0 ]

#!/bin/sh
# What an intruder in the program would reach, once it has started.
#   confine.sh PROGRAM INTRUDER.so
# A report and a session in the laboratory, with a library in them that tries what is forbidden (see
# intruder.c): every attempt is refused, the same attempts succeed without confinement, and what the user
# sees is the same. Then what a user may do, which must go on working.
set -u
program=$1 intruder=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
export HOME="$work/home" XDG_STATE_HOME="$work/home/state" XDG_CONFIG_HOME="$work/home/config"
mkdir -p "$HOME/.ssh" "$work/private"
echo key >"$HOME/.ssh/id"
echo secret >"$work/private/secret"
cd "$work/private" || exit 1

fail()
{
	echo "confine: $*" >&2
	failed=1
}

"$program" --no-config --report --lab=null-mx --trace "$work/trace" >"$work/plain"
if grep -q 'an instrumented run' "$work/trace"; then
	echo 'confine: skipped: an instrumented build is not confined'
	exit 0
fi
grep -q 'files: Landlock version' "$work/trace" || lacking="Landlock ${lacking:-}"
grep -q 'calls: seccomp' "$work/trace" || lacking="seccomp ${lacking:-}"
if [ -n "${lacking:-}" ]; then
	echo "confine: skipped: this kernel or build has no $lacking"
	exit 0
fi

# intrude NAME ARGUMENT...: the program with the intruder in it
intrude()
{
	name=$1
	shift
	LD_PRELOAD=$intruder "$program" --no-config "$@" </dev/null >"$work/$name.out" 2>"$work/$name.err"
	grep -E '^(refused|ALLOWED) ' "$work/$name.err" >"$work/$name.tried"
	[ -s "$work/$name.tried" ] || fail "$name: nothing was tried: $(cat "$work/$name.err")"
}

# --- a report reaches nothing that it was not told -------------------------------------------
export INTRUDER_READ="$HOME/.ssh/id:$work/private/secret:/etc/group:/proc/1/status:/bin/sh"
export INTRUDER_WRITE="$HOME/.profile:$work/private/new:/etc/mxscope.new:/tmp/mxscope.new.$$:/dev/full"
intrude report --report --lab=null-mx
intrude unconfined --no-confine --report --lab=null-mx
rm -f "/tmp/mxscope.new.$$" /etc/mxscope.new
grep ALLOWED "$work/report.tried" && fail 'a report may do what it does not need'
cmp -s "$work/report.out" "$work/plain" || fail 'the report is not the same with an intruder'
cmp -s "$work/unconfined.out" "$work/plain" || fail 'the report is not the same unconfined'
[ "$(grep -c ALLOWED "$work/unconfined.tried")" -ge 25 ] || fail 'the attempts are no attempts: they fail unconfined'
"$program" --report --lab=null-mx --trace "$work/trace" >/dev/null
grep -q 'none that listens' "$work/trace" && fail 'the laboratory needs sockets that listen'
"$program" --report --no-probe --server 127.0.0.1@1 --dns-timeout 0.1 --trace "$work/trace" x.example >/dev/null
grep -q 'none that listens' "$work/trace" || fail 'a report may listen'

# --- a session reaches home, the folder at hand and other people's folders, not the system's ---
export INTRUDER_READ=/etc/group:/etc/fstab:/proc/1/status:/bin/sh
export INTRUDER_WRITE=/etc/mxscope.new:/usr/mxscope.new:/var/mxscope.new:/dev/full
printf 'lookup three-mx.example\nwait\nsave ./here.md\nsave %s/there.json\nrecord %s/talk.rec\nwait\nquit\n' \
	"$work" "$HOME" >"$work/script"
echo 'note from a file' >"$HOME/commands"
echo "source $HOME/commands" >>"$work/script"
intrude session --plain --lab --script "$work/script"
grep ALLOWED "$work/session.tried" && fail 'a session may do what it does not need'
grep '^Error' "$work/session.out" && fail 'something that a user does was refused'
for file in "$work/private/here.md" "$work/there.json" "$HOME/talk.rec"; do
	[ -s "$file" ] || fail "$file was not written"
done
grep -q 'mx1.three-mx.example' "$work/session.out" || fail 'the session did not study three-mx.example'

# --- what is named on the command line is within reach, wherever it is ------------------------
mkdir -p "$work/elsewhere"
echo null-mx.example >"$work/elsewhere/list"
(cd / && "$program" --no-config --report=json --lab --history "$work/elsewhere/new/history.db" --record "$work/elsewhere/talk" \
	"@$work/elsewhere/list" >"$work/elsewhere/report" 2>"$work/elsewhere/errors")
[ -s "$work/elsewhere/new/history.db" ] || fail "no history was kept: $(cat "$work/elsewhere/errors")"
[ -s "$work/elsewhere/talk" ] || fail 'nothing was recorded'
(cd / && "$program" --no-config --report --replay "$work/elsewhere/talk" >"$work/again") || [ $? -lt 5 ] || fail 'no replay'
grep -q null-mx.example "$work/again" || fail 'the recording was not played'

# --- root goes on as nobody, or as who was named ------------------------------------------------
who()
{
	rm -f "$work/who"
	"$program" --no-config --trace "$work/who" "$@" >/dev/null 2>&1
	cat "$work/who"
}
if [ "$(id -u)" = 0 ]; then
	unset SSL_CERT_FILE SSL_CERT_DIR
	who --report --lab=null-mx | grep -q 'user: nobody in place of root' || fail 'root did not become nobody for a report'
	who --report --lab=null-mx --history "$work/h.db" | grep -q 'user: nobody' && fail 'a history needs root'
	chmod 777 "$work" && chmod 755 "$(dirname "$program")"
	who --user nobody --report --lab=null-mx | grep -q 'capabilities: none' || fail '--user nobody kept capabilities'
fi
"$program" --user no-such-user --report x.example 2>&1 | grep -q -- '--user expects' || fail '--user takes anything'

[ "$failed" = 0 ] || exit 1
sed 's/^/  /' "$work/report.tried"
echo "confine: $(wc -l <"$work/report.tried") attempts in a report and $(wc -l <"$work/session.tried") in a session refused, $(grep -c ALLOWED "$work/unconfined.tried") of them allowed unconfined; saving, recording, replaying go on"

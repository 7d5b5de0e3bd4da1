#!/bin/sh
# The figures that an interactive program is judged by, measured through a pseudo-terminal in one
# run beside htop and tig: start, memory, key to screen, idleness.
#   run.sh MXSCOPE PTY_BENCH [KEYS]
set -eu
program=$(realpath "$1") bench=$(realpath "$2") keys=${3:-2000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work" XDG_CONFIG_HOME="$work" XDG_STATE_HOME="$work"
quiet='--no-history --no-config'

# A repository for tig to show.
git init -q repository
for n in 1 2 3 4 5 6 7 8 9; do
	git -C repository -c user.name=bench -c user.email=bench@example.net \
	    commit -q --allow-empty -m "commit $n"
done

# measure NAME COMMAND...: one line of a table.
measure()
{
	printf '%-34s ' "$1"
	shift
	"$@" || echo "failed"
}

# A list of names for the laboratory, all studied at once: some end soon, some are silent, and a
# tarpit of sixteen addresses drips a byte a second into as many connections as there may be.
for n in $(seq 1 50); do
	for scenario in tarpit three-mx many primary-silent; do
		echo "user$n@$scenario.example"
	done
done >names

echo "Start: to the first whole screen (80x24, median of 20), and memory then"
# shellcheck disable=SC2086
measure mxscope "$bench" start 20 "$program" $quiet
measure htop "$bench" start 20 htop
cd repository
measure tig "$bench" start 20 tig
cd ..

echo
echo "Key to screen: $keys keys, 3 to 15 ms apart"
clear=$(printf '\025') return=$(printf '\r')
# shellcheck disable=SC2086
measure "mxscope, idle" "$bench" keys "$keys" : "$clear" "" "$program" $quiet
# shellcheck disable=SC2086
measure "mxscope, 200 inquiries, tarpit" "$bench" keys "$keys" : "${clear}" "${clear}screen end$return" \
    "$program" --lab $quiet --timeout 120 @names
printf '%-34s %s\n' "  after the last key" "still in progress: $(sed -n 's/.*│▸ *\(1.*\)│.*/\1/p;s/.*|> *\(1.*\)|.*/\1/p' end | tail -1)"
measure "htop, its search line" "$bench" keys "$keys" "$(printf '\033OR')" "$(printf '\033\033OR')" "" htop
cd repository
measure "tig, its prompt" "$bench" keys "$keys" : "$clear" "" tig
cd ..

echo
echo "Bytes written for one row down or up in a list (80x24)"
down=$(printf '\033OB') up=$(printf '\033OA')
# shellcheck disable=SC2086
measure "mxscope, 64 scenarios, their texts" "$bench" bytes 200 "$down" "$up" "$program" --lab $quiet
# shellcheck disable=SC2086
measure "mxscope, addresses, their dialogue" "$bench" bytes 200 "$down" "$up" \
    "$program" --lab $quiet three-mx.example
printf 'wait\nfocus mx\nzoom\n' >alone
# shellcheck disable=SC2086
measure "mxscope, the addresses alone" "$bench" bytes 200 "$down" "$up" \
    "$program" --lab $quiet --script alone three-mx.example
measure htop "$bench" bytes 200 "$down" "$up" htop -d 100
cd repository
measure tig "$bench" bytes 200 "$down" "$up" tig
cd ..

echo
echo "Idle: 10 s after the first screen, nothing typed (one call is the wait that strace's arrival interrupts)"
# shellcheck disable=SC2086
measure mxscope "$bench" idle 10 "$program" $quiet
# shellcheck disable=SC2086
measure "mxscope, TTLs counting down" "$bench" idle 10 "$program" --lab $quiet three-mx.example
measure htop "$bench" idle 10 htop
cd repository
measure tig "$bench" idle 10 tig

#!/bin/sh
# Three readers of the source: cppcheck, gcc -fanalyzer, clang-tidy. Clean, or their words.
#   lint.sh BUILD [FILE...]
# What clang-tidy leaves out is in .clang-tidy. Here, for the others:
#
# cppcheck missingIncludeSystem  it is not given the system's headers
# cppcheck unknownMacro          the X-macros of util/names.h
# cppcheck duplicateAssignExpression  `least = x, most = x` begins a search for both
# -Wanalyzer-malloc-leak, -Wanalyzer-use-of-uninitialized-value and -Wanalyzer-null-dereference are off: gcc 12
#   loses track of a block that a callee takes over and of bytes behind a struct buf, and sees leaks and NULL where
#   valgrind and the sanitizers, which run every test, see none
#
# Single findings of clang-tidy that were looked at are in accepted(), below.
set -u
build=$1
shift
jobs=$(nproc)
[ $# -gt 0 ] || set -- $(find src -name '*.c' | sort)
flags="-std=c11 -D_GNU_SOURCE -DWITH_SECCOMP -Iinclude -I$build/include -DMXSCOPE_VERSION=\"lint\""
failed=0

# What was looked at: file, check, reason.
accepted()
{
	cat <<'END'
src/mail/sts.c clang-analyzer-unix.Malloc           fall_back() moves the kept policy, and leaves an empty one behind
src/mail/status.c clang-analyzer-security.insecureAPI.strcpy  constant codes of five octets, into room for sixteen
src/lab/zone_signer.c clang-analyzer-core.NullDereference  a set that is signed has a record
src/mail/mx_draft.c clang-analyzer-core.CallAndMessage  begin() fills as many records as it counts
src/ui/blanks.c clang-analyzer-core.NonNullParamChecker  a cell that is asked about lies in its row
src/mail/posture.c clang-analyzer-core.NonNullParamChecker  every row of the table of policies names the tag it needs
src/mail/posture.c clang-analyzer-core.NullDereference  where one valid record is counted, it is kept
END
}

# reader NAME: says whether what it wrote to $work is nothing
work=$(mktemp)
trap 'rm -f "$work" "$work.all" "$work.accepted"' EXIT
reader()
{
	if [ -s "$work" ]; then
		cat "$work"
		echo "lint: $1: something to look at"
		failed=1
	else
		echo "lint: $1: clean"
	fi
}

for tool in cppcheck gcc clang-tidy; do
	command -v $tool >/dev/null || { echo "lint: $tool is not there: nothing is read"; exit 1; }
done
cppcheck -q -j"$jobs" --std=c11 --enable=warning,portability --inline-suppr --suppress=missingIncludeSystem \
	--suppress=unknownMacro --suppress=duplicateAssignExpression -Iinclude -I"$build/include" "$@" >"$work" 2>&1
reader cppcheck
# shellcheck disable=SC2086
printf '%s\n' "$@" | xargs -P"$jobs" -n1 gcc $flags -O1 -fanalyzer -Wno-analyzer-malloc-leak \
	-Wno-analyzer-use-of-uninitialized-value -Wno-analyzer-null-dereference -Wno-analyzer-possible-null-dereference \
	-c -o /dev/null >"$work" 2>&1
reader 'gcc -fanalyzer'
# an exit code over 1 is no finding: the reader itself has failed
tidy='clang-tidy --quiet "$@" -- '"'$(printf '%s' "$flags" | sed "s/ /' '/g")'"' 2>/dev/null
	status=$?; [ $status -lt 2 ] || echo "error: clang-tidy ended with $status: $*"'
printf '%s\n' "$@" | xargs -P"$jobs" -n8 sh -c "$tidy" tidy |
	grep -E '(error|warning): ' >"$work.all"
accepted | while read -r file check reason; do echo "/$file:.*\\[$check[],]"; done >"$work.accepted"
grep -v -f "$work.accepted" "$work.all" >"$work"
reader clang-tidy
exit $failed

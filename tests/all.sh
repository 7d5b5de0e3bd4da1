#!/bin/sh
# Runs test suites one after another, each a target of the Makefile, and prints a line for each: what
# it said last, and how long it took. The words of a suite that fails are printed whole. The
# last line counts: N passed, N failed, N skipped. Exit status 1 when one failed.
#   all.sh BUILD TARGET...        (MAKE is the make to use)
set -u
build=$1
shift
logs=$build/logs
mkdir -p "$logs"
passed=0 failed=0 skipped=0

for suite in "$@"; do
	begun=$(date +%s)
	if ${MAKE:-make} --no-print-directory "$suite" >"$logs/$suite" 2>&1; then
		last=$(tail -1 "$logs/$suite")
		case $last in
		*skipped:*) skipped=$((skipped + 1)) mark=skipped ;;
		*) passed=$((passed + 1)) mark=ok ;;
		esac
	else
		failed=$((failed + 1)) mark=FAILED
		cat "$logs/$suite"
		last="all of it is in $logs/$suite"
	fi
	printf '%-8s %-16s %4d s  %s\n' "$mark" "$suite" $(($(date +%s) - begun)) "$last"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]

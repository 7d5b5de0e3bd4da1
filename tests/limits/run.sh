#!/bin/sh
# Holds limits.table against the headers, the tests that reach each limit, and the manual.
#   MXSCOPE=PROGRAM run.sh COMPILER FLAG...     the flags of the build
set -u
table=tests/limits/limits.table
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# The rows, without comments and blanks around the bars.
sed -E '/^#/d; s/ *\| */|/g' "$table" >"$work/rows"

# --- the headers: a program that prints what they say ---
{
	echo '#include <stdio.h>'
	cut -d'|' -f4 "$work/rows" | sort -u | sed 's/.*/#include "&"/'
	echo 'int main(void) {'
	cut -d'|' -f3 "$work/rows" | sed 's/.*/printf("& %ld\\n", (long)&);/'
	echo '}'
} >"$work/print.c"
"$@" -Iinclude -o "$work/print" "$work/print.c" && "$work/print" >"$work/values" || exit 1
cut -d'|' -f2,3 "$work/rows" | awk -F'|' '{ print $2, $1 }' >"$work/told"
diff "$work/values" "$work/told" >"$work/difference" || { echo "limits: the headers (<) and $table (>) differ:"; cat "$work/difference"; failed=1; }

# --- the tests and the manual ---
"$MXSCOPE" --manual 1 | mandoc -T utf8 -O width=1000 2>/dev/null | sed -E 's/.\x08//g' >"$work/manual"
while IFS='|' read -r words value constant header proof; do
	grep -q -e "${proof#*:}" "${proof%%:*}" || { echo "limits: $constant: ${proof%%:*} does not reach it"; failed=1; }
	grep -q -e "$value  *$words\$" "$work/manual" || { echo "limits: the manual has no \"$words\" with $value"; failed=1; }
done <"$work/rows"
[ "$failed" = 0 ] || exit 1
echo "limits: $(wc -l <"$work/rows") limits as the headers, tests and manual say"

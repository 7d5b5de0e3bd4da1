#!/bin/sh
# The manual pages as the program writes them: neither mandoc nor groff has anything to say of them, and
# what they refer to is there.
#   manual.sh MXSCOPE
set -u
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

for section in 1 5; do
	page=$work/mxscope.$section
	"$program" --manual $section >"$page" || failed=1
	mandoc -T lint -W warning "$page" || failed=1
	if command -v groff >/dev/null; then
		groff -ww -mandoc -Tutf8 "$page" >/dev/null 2>"$work/said" || failed=1
		[ ! -s "$work/said" ] || { cat "$work/said"; failed=1; }
	fi
	mandoc -T utf8 "$page" | sed 's/.\x08//g' >"$work/$section.text"
done
# every option of --help stands in the page, as it is typed
"$program" --help | sed -n 's/^ *\(-[a-zA-Z46]\)\{0,1\},\{0,1\} *\(--[a-z-]*\).*/\2/p' | while read -r option; do
	grep -q -e "$option" "$work/1.text" || echo "the manual has no $option"
done >"$work/missing"
[ ! -s "$work/missing" ] || { cat "$work/missing"; failed=1; }
[ "$failed" = 0 ] || exit 1
echo "the manual pages are clean: $(cat "$work"/*.text | wc -l) lines"

#!/bin/sh
# The manual pages as the program writes them: neither mandoc nor groff has anything to say of them, every
# option is there, and the README speaks of no key or option that is not.
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
# every key in the README's table is bound, and every option of ours that it shows exists
sed -n 's/^     bind \([^ ]*\) .*/\1/p' "$work/5.text" >"$work/keys"
sed -n 's/^| \(`[^|]*`[^|]*\) |.*/\1/p' README.md | grep -o '`[^`]*`' | tr -d '\140' | while read -r key; do
	case $key in
	hjkl) for k in h j k l; do grep -qx "$k" "$work/keys" || echo "README: no key $k"; done ;;
	[0-9]*?) grep -qx "${key#"${key%?}"}" "$work/keys" || echo "README: no key $key" ;; # a count, and what it is for
	tests/*|util|dns|smtp|mail|history|net|lab|app|cli|ui|main.c) ;; # other tables
	*) grep -qxF -e "$key" "$work/keys" || echo "README: no key $key" ;;
	esac
done >"$work/missing"
"$program" --help >"$work/help"
grep -o 'mxscope --[a-z-]*\|`--[a-z-]*' README.md | grep -o -e '--[a-z-]*' | sort -u | while read -r option; do
	grep -q -e "$option\>" "$work/help" || echo "README: no option $option"
done >>"$work/missing"
[ ! -s "$work/missing" ] || { cat "$work/missing"; failed=1; }
[ "$failed" = 0 ] || exit 1
echo "the manual pages are clean: $(cat "$work"/*.text | wc -l) lines"

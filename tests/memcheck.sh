#!/bin/sh
# The test programs and the program itself under valgrind: an invalid access, a use of what was never set,
# or a block that is lost for good is a failure.
#   memcheck.sh BUILD
set -u
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 count=0
check="valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite
    --errors-for-leak-kinds=definite --suppressions=tests/memcheck.supp"

# watched NAME COMMAND...: runs it under valgrind. What counts is what valgrind has to say: a test that
# fails for want of pace is only mentioned.
watched()
{
	name=$1
	shift
	count=$((count + 1))
	# shellcheck disable=SC2086
	$check --log-file="$work/log" "$@" >"$work/out" 2>&1
	status=$?
	if [ $status -eq 99 ] || [ -s "$work/log" ]; then
		failed=$((failed + 1))
		echo "FAILED: $name"
		cat "$work/log"
	elif [ $status -ne 0 ]; then
		echo "$name: clean, but not what it is without valgrind"
	fi
}

for test in $(find "$build/tests/unit" "$build/tests/lab" -type f -perm -u+x | sort); do
	watched "${test#"$build"/}" "$test"
done
for folder in lookup:rpl dialogue:smtp plan:plan; do
	watched "${folder%%:*} stories" "$build/tests/${folder%%:*}/runner" tests/"${folder%%:*}"/*."${folder##*:}"
done

# The report ends with 0 to 4 by what it found; anything else, and any word of valgrind, is a failure.
# shellcheck disable=SC2086
$check --log-file="$work/log" "$build/mxscope" --lab --report=json --no-history >"$work/out" 2>&1
status=$?
count=$((count + 1))
if [ $status -gt 4 ] || [ -s "$work/log" ]; then
	failed=$((failed + 1))
	echo "FAILED: a report on the whole laboratory, status $status"
	cat "$work/log"
fi

# The interface: the screen stories, with the program started under valgrind. Stories that kill it
# are left out, and those that wait for a pace that valgrind does not keep.
cat >"$work/mxscope" <<END
#!/bin/sh
exec $(echo $check | sed "s,tests/,$PWD/tests/,") --log-file=$work/screen.%p "$build/mxscope" "\$@"
END
chmod +x "$work/mxscope"
for story in tests/screen/*.test; do
	case $story in
	*signal_segv* | *signal_abrt* | *suspend*) continue ;;
	esac
	count=$((count + 1))
	if ! MXSCOPE_PATIENCE=60 "$build/tests/screen/runner" "$work/mxscope" "$story" >"$work/out" 2>&1; then
		failed=$((failed + 1))
		cat "$work/out"
	fi
	for log in "$work"/screen.*; do
		[ -s "$log" ] || continue
		failed=$((failed + 1))
		echo "FAILED: $story"
		cat "$log"
	done
	rm -f "$work"/screen.*
done

echo "$((count - failed)) of $count clean under valgrind"
[ $failed -eq 0 ]

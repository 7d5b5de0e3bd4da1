#!/bin/sh
# The test programs and the program itself under valgrind, as many at once as there are processors: an
# invalid access, a use of what was never set, or a block that is lost for good is a failure.
#   memcheck.sh BUILD                   everything
#   memcheck.sh BUILD FOLDER JOB...     one job of jobs(); its files go into FOLDER
set -u
build=$(realpath "$1")
check="valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite
    --errors-for-leak-kinds=definite --suppressions=$PWD/tests/memcheck.supp"

# under_valgrind COMMAND...: runs it. What counts is what valgrind has to say. A test that fails, which
# it may for want of pace, leaves what it held: of that one only the accesses count, and it is named.
under_valgrind()
{
	# shellcheck disable=SC2086
	$check --log-file="$work/log" "$@" >"$work/out" 2>&1
	status=$?
	if grep -q 'FAILED TEST' "$work/out"; then
		echo "$job: not fast enough under valgrind; looked at again for accesses only"
		$check --leak-check=no --log-file="$work/log" "$@" >"$work/out" 2>&1
		status=$?
	fi
	cat "$work/log"
	[ $status -ne 99 ] && [ ! -s "$work/log" ]
}

# The report ends with 0 to 4 by what it found; anything else, and any word of valgrind, is a failure.
whole_laboratory()
{
	under_valgrind "$build/mxscope" --lab --report=json --no-history && [ $status -le 4 ]
}

# screen_story FILE: the program is started under valgrind.
screen_story()
{
	cat >"$work/mxscope" <<END
#!/bin/sh
exec $(echo $check) --log-file=$work/screen.%p "$build/mxscope" "\$@"
END
	chmod +x "$work/mxscope"
	MXSCOPE_PATIENCE=120 "$build/tests/screen/runner" "$work/mxscope" "$1" >"$work/out" 2>&1
	status=$?
	[ $status -eq 0 ] || cat "$work/out"
	cat "$work"/screen.*
	[ $status -eq 0 ] && ! cat "$work"/screen.* | grep -q .
}

# one_job KIND ARGUMENT: as jobs() lists it.
one_job()
{
	case $1 in
	program) under_valgrind "$build/tests/$2" ;;
	stories) under_valgrind "$build/tests/${2%%:*}/runner" tests/"${2%%:*}"/*."${2##*:}" ;;
	report) whole_laboratory ;;
	screen) screen_story "$2" ;;
	esac
}

# All there is to run, a job a line. Stories that kill or stop the program are left out.
jobs()
{
	echo "report laboratory"
	(cd "$build/tests" && find unit lab -type f -perm -u+x | sort | sed 's/^/program /')
	printf 'stories %s\n' lookup:rpl dialogue:smtp plan:plan
	ls tests/screen/*.test | grep -v 'signal_segv\|signal_abrt\|suspend' | sed 's/^/screen /'
}

if [ $# -gt 1 ]; then
	work=$(mktemp -d "$2/job.XXXXXX")
	shift 2
	job="$*"
	if one_job "$@"; then
		: >"$work/clean"
	else
		echo "FAILED: $job"
	fi
	exit 0
fi

all=$(mktemp -d)
trap 'rm -rf "$all"' EXIT
jobs | xargs -P "$(nproc)" -L 1 sh "$0" "$build" "$all"
count=$(jobs | wc -l)
clean=$(find "$all" -name clean | wc -l)
echo "$clean of $count clean under valgrind"
[ "$clean" -eq "$count" ]

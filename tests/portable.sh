#!/bin/sh
# Proves that BSD and macOS need no rewrite, and musl none at all, by flags only: nothing is linked or run.
#   portable.sh BUILD COMPILER FLAG...     BUILD holds the generated headers
# Three looks. At the words of the sources: what only Linux or glibc has, stands in the files meant for it.
# At every file as POSIX.1-2008 with the calls of tests/portable.h, the standard's branches taken, warnings
# being errors: with the compiler, and with musl-gcc; the file that confines, as OpenBSD's too. At every file as it is built on Linux, with
# musl-gcc. Where musl-gcc is not, that is said. Exit status 1 when something does not hold.
set -eu
build=$1 compiler=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

# --- words: who may have them, what they are called in a sentence, and the words as a pattern ---------
cat >"$work/words" <<'END'
util/platform,util/confine|a header of Linux|#[[:space:]]*include <(linux/|asm/|sys/(auxv|capability|epoll|eventfd|fsuid|inotify|prctl|random|sendfile|signalfd|syscall|sysinfo|timerfd|vfs|xattr)\.h|error\.h|execinfo\.h|malloc\.h|gnu/|seccomp)
util/platform,util/confine|a question which system this is|^#.*(__linux|__gnu_linux|PLATFORM_LINUX|__BSD|__(Free|Net|Open)BSD__|__APPLE__|__sun)
util/platform,util/confine,util/library_mem|a question which C library this is|^#.*(__GLIBC__|__UCLIBC__|__BIONIC__)|__libc_[a-z]+
util/platform,util/confine|a call that only Linux or glibc has|(^|[^_[:alnum:]"])(accept4|canonicalize_file_name|close_range|copy_file_range|epoll_[a-z0-9]+|eventfd|explicit_bzero|fallocate|getauxval|getentropy|getrandom|gettid|inotify_[a-z0-9_]+|memfd_create|mempcpy|mremap|pipe2|ppoll|prctl|preadv2|pthread_(set|get)name_np|qsort_r|renameat2|sched_(set|get)affinity|secure_getenv|sendfile|signalfd|splice|strchrnul|strerrorname_np|strverscmp|syscall|timerfd_[a-z]+|vmsplice)\(
net/datagrams|a call that must be asked for by #if defined|(^|[^_[:alnum:]"])(recvmmsg|sendmmsg)\(
util/platform,util/confine|a flag that only Linux has|(^|[^_[:alnum:]])(EPOLL[A-Z]+|IN_CLOSE_WRITE|IP_RECVERR|IPV6_RECVERR|MFD_[A-Z]+|MSG_(CONFIRM|ERRQUEUE|FASTOPEN|MORE|ZEROCOPY)|O_(NOATIME|PATH|TMPFILE)|POLLRDHUP|PR_(SET|GET)_[A-Z_]+|RENAME_NOREPLACE|SO_(BINDTODEVICE|MARK|PRIORITY|RXQ_OVFL)|TCP_(CORK|DEFER_ACCEPT|FASTOPEN_CONNECT|QUICKACK|SYNCNT|USER_TIMEOUT))([^_[:alnum:]]|$)
net/socket|a flag that must be asked for by #if defined|(^|[^_[:alnum:]])(IP_MTU_DISCOVER|IPV6_MTU_DISCOVER|IPV?6?_PMTUDISC_[A-Z]+|SOCK_(CLOEXEC|NONBLOCK))([^_[:alnum:]]|$)
cli/reach,util/confine|a path that only Linux has|"/(proc|sys)(/|")
END
while IFS='|' read -r files what pattern; do
	allowed=$(echo "$files" | sed -E 's#([^,]+),?#-e ^src/\1[.]c: -e ^include/\1[.]h: #g')
	# shellcheck disable=SC2086
	grep -rnE --include='*.[ch]' "$pattern" src include | grep -v $allowed >"$work/found" || continue
	sed -E "s#^([^:]*:[0-9]+):.*#\1: $what, which is for $files only#" "$work/found"
	bad=1
done <"$work/words"

# --- flags ---------------------------------------------------------------------------------------
# The flags of the build, without those that say which system this is.
kept=
for flag in "$@"; do
	case $flag in
	-D_GNU_SOURCE | -D_DEFAULT_SOURCE | -D_XOPEN_SOURCE=* | -W* | -g* | -f* | @*) ;;
	-I/usr/include*) kept="$kept -idirafter ${flag#-I}" ;;
	*) kept="$kept $flag" ;;
	esac
done
strict='-D_XOPEN_SOURCE=700 -DMXSCOPE_PORTABLE -include tests/portable.h'

# compile NAME FILES COMPILER FLAG...: looks at the files, which a pattern names.
compile()
{
	name=$1 files=$2
	shift 2
	count=$(find src -path "src/$files" | wc -l)
	# shellcheck disable=SC2086
	if find src -path "src/$files" -print0 | xargs -0 -n 16 -P 4 "$@" $kept -fsyntax-only -Wall -Wextra -Werror 2>"$work/said"; then
		echo "portable: $count file(s) compile as $name"
	else
		grep 'error: ' "$work/said" | sort -u | head -20
		echo "portable: not every file compiles as $name"
		bad=1
	fi
}

# shellcheck disable=SC2086
compile "POSIX.1-2008 ($compiler)" '*.c' "$compiler" $strict
# shellcheck disable=SC2086
compile 'OpenBSD confines' 'util/confine.c' "$compiler" $strict -D__OpenBSD__
if command -v musl-gcc >/dev/null 2>&1; then
	# the headers of the libraries, after those of musl
	after="-idirafter /usr/include -idirafter /usr/include/$(${REALGCC:-gcc} -print-multiarch)"
	# shellcheck disable=SC2086
	compile 'POSIX.1-2008 (musl-gcc)' '*.c' musl-gcc $strict $after
	# shellcheck disable=SC2086
	compile 'Linux (musl-gcc)' '*.c' musl-gcc -D_GNU_SOURCE -D_XOPEN_SOURCE=700 $after
else
	echo "portable: skipped with musl-gcc, which is not here (on Debian: musl-tools)"
fi

[ -z "${bad:-}" ] || exit 1
echo "portable: what one system has stands in util/platform, util/confine and where the table names it"

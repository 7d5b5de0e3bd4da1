#!/bin/sh
# What the compiler and the system at hand offer besides what every build needs.
#   flags.sh compile|link COMPILER FLAG...     prints flags, one a line, for COMPILER with @FILE
# Each candidate is tried with the compiler and flags of the build, warnings being errors, and left out where it
# is not known. Builds for sanitizers get none of those that harden: sanitizers bring stronger checks.
set -u
mode=$1 compiler=$2
shift 2
case $compiler in
*ccache) compiler=$1 && shift ;; # "ccache gcc": a cache is of no use for trials
esac
sink=$(mktemp) || exit 1
trap 'rm -f "$sink"' EXIT

# The candidates: where they take part, then the flags.
candidates()
{
	cat <<'END'
compile -fPIE
compile -fstack-protector-strong
compile -fstack-clash-protection
compile -fcf-protection
compile -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
link    -fPIE -pie
link    -Wl,-z,relro,-z,now
link    -Wl,-z,noexecstack
END
}

# known FLAG...: does the compiler take them, without a word?
known()
{
	printf '#include <string.h>\nint main(int argc, char *argv[]) { return strlen(argv[argc - 1]) > 99; }\n' |
		"$compiler" "$@" -Werror -o "$sink" -x c - >/dev/null 2>&1
}

case " $* " in
*-fsanitize*) ;;
*)
	candidates | while read -r part words; do
		[ "$part" = "$mode" ] || continue
		# shellcheck disable=SC2086
		if known "$@" $words; then
			printf '%s\n' $words
		elif known "$@" $(echo "$words" | tr 3 2); then # an older _FORTIFY_SOURCE
			printf '%s\n' $(echo "$words" | tr 3 2)
		fi
	done
	;;
esac
if [ "$(uname)" = Linux ] && pkg-config --exists libseccomp 2>/dev/null; then
	case $mode in
	compile) echo "-DWITH_SECCOMP $(pkg-config --cflags libseccomp)" ;;
	link) pkg-config --libs libseccomp ;;
	esac
fi
exit 0

#!/bin/sh
# How the program was built, read from the binary itself, as checksec does.
#   flags.sh PROGRAM FLAGS-FOLDER
# What src/flags.sh found for this compiler must be in the binary; what it did not find is told, not asked for.
set -u
program=$1 flags=$2
cat "$flags/compile.flags" "$flags/link.flags" >/dev/null || exit 1
failed=0

# row NAME FLAG-PATTERN COUNT: a line of the table; COUNT above 0 is the proof
row()
{
	if [ "$3" -gt 0 ]; then
		state=yes
	elif grep -qe "$2" "$flags/compile.flags" "$flags/link.flags"; then
		state=MISSING failed=1
	else
		state='no (not known to this compiler, or a sanitized build)'
	fi
	printf '  %-46s %s\n' "$1" "$state"
}

lines() { grep -cE "$1" || true; }
symbols=$(readelf --dyn-syms -W "$program")
dynamic=$(readelf -dW "$program")
segments=$(readelf -lW "$program")
row 'position-independent executable' -pie "$(printf '%s\n' "$dynamic" | lines 'FLAGS_1.*PIE')"
row 'relocations read-only (full RELRO)' relro "$(printf '%s\n' "$segments" | lines GNU_RELRO)"
row 'all symbols bound at the start' 'now' "$(printf '%s\n' "$dynamic" | lines 'BIND_NOW|FLAGS.*NOW')"
row 'stack protector' stack-protector "$(printf '%s\n' "$symbols" | lines __stack_chk_fail)"
row "fortified functions ($(printf '%s\n' "$symbols" | lines '__[a-z]+_chk@'))" FORTIFY "$(printf '%s\n' "$symbols" | lines '__[a-z]+_chk@')"
row 'stack not executable' noexecstack "$(printf '%s\n' "$segments" | lines 'GNU_STACK .* RW ')"
row 'no segment both writable and executable' noexecstack "$((1 - $(printf '%s\n' "$segments" | lines 'LOAD .* RWE ')))"
row 'no text relocations' -pie "$((1 - $(printf '%s\n' "$dynamic" | lines TEXTREL)))"
row 'no search path for libraries' -pie "$((1 - $(printf '%s\n' "$dynamic" | lines 'RPATH|RUNPATH')))"
# The linker marks a program only when the system's own start files are marked, and Debian 12's are not: our objects
# are looked at.
if grep -q -e -fcf-protection "$flags/compile.flags"; then
	row 'branches and returns checked (IBT, SHSTK)' fcf-protection "$(readelf -nW "$flags/main.o" | lines 'IBT, SHSTK')"
fi
[ "$failed" = 0 ] || { echo 'flags: the binary lacks what its flags ask for'; exit 1; }
echo 'flags: the binary is what its flags ask for'

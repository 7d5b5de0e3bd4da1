#!/bin/sh
# What a packager does: installs below a folder, with a mask that hides from others, uses what was installed,
# takes it away again; packs what is committed, unpacks it where there is no git, and builds it.
#   package.sh MAKE BUILD COMPILER     in the source tree; the compiler may be "ccache gcc"
set -u
make=$1 build=$(realpath "$2") compiler=$3
tree=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" LC_ALL=C.UTF-8
unset MAKEFLAGS MAKELEVEL MXSCOPE_CONFIG XDG_CONFIG_HOME XDG_STATE_HOME
mkdir -m 755 "$HOME"
chmod 755 "$work"
failed=0

# holds WHAT COMMAND...: a line when the command fails, with what it said.
holds()
{
	what=$1
	shift
	"$@" >"$work/said" 2>&1 && return
	failed=$((failed + 1))
	echo "FAILED: $what"
	tail -5 "$work/said"
}

# The files below a folder with their modes.
files()
{
	(cd "$1" && find . -type f -printf '%m %p\n' | LC_ALL=C sort -k 2)
}

# --- install, use, uninstall ---
root=$work/root
holds 'make install' sh -c "umask 077 && $make BUILD='$build' CC='$compiler' DESTDIR='$root' prefix=/usr install"
{
	printf '%s\n' '755 ./usr/bin/mxscope' '644 ./usr/share/man/man1/mxscope.1' \
		'644 ./usr/share/man/man5/mxscope.5' \
		'644 ./usr/share/bash-completion/completions/mxscope' \
		'644 ./usr/share/zsh/site-functions/_mxscope' \
		'644 ./usr/share/fish/vendor_completions.d/mxscope.fish'
	for theme in themes/*.theme; do
		echo "644 ./usr/share/mxscope/$theme"
	done
} | LC_ALL=C sort -k 2 >"$work/expected"
files "$root" >"$work/installed"
holds 'what is installed, and who may read it' diff "$work/expected" "$work/installed"
holds 'folders that others may enter' sh -c "! find '$root' -mindepth 1 -type d ! -perm 755 | grep ."
program=$root/usr/bin/mxscope
holds 'the installed program' sh -c "cd / && '$program' --lab --report three-mx.example | grep -q deliver"
holds 'its version' sh -c "[ \"\$('$program' --version)\" = \"mxscope $(sed -n 's/^VERSION := //p' Makefile)\" ]"
for page in 1 5; do
	holds "mxscope($page)" cmp "$root/usr/share/man/man$page/mxscope.$page" - <<END
$("$program" --manual $page)
END
done
holds 'the completions of bash' bash -n "$root/usr/share/bash-completion/completions/mxscope"
holds 'make uninstall' $make BUILD="$build" DESTDIR="$root" prefix=/usr uninstall
holds 'nothing of ours is left' sh -c "! find '$root' ! -type d -o -name mxscope | grep ."

# --- the archive ---
holds 'make dist' $make BUILD="$work/out" dist
mkdir "$work/unpacked"
holds 'the archive' tar xzf "$work"/out/mxscope-*.tar.gz -C "$work/unpacked"
cd "$work"/unpacked/* || exit 1
git -C "$tree" ls-tree -r --name-only HEAD | LC_ALL=C sort >"$work/committed"
find . -type f | sed 's,^[.]/,,' | LC_ALL=C sort >"$work/packed"
holds 'all that is committed is packed' diff "$work/committed" "$work/packed"
holds 'make, without git' env GIT_DIR=/nonexistent $make CC="$compiler" WERROR=1
holds 'the program of the archive' sh -c "[ \"\$(./mxscope --version)\" = \"\$('$build/mxscope' --version)\" ]"
holds 'make dist says what it lacks' sh -c "GIT_DIR=/nonexistent $make dist 2>&1 | grep -q 'expects a clone'"

[ "$failed" -eq 0 ] || exit 1
echo "package: $(wc -l <"$work/expected") files installed, used and taken away; the archive builds without git"

#!/bin/sh
# The comparison with servers that no one here wrote: nsd behind unbound, Postfix, Exim and
# OpenSMTPD, each on its own address in network, mount and process namespaces of this run; then, in
# others, nsd with signed zones, and unbound and delv as validators (chains/); nsds from the root down, which
# dig +trace walks too (trace/); and the mail servers again, with aiosmtpd and Sendmail, with good and bad
# certificates and TLSA records, beside posttls-finger (tls/). No packet leaves the machine, nothing is
# installed, and everything started here ends with it.
#   run.sh MXSCOPE CACHE [COMMAND...]
# MXSCOPE is the program, CACHE a folder for the unpacked packages (kept), COMMAND what to run in the
# namespaces in place of the comparison (a shell, to look around). Exit status 0 also when
# the machine does not allow it: then the last line says "skipped: ..." and never "passed".
set -eu
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
mkdir -p "$2"
cache=$(realpath "$2")
shift 2

# skip WHY: says so and ends; nothing was tested.
skip()
{
	echo "peers: skipped: $1"
	exit 0
}

for tool in unshare ip ss drill dig delv ldns-signzone swaks jq openssl python3 mount script; do
	command -v $tool >/dev/null || skip "the tool $tool is missing (run make deps)"
done

# Namespaces as root; for an ordinary user through a user namespace of its own.
spaces='--net --mount --pid --fork --kill-child --mount-proc'
if [ "$(id -u)" -ne 0 ]; then
	spaces="--user --map-root-user $spaces"
	unshare --user --map-root-user --map-auto true 2>/dev/null && spaces="$spaces --map-auto"
fi
# shellcheck disable=SC2086
unshare $spaces true 2>/dev/null || skip 'neither root nor user namespaces are allowed here'

why=$(sh "$here/fetch.sh" "$cache") || skip "$why"

# The copy is for a tree that lies below a folder which the namespaces cover.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/space"
cp -R "$here" "$work/peers"
cp "$program" "$work/mxscope"

# in_world COMMAND...: runs it among the servers.
in_world()
{
	# shellcheck disable=SC2086
	unshare $spaces sh "$work/peers/world.sh" "$work" "$cache" "$@"
}

if [ $# -gt 0 ]; then
	in_world "$@"
	exit
fi
status=0
in_world sh "$work/peers/compare.sh" "$work/mxscope" || status=1
rm -rf "$work/space"
mkdir "$work/space"
PEERS_BARE=1 in_world sh "$work/peers/tls/compare.sh" "$work/mxscope" || status=1

# The validators need nothing but their programs, and addresses of their own.
for root in "$cache"/roots/*; do
	PATH=$PATH:$root/usr/sbin
	for folder in "$root"/usr/lib/*-linux-gnu; do
		[ ! -d "$folder" ] || LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder
	done
done
export PATH LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}"
mkdir "$work/chains"
# shellcheck disable=SC2086
unshare $spaces sh "$work/peers/chains/compare.sh" "$work/mxscope" "$work/chains" || status=1

# The walk from the root needs a root of its own at the addresses of the real one.
mkdir "$work/trace"
# shellcheck disable=SC2086
unshare $spaces sh "$work/peers/trace/compare.sh" "$work/mxscope" "$work/trace" || status=1
exit $status

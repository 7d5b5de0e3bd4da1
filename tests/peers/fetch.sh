#!/bin/sh
#   fetch.sh CACHE [PACKAGE...]
# Unpacks the peers (nsd, unbound, Postfix, Exim, OpenSMTPD, Sendmail, aiosmtpd, a clock, or these) into a folder each below CACHE, without
# installing anything: the three mail servers conflict as packages, and none of them should
# be started on the machine that runs the tests. What is unpacked already stays. Debian and its
# children only; elsewhere, and without a network, the sentence on standard output says why not.
set -eu
cache=$1
shift
peers=${*:-nsd unbound postfix exim4-daemon-light opensmtpd python3-aiosmtpd sendmail-bin libfaketime}
done_mark=$cache/unpacked-8

[ -e "$done_mark" ] && exit 0
if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
	echo "the servers are unpacked from Debian packages, and this machine has no apt-get"
	exit 1
fi
mkdir -p "$cache/debs/partial" "$cache/roots"

# What is installed is left out by apt by itself: it comes from the machine's own /usr.
options="-qq -y -d --no-install-recommends -o Dir::Cache::archives=$cache/debs -o Debug::NoLocking=1"
options="$options -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User="
for peer in $peers; do
	# shellcheck disable=SC2086
	if ! apt-get $options install "$peer" >"$cache/apt.log" 2>&1; then
		echo "the package $peer could not be fetched (apt-get's words: $cache/apt.log)"
		exit 1
	fi
done
for package in "$cache"/debs/*.deb; do
	[ -e "$package" ] || continue
	name=$(basename "$package")
	name=${name%%_*}
	mkdir -p "$cache/roots/$name"
	dpkg -x "$package" "$cache/roots/$name"
done
: >"$done_mark"

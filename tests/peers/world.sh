#!/bin/sh
# Inside the namespaces: lays the unpacked packages over /usr, makes addresses, certificates and
# configurations, starts the five servers and hands over to the comparison. Run by run.sh only, as
# the first process of a PID namespace: when this script ends, everything it started ends with it.
#   world.sh WORK CACHE COMMAND...
# WORK holds a copy of this folder and an empty folder `space`; CACHE is the one fetch.sh filled.
set -eu
here=$1/peers space=$1/space cache=$2
shift 2
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# overlay DIRECTORY: what the packages bring for it, over what the machine has; writes stay in SPACE.
overlay()
{
	lower=
	for root in "$cache"/roots/*; do
		[ -d "$root/$1" ] && lower=$lower$root/$1:
	done
	mkdir -p "$space/upper/$1" "$space/layer/$1"
	mount -t overlay peers "/$1" -o \
	    "lowerdir=$lower/$1,upperdir=$space/upper/$1,workdir=$space/layer/$1${overlay_options:-}"
}

# wait_for WHAT COMMAND...: until the command succeeds, ten seconds at most.
wait_for()
{
	what=$1
	shift
	tries=100
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		if [ $tries -eq 0 ]; then
			echo "peers: $what did not come up; its log:"
			cat /etc/peers/log/* 2>/dev/null | tail -20
			exit 1
		fi
		sleep 0.1
	done
}

listens()
{
	ss -Hltn "src $1" | grep -q .
}

# replace FILE: standard input becomes this file of /etc (which may be another user's, or a link).
replace()
{
	cat >"$space/new"
	rm -f "$1"
	cp "$space/new" "$1"
}

# accounts NAME...: users and groups that the machine has not, from number 2001 on.
accounts()
{
	number=2000
	for name in "$@"; do
		number=$((number + 1))
		grep -q "^$name:" /etc/passwd ||
		    echo "$name:x:$number:$number::/nonexistent:/bin/false" >>"$space/users"
		grep -q "^$name:" /etc/group || echo "$name:x:$number:" >>"$space/groups"
	done
	cat /etc/passwd "$space/users" | replace /etc/passwd
	cat /etc/group "$space/groups" | replace /etc/group
}

mount --make-rprivate /
mount -t tmpfs peers "$space"
overlay usr
overlay etc
for folder in /run /var/spool /var/lib; do
	mount -t tmpfs peers $folder
done
mkdir -p /etc/peers/tls /etc/peers/log
cp "$here"/etc/* /etc/peers/
sh "$here/certificates.sh" /etc/peers/tls
chmod 644 /etc/peers/tls/exim.key

touch "$space/users" "$space/groups"
accounts postfix postdrop Debian-exim opensmtpd opensmtpq
echo 'nameserver 198.51.100.54' | replace /etc/resolv.conf
echo probe.example | replace /etc/mailname

# A namespace with one user: the servers' changes of user cannot happen, and need not.
if [ "$(wc -l </proc/self/uid_map)" -eq 1 ] && [ "$(awk '{ print $3 }' /proc/self/uid_map)" -eq 1 ]; then
	cc -shared -fPIC -o "$space/one_user.so" "$here/one_user.c"
	echo "$space/one_user.so" | replace /etc/ld.so.preload
	# OpenSMTPD looks whether its folders are its users': here they can only be user 0's.
	for list in /etc/passwd /etc/group; do
		sed '/^opensmtp[dq]:/s/:200[0-9]/:0/g' $list | replace $list
	done
fi

ip link set lo up
# The servers of the main comparison; others bring their own.
start_servers()
{
	for host in 10 11 12 13 14 15 16 17 20 21 30 40 53 54; do
		ip address add "198.51.100.$host/32" dev lo
	done
	for host in 10 20 30; do
		ip address add "2001:db8:25::$host/128" dev lo nodad
	done

	nsd -d -c /etc/peers/nsd.conf &
	wait_for nsd timeout 1 drill -Q @198.51.100.53 example. SOA
	unbound -d -c /etc/peers/unbound.conf &
	wait_for unbound sh -c 'timeout 1 drill @198.51.100.54 example. SOA | grep -q NOERROR'

	mkdir -p /etc/peers/postfix/queue/pid /etc/peers/postfix/data /etc/peers/exim
	chmod 1777 /etc/peers/log
	for queue in active bounce corrupt defer deferred flush hold incoming private public maildrop saved trace; do
		mkdir -p "/etc/peers/postfix/queue/$queue"
		chown postfix "/etc/peers/postfix/queue/$queue"
	done
	chown postfix /etc/peers/postfix/data
	chown -R Debian-exim /etc/peers/exim
	MAIL_CONFIG=/etc/peers /usr/lib/postfix/sbin/master -c /etc/peers -d &
	wait_for Postfix listens 198.51.100.10:25

	exim4 -C /etc/peers/exim.conf -bdf 2>/etc/peers/log/exim &
	wait_for Exim listens 198.51.100.20:25

	mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty
	chmod 711 /var/spool/smtpd
	smtpd -d -f /etc/peers/smtpd.conf >/etc/peers/log/opensmtpd 2>&1 &
	wait_for OpenSMTPD listens 198.51.100.30:25
}

[ -n "${PEERS_BARE:-}" ] || start_servers

"$@"

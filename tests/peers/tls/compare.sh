#!/bin/sh
# Inside the peers' world: the servers of `cases`, each with its certificate and its TLSA records in a
# signed zone, seen by mxscope and by posttls-finger at the levels may, secure and dane. Prints one row a
# domain with both verdicts; exit status 1 when one differs from what the file `differences` explains.
#   compare.sh MXSCOPE
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1
work=/etc/peers/dane
server=203.0.113.253 resolver=203.0.113.254
export LC_ALL=C HOME=$work

# wait_for WHAT COMMAND...: until the command succeeds, twenty seconds at most.
wait_for()
{
	what=$1
	shift
	tries=200
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "tls: $what did not come up:"; tail -n 5 $work/log/*; exit 1; }
		sleep 0.1
	done
}

listens()
{
	ss -Hltn "src $1" | grep -q .
}

# rows SERVER: the cases of one kind of server, "NAME CERTIFICATE".
rows()
{
	awk -v server="$1" '!/^#/ && (server == "" || $2 == server) { print $1, $3 }' "$here/cases"
}

address_of()
{
	awk -v name="$1" '$1 == name { print $2 }' $work/addresses
}

# --- the world ---------------------------------------------------------------------------------

mkdir -p $work/log $work/tls
chmod 1777 $work/log
rows '' | awk '{ print $1, "203.0.113." NR }' >$work/addresses
for address in $(awk '{ print $2 }' $work/addresses) $server $resolver; do
	ip address add "$address/32" dev lo
done
rows '' | sh "$here/certificates.sh" $work/tls >$work/log/certificates 2>&1 ||
    { echo 'tls: the certificates cannot be made:'; tail -n 5 $work/log/certificates; exit 1; }
(cd $work && sh "$here/zone.sh" "$here/cases" $work/tls $server) >$work/log/zone 2>&1 ||
    { echo 'tls: the zone cannot be made:'; tail -n 5 $work/log/zone; exit 1; }

sed "s/198.51.100.53/$server/; s|zonesdir: .*|zonesdir: \"$work\"|; s|logfile: .*|logfile: \"$work/log/nsd\"|
    s|/etc/peers/zone.list|$work/zone.list|; s|xfrdir: .*|xfrdir: \"$work\"|; /^zone:/,\$d" /etc/peers/nsd.conf >$work/nsd.conf
printf 'zone:\n\tname: "."\n\tzonefile: "root.zone"\nzone:\n\tname: "test"\n\tzonefile: "test.zone"\n' >>$work/nsd.conf
nsd -d -c $work/nsd.conf &
printf '. 3600 NS ns.test.\nns.test. 3600 A %s\n' $server >$work/hints
cat >$work/unbound.conf <<END
server:
	interface: $resolver
	access-control: 0.0.0.0/0 allow
	username: ""
	chroot: ""
	directory: "$work"
	pidfile: ""
	use-syslog: no
	logfile: "$work/log/unbound"
	module-config: "validator iterator"
	trust-anchor-file: "$work/anchor"
	root-hints: "$work/hints"
	local-zone: "test." nodefault
	qname-minimisation: no
	do-ip6: no
remote-control:
	control-enable: no
END
unbound -d -c $work/unbound.conf &
wait_for nsd timeout 1 drill -Q @$server test. SOA
wait_for unbound sh -c "timeout 1 drill @$resolver test. SOA | grep -q NOERROR"
rm -f /etc/resolv.conf
printf 'nameserver %s\noptions trust-ad edns0\n' $resolver >/etc/resolv.conf

# Postfix: a listener a case
mkdir -p $work/postfix/queue/pid $work/postfix/data
for queue in active bounce corrupt defer deferred flush hold incoming private public maildrop saved trace; do
	mkdir -p "$work/postfix/queue/$queue"
	chown postfix "$work/postfix/queue/$queue"
done
chown postfix $work/postfix/data
sed "s|/etc/peers/postfix|$work/postfix|; s|^maillog_file = .*|maillog_file = $work/log/postfix|
    s|^maillog_file_prefixes.*|maillog_file_prefixes = $work/log|; /^smtpd_tls_chain_files/d" /etc/peers/main.cf >$work/main.cf
{
	rows postfix | while read -r name certificate; do
		level="smtpd_tls_chain_files=$work/tls/$name.pem"
		[ "$certificate" != none ] || level=smtpd_tls_security_level=none
		[ "$certificate" != anonymous ] || level=smtpd_tls_cert_file=none
		printf '%s:25 inet n - n - - smtpd\n  -o myhostname=mx.%s.test -o %s\n' "$(address_of "$name")" "$name" "$level"
	done
	sed -n '/^cleanup/,$p' /etc/peers/master.cf
} >$work/master.cf
MAIL_CONFIG=$work /usr/lib/postfix/sbin/master -c $work -d &

# Exim: the certificate by the address that was connected to
rows exim | while read -r name certificate; do
	[ "$certificate" != none ] || continue
	cp "$work/tls/$name.key" "$work/tls/at-$(address_of "$name").key"
	cp "$work/tls/$name.chain" "$work/tls/at-$(address_of "$name").crt"
done
chmod 644 $work/tls/at-*
mkdir -p $work/exim
chown -R Debian-exim $work/exim
{
	sed "/^local_interfaces/d; /^tls_/d; /^primary_hostname/d; s|/etc/peers/exim|$work/exim|" /etc/peers/exim.conf
	echo "primary_hostname = mx.exim.test"
	echo "local_interfaces = <; $(rows exim | while read -r name certificate; do printf '%s ; ' "$(address_of "$name")"; done)"
	echo "tls_advertise_hosts = \${if exists{$work/tls/at-\$received_ip_address.crt}{*}{}}"
	echo "tls_certificate = $work/tls/at-\$received_ip_address.crt"
	echo "tls_privatekey = $work/tls/at-\$received_ip_address.key"
} >$work/exim.conf
exim4 -C $work/exim.conf -bdf 2>$work/log/exim &

# aiosmtpd: one process
rows aiosmtpd | while read -r name certificate; do
	[ "$certificate" = none ] && files= || files="$work/tls/$name.key $work/tls/$name.chain"
	echo "mx.$name.test $(address_of "$name") $files"
done >$work/aiosmtpd.list
python3 "$here/aiosmtpd_servers.py" $work/aiosmtpd.list >$work/log/aiosmtpd 2>&1 &

# opensmtpd SERVER: the configuration for its rows.
opensmtpd()
{
	rows "$1" | while read -r name certificate; do
		listen="listen on $(address_of "$name") port 25 hostname mx.$name.test"
		if [ "$certificate" = none ]; then
			echo "$listen"
			continue
		fi
		chmod 600 "$work/tls/$name.key"
		echo "pki mx.$name.test cert \"$work/tls/$name.chain\""
		echo "pki mx.$name.test key \"$work/tls/$name.key\""
		echo "$listen tls pki mx.$name.test"
	done
	printf 'action "drop" relay\nmatch from any for domain "never.example" action "drop"\n'
}

# OpenSMTPD, mended and as it is; the second has folders for itself, or it would take the first one's
mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty
chmod 711 /var/spool/smtpd
opensmtpd opensmtpd >$work/smtpd.conf
opensmtpd unmended >$work/unmended.conf
cc -shared -fPIC -o $work/opensmtpd_keys.so "$here/opensmtpd_keys.c" -lcrypto -ldl
LD_PRELOAD=$work/opensmtpd_keys.so smtpd -d -f $work/smtpd.conf >$work/log/opensmtpd 2>&1 &
unshare --mount sh -c "mount -t tmpfs peers /run && mount -t tmpfs peers /var/spool && mkdir -m 711 /var/spool/smtpd &&
    exec smtpd -d -f $work/unmended.conf" >$work/log/unmended 2>&1 &

# Sendmail: a daemon a case, each with a configuration of its own; it wants to know its host's name
printf '%s host.test %s\n' $server "$(uname -n)" >>/etc/hosts
mkdir -p $work/sendmail/queue
chmod 700 $work/sendmail/queue
rows sendmail | while read -r name certificate; do
	shows="define(\`confSERVER_CERT', \`$work/tls/$name.chain')
define(\`confSERVER_KEY', \`$work/tls/$name.key')"
	[ "$certificate" != none ] && chmod 600 "$work/tls/$name.key" || shows=
	m4 - >$work/sendmail/$name.cf 2>>$work/log/sendmail <<END
include(\`/usr/share/sendmail/cf/m4/cf.m4')
OSTYPE(\`linux')
FEATURE(\`no_default_msa')
define(\`confDONT_PROBE_INTERFACES', \`True')
define(\`confDOMAIN_NAME', \`mx.$name.test')
define(\`confPID_FILE', \`$work/sendmail/$name.pid')
define(\`QUEUE_DIR', \`$work/sendmail/queue')
define(\`STATUS_FILE', \`$work/sendmail/status')
define(\`ALIAS_FILE', \`/dev/null')
define(\`confCACERT_PATH', \`$work/tls')
define(\`confCACERT', \`$work/tls/ca.pem')
$shows
define(\`confDONT_BLAME_SENDMAIL', \`GroupReadableKeyFile')
DAEMON_OPTIONS(\`Name=MTA, Addr=$(address_of "$name"), Port=25')
MAILER(\`local')
MAILER(\`smtp')
END
	/usr/libexec/sendmail/sendmail -bD -C $work/sendmail/$name.cf >>$work/log/sendmail 2>&1 &
done

for name in $(awk '{ print $1 }' $work/addresses); do
	wait_for "the server of $name" listens "$(address_of "$name"):25"
done

# --- what both say -----------------------------------------------------------------------------

"$program" --report=json --server $resolver --trust-anchor $work/anchor --ca-file $work/tls/ca.pem --allow-special \
    --helo probe.example --no-history --no-config $(rows '' | awk '{ print $1 ".test" }') >$work/report.json 2>$work/log/mxscope || :

# ours NAME FILTER: what mxscope reported of the case's only address.
ours()
{
	jq -r --arg name "$1.test" "select(.name == \$name) | .exchanges[0].addresses[0].probe | $2" $work/report.json
}

# finger LEVEL NAME: posttls-finger's words on the case. It is given the authority only at the level that
# asks for it, so that what it calls verified at the level dane was verified by TLSA.
finger()
{
	case $1 in
	secure) MAIL_CONFIG=$work posttls-finger -c -o myhostname=probe.example -l secure -F $work/tls/ca.pem "$2.test" "mx.$2.test" ;;
	*) MAIL_CONFIG=$work posttls-finger -c -o myhostname=probe.example -l "$1" "$2.test" ;;
	esac >$work/finger 2>&1 || :
	[ -z "${TRACE:-}" ] || sed "s/^/# $1 $2: /" $work/finger
}

# word: what they come to. Of a server that does not offer STARTTLS it says nothing and goes.
word()
{
	awk '
		/TLSA lookup error/ { word = "lookup" }
		/Verified TLS connection established/ { word = "verified" }
		/(Trusted|Untrusted|Anonymous) TLS connection established/ { word = "encrypted" }
		/SSL_connect error/ { word = "broken" }
		/Failed to establish session/ && word == "" { word = "nothing" }
		END { print word == "" ? "clear" : word }' $work/finger
}

# our_may, our_secure, our_dane NAME: the same words by the report.
our_may()
{
	ours "$1" '{ "ok": "encrypted", "not-offered": "clear", "refused": "clear", "failed": "broken" }[.starttls] // "nothing"'
}

our_secure()
{
	ours "$1" 'if .starttls == "failed" then "broken" elif .starttls != "ok" then "clear"
	    elif .tls.chain == "trusted" and .tls.name == "match" then "verified" else "encrypted" end'
}

our_dane()
{
	ours "$1" 'if .dane == "verified" then "verified" elif .dane == "error" then "lookup" elif .starttls == "failed" then "broken"
	    elif .starttls != "ok" then "clear" else "encrypted" end'
}

count=0 differ=0
printf '%-24s %-10s %-12s %-20s | %-22s %-22s %s\n' case server certificate TLSA 'may: ours, theirs' 'secure: ours, theirs' 'dane: ours, theirs (probe.dane)'
while read -r name kind certificate tlsa; do
	case $name in '#'* | '') continue ;; esac
	line='' mark='='
	for level in may secure dane; do
		case $level in
		may) mine=$(our_may "$name") ;;
		secure) mine=$(our_secure "$name") ;;
		dane) mine=$(our_dane "$name") ;;
		esac
		finger $level "$name"
		theirs=$(word)
		count=$((count + 1))
		if [ "$mine" != "$theirs" ]; then
			if why=$(sed -n "s/^$name $level $mine $theirs  *//p" "$here/differences") && [ -n "$why" ]; then
				mark="by the RFC ours: $why"
			else
				mark=DIFFERS
				differ=$((differ + 1))
			fi
		fi
		line="$line$(printf '%-22s ' "$mine, $theirs")"
	done
	printf '%-24s %-10s %-12s %-20s | %s(%s) %s\n' "$name" "$kind" "$certificate" "$tlsa" "$line" "$(ours "$name" '.dane')" "$mark"
done <"$here/cases"
echo "tls: $count verdicts beside posttls-finger, $differ differ without an explanation"
[ $differ -eq 0 ]

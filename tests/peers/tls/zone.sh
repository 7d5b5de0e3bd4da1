#!/bin/sh
# Makes the signed zones of the TLS comparison: a root, and `test` with the domains of `cases`.
#   zone.sh CASES CERTIFICATES SERVER
# In the folder where it runs it leaves root.zone, test.zone and anchor (the root's DS). Each case has the
# address that stands in `addresses`, as "NAME ADDRESS".
set -eu
cases=$1 certificates=$2 server=$3
now=$(date +%s)
day=86400

# digest MATCHING: standard input as TLSA data.
digest()
{
	case $1 in
	1) sha256sum | cut -d ' ' -f 1 ;;
	2) sha512sum | cut -d ' ' -f 1 ;;
	*) od -An -v -tx1 | tr -d ' \n' ;;
	esac
}

# data FILE SELECTOR MATCHING: the association data of a certificate.
data()
{
	if [ "$2" = 1 ]; then
		openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | digest "$3"
	else
		openssl x509 -in "$1" -outform DER | digest "$3"
	fi
}

# tlsa NAME USAGE SELECTOR MATCHING [other|short|junk]: one record.
tlsa()
{
	file=$certificates/$1.crt
	[ "$2" != 2 ] || file=$certificates/$1.issuer
	[ -e "$file" ] || file=$certificates/ca.pem
	hex=$(data "$file" "$3" "$4")
	case ${5:-} in
	other) hex=$(echo "$hex" | tr '0-9a-f' 'f0-9a-e') ;;
	junk) hex=3003020100 ;;
	short) hex=$(echo "$hex" | cut -c 1-32) ;;
	esac
	echo "_25._tcp.mx.$1 TLSA $2 $3 $4 $hex"
}

# records NAME TLSA...: all of a domain.
records()
{
	name=$1
	shift
	address=$(awk -v name="$name" '$1 == name { print $2 }' addresses)
	printf '%s MX 10 mx.%s\nmx.%s A %s\n' "$name" "$name" "$name" "$address"
	echo "$*" | tr ',' '\n' | while read -r usage rest; do
		case $usage in
		- | bogus | '') ;;
		# shellcheck disable=SC2086
		*) tlsa "$name" "$usage" $rest ;;
		esac
	done
}

# sign NAME FILE: NAME is the zone, FILE.text becomes FILE.zone and FILE.ds.
sign()
{
	key=$(ldns-keygen -r /dev/urandom -a ECDSAP256SHA256 -k "$1")
	ldns-signzone -o "$1" -f "$2.zone" -i $((now - day)) -e $((now + 14 * day)) "$2.text" "$key"
	ldns-key2ds -n -2 "$key.key" >"$2.ds"
}

{
	printf '$ORIGIN test.\n$TTL 300\n@ SOA ns root 1 3600 600 864000 60\n@ NS ns\nns A %s\n' "$server"
	grep -v '^#' "$cases" | while read -r name program certificate rest; do
		# shellcheck disable=SC2086
		records "$name" $rest
	done
} >test.text
sign test test
# the signatures over the TLSA records of what is bogus
awk '$4 == "RRSIG" && $5 == "TLSA" && $1 ~ /^_25\._tcp\.mx\.bogus[a-z-]*\./ { $NF = "AAAA" substr($NF, 5) } { print }' test.zone >spoiled
mv spoiled test.zone
{
	printf '$TTL 300\n. SOA ns.test. root.test. 1 3600 600 864000 60\n. NS ns.test.\n'
	printf 'test. NS ns.test.\nns.test. A %s\n' "$server"
	cat test.ds
} >root.text
sign . root
mv root.ds anchor

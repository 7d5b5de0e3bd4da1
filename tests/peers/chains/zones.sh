#!/bin/sh
# Makes the zones of the comparison with other validators: a private root, four top-level zones and
# below them a zone for each way in which a chain of trust holds, ends or breaks. Keys and
# signatures are by ldns-keygen and ldns-signzone; what is broken is broken afterwards, in the
# signed text.
#   zones.sh FOLDER SERVER
# Leaves FOLDER/NAME.zone for each zone, FOLDER/anchor (the root's DS) and FOLDER/anchor.delv. SERVER is the
# address that all delegations name.
set -eu
cd "$1"
server=$2
now=$(date +%s)
day=86400

# text NAME: what stands in every zone; more comes on standard input.
text()
{
	cat <<END
\$ORIGIN $1.
\$TTL 300
@ SOA ns root 1 3600 600 864000 60
@ NS ns
ns A $server
@ MX 10 mx
mx A 192.0.2.1
a.ent TXT "below"
*.wild MX 10 mx
*.wonly A 192.0.2.2
*.walias CNAME $1.
alias CNAME $1.
END
	cat
}

# key NAME ALGORITHM [FLAG...]: makes a key and prints its base name.
key()
{
	ldns-keygen -r /dev/urandom -a "$2" $(bits "$2") ${3:-} "$1"
}

bits()
{
	case $1 in RSA*) echo -b 2048 ;; esac
}

# sign NAME ALGORITHM [OPTION...]: signs NAME.text into NAME.zone with one key, and makes NAME.ds.
sign()
{
	name=$1 base=$(key "$1" "$2" -k)
	shift 2
	ldns-signzone -o "$name" -f "$name.zone" -i "$((now - day))" -e "$((now + 14 * day))" \
	    "$@" "$name.text" "$base"
	ldns-key2ds -n -2 "$base.key" >"$name.ds"
	echo "$base" >"$name.key"
}

# leaf NAME [OPTION...]: a zone with nothing special, signed with ECDSA P-256.
leaf()
{
	text "$1" </dev/null >"$1.text"
	leaf_name=$1
	shift
	sign "$leaf_name" ECDSAP256SHA256 "$@"
}

# edit NAME PROGRAM: changes the signed zone with awk. In it owner, type and covered (of an RRSIG) are set.
edit()
{
	awk 'function of(o, t) { return owner == o && (type == t || covered == t) }
	{ owner = tolower($1); type = $4; covered = type == "RRSIG" ? $5 : "" }
	'"$2" "$1.zone" >edited
	mv edited "$1.zone"
}

# spoil NAME OWNER TYPE: changes the signature over these records, so that it does not match them.
spoil()
{
	edit "$1" "type == \"RRSIG\" && owner == \"$2.\" && covered == \"$3\" {
		\$NF = \"AAAA\" substr(\$NF, 5) } { print }"
}

# --- what holds ------------------------------------------------------------------------------------
for algorithm in RSASHA1 RSASHA256 RSASHA512 ECDSAP256SHA256 ECDSAP384SHA384 ED25519 ED448; do
	name=$(echo "$algorithm" | tr '[:upper:]' '[:lower:]').test
	text "$name" </dev/null >"$name.text"
	sign "$name" "$algorithm"
done

text base.test <<END >base.test.text
across CNAME ed25519.test.
tounsigned CNAME unsigned.test.
toexpired CNAME expired.test.
topublic CNAME nowhere.invalid.
dname DNAME ed25519.test.
two MX 10 mx
two MX 20 mx2.ed25519.test.
sub NS ns
END
leaf sub.base.test
cat sub.base.test.ds >>base.test.text
sign base.test ECDSAP256SHA256
leaf nsec3.test -n -t 0
leaf nsec3salt.test -n -t 5 -s abcdef

text split.test </dev/null >split.test.text
ksk=$(key split.test ED25519 -k) zsk=$(key split.test ED25519)
ldns-signzone -o split.test -f split.test.zone -i "$((now - day))" -e "$((now + day))" \
    split.test.text "$ksk" "$zsk"
ldns-key2ds -n -2 "$ksk.key" >split.test.ds

leaf sha384ds.test
ldns-key2ds -n -4 "$(cat sha384ds.test.key).key" >sha384ds.test.ds
leaf sha1ds.test
ldns-key2ds -n -1 "$(cat sha1ds.test.key).key" >sha1ds.test.ds
leaf rollover.test
ldns-key2ds -n -2 "$(key rollover.test ECDSAP256SHA256 -k).key" >>rollover.test.ds
# a DS with a SHA-1 digest that is wrong does not count beside a better one (RFC 4509 3)
leaf badsha1.test
sed 's/ 13 2 [0-9a-f]*/ 13 1 0000000000000000000000000000000000000000/' badsha1.test.ds >>badsha1.test.ds2
cat badsha1.test.ds2 >>badsha1.test.ds

# --- where trust ends, with proof ----------------------------------------------------------------------
for parent in test three opt; do
	text "unsigned.$parent" </dev/null >"unsigned.$parent.zone"
done
leaf secure.three
leaf secure.opt
text under.unsigned.test </dev/null >under.unsigned.test.zone
printf 'under NS ns\nback CNAME base.test.\n' >>unsigned.test.zone
leaf unknownalg.test
sed -i 's/ 13 2 / 200 2 /' unknownalg.test.ds
leaf unknowndigest.test
sed -i 's/ 13 2 / 13 200 /' unknowndigest.test.ds
leaf iterations.test -n -t 200 -s abcd
# a signed zone whose parent does not vouch for it: an island
leaf island.test
: >island.test.ds

# --- what is broken -------------------------------------------------------------------------------------
leaf expired.test -i "$((now - 20 * day))" -e "$((now - 3 * day))"
leaf future.test -i "$((now + 3 * day))" -e "$((now + 20 * day))"
leaf skewed.test -i "$((now + 3600))" -e "$((now + 20 * day))"
leaf expiredmx.test
old=$(cat expiredmx.test.key)
ldns-signzone -o expiredmx.test -f old.zone -i "$((now - 20 * day))" -e "$((now - 3 * day))" expiredmx.test.text "$old"
awk '$4 == "RRSIG" && $5 == "MX" && tolower($1) == "expiredmx.test." { print > "old.sig" }' old.zone
edit expiredmx.test '!(type == "RRSIG" && owner == "expiredmx.test." && covered == "MX") { print }'
cat old.sig >>expiredmx.test.zone

# the data are signed with a key that is taken out of the DNSKEY set, which stays rightly signed
text wrongkey.test </dev/null >wrongkey.test.text
ksk=$(key wrongkey.test ED25519 -k) zsk=$(key wrongkey.test ED25519) other=$(key wrongkey.test ED25519)
ldns-signzone -o wrongkey.test -f stray.zone -i "$((now - day))" -e "$((now + day))" wrongkey.test.text "$ksk" "$zsk"
ldns-signzone -o wrongkey.test -f good.zone -i "$((now - day))" -e "$((now + day))" wrongkey.test.text "$ksk" "$other"
awk '$4 == "DNSKEY" || ($4 == "RRSIG" && $5 == "DNSKEY")' good.zone >wrongkey.test.zone
awk '!($4 == "DNSKEY" || ($4 == "RRSIG" && $5 == "DNSKEY"))' stray.zone >>wrongkey.test.zone
ldns-key2ds -n -2 "$ksk.key" >wrongkey.test.ds

leaf dsmismatch.test
ldns-key2ds -n -2 "$(key dsmismatch.test ECDSAP256SHA256 -k).key" >dsmismatch.test.ds
# same tag and algorithm, another digest
leaf dsdigest.test
sed -i 's/ 13 2 ..../ 13 2 dead/' dsdigest.test.ds
leaf dsunsigned.test
text dsunsigned.test </dev/null >dsunsigned.test.zone
leaf stripped.test
edit stripped.test '!(owner == "stripped.test." && covered == "MX") { print }'
leaf strippedall.test
edit strippedall.test '!(type == "RRSIG" || type == "NSEC") { print }'
leaf altered.test
edit altered.test 'owner == "altered.test." && type == "MX" { $5 = 11 } { print }'
leaf spoiltkeys.test
spoil spoiltkeys.test spoiltkeys.test DNSKEY
leaf nokeys.test
edit nokeys.test '!(type == "DNSKEY" || covered == "DNSKEY") { print }'
# an MX record is added to a signed set
leaf added.test
echo 'added.test. 300 IN MX 5 evil.added.test.' >>added.test.zone
# the signer's name is that of the zone above
leaf signer.test
edit signer.test 'owner == "signer.test." && covered == "MX" { $12 = "test." } { print }'
# denials: names and records are taken away, and the proofs left as they were
for kind in nsec nsec3; do
	name=denied$kind.test
	text "$name" </dev/null >"$name.text"
	echo 'victim MX 10 mx' >>"$name.text"
	echo 'nodata MX 10 mx' >>"$name.text"
	echo 'nodata TXT "stays"' >>"$name.text"
	[ $kind = nsec ] && sign "$name" ECDSAP256SHA256 || sign "$name" ECDSAP256SHA256 -n -t 0
done
edit deniednsec.test '!(owner == "victim.deniednsec.test." || of("nodata.deniednsec.test.", "MX")) { print }'
hash=$(ldns-nsec3-hash -t 0 victim.deniednsec3.test 2>/dev/null | awk '{ print tolower($1) }')
edit deniednsec3.test '!(owner == "victim.deniednsec3.test." || owner ~ "^'"${hash%.}"'" ||
	of("nodata.deniednsec3.test.", "MX")) { print }'
leaf noproof.test
edit noproof.test '!(type == "NSEC" || covered == "NSEC") { print }'
leaf noproof3.test -n -t 0
edit noproof3.test '!(type == "NSEC3" || covered == "NSEC3") { print }'
leaf spoiltnsec.test
edit spoiltnsec.test 'type == "RRSIG" && covered == "NSEC" { $NF = "AAAA" substr($NF, 5) } { print }'
leaf badds.test
leaf badnods.test
text badnods.test </dev/null >badnods.test.zone
: >badnods.test.ds

# --- the zones above ----------------------------------------------------------------------------------------
# delegations PARENT ZONE...: NS records, and DS where there are any
delegations()
{
	parent=$1
	shift
	for child in "$@"; do
		echo "$child. NS ns.$parent."
		[ ! -e "$child.ds" ] || cat "$child.ds"
	done
}

children()
{
	for file in *.zone; do
		child=${file%.zone}
		case $child in *.*."$1") ;; *."$1") echo "$child" ;; esac
	done
}

for top in test three opt; do
	# shellcheck disable=SC2046
	delegations $top $(children $top) >delegations.$top
	text $top <delegations.$top >$top.text
done
sign test ECDSAP256SHA256
sign three ECDSAP256SHA256 -n -t 0
sign opt ECDSAP256SHA256 -n -p -t 0
spoil test badds.test DS
edit test 'owner == "badnods.test." && covered == "NSEC" { next } { print }'

{
	echo '$TTL 300'
	echo '. SOA ns.root-servers. root. 1 3600 600 864000 60'
	echo '. NS ns.root-servers.'
	echo "ns.root-servers. A $server"
	for top in test three opt; do
		echo "$top. NS ns.$top."
		echo "ns.$top. A $server"
		cat $top.ds
	done
	echo "plain. NS ns.plain."
	echo "ns.plain. A $server"
} >root.text
base=$(key . ECDSAP256SHA256 -k)
ldns-signzone -o . -f root.zone -i "$((now - day))" -e "$((now + 14 * day))" root.text "$base"
text plain </dev/null >plain.zone
ldns-key2ds -n -2 "$base.key" >anchor
awk '{ print "trust-anchors { . static-ds " $5 " " $6 " " $7 " \"" $8 "\"; };" }' anchor >anchor.delv

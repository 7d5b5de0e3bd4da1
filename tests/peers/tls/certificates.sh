#!/bin/sh
# Makes what the servers of `cases` show, in the folder $1: for each row of it, given on standard input as
# "NAME CERTIFICATE", NAME.key, NAME.crt and NAME.pem (key and chain together). ca.pem is the authority that
# everybody trusts.
set -eu
cd "$1"
now=$(date -u -d '-1 hour' +%Y%m%d%H%M%SZ)
later=$(date -u -d '+20 days' +%Y%m%d%H%M%SZ)
past=20200101000000Z yesterday=$(date -u -d '-1 day' +%Y%m%d%H%M%SZ) tomorrow=$(date -u -d '+1 day' +%Y%m%d%H%M%SZ)

# authority NAME [SIGNER]: a certificate that signs others, its own or the signer's.
authority()
{
	if [ $# -eq 1 ]; then
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$1" \
		    -keyout "$1.key" -out "$1.pem" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign
	else
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
		    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign -keyout "$1.key" -out "$1.csr"
		sign "$1" "$2" "$now" "$later"
		cp "$1.crt" "$1.pem"
	fi
	: >"$1.index"
	echo 01 >"$1.serial"
	cat >"$1.cnf" <<-END
	[ca]
	default_ca = this
	[this]
	database = $1.index
	serial = $1.serial
	new_certs_dir = .
	certificate = $1.pem
	private_key = $1.key
	default_md = sha256
	policy = any
	unique_subject = no
	copy_extensions = copy
	[any]
	commonName = supplied
	END
}

# sign NAME SIGNER START END: NAME.crt of NAME.csr.
sign()
{
	openssl ca -batch -config "$2.cnf" -in "$1.csr" -out "$1.crt" -notext -startdate "$3" -enddate "$4"
}

# leaf NAME COMMON NAMES SIGNER START END: NAMES are DNS names, or - for none.
leaf()
{
	names=$3
	if [ "$names" = - ]; then
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
	else
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" \
		    -addext "subjectAltName=DNS:$names" -keyout "$1.key" -out "$1.csr"
	fi
	sign "$1" "$4" "$5" "$6"
}

# show NAME FILE...: the chain that is shown; the last one is taken for the issuer of TLSA usage 2.
show()
{
	name=$1
	shift
	cat "$name.crt" "$@" >"$name.chain"
	cat "$name.key" "$name.chain" >"$name.pem"
	chmod 644 "$name.key" "$name.pem" "$name.chain"
}

authority ca
authority stranger-ca
authority middle ca
while read -r name kind; do
	host=mx.$name.test issuer=ca.pem
	case $kind in
	none | anonymous) continue ;;
	good) leaf "$name" "$host" "$host" ca "$now" "$later"; show "$name" ;;
	anchor) leaf "$name" "$host" "$host" ca "$now" "$later"; show "$name" ca.pem ;;
	wronganchor) leaf "$name" elsewhere.test elsewhere.test ca "$now" "$later"; show "$name" ca.pem ;;
	cnonlyanchor) leaf "$name" "$host" - ca "$now" "$later"; show "$name" ca.pem ;;
	wildanchor) leaf "$name" "$name" "*.$name.test" ca "$now" "$later"; show "$name" ca.pem ;;
	oldanchor) leaf "$name" "$host" "$host" ca "$past" "$yesterday"; show "$name" ca.pem ;;
	expired) leaf "$name" "$host" "$host" ca "$past" "$yesterday"; show "$name" ;;
	notyet) leaf "$name" "$host" "$host" ca "$tomorrow" "$later"; show "$name" ;;
	wrong) leaf "$name" elsewhere.test elsewhere.test ca "$now" "$later"; show "$name" ;;
	wildcard) leaf "$name" "$name" "*.$name.test" ca "$now" "$later"; show "$name" ;;
	cnonly) leaf "$name" "$host" - ca "$now" "$later"; show "$name" ;;
	missing) leaf "$name" "$host" "$host" middle "$now" "$later"; show "$name" ;;
	chain) leaf "$name" "$host" "$host" middle "$now" "$later"; show "$name" middle.pem ;;
	stranger) leaf "$name" "$host" "$host" stranger-ca "$now" "$later"; show "$name" stranger-ca.pem; issuer=stranger-ca.pem ;;
	self)
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 20 -subj "/CN=$host" \
		    -addext "subjectAltName=DNS:$host" -keyout "$name.key" -out "$name.crt"
		show "$name"
		;;
	*) echo "no certificate is called $kind" >&2; exit 1 ;;
	esac
	cp $issuer "$name.issuer"
done

#!/bin/sh
# Makes the certificates of the peers' world in the folder $1: a CA, what it signed (in date, out of
# date, for another name), one that signed itself and one of a CA that nobody trusts. Each NAME.pem
# holds key and chain together, as Postfix wants it; NAME.key and NAME.crt are for the others.
set -eu
cd "$1"

# authority NAME: a CA of its own.
authority()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
	    -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" -addext basicConstraints=critical,CA:TRUE \
	    -addext keyUsage=keyCertSign 2>/dev/null
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

# leaf NAME HOST AUTHORITY START END: a certificate for this host, valid between these times.
leaf()
{
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" \
	    -addext "subjectAltName=DNS:$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
	openssl ca -batch -config "$3.cnf" -in "$1.csr" -out "$1.crt" -notext \
	    -startdate "$4" -enddate "$5" 2>/dev/null
	cat "$1.key" "$1.crt" >"$1.pem"
}

now=$(date -u -d '-1 hour' +%Y%m%d%H%M%SZ)
later=$(date -u -d '+20 days' +%Y%m%d%H%M%SZ)

authority ca
authority unknown-ca
leaf good mx.post.example ca "$now" "$later"
leaf exim mx.exim.example ca "$now" "$later"
leaf open mx.open.example ca "$now" "$later"
leaf older mx.older.example ca "$now" "$later"
leaf wrong mx.elsewhere.example ca "$now" "$later"
leaf expired mx.expired.example ca 20200101000000Z 20210101000000Z
leaf stranger mx.stranger.example unknown-ca "$now" "$later"
cat unknown-ca.pem >>stranger.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 20 \
    -subj /CN=mx.self.example -addext subjectAltName=DNS:mx.self.example \
    -keyout self.key -out self.crt 2>/dev/null
cat self.key self.crt >self.pem
cp exim.crt exim.pem
cp open.crt open.pem

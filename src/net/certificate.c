/*
 * A certificate as OpenSSL has it, told as plain data: names, dates, key, signature, its digest
 * and its PEM text. Decides how each reads, and that nothing of it can harm a terminal: every
 * string from the certificate is bounded and made printable. Whether it is to be trusted is tls.c's.
 */
#include <string.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "util/buf.h"
#include "util/ip.h"
#include "util/mem.h"
#include "util/text.h"
#include "net/certificate.h"

enum {
	NAME_BOUND = 1024, /* octets shown of a subject or issuer */
	SAN_BOUND = 255, /* octets shown of one subjectAltName */
	GROUP_MAX = 80, /* octets of the name of a curve */
	SHA256_OCTETS = 32,
};

/* Returns a distinguished name on one line (RFC 2253 order), printable and bounded. */
static char *
name_line(const X509_NAME *name)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text, *line;
	long n;

	if (!out ||
	    X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) {
		BIO_free(out);
		return NULL;
	}
	n = BIO_get_mem_data(out, &text);
	line = text_printable_copy(text, n < NAME_BOUND ? (size_t)n : NAME_BOUND);
	BIO_free(out);
	return line;
}

/* Returns a certificate's time as wall-clock seconds; 0 when it cannot be read. */
static int64_t
wall_time(const ASN1_TIME *time)
{
	struct tm tm;

	return ASN1_TIME_to_tm(time, &tm) ? (int64_t)timegm(&tm) : 0;
}

/* Returns one subjectAltName as text; NULL for kinds that mean nothing to mail servers. */
static char *
alternative_name(const GENERAL_NAME *name)
{
	int kind;
	const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &kind);
	const unsigned char *bytes;
	size_t n;
	struct ip_addr ip;
	char text[IP_TEXT_MAX];

	if (kind != GEN_DNS && kind != GEN_IPADD)
		return NULL;
	bytes = ASN1_STRING_get0_data(value);
	n = (size_t)ASN1_STRING_length(value);
	if (kind == GEN_DNS)
		return text_printable_copy(bytes, n < SAN_BOUND ? n : SAN_BOUND);
	if (n != 4 && n != 16)
		return NULL;
	ip = ip_from_bytes(bytes, n);
	return mem_strdup(ip_text(&ip, text));
}

/* Copies the certificate's subjectAltNames, the first TLS_SANS_MAX. */
static void
copy_sans(struct tls_certificate *to, const X509 *certificate)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	int count = names ? sk_GENERAL_NAME_num(names) : 0;
	size_t capacity = 0;

	for (int i = 0; i < count && to->san_count < TLS_SANS_MAX; i++) {
		char *san = alternative_name(sk_GENERAL_NAME_value(names, i));

		if (!san)
			continue;
		to->sans = mem_grow(to->sans, to->san_count, &capacity, sizeof *to->sans);
		to->sans[to->san_count++] = san;
	}
	GENERAL_NAMES_free(names);
	ERR_clear_error();
}

/* The names that people know curves by (FIPS 186-5), where OpenSSL has others. */
static const struct {
	const char *group, *name;
} curves[] = {
	{ "prime256v1", "P-256" },
	{ "secp384r1", "P-384" },
	{ "secp521r1", "P-521" },
};

/* Appends the curve of an elliptic key. */
static void
add_curve(struct buf *out, EVP_PKEY *key)
{
	char group[GROUP_MAX] = "";

	if (!EVP_PKEY_get_group_name(key, group, sizeof group, NULL))
		return;
	buf_addc(out, ' ');
	for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
		if (strcmp(curves[i].group, group) == 0) {
			buf_adds(out, curves[i].name);
			return;
		}
	}
	text_printable(out, group, strlen(group));
}

/* Returns the certificate's key as "RSA 2048 bits", "EC P-256", "ED25519"; NULL when unknown. */
static char *
key_line(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;
	struct buf line = BUF_INIT;

	if (!type)
		return NULL;
	buf_adds(&line, type);
	if (EVP_PKEY_is_a(key, "EC"))
		add_curve(&line, key);
	else if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "DSA"))
		buf_addf(&line, " %d bits", EVP_PKEY_get_bits(key));
	return buf_take(&line);
}

/* Returns the algorithm that the certificate was signed with; NULL when unknown. */
static char *
signature_line(const X509 *certificate)
{
	int algorithm = X509_get_signature_nid(certificate);

	return algorithm == NID_undef ? NULL : mem_strdup(OBJ_nid2ln(algorithm));
}

/* Returns the certificate's SHA-256 digest in hex; NULL when OpenSSL has none. */
static char *
digest_line(const X509 *certificate)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	struct buf line = BUF_INIT;

	if (!X509_digest(certificate, EVP_sha256(), digest, &length) || length != SHA256_OCTETS)
		return NULL;
	for (unsigned i = 0; i < length; i++)
		buf_addf(&line, "%02x", digest[i]);
	return buf_take(&line);
}

/* Returns the certificate as PEM; NULL when there is no memory for it. */
static char *
pem_text(X509 *certificate)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *data, *text = NULL;
	long n;

	if (out && PEM_write_bio_X509(out, certificate)) {
		n = BIO_get_mem_data(out, &data);
		text = mem_strndup(data, (size_t)n);
	}
	BIO_free(out);
	return text;
}

void
certificate_describe(struct tls_certificate *to, struct x509_st *certificate)
{
	*to = (struct tls_certificate){
		.subject = name_line(X509_get_subject_name(certificate)),
		.issuer = name_line(X509_get_issuer_name(certificate)),
		.not_before = wall_time(X509_get0_notBefore(certificate)),
		.not_after = wall_time(X509_get0_notAfter(certificate)),
		.key = key_line(certificate),
		.signature = signature_line(certificate),
		.sha256 = digest_line(certificate),
		.pem = pem_text(certificate),
	};
	copy_sans(to, certificate);
	ERR_clear_error();
}

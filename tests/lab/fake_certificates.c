/*
 * Certificates of tests: see the header. EC P-256 throughout, since it is fast to make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "util/mem.h"
#include "lab/fake_certificates.h"

enum {
	DAY = 86400
};

/* Adds one extension in OpenSSL's notation. */
static void
add_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* Fills in everything but the signature. */
static void
fill(X509 *certificate, const struct fake_wish *wish)
{
	static long serial = 1;
	X509_NAME *name = X509_get_subject_name(certificate);

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
	X509_gmtime_adj(X509_getm_notBefore(certificate), wish->from_days * DAY);
	X509_gmtime_adj(X509_getm_notAfter(certificate), wish->to_days * DAY);
	X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_UTF8, (const unsigned char *)wish->common_name, -1, -1, 0);
	X509_set_issuer_name(certificate,
	    wish->issuer ? X509_get_subject_name(wish->issuer->certificate) : name);
	add_extension(certificate, NID_basic_constraints,
	    wish->authority ? "critical,CA:TRUE" : "CA:FALSE");
	if (wish->names)
		add_extension(certificate, NID_subject_alt_name, wish->names);
}

struct fake_certificate
fake_certificate_make(const struct fake_wish *wish)
{
	struct fake_certificate made = { X509_new(), EVP_EC_gen("P-256") };

	assert_non_null(made.certificate);
	assert_non_null(made.key);
	fill(made.certificate, wish);
	X509_set_pubkey(made.certificate, made.key);
	assert_true(X509_sign(made.certificate, wish->issuer ? wish->issuer->key : made.key,
			EVP_sha256()) > 0);
	return made;
}

void
fake_certificate_clear(struct fake_certificate *certificate)
{
	X509_free(certificate->certificate);
	EVP_PKEY_free(certificate->key);
	*certificate = (struct fake_certificate){ NULL, NULL };
}

char *
fake_certificate_pem(const struct fake_certificate *certificate)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text, *copy;
	long n;

	assert_int_equal(PEM_write_bio_X509(out, certificate->certificate), 1);
	n = BIO_get_mem_data(out, &text);
	copy = mem_strndup(text, (size_t)n);
	BIO_free(out);
	return copy;
}

SSL_CTX *
fake_server_context(
    const struct fake_certificate *leaf, const struct fake_certificate *const *others)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	assert_non_null(context);
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
	assert_int_equal(SSL_CTX_use_certificate(context, leaf->certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(context, leaf->key), 1);
	for (; others && *others; others++)
		assert_int_equal(SSL_CTX_add1_chain_cert(context, (*others)->certificate), 1);
	return context;
}

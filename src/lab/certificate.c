/*
 * Certificates of the laboratory.
 *
 * Decides what each kind of certificate looks like: who signs it, whom it names, when it is
 * valid; one row of a table each, wrong in one way and right in all others. When STARTTLS is
 * offered and what is said in it is left to the scenarios, what to think of it to net/tls.c.
 * Should OpenSSL fail at any step, the identity is left without a certificate and the
 * handshake breaks, which the client sees and tells.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "util/buf.h"
#include "util/mem.h"

#include "lab/certificate.h"

NAMES_DEFINE(lab_certificate, LAB_CERTIFICATES)
NAMES_DEFINE(lab_tls, LAB_TLS_VERSIONS)

#define DAY 86400L

/* Who stands behind a certificate's signature. */
enum signer {
	SIGNER_ROOT,
	SIGNER_INTERMEDIATE, /* itself signed by the root */
	SIGNER_STRANGER, /* a root that nobody trusts, shown with it */
	SIGNER_ITSELF,
	SIGNER_NOBODY, /* no certificate at all */
};

/* How each kind is made; days count from now. */
static const struct {
	enum signer signer;
	const char *name; /* in place of the host's own */
	long first_day, last_day;
} kinds[] = {
	[LAB_CERTIFICATE_GOOD] = { SIGNER_ROOT, NULL, -3, 87 },
	[LAB_CERTIFICATE_EXPIRED] = { SIGNER_ROOT, NULL, -91, -1 },
	[LAB_CERTIFICATE_NOT_YET_VALID] = { SIGNER_ROOT, NULL, 1, 91 },
	[LAB_CERTIFICATE_WRONG_NAME] = { SIGNER_ROOT, "www.hosting.example", -3, 87 },
	[LAB_CERTIFICATE_SELF_SIGNED] = { SIGNER_ITSELF, NULL, -3, 87 },
	[LAB_CERTIFICATE_UNTRUSTED] = { SIGNER_STRANGER, NULL, -3, 87 },
	[LAB_CERTIFICATE_INCOMPLETE] = { SIGNER_INTERMEDIATE, NULL, -3, 87 },
	[LAB_CERTIFICATE_NONE] = { SIGNER_NOBODY, NULL, 0, 0 },
};

/* The name that each signer has; the intermediate is never shown, so it has no certificate. */
static const char *const signer_names[] = {
	[SIGNER_ROOT] = "mxscope laboratory root",
	[SIGNER_INTERMEDIATE] = "mxscope laboratory intermediate",
	[SIGNER_STRANGER] = "a root that nobody trusts",
	[SIGNER_ITSELF] = NULL,
	[SIGNER_NOBODY] = NULL,
};

static const int newest_version[] = {
	[LAB_TLS_1_3] = TLS1_3_VERSION,
	[LAB_TLS_1_2] = TLS1_2_VERSION,
	[LAB_TLS_1_1] = TLS1_1_VERSION,
	[LAB_TLS_1_0] = TLS1_VERSION,
};

struct certifier {
	SSL_CTX *context;
	EVP_PKEY *root_key, *host_key;
	X509 *root, *stranger;
	char *pem;
	uint64_t serial; /* of the next certificate */
};

struct identity {
	struct certifier *certifier;
	X509 *certificate; /* NULL: the handshake breaks */
	X509 *above; /* the certifier's, shown behind the first one; or NULL */
	enum lab_tls tls;
};

/* What goes into one certificate. */
struct wish {
	const char *subject, *issuer;
	bool may_sign;
	long first_day, last_day;
	EVP_PKEY *key, *signing_key;
};

/* --- certificates ------------------------------------------------------------------ */

/* Sets a name: our organisation, and a common name. */
static bool
set_name(X509_NAME *name, const char *common)
{
	return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
		   (const unsigned char *)"mxscope", -1, -1, 0) == 1 &&
	    X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_UTF8, (const unsigned char *)common, -1, -1, 0) == 1;
}

/* Adds one extension, its value in OpenSSL's notation. */
static bool
add_extension(X509 *certificate, int id, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, id, value);
	bool added = extension && X509_add_ext(certificate, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return added;
}

/* Adds what makes a certificate a signer's, or that of the host in its SAN (RFC 9525 6.3). */
static bool
add_role(X509 *certificate, const struct wish *wish)
{
	struct buf names = BUF_INIT;
	bool added;

	if (wish->may_sign)
		return add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
		    add_extension(certificate, NID_key_usage, "critical,keyCertSign");
	buf_addf(&names, "DNS:%s", wish->subject);
	added = add_extension(certificate, NID_subject_alt_name, buf_text(&names)) &&
	    add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
	    add_extension(certificate, NID_ext_key_usage, "serverAuth");
	buf_clear(&names);
	return added;
}

/* Seconds to an end so many days ahead, and half a day: the days left stay the same while a session lasts. */
static long
seconds_to_end(long days)
{
	return days * DAY + (days > 0 ? DAY / 2 : 0);
}

/* Fills the certificate and signs it. */
static bool
fill_certificate(X509 *certificate, const struct wish *wish, uint64_t serial)
{
	return X509_set_version(certificate, X509_VERSION_3) == 1 &&
	    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(certificate), wish->first_day * DAY) &&
	    X509_gmtime_adj(X509_getm_notAfter(certificate), seconds_to_end(wish->last_day)) &&
	    set_name(X509_get_subject_name(certificate), wish->subject) &&
	    set_name(X509_get_issuer_name(certificate), wish->issuer) &&
	    X509_set_pubkey(certificate, wish->key) == 1 && add_role(certificate, wish) &&
	    X509_sign(certificate, wish->signing_key, EVP_sha256()) > 0;
}

/* Returns the certificate as wished, or NULL. */
static X509 *
make_certificate(struct certifier *certifier, const struct wish *wish)
{
	X509 *certificate = X509_new();

	if (certificate && fill_certificate(certificate, wish, certifier->serial++))
		return certificate;
	X509_free(certificate);
	return NULL;
}

/* --- the certifier ------------------------------------------------------------------ */

/*
 * Returns the certificate's PEM text, which the caller frees, "" when there is no
 * certificate.
 */
static char *
pem_text(X509 *certificate)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *text = NULL, *copy;
	long length = 0;

	if (memory && certificate && PEM_write_bio_X509(memory, certificate) == 1)
		length = BIO_get_mem_data(memory, &text);
	copy = mem_strndup(length > 0 ? text : "", (size_t)(length > 0 ? length : 0));
	BIO_free(memory);
	return copy;
}

/* Returns the context that all sessions share: TLS 1.2 and 1.3, nothing resumed. */
static SSL_CTX *
make_context(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (!context)
		return NULL;
	SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
	SSL_CTX_set_security_level(context, 0); /* old versions sign with SHA-1 */
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_num_tickets(context, 0);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	return context;
}

/* Returns the certificate of a signer that has signed itself, or NULL. */
static X509 *
certify_root(struct certifier *certifier, enum signer signer)
{
	struct wish wish = {
		.subject = signer_names[signer],
		.issuer = signer_names[signer],
		.may_sign = true,
		.first_day = -30,
		.last_day = 365,
		.key = certifier->root_key,
		.signing_key = certifier->root_key,
	};

	return make_certificate(certifier, &wish);
}

struct certifier *
certifier_new(void)
{
	struct certifier *certifier = mem_alloc(sizeof *certifier);

	certifier->serial = 1;
	certifier->context = make_context();
	certifier->root_key = EVP_EC_gen("P-256");
	certifier->host_key = EVP_EC_gen("P-256");
	certifier->root = certify_root(certifier, SIGNER_ROOT);
	certifier->stranger = certify_root(certifier, SIGNER_STRANGER);
	certifier->pem = pem_text(certifier->root);
	return certifier;
}

void
certifier_free(struct certifier *certifier)
{
	if (!certifier)
		return;
	X509_free(certifier->root);
	X509_free(certifier->stranger);
	EVP_PKEY_free(certifier->root_key);
	EVP_PKEY_free(certifier->host_key);
	SSL_CTX_free(certifier->context);
	free(certifier->pem);
	free(certifier);
}

const char *
certifier_root(const struct certifier *certifier)
{
	return certifier->pem;
}

size_t
certifier_host_key(
    const struct certifier *certifier, uint8_t matching, uint8_t digest[CERTIFIER_DIGEST_MAX])
{
	const EVP_MD *kind = matching == 1 ? EVP_sha256() : EVP_sha512();
	unsigned char *der = NULL;
	unsigned length = 0;
	int n = i2d_PUBKEY(certifier->host_key, &der);

	if (n <= 0 || EVP_Digest(der, (size_t)n, digest, &length, kind, NULL) != 1)
		length = 0;
	OPENSSL_free(der);
	return length;
}

/* --- identities --------------------------------------------------------------------- */

/* Returns the certificate of a kind for the host, or NULL. */
static X509 *
certify_host(struct certifier *certifier, const char *host, enum lab_certificate kind)
{
	const char *subject = kinds[kind].name ? kinds[kind].name : host;
	enum signer signer = kinds[kind].signer;
	bool alone = signer == SIGNER_ITSELF;
	struct wish wish = {
		.subject = subject,
		.issuer = alone ? subject : signer_names[signer],
		.first_day = kinds[kind].first_day,
		.last_day = kinds[kind].last_day,
		.key = certifier->host_key,
		.signing_key = alone ? certifier->host_key : certifier->root_key,
	};

	return signer == SIGNER_NOBODY ? NULL : make_certificate(certifier, &wish);
}

struct identity *
identity_new(
    struct certifier *certifier, const char *host, enum lab_certificate kind, enum lab_tls tls)
{
	struct identity *identity = mem_alloc(sizeof *identity);

	identity->certifier = certifier;
	identity->certificate = certify_host(certifier, host, kind);
	identity->above = kinds[kind].signer == SIGNER_STRANGER ? certifier->stranger : NULL;
	identity->tls = tls;
	return identity;
}

void
identity_free(struct identity *identity)
{
	if (!identity)
		return;
	X509_free(identity->certificate);
	free(identity);
}

struct ssl_st *
identity_session(const struct identity *identity)
{
	SSL *session = SSL_new(identity->certifier->context);

	if (!session)
		return NULL;
	SSL_set_max_proto_version(session, newest_version[identity->tls]);
	if (identity->certificate) {
		SSL_use_certificate(session, identity->certificate);
		SSL_use_PrivateKey(session, identity->certifier->host_key);
	}
	if (identity->above)
		SSL_add1_chain_cert(session, identity->above);
	SSL_set_accept_state(session);
	return session;
}

void
identity_farewell(struct ssl_st *session)
{
	if (SSL_is_init_finished(session))
		SSL_shutdown(session);
	ERR_clear_error();
}

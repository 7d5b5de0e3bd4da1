/*
 * The certificates of a handshake against TLSA records (RFC 7671, RFC 7672 3), by OpenSSL's own
 * DANE.
 *
 * The records usually arrive while the dialogue is under way, or after it. To hold the handshake
 * until they are here would make every probe slower and let a failing DNS keep us from seeing the
 * certificates at all; so the handshake lets all of them pass, they are kept as shown, and
 * verified here as OpenSSL would have done it within: same code, same records, same names.
 * That leaves *handshake* and *DANE* two facts. Which records count, and what follows, is decided
 * in mail/dane.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "dns/tlsa.h"
#include "net/tls.h"
#include "net/tls_client.h"

/* What one verification works with. */
struct verification {
	SSL *ssl; /* never connected: it holds the TLSA records */
	struct stack_st_X509 *shown;
	X509_STORE *anchors; /* none: TLSA alone counts */
	X509_STORE_CTX *context;
};

/* Returns the certificates that were shown, as far as they can be read again. */
static struct stack_st_X509 *
read_certificates(const struct tls_facts *facts)
{
	struct stack_st_X509 *shown = sk_X509_new_null();

	for (size_t i = 0; shown && i < facts->certificate_count; i++) {
		const char *pem = facts->certificates[i].pem;
		BIO *text = pem ? BIO_new_mem_buf(pem, -1) : NULL;
		X509 *certificate = text ? PEM_read_bio_X509(text, NULL, NULL, NULL) : NULL;

		BIO_free(text);
		if (certificate)
			sk_X509_push(shown, certificate);
	}
	return shown;
}

/* Adds the records that SMTP can use; returns how many OpenSSL took. */
static size_t
add_records(SSL *ssl, const struct dns_records *records)
{
	size_t count = 0;
	struct tlsa tlsa;

	for (size_t i = 0; i < records->count; i++) {
		if (dns_record_tlsa(&records->items[i], &tlsa) &&
		    tlsa_use(&tlsa) == TLSA_USABLE &&
		    SSL_dane_tlsa_add(ssl, tlsa.usage, tlsa.selector, tlsa.matching, tlsa.data,
			tlsa.length) > 0)
			count++;
	}
	return count;
}

/* Sets the names that a certificate may have, where a record asks for a name (RFC 7672 3.2.2). */
static void
set_names(X509_STORE_CTX *context, const char *const *names, size_t count)
{
	X509_VERIFY_PARAM *wanted = X509_STORE_CTX_get0_param(context);

	X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	for (size_t i = 0; i < count; i++)
		X509_VERIFY_PARAM_add1_host(wanted, names[i], 0);
}

/* Makes ready for verifying: false when memory is short or there is nothing to verify. */
static bool
prepare(struct verification *v, const struct tls_client *client, const struct tls_facts *facts,
    const char *base)
{
	v->ssl = SSL_new(client->context);
	v->shown = read_certificates(facts);
	v->anchors = X509_STORE_new();
	v->context = X509_STORE_CTX_new();
	if (!v->ssl || !v->shown || !v->anchors || !v->context || sk_X509_num(v->shown) == 0)
		return false;
	if (SSL_dane_enable(v->ssl, base) <= 0)
		return false;
	SSL_dane_set_flags(v->ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	return X509_STORE_CTX_init(
		   v->context, v->anchors, sk_X509_value(v->shown, 0), v->shown) == 1;
}

/* Frees what prepare() made. */
static void
clear(struct verification *v)
{
	X509_STORE_CTX_free(v->context);
	X509_STORE_free(v->anchors);
	sk_X509_pop_free(v->shown, X509_free);
	SSL_free(v->ssl);
	ERR_clear_error();
}

/* Errors that tell more than that nothing matched: a record vouches for the chain, and yet. */
static const struct {
	int error;
	const char *reason;
} reasons[] = {
	{ X509_V_ERR_HOSTNAME_MISMATCH,
	    "a TLSA record vouches for the certificate's issuer, but the certificate is for "
	    "another name" },
	{ X509_V_ERR_CERT_HAS_EXPIRED,
	    "a TLSA record vouches for the certificate's issuer, but a certificate has "
	    "expired" },
	{ X509_V_ERR_CERT_NOT_YET_VALID,
	    "a TLSA record vouches for the certificate's issuer, but a certificate is not "
	    "valid yet" },
};

/* Returns why the certificates were not verified. */
static const char *
reason_of(int error)
{
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		if (reasons[i].error == error)
			return reasons[i].reason;
	}
	return "no TLSA record matches the certificates that the server shows";
}

/* Tells which record matched which certificate. */
static void
describe_match(struct tls_dane *dane, SSL *ssl)
{
	int depth = SSL_get0_dane_authority(ssl, NULL, NULL);

	SSL_get0_dane_tlsa(ssl, &dane->usage, &dane->selector, &dane->matching, NULL, NULL);
	dane->depth = depth > 0 ? (unsigned)depth : 0;
}

void
tls_client_dane(struct tls_client *client, const struct tls_facts *facts,
    const struct dns_records *records, const char *const *names, size_t count,
    struct tls_dane *dane)
{
	struct verification v = { 0 };
	const char *reason = "the server shows no certificate that can be read";

	*dane = (struct tls_dane){ .checked = true };
	if (prepare(&v, client, facts, names[0])) {
		dane->unusable = add_records(v.ssl, records) == 0;
		set_names(v.context, names, count);
		X509_STORE_CTX_set_default(v.context, "ssl_server");
		X509_STORE_CTX_set0_dane(v.context, SSL_get0_dane(v.ssl));
		dane->verified = X509_verify_cert(v.context) > 0;
		reason = reason_of(X509_STORE_CTX_get_error(v.context));
	}
	if (dane->verified)
		describe_match(dane, v.ssl);
	else
		snprintf(dane->reason, sizeof dane->reason, "%s", reason);
	clear(&v);
}

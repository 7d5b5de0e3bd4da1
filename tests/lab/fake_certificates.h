/*
 * Certificates for the tests of TLS, made in memory: roots, intermediates and leaves with the
 * names and dates that a test wants.
 */
#ifndef TESTS_LAB_FAKE_CERTIFICATES_H
#define TESTS_LAB_FAKE_CERTIFICATES_H

#include <openssl/ssl.h>

/* A certificate with its key. */
struct fake_certificate {
	X509 *certificate;
	EVP_PKEY *key;
};

/* What is to be made. */
struct fake_wish {
	const char *common_name; /* may hold any bytes */
	const char *names; /* subjectAltName in OpenSSL's notation, "DNS:a,IP:b"; NULL = none */
	const struct fake_certificate *issuer; /* NULL = signs itself */
	int authority; /* 1 = may sign others */
	long from_days, to_days; /* validity, counted from now */
};

/* Makes the certificate. Clear it with fake_certificate_clear(). */
struct fake_certificate fake_certificate_make(const struct fake_wish *wish);
void fake_certificate_clear(struct fake_certificate *certificate);

/* Returns the certificate as PEM; the caller frees it. */
char *fake_certificate_pem(const struct fake_certificate *certificate);

/*
 * Returns a server context that shows the leaf and, behind it, the others (NULL-terminated
 * list, or NULL). The caller frees it.
 */
SSL_CTX *fake_server_context(
    const struct fake_certificate *leaf, const struct fake_certificate *const *others);

#endif

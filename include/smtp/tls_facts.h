/*
 * What a finished TLS handshake showed, as plain data: version, cipher, every certificate, and the
 * two judgements about them that no policy takes part in - the chain, and the name.
 */
#ifndef SMTP_TLS_FACTS_H
#define SMTP_TLS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/names.h"

/* The certificate chain alone, whatever its names. */
#define TLS_CHAINS(X) \
	X(TLS_CHAIN_TRUSTED, "trusted", "leads to a trust anchor, and is in date") \
	X(TLS_CHAIN_EXPIRED, "expired", "a certificate is past its last day") \
	X(TLS_CHAIN_NOT_YET_VALID, "not-yet-valid", "a certificate's first day is to come") \
	X(TLS_CHAIN_SELF_SIGNED, "self-signed", "signed by itself alone") \
	X(TLS_CHAIN_UNTRUSTED, "untrusted", "leads to a root that is not trusted here") \
	X(TLS_CHAIN_INCOMPLETE, "incomplete", "an intermediate certificate is missing")
NAMES_DECLARE(tls_chain, TLS_CHAINS)

enum {
	TLS_SANS_MAX = 100, /* names kept of one certificate */
	TLS_CERTIFICATES_MAX = 12, /* certificates kept of one chain */
};

/* One certificate. Strings are printable, one line each unless told, and owned. */
struct tls_certificate {
	char *subject, *issuer; /* RFC 2253 order; NULL = could not be read */
	char **sans; /* dNSName and iPAddress, at most TLS_SANS_MAX */
	size_t san_count;
	int64_t not_before, not_after; /* wall-clock seconds; 0 = could not be read */
	char *key; /* "RSA 2048 bits", "EC P-256" */
	char *signature; /* "sha256WithRSAEncryption" */
	char *sha256; /* of the whole certificate, lower-case hex */
	char *pem; /* PEM, with its line ends */
};

/* Makes *to a deep copy, in place of whatever bits are there. */
void tls_certificate_copy(struct tls_certificate *to, const struct tls_certificate *from);

/* Frees what the certificate holds. */
void tls_certificate_clear(struct tls_certificate *certificate);

/* The facts of a finished handshake. Strings are printable and owned; NULL when not known. */
struct tls_facts {
	bool present; /* a handshake succeeded and the rest is filled */
	char *version; /* "TLSv1.3" */
	char *cipher;
	enum tls_chain chain;
	bool name_matches; /* a SAN dNSName matches the exchange (RFC 9525 6.3) */
	/* As the server sent them, its own first, at most TLS_CERTIFICATES_MAX. */
	struct tls_certificate *certificates;
	size_t certificate_count;
	size_t certificates_left_out; /* beyond these */
};

/* The server's own certificate; one of which nothing is known where it showed none. */
const struct tls_certificate *tls_facts_leaf(const struct tls_facts *facts);

enum {
	TLS_DANE_REASON_MAX = 160,
};

/*
 * What came of holding the certificates of a handshake against TLSA records (RFC 7671). Plain data,
 * copied by assignment.
 */
struct tls_dane {
	bool waiting; /* it is being done */
	bool checked; /* it was done, and the rest is filled */
	bool verified;
	bool
	    unusable; /* OpenSSL could use none of the records, though they look as they should */
	/* The record that matched, and the certificate: 0 = the server's own. */
	uint8_t usage, selector, matching;
	unsigned depth;
	char reason[TLS_DANE_REASON_MAX]; /* why it is not verified, a clause; "" when it is */
};

/* Makes *to a deep copy; what it held is freed. */
void tls_facts_copy(struct tls_facts *to, const struct tls_facts *from);

/* Frees the strings and leaves all facts unknown. */
void tls_facts_clear(struct tls_facts *facts);

#endif

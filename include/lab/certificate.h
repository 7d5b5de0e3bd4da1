/*
 * The server side of TLS in the laboratory, with certificates made in memory. With net/tls.c
 * this is the second of the two doors to OpenSSL: that one is the client and judges, this one
 * is the server and is judged.
 *
 * A certifier holds the laboratory's root and signs what scenarios ask for: a good
 * certificate, or one that is wrong in exactly one way. An identity is what one mail server
 * shows; it is made at the first handshake. Keys are EC P-256, one for the roots and one for
 * all hosts.
 */
#ifndef LAB_CERTIFICATE_H
#define LAB_CERTIFICATE_H

#include <stddef.h>
#include <stdint.h>

#include "util/names.h"

struct ssl_st;
struct certifier;
struct identity;

/* What is wrong with the certificate that a mail server shows. */
#define LAB_CERTIFICATES(X) \
	X(LAB_CERTIFICATE_GOOD, "good", "nothing") \
	X(LAB_CERTIFICATE_EXPIRED, "expired", "its last day was yesterday") \
	X(LAB_CERTIFICATE_NOT_YET_VALID, "not-yet-valid", "its first day is tomorrow") \
	X(LAB_CERTIFICATE_WRONG_NAME, "wrong-name", "it names another host") \
	X(LAB_CERTIFICATE_SELF_SIGNED, "self-signed", "nobody but itself has signed it") \
	X(LAB_CERTIFICATE_UNTRUSTED, "untrusted", "a root that nobody trusts has signed it") \
	X(LAB_CERTIFICATE_INCOMPLETE, "incomplete", \
	    "the intermediate certificate is not shown") \
	X(LAB_CERTIFICATE_NONE, "none", "there is none: the handshake breaks")
NAMES_DECLARE(lab_certificate, LAB_CERTIFICATES)

/* The newest version of TLS that a mail server speaks. */
#define LAB_TLS_VERSIONS(X) \
	X(LAB_TLS_1_3, "1.3", "TLS 1.3") \
	X(LAB_TLS_1_2, "1.2", "TLS 1.2") \
	X(LAB_TLS_1_1, "1.1", "TLS 1.1, which RFC 8996 ended") \
	X(LAB_TLS_1_0, "1.0", "TLS 1.0, which RFC 8996 ended")
NAMES_DECLARE(lab_tls, LAB_TLS_VERSIONS)

/*
 * A certifier with a new root. Free it with certifier_free() (NULL is fine), after its
 * identities.
 */
struct certifier *certifier_new(void);
void certifier_free(struct certifier *certifier);

/* The root's certificate as PEM; valid while the certifier lives. */
const char *certifier_root(const struct certifier *certifier);

enum {
	CERTIFIER_DIGEST_MAX = 64,
};

/*
 * Writes the digest of the key that all hosts have, as TLSA records of selector 1 hold it:
 * SHA-256 for matching type 1, SHA-512 for 2. Returns its length, 0 when OpenSSL failed.
 */
size_t certifier_host_key(
    const struct certifier *certifier, uint8_t matching, uint8_t digest[CERTIFIER_DIGEST_MAX]);

/* The identity of a host (its name in ASCII). Free it with identity_free() (NULL is fine). */
struct identity *identity_new(
    struct certifier *certifier, const char *host, enum lab_certificate kind, enum lab_tls tls);
void identity_free(struct identity *identity);

/*
 * A new TLS session to accept a client with; whoever takes it frees it, usually a
 * bufferevent.
 */
struct ssl_st *identity_session(const struct identity *identity);

/* Says the end of a session in which the handshake was finished (close_notify). */
void identity_farewell(struct ssl_st *session);

#endif

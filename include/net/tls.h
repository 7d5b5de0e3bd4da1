/*
 * The one door to OpenSSL for connections: one client context for all probes, STARTTLS on a
 * running bufferevent, and the facts of a finished handshake. The handshake never fails for a
 * certificate's sake: chain and name are judged afterwards and told as facts.
 *
 * A chain can be wrong in several ways at once; tls_facts.chain tells the one that matters
 * first. Trust comes before dates, since a date means nothing under a signature that proves
 * nothing: self-signed, then untrusted, then incomplete, then expired, then not yet valid. So
 * "expired" always says: signed by someone we trust, but past its last day.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>

#include "dns/record.h"
#include "smtp/facts.h"
#include "util/ip.h"

struct bufferevent;
struct event_base;
struct tls_client;

/*
 * A client context with the system's trust store, or the PEM file ca_file. Returns NULL and a
 * sentence in *error (the caller frees it) when the file cannot be read or holds no
 * certificate. The system store is looked up lazily, a certificate at a time, where the
 * platform has one.
 */
struct tls_client *tls_client_new(const char *ca_file, char **error);
void tls_client_free(struct tls_client *client);

/* Trusts one more PEM certificate (the laboratory's root). False when it cannot be read. */
bool tls_client_trust(struct tls_client *client, const char *pem);

/*
 * Returns a bufferevent that runs a TLS client handshake on top of the connected `plain` one,
 * with this SNI (NULL for none, as for address literals). The result owns plain. TLS 1.0 and
 * up, resumption off, TCP_NODELAY is the caller's. Its callbacks are deferred. Reading must
 * be enabled once BEV_EVENT_CONNECTED has come. NULL when OpenSSL has no more memory.
 */
struct bufferevent *tls_client_start(
    struct tls_client *client, struct bufferevent *plain, const char *server_name);

/*
 * Fills the facts of the finished handshake on this bufferevent. The name is matched against
 * host, or against ip when host is NULL (RFC 9525 6: only subjectAltNames count, a wildcard
 * is a whole leftmost label). The caller clears the facts with tls_facts_clear().
 */
void tls_client_facts(struct tls_client *client, struct bufferevent *secured, const char *host,
    const struct ip_addr *ip, struct tls_facts *facts);

/*
 * Verifies the certificates of a finished handshake by the TLSA records that SMTP can use, and
 * by nothing else (RFC 7672 3): no trust anchor of this client counts. Names are those that a
 * certificate below DANE-TA(2) may have, the TLSA base domain first, at least that one;
 * DANE-EE(3) asks for neither name nor dates.
 */
void tls_client_dane(struct tls_client *client, const struct tls_facts *facts,
    const struct dns_records *records, const char *const *names, size_t count,
    struct tls_dane *dane);

/*
 * Returns a bufferevent for HTTPS to the host, not yet connected: a handshake that fails the check
 * of chain, dates or name is broken off. NULL when OpenSSL has no more memory.
 */
struct bufferevent *tls_client_https(
    struct tls_client *client, struct event_base *base, const char *host);

/*
 * Why such a connection broke, as what the server did ("shows a certificate ..."; the caller frees
 * it), NULL when TLS has nothing to do with it. Asked once.
 */
char *tls_https_fault(struct bufferevent *secured);

/* Returns the sentence for a handshake that broke (the caller frees it), printable. */
char *tls_error(struct bufferevent *secured);

/*
 * What in TLS itself (an alert, a bad record) ended an established session, as a printable clause that the
 * caller frees; NULL when the connection under it broke. Asked once, after BEV_EVENT_ERROR.
 */
char *tls_fault(struct bufferevent *secured);

/* Puts close_notify behind what was written (RFC 8446 6.1), without waiting for an answer. */
void tls_close(struct bufferevent *secured);

#endif

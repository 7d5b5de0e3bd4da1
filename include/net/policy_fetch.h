/*
 * Fetches MTA-STS policies by HTTPS (RFC 8461 3.3): GET https://HOST/.well-known/mta-sts.txt with a
 * full check of the certificate, no redirects, no cache, bounded in size and time. The host has
 * been resolved by whoever asks: here only addresses are dialled.
 */
#ifndef NET_POLICY_FETCH_H
#define NET_POLICY_FETCH_H

#include <stddef.h>
#include <stdint.h>

#include "util/ip.h"

struct event_base;
struct dialler;
struct tls_client;
struct policy_fetcher;

enum {
	POLICY_FETCH_MAX = 65536, /* octets of a policy */
	POLICY_FETCH_ADDRESSES_MAX = 8,
};

struct policy_fetch_settings {
	int64_t patience_us; /* for all addresses together; 0 = 60 s */
	int64_t patience_each_us; /* for one of several; 0 = 20 s */
};

/* What is to be fetched. */
struct policy_request {
	uint64_t owner; /* the inquiry: its fetches can be cancelled */
	uint32_t tag; /* comes back */
	const char *host; /* "mta-sts.example.net", in ASCII; copied */
	const struct ip_addr
	    *addresses; /* tried in order, at most POLICY_FETCH_ADDRESSES_MAX */
	size_t count;
};

/* What came of it; valid during the callback. */
struct policy_answer {
	const char *text; /* NULL when it failed */
	size_t length;
	/*
	 * Why it failed, a printable clause; NULL when it did not. Of several addresses the one that we came
	 * furthest with counts, and the first of those.
	 */
	const char *reason;
};

typedef void policy_fetch_callback(
    void *context, uint64_t owner, uint32_t tag, const struct policy_answer *answer);

/*
 * A fetcher on this loop. The callback comes from the loop, once for each request unless it is
 * cancelled. Free it with policy_fetcher_free() (NULL is fine), before dialler, TLS client and
 * base. The process must ignore SIGPIPE.
 */
struct policy_fetcher *policy_fetcher_new(struct event_base *base,
    const struct dialler *dialler, struct tls_client *tls,
    const struct policy_fetch_settings *settings, policy_fetch_callback *callback,
    void *context);
void policy_fetcher_free(struct policy_fetcher *fetcher);

/* Begins. */
void policy_fetch(struct policy_fetcher *fetcher, const struct policy_request *request);

/* Drops what the owner has asked for: no callback comes any more. */
void policy_fetch_cancel(struct policy_fetcher *fetcher, uint64_t owner);

#endif

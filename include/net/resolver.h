/*
 * The asynchronous resolver: dns/lookup machines on real sockets. Any number of
 * questions may be asked; a window of them is in flight, the rest wait their turn. Equal
 * questions share one lookup; answers come from the cache while their TTL lasts. The
 * callback always runs from the event loop, never from inside resolver_ask().
 */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/lookup.h"
#include "dns/result.h"

struct event_base;
struct dialler;
struct resolver;

enum {
	RESOLVER_WINDOW = 256 /* questions in flight at once, unless told otherwise */
};

struct resolver_settings {
	/*
	 * Servers, patience, attempts. Without .random ids come from the kernel's generator;
	 * .standings are the resolver's own.
	 */
	struct dns_lookup_settings lookup;
	size_t window; /* questions in flight at once; 0 = RESOLVER_WINDOW */
	size_t cache_bytes; /* 0 = DNS_CACHE_BYTES */
	/*
	 * Trust anchors, copied: see resolver_set_anchors().
	 */
	const struct dns_records *anchors;
};

/* Asked by whom: one number an inquiry, so that all its questions can be dropped at once. */
typedef uint64_t resolver_owner;

/*
 * The result is the callee's to look at; it takes a reference (dns_result_hold()) to keep it.
 */
typedef void resolver_callback(
    void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result);

/*
 * A resolver on this loop; results go to callback(context, ...), which may ask and drop. Free
 * it with resolver_free(), not from inside the callback and before the dialler and the base;
 * what is still asked is dropped. The process must ignore SIGPIPE.
 */
struct resolver *resolver_new(struct event_base *base, const struct dialler *dialler,
    const struct resolver_settings *settings, resolver_callback *callback, void *context);
void resolver_free(struct resolver *resolver);

/* Whether an answer may come from the cache. */
enum resolver_freshness {
	RESOLVER_CACHED,
	RESOLVER_FRESH
};

/*
 * Asks; the answer comes later as callback(context, owner, tag, result), validated where there are
 * trust anchors, exactly once unless dropped. Fresh means: not from the cache; an equal question that is on its way is shared.
 * Owners whose questions wait for a place in the window take turns, so that a long list does
 * not keep the one who asks a single question waiting.
 */
void resolver_ask(struct resolver *resolver, resolver_owner owner, uint32_t tag,
    const struct dns_question *question, enum resolver_freshness freshness);

/*
 * The same, for those who would rather see an answer at once: while it is still being validated,
 * callback() brings it as provisional, and then, once, as it was judged.
 */
void resolver_ask_early(struct resolver *resolver, resolver_owner owner, uint32_t tag,
    const struct dns_question *question, enum resolver_freshness freshness);

/* The same, past the cache, for those who want the chain of trust told: see dns_result.links. */
void resolver_ask_explained(struct resolver *resolver, resolver_owner owner, uint32_t tag,
    const struct dns_question *question);

/* Drops all questions of this owner: no callback comes for them any more, and what nobody else
 * waits for is no longer asked. */
void resolver_drop(struct resolver *resolver, resolver_owner owner);

/* How many questions wait for an answer. */
size_t resolver_pending(const struct resolver *resolver);

/*
 * Replaces the servers (1 to DNS_SERVERS_MAX) for all questions that were not sent yet, and
 * empties the cache: what the old servers said is not what the new ones would say.
 */
void resolver_set_servers(
    struct resolver *resolver, const struct endpoint *servers, size_t count);

/*
 * Replaces the trust anchors, from which every result is validated before it is handed out. With
 * none (NULL, or an empty list) none is: each is `unchecked`, and asked for without DNSSEC. Results
 * in the cache stay what they are; resolver_set_servers() empties it.
 */
void resolver_set_anchors(struct resolver *resolver, const struct dns_records *anchors);

#endif

/*
 * Answers kept for their TTL, positive and negative (RFC 2308), bounded in number and bytes,
 * the least recently used dropped first. Time is an argument.
 */
#ifndef DNS_CACHE_H
#define DNS_CACHE_H

#include "dns/result.h"

struct dns_cache;

enum {
	DNS_CACHE_BYTES = 4 << 20 /* what a program keeps, unless told otherwise */
};

/*
 * A cache for at most this many bytes of answers, roughly counted. Free it with
 * dns_cache_free().
 */
struct dns_cache *dns_cache_new(size_t bytes);
void dns_cache_free(struct dns_cache *cache);

/*
 * Returns the unexpired result for the question with a reference for the caller, or NULL.
 * Its from_cache is set and its ttl still counts from received_us.
 */
const struct dns_result *dns_cache_find(
    struct dns_cache *cache, const struct dns_question *question, int64_t now_us);

/*
 * Keeps the result, in place of an older one for the same question. A result with TTL 0, or
 * one that settles nothing, is not kept - but it does drop the older one when that has expired.
 */
void dns_cache_store(struct dns_cache *cache, const struct dns_result *result, int64_t now_us);

/* Drops what is kept for this question. */
void dns_cache_drop(struct dns_cache *cache, const struct dns_question *question);

/* How many answers are kept, and about how many bytes they take: never more than was allowed. */
size_t dns_cache_count(const struct dns_cache *cache);
size_t dns_cache_bytes(const struct dns_cache *cache);

#endif

/*
 * Answers kept for their TTL.
 *
 * A hash table with chains, and one list through all entries from the most to the least
 * recently used. Decides what is kept (answers that settle a question and have a TTL, RFC 2308
 * 5) and what goes first when it gets too much. NXDOMAIN is kept for the type that was asked for, though
 * it speaks of the name: servers that give it for AAAA alone exist (RFC 4074 4.2), and are to be
 * seen as they are. How long an answer lives was decided where it was read (answer.c).
 */
#include <stdlib.h>

#include "util/mem.h"
#include "util/prefetch.h"
#include "dns/cache.h"

enum {
	ENTRY_TYPICAL = 512, /* bytes: for the number of chains */
	CHAINS_MIN = 64,
	CHAINS_MAX = 65536,
	BLOCK_OVERHEAD = 16, /* what malloc adds to a block */
};

struct entry {
	uint32_t hash;
	const struct dns_result *result; /* its question is the key */
	size_t bytes;
	struct entry *chain; /* next of the same hash */
	struct entry *newer, *older;
};

struct dns_cache {
	struct entry **chains;
	size_t chain_count; /* a power of two */
	size_t count, bytes, bytes_max;
	struct entry *newest, *oldest;
};

struct dns_cache *
dns_cache_new(size_t bytes)
{
	struct dns_cache *cache = mem_alloc(sizeof *cache);

	cache->bytes_max = bytes;
	cache->chain_count = CHAINS_MIN;
	while (cache->chain_count < bytes / ENTRY_TYPICAL && cache->chain_count < CHAINS_MAX)
		cache->chain_count *= 2;
	cache->chains = mem_calloc(cache->chain_count, sizeof(struct entry *));
	return cache;
}

/* Returns the hash of a question. */
static uint32_t
hash_of(const struct dns_question *question)
{
	return dns_name_hash(&question->name) + question->type * UINT32_C(2654435761);
}

/* True when the entry is the question's. */
static bool
is_entry_of(const struct entry *e, const struct dns_question *question, uint32_t hash)
{
	return e->hash == hash && e->result->question.type == question->type &&
	    dns_name_equal(&e->result->question.name, &question->name);
}

/* Returns the place that points to the question's entry, or to NULL at the end of its chain. */
static struct entry **
find_place(const struct dns_cache *cache, const struct dns_question *question, uint32_t hash)
{
	struct entry **place = &cache->chains[hash & (cache->chain_count - 1)];

	while (*place && !is_entry_of(*place, question, hash))
		place = &(*place)->chain;
	return place;
}

/* Takes the entry out of the list of use. */
static void
unlink_entry(struct dns_cache *cache, struct entry *e)
{
	if (e->newer)
		e->newer->older = e->older;
	else
		cache->newest = e->older;
	if (e->older)
		e->older->newer = e->newer;
	else
		cache->oldest = e->newer;
}

/* Puts the entry at the head of the list of use. */
static void
link_newest(struct dns_cache *cache, struct entry *e)
{
	e->newer = NULL;
	e->older = cache->newest;
	if (e->older)
		e->older->newer = e;
	else
		cache->oldest = e;
	cache->newest = e;
}

/* Drops the entry that *place points to. */
static void
drop_at(struct dns_cache *cache, struct entry **place)
{
	struct entry *e = *place;

	*place = e->chain;
	unlink_entry(cache, e);
	cache->bytes -= e->bytes;
	cache->count--;
	dns_result_release(e->result);
	free(e);
}

/*
 * Has the processor fetch what dropping the oldest entry will touch: a full cache drops one for each
 * that it takes, and the oldest is in nobody's memory but the slowest.
 */
static void
expect_drop(const struct dns_cache *cache)
{
	const struct entry *e = cache->oldest;

	if (!e)
		return;
	prefetch(e->newer, sizeof *e);
	prefetch(&cache->chains[e->hash & (cache->chain_count - 1)], 1);
	prefetch(e->result, offsetof(struct dns_result, question));
}

/* Drops the entry that was used least recently. */
static void
drop_oldest(struct dns_cache *cache)
{
	struct entry *e = cache->oldest;
	struct entry **place = &cache->chains[e->hash & (cache->chain_count - 1)];

	while (*place != e)
		place = &(*place)->chain;
	drop_at(cache, place);
}

void
dns_cache_drop(struct dns_cache *cache, const struct dns_question *question)
{
	struct entry **place = find_place(cache, question, hash_of(question));

	if (*place)
		drop_at(cache, place);
}

void
dns_cache_free(struct dns_cache *cache)
{
	if (!cache)
		return;
	while (cache->oldest)
		drop_oldest(cache);
	free(cache->chains);
	free(cache);
}

/*
 * Gives the entry a copy of its result that says that it comes from here. That is left until
 * somebody asks again: of a long list few results ever are.
 */
static void
mark_cached(struct entry *e)
{
	struct dns_result *copy;

	if (e->result->from_cache)
		return;
	copy = dns_result_copy(e->result);
	copy->from_cache = true;
	dns_result_release(e->result);
	e->result = copy;
}

const struct dns_result *
dns_cache_find(struct dns_cache *cache, const struct dns_question *question, int64_t now_us)
{
	struct entry **place = find_place(cache, question, hash_of(question)), *e = *place;

	if (!e)
		return NULL;
	if (dns_result_ttl_left(e->result, now_us) == 0) {
		drop_at(cache, place);
		return NULL;
	}
	unlink_entry(cache, e);
	link_newest(cache, e);
	mark_cached(e);
	return dns_result_hold(e->result);
}

/* Returns about how many bytes the records take. */
static size_t
records_bytes(const struct dns_records *records)
{
	size_t bytes = records->count * sizeof *records->items;

	for (size_t i = 0; i < records->count; i++)
		bytes += records->items[i].length + BLOCK_OVERHEAD;
	return bytes;
}

/* Returns about how many bytes an entry with this result takes. */
static size_t
entry_bytes(const struct dns_result *result)
{
	size_t bytes = sizeof(struct entry) + sizeof *result + 4 * BLOCK_OVERHEAD;

	bytes += result->alias_count * sizeof *result->alias;
	bytes += records_bytes(&result->answer) + records_bytes(&result->evidence);
	return bytes;
}

/* Adds a new entry that shares the result. */
static void
add_entry(struct dns_cache *cache, const struct dns_result *result, uint32_t hash, size_t bytes)
{
	struct entry **place = &cache->chains[hash & (cache->chain_count - 1)];
	struct entry *e = mem_realloc(NULL, 1, sizeof *e);

	*e = (struct entry){
		.hash = hash,
		.chain = *place,
		.result = dns_result_hold(result),
		.bytes = bytes,
	};
	*place = e;
	link_newest(cache, e);
	cache->bytes += bytes;
	cache->count++;
}

void
dns_cache_store(struct dns_cache *cache, const struct dns_result *result, int64_t now_us)
{
	uint32_t hash = hash_of(&result->question);
	struct entry **place = find_place(cache, &result->question, hash);
	bool keep = dns_result_is_final(result) && dns_result_ttl_left(result, now_us) > 0;
	size_t bytes = entry_bytes(result);

	if (*place && (keep || dns_result_ttl_left((*place)->result, now_us) == 0))
		drop_at(cache, place);
	if (!keep || bytes > cache->bytes_max)
		return;
	while (cache->bytes + bytes > cache->bytes_max)
		drop_oldest(cache);
	add_entry(cache, result, hash, bytes);
	expect_drop(cache);
}

size_t
dns_cache_count(const struct dns_cache *cache)
{
	return cache->count;
}

size_t
dns_cache_bytes(const struct dns_cache *cache)
{
	return cache->bytes;
}

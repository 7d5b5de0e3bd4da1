/*
 * One visit for all who ask for the same thing: same address and port, same exchange name and SNI (the name
 * match hangs on them), same envelope. What a visit found is given out while it is fresh, and
 * kept, up to a limit; the oldest goes first. A visit that nobody waits for any more is cancelled.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "net/clock.h"
#include "net/probe_pool.h"

enum {
	KEPT_MAX = 1024 /* visits; their facts are a few kilobytes each */
};

/* Who waits for a visit. */
struct waiter {
	uint64_t owner;
	uint32_t tag;
};

struct visit {
	uint64_t id; /* its owner, for the prober */
	struct probe_request request; /* its texts are owned */
	struct smtp_facts *facts; /* the latest; NULL = none yet */
	bool ended;
	struct waiter *waiters;
	size_t waiter_count, waiter_capacity;
};

struct probe_pool {
	struct prober *prober;
	int64_t fresh_us;
	prober_callback *callback;
	void *context;
	uint64_t next_id;
	struct visit **visits; /* the oldest first */
	size_t count, capacity;
};

/* True when both are NULL, or the same. */
static bool
is_same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* True when one visit answers both. */
static bool
is_same(const struct probe_request *a, const struct probe_request *b)
{
	return ip_equal(&a->target.ip, &b->target.ip) && a->target.port == b->target.port &&
	    is_same_text(a->host, b->host) && is_same_text(a->server_name, b->server_name) &&
	    is_same_text(a->mail_from, b->mail_from) && is_same_text(a->rcpt, b->rcpt) &&
	    a->size == b->size;
}

/* Frees a visit. */
static void
free_visit(struct visit *visit)
{
	char *texts[4];

	memcpy(&texts[0], &visit->request.host, sizeof texts[0]);
	memcpy(&texts[1], &visit->request.mail_from, sizeof texts[1]);
	memcpy(&texts[2], &visit->request.rcpt, sizeof texts[2]);
	memcpy(&texts[3], &visit->request.server_name, sizeof texts[3]);
	for (int i = 0; i < 4; i++)
		free(texts[i]);
	smtp_facts_free(visit->facts);
	free(visit->waiters);
	free(visit);
}

/* Takes the visit with this index out of the pool. */
static void
drop_visit(struct probe_pool *pool, size_t index)
{
	free_visit(pool->visits[index]);
	pool->count--;
	memmove(pool->visits + index, pool->visits + index + 1,
	    (pool->count - index) * sizeof *pool->visits);
}

/* Makes room: the oldest visit that has ended goes. */
static void
make_room(struct probe_pool *pool)
{
	for (size_t i = 0; pool->count >= KEPT_MAX && i < pool->count; i++) {
		if (pool->visits[i]->ended) {
			drop_visit(pool, i);
			return;
		}
	}
}

/* Adds a waiter to a visit. */
static void
add_waiter(struct visit *visit, uint64_t owner, uint32_t tag)
{
	visit->waiters = mem_grow(visit->waiters, visit->waiter_count, &visit->waiter_capacity,
	    sizeof *visit->waiters);
	visit->waiters[visit->waiter_count++] = (struct waiter){ owner, tag };
}

/* The visit with this id, or NULL. */
static struct visit *
find_visit(const struct probe_pool *pool, uint64_t id)
{
	for (size_t i = 0; i < pool->count; i++) {
		if (pool->visits[i]->id == id)
			return pool->visits[i];
	}
	return NULL;
}

/* The prober reports: everybody who waits hears of it. */
static void
on_report(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct probe_pool *pool = context;
	struct visit *visit = find_visit(pool, owner);

	(void)tag;
	if (visit == NULL)
		return;
	smtp_facts_free(visit->facts);
	visit->facts = smtp_facts_clone(facts);
	visit->ended = facts->ended_us != 0;
	for (size_t i = 0; i < visit->waiter_count; i++)
		pool->callback(pool->context, visit->waiters[i].owner, visit->waiters[i].tag,
		    visit->facts);
	if (visit->ended)
		visit->waiter_count = 0;
}

struct probe_pool *
probe_pool_new(struct event_base *base, const struct dialler *dialler, struct tls_client *tls,
    const struct prober_settings *settings, int64_t fresh_us, prober_callback *callback,
    void *context)
{
	struct probe_pool *pool = mem_alloc(sizeof *pool);

	pool->fresh_us = fresh_us;
	pool->callback = callback;
	pool->context = context;
	pool->next_id = 1;
	pool->prober = prober_new(base, dialler, tls, settings, on_report, pool);
	return pool;
}

void
probe_pool_free(struct probe_pool *pool)
{
	if (pool == NULL)
		return;
	prober_free(pool->prober);
	for (size_t i = 0; i < pool->count; i++)
		free_visit(pool->visits[i]);
	free(pool->visits);
	free(pool);
}

/* Begins a visit for the first who asks. */
static void
begin_visit(struct probe_pool *pool, const struct probe_request *request)
{
	struct visit *visit = mem_alloc(sizeof *visit);

	make_room(pool);
	visit->id = pool->next_id++;
	visit->request = *request;
	visit->request.owner = visit->id;
	visit->request.tag = 0;
	visit->request.host = mem_strdup(request->host);
	visit->request.server_name = mem_strdup(request->server_name);
	visit->request.mail_from = mem_strdup(request->mail_from);
	visit->request.rcpt = mem_strdup(request->rcpt);
	add_waiter(visit, request->owner, request->tag);
	pool->visits =
	    mem_grow(pool->visits, pool->count, &pool->capacity, sizeof *pool->visits);
	pool->visits[pool->count++] = visit;
	prober_start(pool->prober, &visit->request);
}

/* Returns the index of the visit that answers the request, however old; the count when there is none. */
static size_t
find_same(const struct probe_pool *pool, const struct probe_request *request)
{
	size_t i = 0;

	while (i < pool->count && !is_same(&pool->visits[i]->request, request))
		i++;
	return i;
}

/* True when the visit has ended too long ago to tell what a server does now. */
static bool
is_stale(const struct probe_pool *pool, const struct visit *visit)
{
	return visit->ended && clock_now_us() - visit->facts->ended_us >= pool->fresh_us;
}

void
probe_pool_start(struct probe_pool *pool, const struct probe_request *request)
{
	size_t i = find_same(pool, request);
	struct visit *visit;

	if (i < pool->count && is_stale(pool, pool->visits[i])) {
		drop_visit(pool, i);
		i = pool->count;
	}
	if (i == pool->count) {
		begin_visit(pool, request);
		return;
	}
	visit = pool->visits[i];
	if (!visit->ended)
		add_waiter(visit, request->owner, request->tag);
	if (visit->facts != NULL)
		pool->callback(pool->context, request->owner, request->tag, visit->facts);
}

/* Strikes the owner off the waiters of a visit. */
static void
strike(struct visit *visit, uint64_t owner)
{
	size_t kept = 0;

	for (size_t i = 0; i < visit->waiter_count; i++) {
		if (visit->waiters[i].owner != owner)
			visit->waiters[kept++] = visit->waiters[i];
	}
	visit->waiter_count = kept;
}

void
probe_pool_cancel(struct probe_pool *pool, uint64_t owner)
{
	for (size_t i = pool->count; i-- > 0;) {
		struct visit *visit = pool->visits[i];

		strike(visit, owner);
		if (visit->ended || visit->waiter_count > 0)
			continue;
		prober_cancel(pool->prober, visit->id);
		drop_visit(pool, i);
	}
}

/*
 * Places: see the header. Found by address in a hash table. Decides when a place can be entered
 * and how long it is kept: one that nobody wants goes when its rest is over, without a timer, the
 * next time somebody looks into its bucket; a timer runs only while somebody waits for a rest.
 */
#include <stdbool.h>
#include <stdlib.h>

#include <event2/event.h>

#include "util/mem.h"
#include "net/clock.h"
#include "net/places.h"

/* Returns the bucket for an address (FNV-1a over its bytes). */
static struct list *
bucket_of(struct places *places, const struct ip_addr *ip)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < sizeof ip->bytes; i++)
		hash = (hash ^ ip->bytes[i]) * UINT32_C(16777619);
	return &places->buckets[hash % PLACES_BUCKETS];
}

/* Forgets a place that nobody wants and that has had its rest. */
static void
free_place(struct place *place)
{
	list_remove(&place->line);
	list_remove(&place->bucket);
	if (place->rested)
		event_free(place->rested);
	free(place);
}

/* True when the place is kept for its rest alone, and that is over. */
static bool
is_forgettable(const struct place *place, int64_t now_us)
{
	return !place->inside && list_is_empty(&place->waiting) && now_us >= place->rest_us;
}

/* Clears those out on the way that had their rest. */
struct place *
places_get(struct places *places, const struct ip_addr *ip)
{
	struct list *bucket = bucket_of(places, ip);
	struct place *place, *found = NULL;
	int64_t now_us = clock_now_us();

	for (struct list *l = bucket->next, *next; l != bucket; l = next) {
		place = LIST_ITEM(l, struct place, bucket);
		next = l->next;
		if (ip_equal(&place->ip, ip))
			found = place;
		else if (is_forgettable(place, now_us))
			free_place(place);
	}
	if (found)
		return found;
	place = mem_alloc(sizeof *place);
	place->places = places;
	place->ip = *ip;
	list_init(&place->line);
	list_init(&place->waiting);
	list_append(bucket, &place->bucket);
	return place;
}

/* libevent: a place has had its rest. */
static void
on_rested(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	place_settle(context);
}

/* Comes back to the place when its rest is over. */
static void
await_rest(struct place *place, int64_t now_us)
{
	struct timeval rest = clock_until(place->rest_us, now_us);

	if (!place->rested)
		place->rested = event_new(place->places->base, -1, 0, on_rested, place);
	event_add(place->rested, &rest);
}

void
place_settle(struct place *place)
{
	int64_t now_us = clock_now_us();

	if (place->inside)
		return;
	if (list_is_empty(&place->waiting)) {
		list_remove(&place->line);
		if (now_us >= place->rest_us)
			free_place(place);
		return;
	}
	if (now_us < place->rest_us) {
		await_rest(place, now_us);
		return;
	}
	if (list_is_empty(&place->line))
		list_append(&place->places->line, &place->line);
	place->places->ready(place->places->context);
}

void
place_enter(struct place *place, const void *visitor)
{
	list_remove(&place->line);
	place->inside = visitor;
}

void
place_leave(struct place *place)
{
	place->inside = NULL;
	place->rest_us = clock_now_us() + place->places->spacing_us;
}

void
places_init(struct places *places, struct event_base *base, int64_t spacing_us,
    void (*ready)(void *context), void *context)
{
	places->base = base;
	places->spacing_us = spacing_us;
	places->ready = ready;
	places->context = context;
	list_init(&places->line);
	for (size_t i = 0; i < PLACES_BUCKETS; i++)
		list_init(&places->buckets[i]);
}

void
places_clear(struct places *places)
{
	struct list *first;

	for (size_t i = 0; i < PLACES_BUCKETS; i++) {
		while ((first = list_first(&places->buckets[i])) != NULL)
			free_place(LIST_ITEM(first, struct place, bucket));
	}
}

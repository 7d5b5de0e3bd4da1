/*
 * The addresses that probes want to visit, each a *place*: who waits for it, who is inside, and how
 * long it has its rest behind a visit. Inside the room: the prober says who comes and goes.
 */
#ifndef NET_PLACES_H
#define NET_PLACES_H

#include <stdint.h>

#include "net/list.h"
#include "util/ip.h"

struct event;
struct event_base;
struct places;

enum {
	PLACES_BUCKETS = 256,
};

/* One address that is wanted, or has its rest. */
struct place {
	struct list bucket;
	struct list line; /* in places.line when it can be entered */
	struct list waiting; /* visitors who want it, in order: the prober's */
	const void *inside; /* the one who is there, NULL when it is free */
	struct places *places;
	struct event *rested; /* set while somebody waits for the rest to be over; or NULL */
	int64_t rest_us; /* until when nobody may enter */
	struct ip_addr ip;
};

struct places {
	struct event_base *base;
	int64_t spacing_us; /* the rest behind a visit */
	void (*ready)(void *context); /* a place can be entered */
	void *context;
	struct list line; /* those that can be entered, in order */
	struct list buckets[PLACES_BUCKETS];
};

/* Begins with no place. */
void places_init(struct places *places, struct event_base *base, int64_t spacing_us,
    void (*ready)(void *context), void *context);

/* Forgets all places; nobody waits and nobody is inside any more. */
void places_clear(struct places *places);

/* Returns the place of this address, a new one if need be. Its owner settles it then. */
struct place *places_get(struct places *places, const struct ip_addr *ip);

/* The visitor enters: the place is taken out of the line. */
void place_enter(struct place *place, const void *visitor);

/* The visitor has left: the place has its rest. Settle it then. */
void place_leave(struct place *place);

/*
 * After somebody came to wait, gave up or left: puts the place in line when it can be entered,
 * comes back to it when its rest is over, and forgets it when nobody wants it.
 */
void place_settle(struct place *place);

#endif

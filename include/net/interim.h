/*
 * Interim replies (RFC 9110 15.2: status 100 and its like), which a server of HTTP/1.1 may send before its
 * reply, asked or not. libevent's client takes them for an answer, or waits for ever: they are taken out of
 * its input before it sees them.
 */
#ifndef NET_INTERIM_H
#define NET_INTERIM_H

#include <stdbool.h>

struct evbuffer;

enum {
	INTERIM_MAX = 8, /* that are passed over; one more is left in the input */
};

/* What precedes one reply; a zeroed one is at its beginning. */
struct interim {
	unsigned passed; /* interim replies so far */
	bool over; /* the reply itself has begun: set by the caller */
};

/*
 * From now on drops whole interim replies as they come at the beginning of the input. The interim lives as
 * long as the input does.
 */
void interim_skip(struct interim *interim, struct evbuffer *input);

#endif

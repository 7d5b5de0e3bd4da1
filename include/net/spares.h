/*
 * Blocks of one size that come and go by the thousand: what was used last, and is still in the
 * processor's cache, is used next. Inside the room.
 */
#ifndef NET_SPARES_H
#define NET_SPARES_H

#include <stddef.h>

enum {
	SPARES_MAX = 64, /* that are kept: about what comes back in one turn of the loop */
};

/* Begins all zero. */
struct spares {
	void *blocks[SPARES_MAX];
	size_t count;
};

/* Returns a block of this size, always the same for one struct spares. What is in it is not defined. */
void *spares_take(struct spares *spares, size_t size);

/* Gives a block back. NULL is fine. */
void spares_give(struct spares *spares, void *block);

/* Frees the blocks that were given back. */
void spares_clear(struct spares *spares);

#endif

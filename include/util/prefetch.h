/*
 * Memory that is used soon. Of many thousand things under way each one has long left the processor's
 * cache when its turn comes, and waiting for it takes longer than the work: whoever knows some
 * steps before has it fetched meanwhile. Nothing else comes of it, whatever the address.
 */
#ifndef UTIL_PREFETCH_H
#define UTIL_PREFETCH_H

#include <stddef.h>

/* Has the processor fetch so many octets, by pieces of the usual size. NULL is fine. */
static inline void
prefetch(const void *from, size_t octets)
{
	enum {
		PIECE = 64,
	};

	for (size_t at = 0; from && at < octets; at += PIECE)
		__builtin_prefetch((const char *)from + at);
}

#endif

/*
 * Blocks that are used over and over: see the header. Under sanitizers none is kept, so that they see
 * whoever uses what was given back.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "net/spares.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || \
    __has_feature(memory_sanitizer)
#define KEPT 0
#else
#define KEPT SPARES_MAX
#endif

void *
spares_take(struct spares *spares, size_t size)
{
	if (spares->count > 0)
		return spares->blocks[--spares->count];
	return mem_realloc(NULL, 1, size);
}

void
spares_give(struct spares *spares, void *block)
{
	if (block && spares->count < KEPT)
		spares->blocks[spares->count++] = block;
	else
		free(block);
}

void
spares_clear(struct spares *spares)
{
	while (spares->count > 0)
		free(spares->blocks[--spares->count]);
}

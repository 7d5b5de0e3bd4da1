/*
 * Unpredictable octets from the kernel's generator, fetched in batches: a call for each id would
 * cost more than the rest of a query.
 */
#ifndef NET_ENTROPY_H
#define NET_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

enum {
	ENTROPY_BATCH = 256, /* the most that platform_random() gives at once */
};

/* Begins all zero. */
struct entropy {
	uint8_t octets[ENTROPY_BATCH];
	size_t left;
};

/*
 * Fills n bytes. The context is a struct entropy, and the type that of dns_lookup_settings.random.
 * Ends the program, with a sentence, when the kernel has none: ids could be guessed, and there is no
 * honest way on.
 */
void entropy_fill(void *context, void *bytes, size_t n);

#endif

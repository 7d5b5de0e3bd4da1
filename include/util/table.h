/*
 * A table from 64-bit hashes to numbers: sixteen octets an entry and nothing else, for a million of them.
 * The keys themselves are not kept, so the hash must be one that nobody can make collide
 * (util/hash.h).
 */
#ifndef UTIL_TABLE_H
#define UTIL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_slot;

struct table {
	struct table_slot *slots;
	size_t size, count;
};

/* Sets the number of this hash, in place of one that is there. A zeroed table is empty. */
void table_put(struct table *table, uint64_t hash, uint64_t number);

/* Finds the number of this hash: false when there is none. */
bool table_get(const struct table *table, uint64_t hash, uint64_t *number);

/* Frees the table and leaves it empty. */
void table_clear(struct table *table);

#endif

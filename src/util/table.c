/*
 * Open addressing with linear probing, at most half full, twice as large whenever it would be more. The
 * hash 0 marks a free slot; one that is really 0 counts as 1.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "util/table.h"

enum {
	SLOTS_FIRST = 64
};

struct table_slot {
	uint64_t hash, number;
};

/* The slot of this hash: its own, or the free one where it belongs. */
static struct table_slot *
slot_of(const struct table *table, uint64_t hash)
{
	size_t at = (size_t)hash & (table->size - 1);

	while (table->slots[at].hash != 0 && table->slots[at].hash != hash)
		at = (at + 1) & (table->size - 1);
	return &table->slots[at];
}

/* Doubles the table. */
static void
grow(struct table *table)
{
	struct table larger = { .size = table->size == 0 ? SLOTS_FIRST : table->size * 2,
		.count = table->count };

	larger.slots = mem_calloc(larger.size, sizeof *larger.slots);
	for (size_t i = 0; i < table->size; i++) {
		if (table->slots[i].hash != 0)
			*slot_of(&larger, table->slots[i].hash) = table->slots[i];
	}
	free(table->slots);
	*table = larger;
}

void
table_put(struct table *table, uint64_t hash, uint64_t number)
{
	struct table_slot *slot;

	if (hash == 0)
		hash = 1;
	if (table->count * 2 >= table->size)
		grow(table);
	slot = slot_of(table, hash);
	table->count += slot->hash == 0;
	*slot = (struct table_slot){ hash, number };
}

bool
table_get(const struct table *table, uint64_t hash, uint64_t *number)
{
	const struct table_slot *slot;

	if (table->size == 0)
		return false;
	slot = slot_of(table, hash == 0 ? 1 : hash);
	if (slot->hash == 0)
		return false;
	*number = slot->number;
	return true;
}

void
table_clear(struct table *table)
{
	free(table->slots);
	*table = (struct table){ 0 };
}

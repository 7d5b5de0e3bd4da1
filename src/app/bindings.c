/*
 * The user's keys. A key that is bound again keeps its place, so that lists of keys do not jump.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "app/bindings.h"

/* The row of the key, or NULL. */
static struct bound_key *
find(const struct bindings *bindings, const char *key)
{
	for (size_t i = 0; i < bindings->count; i++) {
		if (strcmp(bindings->items[i].key, key) == 0)
			return &bindings->items[i];
	}
	return NULL;
}

void
bindings_set(struct bindings *bindings, const char *key, const char *command)
{
	struct bound_key *row = find(bindings, key);

	if (row == NULL) {
		bindings->items = mem_grow(bindings->items, bindings->count,
		    &bindings->capacity, sizeof *bindings->items);
		row = &bindings->items[bindings->count++];
		*row = (struct bound_key){ .key = mem_strdup(key) };
	}
	free(row->command);
	row->command = command == NULL ? NULL : mem_strdup(command);
}

const struct bound_key *
bindings_find(const struct bindings *bindings, const char *key)
{
	return find(bindings, key);
}

void
bindings_clear(struct bindings *bindings)
{
	for (size_t i = 0; i < bindings->count; i++) {
		free(bindings->items[i].key);
		free(bindings->items[i].command);
	}
	free(bindings->items);
	*bindings = (struct bindings){ .items = NULL };
}

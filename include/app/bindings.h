/*
 * What `bind` and `unbind` changed: the user's keys, by name. The defaults, and how a key is
 * spelled, are ui/keymap.h's.
 */
#ifndef APP_BINDINGS_H
#define APP_BINDINGS_H

#include <stddef.h>

/* A key that was given another command, or none. */
struct bound_key {
	char *key; /* "F5" */
	char *command; /* NULL = unbound */
};

/* Begins zeroed; no key stands in it twice. */
struct bindings {
	struct bound_key *items;
	size_t count, capacity;
};

/* Gives the key this command, or with NULL none, in place of what it had. Both are copied. */
void bindings_set(struct bindings *bindings, const char *key, const char *command);

/* What was said of the key, or NULL when nothing was. */
const struct bound_key *bindings_find(const struct bindings *bindings, const char *key);

/* Frees what it holds. */
void bindings_clear(struct bindings *bindings);

#endif

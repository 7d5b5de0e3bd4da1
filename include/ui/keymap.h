/*
 * Keys name commands: a table of defaults, changed by `bind` and `unbind`. Help and the hint line read it.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/decoder.h"

struct binding {
	const char *key; /* "q", "Tab", "S-Tab", "C-l", "F1", "PgUp", "Space" */
	const char *command; /* a prompt command: "move down" */
	const char *help; /* what it does, in a few words */
	const char *hint; /* one word for the bottom line ("probe"); NULL = not shown there */
};

struct keymap;

/* The default keys. */
struct keymap *keymap_new(void);
void keymap_free(struct keymap *keymap);

/* The command of this key, or NULL. Function keys and characters; never paste or mouse. */
const char *keymap_command(const struct keymap *keymap, const struct key *key);

/* Binds a key (replacing), or with NULL unbinds it. NULL, or a sentence that the caller frees. */
char *keymap_bind(struct keymap *keymap, const char *key, const char *command);

/* The default bindings alone: for help and manual page. */
const struct binding *keymap_defaults(size_t *count);

#endif

/*
 * How keys are called: "q", "Tab", "S-Tab", "C-l", "M-x", "F1", "PgUp", "Space".
 */
#ifndef UI_KEY_NAME_H
#define UI_KEY_NAME_H

#include <stdbool.h>

#include "ui/decoder.h"

enum {
	KEY_NAME_MAX = 24
};

/* Writes the key's name; false for what has none: a paste, the mouse, a sequence we do not know. */
bool key_name(const struct key *key, char out[KEY_NAME_MAX]);

/* Writes a name as key_name() spells it, however it is spelled: false for what is no key. */
bool key_name_normalise(const char *name, char out[KEY_NAME_MAX]);

#endif

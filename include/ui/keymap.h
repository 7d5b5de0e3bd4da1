/*
 * From the key that was pressed to its command. The keys themselves are in cli/keys.h.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "app/bindings.h"
#include "app/model.h"
#include "cli/keys.h"
#include "ui/decoder.h"
#include "ui/key_name.h"

/* Where the model is, with this view over the panes. */
enum place keymap_place(const struct model *model, enum view view);

/* The command of this key, or NULL. Function keys and characters; never paste or mouse. */
const char *keymap_command(const struct bindings *bindings, const struct key *key);

/*
 * Writes the name of the key as bindings have it: NULL, or a sentence that the caller frees for what
 * is no key.
 */
char *keymap_name(const char *key, char name[KEY_NAME_MAX]);

#endif

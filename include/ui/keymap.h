/*
 * Keys name commands: a table of defaults, changed by `bind` and `unbind`. Help, the hint line and the
 * palette read it.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "app/bindings.h"
#include "app/model.h"
#include "ui/decoder.h"
#include "ui/key_name.h"
#include "util/names.h"

/* Where one is, as far as keys are concerned. */
#define PLACES(X) \
	X(PLACE_DOMAINS, "domains", "in the Domains pane") \
	X(PLACE_MX, "mx", "in the MX pane") \
	X(PLACE_SMTP, "smtp", "in the SMTP pane") \
	X(PLACE_WALK, "walk", "in the walkthrough") \
	X(PLACE_VIEW, "view", "in a view") \
	X(PLACE_SCENARIOS, "scenarios", "in the laboratory's list") \
	X(PLACE_LESSONS, "lessons", "in the list of lessons") \
	X(PLACE_LESSON, "lesson", "in a lesson") \
	X(PLACE_QUESTION, "question", "at a question")
NAMES_DECLARE(place, PLACES)

struct binding {
	const char *key; /* "q", "Tab", "S-Tab", "C-l", "F1", "PgUp", "Space" */
	const char *command; /* a prompt command: "move down" */
	const char *help; /* what it does, in a few words */
	unsigned places; /* bits 1 << PLACE_...: where it does something; 0 = everywhere */
};

/* The keys in force. */
struct keys {
	struct binding *items; /* their strings belong to the tables and the bindings */
	size_t count;
};

/* Where the model is, with this view over the panes. */
enum place keymap_place(const struct model *model, enum view view);

/* True when the binding does something in this place. */
bool keymap_works_in(const struct binding *binding, enum place place);

/* The command of this key, or NULL. Function keys and characters; never paste or mouse. */
const char *keymap_command(const struct bindings *bindings, const struct key *key);

/* The keys in force: the defaults as the user changed them, his own behind. Free with keys_clear(). */
struct keys keymap_keys(const struct bindings *bindings);
void keys_clear(struct keys *keys);

/* The first of these keys that says this command, or NULL. */
const char *keys_find(const struct keys *keys, const char *command);

/*
 * Writes the name of the key as bindings have it: NULL, or a sentence that the caller frees for what
 * is no key.
 */
char *keymap_name(const char *key, char name[KEY_NAME_MAX]);

/* The default bindings alone: for the manual page. */
const struct binding *keymap_defaults(size_t *count);

#endif

/*
 * Keys name commands: a table of defaults, changed by `bind` and `unbind`. Help, hint line, palette,
 * completion and manual page read it.
 */
#ifndef CLI_KEYS_H
#define CLI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/names.h"
#include "app/bindings.h"

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

/* The default bindings alone. */
const struct binding *keys_defaults(size_t *count);

/* The default of the key with this name, or NULL. */
const struct binding *keys_default(const char *name);

/* True when the binding does something in this place. */
bool keys_work_in(const struct binding *binding, enum place place);

/* The keys in force: the defaults as the user changed them, his own behind. Free with keys_clear(). */
struct keys keys_in_force(const struct bindings *bindings);
void keys_clear(struct keys *keys);

/* The first of these keys that says this command, or NULL. */
const char *keys_find(const struct keys *keys, const char *command);

#endif

/*
 * Which key says which command, and where it does something. The defaults are a table that help,
 * hint line, palette, completion and manual page read; what `bind` and `unbind` change is the model's
 * (app/bindings.h).
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "cli/keys.h"

NAMES_DEFINE(place, PLACES)

enum {
	DOMAINS = 1 << PLACE_DOMAINS,
	MX = 1 << PLACE_MX,
	SMTP = 1 << PLACE_SMTP,
	WALK = 1 << PLACE_WALK,
	VIEW = 1 << PLACE_VIEW,
	SCENARIOS = 1 << PLACE_SCENARIOS | 1 << PLACE_LESSONS, /* both lists */
	LESSON = 1 << PLACE_LESSON,
	QUESTION = 1 << PLACE_QUESTION,
	PANES = DOMAINS | MX | SMTP | WALK | LESSON,
	ROWS_OF_PANES = DOMAINS | MX | SMTP | LESSON,
	STEPS = WALK | LESSON | QUESTION,
};

/* What the keys of digits do. */
static const char digit[] = "a count for the next move; the answer to a question";

static const struct binding rows[] = {
	{ "Tab", "focus next", "next pane", PANES },
	{ "S-Tab", "focus previous", "previous pane", PANES },
	{ "Up", "move up", "up", 0 },
	{ "k", "move up", "up", 0 },
	{ "Down", "move down", "down", 0 },
	{ "j", "move down", "down", 0 },
	{ "Left", "move left", "pane to the left", PANES },
	{ "h", "move left", "pane to the left", PANES },
	{ "Right", "move right", "pane to the right", PANES },
	{ "l", "move right", "pane to the right", PANES },
	{ "PgUp", "move page-up", "a page up", 0 },
	{ "C-b", "move page-up", "a page up", 0 },
	{ "PgDn", "move page-down", "a page down", 0 },
	{ "C-f", "move page-down", "a page down", 0 },
	{ "Home", "move top", "first line; with a count, that line", 0 },
	{ "g", "move top", "first line; with a count, that line", 0 },
	{ "End", "move bottom", "last line; with a count, that line", 0 },
	{ "G", "move bottom", "last line; with a count, that line", 0 },
	{ "Enter", "open", "open, or drill in", ROWS_OF_PANES | VIEW | SCENARIOS },
	{ ":", "focus prompt", "command line: type a domain or a command", 0 },
	{ "C-p", "palette", "find a command by some letters of it", 0 },
	{ "p", "probe", "probe the selected address again", ROWS_OF_PANES },
	{ "P", "probe all", "probe every address again", ROWS_OF_PANES },
	{ "w", "walk", "go through the delivery step by step", ROWS_OF_PANES },
	{ "Space", "next page", "next step of walkthrough or lesson; in a view: a page down",
	    STEPS | VIEW | SCENARIOS },
	{ "n", "next", "next match of a search; else next step, next question", 0 },
	{ "N", "match previous", "previous match of a search", 0 },
	{ "b", "back stay", "one step back in walkthrough or lesson", STEPS },
	{ "1", "count 1", digit, 0 },
	{ "2", "count 2", digit, 0 },
	{ "3", "count 3", digit, 0 },
	{ "4", "count 4", digit, 0 },
	{ "5", "count 5", digit, 0 },
	{ "6", "count 6", digit, 0 },
	{ "7", "count 7", digit, 0 },
	{ "8", "count 8", digit, 0 },
	{ "9", "count 9", digit, 0 },
	{ "0", "count 0", digit, 0 },
	{ "K", "explain", "explain what is under the cursor", 0 },
	{ "s", "sender", "the next sender profile", PANES },
	{ "x", "what-if", "pretend that the selected row is down, or no more",
	    MX | SMTP | WALK | LESSON },
	{ "X", "what-if clear", "pretend nothing any more", PANES },
	{ "v", "view map", "the whole route as a tree", 0 },
	{ "T", "view transcript", "the whole dialogue with the server", 0 },
	{ "B", "view timeline", "the stages of every server, as bars", 0 },
	{ "M", "view capabilities", "what each exchange offers, and which differ", 0 },
	{ "C", "certificates", "the certificates of the server", 0 },
	{ "D", "view chain", "the DNSSEC chain of trust, link by link", 0 },
	{ "r", "reload", "ask again, past the cache", 0 },
	{ "S", "stop", "stop what is in flight", 0 },
	{ "/", "search", "search; in the Domains and MX panes: filter the domains", 0 },
	{ "f", "view findings", "every finding, with what mends it", 0 },
	{ "c", "compare", "every name server of the domain, side by side", 0 },
	{ "t", "trace", "walk from the root to the domain's name servers", 0 },
	{ "d", "diff", "what changed since the last time", 0 },
	{ "z", "zoom", "this pane alone, and back", PANES },
	{ ">", "resize wider", "this pane wider; with a count, by so much", ROWS_OF_PANES },
	{ "<", "resize narrower", "this pane narrower", ROWS_OF_PANES },
	{ "+", "resize taller", "this pane taller", ROWS_OF_PANES },
	{ "-", "resize shorter", "this pane shorter", ROWS_OF_PANES },
	{ "=", "resize reset", "all panes as they were", ROWS_OF_PANES },
	{ "y", "copy", "copy what is under the cursor, or the view", 0 },
	{ "m", "mouse", "mouse on or off: off, the terminal selects text", 0 },
	{ "?", "help", "keys and commands", 0 },
	{ "F1", "help", "keys and commands", 0 },
	{ "C-l", "redraw", "draw the screen anew", 0 },
	{ "C-z", "suspend", "stop the program; fg brings it back", 0 },
	{ "Esc", "leave stay", "leave the innermost view, end a search", 0 },
	{ "q", "leave", "leave the innermost view, then the program", 0 },
};

enum {
	ROWS = sizeof rows / sizeof *rows
};

const struct binding *
keys_defaults(size_t *count)
{
	*count = ROWS;
	return rows;
}

bool
keys_work_in(const struct binding *binding, enum place place)
{
	return binding->places == 0 || (binding->places & 1U << place) != 0;
}

const struct binding *
keys_default(const char *name)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].key, name) == 0)
			return &rows[i];
	}
	return NULL;
}

/* The user's key as a row: what a default with the same command says of itself, it says too. */
static struct binding
row_of(const struct bound_key *bound)
{
	struct binding binding = { .key = bound->key, .command = bound->command };

	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].command, bound->command) != 0)
			continue;
		binding.help = rows[i].help;
		binding.places = rows[i].places;
		return binding;
	}
	binding.help = bound->command;
	return binding;
}

struct keys
keys_in_force(const struct bindings *bindings)
{
	struct keys keys = {
		.items = mem_alloc((ROWS + bindings->count) * sizeof *keys.items),
	};

	for (size_t i = 0; i < ROWS; i++) {
		if (bindings_find(bindings, rows[i].key) == NULL)
			keys.items[keys.count++] = rows[i];
	}
	for (size_t i = 0; i < bindings->count; i++) {
		if (bindings->items[i].command != NULL)
			keys.items[keys.count++] = row_of(&bindings->items[i]);
	}
	return keys;
}

void
keys_clear(struct keys *keys)
{
	free(keys->items);
	*keys = (struct keys){ .items = NULL };
}

const char *
keys_find(const struct keys *keys, const char *command)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (strcmp(keys->items[i].command, command) == 0)
			return keys->items[i].key;
	}
	return NULL;
}

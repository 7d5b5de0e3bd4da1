/*
 * The palette. Decides what there is to choose - what keys say, commands, views, settings, themes,
 * lessons, what the laboratory offers - and in which order: by how well the command itself fits
 * the letters (util/fuzzy.h), and behind those what only its help speaks of. Every row comes
 * from the table that the program runs by.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/fuzzy.h"
#include "util/mem.h"
#include "util/text.h"

#include "app/settings.h"
#include "cli/command.h"
#include "cli/lessons.h"
#include "cli/themes.h"
#include "ui/keymap.h"
#include "ui/palette.h"

enum {
	WEIGHT = 16, /* of a fit in the command against one in its help */
};

/* A row with what it is worth. */
struct scored {
	struct candidate candidate;
	int score;
	size_t place; /* among all: of equal ones the first comes first */
};

struct gathering {
	const char *pattern;
	const struct keys *keys;
	struct scored *items;
	size_t count, capacity, places;
};

/* What a row is worth; 0 = it does not fit. */
static int
score_of(const char *pattern, const char *text, const char *help)
{
	int score = fuzzy_score(text, pattern);

	if (score > 0)
		return score * WEIGHT;
	return text_find_nocase(help, pattern) != NULL ? WEIGHT / 2 : 0;
}

/* True when the row is there already. */
static bool
is_known(const struct gathering *gathering, const char *text)
{
	for (size_t i = 0; i < gathering->count; i++) {
		if (strcmp(gathering->items[i].candidate.text, text) == 0)
			return true;
	}
	return false;
}

/* Offers a command, when it fits and was not offered before. */
static void
offer(struct gathering *gathering, const char *text, const char *help)
{
	int score = score_of(gathering->pattern, text, help == NULL ? "" : help);
	const char *key;

	gathering->places++;
	if (score == 0 || is_known(gathering, text))
		return;
	key = keys_find(gathering->keys, text);
	gathering->items = mem_grow(
	    gathering->items, gathering->count, &gathering->capacity, sizeof *gathering->items);
	gathering->items[gathering->count++] = (struct scored){
		.candidate = { .text = mem_strdup(text),
		    .help = help == NULL ? NULL : mem_strdup(help),
		    .key = key == NULL ? NULL : mem_strdup(key) },
		.score = score,
		.place = gathering->places,
	};
}

/* Offers "COMMAND NAME", with a blank behind it where more is to be said. */
static void
offer_named(struct gathering *gathering, const char *command, const char *name,
    const char *behind, const char *help)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s %s%s", command, name, behind);
	offer(gathering, text.data, help);
	buf_clear(&text);
}

/* What keys say, but the digits of counts. */
static void
offer_keys(struct gathering *gathering)
{
	for (size_t i = 0; i < gathering->keys->count; i++) {
		const struct binding *binding = &gathering->keys->items[i];

		if (strncmp(binding->command, "count ", 6) != 0 &&
		    strcmp(binding->command, "palette") != 0)
			offer(gathering, binding->command, binding->help);
	}
}

/*
 * The commands, those that take an argument to be gone on with; not those that need none and that a key
 * says already.
 */
static void
offer_commands(struct gathering *gathering)
{
	size_t count;
	const struct command_row *rows = command_table(&count);

	for (size_t i = 0; i < count; i++) {
		struct buf text = BUF_INIT;

		buf_addf(&text, "%s%s", rows[i].name, rows[i].maximum > 0 ? " " : "");
		if (rows[i].verb != VERB_COUNT && rows[i].verb != VERB_PALETTE &&
		    (rows[i].minimum > 0 || !is_known(gathering, rows[i].name)))
			offer(gathering, text.data, rows[i].help);
		buf_clear(&text);
	}
}

static void
offer_views(struct gathering *gathering)
{
	for (unsigned i = 0; i < view_count; i++)
		offer_named(
		    gathering, "view", view_name((enum view)i), "", view_help((enum view)i));
}

static void
offer_settings(struct gathering *gathering)
{
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	for (size_t i = 0; i < count; i++)
		offer_named(gathering, "set", rows[i].name, " ", rows[i].help);
}

static void
offer_themes(struct gathering *gathering)
{
	size_t count;
	const struct theme_row *rows = themes_table(&count);

	for (size_t i = 0; i < count; i++)
		offer_named(gathering, "theme", rows[i].name, "", rows[i].title);
}

static void
offer_lessons(struct gathering *gathering)
{
	size_t count;
	const struct lesson_row *rows = lessons_table(&count);

	for (size_t i = 0; i < count; i++)
		offer_named(gathering, "lesson", rows[i].name, "", rows[i].title);
}

static void
offer_scenarios(struct gathering *gathering, const struct model *model)
{
	for (size_t i = 0; i < model->scenario_count; i++)
		offer_named(
		    gathering, "lab", model->scenarios[i].name, "", model->scenarios[i].title);
}

/* The better one first. */
static int
compare(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->score != y->score)
		return y->score - x->score;
	return (x->place > y->place) - (x->place < y->place);
}

/* Hands the best rows over. */
static void
hand_over(struct gathering *gathering, struct candidates *candidates)
{
	if (gathering->count > 0)
		qsort(gathering->items, gathering->count, sizeof *gathering->items, compare);
	for (size_t i = 0; i < gathering->count; i++) {
		candidates->items = mem_grow(candidates->items, candidates->count,
		    &candidates->capacity, sizeof *candidates->items);
		candidates->items[candidates->count++] = gathering->items[i].candidate;
	}
	free(gathering->items);
}

void
palette_find(const struct model *model, const char *pattern, struct candidates *candidates)
{
	struct keys keys = keys_in_force(&model->bindings);
	struct gathering gathering = { .pattern = pattern, .keys = &keys };

	offer_keys(&gathering);
	offer_commands(&gathering);
	offer_views(&gathering);
	offer_settings(&gathering);
	offer_themes(&gathering);
	offer_lessons(&gathering);
	offer_scenarios(&gathering, model);
	hand_over(&gathering, candidates);
	keys_clear(&keys);
}

/*
 * The bottom line. Decides which keys are worth a hint in which place, the most useful first; which
 * key says a command is the user's to choose (keymap.h). What has no room is left out from
 * the right; help and leaving keep the right end.
 */
#include <stdio.h>
#include <stdlib.h>

#include "util/buf.h"

#include "cli/command.h"
#include "ui/hint.h"
#include "ui/keymap.h"
#include "ui/paper.h"

enum {
	HINTS_MAX = 12,
	GAP = 2,
};

/* A command and the word for it. */
struct hint {
	const char *command, *word;
	const char *opposite; /* its key stands before, or NULL */
};

static const struct hint domains_hints[] = { { "focus next", "pane", NULL },
	{ "open", "open", NULL }, { "focus prompt", "prompt", NULL }, { "walk", "walk", NULL },
	{ "reload", "reload", NULL }, { "search", "filter", NULL }, { "zoom", "zoom", NULL },
	{ "palette", "commands", NULL }, { NULL, NULL, NULL } };
static const struct hint empty_hints[] = { { "focus prompt", "prompt", NULL },
	{ "palette", "commands", NULL }, { "focus next", "pane", NULL }, { NULL, NULL, NULL } };
static const struct hint mx_hints[] = { { "focus next", "pane", NULL },
	{ "open", "open", NULL }, { "focus prompt", "prompt", NULL },
	{ "probe", "probe", NULL }, { "walk", "walk", NULL }, { "what-if", "what-if", NULL },
	{ "explain", "explain", NULL }, { "search", "filter", NULL }, { "zoom", "zoom", NULL },
	{ "palette", "commands", NULL }, { NULL, NULL, NULL } };
static const struct hint smtp_hints[] = { { "focus next", "pane", NULL },
	{ "open", "zoom", NULL }, { "focus prompt", "prompt", NULL },
	{ "probe", "probe", NULL }, { "view transcript", "transcript", NULL },
	{ "certificates", "certificates", NULL }, { "search", "search", NULL },
	{ "walk", "walk", NULL }, { "palette", "commands", NULL }, { NULL, NULL, NULL } };
static const struct hint walk_hints[] = { { "next", "next", NULL },
	{ "back stay", "back", NULL }, { "sender", "sender", NULL },
	{ "what-if", "down", NULL }, { "what-if clear", "clear", NULL },
	{ "explain", "explain", NULL }, { "search", "search", NULL }, { NULL, NULL, NULL } };
static const struct hint view_hints[] = { { "move down", "scroll", "move up" },
	{ "search", "search", NULL }, { "copy", "copy", NULL }, { NULL, NULL, NULL } };
static const struct hint scenario_hints[] = { { "move down", "choose", "move up" },
	{ "open", "look up", NULL }, { "search", "search", NULL }, { NULL, NULL, NULL } };
static const struct hint lessons_hints[] = { { "move down", "choose", "move up" },
	{ "open", "begin", NULL }, { "search", "search", NULL }, { NULL, NULL, NULL } };
static const struct hint lesson_hints[] = { { "next", "next", NULL },
	{ "back stay", "back", NULL }, { "zoom", "panes", NULL }, { NULL, NULL, NULL } };
static const struct hint asking_hints[] = { { "count 1", "first answer", NULL },
	{ "count 2", "second", NULL }, { NULL, NULL, NULL } };
static const struct hint search_hints[] = { { "next", "next match", NULL },
	{ "match previous", "previous", NULL }, { "leave stay", "end search", NULL },
	{ "search", "another", NULL }, { NULL, NULL, NULL } };

static const struct hint *const hints_of[place_count] = {
	[PLACE_DOMAINS] = domains_hints,
	[PLACE_MX] = mx_hints,
	[PLACE_SMTP] = smtp_hints,
	[PLACE_WALK] = walk_hints,
	[PLACE_VIEW] = view_hints,
	[PLACE_SCENARIOS] = scenario_hints,
	[PLACE_LESSONS] = lessons_hints,
	[PLACE_LESSON] = lesson_hints,
	[PLACE_QUESTION] = asking_hints,
};

/* What q does in each place. */
static const char *const leaving[place_count] = {
	[PLACE_DOMAINS] = "quit",
	[PLACE_MX] = "back",
	[PLACE_SMTP] = "back",
	[PLACE_WALK] = "close",
	[PLACE_VIEW] = "close",
	[PLACE_SCENARIOS] = "close",
	[PLACE_LESSONS] = "close",
	[PLACE_LESSON] = "end",
	[PLACE_QUESTION] = "end",
};

/* The keys of the prompt are libedit's and the pop-up's. */
struct prompt_hint {
	const char *key, *word;
};

static const struct prompt_hint line_hints[] = { { "Enter", "run" }, { "Tab", "complete" },
	{ "Up", "history" }, { "C-r", "search it" }, { "Esc", "leave" }, { NULL, NULL } };
static const struct prompt_hint completion_hints[] = { { "Tab", "next" },
	{ "S-Tab", "previous" }, { "Enter", "take" }, { "Esc", "close" }, { NULL, NULL } };
static const struct prompt_hint history_hints[] = { { "C-r", "older" }, { "Up Down", "choose" },
	{ "Enter", "take" }, { "Esc", "close" }, { NULL, NULL } };
static const struct prompt_hint palette_hints[] = { { "Enter", "run" }, { "Up Down", "choose" },
	{ "Esc", "leave" }, { NULL, NULL } };

static const struct prompt_hint *const prompt_hints[] = {
	[POPUP_NONE] = line_hints,
	[POPUP_COMPLETION] = completion_hints,
	[POPUP_HISTORY] = history_hints,
	[POPUP_PALETTE] = palette_hints,
};

/* A hint that has its place in the line. */
struct placed {
	char key[2 * KEY_NAME_MAX];
	const char *word, *command; /* command NULL = a key of the prompt */
	int column, columns;
};

struct line {
	struct placed items[HINTS_MAX];
	size_t count;
};

/* Adds a hint at this column when it ends before `end`: returns the column behind it, or -1. */
static int
add(struct line *line, const struct canvas *canvas, const struct placed *hint, int column,
    int end)
{
	int columns = canvas_width(canvas, hint->key) + 1 + canvas_width(canvas, hint->word);

	if (line->count == HINTS_MAX || column + columns > end)
		return -1;
	line->items[line->count] = *hint;
	line->items[line->count].column = column;
	line->items[line->count++].columns = columns;
	return column + columns + GAP;
}

/* Makes the hint with the keys that say its commands: false when the first has none. */
static bool
find_keys(struct placed *placed, const struct hint *hint, const struct keys *keys)
{
	const char *key = keys_find(keys, hint->command);
	const char *before = hint->opposite == NULL ? NULL : keys_find(keys, hint->opposite);

	if (key == NULL)
		return false;
	*placed = (struct placed){ .word = hint->word, .command = hint->command };
	snprintf(placed->key, sizeof placed->key, "%s%s%s", before == NULL ? "" : before,
	    before == NULL ? "" : " ", key);
	return true;
}

/* Adds the hints of a place from the left, as many as fit; a command without a key has none. */
static void
add_left(struct line *line, const struct canvas *canvas, struct area area,
    const struct hint *hints, const struct keys *keys)
{
	int column = area.column + 1, end = area.column + area.columns - GAP;

	for (; hints->command != NULL && column > 0; hints++) {
		struct placed hint;

		if (find_keys(&hint, hints, keys))
			column = add(line, canvas, &hint, column, end);
	}
}

/* Adds help and leaving at the right end. Returns the columns that are left for the others. */
static int
add_right(struct line *line, const struct canvas *canvas, struct area area, const char *leave,
    const struct keys *keys)
{
	const struct hint hints[] = { { "help", "keys", NULL }, { "leave", leave, NULL } };
	struct placed placed[2];
	int end = area.column + area.columns - 1, column = end;
	size_t count = 0;

	for (size_t i = 0; i < 2; i++) {
		if (find_keys(&placed[count], &hints[i], keys))
			count++;
	}
	for (size_t i = 0; i < count; i++)
		column -= canvas_width(canvas, placed[i].key) + 1 +
		    canvas_width(canvas, placed[i].word) + GAP;
	column += GAP;
	if (column <= area.column)
		return area.columns;
	area.columns = column - area.column;
	for (size_t i = 0; i < count; i++)
		column = add(line, canvas, &placed[i], column, end);
	return area.columns;
}

/* The hints of the prompt. */
static struct line
place_prompt(const struct canvas *canvas, struct area area, const struct editor_view *editor)
{
	struct line line = { .count = 0 };
	const struct prompt_hint *hints = prompt_hints[editor ? editor->popup : POPUP_NONE];
	int column = area.column + 1, end = area.column + area.columns - 1;

	for (; hints->key != NULL && column > 0; hints++) {
		struct placed hint = { .word = hints->word };

		snprintf(hint.key, sizeof hint.key, "%s", hints->key);
		column = add(&line, canvas, &hint, column, end);
	}
	return line;
}

/* Returns the hints for a place as the model is now: without a domain there is nothing to open. */
static const struct hint *
hints_for(const struct model *model, enum place place)
{
	if (model_is_searching(model))
		return search_hints;
	if (place == PLACE_DOMAINS && model->domain_count == 0)
		return empty_hints;
	return hints_of[place];
}

/* Gives every hint of the panes and views that shows its place. */
static struct line
place_hints(const struct canvas *canvas, struct area area, const struct model *model)
{
	enum place place = keymap_place(model, model->view);
	struct line line = { .count = 0 };
	struct keys keys;

	keys = keys_in_force(&model->bindings);
	area.columns = add_right(&line, canvas, area, leaving[place], &keys);
	add_left(&line, canvas, area, hints_for(model, place), &keys);
	keys_clear(&keys);
	return line;
}

/* Draws the hints. */
static void
draw_hints(struct canvas *canvas, struct area area, const struct line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct placed *hint = &line->items[i];
		int used = canvas_put(canvas, area.row, hint->column, hint->columns,
			       STYLE_ACCENT, hint->key) +
		    1;

		canvas_put(canvas, area.row, hint->column + used, hint->columns - used,
		    STYLE_HINT, hint->word);
	}
}

bool
hint_command_at(const struct canvas *canvas, struct area area, const struct model *model,
    int column, struct buf *command)
{
	const struct line line = place_hints(canvas, area, model);

	if (model->prompt || (model->message != NULL && hint_message_fits(canvas, area, model)))
		return false;
	for (size_t i = 0; i < line.count; i++) {
		const struct placed *hint = &line.items[i];

		if (hint->command == NULL || column < hint->column ||
		    column >= hint->column + hint->columns)
			continue;
		buf_adds(command, hint->command);
		return true;
	}
	return false;
}

/* --- the answer to the last command ------------------------------------------------------------- */

bool
hint_message_fits(const struct canvas *canvas, struct area area, const struct model *model)
{
	bool spare = model->message_kind == MESSAGE_INFO &&
	    model_selected_domain(model) == NULL && !tutor_is_asking(&model->tutor);

	return area.rows > 0 && !spare &&
	    canvas_width(canvas, model->message) <= area.columns - 2;
}

/* The style of the message. */
static enum style
message_style(const struct model *model)
{
	return model->message_kind == MESSAGE_ERROR ? STYLE_ERROR : STYLE_TEXT;
}

/* The text without the backticks that mark commands, which the caller frees: for where nothing is marked. */
static char *
without_marks(const char *text)
{
	struct buf out = BUF_INIT;

	buf_adds(&out, "");
	for (; *text != '\0'; text++) {
		if (*text != '`')
			buf_addc(&out, *text);
	}
	return buf_take(&out);
}

void
hint_message_box(struct canvas *canvas, struct area above, const struct model *model)
{
	char *text = without_marks(model->message);
	const struct paragraph paragraph = {
		.text = text,
		.style = STYLE_MENU,
		.indent = 1,
	};
	struct paper paper;
	int rows;

	above.columns--;
	paper = paper_count(canvas, above);
	paper_write(&paper, &paragraph);
	rows = paper.lines < (size_t)above.rows ? (int)paper.lines : above.rows;
	above.row += above.rows - rows;
	above.rows = rows;
	above.columns++;
	canvas_erase(canvas, above, STYLE_MENU);
	above.columns--;
	paper = paper_open(canvas, above, 0);
	paper_write(&paper, &paragraph);
	free(text);
}

/* Says of the line that is typed what is wrong with it, or how it goes on: false when nothing is to say. */
static bool
draw_check(struct canvas *canvas, struct area area, const struct editor_view *editor)
{
	struct line_check check;
	bool says;

	if (editor == NULL || editor->popup != POPUP_NONE)
		return false;
	check = command_check_line(editor->line);
	says = check.sentence != NULL;
	if (says)
		canvas_put_marked(canvas, area.row, area.column + 1, area.columns - 2,
		    check.wrong == SIZE_MAX ? STYLE_HINT : STYLE_ERROR, check.sentence);
	free(check.sentence);
	return says;
}

/* Draws what the keys of the prompt do, or what there is to say of its line. */
static void
draw_prompt_hints(struct canvas *canvas, struct area area, const struct editor_view *editor)
{
	struct line line;

	if (draw_check(canvas, area, editor))
		return;
	line = place_prompt(canvas, area, editor);
	draw_hints(canvas, area, &line);
}

void
hint_draw(struct canvas *canvas, struct area area, const struct model *model,
    const struct editor_view *editor)
{
	struct line line;

	if (model->message && hint_message_fits(canvas, area, model)) {
		canvas_put_marked(canvas, area.row, area.column + 1, area.columns - 2,
		    message_style(model), model->message);
	} else if (model->prompt) {
		draw_prompt_hints(canvas, area, editor);
	} else {
		line = place_hints(canvas, area, model);
		draw_hints(canvas, area, &line);
	}
}

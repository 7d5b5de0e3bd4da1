/*
 * Drawing the prompt. Decides which part of a long line shows - it moves only when the cursor
 * would leave it - and where the pop-up stands: above the word that it completes. What the line
 * holds, and what there is to choose, is the editor's (cli/editor.h).
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "cli/command.h"
#include "ui/mark.h"
#include "ui/prompt_line.h"

enum {
	MARGIN = 4, /* columns that the cursor keeps from the ends of a scrolled line */
	MENU_ROWS = 10,
	MENU_HELP_GAP = 2,
};

/* The line being drawn. */
struct line {
	struct canvas *canvas;
	const struct editor_view *view;
	int row, column; /* where the text begins */
	int room; /* columns for it; the cursor may stand in the last */
};

/* Returns the columns of the first n bytes of the line. */
static int
width_to(const struct line *line, size_t n)
{
	char *part = mem_strndup(line->view->line, strnlen(line->view->line, n));
	int width = canvas_width(line->canvas, part);

	free(part);
	return width;
}

/* Draws ":" or, inside a search, libedit's own prompt, behind a blank. Returns its columns. */
static int
draw_lead(struct canvas *canvas, struct area area, const char *search)
{
	int most = area.columns / 2, used;

	area.column++;
	if (!search)
		return canvas_put(canvas, area.row, area.column, most, STYLE_ACCENT, ":");
	used = canvas_put(canvas, area.row, area.column, 1, STYLE_DIM, "(");
	used += canvas_put(canvas, area.row, area.column + used, most - 3, STYLE_DIM, search);
	return used + canvas_put(canvas, area.row, area.column + used, 2, STYLE_DIM, ") ");
}

/* Scrolls as little as keeps the cursor in view. */
static void
follow_cursor(const struct line *line, int cursor, int width, int *scrolled)
{
	int margin = line->room > 4 * MARGIN ? MARGIN : 0;

	if (cursor - *scrolled < margin)
		*scrolled = cursor - margin;
	if (cursor - *scrolled > line->room - 1 - margin)
		*scrolled = cursor - (line->room - 1 - margin);
	/* No further than needed to show the end, and the cursor behind it. */
	if (*scrolled > width + 1 - line->room)
		*scrolled = width + 1 - line->room;
	if (*scrolled < 0)
		*scrolled = 0;
}

/* Draws the part of the text that shows, with marks where it goes on. */
static void
draw_text(const struct line *line, enum style style, int scrolled, int width)
{
	struct canvas *canvas = line->canvas;
	size_t skip = canvas_fit(canvas, line->view->line, scrolled);
	int before = width_to(line, skip);
	const char *text = line->view->line + skip;
	uint32_t character;

	if (before < scrolled) { /* a wide character that is half in view is left out */
		skip = text_decode(text, strnlen(text, 4), &character);
		before += 2;
		text += skip;
	}
	canvas_put(canvas, line->row, line->column + before - scrolled,
	    line->room - (before - scrolled), style, text);
	if (scrolled > 0)
		canvas_put(canvas, line->row, line->column, 1, STYLE_DIM,
		    glyph_text(GLYPH_MORE_LEFT, canvas->unicode));
	if (width - scrolled > line->room)
		canvas_put(canvas, line->row, line->column + line->room - 1, 1, STYLE_DIM,
		    glyph_text(GLYPH_MORE_RIGHT, canvas->unicode));
}

/* Shows which part of the line cannot be right, whatever follows. */
static void
mark_wrong(const struct line *line, int scrolled)
{
	struct line_check check;
	int from, to;

	if (line->view->popup != POPUP_NONE)
		return;
	check = command_check_line(line->view->line);
	free(check.sentence);
	if (check.wrong == SIZE_MAX)
		return;
	from = width_to(line, check.wrong) - scrolled;
	to = width_to(line, check.end) - scrolled;
	from = from < 0 ? 0 : from;
	to = to > line->room ? line->room : to;
	if (from < to)
		canvas_restyle(line->canvas,
		    (struct area){ line->row, line->column + from, 1, to - from }, STYLE_ERROR);
}

/* --- the pop-up ----------------------------------------------------------------- */

/* Returns the columns of the longest candidate. */
static int
longest(const struct canvas *canvas, const struct candidates *candidates)
{
	int most = 0;

	for (size_t i = 0; i < candidates->count; i++) {
		int width = canvas_width(canvas, candidates->items[i].text);

		most = width > most ? width : most;
	}
	return most;
}

/* Returns the columns of the longest help line. */
static int
longest_help(const struct canvas *canvas, const struct candidates *candidates)
{
	int most = 0;

	for (size_t i = 0; i < candidates->count; i++) {
		int width = candidates->items[i].help
		    ? canvas_width(canvas, candidates->items[i].help)
		    : 0;

		most = width > most ? width : most;
	}
	return most;
}

/* Returns the columns of the longest key and the gap behind it, 0 when none has a key. */
static int
longest_key(const struct canvas *canvas, const struct candidates *candidates)
{
	int most = 0;

	for (size_t i = 0; i < candidates->count; i++) {
		const char *key = candidates->items[i].key;
		int width = key == NULL ? 0 : canvas_width(canvas, key) + MENU_HELP_GAP;

		most = width > most ? width : most;
	}
	return most;
}

/* Where the pop-up stands and what it shows. */
struct menu {
	struct area area;
	int text_columns, key_columns; /* of keys with the gap behind them, 0 without any */
	size_t top;
};

/* Finds the pop-up's place above the word, moved left where it would not fit. */
static struct menu
menu_place(const struct line *line, int word_column, size_t *top)
{
	const struct candidates *candidates = line->view->candidates;
	size_t chosen = line->view->chosen, rows = MENU_ROWS;
	int most = line->canvas->columns, help = longest_help(line->canvas, candidates);
	struct menu menu = { .text_columns = longest(line->canvas, candidates),
		.key_columns = longest_key(line->canvas, candidates) };

	if (candidates->count < rows)
		rows = candidates->count;
	if (rows > (size_t)line->row)
		rows = (size_t)line->row;
	menu.area.columns =
	    menu.text_columns + menu.key_columns + 2 + (help > 0 ? help + MENU_HELP_GAP : 0);
	if (menu.area.columns > most)
		menu.area.columns = most;
	menu.area.rows = (int)rows;
	menu.area.row = line->row - menu.area.rows;
	menu.area.column = word_column - 1;
	if (menu.area.column + menu.area.columns > most)
		menu.area.column = most - menu.area.columns;
	if (menu.area.column < 0)
		menu.area.column = 0;
	if (chosen < candidates->count && chosen < *top)
		*top = chosen;
	if (chosen < candidates->count && rows > 0 && chosen >= *top + rows)
		*top = chosen - rows + 1;
	if (*top + rows > candidates->count)
		*top = candidates->count - rows;
	menu.top = *top;
	return menu;
}

/* Draws one candidate with its help. */
static void
draw_candidate(const struct line *line, const struct menu *menu, int i)
{
	const struct candidate *candidate =
	    &line->view->candidates->items[menu->top + (size_t)i];
	bool chosen = menu->top + (size_t)i == line->view->chosen;
	enum style style = chosen ? STYLE_MENU_CHOSEN : STYLE_MENU;
	int row = menu->area.row + i, column = menu->area.column;
	int key = menu->text_columns + 1 + MENU_HELP_GAP, help = key + menu->key_columns;

	canvas_erase(line->canvas, (struct area){ row, column, 1, menu->area.columns }, style);
	canvas_put(
	    line->canvas, row, column + 1, menu->area.columns - 2, style, candidate->text);
	if (candidate->key)
		canvas_put(
		    line->canvas, row, column + key, menu->key_columns, style, candidate->key);
	if (candidate->help)
		canvas_put(line->canvas, row, column + help, menu->area.columns - help - 1,
		    style, candidate->help);
}

/* Draws the candidates above the line. */
static void
draw_menu(const struct line *line, int scrolled, size_t *top)
{
	const struct candidates *candidates = line->view->candidates;
	int word = line->column + width_to(line, candidates->word) - scrolled;
	struct menu menu = menu_place(line, word, top);

	for (int i = 0; i < menu.area.rows; i++)
		draw_candidate(line, &menu, i);
}

void
prompt_line_draw(struct canvas *canvas, struct area area, const struct editor_view *view,
    bool active, struct prompt_scroll *scroll)
{
	int lead = 1 + draw_lead(canvas, area, view->search);
	struct line line = { canvas, view, area.row, area.column + lead, area.columns - lead };
	int width, cursor;

	if (line.room <= 0)
		return;
	width = canvas_width(canvas, view->line);
	cursor = width_to(&line, view->cursor);
	follow_cursor(&line, active ? cursor : 0, width, &scroll->columns);
	draw_text(&line, active ? STYLE_PROMPT : STYLE_DIM, scroll->columns, width);
	if (!active)
		return;
	mark_wrong(&line, scroll->columns);
	if (view->suggestion != NULL)
		canvas_put(canvas, line.row, line.column + width - scroll->columns,
		    line.room - (width - scroll->columns), STYLE_DIM, view->suggestion);
	canvas->cursor_row = area.row;
	canvas->cursor_column = line.column + cursor - scroll->columns;
	if (view->candidates && view->candidates->count > 0)
		draw_menu(&line, scroll->columns, &scroll->menu_top);
	else
		scroll->menu_top = 0;
}

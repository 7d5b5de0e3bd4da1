/*
 * Looking for a text. Decides what counts as a match - a line that holds the text, ASCII case aside -
 * and which of them comes next; past the last one the first comes again, and that is told. Which
 * lines there are is the screen's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "ui/search.h"

/* The numbers of the lines that match. */
struct matches {
	size_t *lines;
	size_t count, capacity;
};

/* Finds all lines that hold the text. */
static struct matches
find_all(const struct buf *text, const char *needle)
{
	struct matches found = { 0 };
	const char *at = buf_text(text);

	for (size_t line = 0; *at != '\0'; line++) {
		size_t length = strcspn(at, "\n");
		char *copy = mem_strndup(at, length);

		if (text_find_nocase(copy, needle) != NULL) {
			found.lines = mem_grow(
			    found.lines, found.count, &found.capacity, sizeof *found.lines);
			found.lines[found.count++] = line;
		}
		free(copy);
		at += length + (at[length] == '\n');
	}
	return found;
}

/* The index of the first match at this line or behind it; the number of matches when there is none. */
static size_t
first_from(const struct matches *found, size_t line)
{
	size_t i = 0;

	while (i < found->count && found->lines[i] < line)
		i++;
	return i;
}

/* Where one is: the line of the match, or else what is selected or on top. */
static size_t
position(const struct model *model)
{
	if (model->search.line != SIZE_MAX)
		return model->search.line;
	return model->view != VIEW_NONE ? model->view_selected
					: model->panes[model->focus].selected;
}

/* Goes to the next or previous match from a line; sets *wrapped when it goes round an end. */
static size_t
next_match(const struct matches *found, size_t line, const struct effect *effect, bool *wrapped)
{
	size_t i;

	if (effect->backwards) {
		i = first_from(found, line);
		*wrapped = *wrapped || i == 0;
		return i == 0 ? found->count - 1 : i - 1;
	}
	i = first_from(found, effect->fresh ? line : line + 1);
	*wrapped = *wrapped || i == found->count;
	return i == found->count ? 0 : i;
}

struct event
search_lines(const struct buf *lines, const struct model *model, const struct effect *effect)
{
	struct event event = { .kind = EVENT_FOUND };
	struct matches found = find_all(lines, model->search.text);
	size_t match = 0, line = position(model);

	event.matches = found.count;
	for (size_t i = 0; found.count > 0 && i < effect->repeat && i < found.count; i++) {
		match = next_match(&found, line, effect, &event.wrapped);
		line = found.lines[match];
	}
	event.match = match + 1;
	event.row = line;
	free(found.lines);
	return event;
}

char *
search_line(const struct buf *lines, size_t line)
{
	const char *at = buf_text(lines);
	struct buf words = BUF_INIT;

	for (; line > 0 && *at != '\0'; line--) {
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	for (; *at != '\0' && *at != '\n'; at++) {
		if (*at != ' ')
			buf_addc(&words, *at);
		else if (words.length > 0 && at[1] != ' ' && at[1] != '\n')
			buf_addc(&words, ' ');
	}
	buf_adds(&words, "");
	return buf_take(&words);
}

/* --- on the screen -------------------------------------------------------------------------- */

/* Appends the row's text; columns[i] is the column of its byte i. */
static void
read_row(const struct canvas *canvas, struct area row, struct buf *text, int *columns)
{
	const struct cell *cells =
	    &canvas->cells[(size_t)row.row * (size_t)canvas->columns + (size_t)row.column];

	buf_truncate(text, 0);
	buf_adds(text, "");
	for (int i = 0; i < row.columns; i++) {
		for (const char *byte = cells[i].text; *byte != '\0'; byte++) {
			columns[text->length] = row.column + i;
			buf_addc(text, *byte);
		}
	}
	columns[text->length] = row.column + row.columns;
}

/* Gives the matches of one row a style. */
static void
mark_row(struct canvas *canvas, struct area row, const char *needle, enum style style)
{
	int *columns = mem_calloc((size_t)row.columns * CELL_BYTES + 1, sizeof *columns);
	size_t length = strlen(needle);
	struct buf text = BUF_INIT;
	const char *at;

	read_row(canvas, row, &text, columns);
	for (at = text.data; (at = text_find_nocase(at, needle)) != NULL; at += length) {
		int from = columns[at - text.data];
		int to = columns[(size_t)(at - text.data) + length];

		canvas_restyle(canvas, (struct area){ row.row, from, 1, to - from }, style);
	}
	buf_clear(&text);
	free(columns);
}

void
search_mark(struct canvas *canvas, struct area area, const char *text, size_t current)
{
	if (*text == '\0' || area.columns <= 0)
		return;
	for (int i = 0; i < area.rows; i++) {
		struct area row = { area.row + i, area.column, 1, area.columns };

		mark_row(
		    canvas, row, text, (size_t)i == current ? STYLE_MATCH_HERE : STYLE_MATCH);
	}
}

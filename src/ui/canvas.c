/*
 * The grid of cells. Decides how text becomes cells - columns by util/text.h and never by the
 * locale, wide characters in two cells and never halved, combining marks joined to their base -
 * and is the last guard before the terminal: whatever was put, a cell holds one printable
 * character. What is drawn where, and what a style looks like, is left to others.
 *
 * A cell with empty text is the right half of the wide character before it.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "ui/canvas.h"

enum {
	MARKS_MAX = 4 /* combining marks of one cell */
};

/* One character of a text as the canvas shows it. */
struct symbol {
	const char *bytes;
	size_t length; /* of bytes */
	size_t taken; /* of the text */
	int width; /* 0 = joins the character before it */
};

struct frame_shapes {
	const char *horizontal, *vertical, *corners[4]; /* upper left, upper right, lower ... */
};

static const struct frame_shapes unicode_frame = { "─", "│", { "┌", "┐", "└", "┘" } };
static const struct frame_shapes ascii_frame = { "-", "|", { "+", "+", "+", "+" } };

void
canvas_init(struct canvas *canvas, bool unicode)
{
	*canvas = (struct canvas){ .unicode = unicode, .cursor_row = -1, .cursor_column = -1 };
}

void
canvas_clear(struct canvas *canvas)
{
	free(canvas->cells);
	canvas_init(canvas, canvas->unicode);
}

void
canvas_resize(struct canvas *canvas, int rows, int columns)
{
	canvas->rows = rows > 0 ? rows : 1;
	canvas->columns = columns > 0 ? columns : 1;
	canvas->cells = mem_realloc(canvas->cells,
	    (size_t)canvas->rows * (size_t)canvas->columns, sizeof *canvas->cells);
	canvas_blank(canvas);
}

/* Returns the cell, which must lie on the canvas. */
static struct cell *
cell_at(const struct canvas *canvas, int row, int column)
{
	return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

/* Makes the cell a blank of this style. */
static void
cell_blank(struct cell *cell, enum style style)
{
	cell->text[0] = ' ';
	cell->text[1] = '\0';
	cell->style = style;
}

void
canvas_blank(struct canvas *canvas)
{
	size_t count = (size_t)canvas->rows * (size_t)canvas->columns;

	for (size_t i = 0; i < count; i++)
		cell_blank(&canvas->cells[i], STYLE_TEXT);
	canvas->cursor_row = canvas->cursor_column = -1;
}

/*
 * Blanks the half that stays behind when this cell, part of a wide character, is overwritten.
 */
static void
part(struct canvas *canvas, int row, int column)
{
	struct cell *cell = cell_at(canvas, row, column);

	if (column > 0 && cell->text[0] == '\0')
		cell_blank(cell - 1, cell[-1].style);
	if (column + 1 < canvas->columns && cell[1].text[0] == '\0')
		cell_blank(cell + 1, cell[1].style);
}

/* Makes *symbol the sign for what cannot be shown. */
static void
symbol_replace(struct symbol *symbol, bool unicode)
{
	symbol->bytes = unicode ? "\xEF\xBF\xBD" : "?";
	symbol->length = unicode ? 3 : 1;
	symbol->width = 1;
}

/* True when a character of no width is a combining mark that may be shown behind a base. */
static bool
is_mark(const char *bytes, size_t length)
{
	char joined[5] = "a";

	memcpy(joined + 1, bytes, length);
	return text_is_printable(joined, length + 1);
}

/*
 * Takes the first character of text, which is not empty. has_base tells whether a character
 * stands before it that a combining mark can join.
 */
static void
symbol_take(struct symbol *symbol, bool unicode, bool has_base, const char *text)
{
	unsigned char first = (unsigned char)*text;
	uint32_t character;

	*symbol = (struct symbol){ .bytes = text, .length = 1, .taken = 1, .width = 1 };
	if (first >= ' ' && first < 0x7F)
		return;
	symbol->taken = text_decode(text, strnlen(text, 4), &character);
	symbol->length = symbol->taken;
	if (symbol->taken == 0)
		symbol->taken = 1;
	if (symbol->length == 0 || !unicode) {
		symbol_replace(symbol, unicode);
		return;
	}
	symbol->width = text_character_width(character);
	if (symbol->width == 0 ? !has_base || !is_mark(text, symbol->length)
			       : !text_is_printable(text, symbol->length))
		symbol_replace(symbol, unicode);
}

int
canvas_width(const struct canvas *canvas, const char *text)
{
	struct symbol symbol;
	int width = 0;

	for (; *text; text += symbol.taken) {
		symbol_take(&symbol, canvas->unicode, width > 0, text);
		width += symbol.width;
	}
	return width;
}

size_t
canvas_fit(const struct canvas *canvas, const char *text, int columns)
{
	const char *at = text;
	struct symbol symbol;
	int width = 0;

	for (; *at; at += symbol.taken) {
		symbol_take(&symbol, canvas->unicode, width > 0, at);
		if (width + symbol.width > columns)
			break;
		width += symbol.width;
	}
	return (size_t)(at - text);
}

/* Appends a combining mark to the cell, when it has less than four and there is room. */
static void
cell_join(struct cell *cell, const struct symbol *symbol)
{
	size_t length = strlen(cell->text), characters = 0;

	for (const char *c = cell->text; *c; c++)
		characters += ((unsigned char)*c & 0xC0) != 0x80;
	if (characters > MARKS_MAX || length + symbol->length >= CELL_BYTES)
		return;
	memcpy(cell->text + length, symbol->bytes, symbol->length);
	cell->text[length + symbol->length] = '\0';
}

/* Puts one character of one or two columns; all of them lie on the canvas. */
static void
put_symbol(
    struct canvas *canvas, int row, int column, enum style style, const struct symbol *symbol)
{
	struct cell *cell = cell_at(canvas, row, column);

	part(canvas, row, column);
	if (symbol->width == 2)
		part(canvas, row, column + 1);
	memcpy(cell->text, symbol->bytes, symbol->length);
	cell->text[symbol->length] = '\0';
	cell->style = style;
	if (symbol->width == 2) {
		cell[1].text[0] = '\0';
		cell[1].style = style;
	}
}

/*
 * Puts as much of text as fits whole in `columns`, all on the canvas. Returns the columns used.
 */
static int
put_fitting(
    struct canvas *canvas, int row, int column, int columns, enum style style, const char *text)
{
	struct symbol symbol;
	int used = 0, base = -1;

	for (; *text; text += symbol.taken) {
		symbol_take(&symbol, canvas->unicode, base >= 0, text);
		if (symbol.width == 0) {
			cell_join(cell_at(canvas, row, base), &symbol);
			continue;
		}
		if (used + symbol.width > columns)
			break;
		base = column + used;
		put_symbol(canvas, row, base, style, &symbol);
		used += symbol.width;
	}
	return used;
}

/* Cuts a field in one row to what lies on the canvas. Returns its columns, 0 when none do. */
static int
clip(const struct canvas *canvas, int row, int *column, int columns)
{
	if (row < 0 || row >= canvas->rows || *column >= canvas->columns || columns <= 0)
		return 0;
	if (*column < 0) {
		columns = columns > -*column ? columns + *column : 0;
		*column = 0;
	}
	return columns < canvas->columns - *column ? columns : canvas->columns - *column;
}

int
canvas_put(
    struct canvas *canvas, int row, int column, int columns, enum style style, const char *text)
{
	int used;

	columns = clip(canvas, row, &column, columns);
	if (columns == 0 || *text == '\0')
		return 0;
	if (canvas_width(canvas, text) <= columns)
		return put_fitting(canvas, row, column, columns, style, text);
	used = put_fitting(canvas, row, column, columns - 1, style, text);
	return used +
	    put_fitting(canvas, row, column + used, 1, style, canvas->unicode ? "…" : "~");
}

int
canvas_put_right(
    struct canvas *canvas, int row, int column, int columns, enum style style, const char *text)
{
	int width;

	columns = clip(canvas, row, &column, columns);
	width = canvas_width(canvas, text);
	if (width > columns)
		width = columns;
	return canvas_put(canvas, row, column + columns - width, width, style, text);
}

/* Returns the end of a text that takes at most so many columns. */
static const char *
end_of(const struct canvas *canvas, const char *text, int columns)
{
	struct symbol symbol;

	while (canvas_width(canvas, text) > columns) {
		symbol_take(&symbol, canvas->unicode, false, text);
		text += symbol.taken;
	}
	return text;
}

int
canvas_put_ends(
    struct canvas *canvas, int row, int column, int columns, enum style style, const char *text)
{
	int used;

	if (canvas_width(canvas, text) <= columns)
		return canvas_put(canvas, row, column, columns, style, text);
	used = canvas_put(canvas, row, column, (columns + 1) / 2, style, text);
	return used +
	    canvas_put(canvas, row, column + used, columns - used, style,
		end_of(canvas, text, columns - used));
}

int
canvas_put_marked(
    struct canvas *canvas, int row, int column, int columns, enum style style, const char *text)
{
	bool accent = false;
	int used = 0;

	while (*text && used < columns) {
		size_t length = strcspn(text, "`");
		char *part = mem_strndup(text, length);

		used += canvas_put(canvas, row, column + used, columns - used,
		    accent ? STYLE_ACCENT : style, part);
		free(part);
		text += length + (text[length] == '`');
		accent = !accent && strchr(text, '`') != NULL;
	}
	return used;
}

/* Cuts the area to what lies on the canvas. */
static struct area
area_clip(const struct canvas *canvas, struct area area)
{
	if (area.row < 0) {
		area.rows += area.row;
		area.row = 0;
	}
	if (area.rows > canvas->rows - area.row)
		area.rows = canvas->rows - area.row;
	area.columns = clip(canvas, 0, &area.column, area.columns);
	return area;
}

void
canvas_restyle(struct canvas *canvas, struct area area, enum style style)
{
	area = area_clip(canvas, area);
	for (int row = area.row; row < area.row + area.rows; row++) {
		for (int column = area.column; column < area.column + area.columns; column++)
			cell_at(canvas, row, column)->style = style;
	}
}

void
canvas_erase(struct canvas *canvas, struct area area, enum style style)
{
	area = area_clip(canvas, area);
	for (int row = area.row; row < area.row + area.rows; row++) {
		for (int column = area.column; column < area.column + area.columns; column++) {
			part(canvas, row, column);
			cell_blank(cell_at(canvas, row, column), style);
		}
	}
}

/* Draws the lines and corners of a frame of at least 2 by 2. */
static void
frame_lines(struct canvas *canvas, struct area area, enum style style)
{
	const struct frame_shapes *shapes = canvas->unicode ? &unicode_frame : &ascii_frame;
	int bottom = area.row + area.rows - 1, right = area.column + area.columns - 1;

	for (int column = area.column; column <= right; column++) {
		canvas_put(canvas, area.row, column, 1, style, shapes->horizontal);
		canvas_put(canvas, bottom, column, 1, style, shapes->horizontal);
	}
	for (int row = area.row; row <= bottom; row++) {
		canvas_put(canvas, row, area.column, 1, style, shapes->vertical);
		canvas_put(canvas, row, right, 1, style, shapes->vertical);
	}
	canvas_put(canvas, area.row, area.column, 1, style, shapes->corners[0]);
	canvas_put(canvas, area.row, right, 1, style, shapes->corners[1]);
	canvas_put(canvas, bottom, area.column, 1, style, shapes->corners[2]);
	canvas_put(canvas, bottom, right, 1, style, shapes->corners[3]);
}

/* Puts text between two blanks into the upper line of a frame. */
static void
frame_label(
    struct canvas *canvas, int row, int column, int columns, enum style style, const char *text)
{
	int used = canvas_put(canvas, row, column + 1, columns - 2, style, text);

	canvas_put(canvas, row, column, 1, style, " ");
	canvas_put(canvas, row, column + 1 + used, 1, style, " ");
}

struct area
canvas_frame(struct canvas *canvas, struct area area, enum style frame, enum style title_style,
    const char *title, const char *note)
{
	int room = area.columns - 2;
	int title_width = title ? canvas_width(canvas, title) + 2 : 0;
	int note_width = note ? canvas_width(canvas, note) + 2 : 0;

	if (area.rows < 2 || area.columns < 2)
		return (struct area){ area.row, area.column, 0, 0 };
	frame_lines(canvas, area, frame);
	if (title && *title && room > 2)
		frame_label(canvas, area.row, area.column + 1, room, title_style, title);
	if (note && *note && title_width + note_width < room)
		frame_label(canvas, area.row, area.column + 1 + room - note_width, note_width,
		    STYLE_DIM, note);
	return (struct area){ area.row + 1, area.column + 1, area.rows - 2, area.columns - 2 };
}

void
canvas_frame_foot(struct canvas *canvas, struct area area, const char *text)
{
	int width = canvas_width(canvas, text) + 2;

	if (area.rows >= 2 && width + 2 < area.columns)
		frame_label(canvas, area.row + area.rows - 1,
		    area.column + area.columns - 1 - width, width, STYLE_DIM, text);
}

void
canvas_text(const struct canvas *canvas, struct buf *out)
{
	canvas_area_text(canvas, (struct area){ 0, 0, canvas->rows, canvas->columns }, out);
}

void
canvas_area_text(const struct canvas *canvas, struct area area, struct buf *out)
{
	for (int row = area.row; row < area.row + area.rows; row++) {
		size_t end = out->length;

		for (int column = area.column; column < area.column + area.columns; column++) {
			const struct cell *cell = cell_at(canvas, row, column);

			buf_adds(out, cell->text);
			if (cell->text[0] != '\0' && strcmp(cell->text, " ") != 0)
				end = out->length;
		}
		buf_truncate(out, end);
		buf_addc(out, '\n');
	}
}

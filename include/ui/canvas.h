/*
 * A grid of cells in memory. Panes draw here; tty.c carries it to the terminal, `screen FILE`
 * and the tests to text. Everything that is put is clipped.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/style.h"
#include "util/buf.h"

enum {
	CELL_BYTES = 20
}; /* a base character and up to four combining marks */

struct cell {
	char text[CELL_BYTES]; /* UTF-8 with NUL; "" = the right half of a wide character */
	enum style style;
};

struct area {
	int row, column, rows, columns;
};

struct canvas {
	int rows, columns;
	struct cell *cells;
	bool unicode; /* UTF-8 line drawing and marks; otherwise ASCII */
	int cursor_row, cursor_column; /* -1 = hidden */
};

void canvas_init(struct canvas *canvas, bool unicode);
void canvas_clear(struct canvas *canvas);

/* Makes it this large (1..) and blanks every cell. */
void canvas_resize(struct canvas *canvas, int rows, int columns);

/* Blanks every cell and hides the cursor. */
void canvas_blank(struct canvas *canvas);

/* Returns the columns that text takes on this canvas: without Unicode each character is one. */
int canvas_width(const struct canvas *canvas, const char *text);

/*
 * Returns how many bytes of text fit whole in so many columns, combining marks with their base.
 */
size_t canvas_fit(const struct canvas *canvas, const char *text, int columns);

/*
 * Puts text at row, column, at most `columns` wide; a cut text ends in "…" ("~" in ASCII).
 * Returns the number of columns used. Without Unicode each non-ASCII character is put as '?'.
 * What is not printable is replaced, never carried to the terminal.
 */
int canvas_put(struct canvas *canvas, int row, int column, int columns, enum style style,
    const char *text);

/* The same, aligned to the right end of the field. */
int canvas_put_right(struct canvas *canvas, int row, int column, int columns, enum style style,
    const char *text);

/* As canvas_put(), but a cut text keeps both its ends: for addresses, which differ in the last digits. */
int canvas_put_ends(struct canvas *canvas, int row, int column, int columns, enum style style,
    const char *text);

/* As canvas_put(), with what stands between two backticks in the accent, without them. */
int canvas_put_marked(struct canvas *canvas, int row, int column, int columns, enum style style,
    const char *text);

/* Gives all cells of the area this style, keeping their text. */
void canvas_restyle(struct canvas *canvas, struct area area, enum style style);

/* Blanks the area. */
void canvas_erase(struct canvas *canvas, struct area area, enum style style);

/*
 * Draws a frame with a title at the upper left and a note at the upper right (either may be
 * NULL; the note is dropped first when there is no room). Returns the area inside.
 */
struct area canvas_frame(struct canvas *canvas, struct area area, enum style frame,
    enum style title_style, const char *title, const char *note);

/* Puts a short text into the lower line of a frame, at the right, where there is room. */
void canvas_frame_foot(struct canvas *canvas, struct area area, const char *text);

/* Appends the screen as text: one line a row, trailing blanks cut. */
void canvas_text(const struct canvas *canvas, struct buf *out);

/* The same of this area, which lies on the canvas. */
void canvas_area_text(const struct canvas *canvas, struct area area, struct buf *out);

#endif

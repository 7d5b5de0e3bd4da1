/*
 * Lines written one below the other, of which a window shows some: texts that wrap, lists that
 * scroll. The same writing is done twice, first to count the lines and then to draw the visible
 * ones.
 */
#ifndef UI_PAPER_H
#define UI_PAPER_H

#include <stddef.h>

#include "ui/canvas.h"

struct paper {
	struct canvas *canvas;
	struct area window; /* rows 0: nothing shows, the lines are only counted */
	size_t top; /* the first line in the window */
	size_t lines; /* written so far */
};

/* One text to write. Only .text is needed; it must be printable. */
struct paragraph {
	const char *text;
	enum style style;
	const char *gutter; /* before every line, at the left of the window, or NULL */
	enum style gutter_style;
	const char
	    *lead; /* before the first line ("‹ "); further lines are indented by as much */
	enum style lead_style;
	int indent; /* columns before all of it */
	int hang; /* further columns before the lines after the first */
	const char
	    *right; /* dim, at the right end of the first line; dropped when there is no room */
	size_t lines_max; /* the last one is cut with "…"; 0 = PAPER_LINES_MAX */
};

enum {
	PAPER_LINES_MAX = 24, /* of one paragraph, however long a stranger made it */
};

/* A sheet that shows the lines from `top` in the window. */
struct paper paper_open(struct canvas *canvas, struct area window, size_t top);

/* A sheet as wide as the window on which nothing shows. */
struct paper paper_count(struct canvas *canvas, struct area window);

/* Takes the next line. Returns its row on the canvas, or -1 when it does not show. */
int paper_line(struct paper *paper);

/* Writes a text, wrapped at blanks. */
void paper_write(struct paper *paper, const struct paragraph *paragraph);

#endif

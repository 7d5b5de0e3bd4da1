/*
 * The prompt's line on a terminal that only appends: what must be written so that the reader has the
 * line as it is now.
 */
#ifndef UI_PLAIN_LINE_H
#define UI_PLAIN_LINE_H

#include <stdbool.h>

#include "util/buf.h"

struct plain_line {
	struct buf shown; /* prompt and text, as last written */
	bool open; /* the last line on the terminal is ours */
};

void plain_line_clear(struct plain_line *line);

/*
 * Appends what brings the line up to date: what was typed at its end, backspaces for what went from
 * its end, and for any other change the whole line anew, on one of its own.
 */
void plain_line_show(
    struct plain_line *line, struct buf *out, const char *prompt, const char *text);

/* Appends the end of the line: something else is to be written, or Enter was pressed. */
void plain_line_end(struct plain_line *line, struct buf *out);

#endif

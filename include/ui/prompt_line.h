/*
 * The prompt's line and its pop-up of completions, drawn from the editor's view.
 */
#ifndef UI_PROMPT_LINE_H
#define UI_PROMPT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/editor.h"
#include "ui/canvas.h"

/* What lasts from frame to frame; begins zeroed. */
struct prompt_scroll {
	int columns; /* of the line that are scrolled out to the left */
	size_t menu_top; /* the first candidate that shows */
};

/*
 * Draws the line into the area (one row) and, when active, sets the canvas's cursor and
 * draws the pop-up in the rows above.
 */
void prompt_line_draw(struct canvas *canvas, struct area area, const struct editor_view *view,
    bool active, struct prompt_scroll *scroll);

#endif

/*
 * The strip of a lesson or quiz below the panes.
 */
#ifndef UI_TUTOR_STRIP_H
#define UI_TUTOR_STRIP_H

#include <stdbool.h>
#include <stddef.h>

#include "app/model.h"
#include "ui/canvas.h"
#include "util/buf.h"

/* The strip being drawn, as pane.h has it for panes. */
struct strip_drawing {
	struct canvas *canvas;
	const struct model *model;
	struct area area; /* frame included */
	size_t rows, total; /* out: lines visible, and all there are; 0 when nothing is open */
};

/* Appends its title and all its lines as text, so wide; nothing when nothing is open. */
void tutor_strip_text(struct buf *out, const struct model *model, bool unicode, int columns);

/* Draws it, where it has rows. */
void tutor_strip_draw(struct strip_drawing *drawing);

#endif

/*
 * What lies over the panes: the help, and what the laboratory offers.
 */
#ifndef UI_OVERLAY_H
#define UI_OVERLAY_H

#include <stddef.h>

#include "app/model.h"
#include "ui/canvas.h"

/* One overlay being drawn, as pane.h has it for panes. */
struct overlay_drawing {
	struct canvas *canvas;
	const struct model *model;
	struct area body; /* of all panes together */
	size_t top; /* the first row that shows; kept between frames */
	size_t rows, total; /* out: lines or rows visible, and all there are */
};

/* Draws the model's overlay; nothing, with rows and total 0, when there is none. */
void overlay_draw(struct overlay_drawing *drawing);

#endif

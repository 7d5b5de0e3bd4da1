/*
 * What the mouse means: presses, the wheel, double clicks and drags become commands.
 */
#ifndef UI_MOUSE_H
#define UI_MOUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/event.h"
#include "ui/decoder.h"
#include "ui/screen.h"

enum {
	MOUSE_DOUBLE_US =
	    400000, /* a second press in the same place within this is a double click */
};

/* What lasts from report to report; begins zeroed. */
struct mouse {
	int64_t pressed_us; /* the last press, and where it was */
	int row, column;
	bool pressed_before; /* there was one */
	bool dragging; /* a frame is held */
	enum edge edge;
	int at; /* the row or column to which it was dragged so far */
};

/* What came of it: first the selection, then the commands. */
struct mouse_order {
	bool selects;
	struct event selection; /* an EVENT_SELECT */
	struct buf commands; /* a line each; clear it */
};

/* Makes an order of one report of the mouse, which came at now_us. */
struct mouse_order mouse_take(struct mouse *mouse, const struct screen *screen,
    const struct model *model, const struct key *key, int64_t now_us);

#endif

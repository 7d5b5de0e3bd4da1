/*
 * The mouse. Decides what a press means by what lies there (screen.h), when two presses are one double
 * click, and how a frame follows the pointer. What comes of it are the commands that keys have, too, so that
 * nothing can be done by the mouse alone, and one selection.
 */
#include <stdlib.h>

#include "ui/mouse.h"

enum {
	LEFT = 0,
	WHEEL_UP = 64,
	WHEEL_DOWN = 65,
	TEXT_LINES = 3, /* of a text that one step of the wheel scrolls */
};

/* --- the wheel ----------------------------------------------------------------------------- */

/* Moves in the view, or in the pane under the pointer. */
static void
turn_wheel(struct mouse_order *order, const struct model *model, struct hit hit, bool up)
{
	bool over_pane = hit.kind == HIT_ROW || hit.kind == HIT_PANE || hit.kind == HIT_TITLE;
	bool text =
	    model->view != VIEW_NONE ? !view_is_list(model->view) : hit.pane == PANE_SMTP;

	if (model->view == VIEW_NONE && !over_pane)
		return;
	if (model->view == VIEW_NONE && hit.pane != model->focus)
		buf_addf(&order->commands, "focus %s\n", pane_name(hit.pane));
	buf_addf(&order->commands, "move %s %d\n", up ? "up" : "down", text ? TEXT_LINES : 1);
}

/* --- presses --------------------------------------------------------------------------------- */

/* Selects a row of a pane, or with SIZE_MAX the pane as it is. */
static void
select_row(struct mouse_order *order, const struct model *model, struct hit hit, bool row)
{
	order->selects = true;
	order->selection = (struct event){
		.kind = EVENT_SELECT,
		.pane = hit.pane,
		.row = row ? hit.row : model->panes[hit.pane].selected,
	};
}

/* A press in a list that is a view: there the selection moves by commands. */
static void
choose(struct mouse_order *order, struct hit hit)
{
	buf_addf(&order->commands, "move top %zu\n", hit.row + 1);
}

/* One press. */
static void
press(struct mouse_order *order, const struct screen *screen, const struct model *model,
    const struct key *key, struct hit hit)
{
	switch (hit.kind) {
	case HIT_NOTHING:
	case HIT_VIEW:
		break;
	case HIT_ROW:
		select_row(order, model, hit, true);
		break;
	case HIT_PANE:
	case HIT_TITLE:
		if (hit.kind == HIT_TITLE && hit.pane == PANE_DOMAINS &&
		    model->focus == PANE_DOMAINS && !hit.on_edge)
			buf_adds(&order->commands, "sort next\n");
		select_row(order, model, hit, false);
		break;
	case HIT_CHOICE:
		choose(order, hit);
		break;
	case HIT_PROMPT:
		buf_adds(&order->commands, model->prompt ? "" : "focus prompt\n");
		break;
	case HIT_HINT:
		screen_hint(screen, model, true, key->column, &order->commands);
		break;
	}
}

/* The second press in the same place: opens what the first one selected, or fills the screen with it. */
static void
press_again(struct mouse_order *order, const struct screen *screen, const struct model *model,
    const struct key *key, struct hit hit)
{
	if (hit.kind == HIT_ROW || hit.kind == HIT_CHOICE)
		buf_adds(&order->commands, "open\n");
	else if (hit.kind == HIT_PANE || (hit.kind == HIT_TITLE && hit.pane != PANE_DOMAINS))
		buf_adds(&order->commands, "zoom\n");
	else
		press(order, screen, model, key, hit);
}

/* --- drags --------------------------------------------------------------------------------------- */

/* Where the pointer is, as far as the frame that is held can go. */
static int
along(const struct mouse *mouse, const struct key *key)
{
	return mouse->edge == EDGE_SIDE ? key->column : key->row;
}

/* Takes hold of a frame. */
static void
grasp(struct mouse *mouse, const struct key *key, struct hit hit)
{
	mouse->dragging = hit.on_edge;
	mouse->edge = hit.edge;
	mouse->at = along(mouse, key);
}

/* Moves the frame that is held to the pointer. */
static void
drag(struct mouse *mouse, struct mouse_order *order, const struct key *key)
{
	int by = along(mouse, key) - mouse->at;

	if (!mouse->dragging || by == 0)
		return;
	mouse->at += by;
	mouse->pressed_before = false; /* no half of a double click */
	buf_addf(&order->commands, "resize %s %d\n", edge_name(mouse->edge), by);
}

/* --- reports ------------------------------------------------------------------------------------- */

/* True for a press where the last one was, shortly before. */
static bool
is_double(const struct mouse *mouse, const struct key *key, int64_t now_us)
{
	return mouse->pressed_before && now_us - mouse->pressed_us <= MOUSE_DOUBLE_US &&
	    key->row == mouse->row && abs(key->column - mouse->column) <= 1;
}

/* Remembers a press; a third one begins anew. */
static void
remember(struct mouse *mouse, const struct key *key, int64_t now_us, bool second)
{
	mouse->pressed_before = !second;
	mouse->pressed_us = now_us;
	mouse->row = key->row;
	mouse->column = key->column;
}

struct mouse_order
mouse_take(struct mouse *mouse, const struct screen *screen, const struct model *model,
    const struct key *key, int64_t now_us)
{
	struct mouse_order order = { .selects = false };
	struct hit hit = screen_hit(screen, model, key->row, key->column);
	bool second = is_double(mouse, key, now_us);

	if (key->button == WHEEL_UP || key->button == WHEEL_DOWN) {
		turn_wheel(&order, model, hit, key->button == WHEEL_UP);
	} else if (key->moved) {
		drag(mouse, &order, key);
	} else if (!key->pressed) {
		mouse->dragging = false;
	} else if (key->button == LEFT) {
		grasp(mouse, key, hit);
		remember(mouse, key, now_us, second);
		if (second)
			press_again(&order, screen, model, key, hit);
		else
			press(&order, screen, model, key, hit);
	}
	return order;
}

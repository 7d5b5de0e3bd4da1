/*
 * Where everything is, by the size of the terminal and nothing else: what arrives never moves a
 * frame (screens.md, principle 7). Rows are given out from the edges inwards; where they are
 * few the top line goes first, then the further rows of the verdict, the tab line and the
 * hints.
 */
#include <stddef.h>
#include <string.h>

#include "ui/layout.h"

enum {
	PANE_LEAST = 5, /* rows of a pane whose frame was moved */
	LEFT_LEAST = 14, /* columns of the domains, and of what is beside them */
	RIGHT_LEAST = 50,
	STACKED_ROWS = 20,
	STACKED_COLUMNS = 60,
	WIDE_ROWS = 24,
	WIDE_COLUMNS = 100,
	/* In a single pane: the rows from which each line is there. */
	HINT_FROM = 6,
	TABS_FROM = 7,
	TOP_FROM = 16,
	MX_BESIDE_WALK = 8, /* rows of the MX pane above a walkthrough */
	/* A verdict of some length; its rows are worth more than the panes' from here on. */
	SENTENCE = 180,
	TWO_VERDICT_ROWS_FROM = 9,
	THREE_VERDICT_ROWS_FROM = 12,
	/* The strip below the panes, and what it leaves them. */
	STRIP_LEAST = 9,
	STRIP_MOST = 14,
	STRIP_PANE_LEAST = 6, /* rows of one pane */
	STRIP_PANES_FROM = 18, /* of all of them */
};

/* Returns number, but at least `least` and at most `most`. */
static int
within(int number, int least, int most)
{
	if (number > most)
		number = most;
	return number < least ? least : number;
}

/* Returns the form for this size. */
static enum layout_form
form_for(int rows, int columns)
{
	if (rows < LAYOUT_LEAST_ROWS || columns < LAYOUT_LEAST_COLUMNS)
		return LAYOUT_TOO_SMALL;
	if (rows >= WIDE_ROWS && columns >= WIDE_COLUMNS)
		return LAYOUT_WIDE;
	if (rows >= STACKED_ROWS && columns >= STACKED_COLUMNS)
		return LAYOUT_STACKED;
	return LAYOUT_SINGLE;
}

/* Cuts rows off the upper end of the area. */
static struct area
take_top(struct area *body, int rows)
{
	struct area taken = { body->row, body->column, rows, body->columns };

	body->row += rows;
	body->rows -= rows;
	return taken;
}

/* Cuts rows off the lower end of the area. */
static struct area
take_bottom(struct area *body, int rows)
{
	body->rows -= rows;
	return (struct area){ body->row + body->rows, body->column, rows, body->columns };
}

/* Returns the rows of the verdict: as many as a sentence needs, where there are enough. */
static int
verdict_rows(const struct layout *layout, int rows, int columns, bool view)
{
	int most = rows >= TWO_VERDICT_ROWS_FROM ? 2 : 1;

	if (layout->form == LAYOUT_SINGLE && rows >= THREE_VERDICT_ROWS_FROM && !view)
		most = 3;
	return within((SENTENCE + columns - 1) / columns, 1, most);
}

/* Gives the lines around the panes their rows; *body is what remains. */
static void
lines_make(struct layout *layout, struct area *body, bool view)
{
	bool single = layout->form == LAYOUT_SINGLE;
	int rows = body->rows;

	if (!single || rows >= HINT_FROM)
		layout->hint = take_bottom(body, 1);
	layout->prompt = take_bottom(body, 1);
	layout->verdict = take_bottom(body, verdict_rows(layout, rows, body->columns, view));
	if (!single || rows >= TOP_FROM)
		layout->top = take_top(body, 1);
	if (single && rows >= TABS_FROM)
		layout->tabs = take_top(body, 1);
}

/*
 * Moves a number of columns or rows, which are `usual`, as far as the limits let it, and keeps how
 * far that was.
 */
static int
moved(struct layout *layout, enum edge edge, int usual, int least, int most)
{
	int size = within(usual + layout->edges[edge], least, most);

	layout->edges[edge] = size - usual;
	layout->has_edge[edge] = true;
	return size;
}

/* Domains to the left; exchanges above the probe to the right. */
static void
panes_wide(struct layout *layout, struct area body)
{
	int left =
	    moved(layout, EDGE_SIDE, within(26 + (body.columns - WIDE_COLUMNS) / 10, 26, 40),
		LEFT_LEAST, body.columns - RIGHT_LEAST);
	struct area right = { body.row, body.column + left, body.rows, body.columns - left };

	layout->panes[PANE_DOMAINS] = (struct area){ body.row, body.column, body.rows, left };
	layout->panes[PANE_MX] = take_top(&right,
	    moved(layout, EDGE_LOWER, within(right.rows * 2 / 5, 8, 24), PANE_LEAST,
		right.rows - PANE_LEAST));
	layout->panes[PANE_SMTP] = right;
}

/* One above the other. */
static void
panes_stacked(struct layout *layout, struct area body)
{
	int upper = moved(layout, EDGE_UPPER, within((body.rows + 2) / 5, 3, 12), 3,
	    body.rows - 2 * PANE_LEAST);

	layout->panes[PANE_DOMAINS] = take_top(&body, upper);
	layout->panes[PANE_MX] = take_top(&body,
	    moved(layout, EDGE_LOWER, within((body.rows * 9 + 19) / 20, 5, 20), PANE_LEAST,
		body.rows - PANE_LEAST));
	layout->panes[PANE_SMTP] = body;
}

/* Cuts the strip off the panes: of what is too low for both it takes all. */
static void
take_strip(struct layout *layout, struct area *body, enum layout_strip strip)
{
	int rows = within(body->rows * 2 / 5, STRIP_LEAST, STRIP_MOST);

	if (strip == LAYOUT_STRIP_NONE)
		return;
	if (strip == LAYOUT_STRIP_WHOLE || body->rows - rows < STRIP_PANE_LEAST)
		rows = body->rows;
	layout->strip = take_bottom(body, rows);
}

/* Places the panes in what is left for them. */
static void
place_panes(struct layout *layout, struct area body, const struct layout_wish *wish)
{
	bool low = layout->strip.rows > 0 && body.rows < STRIP_PANES_FROM;

	if (body.rows == 0)
		return;
	if (wish->zoomed || low || layout->form == LAYOUT_SINGLE)
		layout->panes[wish->focus] = body;
	else if (layout->form == LAYOUT_WIDE)
		panes_wide(layout, body);
	else
		panes_stacked(layout, body);
}

void
layout_make(struct layout *layout, int rows, int columns, const struct layout_wish *wish)
{
	struct area body = { 0, 0, rows, columns };

	*layout = (struct layout){ .form = form_for(rows, columns) };
	memcpy(layout->edges, wish->edges, sizeof layout->edges);
	if (layout->form == LAYOUT_TOO_SMALL)
		return;
	lines_make(layout, &body, wish->view);
	if (!wish->zoomed || wish->strip == LAYOUT_STRIP_WHOLE)
		take_strip(layout, &body, wish->strip);
	place_panes(layout, body, wish);
}

void
layout_grow_lower(struct layout *layout)
{
	struct area *domains = &layout->panes[PANE_DOMAINS], *mx = &layout->panes[PANE_MX];
	struct area *smtp = &layout->panes[PANE_SMTP];
	int end = smtp->row + smtp->rows;

	if (mx->rows == 0 || smtp->rows == 0)
		return;
	if (layout->form == LAYOUT_STACKED) {
		mx->row = domains->row;
		domains->rows = 0;
	}
	mx->rows = within(mx->rows, 0, MX_BESIDE_WALK);
	smtp->row = mx->row + mx->rows;
	smtp->rows = end - smtp->row;
}

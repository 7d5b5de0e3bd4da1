/*
 * Where the panes are, by terminal size: wide (from 100 columns), stacked (from 60x20), single
 * pane with a tab line below that, down to 40x12. Smaller than 20x5 shows one sentence.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "app/model.h"
#include "ui/canvas.h"

/* The smallest terminal on which there is more than a sentence that says so. */
enum {
	LAYOUT_LEAST_ROWS = 5,
	LAYOUT_LEAST_COLUMNS = 20,
};

enum layout_form {
	LAYOUT_WIDE,
	LAYOUT_STACKED,
	LAYOUT_SINGLE,
	LAYOUT_TOO_SMALL
};

struct layout {
	enum layout_form form;
	struct area top; /* one row: program, subject, state of the network; may have none */
	struct area tabs; /* LAYOUT_SINGLE: names of the panes; rows 0 otherwise */
	struct area panes[pane_count]; /* frame included; rows 0 = not shown */
	struct area strip; /* below the panes, frame included; rows 0 = none */
	struct area verdict; /* 1 to 3 rows: a sentence must be readable whole */
	struct area prompt, hint; /* one row each; hint may have none */
	int edges[edge_count]; /* as wished, as far as there was room; others as they were */
	bool has_edge[edge_count]; /* which of them this layout has */
};

/* What is wanted below the panes: nothing, a strip, or one that takes their place. */
enum layout_strip {
	LAYOUT_STRIP_NONE,
	LAYOUT_STRIP_BELOW,
	LAYOUT_STRIP_WHOLE
};

/* What the layout depends on, beside the terminal's size. */
struct layout_wish {
	enum pane focus;
	bool zoomed; /* the focused pane alone, without the strip */
	bool view; /* one lies over the panes: it needs the rows more than a long verdict */
	enum layout_strip strip;
	int edges[edge_count]; /* columns or rows that the frames between panes are moved */
};

/* Computes the layout of a terminal of this size. */
void layout_make(struct layout *layout, int rows, int columns, const struct layout_wish *wish);

/* Gives the lower pane most of the rows, where several panes show: for a walkthrough. */
void layout_grow_lower(struct layout *layout);

#endif

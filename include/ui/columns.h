/*
 * Tables that fit: which columns are shown, and how wide, in a given room. Cut by value, never
 * by place.
 */
#ifndef UI_COLUMNS_H
#define UI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	COLUMNS_MAX = 16
};

/* What a column asks for. All widths are terminal columns. */
struct column {
	const char *title; /* at most as wide as .minimum */
	int minimum; /* below this it is narrowed to .least, or left out */
	int preferred; /* grows to this where there is room */
	int least; /* what still says something: a mark; 0 = nothing does */
	int rank; /* the order in which columns are cut, 1 first; each rank once */
	bool right; /* numbers: aligned to the right */
};

/* Where a column is; width 0 = it is left out. */
struct column_place {
	int offset, width;
};

/*
 * Places `count` columns (at most COLUMNS_MAX) with one or two blanks between them in a room of
 * this width. First all are narrowed to .least in the order of their
 * rank, then left out in the same order, until they fit; what fits again after that is taken
 * back, and then the most valuable grow first. The last one always stays, cut to the room.
 */
void columns_fit(
    const struct column *columns, size_t count, int room, struct column_place *places);

#endif

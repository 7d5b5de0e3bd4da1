/*
 * Fitting a table into a room. Decides only widths and places: what a cell says when it
 * is narrow is the pane's.
 */
#include "ui/columns.h"

enum {
	RANKS = 1000 /* above every rank */
};

/* How far columns stand apart: the step with the most air that fits. */
enum spacing {
	SPACING_ONE, /* one blank */
	SPACING_MIXED, /* two where numbers, at the right of theirs, would touch what follows */
	SPACING_TWO
};

/* The places being worked on. */
struct fitting {
	const struct column *columns;
	size_t count;
	struct column_place *places;
	enum spacing spacing;
};

/* Returns the index of the shown column behind i, or count. */
static size_t
next_shown(const struct fitting *fitting, size_t i)
{
	for (i++; i < fitting->count && fitting->places[i].width == 0; i++)
		;
	return i;
}

/* Returns the blanks behind column i. */
static int
gap_behind(const struct fitting *fitting, size_t i)
{
	size_t next = next_shown(fitting, i);

	if (next >= fitting->count)
		return 0;
	if (fitting->spacing == SPACING_MIXED)
		return fitting->columns[i].right && !fitting->columns[next].right ? 2 : 1;
	return fitting->spacing == SPACING_TWO ? 2 : 1;
}

/* Returns the columns taken by all that are shown, and the blanks between them. */
static int
taken(const struct fitting *fitting)
{
	int sum = 0;

	for (size_t i = 0; i < fitting->count; i++) {
		if (fitting->places[i].width > 0)
			sum += fitting->places[i].width + gap_behind(fitting, i);
	}
	return sum;
}

/* Returns the index of the column next in rank after `rank`, or count; rank 0 begins. */
static size_t
next_by_rank(const struct fitting *fitting, int rank)
{
	size_t best = fitting->count;

	for (size_t i = 0; i < fitting->count; i++) {
		if (fitting->columns[i].rank <= rank)
			continue;
		if (best == fitting->count ||
		    fitting->columns[i].rank < fitting->columns[best].rank)
			best = i;
	}
	return best;
}

/*
 * Returns the index of the column that comes before `rank` from the most valuable down, or
 * count.
 */
static size_t
previous_by_rank(const struct fitting *fitting, int rank)
{
	size_t best = fitting->count;

	for (size_t i = 0; i < fitting->count; i++) {
		if (fitting->columns[i].rank >= rank)
			continue;
		if (best == fitting->count ||
		    fitting->columns[i].rank > fitting->columns[best].rank)
			best = i;
	}
	return best;
}

/* Narrows columns to their least, the cheapest first, until all fit. */
static void
narrow(struct fitting *fitting, int room)
{
	for (size_t i = next_by_rank(fitting, 0); i < fitting->count && taken(fitting) > room;
	     i = next_by_rank(fitting, fitting->columns[i].rank))
		fitting->places[i].width = fitting->columns[i].least;
}

/*
 * Leaves columns out, the cheapest first, until the others fit; the last one is cut to the
 * room.
 */
static void
leave_out(struct fitting *fitting, int room)
{
	for (size_t i = next_by_rank(fitting, 0); i < fitting->count && taken(fitting) > room;
	     i = next_by_rank(fitting, fitting->columns[i].rank)) {
		int width = fitting->places[i].width;

		fitting->places[i].width = 0;
		if (taken(fitting) == 0)
			fitting->places[i].width = width < room ? width : room;
	}
}

/* Takes columns back that were left out and still fit, the most valuable first. */
static void
take_back(struct fitting *fitting, int room)
{
	for (size_t i = previous_by_rank(fitting, RANKS); i < fitting->count;
	     i = previous_by_rank(fitting, fitting->columns[i].rank)) {
		int before = fitting->places[i].width;

		if (before >= fitting->columns[i].minimum)
			continue;
		fitting->places[i].width = fitting->columns[i].minimum;
		if (taken(fitting) > room)
			fitting->places[i].width = before;
	}
}

/* Gives what room is left to those that are shown and want more, the most valuable first. */
static void
grow(struct fitting *fitting, int room)
{
	int spare = room - taken(fitting);

	for (size_t i = previous_by_rank(fitting, RANKS); i < fitting->count && spare > 0;
	     i = previous_by_rank(fitting, fitting->columns[i].rank)) {
		int more = fitting->columns[i].preferred - fitting->places[i].width;

		if (fitting->places[i].width == 0 || more <= 0)
			continue;
		if (more > spare)
			more = spare;
		fitting->places[i].width += more;
		spare -= more;
	}
}

/* Takes as much air between the columns as there is room for. */
static void
space_out(struct fitting *fitting, int room)
{
	for (fitting->spacing = SPACING_TWO; fitting->spacing > SPACING_ONE;
	     fitting->spacing--) {
		if (taken(fitting) <= room)
			return;
	}
}

/* Puts the columns side by side. */
static void
place(struct fitting *fitting)
{
	int offset = 0;

	for (size_t i = 0; i < fitting->count; i++) {
		fitting->places[i].offset = offset;
		if (fitting->places[i].width > 0)
			offset += fitting->places[i].width + gap_behind(fitting, i);
	}
}

void
columns_fit(const struct column *columns, size_t count, int room, struct column_place *places)
{
	struct fitting fitting = { columns, count, places, SPACING_ONE };

	for (size_t i = 0; i < count; i++)
		places[i] = (struct column_place){ .width = columns[i].minimum };
	narrow(&fitting, room);
	leave_out(&fitting, room);
	take_back(&fitting, room);
	space_out(&fitting, room);
	grow(&fitting, room);
	place(&fitting);
}

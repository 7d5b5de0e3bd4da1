/*
 * Blanks between words. A blank shows no colour of its own unless its style has a ground, a line or
 * is reversed; so between two words it may take the style of the first, and the terminal need not be
 * told to change the colour, and to change it again. What a style looks like is the theme's.
 */
#include <string.h>

#include "ui/blanks.h"

enum {
	NEAR =
	    8 /* columns from word to word: beyond, it is shorter to clear than to write blanks */
};

/* Returns the cell, or NULL beyond the row's ends. */
static const struct cell *
cell_at(const struct canvas *canvas, int row, int column)
{
	if (column < 0 || column >= canvas->columns)
		return NULL;
	return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

/* True for a blank that nobody sees. */
static bool
is_unseen(const struct cell *cell, const bool unseen[style_count])
{
	return strcmp(cell->text, " ") == 0 && unseen[cell->style];
}

/*
 * Returns the column of the next cell to one side that is no such blank, or one beyond the row's end, or one
 * that is too far.
 */
static int
next_word(
    const struct canvas *canvas, int row, int column, int step, const bool unseen[style_count])
{
	for (int i = 0; i < NEAR; i++) {
		const struct cell *cell;

		column += step;
		cell = cell_at(canvas, row, column);
		if (cell == NULL || !is_unseen(cell, unseen))
			break;
	}
	return column;
}

enum style
blanks_style(const struct canvas *canvas, int row, int column, const bool unseen[style_count])
{
	const struct cell *cell = cell_at(canvas, row, column), *left, *right;
	int before, behind;

	if (!is_unseen(cell, unseen))
		return cell->style;
	before = next_word(canvas, row, column, -1, unseen);
	behind = next_word(canvas, row, column, 1, unseen);
	left = cell_at(canvas, row, before);
	right = cell_at(canvas, row, behind);
	if (left == NULL || right == NULL || behind - before > NEAR ||
	    right->style == cell->style || !unseen[left->style])
		return cell->style;
	return left->style;
}

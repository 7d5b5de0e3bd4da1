/*
 * Writing lines into a window. Decides where a text wraps - at the last blank that fits, or
 * within a word that is wider than the window - and which lines show; what is written, and in
 * which order, is the pane's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "ui/paper.h"

struct paper
paper_open(struct canvas *canvas, struct area window, size_t top)
{
	return (struct paper){ .canvas = canvas, .window = window, .top = top };
}

struct paper
paper_count(struct canvas *canvas, struct area window)
{
	window.rows = 0;
	return (struct paper){ .canvas = canvas, .window = window };
}

int
paper_line(struct paper *paper)
{
	size_t line = paper->lines++;

	if (line < paper->top || line - paper->top >= (size_t)paper->window.rows)
		return -1;
	return paper->window.row + (int)(line - paper->top);
}

/* True when the word that begins here is wider than so many columns. */
static bool
is_wider(const struct paper *paper, const char *word, int columns)
{
	return canvas_fit(paper->canvas, word, columns) < strcspn(word, " ");
}

/*
 * Returns how many bytes of text make a line of this width, before one of width `next`: all, or up to a
 * blank - but not up to one behind which a word stands that the next line does not hold either: that one
 * is parted anyhow, and begins here.
 */
static size_t
line_length(const struct paper *paper, const char *text, int columns, int next)
{
	size_t fit = canvas_fit(paper->canvas, text, columns), end;
	uint32_t character;

	if (text[fit] == '\0')
		return fit;
	for (end = fit; end > 0 && text[end] != ' '; end--)
		;
	if (end > 0 && !is_wider(paper, text + end + 1, next))
		return end;
	if (fit > 0)
		return fit;
	/* Not even one character fits: it is put all the same, and clipped. */
	fit = text_decode(text, strnlen(text, 4), &character);
	return fit > 0 ? fit : 1;
}

/* Draws `length` bytes of text at the row, when it shows. */
static void
draw_part(const struct paper *paper, int row, int column, int columns, enum style style,
    const char *text, size_t length)
{
	char *part;

	if (row < 0)
		return;
	part = mem_strndup(text, length);
	canvas_put(paper->canvas, row, paper->window.column + column, columns, style, part);
	free(part);
}

/* Draws what stands before every line. */
static void
draw_gutter(const struct paper *paper, const struct paragraph *paragraph, int row)
{
	if (row >= 0 && paragraph->gutter)
		canvas_put(paper->canvas, row, paper->window.column, paper->window.columns,
		    paragraph->gutter_style, paragraph->gutter);
}

/* Draws the lead and the text at the right. Returns the columns that the latter takes. */
static int
draw_first(const struct paper *paper, const struct paragraph *paragraph, int row, int lead)
{
	int width = paragraph->right ? canvas_width(paper->canvas, paragraph->right) + 2 : 0;
	int room = paper->window.columns - paragraph->indent - lead;

	if (width > room / 2 ||
	    (is_wider(paper, paragraph->text, room - width) &&
		!is_wider(paper, paragraph->text, room)))
		width = 0; /* less than that the text begins with a whole word */
	if (row < 0)
		return width;
	if (paragraph->lead)
		canvas_put(paper->canvas, row, paper->window.column + paragraph->indent, lead,
		    paragraph->lead_style, paragraph->lead);
	if (width > 0)
		canvas_put_right(paper->canvas, row, paper->window.column,
		    paper->window.columns, STYLE_DIM, paragraph->right);
	return width;
}

void
paper_write(struct paper *paper, const struct paragraph *paragraph)
{
	size_t most = paragraph->lines_max ? paragraph->lines_max : PAPER_LINES_MAX;
	int lead = paragraph->lead ? canvas_width(paper->canvas, paragraph->lead) : 0;
	int column = paragraph->indent + lead;
	const char *text = paragraph->text;

	for (size_t line = 0; line == 0 || (*text && line < most); line++) {
		int row = paper_line(paper), columns = paper->window.columns - column;
		int next = columns - paragraph->hang * (line == 0);
		size_t length;

		draw_gutter(paper, paragraph, row);
		if (line == 0)
			columns -= draw_first(paper, paragraph, row, lead);
		length =
		    line + 1 == most ? strlen(text) : line_length(paper, text, columns, next);
		draw_part(paper, row, column, columns, paragraph->style, text, length);
		text += length;
		text += strspn(text, " ");
		if (line == 0)
			column += paragraph->hang;
	}
}

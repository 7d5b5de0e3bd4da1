/*
 * The screen as a picture: one SVG file, cell by cell from libvterm, with a plain window around it.
 * Lines and blocks are drawn as shapes, so that frames close whatever the viewer's font does; text
 * goes out in runs of one style, stretched to its cells.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"
#include "story.h"

enum {
	CELL_WIDTH = 9,
	CELL_HEIGHT = 19,
	BASELINE = 14,
	MARGIN = 14,
	TITLE_BAR = 30
};

/* What a quiet terminal of either ground looks like, with its 16 colours. */
static const struct ground {
	char foreground[8], background[8], window[8], title[8];
	unsigned palette[16];
} grounds[] = {
	[PICTURE_DARK] = { "#d4d7dd", "#15181e", "#2a2f3a", "#8b93a3",
	    { 0x1d2129, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xd4d7dd,
		0x5c6370, 0xff7b86, 0xb5e890, 0xffd68a, 0x7cc0ff, 0xdf93f5, 0x70d2df,
		0xffffff } },
	[PICTURE_LIGHT] = { "#24292f", "#fbfaf7", "#d9dce1", "#57606a",
	    { 0x24292f, 0xb3261e, 0x2f6f2a, 0x805500, 0x0550ae, 0x8250df, 0x1b6c79, 0x6e7781,
		0x57606a, 0xa40e26, 0x1a7f37, 0x633c01, 0x0969da, 0x6639ba, 0x3192aa,
		0xfbfaf7 } },
};

/* A picture under way. */
struct picture {
	FILE *out;
	const struct terminal *terminal;
	const struct ground *ground;
};

/* What a cell looks like. */
struct look {
	char fg[8], bg[8]; /* bg "" = the window's own */
	bool bold, italic, underline;
};

/* The 0xrrggbb of a colour from 16 on, as xterm has it; libvterm's own steps are others. */
static unsigned
cube_rgb(unsigned number)
{
	static const unsigned steps[6] = { 0, 95, 135, 175, 215, 255 };

	if (number >= 232)
		return (8 + 10 * (number - 232)) * 0x010101;
	number -= 16;
	return steps[number / 36] << 16 | steps[number / 6 % 6] << 8 | steps[number % 6];
}

/* A colour that is not the terminal's own, as "#rrggbb", on a terminal of this ground. */
static void
colour_on(
    const struct ground *ground, const VTermScreen *screen, VTermColor colour, char out[8])
{
	if (VTERM_COLOR_IS_INDEXED(&colour)) {
		unsigned number = colour.indexed.idx;

		snprintf(
		    out, 8, "#%06x", number < 16 ? ground->palette[number] : cube_rgb(number));
		return;
	}
	vterm_screen_convert_color_to_rgb(screen, &colour);
	snprintf(out, 8, "#%02x%02x%02x", colour.rgb.red, colour.rgb.green, colour.rgb.blue);
}

void
picture_colour(const VTermScreen *screen, VTermColor colour, char out[8])
{
	colour_on(&grounds[PICTURE_DARK], screen, colour, out);
}

/* The look of one cell, reverse resolved. */
static struct look
cell_look(const struct picture *picture, const VTermScreenCell *cell)
{
	const struct ground *ground = picture->ground;
	const VTermScreen *screen = terminal_screen(picture->terminal);
	struct look look = { .bold = cell->attrs.bold,
		.italic = cell->attrs.italic,
		.underline = cell->attrs.underline != 0 };
	char swap[8];

	if (VTERM_COLOR_IS_DEFAULT_FG(&cell->fg))
		strcpy(look.fg, ground->foreground);
	else
		colour_on(ground, screen, cell->fg, look.fg);
	if (!VTERM_COLOR_IS_DEFAULT_BG(&cell->bg))
		colour_on(ground, screen, cell->bg, look.bg);
	if (cell->attrs.reverse) {
		strcpy(swap, look.fg);
		strcpy(look.fg, look.bg[0] ? look.bg : ground->background);
		strcpy(look.bg, swap);
	}
	return look;
}

/* Box-drawing characters: which of the four arms they have. */
static const struct {
	uint32_t character;
	bool up, down, left, right;
} boxes[] = {
	{ 0x2500, 0, 0, 1, 1 },
	{ 0x2502, 1, 1, 0, 0 },
	{ 0x250c, 0, 1, 0, 1 },
	{ 0x2510, 0, 1, 1, 0 },
	{ 0x2514, 1, 0, 0, 1 },
	{ 0x2518, 1, 0, 1, 0 },
	{ 0x251c, 1, 1, 0, 1 },
	{ 0x2524, 1, 1, 1, 0 },
	{ 0x252c, 0, 1, 1, 1 },
	{ 0x2534, 1, 0, 1, 1 },
	{ 0x253c, 1, 1, 1, 1 },
	{ 0x256d, 0, 1, 0, 1 },
	{ 0x256e, 0, 1, 1, 0 },
	{ 0x256f, 1, 0, 1, 0 },
	{ 0x2570, 1, 0, 0, 1 },
};

/* Draws a frame's character at this corner of its cell; false when it is another character. */
static bool
draw_box(FILE *out, uint32_t character, int x, int y, const char *colour)
{
	const int middle_x = x + CELL_WIDTH / 2, middle_y = y + CELL_HEIGHT / 2;

	for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
		if (boxes[i].character != character)
			continue;
		fprintf(out, "<path d=\"");
		if (boxes[i].up || boxes[i].down)
			fprintf(out, "M%d.5 %dV%d", middle_x, boxes[i].up ? y : middle_y,
			    boxes[i].down ? y + CELL_HEIGHT : middle_y + 1);
		if (boxes[i].left || boxes[i].right)
			fprintf(out, "M%d %d.5H%d", boxes[i].left ? x : middle_x, middle_y,
			    boxes[i].right ? x + CELL_WIDTH : middle_x + 1);
		fprintf(out, "\" stroke=\"%s\"/>\n", colour);
		return true;
	}
	return false;
}

/* Draws a block element: eighths from below, eighths from the left, a thin bar at the right. */
static bool
draw_block(FILE *out, uint32_t character, int x, int y, const char *colour)
{
	double left = 0, top = 0, width = 1, height = 1;

	if (character >= 0x2581 && character <= 0x2588) {
		height = (character - 0x2580) / 8.0;
		top = 1 - height;
	} else if (character >= 0x2589 && character <= 0x258f)
		width = (0x2590 - character) / 8.0;
	else if (character == 0x2595) {
		width = 1 / 8.0;
		left = 1 - width;
	} else
		return false;
	fprintf(out,
	    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
	    x + left * CELL_WIDTH, y + top * CELL_HEIGHT, width * CELL_WIDTH,
	    height * CELL_HEIGHT, colour);
	return true;
}

/* Writes text with what XML wants escaped. */
static void
write_escaped(FILE *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		default:
			fputc(*text, out);
		}
}

/* A run of text of one look. */
struct run {
	struct look look;
	struct buf text;
	int column, cells;
};

/* Writes the run gathered so far, and empties it. */
static void
write_run(FILE *out, struct run *run, int y)
{
	size_t blanks = strspn(buf_text(&run->text), " ");

	if (run->text.length > blanks) {
		fprintf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"%s\"%s%s%s>",
		    MARGIN + run->column * CELL_WIDTH, y + BASELINE, run->cells * CELL_WIDTH,
		    run->look.fg, run->look.bold ? " font-weight=\"bold\"" : "",
		    run->look.italic ? " font-style=\"italic\"" : "",
		    run->look.underline ? " text-decoration=\"underline\"" : "");
		write_escaped(out, buf_text(&run->text));
		fputs("</text>\n", out);
	}
	buf_truncate(&run->text, 0);
	run->cells = 0;
}

/* Puts one cell's character into the run, beginning a new one where the look changes. */
static void
add_to_run(FILE *out, struct run *run, const VTermScreenCell *cell, const struct look *look,
    int column, int y)
{
	char bytes[4];

	if (run->cells > 0 && memcmp(&run->look, look, sizeof *look) != 0)
		write_run(out, run, y);
	if (run->cells == 0) {
		run->look = *look;
		run->column = column;
	}
	if (cell->chars[0] == 0)
		buf_addc(&run->text, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		buf_add(&run->text, bytes, text_encode(cell->chars[i], bytes));
	run->cells += cell->width;
}

/* Draws one row of the screen. */
static void
draw_row(const struct picture *picture, int row)
{
	FILE *out = picture->out;
	const struct terminal *t = picture->terminal;
	struct run run = { .text = BUF_INIT };
	int y = TITLE_BAR + MARGIN / 2 + row * CELL_HEIGHT;
	VTermScreenCell cell;

	for (int column = 0; column < terminal_columns(t); column++) {
		int x = MARGIN + column * CELL_WIDTH;
		struct look look;

		vterm_screen_get_cell(terminal_screen(t), (VTermPos){ row, column }, &cell);
		if (cell.chars[0] == (uint32_t)-1)
			continue;
		memset(&look, 0, sizeof look);
		look = cell_look(picture, &cell);
		if (look.bg[0])
			fprintf(out,
			    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
			    "fill=\"%s\"/>\n",
			    x, y, cell.width * CELL_WIDTH, CELL_HEIGHT, look.bg);
		if (draw_box(out, cell.chars[0], x, y, look.fg) ||
		    draw_block(out, cell.chars[0], x, y, look.fg))
			write_run(out, &run, y);
		else
			add_to_run(out, &run, &cell, &look, column, y);
	}
	write_run(out, &run, y);
	buf_clear(&run.text);
}

/* Draws the cursor as a bar, where it is visible. */
static void
draw_cursor(const struct picture *picture)
{
	int row, column;

	if (terminal_cursor(picture->terminal, &row, &column))
		fprintf(picture->out,
		    "<rect x=\"%d\" y=\"%d\" width=\"2\" height=\"%d\" fill=\"%s\"/>\n",
		    MARGIN + column * CELL_WIDTH,
		    TITLE_BAR + MARGIN / 2 + row * CELL_HEIGHT + 2, CELL_HEIGHT - 4,
		    picture->ground->foreground);
}

/* Draws the window, with its title and an empty ground. */
static void
draw_window(const struct picture *picture, const char *title)
{
	FILE *out = picture->out;
	int width = terminal_columns(picture->terminal) * CELL_WIDTH + 2 * MARGIN;
	int height = terminal_rows(picture->terminal) * CELL_HEIGHT + TITLE_BAR + MARGIN;

	fprintf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	    "viewBox=\"0 0 %d %d\">\n",
	    width, height, width, height);
	fprintf(out, "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"%s\"/>\n", width, height,
	    picture->ground->window);
	fprintf(out,
	    "<rect x=\"1\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\" fill=\"%s\"/>\n",
	    TITLE_BAR - 4, width - 2, height - TITLE_BAR + 3, picture->ground->background);
	fprintf(out,
	    "<g font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" font-size=\"15\" "
	    "xml:space=\"preserve\">\n");
	fprintf(out,
	    "<text x=\"%d\" y=\"18\" fill=\"%s\" text-anchor=\"middle\" font-size=\"13\">",
	    width / 2, picture->ground->title);
	write_escaped(out, title);
	fputs("</text>\n", out);
}

bool
picture_write(
    const struct terminal *t, enum picture_ground ground, const char *path, const char *title)
{
	const struct picture picture = {
		.out = fopen(path, "w"),
		.terminal = t,
		.ground = &grounds[ground],
	};

	if (!picture.out)
		return false;
	draw_window(&picture, title ? title : "mxscope");
	for (int row = 0; row < terminal_rows(t); row++)
		draw_row(&picture, row);
	draw_cursor(&picture);
	fputs("</g>\n</svg>\n", picture.out);
	return fclose(picture.out) == 0;
}

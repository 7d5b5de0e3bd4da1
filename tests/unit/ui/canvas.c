/*
 * Cells: what is put where, what a wide character does at an edge, what never gets into a cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/text.h"
#include "ui/canvas.h"

/* A canvas of this size on which every cell is '.'. */
static void
dotted(struct canvas *canvas, bool unicode, int rows, int columns)
{
	canvas_init(canvas, unicode);
	canvas_resize(canvas, rows, columns);
	for (int row = 0; row < rows; row++) {
		for (int column = 0; column < columns; column++)
			canvas_put(canvas, row, column, 1, STYLE_TEXT, ".");
	}
}

/* Compares the canvas, which it clears, with the expected text. */
static void
expect(struct canvas *canvas, const char *expected)
{
	struct buf text = BUF_INIT;

	canvas_text(canvas, &text);
	assert_string_equal(text.data, expected);
	buf_clear(&text);
	canvas_clear(canvas);
}

static const struct {
	bool unicode;
	int column, columns;
	const char *text;
	int used;
	const char *row; /* of 10 columns */
} puts_table[] = {
	{ true, 0, 10, "mx1", 3, "mx1......." },
	{ true, 2, 10, "mx1", 3, "..mx1....." },
	{ true, 8, 10, "mx1", 2, "........m…" },
	{ true, 10, 10, "mx1", 0, ".........." },
	{ true, 11, 10, "mx1", 0, ".........." },
	{ true, -1, 4, "mx1", 3, "mx1......." },
	{ true, -2, 4, "mx1", 2, "m…........" },
	{ true, -9, 4, "mx1", 0, ".........." },
	{ true, 0, 0, "mx1", 0, ".........." },
	{ true, 0, -3, "mx1", 0, ".........." },
	{ true, 0, 10, "", 0, ".........." },
	{ true, 0, 3, "mx1", 3, "mx1......." },
	{ true, 0, 2, "mx1", 2, "m…........" },
	{ true, 0, 1, "mx1", 1, "…........." },
	{ false, 0, 2, "mx1", 2, "m~........" },
	/* Wide characters are put whole or not at all. */
	{ true, 0, 4, "中文", 4, "中文......" },
	{ true, 0, 3, "中文", 3, "中…......." },
	{ true, 0, 2, "中文", 1, "…........." },
	{ true, 9, 2, "中", 1, ".........…" },
	{ true, 8, 2, "中", 2, "........中" },
	/* Combining marks join, and do not count. */
	{ true, 0, 2, "e\xCC\x81x", 2, "e\xCC\x81x........" },
	{ true, 0, 3, "中\xCC\x81", 2, "中\xCC\x81........" },
	/* A mark without a base, controls, bad bytes and what hides are replaced. */
	{ true, 0, 9, "\xCC\x81x", 2, "\xEF\xBF\xBDx........" },
	{ true, 0, 9, "a\033b", 3,
	    "a\xEF\xBF\xBD"
	    "b......." },
	{ true, 0, 9,
	    "a\xC2\x9D"
	    "b",
	    3,
	    "a\xEF\xBF\xBD"
	    "b......." },
	{ true, 0, 9, "a\xFF", 2, "a\xEF\xBF\xBD........" },
	{ true, 0, 9,
	    "a\xE2\x80\xAE"
	    "b",
	    3,
	    "a\xEF\xBF\xBD"
	    "b......." },
	{ true, 0, 9, "a\xE4\xB8", 3, "a\xEF\xBF\xBD\xEF\xBF\xBD......." },
	/* Without Unicode each character is one '?'. */
	{ false, 0, 9,
	    "b\xC3\xBC"
	    "c",
	    3, "b?c......." },
	{ false, 0, 9, "中文", 2, "??........" },
	{ false, 0, 9, "e\xCC\x81", 2, "e?........" },
	{ false, 0, 9, "a\033", 2, "a?........" },
};

static void
text_is_put_and_clipped(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof puts_table / sizeof *puts_table; i++) {
		struct canvas canvas;
		char expected[128];

		dotted(&canvas, puts_table[i].unicode, 1, 10);
		assert_int_equal(canvas_put(&canvas, 0, puts_table[i].column,
				     puts_table[i].columns, STYLE_TITLE, puts_table[i].text),
		    puts_table[i].used);
		snprintf(expected, sizeof expected, "%s\n", puts_table[i].row);
		expect(&canvas, expected);
	}
}

static void
rows_outside_are_left_alone(void **state)
{
	struct canvas canvas;

	(void)state;
	dotted(&canvas, true, 2, 3);
	assert_int_equal(canvas_put(&canvas, -1, 0, 3, STYLE_TEXT, "abc"), 0);
	assert_int_equal(canvas_put(&canvas, 2, 0, 3, STYLE_TEXT, "abc"), 0);
	canvas_erase(&canvas, (struct area){ 5, 5, 9, 9 }, STYLE_TEXT);
	canvas_restyle(&canvas, (struct area){ -5, -5, 2, 2 }, STYLE_BAD);
	expect(&canvas, "...\n...\n");
}

static void
half_of_a_wide_character_never_stays(void **state)
{
	struct canvas canvas;

	(void)state;
	dotted(&canvas, true, 4, 6);
	for (int row = 0; row < 4; row++)
		canvas_put(&canvas, row, 1, 4, STYLE_TEXT, "中文");
	canvas_put(&canvas, 0, 1, 1, STYLE_TEXT, "a");
	canvas_put(&canvas, 1, 2, 1, STYLE_TEXT, "a");
	canvas_put(&canvas, 2, 2, 2, STYLE_TEXT, "国");
	canvas_erase(&canvas, (struct area){ 3, 2, 1, 1 }, STYLE_TEXT);
	expect(&canvas, ".a 文.\n. a文.\n. 国 .\n.  文.\n");
}

static void
text_is_aligned_right(void **state)
{
	struct canvas canvas;

	(void)state;
	dotted(&canvas, true, 3, 8);
	assert_int_equal(canvas_put_right(&canvas, 0, 1, 6, STYLE_TEXT, "58:12"), 5);
	assert_int_equal(canvas_put_right(&canvas, 1, 1, 4, STYLE_TEXT, "58:12"), 4);
	assert_int_equal(canvas_put_right(&canvas, 2, 5, 9, STYLE_TEXT, "中"), 2);
	expect(&canvas, "..58:12.\n.58:…...\n......中\n");
}

static void
marked_text_loses_its_backticks(void **state)
{
	struct canvas canvas;

	(void)state;
	dotted(&canvas, true, 3, 12);
	assert_int_equal(
	    canvas_put_marked(&canvas, 0, 0, 12, STYLE_HINT, "try `:lab` now"), 12);
	assert_int_equal(canvas.cells[3].style, STYLE_HINT);
	assert_int_equal(canvas.cells[4].style, STYLE_ACCENT);
	assert_int_equal(canvas.cells[7].style, STYLE_ACCENT);
	assert_int_equal(canvas.cells[8].style, STYLE_HINT);
	canvas_put_marked(&canvas, 1, 0, 12, STYLE_HINT, "a ` alone");
	canvas_put_marked(&canvas, 2, 0, 5, STYLE_HINT, "`too long` a");
	expect(&canvas, "try :lab now\na  alone....\ntoo ….......\n");
}

static void
widths_agree_with_what_is_put(void **state)
{
	static const char *const texts[] = { "", "mx", "中文a", "e\xCC\x81", "\xCC\x81", "\033",
		"b\xC3\xBC" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		for (int unicode = 0; unicode < 2; unicode++) {
			struct canvas canvas;
			int width;

			dotted(&canvas, unicode == 1, 1, 20);
			width = canvas_width(&canvas, texts[i]);
			assert_int_equal(
			    canvas_put(&canvas, 0, 0, 20, STYLE_TEXT, texts[i]), width);
			assert_int_equal(
			    canvas_fit(&canvas, texts[i], width), strlen(texts[i]));
			canvas_clear(&canvas);
		}
	}
}

static void
marks_beyond_a_cell_are_dropped(void **state)
{
	struct canvas canvas;
	char text[64] = "a";

	(void)state;
	for (int i = 0; i < 12; i++)
		strcat(text, "\xCC\x81");
	dotted(&canvas, true, 1, 3);
	assert_int_equal(canvas_put(&canvas, 0, 0, 3, STYLE_TEXT, text), 1);
	assert_true(strlen(canvas.cells[0].text) < CELL_BYTES);
	assert_int_equal(text_width(canvas.cells[0].text), 1);
	canvas_clear(&canvas);
}

static const struct {
	bool unicode;
	int columns;
	const char *title, *note, *text;
} frames[] = {
	{ true, 20, "MX", "3 records",
	    "┌ MX ─── 3 records ┐\n│                  │\n"
	    "└──────────────────┘\n" },
	{ true, 16, "MX", "3 records",
	    "┌ MX ──────────┐\n│              │\n"
	    "└──────────────┘\n" },
	{ true, 8, "Domains", NULL, "┌ Dom… ┐\n│      │\n└──────┘\n" },
	{ true, 4, "Domains", "x", "┌──┐\n│  │\n└──┘\n" },
	{ true, 6, "", "", "┌────┐\n│    │\n└────┘\n" },
	{ false, 12, "MX", "1", "+ MX --- 1 +\n|          |\n+----------+\n" },
};

static void
frames_have_title_and_note(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		struct canvas canvas;
		struct area area = { 0, 0, 3, frames[i].columns }, inside;

		canvas_init(&canvas, frames[i].unicode);
		canvas_resize(&canvas, 3, frames[i].columns);
		inside = canvas_frame(
		    &canvas, area, STYLE_FRAME, STYLE_TITLE, frames[i].title, frames[i].note);
		assert_int_equal(inside.rows, 1);
		assert_int_equal(inside.columns, frames[i].columns - 2);
		expect(&canvas, frames[i].text);
	}
}

static void
frames_without_room_have_no_inside(void **state)
{
	struct canvas canvas;

	(void)state;
	dotted(&canvas, true, 2, 3);
	assert_int_equal(canvas_frame(&canvas, (struct area){ 0, 0, 1, 3 }, STYLE_FRAME,
			     STYLE_TITLE, "a", "b")
			     .rows,
	    0);
	assert_int_equal(canvas_frame(&canvas, (struct area){ 0, 0, 2, 1 }, STYLE_FRAME,
			     STYLE_TITLE, "a", "b")
			     .columns,
	    0);
	expect(&canvas, "...\n...\n");
}

static void
a_foot_stands_in_the_lower_line(void **state)
{
	struct canvas canvas;
	struct area area = { 0, 0, 2, 16 };

	(void)state;
	canvas_init(&canvas, true);
	canvas_resize(&canvas, 2, 16);
	canvas_frame(&canvas, area, STYLE_FRAME, STYLE_TITLE, NULL, NULL);
	canvas_frame_foot(&canvas, area, "2 of 214");
	canvas_frame_foot(&canvas, area, "much too long for this frame");
	expect(&canvas, "┌──────────────┐\n└──── 2 of 214 ┘\n");
}

static void
restyling_keeps_the_text(void **state)
{
	struct canvas canvas;

	(void)state;
	dotted(&canvas, true, 2, 4);
	canvas_restyle(&canvas, (struct area){ 1, 2, 5, 5 }, STYLE_SELECTION);
	assert_int_equal(canvas.cells[1].style, STYLE_TEXT);
	assert_int_equal(canvas.cells[4 + 1].style, STYLE_TEXT);
	assert_int_equal(canvas.cells[4 + 2].style, STYLE_SELECTION);
	assert_int_equal(canvas.cells[4 + 3].style, STYLE_SELECTION);
	expect(&canvas, "....\n....\n");
}

static void
trailing_blanks_are_no_text(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, true);
	canvas_resize(&canvas, 3, 6);
	canvas_put(&canvas, 1, 1, 3, STYLE_TEXT, "a b");
	canvas.cursor_row = 1;
	canvas_blank(&canvas);
	assert_int_equal(canvas.cursor_row, -1);
	canvas_put(&canvas, 1, 1, 3, STYLE_TEXT, "a b");
	expect(&canvas, "\n a b\n\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_put_and_clipped),
		cmocka_unit_test(rows_outside_are_left_alone),
		cmocka_unit_test(half_of_a_wide_character_never_stays),
		cmocka_unit_test(text_is_aligned_right),
		cmocka_unit_test(marked_text_loses_its_backticks),
		cmocka_unit_test(widths_agree_with_what_is_put),
		cmocka_unit_test(marks_beyond_a_cell_are_dropped),
		cmocka_unit_test(frames_have_title_and_note),
		cmocka_unit_test(frames_without_room_have_no_inside),
		cmocka_unit_test(a_foot_stands_in_the_lower_line),
		cmocka_unit_test(restyling_keeps_the_text),
		cmocka_unit_test(trailing_blanks_are_no_text),
	};

	return cmocka_run_group_tests_name("ui/canvas", tests, NULL, NULL);
}

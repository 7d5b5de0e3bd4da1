/*
 * Paper: wrapping at blanks, windows on long texts, the parts of a paragraph.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/paper.h"

static const struct {
	struct paragraph paragraph;
	bool unicode;
	size_t lines;
	const char *picture; /* 6 rows of 16 columns */
} paragraphs[] = {
	{ { .text = "short" }, true, 1, "short\n\n\n\n\n\n" },
	{ { .text = "" }, true, 1, "\n\n\n\n\n\n" },
	{ { .text = "mail goes to the first exchange" }, true, 2,
	    "mail goes to the\nfirst exchange\n\n\n\n\n" },
	{ { .text = "mail goes to them first" }, true, 2,
	    "mail goes to\nthem first\n\n\n\n\n" },
	{ { .text = "in a.very.long.name.of.a.host" }, true, 2,
	    "in a.very.long.n\name.of.a.host\n\n\n\n\n" },
	{ { .text = "of a.longish.name x", .right = "note" }, true, 2,
	    "of          note\na.longish.name x\n\n\n\n\n" },
	{ { .text = "a.longish.name x", .right = "note" }, true, 1,
	    "a.longish.name x\n\n\n\n\n\n" },
	{ { .text = "a.very.long.name.without.blanks" }, true, 2,
	    "a.very.long.name\n.without.blanks\n\n\n\n\n" },
	{ { .text = "one two three four", .indent = 2, .hang = 2 }, true, 2,
	    "  one two three\n    four\n\n\n\n\n" },
	{ { .text = "EHLO probe.example", .lead = "‹ " }, true, 2,
	    "‹ EHLO\n  probe.example\n\n\n\n\n" },
	{ { .text = "one two three four five six", .gutter = "┃", .indent = 2 }, true, 2,
	    "┃ one two three\n┃ four five six\n\n\n\n\n" },
	{ { .text = "one two three", .right = "rule" }, true, 2,
	    "one two     rule\nthree\n\n\n\n\n" },
	{ { .text = "one two three", .right = "too long a rule" }, true, 1,
	    "one two three\n\n\n\n\n\n" },
	{ { .text = "one two three four five six seven", .lines_max = 2 }, true, 2,
	    "one two three\nfour five six s…\n\n\n\n\n" },
	{ { .text = "one two three four five six seven", .lines_max = 1 }, false, 1,
	    "one two three f~\n\n\n\n\n\n" },
	{ { .text = "中文中文中文中文中文" }, true, 2, "中文中文中文中文\n中文\n\n\n\n\n" },
	{ { .text = "中文中文中文中文中文" }, false, 1, "??????????\n\n\n\n\n\n" },
	{ { .text = "a", .indent = 20 }, true, 1, "\n\n\n\n\n\n" },
};

static void
paragraphs_wrap(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++) {
		struct canvas canvas;
		struct area window = { 0, 0, 6, 16 };
		struct paper paper;
		struct buf text = BUF_INIT;

		canvas_init(&canvas, paragraphs[i].unicode);
		canvas_resize(&canvas, 6, 16);
		paper = paper_count(&canvas, window);
		paper_write(&paper, &paragraphs[i].paragraph);
		assert_int_equal(paper.lines, paragraphs[i].lines);
		canvas_text(&canvas, &text);
		assert_string_equal(text.data, "\n\n\n\n\n\n");
		paper = paper_open(&canvas, window, 0);
		paper_write(&paper, &paragraphs[i].paragraph);
		assert_int_equal(paper.lines, paragraphs[i].lines);
		buf_truncate(&text, 0);
		canvas_text(&canvas, &text);
		assert_string_equal(text.data, paragraphs[i].picture);
		buf_clear(&text);
		canvas_clear(&canvas);
	}
}

static void
the_window_shows_a_part(void **state)
{
	struct canvas canvas;
	struct buf text = BUF_INIT;
	struct paper paper;

	(void)state;
	canvas_init(&canvas, true);
	canvas_resize(&canvas, 4, 8);
	paper = paper_open(&canvas, (struct area){ 1, 1, 2, 6 }, 1);
	assert_int_equal(paper_line(&paper), -1);
	paper_write(&paper, &(struct paragraph){ .text = "one two three" });
	assert_int_equal(paper.lines, 4);
	canvas_text(&canvas, &text);
	assert_string_equal(text.data, "\n one\n two\n\n");
	buf_clear(&text);
	canvas_clear(&canvas);
}

static void
a_stranger_gets_so_many_lines(void **state)
{
	struct canvas canvas;
	struct paper paper;
	static char text[10001];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	canvas_init(&canvas, true);
	canvas_resize(&canvas, 5, 5);
	paper = paper_open(&canvas, (struct area){ 0, 0, 5, 5 }, 0);
	paper_write(&paper, &(struct paragraph){ .text = text });
	assert_int_equal(paper.lines, PAPER_LINES_MAX);
	paper = paper_open(&canvas, (struct area){ 0, 0, 5, 0 }, 0);
	paper_write(&paper, &(struct paragraph){ .text = "abc" });
	assert_int_equal(paper.lines, 3);
	canvas_clear(&canvas);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs_wrap),
		cmocka_unit_test(the_window_shows_a_part),
		cmocka_unit_test(a_stranger_gets_so_many_lines),
	};

	return cmocka_run_group_tests_name("ui/paper", tests, NULL, NULL);
}

/*
 * The prompt: long lines scroll with the cursor, searches show libedit's own prompt, the pop-up
 * stands above its word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/text.h"
#include "ui/prompt_line.h"

static const struct {
	struct editor_view view;
	bool unicode, active;
	int cursor; /* -1 = hidden */
	const char *row; /* of 20 columns */
} lines[] = {
	{ { .line = "" }, true, true, 2, " :" },
	{ { .line = "" }, true, false, -1, " :" },
	{ { .line = "lookup", .cursor = 6 }, true, true, 8, " :lookup" },
	{ { .line = "lookup", .cursor = 2 }, true, true, 4, " :lookup" },
	{ { .line = "lookup example.n", .cursor = 16 }, true, true, 18, " :lookup example.n" },
	{ { .line = "lookup example.net", .cursor = 18 }, true, true, 19,
	    " :‹okup example.net" },
	{ { .line = "lookup example.net", .cursor = 0 }, true, true, 2,
	    " :lookup example.net" },
	{ { .line = "lookup example.net.", .cursor = 0 }, true, true, 2,
	    " :lookup example.ne›" },
	{ { .line = "lookup example.net", .cursor = 18 }, false, true, 19,
	    " :<okup example.net" },
	{ { .line = "lookup example.net", .cursor = 18 }, true, false, -1,
	    " :lookup example.net" },
	{ { .line = "lookup 中文.example", .cursor = 10 }, true, true, 11,
	    " :lookup 中文.examp›" },
	{ { .line = "中文中文中文中文中文", .cursor = 30 }, true, true, 19,
	    " :‹中文中文中文中文" },
	{ { .line = "dig x", .cursor = 4, .search = "bck:di" }, true, true, 14,
	    " (bck:di) dig x" },
	{ { .line = "x", .cursor = 1, .search = "bck:long pattern" }, true, true, 12,
	    " (bck:lo…) x" },
};

static void
the_line_follows_the_cursor(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct prompt_scroll scroll = { 0 };
		struct buf text = BUF_INIT, expected = BUF_INIT;
		struct canvas canvas;

		canvas_init(&canvas, lines[i].unicode);
		canvas_resize(&canvas, 1, 20);
		prompt_line_draw(&canvas, (struct area){ 0, 0, 1, 20 }, &lines[i].view,
		    lines[i].active, &scroll);
		canvas_text(&canvas, &text);
		buf_addf(&expected, "%s\n", lines[i].row);
		assert_string_equal(text.data, expected.data);
		assert_int_equal(canvas.cursor_column, lines[i].cursor);
		buf_clear(&expected);
		buf_clear(&text);
		canvas_clear(&canvas);
	}
}

static void
scrolling_is_lazy(void **state)
{
	struct editor_view view = { .line = "0123456789012345678901234567890123456789" };
	struct prompt_scroll scroll = { 0 };
	struct canvas canvas;
	int before;

	(void)state;
	canvas_init(&canvas, true);
	canvas_resize(&canvas, 1, 22);
	view.cursor = 25;
	prompt_line_draw(&canvas, (struct area){ 0, 0, 1, 22 }, &view, true, &scroll);
	before = scroll.columns;
	assert_true(before > 0);
	view.cursor = 20;
	prompt_line_draw(&canvas, (struct area){ 0, 0, 1, 22 }, &view, true, &scroll);
	assert_int_equal(scroll.columns, before);
	view.cursor = 3;
	prompt_line_draw(&canvas, (struct area){ 0, 0, 1, 22 }, &view, true, &scroll);
	assert_int_equal(scroll.columns, 0);
	canvas_clear(&canvas);
}

/* Draws a pop-up on a canvas of 8 rows and compares it. */
static void
expect_menu(const struct editor_view *view, int columns, struct prompt_scroll *scroll,
    const char *expected)
{
	struct buf text = BUF_INIT;
	struct canvas canvas;

	canvas_init(&canvas, true);
	canvas_resize(&canvas, 6, columns);
	prompt_line_draw(&canvas, (struct area){ 5, 0, 1, columns }, view, true, scroll);
	canvas_text(&canvas, &text);
	assert_string_equal(text.data, expected);
	buf_clear(&text);
	canvas_clear(&canvas);
}

static void
the_menu_stands_above_its_word(void **state)
{
	char lab[] = "lab", lookup[] = "lookup", study[] = "study a domain", open[] = "open it";
	struct candidate items[] = { { lab, open, NULL }, { lookup, study, NULL } };
	const struct candidates candidates = { items, 2, 2, 5 };
	struct editor_view view = {
		.line = "help l", .cursor = 6, .candidates = &candidates, .chosen = SIZE_MAX
	};
	struct prompt_scroll scroll = { 0 };

	(void)state;
	expect_menu(&view, 40, &scroll,
	    "\n\n\n       lab     open it\n       lookup  study a domain\n :help l\n");
	/* Where it would not fit it moves to the left, and what is too broad is cut. */
	expect_menu(&view, 26, &scroll,
	    "\n\n\n   lab     open it\n   lookup  study a domain\n :help l\n");
	expect_menu(&view, 16, &scroll, "\n\n\n lab     open …\n lookup  study…\n :help l\n");
}

static void
keys_stand_between_command_and_help(void **state)
{
	char probe[] = "probe", stop[] = "stop", key[] = "p", again[] = "probe again";
	struct candidate items[] = { { probe, again, key }, { stop, NULL, NULL } };
	const struct candidates candidates = { items, 2, 2, 0 };
	struct editor_view view = { .line = "", .candidates = &candidates, .chosen = SIZE_MAX };
	struct prompt_scroll scroll = { 0 };

	(void)state;
	expect_menu(&view, 40, &scroll, "\n\n\n  probe  p  probe again\n  stop\n :\n");
	expect_menu(&view, 14, &scroll, "\n\n\n probe  p  p…\n stop\n :\n");
}

static void
the_menu_scrolls_with_the_choice(void **state)
{
	char names[12][4];
	struct candidate items[12];
	const struct candidates candidates = { items, 12, 12, 0 };
	struct editor_view view = { .line = "", .candidates = &candidates, .chosen = 0 };
	struct prompt_scroll scroll = { 0 };

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		names[i][0] = (char)('a' + i);
		names[i][1] = '\0';
		items[i] = (struct candidate){ names[i], NULL, NULL };
	}
	expect_menu(&view, 10, &scroll, "  a\n  b\n  c\n  d\n  e\n :\n");
	view.chosen = 7;
	expect_menu(&view, 10, &scroll, "  d\n  e\n  f\n  g\n  h\n :\n");
	view.chosen = 4;
	expect_menu(&view, 10, &scroll, "  d\n  e\n  f\n  g\n  h\n :\n");
	view.chosen = 11;
	expect_menu(&view, 10, &scroll, "  h\n  i\n  j\n  k\n  l\n :\n");
	view.candidates = NULL;
	expect_menu(&view, 10, &scroll, "\n\n\n\n\n :\n");
	assert_int_equal(scroll.menu_top, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_follows_the_cursor),
		cmocka_unit_test(scrolling_is_lazy),
		cmocka_unit_test(the_menu_stands_above_its_word),
		cmocka_unit_test(keys_stand_between_command_and_help),
		cmocka_unit_test(the_menu_scrolls_with_the_choice),
	};

	return cmocka_run_group_tests_name("ui/prompt_line", tests, NULL, NULL);
}

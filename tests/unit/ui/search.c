/*
 * Which line comes next when a text is looked for, and what is lit on the screen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "ui/search.h"

static const char text[] = "alpha\nBeta one\ngamma\n\nbeta  two \ndelta beta beta\n";

enum {
	NEXT,
	PREVIOUS,
	BEGIN,
};

static const struct {
	const char *needle;
	int manner;
	size_t from; /* the line where one is */
	size_t repeat;
	size_t line, match, matches;
	bool wrapped;
} rows[] = {
	{ "beta", BEGIN, 0, 1, 1, 1, 3, false }, { "beta", BEGIN, 1, 1, 1, 1, 3, false },
	{ "BETA", BEGIN, 2, 1, 4, 2, 3, false }, { "beta", NEXT, 1, 1, 4, 2, 3, false },
	{ "beta", NEXT, 4, 1, 5, 3, 3, false }, { "beta", NEXT, 5, 1, 1, 1, 3, true },
	{ "beta", NEXT, 1, 2, 5, 3, 3, false }, { "beta", NEXT, 1, 3, 1, 1, 3, true },
	{ "beta", NEXT, 1, 1000, 1, 1, 3, true }, /* no more often than there are matches */
	{ "beta", PREVIOUS, 5, 1, 4, 2, 3, false }, { "beta", PREVIOUS, 1, 1, 5, 3, 3, true },
	{ "alpha", NEXT, 0, 1, 0, 1, 1, true }, { "alpha", PREVIOUS, 0, 1, 0, 1, 1, true },
	{ "nothing", BEGIN, 3, 1, 3, 1, 0, false },
	{ "one\ngamma", BEGIN, 0, 1, 0, 1, 0, false }, /* a match is within a line */
};

static void
the_next_match_is_found(void **state)
{
	struct buf lines = BUF_INIT;

	(void)state;
	buf_adds(&lines, text);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *needle = mem_strdup(rows[i].needle);
		const struct model model = { .view = VIEW_HELP,
			.view_selected = rows[i].from,
			.search = { .text = needle,
			    .view = VIEW_HELP,
			    .line = rows[i].manner == BEGIN ? SIZE_MAX : rows[i].from } };
		const struct effect effect = { .kind = EFFECT_SEARCH,
			.fresh = rows[i].manner == BEGIN,
			.backwards = rows[i].manner == PREVIOUS,
			.repeat = rows[i].repeat };
		struct event found = search_lines(&lines, &model, &effect);

		if (found.kind != EVENT_FOUND || found.matches != rows[i].matches ||
		    found.row != rows[i].line || found.match != rows[i].match ||
		    found.wrapped != rows[i].wrapped)
			fail_msg("row %zu: line %zu, match %zu of %zu", i, found.row,
			    found.match, found.matches);
		free(needle);
	}
	buf_clear(&lines);
}

static void
a_line_is_told_without_its_blanks(void **state)
{
	static const char *const told[] = { "alpha", "Beta one", "gamma", "", "beta two",
		"delta beta beta", "", "" };
	struct buf lines = BUF_INIT;

	(void)state;
	buf_adds(&lines, text);
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		char *line = search_line(&lines, i);

		assert_string_equal(line, told[i]);
		free(line);
	}
	buf_clear(&lines);
}

/* Every match in the area is lit, wide characters whole, and nothing beside it. */
static void
matches_are_lit(void **state)
{
	static const char lit[] = "..##..##..";
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, true);
	canvas_resize(&canvas, 3, 10);
	canvas_put(&canvas, 1, 0, 10, STYLE_TEXT, "中ab中AB x");
	canvas_put(&canvas, 2, 0, 10, STYLE_TEXT, "ab");
	search_mark(&canvas, (struct area){ 1, 0, 1, 10 }, "ab", SIZE_MAX);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(canvas.cells[10 + i].style == STYLE_MATCH, lit[i] == '#');
	assert_int_equal(canvas.cells[20].style, STYLE_TEXT);
	search_mark(&canvas, (struct area){ 1, 0, 2, 10 }, "ab", 1);
	assert_int_equal(canvas.cells[20].style, STYLE_MATCH_HERE);
	search_mark(&canvas, (struct area){ 1, 0, 1, 10 }, "中", SIZE_MAX);
	assert_int_equal(canvas.cells[11].style, STYLE_MATCH);
	canvas_clear(&canvas);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_match_is_found),
		cmocka_unit_test(a_line_is_told_without_its_blanks),
		cmocka_unit_test(matches_are_lit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

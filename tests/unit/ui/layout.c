/*
 * The layout at every size: areas tile the screen, and each form begins where it should.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/layout.h"

enum {
	ROWS_MAX = 100,
	COLUMNS_LIMIT = 300,
};

/* Which rows and columns of the screen are taken. */
struct plot {
	char taken[ROWS_MAX][COLUMNS_LIMIT];
	int rows, columns;
	long cells;
};

/* Takes the area, which must lie on the screen where nothing else does. */
static void
plot_area(struct plot *plot, struct area area)
{
	if (area.rows == 0)
		return;
	assert_true(area.rows > 0 && area.columns > 0);
	assert_true(area.row >= 0 && area.row + area.rows <= plot->rows);
	assert_true(area.column >= 0 && area.column + area.columns <= plot->columns);
	for (int row = area.row; row < area.row + area.rows; row++) {
		for (int column = area.column; column < area.column + area.columns; column++) {
			assert_int_equal(plot->taken[row][column], 0);
			plot->taken[row][column] = 1;
			plot->cells++;
		}
	}
}

/* Checks the layout of one size. */
static void
check_size(int rows, int columns, enum pane focus, bool zoomed)
{
	static struct plot plot;
	struct layout layout;
	int shown = 0;

	memset(&plot, 0, sizeof plot);
	plot.rows = rows;
	plot.columns = columns;
	layout_make(
	    &layout, rows, columns, &(struct layout_wish){ .focus = focus, .zoomed = zoomed });
	assert_int_not_equal(layout.form, LAYOUT_TOO_SMALL);
	plot_area(&plot, layout.top);
	plot_area(&plot, layout.tabs);
	plot_area(&plot, layout.verdict);
	plot_area(&plot, layout.prompt);
	plot_area(&plot, layout.hint);
	for (size_t i = 0; i < pane_count; i++) {
		plot_area(&plot, layout.panes[i]);
		shown += layout.panes[i].rows > 0;
		assert_true(layout.panes[i].rows == 0 || layout.panes[i].rows >= 3);
	}
	assert_int_equal(plot.cells, (long)rows * columns);
	assert_true(layout.verdict.rows >= 1 && layout.prompt.rows == 1);
	assert_true(layout.panes[focus].rows >= 3);
	assert_int_equal(shown, zoomed || layout.form == LAYOUT_SINGLE ? 1 : 3);
}

static void
areas_tile_the_screen_at_every_size(void **state)
{
	(void)state;
	for (int rows = 5; rows <= ROWS_MAX; rows++) {
		for (int columns = 20; columns <= COLUMNS_LIMIT; columns += 1 + columns / 60) {
			check_size(rows, columns, (enum pane)((rows + columns) % pane_count),
			    rows * columns % 5 == 0);
		}
	}
}

static const struct {
	int rows, columns;
	enum layout_form form;
} forms[] = {
	{ 34, 120, LAYOUT_WIDE },
	{ 24, 100, LAYOUT_WIDE },
	{ 23, 100, LAYOUT_STACKED },
	{ 24, 99, LAYOUT_STACKED },
	{ 24, 80, LAYOUT_STACKED },
	{ 20, 60, LAYOUT_STACKED },
	{ 19, 60, LAYOUT_SINGLE },
	{ 20, 59, LAYOUT_SINGLE },
	{ 19, 300, LAYOUT_SINGLE },
	{ 100, 59, LAYOUT_SINGLE },
	{ 12, 40, LAYOUT_SINGLE },
	{ 5, 20, LAYOUT_SINGLE },
	{ 4, 20, LAYOUT_TOO_SMALL },
	{ 5, 19, LAYOUT_TOO_SMALL },
	{ 1, 1, LAYOUT_TOO_SMALL },
};

static void
forms_begin_where_they_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct layout layout;

		layout_make(&layout, forms[i].rows, forms[i].columns,
		    &(struct layout_wish){ .focus = PANE_MX, .zoomed = false });
		assert_int_equal(layout.form, forms[i].form);
	}
}

static void
wide_has_domains_at_the_left(void **state)
{
	struct layout layout;

	(void)state;
	layout_make(
	    &layout, 34, 120, &(struct layout_wish){ .focus = PANE_MX, .zoomed = false });
	assert_int_equal(layout.panes[PANE_DOMAINS].column, 0);
	assert_int_equal(layout.panes[PANE_MX].column, layout.panes[PANE_DOMAINS].columns);
	assert_int_equal(layout.panes[PANE_SMTP].column, layout.panes[PANE_MX].column);
	assert_true(layout.panes[PANE_SMTP].row > layout.panes[PANE_MX].row);
	assert_true(layout.panes[PANE_SMTP].rows > layout.panes[PANE_MX].rows);
	assert_int_equal(layout.tabs.rows, 0);
}

/* However far frames are moved the areas tile the screen; what was possible is kept, and moves nothing more. */
static void
frames_are_moved_as_far_as_they_can(void **state)
{
	static const int distances[] = { -500, -7, -1, 0, 1, 6, 500 };
	const size_t count = sizeof distances / sizeof *distances;

	(void)state;
	for (size_t i = 0; i < count * count * 3; i++) {
		struct layout_wish wish = { .focus = PANE_MX };
		struct layout first, again;
		int rows = i % 3 == 0 ? 20 : i % 3 == 1 ? 24 : 60;
		int columns = i % 3 == 0 ? 60 : i % 3 == 1 ? 100 : 200;
		const struct area *panes = first.panes;

		wish.edges[EDGE_SIDE] = wish.edges[EDGE_UPPER] = distances[i / 3 % count];
		wish.edges[EDGE_LOWER] = distances[i / 3 / count];
		layout_make(&first, rows, columns, &wish);
		for (size_t k = 0; k < pane_count; k++)
			assert_true(panes[k].rows >= 3 && panes[k].columns >= 14);
		assert_int_equal(
		    panes[PANE_SMTP].row, panes[PANE_MX].row + panes[PANE_MX].rows);
		memcpy(wish.edges, first.edges, sizeof wish.edges);
		layout_make(&again, rows, columns, &wish);
		assert_memory_equal(first.panes, again.panes, sizeof first.panes);
		assert_memory_equal(first.edges, again.edges, sizeof first.edges);
	}
}

static void
single_has_a_tab_line(void **state)
{
	struct layout layout;

	(void)state;
	layout_make(
	    &layout, 12, 40, &(struct layout_wish){ .focus = PANE_SMTP, .zoomed = false });
	assert_int_equal(layout.tabs.rows, 1);
	assert_int_equal(layout.hint.rows, 1);
	assert_int_equal(layout.verdict.rows, 3);
	assert_int_equal(layout.panes[PANE_SMTP].rows, 6);
	assert_int_equal(layout.panes[PANE_MX].rows, 0);
	layout_make(
	    &layout, 5, 20, &(struct layout_wish){ .focus = PANE_SMTP, .zoomed = false });
	assert_int_equal(layout.tabs.rows + layout.top.rows + layout.hint.rows, 0);
	assert_int_equal(layout.panes[PANE_SMTP].rows, 3);
}

static void
focus_moves_no_frame(void **state)
{
	struct layout first, other;

	(void)state;
	layout_make(
	    &first, 30, 110, &(struct layout_wish){ .focus = PANE_DOMAINS, .zoomed = false });
	for (size_t i = 0; i < pane_count; i++) {
		layout_make(&other, 30, 110,
		    &(struct layout_wish){ .focus = (enum pane)i, .zoomed = false });
		assert_memory_equal(&first, &other, sizeof first);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(areas_tile_the_screen_at_every_size),
		cmocka_unit_test(forms_begin_where_they_should),
		cmocka_unit_test(wide_has_domains_at_the_left),
		cmocka_unit_test(frames_are_moved_as_far_as_they_can),
		cmocka_unit_test(single_has_a_tab_line),
		cmocka_unit_test(focus_moves_no_frame),
	};

	return cmocka_run_group_tests_name("ui/layout", tests, NULL, NULL);
}

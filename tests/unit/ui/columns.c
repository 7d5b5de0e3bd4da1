/*
 * Columns that fit any room, and what is cut first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/columns.h"

enum {
	COUNT = 4,
	ROOM_MAX = 120
};

/* Ranks: c goes first, then b loses its words, then a, and b and d stay longest. */
static const struct column table[COUNT] = {
	{ "a", 3, 5, 0, 3, true },
	{ "b", 8, 20, 1, 2, false },
	{ "c", 4, 4, 0, 1, true },
	{ "d", 6, 10, 2, 4, false },
};

static const struct {
	int room;
	struct column_place places[COUNT];
} cases[] = {
	{ 80, { { 0, 5 }, { 7, 20 }, { 29, 4 }, { 35, 10 } } },
	{ 45, { { 0, 5 }, { 7, 20 }, { 29, 4 }, { 35, 10 } } },
	{ 24, { { 0, 3 }, { 4, 8 }, { 13, 4 }, { 18, 6 } } },
};

/* Fits the table and says how wide the column is. */
static int
width_at(int room, size_t column)
{
	struct column_place places[COUNT];

	columns_fit(table, COUNT, room, places);
	return places[column].width;
}

static void
places_are_as_expected(void **state)
{
	struct column_place places[COUNT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		columns_fit(table, COUNT, cases[i].room, places);
		assert_memory_equal(places, cases[i].places, sizeof places);
	}
}

static void
columns_stay_in_the_room_and_apart(void **state)
{
	struct column_place places[COUNT];

	(void)state;
	for (int room = 1; room <= ROOM_MAX; room++) {
		int end = -1;

		columns_fit(table, COUNT, room, places);
		for (size_t c = 0; c < COUNT; c++) {
			if (places[c].width == 0)
				continue;
			assert_true(places[c].offset > end);
			end = places[c].offset + places[c].width;
		}
		assert_in_range(end, 1, room);
	}
}

static void
the_cheapest_goes_first(void **state)
{
	(void)state;
	/* With less room than all minima c is gone, and comes back only where it fits. */
	assert_int_equal(width_at(23, 2), 0);
	assert_true(width_at(23, 0) >= 3);
	assert_true(width_at(23, 1) >= 8);
	/* Then b keeps its mark alone, then a goes. */
	assert_int_equal(width_at(15, 1), 1);
	assert_true(width_at(15, 0) >= 3);
	assert_int_equal(width_at(8, 0), 0);
	assert_int_equal(width_at(8, 1), 1);
	assert_int_equal(width_at(8, 3), 6);
	/* The most valuable is narrowed, and stays to the end. */
	assert_int_equal(width_at(4, 1), 1);
	assert_int_equal(width_at(4, 3), 2);
	assert_int_equal(width_at(2, 1), 0);
	assert_int_equal(width_at(2, 3), 2);
	assert_int_equal(width_at(1, 3), 1);
}

static void
what_fits_again_is_taken_back(void **state)
{
	/* x is worth least and narrow; y is worth more and broad. */
	static const struct column two[] = {
		{ "x", 3, 3, 0, 1, false },
		{ "y", 10, 10, 0, 2, false },
		{ "z", 5, 5, 0, 3, false },
	};
	struct column_place places[3];

	(void)state;
	columns_fit(two, 3, 9, places);
	assert_int_equal(places[0].width, 3);
	assert_int_equal(places[1].width, 0);
	assert_int_equal(places[2].width, 5);
}

static void
numbers_do_not_touch_what_follows(void **state)
{
	static const struct column two[] = {
		{ "n", 3, 3, 0, 1, true },
		{ "t", 3, 3, 0, 2, false },
		{ "u", 3, 3, 0, 3, false },
	};
	struct column_place places[3];

	(void)state;
	columns_fit(two, 3, 11, places);
	assert_int_equal(places[1].offset, 4);
	assert_int_equal(places[2].offset, 8);
	columns_fit(two, 3, 12, places);
	assert_int_equal(places[1].offset, 5);
	assert_int_equal(places[2].offset, 9);
	columns_fit(two, 3, 13, places);
	assert_int_equal(places[1].offset, 5);
	assert_int_equal(places[2].offset, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_as_expected),
		cmocka_unit_test(columns_stay_in_the_room_and_apart),
		cmocka_unit_test(the_cheapest_goes_first),
		cmocka_unit_test(what_fits_again_is_taken_back),
		cmocka_unit_test(numbers_do_not_touch_what_follows),
	};

	return cmocka_run_group_tests_name("ui/columns", tests, NULL, NULL);
}

/*
 * The growing byte string.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"

static void
an_unused_buffer_is_empty(void **state)
{
	struct buf b = BUF_INIT;
	char *taken;

	(void)state;
	assert_string_equal(buf_text(&b), "");
	buf_drop(&b, 3);
	buf_truncate(&b, 0);
	assert_int_equal(b.length, 0);
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	free(taken);
	buf_clear(&b);
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	free(taken);
}

static void
what_is_added_stands_there(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_add(&b, "a\0b", 3);
	buf_addc(&b, 'c');
	buf_adds(&b, "de");
	buf_fill(&b, '-', 2);
	buf_addf(&b, "%d%s", 42, "x");
	buf_addf(&b, "%s", "");
	assert_int_equal(b.length, 11);
	assert_memory_equal(b.data, "a\0bcde--42x", 12);
	buf_clear(&b);
	assert_string_equal(buf_text(&b), "");
}

static const struct {
	size_t drop, truncate;
	const char *left;
} cuts[] = {
	{ 0, 99, "0123456789" },
	{ 3, 99, "3456789" },
	{ 10, 99, "" },
	{ 99, 99, "" },
	{ 0, 4, "0123" },
	{ 0, 0, "" },
	{ 2, 3, "234" },
};

static void
both_ends_can_be_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct buf b = BUF_INIT;

		buf_adds(&b, "0123456789");
		buf_drop(&b, cuts[i].drop);
		buf_truncate(&b, cuts[i].truncate);
		assert_string_equal(b.data, cuts[i].left);
		assert_int_equal(b.length, strlen(cuts[i].left));
		buf_clear(&b);
	}
}

static void
it_grows_far_and_can_be_taken(void **state)
{
	struct buf b = BUF_INIT;
	char *taken;

	(void)state;
	for (int i = 0; i < 10000; i++)
		buf_addf(&b, "%05d", i);
	assert_int_equal(b.length, 50000);
	taken = buf_take(&b);
	assert_int_equal(strlen(taken), 50000);
	assert_memory_equal(taken + 5 * 1234, "01234", 5);
	assert_int_equal(b.length, 0);
	assert_string_equal(buf_text(&b), "");
	free(taken);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unused_buffer_is_empty),
		cmocka_unit_test(what_is_added_stands_there),
		cmocka_unit_test(both_ends_can_be_cut),
		cmocka_unit_test(it_grows_far_and_can_be_taken),
	};

	return cmocka_run_group_tests_name("util/buf", tests, NULL, NULL);
}

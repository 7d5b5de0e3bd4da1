/*
 * The table: what was put is found, what was not is not, through all its growing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/table.h"

enum {
	MANY = 5000
};

static void
test_many(void **state)
{
	struct table table = { 0 };
	uint64_t number = 0;

	(void)state;
	assert_false(table_get(&table, 7, &number));
	for (uint64_t i = 0; i < MANY; i++)
		table_put(&table, i * 64, i); /* 0 is among them, and most begin at one slot */
	assert_int_equal(table.count, MANY);
	for (uint64_t i = 0; i < MANY; i++) {
		assert_true(table_get(&table, i * 64, &number));
		assert_int_equal(number, i);
		assert_false(table_get(&table, i * 64 + 2, &number));
	}
	table_put(&table, 128, 99);
	assert_true(table_get(&table, 128, &number));
	assert_int_equal(number, 99);
	assert_int_equal(table.count, MANY);
	table_clear(&table);
	assert_false(table_get(&table, 128, &number));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_many) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * A message may claim any number of records: those beyond the limit make it malformed before one is read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/message.h"

enum {
	HEADER = 12
};

/* The fault of a message that has a header and no more, with these counts in its sections. */
static const char *
fault_with(unsigned answers, unsigned authority, unsigned additional)
{
	const uint8_t wire[HEADER] = { 0, 1, 0x80, 0, 0, 0, answers >> 8 & 255, answers & 255,
		authority >> 8 & 255, authority & 255, additional >> 8 & 255,
		additional & 255 };

	return dns_message_check(wire, sizeof wire);
}

static void
records_are_counted_first(void **state)
{
	static const struct {
		unsigned answers, authority, additional;
		bool too_many;
	} cases[] = {
		{ DNS_RECORDS_MAX, 0, 0, false },
		{ DNS_RECORDS_MAX + 1, 0, 0, true },
		{ 0, DNS_RECORDS_MAX, 1, true },
		{ DNS_RECORDS_MAX - 2, 1, 1, false },
		{ 65535, 65535, 65535, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *fault =
		    fault_with(cases[i].answers, cases[i].authority, cases[i].additional);

		assert_non_null(fault);
		assert_int_equal(
		    strstr(fault, "more than 4096 records") != NULL, cases[i].too_many);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_counted_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

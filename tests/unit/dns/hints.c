/*
 * Root hints: the built-in ones are whole, and what a file may say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/hints.h"

static void
thirteen_servers_are_built_in(void **state)
{
	struct dns_records hints = { 0 };
	size_t counts[3] = { 0 };

	(void)state;
	dns_hints_builtin(&hints);
	for (size_t i = 0; i < hints.count; i++)
		counts[hints.items[i].type == DNS_TYPE_NS      ? 0
			: hints.items[i].type == DNS_TYPE_AAAA ? 2
							       : 1]++;
	assert_int_equal(counts[0], 13);
	assert_int_equal(counts[1], 13);
	assert_int_equal(counts[2], 13);
	dns_records_clear(&hints);
}

static void
a_file_holds_servers_and_their_addresses(void **state)
{
	static const struct {
		const char *text;
		size_t count; /* 0 = refused */
	} cases[] = {
		{ ". 3600 NS a.root.\na.root. 3600 A 192.0.2.1\n", 2 },
		{ "; comment\n.  3600000 NS A.ROOT.\nA.ROOT. 1 AAAA 2001:db8::1\n"
		  "A.ROOT. 1 TXT \"x\"\nnet. NS b.net.\n",
		    2 },
		{ ". NS a.root.\n", 0 },
		{ "a.root. A 192.0.2.1\n", 0 },
		{ "", 0 },
		{ "nonsense", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dns_records hints = { 0 };
		char *fault = dns_hints_parse(cases[i].text, &hints);

		assert_int_equal(hints.count, cases[i].count);
		assert_int_equal(fault == NULL, cases[i].count > 0);
		free(fault);
		dns_records_clear(&hints);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thirteen_servers_are_built_in),
		cmocka_unit_test(a_file_holds_servers_and_their_addresses),
	};

	return cmocka_run_group_tests_name("dns/hints", tests, NULL, NULL);
}

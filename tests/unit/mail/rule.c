/*
 * The rules as data: every one is there, told once, and whole.
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
#include "mail/rule.h"

static void
every_rule_is_whole(void **state)
{
	(void)state;
	for (unsigned i = 0; i < rule_count; i++) {
		const struct rule *rule = rule_of((enum rule_id)i);
		size_t n;

		assert_non_null(rule->id);
		assert_non_null(rule->clause);
		assert_non_null(rule->sentence);
		assert_true(strncmp(rule->clause, "RFC ", 4) == 0 ||
		    strcmp(rule->clause, "practice") == 0);
		n = strlen(rule->sentence);
		assert_true(text_is_printable(rule->sentence, n));
		assert_int_equal(rule->sentence[n - 1], '.');
		assert_null(strstr(rule->sentence, "  "));
	}
}

static void
an_id_finds_its_rule_and_no_other(void **state)
{
	size_t count;
	const struct rule *rules = rule_all(&count);

	(void)state;
	assert_int_equal(count, rule_count);
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(rule_find(rules[i].id), &rules[i]);
	assert_ptr_equal(rule_find("null-mx"), rule_of(RULE_NULL_MX));
	assert_null(rule_find("no-such-rule"));
	assert_null(rule_find(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_is_whole),
		cmocka_unit_test(an_id_finds_its_rule_and_no_other),
	};

	return cmocka_run_group_tests_name("mail/rule", tests, NULL, NULL);
}

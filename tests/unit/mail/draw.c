/*
 * The draw among equal preferences over many seeds: every order equally likely, whatever the
 * answer's order, and the same for the same seed. What the draw decides is told by tests/plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "dns/zone.h"
#include "mail/plan.h"

enum {
	SEEDS = 24000,
	ORDERS = 24, /* of four exchanges */
};

/* Facts with these MX records, and no address yet. */
static void
begin(struct mail_facts *facts, const char *zone)
{
	struct mail_subject subject;
	struct dns_question question = { .type = DNS_TYPE_MX };
	struct dns_result *result;

	assert_null(mail_subject_parse(&subject, "example.net"));
	mail_facts_init(facts, &subject);
	question.name = subject.domain;
	result = dns_result_new(&question);
	result->outcome = DNS_ANSWER;
	assert_null(dns_zone_parse(zone, &question.name, 300, &result->answer));
	mail_facts_mx(facts, result);
	dns_result_release(result);
	mail_subject_clear(&subject);
}

/* Writes the first letters of the exchanges in the order of this seed. */
static void
draw(const struct mail_facts *facts, uint64_t seed, char order[8])
{
	const struct plan_settings settings = { .seed = seed, .ipv4 = true, .ipv6 = true };
	struct plan plan;

	plan_make(&plan, facts, &settings);
	for (size_t i = 0; i < plan.exchange_count; i++)
		order[i] = facts->mx.exchanges[plan.exchange_order[i]].text[0];
	order[plan.exchange_count] = '\0';
	plan_clear(&plan);
}

/* The number of an order of a b c d, 0 to 23. */
static size_t
number_of(const char *order)
{
	size_t number = 0;

	for (size_t i = 0; i < 4; i++) {
		size_t smaller = 0;

		for (size_t j = i + 1; j < 4; j++)
			smaller += order[j] < order[i];
		number = number * (4 - i) + smaller;
	}
	return number;
}

/* Chi-square with 23 degrees of freedom: 49.7 is passed by chance once in a thousand times. */
static void
every_order_is_equally_likely(void **state)
{
	struct mail_facts facts;
	size_t counts[ORDERS] = { 0 };
	double expected = (double)SEEDS / ORDERS, chi = 0;
	char order[8];

	(void)state;
	begin(&facts, "@ MX 10 a\n@ MX 10 b\n@ MX 10 c\n@ MX 10 d");
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		draw(&facts, seed, order);
		counts[number_of(order)]++;
	}
	for (size_t i = 0; i < ORDERS; i++)
		chi +=
		    ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
	if (chi > 49.7)
		fail_msg("chi-square is %.1f", chi);
	mail_facts_clear(&facts);
}

static void
the_answer_order_does_not_matter(void **state)
{
	struct mail_facts one, other;
	char first[8], second[8];

	(void)state;
	begin(&one, "@ MX 10 a\n@ MX 10 b\n@ MX 10 c\n@ MX 10 d");
	begin(&other, "@ MX 10 d\n@ MX 10 B\n@ MX 10 a\n@ MX 10 c");
	for (uint64_t seed = 0; seed < 200; seed++) {
		draw(&one, seed, first);
		draw(&other, seed, second);
		assert_string_equal(first, second);
	}
	mail_facts_clear(&one);
	mail_facts_clear(&other);
}

/* Tells whether y stands behind x in the order. */
static bool
is_before(const char *order, char x, char y)
{
	return strchr(order, x) < strchr(order, y);
}

static void
another_exchange_does_not_move_the_others(void **state)
{
	struct mail_facts few, many;
	char first[8], second[8];

	(void)state;
	begin(&few, "@ MX 10 a\n@ MX 10 b\n@ MX 10 c");
	begin(&many, "@ MX 10 a\n@ MX 10 b\n@ MX 10 c\n@ MX 10 d\n@ MX 20 e");
	for (uint64_t seed = 0; seed < 200; seed++) {
		draw(&few, seed, first);
		draw(&many, seed, second);
		assert_int_equal(is_before(first, 'a', 'b'), is_before(second, 'a', 'b'));
		assert_int_equal(is_before(first, 'b', 'c'), is_before(second, 'b', 'c'));
		assert_int_equal(second[4], 'e');
	}
	mail_facts_clear(&few);
	mail_facts_clear(&many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_is_equally_likely),
		cmocka_unit_test(the_answer_order_does_not_matter),
		cmocka_unit_test(another_exchange_does_not_move_the_others),
	};

	return cmocka_run_group_tests_name("mail/draw", tests, NULL, NULL);
}

/*
 * Forgers: replies with a wrong id, name, type or case, from another port, from another address, all
 * saying 192.0.2.66 and all before the true answer. None may ever be believed; the counts are
 * printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/span.h"
#include "lab/questions.h"

enum {
	QUESTIONS = 400,
};

static const char *const kinds[FORGERIES] = {
	[FORGED_ID] = "another id",
	[FORGED_NAME] = "another name",
	[FORGED_TYPE] = "another type",
	[FORGED_CASE] = "another case",
	[FORGED_PORT] = "from another port",
	[FORGED_SERVER] = "from another address",
};

/* Counts answers that say 192.0.2.66, and replies that were passed over. */
static void
count_answers(const struct questions *q, size_t *believed, unsigned long *strays)
{
	struct ip_addr ip;

	for (size_t i = 0; i < q->count; i++) {
		const struct dns_result *result = q->answers[i].result;

		*strays += result->strays;
		for (size_t r = 0; r < result->answer.count; r++) {
			if (dns_record_address(&result->answer.items[r], &ip) &&
			    ip.bytes[3] == 66)
				(*believed)++;
		}
	}
}

/* Asks many questions, each answered by so many forgeries of one kind before the truth. */
static void
withstand(enum fake_forgery kind, unsigned times)
{
	struct fake_faults faults = { .ttl = 0 };
	struct questions q;
	char name[32];
	size_t believed = 0;
	unsigned long strays = 0;

	faults.forge[kind] = times;
	questions_begin(&q, 1, faults);
	q.settings.lookup.retry_us = 10 * SPAN_SECOND;
	q.settings.window = 20;
	questions_open(&q);
	for (unsigned i = 0; i < QUESTIONS; i++) {
		snprintf(name, sizeof name, "a%u.example", i);
		questions_ask(&q, 1, i, name, RESOLVER_FRESH);
	}
	questions_settle(&q);
	count_answers(&q, &believed, &strays);
	printf("  %-22s %6lu forged, %6lu told as suspicious, %zu believed\n", kinds[kind],
	    q.servers[0].forged[kind], strays, believed);
	assert_int_equal(believed, 0);
	assert_int_equal(q.count, QUESTIONS);
	assert_true(q.servers[0].forged[kind] >= (unsigned long)times * QUESTIONS);
	for (size_t i = 0; i < q.count; i++)
		assert_int_equal(q.answers[i].result->outcome, DNS_ANSWER);
	questions_end(&q);
}

/* A few forgeries each, which the lookup outwaits over UDP. */
static void
few_are_passed_over(void **state)
{
	(void)state;
	for (enum fake_forgery kind = FORGED_ID; kind < FORGERIES; kind++)
		withstand(kind, 5);
}

/* Floods, which drive it to TCP. */
static void
floods_are_passed_over(void **state)
{
	(void)state;
	for (enum fake_forgery kind = FORGED_ID; kind < FORGERIES; kind++)
		withstand(kind, 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_are_passed_over),
		cmocka_unit_test(floods_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Visits that inquiries share: who is served by whose, for how long, who takes over, and how
 * long we stay away from a server that asked for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "util/span.h"

#include "app/visits.h"

#define MINUTE (60 * SPAN_SECOND)

/* A place by address and exchange. */
static struct visit_place
place(const char *ip, const char *exchange)
{
	struct visit_place place = { .at = { .port = 25 }, .exchange = exchange };

	assert_true(ip_parse(&place.at.ip, ip));
	return place;
}

/* Reports the end of a visit with this reply code. */
static struct visit *
end(struct visits *visits, const struct visit_place *at, struct visitor whom, int code,
    int64_t now_us)
{
	struct smtp_facts facts;
	struct visit *visit;

	smtp_facts_init(&facts, now_us);
	facts.outcome = code == 220 ? SMTP_ACCEPTING : SMTP_DEFERRING;
	facts.code = code;
	facts.ended_us = now_us;
	visit = visits_reported(visits, &at->at.ip, whom, &facts, now_us);
	smtp_facts_clear(&facts);
	return visit;
}

/* A result serves whoever has the same exchange at the same address, for five minutes. */
static void
a_result_serves_others_while_fresh(void **state)
{
	struct visits visits = { .count = 0 };
	struct visit_place mx = place("192.0.2.1", "mx.example");
	const struct visit_place others[] = { place("192.0.2.2", "mx.example"),
		place("192.0.2.1", "other.example"), place("192.0.2.1", NULL) };
	struct visit_place port = mx;
	struct visitor first = { 1, 0 };

	(void)state;
	port.at.port = 2525;
	assert_null(visits_find(&visits, &mx, 0));
	visits_begin(&visits, &mx, first, 0);
	assert_non_null(visits_find(&visits, &mx, 60 * MINUTE)); /* under way */
	assert_non_null(end(&visits, &mx, first, 220, MINUTE));
	assert_int_equal(
	    visit_facts(visits_find(&visits, &mx, 5 * MINUTE))->outcome, SMTP_ACCEPTING);
	mx.exchange = "MX.Example";
	assert_non_null(visits_find(&visits, &mx, 5 * MINUTE));
	assert_null(visits_find(&visits, &mx, 6 * MINUTE));
	assert_null(visits_find(&visits, &port, 5 * MINUTE));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_null(visits_find(&visits, &others[i], 5 * MINUTE));
	assert_int_equal(visits_rest(&visits, &mx.at.ip, 2 * MINUTE), 0);
	visits_clear(&visits);
}

/* Only the visit made for this one takes its reports. */
static void
reports_of_others_are_not_its_own(void **state)
{
	struct visits visits = { .count = 0 };
	const struct visit_place mx = place("192.0.2.1", "mx.example");

	(void)state;
	visits_begin(&visits, &mx, (struct visitor){ 1, 0 }, 0);
	assert_null(end(&visits, &mx, (struct visitor){ 2, 0 }, 220, 1));
	assert_null(end(&visits, &mx, (struct visitor){ 1, 1 }, 220, 1));
	assert_non_null(end(&visits, &mx, (struct visitor){ 1, 0 }, 220, 1));
	assert_null(end(&visits, &mx, (struct visitor){ 1, 0 }, 220, 2));
	visits_clear(&visits);
}

/* When the inquiry goes away that a visit was made for, one that waits inherits it. */
static void
one_who_waits_inherits(void **state)
{
	struct visits visits = { .count = 0 };
	const struct visit_place mx = place("192.0.2.1", "mx.example");
	struct visitor heir = { 0, 0 };
	struct visit *visit;

	(void)state;
	visits_begin(&visits, &mx, (struct visitor){ 1, 7 }, 0);
	visit = visits_find(&visits, &mx, 1);
	visit_join(visit, (struct visitor){ 2, 3 });
	visit_join(visit, (struct visitor){ 1, 8 }); /* of the one that goes */
	visit_join(visit, (struct visitor){ 3, 4 });
	assert_true(visits_abandon(&visits, 1, &heir));
	assert_int_equal(heir.ticket, 3);
	assert_int_equal(heir.tag, 4);
	assert_false(visits_abandon(&visits, 1, &heir));
	assert_true(visit_waiting(visit, 0, &heir));
	assert_int_equal(heir.ticket, 2);
	assert_false(visit_waiting(visit, 1, &heir));
	assert_false(visits_abandon(&visits, 2, &heir)); /* who only waits leaves no heir */
	assert_false(visit_waiting(visit, 0, &heir));
	assert_false(visits_abandon(&visits, 3, &heir)); /* nobody waits: forgotten */
	assert_null(visits_find(&visits, &mx, 2));
	assert_int_equal(visits.count, 0);
}

/* 421 keeps us away for a minute, each time in a row twice as long, and a welcome ends it. */
static void
we_stay_away_from_who_asks_for_it(void **state)
{
	static const int64_t spans[] = { 1, 2, 4, 8, 10, 10 };
	struct visits visits = { .count = 0 };
	const struct visit_place mx = place("192.0.2.1", "mx.example");
	struct visitor whom = { 1, 0 };
	int64_t now = MINUTE;

	(void)state;
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
		visits_begin(&visits, &mx, whom, now);
		assert_int_equal(visits_rest(&visits, &mx.at.ip, now), 0);
		assert_non_null(end(&visits, &mx, whom, 421, now));
		assert_int_equal(visits_rest(&visits, &mx.at.ip, now), spans[i] * MINUTE);
		now += spans[i] * MINUTE;
		assert_int_equal(visits_rest(&visits, &mx.at.ip, now), 0);
	}
	visits_begin(&visits, &mx, whom, now);
	end(&visits, &mx, whom, 220, now);
	assert_int_equal(visits_rest(&visits, &mx.at.ip, now), 0);
	visits_clear(&visits);
}

/* However many servers there are, only so many results are kept; visits under way are not lost. */
static void
what_is_kept_is_bounded(void **state)
{
	struct visits visits = { .count = 0 };
	const struct visit_place open = place("192.0.2.1", "open.example");
	char ip[32];

	(void)state;
	visits_begin(&visits, &open, (struct visitor){ 1, 0 }, 0);
	for (unsigned i = 0; i < 3 * VISITS_KEPT_MAX; i++) {
		struct visitor whom = { 2, i };
		struct visit_place at;

		snprintf(ip, sizeof ip, "198.18.%u.%u", i / 256, i % 256);
		at = place(ip, "mx.example");
		visits_begin(&visits, &at, whom, 1);
		end(&visits, &at, whom, 220, 1);
		assert_true(visits.count <= VISITS_KEPT_MAX);
	}
	assert_non_null(visits_find(&visits, &open, 2));
	visits_clear(&visits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_serves_others_while_fresh),
		cmocka_unit_test(reports_of_others_are_not_its_own),
		cmocka_unit_test(one_who_waits_inherits),
		cmocka_unit_test(we_stay_away_from_who_asks_for_it),
		cmocka_unit_test(what_is_kept_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What is known of name servers: smoothed latency, time aside, and the order that follows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "util/span.h"
#include "dns/standing.h"

/* Returns the endpoint 192.0.2.n. */
static struct endpoint
server(unsigned n)
{
	struct endpoint e;
	char text[32];

	snprintf(text, sizeof text, "192.0.2.%u", n);
	assert_true(endpoint_parse(&e, text, 53));
	return e;
}

/* Samples in, the interval that follows; the usual one is 400 ms. */
static void
intervals_follow_the_latency(void **state)
{
	static const struct {
		int64_t samples[5]; /* milliseconds, 0 ends them */
		int64_t interval;
	} rows[] = {
		{ { 0 }, 400 }, { { 10 }, 200 }, /* 10 + 4 * 5, at least the half */
		{ { 100 }, 300 }, /* 100 + 4 * 50 */
		{ { 100, 100, 100, 100 }, 200 }, /* steady: the deviation shrinks */
		{ { 500 }, 1500 }, { { 5000 }, 3200 }, /* at most eight times */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_standing s = { .server = server(1) };
		int64_t got;

		for (size_t k = 0; rows[i].samples[k]; k++)
			dns_standing_measure(&s, rows[i].samples[k] * SPAN_MS, SPAN_SECOND);
		got = dns_standing_interval(&s, 400 * SPAN_MS) / SPAN_MS;
		if (rows[i].samples[3])
			assert_in_range(got, 200, 200 + 90);
		else
			assert_int_equal(got, rows[i].interval);
	}
}

/* A server that fails on is left aside for 4, 8, 16, 32 and then 60 seconds. */
static void
time_aside_doubles(void **state)
{
	static const int64_t seconds[] = { 4, 8, 16, 32, 60, 60, 60 };
	struct dns_standing s = { .server = server(1) };
	int64_t now_us = SPAN_SECOND;

	(void)state;
	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
		dns_standing_blame(&s, DNS_STANDING_BROKEN, now_us);
		assert_int_equal(s.avoided_until_us - now_us, seconds[i] * SPAN_SECOND);
		now_us = s.avoided_until_us;
	}
	dns_standing_praise(&s);
	assert_int_equal(s.failures, 0);
	assert_int_equal(s.avoided_until_us, 0);
}

/* Lookups that were under way when it was set aside do not make it worse. */
static void
one_outage_counts_once(void **state)
{
	struct dns_standing s = { .server = server(1) };

	(void)state;
	for (int i = 0; i < 100; i++)
		dns_standing_blame(&s, DNS_STANDING_LATE, SPAN_SECOND + i);
	assert_int_equal(s.failures, DNS_STANDING_AVOIDED);
	assert_true(s.avoided_until_us <= 5 * SPAN_SECOND + 100);
}

/* Writes the order of three servers as "1 2 3". */
static void
order_text(struct dns_standings *standings, bool rotate, int64_t now_us, char out[8])
{
	const struct endpoint servers[] = { server(1), server(2), server(3) };
	size_t order[DNS_SERVERS_MAX];

	dns_standings_order(standings, servers, 3, rotate, now_us, order);
	snprintf(out, 8, "%zu %zu %zu", order[0] + 1, order[1] + 1, order[2] + 1);
}

/* Checks the order at this time. */
static void
assert_order(struct dns_standings *standings, bool rotate, int64_t now_us, const char *wanted)
{
	char text[8];

	order_text(standings, rotate, now_us, text);
	assert_string_equal(text, wanted);
}

/* Latency in milliseconds (0: not measured) and failures of three servers, and their order. */
static void
servers_are_ordered(void **state)
{
	static const struct {
		int64_t rtt[3];
		unsigned failures[3];
		const char *order;
	} rows[] = {
		{ { 0, 0, 0 }, { 0, 0, 0 }, "1 2 3" },
		{ { 30, 20, 10 }, { 0, 0, 0 }, "1 2 3" }, /* about the same */
		{ { 300, 20, 10 }, { 0, 0, 0 }, "2 3 1" },
		{ { 300, 0, 10 }, { 0, 0, 0 }, "2 3 1" }, /* not measured counts as good */
		{ { 10, 10, 10 }, { 1, 0, 0 }, "1 2 3" }, /* once is nothing */
		{ { 10, 10, 10 }, { 2, 0, 0 }, "2 3 1" },
		{ { 10, 300, 10 }, { 2, 0, 0 }, "3 2 1" },
		{ { 10, 300, 400 }, { 2, 0, 0 }, "2 3 1" }, /* the avoided one sets no pace */
		{ { 0, 0, 0 }, { 2, 2, 2 }, "1 2 3" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_standings *standings = dns_standings_new();

		for (unsigned k = 0; k < 3; k++) {
			struct endpoint e = server(k + 1);
			struct dns_standing *s = dns_standings_of(standings, &e, SPAN_SECOND);

			if (rows[i].rtt[k])
				dns_standing_measure(s, rows[i].rtt[k] * SPAN_MS, SPAN_SECOND);
			if (rows[i].failures[k])
				dns_standing_blame(s, rows[i].failures[k], SPAN_SECOND);
		}
		assert_order(standings, false, 2 * SPAN_SECOND, rows[i].order);
		dns_standings_free(standings);
	}
}

/* After its time aside one lookup tries it, and those that come at the same time do not. */
static void
one_lookup_tries_again(void **state)
{
	struct dns_standings *standings = dns_standings_new();
	struct endpoint first = server(1);

	(void)state;
	dns_standing_blame(
	    dns_standings_of(standings, &first, 1), DNS_STANDING_BROKEN, SPAN_SECOND);
	assert_order(standings, false, 4 * SPAN_SECOND, "2 3 1");
	assert_order(standings, false, 5 * SPAN_SECOND, "1 2 3");
	assert_order(standings, false, 5 * SPAN_SECOND + 1, "2 3 1");
	dns_standing_praise(dns_standings_of(standings, &first, 5 * SPAN_SECOND));
	assert_order(standings, false, 5 * SPAN_SECOND + 2, "1 2 3");
	dns_standings_free(standings);
}

/* With `rotate` each lookup begins with the next server. */
static void
servers_rotate(void **state)
{
	static const char *const orders[] = { "1 2 3", "2 3 1", "3 1 2", "1 2 3" };
	struct dns_standings *standings = dns_standings_new();

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		assert_order(standings, true, SPAN_SECOND, orders[i]);
	dns_standings_free(standings);
}

/* Measurements count for a minute, lessons for a quarter of an hour. */
static void
old_news_fade(void **state)
{
	struct dns_standings *standings = dns_standings_new();
	struct endpoint e = server(1);
	struct dns_standing *s = dns_standings_of(standings, &e, SPAN_SECOND);

	(void)state;
	dns_standing_measure(s, 900 * SPAN_MS, SPAN_SECOND);
	s->without_edns = true;
	s->learned_us = SPAN_SECOND;
	s = dns_standings_of(standings, &e, 60 * SPAN_SECOND);
	assert_int_equal(s->rtt_us, 900 * SPAN_MS);
	s = dns_standings_of(standings, &e, 62 * SPAN_SECOND);
	assert_int_equal(s->rtt_us, 0);
	assert_true(s->without_edns);
	s = dns_standings_of(standings, &e, 902 * SPAN_SECOND);
	assert_false(s->without_edns);
	dns_standings_free(standings);
}

/* Any number of servers may pass by; each keeps its own standing while there is room. */
static void
many_servers_pass_by(void **state)
{
	struct dns_standings *standings = dns_standings_new();

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		struct endpoint e = server(1);
		struct dns_standing *s;

		e.port = (uint16_t)(i + 1);
		s = dns_standings_of(standings, &e, SPAN_SECOND);
		assert_int_equal(s->server.port, i + 1);
		assert_int_equal(s->failures, 0);
		dns_standing_blame(s, DNS_STANDING_LATE, SPAN_SECOND);
		assert_int_equal(dns_standings_of(standings, &e, SPAN_SECOND)->failures, 1);
	}
	dns_standings_free(standings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_follow_the_latency),
		cmocka_unit_test(time_aside_doubles),
		cmocka_unit_test(one_outage_counts_once),
		cmocka_unit_test(servers_are_ordered),
		cmocka_unit_test(one_lookup_tries_again),
		cmocka_unit_test(servers_rotate),
		cmocka_unit_test(old_news_fade),
		cmocka_unit_test(many_servers_pass_by),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

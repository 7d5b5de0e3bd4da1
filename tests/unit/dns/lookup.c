/*
 * The edges of the lookup machine that no story tells: settings at their bounds, events that
 * nobody asked for, lives cut short. What it does in earnest is told by tests/lookup/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/span.h"
#include "dns/lookup.h"

/* Gives always the same octets. */
static void
fixed(void *context, void *bytes, size_t n)
{
	(void)context;
	memset(bytes, 0x5a, n);
}

/* Returns settings with one server; tests change them. */
static struct dns_lookup_settings
settings(void)
{
	struct dns_lookup_settings s = {
		.server_count = 1,
		.timeout_us = SPAN_SECOND,
		.attempts = 1,
		.random = fixed,
	};

	assert_true(endpoint_parse(&s.servers[0], "192.0.2.53", 53));
	return s;
}

/* Starts a lookup of example.net MX at time 0. */
static struct dns_lookup *
start(const struct dns_lookup_settings *s)
{
	struct dns_question question = { .type = DNS_TYPE_MX };

	assert_int_equal(dns_name_parse(&question.name, "Example.NET"), DNS_NAME_OK);
	return dns_lookup_new(&question, s, 0);
}

/* Checks that the lookup is done with this outcome, and frees it. */
static void
ends_with(struct dns_lookup *l, enum dns_outcome outcome, int64_t now_us)
{
	struct dns_result *result;

	assert_int_equal(dns_lookup_next(l, now_us).kind, DNS_WANT_DONE);
	assert_int_equal(dns_lookup_next(l, now_us).kind, DNS_WANT_DONE);
	result = dns_lookup_take(l);
	assert_int_equal(result->outcome, outcome);
	assert_non_null(result->error);
	assert_memory_equal(result->question.name.wire, "\7example\3net", 13);
	dns_result_release(result);
	dns_lookup_free(l);
}

static void
without_servers_there_is_nothing_to_ask(void **state)
{
	struct dns_lookup_settings s = settings();

	(void)state;
	s.server_count = 0;
	ends_with(start(&s), DNS_UNREACHABLE, 0);
	s = settings();
	s.attempts = 0;
	ends_with(start(&s), DNS_UNREACHABLE, 0);
}

static void
without_patience_nothing_is_sent(void **state)
{
	struct dns_lookup_settings s = settings();

	(void)state;
	s.timeout_us = 0;
	ends_with(start(&s), DNS_TIMEOUT, 0);
}

static void
more_servers_than_there_is_room_for_are_not_asked(void **state)
{
	struct dns_lookup_settings s = settings();
	struct dns_lookup *l;
	size_t sent = 0;

	(void)state;
	s.server_count = 1000;
	s.timeout_us = 100 * SPAN_SECOND;
	l = start(&s);
	for (int64_t now_us = 0; now_us < s.timeout_us; now_us += s.timeout_us / 1000) {
		struct dns_want want = dns_lookup_next(l, now_us);

		assert_true(want.kind != DNS_WANT_SEND || want.server < DNS_SERVERS_MAX);
		sent += want.kind == DNS_WANT_SEND;
	}
	assert_int_equal(sent, DNS_SERVERS_MAX);
	ends_with(l, DNS_TIMEOUT, s.timeout_us);
}

static void
events_that_nobody_asked_for_change_nothing(void **state)
{
	struct dns_lookup_settings s = settings();
	struct dns_lookup *l = start(&s);
	const uint8_t octets[12] = { 0 };
	struct dns_want want;

	(void)state;
	dns_lookup_received(l, 0, false, octets, sizeof octets, 0); /* nothing was sent yet */
	dns_lookup_failed(l, 0, false, "too early", 0);
	want = dns_lookup_next(l, 0);
	assert_int_equal(want.kind, DNS_WANT_SEND);
	dns_lookup_received(l, 7, false, octets, sizeof octets, 0);
	dns_lookup_received(l, SIZE_MAX, false, octets, sizeof octets, 0);
	dns_lookup_received(l, 0, true, octets, sizeof octets, 0);
	dns_lookup_received(l, 0, false, octets, 0, 0); /* an empty datagram: a stray */
	dns_lookup_failed(l, 7, false, "no such server", 0);
	dns_lookup_failed(l, 0, true, "no such connection", 0);
	want = dns_lookup_next(l, 1);
	assert_int_equal(want.kind, DNS_WANT_WAIT);
	assert_int_equal(want.deadline_us, 400 * SPAN_MS);
	dns_lookup_failed(l, 0, false, "connection refused", 2);
	dns_lookup_failed(l, 0, false, "connection refused", 3);
	assert_int_equal(dns_lookup_next(l, 3).kind, DNS_WANT_DONE);
	dns_lookup_received(l, 0, false, octets, sizeof octets, 4);
	dns_lookup_failed(l, 0, false, "too late", 4);
	ends_with(l, DNS_UNREACHABLE, 5);
}

/* One that was left in the midst of its question, and one that has failed. */
static void
a_renewed_lookup_remembers_nothing(void **state)
{
	const int64_t later_us = 10 * SPAN_SECOND;
	struct dns_question question = { .type = DNS_TYPE_A };
	struct dns_lookup_settings s = settings();
	struct dns_lookup *l = start(&s);
	struct dns_result *result;

	(void)state;
	assert_int_equal(dns_name_parse(&question.name, "a.Test"), DNS_NAME_OK);
	assert_int_equal(dns_lookup_next(l, 0).kind, DNS_WANT_SEND);
	dns_lookup_renew(l, &question, 1);
	assert_int_equal(dns_lookup_next(l, 1).kind, DNS_WANT_SEND);
	dns_lookup_received(l, 0, false, (const uint8_t *)"stray", 5, 2);
	dns_lookup_failed(l, 0, false, "connection refused", 3);
	assert_int_equal(dns_lookup_next(l, 3).kind, DNS_WANT_DONE);
	dns_lookup_renew(l, &question, later_us);
	assert_int_equal(dns_lookup_next(l, later_us).kind, DNS_WANT_SEND);
	assert_int_equal(dns_lookup_next(l, later_us).kind, DNS_WANT_WAIT);
	assert_int_equal(dns_lookup_next(l, later_us + s.timeout_us).kind, DNS_WANT_DONE);
	result = dns_lookup_take(l);
	assert_int_equal(result->outcome, DNS_TIMEOUT);
	assert_string_equal(result->error, "no answer from 192.0.2.53@53 within 1000 ms");
	assert_memory_equal(result->question.name.wire, "\1a\4test", 8);
	assert_int_equal(result->question.type, DNS_TYPE_A);
	assert_int_equal(result->tries, 1);
	assert_int_equal(result->strays, 0);
	assert_int_equal(result->elapsed_us, s.timeout_us);
	dns_result_release(result);
	dns_lookup_free(l);
}

static void
a_lookup_can_be_dropped_at_any_time(void **state)
{
	struct dns_lookup_settings s = settings();
	struct dns_lookup *l = start(&s);

	(void)state;
	dns_lookup_free(l);
	l = start(&s);
	dns_lookup_next(l, 0);
	dns_lookup_free(l);
	l = start(&s);
	dns_lookup_next(l, 0);
	dns_lookup_failed(l, 0, false, "connection refused", 0);
	dns_lookup_free(l);
	l = start(&s);
	dns_lookup_next(l, SPAN_SECOND);
	dns_lookup_free(l);
	dns_lookup_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_servers_there_is_nothing_to_ask),
		cmocka_unit_test(without_patience_nothing_is_sent),
		cmocka_unit_test(more_servers_than_there_is_room_for_are_not_asked),
		cmocka_unit_test(events_that_nobody_asked_for_change_nothing),
		cmocka_unit_test(a_renewed_lookup_remembers_nothing),
		cmocka_unit_test(a_lookup_can_be_dropped_at_any_time),
	};

	return cmocka_run_group_tests_name("dns/lookup", tests, NULL, NULL);
}

/*
 * The resolver against name servers with faults, on real sockets: what one question meets. Each
 * test looks at what the callback got and at what the servers saw.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/span.h"
#include "dns/anchor.h"
#include "net/channel.h"
#include "net/dialler.h"
#include "lab/questions.h"

/* --- one question --------------------------------------------------------- */

/* The answer comes from the loop, once, with owner and tag. */
static void
answers(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300 });
	questions_open(&q);
	questions_ask(&q, 7, 42, "a7.example", RESOLVER_CACHED);
	assert_int_equal(resolver_pending(q.resolver), 1);
	assert_int_equal(q.count, 0);
	questions_settle(&q);
	assert_int_equal(q.count, 1);
	assert_int_equal(q.answers[0].owner, 7);
	assert_int_equal(q.answers[0].tag, 42);
	questions_assert_address(q.answers[0].result, '7');
	assert_int_equal(q.answers[0].result->server.port, q.servers[0].endpoint.port);
	assert_int_equal(q.servers[0].udp_queries, 1);
	questions_end(&q);
}

/* A lost query is sent again from the same port, so that a late answer would still count. */
static void
sends_again(void **state)
{
	struct questions q;
	const struct dns_result *result;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .drop = 2 });
	questions_open(&q);
	result = questions_ask_one(&q, "a1.example");
	questions_assert_address(result, '1');
	assert_int_equal(result->tries, 3);
	assert_int_equal(q.servers[0].udp_queries, 3);
	assert_int_equal(q.servers[0].sources, 1);
	questions_end(&q);
}

/* Each lookup has a source port of its own, as long as they are not very many. */
static void
uses_fresh_ports(void **state)
{
	struct questions q;
	char name[32];

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300 });
	questions_open(&q);
	for (int i = 0; i < CHANNELS_ALONE; i++) {
		snprintf(name, sizeof name, "a%d.example", i);
		questions_ask(&q, 1, 0, name, RESOLVER_CACHED);
	}
	questions_settle(&q);
	assert_int_equal(q.count, CHANNELS_ALONE);
	assert_true(q.servers[0].sources > CHANNELS_ALONE - 10);
	questions_end(&q);
}

/* Replies with another id are passed over and counted; the true one behind them counts. */
static void
passes_over_forged_replies(void **state)
{
	struct questions q;
	const struct dns_result *result;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .wrong_ids = 5 });
	questions_open(&q);
	result = questions_ask_one(&q, "a2.example");
	questions_assert_address(result, '2');
	assert_int_equal(result->strays, 5);
	assert_false(result->over_tcp);
	questions_end(&q);
}

/* A flood of forged replies drives the question to TCP, where they cannot follow. */
static void
turns_to_tcp_under_attack(void **state)
{
	struct questions q;
	const struct dns_result *result;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .wrong_ids = 40 });
	questions_open(&q);
	result = questions_ask_one(&q, "a3.example");
	questions_assert_address(result, '3');
	assert_true(result->over_tcp);
	questions_end(&q);
}

/* --- TCP ------------------------------------------------------------------ */

/* Truncated answers are fetched over TCP, however the octets are cut into segments. */
static void
follows_truncation(void **state)
{
	static const enum fake_tcp manners[] = { FAKE_TCP_ANSWERS, FAKE_TCP_DRIPS };
	struct questions q;
	const struct dns_result *result;

	(void)state;
	for (size_t i = 0; i < sizeof manners / sizeof *manners; i++) {
		questions_begin(
		    &q, 1, (struct fake_faults){ .truncate = true, .tcp = manners[i] });
		questions_open(&q);
		result = questions_ask_one(&q, "a4.example");
		questions_assert_address(result, '4');
		assert_true(result->over_tcp);
		assert_int_equal(q.servers[0].tcp_queries, 1);
		questions_end(&q);
	}
}

/* With use-vc (resolv.conf) no datagram is sent. */
static void
can_use_tcp_alone(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 1 });
	q.settings.lookup.use_tcp = true;
	questions_open(&q);
	questions_assert_address(questions_ask_one(&q, "a5.example"), '5');
	assert_int_equal(q.servers[0].udp_queries, 0);
	questions_end(&q);
}

/* A TCP connection that ends without a whole message is a failure with its own sentence. */
static void
tells_how_tcp_broke(void **state)
{
	static const struct {
		enum fake_tcp tcp;
		const char *words;
	} rows[] = {
		{ FAKE_TCP_CUTS, "inside a message" },
		{ FAKE_TCP_CLOSES, "closed the TCP connection" },
		{ FAKE_TCP_RESETS, "reset the TCP connection" },
	};
	struct questions q;
	const struct dns_result *result;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		questions_begin(
		    &q, 1, (struct fake_faults){ .truncate = true, .tcp = rows[i].tcp });
		questions_open(&q);
		result = questions_ask_one(&q, "a6.example");
		assert_int_equal(result->outcome, DNS_UNREACHABLE);
		assert_non_null(result->error);
		assert_non_null(strstr(result->error, rows[i].words));
		questions_end(&q);
	}
}

/* The second server answers what the first one breaks over TCP. */
static void
goes_on_with_the_next_after_tcp(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 2, (struct fake_faults){ .ttl = 1 });
	q.servers[0].faults.truncate = true;
	q.servers[0].faults.tcp = FAKE_TCP_CUTS;
	questions_open(&q);
	questions_assert_address(questions_ask_one(&q, "a7.example"), '7');
	assert_int_equal(q.servers[1].udp_queries, 1);
	questions_end(&q);
}

/* --- servers that are not there ------------------------------------------- */

/* ICMP's "port unreachable" moves the question on at once, not at the first retransmission. */
static void
leaves_a_dead_server_at_once(void **state)
{
	struct questions q;
	const struct dns_result *result;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 1 });
	q.settings.lookup.servers[1] = q.settings.lookup.servers[0];
	q.settings.lookup.servers[0] = bench_closed_port();
	q.settings.lookup.server_count = 2;
	q.settings.lookup.retry_us = 10 * SPAN_SECOND;
	questions_open(&q);
	result = questions_ask_one(&q, "a8.example");
	questions_assert_address(result, '8');
	assert_true(result->elapsed_us < 5 * SPAN_SECOND);
	questions_end(&q);
}

/* Over UDP and over TCP a refused port is told as such. */
static void
tells_that_nobody_listens(void **state)
{
	struct questions q;
	const struct dns_result *result;

	(void)state;
	for (int tcp = 0; tcp <= 1; tcp++) {
		questions_begin(&q, 0, (struct fake_faults){ 0 });
		q.settings.lookup.servers[0] = bench_closed_port();
		q.settings.lookup.server_count = 1;
		q.settings.lookup.use_tcp = tcp != 0;
		questions_open(&q);
		result = questions_ask_one(&q, "a9.example");
		assert_int_equal(result->outcome, DNS_UNREACHABLE);
		assert_non_null(strstr(result->error, "the connection was refused"));
		questions_end(&q);
	}
}

/* A question that cannot even be sent is over before its asker is back; what validates it is not confused. */
static void
ends_at_once(void **state)
{
	struct dns_records anchors = { 0 };
	struct questions q;

	(void)state;
	dns_anchors_builtin(&anchors);
	questions_begin(&q, 0, (struct fake_faults){ 0 });
	q.settings.lookup.servers[0] = bench_endpoint("255.255.255.255@53");
	q.settings.lookup.server_count = 1;
	q.settings.anchors = &anchors;
	questions_open(&q);
	for (uint32_t i = 0; i < 100; i++)
		questions_ask(&q, 1, i, "a1.example", RESOLVER_FRESH);
	questions_settle(&q);
	assert_int_equal(q.count, 100);
	for (size_t i = 0; i < q.count; i++)
		assert_int_equal(q.answers[i].result->outcome, DNS_UNREACHABLE);
	questions_end(&q);
	dns_records_clear(&anchors);
}

/* Where the dialler wants silence nothing is sent, and patience runs out; UDP and TCP. */
static void
waits_for_the_silent(void **state)
{
	struct questions q;
	struct endpoint silent = bench_endpoint("192.0.2.53@53");
	const struct dns_result *result;

	(void)state;
	for (int tcp = 0; tcp <= 1; tcp++) {
		questions_begin(&q, 0, (struct fake_faults){ 0 });
		dialler_map_silent(q.bench.dialler, &silent);
		q.settings.lookup.servers[0] = silent;
		q.settings.lookup.server_count = 1;
		q.settings.lookup.use_tcp = tcp != 0;
		q.settings.lookup.timeout_us = 100 * SPAN_MS;
		questions_open(&q);
		result = questions_ask_one(&q, "a1.example");
		assert_int_equal(result->outcome, DNS_TIMEOUT);
		assert_true(result->elapsed_us >= 100 * SPAN_MS);
		questions_end(&q);
	}
}

/* In the closed world of the laboratory a strange server has no route to it. */
static void
stays_in_a_closed_world(void **state)
{
	struct questions q;
	const struct dns_result *result;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 1 });
	dialler_close_world(q.bench.dialler);
	questions_open(&q);
	result = questions_ask_one(&q, "a1.example");
	assert_int_equal(result->outcome, DNS_UNREACHABLE);
	assert_non_null(strstr(result->error, "no route to host"));
	assert_int_equal(q.servers[0].udp_queries, 0);
	questions_end(&q);
}

/*
 * A question with its chain of trust that cannot even be sent ends inside the call, validated or not: all
 * who ask hear of it, from the loop, and that it was to be explained.
 */
static void
explains_what_cannot_be_sent(void **state)
{
	struct dns_records anchors = { 0 };
	struct questions q;

	(void)state;
	dns_anchors_builtin(&anchors);
	for (int validating = 0; validating < 2; validating++) {
		questions_begin(&q, 1, (struct fake_faults){ .ttl = 1 });
		q.settings.anchors = validating ? &anchors : NULL;
		dialler_close_world(q.bench.dialler);
		questions_open(&q);
		questions_ask_explained(&q, 1, 1, "a1.example");
		questions_ask_explained(&q, 2, 2, "a1.example");
		assert_int_equal(resolver_pending(q.resolver), 2);
		questions_settle(&q);
		assert_int_equal(q.count, 2);
		for (size_t i = 0; i < q.count; i++) {
			assert_int_equal(q.answers[i].owner, i + 1);
			assert_int_equal(q.answers[i].result->outcome, DNS_UNREACHABLE);
			assert_true(q.answers[i].result->explained);
		}
		questions_end(&q);
	}
	dns_records_clear(&anchors);
}

/* A mapped server is asked in its place and told by its own address. */
static void
speaks_of_the_mapped_server(void **state)
{
	struct questions q;
	struct endpoint wanted = bench_endpoint("2001:db8::53@53");
	const struct dns_result *result;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 1 });
	dialler_map(q.bench.dialler, &wanted, &q.servers[0].endpoint);
	q.settings.lookup.servers[0] = wanted;
	questions_open(&q);
	result = questions_ask_one(&q, "a2.example");
	questions_assert_address(result, '2');
	assert_int_equal(result->server.port, 53);
	assert_true(ip_equal(&result->server.ip, &wanted.ip));
	questions_end(&q);
}

/* SERVFAIL is told when no server does better, and not kept. */
static void
tells_a_failing_server(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .rcode = 2 });
	questions_open(&q);
	assert_int_equal(questions_ask_one(&q, "a1.example")->outcome, DNS_SERVFAIL);
	q.servers[0].faults.rcode = 0;
	questions_ask(&q, 1, 2, "a1.example", RESOLVER_CACHED);
	questions_settle(&q);
	questions_assert_address(q.answers[1].result, '1');
	questions_end(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(sends_again),
		cmocka_unit_test(uses_fresh_ports),
		cmocka_unit_test(passes_over_forged_replies),
		cmocka_unit_test(turns_to_tcp_under_attack),
		cmocka_unit_test(follows_truncation),
		cmocka_unit_test(can_use_tcp_alone),
		cmocka_unit_test(tells_how_tcp_broke),
		cmocka_unit_test(goes_on_with_the_next_after_tcp),
		cmocka_unit_test(leaves_a_dead_server_at_once),
		cmocka_unit_test(tells_that_nobody_listens),
		cmocka_unit_test(ends_at_once),
		cmocka_unit_test(waits_for_the_silent),
		cmocka_unit_test(stays_in_a_closed_world),
		cmocka_unit_test(explains_what_cannot_be_sent),
		cmocka_unit_test(speaks_of_the_mapped_server),
		cmocka_unit_test(tells_a_failing_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

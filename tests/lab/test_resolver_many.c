/*
 * The resolver with many questions at once: who shares, what is kept, who is dropped, who has
 * the next turn, and what happens when descriptors are scarce.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <sys/resource.h>

#include "util/span.h"
#include "lab/questions.h"

/* --- sharing and keeping --------------------------------------------------------- */

/* Equal questions share one query, whatever their case, and fresh ones join it. */
static void
shares_equal_questions(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 0 });
	questions_open(&q);
	questions_ask(&q, 1, 10, "a1.example", RESOLVER_CACHED);
	questions_ask(&q, 2, 20, "A1.EXAMPLE", RESOLVER_CACHED);
	questions_ask(&q, 2, 21, "a1.Example", RESOLVER_FRESH);
	questions_ask(&q, 3, 30, "a2.example", RESOLVER_CACHED);
	assert_int_equal(resolver_pending(q.resolver), 4);
	questions_settle(&q);
	assert_int_equal(q.count, 4);
	assert_int_equal(q.servers[0].udp_queries, 2);
	for (size_t i = 0; i < q.count; i++)
		questions_assert_address(
		    q.answers[i].result, q.answers[i].tag == 30 ? '2' : '1');
	questions_end(&q);
}

/* While the TTL lasts the cache answers, from the loop; fresh questions go past it. */
static void
keeps_answers(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300 });
	questions_open(&q);
	questions_ask_one(&q, "a1.example");
	questions_ask(&q, 1, 2, "A1.example", RESOLVER_CACHED);
	assert_int_equal(resolver_pending(q.resolver), 1);
	assert_int_equal(q.count, 1);
	questions_settle(&q);
	assert_int_equal(q.count, 2);
	assert_true(q.answers[1].result->from_cache);
	questions_assert_address(q.answers[1].result, '1');
	assert_int_equal(q.servers[0].udp_queries, 1);
	questions_ask_one(&q, "a1.example");
	assert_false(q.answers[2].result->from_cache);
	assert_int_equal(q.servers[0].udp_queries, 2);
	questions_end(&q);
}

/* TTL 0 is not kept (RFC 1035 3.2.1). */
static void
keeps_nothing_without_ttl(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 0 });
	questions_open(&q);
	questions_ask_one(&q, "a1.example");
	questions_ask(&q, 1, 2, "a1.example", RESOLVER_CACHED);
	questions_settle(&q);
	assert_int_equal(q.servers[0].udp_queries, 2);
	questions_end(&q);
}

/* Who is dropped hears nothing more; who shares the question still does. */
static void
drops_an_owner(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300 });
	questions_open(&q);
	questions_ask(&q, 1, 1, "a1.example", RESOLVER_CACHED);
	questions_ask(&q, 1, 2, "a2.example", RESOLVER_CACHED);
	questions_ask(&q, 2, 3, "a1.example", RESOLVER_CACHED);
	resolver_drop(q.resolver, 1);
	resolver_drop(q.resolver, 99);
	assert_int_equal(resolver_pending(q.resolver), 1);
	questions_settle(&q);
	assert_int_equal(q.count, 1);
	assert_int_equal(q.answers[0].tag, 3);
	questions_end(&q);
}

/* A result that is ready but not handed out is dropped as well. */
static void
drops_what_is_ready(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300 });
	questions_open(&q);
	questions_ask_one(&q, "a1.example");
	questions_ask(&q, 5, 2, "a1.example", RESOLVER_CACHED);
	resolver_drop(q.resolver, 5);
	assert_int_equal(resolver_pending(q.resolver), 0);
	bench_run_ready(&q.bench);
	assert_int_equal(q.count, 1);
	questions_end(&q);
}

/* In the callback of the first answer: drops all others, and asks something new. */
static void
drop_and_ask(struct questions *q, const struct answer *answer)
{
	struct dns_question question = { .type = DNS_TYPE_A };

	if (answer->owner != 1)
		return;
	resolver_drop(q->resolver, 1);
	assert_int_equal(dns_name_parse(&question.name, "a9.example"), DNS_NAME_OK);
	resolver_ask(q->resolver, 2, 9, &question, RESOLVER_CACHED);
}

/* The callback may drop its own owner and ask. */
static void
may_be_used_from_the_callback(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300 });
	q.then = drop_and_ask;
	questions_open(&q);
	for (uint32_t tag = 0; tag < 5; tag++)
		questions_ask(&q, 1, tag, "a1.example", RESOLVER_CACHED);
	questions_settle(&q);
	assert_int_equal(q.count, 2);
	assert_int_equal(q.answers[1].owner, 2);
	questions_assert_address(q.answers[1].result, '9');
	questions_end(&q);
}

/* Returns the number of open descriptors of this process. */
static size_t
open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t count = 0;

	if (!directory)
		return 0;
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* Asks count questions of one owner, "a0" and on. */
static void
ask_many(struct questions *q, resolver_owner owner, size_t count)
{
	char name[32];

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof name, "a%zu.example", i);
		questions_ask(q, owner, (uint32_t)i, name, RESOLVER_CACHED);
	}
}

/* Two thousand questions go through a window of fifty; no socket is left behind. */
static void
keeps_to_its_window(void **state)
{
	struct questions q;
	size_t before;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300, .hold = true });
	q.settings.window = 50;
	q.settings.lookup.retry_us = 10 * SPAN_SECOND;
	questions_open(&q);
	before = open_descriptors();
	ask_many(&q, 1, 2000);
	questions_settle(&q);
	assert_int_equal(q.count, 2000);
	assert_int_equal(q.servers[0].udp_queries, 2000);
	assert_true(q.servers[0].most_held <= 50);
	assert_true(q.servers[0].most_held >= 25);
	assert_int_equal(open_descriptors(), before);
	for (size_t i = 0; i < q.count; i++)
		assert_int_equal(q.answers[i].result->outcome, DNS_ANSWER);
	questions_end(&q);
}

/* A window that nobody told is as wide as the manual says. */
static void
has_a_usual_window(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300, .hold = true });
	q.settings.lookup.retry_us = 10 * SPAN_SECOND;
	questions_open(&q);
	ask_many(&q, 1, 1000);
	questions_settle(&q);
	assert_int_equal(q.count, 1000);
	assert_in_range(q.servers[0].most_held, RESOLVER_WINDOW / 2, RESOLVER_WINDOW);
	questions_end(&q);
}

/* A single question does not wait behind somebody's long list. */
static void
takes_turns(void **state)
{
	struct questions q;
	const char *order, *single;
	size_t before = 0;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300, .hold = true });
	q.settings.window = 10;
	q.settings.lookup.retry_us = 10 * SPAN_SECOND;
	questions_open(&q);
	ask_many(&q, 1, 500);
	questions_ask(&q, 2, 1, "b1.example", RESOLVER_CACHED);
	questions_settle(&q);
	assert_int_equal(q.count, 501);
	order = fake_dns_order(&q.servers[0]);
	single = strstr(order, "b1 ");
	if (!single)
		single = strstr(order, "B1 ");
	assert_non_null(single);
	for (const char *p = order; p < single; p++)
		before += *p == ' ';
	assert_true(before <= 11);
	questions_end(&q);
}

/* Dropping a list that waits for the window leaves nothing to be sent but what is in flight. */
static void
drops_a_waiting_list(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300, .hold = true });
	q.settings.window = 10;
	questions_open(&q);
	ask_many(&q, 1, 500);
	resolver_drop(q.resolver, 1);
	questions_ask(&q, 2, 1, "b1.example", RESOLVER_CACHED);
	questions_settle(&q);
	assert_int_equal(q.count, 1);
	assert_true(q.servers[0].udp_queries <= 11);
	questions_end(&q);
}

/* With too few descriptors the window is as wide as they last, and nobody is failed for it. */
static void
lives_with_few_descriptors(void **state)
{
	struct questions q;
	struct rlimit limit, scarce;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .ttl = 300 });
	questions_open(&q);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	scarce = limit;
	scarce.rlim_cur = open_descriptors() + 20;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &scarce), 0);
	ask_many(&q, 1, 300);
	questions_settle(&q);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(q.count, 300);
	for (size_t i = 0; i < q.count; i++)
		assert_int_equal(q.answers[i].result->outcome, DNS_ANSWER);
	questions_end(&q);
}

/* New servers are asked what was not sent yet; the old ones' answers are not kept or shared. */
static void
changes_servers(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 2, (struct fake_faults){ .ttl = 300 });
	q.settings.lookup.server_count = 1;
	questions_open(&q);
	questions_ask_one(&q, "a1.example");
	questions_ask(&q, 1, 2, "a2.example", RESOLVER_CACHED);
	questions_ask(&q, 1, 2, "a3.example", RESOLVER_CACHED);
	resolver_set_servers(q.resolver, &q.servers[1].endpoint, 1);
	questions_ask(&q, 1, 3, "a2.example", RESOLVER_CACHED);
	questions_settle(&q);
	assert_int_equal(q.servers[0].udp_queries, 3);
	assert_int_equal(q.servers[1].udp_queries, 1);
	for (int i = 1; i <= 2; i++) {
		questions_ask(&q, 1, 4, "a1.example", RESOLVER_CACHED);
		questions_ask(&q, 1, 4, "a2.example", RESOLVER_CACHED);
		questions_ask(&q, 1, 4, "a3.example", RESOLVER_CACHED);
		questions_settle(&q);
	}
	assert_int_equal(q.count, 10);
	assert_int_equal(q.servers[0].udp_queries, 3);
	assert_int_equal(q.servers[1].udp_queries, 3);
	for (size_t i = 0; i < q.count; i++)
		assert_int_equal(q.answers[i].result->server.port,
		    q.servers[q.answers[i].tag > 2].endpoint.port);
	questions_end(&q);
}

/* True when the server has seen a query over TCP. */
static bool
is_on_tcp(const void *context)
{
	const struct questions *q = context;

	return q->servers[0].tcp_queries > 0;
}

/* Ending with questions queued, in flight over UDP and TCP, and ready leaves nothing behind. */
static void
ends_in_the_middle(void **state)
{
	struct questions q;

	(void)state;
	questions_begin(&q, 1, (struct fake_faults){ .truncate = true, .tcp = FAKE_TCP_DRIPS });
	q.settings.window = 20;
	questions_open(&q);
	ask_many(&q, 1, 100);
	bench_run_until(&q.bench, is_on_tcp, &q);
	assert_true(resolver_pending(q.resolver) > 0);
	questions_end(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_equal_questions),
		cmocka_unit_test(keeps_answers),
		cmocka_unit_test(keeps_nothing_without_ttl),
		cmocka_unit_test(drops_an_owner),
		cmocka_unit_test(drops_what_is_ready),
		cmocka_unit_test(may_be_used_from_the_callback),
		cmocka_unit_test(keeps_to_its_window),
		cmocka_unit_test(has_a_usual_window),
		cmocka_unit_test(takes_turns),
		cmocka_unit_test(drops_a_waiting_list),
		cmocka_unit_test(lives_with_few_descriptors),
		cmocka_unit_test(changes_servers),
		cmocka_unit_test(ends_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

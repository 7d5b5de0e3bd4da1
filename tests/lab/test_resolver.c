/*
 * The resolver against name servers with faults, on real sockets. Each story sets up one or two
 * servers, asks, runs the loop until nothing is pending, and looks at what the callback got and
 * what the servers saw.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <dirent.h>
#include <sys/resource.h>

#include "util/mem.h"
#include "util/span.h"
#include "net/dialler.h"
#include "net/resolver.h"
#include "lab/bench.h"
#include "lab/fake_dns.h"

enum {
	ANSWERS_MAX = 4096,
	RETRY_MS = 20,
};

/* One call of the callback. */
struct answer {
	resolver_owner owner;
	uint32_t tag;
	const struct dns_result *result;
};

/* A resolver on its bench, and what it has told so far. */
struct story {
	struct bench bench;
	struct fake_dns servers[2];
	size_t server_count;
	struct resolver *resolver;
	struct resolver_settings settings;
	struct answer *answers;
	size_t count;
	bool inside; /* resolver_ask() is running */
	void (*then)(struct story *story, const struct answer *answer); /* called for each */
};

/* The callback: keeps what it gets. */
static void
on_result(void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result)
{
	struct story *story = context;
	struct answer *answer = &story->answers[story->count++];

	assert_false(story->inside);
	assert_true(story->count < ANSWERS_MAX);
	*answer = (struct answer){ owner, tag, dns_result_hold(result) };
	if (story->then)
		story->then(story, answer);
}

/* Begins a story with this many servers, all with the same faults. */
static void
begin(struct story *story, size_t servers, struct fake_faults faults)
{
	*story = (struct story){ .server_count = servers };
	story->answers = mem_calloc(ANSWERS_MAX, sizeof *story->answers);
	bench_open(&story->bench);
	for (size_t i = 0; i < servers; i++) {
		fake_dns_start(&story->servers[i], &story->bench, faults);
		story->settings.lookup.servers[i] = story->servers[i].endpoint;
	}
	story->settings.lookup.server_count = servers;
	story->settings.lookup.timeout_us = 20 * SPAN_SECOND;
	story->settings.lookup.retry_us = RETRY_MS * SPAN_MS;
	story->settings.lookup.attempts = 4;
	story->settings.lookup.edns = true;
	story->settings.lookup.mix_case = true;
}

/* Opens the resolver, once the settings are as the story wants them. */
static void
open_resolver(struct story *story)
{
	story->resolver = resolver_new(
	    story->bench.base, story->bench.dialler, &story->settings, on_result, story);
}

/* Forgets the answers so far. */
static void
forget(struct story *story)
{
	for (size_t i = 0; i < story->count; i++)
		dns_result_release(story->answers[i].result);
	story->count = 0;
}

/* Ends the story and frees all of it. */
static void
end(struct story *story)
{
	resolver_free(story->resolver);
	for (size_t i = 0; i < story->server_count; i++)
		fake_dns_stop(&story->servers[i]);
	forget(story);
	free(story->answers);
	bench_close(&story->bench);
}

/* Asks for the A records of a name. */
static void
ask(struct story *story, resolver_owner owner, uint32_t tag, const char *name,
    enum resolver_freshness freshness)
{
	struct dns_question question = { .type = DNS_TYPE_A };

	assert_int_equal(dns_name_parse(&question.name, name), DNS_NAME_OK);
	story->inside = true;
	resolver_ask(story->resolver, owner, tag, &question, freshness);
	story->inside = false;
}

/* True when nobody waits any more. */
static bool
is_idle(const void *context)
{
	const struct story *story = context;

	return resolver_pending(story->resolver) == 0;
}

/* Runs until nobody waits any more. */
static void
settle(struct story *story)
{
	bench_run_until(&story->bench, is_idle, story);
}

/* Asks one question, waits, and returns the result. */
static const struct dns_result *
ask_one(struct story *story, const char *name)
{
	ask(story, 1, 1, name, RESOLVER_FRESH);
	settle(story);
	return story->answers[story->count - 1].result;
}

/* Checks that the result holds 192.0.2.octet. */
static void
assert_address(const struct dns_result *result, uint8_t octet)
{
	struct ip_addr ip;

	assert_int_equal(result->outcome, DNS_ANSWER);
	assert_int_equal(result->answer.count, 1);
	assert_true(dns_record_address(&result->answer.items[0], &ip));
	assert_int_equal(ip.bytes[3], octet);
}

/* --- one question --------------------------------------------------------------------- */

/* The answer comes from the loop, once, with owner and tag. */
static void
answers(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300 });
	open_resolver(&story);
	ask(&story, 7, 42, "a7.example", RESOLVER_CACHED);
	assert_int_equal(resolver_pending(story.resolver), 1);
	assert_int_equal(story.count, 0);
	settle(&story);
	assert_int_equal(story.count, 1);
	assert_int_equal(story.answers[0].owner, 7);
	assert_int_equal(story.answers[0].tag, 42);
	assert_address(story.answers[0].result, '7');
	assert_int_equal(story.answers[0].result->server.port, story.servers[0].endpoint.port);
	assert_int_equal(story.servers[0].udp_queries, 1);
	end(&story);
}

/* A lost query is sent again from the same port, so that a late answer would still count. */
static void
sends_again(void **state)
{
	struct story story;
	const struct dns_result *result;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .drop = 2 });
	open_resolver(&story);
	result = ask_one(&story, "a1.example");
	assert_address(result, '1');
	assert_int_equal(result->tries, 3);
	assert_int_equal(story.servers[0].udp_queries, 3);
	assert_int_equal(story.servers[0].sources, 1);
	end(&story);
}

/* Each lookup has a source port of its own. */
static void
uses_fresh_ports(void **state)
{
	struct story story;
	char name[32];

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300 });
	open_resolver(&story);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "a%d.example", i);
		ask(&story, 1, 0, name, RESOLVER_CACHED);
	}
	settle(&story);
	assert_int_equal(story.count, 100);
	assert_true(story.servers[0].sources > 90);
	end(&story);
}

/* Replies with another id are passed over and counted; the true one behind them counts. */
static void
passes_over_forged_replies(void **state)
{
	struct story story;
	const struct dns_result *result;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .wrong_ids = 5 });
	open_resolver(&story);
	result = ask_one(&story, "a2.example");
	assert_address(result, '2');
	assert_int_equal(result->strays, 5);
	assert_false(result->over_tcp);
	end(&story);
}

/* A flood of forged replies drives the question to TCP, where they cannot follow. */
static void
turns_to_tcp_under_attack(void **state)
{
	struct story story;
	const struct dns_result *result;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .wrong_ids = 40 });
	open_resolver(&story);
	result = ask_one(&story, "a3.example");
	assert_address(result, '3');
	assert_true(result->over_tcp);
	end(&story);
}

/* --- TCP -------------------------------------------------------------------------------- */

/* Truncated answers are fetched over TCP, however the octets are cut into segments. */
static void
follows_truncation(void **state)
{
	static const enum fake_tcp manners[] = { FAKE_TCP_ANSWERS, FAKE_TCP_DRIPS };
	struct story story;
	const struct dns_result *result;

	(void)state;
	for (size_t i = 0; i < sizeof manners / sizeof *manners; i++) {
		begin(&story, 1, (struct fake_faults){ .truncate = true, .tcp = manners[i] });
		open_resolver(&story);
		result = ask_one(&story, "a4.example");
		assert_address(result, '4');
		assert_true(result->over_tcp);
		assert_int_equal(story.servers[0].tcp_queries, 1);
		end(&story);
	}
}

/* With use-vc (resolv.conf) no datagram is sent. */
static void
can_use_tcp_alone(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 1 });
	story.settings.lookup.use_tcp = true;
	open_resolver(&story);
	assert_address(ask_one(&story, "a5.example"), '5');
	assert_int_equal(story.servers[0].udp_queries, 0);
	end(&story);
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
	struct story story;
	const struct dns_result *result;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin(&story, 1, (struct fake_faults){ .truncate = true, .tcp = rows[i].tcp });
		open_resolver(&story);
		result = ask_one(&story, "a6.example");
		assert_int_equal(result->outcome, DNS_UNREACHABLE);
		assert_non_null(result->error);
		assert_non_null(strstr(result->error, rows[i].words));
		end(&story);
	}
}

/* The second server answers what the first one breaks over TCP. */
static void
goes_on_with_the_next_after_tcp(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 2, (struct fake_faults){ .ttl = 1 });
	story.servers[0].faults.truncate = true;
	story.servers[0].faults.tcp = FAKE_TCP_CUTS;
	open_resolver(&story);
	assert_address(ask_one(&story, "a7.example"), '7');
	assert_int_equal(story.servers[1].udp_queries, 1);
	end(&story);
}

/* --- servers that are not there --------------------------------------------------------- */

/* ICMP's "port unreachable" moves the question on at once, not at the first retransmission. */
static void
leaves_a_dead_server_at_once(void **state)
{
	struct story story;
	const struct dns_result *result;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 1 });
	story.settings.lookup.servers[1] = story.settings.lookup.servers[0];
	story.settings.lookup.servers[0] = bench_closed_port();
	story.settings.lookup.server_count = 2;
	story.settings.lookup.retry_us = 10 * SPAN_SECOND;
	open_resolver(&story);
	result = ask_one(&story, "a8.example");
	assert_address(result, '8');
	assert_true(result->elapsed_us < 5 * SPAN_SECOND);
	end(&story);
}

/* Over UDP and over TCP a refused port is told as such. */
static void
tells_that_nobody_listens(void **state)
{
	struct story story;
	const struct dns_result *result;

	(void)state;
	for (int tcp = 0; tcp <= 1; tcp++) {
		begin(&story, 0, (struct fake_faults){ 0 });
		story.settings.lookup.servers[0] = bench_closed_port();
		story.settings.lookup.server_count = 1;
		story.settings.lookup.use_tcp = tcp != 0;
		open_resolver(&story);
		result = ask_one(&story, "a9.example");
		assert_int_equal(result->outcome, DNS_UNREACHABLE);
		assert_non_null(strstr(result->error, "the connection was refused"));
		end(&story);
	}
}

/* Where the dialler wants silence nothing is sent, and patience runs out; UDP and TCP. */
static void
waits_for_the_silent(void **state)
{
	struct story story;
	struct endpoint silent = bench_endpoint("192.0.2.53@53");
	const struct dns_result *result;

	(void)state;
	for (int tcp = 0; tcp <= 1; tcp++) {
		begin(&story, 0, (struct fake_faults){ 0 });
		dialler_map_silent(story.bench.dialler, &silent);
		story.settings.lookup.servers[0] = silent;
		story.settings.lookup.server_count = 1;
		story.settings.lookup.use_tcp = tcp != 0;
		story.settings.lookup.timeout_us = 100 * SPAN_MS;
		open_resolver(&story);
		result = ask_one(&story, "a1.example");
		assert_int_equal(result->outcome, DNS_TIMEOUT);
		assert_true(result->elapsed_us >= 100 * SPAN_MS);
		end(&story);
	}
}

/* In the closed world of the laboratory a strange server has no route to it. */
static void
stays_in_a_closed_world(void **state)
{
	struct story story;
	const struct dns_result *result;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 1 });
	dialler_close_world(story.bench.dialler);
	open_resolver(&story);
	result = ask_one(&story, "a1.example");
	assert_int_equal(result->outcome, DNS_UNREACHABLE);
	assert_non_null(strstr(result->error, "no route to host"));
	assert_int_equal(story.servers[0].udp_queries, 0);
	end(&story);
}

/* A mapped server is asked in its place and told by its own address. */
static void
speaks_of_the_mapped_server(void **state)
{
	struct story story;
	struct endpoint wanted = bench_endpoint("2001:db8::53@53");
	const struct dns_result *result;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 1 });
	dialler_map(story.bench.dialler, &wanted, &story.servers[0].endpoint);
	story.settings.lookup.servers[0] = wanted;
	open_resolver(&story);
	result = ask_one(&story, "a2.example");
	assert_address(result, '2');
	assert_int_equal(result->server.port, 53);
	assert_true(ip_equal(&result->server.ip, &wanted.ip));
	end(&story);
}

/* SERVFAIL is told when no server does better, and not kept. */
static void
tells_a_failing_server(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .rcode = 2 });
	open_resolver(&story);
	assert_int_equal(ask_one(&story, "a1.example")->outcome, DNS_SERVFAIL);
	story.servers[0].faults.rcode = 0;
	ask(&story, 1, 2, "a1.example", RESOLVER_CACHED);
	settle(&story);
	assert_address(story.answers[1].result, '1');
	end(&story);
}

/* --- many who ask ------------------------------------------------------------------------- */

/* Equal questions share one query, whatever their case, and fresh ones join it. */
static void
shares_equal_questions(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 0 });
	open_resolver(&story);
	ask(&story, 1, 10, "a1.example", RESOLVER_CACHED);
	ask(&story, 2, 20, "A1.EXAMPLE", RESOLVER_CACHED);
	ask(&story, 2, 21, "a1.Example", RESOLVER_FRESH);
	ask(&story, 3, 30, "a2.example", RESOLVER_CACHED);
	assert_int_equal(resolver_pending(story.resolver), 4);
	settle(&story);
	assert_int_equal(story.count, 4);
	assert_int_equal(story.servers[0].udp_queries, 2);
	for (size_t i = 0; i < story.count; i++)
		assert_address(story.answers[i].result, story.answers[i].tag == 30 ? '2' : '1');
	end(&story);
}

/* While the TTL lasts the cache answers, from the loop; fresh questions go past it. */
static void
keeps_answers(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300 });
	open_resolver(&story);
	ask_one(&story, "a1.example");
	ask(&story, 1, 2, "A1.example", RESOLVER_CACHED);
	assert_int_equal(resolver_pending(story.resolver), 1);
	assert_int_equal(story.count, 1);
	settle(&story);
	assert_int_equal(story.count, 2);
	assert_true(story.answers[1].result->from_cache);
	assert_address(story.answers[1].result, '1');
	assert_int_equal(story.servers[0].udp_queries, 1);
	ask_one(&story, "a1.example");
	assert_false(story.answers[2].result->from_cache);
	assert_int_equal(story.servers[0].udp_queries, 2);
	end(&story);
}

/* TTL 0 is not kept (RFC 1035 3.2.1). */
static void
keeps_nothing_without_ttl(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 0 });
	open_resolver(&story);
	ask_one(&story, "a1.example");
	ask(&story, 1, 2, "a1.example", RESOLVER_CACHED);
	settle(&story);
	assert_int_equal(story.servers[0].udp_queries, 2);
	end(&story);
}

/* Who is dropped hears nothing more; who shares the question still does. */
static void
drops_an_owner(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300 });
	open_resolver(&story);
	ask(&story, 1, 1, "a1.example", RESOLVER_CACHED);
	ask(&story, 1, 2, "a2.example", RESOLVER_CACHED);
	ask(&story, 2, 3, "a1.example", RESOLVER_CACHED);
	resolver_drop(story.resolver, 1);
	resolver_drop(story.resolver, 99);
	assert_int_equal(resolver_pending(story.resolver), 1);
	settle(&story);
	assert_int_equal(story.count, 1);
	assert_int_equal(story.answers[0].tag, 3);
	end(&story);
}

/* A result that is ready but not handed out is dropped as well. */
static void
drops_what_is_ready(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300 });
	open_resolver(&story);
	ask_one(&story, "a1.example");
	ask(&story, 5, 2, "a1.example", RESOLVER_CACHED);
	resolver_drop(story.resolver, 5);
	assert_int_equal(resolver_pending(story.resolver), 0);
	bench_run_ready(&story.bench);
	assert_int_equal(story.count, 1);
	end(&story);
}

/* In the callback of the first answer: drops all others, and asks something new. */
static void
drop_and_ask(struct story *story, const struct answer *answer)
{
	struct dns_question question = { .type = DNS_TYPE_A };

	if (answer->owner != 1)
		return;
	resolver_drop(story->resolver, 1);
	assert_int_equal(dns_name_parse(&question.name, "a9.example"), DNS_NAME_OK);
	resolver_ask(story->resolver, 2, 9, &question, RESOLVER_CACHED);
}

/* The callback may drop its own owner and ask. */
static void
may_be_used_from_the_callback(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300 });
	story.then = drop_and_ask;
	open_resolver(&story);
	for (uint32_t tag = 0; tag < 5; tag++)
		ask(&story, 1, tag, "a1.example", RESOLVER_CACHED);
	settle(&story);
	assert_int_equal(story.count, 2);
	assert_int_equal(story.answers[1].owner, 2);
	assert_address(story.answers[1].result, '9');
	end(&story);
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
ask_many(struct story *story, resolver_owner owner, size_t count)
{
	char name[32];

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof name, "a%zu.example", i);
		ask(story, owner, (uint32_t)i, name, RESOLVER_CACHED);
	}
}

/* Two thousand questions go through a window of fifty; no socket is left behind. */
static void
keeps_to_its_window(void **state)
{
	struct story story;
	size_t before;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300, .hold = true });
	story.settings.window = 50;
	story.settings.lookup.retry_us = 10 * SPAN_SECOND;
	open_resolver(&story);
	before = open_descriptors();
	ask_many(&story, 1, 2000);
	settle(&story);
	assert_int_equal(story.count, 2000);
	assert_int_equal(story.servers[0].udp_queries, 2000);
	assert_true(story.servers[0].most_held <= 50);
	assert_true(story.servers[0].most_held >= 25);
	assert_int_equal(open_descriptors(), before);
	for (size_t i = 0; i < story.count; i++)
		assert_int_equal(story.answers[i].result->outcome, DNS_ANSWER);
	end(&story);
}

/* A single question does not wait behind somebody's long list. */
static void
takes_turns(void **state)
{
	struct story story;
	const char *order, *single;
	size_t before = 0;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300, .hold = true });
	story.settings.window = 10;
	story.settings.lookup.retry_us = 10 * SPAN_SECOND;
	open_resolver(&story);
	ask_many(&story, 1, 500);
	ask(&story, 2, 1, "b1.example", RESOLVER_CACHED);
	settle(&story);
	assert_int_equal(story.count, 501);
	order = fake_dns_order(&story.servers[0]);
	single = strstr(order, "b1 ");
	if (!single)
		single = strstr(order, "B1 ");
	assert_non_null(single);
	for (const char *p = order; p < single; p++)
		before += *p == ' ';
	assert_true(before <= 11);
	end(&story);
}

/* Dropping a list that waits for the window leaves nothing to be sent but what is in flight. */
static void
drops_a_waiting_list(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300, .hold = true });
	story.settings.window = 10;
	open_resolver(&story);
	ask_many(&story, 1, 500);
	resolver_drop(story.resolver, 1);
	ask(&story, 2, 1, "b1.example", RESOLVER_CACHED);
	settle(&story);
	assert_int_equal(story.count, 1);
	assert_true(story.servers[0].udp_queries <= 11);
	end(&story);
}

/* With too few descriptors the window is as wide as they last, and nobody is failed for it. */
static void
lives_with_few_descriptors(void **state)
{
	struct story story;
	struct rlimit limit, scarce;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .ttl = 300 });
	open_resolver(&story);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	scarce = limit;
	scarce.rlim_cur = open_descriptors() + 20;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &scarce), 0);
	ask_many(&story, 1, 300);
	settle(&story);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(story.count, 300);
	for (size_t i = 0; i < story.count; i++)
		assert_int_equal(story.answers[i].result->outcome, DNS_ANSWER);
	end(&story);
}

/* New servers are asked what was not sent yet; the old ones' answers are not kept or shared. */
static void
changes_servers(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 2, (struct fake_faults){ .ttl = 300 });
	story.settings.lookup.server_count = 1;
	open_resolver(&story);
	ask_one(&story, "a1.example");
	ask(&story, 1, 2, "a2.example", RESOLVER_CACHED);
	ask(&story, 1, 2, "a3.example", RESOLVER_CACHED);
	resolver_set_servers(story.resolver, &story.servers[1].endpoint, 1);
	ask(&story, 1, 3, "a2.example", RESOLVER_CACHED);
	settle(&story);
	assert_int_equal(story.servers[0].udp_queries, 3);
	assert_int_equal(story.servers[1].udp_queries, 1);
	for (int i = 1; i <= 2; i++) {
		ask(&story, 1, 4, "a1.example", RESOLVER_CACHED);
		ask(&story, 1, 4, "a2.example", RESOLVER_CACHED);
		ask(&story, 1, 4, "a3.example", RESOLVER_CACHED);
		settle(&story);
	}
	assert_int_equal(story.count, 10);
	assert_int_equal(story.servers[0].udp_queries, 3);
	assert_int_equal(story.servers[1].udp_queries, 3);
	for (size_t i = 0; i < story.count; i++)
		assert_int_equal(story.answers[i].result->server.port,
		    story.servers[story.answers[i].tag > 2].endpoint.port);
	end(&story);
}

/* True when the server has seen a query over TCP. */
static bool
is_on_tcp(const void *context)
{
	const struct story *story = context;

	return story->servers[0].tcp_queries > 0;
}

/* Ending with questions queued, in flight over UDP and TCP, and ready leaves nothing behind. */
static void
ends_in_the_middle(void **state)
{
	struct story story;

	(void)state;
	begin(&story, 1, (struct fake_faults){ .truncate = true, .tcp = FAKE_TCP_DRIPS });
	story.settings.window = 20;
	open_resolver(&story);
	ask_many(&story, 1, 100);
	bench_run_until(&story.bench, is_on_tcp, &story);
	assert_true(resolver_pending(story.resolver) > 0);
	end(&story);
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
		cmocka_unit_test(waits_for_the_silent),
		cmocka_unit_test(stays_in_a_closed_world),
		cmocka_unit_test(speaks_of_the_mapped_server),
		cmocka_unit_test(tells_a_failing_server),
		cmocka_unit_test(shares_equal_questions),
		cmocka_unit_test(keeps_answers),
		cmocka_unit_test(keeps_nothing_without_ttl),
		cmocka_unit_test(drops_an_owner),
		cmocka_unit_test(drops_what_is_ready),
		cmocka_unit_test(may_be_used_from_the_callback),
		cmocka_unit_test(keeps_to_its_window),
		cmocka_unit_test(takes_turns),
		cmocka_unit_test(drops_a_waiting_list),
		cmocka_unit_test(lives_with_few_descriptors),
		cmocka_unit_test(changes_servers),
		cmocka_unit_test(ends_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

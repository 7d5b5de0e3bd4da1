/*
 * The resolver with trust anchors, on real sockets: what it hands out is validated, against a
 * private tree of signed zones behind one recursive name server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include <event2/event.h>

#include "util/span.h"
#include "dns/message.h"
#include "net/resolver.h"
#include "lab/bench.h"
#include "dnssec/tree.h"

enum {
	RESULTS_MAX = 64,
	DAY = 86400,
};

/* Children before their parents. */
static const struct tree signed_tree = {
	.zones = {
		{ .apex = "secure.test",
		    .text = "@ MX 10 mail\nmail A 192.0.2.25\n*.wild A 192.0.2.4\n"
			    "alias CNAME mail.plain.test.\n" },
		{ .apex = "plain.test", .text = "mail A 192.0.2.7\n",
		    .how = { .unsigned_zone = true } },
		{ .apex = "altered.test", .text = "mail A 192.0.2.9\n", .altered = true },
		{ .apex = "test", .text = "" },
		{ .apex = ".", .text = "" },
	},
	.count = 5,
};

/* The tree behind a name server, and a resolver that asks it. */
struct stage {
	struct bench bench;
	struct tree tree;
	evutil_socket_t fd;
	struct event *readable;
	struct endpoint endpoint;
	unsigned queries, unchecked; /* seen; with CD and DO */
	struct resolver *resolver;
	const struct dns_result *results[RESULTS_MAX];
	size_t count;
};

/* Sorts the evidence of an answer into the sections of a reply. */
static void
write_sections(struct dns_message *reply, const struct dns_records *evidence, bool dnssec)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct dns_record *record = &evidence->items[i];
		bool proof = record->type == DNS_TYPE_RRSIG || record->type == DNS_TYPE_NSEC;
		bool denial = record->type == DNS_TYPE_NSEC || record->type == DNS_TYPE_SOA ||
		    (record->type == DNS_TYPE_RRSIG && record->rdata[1] == DNS_TYPE_NSEC);

		if (!proof || dnssec)
			dns_records_copy(denial ? &reply->authority : &reply->answer, record);
	}
}

/* Answers one query from the tree. */
static void
answer(struct stage *stage, const struct dns_message *query, struct buf *wire)
{
	struct dns_records evidence = { 0 };
	struct dns_question question = query->question;
	struct dns_result *result;
	struct dns_message reply = {
		.id = query->id,
		.response = true,
		.recursion_desired = true,
		.recursion_available = true,
		.has_question = true,
		.question = query->question,
		.has_edns = query->has_edns,
	};

	dns_name_lower(&question.name);
	result = tree_ask(&stage->tree, &question, &evidence);
	reply.rcode = result->outcome == DNS_NXDOMAIN ? 3 : 0;
	write_sections(&reply, &evidence, query->dnssec_ok);
	dns_message_write(&reply, DNS_MESSAGE_MAX, wire);
	dns_message_clear(&reply);
	dns_records_clear(&evidence);
	dns_result_release(result);
}

/* libevent: a query came. */
static void
on_query(evutil_socket_t fd, short what, void *context)
{
	struct stage *stage = context;
	struct sockaddr_in from;
	socklen_t length = sizeof from;
	struct dns_message query;
	struct buf wire = BUF_INIT;
	uint8_t octets[2048];
	ssize_t n = recvfrom(fd, octets, sizeof octets, 0, (struct sockaddr *)&from, &length);

	(void)what;
	if (n < 0 || dns_message_parse(&query, octets, (size_t)n))
		return;
	stage->queries++;
	stage->unchecked += query.checking_disabled && query.dnssec_ok;
	answer(stage, &query, &wire);
	assert_int_equal(
	    sendto(fd, wire.data, wire.length, 0, (struct sockaddr *)&from, length),
	    wire.length);
	buf_clear(&wire);
	dns_message_clear(&query);
}

/* Opens the name server's socket. */
static void
open_server(struct stage *stage)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;

	stage->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(stage->fd >= 0);
	assert_int_equal(bind(stage->fd, (struct sockaddr *)&address, sizeof address), 0);
	getsockname(stage->fd, (struct sockaddr *)&address, &length);
	stage->endpoint = bench_endpoint("127.0.0.1@53");
	stage->endpoint.port = ntohs(address.sin_port);
	stage->readable =
	    event_new(stage->bench.base, stage->fd, EV_READ | EV_PERSIST, on_query, stage);
	event_add(stage->readable, NULL);
}

/* The callback: keeps what it gets. */
static void
on_result(void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result)
{
	struct stage *stage = context;

	(void)owner;
	(void)tag;
	assert_true(stage->count < RESULTS_MAX);
	assert_int_equal(result->evidence.count, 0);
	stage->results[stage->count++] = dns_result_hold(result);
}

/* Begins: the zones are valid now, and the resolver trusts the root of the tree, or nothing. */
static void
begin(struct stage *stage, bool trusting)
{
	struct resolver_settings settings = { .lookup = { .server_count = 1,
						  .timeout_us = 20 * SPAN_SECOND,
						  .attempts = 3,
						  .edns = true,
						  .mix_case = true } };

	*stage = (struct stage){ .tree = signed_tree };
	for (size_t i = 0; i < stage->tree.count; i++) {
		stage->tree.zones[i].how.inception = time(NULL) - DAY;
		stage->tree.zones[i].how.expiration = time(NULL) + DAY;
	}
	tree_sign(&stage->tree);
	bench_open(&stage->bench);
	open_server(stage);
	settings.lookup.servers[0] = stage->endpoint;
	if (trusting)
		settings.anchors = &stage->tree.zones[stage->tree.count - 1].zone.ds;
	stage->resolver =
	    resolver_new(stage->bench.base, stage->bench.dialler, &settings, on_result, stage);
}

static void
end(struct stage *stage)
{
	for (size_t i = 0; i < stage->count; i++)
		dns_result_release(stage->results[i]);
	resolver_free(stage->resolver);
	event_free(stage->readable);
	close(stage->fd);
	tree_clear(&stage->tree);
	bench_close(&stage->bench);
}

/* True when nobody waits any more. */
static bool
is_idle(const void *context)
{
	const struct stage *stage = context;

	return resolver_pending(stage->resolver) == 0;
}

/* Asks without waiting. */
static void
ask(struct stage *stage, const char *name, uint16_t type)
{
	struct dns_question question = { .name = named(name), .type = type };

	resolver_ask(stage->resolver, 1, 1, &question, RESOLVER_CACHED);
}

/* Asks, waits, and returns the result. */
static const struct dns_result *
ask_one(struct stage *stage, const char *name, uint16_t type)
{
	ask(stage, name, type);
	bench_run_until(&stage->bench, is_idle, stage);
	return stage->results[stage->count - 1];
}

static void
results_are_validated(void **state)
{
	static const struct {
		const char *name;
		uint16_t type;
		enum dns_outcome outcome;
		enum dns_security dnssec;
	} told[] = {
		{ "secure.test", DNS_TYPE_MX, DNS_ANSWER, DNS_SECURE },
		{ "mail.secure.test", DNS_TYPE_A, DNS_ANSWER, DNS_SECURE },
		{ "x.wild.secure.test", DNS_TYPE_A, DNS_ANSWER, DNS_SECURE },
		{ "mail.secure.test", DNS_TYPE_AAAA, DNS_NODATA, DNS_SECURE },
		{ "no.secure.test", DNS_TYPE_MX, DNS_NXDOMAIN, DNS_SECURE },
		{ "mail.plain.test", DNS_TYPE_A, DNS_ANSWER, DNS_INSECURE },
		{ "alias.secure.test", DNS_TYPE_A, DNS_ANSWER, DNS_INSECURE },
		{ "mail.altered.test", DNS_TYPE_A, DNS_BOGUS, DNS_SECURITY_BOGUS },
	};
	struct stage stage;

	(void)state;
	begin(&stage, true);
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		const struct dns_result *result = ask_one(&stage, told[i].name, told[i].type);

		if (result->outcome != told[i].outcome || result->dnssec != told[i].dnssec)
			fail_msg("%s: %s, %s", told[i].name, dns_outcome_name(result->outcome),
			    dns_security_name(result->dnssec));
		assert_int_equal(result->answer.count > 0, told[i].outcome == DNS_ANSWER);
	}
	assert_non_null(
	    strstr(stage.results[stage.count - 1]->error, "does not match the data"));
	assert_int_equal(stage.unchecked, stage.queries);
	end(&stage);
}

/* The verdict is kept with the answer; a bogus one is not kept. */
static void
verdicts_are_cached(void **state)
{
	const struct dns_result *result;
	struct stage stage;
	unsigned queries;

	(void)state;
	begin(&stage, true);
	ask_one(&stage, "secure.test", DNS_TYPE_MX);
	assert_int_equal(stage.queries, 6);
	result = ask_one(&stage, "secure.test", DNS_TYPE_MX);
	assert_int_equal(stage.queries, 6);
	assert_true(result->from_cache);
	assert_int_equal(result->dnssec, DNS_SECURE);
	ask_one(&stage, "mail.altered.test", DNS_TYPE_A);
	queries = stage.queries;
	result = ask_one(&stage, "mail.altered.test", DNS_TYPE_A);
	assert_int_equal(stage.queries, queries + 1);
	assert_int_equal(result->outcome, DNS_BOGUS);
	end(&stage);
}

/* Many results wait for the same keys: these are asked for once. */
static void
validations_share_their_questions(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, true);
	for (char c = 'a'; c <= 'z'; c++) {
		char name[] = "x.wild.secure.test";

		name[0] = c;
		ask(&stage, name, DNS_TYPE_A);
	}
	bench_run_until(&stage.bench, is_idle, &stage);
	assert_int_equal(stage.count, 26);
	for (size_t i = 0; i < stage.count; i++)
		assert_int_equal(stage.results[i]->dnssec, DNS_SECURE);
	assert_int_equal(stage.queries, 26 + 5);
	end(&stage);
}

/* A resolver that strips signatures makes nothing bogus. */
static void
stripped_answers_are_indeterminate(void **state)
{
	const struct dns_result *result;
	struct stage stage;

	(void)state;
	begin(&stage, true);
	stage.tree.strips = true;
	result = ask_one(&stage, "secure.test", DNS_TYPE_MX);
	assert_int_equal(result->outcome, DNS_ANSWER);
	assert_int_equal(result->dnssec, DNS_INDETERMINATE);
	assert_int_equal(result->answer.count, 1);
	end(&stage);
}

/* Without trust anchors nothing is asked for, and nothing is claimed. */
static void
without_anchors_nothing_is_checked(void **state)
{
	const struct dns_result *result;
	struct stage stage;

	(void)state;
	begin(&stage, false);
	result = ask_one(&stage, "mail.altered.test", DNS_TYPE_A);
	assert_int_equal(result->outcome, DNS_ANSWER);
	assert_int_equal(result->dnssec, DNS_UNCHECKED);
	assert_int_equal(stage.queries, 1);
	assert_int_equal(stage.unchecked, 0);
	end(&stage);
}

/* Who asks early sees the answer while it is judged, then the verdict; others only that. */
static void
answers_can_be_had_before_they_are_judged(void **state)
{
	struct dns_question secure = { .name = named("secure.test"), .type = DNS_TYPE_MX };
	struct dns_question altered = { .name = named("mail.altered.test"),
		.type = DNS_TYPE_A };
	struct stage stage;

	(void)state;
	begin(&stage, true);
	ask(&stage, "secure.test", DNS_TYPE_MX);
	resolver_ask_early(stage.resolver, 2, 1, &secure, RESOLVER_CACHED);
	bench_run_until(&stage.bench, is_idle, &stage);
	assert_int_equal(stage.count, 3);
	assert_true(stage.results[0]->provisional);
	assert_int_equal(stage.results[0]->dnssec, DNS_UNCHECKED);
	assert_int_equal(stage.results[0]->answer.count, 1);
	for (size_t i = 1; i < 3; i++) {
		assert_false(stage.results[i]->provisional);
		assert_int_equal(stage.results[i]->dnssec, DNS_SECURE);
	}
	resolver_ask_early(stage.resolver, 2, 1, &altered, RESOLVER_CACHED);
	bench_run_until(&stage.bench, is_idle, &stage);
	assert_int_equal(stage.count, 5);
	assert_int_equal(stage.results[3]->outcome, DNS_ANSWER);
	assert_true(stage.results[3]->provisional);
	assert_int_equal(stage.results[4]->outcome, DNS_BOGUS);
	resolver_ask_early(stage.resolver, 2, 1, &secure, RESOLVER_CACHED);
	bench_run_until(&stage.bench, is_idle, &stage);
	assert_int_equal(stage.count, 6);
	assert_false(stage.results[5]->provisional);
	resolver_ask_early(stage.resolver, 2, 1, &secure, RESOLVER_FRESH);
	bench_run_until(&stage.bench, is_idle, &stage);
	assert_int_equal(stage.count, 8);
	assert_true(stage.results[6]->provisional);
	assert_false(stage.results[7]->provisional);
	assert_int_equal(stage.results[7]->dnssec, DNS_SECURE);
	end(&stage);
}

/* True when a number of queries has been seen. */
static bool
has_asked_on(const void *context)
{
	const struct stage *stage = context;

	return stage->queries >= 3;
}

/* Who drops a question hears nothing of it, also while it is being validated. */
static void
validations_can_be_dropped(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, true);
	ask(&stage, "secure.test", DNS_TYPE_MX);
	bench_run_until(&stage.bench, has_asked_on, &stage);
	resolver_drop(stage.resolver, 1);
	assert_int_equal(resolver_pending(stage.resolver), 0);
	bench_run_ready(&stage.bench);
	assert_int_equal(stage.count, 0);
	assert_int_equal(ask_one(&stage, "secure.test", DNS_TYPE_MX)->dnssec, DNS_SECURE);
	end(&stage);
}

/* New servers while a result is being validated: it is validated by what they say. */
static void
new_servers_are_asked_anew(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, true);
	ask(&stage, "secure.test", DNS_TYPE_MX);
	bench_run_until(&stage.bench, has_asked_on, &stage);
	resolver_set_servers(stage.resolver, &stage.endpoint, 1);
	bench_run_until(&stage.bench, is_idle, &stage);
	assert_int_equal(stage.count, 1);
	assert_int_equal(stage.results[0]->dnssec, DNS_SECURE);
	end(&stage);
}

/* Anchors can be changed, and taken away: what is asked from then on goes by the new ones. */
static void
anchors_can_be_changed(void **state)
{
	const struct dns_result *result;
	struct stage stage;

	(void)state;
	begin(&stage, false);
	resolver_set_anchors(stage.resolver, &stage.tree.zones[0].zone.ds);
	assert_int_equal(ask_one(&stage, "secure.test", DNS_TYPE_MX)->dnssec, DNS_SECURE);
	result = ask_one(&stage, "mail.altered.test", DNS_TYPE_A);
	assert_int_equal(result->dnssec, DNS_INDETERMINATE);
	resolver_set_anchors(stage.resolver, &stage.tree.zones[4].zone.ds);
	resolver_set_servers(stage.resolver, &stage.endpoint, 1);
	result = ask_one(&stage, "mail.altered.test", DNS_TYPE_A);
	assert_int_equal(result->outcome, DNS_BOGUS);
	ask(&stage, "secure.test", DNS_TYPE_MX);
	resolver_set_anchors(stage.resolver, NULL);
	bench_run_until(&stage.bench, is_idle, &stage);
	assert_int_equal(stage.results[stage.count - 1]->dnssec, DNS_UNCHECKED);
	end(&stage);
}

/* The resolver goes away in the middle of a validation. */
static void
the_end_comes_early(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, true);
	ask(&stage, "secure.test", DNS_TYPE_MX);
	bench_run_until(&stage.bench, has_asked_on, &stage);
	end(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_validated),
		cmocka_unit_test(verdicts_are_cached),
		cmocka_unit_test(validations_share_their_questions),
		cmocka_unit_test(stripped_answers_are_indeterminate),
		cmocka_unit_test(without_anchors_nothing_is_checked),
		cmocka_unit_test(answers_can_be_had_before_they_are_judged),
		cmocka_unit_test(validations_can_be_dropped),
		cmocka_unit_test(new_servers_are_asked_anew),
		cmocka_unit_test(anchors_can_be_changed),
		cmocka_unit_test(the_end_comes_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Questions to the resolver: see the header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/mem.h"
#include "util/span.h"
#include "lab/questions.h"

/* The callback: keeps what it gets. */
static void
on_result(void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result)
{
	struct questions *q = context;
	struct answer *answer = &q->answers[q->count++];

	assert_false(q->inside);
	assert_true(q->count < QUESTIONS_MAX);
	*answer = (struct answer){ owner, tag, dns_result_hold(result) };
	if (q->then)
		q->then(q, answer);
}

void
questions_begin(struct questions *q, size_t servers, struct fake_faults faults)
{
	*q = (struct questions){ .server_count = servers };
	q->answers = mem_calloc(QUESTIONS_MAX, sizeof *q->answers);
	bench_open(&q->bench);
	for (size_t i = 0; i < servers; i++) {
		fake_dns_start(&q->servers[i], &q->bench, faults);
		q->settings.lookup.servers[i] = q->servers[i].endpoint;
	}
	q->settings.lookup.server_count = servers;
	q->settings.lookup.timeout_us = 20 * SPAN_SECOND;
	q->settings.lookup.retry_us = QUESTIONS_RETRY_MS * SPAN_MS;
	q->settings.lookup.attempts = 4;
	q->settings.lookup.edns = true;
	q->settings.lookup.mix_case = true;
}

void
questions_open(struct questions *q)
{
	q->resolver = resolver_new(q->bench.base, q->bench.dialler, &q->settings, on_result, q);
}

/* Forgets the answers so far. */
static void
forget(struct questions *q)
{
	for (size_t i = 0; i < q->count; i++)
		dns_result_release(q->answers[i].result);
	q->count = 0;
}

void
questions_end(struct questions *q)
{
	resolver_free(q->resolver);
	for (size_t i = 0; i < q->server_count; i++)
		fake_dns_stop(&q->servers[i]);
	forget(q);
	free(q->answers);
	bench_close(&q->bench);
}

void
questions_ask(struct questions *q, resolver_owner owner, uint32_t tag, const char *name,
    enum resolver_freshness freshness)
{
	questions_ask_type(q, owner, tag, name, DNS_TYPE_A, freshness);
}

void
questions_ask_type(struct questions *q, resolver_owner owner, uint32_t tag, const char *name,
    uint16_t type, enum resolver_freshness freshness)
{
	struct dns_question question = { .type = type };

	assert_int_equal(dns_name_parse(&question.name, name), DNS_NAME_OK);
	q->inside = true;
	resolver_ask(q->resolver, owner, tag, &question, freshness);
	q->inside = false;
}

void
questions_ask_explained(
    struct questions *q, resolver_owner owner, uint32_t tag, const char *name)
{
	struct dns_question question = { .type = DNS_TYPE_A };

	assert_int_equal(dns_name_parse(&question.name, name), DNS_NAME_OK);
	q->inside = true;
	resolver_ask_explained(q->resolver, owner, tag, &question);
	q->inside = false;
}

/* True when nobody waits any more. */
static bool
is_idle(const void *context)
{
	const struct questions *q = context;

	return resolver_pending(q->resolver) == 0;
}

void
questions_settle(struct questions *q)
{
	bench_run_until(&q->bench, is_idle, q);
}

const struct dns_result *
questions_ask_one(struct questions *q, const char *name)
{
	questions_ask(q, 1, 1, name, RESOLVER_FRESH);
	questions_settle(q);
	return q->answers[q->count - 1].result;
}

void
questions_assert_address(const struct dns_result *result, uint8_t octet)
{
	struct ip_addr ip;

	assert_int_equal(result->outcome, DNS_ANSWER);
	assert_int_equal(result->answer.count, 1);
	assert_true(dns_record_address(&result->answer.items[0], &ip));
	assert_int_equal(ip.bytes[3], octet);
}

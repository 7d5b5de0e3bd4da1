/*
 * Whole lookups fed by one byte string, one after the other, with what they tell each other of
 * the servers and a cache behind them: settings first, then what happens, event by event.
 *
 *	octet 0		bit 0 TCP only, 1 EDNS, 2 mixed case, 3-4 servers less 1, 5-7 attempts
 *	octet 1		type of the question
 *	then events:	octet: bits 0-1 kind, 2-3 server, 4 TCP, 5 fit, 6-7 time that passes;
 *			for a packet two octets of length and the packet. `fit` gives it the
 *			id and question of the last query, so that it is heard. The kind 3 ends
 *			the lookup; the next octet is the type of a further question.
 *
 * Each machine must come to an end, send within its bounds, and give a result that holds
 * together; the cache must give back what settled the question, and nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "util/rng.h"
#include "util/span.h"
#include "util/wire.h"
#include "dns/cache.h"
#include "dns/lookup.h"
#include "dns/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	EVENT_PACKET,
	EVENT_FAILURE,
	EVENT_TIME,
	EVENT_NEXT,
	CACHE_BYTES = 8192, /* few answers: the least recently used go */
	QUESTIONS_MAX = 16,
	SENDS_MAX =
	    8 * 5 * (DNS_ALIAS_MAX + 1) * 8, /* turns, questions, and what is sent anew */
};

/* The byte string that is left. */
struct input {
	const uint8_t *data;
	size_t size;
};

/* A lookup under way, with the last query to any server, and what outlives it. */
struct run {
	struct dns_lookup *lookup;
	struct dns_standings *standings;
	struct dns_cache *cache;
	struct rng rng;
	int64_t now_us;
	unsigned sends;
	uint8_t query[DNS_QUERY_MAX];
	size_t query_length;
	bool done;
	bool next; /* the byte string wants another question */
};

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Takes one octet, 0 at the end. */
static uint8_t
take_octet(struct input *in)
{
	if (in->size == 0)
		return 0;
	in->size--;
	return *in->data++;
}

/* Fills n octets from a generator of our own. */
static void
fill_random(void *context, void *bytes, size_t n)
{
	uint8_t *octets = bytes;

	for (size_t i = 0; i < n; i++)
		octets[i] = (uint8_t)rng_below(context, 256);
}

/* Does what the machine wants until it wants to wait or is done. */
static void
serve(struct run *run)
{
	for (;;) {
		struct dns_want want = dns_lookup_next(run->lookup, run->now_us);

		if (want.kind == DNS_WANT_SEND) {
			require(++run->sends <= SENDS_MAX);
			require(!dns_message_check(want.query, want.query_length));
			memcpy(run->query, want.query, want.query_length);
			run->query_length = want.query_length;
			continue;
		}
		run->done = want.kind == DNS_WANT_DONE;
		require(run->done || want.deadline_us > run->now_us);
		return;
	}
}

/* Hands a packet to the machine, with id and question of the last query when it is to fit. */
static void
deliver(struct run *run, struct input *in, size_t server, bool tcp, bool fit)
{
	size_t length = (size_t)take_octet(in) << 8, question = 0, n;
	uint8_t *packet;

	length |= take_octet(in);
	if (length > in->size)
		length = in->size;
	if (fit)
		question = dns_walk_name(run->query, run->query_length, 12, NULL) + 4 - 12;
	n = length + (length >= 12 ? question : 0);
	packet = malloc(n + 1);
	require(packet != NULL);
	memcpy(packet, in->data, length);
	if (fit && length >= 12) {
		memmove(packet + 12 + question, packet + 12, length - 12);
		memcpy(packet + 12, run->query + 12, question);
		memcpy(packet, run->query, 2);
		packet[2] = (packet[2] & 0x07) | 0x80;
		wire_put16(packet + 4, 1);
	}
	in->data += length;
	in->size -= length;
	dns_lookup_received(run->lookup, server, tcp, packet, n, run->now_us);
	free(packet);
}

/* Lets one event happen. */
static void
happen(struct run *run, struct input *in)
{
	static const int64_t passes[] = { 0, SPAN_MS, 400 * SPAN_MS, 3 * SPAN_SECOND };
	uint8_t event = take_octet(in);
	size_t server = event >> 2 & 3;
	bool tcp = event & 0x10;

	run->now_us += passes[event >> 6];
	switch (event & 3) {
	case EVENT_PACKET:
		deliver(run, in, server, tcp, event & 0x20);
		break;
	case EVENT_FAILURE:
		dns_lookup_failed(run->lookup, server, tcp, "it failed", run->now_us);
		break;
	case EVENT_TIME:
		break;
	case EVENT_NEXT:
		run->next = true;
		break;
	}
}

/* Checks what came out. */
static void
check_result(const struct run *run, const struct dns_result *r)
{
	require(r->tries == run->sends);
	require(r->alias_count <= DNS_ALIAS_MAX);
	require((r->outcome == DNS_ANSWER) == (r->answer.count > 0));
	require(dns_result_is_final(r) == (r->error == NULL));
	require(dns_result_is_final(r) || r->ttl == 0);
	require(r->ttl <= 86400 && r->elapsed_us >= 0);
	for (size_t i = 0; i < r->answer.count; i++)
		require(dns_name_equal(&r->answer.items[i].owner, dns_result_owner(r)) &&
		    (r->answer.items[i].type == r->question.type ||
			r->question.type == DNS_TYPE_ANY));
}

/* Keeps the result, and holds what the cache gives back against it. */
static void
keep(struct run *run, const struct dns_result *result)
{
	const struct dns_result *kept;

	dns_cache_store(run->cache, result, run->now_us);
	kept = dns_cache_find(run->cache, &result->question, run->now_us);
	if (!kept)
		return;
	require(kept->from_cache && dns_result_is_final(kept));
	require(dns_name_equal(&kept->question.name, &result->question.name) &&
	    kept->question.type == result->question.type);
	require(dns_result_ttl_left(kept, run->now_us) > 0);
	if (dns_result_is_final(result) && dns_result_ttl_left(result, run->now_us) > 0)
		require(kept->outcome == result->outcome && kept->ttl == result->ttl &&
		    kept->answer.count == result->answer.count);
	dns_result_release(kept);
}

/* Asks one question and lets happen what the byte string says, to the end. */
static void
run_lookup(struct run *run, const struct dns_lookup_settings *settings, struct input *in)
{
	struct dns_question question = { .type = take_octet(in) };
	struct dns_result *result;

	dns_name_parse(&question.name, "a.Example");
	run->next = run->done = false;
	run->sends = 0;
	if (run->lookup)
		dns_lookup_renew(run->lookup, &question, run->now_us);
	else
		run->lookup = dns_lookup_new(&question, settings, run->now_us);
	serve(run);
	while (!run->done && !run->next && in->size > 0) {
		happen(run, in);
		serve(run);
	}
	while (!run->done) {
		run->now_us += 100 * SPAN_MS;
		serve(run);
	}
	result = dns_lookup_take(run->lookup);
	check_result(run, result);
	keep(run, result);
	dns_result_release(result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t bits = take_octet(&in);
	struct run run = {
		.standings = dns_standings_new(),
		.cache = dns_cache_new(CACHE_BYTES),
	};
	struct dns_lookup_settings settings = {
		.server_count = 1u + (bits >> 3 & 3),
		.timeout_us = 8 * SPAN_SECOND,
		.attempts = bits >> 5,
		.use_tcp = bits & 1,
		.edns = bits & 2,
		.mix_case = bits & 4,
		.dnssec = bits & 2,
		.cookies = true,
		.rotate = bits & 1,
		.standings = run.standings,
		.random = fill_random,
		.random_context = &run.rng,
	};

	for (size_t i = 0; i < DNS_SERVERS_MAX; i++)
		settings.servers[i] = (struct endpoint){
			.ip = { .family = 4, .bytes = { 192, 0, 2, (uint8_t)i } }, .port = 53
		};
	rng_seed(&run.rng, 1);
	for (unsigned i = 0; i < QUESTIONS_MAX && (i == 0 || in.size > 0); i++)
		run_lookup(&run, &settings, &in);
	dns_lookup_free(run.lookup);
	dns_cache_free(run.cache);
	dns_standings_free(run.standings);
	return 0;
}

/*
 * The cache under any sequence of uses, beside a table of what it was told. An operation is four
 * octets: what to do, which of 64 names and 4 types, how large or how long.
 *
 *	octet 0		bits 0-1: store, find, drop, time passes; 2-3: answer, NODATA, NXDOMAIN, SERVFAIL
 *	octet 1		bits 0-5 name, 6-7 type
 *	octet 2		TTL, or seconds that pass
 *	octet 3		records of an answer; each has 4 octets
 *
 * What is found must be the last that was stored and kept, and not expired.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "dns/cache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	NAMES = 64,
	TYPES = 4,
	CACHE_BYTES = 32768,
};

/* What the cache was told last of a question; 0 = nothing that may be found. */
struct told {
	enum dns_outcome outcome;
	size_t records;
	int64_t expires_us;
};

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Returns one of the questions. */
static struct dns_question
question_of(uint8_t octet)
{
	static const uint16_t types[TYPES] = { DNS_TYPE_A, DNS_TYPE_MX, DNS_TYPE_AAAA,
		DNS_TYPE_TXT };
	struct dns_question question = { .type = types[octet >> 6] };
	char text[32];

	snprintf(text, sizeof text, "n%u.example", octet & 63u);
	require(dns_name_parse(&question.name, text) == DNS_NAME_OK);
	return question;
}

/* Stores a result as the operation says, and notes what may be found from now on. */
static void
store(struct dns_cache *cache, const uint8_t *op, int64_t now_us, struct told *told)
{
	static const enum dns_outcome outcomes[] = { DNS_ANSWER, DNS_NODATA, DNS_NXDOMAIN,
		DNS_SERVFAIL };
	struct dns_question question = question_of(op[1]);
	struct dns_result *result = dns_result_new(&question);

	result->outcome = outcomes[op[0] >> 2 & 3];
	result->ttl = op[2];
	result->received_us = now_us;
	for (unsigned i = 0; result->outcome == DNS_ANSWER && i < op[3]; i++) {
		struct dns_record record = {
			.owner = question.name,
			.type = question.type,
			.class = DNS_CLASS_IN,
			.length = 4,
			.rdata = mem_dup("abcd", 4),
		};

		dns_records_add(&result->answer, &record);
	}
	dns_cache_store(cache, result, now_us);
	if (dns_result_is_final(result) && result->ttl > 0)
		*told = (struct told){ result->outcome, result->answer.count,
			now_us + result->ttl * SPAN_SECOND };
	dns_result_release(result);
}

/* Looks a question up: nothing, or what was told last. */
static void
find(struct dns_cache *cache, uint8_t octet, int64_t now_us, const struct told *told)
{
	struct dns_question question = question_of(octet);
	const struct dns_result *found = dns_cache_find(cache, &question, now_us);

	if (!found)
		return;
	require(now_us < told->expires_us);
	require(found->from_cache && found->outcome == told->outcome);
	require(found->answer.count == told->records);
	require(found->question.type == question.type &&
	    dns_name_equal(&found->question.name, &question.name));
	dns_result_release(found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_cache *cache = dns_cache_new(CACHE_BYTES);
	static struct told table[NAMES * TYPES];
	int64_t now_us = SPAN_SECOND;
	struct dns_question question;

	memset(table, 0, sizeof table);
	for (; size >= 4; data += 4, size -= 4) {
		switch (data[0] & 3) {
		case 0:
			store(cache, data, now_us, &table[data[1]]);
			break;
		case 1:
			find(cache, data[1], now_us, &table[data[1]]);
			break;
		case 2:
			question = question_of(data[1]);
			dns_cache_drop(cache, &question);
			table[data[1]] = (struct told){ 0 };
			break;
		case 3:
			now_us += data[2] * SPAN_SECOND;
			break;
		}
		require(dns_cache_count(cache) <= NAMES * TYPES);
		require(dns_cache_bytes(cache) <= CACHE_BYTES);
	}
	dns_cache_free(cache);
	return 0;
}

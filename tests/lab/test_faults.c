/*
 * The faults that name servers have, as one table: what they do, what becomes of the question, and
 * the sentence about it. Prints the table, with how long each took and how many messages; a first
 * retransmission is 200 ms here where it is 400 ms in the program, and patience 3 s where it is 8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/span.h"
#include "lab/questions.h"

enum {
	BUSY = 2, /* messages that a machine with other work may send again in vain */
};

struct row {
	const char *fault;
	struct fake_faults first; /* of the only server, or of the first of two */
	bool second; /* there is another one, without faults */
	uint16_t type; /* 0 = A */
	enum dns_outcome outcome;
	const char *words; /* of the sentence; NULL = there is none */
	unsigned tries; /* messages at most */
	size_t records; /* that came; 0 = one, with DNS_ANSWER */
	bool over_tcp;
};

static const struct row rows[] = {
	{ .fault = "none", .outcome = DNS_ANSWER, .tries = 1 },
	{ .fault = "truncated",
	    .first = { .truncate = true },
	    .outcome = DNS_ANSWER,
	    .tries = 2,
	    .over_tcp = true },
	{ .fault = "truncated, TCP refused",
	    .first = { .truncate = true, .no_tcp = true },
	    .outcome = DNS_UNREACHABLE,
	    .tries = 2,
	    .words =
		"over TCP (its answer over UDP was truncated): the connection was refused" },
	{ .fault = "... another server",
	    .first = { .truncate = true, .no_tcp = true },
	    .second = true,
	    .outcome = DNS_ANSWER,
	    .tries = 3 },
	{ .fault = "truncated, TCP closes",
	    .first = { .truncate = true, .tcp = FAKE_TCP_CLOSES },
	    .outcome = DNS_UNREACHABLE,
	    .tries = 2,
	    .words = "closed the TCP connection" },
	{ .fault = "truncated, TCP cut",
	    .first = { .truncate = true, .tcp = FAKE_TCP_CUTS },
	    .outcome = DNS_UNREACHABLE,
	    .tries = 2,
	    .words = "inside a message" },
	{ .fault = "truncated, TCP drips",
	    .first = { .truncate = true, .tcp = FAKE_TCP_DRIPS },
	    .outcome = DNS_ANSWER,
	    .tries = 10,
	    .over_tcp = true },
	{ .fault = "lame",
	    .first = { .lame = true },
	    .outcome = DNS_SERVFAIL,
	    .tries = 1,
	    .words = "is not recursive and only refers elsewhere" },
	{ .fault = "... another server",
	    .first = { .lame = true },
	    .second = true,
	    .outcome = DNS_ANSWER,
	    .tries = 2 },
	{ .fault = "REFUSED",
	    .first = { .rcode = 5 },
	    .outcome = DNS_REFUSED,
	    .tries = 1,
	    .words = "refused to answer (REFUSED)" },
	{ .fault = "... another server",
	    .first = { .rcode = 5 },
	    .second = true,
	    .outcome = DNS_ANSWER,
	    .tries = 2 },
	{ .fault = "SERVFAIL",
	    .first = { .rcode = 2 },
	    .outcome = DNS_SERVFAIL,
	    .tries = 1,
	    .words = "failed (SERVFAIL)" },
	{ .fault = "FORMERR on EDNS",
	    .first = { .no_edns = true },
	    .outcome = DNS_ANSWER,
	    .tries = 2 },
	{ .fault = "silent",
	    .first = { .silent = true },
	    .outcome = DNS_TIMEOUT,
	    .tries = 4,
	    .words = "no answer from 127.0.0.1@" },
	{ .fault = "... another server",
	    .first = { .silent = true },
	    .second = true,
	    .outcome = DNS_ANSWER,
	    .tries = 2 },
	{ .fault = "half of the packets lost",
	    .first = { .half = true },
	    .outcome = DNS_ANSWER,
	    .tries = 2 },
	{ .fault = "slow, 300 ms",
	    .first = { .slow_ms = 300 },
	    .outcome = DNS_ANSWER,
	    .tries = 4 },
	{ .fault = "... another server",
	    .first = { .slow_ms = 300 },
	    .second = true,
	    .outcome = DNS_ANSWER,
	    .tries = 2 },
	{ .fault = "CNAME loop",
	    .first = { .loop = true },
	    .outcome = DNS_ALIAS_LOOP,
	    .tries = 1,
	    .words = "the CNAME chain loops or is too long" },
	{ .fault = "4,000 records",
	    .first = { .records = 4000 },
	    .outcome = DNS_ANSWER,
	    .tries = 2,
	    .records = 4000,
	    .over_tcp = true },
	{ .fault = "TXT of 64 KiB",
	    .first = { .strings = 254 },
	    .type = DNS_TYPE_TXT,
	    .outcome = DNS_ANSWER,
	    .tries = 2,
	    .over_tcp = true },
	{ .fault = "5 forged replies first",
	    .first = { .wrong_ids = 5 },
	    .outcome = DNS_ANSWER,
	    .tries = 1 },
	{ .fault = "40 forged replies first",
	    .first = { .wrong_ids = 40 },
	    .outcome = DNS_ANSWER,
	    .tries = 2,
	    .over_tcp = true },
};

/* Asks a server with the faults of a row, and one without where the row has a second. */
static const struct dns_result *
meet(struct questions *q, const struct row *row)
{
	questions_begin(q, 1 + row->second, row->first);
	if (row->second)
		q->servers[1].faults = (struct fake_faults){ .ttl = 300 };
	q->settings.lookup.retry_us = 200 * SPAN_MS;
	q->settings.lookup.timeout_us = 3 * SPAN_SECOND;
	questions_open(q);
	questions_ask_type(
	    q, 1, 1, "a1.example", row->type ? row->type : DNS_TYPE_A, RESOLVER_FRESH);
	questions_settle(q);
	return q->answers[0].result;
}

/* Prints what came of a row. */
static void
print_row(const struct row *row, const struct dns_result *result)
{
	printf("  %-26s %-11s %5lld ms %3u messages %5zu records  %s\n", row->fault,
	    dns_outcome_name(result->outcome), (long long)(result->elapsed_us / SPAN_MS),
	    result->tries, result->answer.count, result->error ? result->error : "");
}

/* Every fault has the outcome it should have, its sentence, and its bound. */
static void
faults_have_their_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		struct questions q;
		const struct dns_result *result = meet(&q, row);
		size_t records = row->outcome != DNS_ANSWER ? 0
		    : row->records                          ? row->records
							    : 1;

		print_row(row, result);
		assert_int_equal(result->outcome, row->outcome);
		assert_int_equal(result->answer.count, records);
		assert_in_range(result->tries, 1, row->tries + BUSY);
		assert_int_equal(result->over_tcp && !result->error, row->over_tcp);
		if (row->words)
			assert_non_null(strstr(result->error, row->words));
		else
			assert_null(result->error);
		questions_end(&q);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_have_their_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

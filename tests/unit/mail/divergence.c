/*
 * Comparisons told as tables: what each server says to each question, and the sentences that follow
 * for mail. The comparison itself is fed as it is in the program: NS records, addresses, replies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/message.h"
#include "dns/zone.h"
#include "mail/divergence.h"

enum {
	SERVERS_MAX = 5,
	LINES_MAX = 6,
};

/* What a server says: zone text, or how it fails to. */
#define NODATA   "-"
#define NXDOMAIN "nxdomain"
#define REFUSED  "refused"
#define SERVFAIL "servfail"
#define SILENT   "silent"
#define BY_CACHE "cache" /* an answer without authority */
#define CLOSED   "closed" /* its host refuses the connection */
#define HOMELESS "homeless" /* no answer: its name has no address */
#define UNKNOWN  "unknown" /* no answer: its name cannot be looked up */

struct says {
	const char *mx, *a, *soa; /* NULL ends the list */
};

#define MX1  "d.test. 300 MX 10 mx1.d.test.\n"
#define MX21 "d.test. 300 MX 20 mx2.d.test.\nd.test. 300 MX 10 mx1.d.test.\n"
#define MX12 "d.test. 60 MX 10 MX1.d.test.\nd.test. 60 MX 20 mx2.d.test.\n"
#define A    "d.test. 300 A 192.0.2.80\n"
#define OLD  "d.test. 300 SOA a. b. 2026010101 1 2 3 4\n"
#define NEW  "d.test. 300 SOA a. b. 2026010102 1 2 3 4\n"

/* A comparison, and what follows: kind, "!" where mail is lost, the sentence. */
static const struct story {
	const char *title;
	bool resolvers;
	struct says servers[SERVERS_MAX + 1];
	const char *lines[LINES_MAX];
} stories[] = {
	{ "all agree, in any order, case and TTL", false,
	    { { MX21, A, NEW }, { MX12, A, NEW }, { MX21, A, NEW } },
	    { "agree all 3 server addresses that answer say the same: 10 mx1.d.test., 20 "
	      "mx2.d.test." } },
	{ "one of four has no MX: the implicit one", false,
	    { { MX1, A, NEW }, { MX1, A, NEW }, { NODATA, A, NEW }, { MX1, A, NEW } },
	    { "mx-inconsistent 1 of 4 servers says NODATA: a quarter of cold lookups would use "
	      "the implicit MX",
		"agree 3 of 4 servers say 10 mx1.d.test.: three quarters of cold lookups would "
		"send mail there" } },
	{ "one of four has no MX, and no address either", false,
	    { { MX1, NODATA, NEW }, { MX1, NODATA, NEW }, { NODATA, NODATA, NEW },
		{ MX1, NODATA, NEW } },
	    { "mx-inconsistent! 1 of 4 servers says NODATA: a quarter of cold lookups would "
	      "return the mail, for there is neither MX nor address",
		"agree 3 of 4 servers say 10 mx1.d.test.: three quarters of cold lookups would "
		"send mail there" } },
	{ "one of two does not know the domain", false,
	    { { MX1, A, NEW }, { NXDOMAIN, NXDOMAIN, NEW } },
	    { "mx-inconsistent! 1 of 2 servers says NXDOMAIN: half of cold lookups would "
	      "return "
	      "the mail, for there is no such domain",
		"agree 1 of 2 servers says 10 mx1.d.test.: half of cold lookups would send "
		"mail "
		"there",
		"ns-inconsistent the servers give 2 different answers for the A records of the "
		"domain" } },
	{ "a Null MX beside a real one", false,
	    { { MX1, A, NEW }, { "d.test. MX 0 .\n", A, NEW }, { MX1, A, NEW } },
	    { "mx-inconsistent! 1 of 3 servers says Null MX: a third of cold lookups would "
	      "return the mail, for the domain takes none",
		"agree 2 of 3 servers say 10 mx1.d.test.: two thirds of cold lookups would "
		"send mail there" } },
	{ "lame, failing and silent servers take no share", false,
	    { { MX1, A, NEW }, { NODATA, A, NEW }, { REFUSED, REFUSED, REFUSED },
		{ SERVFAIL, SERVFAIL, SERVFAIL }, { SILENT, SILENT, SILENT } },
	    { "mx-inconsistent 1 of 5 servers says NODATA: half of cold lookups would use the "
	      "implicit MX",
		"agree 1 of 5 servers says 10 mx1.d.test.: half of cold lookups would send "
		"mail "
		"there",
		"ns-lame n2.d.test [192.0.2.12] does not hold the zone: resolvers go on to "
		"another server",
		"ns-lame n3.d.test [192.0.2.13] answers with an error: resolvers go on to "
		"another server",
		"ns-lame n4.d.test [192.0.2.14] is silent: a lookup that begins there takes "
		"seconds longer" } },
	{ "an answer without authority is none", false,
	    { { MX1, A, NEW }, { BY_CACHE, A, NEW } },
	    { "agree the one server address that answers says 10 mx1.d.test.",
		"ns-lame n1.d.test [192.0.2.11] does not hold the zone: resolvers go on to "
		"another server" } },
	{ "nobody holds the zone", false,
	    { { SERVFAIL, SERVFAIL, SERVFAIL }, { REFUSED, REFUSED, REFUSED } },
	    { "ns-lame! no server says where mail goes: senders queue it, and return it in the "
	      "end",
		"ns-lame n1.d.test [192.0.2.11] does not hold the zone: resolvers go on to "
		"another server",
		"ns-lame n0.d.test [192.0.2.10] answers with an error: resolvers go on to "
		"another server" } },
	{ "who is silent may be out of our reach", false,
	    { { SILENT, SILENT, SILENT }, { SILENT, SILENT, SILENT } },
	    { "unknown no server answers from here: nothing can be told (is port 53 let "
	      "out?)" } },
	{ "answers in place of the servers", false,
	    { { BY_CACHE, A, NEW }, { BY_CACHE, A, NEW } },
	    { "unknown every server answers without authority: something on the way seems to "
	      "answer in their place, and nothing can be told" } },
	{ "so may be the one that would know", false,
	    { { SILENT, SILENT, SILENT }, { REFUSED, REFUSED, REFUSED } },
	    { "unknown no server that can be asked from here says where mail goes" } },
	{ "servers whose addresses are not there, or cannot be had", false,
	    { { MX1, A, NEW }, { HOMELESS, A, NEW }, { UNKNOWN, A, NEW } },
	    { "agree the one server address that answers says 10 mx1.d.test.",
		"ns-lame n1.d.test is named as a server and has no address",
		"unknown n2.d.test is named as a server and cannot be looked up now" } },
	{ "a closed port is told", false, { { MX1, A, NEW }, { CLOSED, CLOSED, CLOSED } },
	    { "agree the one server address that answers says 10 mx1.d.test.",
		"ns-lame n1.d.test [192.0.2.11] refuses the connection on port 53: resolvers "
		"go on to another server" } },
	{ "who refuses may stand in the way", false,
	    { { CLOSED, CLOSED, CLOSED }, { SILENT, SILENT, SILENT } },
	    { "unknown no server answers from here: 1 of 2 refuses the connection on port 53, "
	      "or something on the way does so in their place" } },
	{ "old copies", false, { { MX1, A, OLD }, { MX1, A, NEW }, { MX1, A, OLD } },
	    { "agree all 3 server addresses that answer say the same: 10 mx1.d.test.",
		"ns-serial the newest copy of the zone is serial 2026010102; 2 of 3 servers "
		"have an older one" } },
	{ "an alias beside MX records", false,
	    { { MX1, A, NEW }, { "d.test. CNAME e.test.\n", A, NEW }, { MX1, A, NEW } },
	    { "mx-inconsistent 1 of 3 servers says alias of e.test: a third of cold lookups "
	      "would follow the alias",
		"agree 2 of 3 servers say 10 mx1.d.test.: two thirds of cold lookups would "
		"send mail there" } },
	{ "resolvers while a change spreads", true,
	    { { MX1, A, NODATA }, { MX1, A, NODATA }, { MX21, A, NODATA } },
	    { "agree 2 of 3 resolvers say 10 mx1.d.test.: senders behind them would send mail "
	      "there",
		"mx-inconsistent 1 of 3 resolvers says 10 mx1.d.test., 20 mx2.d.test.: senders "
		"behind it would send mail there",
		"ns-inconsistent what only some of them say may be kept for 5:00 yet, until "
		"all "
		"ask again" } },
	{ "resolvers that agree", true, { { MX1, A, NODATA }, { SILENT, SILENT, SILENT } },
	    { "agree the one resolver that answers says 10 mx1.d.test.",
		"ns-lame 192.0.2.11 is silent: a lookup that begins there takes seconds "
		"longer" } },
};

/* Reads a name. */
static struct dns_name
name_of(const char *text)
{
	struct dns_name name;

	assert_int_equal(dns_name_parse(&name, text), DNS_NAME_OK);
	return name;
}

/* How many servers the story has. */
static size_t
count_servers(const struct story *story)
{
	size_t count = 0;

	while (count < SERVERS_MAX && story->servers[count].mx)
		count++;
	return count;
}

/* Gives the result a reply of these records, with or without authority. */
static void
give_reply(struct dns_result *result, const struct dns_question *question, const char *text,
    bool authority)
{
	struct dns_message message = { .response = true,
		.authoritative = authority && strcmp(text, BY_CACHE) != 0,
		.recursion_available = !authority,
		.has_question = true,
		.question = *question,
		.rcode = strcmp(text, NXDOMAIN) == 0 ? 3
		    : strcmp(text, REFUSED) == 0     ? 5
		    : strcmp(text, SERVFAIL) == 0    ? 2
						     : 0 };
	struct dns_name target;
	struct buf wire = BUF_INIT;

	if (strchr(text, '\n') && dns_zone_parse(text, NULL, 300, &message.answer) != NULL)
		fail_msg("%s", text);
	for (size_t i = 0; i < message.answer.count; i++) {
		struct dns_record *record = &message.answer.items[i];

		result->ttl = record->ttl;
		if (record->type == question->type) {
			dns_records_copy(&result->answer, record);
		} else if (dns_record_target(record, &target)) {
			result->alias = mem_dup(&target, sizeof target);
			result->alias_count = 1;
		}
	}
	for (size_t i = 0; i < result->answer.count; i++) {
		struct dns_record *record = &result->answer.items[i];

		for (size_t j = 0; record->type == DNS_TYPE_MX && j < record->length; j++)
			if (record->rdata[j] >= 'A' && record->rdata[j] <= 'Z')
				record->rdata[j] = (uint8_t)(record->rdata[j] + 32);
	}
	dns_message_write(&message, DNS_MESSAGE_MAX, &wire);
	result->reply = mem_dup(wire.data, wire.length);
	result->reply_length = wire.length;
	buf_clear(&wire);
	dns_message_clear(&message);
}

/* How many of them have an address that can be had. */
static size_t
count_addresses(const struct story *story)
{
	size_t count = 0;

	for (size_t i = 0; i < count_servers(story); i++)
		count += strcmp(story->servers[i].mx, HOMELESS) != 0 &&
		    strcmp(story->servers[i].mx, UNKNOWN) != 0;
	return count;
}

/* What a resolver finds of the zone and its servers: n0.d.test [192.0.2.10] and so on. */
static void
find(struct dns_result *result, const struct story *story)
{
	char owner[DNS_NAME_TEXT_MAX];
	struct buf text = BUF_INIT;
	const char *says = "";
	unsigned number;

	dns_name_text(&result->question.name, owner);
	if (sscanf(owner, "n%u.", &number) == 1)
		says = story->servers[number].mx;
	for (size_t i = 0; result->question.type == DNS_TYPE_NS && i < count_servers(story);
	     i++)
		buf_addf(&text, "%s. NS n%zu.d.test.\n", owner, i);
	if (result->question.type == DNS_TYPE_A && *says != '\0' &&
	    strcmp(says, HOMELESS) != 0 && strcmp(says, UNKNOWN) != 0)
		buf_addf(&text, "%s. A 192.0.2.%u\n", owner, 10 + number);
	assert_null(dns_zone_parse(buf_text(&text), NULL, 300, &result->answer));
	result->outcome = result->answer.count ? DNS_ANSWER : DNS_NODATA;
	if (strcmp(says, UNKNOWN) == 0 && result->question.type == DNS_TYPE_AAAA)
		result->outcome = DNS_SERVFAIL; /* A says NODATA: not enough */
	buf_clear(&text);
}

/* Makes the result of a host at which nobody listens. */
static void
refuse(struct dns_result *result, const struct endpoint *server)
{
	result->outcome = DNS_UNREACHABLE;
	result->server = *server;
}

/* Answers a question as the story has it. */
static void
answer(struct dns_comparison *c, const struct story *story, const struct dns_enquiry *enquiry)
{
	struct dns_result *result = dns_result_new(&enquiry->question);
	const struct says *says = &story->servers[enquiry->server.ip.bytes[3] % 10];
	const char *text = enquiry->question.type == DNS_TYPE_MX ? says->mx
	    : enquiry->question.type == DNS_TYPE_A               ? says->a
	    : enquiry->question.type == DNS_TYPE_SOA             ? says->soa
								 : NODATA;

	assert_int_equal(enquiry->iterative, !story->resolvers);
	if (enquiry->resolve)
		find(result, story);
	else if (strcmp(text, SILENT) == 0)
		result->outcome = DNS_TIMEOUT;
	else if (strcmp(text, CLOSED) == 0)
		refuse(result, &enquiry->server);
	else
		give_reply(result, &enquiry->question, text, !story->resolvers);
	dns_comparison_take(c, enquiry->tag, result);
	dns_result_release(result);
}

/* Begins the comparison of a story. */
static struct dns_comparison *
begin(const struct story *story)
{
	const struct dns_name domain = name_of("d.test");
	struct endpoint at[SERVERS_MAX];
	char text[32];

	if (!story->resolvers)
		return dns_comparison_new(&domain);
	for (size_t i = 0; i < count_servers(story); i++) {
		snprintf(text, sizeof text, "192.0.2.%zu", 10 + i);
		assert_true(endpoint_parse(&at[i], text, 53));
	}
	return dns_comparison_of(&domain, at, count_servers(story));
}

/* Holds the sentences against the story. */
static void
check_lines(const struct story *story, const struct divergence *divergence)
{
	for (size_t i = 0; i < LINES_MAX; i++) {
		const struct divergence_line *line = &divergence->lines[i];
		struct buf got = BUF_INIT;

		if (i < divergence->count)
			buf_addf(&got, "%s%s %s", divergence_kind_name(line->kind),
			    line->loses_mail ? "!" : "", line->text);
		if (strcmp(buf_text(&got), story->lines[i] ? story->lines[i] : "") != 0)
			fail_msg("%s, line %zu:\n%s", story->title, i, buf_text(&got));
		buf_clear(&got);
	}
}

static void
differences_have_their_consequences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
		struct dns_comparison *c = begin(&stories[i]);
		struct divergence divergence, copy;
		struct dns_enquiry enquiry;

		while (dns_comparison_next(c, &enquiry))
			answer(c, &stories[i], &enquiry);
		assert_true(dns_comparison_is_done(c));
		assert_int_equal(c->server_count, count_addresses(&stories[i]));
		divergence_make(&divergence, c);
		check_lines(&stories[i], &divergence);
		divergence_copy(&copy, &divergence);
		assert_int_equal(copy.count, divergence.count);
		divergence_clear(&divergence);
		check_lines(&stories[i], &copy);
		divergence_clear(&copy);
		dns_comparison_free(c);
	}
}

static void
the_zone_is_looked_for_above_the_domain(void **state)
{
	const struct dns_name domain = name_of("mail.d.test");
	struct dns_comparison *c = dns_comparison_new(&domain);
	struct dns_enquiry enquiry;
	struct dns_result *result;
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_true(dns_comparison_next(c, &enquiry));
		assert_int_equal(enquiry.question.type, DNS_TYPE_NS);
		result = dns_result_new(&enquiry.question);
		result->outcome = i == 0 ? DNS_NXDOMAIN : DNS_ANSWER;
		if (i == 1)
			assert_null(dns_zone_parse(
			    "d.test. NS n0.d.test.\n", NULL, 300, &result->answer));
		dns_comparison_take(c, enquiry.tag, result);
		dns_result_release(result);
	}
	assert_string_equal(dns_name_text(&c->zone, text), "d.test");
	assert_int_equal(c->host_count, 1);
	dns_comparison_free(c);
}

static void
a_zone_that_is_not_found_is_told(void **state)
{
	const struct dns_name domain = name_of("d.test");
	struct dns_comparison *c = dns_comparison_new(&domain);
	struct divergence divergence;
	struct dns_enquiry enquiry;
	struct dns_result *result;

	(void)state;
	assert_true(dns_comparison_next(c, &enquiry));
	result = dns_result_new(&enquiry.question);
	result->outcome = DNS_SERVFAIL;
	dns_comparison_take(c, enquiry.tag, result);
	dns_result_release(result);
	assert_false(dns_comparison_next(c, &enquiry));
	assert_true(dns_comparison_is_done(c));
	assert_non_null(c->trouble);
	divergence_make(&divergence, c);
	assert_int_equal(divergence.count, 0);
	divergence_clear(&divergence);
	dns_comparison_free(c);
}

static void
shares_have_words(void **state)
{
	static const struct {
		size_t part, whole;
		const char *words;
	} cases[] = {
		{ 4, 4, "all" },
		{ 2, 4, "half" },
		{ 1, 4, "a quarter" },
		{ 6, 8, "three quarters" },
		{ 3, 9, "a third" },
		{ 4, 6, "two thirds" },
		{ 2, 10, "a fifth" },
		{ 3, 7, "about 43%" },
		{ 1, 13, "about 8%" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char out[32];

		assert_string_equal(
		    divergence_share(cases[i].part, cases[i].whole, out), cases[i].words);
	}
}

static void
serials_go_round(void **state)
{
	(void)state;
	assert_int_equal(dns_serial_compare(1, 1), 0);
	assert_true(dns_serial_compare(2, 1) > 0);
	assert_true(dns_serial_compare(1, 2) < 0);
	assert_true(dns_serial_compare(0, UINT32_MAX) > 0);
	assert_true(dns_serial_compare(UINT32_MAX, 5) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences_have_their_consequences),
		cmocka_unit_test(the_zone_is_looked_for_above_the_domain),
		cmocka_unit_test(a_zone_that_is_not_found_is_told),
		cmocka_unit_test(shares_have_words),
		cmocka_unit_test(serials_go_round),
	};

	return cmocka_run_group_tests_name("mail/divergence", tests, NULL, NULL);
}

/*
 * What the laboratory's DNS answers: a table of questions to one small name space, written as
 * zone text, with the sections of each answer as text. No sockets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/buf.h"
#include "dns/message.h"
#include "dns/zone.h"
#include "lab/authority.h"

enum {
	TIME = 1800000000, /* when signatures are made */
};

static const char zone_text[] =
    "example.            3600 SOA   ns.example. hostmaster.example. 1 7200 3600 1209600 300\n"
    "mail.example.       3600 MX    20 two.mail.example.\n"
    "mail.example.       3600 MX    10 one.mail.example.\n"
    "mail.example.       3600 TXT   \"words\"\n"
    "one.mail.example.   3600 A     192.0.2.1\n"
    "a.b.deep.example.   3600 A     192.0.2.2\n"
    "alias.example.      3600 CNAME mail.example.\n"
    "twice.example.      3600 CNAME alias.example.\n"
    "nowhere.example.    3600 CNAME missing.example.\n"
    "outside.example.    3600 CNAME www.invalid.\n"
    "loop1.example.      3600 CNAME loop2.example.\n"
    "loop2.example.      3600 CNAME loop1.example.\n"
    "*.wild.example.     3600 MX    5 one.mail.example.\n"
    "host.wild.example.  3600 A     192.0.2.3\n"
    "*.cname.example.    3600 CNAME mail.example.\n"
    "sub.example.          60 SOA   ns.sub.example. hostmaster.example. 1 7200 3600 1209600 "
    "900\n"
    "c1.example.         3600 CNAME c2.example.\n"
    "c2.example.         3600 CNAME c3.example.\n"
    "c3.example.         3600 CNAME c4.example.\n"
    "c4.example.         3600 CNAME c5.example.\n"
    "c5.example.         3600 CNAME c6.example.\n"
    "c6.example.         3600 CNAME c7.example.\n"
    "c7.example.         3600 CNAME c8.example.\n"
    "c8.example.         3600 CNAME c9.example.\n"
    "c9.example.         3600 CNAME c10.example.\n"
    "c10.example.        3600 CNAME mail.example.\n";

/* Returns a sealed authority for the zone text. */
static struct authority *
open_authority(const char *text)
{
	struct authority *authority = authority_new();
	struct dns_records records = { 0 };

	assert_null(dns_zone_parse(text, NULL, 3600, &records));
	authority_add_records(authority, &records);
	dns_records_clear(&records);
	return authority;
}

/* Returns a plain query as it comes from a stub resolver. */
static struct dns_message
query_for(const char *name, uint16_t type)
{
	struct dns_message query = { .id = 7,
		.recursion_desired = true,
		.has_question = true,
		.has_edns = true,
		.udp_size = 1232,
		.question = { .type = type } };

	assert_int_equal(dns_name_parse(&query.question.name, name), DNS_NAME_OK);
	return query;
}

/* Appends "owner TTL TYPE rdata; " for each record. */
static void
add_section(struct buf *out, const struct dns_records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		const struct dns_record *record = &records->items[i];
		char name[DNS_NAME_TEXT_MAX], type[12];

		buf_addf(out, "%s %u %s ", dns_name_text(&record->owner, name),
		    (unsigned)record->ttl, dns_type_text(record->type, type));
		if (record->type == DNS_TYPE_SOA)
			buf_adds(out, "...");
		else
			dns_record_text(record, out);
		buf_adds(out, "; ");
	}
}

#define MX_BOTH \
	"mail.example 3600 MX 20 two.mail.example.; mail.example 3600 MX 10 " \
	"one.mail.example.; "
#define NEGATIVE "example 300 SOA ...; "

static const struct {
	const char *name;
	uint16_t type;
	unsigned rcode;
	const char *answer, *authority;
} questions[] = {
	/*
	 * the name itself, records in the order in which they were written, whatever the case
	 */
	{ "mail.example", DNS_TYPE_MX, 0, MX_BOTH, "" },
	{ "one.MAIL.example", DNS_TYPE_A, 0, "one.mail.example 3600 A 192.0.2.1; ", "" },
	/*
	 * no such data, no such name; the negative TTL is the SOA's MINIMUM when that is less
	 */
	{ "mail.example", DNS_TYPE_A, 0, "", NEGATIVE },
	{ "missing.example", DNS_TYPE_MX, 3, "", NEGATIVE },
	{ "below.one.mail.example", DNS_TYPE_A, 3, "", NEGATIVE },
	{ "x.sub.example", DNS_TYPE_A, 3, "", "sub.example 60 SOA ...; " },
	/* names that exist only because something is below them */
	{ "deep.example", DNS_TYPE_A, 0, "", NEGATIVE },
	{ "b.deep.example", DNS_TYPE_MX, 0, "", NEGATIVE },
	{ "ep.example", DNS_TYPE_A, 3, "", NEGATIVE },
	/* aliases */
	{ "alias.example", DNS_TYPE_MX, 0, "alias.example 3600 CNAME mail.example.; " MX_BOTH,
	    "" },
	{ "alias.example", DNS_TYPE_CNAME, 0, "alias.example 3600 CNAME mail.example.; ", "" },
	{ "twice.example", DNS_TYPE_TXT, 0,
	    "twice.example 3600 CNAME alias.example.; alias.example 3600 CNAME mail.example.; "
	    "mail.example 3600 TXT \"words\"; ",
	    "" },
	{ "alias.example", DNS_TYPE_A, 0, "alias.example 3600 CNAME mail.example.; ",
	    NEGATIVE },
	{ "nowhere.example", DNS_TYPE_MX, 3, "nowhere.example 3600 CNAME missing.example.; ",
	    NEGATIVE },
	{ "outside.example", DNS_TYPE_A, 0, "outside.example 3600 CNAME www.invalid.; ", "" },
	{ "loop1.example", DNS_TYPE_A, 0,
	    "loop1.example 3600 CNAME loop2.example.; loop2.example 3600 CNAME "
	    "loop1.example.; ",
	    "" },
	/* wildcards */
	{ "any.wild.example", DNS_TYPE_MX, 0, "any.wild.example 3600 MX 5 one.mail.example.; ",
	    "" },
	{ "a.b.wild.example", DNS_TYPE_MX, 0, "a.b.wild.example 3600 MX 5 one.mail.example.; ",
	    "" },
	{ "any.wild.example", DNS_TYPE_A, 0, "", NEGATIVE },
	{ "host.wild.example", DNS_TYPE_MX, 0, "", NEGATIVE },
	{ "x.host.wild.example", DNS_TYPE_MX, 3, "", NEGATIVE },
	{ "any.cname.example", DNS_TYPE_MX, 0,
	    "any.cname.example 3600 CNAME mail.example.; " MX_BOTH, "" },
	/* what is not ours to say, and what nobody may ask */
	{ "www.invalid", DNS_TYPE_A, 5, "", "" },
	{ ".", DNS_TYPE_NS, 0, "", "" },
	{ "mail.example", DNS_TYPE_ANY, 5, "", "" },
	{ "mail.example", 252, 5, "", "" },
};

static void
questions_are_answered(void **state)
{
	struct authority *authority = open_authority(zone_text);

	(void)state;
	authority_seal(authority);
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		struct dns_message query = query_for(questions[i].name, questions[i].type),
				   reply;
		struct buf answer = BUF_INIT, about = BUF_INIT;

		authority_answer(authority, &query, TIME, &reply);
		add_section(&answer, &reply.answer);
		add_section(&about, &reply.authority);
		if (reply.rcode != questions[i].rcode ||
		    strcmp(buf_text(&answer), questions[i].answer) != 0 ||
		    strcmp(buf_text(&about), questions[i].authority) != 0)
			fail_msg("%s type %u: rcode %u, answer \"%s\", authority \"%s\"",
			    questions[i].name, (unsigned)questions[i].type, reply.rcode,
			    buf_text(&answer), buf_text(&about));
		dns_message_clear(&reply);
		buf_clear(&answer);
		buf_clear(&about);
	}
	authority_free(authority);
}

static void
replies_carry_what_a_recursive_server_says(void **state)
{
	struct authority *authority = open_authority(zone_text);
	struct dns_message query = query_for("MaiL.eXample", DNS_TYPE_MX), reply;

	(void)state;
	authority_seal(authority);
	query.dnssec_ok = true;
	query.checking_disabled = true;
	authority_answer(authority, &query, TIME, &reply);
	assert_int_equal(reply.id, 7);
	assert_true(reply.response);
	assert_true(reply.recursion_desired);
	assert_true(reply.recursion_available);
	assert_true(reply.checking_disabled);
	assert_false(reply.authoritative);
	assert_false(reply.authentic);
	assert_true(reply.has_edns);
	assert_true(reply.dnssec_ok);
	assert_memory_equal(
	    reply.question.name.wire, query.question.name.wire, query.question.name.length);
	dns_message_clear(&reply);

	query.has_edns = false;
	authority_answer(authority, &query, TIME, &reply);
	assert_false(reply.has_edns);
	dns_message_clear(&reply);
	authority_free(authority);
}

static void
alias_chains_end_after_eight_links_more(void **state)
{
	struct authority *authority = open_authority(zone_text);
	struct dns_message query = query_for("c1.example", DNS_TYPE_MX), reply;

	(void)state;
	authority_seal(authority);
	authority_answer(authority, &query, TIME, &reply);
	assert_int_equal(reply.rcode, 0);
	assert_int_equal(reply.answer.count, LAB_ALIAS_MAX);
	dns_message_clear(&reply);
	authority_free(authority);
}

static void
queries_that_are_no_questions_are_refused(void **state)
{
	struct authority *authority = open_authority(zone_text);
	struct dns_message query = query_for("mail.example", DNS_TYPE_MX), reply;

	(void)state;
	authority_seal(authority);
	query.opcode = 5; /* UPDATE */
	authority_answer(authority, &query, TIME, &reply);
	assert_int_equal(reply.rcode, 4);
	assert_int_equal(reply.opcode, 5);
	dns_message_clear(&reply);

	query.opcode = 0;
	query.has_question = false;
	authority_answer(authority, &query, TIME, &reply);
	assert_int_equal(reply.rcode, 1);
	dns_message_clear(&reply);
	authority_free(authority);
}

static void
an_empty_name_space_refuses_everything(void **state)
{
	struct authority *authority = authority_new();
	struct dns_message query = query_for("mail.example", DNS_TYPE_MX), reply;

	(void)state;
	authority_seal(authority);
	authority_answer(authority, &query, TIME, &reply);
	assert_int_equal(reply.rcode, 5);
	dns_message_clear(&reply);
	authority_free(authority);
}

/* Adds a fault for the name and type. */
static void
add_fault(
    struct authority *authority, enum lab_fault_kind kind, const char *name, uint16_t type)
{
	struct lab_fault fault = { .kind = kind, .type = type };

	assert_int_equal(dns_name_parse(&fault.name, name), DNS_NAME_OK);
	authority_add_fault(authority, &fault);
}

static void
faults_strike_their_questions_and_no_others(void **state)
{
	static const struct {
		const char *name;
		uint16_t type;
		int kind; /* -1: none */
		unsigned rcode;
	} cases[] = {
		{ "mail.example", DNS_TYPE_MX, LAB_FAULT_SERVFAIL, 2 },
		{ "MAIL.example", DNS_TYPE_MX, LAB_FAULT_SERVFAIL, 2 },
		{ "mail.example", DNS_TYPE_TXT, -1, 0 },
		{ "one.mail.example", DNS_TYPE_A, LAB_FAULT_REFUSED, 5 },
		{ "one.mail.example", DNS_TYPE_AAAA, LAB_FAULT_REFUSED, 5 },
		{ "alias.example", DNS_TYPE_MX, LAB_FAULT_TRUNCATE, 0 },
		{ "twice.example", DNS_TYPE_MX, -1, 0 },
	};
	struct authority *authority = open_authority(zone_text);

	(void)state;
	add_fault(authority, LAB_FAULT_SERVFAIL, "mail.example", DNS_TYPE_MX);
	add_fault(authority, LAB_FAULT_REFUSED, "one.mail.example", DNS_TYPE_ANY);
	add_fault(authority, LAB_FAULT_TRUNCATE, "alias.example", DNS_TYPE_MX);
	authority_seal(authority);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dns_message query = query_for(cases[i].name, cases[i].type), reply;
		const struct lab_fault *fault = authority_fault(authority, &query.question);

		assert_int_equal(fault ? (int)fault->kind : -1, cases[i].kind);
		authority_answer(authority, &query, TIME, &reply);
		assert_int_equal(reply.rcode, cases[i].rcode);
		dns_message_clear(&reply);
	}
	authority_free(authority);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_are_answered),
		cmocka_unit_test(replies_carry_what_a_recursive_server_says),
		cmocka_unit_test(alias_chains_end_after_eight_links_more),
		cmocka_unit_test(queries_that_are_no_questions_are_refused),
		cmocka_unit_test(an_empty_name_space_refuses_everything),
		cmocka_unit_test(faults_strike_their_questions_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

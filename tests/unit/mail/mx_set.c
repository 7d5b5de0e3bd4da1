/*
 * The shapes of an MX set, told as zone text: kinds, forms of exchanges, duplicates, limits.
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
#include "dns/zone.h"
#include "mail/mx_set.h"

/* Returns an answer to the MX question of example.net with these records. */
static struct dns_result *
answer(const char *zone)
{
	struct dns_question question = { .type = DNS_TYPE_MX };
	struct dns_result *result;
	char *sentence;

	assert_int_equal(dns_name_parse(&question.name, "example.net"), DNS_NAME_OK);
	result = dns_result_new(&question);
	result->outcome = DNS_ANSWER;
	result->ttl = 300;
	sentence = dns_zone_parse(zone, &question.name, 300, &result->answer);
	assert_null(sentence);
	return result;
}

/* Builds the set of a result for example.net, and releases it. */
static void
build(struct mx_set *set, struct dns_result *result)
{
	struct mail_subject subject;

	assert_null(mail_subject_parse(&subject, "example.net"));
	mx_set_build(set, &subject, result);
	mail_subject_clear(&subject);
	dns_result_release(result);
}

static const struct {
	const char *zone;
	enum mx_kind kind;
	size_t count;
	bool null_mixed, null_preference;
} shapes[] = {
	{ "@ MX 10 mx", MX_EXPLICIT, 1, false, false },
	{ "@ MX 10 mx\n@ MX 10 mx2", MX_EXPLICIT, 2, false, false },
	{ "@ MX 0 .", MX_NULL, 0, false, false },
	{ "@ MX 10 .", MX_NULL, 0, false, true },
	{ "@ MX 0 .\n@ MX 10 .", MX_NULL, 0, false, true },
	{ "@ MX 0 .\n@ MX 10 mx", MX_EXPLICIT, 2, true, false },
	{ "@ MX 10 mx\n@ MX 20 .", MX_EXPLICIT, 2, true, false },
};

static void
tells_the_shapes_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct mx_set set;

		build(&set, answer(shapes[i].zone));
		assert_int_equal(set.kind, shapes[i].kind);
		assert_int_equal(set.count, shapes[i].count);
		assert_int_equal(set.null_mixed, shapes[i].null_mixed);
		assert_int_equal(set.null_preference, shapes[i].null_preference);
		assert_int_equal(set.ttl, 300);
		assert_false(set.truncated);
		mx_set_clear(&set);
		assert_int_equal(set.count, 0);
	}
}

static const struct {
	enum dns_outcome outcome;
	enum mx_kind kind;
	size_t count;
} outcomes[] = {
	{ DNS_NODATA, MX_IMPLICIT, 1 },
	{ DNS_NXDOMAIN, MX_NONE, 0 },
	{ DNS_SERVFAIL, MX_ERROR, 0 },
	{ DNS_REFUSED, MX_ERROR, 0 },
	{ DNS_FORMERR, MX_ERROR, 0 },
	{ DNS_NOTIMP, MX_ERROR, 0 },
	{ DNS_RCODE, MX_ERROR, 0 },
	{ DNS_TIMEOUT, MX_ERROR, 0 },
	{ DNS_UNREACHABLE, MX_ERROR, 0 },
	{ DNS_MALFORMED, MX_ERROR, 0 },
	{ DNS_ALIAS_LOOP, MX_ERROR, 0 },
	{ DNS_BOGUS, MX_ERROR, 0 },
};

static void
only_nodata_is_implicit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
		struct dns_result *result = answer("");
		struct mx_set set;

		result->outcome = outcomes[i].outcome;
		build(&set, result);
		assert_int_equal(set.kind, outcomes[i].kind);
		assert_int_equal(set.count, outcomes[i].count);
		if (set.count) {
			assert_string_equal(set.exchanges[0].text, "example.net");
			assert_int_equal(set.exchanges[0].preference, 0);
		}
		mx_set_clear(&set);
	}
}

static const struct {
	const char *exchange, *text;
	enum exchange_form form;
} forms[] = {
	{ "mx.example.net.", "mx.example.net", EXCHANGE_HOST },
	{ "MX.Example.NET.", "mx.example.net", EXCHANGE_HOST },
	{ "mail_1.example.net.", "mail_1.example.net", EXCHANGE_HOST },
	{ "net.", "net", EXCHANGE_HOST },
	{ "192.0.2.1.example.net.", "192.0.2.1.example.net", EXCHANGE_HOST },
	{ "192.0.2.1.", "192.0.2.1", EXCHANGE_LITERAL },
	{ "\\[192.0.2.1\\].", "\\091192.0.2.1\\093", EXCHANGE_LITERAL },
	{ "2001:db8::1.", "2001\\058db8\\058\\0581", EXCHANGE_LITERAL },
	{ "192.0.2.256.", "192.0.2.256", EXCHANGE_HOST },
	{ "localhost.", "localhost", EXCHANGE_LOCALHOST },
	{ "LocalHost.", "localhost", EXCHANGE_LOCALHOST },
	{ "mx.localhost.", "mx.localhost", EXCHANGE_LOCALHOST },
	{ "localhost.example.net.", "localhost.example.net", EXCHANGE_HOST },
	{ "a\\032b.example.net.", "a\\032b.example.net", EXCHANGE_INVALID },
	{ "-mx.example.net.", "-mx.example.net", EXCHANGE_INVALID },
	{ "mx\\.1.example.net.", "mx\\0461.example.net", EXCHANGE_INVALID },
	{ "\\027\\[2J.example.net.", "\\027\\0912j.example.net", EXCHANGE_INVALID },
};

static void
tells_what_an_exchange_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct buf zone = BUF_INIT;
		struct mx_set set;

		buf_addf(&zone, "@ MX 10 %s\n@ MX 20 other", forms[i].exchange);
		build(&set, answer(zone.data));
		assert_int_equal(set.count, 2);
		assert_string_equal(set.exchanges[0].text, forms[i].text);
		assert_int_equal(set.exchanges[0].form, forms[i].form);
		mx_set_clear(&set);
		buf_clear(&zone);
	}
}

static void
keeps_the_answer_order_and_finds_duplicates(void **state)
{
	static const struct {
		unsigned preference;
		bool duplicate;
		size_t source;
	} wanted[] = { { 30, true, 2 }, { 20, false, 1 }, { 10, false, 2 }, { 10, true, 2 },
		{ 5, false, 4 } };
	struct mx_set set;

	(void)state;
	build(&set, answer("@ MX 30 a\n@ MX 20 b\n@ MX 10 A\n@ MX 10 a\n@ MX 5 c"));
	assert_int_equal(set.count, 5);
	for (size_t i = 0; i < set.count; i++) {
		assert_int_equal(set.exchanges[i].answer_index, i);
		assert_int_equal(set.exchanges[i].preference, wanted[i].preference);
		assert_int_equal(set.exchanges[i].duplicate, wanted[i].duplicate);
		assert_int_equal(mx_set_source(&set, i), wanted[i].source);
	}
	mx_set_clear(&set);
}

static void
an_alias_ends_in_the_implicit_exchange(void **state)
{
	struct dns_result *result = answer("");
	struct mx_set set;

	(void)state;
	result->outcome = DNS_NODATA;
	result->alias = mem_calloc(1, sizeof *result->alias);
	result->alias_count = 1;
	assert_int_equal(dns_name_parse(&result->alias[0], "Host.example.org"), DNS_NAME_OK);
	build(&set, result);
	assert_int_equal(set.kind, MX_IMPLICIT);
	assert_string_equal(set.exchanges[0].text, "host.example.org");
	mx_set_clear(&set);
}

static void
a_literal_is_its_own_exchange(void **state)
{
	struct mail_subject subject;
	struct mx_set set;

	(void)state;
	assert_null(mail_subject_parse(&subject, "user@[IPv6:2001:db8::1]"));
	mx_set_build(&set, &subject, NULL);
	assert_int_equal(set.kind, MX_IMPLICIT);
	assert_int_equal(set.count, 1);
	assert_string_equal(set.exchanges[0].text, "[IPv6:2001:db8::1]");
	assert_int_equal(set.exchanges[0].name.length, 0);
	mx_set_clear(&set);
	mail_subject_clear(&subject);
}

/* Returns an answer with n exchanges. */
static struct dns_result *
large_answer(unsigned n)
{
	struct buf zone = BUF_INIT;
	struct dns_result *result;

	for (unsigned i = 0; i < n; i++)
		buf_addf(&zone, "@ MX %u mx%u\n", i, i);
	result = answer(zone.data);
	buf_clear(&zone);
	return result;
}

static void
a_set_is_bounded(void **state)
{
	struct mx_set set;

	(void)state;
	build(&set, large_answer(MX_EXCHANGES_MAX));
	assert_int_equal(set.count, MX_EXCHANGES_MAX);
	assert_false(set.truncated);
	mx_set_clear(&set);
	build(&set, large_answer(MX_EXCHANGES_MAX + 1));
	assert_int_equal(set.count, MX_EXCHANGES_MAX);
	assert_true(set.truncated);
	mx_set_clear(&set);
}

/* An answer in falling order of preference: what is tried first stands at its end. */
static void
what_is_left_out_would_be_tried_last(void **state)
{
	struct buf zone = BUF_INIT;
	struct mx_set set;

	(void)state;
	for (unsigned i = MX_EXCHANGES_MAX + 3; i-- > 0;)
		buf_addf(&zone, "@ MX %u mx%u\n", i, i);
	build(&set, answer(zone.data));
	buf_clear(&zone);
	assert_true(set.truncated);
	assert_int_equal(set.count, MX_EXCHANGES_MAX);
	assert_int_equal(set.exchanges[0].preference, MX_EXCHANGES_MAX - 1);
	assert_int_equal(set.exchanges[MX_EXCHANGES_MAX - 1].preference, 0);
	mx_set_clear(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_shapes_apart),
		cmocka_unit_test(only_nodata_is_implicit),
		cmocka_unit_test(tells_what_an_exchange_holds),
		cmocka_unit_test(keeps_the_answer_order_and_finds_duplicates),
		cmocka_unit_test(an_alias_ends_in_the_implicit_exchange),
		cmocka_unit_test(a_literal_is_its_own_exchange),
		cmocka_unit_test(a_set_is_bounded),
		cmocka_unit_test(what_is_left_out_would_be_tried_last),
	};

	return cmocka_run_group_tests_name("mail/mx_set", tests, NULL, NULL);
}

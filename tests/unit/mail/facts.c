/*
 * Facts as they arrive: what is asked, what becomes a target, and the bounds.
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
#include "mail/facts.h"

/* Returns a result for the name with these records, NODATA when there are none. */
static struct dns_result *
result(const char *name, uint16_t type, const char *zone)
{
	struct dns_question question = { .type = type };
	struct dns_result *r;

	assert_int_equal(dns_name_parse(&question.name, name), DNS_NAME_OK);
	r = dns_result_new(&question);
	r->ttl = 300;
	assert_null(dns_zone_parse(zone, &question.name, 300, &r->answer));
	r->outcome = r->answer.count ? DNS_ANSWER : DNS_NODATA;
	return r;
}

/* Begins the facts of a subject. */
static void
begin(struct mail_facts *facts, const char *typed)
{
	struct mail_subject subject;

	assert_null(mail_subject_parse(&subject, typed));
	mail_facts_init(facts, &subject);
	mail_subject_clear(&subject);
}

/* Stores the MX answer. */
static void
give_mx(struct mail_facts *facts, const char *zone)
{
	struct dns_result *r = result(facts->subject.ascii, DNS_TYPE_MX, zone);

	mail_facts_mx(facts, r);
	dns_result_release(r);
}

/* Stores an address answer of an exchange with an outcome. */
static void
give(struct mail_facts *facts, size_t exchange, uint16_t type, const char *zone,
    enum dns_outcome outcome)
{
	struct dns_result *r = result(facts->mx.exchanges[exchange].text, type, zone);

	r->outcome = outcome;
	mail_facts_addresses(facts, exchange, r);
	dns_result_release(r);
}

static void
asks_for_host_names_once(void **state)
{
	static const bool asked[] = { true, false, false, false, false, false, true };
	struct mail_facts facts;

	(void)state;
	begin(&facts, "example.net");
	assert_false(mail_facts_dns_known(&facts));
	give_mx(&facts,
	    "@ MX 10 mx\n@ MX 20 MX\n@ MX 20 192.0.2.1.\n@ MX 20 localhost.\n@ MX 20 .\n"
	    "@ MX 20 a\\032b\n@ MX 30 mx2");
	assert_int_equal(facts.mx.count, 7);
	for (size_t i = 0; i < facts.mx.count; i++) {
		assert_int_equal(facts.addresses[i].a_asked, asked[i]);
		assert_int_equal(facts.addresses[i].aaaa_asked, asked[i]);
		assert_int_equal(mail_facts_exchange_known(&facts, i), !asked[i]);
	}
	assert_false(mail_facts_dns_known(&facts));
	mail_facts_clear(&facts);
}

static void
addresses_become_targets_in_order_of_arrival(void **state)
{
	static const char *const wanted[] = { "2001:db8::1", "192.0.2.2", "192.0.2.1" };
	struct mail_facts facts;
	struct ip_addr ip;

	(void)state;
	begin(&facts, "example.net");
	give_mx(&facts, "@ MX 10 mx");
	give(&facts, 0, DNS_TYPE_AAAA, "@ AAAA 2001:db8::1", DNS_ANSWER);
	assert_false(mail_facts_exchange_known(&facts, 0));
	give(&facts, 0, DNS_TYPE_A, "@ A 192.0.2.2\n@ A 192.0.2.1\n@ A 192.0.2.2", DNS_ANSWER);
	assert_true(mail_facts_dns_known(&facts));
	assert_int_equal(facts.target_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(ip_parse(&ip, wanted[i]));
		assert_int_equal(mail_facts_find_target(&facts, 0, &ip), i);
		assert_int_equal(facts.targets[i].ttl, 300);
		assert_null(facts.targets[i].probe);
	}
	assert_true(ip_parse(&ip, "192.0.2.3"));
	assert_int_equal(mail_facts_find_target(&facts, 0, &ip), SIZE_MAX);
	mail_facts_clear(&facts);
}

static void
the_same_answer_again_adds_nothing(void **state)
{
	struct mail_facts facts;

	(void)state;
	begin(&facts, "example.net");
	give_mx(&facts, "@ MX 10 mx");
	give(&facts, 0, DNS_TYPE_A, "@ A 192.0.2.1", DNS_ANSWER);
	give(&facts, 0, DNS_TYPE_A, "@ A 192.0.2.1\n@ A 192.0.2.2", DNS_ANSWER);
	assert_int_equal(facts.target_count, 2);
	mail_facts_clear(&facts);
}

static void
a_probe_replaces_the_one_before(void **state)
{
	struct mail_facts facts;

	(void)state;
	begin(&facts, "example.net");
	give_mx(&facts, "@ MX 10 mx");
	give(&facts, 0, DNS_TYPE_A, "@ A 192.0.2.1", DNS_ANSWER);
	for (int i = 0; i < 2; i++) {
		struct smtp_facts *probe = mem_alloc(sizeof *probe);

		smtp_facts_init(probe, i);
		mail_facts_probe(&facts, 0, probe);
		assert_ptr_equal(facts.targets[0].probe, probe);
		assert_int_equal(facts.targets[0].probe->started_us, i);
	}
	mail_facts_clear(&facts);
}

static const struct {
	enum dns_outcome a, aaaa;
	enum mx_kind kind;
} implicit_ends[] = {
	{ DNS_NODATA, DNS_NODATA, MX_NONE },
	{ DNS_NXDOMAIN, DNS_NODATA, MX_NONE },
	{ DNS_NODATA, DNS_SERVFAIL, MX_IMPLICIT },
	{ DNS_TIMEOUT, DNS_NODATA, MX_IMPLICIT },
};

static void
an_implicit_exchange_without_address_was_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof implicit_ends / sizeof *implicit_ends; i++) {
		struct mail_facts facts;

		begin(&facts, "example.net");
		give_mx(&facts, "");
		assert_int_equal(facts.mx.kind, MX_IMPLICIT);
		give(&facts, 0, DNS_TYPE_A, "", implicit_ends[i].a);
		assert_int_equal(facts.mx.kind, MX_IMPLICIT);
		give(&facts, 0, DNS_TYPE_AAAA, "", implicit_ends[i].aaaa);
		assert_int_equal(facts.mx.kind, implicit_ends[i].kind);
		assert_int_equal(facts.mx.count, 1);
		mail_facts_clear(&facts);
	}
}

static const struct {
	enum dns_outcome a, aaaa;
	bool trouble;
} troubles[] = {
	{ DNS_NODATA, DNS_NODATA, false },
	{ DNS_SERVFAIL, DNS_NODATA, true },
	{ DNS_NODATA, DNS_TIMEOUT, true },
	{ DNS_NXDOMAIN, DNS_TIMEOUT, false },
	{ DNS_BOGUS, DNS_NXDOMAIN, true },
};

static void
trouble_is_what_settles_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
		struct mail_facts facts;

		begin(&facts, "example.net");
		give_mx(&facts, "@ MX 10 mx");
		assert_null(mail_facts_trouble(&facts, 0));
		give(&facts, 0, DNS_TYPE_A, "", troubles[i].a);
		give(&facts, 0, DNS_TYPE_AAAA, "", troubles[i].aaaa);
		assert_int_equal(mail_facts_trouble(&facts, 0) != NULL, troubles[i].trouble);
		mail_facts_clear(&facts);
	}
}

static void
a_literal_is_its_own_target(void **state)
{
	struct mail_facts facts;

	(void)state;
	begin(&facts, "user@[192.0.2.1]");
	mail_facts_mx(&facts, NULL);
	assert_true(mail_facts_dns_known(&facts));
	assert_int_equal(facts.target_count, 1);
	assert_true(ip_equal(&facts.targets[0].ip, &facts.subject.literal));
	mail_facts_clear(&facts);
}

/* Returns zone text with n addresses, all different. */
static char *
many_addresses(unsigned n)
{
	struct buf zone = BUF_INIT;

	for (unsigned i = 0; i < n; i++)
		buf_addf(&zone, "@ A 192.0.%u.%u\n", i / 256, i % 256);
	return buf_take(&zone);
}

static void
names_that_spell_addresses_become_targets_when_asked_for(void **state)
{
	struct mail_facts facts;
	struct ip_addr ip;

	(void)state;
	begin(&facts, "example.net");
	mail_facts_literals(&facts);
	assert_int_equal(facts.target_count, 0);
	give_mx(
	    &facts, "@ MX 10 192.0.2.1.\n@ MX 20 192.0.2.1.\n@ MX 30 host\n@ MX 40 192.0.2.2.");
	assert_int_equal(facts.target_count, 0);
	for (int again = 0; again < 2; again++) {
		mail_facts_literals(&facts);
		assert_int_equal(facts.target_count, 2);
	}
	assert_true(ip_parse(&ip, "192.0.2.2"));
	assert_int_equal(mail_facts_find_target(&facts, 3, &ip), 1);
	mail_facts_clear(&facts);
}

static void
addresses_of_one_family_are_bounded_and_counted(void **state)
{
	struct mail_facts facts;
	char *zone = many_addresses(MAIL_ADDRESSES_MAX + 5);

	(void)state;
	begin(&facts, "example.net");
	give_mx(&facts, "@ MX 10 mx");
	give(&facts, 0, DNS_TYPE_A, zone, DNS_ANSWER);
	give(&facts, 0, DNS_TYPE_AAAA, "@ AAAA 2001:db8::1", DNS_ANSWER);
	assert_int_equal(facts.target_count, MAIL_ADDRESSES_MAX + 1);
	assert_int_equal(facts.addresses[0].left_out, 5);
	mail_facts_clear(&facts);
	free(zone);
}

static void
targets_of_an_inquiry_are_bounded_and_counted(void **state)
{
	struct mail_facts facts;
	struct buf mx = BUF_INIT;
	char *zone = many_addresses(MAIL_ADDRESSES_MAX);

	(void)state;
	for (unsigned i = 0; i < 40; i++)
		buf_addf(&mx, "@ MX %u mx%u\n", i, i);
	begin(&facts, "example.net");
	give_mx(&facts, mx.data);
	for (size_t i = 0; i < facts.mx.count; i++)
		give(&facts, i, DNS_TYPE_A, zone, DNS_ANSWER);
	assert_int_equal(facts.target_count, MAIL_TARGETS_MAX);
	assert_int_equal(facts.addresses[31].left_out, 0);
	assert_int_equal(facts.addresses[32].left_out, MAIL_ADDRESSES_MAX);
	mail_facts_clear(&facts);
	buf_clear(&mx);
	free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_for_host_names_once),
		cmocka_unit_test(addresses_become_targets_in_order_of_arrival),
		cmocka_unit_test(the_same_answer_again_adds_nothing),
		cmocka_unit_test(a_probe_replaces_the_one_before),
		cmocka_unit_test(an_implicit_exchange_without_address_was_none),
		cmocka_unit_test(trouble_is_what_settles_nothing),
		cmocka_unit_test(a_literal_is_its_own_target),
		cmocka_unit_test(names_that_spell_addresses_become_targets_when_asked_for),
		cmocka_unit_test(addresses_of_one_family_are_bounded_and_counted),
		cmocka_unit_test(targets_of_an_inquiry_are_bounded_and_counted),
	};

	return cmocka_run_group_tests_name("mail/facts", tests, NULL, NULL);
}

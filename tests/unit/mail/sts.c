/*
 * MTA-STS policies: what is read, what is refused, which exchanges match (RFC 8461).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/zone.h"
#include "mail/sts.h"
#include "util/buf.h"
#include "util/text.h"

static void
policies_are_read(void **state)
{
	static const struct {
		const char *text;
		const char *error; /* a piece of it; NULL = it is valid */
		enum sts_mode mode;
		long age;
		size_t mx;
	} rows[] = {
		{ "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\n"
		  "mx: backupmx.example.com\nmax_age: 604800\n",
		    NULL, STS_ENFORCE, 604800, 3 },
		{ "version: STSv1\r\nmode: testing\r\nmx: mx.example\r\nmax_age: 86400\r\n",
		    NULL, STS_TESTING, 86400, 1 },
		{ "version:STSv1\nmode:\tnone \t\nmax_age:0", NULL, STS_MODE_NONE, 0, 0 },
		{ "max_age: 1\nmx: a.example\nmode: enforce\nversion: STSv1", NULL, STS_ENFORCE,
		    1, 1 },
		{ "version: STSv1\nmode: enforce\nmode: none\nmx: a.example\nmax_age: 1\n"
		  "max_age: x\n",
		    NULL, STS_ENFORCE, 1, 1 },
		{ "version: STSv1\nfuture: thing\nmode: enforce\n\nmx: a.example\nmax_age: 1",
		    NULL, STS_ENFORCE, 1, 1 },
		{ "version: STSv1\nmode: enforce\nmx: A.EXAMPLE\nmax_age: 31557600", NULL,
		    STS_ENFORCE, 31557600, 1 },
		{ "", "\"version\" is missing", 0, 0, 0 },
		{ "<html>\n<p>Not here", "is not of the form", 0, 0, 0 },
		{ "mode: enforce\nmx: a.example\nmax_age: 1", "\"version\" is missing", 0, 0,
		    0 },
		{ "version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 1", "is not STSv1", 0,
		    0, 0 },
		{ "Version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1",
		    "\"version\" is missing", 0, 0, 0 },
		{ "version: STSv1\nmx: a.example\nmax_age: 1", "\"mode\" is missing", 0, 0, 0 },
		{ "version: STSv1\nmode: Enforce\nmx: a.example\nmax_age: 1", "none of enforce",
		    0, 0, 0 },
		{ "version: STSv1\nmode: enforce\nmax_age: 1", "\"mx\" is missing", 0, 0, 0 },
		{ "version: STSv1\nmode: testing\nmax_age: 1", "\"mx\" is missing", 0, 0, 0 },
		{ "version: STSv1\nmode: enforce\nmx: a.example", "\"max_age\" is missing", 0,
		    0, 0 },
		{ "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 31557601",
		    "not a number of seconds", 0, 0, 0 },
		{ "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -1",
		    "not a number of seconds", 0, 0, 0 },
		{ "version: STSv1\nmode: enforce\nmx: a b\nmax_age: 1", "neither a host name",
		    0, 0, 0 },
		{ "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1", "neither a host name", 0,
		    0, 0 },
		{ "version: STSv1\nmode: enforce\nmx: *.*.example\nmax_age: 1",
		    "neither a host name", 0, 0, 0 },
		{ "version: STSv1\nmode: enforce\nmx: .example\nmax_age: 1",
		    "neither a host name", 0, 0, 0 },
		{ "version: STSv1\nmode: \x1b[2J\nmx: a.example\nmax_age: 1", "\\x1b[2J", 0, 0,
		    0 },
		{ "version: STSv1\nmode enforce", "is not of the form", 0, 0, 0 },
		{ ": STSv1", "is not of the form", 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sts_policy policy;
		char *error = sts_policy_parse(&policy, rows[i].text, strlen(rows[i].text));

		if ((error == NULL) != (rows[i].error == NULL) ||
		    (error && !strstr(error, rows[i].error)))
			fail_msg("row %zu: %s", i, error ? error : "it is valid");
		if (error) {
			assert_true(text_is_printable(error, strlen(error)));
		} else {
			assert_int_equal(policy.mode, rows[i].mode);
			assert_int_equal(policy.max_age, rows[i].age);
			assert_int_equal(policy.mx_count, rows[i].mx);
		}
		sts_policy_clear(&policy);
		free(error);
	}
}

/* Bounds: 64 KiB, 512 mx lines, no NUL. */
static void
policies_are_bounded(void **state)
{
	static const char nul[] = "version: STSv1\nmode: none\nmax_age: 1\n\0x";
	struct buf text = BUF_INIT;
	struct sts_policy policy;
	char *error;

	(void)state;
	buf_adds(&text, "version: STSv1\nmode: enforce\nmax_age: 1\n");
	for (int i = 0; i < 1000; i++)
		buf_addf(&text, "mx: mx%d.example\n", i);
	assert_null(sts_policy_parse(&policy, text.data, text.length));
	assert_int_equal(policy.mx_count, STS_MX_MAX);
	sts_policy_clear(&policy);
	buf_fill(&text, '\n', STS_POLICY_MAX);
	error = sts_policy_parse(&policy, text.data, text.length);
	assert_non_null(strstr(error, "64 KiB"));
	free(error);
	error = sts_policy_parse(&policy, nul, sizeof nul - 1);
	assert_non_null(strstr(error, "NUL"));
	free(error);
	buf_clear(&text);
}

static void
exchanges_match(void **state)
{
	static const struct {
		const char *pattern, *exchange;
		bool matches;
	} rows[] = {
		{ "mx.example.net", "mx.example.net", true },
		{ "MX.Example.net", "mx.EXAMPLE.net", true },
		{ "mx.example.net.", "mx.example.net", true },
		{ "mx.example.net", "mx2.example.net", false },
		{ "example.net", "mx.example.net", false },
		{ "*.example.net", "mx.example.net", true },
		{ "*.example.net", "example.net", false },
		{ "*.example.net", "a.mx.example.net", false },
		{ "*.example.net", "mx.example.org", false },
		{ "*.net", "example.net", true },
		{ "a.*.example", "a.b.example", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = BUF_INIT;
		struct sts_policy policy;
		struct dns_name exchange;
		bool matches;
		char *error;

		buf_addf(&text, "version: STSv1\nmode: enforce\nmax_age: 1\nmx: %s\n",
		    rows[i].pattern);
		error = sts_policy_parse(&policy, text.data, text.length);
		assert_int_equal(dns_name_parse(&exchange, rows[i].exchange), DNS_NAME_OK);
		matches = error == NULL && sts_policy_matches(&policy, &exchange);
		if (matches != rows[i].matches)
			fail_msg("%s and %s", rows[i].pattern, rows[i].exchange);
		free(error);
		sts_policy_clear(&policy);
		buf_clear(&text);
	}
}

/* Gives the answer for one family: records as zone text, or the word of an outcome. */
static bool
give(struct sts_facts *sts, uint16_t type, const char *answer)
{
	const struct dns_question question = { .name = sts->host, .type = type };
	struct dns_result *result = dns_result_new(&question);
	bool fetch;

	result->outcome = DNS_ANSWER;
	if (!dns_outcome_parse(answer, &result->outcome))
		assert_null(dns_zone_parse(answer, &sts->host, 300, &result->answer));
	fetch = sts_facts_address(sts, result);
	dns_result_release(result);
	return fetch;
}

static void
the_way_to_a_policy(void **state)
{
	static const char good[] = "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n";
	static const struct {
		enum posture_outcome announced;
		const char *a, *aaaa; /* NULL = not asked */
		const char *body; /* NULL = it is not fetched */
		enum sts_outcome outcome;
		const char *error;
	} rows[] = {
		{ POSTURE_ABSENT, NULL, NULL, NULL, STS_NONE, NULL },
		{ POSTURE_MULTIPLE, NULL, NULL, NULL, STS_INVALID, "because" },
		{ POSTURE_MALFORMED, NULL, NULL, NULL, STS_INVALID, "because" },
		{ POSTURE_ERROR, NULL, NULL, NULL, STS_UNREACHABLE, "because" },
		{ POSTURE_PRESENT, "nxdomain", "nxdomain", NULL, STS_UNREACHABLE,
		    "mta-sts.domain.example does not exist" },
		{ POSTURE_PRESENT, "nodata", "nodata", NULL, STS_UNREACHABLE,
		    "has no address" },
		{ POSTURE_PRESENT, "servfail", "nodata", NULL, STS_UNREACHABLE,
		    "cannot be looked up" },
		{ POSTURE_PRESENT, "nodata", "timeout", NULL, STS_UNREACHABLE,
		    "cannot be looked up" },
		{ POSTURE_PRESENT, "@ A 192.0.2.1", "nodata", good, STS_VALID, NULL },
		{ POSTURE_PRESENT, "servfail", "@ AAAA 2001:db8::1", good, STS_VALID, NULL },
		{ POSTURE_PRESENT, "@ A 192.0.2.1", "nodata", "<html>", STS_INVALID,
		    "is not of the form" },
	};
	struct dns_name domain;

	(void)state;
	assert_int_equal(dns_name_parse(&domain, "domain.example"), DNS_NAME_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char because[] = "because";
		const struct posture_record announced = {
			.outcome = rows[i].announced,
			.error = rows[i].announced == POSTURE_PRESENT ||
				rows[i].announced == POSTURE_ABSENT
			    ? NULL
			    : because,
		};
		struct sts_facts sts = { 0 };

		assert_int_equal(sts_facts_begin(&sts, &announced, &domain), rows[i].a != NULL);
		if (rows[i].a) {
			assert_int_equal(sts.outcome, STS_PENDING);
			assert_false(give(&sts, DNS_TYPE_A, rows[i].a));
			assert_int_equal(
			    give(&sts, DNS_TYPE_AAAA, rows[i].aaaa), rows[i].body != NULL);
		}
		if (rows[i].body)
			sts_facts_fetched(&sts, rows[i].body, strlen(rows[i].body), 1000);
		if (sts.outcome != rows[i].outcome ||
		    (rows[i].error && !strstr(sts.error, rows[i].error)))
			fail_msg(
			    "row %zu: %s, %s", i, sts_outcome_name(sts.outcome), sts.error);
		sts_facts_clear(&sts);
	}
}

static void
addresses_are_bounded(void **state)
{
	struct ip_addr addresses[STS_ADDRESSES_MAX];
	const struct posture_record announced = { .outcome = POSTURE_PRESENT };
	struct sts_facts sts = { 0 };
	struct buf zone = BUF_INIT;
	struct dns_name domain;

	(void)state;
	for (int i = 1; i < 20; i++)
		buf_addf(&zone, "@ A 192.0.2.%d\n", i);
	assert_int_equal(dns_name_parse(&domain, "domain.example"), DNS_NAME_OK);
	assert_true(sts_facts_begin(&sts, &announced, &domain));
	give(&sts, DNS_TYPE_A, buf_text(&zone));
	assert_true(give(&sts, DNS_TYPE_AAAA, "@ AAAA 2001:db8::1"));
	assert_int_equal(sts_facts_addresses(&sts, addresses), STS_ADDRESSES_MAX);
	sts_facts_lost(&sts, "the host is silent");
	assert_int_equal(sts.outcome, STS_UNREACHABLE);
	assert_string_equal(sts.error, "the host is silent");
	sts_facts_leave(&sts);
	assert_int_equal(sts.outcome, STS_UNFETCHED);
	assert_null(sts.error);
	sts_facts_clear(&sts);
	buf_clear(&zone);
}

/* Every octet in every place of a policy: what is said of it, and what is kept, may be shown. */
static void
nothing_harmful_comes_through(void **state)
{
	static const char *const places[] = { "%c", "version: %c", "version: STSv1\nmode: %c",
		"version: STSv1\nmode: enforce\nmax_age: %c",
		"version: STSv1\nmode: enforce\nmax_age: 1\nmx: %c.example",
		"version: STSv1\nmode: enforce\nmax_age: 1\nmx: a.example\n%c: x" };

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		for (int octet = 1; octet < 256; octet++) {
			struct buf text = BUF_INIT;
			struct sts_policy policy;
			const char *at = strstr(places[i], "%c");
			char *error;

			buf_add(&text, places[i], (size_t)(at - places[i]));
			buf_addc(&text, (char)octet);
			buf_adds(&text, at + 2);
			error = sts_policy_parse(&policy, text.data, text.length);
			assert_true(!error || text_is_printable(error, strlen(error)));
			for (size_t j = 0; j < policy.mx_count; j++)
				assert_true(
				    text_is_printable(policy.mx[j], strlen(policy.mx[j])));
			free(error);
			sts_policy_clear(&policy);
			buf_clear(&text);
		}
	}
}

/* An older policy applies while no new one can be had, until it expires (RFC 8461 3.3). */
static void
an_older_policy_is_kept(void **state)
{
	static const char good[] =
	    "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 100\n";
	static const char newer[] =
	    "version: STSv1\nmode: testing\nmx: b.example\nmax_age: 9\n";
	static const struct {
		enum posture_outcome announced;
		const char *body; /* NULL = it cannot be fetched */
		int64_t now;
		enum sts_outcome outcome;
		bool stale;
	} rows[] = {
		{ POSTURE_PRESENT, NULL, 1099, STS_VALID, true },
		{ POSTURE_PRESENT, NULL, 1100, STS_UNREACHABLE, false },
		{ POSTURE_PRESENT, "<html>", 1050, STS_VALID, true },
		{ POSTURE_PRESENT, newer, 1050, STS_VALID, false },
		{ POSTURE_ABSENT, NULL, 1050, STS_VALID, true },
		{ POSTURE_ABSENT, NULL, 1200, STS_NONE, false },
		{ POSTURE_MULTIPLE, NULL, 1050, STS_VALID, true },
		{ POSTURE_ERROR, NULL, 1050, STS_VALID, true },
	};
	struct dns_name domain;

	(void)state;
	assert_int_equal(dns_name_parse(&domain, "domain.example"), DNS_NAME_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct posture_record announced = { .outcome = rows[i].announced };
		struct sts_facts before = { 0 }, sts = { 0 }, copy;

		sts_facts_fetched(&before, good, sizeof good - 1, 1000);
		sts_facts_keep(&sts, &before, rows[i].now);
		sts_facts_clear(&before);
		if (sts_facts_begin(&sts, &announced, &domain) && rows[i].body)
			sts_facts_fetched(
			    &sts, rows[i].body, strlen(rows[i].body), rows[i].now);
		else if (rows[i].announced == POSTURE_PRESENT)
			sts_facts_lost(&sts, "it is silent");
		if (sts.outcome != rows[i].outcome || sts.stale != rows[i].stale)
			fail_msg("row %zu: %s", i, sts_outcome_name(sts.outcome));
		if (sts.stale) {
			assert_int_equal(sts.policy.mode, STS_ENFORCE);
			assert_int_equal(sts.until, 1100);
		}
		sts_facts_copy(&copy, &sts);
		assert_int_equal(copy.policy.mx_count, sts.policy.mx_count);
		sts_facts_clear(&sts);
		sts_facts_clear(&copy);
	}
}

/* What is kept outlives a study that never came to an answer. */
static void
what_is_kept_is_handed_on(void **state)
{
	static const char good[] =
	    "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 100\n";
	struct sts_facts first = { 0 }, second = { 0 }, third = { 0 };

	(void)state;
	sts_facts_fetched(&first, good, sizeof good - 1, 1000);
	sts_facts_keep(&second, &first, 1010);
	second.outcome = STS_PENDING;
	sts_facts_keep(&third, &second, 1020);
	assert_true(third.keeps);
	assert_int_equal(third.kept_until, 1100);
	sts_facts_clear(&first);
	sts_facts_clear(&second);
	sts_facts_clear(&third);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies_are_read),
		cmocka_unit_test(policies_are_bounded),
		cmocka_unit_test(exchanges_match),
		cmocka_unit_test(nothing_harmful_comes_through),
		cmocka_unit_test(the_way_to_a_policy),
		cmocka_unit_test(addresses_are_bounded),
		cmocka_unit_test(an_older_policy_is_kept),
		cmocka_unit_test(what_is_kept_is_handed_on),
	};

	return cmocka_run_group_tests_name("mail/sts", tests, NULL, NULL);
}

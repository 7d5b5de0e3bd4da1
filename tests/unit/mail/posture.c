/*
 * TXT records as domains publish them, and what they amount to: a table of records and outcomes.
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
#include "util/text.h"
#include "dns/zone.h"
#include "mail/posture.h"

/* An answer of TXT records, each quoted as zone text has it, at most four. */
static struct dns_result *
answer_of(const char *const *texts)
{
	struct dns_question question = { .type = DNS_TYPE_TXT };
	struct dns_result *result;
	struct buf zone = BUF_INIT;
	char *error;

	assert_int_equal(dns_name_parse(&question.name, "d.example"), DNS_NAME_OK);
	result = dns_result_new(&question);
	for (size_t i = 0; i < 4 && texts[i] != NULL; i++)
		buf_addf(&zone, "d.example. 60 TXT %s\n", texts[i]);
	error = dns_zone_parse(buf_text(&zone), NULL, 60, &result->answer);
	if (error)
		fail_msg("%s", error);
	buf_clear(&zone);
	result->outcome = result->answer.count ? DNS_ANSWER : DNS_NODATA;
	return result;
}

/* What is wanted of one answer. */
struct row {
	enum posture_kind kind;
	const char *texts[4];
	enum posture_outcome outcome;
	const char *says; /* spf: "-" or "redirect"; dmarc: p; sts: id; tlsrpt: the addresses */
	const char *error; /* a part of the sentence; NULL = there is none */
};

static const struct row rows[] = {
	/* SPF (RFC 7208) */
	{ POSTURE_SPF, { "\"v=spf1 -all\"" }, POSTURE_PRESENT, "-", NULL },
	{ POSTURE_SPF, { "\"V=SPF1 +ALL\"" }, POSTURE_PRESENT, "+", NULL },
	{ POSTURE_SPF, { "\"v=spf1 all\"" }, POSTURE_PRESENT, "+", NULL },
	{ POSTURE_SPF, { "\"v=spf1\"" }, POSTURE_PRESENT, "", NULL },
	{ POSTURE_SPF, { "\"v=spf1 \"" }, POSTURE_PRESENT, "", NULL },
	{ POSTURE_SPF,
	    { "\"v=spf1 mx a:mail.example/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32 "
	      "include:_spf.example exists:%{i}.x.example ptr ?all\"" },
	    POSTURE_PRESENT, "?", NULL },
	{ POSTURE_SPF, { "\"v=spf1 redirect=_spf.example\"" }, POSTURE_PRESENT, "redirect",
	    NULL },
	{ POSTURE_SPF, { "\"v=spf1 redirect=_spf.example ~all\"" }, POSTURE_PRESENT, "~",
	    NULL },
	{ POSTURE_SPF, { "\"v=spf1 mx\" \" -all\"" }, POSTURE_PRESENT, "-", NULL },
	{ POSTURE_SPF, { "\"v=spf1 future=x exp=e.example -all\"" }, POSTURE_PRESENT, "-",
	    NULL },
	{ POSTURE_SPF, { "\"google-site-verification=abc\"" }, POSTURE_ABSENT, NULL, NULL },
	{ POSTURE_SPF, { "\"other\"", "\"v=spf1 -all\"" }, POSTURE_PRESENT, "-", NULL },
	{ POSTURE_SPF, { "\"v=spf1 -all\"", "\"v=spf1 mx -all\"" }, POSTURE_MULTIPLE, NULL,
	    "2 records" },
	{ POSTURE_SPF, { "\"v=spf10 -all\"" }, POSTURE_MALFORMED, NULL, "does not begin" },
	{ POSTURE_SPF, { "\"v=spf1\" \"mx\" \"-all\"" }, POSTURE_MALFORMED, NULL,
	    "does not begin" },
	{ POSTURE_SPF, { "\"v=spf1 mx,-all\"" }, POSTURE_MALFORMED, NULL, "\"mx,-all\" " },
	{ POSTURE_SPF, { "\"v=spf1 ipv4:192.0.2.1 -all\"" }, POSTURE_MALFORMED, NULL,
	    "no mechanism" },
	{ POSTURE_SPF, { "\"v=spf1 ip4:192.0.2.300 -all\"" }, POSTURE_MALFORMED, NULL,
	    "ip4:192.0.2.300" },
	{ POSTURE_SPF, { "\"v=spf1 ip4:2001:db8::1 -all\"" }, POSTURE_MALFORMED, NULL, "ip4" },
	{ POSTURE_SPF, { "\"v=spf1 ip6:fe80::1%lo -all\"" }, POSTURE_MALFORMED, NULL, "ip6" },
	{ POSTURE_SPF, { "\"v=spf1 include -all\"" }, POSTURE_MALFORMED, NULL, "include" },
	{ POSTURE_SPF, { "\"v=spf1 a/33 -all\"" }, POSTURE_MALFORMED, NULL, "a/33" },
	{ POSTURE_SPF, { "\"v=spf1 mx/24//129\"" }, POSTURE_MALFORMED, NULL, "mx/24//129" },
	{ POSTURE_SPF, { "\"v=spf1 redirect=a.example redirect=b.example\"" },
	    POSTURE_MALFORMED, NULL, "second time" },
	{ POSTURE_SPF, { "\"v=spf1 all:x\"" }, POSTURE_MALFORMED, NULL, "all:x" },
	{ POSTURE_SPF, { "\"v=spf1 a a a a a a a a a a mx -all\"" }, POSTURE_MALFORMED, NULL,
	    "11 terms" },
	{ POSTURE_SPF, { "\"v=spf1 a a a a a a a a a mx -all\"" }, POSTURE_PRESENT, "-", NULL },
	{ POSTURE_SPF, { "\"v=spf1 \\007x -all\"" }, POSTURE_MALFORMED, NULL, "\\x07x" },

	/* DMARC (RFC 7489 6.3) */
	{ POSTURE_DMARC, { "\"v=DMARC1; p=reject; rua=mailto:d@d.example\"" }, POSTURE_PRESENT,
	    "reject", NULL },
	{ POSTURE_DMARC, { "\"v=DMARC1;p=None\"" }, POSTURE_PRESENT, "none", NULL },
	{ POSTURE_DMARC, { "\"v=DMARC1 ; p = quarantine ; pct=50; sp=none; x=y;\"" },
	    POSTURE_PRESENT, "quarantine", NULL },
	{ POSTURE_DMARC, { "\"v = DMARC1 ; p = reject ; sp=none\"" }, POSTURE_PRESENT, "reject",
	    NULL },
	{ POSTURE_DMARC, { "\"v= DMARC1; p=none\"" }, POSTURE_PRESENT, "none", NULL },
	{ POSTURE_DMARC, { "\"v \t=DMARC1;p=none\"" }, POSTURE_PRESENT, "none", NULL },
	{ POSTURE_DMARC, { "\"v = dmarc1; p=none\"" }, POSTURE_MALFORMED, NULL,
	    "does not begin with v=DMARC1;" },
	{ POSTURE_DMARC, { "\"v = DMARC10; p=none\"", "\"v=DMARC1; p=reject\"" },
	    POSTURE_PRESENT, "reject", NULL },
	{ POSTURE_STS, { "\"v = STSv1; id=1\"" }, POSTURE_ABSENT, NULL, NULL },
	{ POSTURE_DMARC, { "\"v=DMARC1; rua=mailto:d@d.example\"" }, POSTURE_PRESENT, "none",
	    "there is no p= in it: as it has rua=, receivers take it for p=none" },
	{ POSTURE_DMARC, { "\"v=DMARC1; ruf=mailto:d@d.example\"" }, POSTURE_MALFORMED, NULL,
	    "no p=" },
	{ POSTURE_DMARC, { "\"v=DMARC1\"" }, POSTURE_MALFORMED, NULL, "does not begin" },
	{ POSTURE_DMARC, { "\"v=DMARC1;\"" }, POSTURE_MALFORMED, NULL, "no p=" },
	{ POSTURE_DMARC, { "\"v=dmarc1; p=none\"" }, POSTURE_MALFORMED, NULL,
	    "does not begin with v=DMARC1;" },
	{ POSTURE_DMARC, { "\"p=none; v=DMARC1\"" }, POSTURE_ABSENT, NULL, NULL },
	{ POSTURE_DMARC, { "\"v=DMARC1; p=drop\"" }, POSTURE_MALFORMED, NULL, "p=drop" },
	{ POSTURE_DMARC, { "\"v=DMARC1; p=none; pct=101\"" }, POSTURE_MALFORMED, NULL, "pct" },
	{ POSTURE_DMARC, { "\"v=DMARC1; p=none; adkim=x\"" }, POSTURE_MALFORMED, NULL,
	    "adkim" },
	{ POSTURE_DMARC, { "\"v=DMARC1; p=none; sp=maybe\"" }, POSTURE_MALFORMED, NULL, "sp" },
	{ POSTURE_DMARC, { "\"v=DMARC1; p=none; rua=d@d.example\"" }, POSTURE_MALFORMED, NULL,
	    "rua=d@d.example" },
	{ POSTURE_DMARC, { "\"v=DMARC1; p=none; p=reject\"" }, POSTURE_MALFORMED, NULL,
	    "second time" },
	{ POSTURE_DMARC, { "\"v=DMARC1; none\"" }, POSTURE_MALFORMED, NULL, "\"none\"" },
	{ POSTURE_DMARC, { "\"v=DMARC1; p=none\"", "\"v=DMARC1; p=reject\"" }, POSTURE_MULTIPLE,
	    NULL, "2 records" },

	/* MTA-STS (RFC 8461 3.1) */
	{ POSTURE_STS, { "\"v=STSv1; id=20160831085700Z;\"" }, POSTURE_PRESENT,
	    "20160831085700Z", NULL },
	{ POSTURE_STS, { "\"v=STSv1; id=a\"" }, POSTURE_PRESENT, "a", NULL },
	{ POSTURE_STS, { "\"v=STSv1; id=\"" }, POSTURE_MALFORMED, NULL, "1 to 32" },
	{ POSTURE_STS, { "\"v=STSv1; id=123456789012345678901234567890123\"" },
	    POSTURE_MALFORMED, NULL, "1 to 32" },
	{ POSTURE_STS, { "\"v=STSv1; id=2016-08\"" }, POSTURE_MALFORMED, NULL, "letters" },
	{ POSTURE_STS, { "\"v=STSv1;\"" }, POSTURE_MALFORMED, NULL, "no id=" },
	{ POSTURE_STS, { "\"v=STSv2; id=1\"" }, POSTURE_MALFORMED, NULL, "does not begin" },
	{ POSTURE_STS, { "\"v=spf1 -all\"" }, POSTURE_ABSENT, NULL, NULL },
	{ POSTURE_STS, { "\"v=STSv1; id=1\"", "\"v=STSv1; id=2\"" }, POSTURE_MULTIPLE, NULL,
	    "2 records" },

	/* SMTP TLS reporting (RFC 8460 3) */
	{ POSTURE_TLSRPT, { "\"v=TLSRPTv1; rua=mailto:r@d.example\"" }, POSTURE_PRESENT,
	    "mailto:r@d.example", NULL },
	{ POSTURE_TLSRPT, { "\"v=TLSRPTv1;rua=mailto:r@d.example , https://r.d.example/v1\"" },
	    POSTURE_PRESENT, "mailto:r@d.example https://r.d.example/v1", NULL },
	{ POSTURE_TLSRPT, { "\"v=TLSRPTv1; rua=http://d.example\"" }, POSTURE_MALFORMED, NULL,
	    "http://d.example" },
	{ POSTURE_TLSRPT, { "\"v=TLSRPTv1; rua=\"" }, POSTURE_MALFORMED, NULL, "no address" },
	{ POSTURE_TLSRPT, { "\"v=TLSRPTv1; ruf=mailto:x\"" }, POSTURE_MALFORMED, NULL,
	    "no rua=" },
	{ POSTURE_TLSRPT, { NULL }, POSTURE_ABSENT, NULL, NULL },
};

/* What a record says, in the words of the table. */
static char *
said_by(const struct posture_record *record, enum posture_kind kind)
{
	struct buf said = BUF_INIT;

	if (kind == POSTURE_SPF && record->all)
		buf_addc(&said, record->all);
	if (kind == POSTURE_SPF && record->redirect)
		buf_adds(&said, "redirect");
	if (kind == POSTURE_DMARC && record->policy)
		buf_adds(&said, record->policy);
	if (kind == POSTURE_STS && record->id)
		buf_adds(&said, record->id);
	for (size_t i = 0; kind == POSTURE_TLSRPT && i < record->uri_count; i++)
		buf_addf(&said, "%s%s", i > 0 ? " " : "", record->uris[i]);
	return buf_take(&said);
}

static void
records_are_read_as_their_rfcs_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		struct dns_result *result = answer_of(row->texts);
		struct posture_record record = { 0 };
		char *said;

		posture_read(&record, row->kind, result);
		said = said_by(&record, row->kind);
		if (record.outcome != row->outcome ||
		    (row->says && strcmp(said, row->says) != 0) ||
		    (record.error == NULL) != (row->error == NULL) ||
		    (row->error && !strstr(record.error, row->error)))
			fail_msg("row %zu, %s: %s, says \"%s\", error \"%s\"", i, row->texts[0],
			    posture_outcome_name(record.outcome), said,
			    record.error ? record.error : "");
		if (record.error)
			assert_true(text_is_printable(record.error, strlen(record.error)));
		if (record.text)
			assert_true(text_is_printable(record.text, strlen(record.text)));
		free(said);
		posture_clear(&record);
		dns_result_release(result);
	}
}

static void
an_answer_that_failed_is_no_absence(void **state)
{
	static const struct {
		enum dns_outcome answer;
		enum posture_outcome outcome;
	} cases[] = {
		{ DNS_NXDOMAIN, POSTURE_ABSENT },
		{ DNS_NODATA, POSTURE_ABSENT },
		{ DNS_SERVFAIL, POSTURE_ERROR },
		{ DNS_TIMEOUT, POSTURE_ERROR },
		{ DNS_BOGUS, POSTURE_ERROR },
	};
	static const char *const none[4] = { NULL };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dns_result *result = answer_of(none);
		struct posture_record record = { 0 };

		result->outcome = cases[i].answer;
		posture_read(&record, POSTURE_SPF, result);
		assert_int_equal(record.outcome, cases[i].outcome);
		assert_int_equal(record.error != NULL, cases[i].outcome == POSTURE_ERROR);
		posture_read(&record, POSTURE_SPF, record.result); /* again, in its place */
		assert_int_equal(record.outcome, cases[i].outcome);
		posture_clear(&record);
		assert_int_equal(record.outcome, POSTURE_UNASKED);
		dns_result_release(result);
	}
}

static void
each_policy_stands_at_its_name(void **state)
{
	static const char *const names[posture_kind_count] = {
		[POSTURE_SPF] = "d.example",
		[POSTURE_DMARC] = "_dmarc.d.example",
		[POSTURE_STS] = "_mta-sts.d.example",
		[POSTURE_TLSRPT] = "_smtp._tls.d.example",
	};
	struct dns_name domain, name;
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	assert_int_equal(dns_name_parse(&domain, "d.example"), DNS_NAME_OK);
	for (int kind = 0; kind < posture_kind_count; kind++) {
		assert_true(posture_name(&name, (enum posture_kind)kind, &domain));
		assert_string_equal(dns_name_text(&name, text), names[kind]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read_as_their_rfcs_say),
		cmocka_unit_test(an_answer_that_failed_is_no_absence),
		cmocka_unit_test(each_policy_stands_at_its_name),
	};

	return cmocka_run_group_tests_name("mail/posture", tests, NULL, NULL);
}

/*
 * The facts as a value: names that are a contract, what "nothing known yet" is, deep copies,
 * and which MTA a greeting names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"

#include "smtp/facts.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

static void
test_software(void **state)
{
	static const struct {
		const char *greeting, *software;
	} cases[] = {
		{ "mx.example ESMTP Postfix", "Postfix" },
		{ "mx.example ESMTP Postfix (Debian/GNU)", "Postfix" },
		{ "mx.example ESMTP Postcow", "mailcow" },
		{ "mx.example ESMTP Exim 4.96 Fri, 21 Nov 2026 21:32:10 +0000", "Exim" },
		{ "mx.example ESMTP Exim4", "Exim" },
		{ "mx.example ESMTP Sendmail 8.18.1/8.18.1; Sat, 21 Nov 2026", "Sendmail" },
		{ "mx.example ESMTP OpenSMTPD", "OpenSMTPD" },
		{ "mx.example ESMTP qmail", "qmail" },
		{ "mx.example s/qmail ESMTP", "s/qmail" },
		{ "mx.example Microsoft ESMTP MAIL Service ready at Sat, 21 Nov 2026",
		    "Microsoft Exchange" },
		{ "mx.google.com ESMTP a640c23a62f3a-ab1 - gsmtp", "Gmail" },
		{ "mx.example ESMTP Haraka/2.8.28 ready", "Haraka" },
		{ "mx.example ESMTP chasquid", "chasquid" },
		{ "mx.example Stalwart ESMTP at your service", "Stalwart" },
		{ "mx.example Python SMTP 1.4.3", "aiosmtpd" },
		{ "mx.example esmtp POSTFIX", "Postfix" },
		/* The host may be called what it likes. */
		{ "postfix.example ESMTP Exim 4.96", "Exim" },
		{ "exim.example ESMTP", NULL },
		{ "postfix", NULL },
		/* Words within words do not count, the next place may. */
		{ "mx.example ESMTP Eximius", NULL },
		{ "mx.example ESMTP moxie", NULL },
		{ "mx.example ESMTP remox", NULL },
		{ "mx.example ESMTP unmoxed mox", "mox" },
		{ "mx.example ESMTP ready", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *software = smtp_software(cases[i].greeting);

		if (cases[i].software)
			assert_string_equal(software, cases[i].software);
		else
			assert_null(software);
	}
}

/* The names of contract.md, section 2, in its order. */
static void
test_names(void **state)
{
	static const char *const outcomes[] = { "in-progress", "accepting", "deferring",
		"rejecting", "refused", "unreachable", "timeout", "closed", "reset",
		"protocol-error", "tls-failed", "skipped", "inconclusive" };
	static const char *const stages[] = { "connect", "greeting", "ehlo", "starttls",
		"handshake", "ehlo-tls", "mail", "rcpt", "quit" };
	static const char *const starttls[] = { "not-tried", "ok", "not-offered", "refused",
		"failed", "injected" };
	static const char *const chains[] = { "trusted", "expired", "not-yet-valid",
		"self-signed", "untrusted", "incomplete" };

	(void)state;
	assert_int_equal(LENGTH(outcomes), smtp_outcome_count);
	for (int i = 0; i < smtp_outcome_count; i++)
		assert_string_equal(smtp_outcome_name((enum smtp_outcome)i), outcomes[i]);
	assert_int_equal(LENGTH(stages), smtp_stage_count);
	for (int i = 0; i < smtp_stage_count; i++)
		assert_string_equal(smtp_stage_name((enum smtp_stage)i), stages[i]);
	assert_int_equal(LENGTH(starttls), smtp_starttls_count);
	for (int i = 0; i < smtp_starttls_count; i++)
		assert_string_equal(smtp_starttls_name((enum smtp_starttls)i), starttls[i]);
	assert_int_equal(LENGTH(chains), tls_chain_count);
	for (int i = 0; i < tls_chain_count; i++)
		assert_string_equal(tls_chain_name((enum tls_chain)i), chains[i]);
}

static void
test_init(void **state)
{
	struct smtp_facts facts;

	(void)state;
	smtp_facts_init(&facts, 77);
	assert_int_equal(facts.stage, SMTP_STAGE_CONNECT);
	assert_int_equal(facts.outcome, SMTP_IN_PROGRESS);
	assert_int_equal(facts.starttls, SMTP_STARTTLS_NOT_TRIED);
	assert_int_equal(facts.started_us, 77);
	assert_int_equal(facts.stage_started_us, 77);
	assert_int_equal(facts.ended_us, 0);
	for (int i = 0; i < smtp_stage_count; i++)
		assert_int_equal(facts.stage_us[i], -1);
	assert_null(facts.error);
	assert_false(facts.tls.present);
	smtp_facts_clear(&facts);
}

/* Fills in a certificate. */
static void
fill_leaf(struct tls_certificate *leaf)
{
	leaf->subject = mem_strdup("CN=mx");
	leaf->sans = mem_calloc(2, sizeof *leaf->sans);
	leaf->sans[0] = mem_strdup("mx.example");
	leaf->sans[1] = mem_strdup("*.example");
	leaf->san_count = 2;
	leaf->pem = mem_strdup("pem\n");
}

/* Facts with everything in them that is on the heap. */
static void
fill(struct smtp_facts *facts)
{
	smtp_facts_init(facts, 1000);
	facts->reply_text = mem_strdup("reply");
	facts->greeting = mem_strdup("greeting");
	facts->software = mem_strdup("software");
	facts->rcpt_text = mem_strdup("rcpt");
	facts->error = mem_strdup("error");
	facts->extensions.items = mem_calloc(1, sizeof *facts->extensions.items);
	facts->extensions.items[0] = mem_strdup("SIZE 1");
	facts->extensions.count = 1;
	facts->tls.present = true;
	facts->tls.version = mem_strdup("TLSv1.3");
	facts->tls.certificates = mem_calloc(2, sizeof *facts->tls.certificates);
	facts->tls.certificate_count = 2;
	fill_leaf(&facts->tls.certificates[0]);
	facts->tls.certificates[1].subject = mem_strdup("CN=intermediate");
	facts->violations = 5;
	facts->stage_us[SMTP_STAGE_CONNECT] = 42;
	smtp_transcript_add(&facts->transcript, SMTP_SERVER, true, 3, "220 x", 5);
}

/* A clone shares nothing with the original: it is still whole when that is gone. */
static void
test_clone(void **state)
{
	struct smtp_facts facts;
	struct smtp_facts *clone;

	(void)state;
	fill(&facts);
	clone = smtp_facts_clone(&facts);
	smtp_facts_clear(&facts);
	assert_string_equal(clone->reply_text, "reply");
	assert_string_equal(clone->greeting, "greeting");
	assert_string_equal(clone->software, "software");
	assert_string_equal(clone->rcpt_text, "rcpt");
	assert_string_equal(clone->error, "error");
	assert_string_equal(clone->extensions.items[0], "SIZE 1");
	assert_string_equal(clone->tls.version, "TLSv1.3");
	assert_null(clone->tls.cipher);
	assert_string_equal(tls_facts_leaf(&clone->tls)->subject, "CN=mx");
	assert_int_equal(tls_facts_leaf(&clone->tls)->san_count, 2);
	assert_string_equal(tls_facts_leaf(&clone->tls)->sans[1], "*.example");
	assert_string_equal(tls_facts_leaf(&clone->tls)->pem, "pem\n");
	assert_int_equal(clone->tls.certificate_count, 2);
	assert_string_equal(clone->tls.certificates[1].subject, "CN=intermediate");
	assert_int_equal(clone->violations, 5);
	assert_int_equal(clone->stage_us[SMTP_STAGE_CONNECT], 42);
	assert_int_equal(clone->transcript.count, 1);
	assert_string_equal(clone->transcript.lines[0].text, "220 x");
	assert_true(clone->transcript.lines[0].encrypted);
	smtp_facts_free(clone);
	smtp_facts_free(NULL);
}

/* Copying TLS facts replaces those that were there. */
static void
test_tls_copy(void **state)
{
	struct smtp_facts facts;
	struct tls_facts copy = { .version = mem_strdup("old") };

	(void)state;
	fill(&facts);
	tls_facts_copy(&copy, &facts.tls);
	smtp_facts_clear(&facts);
	assert_string_equal(copy.version, "TLSv1.3");
	assert_string_equal(tls_facts_leaf(&copy)->sans[0], "mx.example");
	tls_facts_clear(&copy);
	assert_false(copy.present);
	assert_null(copy.version);
	assert_null(tls_facts_leaf(&copy)->subject);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_software),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_clone),
		cmocka_unit_test(test_tls_copy),
	};

	return cmocka_run_group_tests_name("smtp/facts", tests, NULL, NULL);
}

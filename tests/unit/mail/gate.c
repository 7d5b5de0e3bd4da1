/*
 * The gate to port 25 - what counts as an answer, how many silences are one too many, and what a
 * silence is worth then - and the consequence of every outcome for every sender.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mail/consequence.h"
#include "mail/gate.h"

/* One address and what its probe met. */
struct sight {
	const char *ip;
	enum smtp_outcome outcome;
	enum smtp_stage stage;
};

/* Facts with this outcome at this stage. */
static struct smtp_facts
met(enum smtp_outcome outcome, enum smtp_stage stage)
{
	struct smtp_facts probe;

	smtp_facts_init(&probe, 0);
	probe.outcome = outcome;
	probe.stage = stage;
	return probe;
}

/* The gate after up to three sights, and what the first of them is worth then. */
static void
silence_is_the_networks_when_nobody_answers(void **state)
{
	static const struct {
		struct sight sights[3];
		enum port_gate gate;
		enum smtp_outcome outcome;
		enum smtp_doubt doubt;
	} rows[] = {
		{ { { "192.0.2.1", SMTP_IN_PROGRESS, SMTP_STAGE_CONNECT } }, PORT_GATE_UNKNOWN,
		    SMTP_IN_PROGRESS, SMTP_DOUBT_NONE },
		{ { { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT } }, PORT_GATE_UNKNOWN,
		    SMTP_TIMEOUT, SMTP_DOUBT_PORT_UNPROVEN },
		{ { { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT } },
		    PORT_GATE_UNKNOWN, SMTP_TIMEOUT, SMTP_DOUBT_PORT_UNPROVEN },
		{ { { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.2", SMTP_TIMEOUT, SMTP_STAGE_CONNECT } },
		    PORT_GATE_FILTERED, SMTP_INCONCLUSIVE, SMTP_DOUBT_PORT_FILTERED },
		{ { { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.2", SMTP_UNREACHABLE, SMTP_STAGE_CONNECT } },
		    PORT_GATE_UNKNOWN, SMTP_TIMEOUT, SMTP_DOUBT_PORT_UNPROVEN },
		{ { { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.2", SMTP_REFUSED, SMTP_STAGE_CONNECT } },
		    PORT_GATE_OPEN, SMTP_TIMEOUT, SMTP_DOUBT_NONE },
		{ { { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.2", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.3", SMTP_IN_PROGRESS, SMTP_STAGE_GREETING } },
		    PORT_GATE_OPEN, SMTP_TIMEOUT, SMTP_DOUBT_NONE },
		{ { { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_GREETING } }, PORT_GATE_OPEN,
		    SMTP_TIMEOUT, SMTP_DOUBT_NONE },
		{ { { "2001:db8::1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT } },
		    PORT_GATE_FILTERED, SMTP_INCONCLUSIVE, SMTP_DOUBT_PORT_FILTERED },
		{ { { "2001:db8::1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.1", SMTP_IN_PROGRESS, SMTP_STAGE_GREETING } },
		    PORT_GATE_OPEN, SMTP_TIMEOUT, SMTP_DOUBT_FAMILY_UNPROVEN },
		{ { { "2001:db8::1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "2001:db8::2", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.1", SMTP_REFUSED, SMTP_STAGE_CONNECT } },
		    PORT_GATE_OPEN, SMTP_INCONCLUSIVE, SMTP_DOUBT_FAMILY_SILENT },
		{ { { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "192.0.2.2", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "2001:db8::1", SMTP_IN_PROGRESS, SMTP_STAGE_EHLO } },
		    PORT_GATE_OPEN, SMTP_INCONCLUSIVE, SMTP_DOUBT_FAMILY_SILENT },
		{ { { "2001:db8::1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT },
		      { "2001:db8::2", SMTP_REFUSED, SMTP_STAGE_CONNECT },
		      { "192.0.2.1", SMTP_TIMEOUT, SMTP_STAGE_CONNECT } },
		    PORT_GATE_OPEN, SMTP_TIMEOUT, SMTP_DOUBT_NONE },
		{ { { "10.0.0.1", SMTP_SKIPPED, SMTP_STAGE_CONNECT } }, PORT_GATE_UNKNOWN,
		    SMTP_SKIPPED, SMTP_DOUBT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gate gate = { .ipv4 = { .answered = false } };
		struct smtp_facts first =
		    met(rows[i].sights[0].outcome, rows[i].sights[0].stage);
		struct ip_addr at;

		for (size_t n = 0; n < 3 && rows[i].sights[n].ip; n++) {
			struct smtp_facts probe =
			    met(rows[i].sights[n].outcome, rows[i].sights[n].stage);
			struct ip_addr ip;

			assert_true(ip_parse(&ip, rows[i].sights[n].ip));
			gate_note(&gate, &ip, &probe);
		}
		assert_true(ip_parse(&at, rows[i].sights[0].ip));
		gate_judge(&gate, &at, &first);
		if (gate_state(&gate) != rows[i].gate || first.outcome != rows[i].outcome ||
		    first.doubt != rows[i].doubt)
			fail_msg("row %zu: %s, %s, %s", i, port_gate_name(gate_state(&gate)),
			    smtp_outcome_name(first.outcome), smtp_doubt_name(first.doubt));
	}
}

/* An answer that comes late gives the hosts their silence back. */
static void
a_late_answer_opens_the_gate(void **state)
{
	struct smtp_facts silent = met(SMTP_TIMEOUT, SMTP_STAGE_CONNECT);
	struct smtp_facts talks = met(SMTP_IN_PROGRESS, SMTP_STAGE_GREETING);
	struct gate gate = { .ipv4 = { .answered = false } };
	struct ip_addr ip;

	(void)state;
	assert_true(ip_parse(&ip, "192.0.2.1"));
	assert_true(gate_note(&gate, &ip, &silent));
	assert_false(gate_note(&gate, &ip, &silent));
	assert_true(ip_parse(&ip, "192.0.2.2"));
	assert_true(gate_note(&gate, &ip, &silent));
	gate_judge(&gate, &ip, &silent);
	assert_int_equal(silent.outcome, SMTP_INCONCLUSIVE);
	assert_true(gate_note(&gate, &ip, &talks));
	assert_false(gate_note(&gate, &ip, &talks));
	gate_judge(&gate, &ip, &silent);
	assert_int_equal(silent.outcome, SMTP_TIMEOUT);
	assert_int_equal(silent.doubt, SMTP_DOUBT_NONE);
}

/* What follows for a sender, in a few words of the sentence. */
static void
every_outcome_has_its_consequence(void **state)
{
	static const struct {
		enum smtp_outcome outcome;
		enum smtp_stage stage;
		enum smtp_doubt doubt;
		int code;
		enum sender sender;
		const char *words; /* NULL: none */
	} rows[] = {
		{ SMTP_IN_PROGRESS, SMTP_STAGE_EHLO, 0, 0, SENDER_RFC5321, NULL },
		{ SMTP_SKIPPED, SMTP_STAGE_CONNECT, 0, 0, SENDER_RFC5321, NULL },
		{ SMTP_ACCEPTING, SMTP_STAGE_QUIT, 0, 220, SENDER_RFC5321, "in clear" },
		{ SMTP_REFUSED, SMTP_STAGE_CONNECT, 0, 0, SENDER_RFC5321, "next address" },
		{ SMTP_TIMEOUT, SMTP_STAGE_CONNECT, 0, 0, SENDER_QMAIL, "next address" },
		{ SMTP_TIMEOUT, SMTP_STAGE_CONNECT, SMTP_DOUBT_PORT_UNPROVEN, 0, SENDER_RFC5321,
		    "`probe HOST`" },
		{ SMTP_CLOSED, SMTP_STAGE_GREETING, 0, 0, SENDER_RFC5321, "next address" },
		{ SMTP_CLOSED, SMTP_STAGE_GREETING, 0, 0, SENDER_QMAIL, "asks no other" },
		{ SMTP_RESET, SMTP_STAGE_EHLO, 0, 0, SENDER_SENDMAIL, "next exchange" },
		{ SMTP_PROTOCOL_ERROR, SMTP_STAGE_EHLO, 0, 0, SENDER_RFC5321, "next address" },
		{ SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE, 0, 0, SENDER_EXIM, "in clear" },
		{ SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE, 0, 0, SENDER_POSTFIX, "next address" },
		{ SMTP_DEFERRING, SMTP_STAGE_GREETING, 0, 421, SENDER_RFC5321, "next address" },
		{ SMTP_DEFERRING, SMTP_STAGE_RCPT, 0, 451, SENDER_OPENSMTPD, "asks no other" },
		{ SMTP_REJECTING, SMTP_STAGE_GREETING, 0, 554, SENDER_RFC5321,
		    "every server turns it away" },
		{ SMTP_REJECTING, SMTP_STAGE_GREETING, 0, 554, SENDER_POSTFIX,
		    "behind the last it keeps" },
		{ SMTP_REJECTING, SMTP_STAGE_GREETING, 0, 554, SENDER_SENDMAIL,
		    "of this one; when every server turns it away, the message goes back" },
		{ SMTP_REJECTING, SMTP_STAGE_GREETING, 0, 554, SENDER_QMAIL, "asks no other" },
		{ SMTP_REJECTING, SMTP_STAGE_RCPT, 0, 550, SENDER_RFC5321, "goes back to its" },
		{ SMTP_REJECTING, SMTP_STAGE_RCPT, 0, 550, SENDER_SENDMAIL,
		    "goes back to its" },
		{ SMTP_INCONCLUSIVE, SMTP_STAGE_GREETING, SMTP_DOUBT_RATE_LIMITED, 421,
		    SENDER_RFC5321, "tries again later" },
		{ SMTP_INCONCLUSIVE, SMTP_STAGE_RCPT, SMTP_DOUBT_GREYLISTED, 450,
		    SENDER_RFC5321, "some minutes later" },
		{ SMTP_INCONCLUSIVE, SMTP_STAGE_CONNECT, SMTP_DOUBT_PORT_FILTERED, 0,
		    SENDER_RFC5321, "this network" },
		{ SMTP_INCONCLUSIVE, SMTP_STAGE_CONNECT, SMTP_DOUBT_NO_ROUTE, 0, SENDER_RFC5321,
		    "such a route" },
		{ SMTP_INCONCLUSIVE, SMTP_STAGE_CONNECT, SMTP_DOUBT_LOCAL, 0, SENDER_RFC5321,
		    "elsewhere" },
		{ SMTP_INCONCLUSIVE, SMTP_STAGE_CONNECT, SMTP_DOUBT_FAMILY_SILENT, 0,
		    SENDER_RFC5321, "this network, not the host" },
		{ SMTP_TIMEOUT, SMTP_STAGE_CONNECT, SMTP_DOUBT_FAMILY_UNPROVEN, 0,
		    SENDER_RFC5321, "lose everything of the family" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smtp_facts probe = met(rows[i].outcome, rows[i].stage);
		const char *sentence;

		probe.doubt = rows[i].doubt;
		probe.code = rows[i].code;
		sentence = mail_consequence(&probe, rows[i].sender);
		if (!rows[i].words)
			assert_null(sentence);
		else if (!sentence || !strstr(sentence, rows[i].words))
			fail_msg("row %zu: %s", i, sentence ? sentence : "none");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_the_networks_when_nobody_answers),
		cmocka_unit_test(a_late_answer_opens_the_gate),
		cmocka_unit_test(every_outcome_has_its_consequence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

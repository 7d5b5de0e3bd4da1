/*
 * What each outcome of a probe means to a sender, for every outcome and stage there is, and
 * the codes it would report. How verdicts come about is told by tests/plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mail/status.h"
#include "mail/verdict.h"

static const struct {
	enum smtp_outcome outcome;
	enum smtp_stage stage;
	bool moves_on;
} moves[] = {
	{ SMTP_IN_PROGRESS, SMTP_STAGE_EHLO, false },
	{ SMTP_ACCEPTING, SMTP_STAGE_QUIT, false },
	{ SMTP_DEFERRING, SMTP_STAGE_GREETING, true },
	{ SMTP_DEFERRING, SMTP_STAGE_RCPT, true },
	{ SMTP_REJECTING, SMTP_STAGE_GREETING, true },
	{ SMTP_REJECTING, SMTP_STAGE_EHLO, true },
	{ SMTP_REJECTING, SMTP_STAGE_EHLO_TLS, true },
	{ SMTP_REJECTING, SMTP_STAGE_MAIL, false },
	{ SMTP_REJECTING, SMTP_STAGE_RCPT, false },
	{ SMTP_REFUSED, SMTP_STAGE_CONNECT, true },
	{ SMTP_UNREACHABLE, SMTP_STAGE_CONNECT, true },
	{ SMTP_TIMEOUT, SMTP_STAGE_CONNECT, true },
	{ SMTP_TIMEOUT, SMTP_STAGE_RCPT, true },
	{ SMTP_CLOSED, SMTP_STAGE_MAIL, true },
	{ SMTP_RESET, SMTP_STAGE_GREETING, true },
	{ SMTP_PROTOCOL_ERROR, SMTP_STAGE_GREETING, true },
	{ SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE, true },
	{ SMTP_SKIPPED, SMTP_STAGE_CONNECT, false },
	{ SMTP_INCONCLUSIVE, SMTP_STAGE_RCPT, true },
};

static void
a_sender_moves_on_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
		struct smtp_facts probe;

		smtp_facts_init(&probe, 0);
		probe.outcome = moves[i].outcome;
		probe.stage = moves[i].stage;
		assert_int_equal(verdict_moves_on(&probe), moves[i].moves_on);
	}
}

static const struct {
	enum smtp_outcome outcome;
	enum smtp_stage stage;
	int code;
	struct smtp_enhanced enhanced;
	const char *status;
} statuses[] = {
	{ SMTP_REFUSED, SMTP_STAGE_CONNECT, 0, { 0 }, "4.4.1" },
	{ SMTP_UNREACHABLE, SMTP_STAGE_CONNECT, 0, { 0 }, "4.4.1" },
	{ SMTP_TIMEOUT, SMTP_STAGE_CONNECT, 0, { 0 }, "4.4.1" },
	{ SMTP_TIMEOUT, SMTP_STAGE_GREETING, 0, { 0 }, "4.4.2" },
	{ SMTP_CLOSED, SMTP_STAGE_GREETING, 0, { 0 }, "4.4.2" },
	{ SMTP_RESET, SMTP_STAGE_EHLO, 0, { 0 }, "4.4.2" },
	{ SMTP_PROTOCOL_ERROR, SMTP_STAGE_GREETING, 0, { 0 }, "4.5.0" },
	{ SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE, 0, { 0 }, "4.7.5" },
	{ SMTP_SKIPPED, SMTP_STAGE_CONNECT, 0, { 0 }, "4.0.0" },
	{ SMTP_INCONCLUSIVE, SMTP_STAGE_CONNECT, 0, { 0 }, "4.4.0" },
	{ SMTP_INCONCLUSIVE, SMTP_STAGE_RCPT, 450, { 4, 7, 1 }, "4.7.1" },
	{ SMTP_DEFERRING, SMTP_STAGE_GREETING, 421, { 0 }, "4.3.2" },
	{ SMTP_DEFERRING, SMTP_STAGE_GREETING, 421, { 4, 7, 0 }, "4.7.0" },
	{ SMTP_DEFERRING, SMTP_STAGE_EHLO, 450, { 0 }, "4.7.1" },
	{ SMTP_DEFERRING, SMTP_STAGE_RCPT, 450, { 0 }, "4.2.0" },
	{ SMTP_DEFERRING, SMTP_STAGE_RCPT, 452, { 0 }, "4.3.1" },
	{ SMTP_DEFERRING, SMTP_STAGE_RCPT, 499, { 0 }, "4.0.0" },
	{ SMTP_DEFERRING, SMTP_STAGE_RCPT, 451, { 5, 1, 1 }, "4.3.0" },
	{ SMTP_DEFERRING, SMTP_STAGE_RCPT, 451, { 4, 999, 999 }, "4.999.999" },
	{ SMTP_REJECTING, SMTP_STAGE_GREETING, 554, { 0 }, "5.3.2" },
	{ SMTP_REJECTING, SMTP_STAGE_GREETING, 554, { 5, 7, 1 }, "5.7.1" },
	{ SMTP_REJECTING, SMTP_STAGE_GREETING, 521, { 0 }, "5.3.2" },
	{ SMTP_REJECTING, SMTP_STAGE_EHLO, 502, { 0 }, "5.5.1" },
	{ SMTP_REJECTING, SMTP_STAGE_EHLO, 550, { 0 }, "5.7.1" },
	{ SMTP_REJECTING, SMTP_STAGE_MAIL, 530, { 0 }, "5.7.0" },
	{ SMTP_REJECTING, SMTP_STAGE_RCPT, 550, { 0 }, "5.1.1" },
	{ SMTP_REJECTING, SMTP_STAGE_RCPT, 551, { 0 }, "5.1.6" },
	{ SMTP_REJECTING, SMTP_STAGE_RCPT, 552, { 0 }, "5.2.2" },
	{ SMTP_REJECTING, SMTP_STAGE_RCPT, 553, { 0 }, "5.1.3" },
	{ SMTP_REJECTING, SMTP_STAGE_RCPT, 554, { 0 }, "5.0.0" },
	{ SMTP_REJECTING, SMTP_STAGE_RCPT, 556, { 0 }, "5.1.10" },
};

static void
a_failure_has_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		struct smtp_facts probe;
		char status[MAIL_STATUS_MAX];

		smtp_facts_init(&probe, 0);
		probe.outcome = statuses[i].outcome;
		probe.stage = statuses[i].stage;
		probe.code = statuses[i].code;
		probe.enhanced = statuses[i].enhanced;
		assert_string_equal(mail_status(&probe, status), statuses[i].status);
	}
}

/* Exit codes 0 to 4 are the verdicts in this order (contract.md). */
static void
verdicts_are_in_the_order_of_exit_codes(void **state)
{
	static const char *const names[] = { "deliver", "warn", "inconclusive", "bounce",
		"refuse", "pending" };

	(void)state;
	assert_int_equal(verdict_kind_count, 6);
	for (unsigned i = 0; i < verdict_kind_count; i++)
		assert_string_equal(verdict_kind_name((enum verdict_kind)i), names[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sender_moves_on_or_not),
		cmocka_unit_test(a_failure_has_its_code),
		cmocka_unit_test(verdicts_are_in_the_order_of_exit_codes),
	};

	return cmocka_run_group_tests_name("mail/verdict", tests, NULL, NULL);
}

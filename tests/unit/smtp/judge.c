/*
 * Judging what stops a dialogue: replies by stage, code and words; silence and loss in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smtp/judge.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

static void
test_replies(void **state)
{
	static const struct {
		enum smtp_stage stage;
		const char *reply; /* without its last line end */
		enum smtp_outcome outcome;
		const char *begins;
	} cases[] = {
		{ SMTP_STAGE_GREETING, "421 busy", SMTP_DEFERRING,
		    "deferred: the step was 421;" },
		{ SMTP_STAGE_GREETING, "450 busy", SMTP_DEFERRING,
		    "deferred: the step was 450;" },
		{ SMTP_STAGE_GREETING, "421 Too Many Connections", SMTP_INCONCLUSIVE,
		    "rate limited: the step was 421;" },
		{ SMTP_STAGE_EHLO, "421 4.7.0 too many\r\n421 sessions", SMTP_DEFERRING,
		    "deferred: the step was 421 4.7.0;" },
		{ SMTP_STAGE_EHLO, "450-a\r\n450 Throttled", SMTP_INCONCLUSIVE,
		    "rate limited" },
		{ SMTP_STAGE_MAIL, "451 4.7.28 x", SMTP_INCONCLUSIVE, "rate limited" },
		{ SMTP_STAGE_RCPT, "450 4.7.1 rate limit reached", SMTP_INCONCLUSIVE,
		    "rate limited" },
		{ SMTP_STAGE_GREETING, "450 greylisted", SMTP_INCONCLUSIVE,
		    "greylisted: the step was 450;" },
		{ SMTP_STAGE_RCPT, "452 graylisting in effect", SMTP_INCONCLUSIVE,
		    "greylisted: " },
		{ SMTP_STAGE_MAIL, "450 4.7.1 x", SMTP_INCONCLUSIVE, "greylisted, it seems: " },
		{ SMTP_STAGE_RCPT, "451 4.7.5 x", SMTP_INCONCLUSIVE, "greylisted, it seems: " },
		{ SMTP_STAGE_RCPT, "452 4.7.1 x", SMTP_DEFERRING, "deferred: " },
		{ SMTP_STAGE_RCPT, "451 4.3.0 x", SMTP_DEFERRING, "deferred: " },
		{ SMTP_STAGE_RCPT, "451 x", SMTP_DEFERRING, "deferred: " },
		{ SMTP_STAGE_EHLO, "451 4.7.1 x", SMTP_DEFERRING, "deferred: " },
		{ SMTP_STAGE_GREETING, "554 x", SMTP_REJECTING, "rejected: the step was 554;" },
		{ SMTP_STAGE_GREETING, "521 x", SMTP_REJECTING, "rejected: the step was 521;" },
		{ SMTP_STAGE_EHLO, "550 5.7.1 x", SMTP_REJECTING, "rejected: " },
		{ SMTP_STAGE_RCPT, "550 greylisted for ever", SMTP_REJECTING, "rejected: " },
		{ SMTP_STAGE_MAIL, "554 5.7.1 on the BLOCKLIST", SMTP_INCONCLUSIVE,
		    "turned away: the step was 554 5.7.1; it goes by a list" },
		{ SMTP_STAGE_RCPT, "550 5.7.1 client blocked using bl.example.org",
		    SMTP_INCONCLUSIVE, "turned away: " },
		{ SMTP_STAGE_GREETING, "521 5.7.1 blocked using bl.example.org",
		    SMTP_INCONCLUSIVE,
		    "turned away: the step was 521 5.7.1; it goes by a list" },
		{ SMTP_STAGE_GREETING, "550 5.7.25 x", SMTP_INCONCLUSIVE,
		    "turned away: the step was 550 5.7.25; it judges clients by their "
		    "address" },
		{ SMTP_STAGE_MAIL, "450 4.7.25 x", SMTP_INCONCLUSIVE, "turned away: " },
		{ SMTP_STAGE_RCPT,
		    "450 4.7.1 Client host rejected: cannot find your reverse hostname",
		    SMTP_INCONCLUSIVE, "turned away: the step was 450 4.7.1; it judges" },
		{ SMTP_STAGE_RCPT, "554 5.7.1 Client host rejected: Access denied",
		    SMTP_REJECTING, "rejected: " },
		{ SMTP_STAGE_RCPT, "550 5.7.1 Client host rejected: cannot find your hostname",
		    SMTP_INCONCLUSIVE, "turned away: " },
		{ SMTP_STAGE_MAIL, "554 5.7.1 no mail from Dynamic IP ranges",
		    SMTP_INCONCLUSIVE, "turned away: " },
		{ SMTP_STAGE_MAIL, "450 4.7.1 greylisted, no PTR record", SMTP_INCONCLUSIVE,
		    "greylisted: " },
		{ SMTP_STAGE_MAIL, "550 5.1.25 x", SMTP_REJECTING, "rejected: " },
		{ SMTP_STAGE_EHLO, "354 x", SMTP_PROTOCOL_ERROR,
		    "protocol error: the step was 354;" },
		{ SMTP_STAGE_GREETING, "000 x", SMTP_PROTOCOL_ERROR,
		    "protocol error: the step was 000;" },
		{ SMTP_STAGE_GREETING, "999 x", SMTP_PROTOCOL_ERROR, "protocol error" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct smtp_parser *parser = smtp_parser_new();
		struct smtp_judgement judgement;
		struct smtp_reply reply;
		const char *error;

		smtp_parser_push(parser, cases[i].reply, strlen(cases[i].reply));
		smtp_parser_push(parser, "\r\n", 2);
		assert_int_equal(smtp_parser_next(parser, &reply, &error), SMTP_PARSE_REPLY);
		judgement = smtp_judge_reply(cases[i].stage, "step", &reply);
		assert_string_equal(
		    smtp_outcome_name(judgement.outcome), smtp_outcome_name(cases[i].outcome));
		assert_memory_equal(
		    judgement.sentence, cases[i].begins, strlen(cases[i].begins));
		free(judgement.sentence);
		smtp_reply_clear(&reply);
		smtp_parser_free(parser);
	}
}

static void
test_silence(void **state)
{
	static const struct {
		enum smtp_stage stage;
		bool begun;
		int64_t patience_us;
		const char *sentence;
	} cases[] = {
		{ SMTP_STAGE_GREETING, false, 10000000,
		    "no step within 10 s (our patience; RFC 5321 4.5.3.2 lets a server take 5 "
		    "minutes)" },
		{ SMTP_STAGE_EHLO, true, 2500000,
		    "the step did not end within 2.5 s (our patience)" },
		{ SMTP_STAGE_CONNECT, false, 999999, "no step within 999 ms (our patience)" },
		{ SMTP_STAGE_QUIT, false, 0, "no step within 0 ms (our patience)" },
		{ SMTP_STAGE_HANDSHAKE, false, 60099999, "no step within 60 s (our patience)" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *sentence = smtp_silence_sentence(
		    cases[i].stage, "step", cases[i].begun, cases[i].patience_us);

		assert_string_equal(sentence, cases[i].sentence);
		free(sentence);
	}
}

static void
test_loss(void **state)
{
	static const struct {
		enum smtp_outcome outcome;
		bool begun;
		const char *why, *sentence;
	} cases[] = {
		{ SMTP_CLOSED, false, NULL,
		    "the server closed the connection before its step" },
		{ SMTP_CLOSED, true, NULL,
		    "the server closed the connection in the middle of its step" },
		{ SMTP_RESET, false, NULL, "the server reset the connection before its step" },
		{ SMTP_CLOSED, false, "TLS ended",
		    "the server closed the connection before its step: TLS ended" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *sentence =
		    smtp_loss_sentence(cases[i].outcome, "step", cases[i].begun, cases[i].why);

		assert_string_equal(sentence, cases[i].sentence);
		free(sentence);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_loss),
	};

	return cmocka_run_group_tests_name("smtp/judge", tests, NULL, NULL);
}

/*
 * The session as its caller sees it: the order of wants, deadlines, calls out of turn. What is
 * said when is told by the dialogue stories.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/log.h"

#include "smtp/session.h"

static const struct smtp_session_settings settings = {
	.helo = "probe.example.org",
	.mail_from = "",
	.patience_us = 10000000,
};

/* Asserts the kind of the next want, and returns it. */
static struct smtp_want
assert_want(struct smtp_session *session, enum smtp_want_kind kind, int64_t now_us)
{
	struct smtp_want want = smtp_session_next(session, now_us);

	assert_int_equal(want.kind, kind);
	return want;
}

/* Asserts that the next want is to send this text. */
static void
assert_send(struct smtp_session *session, const char *text, int64_t now_us)
{
	struct smtp_want want = assert_want(session, SMTP_WANT_SEND, now_us);

	assert_int_equal(want.length, strlen(text));
	assert_memory_equal(want.bytes, text, want.length);
}

/* The server says a text. */
static void
server_says(struct smtp_session *session, const char *text, int64_t now_us)
{
	smtp_session_received(session, text, strlen(text), now_us);
}

/* Every errand is wanted once; each step has a deadline of its own. */
static void
test_wants(void **state)
{
	struct smtp_session *session = smtp_session_new(&settings, 100);
	struct tls_facts tls = { .present = true };

	(void)state;
	assert_int_equal(assert_want(session, SMTP_WANT_CONNECT, 100).deadline_us, 10000100);
	assert_int_equal(assert_want(session, SMTP_WANT_WAIT, 100).deadline_us, 10000100);
	smtp_session_connected(session, 200);
	assert_int_equal(assert_want(session, SMTP_WANT_WAIT, 200).deadline_us, 10000200);
	server_says(session, "220-mx\r\n", 300);
	assert_int_equal(assert_want(session, SMTP_WANT_WAIT, 300).deadline_us, 10000200);
	server_says(session, "220 mx\r\n", 400);
	assert_send(session, "EHLO probe.example.org\r\n", 400);
	assert_int_equal(assert_want(session, SMTP_WANT_WAIT, 400).deadline_us, 10000400);
	server_says(session, "250-mx\r\n250 STARTTLS\r\n", 500);
	assert_send(session, "STARTTLS\r\n", 500);
	server_says(session, "220 go\r\n", 600);
	assert_int_equal(assert_want(session, SMTP_WANT_HANDSHAKE, 600).deadline_us, 10000600);
	assert_int_equal(assert_want(session, SMTP_WANT_WAIT, 600).deadline_us, 10000600);
	smtp_session_secured(session, &tls, 700);
	assert_send(session, "EHLO probe.example.org\r\n", 700);
	server_says(session, "250 mx\r\n", 800);
	assert_int_equal(smtp_session_facts(session)->outcome, SMTP_ACCEPTING);
	assert_int_equal(smtp_session_facts(session)->ended_us, 0);
	assert_send(session, "QUIT\r\n", 800);
	assert_int_equal(assert_want(session, SMTP_WANT_WAIT, 800).deadline_us, 2000800);
	server_says(session, "221 bye\r\n", 900);
	assert_want(session, SMTP_WANT_CLOSE, 900);
	assert_want(session, SMTP_WANT_CLOSE, 99999999);
	assert_int_equal(smtp_session_facts(session)->ended_us, 900);
	smtp_session_free(session);
}

/* News that does not belong to the state, or comes behind the end, changes nothing. */
static void
test_out_of_turn(void **state)
{
	struct smtp_session *session = smtp_session_new(&settings, 100);
	struct tls_facts tls = { .present = true };

	(void)state;
	server_says(session, "220 too soon\r\n", 100);
	smtp_session_secured(session, &tls, 100);
	smtp_session_insecure(session, "no", 100);
	assert_want(session, SMTP_WANT_CONNECT, 100);
	smtp_session_connected(session, 100);
	smtp_session_connected(session, 100);
	smtp_session_not_connected(session, SMTP_REFUSED, "no", 100);
	assert_want(session, SMTP_WANT_WAIT, 100);
	assert_int_equal(smtp_session_facts(session)->stage, SMTP_STAGE_GREETING);
	assert_null(smtp_session_facts(session)->greeting);
	smtp_session_lost(session, SMTP_CLOSED, NULL, 200);
	server_says(session, "220 too late\r\n", 300);
	smtp_session_lost(session, SMTP_RESET, NULL, 300);
	smtp_session_cancel(session, 300);
	assert_want(session, SMTP_WANT_CLOSE, 300);
	assert_int_equal(smtp_session_facts(session)->outcome, SMTP_CLOSED);
	assert_int_equal(smtp_session_facts(session)->ended_us, 200);
	smtp_session_free(session);
	smtp_session_free(NULL);
}

/* What was not sent when the connection broke is never wanted. */
static void
test_lost_before_sent(void **state)
{
	struct smtp_session *session = smtp_session_new(&settings, 100);

	(void)state;
	smtp_session_connected(session, 100);
	server_says(session, "421 bye\r\n", 200);
	smtp_session_lost(session, SMTP_CLOSED, NULL, 200);
	assert_want(session, SMTP_WANT_CLOSE, 200);
	assert_int_equal(smtp_session_facts(session)->outcome, SMTP_DEFERRING);
	smtp_session_free(session);
}

/* A lost connection that never was one, and sentences that the caller left out. */
static void
test_sentences(void **state)
{
	struct smtp_session *session = smtp_session_new(&settings, 100);

	(void)state;
	smtp_session_not_connected(session, SMTP_REFUSED, NULL, 200);
	assert_string_equal(
	    smtp_session_facts(session)->error, smtp_outcome_help(SMTP_REFUSED));
	smtp_session_free(session);
	session = smtp_session_new(&settings, 100);
	smtp_session_lost(session, SMTP_RESET, NULL, 200);
	assert_int_equal(smtp_session_facts(session)->outcome, SMTP_RESET);
	assert_string_equal(smtp_session_facts(session)->error, smtp_outcome_help(SMTP_RESET));
	smtp_session_free(session);
}

/* The settings are copied; no patience at all ends at once, and endless patience never. */
static void
test_patience(void **state)
{
	struct smtp_session_settings own = settings;
	struct smtp_session *session;
	char helo[] = "a.example";

	(void)state;
	own.helo = helo;
	own.patience_us = 0;
	session = smtp_session_new(&own, 100);
	assert_want(session, SMTP_WANT_CLOSE, 100);
	assert_int_equal(smtp_session_facts(session)->outcome, SMTP_TIMEOUT);
	smtp_session_free(session);
	own.patience_us = INT64_MAX;
	session = smtp_session_new(&own, 100);
	helo[0] = 'b';
	assert_int_equal(assert_want(session, SMTP_WANT_CONNECT, 100).deadline_us, INT64_MAX);
	smtp_session_connected(session, 100);
	server_says(session, "220 mx\r\n", 100);
	assert_send(session, "EHLO a.example\r\n", 100);
	smtp_session_free(session);
}

/* The debug log follows the states and tells the outcome. */
static void
test_log(void **state)
{
	static const char *const lines[] = { "connecting -> greeting", "greeting -> quit",
		"rejecting at greeting", "quit -> ended" };
	struct smtp_session *session = smtp_session_new(&settings, 100);
	char *log = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&log, &length);

	(void)state;
	log_to(file);
	smtp_session_connected(session, 200);
	server_says(session, "554 no\r\n", 300);
	smtp_session_lost(session, SMTP_CLOSED, NULL, 400);
	log_to(NULL);
	fclose(file);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_non_null(strstr(log, lines[i]));
	free(log);
	smtp_session_free(session);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wants),
		cmocka_unit_test(test_out_of_turn),
		cmocka_unit_test(test_lost_before_sent),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_log),
	};

	return cmocka_run_group_tests_name("smtp/session", tests, NULL, NULL);
}

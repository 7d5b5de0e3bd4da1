/*
 * The prober against mail servers that follow scripts, on real sockets: how dialogues end, and
 * what is reported on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/span.h"
#include "net/dialler.h"
#include "lab/visits.h"

/* Plays a script and checks outcome, stage, code and a word of the error (NULL = no error). */
static void
assert_ending(const struct fake_row *script, int64_t patience_us, enum smtp_outcome outcome,
    enum smtp_stage stage, int code, const char *word)
{
	struct visits v;
	const struct smtp_facts *facts;

	visits_begin(&v, script);
	v.settings.patience_us = patience_us;
	facts = visits_once(&v);
	if (facts->outcome != outcome)
		fail_msg("%s, expected %s (%s)", smtp_outcome_name(facts->outcome),
		    smtp_outcome_name(outcome), facts->error ? facts->error : "no error");
	assert_string_equal(smtp_stage_name(facts->stage), smtp_stage_name(stage));
	assert_int_equal(facts->code, code);
	assert_true((facts->error != NULL) == (word != NULL));
	if (word && !strstr(facts->error, word))
		fail_msg("expected \"%s\" in: %s", word, facts->error);
	visits_end(&v);
}

/* --- how dialogues end ---------------------------------------------------- */

/* The whole way: each stage is reported, the second EHLO counts, and QUIT is said. */
static void
goes_the_whole_way(void **state)
{
	struct visits v;
	const struct smtp_facts *facts;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	facts = visits_once(&v);
	assert_int_equal(facts->outcome, SMTP_ACCEPTING);
	assert_null(facts->error);
	assert_int_equal(facts->starttls, SMTP_STARTTLS_OK);
	assert_true(facts->tls.present);
	assert_string_equal(facts->tls.version, "TLSv1.3");
	assert_int_equal(facts->tls.chain, TLS_CHAIN_SELF_SIGNED);
	assert_true(facts->tls.name_matches);
	assert_string_equal(smtp_extension(&facts->extensions, "SIZE"), "2000");
	assert_string_equal(facts->software, "Postfix");
	for (int stage = SMTP_STAGE_CONNECT; stage <= SMTP_STAGE_EHLO_TLS; stage++)
		assert_true(facts->stage_us[stage] >= 0);
	assert_string_equal(buf_text(&v.seen[0].stages),
	    "connect greeting ehlo starttls handshake ehlo-tls quit ");
	assert_string_equal(fake_smtp_heard(&v.server),
	    "EHLO probe.example|STARTTLS|EHLO probe.example|QUIT|#");
	assert_string_equal(fake_smtp_sni(&v.server), "mx.example.net");
	assert_int_equal(v.server.resets, 0);
	visits_end(&v);
}

/* Another name than the host's may go out as SNI; what is matched stays the host's (RFC 7672 8.1). */
static void
gives_another_name(void **state)
{
	struct visits v;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	visits_open(&v);
	prober_start(v.prober,
	    &(const struct probe_request){
		.owner = 1,
		.target = visits_address(&v, 1),
		.host = "mx.example.net",
		.server_name = "real.example.net",
		.mail_from = "",
	    });
	bench_run_until(&v.bench, visits_are_over, &v);
	assert_string_equal(fake_smtp_sni(&v.server), "real.example.net");
	assert_true(v.seen[0].facts->tls.name_matches);
	visits_end(&v);
}

/* With a recipient the dialogue goes on to RCPT, and undoes it. */
static void
asks_about_a_recipient(void **state)
{
	struct visits v;
	const struct probe_request request = {
		.owner = 1,
		.tag = 0,
		.mail_from = "a@example.org",
		.rcpt = "b@example.net",
	};
	struct probe_request literal = request;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	visits_open(&v);
	literal.target = visits_address(&v, 1);
	prober_start(v.prober, &literal);
	bench_run_until(&v.bench, visits_are_over, &v);
	assert_int_equal(v.seen[0].facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(v.seen[0].facts->rcpt_code, 250);
	assert_string_equal(fake_smtp_heard(&v.server),
	    "EHLO probe.example|STARTTLS|EHLO probe.example|MAIL FROM:<a@example.org>|"
	    "RCPT TO:<b@example.net>|RSET|QUIT|#");
	assert_string_equal(fake_smtp_sni(&v.server), "");
	assert_false(v.seen[0].facts->tls.name_matches);
	visits_end(&v);
}

/* What servers may do instead of a good dialogue. */
static void
ends_as_the_server_ends_it(void **state)
{
	static const struct fake_row rejects[] = { { "", "554 5.7.1 no\r\n", FAKE_LISTEN, 0 },
		{ NULL, NULL, 0, 0 } };
	static const struct fake_row defers[] = { { "", "421 4.3.2 later\r\n", FAKE_CLOSE, 0 },
		{ NULL, NULL, 0, 0 } };
	static const struct fake_row closes[] = { { "", NULL, FAKE_CLOSE, 0 },
		{ NULL, NULL, 0, 0 } };
	static const struct fake_row resets_at_ehlo[] = { { "", "220 a\r\n", FAKE_LISTEN, 0 },
		{ "EHLO", NULL, FAKE_RESET, 0 }, { NULL, NULL, 0, 0 } };
	static const struct fake_row speaks_http[] = {
		{ "", "HTTP/1.0 400 Bad Request\r\n\r\n", FAKE_CLOSE, 0 }, { NULL, NULL, 0, 0 }
	};

	(void)state;
	assert_ending(rejects, 50 * SPAN_MS, SMTP_REJECTING, SMTP_STAGE_GREETING, 554, "554");
	assert_ending(
	    defers, 10 * SPAN_SECOND, SMTP_DEFERRING, SMTP_STAGE_GREETING, 421, "421");
	assert_ending(closes, 10 * SPAN_SECOND, SMTP_CLOSED, SMTP_STAGE_GREETING, 0, "closed");
	assert_ending(
	    resets_at_ehlo, 10 * SPAN_SECOND, SMTP_RESET, SMTP_STAGE_EHLO, 0, "reset");
	assert_ending(
	    speaks_http, 10 * SPAN_SECOND, SMTP_PROTOCOL_ERROR, SMTP_STAGE_GREETING, 0, "");
}

/* Silence and dripping octets are the same to our patience. */
static void
loses_patience(void **state)
{
	static const struct fake_row silent[] = { { "", NULL, FAKE_LISTEN, 0 },
		{ NULL, NULL, 0, 0 } };
	static const struct fake_row drips[] = { { "", "220-", FAKE_DRIP, 0 },
		{ NULL, NULL, 0, 0 } };
	static const struct fake_row stalls[] = { { "", "220 a\r\n", FAKE_LISTEN, 0 },
		{ "EHLO", "250-a\r\n250 STARTTLS\r\n", FAKE_LISTEN, 0 },
		{ "STARTTLS", "220 go\r\n", FAKE_LISTEN, 0 }, { NULL, NULL, 0, 0 } };

	(void)state;
	assert_ending(silent, 60 * SPAN_MS, SMTP_TIMEOUT, SMTP_STAGE_GREETING, 0, "");
	assert_ending(drips, 60 * SPAN_MS, SMTP_TIMEOUT, SMTP_STAGE_GREETING, 0, "");
	assert_ending(stalls, 60 * SPAN_MS, SMTP_TIMEOUT, SMTP_STAGE_HANDSHAKE, 0, "");
}

/* A dripping server causes no report while nothing changes. */
static void
reports_only_changes(void **state)
{
	static const struct fake_row drips[] = { { "", "220-", FAKE_DRIP, 0 },
		{ NULL, NULL, 0, 0 } };
	struct visits v;

	(void)state;
	visits_begin(&v, drips);
	v.settings.patience_us = 100 * SPAN_MS;
	visits_once(&v);
	assert_true(v.seen[0].reports <= 3);
	visits_end(&v);
}

/* No connection: refused, silent, or no way in the closed world of the laboratory. */
static void
tells_why_there_is_no_connection(void **state)
{
	struct visits v;
	struct endpoint silent = bench_endpoint("192.0.2.77@25");

	(void)state;
	visits_begin(&v, fake_smtp_good);
	v.settings.patience_us = 60 * SPAN_MS;
	visits_open(&v);
	dialler_map_silent(v.bench.dialler, &silent);
	visits_probe(&v, 1, 0, bench_closed_port());
	visits_probe(&v, 1, 1, silent);
	bench_run_until(&v.bench, visits_are_over, &v);
	dialler_close_world(v.bench.dialler);
	visits_probe(&v, 1, 2, bench_endpoint("198.51.100.1@25"));
	bench_run_until(&v.bench, visits_are_over, &v);
	assert_int_equal(v.seen[0].facts->outcome, SMTP_REFUSED);
	assert_non_null(strstr(v.seen[0].facts->error, "the connection was refused"));
	assert_int_equal(v.seen[1].facts->outcome, SMTP_TIMEOUT);
	assert_int_equal(v.seen[2].facts->outcome, SMTP_UNREACHABLE);
	assert_non_null(strstr(v.seen[2].facts->error, "no route to host"));
	for (int tag = 0; tag < 3; tag++) {
		assert_int_equal(v.seen[tag].facts->stage, SMTP_STAGE_CONNECT);
		assert_int_equal(v.seen[tag].ends, 1);
	}
	visits_end(&v);
}

/* --- STARTTLS ------------------------------------------------------------- */

/* Handshakes that break in different ways are the same outcome with different sentences. */
static void
tells_how_the_handshake_broke(void **state)
{
	static const struct {
		enum fake_then then;
		const char *words;
	} rows[] = {
		{ FAKE_GARBLE, "something that is not TLS" },
		{ FAKE_CLOSE, "broke the connection off" },
		{ FAKE_RESET, "broke the connection off" },
	};
	struct fake_row script[] = {
		{ "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ "EHLO", "250-a\r\n250 STARTTLS\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ "STARTTLS", "220 go\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		script[2].then = rows[i].then;
		assert_ending(script, 10 * SPAN_SECOND, SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE,
		    0, rows[i].words);
	}
}

/*
 * A server without a certificate ends the handshake with an alert, which is told by its
 * number.
 */
static void
tells_the_alert(void **state)
{
	struct visits v;
	const struct smtp_facts *facts;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	SSL_CTX_free(v.server_tls);
	v.server_tls = SSL_CTX_new(TLS_server_method());
	v.server.tls = v.server_tls;
	facts = visits_once(&v);
	assert_int_equal(facts->outcome, SMTP_TLS_FAILED);
	assert_int_equal(facts->starttls, SMTP_STARTTLS_FAILED);
	assert_string_equal(facts->error,
	    "the server ended the TLS handshake with alert 40 (handshake failure: no cipher in "
	    "common, or it has no certificate)");
	visits_end(&v);
}

/*
 * A server that wants a certificate of ours says so by an alert, with TLS 1.3 only when the handshake is
 * over for us.
 */
static void
tells_the_alert_behind_the_handshake(void **state)
{
	struct visits v;
	const struct smtp_facts *facts;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	SSL_CTX_set_min_proto_version(v.server_tls, TLS1_3_VERSION);
	SSL_CTX_set_verify(
	    v.server_tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	facts = visits_once(&v);
	assert_int_equal(facts->outcome, SMTP_CLOSED);
	assert_int_equal(facts->stage, SMTP_STAGE_EHLO_TLS);
	assert_string_equal(facts->error,
	    "the server closed the connection before its reply to EHLO: TLS ended with alert "
	    "116 "
	    "(certificate required: the server wants one of its clients)");
	visits_end(&v);
}

/* Plain octets behind the reply to STARTTLS are never taken for what TLS protected. */
static void
sees_injection(void **state)
{
	static const struct fake_row injects[] = {
		{ "", "220 a\r\n", FAKE_LISTEN, 0 },
		{ "EHLO", "250-a\r\n250 STARTTLS\r\n", FAKE_LISTEN, 0 },
		{ "STARTTLS", "220 go\r\n250 injected\r\n", FAKE_SECURE, 0 },
		{ NULL, NULL, 0, 0 },
	};
	struct visits v;
	const struct smtp_facts *facts;

	(void)state;
	visits_begin(&v, injects);
	facts = visits_once(&v);
	assert_int_equal(facts->outcome, SMTP_PROTOCOL_ERROR);
	assert_int_equal(facts->starttls, SMTP_STARTTLS_INJECTED);
	assert_false(facts->tls.present);
	assert_null(strstr(fake_smtp_heard(&v.server), "STARTTLS|EHLO"));
	visits_end(&v);
}

/* Without STARTTLS, and where it is refused, the dialogue goes on in clear. */
static void
goes_on_in_clear(void **state)
{
	static const struct fake_row refuses[] = {
		{ "", "220 a\r\n", FAKE_LISTEN, 0 },
		{ "EHLO", "250-a\r\n250 STARTTLS\r\n", FAKE_LISTEN, 0 },
		{ "STARTTLS", "454 4.7.0 not now\r\n", FAKE_LISTEN, 0 },
		{ "QUIT", "221 bye\r\n", FAKE_CLOSE, 0 },
		{ NULL, NULL, 0, 0 },
	};
	struct visits v;
	const struct smtp_facts *facts;

	(void)state;
	visits_begin(&v, refuses);
	facts = visits_once(&v);
	assert_int_equal(facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(facts->starttls, SMTP_STARTTLS_REFUSED);
	visits_end(&v);
}

/* The last line inside TLS counts, although close_notify and FIN come with it. */
static void
hears_last_words_in_tls(void **state)
{
	static const struct fake_row last_words[] = {
		{ "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ "EHLO", "250-a\r\n250 STARTTLS\r\n", FAKE_LISTEN, FAKE_IN_CLEAR },
		{ "EHLO", "421 4.3.2 shutting down\r\n", FAKE_CLOSE, FAKE_IN_TLS },
		{ "STARTTLS", "220 go\r\n", FAKE_SECURE, FAKE_ALWAYS },
		{ NULL, NULL, 0, 0 },
	};

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_ending(last_words, 10 * SPAN_SECOND, SMTP_DEFERRING, SMTP_STAGE_EHLO_TLS,
		    421, "421");
}

/* A reset inside TLS is told as a reset, a close as a close, with close_notify or without. */
static void
tells_how_the_connection_broke_in_tls(void **state)
{
	static const struct {
		enum fake_then then;
		enum smtp_outcome outcome;
		const char *word;
	} rows[] = {
		{ FAKE_RESET, SMTP_RESET, "reset" },
		{ FAKE_CLOSE, SMTP_CLOSED, "closed" },
		{ FAKE_CUT, SMTP_CLOSED, "closed" },
	};
	struct fake_row script[] = {
		{ "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ "EHLO", "250-a\r\n250 STARTTLS\r\n", FAKE_LISTEN, FAKE_IN_CLEAR },
		{ "EHLO", NULL, FAKE_LISTEN, FAKE_IN_TLS },
		{ "STARTTLS", "220 go\r\n", FAKE_SECURE, FAKE_ALWAYS },
		{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		script[2].then = rows[i].then;
		assert_ending(script, 10 * SPAN_SECOND, rows[i].outcome, SMTP_STAGE_EHLO_TLS, 0,
		    rows[i].word);
	}
}

/* Replies longer than our read buffer come through, in clear and inside TLS. */
static void
reads_long_replies(void **state)
{
	struct buf reply = BUF_INIT;
	struct fake_row script[] = {
		{ "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ "EHLO", NULL, FAKE_LISTEN, FAKE_ALWAYS },
		{ "STARTTLS", "220 go\r\n", FAKE_SECURE, FAKE_ALWAYS },
		{ "QUIT", "221 bye\r\n", FAKE_CLOSE, FAKE_ALWAYS },
		{ NULL, NULL, 0, 0 },
	};
	struct visits v;
	const struct smtp_facts *facts;

	(void)state;
	buf_adds(&reply, "250-mx\r\n250-STARTTLS\r\n");
	for (int i = 0; i < 100; i++) {
		buf_addf(&reply, "250-X%d ", i);
		buf_fill(&reply, 'y', 480);
		buf_adds(&reply, "\r\n");
	}
	buf_adds(&reply, "250 LAST\r\n");
	script[1].says = buf_text(&reply);
	visits_begin(&v, script);
	facts = visits_once(&v);
	assert_int_equal(facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(facts->extensions.count, SMTP_EXTENSIONS_MAX);
	visits_end(&v);
	buf_clear(&reply);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_the_whole_way),
		cmocka_unit_test(gives_another_name),
		cmocka_unit_test(asks_about_a_recipient),
		cmocka_unit_test(ends_as_the_server_ends_it),
		cmocka_unit_test(loses_patience),
		cmocka_unit_test(reports_only_changes),
		cmocka_unit_test(tells_why_there_is_no_connection),
		cmocka_unit_test(tells_how_the_handshake_broke),
		cmocka_unit_test(tells_the_alert),
		cmocka_unit_test(tells_the_alert_behind_the_handshake),
		cmocka_unit_test(sees_injection),
		cmocka_unit_test(goes_on_in_clear),
		cmocka_unit_test(hears_last_words_in_tls),
		cmocka_unit_test(tells_how_the_connection_broke_in_tls),
		cmocka_unit_test(reads_long_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

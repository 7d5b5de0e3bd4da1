/*
 * The prober against mail servers that follow scripts, on real sockets: how dialogues end, what is
 * reported on the way, how many run at once, and how a cancelled one takes its leave.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <event2/event.h>

#include "util/buf.h"
#include "util/span.h"
#include "net/dialler.h"
#include "net/prober.h"
#include "net/tls.h"
#include "lab/bench.h"
#include "lab/fake_certificates.h"
#include "lab/fake_smtp.h"

enum {
	TAGS_MAX = 64,
	FIRST_PORT = 25,
};

/* What is known of one probe. */
struct seen {
	struct smtp_facts *facts; /* of the last report; NULL = none yet */
	unsigned reports;
	unsigned ends; /* reports with ended_us */
	struct buf stages; /* names of the stages, each once, with a space behind */
};

/* A prober on its bench with one server, and what it has reported. */
struct story {
	struct bench bench;
	struct fake_smtp server;
	struct fake_certificate certificate;
	SSL_CTX *server_tls;
	struct tls_client *tls;
	struct prober *prober;
	struct prober_settings settings;
	struct seen seen[TAGS_MAX];
	void (*then)(struct story *story, uint64_t owner, uint32_t tag); /* at each report */
	bool starting; /* prober_start() is running */
};

/* The callback: keeps the last facts of each tag. */
static void
on_report(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct story *story = context;
	struct seen *seen = &story->seen[tag];
	const char *stage = smtp_stage_name(facts->stage);

	assert_false(story->starting);
	if (!seen->facts || seen->facts->stage != facts->stage)
		buf_addf(&seen->stages, "%s ", stage);
	smtp_facts_free(seen->facts);
	seen->facts = smtp_facts_clone(facts);
	seen->reports++;
	seen->ends += facts->ended_us != 0;
	if (story->then)
		story->then(story, owner, tag);
}

/* Begins a story with a server that plays the script. */
static void
begin(struct story *story, const struct fake_row *script)
{
	char *error;

	memset(story, 0, sizeof *story);
	bench_open(&story->bench);
	story->certificate = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "mx.example.net", .names = "DNS:mx.example.net", .to_days = 30 });
	story->server_tls = fake_server_context(&story->certificate, NULL);
	fake_smtp_start(&story->server, &story->bench, script, story->server_tls);
	story->tls = tls_client_new(NULL, &error);
	assert_non_null(story->tls);
	story->settings.helo = (char[]){ "probe.example" };
	story->settings.patience_us = 20 * SPAN_SECOND;
}

/* Opens the prober, once the settings are as the story wants them. */
static void
open_prober(struct story *story)
{
	char helo[] = "probe.example";

	story->settings.helo = helo;
	story->prober = prober_new(story->bench.base, story->bench.dialler, story->tls,
	    &story->settings, on_report, story);
	memset(helo, 'x', sizeof helo - 1);
}

/* Ends the story and frees all of it. */
static void
end(struct story *story)
{
	prober_free(story->prober);
	fake_smtp_stop(&story->server);
	tls_client_free(story->tls);
	SSL_CTX_free(story->server_tls);
	fake_certificate_clear(&story->certificate);
	for (size_t i = 0; i < TAGS_MAX; i++) {
		smtp_facts_free(story->seen[i].facts);
		buf_clear(&story->seen[i].stages);
	}
	bench_close(&story->bench);
}

/* Returns 192.0.2.number with port 25, which leads to the story's server. */
static struct endpoint
address(struct story *story, unsigned number)
{
	struct endpoint wanted;
	char text[32];

	snprintf(text, sizeof text, "192.0.2.%u@25", number);
	wanted = bench_endpoint(text);
	dialler_map(story->bench.dialler, &wanted, &story->server.endpoint);
	return wanted;
}

/* Starts a probe of a target. */
static void
probe(struct story *story, uint64_t owner, uint32_t tag, struct endpoint target)
{
	char host[] = "mx.example.net";
	const struct probe_request request = {
		.owner = owner,
		.tag = tag,
		.target = target,
		.host = host,
		.mail_from = "",
	};

	story->starting = true;
	prober_start(story->prober, &request);
	story->starting = false;
	memset(host, 'x', sizeof host - 1);
}

/* True when no probe is queued or running. */
static bool
is_idle(const void *context)
{
	const struct story *story = context;

	return prober_pending(story->prober) == 0;
}

/* True when the server has no connection left. */
static bool
is_deserted(const void *context)
{
	const struct story *story = context;

	return is_idle(context) && story->server.open == 0;
}

/* True when EHLO has been heard. */
static bool
is_greeted(const void *context)
{
	const struct story *story = context;

	return strstr(fake_smtp_heard(&story->server), "EHLO") != NULL;
}

/* True when there is a connection. */
static bool
is_visited(const void *context)
{
	const struct story *story = context;

	return story->server.open > 0;
}

/* Opens the prober, probes the server once, waits for the end, and returns the facts. */
static const struct smtp_facts *
probe_once(struct story *story)
{
	open_prober(story);
	probe(story, 1, 0, address(story, 1));
	assert_int_equal(prober_pending(story->prober), 1);
	assert_int_equal(story->seen[0].reports, 0);
	bench_run_until(&story->bench, is_idle, story);
	assert_int_equal(story->seen[0].ends, 1);
	return story->seen[0].facts;
}

/* Plays a script and checks outcome, stage, code and a word of the error (NULL = no error). */
static void
assert_ending(const struct fake_row *script, int64_t patience_us, enum smtp_outcome outcome,
    enum smtp_stage stage, int code, const char *word)
{
	struct story story;
	const struct smtp_facts *facts;

	begin(&story, script);
	story.settings.patience_us = patience_us;
	facts = probe_once(&story);
	if (facts->outcome != outcome)
		fail_msg("%s, expected %s (%s)", smtp_outcome_name(facts->outcome),
		    smtp_outcome_name(outcome), facts->error ? facts->error : "no error");
	assert_string_equal(smtp_stage_name(facts->stage), smtp_stage_name(stage));
	assert_int_equal(facts->code, code);
	assert_true((facts->error != NULL) == (word != NULL));
	if (word && !strstr(facts->error, word))
		fail_msg("expected \"%s\" in: %s", word, facts->error);
	end(&story);
}

/* --- how dialogues end -------------------------------------------------------------------- */

/* The whole way: each stage is reported, the second EHLO counts, and QUIT is said. */
static void
goes_the_whole_way(void **state)
{
	struct story story;
	const struct smtp_facts *facts;

	(void)state;
	begin(&story, fake_smtp_good);
	facts = probe_once(&story);
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
	assert_string_equal(buf_text(&story.seen[0].stages),
	    "connect greeting ehlo starttls handshake ehlo-tls quit ");
	assert_string_equal(fake_smtp_heard(&story.server),
	    "EHLO probe.example|STARTTLS|EHLO probe.example|QUIT|#");
	assert_string_equal(fake_smtp_sni(&story.server), "mx.example.net");
	assert_int_equal(story.server.resets, 0);
	end(&story);
}

/* With a recipient the dialogue goes on to RCPT, and undoes it. */
static void
asks_about_a_recipient(void **state)
{
	struct story story;
	const struct probe_request request = {
		.owner = 1,
		.tag = 0,
		.mail_from = "a@example.org",
		.rcpt = "b@example.net",
	};
	struct probe_request literal = request;

	(void)state;
	begin(&story, fake_smtp_good);
	open_prober(&story);
	literal.target = address(&story, 1);
	prober_start(story.prober, &literal);
	bench_run_until(&story.bench, is_idle, &story);
	assert_int_equal(story.seen[0].facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(story.seen[0].facts->rcpt_code, 250);
	assert_string_equal(fake_smtp_heard(&story.server),
	    "EHLO probe.example|STARTTLS|EHLO probe.example|MAIL FROM:<a@example.org>|"
	    "RCPT TO:<b@example.net>|RSET|QUIT|#");
	assert_string_equal(fake_smtp_sni(&story.server), "");
	assert_false(story.seen[0].facts->tls.name_matches);
	end(&story);
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
	struct story story;

	(void)state;
	begin(&story, drips);
	story.settings.patience_us = 100 * SPAN_MS;
	probe_once(&story);
	assert_true(story.seen[0].reports <= 3);
	end(&story);
}

/* No connection: refused, silent, or no way in the closed world of the laboratory. */
static void
tells_why_there_is_no_connection(void **state)
{
	struct story story;
	struct endpoint silent = bench_endpoint("192.0.2.77@25");

	(void)state;
	begin(&story, fake_smtp_good);
	story.settings.patience_us = 60 * SPAN_MS;
	open_prober(&story);
	dialler_map_silent(story.bench.dialler, &silent);
	probe(&story, 1, 0, bench_closed_port());
	probe(&story, 1, 1, silent);
	bench_run_until(&story.bench, is_idle, &story);
	dialler_close_world(story.bench.dialler);
	probe(&story, 1, 2, bench_endpoint("198.51.100.1@25"));
	bench_run_until(&story.bench, is_idle, &story);
	assert_int_equal(story.seen[0].facts->outcome, SMTP_REFUSED);
	assert_non_null(strstr(story.seen[0].facts->error, "the connection was refused"));
	assert_int_equal(story.seen[1].facts->outcome, SMTP_TIMEOUT);
	assert_int_equal(story.seen[2].facts->outcome, SMTP_UNREACHABLE);
	assert_non_null(strstr(story.seen[2].facts->error, "no route to host"));
	for (int tag = 0; tag < 3; tag++) {
		assert_int_equal(story.seen[tag].facts->stage, SMTP_STAGE_CONNECT);
		assert_int_equal(story.seen[tag].ends, 1);
	}
	end(&story);
}

/* --- STARTTLS --------------------------------------------------------------------------------- */

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

/* A server without a certificate ends the handshake with an alert, which is told by its number. */
static void
tells_the_alert(void **state)
{
	struct story story;
	const struct smtp_facts *facts;

	(void)state;
	begin(&story, fake_smtp_good);
	SSL_CTX_free(story.server_tls);
	story.server_tls = SSL_CTX_new(TLS_server_method());
	story.server.tls = story.server_tls;
	facts = probe_once(&story);
	assert_int_equal(facts->outcome, SMTP_TLS_FAILED);
	assert_int_equal(facts->starttls, SMTP_STARTTLS_FAILED);
	assert_string_equal(facts->error,
	    "the server ended the TLS handshake with alert 40 (handshake failure)");
	end(&story);
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
	struct story story;
	const struct smtp_facts *facts;

	(void)state;
	begin(&story, injects);
	facts = probe_once(&story);
	assert_int_equal(facts->outcome, SMTP_PROTOCOL_ERROR);
	assert_int_equal(facts->starttls, SMTP_STARTTLS_INJECTED);
	assert_false(facts->tls.present);
	assert_null(strstr(fake_smtp_heard(&story.server), "STARTTLS|EHLO"));
	end(&story);
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
	struct story story;
	const struct smtp_facts *facts;

	(void)state;
	begin(&story, refuses);
	facts = probe_once(&story);
	assert_int_equal(facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(facts->starttls, SMTP_STARTTLS_REFUSED);
	end(&story);
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
	struct story story;
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
	begin(&story, script);
	facts = probe_once(&story);
	assert_int_equal(facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(facts->extensions.count, SMTP_EXTENSIONS_MAX);
	end(&story);
	buf_clear(&reply);
}

/* --- many probes ---------------------------------------------------------------------------------- */

/* At most the limit runs at once, and all come to an end. */
static void
keeps_to_its_limit(void **state)
{
	struct story story;

	(void)state;
	begin(&story, fake_smtp_good);
	story.settings.limit = 4;
	open_prober(&story);
	for (uint32_t tag = 0; tag < 40; tag++)
		probe(&story, tag, tag, address(&story, tag));
	assert_int_equal(prober_pending(story.prober), 40);
	bench_run_until(&story.bench, is_deserted, &story);
	for (uint32_t tag = 0; tag < 40; tag++) {
		assert_int_equal(story.seen[tag].ends, 1);
		assert_int_equal(story.seen[tag].facts->outcome, SMTP_ACCEPTING);
	}
	assert_int_equal(story.server.connections, 40);
	assert_true(story.server.most_open <= 5);
	assert_true(story.server.most_open >= 4);
	end(&story);
}

/* True when this probe is queued or runs. */
static bool
is_first_started(const void *context)
{
	const struct story *story = context;

	return story->seen[0].reports > 0;
}

/* One address has one visitor at a time, whoever asks; others are not held up by the queue. */
static void
visits_an_address_alone(void **state)
{
	struct story story;
	unsigned running = 0;

	(void)state;
	begin(&story, fake_smtp_good);
	open_prober(&story);
	for (uint32_t tag = 0; tag < 10; tag++)
		probe(&story, tag, tag, address(&story, 1));
	probe(&story, 10, 10, address(&story, 2));
	bench_run_until(&story.bench, is_first_started, &story);
	for (uint32_t tag = 0; tag < 10; tag++)
		running += story.seen[tag].reports > 0;
	assert_int_equal(running, 1);
	assert_true(story.seen[10].reports > 0);
	bench_run_until(&story.bench, is_deserted, &story);
	for (uint32_t tag = 0; tag < 11; tag++)
		assert_int_equal(story.seen[tag].facts->outcome, SMTP_ACCEPTING);
	end(&story);
}

/* --- cancelling ------------------------------------------------------------------------------------- */

static const struct fake_row slow_at_ehlo[] = {
	{ "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
	{ "QUIT", "221 bye\r\n", FAKE_CLOSE, FAKE_ALWAYS },
	{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS },
};

/* A cancelled dialogue says QUIT, reports nothing more, and leaves before the next one comes. */
static void
takes_leave(void **state)
{
	struct story story;
	unsigned reports;

	(void)state;
	begin(&story, slow_at_ehlo);
	story.server.later = fake_smtp_good;
	open_prober(&story);
	probe(&story, 1, 0, address(&story, 1));
	probe(&story, 1, 1, address(&story, 1));
	probe(&story, 2, 2, address(&story, 1));
	bench_run_until(&story.bench, is_greeted, &story);
	reports = story.seen[0].reports;
	prober_cancel(story.prober, 1);
	assert_int_equal(prober_pending(story.prober), 1);
	bench_run_until(&story.bench, is_deserted, &story);
	assert_int_equal(story.seen[0].reports, reports);
	assert_int_equal(story.seen[0].ends, 0);
	assert_int_equal(story.seen[1].reports, 0);
	assert_int_equal(story.seen[2].facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(story.server.most_open, 1);
	assert_int_equal(story.server.resets, 0);
	assert_string_equal(fake_smtp_heard(&story.server),
	    "EHLO probe.example|QUIT|#"
	    "EHLO probe.example|STARTTLS|EHLO probe.example|QUIT|#");
	end(&story);
}

/* Before the greeting nothing is said, not even QUIT. */
static void
leaves_in_silence_before_the_greeting(void **state)
{
	static const struct fake_row silent[] = { { "", NULL, FAKE_LISTEN, 0 },
		{ NULL, NULL, 0, 0 } };
	struct story story;

	(void)state;
	begin(&story, silent);
	open_prober(&story);
	probe(&story, 1, 0, address(&story, 1));
	bench_run_until(&story.bench, is_visited, &story);
	prober_cancel(story.prober, 1);
	bench_run_until(&story.bench, is_deserted, &story);
	assert_string_equal(fake_smtp_heard(&story.server), "#");
	assert_int_equal(story.server.resets, 0);
	end(&story);
}

/* A server that does not answer QUIT is left after a second, and only then its address is free. */
static void
does_not_wait_for_ever(void **state)
{
	static const struct fake_row deaf[] = { { "", "220 a\r\n", FAKE_LISTEN, 0 },
		{ NULL, NULL, 0, 0 } };
	struct story story;
	int64_t cancelled_us, waited_us;

	(void)state;
	begin(&story, deaf);
	story.server.later = fake_smtp_good;
	open_prober(&story);
	probe(&story, 1, 0, address(&story, 1));
	bench_run_until(&story.bench, is_greeted, &story);
	cancelled_us = bench_now_us();
	prober_cancel(story.prober, 1);
	probe(&story, 2, 1, address(&story, 1));
	bench_run_until(&story.bench, is_deserted, &story);
	assert_int_equal(story.seen[1].facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(story.server.most_open, 1);
	waited_us = story.seen[1].facts->started_us - cancelled_us;
	assert_true(waited_us >= 900 * SPAN_MS);
	assert_true(waited_us <= 10 * SPAN_SECOND);
	end(&story);
}

/* At the report of the greeting the callback cancels its own owner. */
static void
cancel_at_ehlo(struct story *story, uint64_t owner, uint32_t tag)
{
	if (story->seen[tag].facts->stage == SMTP_STAGE_EHLO)
		prober_cancel(story->prober, owner);
}

/* The callback may cancel what it is told about, also when that has just ended. */
static void
may_be_cancelled_from_the_callback(void **state)
{
	struct story story;

	(void)state;
	begin(&story, fake_smtp_good);
	story.then = cancel_at_ehlo;
	open_prober(&story);
	probe(&story, 1, 0, address(&story, 1));
	probe(&story, 1, 1, address(&story, 2));
	probe(&story, 2, 2, bench_closed_port());
	bench_run_until(&story.bench, is_deserted, &story);
	assert_int_equal(story.seen[0].ends, 0);
	assert_int_equal(story.seen[1].ends, 0);
	assert_int_equal(story.seen[2].ends, 1);
	end(&story);
}

/* Ending the program says QUIT in open dialogues, in clear and inside TLS, without waiting. */
static void
says_quit_at_the_end(void **state)
{
	static const struct fake_row slow_in_tls[] = {
		{ "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ "EHLO", "250-a\r\n250 STARTTLS\r\n", FAKE_LISTEN, FAKE_IN_CLEAR },
		{ "STARTTLS", "220 go\r\n", FAKE_SECURE, FAKE_ALWAYS },
		{ "QUIT", "221 bye\r\n", FAKE_CLOSE, FAKE_ALWAYS },
		{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS },
	};
	static const struct {
		const struct fake_row *script;
		const char *until, *heard;
	} rows[] = {
		{ slow_at_ehlo, "EHLO", "EHLO probe.example|QUIT|#" },
		{ slow_in_tls, "|EHLO",
		    "EHLO probe.example|STARTTLS|EHLO probe.example|QUIT|#" },
	};
	struct story story;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin(&story, rows[i].script);
		open_prober(&story);
		probe(&story, 1, 0, address(&story, 1));
		while (!strstr(fake_smtp_heard(&story.server), rows[i].until))
			event_base_loop(story.bench.base, EVLOOP_ONCE);
		prober_free(story.prober);
		story.prober = prober_new(story.bench.base, story.bench.dialler, story.tls,
		    &story.settings, on_report, &story);
		bench_run_until(&story.bench, is_deserted, &story);
		assert_string_equal(fake_smtp_heard(&story.server), rows[i].heard);
		end(&story);
	}
}

/* Ending with probes queued, connecting, in the handshake and leaving leaves nothing behind. */
static void
ends_in_the_middle(void **state)
{
	struct story story;

	(void)state;
	for (int turns = 0; turns < 30; turns++) {
		begin(&story, fake_smtp_good);
		story.settings.limit = 3;
		open_prober(&story);
		for (uint32_t tag = 0; tag < 6; tag++)
			probe(&story, tag, tag, address(&story, tag / 2));
		for (int i = 0; i < turns; i++)
			bench_run_ready(&story.bench);
		prober_cancel(story.prober, 0);
		end(&story);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_the_whole_way),
		cmocka_unit_test(asks_about_a_recipient),
		cmocka_unit_test(ends_as_the_server_ends_it),
		cmocka_unit_test(loses_patience),
		cmocka_unit_test(reports_only_changes),
		cmocka_unit_test(tells_why_there_is_no_connection),
		cmocka_unit_test(tells_how_the_handshake_broke),
		cmocka_unit_test(tells_the_alert),
		cmocka_unit_test(sees_injection),
		cmocka_unit_test(goes_on_in_clear),
		cmocka_unit_test(hears_last_words_in_tls),
		cmocka_unit_test(tells_how_the_connection_broke_in_tls),
		cmocka_unit_test(reads_long_replies),
		cmocka_unit_test(keeps_to_its_limit),
		cmocka_unit_test(visits_an_address_alone),
		cmocka_unit_test(takes_leave),
		cmocka_unit_test(leaves_in_silence_before_the_greeting),
		cmocka_unit_test(does_not_wait_for_ever),
		cmocka_unit_test(may_be_cancelled_from_the_callback),
		cmocka_unit_test(says_quit_at_the_end),
		cmocka_unit_test(ends_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

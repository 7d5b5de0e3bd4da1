/*
 * Mail servers of the laboratory: the default dialogue and each verb of a script as a bare TCP
 * client meets it, and each kind of certificate as net/prober judges it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/span.h"
#include "net/dialler.h"
#include "net/prober.h"
#include "net/tls.h"
#include "lab/mailserver.h"
#include "lab/scenario.h"

#include "lab/bench.h"

struct fixture {
	struct bench bench;
	struct script usual;
	struct lab_host host;
	struct certifier *certifier;
	struct mailserver *server;
};

static const char usual_text[] = "S: 220 %h ESMTP\n"
				 "C: EHLO *\nkeywords\n"
				 "C: STARTTLS\nS: 220 Go\nstarttls\n"
				 "C: NOOP*\nS: 250 Ok\n"
				 "C: QUIT\nS: 221 Bye\nclose\n"
				 "C: *\nS: 502 What?\n";

static int
open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	bench_open(&f->bench);
	assert_null(script_parse(&f->usual, usual_text));
	f->certifier = certifier_new();
	*state = f;
	return 0;
}

static int
close_fixture(void **state)
{
	struct fixture *f = *state;

	mailserver_free(f->server);
	for (size_t i = 0; i < f->host.offer_count; i++)
		free(f->host.offers[i]);
	free(f->host.offers);
	script_clear(&f->host.script);
	script_clear(&f->usual);
	certifier_free(f->certifier);
	bench_close(&f->bench);
	free(f);
	return 0;
}

/* Starts a server with this script of its own. */
static void
serve(struct fixture *f, const char *script)
{
	static char name[] = "mx.example";
	char *error = NULL;

	mailserver_free(f->server);
	script_clear(&f->host.script);
	f->host.name = name;
	assert_null(script_parse(&f->host.script, script));
	f->server = mailserver_new(f->bench.base, &f->host, &f->usual, f->certifier, &error);
	if (!f->server)
		fail_msg("%s", error);
}

/* --- a bare client ---------------------------------------------------------------- */

struct client {
	int fd;
	struct buf heard;
	size_t awaited; /* octets in all */
	bool closed, reset;
};

/* Connects to the server. */
static struct client
dial(const struct fixture *f)
{
	struct endpoint server = mailserver_endpoint(f->server);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(server.port) };
	struct client client = { .fd = socket(AF_INET, SOCK_STREAM, 0) };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_return_code(client.fd, 0);
	assert_return_code(connect(client.fd, (struct sockaddr *)&address, sizeof address), 0);
	return client;
}

/* Hangs up. */
static void
hang_up(struct client *client)
{
	close(client->fd);
	buf_clear(&client->heard);
}

/* Takes what has come. */
static void
hear(struct client *client)
{
	char octets[4096];
	ssize_t n;

	while ((n = recv(client->fd, octets, sizeof octets, MSG_DONTWAIT)) > 0)
		buf_add(&client->heard, octets, (size_t)n);
	client->closed = n == 0;
	client->reset = n < 0 && errno != EAGAIN && errno != EWOULDBLOCK;
}

/* A client as bench_run_until() takes it: what is behind the pointer may change. */
struct listening {
	struct client *client;
};

/* True when the awaited number of octets has come, or nothing more will. */
static bool
has_heard(const void *context)
{
	struct client *client = ((const struct listening *)context)->client;

	hear(client);
	return client->closed || client->reset || client->heard.length >= client->awaited;
}

/* Waits until the server has said this, and nothing else. */
static void
expect(struct fixture *f, struct client *client, const char *text)
{
	client->awaited = strlen(text);
	bench_run_until(&f->bench, has_heard, &(struct listening){ client });
	assert_string_equal(buf_text(&client->heard), text);
	buf_truncate(&client->heard, 0);
}

/* Waits for the end of the connection. */
static void
expect_end(struct fixture *f, struct client *client)
{
	client->awaited = SIZE_MAX;
	bench_run_until(&f->bench, has_heard, &(struct listening){ client });
	assert_int_equal(client->heard.length, 0);
}

/* Says this to the server. */
static void
say(struct client *client, const char *text)
{
	assert_int_equal(send(client->fd, text, strlen(text), 0), strlen(text));
}

/* --- the default dialogue --------------------------------------------------------- */

static void
the_usual_dialogue(void **state)
{
	struct fixture *f = *state;
	struct client client;

	serve(f, "");
	client = dial(f);
	expect(f, &client, "220 mx.example ESMTP\r\n");
	say(&client, "EHLO probe.example\r\n");
	expect(f, &client,
	    "250-mx.example\r\n250-PIPELINING\r\n250-SIZE "
	    "10240000\r\n250-ETRN\r\n250-STARTTLS\r\n"
	    "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n"
	    "250 CHUNKING\r\n");
	say(&client, "noop with words\r\n");
	expect(f, &client, "250 Ok\r\n");
	say(&client, "HELLO\r\n");
	expect(f, &client, "502 What?\r\n");
	say(&client, "QUIT\r\n");
	expect(f, &client, "221 Bye\r\n");
	expect_end(f, &client);
	assert_true(client.closed);
	hang_up(&client);
}

static void
commands_are_answered_one_by_one(void **state)
{
	struct fixture *f = *state;
	struct client client;

	f->host.latency_ms = 1;
	serve(f, "C: NOOP slow\ndelay 20ms\nS: 250 Late\n");
	client = dial(f);
	say(&client, "NOOP slow\r\nNOOP\nHM\r\n");
	expect(f, &client, "220 mx.example ESMTP\r\n250 Late\r\n250 Ok\r\n502 What?\r\n");
	say(&client, "QU");
	bench_run_ready(&f->bench);
	say(&client, "IT\r\nNOOP\r\n");
	expect(f, &client, "221 Bye\r\n");
	expect_end(f, &client);
	hang_up(&client);
}

static void
a_command_without_end_is_an_unknown_one(void **state)
{
	struct fixture *f = *state;
	char flood[4096 + 1];
	struct client client;

	memset(flood, 'x', sizeof flood);
	flood[sizeof flood - 1] = '\0';
	serve(f, "");
	client = dial(f);
	expect(f, &client, "220 mx.example ESMTP\r\n");
	say(&client, flood);
	expect(f, &client, "502 What?\r\n");
	say(&client, "NOOP\r\n");
	expect(f, &client, "250 Ok\r\n");
	hang_up(&client);
}

static void
starttls_that_is_not_offered_is_unknown(void **state)
{
	struct fixture *f = *state;
	struct client client;

	f->host.offers = calloc(1, sizeof *f->host.offers);
	f->host.offers[0] = strdup("SIZE 100");
	f->host.offer_count = 1;
	serve(f, "");
	client = dial(f);
	say(&client, "EHLO x\r\nSTARTTLS\r\n");
	expect(f, &client,
	    "220 mx.example ESMTP\r\n250-mx.example\r\n250 SIZE 100\r\n502 What?\r\n");
	hang_up(&client);
}

/* --- verbs ------------------------------------------------------------------------ */

static void
what_is_said_goes_out_as_written(void **state)
{
	struct fixture *f = *state;
	struct client client;

	serve(f, "raw 220-\\x07\\x0a\nS: 220 %h \\\\ %h%\ndrip 1ms 250 %h\n");
	client = dial(f);
	expect(f, &client, "220-\a\n220 mx.example \\ mx.example%\r\n250 mx.example\r\n");
	hang_up(&client);
}

static void
connections_end_as_the_script_says(void **state)
{
	static const struct {
		const char *script, *said;
		bool reset;
	} cases[] = {
		{ "close\n", "", false },
		{ "S: 421 Bye\nclose\n", "421 Bye\r\n", false },
		{ "reset\n", "", true },
		{ "S: 220 Hi\nC: *\nreset\n", "220 Hi\r\n", true },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct client client;

		serve(f, cases[i].script);
		client = dial(f);
		expect(f, &client, cases[i].said);
		if (cases[i].said[0] && cases[i].reset)
			say(&client, "EHLO x\r\n");
		expect_end(f, &client);
		assert_int_equal(client.reset, cases[i].reset);
		hang_up(&client);
	}
}

static void
a_silent_server_notices_that_the_client_has_gone(void **state)
{
	struct fixture *f = *state;
	struct client silent, other;

	serve(f, "C: HUSH\nsilence\n");
	silent = dial(f);
	say(&silent, "HUSH\r\nNOOP\r\n");
	expect(f, &silent, "220 mx.example ESMTP\r\n");
	for (int i = 0; i < 8; i++) {
		say(&silent,
		    "are you still there? are you still there? are you still there?\r\n");
		bench_run_ready(&f->bench);
	}
	other = dial(f);
	say(&other, "NOOP\r\n");
	expect(f, &other, "220 mx.example ESMTP\r\n250 Ok\r\n");
	hear(&silent);
	assert_int_equal(silent.heard.length, 0);
	hang_up(&silent);
	hang_up(&other);
}

static void
too_many_connections_are_closed(void **state)
{
	struct fixture *f = *state;
	struct client clients[64], last;

	serve(f, "");
	for (size_t i = 0; i < 64; i++) {
		clients[i] = dial(f);
		expect(f, &clients[i], "220 mx.example ESMTP\r\n");
	}
	last = dial(f);
	expect_end(f, &last);
	hang_up(&last);
	hang_up(&clients[0]);
	bench_run_ready(&f->bench);
	last = dial(f);
	expect(f, &last, "220 mx.example ESMTP\r\n");
	hang_up(&last);
	for (size_t i = 1; i < 64; i++)
		hang_up(&clients[i]);
}

static void
the_server_stops_in_every_state(void **state)
{
	static const char *const scripts[] = { "delay 600s\n", "silence\n", "drip 1s 220 hi\n",
		"" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		struct client client;

		serve(f, scripts[i]);
		client = dial(f);
		bench_run_ready(&f->bench);
		mailserver_free(f->server);
		f->server = NULL;
		client.awaited = SIZE_MAX;
		bench_run_until(&f->bench, has_heard, &(struct listening){ &client });
		hang_up(&client);
	}
}

/* --- certificates, as a probe judges them ----------------------------------------- */

/* Keeps the last facts. */
static void
on_report(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct smtp_facts **last = context;

	(void)owner;
	(void)tag;
	smtp_facts_free(*last);
	*last = smtp_facts_clone(facts);
}

/* True when the probe is over. */
static bool
is_over(const void *context)
{
	const struct smtp_facts *facts = *(struct smtp_facts *const *)context;

	return facts && facts->ended_us != 0;
}

/* Probes the server and returns the facts, which the caller frees. */
static struct smtp_facts *
probe(struct fixture *f)
{
	char helo[] = "probe.example", *error = NULL;
	struct prober_settings settings = { .helo = helo, .patience_us = 5 * SPAN_SECOND };
	struct tls_client *tls = tls_client_new(NULL, &error);
	struct smtp_facts *facts = NULL;
	struct prober *prober;

	assert_true(tls_client_trust(tls, certifier_root(f->certifier)));
	prober = prober_new(f->bench.base, f->bench.dialler, tls, &settings, on_report, &facts);
	prober_start(prober,
	    &(struct probe_request){ .target = mailserver_endpoint(f->server),
		.host = "mx.example",
		.mail_from = "" });
	bench_run_until(&f->bench, is_over, &facts);
	prober_free(prober);
	tls_client_free(tls);
	return facts;
}

static void
certificates_are_wrong_in_one_way_only(void **state)
{
	static const struct {
		enum lab_certificate kind;
		enum smtp_starttls starttls;
		enum tls_chain chain;
		bool name_matches;
	} cases[] = {
		{ LAB_CERTIFICATE_GOOD, SMTP_STARTTLS_OK, TLS_CHAIN_TRUSTED, true },
		{ LAB_CERTIFICATE_EXPIRED, SMTP_STARTTLS_OK, TLS_CHAIN_EXPIRED, true },
		{ LAB_CERTIFICATE_NOT_YET_VALID, SMTP_STARTTLS_OK, TLS_CHAIN_NOT_YET_VALID,
		    true },
		{ LAB_CERTIFICATE_WRONG_NAME, SMTP_STARTTLS_OK, TLS_CHAIN_TRUSTED, false },
		{ LAB_CERTIFICATE_SELF_SIGNED, SMTP_STARTTLS_OK, TLS_CHAIN_SELF_SIGNED, true },
		{ LAB_CERTIFICATE_UNTRUSTED, SMTP_STARTTLS_OK, TLS_CHAIN_UNTRUSTED, true },
		{ LAB_CERTIFICATE_INCOMPLETE, SMTP_STARTTLS_OK, TLS_CHAIN_INCOMPLETE, true },
		{ LAB_CERTIFICATE_NONE, SMTP_STARTTLS_FAILED, TLS_CHAIN_TRUSTED, false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct smtp_facts *facts;

		f->host.certificate = cases[i].kind;
		serve(f, "");
		facts = probe(f);
		if (facts->starttls != cases[i].starttls ||
		    facts->tls.chain != cases[i].chain ||
		    facts->tls.name_matches != cases[i].name_matches)
			fail_msg("%s: starttls %s, chain %s, %s",
			    lab_certificate_name(cases[i].kind),
			    smtp_starttls_name(facts->starttls),
			    tls_chain_name(facts->tls.chain),
			    facts->error ? facts->error : "no error");
		smtp_facts_free(facts);
	}
}

static void
the_expired_certificate_expired_yesterday(void **state)
{
	struct fixture *f = *state;
	struct smtp_facts *good, *expired;

	serve(f, "");
	good = probe(f);
	f->host.certificate = LAB_CERTIFICATE_EXPIRED;
	serve(f, "");
	expired = probe(f);
	assert_in_range(
	    tls_facts_leaf(&good->tls)->not_after - tls_facts_leaf(&expired->tls)->not_after,
	    88 * 86400 + 43200 - 60, 88 * 86400 + 43200 + 60);
	assert_int_equal(tls_facts_leaf(&good->tls)->san_count, 1);
	assert_string_equal(tls_facts_leaf(&good->tls)->sans[0], "mx.example");
	assert_non_null(strstr(tls_facts_leaf(&good->tls)->issuer, "mxscope laboratory root"));
	smtp_facts_free(good);
	smtp_facts_free(expired);
}

static void
inside_tls_starttls_is_gone_and_the_script_goes_on(void **state)
{
	struct fixture *f = *state;
	struct smtp_facts *facts;

	f->host.tls = LAB_TLS_1_2;
	serve(f, "C: QUIT\ndelay 5ms\nS: 221 Later\nclose\n");
	facts = probe(f);
	assert_int_equal(facts->outcome, SMTP_ACCEPTING);
	assert_string_equal(facts->tls.version, "TLSv1.2");
	assert_null(smtp_extension(&facts->extensions, "STARTTLS"));
	assert_non_null(smtp_extension(&facts->extensions, "PIPELINING"));
	assert_int_equal(facts->violations, 0);
	smtp_facts_free(facts);

	serve(f, "C: STARTTLS\nS: 220 Go\nstarttls\nreset\n");
	facts = probe(f);
	assert_int_equal(facts->starttls, SMTP_STARTTLS_OK);
	assert_true(facts->outcome == SMTP_RESET || facts->outcome == SMTP_CLOSED);
	smtp_facts_free(facts);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(the_usual_dialogue),
		WITH_FIXTURE(commands_are_answered_one_by_one),
		WITH_FIXTURE(a_command_without_end_is_an_unknown_one),
		WITH_FIXTURE(starttls_that_is_not_offered_is_unknown),
		WITH_FIXTURE(what_is_said_goes_out_as_written),
		WITH_FIXTURE(connections_end_as_the_script_says),
		WITH_FIXTURE(a_silent_server_notices_that_the_client_has_gone),
		WITH_FIXTURE(too_many_connections_are_closed),
		WITH_FIXTURE(the_server_stops_in_every_state),
		WITH_FIXTURE(certificates_are_wrong_in_one_way_only),
		WITH_FIXTURE(the_expired_certificate_expired_yesterday),
		WITH_FIXTURE(inside_tls_starttls_is_gone_and_the_script_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Policies by HTTPS: what counts as one, and everything that does not, from servers on real sockets.
 * Each row is a server; the certificate is checked in full, the rest of the web is not followed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"
#include "net/dialler.h"
#include "net/policy_fetch.h"
#include "net/tls.h"
#include "lab/bench.h"
#include "lab/fake_certificates.h"

#include <netinet/in.h>

#define HOST   "mta-sts.example.net"
#define POLICY "version: STSv1\nmode: none\nmax_age: 1\n"
#define OK     "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"

/* Four replies that are none yet. */
#define INTERIM \
	"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" \
	"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"

/* What the server does when the request has come. */
enum then {
	CLOSE, /* TLS and TCP end as they should */
	CUT, /* TCP ends, TLS does not */
	STAY, /* nothing more is said */
	DRIP, /* one more octet every few milliseconds, without end */
};

/* What its certificate is. */
enum kind {
	GOOD,
	EXPIRED,
	OF_TOMORROW,
	ANOTHER_NAME,
	NAME_IN_SUBJECT, /* no subjectAltName */
	SELF_SIGNED,
	STRANGE, /* of an authority that is not trusted */
	NO_TLS, /* the socket speaks in clear */
};

/* A server and what is made of it. */
struct row {
	const char *title;
	enum kind kind;
	const char *head, *body; /* of its reply; NULL = nothing */
	enum then then;
	size_t padding; /* blank lines behind the body */
	const char *reason; /* a piece of it; NULL = the policy comes */
};

static const struct row rows[] = {
	{ "a policy", GOOD, OK "Content-Length: 37\r\n\r\n", POLICY, STAY, 0, NULL },
	{ "until the end of TLS", GOOD, OK "\r\n", POLICY, CLOSE, 0, NULL },
	{ "in chunks", GOOD, OK "Transfer-Encoding: chunked\r\n\r\n25\r\n",
	    POLICY "\r\n0\r\n\r\n", STAY, 0, NULL },
	{ "with a charset", GOOD,
	    "HTTP/1.1 200 OK\r\nContent-Type: TEXT/plain; charset=utf-8\r\n"
	    "Content-Length: 37\r\n\r\n",
	    POLICY, STAY, 0, NULL },
	{ "empty", GOOD, OK "Content-Length: 0\r\n\r\n", "", STAY, 0, NULL },
	{ "nearly 64 KiB", GOOD, OK "\r\n", POLICY, CLOSE, 65000, NULL },
	{ "not found", GOOD, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "", STAY, 0,
	    "answers with HTTP status 404" },
	{ "no content", GOOD, "HTTP/1.1 204 No Content\r\n\r\n", "", CLOSE, 0,
	    "answers with HTTP status 204" },
	{ "moved", GOOD,
	    "HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.example/\r\n"
	    "Content-Length: 0\r\n\r\n",
	    "", STAY, 0, "status 301, and redirects are not followed" },
	{ "a page", GOOD,
	    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n", "<p>",
	    STAY, 0, "does not send the policy as text/plain, but text/html" },
	{ "a type that only begins so", GOOD,
	    "HTTP/1.1 200 OK\r\nContent-Type: text/plainish\r\nContent-Length: 3\r\n\r\n",
	    "<p>", STAY, 0, "but text/plainish" },
	{ "a hostile type", GOOD,
	    "HTTP/1.1 200 OK\r\nContent-Type: \x1b[2J\r\nContent-Length: 3\r\n\r\n", "<p>",
	    STAY, 0, "but \\x1b[2J" },
	{ "without a type", GOOD, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "<p>", STAY,
	    0, "without a type" },
	{ "more than 64 KiB", GOOD, OK "\r\n", POLICY, CLOSE, 70000, "more than the 64 KiB" },
	{ "more than 64 KiB, as told", GOOD, OK "Content-Length: 99999999\r\n\r\n", POLICY,
	    STAY, 0, "more than the 64 KiB" },
	{ "without end", GOOD, OK "\r\n", POLICY, DRIP, 0, "does not answer in time" },
	{ "cut short", GOOD, OK "Content-Length: 99\r\n\r\n", POLICY, CLOSE, 0,
	    "closes the connection before its whole reply has come" },
	{ "after an interim reply", GOOD,
	    "HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 37\r\n\r\n", POLICY, STAY, 0,
	    NULL },
	{ "after several, until the end of TLS", GOOD,
	    "HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n"
	    "HTTP/1.1 100 Continue\r\n\r\n" OK "\r\n",
	    POLICY, CLOSE, 0, NULL },
	{ "interim replies alone", GOOD, INTERIM INTERIM INTERIM "", "", STAY, 0,
	    "answers with HTTP status 100" },
	{ "half an interim reply", GOOD, "HTTP/1.1 100 Continue\r\nServer", "", CLOSE, 0,
	    "closes the connection without an answer" },
	{ "an interim reply as text", GOOD, OK "Content-Length: 37\r\n\r\n",
	    "HTTP/1.1 100 Continue\r\n\r\n\nmode: none\n", STAY, 0, NULL },
	{ "nothing", GOOD, NULL, NULL, STAY, 0, "does not answer in time" },
	{ "closed", GOOD, NULL, NULL, CLOSE, 0, "closes the connection without an answer" },
	{ "cut off", GOOD, NULL, NULL, CUT, 0, "closed the connection in the midst of TLS" },
	{ "not HTTP", GOOD, "220 mx.example.net ESMTP\r\n", "", CLOSE, 0, "" },
	{ "expired", EXPIRED, NULL, NULL, STAY, 0, "a certificate that has expired" },
	{ "of tomorrow", OF_TOMORROW, NULL, NULL, STAY, 0, "that is not valid yet" },
	{ "for another name", ANOTHER_NAME, NULL, NULL, STAY, 0, "for another name" },
	{ "named in its subject alone", NAME_IN_SUBJECT, NULL, NULL, STAY, 0,
	    "for another name" },
	{ "self-signed", SELF_SIGNED, NULL, NULL, STAY, 0, "self-signed" },
	{ "of a stranger", STRANGE, NULL, NULL, STAY, 0, "trusted" },
	{ "not TLS", NO_TLS, "HTTP/1.1 400 No\r\n\r\n", "", CLOSE, 0, "is not TLS" },
};

/* A server that plays a row. */
struct server {
	const struct row *row;
	struct event_base *base;
	struct evconnlistener *listener;
	struct fake_certificate certificate;
	SSL_CTX *tls;
	struct bufferevent *client;
	struct event *timer;
	struct endpoint endpoint;
	struct buf heard;
	unsigned connections;
	bool answered;
};

/* What the fetcher told. */
struct told {
	char *text, *reason;
	size_t length;
	unsigned times;
};

static struct fake_certificate root, stranger;

/* cmocka: makes the signers. */
static int
make_signers(void **state)
{
	(void)state;
	root = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "root", .authority = 1, .from_days = -10, .to_days = 100 });
	stranger = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "stranger", .authority = 1, .from_days = -10, .to_days = 100 });
	return 0;
}

/* cmocka: frees the signers. */
static int
free_signers(void **state)
{
	(void)state;
	fake_certificate_clear(&root);
	fake_certificate_clear(&stranger);
	return 0;
}

/* Makes the certificate of a kind. */
static struct fake_certificate
make_certificate(enum kind kind)
{
	return fake_certificate_make(&(const struct fake_wish){
	    .common_name = HOST,
	    .names = kind == NAME_IN_SUBJECT ? NULL
		: kind == ANOTHER_NAME       ? "DNS:mta-sts.example.org"
					     : "DNS:" HOST,
	    .issuer = kind == SELF_SIGNED ? NULL
		: kind == STRANGE         ? &stranger
					  : &root,
	    .from_days = kind == OF_TOMORROW ? 1 : -9,
	    .to_days = kind == EXPIRED ? -1 : 30,
	});
}

/* Ends the connection, as TLS wants it where the row does not say otherwise. */
static void
hang_up(struct server *server)
{
	if (server->row->kind != NO_TLS && server->row->then == CLOSE)
		SSL_shutdown(bufferevent_openssl_get_ssl(server->client));
	bufferevent_free(server->client);
	server->client = NULL;
}

/* libevent: everything was written. */
static void
on_written(struct bufferevent *client, void *context)
{
	struct server *server = context;

	(void)client;
	if (server->answered && server->row->then == CLOSE)
		hang_up(server);
}

/* libevent: it is time for one more octet. */
static void
on_drip(evutil_socket_t fd, short what, void *context)
{
	static const struct timeval soon = { .tv_usec = 2000 };
	struct server *server = context;

	(void)fd;
	(void)what;
	if (!server->client)
		return;
	bufferevent_write(server->client, "\n", 1);
	event_add(server->timer, &soon);
}

/* Says what the row says. */
static void
answer(struct server *server)
{
	const struct row *row = server->row;

	server->answered = true;
	if (row->head)
		bufferevent_write(server->client, row->head, strlen(row->head));
	if (row->body)
		bufferevent_write(server->client, row->body, strlen(row->body));
	for (size_t i = 0; i < row->padding; i++)
		bufferevent_write(server->client, "\n", 1);
	if (row->then == DRIP)
		on_drip(-1, 0, server);
	if ((row->then == CLOSE || row->then == CUT) && !row->head)
		hang_up(server);
}

/* libevent: a piece of the request has come. */
static void
on_read(struct bufferevent *client, void *context)
{
	struct server *server = context;
	char piece[512];
	size_t n;

	while ((n = bufferevent_read(client, piece, sizeof piece)) > 0)
		buf_add(&server->heard, piece, n);
	if (!server->answered &&
	    (server->row->kind == NO_TLS || strstr(buf_text(&server->heard), "\r\n\r\n")))
		answer(server);
}

/* libevent: the client has gone. */
static void
on_event(struct bufferevent *client, short what, void *context)
{
	struct server *server = context;

	if (!(what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)))
		return;
	bufferevent_free(client);
	server->client = NULL;
}

/* libevent: a client comes. */
static void
on_connection(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
    int length, void *context)
{
	struct server *server = context;

	(void)listener;
	(void)address;
	(void)length;
	server->connections++;
	server->client = server->row->kind == NO_TLS
	    ? bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE)
	    : bufferevent_openssl_socket_new(server->base, fd, SSL_new(server->tls),
		  BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(server->client, on_read, on_written, on_event, server);
	bufferevent_enable(server->client, EV_READ | EV_WRITE);
}

/* Starts a server of the row. */
static void
start(struct server *server, struct bench *bench, const struct row *row)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof any;

	*server = (struct server){ .row = row, .base = bench->base };
	server->certificate = make_certificate(row->kind);
	server->tls = fake_server_context(&server->certificate, NULL);
	server->timer = evtimer_new(bench->base, on_drip, server);
	server->listener = evconnlistener_new_bind(bench->base, on_connection, server,
	    LEV_OPT_CLOSE_ON_FREE, 8, (struct sockaddr *)&any, sizeof any);
	assert_non_null(server->listener);
	getsockname(evconnlistener_get_fd(server->listener), (struct sockaddr *)&any, &length);
	server->endpoint = bench_endpoint("127.0.0.1@1");
	server->endpoint.port = ntohs(any.sin_port);
}

/* Ends it. */
static void
stop(struct server *server)
{
	evconnlistener_free(server->listener);
	if (server->client)
		bufferevent_free(server->client);
	event_free(server->timer);
	SSL_CTX_free(server->tls);
	fake_certificate_clear(&server->certificate);
	buf_clear(&server->heard);
}

/* The callback: keeps what is told. */
static void
on_answer(
    void *context, uint64_t owner, uint32_t tag, const struct policy_answer *policy_answer)
{
	struct told *told = context;

	assert_int_equal(owner, 7);
	assert_int_equal(tag, 3);
	told->times++;
	told->length = policy_answer->length;
	told->reason = mem_strdup(policy_answer->reason);
	told->text = policy_answer->text
	    ? mem_strndup(policy_answer->text, policy_answer->length)
	    : NULL;
}

/* A loop's end: something was told. */
static bool
is_told(const void *context)
{
	const struct told *told = context;

	return told->times > 0;
}

/* Frees what was told. */
static void
forget(struct told *told)
{
	free(told->text);
	free(told->reason);
	*told = (struct told){ 0 };
}

/* A client that trusts the root of this test alone. */
static struct tls_client *
new_client(void)
{
	char *error = NULL, *pem = fake_certificate_pem(&root);
	struct tls_client *client = tls_client_new(NULL, &error);

	assert_non_null(client);
	assert_true(tls_client_trust(client, pem));
	free(pem);
	return client;
}

/* How long a fetcher waits: for ever, as far as a test can tell, or hardly at all. */
static const struct policy_fetch_settings patient = { .patience_each_us = 200 * SPAN_MS };
static const struct policy_fetch_settings impatient = { .patience_us = 300 * SPAN_MS };

/* A fetcher that tells this test. */
static struct policy_fetcher *
new_fetcher(struct bench *bench, struct tls_client *tls,
    const struct policy_fetch_settings *settings, struct told *told)
{
	return policy_fetcher_new(bench->base, bench->dialler, tls, settings, on_answer, told);
}

/* Asks for the policy at these addresses. */
static void
fetch(struct policy_fetcher *fetcher, const struct ip_addr *addresses, size_t count)
{
	policy_fetch(fetcher,
	    &(const struct policy_request){
		.owner = 7, .tag = 3, .host = HOST, .addresses = addresses, .count = count });
}

/* The address that the tests ask at, which the dialler maps. */
static struct endpoint
wanted(const char *text)
{
	return bench_endpoint(text);
}

/* True when the row is about a server that keeps one waiting. */
static bool
is_silence(const struct row *row)
{
	return row->reason && strstr(row->reason, "in time");
}

static void
what_counts_as_a_policy(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct endpoint at = wanted("192.0.2.1@443");
		struct tls_client *tls = new_client();
		struct policy_fetcher *fetcher;
		struct told told = { 0 };
		struct server server;
		struct bench bench;

		bench_open(&bench);
		start(&server, &bench, &rows[i]);
		dialler_map(bench.dialler, &at, &server.endpoint);
		fetcher = new_fetcher(
		    &bench, tls, is_silence(&rows[i]) ? &impatient : &patient, &told);
		fetch(fetcher, &at.ip, 1);
		bench_run_until(&bench, is_told, &told);
		if ((told.reason == NULL) != (rows[i].reason == NULL) ||
		    (told.reason && !strstr(told.reason, rows[i].reason)))
			fail_msg(
			    "%s: %s", rows[i].title, told.reason ? told.reason : "a policy");
		if (told.reason) {
			assert_null(told.text);
			assert_true(text_is_printable(told.reason, strlen(told.reason)));
			assert_non_null(strstr(told.reason, HOST " [192.0.2.1] "));
		} else {
			assert_int_equal(told.length,
			    strlen(rows[i].body) ? strlen(POLICY) + rows[i].padding : 0);
		}
		assert_int_equal(server.connections, 1);
		policy_fetcher_free(fetcher);
		stop(&server);
		bench_close(&bench);
		tls_client_free(tls);
		forget(&told);
	}
}

/* One request, for this file, with our own Host header, and nothing that invites a cache. */
static void
the_request(void **state)
{
	const struct endpoint at = wanted("192.0.2.1@443");
	struct tls_client *tls = new_client();
	struct policy_fetcher *fetcher;
	struct told told = { 0 };
	struct server server;
	struct bench bench;

	(void)state;
	bench_open(&bench);
	start(&server, &bench, &rows[0]);
	dialler_map(bench.dialler, &at, &server.endpoint);
	fetcher = new_fetcher(&bench, tls, &patient, &told);
	fetch(fetcher, &at.ip, 1);
	bench_run_until(&bench, is_told, &told);
	assert_string_equal(told.text, POLICY);
	assert_int_equal(
	    strncmp(server.heard.data, "GET /.well-known/mta-sts.txt HTTP/1.1\r\n", 39), 0);
	assert_non_null(strstr(server.heard.data, "\r\nHost: " HOST "\r\n"));
	assert_non_null(strstr(server.heard.data, "\r\nConnection: close\r\n"));
	assert_null(text_find_nocase(server.heard.data, "If-"));
	policy_fetcher_free(fetcher);
	stop(&server);
	bench_close(&bench);
	tls_client_free(tls);
	forget(&told);
}

/* Where an address fails the next one is tried. */
static void
from_address_to_address(void **state)
{
	const struct endpoint at[] = { wanted("192.0.2.1@443"), wanted("192.0.2.2@443"),
		wanted("192.0.2.3@443") };
	const struct ip_addr addresses[] = { at[0].ip, at[1].ip, at[2].ip };
	struct tls_client *tls = new_client();
	struct policy_fetcher *fetcher;
	struct told told = { 0 };
	const struct endpoint nowhere = wanted("192.0.2.9@443");
	struct endpoint closed;
	struct server server;
	struct bench bench;

	(void)state;
	bench_open(&bench);
	start(&server, &bench, &rows[0]);
	closed = bench_closed_port();
	dialler_map(bench.dialler, &at[0], &closed);
	dialler_map_silent(bench.dialler, &at[1]);
	dialler_map(bench.dialler, &at[2], &server.endpoint);
	fetcher = new_fetcher(&bench, tls, &patient, &told);
	fetch(fetcher, addresses, 3);
	bench_run_until(&bench, is_told, &told);
	assert_string_equal(told.text, POLICY);
	forget(&told);
	fetch(fetcher, addresses, 1);
	bench_run_until(&bench, is_told, &told);
	assert_non_null(strstr(told.reason, "[192.0.2.1] refuses the connection"));
	assert_null(strstr(told.reason, "closes"));
	forget(&told);
	policy_fetcher_free(fetcher);
	fetcher = new_fetcher(&bench, tls, &impatient, &told);
	fetch(fetcher, &addresses[1], 1);
	bench_run_until(&bench, is_told, &told);
	assert_non_null(strstr(told.reason, "[192.0.2.2] does not answer in time"));
	forget(&told);
	dialler_close_world(bench.dialler);
	fetch(fetcher, &nowhere.ip, 1);
	bench_run_until(&bench, is_told, &told);
	assert_non_null(strstr(told.reason, "[192.0.2.9] cannot be reached: no route to host"));
	forget(&told);
	fetch(fetcher, NULL, 0);
	bench_run_until(&bench, is_told, &told);
	assert_non_null(strstr(told.reason, "no address"));
	forget(&told);
	policy_fetcher_free(fetcher);
	stop(&server);
	bench_close(&bench);
	tls_client_free(tls);
}

/* Addresses that all fail, and whose reason is told: of the one that we came furthest with, the first of several. */
static const struct {
	const char *addresses[3];
	const char *reason;
} failing[] = {
	{ { "192.0.2.3", "192.0.2.9" }, "[192.0.2.3] shows a certificate for another name" },
	{ { "192.0.2.9", "192.0.2.3" }, "[192.0.2.3] shows a certificate for another name" },
	{ { "192.0.2.1", "192.0.2.3", "192.0.2.1" },
	    "[192.0.2.3] shows a certificate for another name" },
	{ { "192.0.2.4", "192.0.2.3" }, "[192.0.2.4] shows a certificate for another name" },
	{ { "192.0.2.9", "192.0.2.1" }, "[192.0.2.1] refuses the connection" },
	{ { "192.0.2.1", "192.0.2.9" }, "[192.0.2.1] refuses the connection" },
	{ { "192.0.2.9", "2001:db8::9" }, "[192.0.2.9] cannot be reached: no route to host" },
	/* a link-local address without its link, or a machine without IPv6 */
	{ { "2001:db8::1" }, "[2001:db8::1] cannot be reached: this " },
};

/* The reason is that of the fault, not of an address that this machine could not even try. */
static void
whose_reason_is_told(void **state)
{
	static const struct row row = { "for another name", ANOTHER_NAME, NULL, NULL, STAY, 0,
		NULL };
	const struct endpoint closed_at = wanted("192.0.2.1@443"),
			      linked = wanted("fe80::1@443"),
			      at[] = { wanted("192.0.2.3@443"), wanted("192.0.2.4@443") },
			      wayless = wanted("2001:db8::1@443");
	struct tls_client *tls = new_client();
	struct policy_fetcher *fetcher;
	struct told told = { 0 };
	struct endpoint closed;
	struct server server;
	struct bench bench;

	(void)state;
	bench_open(&bench);
	start(&server, &bench, &row);
	closed = bench_closed_port();
	dialler_close_world(bench.dialler);
	dialler_map(bench.dialler, &closed_at, &closed);
	dialler_map(bench.dialler, &at[0], &server.endpoint);
	dialler_map(bench.dialler, &at[1], &server.endpoint);
	dialler_map(bench.dialler, &wayless, &linked);
	fetcher = policy_fetcher_new(bench.base, bench.dialler, tls,
	    &(const struct policy_fetch_settings){ 0 }, on_answer, &told);
	for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
		struct ip_addr addresses[3];
		size_t count = 0;

		for (; count < 3 && failing[i].addresses[count]; count++)
			assert_true(ip_parse(&addresses[count], failing[i].addresses[count]));
		fetch(fetcher, addresses, count);
		bench_run_until(&bench, is_told, &told);
		assert_null(told.text);
		if (!strstr(told.reason, failing[i].reason))
			fail_msg("%zu: %s", i, told.reason);
		forget(&told);
	}
	policy_fetcher_free(fetcher);
	stop(&server);
	bench_close(&bench);
	tls_client_free(tls);
}

/* What was cancelled is not told, whenever that was; nothing leaks when all is freed at once. */
static void
cancelling(void **state)
{
	const struct endpoint at = wanted("192.0.2.1@443"), silent = wanted("192.0.2.2@443");
	struct tls_client *tls = new_client();
	struct policy_fetcher *fetcher;
	struct told told = { 0 };
	struct server server;
	struct bench bench;
	int before;

	(void)state;
	bench_open(&bench);
	start(&server, &bench, &rows[0]);
	dialler_map(bench.dialler, &at, &server.endpoint);
	dialler_map_silent(bench.dialler, &silent);
	fetcher = new_fetcher(&bench, tls, &patient, &told);
	fetch(fetcher, &at.ip, 1);
	policy_fetch_cancel(fetcher, 7);
	fetch(fetcher, &silent.ip, 1);
	bench_run_ready(&bench);
	policy_fetch_cancel(fetcher, 7);
	bench_run_ready(&bench);
	assert_int_equal(told.times, 0);
	fetch(fetcher, &at.ip, 1);
	bench_run_ready(&bench);
	fetch(fetcher, &silent.ip, 1);
	before = told.times; /* on a slow machine the first has been told by now */
	policy_fetcher_free(fetcher);
	bench_run_ready(&bench);
	assert_int_equal(told.times, before);
	forget(&told);
	stop(&server);
	bench_close(&bench);
	tls_client_free(tls);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_counts_as_a_policy),
		cmocka_unit_test(the_request),
		cmocka_unit_test(from_address_to_address),
		cmocka_unit_test(whose_reason_is_told),
		cmocka_unit_test(cancelling),
	};

	return cmocka_run_group_tests_name(
	    "net/policy_fetch", tests, make_signers, free_signers);
}

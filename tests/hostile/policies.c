/*
 * The hostile policy hosts: see the header. A row is a domain and the reply of its policy host, where "@"
 * stands for the hostile bytes; what comes of it is run.sh's to see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/listener.h>

#include "util/mem.h"
#include "lab/fake_certificates.h"

#include "bytes.h"
#include "policies.h"

#define PLAIN "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
#define VALID "version: STSv1\nmode: enforce\nmx: mx.hostile.example\nmax_age: 86400\n"

enum {
	PORT_HTTPS = 443,
	BACKLOG = 16,
};

/* A domain, the reply of its policy host, and a piece of the reason that is told: "-" = none, it is valid. */
static const struct row {
	const char *name, *reply, *shows;
	bool stranger; /* its certificate is hostile, and of nobody's root */
} rows[] = {
	{ "p-line", PLAIN "@\n" VALID, "\\x1b", false },
	{ "p-name", PLAIN "@: @\n" VALID, "-", false },
	{ "p-version", PLAIN "version: STSv1@\nmode: none\nmax_age: 1\n", "\\x01", false },
	{ "p-mode", PLAIN "version: STSv1\nmode: @\nmax_age: 1\n", "\\x01", false },
	{ "p-age", PLAIN "version: STSv1\nmode: none\nmax_age: 1@\n", "\\x01", false },
	{ "p-mx", PLAIN "version: STSv1\nmode: enforce\nmx: mx@.example\nmax_age: 1\n", "\\x01",
	    false },
	{ "p-valid", PLAIN VALID "extension: @\n", "-", false },
	{ "p-status", "HTTP/1.1 404 @\r\n\r\n", "status 404", false },
	{ "p-moved", "HTTP/1.1 301 @\r\nLocation: https://@/\r\n\r\n", "status 301", false },
	{ "p-type", "HTTP/1.1 200 OK\r\nContent-Type: @\r\n\r\n" VALID, "\\x01", false },
	{ "p-header", "HTTP/1.1 200 OK\r\nX@: @\r\nContent-Type: text/plain\r\n\r\n" VALID, "-",
	    false },
	{ "p-no-http", "@\r\n@\r\n\r\n", "mta-sts.p-no-http", false },
	{ "p-stranger", PLAIN VALID, "certificate", true },
};

enum {
	ROWS = sizeof rows / sizeof *rows
};

struct policies {
	struct bench *bench;
	struct evconnlistener *listener;
	SSL_CTX *good, *bad;
};

/* The row that a policy host's name belongs to, or NULL. */
static const struct row *
row_of(const char *host)
{
	static const char label[] = "mta-sts.";
	size_t n;

	if (!host || strncmp(host, label, sizeof label - 1) != 0)
		return NULL;
	host += sizeof label - 1;
	n = strcspn(host, ".");
	for (size_t i = 0; i < ROWS; i++) {
		if (strlen(rows[i].name) == n && strncmp(rows[i].name, host, n) == 0)
			return &rows[i];
	}
	return NULL;
}

/* libevent: everything was written, and the reply ends with the connection. */
static void
on_written(struct bufferevent *client, void *context)
{
	(void)context;
	SSL_shutdown(bufferevent_openssl_get_ssl(client));
	bufferevent_free(client);
}

/* libevent: the client has gone. */
static void
on_event(struct bufferevent *client, short what, void *context)
{
	(void)context;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		bufferevent_free(client);
}

/* libevent: a request comes, whose rest says nothing new. */
static void
on_read(struct bufferevent *client, void *context)
{
	SSL *ssl = bufferevent_openssl_get_ssl(client);
	const struct row *row = row_of(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
	struct buf reply = BUF_INIT;

	(void)context;
	bufferevent_setcb(client, NULL, on_written, on_event, NULL);
	for (const char *c = row ? row->reply : "HTTP/1.1 404 No\r\n\r\n"; *c; c++) {
		if (*c == '@')
			hostile_add_line_bytes(&reply);
		else
			buf_addc(&reply, *c);
	}
	bufferevent_write(client, reply.data, reply.length);
	buf_clear(&reply);
}

/* OpenSSL: the client says whom it wants to talk to. */
static int
on_server_name(SSL *ssl, int *alert, void *context)
{
	const struct policies *policies = context;
	const struct row *row = row_of(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));

	(void)alert;
	if (row && row->stranger)
		SSL_set_SSL_CTX(ssl, policies->bad);
	return SSL_TLSEXT_ERR_OK;
}

/* libevent: a client comes. */
static void
on_connection(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
    int length, void *context)
{
	struct policies *policies = context;
	struct bufferevent *client = bufferevent_openssl_socket_new(policies->bench->base, fd,
	    SSL_new(policies->good), BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);

	(void)listener;
	(void)address;
	(void)length;
	bufferevent_setcb(client, on_read, NULL, on_event, NULL);
	bufferevent_enable(client, EV_READ | EV_WRITE);
}

/* Writes the root's certificate where the program will be told to find it. */
static void
write_root(const struct fake_certificate *root)
{
	char *pem = fake_certificate_pem(root);
	FILE *file = fopen("root.pem", "w");

	assert_non_null(file);
	fputs(pem, file);
	fclose(file);
	free(pem);
}

/* Makes the certificate of all policy hosts, and the hostile one. */
static void
make_certificates(struct policies *policies)
{
	struct buf names = BUF_INIT, common = BUF_INIT;
	struct fake_certificate root, leaf, stranger;

	for (size_t i = 0; i < ROWS; i++)
		buf_addf(
		    &names, "%sDNS:mta-sts.%s.hostile.example", i > 0 ? "," : "", rows[i].name);
	hostile_add_utf8(&common);
	root = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "root", .authority = 1, .from_days = -1, .to_days = 9 });
	leaf = fake_certificate_make(&(const struct fake_wish){ .common_name = "policies",
	    .names = names.data,
	    .issuer = &root,
	    .from_days = -1,
	    .to_days = 9 });
	stranger = fake_certificate_make(&(const struct fake_wish){
	    .common_name = common.data, .names = names.data, .from_days = -1, .to_days = 9 });
	write_root(&root);
	policies->good = fake_server_context(&leaf, NULL);
	policies->bad = fake_server_context(&stranger, NULL);
	fake_certificate_clear(&root);
	fake_certificate_clear(&leaf);
	fake_certificate_clear(&stranger);
	buf_clear(&names);
	buf_clear(&common);
}

struct policies *
policies_start(struct bench *bench)
{
	struct policies *policies = mem_alloc(sizeof *policies);
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(PORT_HTTPS),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	policies->bench = bench;
	policies->listener = evconnlistener_new_bind(bench->base, on_connection, policies,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, BACKLOG, (struct sockaddr *)&at,
	    sizeof at);
	if (!policies->listener) {
		free(policies);
		return NULL;
	}
	make_certificates(policies);
	SSL_CTX_set_tlsext_servername_callback(policies->good, on_server_name);
	SSL_CTX_set_tlsext_servername_arg(policies->good, policies);
	return policies;
}

void
policies_stop(struct policies *policies)
{
	if (!policies)
		return;
	evconnlistener_free(policies->listener);
	SSL_CTX_free(policies->good);
	SSL_CTX_free(policies->bad);
	free(policies);
}

void
policies_add_zone(struct buf *zone)
{
	for (size_t i = 0; i < ROWS; i++) {
		buf_addf(zone, "%s MX 10 mx\n", rows[i].name);
		buf_addf(zone, "mta-sts.%s A 127.0.0.1\n", rows[i].name);
		buf_addf(zone, "_mta-sts.%s TXT \"v=STSv1; id=1;\"\n", rows[i].name);
	}
}

void
policies_print(void)
{
	for (size_t i = 0; i < ROWS; i++)
		printf("policy %s.hostile.example %s\n", rows[i].name, rows[i].shows);
}

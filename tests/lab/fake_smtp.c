/*
 * The scripted mail server: see the header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "util/buf.h"
#include "util/mem.h"
#include "net/list.h"
#include "lab/fake_smtp.h"

static const struct timeval drip = { .tv_usec = 2000 };

const struct fake_row fake_smtp_good[] = {
	{ "", "220 mx.example.net ESMTP Postfix\r\n", FAKE_LISTEN, FAKE_ALWAYS },
	{ "EHLO ", "250-mx.example.net\r\n250-SIZE 1000\r\n250 STARTTLS\r\n", FAKE_LISTEN,
	    FAKE_IN_CLEAR },
	{ "EHLO ", "250-mx.example.net\r\n250 SIZE 2000\r\n", FAKE_LISTEN, FAKE_IN_TLS },
	{ "STARTTLS", "220 2.0.0 ready\r\n", FAKE_SECURE, FAKE_ALWAYS },
	{ "MAIL ", "250 2.1.0 ok\r\n", FAKE_LISTEN, FAKE_ALWAYS },
	{ "RCPT ", "250 2.1.5 ok\r\n", FAKE_LISTEN, FAKE_ALWAYS },
	{ "RSET", "250 2.0.0 ok\r\n", FAKE_LISTEN, FAKE_ALWAYS },
	{ "QUIT", "221 2.0.0 bye\r\n", FAKE_CLOSE, FAKE_ALWAYS },
	{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS },
};

struct client {
	struct list link;
	struct fake_smtp *server;
	const struct fake_row *script;
	struct bufferevent *plain, *secured;
	struct event *timer;
	bool garbling; /* the next octets are answered with nonsense */
};

struct fake_smtp_private {
	struct evconnlistener *listener;
	struct list clients;
	struct buf heard;
	char sni[256];
};

/* The bufferevent that the client's lines come through. */
static struct bufferevent *
top(const struct client *client)
{
	return client->secured ? client->secured : client->plain;
}

/* Ends a client's connection; the client is gone. */
static void
end_client(struct client *client)
{
	client->server->open--;
	buf_addc(&client->server->private->heard, '#');
	list_remove(&client->link);
	event_free(client->timer);
	bufferevent_free(top(client));
	free(client);
}

/* Sends at once what waits in libevent's buffers. */
static void
flush(struct client *client)
{
	struct evbuffer *output = bufferevent_get_output(client->plain);

	evbuffer_unfreeze(output, 1);
	evbuffer_write(output, bufferevent_getfd(client->plain));
	evbuffer_freeze(output, 1);
}

/* Closes as a server does that forgets close_notify. */
static void
cut_client(struct client *client)
{
	flush(client);
	shutdown(bufferevent_getfd(client->plain), SHUT_WR);
	end_client(client);
}

/* Closes as a good server does. */
static void
close_client(struct client *client)
{
	if (client->secured)
		SSL_shutdown(bufferevent_openssl_get_ssl(client->secured));
	cut_client(client);
}

/* Closes as a server does that has crashed. */
static void
reset_client(struct client *client)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	flush(client);
	setsockopt(
	    bufferevent_getfd(client->plain), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	end_client(client);
}

static void on_read(struct bufferevent *bufferevent, void *context);
static void on_end(struct bufferevent *bufferevent, short what, void *context);

/* OpenSSL: notes the name that the client asks for. */
static int
note_sni(SSL *ssl, int *alert, void *context)
{
	struct fake_smtp *server = context;
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	(void)alert;
	strncpy(server->private->sni, name ? name : "", sizeof server->private->sni - 1);
	return SSL_TLSEXT_ERR_OK;
}

/* Starts the server's side of TLS. */
static void
secure_client(struct client *client)
{
	flush(client);
	client->secured = bufferevent_openssl_filter_new(client->server->bench->base,
	    client->plain, SSL_new(client->server->tls), BUFFEREVENT_SSL_ACCEPTING,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	bufferevent_openssl_set_allow_dirty_shutdown(client->secured, 1);
	bufferevent_setcb(client->secured, on_read, NULL, on_end, client);
	bufferevent_enable(client->secured, EV_READ);
}

/* libevent: time for one more octet. */
static void
on_drip(evutil_socket_t fd, short what, void *context)
{
	struct client *client = context;

	(void)fd;
	(void)what;
	bufferevent_write(top(client), "x", 1);
	event_add(client->timer, &drip);
}

/* Does what the row says; the client may be gone. */
static void
play(struct client *client, const struct fake_row *row)
{
	if (row->says)
		bufferevent_write(top(client), row->says, strlen(row->says));
	switch (row->then) {
	case FAKE_LISTEN:
		return;
	case FAKE_SECURE:
		secure_client(client);
		return;
	case FAKE_CLOSE:
		close_client(client);
		return;
	case FAKE_CUT:
		cut_client(client);
		return;
	case FAKE_RESET:
		reset_client(client);
		return;
	case FAKE_DRIP:
		event_add(client->timer, &drip);
		return;
	case FAKE_GARBLE:
		client->garbling = true;
		return;
	}
}

/* True when the row is for this line; a connection that opens has none (NULL). */
static bool
is_row_for(const struct fake_row *row, const char *line)
{
	if (!line || *row->hears == '\0')
		return !line && *row->hears == '\0';
	return strncmp(line, row->hears, strlen(row->hears)) == 0;
}

/* Finds the row for what was heard; NULL when the script has none. */
static const struct fake_row *
find_row(const struct client *client, const char *line)
{
	enum fake_when other = client->secured ? FAKE_IN_CLEAR : FAKE_IN_TLS;

	for (const struct fake_row *row = client->script; row->hears; row++) {
		if (row->when != other && is_row_for(row, line))
			return row;
	}
	return NULL;
}

/* libevent: the client has sent lines. */
static void
on_read(struct bufferevent *bufferevent, void *context)
{
	struct client *client = context;
	struct fake_smtp *server = client->server;
	unsigned open = server->open;
	char *line;

	if (client->garbling) {
		bufferevent_write(bufferevent, "250 this is no TLS\r\n", 20);
		close_client(client);
		return;
	}
	while (open == server->open && top(client) == bufferevent &&
	    (line = evbuffer_readln(
		 bufferevent_get_input(bufferevent), NULL, EVBUFFER_EOL_CRLF)) != NULL) {
		const struct fake_row *row = find_row(client, line);

		buf_adds(&server->private->heard, line);
		buf_addc(&server->private->heard, '|');
		free(line);
		if (row)
			play(client, row);
	}
}

/* libevent: the client has gone, or TLS is up. */
static void
on_end(struct bufferevent *bufferevent, short what, void *context)
{
	struct client *client = context;

	(void)bufferevent;
	if (what & BEV_EVENT_CONNECTED)
		return;
	if (what & BEV_EVENT_ERROR && EVUTIL_SOCKET_ERROR() == ECONNRESET)
		client->server->resets++;
	flush(client);
	end_client(client);
}

/* libevent: somebody connects. */
static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from,
    int length, void *context)
{
	struct fake_smtp *server = context;
	struct client *client = mem_alloc(sizeof *client);
	const struct fake_row *row;

	(void)listener;
	(void)from;
	(void)length;
	client->server = server;
	client->script =
	    server->connections > 0 && server->later ? server->later : server->script;
	client->plain = bufferevent_socket_new(server->bench->base, fd, BEV_OPT_CLOSE_ON_FREE);
	client->timer = evtimer_new(server->bench->base, on_drip, client);
	bufferevent_setcb(client->plain, on_read, NULL, on_end, client);
	bufferevent_enable(client->plain, EV_READ | EV_WRITE);
	list_append(&server->private->clients, &client->link);
	server->connections++;
	if (++server->open > server->most_open)
		server->most_open = server->open;
	row = find_row(client, NULL);
	if (row)
		play(client, row);
}

void
fake_smtp_start(
    struct fake_smtp *server, struct bench *bench, const struct fake_row *script, SSL_CTX *tls)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof address;
	struct fake_smtp_private *p = mem_alloc(sizeof *p);

	*server =
	    (struct fake_smtp){ .bench = bench, .script = script, .tls = tls, .private = p };
	list_init(&p->clients);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->listener = evconnlistener_new_bind(bench->base, on_accept, server,
	    LEV_OPT_CLOSE_ON_FREE, 64, (struct sockaddr *)&address, sizeof address);
	assert_non_null(p->listener);
	assert_int_equal(getsockname(evconnlistener_get_fd(p->listener),
			     (struct sockaddr *)&address, &length),
	    0);
	server->endpoint = bench_endpoint("127.0.0.1@1");
	server->endpoint.port = ntohs(address.sin_port);
	if (tls) {
		SSL_CTX_set_tlsext_servername_callback(tls, note_sni);
		SSL_CTX_set_tlsext_servername_arg(tls, server);
	}
}

void
fake_smtp_stop(struct fake_smtp *server)
{
	struct fake_smtp_private *p = server->private;
	struct list *first;

	while ((first = list_first(&p->clients)) != NULL)
		end_client(LIST_ITEM(first, struct client, link));
	evconnlistener_free(p->listener);
	buf_clear(&p->heard);
	free(p);
}

const char *
fake_smtp_heard(const struct fake_smtp *server)
{
	return buf_text(&server->private->heard);
}

const char *
fake_smtp_sni(const struct fake_smtp *server)
{
	return server->private->sni;
}

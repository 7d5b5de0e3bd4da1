/*
 * The laboratory's nameserver: the authority's answers on sockets.
 *
 * Decides how a reply travels: within which size over UDP, whole over TCP, late, spoilt or
 * not at all where a fault says so. What the answer is, authority.c decides. Several
 * questions may come over one TCP connection (RFC 7766 6.2.1). Timers run only while an
 * answer is held back or a TCP connection is open.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "util/buf.h"
#include "util/mem.h"

#include "dns/message.h"

#include "net/clock.h"
#include "net/list.h"

#include "lab/authority.h"
#include "lab/delegation.h"
#include "lab/loopback.h"
#include "lab/nameserver.h"
#include "lab/spoiler.h"

enum {
	HEADER = 12,
	RCODE_FORMERR = 1,
	UDP_PLAIN = 512, /* without EDNS (RFC 1035 4.2.1) */
	BURST = 64, /* datagrams read before others get their turn */
	PORT_TRIES = 16, /* to find a port that is free for UDP and TCP */
	TCP_IDLE_SECONDS = 30,
	TCP_MAX = 64, /* connections at once */
	TCP_INPUT_MAX = 4096, /* octets of questions that wait to be read */
	HELD_MAX = 256, /* answers held back at once */
	SPOILT = 3, /* octets that a malformed answer lacks */
};

/* One client over TCP. */
struct tcp_client {
	struct list link; /* in the server's clients */
	struct nameserver *server;
	struct bufferevent *stream;
};

/* Whom an answer goes to: a client over TCP, or an address. */
struct asker {
	struct tcp_client *client; /* NULL for UDP */
	struct sockaddr_in address;
};

/* An answer that is held back. */
struct held {
	struct list link; /* in the server's held */
	struct nameserver *server;
	struct asker asker;
	struct event *timer;
	struct buf wire;
};

struct nameserver {
	const struct authority *authority;
	const struct lab_role *role; /* NULL = it answers everything */
	struct event_base *base;
	struct endpoint endpoint;
	int udp; /* its socket, or -1 */
	struct event *readable; /* UDP */
	struct loopback_door *door; /* TCP */
	struct list clients, held;
	size_t client_count, held_count;
};

/* --- replies ------------------------------------------------------------------------ */

/* Sends the reply. What does not go out is lost, as on any network. */
static void
send_reply(const struct nameserver *server, const struct asker *asker, const struct buf *wire)
{
	uint8_t length[2] = { (uint8_t)(wire->length >> 8), (uint8_t)wire->length };

	if (!asker->client) {
		(void)sendto(server->udp, wire->data, wire->length, 0,
		    (const struct sockaddr *)&asker->address, sizeof asker->address);
		return;
	}
	bufferevent_write(asker->client->stream, length, sizeof length);
	bufferevent_write(asker->client->stream, wire->data, wire->length);
}

/* Forgets an answer that was held back. */
static void
held_free(struct held *held)
{
	list_remove(&held->link);
	held->server->held_count--;
	event_free(held->timer);
	buf_clear(&held->wire);
	free(held);
}

/* The delay of an answer is over. */
static void
on_release(evutil_socket_t fd, short what, void *context)
{
	struct held *held = context;

	(void)fd;
	(void)what;
	send_reply(held->server, &held->asker, &held->wire);
	held_free(held);
}

/* Holds the reply back for so many milliseconds; takes what is in wire. */
static void
hold_reply(struct nameserver *server, const struct asker *asker, struct buf *wire, unsigned ms)
{
	struct timeval span = { .tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000) * 1000 };
	struct held *held;

	if (server->held_count >= HELD_MAX)
		return;
	held = mem_alloc(sizeof *held);
	held->server = server;
	held->asker = *asker;
	held->wire = *wire;
	*wire = (struct buf)BUF_INIT;
	held->timer = evtimer_new(server->base, on_release, held);
	evtimer_add(held->timer, &span);
	list_init(&held->link);
	list_append(&server->held, &held->link);
	server->held_count++;
}

/* How many octets of a reply the asker takes. */
static size_t
reply_limit(const struct asker *asker, const struct dns_message *query)
{
	size_t limit = query->has_edns ? query->udp_size : UDP_PLAIN;

	if (asker->client)
		return DNS_MESSAGE_MAX;
	if (limit > DNS_UDP_SIZE)
		return DNS_UDP_SIZE;
	return limit < UDP_PLAIN ? UDP_PLAIN : limit;
}

/* Leaves only header and question, with TC set. */
static void
truncate_reply(struct dns_message *reply)
{
	dns_records_clear(&reply->answer);
	dns_records_clear(&reply->authority);
	reply->truncated = true;
}

/* Sends the reply three times with other ids, as one who guesses would. */
static void
forge_replies(struct nameserver *server, const struct asker *asker, struct buf *wire)
{
	for (char guess = 1; guess <= 3; guess++) {
		wire->data[0] ^= guess;
		send_reply(server, asker, wire);
		wire->data[0] ^= guess;
	}
}

/* Answers a sound query, with the fault that strikes it. */
static void
answer_query(
    struct nameserver *server, const struct asker *asker, const struct dns_message *query)
{
	const struct lab_fault *fault =
	    query->has_question ? authority_fault(server->authority, &query->question) : NULL;
	struct dns_message reply;
	struct buf wire = BUF_INIT;

	if (fault && fault->kind == LAB_FAULT_DROP)
		return;
	if (fault && spoiler_has(fault->kind)) {
		spoiler_write(fault->kind, query, &wire);
		send_reply(server, asker, &wire);
		buf_clear(&wire);
		return;
	}
	if (server->role)
		delegation_answer(
		    server->authority, server->role, query, clock_wall_time(), &reply);
	else
		authority_answer(server->authority, query, clock_wall_time(), &reply);
	if (fault && fault->kind == LAB_FAULT_TRUNCATE && !asker->client)
		truncate_reply(&reply);
	dns_message_write(&reply, reply_limit(asker, query), &wire);
	if (fault && fault->kind == LAB_FAULT_MALFORMED)
		buf_truncate(&wire, wire.length - SPOILT);
	if (fault && fault->kind == LAB_FAULT_FORGED && !asker->client)
		forge_replies(server, asker, &wire);
	if (fault && fault->kind == LAB_FAULT_DELAY)
		hold_reply(server, asker, &wire, fault->delay_ms);
	else
		send_reply(server, asker, &wire);
	dns_message_clear(&reply);
	buf_clear(&wire);
}

/* Answers FORMERR to what is no sound query but has its header (RFC 1035 4.1.1). */
static void
answer_nonsense(
    struct nameserver *server, const struct asker *asker, const uint8_t *query, size_t n)
{
	struct dns_message reply = { .response = true, .rcode = RCODE_FORMERR };
	struct buf wire = BUF_INIT;

	if (n < HEADER || (query[2] & 0x80))
		return; /* too short, or an answer: silence, lest two servers talk for ever */
	reply.id = (uint16_t)(query[0] << 8 | query[1]);
	dns_message_write(&reply, UDP_PLAIN, &wire);
	send_reply(server, asker, &wire);
	buf_clear(&wire);
}

/* Answers n octets from the network. */
static void
answer(struct nameserver *server, const struct asker *asker, const uint8_t *wire, size_t n)
{
	struct dns_message query;

	if (dns_message_check(wire, n) || dns_message_parse(&query, wire, n)) {
		answer_nonsense(server, asker, wire, n);
		return;
	}
	if (!query.response)
		answer_query(server, asker, &query);
	dns_message_clear(&query);
}

/* --- UDP ---------------------------------------------------------------------------- */

/* Datagrams have come: answers some. */
static void
on_datagrams(evutil_socket_t fd, short what, void *context)
{
	struct nameserver *server = context;
	uint8_t wire[DNS_UDP_SIZE];

	(void)what;
	for (unsigned i = 0; i < BURST; i++) {
		struct asker asker = { 0 };
		socklen_t length = sizeof asker.address;
		ssize_t n = recvfrom(
		    fd, wire, sizeof wire, 0, (struct sockaddr *)&asker.address, &length);

		if (n < 0)
			return;
		answer(server, &asker, wire, (size_t)n);
	}
}

/* --- TCP ---------------------------------------------------------------------------- */

/* Forgets the answers that are held back for this client. */
static void
drop_held(struct tcp_client *client)
{
	struct list *all = &client->server->held, *link = all->next;

	while (link != all) {
		struct held *held = LIST_ITEM(link, struct held, link);

		link = link->next;
		if (held->asker.client == client)
			held_free(held);
	}
}

/* Closes the connection and frees the client. */
static void
client_free(struct tcp_client *client)
{
	drop_held(client);
	list_remove(&client->link);
	client->server->client_count--;
	bufferevent_free(client->stream);
	free(client);
}

/* Takes a whole query off the input into out: false when there is none yet. */
static bool
take_query(struct evbuffer *input, uint8_t *out, size_t *n)
{
	uint8_t length[2];

	if (evbuffer_copyout(input, length, sizeof length) < 2)
		return false;
	*n = (size_t)(length[0] << 8 | length[1]);
	if (*n > TCP_INPUT_MAX - 2 || evbuffer_get_length(input) < 2 + *n)
		return false;
	evbuffer_drain(input, 2);
	evbuffer_remove(input, out, *n);
	return true;
}

/* Octets have come over TCP: answers each whole query. */
static void
on_stream(struct bufferevent *stream, void *context)
{
	struct tcp_client *client = context;
	struct evbuffer *input = bufferevent_get_input(stream);
	struct asker asker = { .client = client };
	uint8_t wire[TCP_INPUT_MAX];
	size_t n;

	while (take_query(input, wire, &n))
		answer(client->server, &asker, wire, n);
	if (evbuffer_get_length(input) >= TCP_INPUT_MAX)
		client_free(client); /* no question is that long */
}

/* The client has gone, or was idle for too long. */
static void
on_stream_event(struct bufferevent *stream, short what, void *context)
{
	(void)stream;
	(void)what;
	client_free(context);
}

/* Somebody has connected. */
static void
on_connection(void *context, int fd)
{
	static const struct timeval idle = { .tv_sec = TCP_IDLE_SECONDS };
	struct nameserver *server = context;
	struct tcp_client *client;

	if (server->client_count >= TCP_MAX) {
		close(fd);
		return;
	}
	client = mem_alloc(sizeof *client);
	client->server = server;
	client->stream = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(client->stream, on_stream, NULL, on_stream_event, client);
	bufferevent_setwatermark(client->stream, EV_READ, 0, TCP_INPUT_MAX);
	bufferevent_set_timeouts(client->stream, &idle, &idle);
	bufferevent_enable(client->stream, EV_READ | EV_WRITE);
	list_init(&client->link);
	list_append(&server->clients, &client->link);
	server->client_count++;
}

/* --- the server ------------------------------------------------------------------- */

/*
 * Binds both sockets to one port that is free for UDP and TCP. Returns the one for TCP, or
 * -1.
 */
static int
bind_both(struct nameserver *server)
{
	for (unsigned i = 0; i < PORT_TRIES; i++) {
		int tcp;

		server->udp = loopback_bind(SOCK_DGRAM, 0, &server->endpoint);
		if (server->udp < 0)
			return -1;
		tcp = loopback_bind(SOCK_STREAM, server->endpoint.port, &server->endpoint);
		if (tcp >= 0)
			return tcp;
		close(server->udp);
		server->udp = -1;
	}
	return -1;
}

/* Binds the sockets and listens on both: false with errno set when that fails. */
static bool
open_sockets(struct nameserver *server)
{
	int tcp = bind_both(server);

	if (tcp < 0)
		return false;
	server->readable =
	    event_new(server->base, server->udp, EV_READ | EV_PERSIST, on_datagrams, server);
	server->door = loopback_open(server->base, tcp, on_connection, server);
	return server->readable && server->door && event_add(server->readable, NULL) == 0;
}

struct nameserver *
nameserver_new(struct event_base *base, const struct authority *authority,
    const struct lab_role *role, char **error)
{
	struct nameserver *server = mem_alloc(sizeof *server);

	server->base = base;
	server->authority = authority;
	server->role = role;
	server->udp = -1;
	list_init(&server->clients);
	list_init(&server->held);
	if (open_sockets(server))
		return server;
	*error = loopback_error();
	nameserver_free(server);
	return NULL;
}

void
nameserver_free(struct nameserver *server)
{
	struct list *link;

	if (!server)
		return;
	while ((link = list_first(&server->held)) != NULL)
		held_free(LIST_ITEM(link, struct held, link));
	while ((link = list_first(&server->clients)) != NULL)
		client_free(LIST_ITEM(link, struct tcp_client, link));
	if (server->readable)
		event_free(server->readable);
	if (server->udp >= 0)
		close(server->udp);
	loopback_shut(server->door);
	free(server);
}

struct endpoint
nameserver_endpoint(const struct nameserver *server)
{
	return server->endpoint;
}

/*
 * The faulty name server: see the header. Messages are put together by hand, octet by octet, so
 * that the program's own code for them is not tested against itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <event2/util.h>

#include "util/buf.h"
#include "util/mem.h"
#include "net/list.h"
#include "lab/fake_dns.h"

enum {
	HEADER = 12,
	MESSAGE = 600,
	LARGE = 65535,
	A_RECORD = 16, /* octets, with a compressed owner */
	HELD_MAX = 4096,
	REPLIES_MAX = 256,
};

static const struct timeval quiet = { .tv_usec = 5000 };
static const struct timeval drip = { .tv_usec = 500 };

/* A query that waits for its answer. */
struct held {
	struct sockaddr_in from;
	uint8_t query[MESSAGE];
	size_t length;
};

/* A TCP client, with what is still to be dripped. */
struct client {
	struct list link;
	struct fake_dns *server;
	struct bufferevent *bufferevent;
	struct event *timer, *quiet;
	struct buf left;
	struct buf replies[REPLIES_MAX]; /* that wait to be sent in reverse */
	size_t reply_count;
	unsigned queries;
};

struct fake_dns_private {
	int udp;
	int other_port, other_address; /* sockets of strangers */
	struct event *readable, *quiet;
	struct evconnlistener *listener;
	struct held *held;
	size_t held_count;
	struct list clients;
	struct buf order;
	uint8_t seen_ports[65536 / 8];
};

/* Returns the length of the question behind the header. */
static size_t
question_length(const uint8_t *query, size_t n)
{
	size_t at = HEADER;

	while (at < n && query[at] != 0)
		at += query[at] + 1u;
	return at + 5 - HEADER;
}

/* Writes the header and question of the reply to a query; returns their length. */
static size_t
begin_reply(const struct fake_dns *server, uint8_t *reply, const uint8_t *query, size_t n)
{
	size_t length = HEADER + question_length(query, n);

	memcpy(reply, query, length);
	reply[2] = (uint8_t)(0x80 | query[2]);
	reply[3] = (uint8_t)(0x80 | server->faults.rcode);
	memset(reply + 6, 0, 6);
	return length;
}

/* Writes an A record at this place; returns its length. */
static size_t
write_address(const struct fake_dns *server, uint8_t *out, uint8_t first, uint8_t last)
{
	const uint8_t head[] = { 0xC0, HEADER, 0, 1, 0, 1 };
	const uint8_t address[] = { 0, 4, 192, 0, first, last };
	uint32_t ttl = htonl(server->faults.ttl);

	memcpy(out, head, sizeof head);
	memcpy(out + sizeof head, &ttl, sizeof ttl);
	memcpy(out + sizeof head + sizeof ttl, address, sizeof address);
	return A_RECORD;
}

/* Writes a CNAME from the name asked for to itself. */
static size_t
write_loop(uint8_t *out)
{
	static const uint8_t record[] = { 0xC0, HEADER, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xC0,
		HEADER };

	memcpy(out, record, sizeof record);
	return sizeof record;
}

/* Writes an NS record of the root. */
static size_t
write_referral(uint8_t *out)
{
	static const uint8_t record[] = { 0, 0, 2, 0, 1, 0, 0, 0, 60, 0, 4, 2, 'n', 's', 0 };

	memcpy(out, record, sizeof record);
	return sizeof record;
}

/* Writes the whole reply to a query, with its one A record; returns its length. */
static size_t
write_reply(const struct fake_dns *server, uint8_t *reply, const uint8_t *query, size_t n)
{
	size_t at = begin_reply(server, reply, query, n);

	if (server->faults.no_edns && query[11] > 0) {
		reply[3] |= 1;
		return at;
	}
	if (server->faults.rcode != 0)
		return at;
	if (server->faults.lame) {
		reply[3] &= 0x7F;
		reply[9] = 1;
		return at + write_referral(reply + at);
	}
	reply[7] = 1;
	if (server->faults.loop)
		return at + write_loop(reply + at);
	return at + write_address(server, reply + at, 2, query[HEADER + 2]);
}

/* Writes the TXT record of the faults behind a reply's question; returns its length. */
static size_t
write_strings(const struct fake_dns *server, uint8_t *out)
{
	const uint8_t head[] = { 0xC0, HEADER, 0, 16, 0, 1, 0, 0, 0, 60 };
	size_t length = server->faults.strings * 256u, at = sizeof head;

	memcpy(out, head, sizeof head);
	out[at++] = (uint8_t)(length >> 8);
	out[at++] = (uint8_t)length;
	for (unsigned i = 0; i < server->faults.strings; i++) {
		out[at++] = 255;
		memset(out + at, 'x', 255);
		at += 255;
	}
	return at;
}

/* Writes a reply as large as the faults want it; returns its length. */
static size_t
write_large(const struct fake_dns *server, uint8_t *reply, const uint8_t *query, size_t n)
{
	size_t at;

	if (server->faults.records == 0 && server->faults.strings == 0)
		return write_reply(server, reply, query, n);
	at = begin_reply(server, reply, query, n);
	reply[6] = (uint8_t)(server->faults.records >> 8);
	reply[7] = (uint8_t)(server->faults.records + (server->faults.strings > 0));
	for (unsigned i = 0; i < server->faults.records; i++)
		at += write_address(server, reply + at, (uint8_t)(i >> 8), (uint8_t)i);
	return server->faults.strings ? at + write_strings(server, reply + at) : at;
}

/* Sends a reply with an id that is not the query's. */
static void
send_forged(const struct fake_dns *server, const struct held *held)
{
	uint8_t reply[MESSAGE];
	size_t length = write_reply(server, reply, held->query, held->length);

	reply[0] ^= 0x5A;
	reply[length - 1] = 66;
	sendto(server->private->udp, reply, length, 0, (const struct sockaddr *)&held->from,
	    sizeof held->from);
}

/* Spoils a reply in one way; returns the socket that it is to be sent from. */
static int
spoil(const struct fake_dns *server, enum fake_forgery forgery, uint8_t *reply, size_t question)
{
	switch (forgery) {
	case FORGED_ID:
		reply[1] ^= 0x5A;
		break;
	case FORGED_NAME:
		reply[HEADER + 1] ^= 1;
		break;
	case FORGED_TYPE:
		reply[HEADER + question - 3] ^= 16;
		break;
	case FORGED_CASE:
		reply[HEADER + 1] ^= 0x20;
		break;
	case FORGED_PORT:
		return server->private->other_port;
	case FORGED_SERVER:
		return server->private->other_address;
	case FORGERIES:
		break;
	}
	return server->private->udp;
}

/* Sends the forged replies of one kind that are due before the true one. */
static void
forge(struct fake_dns *server, enum fake_forgery forgery, const struct held *held)
{
	uint8_t reply[MESSAGE];
	size_t question = question_length(held->query, held->length);

	for (unsigned i = 0; i < server->faults.forge[forgery]; i++) {
		size_t length = write_reply(server, reply, held->query, held->length);
		int fd = spoil(server, forgery, reply, question);

		reply[length - 1] = 66;
		if (sendto(fd, reply, length, 0, (const struct sockaddr *)&held->from,
			sizeof held->from) == (ssize_t)length)
			server->forged[forgery]++;
	}
}

/* Answers one query over UDP as the faults demand. */
static void
answer(struct fake_dns *server, const struct held *held)
{
	uint8_t reply[MESSAGE];
	size_t length;

	for (unsigned i = 0; i < server->faults.wrong_ids; i++)
		send_forged(server, held);
	for (enum fake_forgery f = FORGED_ID; f < FORGERIES; f++)
		forge(server, f, held);
	if (server->faults.truncate || server->faults.records || server->faults.strings) {
		length = begin_reply(server, reply, held->query, held->length);
		reply[2] |= 0x02;
	} else {
		length = write_reply(server, reply, held->query, held->length);
	}
	sendto(server->private->udp, reply, length, 0, (const struct sockaddr *)&held->from,
	    sizeof held->from);
}

/* libevent: no more queries have come for a while; answers those held. */
static void
on_quiet(evutil_socket_t fd, short what, void *context)
{
	struct fake_dns *server = context;
	struct fake_dns_private *p = server->private;

	(void)fd;
	(void)what;
	if (p->held_count > server->most_held)
		server->most_held = (unsigned)p->held_count;
	for (size_t i = 0; i < p->held_count; i++)
		answer(server, &p->held[i]);
	p->held_count = 0;
}

/* Notes what can be seen of a query. */
static void
note(struct fake_dns *server, const struct held *held)
{
	uint8_t *octet = &server->private->seen_ports[held->from.sin_port / 8];
	uint8_t bit = (uint8_t)(1u << held->from.sin_port % 8);

	server->udp_queries++;
	if (!(*octet & bit))
		server->sources++;
	*octet |= bit;
	buf_add(&server->private->order, held->query + HEADER + 1, held->query[HEADER]);
	buf_addc(&server->private->order, ' ');
}

/* Treats one query that came over UDP. */
static void
take(struct fake_dns *server, const struct held *held)
{
	note(server, held);
	if (server->faults.silent || (server->faults.half && server->udp_queries % 2))
		return;
	if (server->faults.drop > 0) {
		server->faults.drop--;
		return;
	}
	if (!server->faults.hold && server->faults.slow_ms == 0) {
		answer(server, held);
		return;
	}
	assert_true(server->private->held_count < HELD_MAX);
	server->private->held[server->private->held_count++] = *held;
	if (server->faults.hold)
		event_add(server->private->quiet, &quiet);
	else if (server->private->held_count == 1)
		event_add(server->private->quiet,
		    &(const struct timeval){ .tv_usec = server->faults.slow_ms * 1000 });
}

/* libevent: queries have come over UDP. */
static void
on_udp(evutil_socket_t fd, short what, void *context)
{
	struct held held;
	socklen_t length = sizeof held.from;
	ssize_t n;

	(void)what;
	while ((n = recvfrom(fd, held.query, sizeof held.query, 0,
		    (struct sockaddr *)&held.from, &length)) > HEADER) {
		held.length = (size_t)n;
		take(context, &held);
	}
}

/* Ends a TCP client; a reset is made by lingering for no time. */
static void
end_client(struct client *client, bool reset)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };
	int fd = bufferevent_getfd(client->bufferevent);

	if (reset)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	else
		shutdown(fd, SHUT_WR);
	list_remove(&client->link);
	event_free(client->timer);
	event_free(client->quiet);
	bufferevent_free(client->bufferevent);
	buf_clear(&client->left);
	for (size_t i = 0; i < client->reply_count; i++)
		buf_clear(&client->replies[i]);
	free(client);
}

/* Sends n octets at once, past libevent's buffer. */
static void
send_now(const struct client *client, size_t n)
{
	ssize_t sent =
	    send(bufferevent_getfd(client->bufferevent), client->left.data, n, MSG_NOSIGNAL);

	assert_int_equal(sent, n);
}

/* Sends all that is left. */
static void
send_all(struct client *client)
{
	send_now(client, client->left.length);
	buf_truncate(&client->left, 0);
}

/* libevent: time for the next octet. */
static void
on_drip(evutil_socket_t fd, short what, void *context)
{
	struct client *client = context;

	(void)fd;
	(void)what;
	send_now(client, 1);
	buf_drop(&client->left, 1);
	if (client->left.length > 0)
		event_add(client->timer, &drip);
}

/* libevent: no more queries have come; answers the last one first. */
static void
on_tcp_quiet(evutil_socket_t fd, short what, void *context)
{
	struct client *client = context;

	(void)fd;
	(void)what;
	while (client->reply_count > 0) {
		struct buf *reply = &client->replies[--client->reply_count];

		buf_add(&client->left, reply->data, reply->length);
		buf_clear(reply);
		send_all(client);
	}
}

/* Appends a framed reply to what is to be sent. */
static void
add_reply(struct buf *out, const uint8_t *reply, size_t length)
{
	buf_addc(out, (char)(length >> 8));
	buf_addc(out, (char)length);
	buf_add(out, reply, length);
}

/* Answers one TCP query as the faults demand; false when the client is gone. */
static bool
answer_tcp(struct client *client, const uint8_t *query, size_t n)
{
	static uint8_t reply[LARGE];
	size_t length = write_large(client->server, reply, query, n);
	bool first = client->queries++ == 0;

	client->server->tcp_queries++;
	switch (client->server->faults.tcp) {
	case FAKE_TCP_ANSWERS:
		add_reply(&client->left, reply, length);
		bufferevent_write(client->bufferevent, client->left.data, client->left.length);
		buf_truncate(&client->left, 0);
		return true;
	case FAKE_TCP_DRIPS:
		add_reply(&client->left, reply, length);
		event_add(client->timer, &drip);
		return true;
	case FAKE_TCP_CUTS:
		add_reply(&client->left, reply, length);
		send_now(client, client->left.length / 2);
		end_client(client, false);
		return false;
	case FAKE_TCP_CLOSES:
		end_client(client, false);
		return false;
	case FAKE_TCP_RESETS:
		end_client(client, true);
		return false;
	case FAKE_TCP_ONCE:
		add_reply(&client->left, reply, length);
		if (first)
			send_all(client);
		else
			end_client(client, false);
		return first;
	case FAKE_TCP_REVERSES:
		assert_true(client->reply_count < REPLIES_MAX);
		add_reply(&client->replies[client->reply_count++], reply, length);
		event_add(client->quiet, &quiet);
		return true;
	}
	return true;
}

/* libevent: a TCP client has sent something: whole queries, one behind the other. */
static void
on_tcp(struct bufferevent *bufferevent, void *context)
{
	struct evbuffer *input = bufferevent_get_input(bufferevent);
	uint8_t message[2 + MESSAGE];

	while (evbuffer_copyout(input, message, 2) == 2) {
		size_t n = (size_t)message[0] << 8 | message[1];

		assert_true(n > HEADER && n <= MESSAGE);
		if (evbuffer_get_length(input) < 2 + n)
			return;
		evbuffer_remove(input, message, 2 + n);
		if (!answer_tcp(context, message + 2, n))
			return;
	}
}

/* libevent: the TCP client has gone. */
static void
on_tcp_end(struct bufferevent *bufferevent, short what, void *context)
{
	(void)bufferevent;
	(void)what;
	end_client(context, false);
}

/* libevent: somebody connects. */
static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from,
    int length, void *context)
{
	struct fake_dns *server = context;
	struct client *client = mem_alloc(sizeof *client);

	(void)listener;
	(void)from;
	(void)length;
	client->server = server;
	client->bufferevent =
	    bufferevent_socket_new(server->bench->base, fd, BEV_OPT_CLOSE_ON_FREE);
	client->timer = evtimer_new(server->bench->base, on_drip, client);
	client->quiet = evtimer_new(server->bench->base, on_tcp_quiet, client);
	server->connections++;
	bufferevent_setcb(client->bufferevent, on_tcp, NULL, on_tcp_end, client);
	bufferevent_enable(client->bufferevent, EV_READ | EV_WRITE);
	list_append(&server->private->clients, &client->link);
}

/* Opens a socket from which a stranger sends: on this address, and port 0 for any. */
static int
open_stranger(const char *address, in_port_t port)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = port };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
	assert_int_equal(bind(fd, (const struct sockaddr *)&from, sizeof from), 0);
	return fd;
}

/* Binds UDP to any port and listens on the same one with TCP; false when TCP's was taken. */
static bool
bind_both(struct fake_dns *server, struct sockaddr_in *address)
{
	struct fake_dns_private *p = server->private;
	socklen_t length = sizeof *address;

	*address = (struct sockaddr_in){ .sin_family = AF_INET };
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->udp = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(p->udp, (const struct sockaddr *)address, sizeof *address), 0);
	assert_int_equal(getsockname(p->udp, (struct sockaddr *)address, &length), 0);
	if (server->faults.no_tcp)
		return true;
	p->listener = evconnlistener_new_bind(server->bench->base, on_accept, server,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, 16, (struct sockaddr *)address,
	    sizeof *address);
	if (!p->listener)
		close(p->udp);
	return p->listener != NULL;
}

void
fake_dns_start(struct fake_dns *server, struct bench *bench, struct fake_faults faults)
{
	struct fake_dns_private *p = mem_alloc(sizeof *p);
	struct sockaddr_in address;
	int room = 4 << 20;

	*server = (struct fake_dns){ .bench = bench, .faults = faults, .private = p };
	list_init(&p->clients);
	p->held = mem_calloc(HELD_MAX, sizeof *p->held);
	while (!bind_both(server, &address))
		;
	p->other_port = open_stranger("127.0.0.1", 0);
	p->other_address = open_stranger("127.0.0.2", address.sin_port);
	evutil_make_socket_nonblocking(p->udp);
	setsockopt(p->udp, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	p->readable = event_new(bench->base, p->udp, EV_READ | EV_PERSIST, on_udp, server);
	event_add(p->readable, NULL);
	p->quiet = evtimer_new(bench->base, on_quiet, server);
	server->endpoint = bench_endpoint("127.0.0.1@1");
	server->endpoint.port = ntohs(address.sin_port);
}

void
fake_dns_stop(struct fake_dns *server)
{
	struct fake_dns_private *p = server->private;
	struct list *first;

	while ((first = list_first(&p->clients)) != NULL)
		end_client(LIST_ITEM(first, struct client, link), false);
	event_free(p->readable);
	event_free(p->quiet);
	if (p->listener)
		evconnlistener_free(p->listener);
	close(p->udp);
	close(p->other_port);
	close(p->other_address);
	buf_clear(&p->order);
	free(p->held);
	free(p);
}

const char *
fake_dns_order(const struct fake_dns *server)
{
	return buf_text(&server->private->order);
}

/*
 * A long wire to a name server: each datagram takes so many milliseconds each way.
 *
 *	delay LISTEN SERVER MILLISECONDS	addresses as 127.0.0.2@53
 *
 * Every query gets a socket of its own towards the server; replies go back to whoever asked. It
 * runs until it is killed. TCP is not relayed: nobody listens there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/util.h>

#include "util/mem.h"
#include "net/dialler.h"

enum {
	DATAGRAM_MAX = 4096,
	PATIENCE_SECONDS = 10,
};

struct wire {
	struct event_base *base;
	int listening;
	struct sockaddr_storage server;
	socklen_t server_length;
	struct timeval delay;
};

/* One query on its way, then its reply. */
struct parcel {
	struct wire *wire;
	struct sockaddr_storage from;
	socklen_t from_length;
	int upstream; /* -1 until the query has arrived */
	struct event *event; /* the timer, or the reply to come */
	uint8_t octets[DATAGRAM_MAX];
	size_t length;
};

/* Frees a parcel, delivered or lost. */
static void
free_parcel(struct parcel *parcel)
{
	event_free(parcel->event);
	if (parcel->upstream >= 0)
		close(parcel->upstream);
	free(parcel);
}

/* Puts another event in the place of the parcel's. */
static void
await(struct parcel *parcel, int fd, short what, event_callback_fn callback,
    const struct timeval *time)
{
	if (parcel->event)
		event_free(parcel->event);
	parcel->event = event_new(parcel->wire->base, fd, what, callback, parcel);
	event_add(parcel->event, time);
}

/* The reply has come to our end of the wire. */
static void
on_delivery(evutil_socket_t fd, short what, void *context)
{
	struct parcel *parcel = context;

	(void)fd;
	(void)what;
	sendto(parcel->wire->listening, parcel->octets, parcel->length, 0,
	    (const struct sockaddr *)&parcel->from, parcel->from_length);
	free_parcel(parcel);
}

/* The server has replied, or has not. */
static void
on_reply(evutil_socket_t fd, short what, void *context)
{
	struct parcel *parcel = context;
	ssize_t n = what & EV_READ ? recv(fd, parcel->octets, sizeof parcel->octets, 0) : -1;

	if (n < 0) {
		free_parcel(parcel);
		return;
	}
	parcel->length = (size_t)n;
	await(parcel, -1, 0, on_delivery, &parcel->wire->delay);
}

/* The query has come to the server's end of the wire. */
static void
on_arrival(evutil_socket_t fd, short what, void *context)
{
	static const struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
	struct parcel *parcel = context;
	const struct wire *wire = parcel->wire;

	(void)fd;
	(void)what;
	parcel->upstream = socket(wire->server.ss_family, SOCK_DGRAM, 0);
	evutil_make_socket_nonblocking(parcel->upstream);
	connect(parcel->upstream, (const struct sockaddr *)&wire->server, wire->server_length);
	send(parcel->upstream, parcel->octets, parcel->length, 0);
	await(parcel, parcel->upstream, EV_READ, on_reply, &patience);
}

/* Somebody asks. */
static void
on_query(evutil_socket_t fd, short what, void *context)
{
	struct wire *wire = context;
	struct parcel *parcel = mem_alloc(sizeof *parcel);
	ssize_t n;

	(void)what;
	parcel->wire = wire;
	parcel->upstream = -1;
	parcel->from_length = sizeof parcel->from;
	n = recvfrom(fd, parcel->octets, sizeof parcel->octets, 0,
	    (struct sockaddr *)&parcel->from, &parcel->from_length);
	if (n < 0) {
		free(parcel);
		return;
	}
	parcel->length = (size_t)n;
	await(parcel, -1, 0, on_arrival, &wire->delay);
}

/* An event base that keeps time to the microsecond: epoll's milliseconds would make the wire longer. */
static struct event_base *
new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

/* Reads an address as the socket calls want it; false when it is none. */
static bool
read_address(const char *text, struct sockaddr_storage *address, socklen_t *length)
{
	struct dialler *dialler = dialler_new();
	struct endpoint endpoint;
	bool known = endpoint_parse(&endpoint, text, 53) &&
	    dialler_address(dialler, &endpoint, address, length) == DIALLER_GO;

	dialler_free(dialler);
	return known;
}

int
main(int argc, char *argv[])
{
	struct wire wire = { .base = new_base() };
	struct sockaddr_storage here;
	socklen_t here_length;
	struct event *queries;
	long ms = argc == 4 ? atol(argv[3]) : -1;

	if (ms < 0 || !read_address(argv[1], &here, &here_length) ||
	    !read_address(argv[2], &wire.server, &wire.server_length)) {
		fprintf(stderr, "usage: delay LISTEN SERVER MILLISECONDS\n");
		return 64;
	}
	wire.delay = (struct timeval){ ms / 1000, ms % 1000 * 1000 };
	wire.listening = socket(here.ss_family, SOCK_DGRAM, 0);
	evutil_make_socket_nonblocking(wire.listening);
	if (bind(wire.listening, (const struct sockaddr *)&here, here_length) < 0) {
		perror(argv[1]);
		return EXIT_FAILURE;
	}
	queries = event_new(wire.base, wire.listening, EV_READ | EV_PERSIST, on_query, &wire);
	event_add(queries, NULL);
	return event_base_dispatch(wire.base);
}

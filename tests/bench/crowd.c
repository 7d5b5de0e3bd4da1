/*
 * Hundreds of mail servers that take their time: DOMAINS domains of ten exchanges each, every
 * exchange at a loopback address of its own, and behind all of them one server that drips each
 * reply a byte at a time. A nameserver tells of them.
 *
 *     crowd DOMAINS MILLISECONDS [SHARED]     prints "DNS SMTP", the two ports, and serves until its
 *                                    standard input ends; then "most open N, accepted N"
 *
 * With SHARED the domains have no exchanges of their own, but two of so many that all share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/zone.h"
#include "lab/authority.h"
#include "lab/nameserver.h"

enum {
	EXCHANGES = 10,
};

static const char replies[] = "220 mx.crowd.example ESMTP take your time\r\n"
			      "250-mx.crowd.example\r\n250-SIZE 10240000\r\n250 PIPELINING\r\n"
			      "221 2.0.0 Bye\r\n";

/* What is told at the end. */
struct tally {
	struct event_base *base;
	struct timeval gap; /* between two bytes */
	unsigned open, most_open, accepted;
};

/* One connection, and how far its replies have dripped. */
struct guest {
	struct tally *tally;
	struct bufferevent *stream;
	struct event *timer;
	size_t said;
};

/* Ends a connection. */
static void
leave(struct guest *guest)
{
	guest->tally->open--;
	event_free(guest->timer);
	bufferevent_free(guest->stream);
	free(guest);
}

/* libevent: time for one more byte; behind a whole reply the client has its turn. */
static void
on_drip(evutil_socket_t fd, short what, void *context)
{
	struct guest *guest = context;
	char byte = replies[guest->said++];

	(void)fd;
	(void)what;
	bufferevent_write(guest->stream, &byte, 1);
	if (replies[guest->said] == '\0') {
		leave(guest);
		return;
	}
	if (byte != '\n' || strncmp(replies + guest->said, "250 ", 4) == 0 ||
	    strncmp(replies + guest->said, "250-SIZE", 8) == 0)
		event_add(guest->timer, &guest->tally->gap);
}

/* libevent: the client has said something: the next reply begins. */
static void
on_read(struct bufferevent *stream, void *context)
{
	struct guest *guest = context;
	struct evbuffer *input = bufferevent_get_input(stream);

	evbuffer_drain(input, evbuffer_get_length(input));
	event_add(guest->timer, &guest->tally->gap);
}

/* libevent: the client has gone. */
static void
on_end(struct bufferevent *stream, short what, void *context)
{
	(void)stream;
	(void)what;
	leave(context);
}

/* libevent: somebody connects. */
static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from,
    int length, void *context)
{
	struct tally *tally = context;
	struct guest *guest = mem_alloc(sizeof *guest);

	(void)listener;
	(void)from;
	(void)length;
	guest->tally = tally;
	guest->stream = bufferevent_socket_new(tally->base, fd, BEV_OPT_CLOSE_ON_FREE);
	guest->timer = evtimer_new(tally->base, on_drip, guest);
	bufferevent_setcb(guest->stream, on_read, NULL, on_end, guest);
	bufferevent_enable(guest->stream, EV_READ | EV_WRITE);
	event_add(guest->timer, &tally->gap);
	tally->accepted++;
	if (++tally->open > tally->most_open)
		tally->most_open = tally->open;
}

/* Listens on every loopback address. Returns the port. */
static unsigned
listen_everywhere(struct tally *tally)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof address;
	struct evconnlistener *listener = evconnlistener_new_bind(tally->base, on_accept, tally,
	    LEV_OPT_CLOSE_ON_FREE, 1024, (struct sockaddr *)&address, sizeof address);

	if (!listener ||
	    getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&address, &length) <
		0) {
		perror("listening");
		exit(1);
	}
	return ntohs(address.sin_port);
}

/* Fills the name space with the domains dN.crowd.example. */
static void
fill(struct authority *authority, int domains, int shared)
{
	struct dns_records records = { 0 };
	struct buf zone = BUF_INIT;
	struct dns_name origin;

	for (int d = 0; d < domains; d++) {
		if (shared > 0)
			buf_addf(&zone, "d%d MX 10 h%d\nd%d MX 20 h%d\n", d, d % shared, d,
			    (d + 1) % shared);
		for (int x = 0; x < EXCHANGES && shared == 0; x++)
			buf_addf(&zone, "d%d MX %d mx%d.d%d\nmx%d.d%d A 127.1.%d.%d\n", d,
			    x * 10, x, d, x, d, d, x + 1);
	}
	for (int h = 0; h < shared; h++)
		buf_addf(&zone, "h%d A 127.2.0.%d\n", h, h + 1);
	dns_name_parse(&origin, "crowd.example.");
	free(dns_zone_parse(zone.data, &origin, 300, &records));
	authority_add_records(authority, &records);
	authority_seal(authority);
	dns_records_clear(&records);
	buf_clear(&zone);
}

/* libevent: whoever started us has gone. */
static void
on_input(evutil_socket_t fd, short what, void *context)
{
	char bytes[64];

	(void)what;
	if (read(fd, bytes, sizeof bytes) <= 0)
		event_base_loopbreak(context);
}

int
main(int argc, char *argv[])
{
	struct tally tally = { .base = event_base_new() };
	struct authority *authority = authority_new();
	struct rlimit descriptors = { 4096, 4096 };
	struct nameserver *nameserver;
	struct event *input;
	char *error;
	long ms = argc >= 3 ? atol(argv[2]) : 0;
	int shared = argc == 4 ? atoi(argv[3]) : 0;

	if (argc < 3 || argc > 4 || atoi(argv[1]) < 1 || ms < 1 || shared < 0 || shared > 250 ||
	    (shared == 0 && atoi(argv[1]) > 250)) {
		fprintf(stderr, "usage: crowd DOMAINS MILLISECONDS [SHARED]\n");
		return 64;
	}
	setrlimit(RLIMIT_NOFILE, &descriptors);
	tally.gap = (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	fill(authority, atoi(argv[1]), shared);
	nameserver = nameserver_new(tally.base, authority, NULL, &error);
	if (!nameserver) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	printf("%u %u\n", nameserver_endpoint(nameserver).port, listen_everywhere(&tally));
	fflush(stdout);
	input = event_new(tally.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, tally.base);
	event_add(input, NULL);
	event_base_loop(tally.base, 0);
	printf("most open %u, accepted %u\n", tally.most_open, tally.accepted);
	fflush(stdout);
	_exit(0); /* hundreds of listeners and connections go with the process, all at once */
}

/*
 * Five mail servers and their nameserver at the far end of a wire: the laboratory's own, which
 * listen on loopback ports, behind the ports 25 and 53 of every address of the namespace.
 *
 *     far        prints "ready" and serves five.example until it is killed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/zone.h"
#include "lab/authority.h"
#include "lab/certificate.h"
#include "lab/mailserver.h"
#include "lab/nameserver.h"
#include "lab/scenario.h"

static const char script[] = "S: 220 mx ESMTP far away\n"
			     "T: EHLO *\nS: 250-mx\nS: 250 SIZE 10240000\n"
			     "C: EHLO *\nS: 250-mx\nS: 250-SIZE 10240000\nS: 250 STARTTLS\n"
			     "C: STARTTLS\nS: 220 Go\nstarttls\n"
			     "C: QUIT\nS: 221 Bye\nclose\n"
			     "C: *\nS: 250 Ok\n";

/* What the servers share. */
struct far {
	struct event_base *base;
	struct endpoint mail; /* where the mail server really is */
};

/* A guest, carried on to the mail server and back. */
struct carriage {
	struct bufferevent *guest, *server;
};

/* Ends both sides. */
static void
end(struct carriage *carriage)
{
	bufferevent_free(carriage->guest);
	bufferevent_free(carriage->server);
	free(carriage);
}

/* libevent: bytes have come at one side: to the other. */
static void
on_read(struct bufferevent *from, void *context)
{
	struct carriage *carriage = context;

	bufferevent_read_buffer(from,
	    bufferevent_get_output(
		from == carriage->guest ? carriage->server : carriage->guest));
}

/* libevent: the last bytes are out. */
static void
on_written(struct bufferevent *side, void *context)
{
	(void)side;
	end(context);
}

/* libevent: one side has ended: the other still gets what was said. */
static void
on_end(struct bufferevent *from, short what, void *context)
{
	struct carriage *carriage = context;
	struct bufferevent *other =
	    from == carriage->guest ? carriage->server : carriage->guest;

	if (what & BEV_EVENT_CONNECTED)
		return;
	bufferevent_disable(from, EV_READ);
	if (evbuffer_get_length(bufferevent_get_output(other)) == 0)
		end(carriage);
	else
		bufferevent_setcb(other, NULL, on_written, on_end, carriage);
}

/* One side of a carriage: on this socket, or still to be connected. */
static struct bufferevent *
side(struct event_base *base, evutil_socket_t fd, struct carriage *carriage)
{
	struct bufferevent *bufferevent =
	    bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);

	bufferevent_setcb(bufferevent, on_read, NULL, on_end, carriage);
	bufferevent_enable(bufferevent, EV_READ | EV_WRITE);
	return bufferevent;
}

/* libevent: a guest has come. */
static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from,
    int length, void *context)
{
	static const int on = 1;
	const struct far *far = context;
	struct carriage *carriage = mem_alloc(sizeof *carriage);
	struct sockaddr_in real = { .sin_family = AF_INET, .sin_port = htons(far->mail.port) };

	(void)listener;
	(void)from;
	(void)length;
	real.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	carriage->guest = side(far->base, fd, carriage);
	carriage->server = side(far->base, -1, carriage);
	bufferevent_socket_connect(
	    carriage->server, (struct sockaddr *)&real, (int)sizeof real);
	setsockopt(
	    bufferevent_getfd(carriage->server), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Starts the mail server, with an identity for mx1.five.example. */
static struct endpoint
start_mail(struct event_base *base)
{
	static struct lab_host host;
	static struct script own, usual;
	static char name[] = "mx1.five.example";
	struct mailserver *server;
	char *error;

	free(script_parse(&own, script));
	host.name = name;
	host.script = own;
	server = mailserver_new(base, &host, &usual, certifier_new(), &error);
	if (!server)
		exit(1);
	return mailserver_endpoint(server);
}

/* Starts the nameserver of five.example. */
static struct endpoint
start_names(struct event_base *base)
{
	struct authority *authority = authority_new();
	struct dns_records records = { 0 };
	struct nameserver *server;
	struct buf zone = BUF_INIT;
	struct dns_name origin;
	char *error;

	for (int i = 1; i <= 5; i++)
		buf_addf(&zone, "@ MX %d mx%d\nmx%d A 10.9.0.%d\n", 10 * i, i, i, i);
	dns_name_parse(&origin, "five.example.");
	free(dns_zone_parse(zone.data, &origin, 300, &records));
	authority_add_records(authority, &records);
	authority_seal(authority);
	dns_records_clear(&records);
	buf_clear(&zone);
	server = nameserver_new(base, authority, NULL, &error);
	if (!server)
		exit(1);
	return nameserver_endpoint(server);
}

int
main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(25) };
	struct far far = { .base = event_base_new() };
	struct evconnlistener *door;

	far.mail = start_mail(far.base);
	door = evconnlistener_new_bind(far.base, on_accept, &far,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, 64, (struct sockaddr *)&address,
	    sizeof address);
	if (!door) {
		perror("port 25");
		return 1;
	}
	printf("%u\n", start_names(far.base).port);
	fflush(stdout);
	event_base_loop(far.base, 0);
	return 0;
}

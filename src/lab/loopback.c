/*
 * Loopback sockets of the laboratory. Decides how a socket is bound, and what happens when
 * there is no descriptor left for a connection; what is said on one is left to nameserver.c
 * and mailserver.c.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/listener.h>
#include <event2/util.h>

#include "util/buf.h"
#include "util/mem.h"

#include "lab/loopback.h"

enum {
	BACKLOG = 32,
	PAUSE_MS = 100, /* after accept() failed */
};

struct loopback_door {
	struct evconnlistener *listener;
	struct event *reopen; /* after a pause */
	int fd;
	loopback_callback *callback;
	void *context;
};

/* Binds the socket and reads back the port that the kernel gave it. */
static bool
bind_socket(int fd, uint16_t port, struct endpoint *bound)
{
	static const uint8_t home[4] = { 127, 0, 0, 1 };
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	socklen_t length = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) != 0)
		return false;
	*bound =
	    (struct endpoint){ .ip = ip_from_bytes(home, 4), .port = ntohs(address.sin_port) };
	return true;
}

int
loopback_bind(int type, uint16_t port, struct endpoint *bound)
{
	int fd = socket(AF_INET, type, 0);
	int reason;

	if (fd < 0)
		return -1;
	if (evutil_make_socket_nonblocking(fd) == 0 &&
	    evutil_make_socket_closeonexec(fd) == 0 && bind_socket(fd, port, bound))
		return fd;
	reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

/* Somebody has connected. */
static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
    int length, void *context)
{
	const struct loopback_door *door = context;

	(void)listener;
	(void)address;
	(void)length;
	door->callback(door->context, fd);
}

/* No descriptor was left: a pause. */
static void
on_accept_error(struct evconnlistener *listener, void *context)
{
	static const struct timeval pause = { .tv_usec = PAUSE_MS * 1000 };
	struct loopback_door *door = context;

	evconnlistener_disable(listener);
	evtimer_add(door->reopen, &pause);
}

/* The pause is over. */
static void
on_reopen(evutil_socket_t fd, short what, void *context)
{
	struct loopback_door *door = context;

	(void)fd;
	(void)what;
	evconnlistener_enable(door->listener);
}

struct loopback_door *
loopback_open(struct event_base *base, int fd, loopback_callback *callback, void *context)
{
	struct loopback_door *door = mem_alloc(sizeof *door);

	door->fd = fd;
	door->callback = callback;
	door->context = context;
	door->reopen = evtimer_new(base, on_reopen, door);
	door->listener =
	    evconnlistener_new(base, on_accept, door, LEV_OPT_CLOSE_ON_EXEC, BACKLOG, fd);
	if (!door->listener) {
		int reason = errno;

		loopback_shut(door);
		errno = reason;
		return NULL;
	}
	evconnlistener_set_error_cb(door->listener, on_accept_error);
	return door;
}

void
loopback_shut(struct loopback_door *door)
{
	if (!door)
		return;
	if (door->listener)
		evconnlistener_free(door->listener);
	if (door->reopen)
		event_free(door->reopen);
	close(door->fd);
	free(door);
}

char *
loopback_error(void)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "the laboratory needs a loopback socket: %s", strerror(errno));
	return buf_take(&sentence);
}

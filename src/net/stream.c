/*
 * A TCP connection over libevent's bufferevents. Decides how one is opened without blocking,
 * how the plain bufferevent is followed by the one with TLS on top, which of libevent's
 * events mean what, and how to part politely. Certificates are left to tls.c, deadlines to
 * the callers.
 *
 * Each callback from libevent makes exactly one report as its last act, so that the one who
 * gets it may close the stream.
 */
#include <stdlib.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "util/mem.h"
#include "net/socket.h"
#include "net/stream.h"
#include "net/tls.h"

enum {
	READ_BOUND =
	    16384, /* bytes that may wait unread: more stay with the kernel and the peer */
	DRAIN_BOUND = 65536, /* bytes dropped at most when we close */
};

struct stream {
	struct event *opening; /* fires when connect() has ended; NULL afterwards */
	struct bufferevent *plain; /* NULL for a silent stream, and when TLS owns it */
	struct bufferevent *secured; /* on top of the plain one, which it owns */
	bool securing; /* the handshake is under way */
	int error;
	char *fault; /* what in TLS ended the connection; NULL = nothing */
	stream_callback *callback;
	void *context;
};

/* Reports one event. The stream may be gone afterwards. */
static void
report(struct stream *stream, enum stream_event event)
{
	stream->callback(stream->context, event);
}

/* libevent: bytes have arrived. */
static void
on_read(struct bufferevent *bufferevent, void *context)
{
	(void)bufferevent;
	report(context, STREAM_READABLE);
}

/* What the end of a connection means, by libevent's flags. */
static enum stream_event
ending(struct stream *stream, short what)
{
	if (stream->securing)
		return STREAM_NOT_SECURED;
	if (stream->secured && !(what & BEV_EVENT_EOF) && !stream->fault)
		stream->fault = tls_fault(stream->secured);
	return what & BEV_EVENT_EOF || stream->fault ? STREAM_CLOSED : STREAM_RESET;
}

/* libevent: the handshake is done, or the connection has ended in some way. */
static void
on_event(struct bufferevent *bufferevent, short what, void *context)
{
	struct stream *stream = context;

	if (what & BEV_EVENT_CONNECTED) {
		stream->securing = false;
		bufferevent_enable(bufferevent, EV_READ);
		report(stream, STREAM_SECURED);
	} else if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) {
		report(stream, ending(stream, what));
	}
}

/* libevent: connect() has ended, well or not. */
static void
on_opening(evutil_socket_t fd, short what, void *context)
{
	struct stream *stream = context;

	(void)what;
	event_free(stream->opening);
	stream->opening = NULL;
	stream->error = socket_error(fd);
	if (stream->error != 0) {
		report(stream, STREAM_NOT_OPENED);
		return;
	}
	bufferevent_enable(stream->plain, EV_READ | EV_WRITE);
	report(stream, STREAM_OPENED);
}

/* Puts a bufferevent on the connecting socket, silent until connect() has ended. */
static void
attach(struct stream *stream, struct event_base *base, int fd)
{
	stream->plain = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_disable(stream->plain, EV_READ | EV_WRITE);
	bufferevent_setwatermark(stream->plain, EV_READ, 0, READ_BOUND);
	bufferevent_setcb(stream->plain, on_read, NULL, on_event, stream);
	stream->opening = event_new(base, fd, EV_WRITE, on_opening, stream);
	event_add(stream->opening, NULL);
}

struct stream *
stream_open(struct event_base *base, const struct dialler *dialler, const struct endpoint *peer,
    stream_callback *callback, void *context)
{
	int fd = socket_dial(dialler, SOCKET_TCP, peer);
	struct stream *stream;

	if (fd == SOCKET_NONE)
		return NULL;
	stream = mem_alloc(sizeof *stream);
	stream->callback = callback;
	stream->context = context;
	if (fd != SOCKET_SILENT)
		attach(stream, base, fd);
	return stream;
}

/* Hands what waits in our buffer to the kernel, as much as it takes at once. */
static void
flush(struct bufferevent *plain)
{
	struct evbuffer *output = bufferevent_get_output(plain);

	if (evbuffer_get_length(output) == 0)
		return;
	evbuffer_unfreeze(output, 1);
	evbuffer_write(output, bufferevent_getfd(plain));
}

/* Reads and drops what has arrived, so that close() sends FIN and not RST. */
static void
drain(int fd)
{
	char dropped[4096];
	size_t total = 0;
	ssize_t n;

	while (total < DRAIN_BOUND && (n = recv(fd, dropped, sizeof dropped, 0)) > 0)
		total += (size_t)n;
}

/* Says good-bye on an open connection: last bytes, close_notify, FIN. */
static void
part(struct stream *stream)
{
	struct bufferevent *plain =
	    stream->secured ? bufferevent_get_underlying(stream->secured) : stream->plain;

	if (stream->secured && !stream->securing)
		tls_close(stream->secured);
	flush(plain);
	drain(bufferevent_getfd(plain));
	shutdown(bufferevent_getfd(plain), SHUT_WR);
}

void
stream_close(struct stream *stream)
{
	if (!stream)
		return;
	if (stream->opening)
		event_free(stream->opening);
	else if (stream->error == 0 && stream_bufferevent(stream))
		part(stream);
	if (stream_bufferevent(stream))
		bufferevent_free(stream_bufferevent(stream));
	free(stream->fault);
	free(stream);
}

void
stream_write(struct stream *stream, const void *bytes, size_t n)
{
	if (stream_bufferevent(stream))
		bufferevent_write(stream_bufferevent(stream), bytes, n);
}

size_t
stream_read(struct stream *stream, void *buffer, size_t size)
{
	return stream_bufferevent(stream)
	    ? bufferevent_read(stream_bufferevent(stream), buffer, size)
	    : 0;
}

bool
stream_secure(struct stream *stream, struct tls_client *tls, const char *server_name)
{
	struct evbuffer *input = bufferevent_get_input(stream->plain);

	evbuffer_drain(input, evbuffer_get_length(input));
	stream->secured = tls_client_start(tls, stream->plain, server_name);
	if (!stream->secured)
		return false;
	stream->plain = NULL;
	stream->securing = true;
	bufferevent_setwatermark(stream->secured, EV_READ, 0, READ_BOUND);
	bufferevent_setcb(stream->secured, on_read, NULL, on_event, stream);
	return true;
}

struct bufferevent *
stream_bufferevent(const struct stream *stream)
{
	return stream->secured ? stream->secured : stream->plain;
}

const char *
stream_fault(const struct stream *stream)
{
	return stream->fault;
}

int
stream_error(const struct stream *stream)
{
	return stream->error;
}

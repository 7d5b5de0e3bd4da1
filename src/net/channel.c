/*
 * One lookup's sockets. Decides how packets are read (several a wake-up, but not for ever), how
 * TCP's messages are put together, and what ends a channel. A fresh, connected UDP socket
 * for each lookup and server lets the kernel choose an unpredictable source port and drop
 * what comes from elsewhere (RFC 5452 9.2); ids and questions are matched by dns/lookup.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "util/buf.h"
#include "util/mem.h"
#include "net/channel.h"
#include "net/stream.h"

enum {
	DATAGRAM_MAX = 65535,
	DATAGRAMS_A_WAKE_UP = 16, /* of one socket: then others have their turn */
	TCP_LENGTH_OCTETS = 2,
};

struct channel {
	struct channel_listener listener;
	uint8_t family; /* of the server, for sentences: 4 or 6 */
	int udp; /* SOCKET_NONE when this is TCP, SOCKET_SILENT when nobody is there */
	struct event *readable; /* of the UDP socket */
	struct stream *tcp; /* NULL when this is UDP */
	struct buf arrived; /* TCP octets that are no whole message yet */
};

/*
 * Tells the listener, in a sentence, which errno ended the channel. It may be gone
 * afterwards.
 */
static void
fail(struct channel *channel, int error)
{
	channel->listener.failed(channel->listener.context,
	    socket_fault(error, SOCKET_FOUND_THERE, channel->family).sentence);
}

/* libevent: datagrams, or ICMP's answer to one of ours, have arrived. */
static void
on_datagrams(evutil_socket_t fd, short what, void *context)
{
	struct channel *channel = context;
	uint8_t datagram[DATAGRAM_MAX];

	(void)what;
	for (int i = 0; i < DATAGRAMS_A_WAKE_UP; i++) {
		ssize_t n = recv(fd, datagram, sizeof datagram, 0);

		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
			return;
		if (n < 0) {
			fail(channel, errno);
			return;
		}
		if (!channel->listener.received(channel->listener.context, datagram, (size_t)n))
			return;
	}
}

/*
 * Hands on the whole messages that have arrived; false when the channel went away in between.
 */
static bool
deliver_messages(struct channel *channel)
{
	while (channel->arrived.length >= TCP_LENGTH_OCTETS) {
		const uint8_t *octets = (const uint8_t *)channel->arrived.data;
		size_t n = (size_t)octets[0] << 8 | octets[1];

		if (channel->arrived.length < TCP_LENGTH_OCTETS + n)
			return true;
		if (!channel->listener.received(
			channel->listener.context, octets + TCP_LENGTH_OCTETS, n))
			return false;
		buf_drop(&channel->arrived, TCP_LENGTH_OCTETS + n);
	}
	return true;
}

/* Takes what TCP has brought, at most a piece at a time, so that a flood is never stored. */
static void
take_octets(struct channel *channel)
{
	uint8_t piece[4096];
	size_t n;

	while ((n = stream_read(channel->tcp, piece, sizeof piece)) > 0) {
		buf_add(&channel->arrived, piece, n);
		if (!deliver_messages(channel))
			return;
	}
}

/* The stream: something happened to the TCP connection. */
static void
on_stream(void *context, enum stream_event event)
{
	struct channel *channel = context;
	const struct channel_listener *listener = &channel->listener;

	switch (event) {
	case STREAM_OPENED:
	case STREAM_SECURED:
	case STREAM_NOT_SECURED:
		return;
	case STREAM_READABLE:
		take_octets(channel);
		return;
	case STREAM_NOT_OPENED:
		fail(channel, stream_error(channel->tcp));
		return;
	case STREAM_CLOSED:
		listener->failed(listener->context,
		    channel->arrived.length
			? "the name server closed the TCP connection inside a message"
			: "the name server closed the TCP connection");
		return;
	case STREAM_RESET:
		listener->failed(listener->context, "the name server reset the TCP connection");
		return;
	}
}

/* Opens the UDP socket and listens; false and errno. */
static bool
open_udp(struct channel *channel, struct event_base *base, const struct dialler *dialler,
    const struct endpoint *server)
{
	channel->udp = socket_dial(dialler, SOCKET_UDP, server);
	if (channel->udp == SOCKET_NONE)
		return false;
	if (channel->udp == SOCKET_SILENT)
		return true;
	channel->readable =
	    event_new(base, channel->udp, EV_READ | EV_PERSIST, on_datagrams, channel);
	event_add(channel->readable, NULL);
	return true;
}

/* Begins to open the TCP connection; false and errno. */
static bool
open_tcp(struct channel *channel, struct event_base *base, const struct dialler *dialler,
    const struct endpoint *server)
{
	channel->udp = SOCKET_NONE;
	channel->tcp = stream_open(base, dialler, server, on_stream, channel);
	return channel->tcp != NULL;
}

struct channel *
channel_open(struct event_base *base, const struct dialler *dialler, enum socket_kind kind,
    const struct endpoint *server, const struct channel_listener *listener)
{
	struct channel *channel = mem_alloc(sizeof *channel);
	bool opened = false;
	int error;

	channel->listener = *listener;
	channel->family = server->ip.family;
	switch (kind) {
	case SOCKET_UDP:
		opened = open_udp(channel, base, dialler, server);
		break;
	case SOCKET_TCP:
		opened = open_tcp(channel, base, dialler, server);
		break;
	}
	if (opened)
		return channel;
	error = errno;
	free(channel);
	errno = error;
	return NULL;
}

void
channel_close(struct channel *channel)
{
	if (!channel)
		return;
	if (channel->readable)
		event_free(channel->readable);
	if (channel->udp >= 0)
		close(channel->udp);
	stream_close(channel->tcp);
	buf_clear(&channel->arrived);
	free(channel);
}

/*
 * Sends one datagram. A full socket buffer is as good as a packet lost on the way: it will be
 * sent again. Other errors belong to an earlier packet, and nothing was sent.
 */
static bool
send_datagram(int fd, const uint8_t *query, size_t n)
{
	return send(fd, query, n, 0) >= 0 || errno == EAGAIN || errno == EWOULDBLOCK ||
	    errno == ENOBUFS || errno == EINTR;
}

bool
channel_send(struct channel *channel, const uint8_t *query, size_t n)
{
	const uint8_t length[TCP_LENGTH_OCTETS] = { (uint8_t)(n >> 8), (uint8_t)n };

	if (channel->udp >= 0)
		return send_datagram(channel->udp, query, n);
	if (channel->tcp) {
		stream_write(channel->tcp, length, sizeof length);
		stream_write(channel->tcp, query, n);
	}
	return true;
}

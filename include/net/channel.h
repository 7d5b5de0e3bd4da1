/*
 * The way of one lookup to one name server, over UDP or over TCP with length-framed messages (RFC
 * 1035 4.2.2). It carries bytes; what they mean, and when to send them again, dns/lookup decides.
 *
 * Channels to one server share its lines where that does no harm: all TCP connections, which are
 * pipelined and kept for a moment (RFC 7766 6.2); UDP sockets only where very many questions are
 * under way, for a socket of its own gives each question a source port that nobody can guess
 * (RFC 5452 9.2). A question whose id another one has used on the line before has another line.
 */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/socket.h"
#include "util/ip.h"

struct channel;
struct channels;
struct dialler;
struct event_base;

enum {
	CHANNELS_ALONE =
	    64, /* UDP channels to one server up to here have a port of their own */
	CHANNELS_PORTS =
	    4, /* UDP sockets to one server that are shared: few are read in batches */
	CHANNELS_LINES_MAX = 16, /* TCP connections to one server */
};

/* Who listens. Both are called from the loop only, and may close the channel. */
struct channel_listener {
	/* A packet will come, before the loop turns: see util/prefetch.h. Nothing is to be done. */
	void (*expected)(const void *context);
	/* A packet, over TCP a whole message, came: the reply, or one that fits nobody's question. */
	void (*received)(void *context, const uint8_t *wire, size_t n);
	/* The channel is of no more use, and to be closed, for this reason. */
	void (*failed)(void *context, const struct socket_fault *why);
	void *context;
};

/* The lines that there are. Free them with channels_free(), after the last channel. */
struct channels *channels_new(struct event_base *base, const struct dialler *dialler);
void channels_free(struct channels *channels);

/*
 * Opens a channel (TCP: begins to, unless a connection is there). Returns NULL and sets errno when
 * that failed at once. Where the dialler wants silence the channel takes queries and nothing
 * comes of them.
 */
struct channel *channel_open(struct channels *channels, enum socket_kind kind,
    const struct endpoint *server, const struct channel_listener *listener);

/* Closes the channel; what arrives later falls on deaf ears. NULL is fine. */
void channel_close(struct channel *channel);

/*
 * Sends a query of at most DNS_QUERY_MAX octets, or queues it until TCP is connected. Returns
 * false and sets errno when the socket is broken, as it is when an earlier packet was answered by
 * ICMP.
 */
bool channel_send(struct channel *channel, const uint8_t *query, size_t n);

#endif

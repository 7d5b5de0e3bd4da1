/*
 * The way of one lookup to one name server: a connected UDP socket, or a TCP connection with
 * length-framed messages (RFC 1035 4.2.2, RFC 7766). It carries bytes; what they mean, and when
 * to send them again, dns/lookup decides.
 */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/socket.h"
#include "util/ip.h"

struct channel;
struct dialler;
struct event_base;

/* Who listens. Both are called from the loop only. */
struct channel_listener {
	/*
	 * A packet, over TCP a whole message, came. Returns false when the channel is gone by
	 * now.
	 */
	bool (*received)(void *context, const uint8_t *wire, size_t n);
	/* The channel is of no more use, and to be closed: a sentence says why. */
	void (*failed)(void *context, const char *reason);
	void *context;
};

/*
 * Opens a channel (TCP: begins to). Returns NULL and sets errno when that failed at once.
 * Where the dialler wants silence the channel takes queries and nothing comes of them.
 */
struct channel *channel_open(struct event_base *base, const struct dialler *dialler,
    enum socket_kind kind, const struct endpoint *server,
    const struct channel_listener *listener);

/* Closes the channel; what arrives later falls on deaf ears. NULL is fine. */
void channel_close(struct channel *channel);

/*
 * Sends a query of at most 65535 octets, or queues it until TCP is connected. Returns false
 * and sets errno when the socket is broken, as it is when an earlier packet was answered by
 * ICMP.
 */
bool channel_send(struct channel *channel, const uint8_t *query, size_t n);

#endif

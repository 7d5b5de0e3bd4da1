/*
 * Several datagrams of one connected UDP socket at a time: a system call for each costs more than
 * what is in them. Inside the room: whose they are is net/line's to know.
 */
#ifndef NET_DATAGRAMS_H
#define NET_DATAGRAMS_H

#include <stddef.h>
#include <stdint.h>

enum {
	DATAGRAMS_MAX = 16, /* at a time: then the answers are handed out, and more is asked */
	DATAGRAM_OCTETS_MAX = 65535,
};

/* What has arrived. */
struct datagrams {
	size_t lengths[DATAGRAMS_MAX];
	uint8_t octets[DATAGRAMS_MAX][DATAGRAM_OCTETS_MAX];
};

/* One to be sent. */
struct datagram {
	const uint8_t *octets;
	size_t length;
};

/*
 * Reads the datagrams that have arrived, as far as there is room, and waits for none. Returns how
 * many there are, 0 when there are none; -1 and errno when the network has told of an error.
 */
int datagrams_receive(int fd, struct datagrams *arrived);

/*
 * Sends up to DATAGRAMS_MAX datagrams, in their order. A full socket buffer is as good as a packet
 * lost on the way: the rest is not sent, and nobody hears of it. Returns 0, or -1 and errno when the
 * network or this machine has told of an error.
 */
int datagrams_send(int fd, const struct datagram *list, size_t count);

#endif

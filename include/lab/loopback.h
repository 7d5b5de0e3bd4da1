/*
 * Sockets on 127.0.0.1 with a port that the kernel chose. The laboratory needs only IPv4 of the
 * machine: its IPv6 addresses are names for the same sockets.
 */
#ifndef LAB_LOOPBACK_H
#define LAB_LOOPBACK_H

#include <stdint.h>

#include "util/ip.h"

struct event_base;
struct loopback_door;

/*
 * Binds a non-blocking socket of SOCK_STREAM or SOCK_DGRAM to 127.0.0.1 and the port (0 = any
 * free one), and fills *bound. Until somebody listens on it, connections are refused and nobody
 * else can have the port. Returns the descriptor, or -1 with errno set.
 */
int loopback_bind(int type, uint16_t port, struct endpoint *bound);

/* Somebody has connected: the callee owns the non-blocking descriptor. */
typedef void loopback_callback(void *context, int fd);

/*
 * Listens on a bound socket, which the door owns from now on, and accepts whoever comes.
 * Where accept() fails for want of descriptors the door stays shut for a moment, so that the
 * loop does not spin. Returns NULL with errno set, and has closed fd, when it cannot listen.
 * Free it with loopback_shut() (NULL is fine).
 */
struct loopback_door *loopback_open(
    struct event_base *base, int fd, loopback_callback *callback, void *context);
void loopback_shut(struct loopback_door *door);

/*
 * Returns "the laboratory needs a loopback socket: " and the reason of errno; the caller
 * frees it.
 */
char *loopback_error(void);

#endif

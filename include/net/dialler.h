/*
 * Where a connection really goes. Everybody else speaks of endpoints as DNS told them; here,
 * just before the socket call, the laboratory maps its documentation addresses and port 25
 * to loopback ports, and when the laboratory is on refuses everything that is not its own.
 */
#ifndef NET_DIALLER_H
#define NET_DIALLER_H

#include <stdbool.h>
#include <sys/socket.h>

#include "util/ip.h"

struct dialler;

/* A dialler that goes where it is told. Free it with dialler_free(). */
struct dialler *dialler_new(void);
void dialler_free(struct dialler *dialler);

/* Maps connections for `wanted` to the loopback endpoint `real`. */
void dialler_map(
    struct dialler *dialler, const struct endpoint *wanted, const struct endpoint *real);

/*
 * A mapped address whose SYN is never answered: dialler_address() says DIALLER_SILENT, and
 * the caller waits for its own timeout without a packet leaving.
 */
void dialler_map_silent(struct dialler *dialler, const struct endpoint *wanted);

/* From now on only mapped endpoints can be reached: no packet leaves the machine. */
void dialler_close_world(struct dialler *dialler);

enum dialler_way {
	DIALLER_GO,
	DIALLER_SILENT,
	DIALLER_NO_ROUTE
};

/*
 * Fills the socket address to connect to instead of `wanted`, and says whether to go there,
 * to act as if nobody answered, or to fail with "no route to host".
 */
enum dialler_way dialler_address(const struct dialler *dialler, const struct endpoint *wanted,
    struct sockaddr_storage *address, socklen_t *length);

#endif

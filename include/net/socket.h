/*
 * Sockets as this program wants them - non-blocking, closed on exec, connected to one
 * peer - and what an errno of the socket calls says about the world, in one sentence.
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>

#include "smtp/facts.h"
#include "util/ip.h"

struct dialler;

/* Which transport a socket speaks. */
enum socket_kind {
	SOCKET_UDP,
	SOCKET_TCP
};

enum {
	SOCKET_NONE = -1, /* there is none, and errno says why */
	SOCKET_SILENT = -2, /* the dialler wants silence: wait for your own timeout */
};

/*
 * Opens a socket and connects it to the endpoint, or begins to (TCP: it becomes writable when
 * that has ended, see socket_error()). UDP gets a fresh source port from the kernel and
 * ignores forged path-MTU news; TCP gets TCP_NODELAY. Returns the descriptor, which the
 * caller closes, SOCKET_NONE with errno, or SOCKET_SILENT. Never blocks.
 */
int socket_dial(
    const struct dialler *dialler, enum socket_kind kind, const struct endpoint *peer);

/* Returns (and clears) the errno that waits on the socket, 0 for none. */
int socket_error(int fd);

/* True for an errno that says that we are short of descriptors, ports or memory. */
bool socket_is_shortage(int error);

/* What an errno means for the one who wanted to connect. */
struct socket_fault {
	enum smtp_outcome outcome;
	enum smtp_doubt doubt; /* with SMTP_INCONCLUSIVE: why the fault is ours */
	const char *sentence; /* static: "the connection was refused" */
};

/* Who found the fault: this machine before a packet left, or the network (RST, ICMP, silence). */
enum socket_finder {
	SOCKET_FOUND_HERE,
	SOCKET_FOUND_THERE
};

/* Returns the meaning of errno on the way to an address of this family (4 or 6). */
struct socket_fault socket_fault(int error, enum socket_finder finder, unsigned family);

#endif

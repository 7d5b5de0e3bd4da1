/*
 * Decides how our sockets are made and how the kernel's errors read. Where to connect is the
 * dialler's answer; what follows from a failure (another server, another address, an end) is
 * left to the step machines.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include <event2/util.h>

#include "net/dialler.h"
#include "net/socket.h"

/*
 * Makes UDP ignore "fragmentation needed": whoever forges it could make our queries and, worse,
 * answers travel in fragments, the second of which carries no port and no id.
 */
static void
ignore_path_mtu(int fd, int family)
{
#if defined(IP_PMTUDISC_OMIT) && defined(IPV6_PMTUDISC_OMIT)
	int v4 = IP_PMTUDISC_OMIT, v6 = IPV6_PMTUDISC_OMIT;

	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &v4, sizeof v4);
	else
		setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &v6, sizeof v6);
#else
	(void)fd;
	(void)family;
#endif
}

/*
 * Sends small segments at once. Nagle's algorithm would hold EHLO inside TLS back until the
 * last handshake segment is acknowledged, about 40 ms a host.
 */
static void
send_at_once(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Returns an unconnected socket with our options, or SOCKET_NONE and errno. */
static int
open_socket(enum socket_kind kind, int family)
{
	int type = kind == SOCKET_UDP ? SOCK_DGRAM : SOCK_STREAM;
	int fd;

#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
	fd = socket(
	    family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); /* one call in place of five */
#else
	fd = socket(family, type, 0);
	if (fd >= 0) {
		evutil_make_socket_closeonexec(fd);
		evutil_make_socket_nonblocking(fd);
	}
#endif
	if (fd < 0)
		return SOCKET_NONE;
	switch (kind) {
	case SOCKET_UDP:
		ignore_path_mtu(fd, family);
		break;
	case SOCKET_TCP:
		send_at_once(fd);
		break;
	}
	return fd;
}

/* Opens and connects a socket to this address, or begins to; SOCKET_NONE and errno. */
static int
connect_socket(enum socket_kind kind, const struct sockaddr_storage *address, socklen_t length)
{
	int error, fd = open_socket(kind, address->ss_family);

	if (fd < 0)
		return SOCKET_NONE;
	if (connect(fd, (const struct sockaddr *)address, length) == 0 ||
	    errno == EINPROGRESS || errno == EINTR)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return SOCKET_NONE;
}

int
socket_dial(const struct dialler *dialler, enum socket_kind kind, const struct endpoint *peer)
{
	struct sockaddr_storage address;
	socklen_t length;

	switch (dialler_address(dialler, peer, &address, &length)) {
	case DIALLER_GO:
		return connect_socket(kind, &address, length);
	case DIALLER_SILENT:
		return SOCKET_SILENT;
	case DIALLER_NO_ROUTE:
		break;
	}
	errno = EHOSTUNREACH;
	return SOCKET_NONE;
}

int
socket_error(int fd)
{
	int error = 0;
	socklen_t length = sizeof error;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0)
		return errno;
	return error;
}

bool
socket_is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM ||
	    error == EAGAIN;
}

/* One errno, and what it means where this machine said so itself, when that differs. */
struct meaning {
	int error;
	enum smtp_outcome outcome;
	const char *sentence;
	enum smtp_doubt here; /* NONE: it means the same */
	const char *here_v4, *here_v6;
};

#define NO_ROUTE(family)  "this machine has no " family " route"
#define NO_FAMILY(family) "this machine does not speak " family

static const struct meaning meanings[] = {
	{ ECONNREFUSED, SMTP_REFUSED, "the connection was refused", 0, NULL, NULL },
	{ ECONNRESET, SMTP_RESET, "the connection was reset while it was being opened", 0, NULL,
	    NULL },
	{ ETIMEDOUT, SMTP_TIMEOUT, "nobody answered the connection request", 0, NULL, NULL },
	{ EHOSTUNREACH, SMTP_UNREACHABLE, "no route to host", 0, NULL, NULL },
	{ EHOSTDOWN, SMTP_UNREACHABLE, "the host is down", 0, NULL, NULL },
	{ ENETUNREACH, SMTP_UNREACHABLE, "a router on the way has no route to that network",
	    SMTP_DOUBT_NO_ROUTE, NO_ROUTE("IPv4"), NO_ROUTE("IPv6") },
	{ ENETDOWN, SMTP_UNREACHABLE, "the network is down", SMTP_DOUBT_LOCAL,
	    "this machine's network is down", "this machine's network is down" },
	{ EADDRNOTAVAIL, SMTP_UNREACHABLE, "there is no address to connect from",
	    SMTP_DOUBT_NO_ROUTE, "this machine has no IPv4 address to connect from",
	    "this machine has no IPv6 address to connect from" },
	{ EAFNOSUPPORT, SMTP_UNREACHABLE, "this address cannot be connected to",
	    SMTP_DOUBT_NO_ROUTE, NO_FAMILY("IPv4"), NO_FAMILY("IPv6") },
	{ EACCES, SMTP_UNREACHABLE, "the connection is not allowed on the way",
	    SMTP_DOUBT_LOCAL, "this machine does not allow the connection",
	    "this machine does not allow the connection" },
	{ EPERM, SMTP_UNREACHABLE, "a packet filter forbids the connection", SMTP_DOUBT_LOCAL,
	    "this machine's packet filter forbids the connection",
	    "this machine's packet filter forbids the connection" },
	{ ENOPROTOOPT, SMTP_UNREACHABLE, "the host does not accept this protocol", 0, NULL,
	    NULL },
	{ EINVAL, SMTP_UNREACHABLE, "this address cannot be connected to", 0, NULL, NULL },
};

/* What this machine is short of. */
static const struct {
	int error;
	const char *sentence;
} shortages[] = {
	{ EMFILE, "this program has too many open files" },
	{ ENFILE, "this machine has too many open files" },
	{ ENOBUFS, "this machine is short of network memory" },
	{ ENOMEM, "this machine is short of memory" },
	{ EAGAIN, "this machine is short of local ports" },
};

/* Returns the fault of this row: told by the network, or by this machine. */
static struct socket_fault
fault_of(const struct meaning *m, enum socket_finder finder, unsigned family)
{
	if (finder == SOCKET_FOUND_THERE || m->here == SMTP_DOUBT_NONE)
		return (struct socket_fault){ m->outcome, SMTP_DOUBT_NONE, m->sentence };
	return (struct socket_fault){ SMTP_INCONCLUSIVE, m->here,
		family == 6 ? m->here_v6 : m->here_v4 };
}

struct socket_fault
socket_fault(int error, enum socket_finder finder, unsigned family)
{
	for (size_t i = 0; i < sizeof shortages / sizeof *shortages; i++) {
		if (shortages[i].error == error)
			return (struct socket_fault){ SMTP_INCONCLUSIVE, SMTP_DOUBT_LOCAL,
				shortages[i].sentence };
	}
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (meanings[i].error == error)
			return fault_of(&meanings[i], finder, family);
	}
	return (struct socket_fault){ SMTP_UNREACHABLE, SMTP_DOUBT_NONE, strerror(error) };
}

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
	int fd = socket(family, kind == SOCKET_UDP ? SOCK_DGRAM : SOCK_STREAM, 0);

	if (fd < 0)
		return SOCKET_NONE;
	evutil_make_socket_closeonexec(fd);
	evutil_make_socket_nonblocking(fd);
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

/* One errno; a sentence for IPv6 of its own where the fault is then most likely ours. */
struct meaning {
	int error;
	enum smtp_outcome outcome;
	const char *sentence;
	const char *sentence_v6;
};

#define NO_IPV6 "this machine has no IPv6 route"

static const struct meaning meanings[] = {
	{ ECONNREFUSED, SMTP_REFUSED, "the connection was refused", NULL },
	{ ECONNRESET, SMTP_RESET, "the connection was reset while it was being opened", NULL },
	{ ETIMEDOUT, SMTP_TIMEOUT, "nobody answered the connection request", NULL },
	{ EHOSTUNREACH, SMTP_UNREACHABLE, "no route to host", NULL },
	{ EHOSTDOWN, SMTP_UNREACHABLE, "the host is down", NULL },
	{ ENETUNREACH, SMTP_UNREACHABLE, "this machine has no route to that network", NO_IPV6 },
	{ ENETDOWN, SMTP_UNREACHABLE, "this machine's network is down", NULL },
	{ EADDRNOTAVAIL, SMTP_UNREACHABLE, "this machine has no address to connect from",
	    NO_IPV6 },
	{ EAFNOSUPPORT, SMTP_UNREACHABLE, "this machine does not speak IPv4",
	    "this machine does not speak IPv6" },
	{ EACCES, SMTP_UNREACHABLE, "this machine does not allow the connection", NULL },
	{ EPERM, SMTP_UNREACHABLE, "this machine's packet filter forbids the connection",
	    NULL },
	{ ENOPROTOOPT, SMTP_UNREACHABLE, "the host does not accept this protocol", NULL },
	{ EINVAL, SMTP_UNREACHABLE, "this address cannot be connected to", NULL },
	{ EMFILE, SMTP_INCONCLUSIVE, "this program has too many open files", NULL },
	{ ENFILE, SMTP_INCONCLUSIVE, "this machine has too many open files", NULL },
	{ ENOBUFS, SMTP_INCONCLUSIVE, "this machine is short of network memory", NULL },
	{ ENOMEM, SMTP_INCONCLUSIVE, "this machine is short of memory", NULL },
	{ EAGAIN, SMTP_INCONCLUSIVE, "this machine is short of local ports", NULL },
};

struct socket_fault
socket_fault(int error, unsigned family)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		const struct meaning *m = &meanings[i];

		if (m->error == error)
			return (struct socket_fault){ m->outcome,
				family == 6 && m->sentence_v6 ? m->sentence_v6 : m->sentence };
	}
	return (struct socket_fault){ SMTP_UNREACHABLE, strerror(error) };
}

/*
 * Many datagrams a system call: see the header. Decides which errors of a socket are none; with
 * sendmmsg() and recvmmsg() where the system has them, one at a time elsewhere.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "net/datagrams.h"

/* True for an error that says no more than "not now". */
static bool
is_passing(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS;
}

#if defined(MSG_WAITFORONE) && !defined(MXSCOPE_PORTABLE) /* as recvmmsg() is, and sendmmsg() */

int
datagrams_receive(int fd, struct datagrams *arrived)
{
	struct mmsghdr messages[DATAGRAMS_MAX];
	struct iovec pieces[DATAGRAMS_MAX];
	int count;

	memset(messages, 0, sizeof messages);
	for (size_t i = 0; i < DATAGRAMS_MAX; i++) {
		pieces[i] = (struct iovec){ arrived->octets[i], DATAGRAM_OCTETS_MAX };
		messages[i].msg_hdr.msg_iov = &pieces[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	count = recvmmsg(fd, messages, DATAGRAMS_MAX, MSG_DONTWAIT, NULL);
	if (count < 0)
		return is_passing(errno) ? 0 : -1;
	for (int i = 0; i < count; i++)
		arrived->lengths[i] = messages[i].msg_len;
	return count;
}

int
datagrams_send(int fd, const struct datagram *list, size_t count)
{
	struct mmsghdr messages[DATAGRAMS_MAX];
	struct iovec pieces[DATAGRAMS_MAX];

	memset(messages, 0, sizeof messages);
	for (size_t i = 0; i < count; i++) {
		pieces[i].iov_len = list[i].length;
		memcpy(&pieces[i].iov_base, &list[i].octets, sizeof pieces[i].iov_base);
		messages[i].msg_hdr.msg_iov = &pieces[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	for (size_t sent = 0; sent < count;) {
		int n = sendmmsg(fd, messages + sent, (unsigned)(count - sent), 0);

		if (n < 0)
			return is_passing(errno) ? 0 : -1;
		sent += (size_t)n;
	}
	return 0;
}

#else

int
datagrams_receive(int fd, struct datagrams *arrived)
{
	int count = 0;

	while (count < DATAGRAMS_MAX) {
		ssize_t n = recv(fd, arrived->octets[count], DATAGRAM_OCTETS_MAX, 0);

		if (n < 0)
			return count > 0 || is_passing(errno) ? count : -1;
		arrived->lengths[count++] = (size_t)n;
	}
	return count;
}

int
datagrams_send(int fd, const struct datagram *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (send(fd, list[i].octets, list[i].length, 0) < 0)
			return is_passing(errno) ? 0 : -1;
	}
	return 0;
}

#endif

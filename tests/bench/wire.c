/*
 * A long wire between two network namespaces: every packet takes so many milliseconds each way.
 * The kernel need not know netem; a TUN device stands at each end.
 *
 *     wire MILLISECONDS PID DEVICE     one end here, the other in the network namespace of the
 *                                      process; both devices bear the name. Prints "ready" and
 *                                      carries packets until it is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#include "util/mem.h"

enum {
	PACKET_MAX = 2048,
	ON_THE_WAY_MAX = 8192, /* packets in one direction; more are lost, as on any wire */
};

struct packet {
	int64_t due_us;
	size_t length;
	char bytes[PACKET_MAX];
};

/* One direction: packets leave in the order in which they came. */
struct lane {
	int from, to;
	struct packet *packets;
	size_t head, count;
};

/* The monotonic clock, in microseconds. */
static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* Says what could not be done, and ends. */
static void
give_up(const char *what)
{
	perror(what);
	exit(1);
}

/* Makes a TUN device of this name in the network namespace that we are in. */
static int
open_end(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		give_up("/dev/net/tun");
	return fd;
}

/* Goes to the network namespace of a process. */
static void
enter_space(const char *pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		give_up(path);
	close(fd);
}

/* Takes all packets that wait at one end. */
static void
load(struct lane *lane, int64_t delay_us)
{
	struct packet spare;

	for (;;) {
		struct packet *packet = lane->count < ON_THE_WAY_MAX
		    ? &lane->packets[(lane->head + lane->count) % ON_THE_WAY_MAX]
		    : &spare;
		ssize_t n = read(lane->from, packet->bytes, sizeof packet->bytes);

		if (n <= 0)
			return;
		packet->length = (size_t)n;
		packet->due_us = now_us() + delay_us;
		lane->count += packet != &spare;
	}
}

/* Delivers what is due. Returns when the next packet is, INT64_MAX when there is none. */
static int64_t
deliver(struct lane *lane)
{
	while (lane->count > 0) {
		struct packet *packet = &lane->packets[lane->head];

		if (packet->due_us > now_us())
			return packet->due_us;
		if (write(lane->to, packet->bytes, packet->length) < 0 && errno != EIO)
			perror("a packet was lost");
		lane->head = (lane->head + 1) % ON_THE_WAY_MAX;
		lane->count--;
	}
	return INT64_MAX;
}

/* Waits for a packet at either end, or until the next one is due. */
static void
await(const struct lane *there, const struct lane *back, int64_t due_us)
{
	struct pollfd ends[] = { { .fd = there->from, .events = POLLIN },
		{ .fd = back->from, .events = POLLIN } };
	int64_t left = due_us - now_us();
	struct timespec patience = { .tv_sec = 1 };

	if (left < 0)
		left = 0;
	if (left < INT64_C(1000000))
		patience = (struct timespec){ .tv_nsec = (long)left * 1000 };
	ppoll(ends, 2, &patience, NULL);
}

int
main(int argc, char *argv[])
{
	struct lane there = { .count = 0 }, back = { .count = 0 };
	int64_t delay_us;

	if (argc != 4) {
		fprintf(stderr, "usage: wire MILLISECONDS PID DEVICE\n");
		return 64;
	}
	delay_us = atol(argv[1]) * INT64_C(1000);
	there.packets = mem_calloc(ON_THE_WAY_MAX, sizeof *there.packets);
	back.packets = mem_calloc(ON_THE_WAY_MAX, sizeof *back.packets);
	there.from = back.to = open_end(argv[3]);
	enter_space(argv[2]);
	there.to = back.from = open_end(argv[3]);
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		int64_t due, next;

		load(&there, delay_us);
		load(&back, delay_us);
		due = deliver(&there);
		next = deliver(&back);
		await(&there, &back, due < next ? due : next);
	}
}

/*
 * Faults on demand: a library that is preloaded into a program and has one kind of call fail.
 *
 *   FAULT_CALL    the call: malloc (with calloc and realloc), socket, connect, read, ... or clock
 *   FAULT_ERROR   the error by its number, or 0 for a short transfer of one octet
 *   FAULT_AT      the occurrence that fails, from 1; with FAULT_RUN so many in a row
 *   FAULT_JUMP    of a clock: by how many seconds it jumps, for good; FAULT_CLOCK names it by its number
 *   FAULT_SURVEY  a file: nothing fails; the occurrence at which each way to the call was first taken is written there
 *
 * A way to the call is its callers, ten frames up: to have each of them fail once is to have every place in
 * the program fail once, without a million runs.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
	FRAMES = 9,
	OWN_FRAMES = 2, /* ours, the same for all */
	WAYS_MAX = 1 << 16
};

static struct {
	bool ready;
	char call[32];
	int error, clock;
	unsigned long at, run, seen;
	long jump;
	int survey; /* -1 = none */
} plan = { .survey = -1 };

static uint64_t ways[WAYS_MAX];
static __thread bool busy;

/* A number from the environment. */
static long
number(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtol(text, NULL, 10);
}

static void __attribute__((constructor)) prepare(void)
{
	const char *call = getenv("FAULT_CALL"), *survey = getenv("FAULT_SURVEY");
	void *frames[FRAMES];

	if (call == NULL)
		return;
	snprintf(plan.call, sizeof plan.call, "%s", call);
	backtrace(frames, FRAMES); /* loads what it needs now */
	plan.error = (int)number("FAULT_ERROR", ENOMEM);
	plan.at = (unsigned long)number("FAULT_AT", 0);
	plan.run = (unsigned long)number("FAULT_RUN", 1);
	plan.jump = number("FAULT_JUMP", 0);
	plan.clock = (int)number("FAULT_CLOCK", CLOCK_REALTIME);
	if (survey != NULL)
		plan.survey = (int)syscall(SYS_openat, AT_FDCWD, survey,
		    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	plan.ready = true;
}

/* True when this way to the call was not taken before. */
static bool
is_new_way(void)
{
	void *frames[FRAMES];
	int depth = backtrace(frames, FRAMES);
	uint64_t hash = 14695981039346656037u;

	for (int i = OWN_FRAMES; i < depth; i++)
		hash = (hash ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
	for (size_t i = hash % WAYS_MAX, tries = 0; tries < WAYS_MAX;
	     i = (i + 1) % WAYS_MAX, tries++) {
		if (ways[i] == hash)
			return false;
		if (ways[i] == 0) {
			ways[i] = hash;
			return true;
		}
	}
	return false;
}

/* Writes an occurrence down. */
static void
survey(unsigned long occurrence)
{
	char line[32];
	int n = snprintf(line, sizeof line, "%lu\n", occurrence);

	syscall(SYS_write, plan.survey, line, n);
}

/* Counts a call; true when it is to fail. */
static bool
due(const char *call)
{
	unsigned long occurrence;
	bool fails = false;

	if (!plan.ready || busy || strcmp(call, plan.call) != 0)
		return false;
	busy = true;
	occurrence = __atomic_add_fetch(&plan.seen, 1, __ATOMIC_RELAXED);
	if (plan.survey >= 0 && is_new_way())
		survey(occurrence);
	fails = plan.survey < 0 && plan.at > 0 && occurrence >= plan.at &&
	    occurrence < plan.at + plan.run;
	busy = false;
	if (fails)
		errno = plan.error;
	return fails;
}

/* --- memory: what util/library_mem.c asks of glibc, by another of its doors ------------------------ */

void *__libc_memalign(size_t alignment, size_t n);
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

enum {
	ALIGNMENT = 16
};

void *
__libc_malloc(size_t n)
{
	return due("malloc") ? NULL : __libc_memalign(ALIGNMENT, n);
}

void *
__libc_calloc(size_t count, size_t n)
{
	size_t octets;
	void *p = NULL;

	if (!due("malloc") && !__builtin_mul_overflow(count, n, &octets))
		p = __libc_memalign(ALIGNMENT, octets);
	return p == NULL ? NULL : memset(p, 0, octets);
}

void *
__libc_realloc(void *p, size_t n)
{
	size_t held = p == NULL ? 0 : malloc_usable_size(p);
	void *moved = due("malloc") ? NULL : __libc_memalign(ALIGNMENT, n);

	if (moved == NULL)
		return NULL;
	if (p != NULL)
		memcpy(moved, p, held < n ? held : n);
	free(p);
	return moved;
}

/* --- calls that fail with an error ------------------------------------------------------------- */

/* The next definition of a function, found once. */
#define REAL(name) \
	static __typeof__(name) *real; \
	if (real == NULL) \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define FAILING(type, name, failure, parameters, arguments) \
	type name parameters \
	{ \
		REAL(name); \
		return due(#name) ? failure : real arguments; \
	}

/* clang-format off */
FAILING(int, socket, -1, (int family, int type, int protocol), (family, type, protocol))
FAILING(int, connect, -1, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
FAILING(int, bind, -1, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
FAILING(int, listen, -1, (int fd, int backlog), (fd, backlog))
FAILING(int, accept4, -1, (int fd, struct sockaddr *from, socklen_t *n, int flags), (fd, from, n, flags))
FAILING(int, getsockname, -1, (int fd, struct sockaddr *to, socklen_t *n), (fd, to, n))
FAILING(int, setsockopt, -1, (int fd, int level, int name, const void *value, socklen_t n), (fd, level, name, value, n))
FAILING(int, getsockopt, -1, (int fd, int level, int name, void *value, socklen_t *n), (fd, level, name, value, n))
FAILING(int, shutdown, -1, (int fd, int how), (fd, how))
FAILING(ssize_t, sendmsg, -1, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
FAILING(ssize_t, recvmsg, -1, (int fd, struct msghdr *message, int flags), (fd, message, flags))
FAILING(int, epoll_create1, -1, (int flags), (flags))
FAILING(int, epoll_ctl, -1, (int epoll, int op, int fd, struct epoll_event *event), (epoll, op, fd, event))
FAILING(int, epoll_wait, -1, (int epoll, struct epoll_event *events, int n, int wait), (epoll, events, n, wait))
FAILING(int, pipe2, -1, (int fds[2], int flags), (fds, flags))
FAILING(int, dup, -1, (int fd), (fd))
FAILING(int, fsync, -1, (int fd), (fd))
FAILING(int, fdatasync, -1, (int fd), (fd))
FAILING(int, ftruncate64, -1, (int fd, off64_t n), (fd, n))
FAILING(int, rename, -1, (const char *from, const char *to), (from, to))
FAILING(int, unlink, -1, (const char *path), (path))
FAILING(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
FAILING(int, mkostemp, -1, (char *name, int flags), (name, flags))
FAILING(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
FAILING(int, fflush, EOF, (FILE *file), (file))
FAILING(ssize_t, getrandom, -1, (void *to, size_t n, unsigned flags), (to, n, flags))
FAILING(void *, mmap64, MAP_FAILED, (void *at, size_t n, int protection, int flags, int fd, off64_t from), (at, n, protection, flags, fd, from))
/* clang-format on */

/* --- transfers, which may also be short ---------------------------------------------------------- */

/* With error 0 one octet is transferred, or one datagram of many; else it fails. */
#define TRANSFER(type, name, parameters, arguments, short_arguments) \
	type name parameters \
	{ \
		REAL(name); \
		if (!due(#name)) \
			return real arguments; \
		return plan.error != 0 ? -1 : real short_arguments; \
	}

/* clang-format off */
TRANSFER(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n), (fd, to, n > 0))
TRANSFER(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n), (fd, from, n > 0))
TRANSFER(ssize_t, pread64, (int fd, void *to, size_t n, off64_t at), (fd, to, n, at), (fd, to, n > 0, at))
TRANSFER(ssize_t, pwrite64, (int fd, const void *from, size_t n, off64_t at), (fd, from, n, at), (fd, from, n > 0, at))
TRANSFER(ssize_t, recv, (int fd, void *to, size_t n, int flags), (fd, to, n, flags), (fd, to, n > 0, flags))
TRANSFER(ssize_t, send, (int fd, const void *from, size_t n, int flags), (fd, from, n, flags), (fd, from, n > 0, flags))
TRANSFER(ssize_t, recvfrom, (int fd, void *restrict to, size_t n, int flags, struct sockaddr *restrict from, socklen_t *restrict length),
	(fd, to, n, flags, from, length), (fd, to, n > 0, flags, from, length))
TRANSFER(ssize_t, sendto, (int fd, const void *bytes, size_t n, int flags, const struct sockaddr *to, socklen_t length),
	(fd, bytes, n, flags, to, length), (fd, bytes, n > 0, flags, to, length))
TRANSFER(int, recvmmsg, (int fd, struct mmsghdr *list, unsigned n, int flags, struct timespec *wait),
	(fd, list, n, flags, wait), (fd, list, n > 0, flags, wait))
TRANSFER(int, sendmmsg, (int fd, struct mmsghdr *list, unsigned n, int flags), (fd, list, n, flags), (fd, list, n > 0, flags))
/* clang-format on */

/* A vector cut to its first octet. */
static struct iovec
one_octet(const struct iovec *vector)
{
	return (struct iovec){ vector->iov_base, vector->iov_len > 0 };
}

ssize_t
readv(int fd, const struct iovec *vector, int count)
{
	const struct iovec first = one_octet(vector);

	REAL(readv);
	if (!due("readv"))
		return real(fd, vector, count);
	return plan.error != 0 ? -1 : real(fd, &first, 1);
}

ssize_t
writev(int fd, const struct iovec *vector, int count)
{
	const struct iovec first = one_octet(vector);

	REAL(writev);
	if (!due("writev"))
		return real(fd, vector, count);
	return plan.error != 0 ? -1 : real(fd, &first, 1);
}

/* --- calls with a list of arguments --------------------------------------------------------------- */

/* open(2) by its two names. */
#define OPENING(name) \
	int name(const char *path, int flags, ...) \
	{ \
		va_list rest; \
		mode_t mode; \
\
		REAL(name); \
		va_start(rest, flags); \
		mode = va_arg(rest, mode_t); \
		va_end(rest); \
		return due("open") ? -1 : real(path, flags, mode); \
	}

OPENING(open)
OPENING(open64)

/* --- clocks ------------------------------------------------------------------------------------------ */

int
clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = (int)syscall(SYS_clock_gettime, clock, now);

	if (plan.ready && strcmp(plan.call, "clock") == 0 && clock == plan.clock &&
	    (due("clock") || (plan.survey < 0 && plan.seen > plan.at)))
		now->tv_sec += plan.jump;
	return result;
}

time_t
time(time_t *to)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	if (to != NULL)
		*to = now.tv_sec;
	return now.tv_sec;
}

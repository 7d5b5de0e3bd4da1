/*
 * Linux's calls and, beside each, what POSIX offers in its place. Files without a name, random
 * numbers, pipes and sorting are the same everywhere in the end; only changes of a folder cannot be told without
 * asking again and again, which we do not do: there a theme is read anew on request alone.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/platform.h"

#ifdef PLATFORM_LINUX
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#endif

bool
platform_can_wait(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 &&
	    (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || isatty(fd));
}

#ifdef PLATFORM_LINUX

int
platform_memory_file(void)
{
	return memfd_create("mxscope", MFD_CLOEXEC);
}

bool
platform_random(void *bytes, size_t n)
{
	return getrandom(bytes, n, 0) == (ssize_t)n;
}

void
platform_sort(void *elements, size_t count, size_t size,
    int (*compare)(const void *a, const void *b, void *context), void *context)
{
	qsort_r(elements, count, size, compare, context);
}

bool
platform_pipe(int ends[2])
{
	return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0;
}

int
platform_watch(const char *folder)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd >= 0 && inotify_add_watch(fd, folder, IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool
platform_watch_tells(int fd, const char *file)
{
	char block[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	const struct inotify_event *event;
	bool found = false;
	ssize_t n;

	while ((n = read(fd, block, sizeof block)) > 0) {
		for (const char *at = block; at < block + n; at += sizeof *event + event->len) {
			event = (const void *)at;
			found = found || (event->len > 0 && strcmp(event->name, file) == 0);
		}
	}
	return found;
}

#else

int
platform_memory_file(void)
{
	FILE *file = tmpfile();
	int fd = file == NULL ? -1 : fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);

	if (file != NULL)
		fclose(file);
	return fd;
}

bool
platform_random(void *bytes, size_t n)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	bool filled = fd >= 0 && read(fd, bytes, n) == (ssize_t)n;

	if (fd >= 0)
		close(fd);
	return filled;
}

/* What one call of platform_sort() sorts. */
struct sorting {
	unsigned char *elements;
	size_t size;
	int (*compare)(const void *a, const void *b, void *context);
	void *context;
};

/* True when the element at i comes before that at j. */
static bool
is_before(const struct sorting *sorting, size_t i, size_t j)
{
	return sorting->compare(sorting->elements + i * sorting->size,
		   sorting->elements + j * sorting->size, sorting->context) < 0;
}

/* Swaps the elements at i and j. */
static void
swap(const struct sorting *sorting, size_t i, size_t j)
{
	unsigned char *a = sorting->elements + i * sorting->size;
	unsigned char *b = sorting->elements + j * sorting->size;
	unsigned char kept[PLATFORM_ELEMENT_MAX];

	memcpy(kept, a, sorting->size);
	memmove(a, b, sorting->size);
	memcpy(b, kept, sorting->size);
}

/* Lets the element at i sink in the heap of count elements, until none below comes after it. */
static void
sink(const struct sorting *sorting, size_t i, size_t count)
{
	size_t below;

	while ((below = 2 * i + 1) < count) {
		if (below + 1 < count && is_before(sorting, below, below + 1))
			below++;
		if (!is_before(sorting, i, below))
			return;
		swap(sorting, i, below);
		i = below;
	}
}

/* A heapsort: qsort_r(3) has its arguments in another order on every other system, or is not there. */
void
platform_sort(void *elements, size_t count, size_t size,
    int (*compare)(const void *a, const void *b, void *context), void *context)
{
	struct sorting sorting = { elements, size, compare, context };

	for (size_t i = count / 2; i-- > 0;)
		sink(&sorting, i, count);
	for (size_t end = count; end-- > 1;) {
		swap(&sorting, 0, end);
		sink(&sorting, 0, end);
	}
}

bool
platform_pipe(int ends[2])
{
	if (pipe(ends) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

int
platform_watch(const char *folder)
{
	(void)folder;
	return -1;
}

bool
platform_watch_tells(int fd, const char *file)
{
	(void)fd;
	(void)file;
	return false;
}

#endif

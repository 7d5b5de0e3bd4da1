/*
 * What systems do each in their own way, behind one door: Linux has calls of its own, the others take the
 * standard's. With util/confine.c this is the only file that asks which system it is built for;
 * MXSCOPE_PORTABLE takes the standard's ways on Linux too, to see that they are there.
 */
#ifndef UTIL_PLATFORM_H
#define UTIL_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__linux__) && !defined(MXSCOPE_PORTABLE)
#define PLATFORM_LINUX
#endif

enum {
	PLATFORM_ELEMENT_MAX = 256,
};

/* Opens an empty file without a name, in memory where there is such a thing: -1 when there is none. */
int platform_memory_file(void);

/* Fills n bytes (256 at most) by the system's random numbers: false when it has none to give. */
bool platform_random(void *bytes, size_t n);

/*
 * Sorts as qsort(3), with a context handed on to compare, whose order must be total: which of two equal
 * elements comes first is left open. An element is PLATFORM_ELEMENT_MAX bytes at most.
 */
void platform_sort(void *elements, size_t count, size_t size,
    int (*compare)(const void *a, const void *b, void *context), void *context);

/* Makes a pipe that never blocks, closed in programs that are started: false with errno set. */
bool platform_pipe(int ends[2]);

/*
 * True for what an event loop can wait at: neither a file nor a device such as /dev/null, which never
 * make anyone wait, so that epoll does not take them. They are read at once.
 */
bool platform_can_wait(int fd);

/*
 * Opens a descriptor that becomes readable when a file in the folder was written or given its name;
 * -1 where the system cannot tell. The caller closes it.
 */
int platform_watch(const char *folder);

/* Takes what the descriptor has to tell: true when the file of this name (without folder) is among it. */
bool platform_watch_tells(int fd, const char *file);

#endif

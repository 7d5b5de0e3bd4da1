/*
 * Allocation that cannot fail quietly.
 *
 * Decides one thing: what happens when memory is out. The handler of main() runs once (it
 * gives the terminal back), one sentence goes to standard error, and the process ends with
 * status 70, EX_SOFTWARE of sysexits.h. It ends by _exit(), because handlers of atexit() may
 * allocate and come back here. Who owns which block is left to the callers.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/mem.h"

enum {
	EXIT_FOR_WANT = 70
};

static void (*exhaustion_handler)(void);

_Noreturn void
mem_end_for_want(const char *sentence)
{
	void (*handler)(void) = exhaustion_handler;

	exhaustion_handler = NULL;
	if (handler)
		handler();
	fprintf(stderr, "mxscope: %s\n", sentence);
	_exit(EXIT_FOR_WANT);
}

_Noreturn void
mem_exhausted(void)
{
	mem_end_for_want("out of memory");
}

/* Returns p when there is something, and does not return otherwise. */
static void *
or_die(void *p)
{
	if (!p)
		mem_exhausted();
	return p;
}

/* Returns the product, which must be a size that can be. */
static size_t
product(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
		mem_exhausted();
	return bytes;
}

void *
mem_alloc(size_t n)
{
	return or_die(calloc(1, n ? n : 1));
}

void *
mem_calloc(size_t count, size_t size)
{
	return mem_alloc(product(count, size));
}

void *
mem_realloc(void *p, size_t count, size_t size)
{
	size_t bytes = product(count, size);

	return or_die(realloc(p, bytes ? bytes : 1));
}

char *
mem_strdup(const char *s)
{
	return s ? mem_strndup(s, strlen(s)) : NULL;
}

char *
mem_strndup(const char *s, size_t n)
{
	char *copy = mem_alloc(n + 1);

	if (n)
		memcpy(copy, s, n);
	return copy;
}

void *
mem_dup(const void *p, size_t n)
{
	if (n == 0)
		return NULL;
	return memcpy(mem_alloc(n), p, n);
}

void *
mem_grow(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	if (*capacity > SIZE_MAX / 2)
		mem_exhausted();
	*capacity = *capacity ? *capacity * 2 : 8;
	return mem_realloc(items, *capacity, size);
}

void
mem_on_exhaustion(void (*handler)(void))
{
	exhaustion_handler = handler;
}

/*
 * malloc(3) for the whole process: memory that is there or the program is not (util/mem.h), for libraries
 * too. ldns goes on with NULL and crashes, or takes the packet for malformed; OpenSSL calls the
 * handshake failed: each a wrong answer about somebody's server. The C library lets a program put its own in place
 * of these three; the memory itself stays glibc's. Elsewhere, and under sanitizers, which have their own,
 * this file is empty.
 */
#include <stdlib.h>

#include "util/mem.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer) && \
    !__has_feature(thread_sanitizer)

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

void *
malloc(size_t n)
{
	void *p = __libc_malloc(n);

	if (p == NULL)
		mem_exhausted();
	return p;
}

void *
calloc(size_t count, size_t n)
{
	void *p = __libc_calloc(count, n);

	if (p == NULL)
		mem_exhausted();
	return p;
}

/* A size of 0 frees, and gives NULL for that (the C library's manual). */
void *
realloc(void *p, size_t n)
{
	void *moved = __libc_realloc(p, n);

	if (moved == NULL && n > 0)
		mem_exhausted();
	return moved;
}

#endif

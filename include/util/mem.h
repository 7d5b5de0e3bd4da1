/*
 * Memory that is there or the program is not.
 *
 * An interactive tool cannot do anything useful half-way through an allocation
 * that failed, so these functions never return NULL: when memory is out they call
 * the handler that main() installed (it restores the terminal), print one sentence
 * on standard error and exit with status 70. The same holds for what libraries allocate
 * (util/library_mem.c): some of them would go on with NULL, and others with a wrong answer.
 */
#ifndef UTIL_MEM_H
#define UTIL_MEM_H

#include <stddef.h>

/* Returns n zeroed bytes; the caller frees them with free(). n may be 0. */
void *mem_alloc(size_t n);

/* Returns count * size zeroed bytes, checked for overflow; free() them. */
void *mem_calloc(size_t count, size_t size);

/*
 * Returns p grown or shrunk to count * size bytes, checked for overflow. New bytes are not
 * zeroed.
 */
void *mem_realloc(void *p, size_t count, size_t size);

/* Returns a copy of the string s (NULL gives NULL); free() it. */
char *mem_strdup(const char *s);

/* Returns a copy of n bytes with a NUL behind them; free() it. */
char *mem_strndup(const char *s, size_t n);

/* Returns a copy of n bytes (NULL when n is 0); free() it. */
void *mem_dup(const void *p, size_t n);

/*
 * Makes room for one more element in a growing array: items holds count elements
 * of the given size and has room for *capacity. Returns the (moved) array.
 */
void *mem_grow(void *items, size_t count, size_t *capacity, size_t size);

/* Ends the program for want of memory, in the way told above. */
_Noreturn void mem_exhausted(void);

/*
 * Ends it in the same way for want of something else that it cannot do without: the sentence says of
 * what, and is printed behind "mxscope: ".
 */
_Noreturn void mem_end_for_want(const char *sentence);

/* Installs what is called, once, before the program ends in this way. */
void mem_on_exhaustion(void (*handler)(void));

#endif

/*
 * A byte string that grows. It is always followed by a NUL, so .data of an
 * initialised buffer may be read as a C string (it is "" when empty).
 */
#ifndef UTIL_BUF_H
#define UTIL_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *data; /* length bytes and a NUL; never NULL after the first buf_* call */
	size_t length;
	size_t capacity;
};

#define BUF_INIT \
	{ \
		.data = NULL, .length = 0, .capacity = 0 \
	}

/* Appends n bytes. */
void buf_add(struct buf *b, const void *bytes, size_t n);

/* Appends one byte. */
void buf_addc(struct buf *b, char c);

/* Appends the string s. */
void buf_adds(struct buf *b, const char *s);

/* Appends n copies of c. */
void buf_fill(struct buf *b, char c, size_t n);

/* Appends formatted text. */
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_addv(struct buf *b, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Removes the first n bytes (all, when it holds fewer). */
void buf_drop(struct buf *b, size_t n);

/* Cuts to n bytes when it is longer. */
void buf_truncate(struct buf *b, size_t n);

/* Returns the contents as a C string, "" when empty; valid until the next call on b. */
const char *buf_text(const struct buf *b);

/* Returns the string, which the caller frees, and leaves b empty. Never NULL. */
char *buf_take(struct buf *b);

/* Frees what b holds and leaves it empty and usable. */
void buf_clear(struct buf *b);

#endif

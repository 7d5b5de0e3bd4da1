/*
 * The growing byte string. Decides only how it grows (doubling, so that n appends cost n) and
 * that a NUL always follows the contents; what the bytes mean is left to the callers.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

enum {
	SMALLEST = 64
};

/* Makes room for n more bytes and the NUL. */
static void
reserve(struct buf *b, size_t n)
{
	size_t needed, capacity = b->capacity ? b->capacity : SMALLEST;

	if (__builtin_add_overflow(b->length + 1, n, &needed))
		needed = SIZE_MAX;
	if (b->data && needed <= b->capacity)
		return;
	while (capacity < needed)
		capacity = capacity > SIZE_MAX / 2 ? SIZE_MAX : capacity * 2;
	b->data = mem_realloc(b->data, capacity, 1);
	b->capacity = capacity;
	b->data[b->length] = '\0';
}

/* Sets the length, which lies within the capacity, and the NUL behind it. */
static void
set_length(struct buf *b, size_t length)
{
	b->length = length;
	b->data[length] = '\0';
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	reserve(b, n);
	if (n)
		memcpy(b->data + b->length, bytes, n);
	set_length(b, b->length + n);
}

void
buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_fill(struct buf *b, char c, size_t n)
{
	reserve(b, n);
	memset(b->data + b->length, c, n);
	set_length(b, b->length + n);
}

void
buf_addf(struct buf *b, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	buf_addv(b, format, arguments);
	va_end(arguments);
}

void
buf_addv(struct buf *b, const char *format, va_list arguments)
{
	va_list again;
	int n;

	va_copy(again, arguments);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	reserve(b, n > 0 ? (size_t)n : 0);
	if (n <= 0)
		return;
	vsnprintf(b->data + b->length, (size_t)n + 1, format, arguments);
	set_length(b, b->length + (size_t)n);
}

void
buf_drop(struct buf *b, size_t n)
{
	size_t gone = n < b->length ? n : b->length;

	reserve(b, 0);
	memmove(b->data, b->data + gone, b->length - gone);
	set_length(b, b->length - gone);
}

void
buf_truncate(struct buf *b, size_t n)
{
	reserve(b, 0);
	if (n < b->length)
		set_length(b, n);
}

const char *
buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *
buf_take(struct buf *b)
{
	char *s;

	reserve(b, 0);
	s = b->data;
	*b = (struct buf)BUF_INIT;
	return s;
}

void
buf_clear(struct buf *b)
{
	free(b->data);
	*b = (struct buf)BUF_INIT;
}

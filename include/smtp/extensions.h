/*
 * EHLO keywords (RFC 5321 4.1.1.1): what a server says that it can do.
 */
#ifndef SMTP_EXTENSIONS_H
#define SMTP_EXTENSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/reply.h"

enum {
	SMTP_EXTENSIONS_MAX = 64
};

/* The lines of an EHLO reply behind the first, in order: printable, trimmed. */
struct smtp_extensions {
	char **items; /* "SIZE 10240000" */
	size_t count;
};

/* Reads them from an EHLO reply, in place of what was there. */
void smtp_extensions_from_reply(
    struct smtp_extensions *extensions, const struct smtp_reply *reply);

/* Makes *to a deep copy; what it held is freed. */
void smtp_extensions_copy(struct smtp_extensions *to, const struct smtp_extensions *from);

/* Frees the items and leaves none. */
void smtp_extensions_clear(struct smtp_extensions *extensions);

/*
 * Returns the parameters behind the keyword ("" when it has none), or NULL when it is not
 * offered. Keywords compare without case.
 */
const char *smtp_extension(const struct smtp_extensions *extensions, const char *keyword);

/*
 * The SIZE limit in octets (RFC 1870): 0 = no fixed limit or no number given; false = not
 * offered.
 */
bool smtp_extension_size(const struct smtp_extensions *extensions, uint64_t *octets);

#endif

/*
 * Everything that a stranger may send and that no terminal may get: every control character, C1 in
 * both forms, bidi controls, octets that are no UTF-8, an escape sequence.
 */
#ifndef TESTS_HOSTILE_BYTES_H
#define TESTS_HOSTILE_BYTES_H

#include "util/buf.h"

/* Appends all of them, NUL and LF aside, as bytes. */
void hostile_add_bytes(struct buf *out);

/* Appends those that a line of HTTP, or OpenSSL's notation of names, lets through. */
void hostile_add_line_bytes(struct buf *out);

/* Appends those that valid UTF-8 may hold. */
void hostile_add_utf8(struct buf *out);

/* Appends all of them, and NUL, with each octet as "\xNN", as scripts have it. */
void hostile_add_hex(struct buf *out);

/* Appends the same as "\DDD", as zone text has it. */
void hostile_add_decimal(struct buf *out);

#endif

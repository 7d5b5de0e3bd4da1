/*
 * Text from strangers, made printable in this one place.
 *
 * Every byte that came from the network passes text_printable() before it reaches a
 * screen, a file, a report or a log. What comes out is UTF-8 without control
 * characters (C0, C1, DEL), bidi controls, zero-width and invisible characters,
 * private-use and unassigned-looking specials, invalid or overlong sequences: each such
 * byte is shown as \xNN, and a run of combining marks is capped at four.
 */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/* Appends the n bytes to out, made printable. A literal backslash stays one backslash. */
void text_printable(struct buf *out, const void *bytes, size_t n);

/* Returns the n bytes made printable as a string that the caller frees. */
char *text_printable_copy(const void *bytes, size_t n);

/* True when the n bytes would pass text_printable() unchanged. */
bool text_is_printable(const void *bytes, size_t n);

/*
 * Decodes the UTF-8 character at s (n bytes are there). Returns its length 1-4 and
 * stores it, or returns 0 and stores nothing when the bytes are invalid, overlong,
 * a surrogate or cut off.
 */
size_t text_decode(const char *s, size_t n, uint32_t *character);

/* Writes the character as UTF-8 into out (room for 4). Returns the length 1-4. */
size_t text_encode(uint32_t character, char out[4]);

/*
 * Returns the number of terminal columns of one character, by our own table and
 * whatever the locale says: 0 for combining marks, 2 for East Asian wide ones, else 1.
 */
int text_character_width(uint32_t character);

/* Returns the number of terminal columns of a UTF-8 string (an invalid byte counts 1). */
size_t text_width(const char *s);

/*
 * Returns how many bytes of s fit in the given number of columns without cutting a
 * character or parting it from its combining marks.
 */
size_t text_fit(const char *s, size_t columns);

/* ASCII-only case helpers, whatever the locale: DNS and SMTP compare this way. */
char text_lower(char c);
bool text_equal_nocase(const char *a, const char *b);
bool text_prefix_nocase(const char *s, const char *prefix);
/* Finds needle in haystack without regard to ASCII case; NULL when it is not there. */
const char *text_find_nocase(const char *haystack, const char *needle);

/*
 * Reads a whole decimal number in lowest..highest. Returns false, storing nothing,
 * for an empty string, a sign, anything behind the digits, or a value out of range.
 */
bool text_number(const char *s, long lowest, long highest, long *value);

#endif

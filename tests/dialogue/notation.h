/*
 * How stories write times and octets.
 */
#ifndef TESTS_DIALOGUE_NOTATION_H
#define TESTS_DIALOGUE_NOTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

/* Reads "1500ms" or "10s" into microseconds; false for anything else. */
bool read_time(const char *text, int64_t *us);

/* Appends the text with its escapes resolved: \r \n \t \\ \xNN, and \R600:a for 600 times a. */
void add_unescaped(struct buf *out, const char *text);

#endif

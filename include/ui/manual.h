/*
 * The manual pages: prose from src/manual, with every list made of the table that the program obeys.
 */
#ifndef UI_MANUAL_H
#define UI_MANUAL_H

#include "util/buf.h"

#include "cli/manual_pages.h"

/*
 * Appends a page as mdoc. Returns NULL, or a sentence (the caller frees it) about prose that
 * speaks of something that no table holds.
 */
char *manual_write(struct buf *out, enum manual page);

/* The prose of a page, where a line @NAME stands for a list. */
const char *manual_prose(enum manual page);

#endif

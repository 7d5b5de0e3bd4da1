/*
 * What Tab offers: candidates for the word before the cursor, from the command table and the model.
 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stddef.h>

#include "app/model.h"

struct candidate {
	char *text; /* the whole word */
	char *help; /* one line, or NULL */
	char *key; /* the key that says it, or NULL */
};

struct candidates {
	struct candidate *items; /* sorted, no text twice; at most COMPLETION_MAX */
	size_t count, capacity;
	size_t word; /* byte offset in the line where the word begins */
};

enum {
	COMPLETION_MAX = 500
};

/* Candidates for the line up to the byte offset `cursor`. Clear with candidates_clear(). */
void completion_find(
    struct candidates *candidates, const struct model *model, const char *line, size_t cursor);
void candidates_clear(struct candidates *candidates);

/* The length in bytes of the longest prefix that all candidates share. */
size_t candidates_common(const struct candidates *candidates);

#endif

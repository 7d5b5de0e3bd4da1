/*
 * What is remembered of the selected domain, as the history view shows it: its snapshots, and what changed
 * between two of them, or between one and now.
 */
#ifndef APP_PAST_H
#define APP_PAST_H

#include <stdbool.h>
#include <stddef.h>

#include "history/diff.h"
#include "history/store.h"

/* What the history takes in. */
enum keeping {
	KEEPING_STUDIES, /* what is studied, but for what the laboratory makes up */
	KEEPING_LAB, /* that too: a file was named for it */
	KEEPING_NOTHING, /* nothing: there is none */
	KEEPING_BROKEN /* nothing: there is trouble with the file */
};

struct past {
	char *key; /* of the domain; NULL = nothing was asked for */
	bool loaded;
	struct history_entry *entries; /* newest first */
	size_t count;
	char *now; /* the facts of the inquiry at hand; NULL = none that has ended */
	size_t before, after; /* compared: 0 = now, else the number of a snapshot, 1 = newest */
	bool chosen; /* by the user */
	bool compared; /* diff is made */
	struct diff diff;
};

/* Frees what is remembered. */
void past_clear(struct past *past);

#endif

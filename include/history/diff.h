/*
 * What changed between two snapshots of a domain, in words that mean something: "backup
 * mx2.example.net [192.0.2.11] lost STARTTLS". What was not learned on one side - not probed, not
 * answered - is unknown, and unknown is no change.
 */
#ifndef HISTORY_DIFF_H
#define HISTORY_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "history/snapshot.h"

enum change_kind {
	CHANGE_NEW,
	CHANGE_GONE,
	CHANGE_OTHER
};

struct change {
	enum change_kind kind;
	enum snapshot_weight weight; /* never quiet */
	char *text; /* one sentence, without full stop */
	size_t place; /* where in the later snapshot; what is gone, where it was */
};

struct diff {
	struct change *changes; /* those of meaning first, then in the order of the report */
	size_t count, capacity;
	size_t meanings; /* how many are of meaning */
};

/* Compares; clear it with diff_clear(), which a zeroed diff bears. */
void diff_make(struct diff *diff, const struct snapshot *before, const struct snapshot *after);
/* Adds a change of meaning that no comparison finds. A zeroed diff is empty. */
void diff_note(struct diff *diff, const char *text);

void diff_clear(struct diff *diff);

#endif

/*
 * What stays in the terminal when the interface is left: each domain that was studied, with its verdict.
 */
#ifndef UI_FAREWELL_H
#define UI_FAREWELL_H

#include <stdbool.h>

#include "app/model.h"
#include "util/buf.h"

enum {
	FAREWELL_DOMAINS_MAX = 12, /* that are told; of more, how many they were */
};

/* Appends it as lines of at most so many columns (at least 20); nothing when nothing was studied. */
void farewell_text(struct buf *out, const struct model *model, bool unicode, int columns);

#endif

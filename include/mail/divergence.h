/*
 * What it means for mail that servers do not say the same: computed from a comparison, in sentences.
 */
#ifndef MAIL_DIVERGENCE_H
#define MAIL_DIVERGENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/comparison.h"
#include "util/names.h"

#define DIVERGENCE_KINDS(X) \
	X(DIVERGENCE_UNKNOWN, "unknown", "nothing can be told from here") \
	X(DIVERGENCE_AGREE, "agree", "all that answer say the same") \
	X(DIVERGENCE_LAME, "ns-lame", "servers that do not answer for the zone") \
	X(DIVERGENCE_MX, "mx-inconsistent", "different routes for mail") \
	X(DIVERGENCE_OTHER, "ns-inconsistent", "other records that differ") \
	X(DIVERGENCE_SERIAL, "ns-serial", "copies of the zone of different age")
NAMES_DECLARE(divergence_kind, DIVERGENCE_KINDS)

struct divergence_line {
	enum divergence_kind kind;
	bool loses_mail; /* some senders return the mail, or cannot send it at all */
	char *text; /* one sentence without its full stop */
};

/* The sentences, the gravest first. Zeroed = nothing was compared. */
struct divergence {
	struct divergence_line *lines;
	size_t count, capacity;
};

/* Computes the sentences of a comparison that is done. Clear with divergence_clear(). */
void divergence_make(struct divergence *divergence, const struct dns_comparison *comparison);
void divergence_copy(struct divergence *to, const struct divergence *from);
void divergence_clear(struct divergence *divergence);

/* Writes "a quarter", "half", "two thirds", "all" or "about 43%" and returns out. */
const char *divergence_share(size_t part, size_t whole, char out[32]);

#endif

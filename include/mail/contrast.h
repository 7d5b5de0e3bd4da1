/*
 * The senders side by side, for one domain: only what they do differently here. The profiles are
 * sender.h's; what each leads to is said by its plan and its verdict.
 */
#ifndef MAIL_CONTRAST_H
#define MAIL_CONTRAST_H

#include <stddef.h>

#include "mail/facts.h"
#include "mail/plan.h"
#include "mail/verdict.h"
#include "util/buf.h"
#include "util/names.h"

#define CONTRAST_ASPECTS(X) \
	X(CONTRAST_OUTCOME, "outcome", "what becomes of the message") \
	X(CONTRAST_FIRST, "first", "the address that is tried first, with this draw") \
	X(CONTRAST_ATTEMPTS, "attempts", "how many addresses are tried at most") \
	X(CONTRAST_DRAW, "draw", "the order at equal preference") \
	X(CONTRAST_FAMILIES, "families", "the order of a host's addresses") \
	X(CONTRAST_SELF, "self", "finding itself among the exchanges") \
	X(CONTRAST_POLICY, "policy", "DANE and MTA-STS")
NAMES_DECLARE(contrast_aspect, CONTRAST_ASPECTS)

/* What some senders have in common in one aspect, and others have not. */
struct contrast_group {
	enum contrast_aspect aspect;
	struct buf senders; /* "Postfix, Exim and qmail" */
	struct buf text; /* what they do */
	bool own; /* the chosen sender is among them */
};

struct contrast {
	struct contrast_group
	    *groups; /* aspect by aspect; those in which all agree have none */
	size_t count, capacity;
};

/*
 * Compares all senders under these settings, whose own sender is the chosen one. Nothing is said
 * before the MX is known. Clear with contrast_clear().
 */
void contrast_make(struct contrast *contrast, const struct mail_facts *facts,
    const struct plan_settings *plan, const struct verdict_settings *verdict);

/* Frees what it holds; a zeroed one is fine. */
void contrast_clear(struct contrast *contrast);

#endif

/*
 * The walkthrough of a delivery: what a sender does with a message, step by step, from the address
 * to the end, each step with the query or the words on the wire, the rule and its clause, the
 * branch that was not taken, and what other senders do here. A pure view of facts, plan and
 * verdict; it grows while facts arrive, and says of each step how it is known.
 */
#ifndef MAIL_WALK_H
#define MAIL_WALK_H

#include <stddef.h>

#include "mail/facts.h"
#include "mail/plan.h"
#include "mail/rule.h"
#include "mail/verdict.h"
#include "util/buf.h"
#include "util/names.h"

#define WALK_MARKS(X) \
	X(WALK_DONE, "done", "it went well") \
	X(WALK_WARNED, "warned", "it went on, but not as it should") \
	X(WALK_FAILED, "failed", "it failed") \
	X(WALK_UNDECIDED, "undecided", "it cannot be decided from here") \
	X(WALK_REFUSED, "refused", "the domain takes no mail on purpose") \
	X(WALK_PASSED_OVER, "passed-over", "the sender passes it over") \
	X(WALK_UNDER_WAY, "under-way", "it is under way")
NAMES_DECLARE(walk_mark, WALK_MARKS)

#define WALK_SOURCES(X) \
	X(WALK_TYPED, "as typed", "the address says so") \
	X(WALK_RULE, "by rule", "the sender decides so, by the rule") \
	X(WALK_DNS, "seen in DNS", "the DNS says so") \
	X(WALK_PROBED, "probed", "the server was seen to do so") \
	X(WALK_ASSUMED, "assumed", "nobody looked: it is taken to be so") \
	X(WALK_PRETENDED, "pretended", "somebody pretends so: what-if")
NAMES_DECLARE(walk_source, WALK_SOURCES)

struct walk_step {
	enum walk_mark mark;
	enum walk_source source;
	struct buf sentence; /* what happens, with its full stop */
	struct buf aside; /* "answer order: b a\ndelivery order: a b"; empty = none */
	struct buf reason; /* why the attempt comes when it comes; empty = none */
	struct buf line; /* the query, the words on the wire; lines end in \n */
	struct buf report; /* to the author of the message (RFC 3464), likewise; empty = none */
	struct buf not_taken; /* the branch that was not taken; empty = there is none */
	struct buf others; /* what other senders do; empty = the same */
	const struct rule *rule; /* NULL = none */
	size_t row; /* of the plan, that the step speaks of; SIZE_MAX = none */
};

struct walk {
	struct walk_step *steps;
	size_t count, capacity;
	struct buf
	    title; /* "Postfix delivers to alice@example.net, seen from a stranger, draw 42" */
};

/* All that a walkthrough is made of. */
struct walk_settings {
	struct plan_settings plan; /* those that the plan was made with */
	struct verdict_settings verdict; /* likewise */
	uint16_t port;
};

/*
 * Makes the steps of what is known so far; there is always one. The last one is the end, or what
 * is waited for. Clear with walk_clear().
 */
void walk_make(struct walk *walk, const struct mail_facts *facts, const struct plan *plan,
    const struct verdict *verdict, const struct walk_settings *settings);

/* Frees what the walkthrough holds; a zeroed one is fine. */
void walk_clear(struct walk *walk);

/* Appends one step as plain text, with all that belongs to it: "step 5 of 13" before it. */
void walk_write_one(struct buf *out, const struct walk *walk, size_t step);

/* Appends the whole walkthrough as plain text, each step with all that belongs to it. */
void walk_write(struct buf *out, const struct walk *walk);

#endif

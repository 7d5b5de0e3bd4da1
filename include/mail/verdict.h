/*
 * The verdict: where the mail goes, how safely, or why not, in one sentence that a newcomer
 * understands. It follows the plan's attempts as a sender would and says what it would report.
 */
#ifndef MAIL_VERDICT_H
#define MAIL_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/facts.h"
#include "mail/finding.h"
#include "mail/plan.h"
#include "util/names.h"

/* In the order of exit codes 0-4; PENDING is no verdict yet. */
#define VERDICTS(X) \
	X(VERDICT_DELIVER, "deliver", "mail is delivered") \
	X(VERDICT_WARN, "warn", "mail is delivered, with warnings") \
	X(VERDICT_INCONCLUSIVE, "inconclusive", \
	    "temporary trouble, or not decidable from here") \
	X(VERDICT_BOUNCE, "bounce", "mail is returned to its sender") \
	X(VERDICT_REFUSE, "refuse", "a DANE or MTA-STS policy forbids delivery") \
	X(VERDICT_PENDING, "pending", "answers are still awaited")
NAMES_DECLARE(verdict_kind, VERDICTS)

/*
 * The status is the enhanced code that a sender would report: "2.0.0", "4.4.1"; "4.0.0" where
 * the sender would know more than we do; "" while pending. The sentence reads like "Mail to
 * example.net goes to mx1.example.net [192.0.2.10], encrypted with a trusted certificate."
 */
struct verdict {
	enum verdict_kind kind;
	char status[16];
	char *sentence;
	const struct rule *rule; /* the rule that decided it; NULL = none */
	size_t row; /* the plan's row that decides; SIZE_MAX = none */
	bool probed; /* false: DNS only, no server was asked */
	bool frozen; /* the message is kept, and not tried again until somebody looks at it */
};

/* What the verdict needs beside the facts. */
struct verdict_settings {
	bool probing; /* probes are made: without them the DNS alone is judged */
	bool settled; /* nothing is in flight any more: a missing fact will not come */
};

/*
 * Judges the facts known so far, and decides as soon as nothing that may still arrive could
 * change it. Clear with verdict_clear(), which a zeroed verdict bears.
 */
void verdict_make(struct verdict *verdict, const struct mail_facts *facts,
    const struct plan *plan, const struct findings *findings,
    const struct verdict_settings *settings);
void verdict_clear(struct verdict *verdict);

/*
 * True when a sender would take its message elsewhere after this probe; false when
 * this server takes it. An outcome still in progress is neither: false.
 */
bool verdict_moves_on(const struct smtp_facts *probe);

#endif

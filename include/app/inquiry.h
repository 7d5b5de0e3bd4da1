/*
 * One domain or address under study. Everything learned about it hangs here and is freed with
 * it: facts, the plan made of them, findings and verdict, re-made whenever a fact arrives.
 */
#ifndef APP_INQUIRY_H
#define APP_INQUIRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/explain.h"
#include "mail/facts.h"
#include "mail/finding.h"
#include "mail/imagine.h"
#include "mail/gate.h"
#include "mail/plan.h"
#include "mail/verdict.h"

enum {
	INQUIRY_CHAINS = 2, /* of the MX records, and of an exchange's addresses */
};

/* One answer whose chain of trust is shown. */
struct inquiry_chain {
	struct dns_question question;
	const struct dns_result *result; /* with .links; NULL while in flight */
};

struct inquiry {
	uint64_t
	    ticket; /* names this study; a new one with each reload, so that late results of the old one are dropped */
	struct mail_facts facts;
	struct plan plan;
	struct findings findings;
	struct verdict verdict;
	unsigned reviews; /* how often plan, findings and verdict were made */
	int64_t asked_us, ended_us; /* monotonic; ended_us is 0 while something is in flight */
	int64_t asked_time; /* wall-clock */
	size_t lookups, probes; /* in flight */
	bool anew; /* its servers are probed again, however fresh another's result */
	bool rcpt; /* its probes go on to MAIL and RCPT */
	bool stopped; /* the user stopped it: what is missing will not come */
	bool unanswered; /* and questions to the DNS are among that */
	bool
	    cautious; /* an answer turned out to be bogus: no other is shown before it is judged */
	struct inquiry_chain chains[INQUIRY_CHAINS]; /* asked for by `view chain` */
	size_t chain_count;
	struct what_if what_if; /* what is pretended about it */
	struct mail_facts
	    spare; /* what is known of hosts that stand only in the edited MX set */
	/*
	 * The same inquiry as it looks with what is pretended, for whoever shows it; NULL while nothing
	 * is. What is kept and reported is never this one.
	 */
	struct inquiry *imagined;
};

/* What the review of an inquiry depends on, beside its facts. */
struct review_settings {
	struct plan_settings plan;
	bool probing;
	int64_t wall_time;
	uint16_t port; /* that probes go to */
	const struct gate *gate; /* what all probes met; NULL = judge each inquiry by its own */
};

/* A new inquiry about the subject (copied); free it with inquiry_free(). NULL is fine there. */
struct inquiry *inquiry_new(
    const struct mail_subject *subject, uint64_t ticket, int64_t now_us, int64_t now_time);
void inquiry_free(struct inquiry *inquiry);

/* Makes plan, findings and verdict anew from the facts. */
void inquiry_review(struct inquiry *inquiry, const struct review_settings *settings);

/* Lets the inquiry pretend what the one before it did, and keep its MTA-STS policy until it expires. */
void inquiry_carry_over(struct inquiry *inquiry, struct inquiry *before);

/* True while a lookup or probe is in flight. */
bool inquiry_busy(const struct inquiry *inquiry);

/* What an explanation may speak of, in the inquiry's memory; nothing for NULL. */
struct explain_world inquiry_explain_world(const struct inquiry *inquiry);

#endif

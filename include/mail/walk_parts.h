/*
 * Inside the room: a walkthrough in the making. walk.c finds the exchanges, walk_order.c puts them
 * in order, walk_attempt.c goes through the attempts and walk_policy.c through what DANE and
 * MTA-STS say of each, walk_end.c tells the end, walk_others.c what other senders do.
 */
#ifndef MAIL_WALK_PARTS_H
#define MAIL_WALK_PARTS_H

#include "mail/judgement.h"
#include "mail/walk.h"

struct walker {
	struct walk *walk;
	const struct mail_facts *facts;
	const struct plan *plan;
	const struct verdict *verdict;
	const struct walk_settings *settings;
	const struct sender_profile *profile;
	const enum fate *fates; /* what each row of the plan came to, in walk_attempts() */
	unsigned attempts; /* told so far */
};

/* One attempt, or what stands in place of one. */
struct visit {
	struct walker *walker;
	size_t index; /* of the row */
	const struct plan_row *row;
	const struct mail_target *target; /* NULL = no address */
	const struct smtp_facts *probe; /* NULL = not probed */
	enum fate fate;
};

/* What is asked of the TLS of one address. */
enum walk_demand {
	WALK_DEMANDS_NOTHING,
	WALK_DEMANDS_REPORT, /* an MTA-STS policy in testing mode: failures are reported */
	WALK_DEMANDS_TLS, /* TLSA records of which none can be used */
	WALK_DEMANDS_STS, /* an enforced MTA-STS policy */
	WALK_DEMANDS_DANE, /* TLSA records */
	walk_demand_count
};

/* Appends a step; what it holds is filled in through the pointer, until the next one. */
struct walk_step *walk_add(struct walker *walker, enum walk_mark mark, enum walk_source source,
    enum rule_id rule) __attribute__((returns_nonnull));

/* The source of what an answer says: DNS, unless it is pretended. NULL is DNS, too. */
enum walk_source walk_source_of(const struct dns_result *result);

/* Appends the text as the beginning of a sentence: with a capital, unless it begins with a name. */
void walk_capital(struct buf *out, const char *text);

/* The domain as its reader knows it, or the address literal. */
const char *walk_domain(const struct walker *walker);

/* Appends the exchanges as the answer has them, "answer order: b a". */
void walk_answer_order(struct buf *out, const struct walker *walker);

/* walk_order.c: the steps from the MX answer to the first attempt. */
void walk_order(struct walker *walker);

/* walk_attempt.c: the steps of every row that the sender comes to. */
void walk_attempts(struct walker *walker);

/* Adds a step of this visit. */
struct walk_step *walk_visit_add(struct visit *visit, enum walk_mark mark,
    enum walk_source source, enum rule_id rule) __attribute__((returns_nonnull));

/* The name of the visit's exchange. */
const char *walk_host(const struct visit *visit);

/* Where what a probe saw is from; NULL is assumed. */
enum walk_source walk_source_of_probe(const struct smtp_facts *probe);

/* True when the sender comes to no further address behind this one. */
bool walk_is_last(const struct visit *visit);

/*
 * walk_failure.c: fills in a step at which an attempt fails, behind the sentence that says what
 * happened: rule, where the sender goes, and where it would have gone.
 */
void walk_failure(struct visit *visit, struct walk_step *step);

/* walk_policy.c: which policy has the say at this exchange; told once an exchange. */
void walk_policy(struct visit *visit);

/* What the policies that the sender follows ask of the TLS of this address. */
enum walk_demand walk_demand_of(const struct visit *visit);

/*
 * True for an attempt that the sender leaves out by policy before it connects: a TLSA question
 * failed, or an enforced MTA-STS policy does not name the exchange.
 */
bool walk_is_out(const struct walker *walker, const struct plan_row *row);

/* What the policy makes of what the server showed: false when it forbids delivery. */
bool walk_ruling(struct visit *visit);

/* walk_end.c: the last step. */
void walk_end(struct walker *walker);

/* walk_others.c: each appends what the senders other than this one do, in groups. */
/* ... with equal preferences. */
void walk_others_draw(struct buf *out, enum sender sender);
/* ... behind a failed attempt. */
void walk_others_met(struct buf *out, enum sender sender, enum sender_met met);
/* ... at such an end. */
void walk_others_end(struct buf *out, enum sender sender, enum sender_end end);
/* ... with themselves among the exchanges. */
void walk_others_self(struct buf *out, enum sender sender);
/* ... under DANE (or MTA-STS). */
void walk_others_dane(struct buf *out, enum sender sender);
void walk_others_sts(struct buf *out, enum sender sender);
/* ... with an address in place of an exchange's name. */
void walk_others_literals(struct buf *out, enum sender sender);
/* ... with the order of families. */
void walk_others_families(struct buf *out, enum sender sender);

#endif

/*
 * Inside the room: a walkthrough in the making. walk.c finds the exchanges, walk_attempt.c goes
 * through the attempts, walk_end.c tells the end, walk_others.c what other senders do.
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

/* walk_attempt.c: the steps of every row that the sender comes to. */
void walk_attempts(struct walker *walker);

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
/* ... with the order of families. */
void walk_others_families(struct buf *out, enum sender sender);

#endif

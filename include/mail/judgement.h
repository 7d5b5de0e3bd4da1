/*
 * Inside the room: a verdict in the making. verdict.c walks the plan, verdict_end.c says how it
 * ended.
 */
#ifndef MAIL_JUDGEMENT_H
#define MAIL_JUDGEMENT_H

#include "mail/verdict.h"
#include "util/buf.h"

/*
 * What one row of the plan means to the message. The first six end the walk; the others are
 * weighed at its end, and the earliest of them that was met decides.
 */
enum fate {
	FATE_DELIVERED, /* the server takes it */
	FATE_RETURNED, /* the server refuses sender or recipient for good */
	FATE_BARRED, /* likewise, but for where we come from */
	FATE_KEPT, /* the sender asks no other and keeps the message */
	FATE_PENDING, /* not known yet */
	FATE_UNKNOWN, /* not known, and nothing more will come */
	FATE_DEFERRED, /* an attempt failed for now */
	FATE_DNS_TROUBLE, /* an exchange could not be looked up */
	FATE_REFUSED, /* a policy that the sender follows forbids it */
	FATE_SPECIAL, /* public mail cannot reach the address, but a sender would try */
	FATE_NO_FAMILY, /* another sender, or this one elsewhere, may reach it */
	FATE_REJECTED, /* the server turned away the connection for good */
	FATE_LOOP, /* the sender would reach itself */
	FATE_UNUSABLE, /* no server at all */
	FATE_BEYOND, /* it may be fine, but the sender does not come so far */
	FATE_NONE, /* the row says nothing */
	fate_count
};

/* A verdict in the making. */
struct judgement {
	struct verdict *verdict;
	const struct mail_facts *facts;
	const struct plan *plan;
	const struct findings *findings;
	const struct verdict_settings *settings;
	const struct sender_profile *profile;
	size_t tally[fate_count]; /* how many rows met each fate */
	size_t last[fate_count]; /* the last one that did */
	size_t tls_failures; /* among the deferred */
	size_t moved_on; /* attempts passed over before the walk ended */
	size_t sessions; /* of these, how many got to MAIL */
	size_t put_off; /* of these, how many by greeting or EHLO */
	size_t
	    passed_exchange; /* whose other addresses the sender passes over; SIZE_MAX = none */
	struct buf sentence;
	enum fate
	    *fates; /* what each row came to, fate_count where none was reached; or NULL */
};

/*
 * Follows the plan without a word. Returns what each row came to, fate_count for one that the
 * sender does not reach, in an array that the caller frees.
 */
enum fate *judgement_fates(const struct mail_facts *facts, const struct plan *plan,
    const struct verdict_settings *settings);

/* What this sender meets where a probe did not succeed. */
enum sender_met judgement_met(
    const struct smtp_facts *probe, const struct sender_profile *profile);

/* True where the DNS alone speaks for an address: nobody probes, and no probe (or NULL) has told anything. */
bool judgement_is_unprobed(const struct judgement *judgement, const struct smtp_facts *probe);

/* Sets kind, code and sentence of what was walked to its end. */
void judgement_end(struct judgement *judgement, enum fate fate);

/* The same for a set that leaves nothing to walk: Null MX, no domain, no answer. */
void judgement_null(struct judgement *judgement);
void judgement_none(struct judgement *judgement);
void judgement_error(struct judgement *judgement);
void judgement_unasked(struct judgement *judgement);

#endif

/*
 * What a TLS policy makes of one address: DANE (RFC 7672), and below it MTA-STS (RFC 8461), for a
 * sender that follows them (sender.h). Without either, encryption is a matter of what is offered
 * (RFC 7435). Pure.
 */
#ifndef MAIL_POLICY_H
#define MAIL_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/facts.h"
#include "mail/plan.h"
#include "mail/rule.h"
#include "util/names.h"

/* Who has the say. */
#define POLICIES(X) \
	X(POLICY_OPPORTUNISTIC, "opportunistic", "whatever is offered is taken") \
	X(POLICY_STS, "MTA-STS", "the domain's MTA-STS policy") \
	X(POLICY_DANE, "DANE", "the exchange's TLSA records")
NAMES_DECLARE(policy, POLICIES)

/* What it says. */
#define POLICY_ANSWERS(X) \
	X(POLICY_SILENT, "silent", "nothing is demanded, or nothing can be said") \
	X(POLICY_OPEN, "open", "answers are awaited") \
	X(POLICY_PASSED, "passed", "the address is what the policy demands") \
	X(POLICY_FAILED, "failed", "a sender that follows the policy goes past this address") \
	X(POLICY_LOST, "lost", "the lookup failed: the host counts as unreachable")
NAMES_DECLARE(policy_answer, POLICY_ANSWERS)

/* All strings are static. */
struct ruling {
	enum policy policy;
	enum policy_answer answer;
	enum rule_id rule;
	const char *why; /* behind the host's name: "shows ..."; NULL where nothing failed */
	const char *status; /* that a sender reports of it; NULL likewise */
};

/*
 * What the policy alone says of the target, by what is known so far. A target that is not
 * probed is ruled by the DNS and the policy's text.
 */
struct ruling policy_dane(const struct mail_facts *facts, size_t target);
struct ruling policy_sts(const struct mail_facts *facts, size_t target);

/*
 * What decides for the sender of this plan: DANE where it has TLSA records to follow, else an MTA-STS policy
 * to be enforced, where the sender follows them; a sender that does not validate follows no DANE.
 */
struct ruling policy_rule(
    const struct mail_facts *facts, size_t target, const struct plan *plan);

/*
 * What follows for the sender where the ruling stops its message, a static sentence with its full
 * stop; NULL where it does not.
 */
const char *policy_consequence(const struct ruling *ruling);

/*
 * True when the exchange is named by the domain's MTA-STS policy; false also where there is none,
 * see facts->sts.outcome.
 */
bool policy_sts_names(const struct mail_facts *facts, size_t exchange);

#endif

/*
 * The delivery plan: from facts to the ordered attempts of a sender, each with its because, and
 * everything left out with its why-not. A pure function: the same facts, settings and
 * seed give the same plan, and facts that arrive later never change the order of what was
 * already drawn. Probes play no part: only a DNS answer or a setting makes another plan. Whose plan
 * it is says the sender profile (sender.h).
 */
#ifndef MAIL_PLAN_H
#define MAIL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/facts.h"
#include "mail/rule.h"
#include "mail/sender.h"
#include "mail/special.h"
#include "mail/vantage.h"
#include "util/names.h"

struct plan_settings {
	enum sender sender; /* whose plan: SENDER_RFC5321 unless another is chosen */
	uint64_t seed; /* of the draw among equal preferences */
	bool ipv4, ipv6; /* families that the sender has */
	struct special_policy special;
	struct vantage vantage; /* where the sender stands */
};

/* How a host or address stands in the plan; the names are short enough for a column. */
#define PLAN_STANDINGS(X) \
	X(PLAN_ATTEMPT, "attempt", "a sender connects to it, in its turn") \
	X(PLAN_WAITING, "waiting", "its addresses are still being asked for") \
	X(PLAN_NO_SUCH_NAME, "no such name", "the exchange does not exist") \
	X(PLAN_NO_ADDRESS, "no address", "the exchange exists, but has no address") \
	X(PLAN_DNS_TROUBLE, "DNS trouble", "its addresses could not be found out now") \
	X(PLAN_SPECIAL, "special", "public mail cannot reach this address") \
	X(PLAN_LOOPBACK, "loopback", "the sender would connect to itself") \
	X(PLAN_NO_FAMILY, "family off", "the sender has no address of this family") \
	X(PLAN_DUPLICATE, "duplicate", "the exchange is listed twice") \
	X(PLAN_NULL, "null", "\".\" stands beside real exchanges") \
	X(PLAN_LITERAL, "not a name", "an address stands where a host name belongs") \
	X(PLAN_LOCALHOST, "localhost", "the name means the sender itself") \
	X(PLAN_INVALID, "invalid name", "no host can have this name") \
	X(PLAN_SELF, "itself", "it is the sender itself") \
	X(PLAN_CUT, "behind self", "not better than the sender itself, so it is dropped") \
	X(PLAN_BACKUP, "backup", "the sender never tries a backup") \
	X(PLAN_CAPPED, "over limit", "the sender gives up before it comes to this one")
NAMES_DECLARE(plan_standing, PLAN_STANDINGS)

/* One row of the MX pane: an attempt, or a host or address that no attempt is made for. */
struct plan_row {
	unsigned attempt; /* 1 = tried first; 0 = left out, or still waiting */
	size_t exchange; /* index into facts.mx.exchanges */
	size_t target; /* index into facts.targets; SIZE_MAX = no address (yet) */
	enum plan_standing standing;
	bool waiting; /* its address questions are still in flight: PLAN_WAITING */
	const struct rule *rule; /* why it stands here, or why it is left out */
	char *
	    because; /* one sentence with this row's own names and numbers, without full stop */
};

/* Rows left out stand where they would have stood. */
struct plan {
	enum sender sender; /* whose it is */
	struct vantage vantage; /* ... and where that stands */
	struct plan_row *rows; /* in delivery order */
	size_t count;
	size_t attempts;
	size_t
	    *exchange_order; /* all indexes into facts.mx.exchanges, by their first attempt */
	size_t exchange_count;
};

/* Makes the plan, empty until the MX is known; clear it with plan_clear(). */
void plan_make(
    struct plan *plan, const struct mail_facts *facts, const struct plan_settings *settings);

/* Frees what the plan holds; a zeroed plan is fine. */
void plan_clear(struct plan *plan);

#endif

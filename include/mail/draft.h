/*
 * Inside the room: a delivery plan in the making. plan.c gathers what could be tried and writes
 * the rows, plan_order.c puts it in the sender's order, plan_limits.c tells what the sender
 * leaves out, plan_because.c finds the words. simulate.c draws again and again from what was
 * gathered.
 */
#ifndef MAIL_DRAFT_H
#define MAIL_DRAFT_H

#include "mail/plan.h"
#include "util/buf.h"

enum {
	DRAFT_TRIES_MOST = 50, /* Exim's hard limit, read in its source */
};

/* An exchange's place in the delivery order. */
struct place {
	size_t exchange;
	size_t source; /* the exchange that was asked for: another one for a duplicate */
	uint16_t preference;
	uint64_t key; /* of the draw */
	size_t answer_index;
	bool tried; /* counts in its tier: not a duplicate that is dropped */
	unsigned tier_size; /* exchanges of this preference that are tried */
	unsigned tier_place; /* 1 = drawn first among them */
};

/* An address to try, or what stands where an exchange has none. */
struct turn {
	size_t place;
	size_t target; /* SIZE_MAX = no address (yet) */
	uint8_t family; /* 0 without a target */
	uint64_t key; /* of the draw among addresses */
	unsigned nth; /* address of its exchange, 1 first; 0 without a target */
	unsigned pool_size, pool_place; /* addresses of its tier, and its place among them */
	enum plan_standing standing;
};

struct draft {
	const struct mail_facts *facts;
	const struct plan_settings *settings;
	const struct sender_profile *profile;
	struct place *places; /* in the order of the names */
	struct turn *turns; /* in delivery order */
	size_t turn_count, turn_capacity;
};

/*
 * plan.c: all turns, exchange by exchange in the order of their names, each as it stands by
 * itself. Free the draft with draft_clear().
 */
void draft_gather(struct draft *draft);
void draft_clear(struct draft *draft);

/* The preference of a turn. */
uint16_t draft_preference(const struct draft *draft, const struct turn *turn);

/* The address of a turn that has a target. */
const struct ip_addr *draft_ip(const struct draft *draft, const struct turn *turn);

/* plan_order.c: puts the exchanges in order; draft.places is allocated here. */
void draft_order_places(struct draft *draft);
/* The keys of all turns that have a target. */
void draft_draw(struct draft *draft, struct turn *turn);
/* Sorts the addresses of one exchange, and counts them. */
void draft_order_host(const struct draft *draft, struct turn *turns, size_t count);
/* Sorts what was gathered, place by place, the way the sender does within a preference. */
void draft_order_turns(struct draft *draft);

/* plan_limits.c: changes the standing of what the sender does not try. */
void draft_limit(struct draft *draft);
/* ... as far as it is left out whatever the draw says. */
void draft_limit_whoever_is_drawn(struct draft *draft);
/* True for an address that the sender spends a try on, even one that comes to nothing. */
bool draft_costs_a_try(const struct turn *turn);
/*
 * Shares a balanced cap between the families (0 = IPv4, 1 = IPv6): one that needs less than half
 * leaves the rest to the other; when both need more, that of the first address has the odd one.
 */
void draft_share_tries(
    unsigned limit, unsigned ipv4, unsigned ipv6, uint8_t first, unsigned shares[2]);

/* True where the sender does not notice itself: it connects, and goes no further. */
bool draft_goes_round(const struct draft *draft, const struct turn *turn);

/* plan_because.c: why this turn stands where it does, as a sentence the caller frees. */
char *draft_because(const struct draft *draft, const struct turn *turn, enum rule_id *rule);

#endif

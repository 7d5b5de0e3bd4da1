/*
 * What a sender leaves out although it could try it: an address that it tried before, what is
 * not better than the sender itself (RFC 5321 5.1), backups that it never asks, and what is
 * beyond its cap. The order is settled before; only standings change here.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "mail/draft.h"
#include "mail/special.h"

/* Leaves out all there is when a "." among the exchanges counts as a Null MX. */
static void
obey_null(struct draft *draft)
{
	if (!draft->facts->mx.null_mixed ||
	    !draft->profile->endings[SENDER_END_NULL_MIXED].status)
		return;
	for (size_t i = 0; i < draft->turn_count; i++)
		draft->turns[i].standing = PLAN_NULL;
}

/* An attempt and its address, to find the same address again. */
struct meeting {
	const struct ip_addr *ip;
	struct turn *turn;
};

/* Compares two meetings: by address, then in delivery order. */
static int
compare_meetings(const void *left, const void *right)
{
	const struct meeting *a = left, *b = right;
	int order = ip_compare(a->ip, b->ip);

	if (order != 0)
		return order;
	return a->turn < b->turn ? -1 : a->turn > b->turn;
}

/* Drops addresses that stand further in front. */
static void
drop_repeated(struct draft *draft)
{
	struct meeting *meetings = mem_calloc(draft->turn_count, sizeof *meetings);
	size_t count = 0;

	for (size_t i = 0; i < draft->turn_count; i++) {
		struct turn *turn = &draft->turns[i];

		if (turn->standing == PLAN_ATTEMPT)
			meetings[count++] = (struct meeting){ draft_ip(draft, turn), turn };
	}
	qsort(meetings, count, sizeof *meetings, compare_meetings);
	for (size_t i = 1; i < count; i++) {
		if (ip_equal(meetings[i - 1].ip, meetings[i].ip))
			meetings[i].turn->standing = PLAN_DUPLICATE;
	}
	free(meetings);
}

/* True when this is the sender's own name. */
static bool
has_own_name(const struct draft *draft, const struct turn *turn)
{
	return vantage_is_exchange(
	    &draft->settings->vantage, draft->facts, draft->places[turn->place].source);
}

/* True when this is the sender's own address. */
static bool
has_own_address(const struct draft *draft, const struct turn *turn)
{
	return turn->target != SIZE_MAX &&
	    vantage_is_target(&draft->settings->vantage, draft->facts, turn->target);
}

/*
 * True when the sender finds its own host here. Sendmail goes by names, and knows those of its
 * addresses, too.
 */
static bool
finds_own_host(const struct draft *draft, const struct turn *turn)
{
	switch (draft->profile->self) {
	case SENDER_SELF_BY_ADDRESS:
	case SENDER_SELF_BY_IPV6:
		return has_own_address(draft, turn);
	case SENDER_SELF_BY_NAME:
		return has_own_name(draft, turn);
	case SENDER_SELF_SKIPPED:
	case SENDER_SELF_UNNOTICED:
		break;
	}
	return has_own_name(draft, turn) || has_own_address(draft, turn);
}

/* True when the sender finds itself at a loopback address, or at localhost. */
static bool
finds_loopback(const struct draft *draft, const struct turn *turn)
{
	switch (draft->profile->self) {
	case SENDER_SELF_BY_ADDRESS:
		return turn->standing == PLAN_LOOPBACK || turn->standing == PLAN_LOCALHOST;
	case SENDER_SELF_BY_IPV6:
		return (turn->standing == PLAN_LOOPBACK && turn->family == 6) ||
		    turn->standing == PLAN_LOCALHOST;
	case SENDER_SELF_BY_NAME:
		return turn->standing == PLAN_LOCALHOST;
	case SENDER_SELF_SKIPPED:
	case SENDER_SELF_UNNOTICED:
		break;
	}
	return false;
}

/* True when the sender finds itself here, and drops what is not better. */
static bool
finds_itself(const struct draft *draft, const struct turn *turn)
{
	if (draft->profile->self == SENDER_SELF_UNNOTICED)
		return false;
	return finds_loopback(draft, turn) || finds_own_host(draft, turn);
}

/* Marks the sender's own addresses: it does not connect to them, or goes round there. */
static void
mark_self(struct draft *draft)
{
	const struct vantage *vantage = &draft->settings->vantage;

	if (vantage->kind != VANTAGE_HOST && vantage->kind != VANTAGE_ADDRESS)
		return;
	for (size_t i = 0; i < draft->turn_count; i++) {
		struct turn *turn = &draft->turns[i];

		if (turn->standing == PLAN_ATTEMPT && finds_own_host(draft, turn))
			turn->standing = PLAN_SELF;
	}
}

bool
draft_goes_round(const struct draft *draft, const struct turn *turn)
{
	return draft->profile->self == SENDER_SELF_UNNOTICED &&
	    (turn->standing == PLAN_SELF || turn->standing == PLAN_LOOPBACK ||
		turn->standing == PLAN_LOCALHOST);
}

/* True for a turn that would count if it were not cut. */
static bool
is_open(const struct turn *turn)
{
	return turn->standing == PLAN_ATTEMPT || turn->standing == PLAN_WAITING ||
	    turn->standing == PLAN_DNS_TROUBLE || turn->standing == PLAN_SPECIAL ||
	    turn->standing == PLAN_NO_FAMILY;
}

/* Leaves out what is not better than the sender itself. */
static void
cut_at_self(struct draft *draft)
{
	size_t self = 0;

	while (self < draft->turn_count && !finds_itself(draft, &draft->turns[self]))
		self++;
	if (self == draft->turn_count)
		return;
	for (size_t i = 0; i < draft->turn_count; i++) {
		struct turn *turn = &draft->turns[i];

		if (is_open(turn) &&
		    draft_preference(draft, turn) >=
			draft_preference(draft, &draft->turns[self]))
			turn->standing = PLAN_CUT;
	}
}

/* Leaves out every preference but the lowest. */
static void
drop_backups(struct draft *draft)
{
	for (size_t i = 0; i < draft->turn_count; i++) {
		struct turn *turn = &draft->turns[i];

		if (draft_preference(draft, turn) != draft->places[0].preference)
			turn->standing = PLAN_BACKUP;
	}
}

bool
draft_costs_a_try(const struct turn *turn)
{
	return turn->standing == PLAN_ATTEMPT || turn->standing == PLAN_NO_FAMILY ||
	    turn->standing == PLAN_SPECIAL;
}

/* Leaves a turn out as beyond the cap, unless it is out already. */
static void
cap(struct turn *turn)
{
	if (turn->standing == PLAN_ATTEMPT)
		turn->standing = PLAN_CAPPED;
}

/* No cap. */
static void
cap_nothing(struct draft *draft)
{
	(void)draft;
}

/* So many attempts: a sender that made them all begins anew at the first. */
static void
cap_stuck(struct draft *draft)
{
	unsigned tries = 0;

	for (size_t i = 0; i < draft->turn_count; i++) {
		struct turn *turn = &draft->turns[i];

		if (turn->standing == PLAN_ATTEMPT && tries++ >= draft->profile->addresses)
			cap(turn);
	}
}

void
draft_share_tries(
    unsigned limit, unsigned ipv4, unsigned ipv6, uint8_t first, unsigned shares[2])
{
	shares[0] = ipv4;
	shares[1] = ipv6;
	if (ipv4 == 0 || ipv6 == 0 || ipv4 + ipv6 <= limit)
		return;
	if (ipv6 <= limit / 2)
		shares[0] = limit - ipv6;
	else if (ipv4 <= limit / 2)
		shares[1] = limit - ipv4;
	else {
		shares[0] = (limit + (first == 4)) / 2;
		shares[1] = limit - shares[0];
	}
}

/* True when addresses are still on their way. */
static bool
is_awaiting(const struct draft *draft)
{
	for (size_t i = 0; i < draft->turn_count; i++) {
		if (draft->turns[i].standing == PLAN_WAITING)
			return true;
	}
	return false;
}

/*
 * So many tries in all, balanced between the families. Half of them are certain; the others may
 * go to the other family as long as addresses are on their way.
 */
static void
cap_balanced(struct draft *draft)
{
	unsigned limit = draft->profile->addresses, count[2] = { 0 }, shares[2],
		 taken[2] = { 0 };
	bool awaiting = is_awaiting(draft);
	uint8_t first = 0;

	for (size_t i = 0; i < draft->turn_count; i++) {
		const struct turn *turn = &draft->turns[i];

		if (!draft_costs_a_try(turn))
			continue;
		first = first ? first : turn->family;
		count[turn->family == 6]++;
	}
	draft_share_tries(limit, count[0], count[1], first, shares);
	for (size_t i = 0; i < draft->turn_count; i++) {
		struct turn *turn = &draft->turns[i];
		size_t family = turn->family == 6;

		if (!draft_costs_a_try(turn))
			continue;
		if (taken[family] == shares[family] || taken[0] + taken[1] == limit)
			cap(turn);
		else if (++taken[family] > limit / 2 && awaiting &&
		    turn->standing == PLAN_ATTEMPT)
			turn->standing = PLAN_WAITING;
	}
}

/* So many tries, and one more of each further preference. */
static void
cap_each_preference(struct draft *draft)
{
	unsigned counted = 0, tries = 0;
	const struct turn *last = NULL;

	for (size_t i = 0; i < draft->turn_count; i++) {
		struct turn *turn = &draft->turns[i];
		bool further = last == NULL ||
		    draft_preference(draft, last) != draft_preference(draft, turn);

		if (!draft_costs_a_try(turn))
			continue;
		if (tries == DRAFT_TRIES_MOST ||
		    (counted == draft->profile->addresses && !further)) {
			cap(turn);
			continue;
		}
		counted += counted < draft->profile->addresses;
		tries++;
		last = turn;
	}
}

void
draft_limit_whoever_is_drawn(struct draft *draft)
{
	obey_null(draft);
	mark_self(draft);
	cut_at_self(draft);
	if (draft->profile->primary_only)
		drop_backups(draft);
}

void
draft_limit(struct draft *draft)
{
	static void (*const caps[])(struct draft *) = {
		[SENDER_CAP_NONE] = cap_nothing,
		[SENDER_CAP_STUCK] = cap_stuck,
		[SENDER_CAP_BALANCED] = cap_balanced,
		[SENDER_CAP_EACH_PREFERENCE] = cap_each_preference,
	};

	obey_null(draft);
	if (draft->profile->duplicates == SENDER_DROPS_ADDRESSES)
		drop_repeated(draft);
	mark_self(draft);
	cut_at_self(draft);
	if (draft->profile->primary_only)
		drop_backups(draft);
	caps[draft->profile->cap](draft);
}

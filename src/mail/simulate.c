/*
 * Deliveries by the hundred thousand. Decides nothing of its own: order within a preference is
 * that of plan_order.c, caps are those of plan_limits.c, steps those of verdict.c, put so that a
 * draw goes only as far as the address that takes the message. What every draw has in common is
 * settled once, before the first (simulate_cast.c). (RFC 5321 5.1: the sender draws anew among
 * equal preferences.)
 *
 * A partial Fisher-Yates shuffle draws one after another from what is left; the order that the
 * draw before left behind is as good a start as any.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "util/platform.h"
#include "util/rng.h"

#include "mail/draft.h"
#include "mail/simulator.h"

/* Where a delivery goes behind a candidate. */
enum course {
	COURSE_ON,
	COURSE_NEXT_TIER,
	COURSE_END,
};

/* --- caps ------------------------------------------------------------------------------ */

/* Counts a try at this candidate, or tells that there is none for it. */
typedef enum course cap(struct simulator *s, const struct candidate *candidate, bool *capped);

static enum course
cap_nothing(struct simulator *s, const struct candidate *candidate, bool *capped)
{
	(void)s;
	(void)candidate;
	(void)capped;
	return COURSE_ON;
}

/* So many attempts; nothing comes behind them. */
static enum course
cap_stuck(struct simulator *s, const struct candidate *candidate, bool *capped)
{
	if (!candidate->attempted)
		return COURSE_ON;
	*capped = s->tries == s->profile->addresses;
	s->tries += !*capped;
	return *capped ? COURSE_END : COURSE_ON;
}

/* So many tries in all, shared between the families. */
static enum course
cap_balanced(struct simulator *s, const struct candidate *candidate, bool *capped)
{
	unsigned family = candidate->family == 6;

	if (!candidate->costs_a_try)
		return COURSE_ON;
	if (s->tries == 0)
		draft_share_tries(s->profile->addresses, s->families[0], s->families[1],
		    candidate->family, s->shares);
	if (s->tries == s->profile->addresses)
		return COURSE_END;
	*capped = s->taken[family] == s->shares[family];
	s->taken[family] += !*capped;
	s->tries += !*capped;
	return COURSE_ON;
}

/* So many tries, and one of each further preference. */
static enum course
cap_each_preference(struct simulator *s, const struct candidate *candidate, bool *capped)
{
	if (!candidate->costs_a_try)
		return COURSE_ON;
	if (s->tries == DRAFT_TRIES_MOST)
		return COURSE_END;
	*capped = s->tries >= s->profile->addresses && s->tier_began;
	s->tier_began = true;
	s->tries += !*capped;
	return *capped ? COURSE_NEXT_TIER : COURSE_ON;
}

/* --- one candidate ---------------------------------------------------------------------- */

/* True for an address that this delivery came to before, and that is not tried twice. */
static bool
is_repeated(struct simulator *s, const struct candidate *candidate)
{
	bool repeated = s->seen[candidate->identity] == s->serial;

	if (!candidate->attempted || s->profile->duplicates != SENDER_DROPS_ADDRESSES)
		return false;
	s->seen[candidate->identity] = s->serial;
	return repeated;
}

/* Follows the answer of a candidate that is tried. */
static enum course
follow_answer(struct simulator *s, const struct candidate *candidate)
{
	switch (candidate->answer) {
	case ANSWER_TAKES:
		s->taker = candidate;
		return COURSE_END;
	case ANSWER_ENDS:
		return COURSE_END;
	case ANSWER_NEXT_EXCHANGE:
		s->passed_host = candidate->host;
		break;
	case ANSWER_NEXT_ADDRESS:
		break;
	}
	s->sessions += candidate->session;
	return candidate->session && s->sessions == s->profile->sessions ? COURSE_END
									 : COURSE_ON;
}

/* The sender comes to a candidate. */
static enum course
visit(struct simulator *s, const struct candidate *candidate)
{
	static cap *const caps[] = {
		[SENDER_CAP_NONE] = cap_nothing,
		[SENDER_CAP_STUCK] = cap_stuck,
		[SENDER_CAP_BALANCED] = cap_balanced,
		[SENDER_CAP_EACH_PREFERENCE] = cap_each_preference,
	};
	bool capped = false;
	enum course course;

	if (is_repeated(s, candidate))
		return COURSE_ON;
	course = caps[s->profile->cap](s, candidate, &capped);
	if (course != COURSE_ON || capped)
		return course;
	if (!candidate->attempted || candidate->host == s->passed_host)
		return COURSE_ON;
	return follow_answer(s, candidate);
}

/* --- draws ------------------------------------------------------------------------------- */

/* Draws one of the candidates from `at` on and puts it there. */
static struct candidate *
draw_candidate(struct simulator *s, size_t at, size_t end)
{
	size_t drawn = at + rng_below(&s->rng, (uint32_t)(end - at));
	struct candidate candidate = s->candidates[drawn];

	s->candidates[drawn] = s->candidates[at];
	s->candidates[at] = candidate;
	return &s->candidates[at];
}

/* The same for the exchanges of a tier. */
static const struct host *
draw_host(struct simulator *s, size_t at, size_t end)
{
	size_t drawn = at + rng_below(&s->rng, (uint32_t)(end - at));
	struct host host = s->hosts[drawn];

	s->hosts[drawn] = s->hosts[at];
	s->hosts[at] = host;
	return &s->hosts[at];
}

/* Visits a tier name by name, each with its addresses as they are. */
static enum course
visit_names(struct simulator *s, const struct tier *tier)
{
	size_t end = tier->first_host + tier->host_count;
	enum course course = COURSE_ON;

	for (size_t at = tier->first_host; at < end && course == COURSE_ON; at++) {
		const struct host *host = draw_host(s, at, end);

		for (size_t i = 0; i < host->count && course == COURSE_ON; i++)
			course = visit(s, &s->candidates[host->first + i]);
	}
	return course;
}

/* Visits a tier in the order of the answer. */
static enum course
visit_in_order(struct simulator *s, const struct tier *tier)
{
	enum course course = COURSE_ON;

	for (size_t i = 0; i < tier->count && course == COURSE_ON; i++)
		course = visit(s, &s->candidates[tier->first + i]);
	return course;
}

/* Visits a tier address by address. */
static enum course
visit_pooled(struct simulator *s, const struct tier *tier)
{
	size_t end = tier->first + tier->count;
	enum course course = COURSE_ON;

	for (size_t at = tier->first; at < end && course == COURSE_ON; at++)
		course = visit(s, draw_candidate(s, at, end));
	return course;
}

/* The next address of an exchange whose families are drawn, IPv6 first. */
static const struct candidate *
draw_within(struct simulator *s, const struct host *host, size_t i)
{
	size_t ipv4 = host->first + host->ipv6;

	return draw_candidate(
	    s, host->first + i, i < host->ipv6 ? ipv4 : host->first + host->count);
}

/*
 * Visits a tier name by name, while one pass moves IPv6 forward: an IPv4 address is held back
 * as long as an IPv6 address comes right behind it.
 */
static enum course
visit_floated(struct simulator *s, const struct tier *tier)
{
	size_t end = tier->first_host + tier->host_count;
	const struct candidate *held = NULL;
	enum course course = COURSE_ON;

	for (size_t at = tier->first_host; at < end && course == COURSE_ON; at++) {
		const struct host *host = draw_host(s, at, end);

		for (size_t i = 0; i < host->count && course == COURSE_ON; i++) {
			const struct candidate *next = draw_within(s, host, i);
			bool overtakes = held && held->family == 4 && next->family == 6;

			if (held)
				course = visit(s, overtakes ? next : held);
			held = overtakes ? held : next;
		}
	}
	return held && course == COURSE_ON ? visit(s, held) : course;
}

/* Marks the addresses of a tier that was left early: none of them is tried again further on. */
static void
leave_tier(struct simulator *s, const struct tier *tier)
{
	for (size_t i = 0; i < tier->count; i++)
		is_repeated(s, &s->candidates[tier->first + i]);
}

/* One delivery, to the address that takes it or to its end. */
static void
deliver(struct simulator *s)
{
	static enum course (*const visits[])(struct simulator *, const struct tier *) = {
		[SENDER_ORDER_NAMES] = visit_names,
		[SENDER_ORDER_POOLED] = visit_pooled,
		[SENDER_ORDER_FLOATED] = visit_floated,
		[SENDER_ORDER_BACKWARDS] = visit_in_order,
	};
	enum course course = COURSE_ON;

	s->serial++;
	s->passed_host = SIZE_MAX;
	s->tries = s->sessions = s->taken[0] = s->taken[1] = 0;
	s->taker = NULL;
	for (size_t i = 0; i < s->tier_count && course != COURSE_END; i++) {
		s->tier_began = false;
		course = visits[s->profile->order](s, &s->tiers[i]);
		if (course == COURSE_NEXT_TIER)
			leave_tier(s, &s->tiers[i]);
	}
	if (s->taker)
		s->simulation->shares[s->taker->share].deliveries++;
	else
		s->simulation->untaken++;
}

/* True when some address takes a message. */
static bool
is_taken_somewhere(const struct simulator *s)
{
	for (size_t i = 0; i < s->candidate_count; i++) {
		if (s->candidates[i].attempted && s->candidates[i].answer == ANSWER_TAKES)
			return true;
	}
	return false;
}

/* Compares two shares: by preference, then as exchanges and addresses came. */
static int
compare_shares(const void *left, const void *right, void *context)
{
	const struct simulated_share *a = left, *b = right;
	const struct mx_exchange *exchanges = context;
	uint16_t first = exchanges[a->exchange].preference;
	uint16_t second = exchanges[b->exchange].preference;

	if (first != second)
		return first < second ? -1 : 1;
	if (a->exchange != b->exchange)
		return a->exchange < b->exchange ? -1 : 1;
	return a->target < b->target ? -1 : a->target > b->target;
}

void
simulate(struct simulation *simulation, const struct mail_facts *facts,
    const struct plan_settings *settings, uint32_t deliveries)
{
	struct simulator s = {
		.simulation = simulation,
		.profile = sender_profile(settings->sender),
	};

	*simulation =
	    (struct simulation){ .sender = settings->sender, .deliveries = deliveries };
	if (!facts->mx_known || facts->mx.count == 0) {
		simulation->untaken = deliveries;
		return;
	}
	simulator_prepare(&s, facts, settings);
	rng_seed(&s.rng, settings->seed);
	if (is_taken_somewhere(&s)) {
		while (s.serial < deliveries)
			deliver(&s);
	} else {
		simulation->untaken = deliveries;
	}
	if (simulation->count > 1)
		platform_sort(simulation->shares, simulation->count, sizeof *simulation->shares,
		    compare_shares, facts->mx.exchanges);
	free(s.candidates);
	free(s.hosts);
	free(s.tiers);
	free(s.seen);
}

void
simulation_clear(struct simulation *simulation)
{
	free(simulation->shares);
	*simulation = (struct simulation){ 0 };
}

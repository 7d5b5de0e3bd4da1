/*
 * Deliveries by the hundred thousand. Decides nothing of its own: order within a preference is
 * that of plan_order.c, caps are those of plan_limits.c, steps those of verdict.c, put so that a
 * draw goes only as far as the address that takes the message. What every draw has in common -
 * who is gathered, what is left out whoever is drawn, what each address answers - is settled once,
 * before the first. (RFC 5321 5.1: the sender draws anew among equal preferences.)
 *
 * A partial Fisher-Yates shuffle draws one after another from what is left; the order that the
 * draw before left behind is as good a start as any.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "util/rng.h"

#include "mail/draft.h"
#include "mail/judgement.h"
#include "mail/policy.h"
#include "mail/simulate.h"
#include "mail/status.h"

/* What an attempt at an address leads to. */
enum answer {
	ANSWER_TAKES,
	ANSWER_ENDS, /* returned or kept: the sender asks no other */
	ANSWER_NEXT_ADDRESS,
	ANSWER_NEXT_EXCHANGE,
};

/* An address, as every draw finds it. */
struct candidate {
	size_t
	    share; /* index into simulation.shares; SIZE_MAX = none: a name without address */
	size_t host; /* index into simulator.hosts */
	size_t identity; /* the same for the same address */
	uint8_t family;
	bool attempted; /* otherwise a try at most is spent on it */
	bool costs_a_try;
	bool session; /* it gets to MAIL before it fails */
	enum answer answer;
};

/* An exchange: its candidates, IPv6 first where the sender draws within the families. */
struct host {
	size_t first, count;
	size_t ipv6; /* of these, how many come first as IPv6 */
};

/* A preference: its exchanges and their candidates. */
struct tier {
	size_t first_host, host_count;
	size_t first, count;
};

struct simulator {
	struct simulation *simulation;
	const struct sender_profile *profile;
	struct rng rng;
	struct candidate *candidates; /* tier by tier; shuffled within them */
	struct host *hosts;
	struct tier *tiers;
	size_t candidate_count, host_count, tier_count;
	unsigned families[2]; /* tries that IPv4 and IPv6 ask for */
	uint32_t *seen; /* by identity: the last delivery that came to this address */

	/* of the delivery under way */
	uint32_t serial;
	size_t passed_host; /* whose other addresses are not tried */
	unsigned tries, sessions;
	unsigned shares[2], taken[2]; /* of a balanced cap */
	bool tier_began; /* a try was counted at this preference */
	const struct candidate *taker;
};

/* Where a delivery goes behind a candidate. */
enum course {
	COURSE_ON,
	COURSE_NEXT_TIER,
	COURSE_END,
};

/* --- what is settled before the first draw ------------------------------------------- */

/* What the probe says of an attempt; one that says nothing counts as accepting. */
static void
read_probe(struct simulator *s, struct candidate *candidate, const struct smtp_facts *probe)
{
	static const enum answer by_step[] = {
		[SENDER_STEP_ADDRESS] = ANSWER_NEXT_ADDRESS,
		[SENDER_STEP_EXCHANGE] = ANSWER_NEXT_EXCHANGE,
		[SENDER_STEP_KEEP] = ANSWER_ENDS,
		[SENDER_STEP_CLEAR] = ANSWER_TAKES,
	};
	enum sender_met met;

	candidate->answer = ANSWER_TAKES;
	if (!probe || probe->outcome == SMTP_IN_PROGRESS || probe->outcome == SMTP_SKIPPED) {
		s->simulation->assumed += candidate->attempted;
		return;
	}
	if (probe->outcome == SMTP_ACCEPTING)
		return;
	if (!verdict_moves_on(probe)) {
		candidate->answer = ANSWER_ENDS;
		return;
	}
	met = judgement_met(probe);
	candidate->answer = by_step[s->profile->steps[met]];
	candidate->session =
	    met == SENDER_MET_ENVELOPE_TEMPORARY || met == SENDER_MET_ENVELOPE_LOST;
}

/* True when a policy that the sender follows forbids the address. */
static bool
is_forbidden(const struct simulator *s, const struct draft *draft, size_t target)
{
	const struct plan whose = { .sender = s->simulation->sender,
		.vantage = draft->settings->vantage };
	enum policy_answer answer = policy_rule(draft->facts, target, &whose).answer;

	return answer == POLICY_FAILED || answer == POLICY_LOST;
}

/* An address and whose it is, to find the same address again. */
struct sighting {
	const struct ip_addr *ip;
	struct candidate *candidate;
};

/* Compares two sightings by their addresses. */
static int
compare_sightings(const void *left, const void *right)
{
	const struct sighting *a = left, *b = right;

	return ip_compare(a->ip, b->ip);
}

/* Gives the same address the same identity, wherever it stands. */
static void
identify(struct simulator *s, const struct mail_facts *facts)
{
	static const struct ip_addr nowhere;
	struct sighting *sightings = mem_calloc(s->candidate_count, sizeof *sightings);
	size_t identity = 0;

	for (size_t i = 0; i < s->candidate_count; i++) {
		struct candidate *candidate = &s->candidates[i];
		size_t share = candidate->share;

		sightings[i] = (struct sighting){ &nowhere, candidate };
		if (share != SIZE_MAX)
			sightings[i].ip =
			    &facts->targets[s->simulation->shares[share].target].ip;
	}
	if (s->candidate_count > 1)
		qsort(sightings, s->candidate_count, sizeof *sightings, compare_sightings);
	for (size_t i = 0; i < s->candidate_count; i++) {
		identity += i > 0 && !ip_equal(sightings[i - 1].ip, sightings[i].ip);
		sightings[i].candidate->identity = identity;
	}
	free(sightings);
	s->seen = mem_calloc(s->candidate_count, sizeof *s->seen);
}

/* Gives the candidate a share, and the answer of its address. */
static void
add_share(struct simulator *s, const struct draft *draft, const struct turn *turn,
    struct candidate *candidate)
{
	candidate->share = s->simulation->count;
	s->simulation->shares[s->simulation->count++] = (struct simulated_share){
		.exchange = draft->places[turn->place].exchange,
		.target = turn->target,
	};
	s->families[turn->family == 6] += candidate->costs_a_try;
	read_probe(s, candidate, draft->facts->targets[turn->target].probe);
	if (is_forbidden(s, draft, turn->target)) {
		candidate->answer = ANSWER_NEXT_ADDRESS;
		candidate->session = false;
	}
}

/* Adds the candidate of a turn. */
static void
add_candidate(struct simulator *s, const struct draft *draft, const struct turn *turn)
{
	struct candidate *candidate = &s->candidates[s->candidate_count++];
	struct host *host = &s->hosts[s->host_count - 1];

	*candidate = (struct candidate){
		.share = SIZE_MAX,
		.host = s->host_count - 1,
		.family = turn->family,
		.attempted = turn->standing == PLAN_ATTEMPT,
		.costs_a_try = draft_costs_a_try(turn),
	};
	if (turn->target != SIZE_MAX)
		add_share(s, draft, turn, candidate);
	if (draft_goes_round(draft, turn)) {
		candidate->attempted = true;
		candidate->answer = ANSWER_ENDS;
	}
	host->count++;
	host->ipv6 += turn->family == 6;
	s->tiers[s->tier_count - 1].count++;
}

/* Takes the turns over, preference by preference and exchange by exchange. */
static void
take_turns(struct simulator *s, const struct draft *draft)
{
	const struct turn *last = NULL;

	for (size_t i = 0; i < draft->turn_count; i++) {
		const struct turn *turn = &draft->turns[i];

		if (draft_goes_round(draft, turn))
			break;
		if (turn->target == SIZE_MAX && !draft_goes_round(draft, turn))
			continue;
		if (!last || draft_preference(draft, last) != draft_preference(draft, turn))
			s->tiers[s->tier_count++] =
			    (struct tier){ s->host_count, 0, s->candidate_count, 0 };
		if (!last || last->place != turn->place) {
			s->hosts[s->host_count++] = (struct host){ s->candidate_count, 0, 0 };
			s->tiers[s->tier_count - 1].host_count++;
		}
		add_candidate(s, draft, turn);
		last = turn;
	}
}

/* True when a delivery may end at this exchange. */
static bool
may_end_at(const struct simulator *s, const struct host *host)
{
	for (size_t i = host->first; i < host->first + host->count; i++) {
		const struct candidate *candidate = &s->candidates[i];

		if (candidate->attempted &&
		    (candidate->answer == ANSWER_TAKES || candidate->answer == ANSWER_ENDS))
			return true;
	}
	return false;
}

/*
 * Leaves exchanges out of the draw at which no delivery ends. Where nothing counts the tries,
 * passing them over changes nothing: the others keep their chances among themselves.
 */
static void
drop_dead_hosts(struct simulator *s)
{
	if (s->profile->order != SENDER_ORDER_NAMES || s->profile->cap != SENDER_CAP_NONE ||
	    s->profile->sessions > 0)
		return;
	for (size_t i = 0; i < s->tier_count; i++) {
		struct tier *tier = &s->tiers[i];
		size_t kept = 0;

		for (size_t j = 0; j < tier->host_count; j++) {
			if (may_end_at(s, &s->hosts[tier->first_host + j]))
				s->hosts[tier->first_host + kept++] =
				    s->hosts[tier->first_host + j];
		}
		tier->host_count = kept;
	}
}

/* Gathers what all draws have in common. */
static void
prepare(
    struct simulator *s, const struct mail_facts *facts, const struct plan_settings *settings)
{
	struct draft draft = {
		.facts = facts,
		.settings = settings,
		.profile = s->profile,
	};
	size_t count;

	draft_gather(&draft);
	draft_limit_whoever_is_drawn(&draft);
	count = draft.turn_count;
	s->simulation->shares = mem_calloc(count, sizeof *s->simulation->shares);
	s->candidates = mem_calloc(count, sizeof *s->candidates);
	s->hosts = mem_calloc(count, sizeof *s->hosts);
	s->tiers = mem_calloc(count, sizeof *s->tiers);
	take_turns(s, &draft);
	drop_dead_hosts(s);
	identify(s, facts);
	draft_clear(&draft);
}

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
	prepare(&s, facts, settings);
	rng_seed(&s.rng, settings->seed);
	if (is_taken_somewhere(&s)) {
		while (s.serial < deliveries)
			deliver(&s);
	} else {
		simulation->untaken = deliveries;
	}
	if (simulation->count > 1)
		qsort_r(simulation->shares, simulation->count, sizeof *simulation->shares,
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

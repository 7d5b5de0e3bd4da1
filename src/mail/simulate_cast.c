/*
 * What all deliveries of a simulation have in common, settled before the first draw: who is gathered,
 * what is left out whoever is drawn, which addresses are the same, and what each of them answers,
 * by its probe and by the policies that the sender follows (RFC 7672 2.2, RFC 8461 5). Order and
 * standing are those of the plan (mail/draft.h).
 */
#include <stdlib.h>

#include "util/mem.h"

#include "mail/draft.h"
#include "mail/judgement.h"
#include "mail/policy.h"
#include "mail/simulator.h"
#include "mail/status.h"

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
	met = judgement_met(probe, s->profile);
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

void
simulator_prepare(
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

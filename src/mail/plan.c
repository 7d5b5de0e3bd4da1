/*
 * The delivery plan: what could be tried, put in the sender's order, and why (RFC 5321 5.1, 5.2).
 *
 * Decides how each exchange and address stands by itself - attempted, awaited, or left out for
 * what it is - and writes the rows. The order is plan_order.c's, what a sender leaves out by
 * habit plan_limits.c's, the words are plan_because.c's. What the servers say to the attempts
 * is left to verdict.c, what is worth a remark to the findings.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "mail/draft.h"
#include "mail/special.h"

NAMES_DEFINE(plan_standing, PLAN_STANDINGS)

uint16_t
draft_preference(const struct draft *draft, const struct turn *turn)
{
	return draft->places[turn->place].preference;
}

const struct ip_addr *
draft_ip(const struct draft *draft, const struct turn *turn)
{
	return &draft->facts->targets[turn->target].ip;
}

/* --- how an exchange or address stands by itself ------------------------------------ */

/* True when an answer says that the name does not exist at all. */
static bool
denies(const struct dns_result *result)
{
	return result && result->outcome == DNS_NXDOMAIN;
}

/* How an exchange without a single address stands. */
static enum plan_standing
standing_without_address(const struct mail_facts *facts, const struct place *place)
{
	static const enum plan_standing by_form[] = {
		[EXCHANGE_HOST] = PLAN_ATTEMPT,
		[EXCHANGE_ROOT] = PLAN_NULL,
		[EXCHANGE_LITERAL] = PLAN_LITERAL,
		[EXCHANGE_LOCALHOST] = PLAN_LOCALHOST,
		[EXCHANGE_INVALID] = PLAN_INVALID,
	};
	const struct mx_exchange *exchange = &facts->mx.exchanges[place->exchange];
	const struct exchange_addresses *addresses = &facts->addresses[place->source];

	if (!place->tried)
		return PLAN_DUPLICATE;
	if (exchange->form != EXCHANGE_HOST)
		return by_form[exchange->form];
	if (!mail_facts_exchange_known(facts, place->source))
		return PLAN_WAITING;
	if (mail_facts_trouble(facts, place->source))
		return PLAN_DNS_TROUBLE;
	return denies(addresses->a) || denies(addresses->aaaa) ? PLAN_NO_SUCH_NAME
							       : PLAN_NO_ADDRESS;
}

/* True when the sender uses addresses of this family. */
static bool
has_family(const struct draft *draft, uint8_t family)
{
	if (!vantage_has_family(&draft->settings->vantage, family))
		return false;
	if (family == 4)
		return draft->settings->ipv4;
	return draft->settings->ipv6 && draft->profile->families != SENDER_IPV4_ONLY;
}

/* How an address stands: attempted unless it is special or of a family that the sender lacks. */
static enum plan_standing
address_standing(const struct draft *draft, const struct ip_addr *ip)
{
	const char *kind = special_refused(ip, &draft->settings->special);

	if (!draft->facts->mx_result &&
	    draft->profile->endings[SENDER_END_ADDRESS_LITERAL].status)
		return PLAN_LITERAL;
	if (kind)
		return special_is_self(kind) ? PLAN_LOOPBACK : PLAN_SPECIAL;
	return has_family(draft, ip->family) ? PLAN_ATTEMPT : PLAN_NO_FAMILY;
}

/* True when an address on its way may come before those that are known. */
static bool
may_be_overtaken(const struct draft *draft, const struct exchange_addresses *addresses)
{
	bool a = addresses->a_asked && !addresses->a;
	bool aaaa = addresses->aaaa_asked && !addresses->aaaa;

	if (draft->profile->order == SENDER_ORDER_POOLED ||
	    draft->profile->order == SENDER_ORDER_FLOATED)
		return a || aaaa;
	return draft->profile->families == SENDER_IPV6_FIRST ? aaaa : a;
}

/* --- gathering ---------------------------------------------------------------------- */

/* The targets of each exchange, chained in order of arrival. */
struct chains {
	size_t *first, *next; /* SIZE_MAX ends a chain */
};

/* Chains the targets. */
static void
chain_targets(struct chains *chains, const struct mail_facts *facts)
{
	chains->first = mem_calloc(facts->mx.count, sizeof *chains->first);
	chains->next = mem_calloc(facts->target_count, sizeof *chains->next);
	for (size_t i = 0; i < facts->mx.count; i++)
		chains->first[i] = SIZE_MAX;
	for (size_t i = facts->target_count; i-- > 0;) {
		size_t *first = &chains->first[facts->targets[i].exchange];

		chains->next[i] = *first;
		*first = i;
	}
}

/* Appends a turn. */
static void
add_turn(struct draft *draft, const struct turn *turn)
{
	draft->turns = mem_grow(
	    draft->turns, draft->turn_count, &draft->turn_capacity, sizeof *draft->turns);
	draft->turns[draft->turn_count++] = *turn;
}

/* Appends a turn without an address. */
static void
add_bare_turn(struct draft *draft, size_t at, enum plan_standing standing)
{
	add_turn(
	    draft, &(struct turn){ .place = at, .target = SIZE_MAX, .standing = standing });
}

/* Appends the turn of an address. */
static void
add_address(struct draft *draft, size_t at, size_t target)
{
	const struct ip_addr *ip = &draft->facts->targets[target].ip;
	struct turn turn = {
		.place = at,
		.target = target,
		.family = ip->family,
		.standing = address_standing(draft, ip),
	};

	draft_draw(draft, &turn);
	add_turn(draft, &turn);
}

/*
 * Gathers the turns of the exchange at this place. Addresses that may be overtaken leave a turn
 * free for those that come before them.
 */
static void
gather_place(struct draft *draft, const struct chains *chains, size_t at)
{
	const struct place *place = &draft->places[at];
	bool literal = draft->facts->mx.exchanges[place->exchange].form == EXCHANGE_LITERAL;
	size_t target = chains->first[place->source], first;

	if (target == SIZE_MAX || (literal && !draft->profile->connects_to_literals)) {
		add_bare_turn(draft, at, standing_without_address(draft->facts, place));
		return;
	}
	if (may_be_overtaken(draft, &draft->facts->addresses[place->source]))
		add_bare_turn(draft, at, PLAN_WAITING);
	first = draft->turn_count;
	for (; target != SIZE_MAX; target = chains->next[target])
		add_address(draft, at, target);
	draft_order_host(draft, &draft->turns[first], draft->turn_count - first);
}

void
draft_gather(struct draft *draft)
{
	struct chains chains;

	draft_order_places(draft);
	chain_targets(&chains, draft->facts);
	for (size_t at = 0; at < draft->facts->mx.count; at++)
		gather_place(draft, &chains, at);
	free(chains.first);
	free(chains.next);
}

/* --- the rows ----------------------------------------------------------------------- */

/* Writes the row of each turn. */
static void
write_rows(struct plan *plan, const struct draft *draft)
{
	plan->rows = mem_calloc(draft->turn_count, sizeof *plan->rows);
	for (size_t i = 0; i < draft->turn_count; i++) {
		const struct turn *turn = &draft->turns[i];
		enum rule_id rule;
		char *because = draft_because(draft, turn, &rule);

		plan->rows[plan->count++] = (struct plan_row){
			.attempt =
			    turn->standing == PLAN_ATTEMPT ? (unsigned)++plan->attempts : 0,
			.exchange = draft->places[turn->place].exchange,
			.target = turn->target,
			.standing = turn->standing,
			.waiting = turn->standing == PLAN_WAITING,
			.rule = rule_of(rule),
			.because = because,
		};
	}
}

/* Where an exchange comes in: its first attempt, or its first row when there is none. */
struct entrance {
	size_t exchange, row;
	bool attempted;
};

/* Compares two entrances by their rows. */
static int
compare_entrances(const void *left, const void *right)
{
	const struct entrance *a = left, *b = right;

	return a->row < b->row ? -1 : a->row > b->row;
}

/* Puts the exchanges in the order in which the rows first come to them. */
static void
write_exchange_order(struct plan *plan, size_t count)
{
	struct entrance *entrances = mem_calloc(count, sizeof *entrances);

	for (size_t i = 0; i < count; i++)
		entrances[i] = (struct entrance){ .exchange = i, .row = SIZE_MAX };
	for (size_t i = 0; i < plan->count; i++) {
		struct entrance *entrance = &entrances[plan->rows[i].exchange];
		bool attempt = plan->rows[i].attempt > 0;

		if (entrance->row != SIZE_MAX && (entrance->attempted || !attempt))
			continue;
		entrance->row = i;
		entrance->attempted = attempt;
	}
	qsort(entrances, count, sizeof *entrances, compare_entrances);
	plan->exchange_count = count;
	plan->exchange_order = mem_calloc(count, sizeof *plan->exchange_order);
	for (size_t i = 0; i < count; i++)
		plan->exchange_order[i] = entrances[i].exchange;
	free(entrances);
}

void
plan_make(
    struct plan *plan, const struct mail_facts *facts, const struct plan_settings *settings)
{
	struct draft draft = {
		.facts = facts,
		.settings = settings,
		.profile = sender_profile(settings->sender),
	};

	*plan = (struct plan){ .sender = settings->sender, .vantage = settings->vantage };
	if (!facts->mx_known || facts->mx.count == 0)
		return;
	draft_gather(&draft);
	draft_order_turns(&draft);
	draft_limit(&draft);
	write_rows(plan, &draft);
	write_exchange_order(plan, facts->mx.count);
	draft_clear(&draft);
}

void
draft_clear(struct draft *draft)
{
	free(draft->places);
	free(draft->turns);
}

void
plan_clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		free(plan->rows[i].because);
	free(plan->rows);
	free(plan->exchange_order);
	*plan = (struct plan){ 0 };
}

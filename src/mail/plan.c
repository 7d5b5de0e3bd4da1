/*
 * The delivery plan of a sender that does what RFC 5321 5.1 and 5.2 say.
 *
 * Decides the order - preference ascending, a draw among equals, the addresses of an exchange
 * IPv4 first and each family as the resolver gave it - and, for every host or address that no
 * attempt is made for, why not. The draw gives each exchange a key of its own from seed and
 * name, so that neither answer order nor what arrives later moves a row. What the servers say
 * to the attempts is left to verdict.c, what is worth a remark to the findings.
 */
#include <stdio.h>
#include <stdlib.h>

#include "util/buf.h"
#include "util/mem.h"

#include "mail/plan.h"

NAMES_DEFINE(plan_standing, PLAN_STANDINGS)

/* The rule behind each way to be left out. */
static const enum rule_id standing_rules[] = {
	[PLAN_ATTEMPT] = RULE_PREFERENCE,
	[PLAN_WAITING] = RULE_MX_HOST,
	[PLAN_NO_SUCH_NAME] = RULE_MX_HOST,
	[PLAN_NO_ADDRESS] = RULE_MX_HOST,
	[PLAN_DNS_TROUBLE] = RULE_DNS_TEMPORARY,
	[PLAN_SPECIAL] = RULE_SPECIAL_ADDRESS,
	[PLAN_LOOPBACK] = RULE_LOOP,
	[PLAN_NO_FAMILY] = RULE_FAMILY,
	[PLAN_DUPLICATE] = RULE_DUPLICATE,
	[PLAN_NULL] = RULE_NULL_MX_ALONE,
	[PLAN_LITERAL] = RULE_MX_LITERAL,
	[PLAN_LOCALHOST] = RULE_LOCALHOST,
	[PLAN_INVALID] = RULE_MX_HOST,
};

/* An exchange's place in the delivery order. */
struct place {
	size_t exchange;
	uint16_t preference;
	uint64_t key; /* of the draw */
	size_t answer_index;
	unsigned tier_size; /* exchanges of this preference, duplicates not counted */
	unsigned tier_place; /* 1 = drawn first among them */
	size_t first_target, target_count; /* into draft.reach */
};

/* A target, sorted to where it is tried. */
struct reach {
	size_t place; /* of its exchange */
	uint8_t family;
	size_t target;
};

/* A plan in the making. */
struct draft {
	const struct mail_facts *facts;
	const struct plan_settings *settings;
	struct plan *plan;
	size_t row_capacity;
	struct place *places; /* in delivery order */
	struct reach *reach; /* in delivery order */
};

/* Mixes a number so that each of its bits changes about half of the result's. */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 31)) * UINT64_C(0x7fb5d329728ea185);
	x = (x ^ (x >> 27)) * UINT64_C(0x81dadef4bc2dd44d);
	return x ^ (x >> 33);
}

/* The key of an exchange in the draw of this seed: the lowest key is tried first. */
static uint64_t
draw_key(uint64_t seed, const struct dns_name *name)
{
	uint64_t key = mix(seed + UINT64_C(0x9e3779b97f4a7c15));

	for (size_t i = 0; i < name->length; i++)
		key = mix(key ^ name->wire[i]);
	return key;
}

/* Compares two places: preference, draw, order of the answer. */
static int
compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->preference != b->preference)
		return a->preference < b->preference ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->answer_index < b->answer_index ? -1 : a->answer_index > b->answer_index;
}

/* Compares two targets: exchange, IPv4 before IPv6, order of the answer. */
static int
compare_reach(const void *left, const void *right)
{
	const struct reach *a = left, *b = right;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return a->target < b->target ? -1 : a->target > b->target;
}

/*
 * Numbers the exchanges of the tier that begins at place `first`; returns where the next
 * begins.
 */
static size_t
number_tier(struct draft *draft, size_t first)
{
	const struct mx_set *mx = &draft->facts->mx;
	unsigned size = 0;
	size_t end = first;

	for (; end < mx->count &&
	     draft->places[end].preference == draft->places[first].preference;
	     end++) {
		if (!mx->exchanges[draft->places[end].exchange].duplicate)
			draft->places[end].tier_place = ++size;
	}
	for (size_t i = first; i < end; i++)
		draft->places[i].tier_size = size;
	return end;
}

/* Puts the exchanges in delivery order. */
static void
order_exchanges(struct draft *draft)
{
	const struct mx_set *mx = &draft->facts->mx;

	draft->places = mem_calloc(mx->count, sizeof *draft->places);
	for (size_t i = 0; i < mx->count; i++)
		draft->places[i] = (struct place){
			.exchange = i,
			.preference = mx->exchanges[i].preference,
			.key = draw_key(draft->settings->seed, &mx->exchanges[i].name),
			.answer_index = mx->exchanges[i].answer_index,
		};
	qsort(draft->places, mx->count, sizeof *draft->places, compare_places);
	for (size_t i = 0; i < mx->count;)
		i = number_tier(draft, i);
	draft->plan->exchange_count = mx->count;
	draft->plan->exchange_order =
	    mem_calloc(mx->count, sizeof *draft->plan->exchange_order);
	for (size_t i = 0; i < mx->count; i++)
		draft->plan->exchange_order[i] = draft->places[i].exchange;
}

/* Sorts the targets under their exchanges. */
static void
order_targets(struct draft *draft)
{
	const struct mail_facts *facts = draft->facts;
	size_t *place_of = mem_calloc(facts->mx.count, sizeof *place_of);

	for (size_t i = 0; i < facts->mx.count; i++)
		place_of[draft->places[i].exchange] = i;
	draft->reach = mem_calloc(facts->target_count, sizeof *draft->reach);
	for (size_t i = 0; i < facts->target_count; i++)
		draft->reach[i] = (struct reach){
			.place = place_of[facts->targets[i].exchange],
			.family = facts->targets[i].ip.family,
			.target = i,
		};
	free(place_of);
	qsort(draft->reach, facts->target_count, sizeof *draft->reach, compare_reach);
	for (size_t i = facts->target_count; i-- > 0;) {
		struct place *place = &draft->places[draft->reach[i].place];

		place->first_target = i;
		place->target_count++;
	}
}

/* Appends a row, whose because it takes. */
static void
add_row(struct draft *draft, const struct plan_row *row)
{
	struct plan *plan = draft->plan;

	plan->rows =
	    mem_grow(plan->rows, plan->count, &draft->row_capacity, sizeof *plan->rows);
	plan->rows[plan->count] = *row;
	if (row->standing == PLAN_ATTEMPT)
		plan->rows[plan->count].attempt = (unsigned)++plan->attempts;
	plan->rows[plan->count].waiting = row->standing == PLAN_WAITING;
	plan->count++;
}

/* True when an answer says that the name does not exist at all. */
static bool
denies(const struct dns_result *result)
{
	return result && result->outcome == DNS_NXDOMAIN;
}

/* How an exchange without a single address stands. */
static enum plan_standing
standing_without_address(const struct mail_facts *facts, size_t index)
{
	static const enum plan_standing by_form[] = {
		[EXCHANGE_HOST] = PLAN_ATTEMPT,
		[EXCHANGE_ROOT] = PLAN_NULL,
		[EXCHANGE_LITERAL] = PLAN_LITERAL,
		[EXCHANGE_LOCALHOST] = PLAN_LOCALHOST,
		[EXCHANGE_INVALID] = PLAN_INVALID,
	};
	const struct mx_exchange *exchange = &facts->mx.exchanges[index];
	const struct exchange_addresses *addresses = &facts->addresses[index];

	if (exchange->duplicate)
		return PLAN_DUPLICATE;
	if (exchange->form != EXCHANGE_HOST)
		return by_form[exchange->form];
	if (!mail_facts_exchange_known(facts, index))
		return PLAN_WAITING;
	if (mail_facts_trouble(facts, index))
		return PLAN_DNS_TROUBLE;
	return denies(addresses->a) || denies(addresses->aaaa) ? PLAN_NO_SUCH_NAME
							       : PLAN_NO_ADDRESS;
}

/* Where an exchange's alias leads, in out; NULL when it is none. */
static const char *
alias_end(const struct exchange_addresses *addresses, char out[DNS_NAME_TEXT_MAX])
{
	const struct dns_result *result = addresses->a ? addresses->a : addresses->aaaa;

	if (!result || result->alias_count == 0)
		return NULL;
	return dns_name_text(dns_result_owner(result), out);
}

/*
 * Begins a sentence about a name that DNS says no to: "mx2.example.net", or whose alias it is.
 */
static void
add_name(struct buf *because, const char *name, const struct exchange_addresses *addresses)
{
	char text[DNS_NAME_TEXT_MAX];
	const char *end = alias_end(addresses, text);

	buf_adds(because, name);
	if (end)
		buf_addf(because, ", an alias of %s,", end);
}

/* Says why an exchange has no attempt. */
static char *
exchange_because(const struct mail_facts *facts, size_t index, enum plan_standing standing)
{
	static const char *const endings[] = {
		[PLAN_ATTEMPT] = "",
		[PLAN_WAITING] = " is being looked up",
		[PLAN_NO_SUCH_NAME] = " does not exist: no mail reaches it",
		[PLAN_NO_ADDRESS] = " has no address: no mail reaches it",
		[PLAN_DNS_TROUBLE] = " cannot be looked up now",
		[PLAN_SPECIAL] = "",
		[PLAN_LOOPBACK] = "",
		[PLAN_NO_FAMILY] = "",
		[PLAN_DUPLICATE] = " is listed more than once: its lowest preference counts",
		[PLAN_NULL] = " is no host, and beside other exchanges no Null MX either",
		[PLAN_LITERAL] =
		    " is an address where a host name belongs, so it is not looked up",
		[PLAN_LOCALHOST] = " is the sender itself: mail would come back",
		[PLAN_INVALID] = " is not a host name",
	};
	const struct exchange_addresses *addresses = &facts->addresses[index];
	const struct dns_result *trouble = mail_facts_trouble(facts, index);
	struct buf because = BUF_INIT;

	add_name(&because, facts->mx.exchanges[index].text, addresses);
	buf_adds(&because, endings[standing]);
	if (standing == PLAN_DNS_TROUBLE && trouble)
		buf_addf(&because, ": %s", dns_outcome_help(trouble->outcome));
	return buf_take(&because);
}

/* Adds the row of an exchange without addresses, or whose first ones are awaited. */
static void
add_exchange_row(struct draft *draft, size_t exchange, enum plan_standing standing)
{
	add_row(draft,
	    &(struct plan_row){
		.exchange = exchange,
		.target = SIZE_MAX,
		.standing = standing,
		.rule = rule_of(standing_rules[standing]),
		.because = exchange_because(draft->facts, exchange, standing),
	    });
}

/*
 * How an address stands: attempted unless it is special or of a family that the sender lacks.
 */
static enum plan_standing
address_standing(const struct ip_addr *ip, const struct plan_settings *settings)
{
	const char *kind = special_refused(ip, &settings->special);

	if (kind)
		return special_is_self(kind) ? PLAN_LOOPBACK : PLAN_SPECIAL;
	if (!(ip->family == 4 ? settings->ipv4 : settings->ipv6))
		return PLAN_NO_FAMILY;
	return PLAN_ATTEMPT;
}

/* Says why an address has no attempt. */
static char *
address_because(const struct ip_addr *ip, enum plan_standing standing)
{
	const char *kind = special_kind(ip);
	char text[IP_TEXT_MAX];
	struct buf because = BUF_INIT;

	ip_text(ip, text);
	if (standing == PLAN_NO_FAMILY)
		buf_addf(&because, "this sender does not use IPv%u, so %s is not tried",
		    ip->family, text);
	else
		buf_addf(&because, "%s is %s %s address: %s", text, special_article(kind), kind,
		    standing == PLAN_LOOPBACK ? "the sender would connect to itself"
					      : "public mail cannot reach it");
	return buf_take(&because);
}

/* Writes "1st", "2nd", "3rd", "11th" and returns out. */
static const char *
ordinal(size_t n, char out[24])
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };
	bool teen = n % 100 / 10 == 1;
	size_t digit = n % 10;

	snprintf(out, 24, "%zu%s", n, endings[!teen && digit < 4 ? digit : 0]);
	return out;
}

/* Says why the exchange at this place comes when it comes, and names the rule. */
static enum rule_id
add_place(struct buf *because, const struct draft *draft, size_t at)
{
	const struct mail_facts *facts = draft->facts;
	const struct place *place = &draft->places[at];
	const char *name = facts->mx.exchanges[place->exchange].text;
	char nth[24];

	if (!facts->mx_result) {
		buf_adds(
		    because, "an address literal names the server itself: no MX is asked for");
		return RULE_ADDRESS_LITERAL;
	}
	if (facts->mx.kind != MX_EXPLICIT) {
		buf_addf(
		    because, "%s has no MX records, so its own address takes its mail", name);
		return RULE_IMPLICIT_MX;
	}
	if (place->tier_size > 1) {
		buf_addf(because, "preference %u is shared by %u exchanges: the draw put %s %s",
		    place->preference, place->tier_size, name, ordinal(place->tier_place, nth));
		return RULE_DRAW;
	}
	if (at == 0)
		buf_addf(because, "preference %u is %s: %s is tried first", place->preference,
		    facts->mx.count > 1 ? "the lowest number" : "the only one", name);
	else
		buf_addf(because, "preference %u comes after %u", place->preference,
		    draft->places[at - 1].preference);
	return RULE_PREFERENCE;
}

/* Says why this address, the nth of its exchange, is tried when it is, and names the rule. */
static enum rule_id
add_attempt(struct buf *because, const struct draft *draft, size_t at, size_t nth)
{
	const struct place *place = &draft->places[at];
	char alias[DNS_NAME_TEXT_MAX], text[24];
	const char *end;
	enum rule_id rule;

	if (nth > 1) {
		buf_addf(because, "%s address of %s, in the resolver's order, IPv4 before IPv6",
		    ordinal(nth, text), draft->facts->mx.exchanges[place->exchange].text);
		return RULE_ADDRESS_ORDER;
	}
	rule = add_place(because, draft, at);
	end = alias_end(&draft->facts->addresses[place->exchange], alias);
	if (end && draft->facts->mx.kind == MX_EXPLICIT)
		buf_addf(
		    because, "; it is an alias of %s, which senders follow all the same", end);
	return rule;
}

/* Adds the row of the nth address of the exchange at this place. */
static void
add_address_row(struct draft *draft, size_t at, size_t nth)
{
	const struct place *place = &draft->places[at];
	size_t target = draft->reach[place->first_target + nth - 1].target;
	const struct ip_addr *ip = &draft->facts->targets[target].ip;
	enum plan_standing standing = address_standing(ip, draft->settings);
	struct buf because = BUF_INIT;
	enum rule_id rule = standing_rules[standing];

	if (standing == PLAN_ATTEMPT)
		rule = add_attempt(&because, draft, at, nth);
	add_row(draft,
	    &(struct plan_row){
		.exchange = place->exchange,
		.target = target,
		.standing = standing,
		.rule = rule_of(rule),
		.because = standing == PLAN_ATTEMPT ? buf_take(&because)
						    : address_because(ip, standing),
	    });
}

/*
 * Adds all rows of the exchange at this place. IPv6 addresses that came first leave a row free
 * for the IPv4 ones, which stand before them.
 */
static void
add_exchange_rows(struct draft *draft, size_t at)
{
	const struct place *place = &draft->places[at];
	const struct exchange_addresses *addresses = &draft->facts->addresses[place->exchange];

	if (place->target_count == 0)
		add_exchange_row(draft, place->exchange,
		    standing_without_address(draft->facts, place->exchange));
	else if (addresses->a_asked && !addresses->a)
		add_exchange_row(draft, place->exchange, PLAN_WAITING);
	for (size_t nth = 1; nth <= place->target_count; nth++)
		add_address_row(draft, at, nth);
}

void
plan_make(
    struct plan *plan, const struct mail_facts *facts, const struct plan_settings *settings)
{
	struct draft draft = { .facts = facts, .settings = settings, .plan = plan };

	*plan = (struct plan){ 0 };
	if (!facts->mx_known || facts->mx.count == 0)
		return;
	order_exchanges(&draft);
	order_targets(&draft);
	for (size_t at = 0; at < facts->mx.count; at++)
		add_exchange_rows(&draft, at);
	free(draft.places);
	free(draft.reach);
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

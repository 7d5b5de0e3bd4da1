/*
 * The order of a delivery plan: preference ascending, and within a preference the way of the
 * sender's profile - a draw among exchanges (RFC 5321 5.1), a draw among addresses, one that
 * moves IPv6 forward, or the answer's order. Every draw gives each exchange and address a key
 * of its own from seed, name and address, so that neither answer order nor what arrives later
 * moves a row. What is left out stands where it would have stood.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "mail/draft.h"

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

void
draft_draw(struct draft *draft, struct turn *turn)
{
	const struct place *place = &draft->places[turn->place];
	const struct ip_addr *ip = draft_ip(draft, turn);
	char text[IP_TEXT_MAX];

	ip_text(ip, text);
	turn->key = mix(place->key ^ (place->exchange == place->source ? 0 : 1));
	for (const char *c = text; *c != '\0'; c++)
		turn->key = mix(turn->key ^ (unsigned char)*c);
}

/* --- exchanges ------------------------------------------------------------------- */

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

/* Numbers the exchanges of the tier that begins at place `first`; returns where the next begins. */
static size_t
number_tier(struct draft *draft, size_t first)
{
	const struct mx_set *mx = &draft->facts->mx;
	unsigned size = 0;
	size_t end = first;

	for (; end < mx->count &&
	     draft->places[end].preference == draft->places[first].preference;
	     end++) {
		if (draft->places[end].tried)
			draft->places[end].tier_place = ++size;
	}
	for (size_t i = first; i < end; i++)
		draft->places[i].tier_size = size;
	return end;
}

/* Keys for a sender without a draw: the first of the answer, then the others from its end. */
static void
set_backward_keys(struct place *places, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool first = true;

		for (size_t j = 0; j < count && first; j++)
			first = places[j].preference != places[i].preference ||
			    places[j].answer_index >= places[i].answer_index;
		places[i].key = first ? 0 : SIZE_MAX - places[i].answer_index;
	}
}

void
draft_order_places(struct draft *draft)
{
	const struct mx_set *mx = &draft->facts->mx;
	bool keeps = draft->profile->duplicates == SENDER_KEEPS_DUPLICATES;

	draft->places = mem_calloc(mx->count, sizeof *draft->places);
	for (size_t i = 0; i < mx->count; i++)
		draft->places[i] = (struct place){
			.exchange = i,
			.source = keeps ? mx_set_source(mx, i) : i,
			.preference = mx->exchanges[i].preference,
			.key = draw_key(draft->settings->seed, &mx->exchanges[i].name),
			.answer_index = mx->exchanges[i].answer_index,
			.tried = keeps || !mx->exchanges[i].duplicate,
		};
	if (draft->profile->order == SENDER_ORDER_BACKWARDS)
		set_backward_keys(draft->places, mx->count);
	qsort(draft->places, mx->count, sizeof *draft->places, compare_places);
	for (size_t i = 0; i < mx->count;)
		i = number_tier(draft, i);
}

/* --- addresses of one exchange ---------------------------------------------------- */

/* Compares two addresses in the order of their arrival, within a family. */
static int
compare_arrival(const struct turn *a, const struct turn *b)
{
	return a->target < b->target ? -1 : a->target > b->target;
}

/* Compares two addresses: IPv4 before IPv6, order of the answer. */
static int
compare_ipv4_first(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	return a->family != b->family ? a->family - b->family : compare_arrival(a, b);
}

/* Compares two addresses: IPv6 before IPv4, order of the answer. */
static int
compare_ipv6_first(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	return a->family != b->family ? b->family - a->family : compare_arrival(a, b);
}

/* Compares two addresses: IPv6 before IPv4, each family drawn. */
static int
compare_drawn(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	if (a->family != b->family)
		return b->family - a->family;
	return a->key < b->key ? -1 : a->key > b->key;
}

void
draft_order_host(const struct draft *draft, struct turn *turns, size_t count)
{
	static int (*const compare[])(const void *, const void *) = {
		[SENDER_IPV4_FIRST] = compare_ipv4_first,
		[SENDER_IPV6_FIRST] = compare_ipv6_first,
		[SENDER_IPV6_FIRST_DRAWN] = compare_drawn,
		[SENDER_IPV4_ONLY] = compare_ipv4_first,
	};

	if (count > 1)
		qsort(turns, count, sizeof *turns, compare[draft->profile->families]);
	for (size_t i = 0; i < count; i++)
		turns[i].nth = (unsigned)i + 1;
}

/* --- addresses of one preference --------------------------------------------------- */

/* Compares two turns: what is awaited first, then the draw. */
static int
compare_pooled(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;
	bool a_waits = a->standing == PLAN_WAITING, b_waits = b->standing == PLAN_WAITING;

	if (a_waits != b_waits)
		return a_waits ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

/* Sorts a tier whose addresses were drawn together. */
static void
pool_tier(struct draft *draft, struct turn *turns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (turns[i].target == SIZE_MAX)
			turns[i].key = draft->places[turns[i].place].key;
	}
	qsort(turns, count, sizeof *turns, compare_pooled);
}

/* Moves what is awaited to the front; the rest keeps its order. Returns how much it is. */
static size_t
bring_waiting_forward(struct turn *turns, size_t count)
{
	size_t waiting = 0;

	for (size_t i = 0; i < count; i++) {
		struct turn turn = turns[i];

		if (turn.standing != PLAN_WAITING)
			continue;
		memmove(&turns[waiting + 1], &turns[waiting], (i - waiting) * sizeof *turns);
		turns[waiting++] = turn;
	}
	return waiting;
}

/* Makes the addresses of a tier wait. */
static void
suspend_tier(struct turn *turns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (turns[i].standing == PLAN_ATTEMPT)
			turns[i].standing = PLAN_WAITING;
	}
}

/*
 * Moves IPv6 forward the way Exim does: one pass from the front, in which an IPv4 address
 * changes places with an IPv6 address right behind it. Exim does so once all answers are in:
 * until then nothing of the tier has its turn.
 */
static void
float_tier(struct draft *draft, struct turn *turns, size_t count)
{
	struct turn *before = NULL;

	(void)draft;
	if (bring_waiting_forward(turns, count) > 0) {
		suspend_tier(turns, count);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (turns[i].target == SIZE_MAX)
			continue;
		if (before && before->family == 4 && turns[i].family == 6) {
			struct turn swapped = *before;

			*before = turns[i];
			turns[i] = swapped;
		}
		before = &turns[i];
	}
}

/* Leaves a tier as it was gathered, exchange by exchange. */
static void
keep_tier(struct draft *draft, struct turn *turns, size_t count)
{
	(void)draft;
	(void)turns;
	(void)count;
}

/* Counts the addresses of a tier. */
static void
number_pool(struct turn *turns, size_t count)
{
	unsigned size = 0;

	for (size_t i = 0; i < count; i++) {
		if (turns[i].target != SIZE_MAX)
			turns[i].pool_place = ++size;
	}
	for (size_t i = 0; i < count; i++)
		turns[i].pool_size = size;
}

void
draft_order_turns(struct draft *draft)
{
	static void (*const order[])(struct draft *, struct turn *, size_t) = {
		[SENDER_ORDER_NAMES] = keep_tier,
		[SENDER_ORDER_POOLED] = pool_tier,
		[SENDER_ORDER_FLOATED] = float_tier,
		[SENDER_ORDER_BACKWARDS] = keep_tier,
	};

	for (size_t first = 0, end; first < draft->turn_count; first = end) {
		struct turn *turns = &draft->turns[first];

		for (end = first + 1; end < draft->turn_count; end++) {
			if (draft_preference(draft, &draft->turns[end]) !=
			    draft_preference(draft, turns))
				break;
		}
		order[draft->profile->order](draft, turns, end - first);
		number_pool(turns, end - first);
	}
}

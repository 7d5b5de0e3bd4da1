/*
 * Hosts that stand only in the edited MX set: they are asked for, probed and held against their
 * TLSA records as those of the real one, so that plan and findings of what is to be published
 * are as good. Decides which questions there are, and where an answer belongs: the set may be
 * edited while they are in flight, so that questions are told apart by a hash of host or address,
 * not by place. What was learned is kept in inquiry->spare (mail/imagine.h).
 */
#include <stdlib.h>

#include "dns/reverse.h"

#include "mail/dane.h"
#include "mail/special.h"

#include "app/update_parts.h"

enum {
	HASH_BITS = 22, /* of an index: a question has room for 24 (update_ask.c) */
	HASH_MASK = (1 << HASH_BITS) - 1,
};

/* What stands for an exchange of the edited set. */
static size_t
exchange_hash(const struct mail_facts *spare, size_t exchange)
{
	return dns_name_hash(&spare->mx.exchanges[exchange].name) & HASH_MASK;
}

/* What stands for an address of it. */
static size_t
target_hash(const struct mail_facts *spare, size_t target)
{
	return probe_spare_tag(spare, target) & HASH_MASK;
}

/* Finds the exchange that the hash stands for: false when it was edited away. */
static bool
find_exchange(const struct mail_facts *spare, size_t hash, size_t *exchange)
{
	for (size_t i = 0; i < spare->mx.count; i++) {
		if (!spare->addresses[i].a_asked || exchange_hash(spare, i) != hash)
			continue;
		*exchange = i;
		return true;
	}
	return false;
}

/* Finds the address that the hash stands for, or NULL. */
static struct mail_target *
find_target(struct mail_facts *spare, size_t hash)
{
	for (size_t i = 0; i < spare->target_count; i++) {
		if (target_hash(spare, i) == hash)
			return &spare->targets[i];
	}
	return NULL;
}

/* True when the inquiry itself asks for this host's addresses. */
static bool
is_asked_for(const struct mail_facts *facts, const struct dns_name *name)
{
	for (size_t i = 0; i < facts->mx.count; i++) {
		if (facts->addresses[i].a_asked &&
		    dns_name_equal(&facts->mx.exchanges[i].name, name))
			return true;
	}
	return false;
}

/* --- questions --------------------------------------------------------------------------- */

void
spare_make_room(struct inquiry *inquiry)
{
	struct mail_facts spare;

	imagine_spare(&spare, &inquiry->facts, &inquiry->spare, &inquiry->what_if);
	mail_facts_clear(&inquiry->spare);
	inquiry->spare = spare;
}

/* Asks for the addresses of this exchange of the edited set. */
static void
ask_addresses(struct update *update, struct inquiry *inquiry, size_t exchange)
{
	struct dns_question question = { .name = inquiry->spare.mx.exchanges[exchange].name };
	size_t hash = exchange_hash(&inquiry->spare, exchange);

	question.type = DNS_TYPE_A;
	ask_question(update, inquiry, ASK_SPARE, hash, &question, false);
	question.type = DNS_TYPE_AAAA;
	ask_question(update, inquiry, ASK_SPARE, hash, &question, false);
	inquiry->ended_us = 0;
}

void
spare_ask(struct update *update, struct inquiry *inquiry)
{
	const struct mail_facts *spare = &inquiry->spare;

	if (!inquiry->what_if.mx.edited || !update->model->settings.network)
		return;
	for (size_t i = 0; i < spare->mx.count; i++) {
		if (spare->addresses[i].a_asked && !spare->addresses[i].a &&
		    !spare->addresses[i].aaaa &&
		    !is_asked_for(&inquiry->facts, &spare->mx.exchanges[i].name))
			ask_addresses(update, inquiry, i);
	}
}

/* Asks for the names of the targets from `first` on. */
static void
ask_names(struct update *update, struct inquiry *inquiry, size_t first)
{
	const struct special_policy *special = &update->model->settings.special;

	for (size_t i = first; i < inquiry->spare.target_count; i++) {
		struct mail_target *target = &inquiry->spare.targets[i];
		const struct dns_question question = {
			.name = dns_reverse_name(&target->ip),
			.type = DNS_TYPE_PTR,
		};

		if (special_refused(&target->ip, special) != NULL)
			continue; /* nobody in public answers for its names */
		target->reverse.asked = true;
		ask_question(update, inquiry, ASK_SPARE_PTR, target_hash(&inquiry->spare, i),
		    &question, false);
	}
}

/* Asks what is to be asked next about the exchange's TLSA records, or uses them. */
static void
ask_tlsa(struct update *update, struct inquiry *inquiry, size_t exchange)
{
	struct mail_facts *spare = &inquiry->spare;
	struct dns_question question;

	if (dane_next(spare, exchange, &question)) {
		mail_facts_tlsa_asked(spare, exchange);
		ask_question(update, inquiry, ASK_SPARE_TLSA, exchange_hash(spare, exchange),
		    &question, false);
		return;
	}
	for (size_t i = 0; i < spare->target_count; i++) {
		if (spare->targets[i].exchange == exchange)
			policy_verify_spare(update, inquiry, i);
	}
}

/* --- answers -------------------------------------------------------------------------------- */

void
spare_take_addresses(struct update *update, struct inquiry *inquiry, size_t hash,
    const struct dns_result *result)
{
	struct mail_facts *spare = &inquiry->spare;
	size_t first = spare->target_count, exchange;

	if (!find_exchange(spare, hash, &exchange))
		return;
	mail_facts_addresses(spare, exchange, result);
	ask_names(update, inquiry, first);
	ask_tlsa(update, inquiry, exchange);
	probe_spares(update, inquiry);
}

void
spare_take_tlsa(struct update *update, struct inquiry *inquiry, size_t hash,
    const struct dns_result *result)
{
	size_t exchange;

	if (!find_exchange(&inquiry->spare, hash, &exchange))
		return;
	mail_facts_tlsa(&inquiry->spare, exchange, result);
	ask_tlsa(update, inquiry, exchange);
	probe_spares(update, inquiry);
}

void
spare_take_ptr(struct update *update, struct inquiry *inquiry, size_t hash,
    const struct dns_result *result)
{
	struct mail_target *target = find_target(&inquiry->spare, hash);
	struct dns_name names[REVERSE_NAMES_MAX];
	size_t count;

	if (target == NULL)
		return;
	mail_reverse_ptr(&target->reverse, result);
	count = mail_reverse_names(&target->reverse, names);
	for (size_t i = 0; i < count; i++) {
		const struct dns_question question = {
			.name = names[i],
			.type = target->ip.family == 4 ? DNS_TYPE_A : DNS_TYPE_AAAA,
		};

		ask_question(update, inquiry, ASK_SPARE_FORWARD, hash * REVERSE_NAMES_MAX + i,
		    &question, false);
	}
}

void
spare_take_forward(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	struct mail_target *target = find_target(&inquiry->spare, index / REVERSE_NAMES_MAX);

	(void)update;
	if (target != NULL)
		mail_reverse_forward(&target->reverse, index % REVERSE_NAMES_MAX, result);
}

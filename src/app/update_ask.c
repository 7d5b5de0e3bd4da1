/*
 * Questions: what is asked about an inquiry, and what becomes of each answer. Every question is
 * asked at the first moment it can be: MX, then A and AAAA of each exchange as soon as the MX
 * answer names it (RFC 5321 5.1), the names of each address as soon as that is known, TLSA
 * once all addresses are, and beside all of it what the domain says in TXT records. A new kind of
 * question is a member of enum ask_kind and a row
 * of the table below; how questions travel is the resolver's.
 */
#include "dns/reverse.h"
#include "mail/special.h"

#include "app/update_parts.h"

/* A question's tag tells its kind and what it is about: an exchange, where there are several. */
enum {
	INDEX_BITS = 24,
	INDEX_MASK = (1 << INDEX_BITS) - 1
};

/*
 * Kinds whose answers are shown while DNSSEC still judges them, because others follow from them:
 * what a mail server says does not wait for a chain of trust.
 */
static const bool early_kinds[ask_kind_count] = {
	[ASK_MX] = true,
	[ASK_ADDRESSES] = true,
};

void
ask_question(struct update *update, struct inquiry *inquiry, enum ask_kind kind, size_t index,
    const struct dns_question *question, bool fresh)
{
	const struct effect effect = {
		.kind = EFFECT_ASK,
		.ticket = inquiry->ticket,
		.tag = (uint32_t)kind << INDEX_BITS | (uint32_t)index,
		.question = *question,
		.fresh = fresh,
		.early = early_kinds[kind] && !inquiry->cautious,
		.explained = kind == ASK_CHAIN,
	};

	effects_add(update->effects, &effect);
	inquiry->lookups++;
	update->model->in_flight++;
}

void
ask_mx(struct update *update, struct inquiry *inquiry, bool fresh)
{
	const struct dns_question question = { .name = inquiry->facts.subject.domain,
		.type = DNS_TYPE_MX };

	ask_question(update, inquiry, ASK_MX, 0, &question, fresh);
}

/* Asks for the addresses of each exchange that is worth asking for, A and AAAA at once. */
static void
ask_addresses(struct update *update, struct inquiry *inquiry, bool fresh)
{
	const struct mail_facts *facts = &inquiry->facts;

	for (size_t i = 0; i < facts->mx.count; i++) {
		struct dns_question question = { .name = facts->mx.exchanges[i].name };

		question.type = DNS_TYPE_A;
		if (facts->addresses[i].a_asked)
			ask_question(update, inquiry, ASK_ADDRESSES, i, &question, fresh);
		question.type = DNS_TYPE_AAAA;
		if (facts->addresses[i].aaaa_asked)
			ask_question(update, inquiry, ASK_ADDRESSES, i, &question, fresh);
	}
}

void
ask_posture(struct update *update, struct inquiry *inquiry, bool fresh)
{
	for (size_t i = 0; i < posture_kind_count; i++) {
		struct dns_question question = { .type = DNS_TYPE_TXT };

		if (!posture_name(
			&question.name, (enum posture_kind)i, &inquiry->facts.subject.domain))
			continue;
		inquiry->facts.posture[i].outcome = POSTURE_PENDING;
		if (i == POSTURE_STS)
			inquiry->facts.sts.outcome = STS_PENDING;
		ask_question(update, inquiry, ASK_POSTURE, i, &question, fresh);
	}
}

void
ask_reverse(struct update *update, struct inquiry *inquiry, size_t first, bool fresh)
{
	const struct special_policy *special = &update->model->settings.special;

	for (size_t i = first; i < inquiry->facts.target_count; i++) {
		struct mail_target *target = &inquiry->facts.targets[i];
		const struct dns_question question = {
			.name = dns_reverse_name(&target->ip),
			.type = DNS_TYPE_PTR,
		};

		if (special_refused(&target->ip, special) != NULL)
			continue; /* nobody in public answers for its names */
		target->reverse.asked = true;
		ask_question(update, inquiry, ASK_PTR, i, &question, fresh);
	}
}

/* --- what comes back -------------------------------------------------------------- */

/* The MX records: their exchanges are asked for at once. */
static void
take_mx(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	(void)index;
	if (inquiry->facts.mx_known) {
		mail_facts_mx_judged(&inquiry->facts, result);
		policy_ask_all_tlsa(update, inquiry, !result->from_cache);
		return;
	}
	mail_facts_mx(&inquiry->facts, result);
	ask_addresses(update, inquiry, !result->from_cache);
	probe_literals(update->model, inquiry);
}

/* Addresses of one family of an exchange. */
static void
take_addresses(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	mail_facts_addresses(&inquiry->facts, index, result);
	policy_ask_tlsa(update, inquiry, index, !result->from_cache);
}

/* TLSA records of an exchange, or an alias on the way there. */
static void
take_tlsa(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	mail_facts_tlsa(&inquiry->facts, index, result);
	policy_ask_tlsa(update, inquiry, index, !result->from_cache);
}

/* The names of an address: what each of them leads to is asked at once. */
static void
take_ptr(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	struct mail_target *target = &inquiry->facts.targets[index];
	struct dns_name names[REVERSE_NAMES_MAX];
	size_t count;

	mail_reverse_ptr(&target->reverse, result);
	count = mail_reverse_names(&target->reverse, names);
	for (size_t i = 0; i < count; i++) {
		const struct dns_question question = {
			.name = names[i],
			.type = target->ip.family == 4 ? DNS_TYPE_A : DNS_TYPE_AAAA,
		};

		ask_question(update, inquiry, ASK_FORWARD, index * REVERSE_NAMES_MAX + i,
		    &question, !result->from_cache);
	}
}

/* What a name of an address leads to. */
static void
take_forward(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	struct mail_target *target = &inquiry->facts.targets[index / REVERSE_NAMES_MAX];

	(void)update;
	mail_reverse_forward(&target->reverse, index % REVERSE_NAMES_MAX, result);
}

/* A policy in TXT; where there is no DMARC record the name above is asked. */
static void
take_posture(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	struct dns_question question = { .type = DNS_TYPE_TXT };

	mail_facts_posture(&inquiry->facts, (enum posture_kind)index, result);
	if (index == POSTURE_STS)
		policy_begin_sts(update, inquiry, !result->from_cache);
	if (index == POSTURE_DMARC && mail_facts_next_dmarc(&inquiry->facts, &question.name))
		ask_question(
		    update, inquiry, ASK_POSTURE, index, &question, !result->from_cache);
}

/* Addresses of one family of the MTA-STS policy host. */
static void
take_policy_host(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	(void)index;
	policy_sts_address(update, inquiry, result);
}

static void (*const takers[ask_kind_count])(
    struct update *, struct inquiry *, size_t index, const struct dns_result *) = {
	[ASK_MX] = take_mx,
	[ASK_ADDRESSES] = take_addresses,
	[ASK_PTR] = take_ptr,
	[ASK_FORWARD] = take_forward,
	[ASK_POSTURE] = take_posture,
	[ASK_SPARE] = spare_take_addresses,
	[ASK_SPARE_TLSA] = spare_take_tlsa,
	[ASK_SPARE_PTR] = spare_take_ptr,
	[ASK_SPARE_FORWARD] = spare_take_forward,
	[ASK_TLSA] = take_tlsa,
	[ASK_POLICY_HOST] = take_policy_host,
	[ASK_CHAIN] = chain_take,
};

/* Returns what was shown already of the answer to the question, while it was being judged. */
static const struct dns_result *
shown_before(const struct inquiry *inquiry, const struct event *event)
{
	const struct mail_facts *facts = &inquiry->facts;
	size_t index = event->tag & INDEX_MASK;

	if (event->tag >> INDEX_BITS == ASK_MX)
		return facts->mx_result;
	if (event->tag >> INDEX_BITS != ASK_ADDRESSES)
		return NULL;
	return event->result->question.type == DNS_TYPE_A ? facts->addresses[index].a
							  : facts->addresses[index].aaaa;
}

/*
 * True when the answer takes back what was shown before it was judged: it is bogus, and what
 * followed from it must go, too.
 */
static bool
is_taken_back(const struct inquiry *inquiry, const struct event *event)
{
	const struct dns_result *shown = shown_before(inquiry, event);

	return event->result->outcome == DNS_BOGUS && shown != NULL && shown->provisional;
}

void
ask_answered(struct update *update, const struct event *event)
{
	struct domain *domain = study_find(update->model, event->ticket);
	struct inquiry *inquiry;
	size_t targets;

	if (domain == NULL)
		return;
	inquiry = domain->inquiry;
	if (!event->result->provisional) {
		inquiry->lookups--;
		update->model->in_flight--;
	}
	if (is_taken_back(inquiry, event)) {
		study_begin_cautiously(update, domain);
		return;
	}
	targets = inquiry->facts.target_count;
	takers[event->tag >> INDEX_BITS](
	    update, inquiry, event->tag & INDEX_MASK, event->result);
	ask_reverse(update, inquiry, targets, !event->result->from_cache);
	probe_from(update, inquiry, targets);
	study_review(update, domain);
}

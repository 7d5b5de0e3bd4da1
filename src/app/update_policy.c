/*
 * TLS policies of the domain under study, DANE (RFC 7672) and MTA-STS (RFC 8461). What is to be
 * asked, and when, say mail/dane.h and mail/sts.h; here it is ordered. The chain that a
 * server showed is sent to be held against the TLSA records as soon as both are known, whichever
 * comes last. The policy host is resolved as any other name, and dialled by address.
 */
#include <stdlib.h>

#include "mail/dane.h"
#include "mail/special.h"
#include "mail/sts.h"
#include "util/mem.h"

#include "app/update_parts.h"

/* --- DANE ------------------------------------------------------------------------- */

/* Sends what the target of these facts showed, under this tag, when both are known. */
static void
verify(struct update *update, struct inquiry *inquiry, struct mail_facts *facts, size_t target,
    uint32_t tag)
{
	const struct mail_target *at = &facts->targets[target];
	struct effect effect = {
		.kind = EFFECT_VERIFY,
		.ticket = inquiry->ticket,
		.tag = tag,
	};
	struct dns_name names[DANE_NAMES_MAX];
	char text[DNS_NAME_TEXT_MAX];

	if (!dane_is_check_due(facts, target))
		return;
	effect.name_count = dane_reference_names(facts, at->exchange, names);
	for (size_t i = 0; i < effect.name_count; i++)
		effect.names[i] = mem_strdup(dns_name_text(&names[i], text));
	effect.result = dns_result_hold(dane_host_of(facts, at->exchange).result);
	effect.tls = mem_alloc(sizeof *effect.tls);
	tls_facts_copy(effect.tls, &at->probe->tls);
	effects_add(update->effects, &effect);
	mail_facts_dane_asked(facts, target);
	inquiry->lookups++;
	update->model->in_flight++;
}

void
policy_verify(struct update *update, struct inquiry *inquiry, size_t target)
{
	verify(update, inquiry, &inquiry->facts, target, (uint32_t)target);
}

void
policy_verify_spare(struct update *update, struct inquiry *inquiry, size_t target)
{
	verify(
	    update, inquiry, &inquiry->spare, target, probe_spare_tag(&inquiry->spare, target));
}

/* Stores what came of the check; a host of the edited MX set may have been edited away since. */
static void
store_check(struct inquiry *inquiry, const struct event *event)
{
	struct mail_facts *spare = &inquiry->spare;

	if (!(event->tag & PROBE_TAG_SPARE)) {
		mail_facts_dane(&inquiry->facts, event->tag, &event->dane);
		return;
	}
	for (size_t i = 0; i < spare->target_count; i++) {
		if (probe_spare_tag(spare, i) == event->tag)
			mail_facts_dane(spare, i, &event->dane);
	}
}

/* Verifies what the exchange's addresses have shown so far. */
static void
verify_exchange(struct update *update, struct inquiry *inquiry, size_t exchange)
{
	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		if (inquiry->facts.targets[i].exchange == exchange)
			policy_verify(update, inquiry, i);
	}
}

void
policy_ask_tlsa(struct update *update, struct inquiry *inquiry, size_t exchange, bool fresh)
{
	struct dns_question question;

	if (!dane_next(&inquiry->facts, exchange, &question)) {
		verify_exchange(update, inquiry, exchange);
		if (!dane_delays_probe(&inquiry->facts, exchange))
			probe_delayed(update, inquiry, exchange);
		return;
	}
	mail_facts_tlsa_asked(&inquiry->facts, exchange);
	ask_question(update, inquiry, ASK_TLSA, exchange, &question, fresh);
}

void
policy_ask_all_tlsa(struct update *update, struct inquiry *inquiry, bool fresh)
{
	for (size_t i = 0; i < inquiry->facts.mx.count; i++)
		policy_ask_tlsa(update, inquiry, i, fresh);
}

void
policy_verified(struct update *update, const struct event *event)
{
	struct domain *domain = study_find(update->model, event->ticket);

	if (domain == NULL)
		return;
	domain->inquiry->lookups--;
	update->model->in_flight--;
	store_check(domain->inquiry, event);
	study_review(update, domain);
}

/* --- MTA-STS ------------------------------------------------------------------------ */

void
policy_begin_sts(struct update *update, struct inquiry *inquiry, bool fresh)
{
	struct mail_facts *facts = &inquiry->facts;
	struct dns_question question;

	if (!sts_facts_begin(&facts->sts, &facts->posture[POSTURE_STS], &facts->subject.domain))
		return;
	if (!update->model->settings.network || !update->model->settings.probing) {
		sts_facts_leave(&facts->sts);
		return;
	}
	question.name = facts->sts.host;
	question.type = DNS_TYPE_A;
	ask_question(update, inquiry, ASK_POLICY_HOST, 0, &question, fresh);
	question.type = DNS_TYPE_AAAA;
	ask_question(update, inquiry, ASK_POLICY_HOST, 0, &question, fresh);
}

/* Takes those out of the addresses that are not to be connected to; returns how many stay. */
static size_t
keep_allowed(const struct settings *settings, struct ip_addr *addresses, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		bool family = addresses[i].family == 4 ? settings->ipv4 : settings->ipv6;

		if (family && special_refused(&addresses[i], &settings->special) == NULL)
			addresses[kept++] = addresses[i];
	}
	return kept;
}

void
policy_sts_address(
    struct update *update, struct inquiry *inquiry, const struct dns_result *result)
{
	struct sts_facts *sts = &inquiry->facts.sts;
	struct effect effect = { .kind = EFFECT_FETCH, .ticket = inquiry->ticket };
	char host[DNS_NAME_TEXT_MAX];

	if (!sts_facts_address(sts, result))
		return;
	effect.address_count = keep_allowed(&update->model->settings, effect.addresses,
	    sts_facts_addresses(sts, effect.addresses));
	if (effect.address_count == 0) {
		sts_facts_lost(sts, "the policy host has no address that may be connected to");
		return;
	}
	effect.host = mem_strdup(dns_name_text(&sts->host, host));
	effects_add(update->effects, &effect);
	inquiry->lookups++;
	update->model->in_flight++;
}

void
policy_fetched(struct update *update, const struct event *event)
{
	struct domain *domain = study_find(update->model, event->ticket);
	struct sts_facts *sts;

	if (domain == NULL)
		return;
	domain->inquiry->lookups--;
	update->model->in_flight--;
	sts = &domain->inquiry->facts.sts;
	if (event->message == MESSAGE_ERROR)
		sts_facts_lost(sts, event->text);
	else
		sts_facts_fetched(sts, event->text, event->length, update->now.time);
	study_review(update, domain);
}

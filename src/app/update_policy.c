/*
 * TLS policies of the domain under study: DANE (RFC 7672). What is to be asked, and when, says
 * mail/dane.h; here it is ordered, and the chain that a server showed is sent to be held
 * against the TLSA records as soon as both are known, whichever comes last.
 */
#include <stdlib.h>

#include "mail/dane.h"
#include "util/mem.h"

#include "app/update_parts.h"

/* --- DANE ------------------------------------------------------------------------- */

void
policy_verify(struct update *update, struct inquiry *inquiry, size_t target)
{
	struct mail_facts *facts = &inquiry->facts;
	const struct mail_target *at = &facts->targets[target];
	struct effect effect = {
		.kind = EFFECT_VERIFY,
		.ticket = inquiry->ticket,
		.tag = (uint32_t)target,
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
	uint16_t port = update->model->settings.port;
	struct dns_question question;

	if (!dane_next(&inquiry->facts, exchange, port, &question)) {
		verify_exchange(update, inquiry, exchange);
		return;
	}
	mail_facts_tlsa_asked(&inquiry->facts, exchange);
	ask_question(update, inquiry, ASK_TLSA, exchange, &question, fresh);
}

void
policy_verified(struct update *update, const struct event *event)
{
	struct domain *domain = study_find(update->model, event->ticket);

	if (domain == NULL)
		return;
	domain->inquiry->lookups--;
	update->model->in_flight--;
	mail_facts_dane(&domain->inquiry->facts, event->tag, &event->dane);
	study_review(update, domain);
}

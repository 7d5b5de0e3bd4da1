/*
 * Lays what is pretended over the facts. Decides what each pretended state makes of an answer or
 * a probe: a server that is down was connected to in vain, one without STARTTLS did all the rest
 * as it was seen to do. Whose pretence counts is pretence.c's, the edited MX set mx_draft.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "mail/imagine.h"
#include "mail/status.h"
#include "mail/verdict.h"

bool
what_if_any(const struct what_if *what_if)
{
	return what_if->pretences.count > 0 || what_if->mx.edited;
}

void
what_if_write(struct buf *out, const struct what_if *what_if, const struct mail_facts *facts)
{
	pretences_write(out, &what_if->pretences);
	if (!what_if->mx.edited)
		return;
	buf_adds(out, what_if->pretences.count > 0 ? ", " : "");
	mx_draft_changes(out, &what_if->mx, facts);
}

/* --- answers --------------------------------------------------------------------------- */

/* How a question ends that is pretended to fail. */
static enum dns_outcome
outcome_of(const struct pretence *pretence)
{
	return pretence->state == PRETENDED_SERVFAIL ? DNS_SERVFAIL : DNS_TIMEOUT;
}

/*
 * Returns, with a reference of its own, what comes of a question: the answer that is known, or
 * the failure that is pretended of it. NULL stays NULL: nobody has asked yet.
 */
static const struct dns_result *
imagine_answer(
    const struct what_if *what_if, const struct dns_result *known, const uint16_t *preference)
{
	const struct pretence *pretence;
	struct dns_result *result;

	if (!known)
		return NULL;
	pretence = pretences_of_question(&what_if->pretences, &known->question, preference);
	if (!pretence)
		return dns_result_hold(known);
	result = dns_result_new(&known->question);
	result->outcome = outcome_of(pretence);
	result->received_us = known->received_us;
	result->pretended = pretended_state_name(pretence->state);
	return result;
}

/* The answer to the MX question: the edited one where there is one. */
static void
imagine_mx(
    struct mail_facts *facts, const struct mail_facts *real, const struct what_if *what_if)
{
	const struct dns_result *result;

	if (!real->mx_known)
		return;
	if (what_if->mx.edited)
		result = mx_draft_answer(&what_if->mx, real);
	else
		result = imagine_answer(what_if, real->mx_result, NULL);
	mail_facts_mx(facts, result);
	dns_result_release(result);
}

/* --- probes ----------------------------------------------------------------------------- */

/* A probe that ended at once, as pretended. */
static struct smtp_facts *
failed_probe(const struct pretence *pretence, enum smtp_outcome outcome, int code)
{
	struct smtp_facts *probe = mem_alloc(sizeof *probe);
	struct buf error = BUF_INIT;

	smtp_facts_init(probe, 0);
	probe->stage = code ? SMTP_STAGE_GREETING : SMTP_STAGE_CONNECT;
	probe->outcome = outcome;
	probe->stage_us[probe->stage] = 0;
	probe->ended_us = 1;
	probe->code = code;
	probe->pretended = pretended_state_name(pretence->state);
	buf_addf(&error, "Pretended: %s.", pretended_state_help(pretence->state));
	probe->error = buf_take(&error);
	return probe;
}

/* Takes the keyword STARTTLS out of what the server offers. */
static void
drop_starttls(struct smtp_extensions *extensions)
{
	size_t kept = 0;

	for (size_t i = 0; i < extensions->count; i++) {
		if (text_equal_nocase(extensions->items[i], "STARTTLS"))
			free(extensions->items[i]);
		else
			extensions->items[kept++] = extensions->items[i];
	}
	extensions->count = kept;
}

/* True for a failure that only a client meets that begins TLS. */
static bool
failed_for_tls(const struct smtp_facts *seen)
{
	return verdict_moves_on(seen) && mail_status_is_of_tls(seen);
}

/* A server as it was seen, but without STARTTLS: where only TLS failed, it takes the mail. */
static struct smtp_facts *
without_starttls(const struct smtp_facts *seen)
{
	struct smtp_facts *probe = smtp_facts_clone(seen);

	drop_starttls(&probe->extensions);
	tls_facts_clear(&probe->tls);
	probe->starttls = SMTP_STARTTLS_NOT_OFFERED;
	if (failed_for_tls(seen)) {
		probe->outcome = SMTP_ACCEPTING;
		probe->doubt = SMTP_DOUBT_NONE;
		probe->stage = SMTP_STAGE_QUIT;
		probe->code = 0;
		free(probe->error);
		probe->error = NULL;
	}
	probe->pretended = pretended_state_name(PRETENDED_NO_STARTTLS);
	return probe;
}

/* A server as it was seen, but with a certificate that nobody vouches for. */
static struct smtp_facts *
with_bad_certificate(const struct smtp_facts *seen)
{
	struct smtp_facts *probe = smtp_facts_clone(seen);

	probe->tls.chain = TLS_CHAIN_UNTRUSTED;
	probe->tls.name_matches = false;
	probe->pretended = pretended_state_name(PRETENDED_BAD_CERT);
	return probe;
}

/* What a pretence makes of a probe that was seen; seen may be NULL, and so may be the result. */
static struct smtp_facts *
imagine_probe(const struct pretence *pretence, const struct smtp_facts *seen)
{
	switch (pretence->state) {
	case PRETENDED_DOWN:
		return failed_probe(pretence, SMTP_REFUSED, 0);
	case PRETENDED_TIMEOUT:
		return failed_probe(pretence, SMTP_TIMEOUT, 0);
	case PRETENDED_421:
		return failed_probe(pretence, SMTP_DEFERRING, 421);
	case PRETENDED_554:
		return failed_probe(pretence, SMTP_REJECTING, 554);
	case PRETENDED_NO_STARTTLS:
		if (seen && seen->extensions_known)
			return without_starttls(seen);
		break;
	case PRETENDED_BAD_CERT:
		if (seen && seen->tls.present)
			return with_bad_certificate(seen);
		break;
	case PRETENDED_SERVFAIL:
		break;
	}
	return seen ? smtp_facts_clone(seen) : NULL;
}

/* What the check against TLSA records would say of the imagined probe. */
static struct tls_dane
imagine_dane(const struct smtp_facts *probe, const struct tls_dane *seen)
{
	struct tls_dane dane = *seen;

	if (!probe || !probe->pretended)
		return dane;
	if (!probe->tls.present)
		return (struct tls_dane){ .checked = false };
	dane.verified = false;
	memcpy(
	    dane.reason, "the certificate is pretended", sizeof "the certificate is pretended");
	return dane;
}

/* --- from facts to facts ------------------------------------------------------------------ */

/* The exchange of this name whose questions were asked there; false when there is none. */
static bool
find_exchange(const struct mail_facts *facts, const struct dns_name *name, size_t *exchange)
{
	for (size_t i = 0; i < facts->mx.count; i++) {
		if (facts->mx.exchanges[i].duplicate ||
		    !dns_name_equal(&facts->mx.exchanges[i].name, name))
			continue;
		*exchange = i;
		return true;
	}
	return false;
}

/* Takes over the answer about one family, with what is pretended of it. */
static void
adopt_answer(struct mail_facts *facts, size_t exchange, const struct dns_result *known,
    const struct what_if *what_if)
{
	const struct dns_result *result =
	    imagine_answer(what_if, known, &facts->mx.exchanges[exchange].preference);

	if (result)
		mail_facts_addresses(facts, exchange, result);
	dns_result_release(result);
}

/* Takes over what is known of the exchange's TLSA records. */
static void
adopt_tlsa(struct mail_facts *facts, size_t exchange, const struct exchange_tlsa *known)
{
	facts->tlsa[exchange] = (struct exchange_tlsa){
		.alias = dns_result_hold(known->alias),
		.expanded = dns_result_hold(known->expanded),
		.original = dns_result_hold(known->original),
		.waiting = known->waiting,
	};
}

/* Takes over the names of an address. */
static void
adopt_reverse(struct mail_reverse *reverse, const struct mail_reverse *known)
{
	*reverse = *known;
	dns_result_hold(reverse->ptr);
	for (size_t i = 0; i < REVERSE_NAMES_MAX; i++)
		dns_result_hold(reverse->forward[i]);
}

/* Takes over what the domain says in TXT records. */
static void
adopt_posture(struct mail_facts *facts, const struct mail_facts *real)
{
	for (unsigned i = 0; i < posture_kind_count; i++) {
		facts->posture[i].outcome = real->posture[i].outcome;
		if (real->posture[i].result)
			mail_facts_posture(
			    facts, (enum posture_kind)i, real->posture[i].result);
	}
}

/* Takes over what the probe of an address saw, with what is pretended of it. */
static void
adopt_probe(struct mail_facts *facts, size_t index, const struct mail_facts *known,
    size_t known_exchange, const struct what_if *what_if)
{
	struct mail_target *target = &facts->targets[index];
	size_t at = mail_facts_find_target(known, known_exchange, &target->ip);
	const struct pretence *pretence =
	    pretences_of_target(&what_if->pretences, facts, index);
	const struct smtp_facts *seen = at == SIZE_MAX ? NULL : known->targets[at].probe;

	if (pretence)
		target->probe = imagine_probe(pretence, seen);
	else if (seen)
		target->probe = smtp_facts_clone(seen);
	if (at == SIZE_MAX)
		return;
	target->port = known->targets[at].port;
	target->shared = known->targets[at].shared;
	target->dane = imagine_dane(target->probe, &known->targets[at].dane);
	adopt_reverse(&target->reverse, &known->targets[at].reverse);
}

/* Takes over all that is known of an exchange. */
static void
adopt_exchange(struct mail_facts *facts, size_t exchange, const struct mail_facts *known,
    size_t known_exchange, const struct what_if *what_if)
{
	const struct exchange_addresses *addresses = &known->addresses[known_exchange];
	size_t first = facts->target_count;

	adopt_answer(facts, exchange, addresses->a, what_if);
	adopt_answer(facts, exchange, addresses->aaaa, what_if);
	adopt_tlsa(facts, exchange, &known->tlsa[known_exchange]);
	for (size_t i = first; i < facts->target_count; i++)
		adopt_probe(facts, i, known, known_exchange, what_if);
}

/* Takes over each exchange from whichever facts know its name. */
static void
adopt_exchanges(struct mail_facts *facts, const struct mail_facts *const sources[],
    size_t count, const struct what_if *what_if)
{
	for (size_t i = 0; i < facts->mx.count; i++) {
		const struct mx_exchange *exchange = &facts->mx.exchanges[i];
		size_t known;

		if (exchange->duplicate || !facts->addresses[i].a_asked)
			continue;
		for (size_t j = 0; j < count; j++) {
			if (!sources[j] ||
			    !find_exchange(sources[j], &exchange->name, &known) ||
			    !sources[j]->addresses[known].a_asked)
				continue;
			adopt_exchange(facts, i, sources[j], known, what_if);
			break;
		}
	}
}

/* True when the real facts have targets for exchanges that are spelled as addresses. */
static bool
has_literals(const struct mail_facts *facts)
{
	for (size_t i = 0; i < facts->target_count; i++) {
		if (facts->mx.exchanges[facts->targets[i].exchange].form == EXCHANGE_LITERAL)
			return true;
	}
	return false;
}

/* Adds the targets that no question leads to: the subject's own address, and literals. */
static void
adopt_literals(
    struct mail_facts *facts, const struct mail_facts *real, const struct what_if *what_if)
{
	size_t first = facts->target_count;

	if (has_literals(real))
		mail_facts_literals(facts);
	for (size_t i = first; i < facts->target_count; i++) {
		const struct dns_name *name =
		    &facts->mx.exchanges[facts->targets[i].exchange].name;
		size_t known;

		if (find_exchange(real, name, &known))
			adopt_probe(facts, i, real, known, what_if);
	}
	if (facts->mx_known && !facts->mx_result)
		adopt_probe(facts, 0, real, 0, what_if);
}

void
imagine_facts(struct mail_facts *facts, const struct mail_facts *real,
    const struct mail_facts *spare, const struct what_if *what_if)
{
	const struct mail_facts *const sources[] = { real, spare };

	mail_facts_init(facts, &real->subject);
	facts->port = real->port;
	facts->imagined = what_if_any(what_if);
	sts_facts_copy(&facts->sts, &real->sts);
	imagine_mx(facts, real, what_if);
	adopt_exchanges(facts, sources, sizeof sources / sizeof *sources, what_if);
	adopt_literals(facts, real, what_if);
	adopt_posture(facts, real);
}

void
imagine_spare(struct mail_facts *facts, const struct mail_facts *real,
    const struct mail_facts *before, const struct what_if *what_if)
{
	const struct what_if edited = { .mx = what_if->mx };

	mail_facts_init(facts, &real->subject);
	facts->port = real->port;
	imagine_mx(facts, real, &edited);
	adopt_exchanges(facts, &before, 1, &edited);
}

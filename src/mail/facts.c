/*
 * The facts of one inquiry, kept as they arrive: each answer is stored where it belongs and
 * turned into exchanges and targets. Decides what there is to ask (the addresses of host
 * names, once a name), what is one target, and when an implicit exchange was none (RFC 5321
 * 5.1). What a sender makes of the facts is left to plan.c and verdict.c.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "mail/facts.h"

enum {
	TLSA_LABELS = 2, /* "_25._tcp" */
};

void
mail_facts_init(struct mail_facts *facts, const struct mail_subject *subject)
{
	*facts = (struct mail_facts){ .port = MAIL_PORT };
	mail_subject_copy(&facts->subject, subject);
}

void
mail_facts_clear(struct mail_facts *facts)
{
	for (size_t i = 0; i < facts->mx.count; i++) {
		dns_result_release(facts->addresses[i].a);
		dns_result_release(facts->addresses[i].aaaa);
		dns_result_release(facts->tlsa[i].alias);
		dns_result_release(facts->tlsa[i].expanded);
		dns_result_release(facts->tlsa[i].original);
	}
	for (size_t i = 0; i < facts->target_count; i++) {
		smtp_facts_free(facts->targets[i].probe);
		mail_reverse_clear(&facts->targets[i].reverse);
	}
	divergence_clear(&facts->divergence);
	for (size_t i = 0; i < posture_kind_count; i++)
		posture_clear(&facts->posture[i]);
	free(facts->addresses);
	free(facts->tlsa);
	free(facts->targets);
	mx_set_clear(&facts->mx);
	sts_facts_clear(&facts->sts);
	dns_result_release(facts->mx_result);
	mail_subject_clear(&facts->subject);
	*facts = (struct mail_facts){ 0 };
}

/* Adds a target; the caller made sure that it is new. */
static void
add_target(struct mail_facts *facts, size_t exchange, const struct ip_addr *ip, uint32_t ttl)
{
	facts->targets = mem_grow(facts->targets, facts->target_count, &facts->target_capacity,
	    sizeof *facts->targets);
	facts->targets[facts->target_count++] = (struct mail_target){
		.exchange = exchange,
		.ip = *ip,
		.ttl = ttl,
	};
}

/* True when there are addresses to ask for. */
static bool
is_worth_asking(const struct mx_exchange *exchange)
{
	return exchange->form == EXCHANGE_HOST && exchange->name.length > 0 &&
	    !exchange->duplicate;
}

void
mail_facts_mx(struct mail_facts *facts, const struct dns_result *result)
{
	facts->mx_result = dns_result_hold(result);
	facts->mx_known = true;
	mx_set_build(&facts->mx, &facts->subject, result);
	facts->addresses = mem_calloc(facts->mx.count, sizeof *facts->addresses);
	facts->tlsa = mem_calloc(facts->mx.count, sizeof *facts->tlsa);
	for (size_t i = 0; i < facts->mx.count; i++) {
		bool ask = is_worth_asking(&facts->mx.exchanges[i]);

		facts->addresses[i].a_asked = ask;
		facts->addresses[i].aaaa_asked = ask;
	}
	if (!result && facts->subject.literal.family)
		add_target(facts, 0, &facts->subject.literal, 0);
}

void
mail_facts_mx_judged(struct mail_facts *facts, const struct dns_result *result)
{
	dns_result_hold(result);
	dns_result_release(facts->mx_result);
	facts->mx_result = result;
}

/* The number of targets of this exchange and family. */
static size_t
count_targets(const struct mail_facts *facts, size_t exchange, uint8_t family)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->target_count; i++)
		count += facts->targets[i].exchange == exchange &&
		    facts->targets[i].ip.family == family;
	return count;
}

/* Makes targets of the addresses in an answer, as many as fit. */
static void
add_answer(struct mail_facts *facts, size_t exchange, const struct dns_result *result)
{
	uint8_t family = result->question.type == DNS_TYPE_A ? 4 : 6;
	size_t count = count_targets(facts, exchange, family);
	struct ip_addr ip;

	for (size_t i = 0; i < result->answer.count; i++) {
		if (!dns_record_address(&result->answer.items[i], &ip) || ip.family != family ||
		    mail_facts_find_target(facts, exchange, &ip) != SIZE_MAX)
			continue;
		if (count == MAIL_ADDRESSES_MAX || facts->target_count == MAIL_TARGETS_MAX) {
			facts->addresses[exchange].left_out++;
			continue;
		}
		add_target(facts, exchange, &ip, result->ttl);
		count++;
	}
}

/* True when the answer says for certain that there is no address. */
static bool
is_negative(const struct dns_result *result)
{
	return result->outcome == DNS_NXDOMAIN || result->outcome == DNS_NODATA;
}

/* Turns an implicit MX into none when every address question was answered with "no" (5.1). */
static void
review_implicit(struct mail_facts *facts)
{
	const struct exchange_addresses *asked = facts->addresses;

	if (facts->mx.kind != MX_IMPLICIT || facts->target_count > 0 ||
	    !mail_facts_exchange_known(facts, 0))
		return;
	if ((!asked->a || is_negative(asked->a)) && (!asked->aaaa || is_negative(asked->aaaa)))
		facts->mx.kind = MX_NONE;
}

void
mail_facts_addresses(struct mail_facts *facts, size_t exchange, const struct dns_result *result)
{
	struct exchange_addresses *asked = &facts->addresses[exchange];
	bool is_a = result->question.type == DNS_TYPE_A;
	const struct dns_result **place = is_a ? &asked->a : &asked->aaaa;
	bool *flag = is_a ? &asked->a_asked : &asked->aaaa_asked;

	dns_result_hold(result);
	dns_result_release(*place);
	*place = result;
	*flag = true;
	if (result->outcome == DNS_ANSWER)
		add_answer(facts, exchange, result);
	review_implicit(facts);
}

void
mail_facts_literals(struct mail_facts *facts)
{
	struct ip_addr ip;

	for (size_t i = 0; i < facts->mx.count; i++) {
		const struct mx_exchange *exchange = &facts->mx.exchanges[i];

		if (!exchange->duplicate && mx_exchange_address(exchange, &ip) &&
		    facts->target_count < MAIL_TARGETS_MAX &&
		    mail_facts_find_target(facts, i, &ip) == SIZE_MAX)
			add_target(facts, i, &ip, facts->mx.ttl);
	}
}

void
mail_facts_tlsa_asked(struct mail_facts *facts, size_t exchange)
{
	facts->tlsa[exchange].waiting = true;
}

/* True when the question is about TLSA records below the name. */
static bool
is_below(const struct dns_question *question, const struct dns_name *name)
{
	return dns_name_below(&question->name, name) &&
	    dns_name_labels(&question->name) == dns_name_labels(name) + TLSA_LABELS;
}

void
mail_facts_tlsa(struct mail_facts *facts, size_t exchange, const struct dns_result *result)
{
	struct exchange_tlsa *tlsa = &facts->tlsa[exchange];
	const struct dns_result **place = &tlsa->expanded;

	if (result->question.type == DNS_TYPE_CNAME)
		place = &tlsa->alias;
	else if (is_below(&result->question, &facts->mx.exchanges[exchange].name))
		place = &tlsa->original;
	dns_result_hold(result);
	dns_result_release(*place);
	*place = result;
	tlsa->waiting = false;
}

void
mail_facts_dane_asked(struct mail_facts *facts, size_t target)
{
	facts->targets[target].dane.waiting = true;
}

void
mail_facts_dane(struct mail_facts *facts, size_t target, const struct tls_dane *dane)
{
	if (facts->targets[target].dane.waiting)
		facts->targets[target].dane = *dane;
}

/* True when both probes speak of one handshake. */
static bool
is_same_handshake(const struct smtp_facts *before, const struct smtp_facts *now)
{
	return before && before->started_us == now->started_us && before->tls.present;
}

void
mail_facts_probe(struct mail_facts *facts, size_t target, struct smtp_facts *probe)
{
	struct mail_target *at = &facts->targets[target];

	if (!is_same_handshake(at->probe, probe))
		at->dane = (struct tls_dane){ 0 };
	smtp_facts_free(at->probe);
	at->probe = probe;
}

void
mail_facts_posture(
    struct mail_facts *facts, enum posture_kind kind, const struct dns_result *result)
{
	posture_read(&facts->posture[kind], kind, result);
}

bool
mail_facts_next_dmarc(const struct mail_facts *facts, struct dns_name *name)
{
	const struct posture_record *record = &facts->posture[POSTURE_DMARC];
	const struct dns_name *domain = &facts->subject.domain;
	struct dns_name asked, parent;
	unsigned above;

	if (record->outcome != POSTURE_ABSENT)
		return false;
	asked = dns_name_parent(&record->result->question.name);
	above = dns_name_labels(domain) - dns_name_labels(&asked);
	parent = dns_name_parent(&asked);
	if (above >= POSTURE_PARENTS_MAX || dns_name_labels(&parent) < 2)
		return false;
	return posture_name(name, POSTURE_DMARC, &parent);
}

bool
mail_facts_exchange_known(const struct mail_facts *facts, size_t exchange)
{
	const struct exchange_addresses *asked = &facts->addresses[exchange];

	return (asked->a || !asked->a_asked) && (asked->aaaa || !asked->aaaa_asked);
}

/* True when the question was answered with "no such name". */
static bool
is_denied(const struct dns_result *result)
{
	return result && result->outcome == DNS_NXDOMAIN;
}

const struct dns_result *
mail_facts_trouble(const struct mail_facts *facts, size_t exchange)
{
	const struct exchange_addresses *asked = &facts->addresses[exchange];

	if (asked->a && !dns_result_is_final(asked->a))
		return asked->a;
	if (is_denied(asked->a))
		return NULL;
	return asked->aaaa && !dns_result_is_final(asked->aaaa) ? asked->aaaa : NULL;
}

bool
mail_facts_dns_known(const struct mail_facts *facts)
{
	if (!facts->mx_known)
		return false;
	for (size_t i = 0; i < facts->mx.count; i++) {
		if (!mail_facts_exchange_known(facts, i))
			return false;
	}
	return true;
}

size_t
mail_facts_find_target(
    const struct mail_facts *facts, size_t exchange, const struct ip_addr *ip)
{
	for (size_t i = 0; i < facts->target_count; i++) {
		if (facts->targets[i].exchange == exchange &&
		    ip_equal(&facts->targets[i].ip, ip))
			return i;
	}
	return SIZE_MAX;
}

/*
 * One name as one line of JSON, field by field as contract.md section 2 lists them; what does not apply is
 * absent. Every string in the facts is printable already: text_printable() made it so where it
 * came in. With report_json_probe.c, which has the probes, this is the report's door to jansson.
 */
#include <stdlib.h>

#include <jansson.h>

#include "dns/tlsa.h"
#include "mail/dane.h"
#include "mail/policy.h"
#include "mail/special.h"

#include "app/report_exchange.h"
#include "app/report_json.h"
#include "app/report_json_parts.h"

enum {
	SCHEMA = 1,
	REAL_DIGITS = 10
};

/* Adds the CNAME targets of an answer, when it came by an alias. */
static void
put_alias(json_t *object, const struct dns_result *result)
{
	char text[DNS_NAME_TEXT_MAX];
	json_t *list;

	if (result == NULL || result->alias_count == 0)
		return;
	list = json_array();
	for (size_t i = 0; i < result->alias_count; i++)
		json_array_append_new(
		    list, json_string(dns_name_text(&result->alias[i], text)));
	json_object_set_new(object, "alias", list);
}

/* --- the MX question ----------------------------------------------------------------- */

/* The exchanges in the order in which the server listed them. */
static json_t *
answer_order(const struct mx_set *mx)
{
	json_t *list = json_array();

	for (size_t i = 0; i < mx->count; i++)
		json_array_append_new(list, json_string(mx->exchanges[i].text));
	return list;
}

static json_t *
mx_object(const struct mail_facts *facts)
{
	const struct dns_result *result = facts->mx_result;
	json_t *object = json_object();
	char server[ENDPOINT_TEXT_MAX];

	report_put_text(object, "kind", mx_kind_name(facts->mx.kind));
	report_put_text(object, "outcome", dns_outcome_name(result->outcome));
	report_put_text(object, "dnssec", dns_security_name(result->dnssec));
	put_alias(object, result);
	if (dns_result_is_final(result))
		report_put_number(object, "ttl", result->ttl);
	if (result->server.ip.family != 0)
		report_put_text(object, "server", endpoint_text(&result->server, server));
	if (facts->mx.kind == MX_EXPLICIT)
		json_object_set_new(object, "answer_order", answer_order(&facts->mx));
	return object;
}

/* --- DANE ------------------------------------------------------------------------- */

/* The TLSA records of an exchange, as texts. */
static json_t *
tlsa_records(const struct dns_result *result)
{
	json_t *list = json_array();
	struct buf text = BUF_INIT;
	struct tlsa tlsa;

	for (size_t i = 0; i < result->answer.count; i++) {
		if (!dns_record_tlsa(&result->answer.items[i], &tlsa))
			continue;
		buf_truncate(&text, 0);
		tlsa_text(&text, &tlsa);
		json_array_append_new(list, json_string(buf_text(&text)));
	}
	buf_clear(&text);
	return list;
}

/* What was found out about the TLSA records of an exchange, where they were asked for. */
static void
put_tlsa(json_t *parent, const struct mail_facts *facts, size_t exchange)
{
	struct dane_host host = dane_host_of(facts, exchange);
	char base[DNS_NAME_TEXT_MAX];
	json_t *object;

	if (host.result == NULL)
		return;
	object = json_object();
	report_put_text(object, "outcome", dns_outcome_name(host.result->outcome));
	report_put_text(object, "dnssec", dns_security_name(host.result->dnssec));
	report_put_text(object, "base", dns_name_text(&host.base, base));
	report_put_text(object, "standing", dane_standing_name(host.standing));
	json_object_set_new(object, "records", tlsa_records(host.result));
	report_put_number(object, "usable", (int64_t)host.usable);
	json_object_set_new(parent, "tlsa", object);
}

/* What DANE says of one address, where it says anything. */
static void
put_dane(json_t *object, const struct mail_facts *facts, size_t target)
{
	enum dane_verdict verdict;

	if (facts->targets[target].probe->outcome != SMTP_SKIPPED &&
	    dane_judge(facts, target, &verdict))
		report_put_text(object, "dane", dane_verdict_name(verdict));
}

/* What follows where a policy that the sender follows stops its message here. */
static void
put_ruling(json_t *probe, const struct inquiry *inquiry, const struct plan_row *row)
{
	struct ruling ruling = policy_rule(&inquiry->facts, row->target, &inquiry->plan);

	report_put_text(probe, "consequence", policy_consequence(&ruling));
}

/* --- what the domain says in TXT ---------------------------------------------------------- */

static json_t *
uris_array(const struct posture_record *record)
{
	json_t *list = json_array();

	for (size_t i = 0; i < record->uri_count; i++)
		json_array_append_new(list, json_string(record->uris[i]));
	return list;
}

/* The name at which a policy was found or last looked for: for DMARC perhaps above the domain. */
static void
put_owner(json_t *object, const struct posture_record *record)
{
	char text[DNS_NAME_TEXT_MAX];

	if (record->result != NULL)
		report_put_text(
		    object, "at", dns_name_text(&record->result->question.name, text));
}

/* Adds one policy, under its own name. */
static void
put_posture(json_t *whole, enum posture_kind kind, const struct posture_record *record)
{
	json_t *object;
	char all[] = { record->all, 'a', 'l', 'l', '\0' };

	if (record->outcome == POSTURE_UNASKED)
		return;
	object = json_object();
	report_put_text(object, "outcome",
	    record->outcome == POSTURE_PENDING ? "not finished"
					       : posture_outcome_name(record->outcome));
	put_owner(object, record);
	if (record->all != 0)
		report_put_text(object, "all", all);
	if (record->redirect)
		json_object_set_new(object, "redirect", json_true());
	report_put_text(object, "policy", record->policy);
	if (record->uri_count > 0)
		json_object_set_new(object, "rua", uris_array(record));
	report_put_text(object, "record", record->text);
	report_put_text(object, "error", record->error);
	json_object_set_new(whole, posture_kind_name(kind), object);
}

/* --- MTA-STS ------------------------------------------------------------------------------ */

/* What became of the domain's MTA-STS policy. */
static void
put_sts(json_t *whole, const struct mail_facts *facts)
{
	const struct sts_facts *sts = &facts->sts;
	json_t *object, *mx;

	if (sts->outcome == STS_UNASKED)
		return;
	object = json_object();
	if (sts->outcome == STS_PENDING)
		report_put_text(object, "error", "not finished");
	else if (sts->outcome == STS_UNFETCHED)
		report_put_text(object, "error", sts_outcome_help(sts->outcome));
	else
		report_put_text(object, "outcome", sts_outcome_name(sts->outcome));
	report_put_text(object, "id", facts->posture[POSTURE_STS].id);
	if (sts->outcome == STS_VALID) {
		report_put_text(object, "mode", sts_mode_name(sts->policy.mode));
		report_put_number(object, "max_age", sts->policy.max_age);
		mx = json_array();
		for (size_t i = 0; i < sts->policy.mx_count; i++)
			json_array_append_new(mx, json_string(sts->policy.mx[i]));
		json_object_set_new(object, "mx", mx);
	}
	if (sts->stale)
		json_object_set_new(object, "stale", json_true());
	report_put_text(object, "error", sts->error);
	json_object_set_new(whole, "sts", object);
}

/* Whether the exchange is named by the policy, where there is one that names any. */
static void
put_sts_match(json_t *object, const struct mail_facts *facts, size_t exchange)
{
	if (facts->sts.outcome == STS_VALID && facts->sts.policy.mode != STS_MODE_NONE)
		report_put_text(
		    object, "sts", policy_sts_names(facts, exchange) ? "match" : "mismatch");
}

/* --- exchanges ---------------------------------------------------------------------------- */

/* Adds the names of the address, and whether one of them leads back to it. */
static void
put_reverse(json_t *object, const struct mail_target *target)
{
	enum reverse_state state = mail_reverse_state(&target->reverse, &target->ip);
	struct dns_name names[REVERSE_NAMES_MAX];
	size_t count = mail_reverse_names(&target->reverse, names);
	char text[DNS_NAME_TEXT_MAX];
	json_t *list;

	if (state == REVERSE_UNASKED || state == REVERSE_PENDING || state == REVERSE_ERROR)
		return;
	list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(dns_name_text(&names[i], text)));
	json_object_set_new(object, "ptr", list);
	json_object_set_new(object, "fcrdns", json_boolean(state == REVERSE_CONFIRMED));
}

static json_t *
address_object(const struct inquiry *inquiry, const struct plan_row *row)
{
	const struct mail_facts *facts = &inquiry->facts;
	const struct mail_target *target = &facts->targets[row->target];
	json_t *object = json_object();
	const char *special = special_kind(&target->ip);
	char ip[IP_TEXT_MAX];

	if (row->attempt > 0)
		report_put_number(object, "order", row->attempt);
	report_put_text(object, "address", ip_text(&target->ip, ip));
	report_put_number(object, "family", target->ip.family);
	report_put_number(object, "ttl", target->ttl);
	report_put_text(object, "special", special);
	put_reverse(object, target);
	if (target->shared)
		json_object_set_new(object, "shared", json_true());
	if (target->probe != NULL) {
		json_t *probe = report_probe(target->probe, inquiry->plan.sender);

		put_dane(probe, facts, row->target);
		put_ruling(probe, inquiry, row);
		json_object_set_new(object, "probe", probe);
	}
	return object;
}

/* The addresses of one exchange, in the order of the plan. */
static json_t *
addresses_array(const struct inquiry *inquiry, size_t exchange)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inquiry->plan.count; i++) {
		const struct plan_row *row = &inquiry->plan.rows[i];

		if (row->exchange == exchange && row->target != SIZE_MAX)
			json_array_append_new(list, address_object(inquiry, row));
	}
	return list;
}

static json_t *
exchange_object(const struct inquiry *inquiry, size_t order, size_t exchange)
{
	const struct mail_facts *facts = &inquiry->facts;
	const struct mx_exchange *mx = &facts->mx.exchanges[exchange];
	const struct dns_result *result = report_exchange_result(facts, exchange);
	json_t *object = json_object();

	report_put_number(object, "order", (int64_t)order);
	report_put_number(object, "preference", mx->preference);
	report_put_text(object, "exchange", mx->text);
	report_put_text(object, "outcome", report_exchange_outcome(facts, exchange));
	put_alias(object, result);
	if (result != NULL)
		report_put_text(object, "dnssec",
		    dns_security_name(report_exchange_security(facts, exchange, result)));
	if (result != NULL && dns_result_is_final(result))
		report_put_number(object, "ttl", result->ttl);
	put_tlsa(object, facts, exchange);
	put_sts_match(object, facts, exchange);
	json_object_set_new(object, "addresses", addresses_array(inquiry, exchange));
	return object;
}

static json_t *
exchanges_array(const struct inquiry *inquiry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inquiry->plan.exchange_count; i++)
		json_array_append_new(
		    list, exchange_object(inquiry, i + 1, inquiry->plan.exchange_order[i]));
	return list;
}

static json_t *
findings_array(const struct findings *findings)
{
	json_t *list = json_array();

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		json_t *object = json_object();

		report_put_text(object, "id", finding->id);
		report_put_text(object, "severity", finding_severity_name(finding->severity));
		report_put_text(object, "subject", finding->subject);
		report_put_text(object, "text", finding->text);
		report_put_text(object, "rule", finding->rule);
		report_put_text(object, "fix", finding->fix);
		json_array_append_new(list, object);
	}
	return list;
}

/* --- the whole ------------------------------------------------------------------------------ */

/* A name that was not begun, or that is none. */
static void
put_unstudied(json_t *object, const struct report_subject *subject)
{
	report_put_time(object, "time", subject->now_time);
	report_put_ms(object, "elapsed_ms", 0);
	report_put_text(object, "verdict",
	    verdict_kind_name(subject->fault != NULL ? VERDICT_BOUNCE : VERDICT_INCONCLUSIVE));
	report_put_text(object, "status", subject->fault != NULL ? "5.1.3" : NULL);
	report_put_text(
	    object, "reason", subject->fault != NULL ? subject->fault : "not finished");
}

static void
put_verdict(json_t *object, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	const struct verdict *verdict = &inquiry->verdict;
	bool open = !subject->finished || verdict->kind == VERDICT_PENDING;

	report_put_time(object, "time", inquiry->asked_time);
	report_put_ms(object, "elapsed_ms",
	    (inquiry->ended_us != 0 ? inquiry->ended_us : subject->now_us) - inquiry->asked_us);
	report_put_text(
	    object, "verdict", verdict_kind_name(open ? VERDICT_INCONCLUSIVE : verdict->kind));
	report_put_text(object, "status", open ? NULL : verdict->status);
	report_put_text(object, "reason", open ? "not finished" : verdict->sentence);
	report_put_text(object, "sender", sender_name(inquiry->plan.sender));
}

static void
put_inquiry(json_t *object, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	const struct mail_facts *facts = &inquiry->facts;
	char *unicode = mail_subject_unicode(&facts->subject);

	report_put_text(object, "domain", facts->subject.ascii);
	report_put_text(object, "unicode", unicode);
	free(unicode);
	put_verdict(object, subject);
	if (facts->mx_known && facts->mx_result != NULL)
		json_object_set_new(object, "mx", mx_object(facts));
	if (facts->mx_known)
		json_object_set_new(object, "exchanges", exchanges_array(inquiry));
	put_posture(object, POSTURE_SPF, &facts->posture[POSTURE_SPF]);
	put_posture(object, POSTURE_DMARC, &facts->posture[POSTURE_DMARC]);
	put_sts(object, facts);
	put_posture(object, POSTURE_TLSRPT, &facts->posture[POSTURE_TLSRPT]);
	json_object_set_new(object, "findings", findings_array(&inquiry->findings));
}

/* What changed of meaning since what was expected; empty = nothing. */
static json_t *
differences_array(const struct diff *diff)
{
	json_t *list = json_array();

	for (size_t i = 0; i < diff->meanings; i++)
		json_array_append_new(list, json_string(diff->changes[i].text));
	return list;
}

/* Masks every string below the value, whatever field it stands in. */
static void
redact_value(json_t *value, const struct redactor *redactor)
{
	const char *key;
	json_t *member;
	size_t i;
	char *text;

	if (json_is_string(value)) {
		text = redact_copy(redactor, json_string_value(value));
		json_string_set(value, text);
		free(text);
	}
	json_array_foreach(value, i, member)
	{
		redact_value(member, redactor);
	}
	json_object_foreach(value, key, member)
	{
		redact_value(member, redactor);
	}
}

void
report_json(struct buf *out, const struct report_subject *subject)
{
	json_t *object = json_object();
	char *line;

	report_put_number(object, "schema", SCHEMA);
	report_put_text(object, "name", subject->name);
	if (subject->inquiry == NULL)
		put_unstudied(object, subject);
	else
		put_inquiry(object, subject);
	if (subject->differences != NULL)
		json_object_set_new(
		    object, "differences", differences_array(subject->differences));
	if (subject->redactor != NULL)
		redact_value(object, subject->redactor);
	line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
	if (line != NULL)
		buf_addf(out, "%s\n", line);
	free(line);
	json_decref(object);
}

/*
 * One name as one line of JSON, field by field as contract.md section 2 lists them; what does not apply is
 * absent. Every string in the facts is printable already: text_printable() made it so where it
 * came in. This is the one door to jansson.
 */
#include <stdlib.h>

#include <jansson.h>

#include "util/span.h"

#include "mail/consequence.h"
#include "dns/tlsa.h"
#include "mail/dane.h"
#include "mail/policy.h"
#include "mail/special.h"

#include "app/report_exchange.h"
#include "app/report_json.h"

enum {
	SCHEMA = 1,
	REAL_DIGITS = 10
};

/* Adds a string field unless there is none. */
static void
put_text(json_t *object, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		json_object_set_new(object, key, json_string(value));
}

static void
put_number(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, json_integer(value));
}

/* Adds a duration in milliseconds with three decimals. */
static void
put_ms(json_t *object, const char *key, int64_t us)
{
	json_object_set_new(object, key, json_real((double)us / 1000.0));
}

static void
put_time(json_t *object, const char *key, int64_t wall_time)
{
	char text[SPAN_TEXT_MAX];

	put_text(object, key, span_rfc3339(wall_time, text));
}

static void
put_enhanced(json_t *object, const char *key, struct smtp_enhanced enhanced)
{
	char text[16];

	put_text(object, key, smtp_enhanced_text(enhanced, text));
}

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

	put_text(object, "kind", mx_kind_name(facts->mx.kind));
	put_text(object, "outcome", dns_outcome_name(result->outcome));
	put_text(object, "dnssec", dns_security_name(result->dnssec));
	put_alias(object, result);
	if (dns_result_is_final(result))
		put_number(object, "ttl", result->ttl);
	if (result->server.ip.family != 0)
		put_text(object, "server", endpoint_text(&result->server, server));
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
	put_text(object, "outcome", dns_outcome_name(host.result->outcome));
	put_text(object, "dnssec", dns_security_name(host.result->dnssec));
	put_text(object, "base", dns_name_text(&host.base, base));
	put_text(object, "standing", dane_standing_name(host.standing));
	json_object_set_new(object, "records", tlsa_records(host.result));
	put_number(object, "usable", (int64_t)host.usable);
	json_object_set_new(parent, "tlsa", object);
}

/* What DANE says of one address, where it says anything. */
static void
put_dane(json_t *object, const struct mail_facts *facts, size_t target)
{
	enum dane_verdict verdict;

	if (facts->targets[target].probe->outcome != SMTP_SKIPPED &&
	    dane_judge(facts, target, &verdict))
		put_text(object, "dane", dane_verdict_name(verdict));
}

/* What follows where a policy that the sender follows stops its message here. */
static void
put_ruling(json_t *probe, const struct inquiry *inquiry, const struct plan_row *row)
{
	struct ruling ruling = policy_rule(&inquiry->facts, row->target, &inquiry->plan);

	put_text(probe, "consequence", policy_consequence(&ruling));
}

/* --- probes ----------------------------------------------------------------------------- */

/* Names the stages' durations as the contract does; MAIL, RCPT and QUIT have none there. */
static const struct {
	enum smtp_stage stage;
	const char *key;
} timings[] = {
	{ SMTP_STAGE_CONNECT, "connect_ms" },
	{ SMTP_STAGE_GREETING, "greeting_ms" },
	{ SMTP_STAGE_EHLO, "ehlo_ms" },
	{ SMTP_STAGE_STARTTLS, "starttls_ms" },
	{ SMTP_STAGE_HANDSHAKE, "handshake_ms" },
	{ SMTP_STAGE_EHLO_TLS, "ehlo_tls_ms" },
};

static json_t *
timing_object(const struct smtp_facts *probe)
{
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof timings / sizeof *timings; i++) {
		if (probe->stage_us[timings[i].stage] >= 0)
			put_ms(object, timings[i].key, probe->stage_us[timings[i].stage]);
	}
	if (probe->ended_us != 0)
		put_ms(object, "total_ms", probe->ended_us - probe->started_us);
	return object;
}

/* The names that a certificate vouches for. */
static json_t *
sans_array(const struct tls_certificate *certificate)
{
	json_t *list = json_array();

	for (size_t i = 0; i < certificate->san_count; i++)
		json_array_append_new(list, json_string(certificate->sans[i]));
	return list;
}

/* What one certificate says of itself. */
static void
put_certificate(json_t *object, const struct tls_certificate *certificate)
{
	put_time(object, "not_before", certificate->not_before);
	put_time(object, "not_after", certificate->not_after);
	put_text(object, "subject", certificate->subject);
	put_text(object, "issuer", certificate->issuer);
	json_object_set_new(object, "sans", sans_array(certificate));
	put_text(object, "key", certificate->key);
	put_text(object, "signature", certificate->signature);
	put_text(object, "sha256", certificate->sha256);
}

/* The certificates behind the server's own, in the order in which it sent them. */
static json_t *
issuers_array(const struct tls_facts *tls)
{
	json_t *list = json_array();

	for (size_t i = 1; i < tls->certificate_count; i++) {
		json_t *object = json_object();

		put_certificate(object, &tls->certificates[i]);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *
tls_object(const struct tls_facts *tls)
{
	json_t *object = json_object();

	put_text(object, "version", tls->version);
	put_text(object, "cipher", tls->cipher);
	put_text(object, "chain", tls_chain_name(tls->chain));
	put_text(object, "name", tls->name_matches ? "match" : "mismatch");
	put_certificate(object, tls_facts_leaf(tls));
	if (tls->certificate_count > 1)
		json_object_set_new(object, "issuers", issuers_array(tls));
	return object;
}

static json_t *
extensions_array(const struct smtp_extensions *extensions)
{
	json_t *list = json_array();

	for (size_t i = 0; i < extensions->count; i++)
		json_array_append_new(list, json_string(extensions->items[i]));
	return list;
}

static json_t *
violations_array(smtp_violations violations)
{
	json_t *list = json_array();

	for (int i = 0; i < smtp_violation_count; i++) {
		if (violations & (1u << i))
			json_array_append_new(list, json_string(smtp_violation_name(i)));
	}
	return list;
}

/* The outcome of a probe, where one that was cut off by SIGINT is inconclusive. */
static enum smtp_outcome
final_outcome(const struct smtp_facts *probe)
{
	return probe->outcome == SMTP_IN_PROGRESS ? SMTP_INCONCLUSIVE : probe->outcome;
}

/* What became of RCPT. */
static json_t *
rcpt_object(const struct smtp_facts *probe)
{
	json_t *object = json_object();

	put_number(object, "code", probe->rcpt_code);
	put_enhanced(object, "enhanced", probe->rcpt_enhanced);
	put_text(object, "text", probe->rcpt_text);
	return object;
}

static json_t *
probe_object(const struct smtp_facts *probe, enum sender sender)
{
	json_t *object = json_object();

	put_text(object, "outcome", smtp_outcome_name(final_outcome(probe)));
	if (probe->outcome == SMTP_SKIPPED) {
		put_text(object, "error", probe->error);
		return object;
	}
	put_text(object, "stage", smtp_stage_name(probe->stage));
	if (probe->doubt != SMTP_DOUBT_NONE)
		put_text(object, "doubt", smtp_doubt_name(probe->doubt));
	if (probe->code != 0)
		put_number(object, "code", probe->code);
	put_enhanced(object, "enhanced", probe->enhanced);
	put_text(object, "greeting", probe->greeting);
	put_text(object, "software", probe->software);
	if (probe->extensions_known)
		json_object_set_new(object, "extensions", extensions_array(&probe->extensions));
	put_text(object, "starttls", smtp_starttls_name(probe->starttls));
	if (probe->tls.present)
		json_object_set_new(object, "tls", tls_object(&probe->tls));
	if (probe->rcpt_code != 0)
		json_object_set_new(object, "rcpt", rcpt_object(probe));
	json_object_set_new(object, "timing", timing_object(probe));
	if (probe->violations != 0)
		json_object_set_new(object, "violations", violations_array(probe->violations));
	put_text(object, "error",
	    probe->outcome == SMTP_IN_PROGRESS ? "not finished" : probe->error);
	put_text(object, "consequence", mail_consequence(probe, sender));
	return object;
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
		put_text(object, "at", dns_name_text(&record->result->question.name, text));
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
	put_text(object, "outcome",
	    record->outcome == POSTURE_PENDING ? "not finished"
					       : posture_outcome_name(record->outcome));
	put_owner(object, record);
	if (record->all != 0)
		put_text(object, "all", all);
	if (record->redirect)
		json_object_set_new(object, "redirect", json_true());
	put_text(object, "policy", record->policy);
	if (record->uri_count > 0)
		json_object_set_new(object, "rua", uris_array(record));
	put_text(object, "record", record->text);
	put_text(object, "error", record->error);
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
		put_text(object, "error", "not finished");
	else if (sts->outcome == STS_UNFETCHED)
		put_text(object, "error", sts_outcome_help(sts->outcome));
	else
		put_text(object, "outcome", sts_outcome_name(sts->outcome));
	put_text(object, "id", facts->posture[POSTURE_STS].id);
	if (sts->outcome == STS_VALID) {
		put_text(object, "mode", sts_mode_name(sts->policy.mode));
		put_number(object, "max_age", sts->policy.max_age);
		mx = json_array();
		for (size_t i = 0; i < sts->policy.mx_count; i++)
			json_array_append_new(mx, json_string(sts->policy.mx[i]));
		json_object_set_new(object, "mx", mx);
	}
	if (sts->stale)
		json_object_set_new(object, "stale", json_true());
	put_text(object, "error", sts->error);
	json_object_set_new(whole, "sts", object);
}

/* Whether the exchange is named by the policy, where there is one that names any. */
static void
put_sts_match(json_t *object, const struct mail_facts *facts, size_t exchange)
{
	if (facts->sts.outcome == STS_VALID && facts->sts.policy.mode != STS_MODE_NONE)
		put_text(
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
		put_number(object, "order", row->attempt);
	put_text(object, "address", ip_text(&target->ip, ip));
	put_number(object, "family", target->ip.family);
	put_number(object, "ttl", target->ttl);
	put_text(object, "special", special);
	put_reverse(object, target);
	if (target->shared)
		json_object_set_new(object, "shared", json_true());
	if (target->probe != NULL) {
		json_t *probe = probe_object(target->probe, inquiry->plan.sender);

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

	put_number(object, "order", (int64_t)order);
	put_number(object, "preference", mx->preference);
	put_text(object, "exchange", mx->text);
	put_text(object, "outcome", report_exchange_outcome(facts, exchange));
	put_alias(object, result);
	if (result != NULL)
		put_text(object, "dnssec",
		    dns_security_name(report_exchange_security(facts, exchange, result)));
	if (result != NULL && dns_result_is_final(result))
		put_number(object, "ttl", result->ttl);
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

		put_text(object, "id", finding->id);
		put_text(object, "severity", finding_severity_name(finding->severity));
		put_text(object, "subject", finding->subject);
		put_text(object, "text", finding->text);
		put_text(object, "rule", finding->rule);
		put_text(object, "fix", finding->fix);
		json_array_append_new(list, object);
	}
	return list;
}

/* --- the whole ------------------------------------------------------------------------------ */

/* A name that was not begun, or that is none. */
static void
put_unstudied(json_t *object, const struct report_subject *subject)
{
	put_time(object, "time", subject->now_time);
	put_ms(object, "elapsed_ms", 0);
	put_text(object, "verdict",
	    verdict_kind_name(subject->fault != NULL ? VERDICT_BOUNCE : VERDICT_INCONCLUSIVE));
	put_text(object, "status", subject->fault != NULL ? "5.1.3" : NULL);
	put_text(object, "reason", subject->fault != NULL ? subject->fault : "not finished");
}

static void
put_verdict(json_t *object, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	const struct verdict *verdict = &inquiry->verdict;
	bool open = !subject->finished || verdict->kind == VERDICT_PENDING;

	put_time(object, "time", inquiry->asked_time);
	put_ms(object, "elapsed_ms",
	    (inquiry->ended_us != 0 ? inquiry->ended_us : subject->now_us) - inquiry->asked_us);
	put_text(
	    object, "verdict", verdict_kind_name(open ? VERDICT_INCONCLUSIVE : verdict->kind));
	put_text(object, "status", open ? NULL : verdict->status);
	put_text(object, "reason", open ? "not finished" : verdict->sentence);
	put_text(object, "sender", sender_name(inquiry->plan.sender));
}

static void
put_inquiry(json_t *object, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	const struct mail_facts *facts = &inquiry->facts;

	put_text(object, "domain", facts->subject.ascii);
	put_text(object, "unicode", facts->subject.unicode);
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

	put_number(object, "schema", SCHEMA);
	put_text(object, "name", subject->name);
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

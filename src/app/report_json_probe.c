/*
 * One probe as JSON, with what TLS showed: field by field as contract.md section 2 lists them. What
 * policies make of it is added by report_json.c, whose small tools stand here, too.
 */
#include "util/span.h"

#include "mail/consequence.h"

#include "app/report_json_parts.h"

void
report_put_text(json_t *object, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		json_object_set_new(object, key, json_string(value));
}

void
report_put_number(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, json_integer(value));
}

void
report_put_ms(json_t *object, const char *key, int64_t us)
{
	json_object_set_new(object, key, json_real((double)us / 1000.0));
}

void
report_put_time(json_t *object, const char *key, int64_t wall_time)
{
	char text[SPAN_TEXT_MAX];

	report_put_text(object, key, span_rfc3339(wall_time, text));
}

void
report_put_enhanced(json_t *object, const char *key, struct smtp_enhanced enhanced)
{
	char text[16];

	report_put_text(object, key, smtp_enhanced_text(enhanced, text));
}

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
			report_put_ms(
			    object, timings[i].key, probe->stage_us[timings[i].stage]);
	}
	if (probe->ended_us != 0)
		report_put_ms(object, "total_ms", probe->ended_us - probe->started_us);
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
	report_put_time(object, "not_before", certificate->not_before);
	report_put_time(object, "not_after", certificate->not_after);
	report_put_text(object, "subject", certificate->subject);
	report_put_text(object, "issuer", certificate->issuer);
	json_object_set_new(object, "sans", sans_array(certificate));
	report_put_text(object, "key", certificate->key);
	report_put_text(object, "signature", certificate->signature);
	report_put_text(object, "sha256", certificate->sha256);
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

	report_put_text(object, "version", tls->version);
	report_put_text(object, "cipher", tls->cipher);
	report_put_text(object, "chain", tls_chain_name(tls->chain));
	report_put_text(object, "name", tls->name_matches ? "match" : "mismatch");
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

	report_put_number(object, "code", probe->rcpt_code);
	report_put_enhanced(object, "enhanced", probe->rcpt_enhanced);
	report_put_text(object, "text", probe->rcpt_text);
	return object;
}

json_t *
report_probe(const struct smtp_facts *probe, enum sender sender)
{
	json_t *object = json_object();

	report_put_text(object, "outcome", smtp_outcome_name(final_outcome(probe)));
	if (probe->outcome == SMTP_SKIPPED) {
		report_put_text(object, "error", probe->error);
		return object;
	}
	report_put_text(object, "stage", smtp_stage_name(probe->stage));
	if (probe->doubt != SMTP_DOUBT_NONE)
		report_put_text(object, "doubt", smtp_doubt_name(probe->doubt));
	if (probe->code != 0)
		report_put_number(object, "code", probe->code);
	report_put_enhanced(object, "enhanced", probe->enhanced);
	report_put_text(object, "greeting", probe->greeting);
	report_put_text(object, "software", probe->software);
	if (probe->extensions_known)
		json_object_set_new(object, "extensions", extensions_array(&probe->extensions));
	report_put_text(object, "starttls", smtp_starttls_name(probe->starttls));
	if (probe->tls.present)
		json_object_set_new(object, "tls", tls_object(&probe->tls));
	if (probe->rcpt_code != 0)
		json_object_set_new(object, "rcpt", rcpt_object(probe));
	json_object_set_new(object, "timing", timing_object(probe));
	if (probe->violations != 0)
		json_object_set_new(object, "violations", violations_array(probe->violations));
	report_put_text(object, "error",
	    probe->outcome == SMTP_IN_PROGRESS ? "not finished" : probe->error);
	report_put_text(object, "consequence", mail_consequence(probe, sender));
	return object;
}

/*
 * The findings: one table of what is looked for, how bad it is, by which rule, and what cures
 * it. Decides severity and order - worst first, then the domain, then its exchanges as mail
 * meets them. What is seen is left to detect_*.c; that a warning spoils a
 * clean delivery to verdict.c.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

#include "mail/detect.h"
#include "mail/explain_tables.h"
#include "mail/finding.h"

NAMES_DEFINE(finding_severity, FINDING_SEVERITIES)

enum {
	NO_RULE = rule_count,
};

/* One thing that is looked for. */
struct finding_row {
	const char *id;
	enum finding_severity severity;
	unsigned rule; /* an enum rule_id, or NO_RULE */
	const char *fix;
	detector *detect;
};

static const struct finding_row rows[] = {
	{ "mx-none", FINDING_ERROR, RULE_MX_HOST,
	    "Publish an MX record, or a Null MX (MX 0 .) where no mail is wanted.",
	    detect_mx_none },
	{ "mx-null-mixed", FINDING_ERROR, RULE_NULL_MX_ALONE,
	    "Remove the \".\" record, or all others where no mail is wanted.",
	    detect_mx_null_mixed },
	{ "mx-null-preference", FINDING_WARNING, RULE_NULL_MX,
	    "Publish the Null MX as \"MX 0 .\".", detect_mx_null_preference },
	{ "mx-localhost", FINDING_ERROR, RULE_LOCALHOST,
	    "Point the MX record at a public host, or publish a Null MX (MX 0 .).",
	    detect_mx_localhost },
	{ "mx-literal", FINDING_ERROR, RULE_MX_LITERAL,
	    "Give the server a host name with an address, and point the MX record at it.",
	    detect_mx_literal },
	{ "mx-unresolvable", FINDING_WARNING, RULE_MX_HOST,
	    "Give the host an address, or remove its MX record.", detect_mx_unresolvable },
	{ "mx-special-address", FINDING_ERROR, RULE_SPECIAL_ADDRESS,
	    "Publish the server's public address.", detect_mx_special_address },
	{ "mx-alias", FINDING_WARNING, RULE_MX_NO_ALIAS,
	    "Point the MX record at the host's own name.", detect_mx_alias },
	{ "mx-duplicate", FINDING_WARNING, RULE_DUPLICATE, "Keep one record for each exchange.",
	    detect_mx_duplicate },
	{ "dns-bogus", FINDING_ERROR, RULE_DNS_BOGUS,
	    "Mend the chain of trust, from the first broken link down: `view chain` shows it.",
	    detect_dns_bogus },
	{ "dns-temporary", FINDING_WARNING, RULE_DNS_TEMPORARY,
	    "See to it that every name server of the zone answers.", detect_dns_temporary },
	{ "dns-suspicious", FINDING_WARNING, NO_RULE,
	    "Ask a resolver nearby, over a network that you trust.", detect_dns_suspicious },
	{ "port-25-filtered", FINDING_WARNING, NO_RULE,
	    "Probe from a network that lets port 25 out.", detect_port_25_filtered },
	{ "starttls-injection", FINDING_ERROR, RULE_STARTTLS_AGAIN,
	    "Update the mail server: it must forget what it read before the handshake "
	    "(CVE-2011-0411).",
	    detect_starttls_injection },
	{ "starttls-missing-some", FINDING_WARNING, RULE_OPPORTUNISTIC,
	    "Offer STARTTLS on every exchange.", detect_starttls_missing },
	{ "tls-expired", FINDING_WARNING, RULE_CERTIFICATE_DATES, "Renew the certificate.",
	    detect_tls_expired },
	{ "tls-mismatch", FINDING_WARNING, RULE_CERTIFICATE_NAME,
	    "Use a certificate that lists the exchange's name.", detect_tls_mismatch },
	{ "dane-mismatch", FINDING_ERROR, RULE_DANE_REQUIRED,
	    "Publish a TLSA record for the certificate's key before the key is changed, and "
	    "remove the old one after.",
	    detect_dane_mismatch },
	{ "dane-lookup-failed", FINDING_ERROR, RULE_DANE_ERROR,
	    "See to it that the zone answers questions for TLSA, if only with a signed \"no\", "
	    "and that the resolver passes the proof on.",
	    detect_dane_lookup },
	{ "dane-unusable", FINDING_WARNING, RULE_DANE_USAGE,
	    "Publish a record of usage 3, selector 1, matching type 1.", detect_dane_unusable },
	{ "dane-insecure-mx", FINDING_WARNING, RULE_DANE_INSECURE_MX,
	    "Sign the zones on the whole way, the domain's own first.",
	    detect_dane_insecure_mx },
	{ "sts-mismatch", FINDING_ERROR, RULE_STS_ENFORCE,
	    "Name the exchange in the policy, and give it a trusted certificate for its name.",
	    detect_sts_mismatch },
	{ "sts-backup-mismatch", FINDING_WARNING, RULE_STS_ENFORCE,
	    "Name the backup in the policy, and give it a trusted certificate for its name: "
	    "it shows only when the primary is down.",
	    detect_sts_backup_mismatch },
	{ "sts-invalid", FINDING_WARNING, RULE_STS_POLICY,
	    "Publish one TXT record and a policy that keep to the grammar.",
	    detect_sts_invalid },
	{ "sts-unreachable", FINDING_WARNING, RULE_STS_POLICY,
	    "Serve the policy at https://mta-sts.DOMAIN/.well-known/mta-sts.txt, or remove the "
	    "TXT record.",
	    detect_sts_unreachable },
	{ "rate-limited", FINDING_WARNING, RULE_TRANSIENT,
	    "Probe less often; a server that limits all its senders needs more capacity.",
	    detect_rate_limited },
	{ "domain-alias", FINDING_INFO, RULE_DOMAIN_ALIAS, NULL, detect_domain_alias },
	{ "domain-dotless", FINDING_INFO, RULE_DOTLESS,
	    "Use an address whose domain has a dot (RFC 7085 tells how little others work).",
	    detect_domain_dotless },
	{ "mx-implicit", FINDING_INFO, RULE_IMPLICIT_MX,
	    "Publish an MX record: it says plainly where mail goes.", detect_mx_implicit },
	{ "mx-single", FINDING_INFO, RULE_NEXT_ADDRESS, NULL, detect_mx_single },
	{ "mx-single-address", FINDING_INFO, RULE_NEXT_ADDRESS, NULL,
	    detect_mx_single_address },
	{ "mx-many", FINDING_INFO, RULE_SPF_MX_LIMIT,
	    "Keep to ten exchanges or fewer: senders try only the first few.", detect_mx_many },
	{ "mx-ttl", FINDING_INFO, RULE_TTL, "A TTL of an hour or more spares the DNS.",
	    detect_mx_ttl },
	{ "dns-remark", FINDING_INFO, NO_RULE, NULL, detect_dns_remark },
	{ "tls-expiring", FINDING_INFO, RULE_CERTIFICATE_DATES,
	    "Renew the certificate in time.", detect_tls_expiring },
	{ "greylisted", FINDING_INFO, RULE_GREYLISTING, NULL, detect_greylisted },
	{ "smtp-violation", FINDING_INFO, RULE_SMTP_SYNTAX,
	    "Update or replace the mail server.", detect_smtp_violation },
	{ "smtputf8-some", FINDING_INFO, RULE_SMTPUTF8,
	    "Offer SMTPUTF8 on all exchanges, or on none.", detect_smtputf8_some },
	{ "size-differs", FINDING_INFO, RULE_SIZE, "Set the same size limit on every exchange.",
	    detect_size_differs },
	{ "mx-inconsistent", FINDING_WARNING, RULE_SERVERS_AGREE,
	    "Let all name servers of the zone transfer it anew, and remove those that cannot.",
	    detect_mx_inconsistent },
	{ "ns-lame", FINDING_WARNING, RULE_LAME,
	    "Let the server hold the zone, or take it out of the zone's NS records and those "
	    "above.",
	    detect_ns_lame },
	{ "ns-inconsistent", FINDING_WARNING, RULE_SERVERS_AGREE,
	    "Let all name servers of the zone transfer it anew.", detect_ns_inconsistent },
	{ "ns-serial", FINDING_INFO, RULE_SERVERS_AGREE,
	    "See whether the older copies catch up; if not, repair the zone transfer.",
	    detect_ns_serial },
	{ "ptr-missing", FINDING_INFO, RULE_FORWARD_REVERSE,
	    "Have the owner of the address publish a PTR record with the host's name.",
	    detect_ptr_missing },
	{ "ptr-mismatch", FINDING_INFO, RULE_FORWARD_REVERSE,
	    "Let the name of the address and the address of the name lead to each other.",
	    detect_ptr_mismatch },
};

/* A finding with what it is sorted by. */
struct entry {
	struct finding finding;
	size_t serial; /* order of discovery */
};

/* What is being put together. */
struct report {
	const struct finding_row *row; /* whose detector runs */
	struct entry *entries;
	size_t count, capacity;
	size_t *places; /* of each exchange in delivery order */
};

/* True when the finding says what the one before it said. */
static bool
repeats(const struct report *report, const struct finding *finding)
{
	const struct finding *last;

	if (report->count == 0)
		return false;
	last = &report->entries[report->count - 1].finding;
	return last->id == finding->id && strcmp(last->subject, finding->subject) == 0 &&
	    strcmp(last->text, finding->text) == 0;
}

/* Frees what a finding holds. */
static void
clear_finding(struct finding *finding)
{
	free(finding->subject);
	free(finding->text);
}

static void add(struct sight *sight, enum finding_severity severity, long exchange,
    const char *format, va_list arguments) __attribute__((format(printf, 4, 0)));

/* Adds a finding of the current row. */
static void
add(struct sight *sight, enum finding_severity severity, long exchange, const char *format,
    va_list arguments)
{
	struct report *report = sight->report;
	const struct finding_row *row = report->row;
	bool domain = exchange == DETECT_DOMAIN;
	struct buf text = BUF_INIT;
	struct finding finding = {
		.id = row->id,
		.severity = severity,
		.subject = mem_strdup(domain ? sight->facts->subject.ascii
					     : sight->facts->mx.exchanges[exchange].text),
		.place = domain ? 0 : 1 + report->places[exchange],
		.rule = row->rule == NO_RULE ? NULL : rule_of((enum rule_id)row->rule)->clause,
		.fix = row->fix,
	};

	buf_addv(&text, format, arguments);
	finding.text = buf_take(&text);
	if (repeats(report, &finding)) {
		clear_finding(&finding);
		return;
	}
	report->entries = mem_grow(
	    report->entries, report->count, &report->capacity, sizeof *report->entries);
	report->entries[report->count] = (struct entry){ finding, report->count };
	report->count++;
}

void
detect_report(struct sight *sight, long exchange, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(sight, sight->report->row->severity, exchange, format, arguments);
	va_end(arguments);
}

void
detect_report_as(
    struct sight *sight, enum finding_severity severity, long exchange, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(sight, severity, exchange, format, arguments);
	va_end(arguments);
}

/* Compares two entries: severity, place, order of discovery. */
static int
compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->finding.severity != b->finding.severity)
		return a->finding.severity < b->finding.severity ? -1 : 1;
	if (a->finding.place != b->finding.place)
		return a->finding.place < b->finding.place ? -1 : 1;
	return a->serial < b->serial ? -1 : 1;
}

/* Returns the place of each exchange in the plan's order. */
static size_t *
places_of(const struct mail_facts *facts, const struct plan *plan)
{
	size_t *places = mem_calloc(facts->mx.count, sizeof *places);

	for (size_t i = 0; i < plan->exchange_count; i++)
		places[plan->exchange_order[i]] = i;
	return places;
}

/* Moves the sorted entries to where the caller wants them. */
static void
hand_over(struct report *report, struct findings *findings)
{
	if (report->count > 1)
		qsort(report->entries, report->count, sizeof *report->entries, compare);
	*findings = (struct findings){
		.items = mem_calloc(report->count, sizeof *findings->items),
		.count = report->count,
		.capacity = report->count,
	};
	for (size_t i = 0; i < report->count; i++)
		findings->items[i] = report->entries[i].finding;
	free(report->entries);
	free(report->places);
}

void
findings_make(struct findings *findings, const struct mail_facts *facts,
    const struct plan *plan, const struct finding_settings *settings)
{
	struct report report = { .places = places_of(facts, plan) };
	struct sight sight = { facts, plan, settings, &report };

	for (size_t i = 0; facts->mx_known && i < sizeof rows / sizeof *rows; i++) {
		report.row = &rows[i];
		rows[i].detect(&sight);
	}
	hand_over(&report, findings);
}

void
findings_clear(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		clear_finding(&findings->items[i]);
	free(findings->items);
	*findings = (struct findings){ 0 };
}

size_t
findings_count(const struct findings *findings, enum finding_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++)
		count += findings->items[i].severity == severity;
	return count;
}

const struct finding *
findings_find(const struct findings *findings, const char *id)
{
	for (size_t i = 0; i < findings->count; i++) {
		if (strcmp(findings->items[i].id, id) == 0)
			return &findings->items[i];
	}
	return NULL;
}

bool
finding_kind_at(size_t place, struct finding_kind *kind)
{
	const struct finding_row *row;
	const struct explain_entry *entry;

	if (place >= sizeof rows / sizeof *rows)
		return false;
	row = &rows[place];
	entry = explain_finding(row->id);
	*kind = (struct finding_kind){
		.id = row->id,
		.meaning = entry == NULL ? "" : entry->text,
		.severity = row->severity,
		.rule = row->rule == NO_RULE ? NULL : rule_of((enum rule_id)row->rule),
		.fix = row->fix,
	};
	return true;
}

bool
finding_kind(const char *id, struct finding_kind *kind)
{
	for (size_t i = 0; finding_kind_at(i, kind); i++) {
		if (strcmp(kind->id, id) == 0)
			return true;
	}
	return false;
}

/*
 * What is recorded, member by member. A member that an event gains is recorded as soon as it has a row
 * here; one without a row comes back empty.
 */
#include <stddef.h>

#include "app/event.h"
#include "app/recorded.h"
#include "app/recording.h"
#include "dns/ede.h"

enum {
	LIST_MAX = 65536,
	OCTETS_OF_NAMES = 512
};

/* clang-format off */
#define ROW(kind, owner, member) { .type = FIELD_##kind, .offset = offsetof(struct owner, member) }
#define ENUM(owner, member, values) \
	{ .type = FIELD_ENUM, .offset = offsetof(struct owner, member), .limit = (values) }
#define PART(owner, member, table) \
	{ .type = FIELD_PART, .offset = offsetof(struct owner, member), .fields = (table) }
#define LIST(owner, member, number, most, item, table) \
	{ .type = FIELD_LIST, .offset = offsetof(struct owner, member), \
		.count = offsetof(struct owner, number), .limit = (most), .size = sizeof(struct item), \
		.fields = (table) }
#define TEXTS(owner, member, number, most) \
	{ .type = FIELD_TEXTS, .offset = offsetof(struct owner, member), \
		.count = offsetof(struct owner, number), .limit = (most) }
#define POINTER(owner, member, item, table) \
	{ .type = FIELD_POINTER, .offset = offsetof(struct owner, member), \
		.size = sizeof(struct item), .fields = (table) }

/* --- the DNS --- */

static const struct field endpoint_fields[] = {
	ROW(ADDRESS, endpoint, ip), ROW(U16, endpoint, port), FIELDS_END
};

static const struct field question_fields[] = {
	ROW(NAME, dns_question, name), ROW(U16, dns_question, type), FIELDS_END
};

static const struct field name_fields[] = {
	{ .type = FIELD_NAME, .offset = 0 }, FIELDS_END
};

static const struct field ede_fields[] = {
	ROW(U16, dns_ede, code), ROW(TEXT, dns_ede, text), FIELDS_END
};

static const struct field result_fields[] = {
	PART(dns_result, question, question_fields),
	ENUM(dns_result, outcome, dns_outcome_count),
	ROW(U32, dns_result, rcode),
	LIST(dns_result, alias, alias_count, OCTETS_OF_NAMES, dns_name, name_fields),
	ROW(RECORDS, dns_result, answer),
	ROW(BOOL, dns_result, checkable),
	ROW(U32, dns_result, ttl),
	ENUM(dns_result, dnssec, dns_security_count),
	ROW(TEXT, dns_result, dnssec_why),
	ROW(BOOL, dns_result, provisional),
	PART(dns_result, server, endpoint_fields),
	ROW(I64, dns_result, received_us),
	ROW(I64, dns_result, elapsed_us),
	ROW(BOOL, dns_result, from_cache),
	ROW(BOOL, dns_result, over_tcp),
	ROW(U32, dns_result, tries),
	ROW(U32, dns_result, strays),
	{ .type = FIELD_OCTETS, .offset = offsetof(struct dns_result, reply),
	    .count = offsetof(struct dns_result, reply_length) },
	LIST(dns_result, ede, ede_count, DNS_EDE_MAX, dns_ede, ede_fields),
	ROW(TEXT, dns_result, error),
	FIELDS_END
};

/* --- SMTP and TLS --- */

static const struct field enhanced_fields[] = {
	ROW(U8, smtp_enhanced, class), ROW(U16, smtp_enhanced, subject),
	ROW(U16, smtp_enhanced, detail), FIELDS_END
};

static const struct field certificate_fields[] = {
	ROW(WORDING, tls_certificate, subject),
	ROW(WORDING, tls_certificate, issuer),
	TEXTS(tls_certificate, sans, san_count, TLS_SANS_MAX),
	ROW(I64, tls_certificate, not_before),
	ROW(I64, tls_certificate, not_after),
	ROW(TEXT, tls_certificate, key),
	ROW(TEXT, tls_certificate, signature),
	ROW(WORDING, tls_certificate, sha256),
	ROW(WORDING, tls_certificate, pem),
	FIELDS_END
};

static const struct field tls_fields[] = {
	ROW(BOOL, tls_facts, present),
	ROW(TEXT, tls_facts, version),
	ROW(TEXT, tls_facts, cipher),
	ENUM(tls_facts, chain, tls_chain_count),
	ROW(BOOL, tls_facts, name_matches),
	LIST(tls_facts, certificates, certificate_count, TLS_CERTIFICATES_MAX, tls_certificate,
	    certificate_fields),
	ROW(SIZE, tls_facts, certificates_left_out),
	FIELDS_END
};

static const struct field dane_fields[] = {
	ROW(BOOL, tls_dane, waiting),
	ROW(BOOL, tls_dane, checked),
	ROW(BOOL, tls_dane, verified),
	ROW(BOOL, tls_dane, unusable),
	ROW(U8, tls_dane, usage), ROW(U8, tls_dane, selector), ROW(U8, tls_dane, matching),
	ROW(U32, tls_dane, depth),
	{ .type = FIELD_CHARS, .offset = offsetof(struct tls_dane, reason),
	    .limit = TLS_DANE_REASON_MAX },
	FIELDS_END
};

static const struct field line_fields[] = {
	ENUM(smtp_line, speaker, SMTP_NOTE + 1),
	ROW(BOOL, smtp_line, encrypted),
	ROW(I64, smtp_line, offset_us),
	ROW(SPEECH, smtp_line, text),
	FIELDS_END
};

static const struct field transcript_fields[] = {
	LIST(smtp_transcript, lines, count, SMTP_TRANSCRIPT_MAX + 1, smtp_line, line_fields),
	FIELDS_END
};

static const struct field extensions_fields[] = {
	TEXTS(smtp_extensions, items, count, LIST_MAX), FIELDS_END
};

static const struct field probe_fields[] = {
	ENUM(smtp_facts, stage, smtp_stage_count),
	ENUM(smtp_facts, outcome, smtp_outcome_count),
	ENUM(smtp_facts, doubt, smtp_doubt_count),
	ROW(I32, smtp_facts, code),
	PART(smtp_facts, enhanced, enhanced_fields),
	ROW(WORDING, smtp_facts, reply_text),
	ROW(WORDING, smtp_facts, greeting),
	ROW(TEXT, smtp_facts, software),
	PART(smtp_facts, extensions, extensions_fields),
	ROW(BOOL, smtp_facts, extensions_known),
	ENUM(smtp_facts, starttls, smtp_starttls_count),
	PART(smtp_facts, tls, tls_fields),
	ROW(I32, smtp_facts, rcpt_code),
	PART(smtp_facts, rcpt_enhanced, enhanced_fields),
	ROW(WORDING, smtp_facts, rcpt_text),
	ROW(I64, smtp_facts, started_us),
	ROW(I64, smtp_facts, stage_started_us),
	ROW(I64, smtp_facts, ended_us),
	{ .type = FIELD_TIMES, .offset = offsetof(struct smtp_facts, stage_us),
	    .limit = smtp_stage_count },
	ROW(U32, smtp_facts, violations),
	ROW(TEXT, smtp_facts, error),
	PART(smtp_facts, transcript, transcript_fields),
	FIELDS_END
};

/* --- the rest --- */

static const struct field command_fields[] = {
	ENUM(command, verb, verb_count),
	{ .type = FIELD_WORDS, .offset = offsetof(struct command, arguments),
	    .count = offsetof(struct command, argument_count), .limit = COMMAND_ARGUMENTS_MAX },
	FIELDS_END
};

static const struct field entry_fields[] = {
	ROW(TEXT, history_entry, name),
	ROW(I64, history_entry, time),
	ENUM(history_entry, kind, verdict_kind_count),
	ROW(TEXT, history_entry, status),
	ROW(TEXT, history_entry, sentence),
	ROW(I64, history_entry, since),
	ROW(BOOL, history_entry, changed),
	ROW(TEXT, history_entry, note),
	ROW(BOOL, history_entry, pinned),
	ROW(TEXT, history_entry, facts),
	FIELDS_END
};

const struct field recorded_event[] = {
	ENUM(event, kind, EVENT_TICK + 1),
	ROW(U64, event, ticket),
	ROW(U32, event, tag),
	PART(event, command, command_fields),
	POINTER(event, result, dns_result, result_fields),
	POINTER(event, probe, smtp_facts, probe_fields),
	PART(event, dane, dane_fields),
	LIST(event, entries, entry_count, HISTORY_LOAD_MAX, history_entry, entry_fields),
	ROW(RECORDS, event, hints),
	{ .type = FIELD_DOCUMENT, .offset = offsetof(struct event, text),
	    .count = offsetof(struct event, length) },
	ROW(TEXT, event, name), ROW(BOOL, event, startup),
	ENUM(event, message, MESSAGE_ERROR + 1),
	ROW(I32, event, rows), ROW(I32, event, columns),
	ENUM(event, pane, pane_count),
	ROW(SIZE, event, row),
	{ .type = FIELD_SIZES, .offset = offsetof(struct event, pane_rows), .limit = pane_count },
	{ .type = FIELD_SIZES, .offset = offsetof(struct event, pane_totals), .limit = pane_count },
	ROW(SIZE, event, view_rows), ROW(SIZE, event, view_total),
	ROW(SIZE, event, strip_rows), ROW(SIZE, event, strip_total),
	FIELDS_END
};

static const struct field prefix_fields[] = {
	ROW(ADDRESS, ip_prefix, ip), ROW(U8, ip_prefix, length), FIELDS_END
};

static const struct field vantage_fields[] = {
	ENUM(vantage, kind, vantage_kind_count),
	ROW(NAME, vantage, name),
	ROW(ADDRESS, vantage, ip),
	FIELDS_END
};

static const struct field settings_fields[] = {
	ROW(BOOL, settings, network), ROW(BOOL, settings, probing),
	ROW(BOOL, settings, ipv4), ROW(BOOL, settings, ipv6),
	ROW(U16, settings, port),
	ROW(BOOL, settings, special.allow_all),
	{ .type = FIELD_ROWS, .offset = offsetof(struct settings, special.allowed),
	    .count = offsetof(struct settings, special.allowed_count),
	    .limit = SPECIAL_PREFIXES_MAX, .size = sizeof(struct ip_prefix), .fields = prefix_fields },
	ROW(U64, settings, seed),
	ENUM(settings, sender, sender_count),
	PART(settings, vantage, vantage_fields),
	ROW(BOOL, settings, lab), ROW(BOOL, settings, rcpt),
	ROW(TEXT, settings, mail_from),
	ROW(U64, settings, size),
	ROW(TEXT, settings, server),
	ROW(RECORDS, settings, hints),
	FIELDS_END
};

static const struct field moment_fields[] = {
	ROW(I64, moment, us), ROW(I64, moment, time), FIELDS_END
};

const struct field recorded_start[] = {
	PART(recording_start, settings, settings_fields),
	PART(recording_start, moment, moment_fields),
	ROW(SIZE, recording_start, jobs),
	FIELDS_END
};

const struct field recorded_name[] = {
	ROW(TEXT, recorded_name, text), ROW(TEXT, recorded_name, fault), FIELDS_END
};
/* clang-format on */

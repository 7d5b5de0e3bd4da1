/*
 * From JSON to facts, by a table of paths. The line may come from a file that anybody wrote: its size, its
 * depth (jansson allows 2048) and its subjects are bounded, types are checked, texts made printable.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "history/snapshot.h"

enum {
	FACTS_MAX = 200000,
	PATH_PARTS_MAX = 4
};

/* clang-format off */
static const struct snapshot_field fields[] = {
	{ SNAPSHOT_DOMAIN, "verdict", "verdict", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "status", "status", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "mx.kind", "kind of MX", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "mx.outcome", "answer to the MX question", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "mx.dnssec", "DNSSEC of the MX", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "mx.alias", "alias", SNAPSHOT_LIST_OR_NONE, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "mx.ttl", "TTL of the MX", SNAPSHOT_WORD, SNAPSHOT_MINOR },
	{ SNAPSHOT_DOMAIN, "sts.outcome", "MTA-STS policy", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "sts.mode", "MTA-STS mode", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "sts.mx", "MTA-STS pattern", SNAPSHOT_LIST, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "sts.id", "MTA-STS id", SNAPSHOT_WORD, SNAPSHOT_MINOR },
	{ SNAPSHOT_DOMAIN, "tlsrpt.outcome", "TLSRPT record", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "tlsrpt.rua", "TLSRPT address", SNAPSHOT_LIST, SNAPSHOT_MINOR },
	{ SNAPSHOT_DOMAIN, "spf.outcome", "SPF record", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "spf.record", "SPF", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "dmarc.outcome", "DMARC record", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_DOMAIN, "dmarc.record", "DMARC", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_EXCHANGE, "preference", "preference", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_EXCHANGE, "outcome", "answer to its address questions", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_EXCHANGE, "alias", "alias", SNAPSHOT_LIST_OR_NONE, SNAPSHOT_MEANING },
	{ SNAPSHOT_EXCHANGE, "dnssec", "DNSSEC of its addresses", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_EXCHANGE, "ttl", "TTL of its addresses", SNAPSHOT_WORD, SNAPSHOT_MINOR },
	{ SNAPSHOT_EXCHANGE, "tlsa.outcome", "answer to its TLSA question", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_EXCHANGE, "tlsa.dnssec", "DNSSEC of its TLSA records", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_EXCHANGE, "tlsa.records", "TLSA record", SNAPSHOT_LIST, SNAPSHOT_MEANING },
	{ SNAPSHOT_EXCHANGE, "sts", "standing in the MTA-STS policy", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.outcome", "probe", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.code", "reply code", SNAPSHOT_WORD, SNAPSHOT_MINOR },
	{ SNAPSHOT_ADDRESS, "probe.starttls", "STARTTLS", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.extensions", "keyword", SNAPSHOT_LIST, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.tls.version", "TLS version", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.tls.chain", "certificate chain", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.tls.name", "name in the certificate", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.tls.cipher", "cipher", SNAPSHOT_WORD, SNAPSHOT_MINOR },
	{ SNAPSHOT_ADDRESS, "probe.tls.not_after", "certificate", SNAPSHOT_DATE, SNAPSHOT_MINOR },
	{ SNAPSHOT_ADDRESS, "probe.tls.issuer", "issuer of the certificate", SNAPSHOT_WORD, SNAPSHOT_MINOR },
	{ SNAPSHOT_ADDRESS, "probe.tls.sans", "name of the certificate", SNAPSHOT_LIST, SNAPSHOT_MINOR },
	{ SNAPSHOT_ADDRESS, "probe.dane", "DANE", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.rcpt.code", "reply to RCPT", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.violations", "violation of the protocol", SNAPSHOT_LIST_OR_NONE, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "probe.software", "software", SNAPSHOT_WORD, SNAPSHOT_MINOR },
	{ SNAPSHOT_ADDRESS, "probe.timing.total_ms", "time", SNAPSHOT_DURATION, SNAPSHOT_MINOR },
	{ SNAPSHOT_ADDRESS, "special", "kind of address", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "ptr", "PTR name", SNAPSHOT_LIST, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "fcrdns", "forward-confirmed name", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_ADDRESS, "ttl", "TTL", SNAPSHOT_WORD, SNAPSHOT_MINOR },
	{ SNAPSHOT_FINDING, "severity", "severity", SNAPSHOT_WORD, SNAPSHOT_MEANING },
	{ SNAPSHOT_FINDING, "text", "text", SNAPSHOT_WORD, SNAPSHOT_QUIET },
};
/* clang-format on */

/* --- values -------------------------------------------------------------------------- */

/* The whole part of a number, as far as every one so large is told from the next. */
static long long
whole_part(double number)
{
	const double most = 9007199254740992.0; /* 2^53 */

	if (number > most)
		number = most;
	return (long long)(number < -most ? -most : number);
}

/* Appends a JSON value as text: strings made printable, numbers and truths as they are written. */
static void
add_value(struct buf *out, const json_t *value)
{
	if (json_is_string(value))
		text_printable(out, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		buf_addf(out, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		buf_addf(out, "%lld", whole_part(json_real_value(value)));
	else if (json_is_boolean(value))
		buf_adds(out, json_is_true(value) ? "yes" : "no");
}

/* Orders two strings behind pointers. */
static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Appends the members of a JSON array, sorted, each with '\n' behind it. */
static void
add_list(struct buf *out, const json_t *list)
{
	size_t count = json_array_size(list);
	char **members = mem_calloc(count, sizeof *members);

	for (size_t i = 0; i < count; i++) {
		struct buf member = BUF_INIT;

		add_value(&member, json_array_get(list, i));
		members[i] = buf_take(&member);
	}
	qsort(members, count, sizeof *members, compare_texts);
	for (size_t i = 0; i < count; i++) {
		if (*members[i] != '\0')
			buf_addf(out, "%s\n", members[i]);
		free(members[i]);
	}
	free(members);
}

/*
 * Finds the value at a path: NULL when it is not there. *parent tells whether the object that would
 * hold it is.
 */
static const json_t *
find_value(const json_t *object, const char *path, bool *parent)
{
	while (json_is_object(object)) {
		size_t n = strcspn(path, ".");
		char *key = mem_strndup(path, n);

		*parent = path[n] == '\0';
		object = json_object_get(object, key);
		free(key);
		if (*parent)
			return object;
		path += n + 1;
	}
	*parent = false;
	return NULL;
}

/* --- facts ---------------------------------------------------------------------------- */

/* Adds a fact; takes the value. */
static void
add_fact(struct snapshot *snapshot, const struct snapshot_field *field,
    enum snapshot_scope scope, const char *subject, char *value)
{
	if (snapshot->count == FACTS_MAX) {
		free(value);
		return;
	}
	snapshot->facts = mem_grow(
	    snapshot->facts, snapshot->count, &snapshot->capacity, sizeof *snapshot->facts);
	snapshot->facts[snapshot->count++] = (struct snapshot_fact){
		.field = field,
		.scope = scope,
		.subject = mem_strdup(subject),
		.value = value,
	};
}

/* Adds the field when it is there; some lists are empty when they are absent. */
static void
add_field(struct snapshot *snapshot, const struct snapshot_field *field, const char *subject,
    const json_t *object)
{
	bool parent = false;
	const json_t *value = find_value(object, field->path, &parent);
	struct buf text = BUF_INIT;

	bool list = field->kind == SNAPSHOT_LIST || field->kind == SNAPSHOT_LIST_OR_NONE;

	if (!parent || json_is_object(value) ||
	    (value == NULL && field->kind != SNAPSHOT_LIST_OR_NONE))
		return;
	if (list)
		add_list(&text, value);
	else
		add_value(&text, value);
	add_fact(snapshot, field, field->scope, subject, buf_take(&text));
}

/* Adds all that is told of a subject. */
static void
add_subject(struct snapshot *snapshot, enum snapshot_scope scope, const char *subject,
    const json_t *object)
{
	add_fact(snapshot, NULL, scope, subject, mem_strdup(""));
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (fields[i].scope == scope)
			add_field(snapshot, &fields[i], subject, object);
	}
}

/* A member of an object as printable text, "" when it is none; the caller frees it. */
static char *
text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	struct buf text = BUF_INIT;

	if (json_is_string(value))
		add_value(&text, value);
	return buf_take(&text);
}

/* Adds the addresses of an exchange. */
static void
add_addresses(struct snapshot *snapshot, const char *exchange, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *object = json_array_get(list, i);
		char *address = text_of(object, "address");
		struct buf subject = BUF_INIT;

		buf_addf(&subject, "%s [%s]", exchange, address);
		if (*address != '\0')
			add_subject(snapshot, SNAPSHOT_ADDRESS, subject.data, object);
		buf_clear(&subject);
		free(address);
	}
}

static void
add_exchanges(struct snapshot *snapshot, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *object = json_array_get(list, i);
		char *exchange = text_of(object, "exchange");

		/* One that is listed twice is told of once. */
		if (*exchange != '\0' && !snapshot_has(snapshot, SNAPSHOT_EXCHANGE, exchange)) {
			add_subject(snapshot, SNAPSHOT_EXCHANGE, exchange, object);
			add_addresses(snapshot, exchange, json_object_get(object, "addresses"));
		}
		free(exchange);
	}
}

static void
add_findings(struct snapshot *snapshot, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *object = json_array_get(list, i);
		char *id = text_of(object, "id"), *about = text_of(object, "subject");
		struct buf subject = BUF_INIT;

		buf_addf(&subject, "%s %s", id, about);
		if (*id != '\0' && !snapshot_has(snapshot, SNAPSHOT_FINDING, subject.data))
			add_subject(snapshot, SNAPSHOT_FINDING, subject.data, object);
		buf_clear(&subject);
		free(id);
		free(about);
	}
}

/* --- the whole -------------------------------------------------------------------------- */

/* Reads "2026-11-21T21:32:10Z": 0 for anything else. */
static int64_t
time_of(const char *text)
{
	struct tm tm = { 0 };
	int end = 0;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		&tm.tm_hour, &tm.tm_min, &tm.tm_sec, &end) != 6 ||
	    end != 20 || text[end] != '\0')
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)timegm(&tm);
}

bool
snapshot_read(struct snapshot *snapshot, const char *line, size_t n)
{
	json_t *object = n > SNAPSHOT_LINE_MAX
	    ? NULL
	    : json_loadb(line, n, JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, NULL);
	char *verdict, *when;

	*snapshot = (struct snapshot){ 0 };
	verdict = text_of(object, "verdict");
	if (!verdict_kind_parse(verdict, &snapshot->kind)) {
		free(verdict);
		json_decref(object);
		return false;
	}
	when = text_of(object, "time");
	snapshot->time = time_of(when);
	snapshot->name = text_of(object, "name");
	snapshot->sentence = text_of(object, "reason");
	add_subject(snapshot, SNAPSHOT_DOMAIN, "", object);
	add_exchanges(snapshot, json_object_get(object, "exchanges"));
	add_findings(snapshot, json_object_get(object, "findings"));
	free(verdict);
	free(when);
	json_decref(object);
	return true;
}

void
snapshot_clear(struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		free(snapshot->facts[i].subject);
		free(snapshot->facts[i].value);
	}
	free(snapshot->facts);
	free(snapshot->name);
	free(snapshot->sentence);
	*snapshot = (struct snapshot){ 0 };
}

const char *
snapshot_value(const struct snapshot *snapshot, enum snapshot_scope scope, const char *subject,
    const char *path)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct snapshot_fact *fact = &snapshot->facts[i];

		if (fact->scope == scope && fact->field != NULL &&
		    strcmp(fact->subject, subject) == 0 && strcmp(fact->field->path, path) == 0)
			return fact->value;
	}
	return NULL;
}

bool
snapshot_has(const struct snapshot *snapshot, enum snapshot_scope scope, const char *subject)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct snapshot_fact *fact = &snapshot->facts[i];

		if (fact->scope == scope && fact->field == NULL &&
		    strcmp(fact->subject, subject) == 0)
			return true;
	}
	return false;
}

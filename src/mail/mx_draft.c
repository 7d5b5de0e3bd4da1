/*
 * The hypothetical MX set. Decides what may be edited and how, and writes the result as an
 * answer (RFC 1035 3.3.9) or as zone text (RFC 1035 5.1). Whether the set is any good is left to
 * the plan and the findings, which look at it as at a real one.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "dns/idn.h"

#include "mail/mx_draft.h"

enum {
	CHANGES_MAX = 4 /* that are told one by one */
};

/* Returns a sentence on the heap. */
static char *__attribute__((format(printf, 1, 2))) sentence(const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list arguments;

	va_start(arguments, format);
	buf_addv(&text, format, arguments);
	va_end(arguments);
	return buf_take(&text);
}

/* The records that the domain has, in the order of the answer; the caller frees them. */
static struct mx_draft_record *
real_records(const struct mail_facts *facts, size_t *count)
{
	const struct dns_records *answer = &facts->mx_result->answer;
	struct mx_draft_record *records = mem_calloc(answer->count, sizeof *records);

	*count = 0;
	for (size_t i = 0; facts->mx_result->outcome == DNS_ANSWER && i < answer->count; i++) {
		struct mx_draft_record *record = &records[*count];

		if (dns_record_mx(&answer->items[i], &record->preference, &record->host))
			++*count;
	}
	return records;
}

/* Begins a draft with the records that the domain has: NULL, or why it cannot be edited. */
static char *
take_real(struct mx_draft *draft, const struct mail_facts *facts)
{
	size_t count;
	struct mx_draft_record *records = real_records(facts, &count);
	bool fits = count <= MX_DRAFT_MAX;

	*draft = (struct mx_draft){ .edited = true, .ttl = MX_DRAFT_TTL };
	if (facts->mx_result->outcome == DNS_ANSWER)
		draft->ttl = facts->mx_result->ttl;
	if (fits) {
		memcpy(draft->records, records, count * sizeof *records);
		draft->count = count;
	}
	free(records);
	return fits ? NULL
		    : sentence("No more than %d MX records can be edited, and %s has %zu.",
			  MX_DRAFT_MAX, facts->subject.ascii, count);
}

/* True when the MX records are known: there are some to look at, or to begin with. */
static bool
is_ready(const struct mail_facts *facts)
{
	return facts->mx_known && facts->mx_result != NULL;
}

/* Makes the draft ready for a change: NULL, or why there is nothing to edit. */
static char *
begin(struct mx_draft *next, const struct mx_draft *draft, const struct mail_facts *facts)
{
	if (facts->subject.literal.family)
		return sentence("An address literal has no MX records to edit.");
	if (!is_ready(facts))
		return sentence(
		    "The MX records of %s are still being asked for.", facts->subject.ascii);
	if (facts->mx_result->outcome == DNS_ALIAS_LOOP)
		return sentence("No MX record can be published for %s: it is an alias that "
				"leads nowhere.",
		    facts->subject.ascii);
	if (!draft->edited)
		return take_real(next, facts);
	*next = *draft;
	return NULL;
}

/* Reads a preference: NULL, or what was expected. */
static char *
read_preference(uint16_t *preference, const char *text)
{
	long number;

	if (!text_number(text, 0, UINT16_MAX, &number))
		return sentence("`mx` expects a preference, 0 to 65535.");
	*preference = (uint16_t)number;
	return NULL;
}

/* Reads a host name, or "." for a Null MX: NULL, or what was expected. */
static char *
read_host(struct dns_name *host, const char *text)
{
	const char *error;

	if (strcmp(text, ".") == 0 && dns_name_parse(host, text) == DNS_NAME_OK)
		return NULL;
	error = idn_to_name(text, host);
	if (error)
		return sentence(
		    "`mx` expects the name of a host, or \".\" for a Null MX: %s.", error);
	if (!dns_name_is_hostname(host))
		return sentence("`mx` expects the name of a host, or \".\" for a Null MX.");
	dns_name_lower(host);
	return NULL;
}

/* The first record with this host, or the end of the list. */
static size_t
find_record(const struct mx_draft_record *records, size_t count, const struct dns_name *host)
{
	size_t i = 0;

	while (i < count && !dns_name_equal(&records[i].host, host))
		i++;
	return i;
}

/* The same in a draft. */
static size_t
find(const struct mx_draft *draft, const struct dns_name *host)
{
	return find_record(draft->records, draft->count, host);
}

/* Why a host that is to be changed cannot be. */
static char *
not_there(const struct dns_name *host)
{
	char text[DNS_NAME_TEXT_MAX];

	return sentence("%s is not in the MX set; `mx add PREF HOST` puts it there.",
	    dns_name_text(host, text));
}

char *
mx_draft_add(struct mx_draft *draft, const struct mail_facts *facts, const char *preference,
    const char *host)
{
	struct mx_draft next;
	struct mx_draft_record record;
	char *error = begin(&next, draft, facts), text[DNS_NAME_TEXT_MAX];

	if (error || (error = read_preference(&record.preference, preference)) ||
	    (error = read_host(&record.host, host)))
		return error;
	if (find(&next, &record.host) < next.count)
		return sentence(
		    "%s is in the MX set already; `mx prefer HOST PREF` changes its "
		    "preference.",
		    dns_name_text(&record.host, text));
	if (next.count == MX_DRAFT_MAX)
		return sentence("No more than %d MX records can be edited.", MX_DRAFT_MAX);
	next.records[next.count++] = record;
	*draft = next;
	return NULL;
}

char *
mx_draft_remove(struct mx_draft *draft, const struct mail_facts *facts, const char *host)
{
	struct mx_draft next;
	struct dns_name name;
	char *error = begin(&next, draft, facts);
	size_t at;

	if (error || (error = read_host(&name, host)))
		return error;
	at = find(&next, &name);
	if (at == next.count)
		return not_there(&name);
	if (next.count == 1)
		return sentence("That is the last MX record of %s; without one its own address "
				"would take its mail. Add another first.",
		    facts->subject.ascii);
	next.count--;
	memmove(
	    &next.records[at], &next.records[at + 1], (next.count - at) * sizeof *next.records);
	*draft = next;
	return NULL;
}

char *
mx_draft_prefer(struct mx_draft *draft, const struct mail_facts *facts, const char *host,
    const char *preference)
{
	struct mx_draft next;
	struct mx_draft_record record;
	char *error = begin(&next, draft, facts);
	size_t at;

	if (error || (error = read_host(&record.host, host)) ||
	    (error = read_preference(&record.preference, preference)))
		return error;
	at = find(&next, &record.host);
	if (at == next.count)
		return not_there(&record.host);
	if (next.records[at].preference == record.preference)
		return sentence("It has that preference already.");
	next.records[at] = record;
	*draft = next;
	return NULL;
}

/*
 * Whether DNSSEC will vouch for what is published in the domain's zone: as for what stands there
 * now. What is bogus, or was not judged, says nothing of what comes.
 */
static enum dns_security
security_of_zone(const struct dns_result *seen)
{
	if (seen->dnssec != DNS_SECURE && seen->dnssec != DNS_INSECURE)
		return DNS_UNCHECKED;
	return seen->dnssec;
}

struct dns_result *
mx_draft_answer(const struct mx_draft *draft, const struct mail_facts *facts)
{
	const struct dns_result *real = facts->mx_result;
	const struct dns_name *owner = dns_result_owner(real);
	struct dns_result *result = dns_result_new(&real->question);

	result->outcome = DNS_ANSWER;
	result->ttl = draft->ttl;
	result->dnssec = security_of_zone(real);
	result->received_us = real->received_us;
	result->pretended = "mx";
	result->alias = mem_dup(real->alias, real->alias_count * sizeof *real->alias);
	result->alias_count = real->alias_count;
	for (size_t i = 0; i < draft->count; i++) {
		const struct mx_draft_record *mx = &draft->records[i];
		struct dns_record record = {
			.owner = *owner,
			.type = DNS_TYPE_MX,
			.class = DNS_CLASS_IN,
			.ttl = draft->ttl,
			.length = (uint16_t)(2 + mx->host.length),
		};

		record.rdata = mem_alloc(record.length);
		record.rdata[0] = (uint8_t)(mx->preference >> 8);
		record.rdata[1] = (uint8_t)mx->preference;
		memcpy(record.rdata + 2, mx->host.wire, mx->host.length);
		dns_records_add(&result->answer, &record);
	}
	return result;
}

/* --- as text ------------------------------------------------------------------------------- */

/* The records as they are edited, or the real ones; the caller frees them. */
static struct mx_draft_record *
records_now(const struct mx_draft *draft, const struct mail_facts *facts, size_t *count)
{
	if (!draft->edited)
		return real_records(facts, count);
	*count = draft->count;
	return mem_dup(draft->records, draft->count * sizeof *draft->records);
}

/* Compares two records as delivery does: by preference, then by name. */
static int
compare(const void *left, const void *right)
{
	const struct mx_draft_record *a = left, *b = right;

	if (a->preference != b->preference)
		return a->preference < b->preference ? -1 : 1;
	return dns_name_compare(&a->host, &b->host);
}

bool
mx_draft_zone(struct buf *out, const struct mx_draft *draft, const struct mail_facts *facts)
{
	char owner[DNS_NAME_TEXT_MAX], host[DNS_NAME_TEXT_MAX];
	struct mx_draft_record *records;
	size_t count;

	if (facts->subject.literal.family || !is_ready(facts))
		return false;
	records = records_now(draft, facts, &count);
	qsort(records, count, sizeof *records, compare);
	dns_name_text(dns_result_owner(facts->mx_result), owner);
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s. %u IN MX %u %s%s\n", owner,
		    draft->edited ? draft->ttl : facts->mx_result->ttl, records[i].preference,
		    dns_name_text(&records[i].host, host),
		    dns_name_is_root(&records[i].host) ? "" : ".");
	free(records);
	return count > 0;
}

/* Appends one change, as long as there are not too many; counts it in any case. */
static void __attribute__((format(printf, 3, 4)))
add_change(struct buf *out, size_t *changes, const char *format, ...)
{
	va_list arguments;

	if ((*changes)++ >= CHANGES_MAX)
		return;
	buf_adds(out, *changes == 1 ? "MX " : ", ");
	va_start(arguments, format);
	buf_addv(out, format, arguments);
	va_end(arguments);
}

/* Appends what the draft changes of the real records. */
static void
write_changes(struct buf *out, const struct mx_draft *draft, const struct mx_draft_record *real,
    size_t count)
{
	size_t changes = 0;
	char host[DNS_NAME_TEXT_MAX];

	for (size_t i = 0; i < draft->count; i++) {
		const struct mx_draft_record *record = &draft->records[i];
		size_t was = find_record(real, count, &record->host);

		dns_name_text(&record->host, host);
		if (was == count)
			add_change(out, &changes, "%u %s added", record->preference, host);
		else if (real[was].preference != record->preference &&
		    find(draft, &record->host) == i)
			add_change(out, &changes, "%s from %u to %u", host,
			    real[was].preference, record->preference);
	}
	for (size_t i = 0; i < count; i++) {
		if (find(draft, &real[i].host) == draft->count)
			add_change(
			    out, &changes, "%s removed", dns_name_text(&real[i].host, host));
	}
	if (changes > CHANGES_MAX)
		buf_addf(out, " and %zu more", changes - CHANGES_MAX);
	else if (changes == 0)
		buf_adds(out, "the MX records as they are");
}

void
mx_draft_changes(struct buf *out, const struct mx_draft *draft, const struct mail_facts *facts)
{
	struct mx_draft_record *real;
	size_t count;

	if (!is_ready(facts)) {
		buf_adds(out, "edited MX records");
		return;
	}
	real = real_records(facts, &count);
	write_changes(out, draft, real, count);
	free(real);
}

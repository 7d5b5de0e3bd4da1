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

/* Copies the records that the domain has. */
static void
take_real(struct mx_draft *draft, const struct mail_facts *facts)
{
	const struct dns_records *answer = &facts->mx_result->answer;

	*draft = (struct mx_draft){ .edited = true, .ttl = MX_DRAFT_TTL };
	if (facts->mx_result->outcome != DNS_ANSWER)
		return;
	draft->ttl = facts->mx_result->ttl;
	for (size_t i = 0; i < answer->count && draft->count < MX_DRAFT_MAX; i++) {
		struct mx_draft_record *record = &draft->records[draft->count];

		if (dns_record_mx(&answer->items[i], &record->preference, &record->host))
			draft->count++;
	}
}

/* Makes the draft ready for a change: NULL, or why there is nothing to edit. */
static char *
begin(struct mx_draft *next, const struct mx_draft *draft, const struct mail_facts *facts)
{
	*next = *draft;
	if (facts->subject.literal.family)
		return sentence("An address literal has no MX records to edit.");
	if (!facts->mx_known)
		return sentence(
		    "The MX records of %s are still being asked for.", facts->subject.ascii);
	if (!draft->edited)
		take_real(next, facts);
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
find(const struct mx_draft *draft, const struct dns_name *host)
{
	size_t i = 0;

	while (i < draft->count && !dns_name_equal(&draft->records[i].host, host))
		i++;
	return i;
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

struct dns_result *
mx_draft_answer(
    const struct mx_draft *draft, const struct dns_question *question, enum dns_security dnssec)
{
	struct dns_result *result = dns_result_new(question);

	result->outcome = DNS_ANSWER;
	result->ttl = draft->ttl;
	result->dnssec = dnssec;
	result->pretended = "mx";
	for (size_t i = 0; i < draft->count; i++) {
		const struct mx_draft_record *mx = &draft->records[i];
		struct dns_record record = {
			.owner = question->name,
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
	struct mx_draft sorted;
	char *error = begin(&sorted, draft, facts);
	char owner[DNS_NAME_TEXT_MAX], host[DNS_NAME_TEXT_MAX];

	free(error);
	if (error || sorted.count == 0)
		return false;
	qsort(sorted.records, sorted.count, sizeof *sorted.records, compare);
	for (size_t i = 0; i < sorted.count; i++)
		buf_addf(out, "%s. %u IN MX %u %s%s\n",
		    dns_name_text(&facts->subject.domain, owner), sorted.ttl,
		    sorted.records[i].preference, dns_name_text(&sorted.records[i].host, host),
		    dns_name_is_root(&sorted.records[i].host) ? "" : ".");
	return true;
}

/*
 * From the answer to the MX question to the set of exchanges (RFC 5321 5.1, RFC 7505 3).
 *
 * Decides which of the five shapes an answer has, and what each exchange field holds: a host
 * name, "." or something that no host can be called. A lone "." is a Null MX whatever its
 * preference: RFC 7505 wants 0, but Postfix and Exim take any, and the intent is plain. "."
 * beside real exchanges is no Null MX. In which order the exchanges are tried is left to
 * plan.c; whether an implicit exchange has an address to facts.c.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

#include "mail/mx_set.h"

NAMES_DEFINE(mx_kind, MX_KINDS)

static const struct dns_name localhost = { .length = 11, .wire = "\011localhost" };

/*
 * Writes the labels of a name joined by dots, unescaped: false when an octet is not printable
 * ASCII or the name is too long to be an address.
 */
static bool
plain_text(const struct dns_name *name, char out[IP_TEXT_MAX])
{
	size_t used = 0;

	if (name->length > IP_TEXT_MAX)
		return false;
	for (size_t at = 0; name->wire[at]; at += 1u + name->wire[at]) {
		for (size_t i = 1; i <= name->wire[at]; i++) {
			uint8_t octet = name->wire[at + i];

			if (octet <= ' ' || octet > '~')
				return false;
			out[used++] = (char)octet;
		}
		out[used++] = '.';
	}
	out[used ? used - 1 : 0] = '\0';
	return true;
}

/* Reads a name that spells an address: "192.0.2.1", "[192.0.2.1]" or "2001:db8::1". */
static bool
spells_address(const struct dns_name *name, struct ip_addr *ip)
{
	char text[IP_TEXT_MAX], *start = text;
	size_t n;

	if (!plain_text(name, text))
		return false;
	n = strlen(text);
	if (n > 2 && text[0] == '[' && text[n - 1] == ']') {
		text[n - 1] = '\0';
		start++;
	}
	return strchr(start, '%') == NULL && ip_parse(ip, start);
}

/* Tells what an exchange field holds. */
static enum exchange_form
form_of(const struct dns_name *name)
{
	struct ip_addr ip;

	if (dns_name_is_root(name))
		return EXCHANGE_ROOT;
	if (dns_name_below(name, &localhost))
		return EXCHANGE_LOCALHOST;
	if (spells_address(name, &ip))
		return EXCHANGE_LITERAL;
	return dns_name_is_hostname(name) ? EXCHANGE_HOST : EXCHANGE_INVALID;
}

/* Appends an exchange; the set has room for it. */
static void
add_exchange(
    struct mx_set *set, uint16_t preference, const struct dns_name *name, size_t answer_index)
{
	struct mx_exchange *exchange = &set->exchanges[set->count++];
	char text[DNS_NAME_TEXT_MAX];

	*exchange = (struct mx_exchange){
		.preference = preference,
		.name = *name,
		.text = mem_strdup(dns_name_text(name, text)),
		.form = form_of(name),
		.answer_index = answer_index,
	};
	dns_name_lower(&exchange->name);
}

/* The one exchange of a domain without MX records: the domain itself, or its alias's end. */
static void
build_implicit(struct mx_set *set, const struct dns_name *name)
{
	set->kind = MX_IMPLICIT;
	set->exchanges = mem_calloc(1, sizeof *set->exchanges);
	add_exchange(set, 0, name, 0);
}

/* The one exchange of an address literal, which has no name (RFC 5321 4.1.3). */
static void
build_literal(struct mx_set *set, const struct mail_subject *subject)
{
	set->kind = MX_IMPLICIT;
	set->exchanges = mem_calloc(1, sizeof *set->exchanges);
	set->exchanges[0].text = mem_strdup(subject->ascii);
	set->exchanges[0].form = EXCHANGE_HOST;
	set->count = 1;
}

/* Takes out the exchange that would be tried last; those behind it move up. */
static void
drop_last_choice(struct mx_set *set)
{
	size_t last = 0;

	for (size_t i = 1; i < set->count; i++) {
		if (set->exchanges[i].preference >= set->exchanges[last].preference)
			last = i;
	}
	free(set->exchanges[last].text);
	set->count--;
	memmove(&set->exchanges[last], &set->exchanges[last + 1],
	    (set->count - last) * sizeof *set->exchanges);
}

/*
 * Reads the MX records of an answer, at most MX_EXCHANGES_MAX: of more the ones that come
 * first in delivery, whatever their place in the answer.
 */
static void
read_records(struct mx_set *set, const struct dns_records *records)
{
	struct dns_name name;
	uint16_t preference;

	set->exchanges = mem_calloc(
	    records->count < MX_EXCHANGES_MAX ? records->count : MX_EXCHANGES_MAX + 1,
	    sizeof *set->exchanges);
	for (size_t i = 0; i < records->count; i++) {
		if (!dns_record_mx(&records->items[i], &preference, &name))
			continue;
		add_exchange(set, preference, &name, i);
		if (set->count <= MX_EXCHANGES_MAX)
			continue;
		drop_last_choice(set);
		set->truncated = true;
	}
}

/* True when a comes before b among entries of the same name. */
static bool
comes_first(const struct mx_exchange *a, const struct mx_exchange *b)
{
	return a->preference != b->preference ? a->preference < b->preference
					      : a->answer_index < b->answer_index;
}

/* Marks every exchange whose name stands better placed elsewhere in the set. */
static void
mark_duplicates(struct mx_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		for (size_t j = 0; j < i; j++) {
			struct mx_exchange *a = &set->exchanges[i], *b = &set->exchanges[j];

			if (a->name.length != b->name.length ||
			    memcmp(a->name.wire, b->name.wire, a->name.length) != 0)
				continue;
			if (comes_first(a, b))
				b->duplicate = true;
			else
				a->duplicate = true;
		}
	}
}

size_t
mx_set_source(const struct mx_set *set, size_t exchange)
{
	for (size_t i = 0; set->exchanges[exchange].duplicate && i < set->count; i++) {
		if (!set->exchanges[i].duplicate &&
		    dns_name_equal(&set->exchanges[i].name, &set->exchanges[exchange].name))
			return i;
	}
	return exchange;
}

/* Frees the exchanges and leaves none. */
static void
drop_exchanges(struct mx_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->exchanges[i].text);
	free(set->exchanges);
	set->exchanges = NULL;
	set->count = 0;
}

/* Tells a Null MX from "." beside real exchanges (RFC 7505 3). */
static void
judge_roots(struct mx_set *set)
{
	size_t roots = 0;
	bool preference = false;

	for (size_t i = 0; i < set->count; i++) {
		if (set->exchanges[i].form != EXCHANGE_ROOT)
			continue;
		roots++;
		preference = preference || set->exchanges[i].preference != 0;
	}
	set->null_mixed = roots > 0 && roots < set->count;
	if (roots == 0 || set->null_mixed)
		return;
	set->kind = MX_NULL;
	set->null_preference = preference;
	drop_exchanges(set);
}

/* Builds the set of a domain that has MX records. */
static void
build_explicit(struct mx_set *set, const struct dns_result *result)
{
	set->kind = MX_EXPLICIT;
	read_records(set, &result->answer);
	mark_duplicates(set);
	judge_roots(set);
}

void
mx_set_build(
    struct mx_set *set, const struct mail_subject *subject, const struct dns_result *result)
{
	*set = (struct mx_set){ .kind = MX_ERROR };
	if (!result) {
		build_literal(set, subject);
		return;
	}
	set->ttl = result->ttl;
	if (result->outcome == DNS_NXDOMAIN)
		set->kind = MX_NONE;
	else if (result->outcome == DNS_NODATA)
		build_implicit(set, dns_result_owner(result));
	else if (result->outcome == DNS_ANSWER)
		build_explicit(set, result);
}

bool
mx_exchange_address(const struct mx_exchange *exchange, struct ip_addr *ip)
{
	return exchange->form == EXCHANGE_LITERAL && spells_address(&exchange->name, ip);
}

void
mx_set_clear(struct mx_set *set)
{
	drop_exchanges(set);
	*set = (struct mx_set){ .kind = MX_ERROR };
}

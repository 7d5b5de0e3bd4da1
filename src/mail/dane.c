/*
 * DANE for SMTP (RFC 7672).
 *
 * Decides below which names TLSA records are looked for, and in what order (2.2.2, 2.2.3): the
 * addresses come first, and where they are not signed TLSA is not asked for, since
 * servers of unsigned zones are known to fail at it; an exchange that is an alias, signed all
 * along, is looked for at the alias's end and then at itself, and only at itself when
 * the alias is signed but not its end. Decides which answer counts (2.2: secure, with records), and
 * what that means for a server that was talked to. What a sender does then is policy.c's.
 *
 * A lookup that fails, or whose answer DNSSEC cannot be followed to, makes the host unreachable
 * (2.1.2): "there are none" counts only when it is proved, by a signature or by the zone's being
 * unsigned. That holds where the MX and the addresses are secure. Behind MX records that
 * are not signed a sender may look for TLSA, but need not (2.2.1): here nothing is made of records
 * that are there, so nothing is made of a lookup that fails either.
 */
#include <stdio.h>

#include "dns/tlsa.h"

#include "mail/dane.h"

NAMES_DEFINE(dane_standing, DANE_STANDINGS)
NAMES_DEFINE(dane_base, DANE_BASES)
NAMES_DEFINE(dane_verdict, DANE_VERDICTS)

/* --- the addresses ------------------------------------------------------------------- */

/* True for an answer with records. */
static bool
is_answer(const struct dns_result *result)
{
	return result && result->outcome == DNS_ANSWER;
}

/* The less certain of what DNSSEC says of both answers, as far as they have addresses. */
static enum dns_security
weaker(const struct dns_result *a, const struct dns_result *aaaa)
{
	if (!is_answer(a))
		return aaaa->dnssec;
	if (!is_answer(aaaa))
		return a->dnssec;
	return a->dnssec == DNS_SECURE ? aaaa->dnssec : a->dnssec;
}

/* --- where to look ------------------------------------------------------------------- */

/* One name below which TLSA records are looked for, and what was found. */
struct place {
	const struct dns_name *name;
	enum dane_base why;
	const struct dns_result *result; /* NULL = not asked yet */
};

/*
 * Where to look, in this order; with none, `standing` says why. When `alias` is set, the exchange's
 * CNAME is to be asked for first.
 */
struct search {
	enum dane_standing standing;
	const struct dns_result *lost; /* the answer about the alias, if it says nothing */
	bool alias;
	struct place places[2];
	size_t count;
};

/* True when _port._tcp below the name is still a name (RFC 1035 2.3.4). */
static bool
has_room(const struct dns_name *name, unsigned port)
{
	size_t length = name->length + sizeof "_1" + sizeof "_tcp";

	for (; port >= 10; port /= 10)
		length++;
	return length <= sizeof name->wire;
}

/* Appends a place to the search, unless there can be no records: that settles as NONE. */
static void
add_place(struct search *search, const struct mail_facts *facts, const struct dns_name *name,
    enum dane_base why, const struct dns_result *result)
{
	search->standing = DANE_NONE;
	if (!has_room(name, facts->port))
		return;
	search->places[search->count++] =
	    (struct place){ .name = name, .why = why, .result = result };
}

/* True when DANE is in force: what leads to the exchange is signed. */
static bool
is_binding(const struct mail_facts *facts)
{
	return facts->mx_result->dnssec == DNS_SECURE;
}

/*
 * What it means when the lookup tells nothing (2.1.2): a denial that is not proved is none. It is
 * DANE_NONE when the lookup tells something.
 */
static enum dane_standing
standing_of_loss(const struct mail_facts *facts, const struct dns_result *result)
{
	bool final = dns_result_is_final(result);

	if (is_binding(facts) &&
	    (!final || result->dnssec == DNS_INDETERMINATE ||
		result->dnssec == DNS_SECURITY_BOGUS))
		return DANE_ERROR;
	return final ? DANE_NONE : DANE_INSECURE;
}

/* The exchange is an alias, and its addresses are not signed: the alias itself may be. */
static void
search_below_alias(struct search *search, const struct mail_facts *facts,
    const struct exchange_tlsa *tlsa, const struct dns_name *name)
{
	search->standing = DANE_UNSIGNED;
	if (!tlsa->alias) {
		search->standing = DANE_PENDING;
		search->alias = true;
	} else if (standing_of_loss(facts, tlsa->alias) != DANE_NONE) {
		search->standing = standing_of_loss(facts, tlsa->alias);
		search->lost = tlsa->alias;
	} else if (is_answer(tlsa->alias) && tlsa->alias->dnssec == DNS_SECURE) {
		add_place(search, facts, name, DANE_BASE_ALIAS, tlsa->original);
	}
}

/* The exchange has addresses: where its TLSA records may be. */
static void
search_at_host(struct search *search, const struct mail_facts *facts, size_t exchange)
{
	const struct exchange_addresses *asked = &facts->addresses[exchange];
	const struct exchange_tlsa *tlsa = &facts->tlsa[exchange];
	const struct dns_name *name = &facts->mx.exchanges[exchange].name;
	const struct dns_result *found = is_answer(asked->a) ? asked->a : asked->aaaa;
	enum dns_security security = weaker(asked->a, asked->aaaa);

	search->standing = DANE_UNCHECKED;
	if (security == DNS_UNCHECKED || security == DNS_INDETERMINATE)
		return;
	search->standing = DANE_UNSIGNED;
	if (security != DNS_SECURE && found->alias_count > 0) {
		search_below_alias(search, facts, tlsa, name);
	} else if (security == DNS_SECURE && found->alias_count > 0) {
		add_place(
		    search, facts, dns_result_owner(found), DANE_BASE_EXPANDED, tlsa->expanded);
		add_place(search, facts, name, DANE_BASE_ORIGINAL, tlsa->original);
	} else if (security == DNS_SECURE) {
		add_place(search, facts, name, DANE_BASE_HOST, tlsa->original);
	}
}

/* True while DNSSEC judges the answer. */
static bool
is_awaited(const struct dns_result *result)
{
	return result && result->provisional;
}

/* Finds out where to look for the exchange's TLSA records. */
static void
find_places(struct search *search, const struct mail_facts *facts, size_t exchange)
{
	const struct exchange_addresses *asked = &facts->addresses[exchange];

	*search = (struct search){ .standing = DANE_NONE };
	if (!facts->mx_result || facts->mx.exchanges[exchange].duplicate ||
	    facts->mx.exchanges[exchange].form != EXCHANGE_HOST)
		return;
	search->standing = DANE_PENDING;
	if (is_awaited(facts->mx_result))
		return;
	search->standing = DANE_UNCHECKED;
	if (facts->mx_result->dnssec == DNS_UNCHECKED ||
	    facts->mx_result->dnssec == DNS_INDETERMINATE)
		return;
	search->standing = DANE_PENDING;
	if (!mail_facts_exchange_known(facts, exchange) || is_awaited(asked->a) ||
	    is_awaited(asked->aaaa))
		return;
	search->standing = DANE_NONE;
	if (is_answer(asked->a) || is_answer(asked->aaaa))
		search_at_host(search, facts, exchange);
}

/* --- what was found ------------------------------------------------------------------ */

/* The number of records that SMTP can use. */
static size_t
count_usable(const struct dns_result *result)
{
	size_t count = 0;
	struct tlsa tlsa;

	for (size_t i = 0; i < result->answer.count; i++)
		count += dns_record_tlsa(&result->answer.items[i], &tlsa) &&
		    tlsa_use(&tlsa) == TLSA_USABLE;
	return count;
}

/* What an answer about TLSA means. */
static enum dane_standing
standing_of_answer(
    const struct mail_facts *facts, const struct dns_result *result, size_t usable)
{
	if (!is_answer(result))
		return DANE_NONE;
	if (result->dnssec != DNS_SECURE || !is_binding(facts))
		return DANE_INSECURE;
	return usable > 0 ? DANE_USABLE : DANE_UNUSABLE;
}

/* Takes what was found at one place: false when there is nothing, and the next one counts. */
static bool
take_place(struct dane_host *host, const struct mail_facts *facts, const struct place *place)
{
	const struct dns_result *result = place->result;

	host->base = *place->name;
	host->why = place->why;
	host->result = result;
	host->standing = DANE_PENDING;
	if (!result)
		return true;
	host->usable = is_answer(result) ? count_usable(result) : 0;
	host->standing = standing_of_loss(facts, result);
	if (host->standing != DANE_NONE) {
		host->lost = result;
		return true;
	}
	host->standing = standing_of_answer(facts, result, host->usable);
	return host->standing != DANE_NONE;
}

struct dane_host
dane_host_of(const struct mail_facts *facts, size_t exchange)
{
	struct dane_host host = { 0 };
	struct search search;

	find_places(&search, facts, exchange);
	host.standing = search.standing;
	host.lost = search.lost;
	for (size_t i = 0; i < search.count; i++) {
		if (take_place(&host, facts, &search.places[i]))
			break;
	}
	return host;
}

const char *
dane_loss(const struct dane_host *host)
{
	const struct dns_result *lost = host->lost;

	if (!lost)
		return NULL;
	if (!dns_result_is_final(lost))
		return dns_outcome_help(lost->outcome);
	return lost->dnssec_why ? lost->dnssec_why : dns_security_help(lost->dnssec);
}

bool
dane_next(const struct mail_facts *facts, size_t exchange, struct dns_question *question)
{
	struct dane_host host = dane_host_of(facts, exchange);
	char labels[sizeof "_65535._tcp"];
	struct search search;

	if (host.standing != DANE_PENDING || facts->tlsa[exchange].waiting)
		return false;
	find_places(&search, facts, exchange);
	if (search.alias) {
		*question = (struct dns_question){
			.name = facts->mx.exchanges[exchange].name,
			.type = DNS_TYPE_CNAME,
		};
		return true;
	}
	snprintf(labels, sizeof labels, "_%u._tcp", (unsigned)facts->port);
	question->type = DNS_TYPE_TLSA;
	return search.count > 0 && dns_name_prepend(&question->name, labels, &host.base);
}

/* True when an address of the exchange was found at the end of an alias. */
static bool
is_alias(const struct mail_facts *facts, size_t exchange)
{
	const struct exchange_addresses *asked = &facts->addresses[exchange];

	return (is_answer(asked->a) && asked->a->alias_count > 0) ||
	    (is_answer(asked->aaaa) && asked->aaaa->alias_count > 0);
}

bool
dane_delays_probe(const struct mail_facts *facts, size_t exchange)
{
	return is_alias(facts, exchange) &&
	    dane_host_of(facts, exchange).standing == DANE_PENDING;
}

bool
dane_server_name(const struct mail_facts *facts, size_t exchange, struct dns_name *name)
{
	struct dane_host host = dane_host_of(facts, exchange);

	if ((host.standing != DANE_USABLE && host.standing != DANE_UNUSABLE) ||
	    dns_name_equal(&host.base, &facts->mx.exchanges[exchange].name))
		return false;
	*name = host.base;
	return true;
}

/* --- one address --------------------------------------------------------------------- */

/* What usable records say of a server. */
static bool
judge_server(const struct mail_target *target, enum dane_verdict *verdict)
{
	const struct smtp_facts *probe = target->probe;

	*verdict = DANE_VERDICT_FAILED;
	if (!probe || probe->starttls == SMTP_STARTTLS_NOT_TRIED)
		return false;
	if (!probe->tls.present)
		return true;
	if (target->dane.unusable)
		*verdict = DANE_VERDICT_UNUSABLE;
	else if (target->dane.verified)
		*verdict = DANE_VERDICT_VERIFIED;
	return target->dane.checked;
}

bool
dane_judge(const struct mail_facts *facts, size_t target, enum dane_verdict *verdict)
{
	static const enum dane_verdict by_standing[] = {
		[DANE_UNSIGNED] = DANE_VERDICT_NONE,
		[DANE_NONE] = DANE_VERDICT_NONE,
		[DANE_INSECURE] = DANE_VERDICT_INSECURE,
		[DANE_UNUSABLE] = DANE_VERDICT_UNUSABLE,
		[DANE_ERROR] = DANE_VERDICT_ERROR,
	};
	const struct mail_target *at = &facts->targets[target];
	struct dane_host host = dane_host_of(facts, at->exchange);

	if (host.standing == DANE_PENDING || host.standing == DANE_UNCHECKED)
		return false;
	if (host.standing == DANE_USABLE)
		return judge_server(at, verdict);
	*verdict = by_standing[host.standing];
	return true;
}

bool
dane_is_check_due(const struct mail_facts *facts, size_t target)
{
	const struct mail_target *at = &facts->targets[target];

	return at->probe && at->probe->tls.present && !at->dane.checked && !at->dane.waiting &&
	    dane_host_of(facts, at->exchange).standing == DANE_USABLE;
}

/* Appends the name unless it is there already. */
static size_t
add_name(struct dns_name names[DANE_NAMES_MAX], size_t count, const struct dns_name *name)
{
	for (size_t i = 0; i < count; i++) {
		if (dns_name_equal(&names[i], name))
			return count;
	}
	names[count] = *name;
	return count + 1;
}

size_t
dane_reference_names(
    const struct mail_facts *facts, size_t exchange, struct dns_name names[DANE_NAMES_MAX])
{
	struct dane_host host = dane_host_of(facts, exchange);
	size_t count = 0;

	if (host.base.length > 0)
		count = add_name(names, count, &host.base);
	count = add_name(names, count, &facts->subject.domain);
	if (facts->mx_result)
		count = add_name(names, count, dns_result_owner(facts->mx_result));
	return count;
}

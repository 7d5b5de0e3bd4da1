/*
 * Findings from the DNS: the shape of the MX set, and what became of each exchange's name and
 * addresses. Most repeat what the plan already says of a row, so that both use the same words.
 * Decides only what is worth a remark; a remark that a late answer could undo waits for it.
 * How bad it is stands in finding.c's table.
 */
#include <string.h>

#include "mail/detect.h"

/* Reports every row that stands so, in the plan's own words. */
static void
report_standing(struct sight *sight, enum plan_standing standing)
{
	for (size_t i = 0; i < sight->plan->count; i++) {
		const struct plan_row *row = &sight->plan->rows[i];

		if (row->standing == standing)
			detect_report(sight, (long)row->exchange, "%s", row->because);
	}
}

/* The number of exchanges, a name listed twice counted once. */
static size_t
count_exchanges(const struct mx_set *mx)
{
	size_t count = 0;

	for (size_t i = 0; i < mx->count; i++)
		count += !mx->exchanges[i].duplicate;
	return count;
}

void
detect_mx_none(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;

	if (facts->mx.kind != MX_NONE)
		return;
	if (facts->mx_result->outcome == DNS_NXDOMAIN)
		detect_report(sight, DETECT_DOMAIN, "%s does not exist: it takes no mail",
		    facts->subject.ascii);
	else
		detect_report(sight, DETECT_DOMAIN,
		    "%s has neither MX records nor an address: it takes no mail",
		    facts->subject.ascii);
}

void
detect_mx_null_mixed(struct sight *sight)
{
	if (sight->facts->mx.null_mixed)
		detect_report(sight, DETECT_DOMAIN,
		    "a \".\" stands beside real exchanges: some senders take it for a Null MX "
		    "and return all mail");
}

void
detect_mx_null_preference(struct sight *sight)
{
	if (sight->facts->mx.null_preference)
		detect_report(sight, DETECT_DOMAIN,
		    "the Null MX has a preference other than 0: some senders do not know it "
		    "for one");
}

void
detect_mx_localhost(struct sight *sight)
{
	report_standing(sight, PLAN_LOCALHOST);
}

void
detect_mx_literal(struct sight *sight)
{
	report_standing(sight, PLAN_LITERAL);
}

void
detect_mx_duplicate(struct sight *sight)
{
	report_standing(sight, PLAN_DUPLICATE);
}

/* An exchange that is no server: a flaw beside others that work, fatal without them. */
void
detect_mx_unresolvable(struct sight *sight)
{
	const struct plan *plan = sight->plan;
	bool fatal = plan->attempts == 0 && mail_facts_dns_known(sight->facts);

	if (sight->facts->mx.kind != MX_EXPLICIT)
		return;
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];

		if (row->standing == PLAN_NO_SUCH_NAME || row->standing == PLAN_NO_ADDRESS ||
		    row->standing == PLAN_INVALID)
			detect_report_as(sight, fatal ? FINDING_ERROR : FINDING_WARNING,
			    (long)row->exchange, "%s", row->because);
	}
}

/* True when the row is about an address that public mail does not reach. */
static bool
is_special(const struct plan_row *row)
{
	return row->standing == PLAN_SPECIAL || row->standing == PLAN_LOOPBACK;
}

/* The number of such rows from this one on, of the same exchange. */
static size_t
count_special(const struct plan *plan, size_t first)
{
	size_t count = 0;

	for (size_t i = first;
	     i < plan->count && plan->rows[i].exchange == plan->rows[first].exchange; i++)
		count += is_special(&plan->rows[i]);
	return count;
}

/* One finding for each exchange, its first special address named and the others counted. */
void
detect_mx_special_address(struct sight *sight)
{
	const struct plan *plan = sight->plan;
	size_t done = SIZE_MAX;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];
		size_t more;

		if (!is_special(row) || row->exchange == done)
			continue;
		done = row->exchange;
		more = count_special(plan, i) - 1;
		if (more == 0)
			detect_report(sight, (long)row->exchange, "%s", row->because);
		else
			detect_report(sight, (long)row->exchange,
			    "%s, and so it is with %zu more address%s of this host",
			    row->because, more, more == 1 ? "" : "es");
	}
}

/* The end of an exchange's alias chain by either of its answers, or NULL. */
static const struct dns_name *
alias_end(const struct exchange_addresses *addresses)
{
	if (addresses->a && addresses->a->alias_count > 0)
		return dns_result_owner(addresses->a);
	if (addresses->aaaa && addresses->aaaa->alias_count > 0)
		return dns_result_owner(addresses->aaaa);
	return NULL;
}

void
detect_mx_alias(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;
	char text[DNS_NAME_TEXT_MAX];

	for (size_t i = 0; facts->mx.kind == MX_EXPLICIT && i < facts->mx.count; i++) {
		const struct dns_name *end = alias_end(&facts->addresses[i]);

		if (end)
			detect_report(sight, (long)i,
			    "%s is an alias of %s: an exchange should be a host's own name",
			    facts->mx.exchanges[i].text, dns_name_text(end, text));
	}
}

/* Reports an address question that settled nothing. */
static void
report_trouble(struct sight *sight, size_t exchange, const struct dns_result *result)
{
	if (!result || dns_result_is_final(result) || result->outcome == DNS_BOGUS)
		return;
	detect_report(sight, (long)exchange,
	    "the %s addresses of %s cannot be found out now: %s",
	    result->question.type == DNS_TYPE_A ? "IPv4" : "IPv6",
	    sight->facts->mx.exchanges[exchange].text, dns_result_reason(result));
}

void
detect_dns_temporary(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;

	if (facts->mx.kind == MX_ERROR && facts->mx_result->outcome != DNS_BOGUS)
		detect_report(sight, DETECT_DOMAIN,
		    "the MX records of %s cannot be found out now: %s", facts->subject.ascii,
		    dns_result_reason(facts->mx_result));
	for (size_t i = 0; i < facts->mx.count; i++) {
		report_trouble(sight, i, facts->addresses[i].a);
		report_trouble(sight, i, facts->addresses[i].aaaa);
	}
}

/* What is looked at in every answer, of the domain itself or of an exchange. */
typedef void answer_detector(
    struct sight *sight, long exchange, const char *what, const struct dns_result *result);

/* Looks at every answer that there is. */
static void
each_answer(struct sight *sight, answer_detector *detect)
{
	const struct mail_facts *facts = sight->facts;

	if (facts->mx_result)
		detect(sight, DETECT_DOMAIN, "MX records", facts->mx_result);
	for (size_t i = 0; facts->mx_known && i < facts->mx.count; i++) {
		if (facts->addresses[i].a)
			detect(sight, (long)i, "IPv4 addresses", facts->addresses[i].a);
		if (facts->addresses[i].aaaa)
			detect(sight, (long)i, "IPv6 addresses", facts->addresses[i].aaaa);
	}
}

/* The name that the question was about, as the reader knows it. */
static const char *
name_of(const struct sight *sight, long exchange)
{
	return exchange == DETECT_DOMAIN ? sight->facts->subject.ascii
					 : sight->facts->mx.exchanges[exchange].text;
}

/* Reports an answer whose signatures do not hold. */
static void
report_bogus(
    struct sight *sight, long exchange, const char *what, const struct dns_result *result)
{
	if (result->outcome == DNS_BOGUS)
		detect_report(sight, exchange, "the %s of %s are bogus: %s", what,
		    name_of(sight, exchange), dns_result_reason(result));
}

void
detect_dns_bogus(struct sight *sight)
{
	each_answer(sight, report_bogus);
}

/* Reports replies that were no answer to our question (RFC 5452 9.1). */
static void
report_strays(
    struct sight *sight, long exchange, const char *what, const struct dns_result *result)
{
	if (result->strays == 0)
		return;
	detect_report(sight, exchange,
	    "%u repl%s to the question for the %s of %s did not match it and %s not "
	    "believed: somebody may be forging answers",
	    result->strays, result->strays == 1 ? "y" : "ies", what, name_of(sight, exchange),
	    result->strays == 1 ? "was" : "were");
}

void
detect_dns_suspicious(struct sight *sight)
{
	each_answer(sight, report_strays);
}

/* Reports what the name server says beside an answer; with a failure it stands there already. */
static void
report_remarks(
    struct sight *sight, long exchange, const char *what, const struct dns_result *result)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; dns_result_is_final(result) && i < result->ede_count; i++) {
		buf_truncate(&text, 0);
		dns_ede_text(&result->ede[i], &text);
		detect_report(sight, exchange, "the name server says of the %s of %s: %s", what,
		    name_of(sight, exchange), buf_text(&text));
	}
	buf_clear(&text);
}

void
detect_dns_remark(struct sight *sight)
{
	each_answer(sight, report_remarks);
}

void
detect_domain_alias(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;
	char text[DNS_NAME_TEXT_MAX];

	if (facts->mx_result && facts->mx_result->alias_count > 0)
		detect_report(sight, DETECT_DOMAIN,
		    "%s is an alias of %s, so its mail goes where the mail of that name goes",
		    facts->subject.ascii,
		    dns_name_text(dns_result_owner(facts->mx_result), text));
}

void
detect_mx_implicit(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;

	if (facts->mx.kind == MX_IMPLICIT && facts->mx_result && facts->target_count > 0)
		detect_report(sight, DETECT_DOMAIN,
		    "%s has no MX records: its own address takes its mail",
		    facts->subject.ascii);
}

/* True when mail takes this way, from here or elsewhere, now or once the DNS answers. */
static bool
is_way(const struct plan_row *row)
{
	return row->standing == PLAN_ATTEMPT || row->standing == PLAN_NO_FAMILY ||
	    row->standing == PLAN_DNS_TROUBLE;
}

/* True when all ways lead through one exchange that is attempted. */
static bool
has_single_exchange(const struct plan *plan)
{
	const struct plan_row *first = NULL;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];

		if (!is_way(row))
			continue;
		if (first && first->exchange != row->exchange)
			return false;
		first = row;
	}
	return first != NULL && plan->attempts > 0;
}

void
detect_mx_single(struct sight *sight)
{
	if (sight->facts->mx.kind == MX_EXPLICIT && mail_facts_dns_known(sight->facts) &&
	    has_single_exchange(sight->plan))
		detect_report(sight, DETECT_DOMAIN,
		    "one exchange takes all mail: while it is down, mail waits at its senders");
}

/* True when all ways lead to one address. */
static bool
has_single_address(const struct sight *sight)
{
	const struct ip_addr *first = NULL;

	for (size_t i = 0; i < sight->plan->count; i++) {
		const struct plan_row *row = &sight->plan->rows[i];
		const struct ip_addr *ip;

		if (!is_way(row))
			continue;
		if (row->target == SIZE_MAX)
			return false;
		ip = &sight->facts->targets[row->target].ip;
		if (first && !ip_equal(first, ip))
			return false;
		first = ip;
	}
	return first != NULL;
}

void
detect_mx_single_address(struct sight *sight)
{
	if (mail_facts_dns_known(sight->facts) && sight->facts->mx_result &&
	    has_single_address(sight))
		detect_report(sight, DETECT_DOMAIN,
		    sight->plan->attempts > 1 ? "all exchanges lead to one and the same address"
					      : "one address takes all mail");
}

void
detect_mx_many(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;
	size_t count = count_exchanges(&facts->mx);

	if (count > DETECT_EXCHANGES_MANY)
		detect_report(sight, DETECT_DOMAIN,
		    "there are %s%zu exchanges: senders try only the first few, and SPF allows "
		    "ten",
		    facts->mx.truncated ? "more than " : "", count);
	for (size_t i = 0; i < facts->mx.count; i++) {
		if (facts->addresses[i].left_out > 0)
			detect_report(sight, (long)i,
			    "%s has too many addresses: %zu of them are left out",
			    facts->mx.exchanges[i].text, facts->addresses[i].left_out);
	}
}

/*
 * A resolver hands out what is left of the TTL, so that a small one may also be the end of a
 * long one: the text says both.
 */
void
detect_mx_ttl(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;

	if (facts->mx.kind == MX_EXPLICIT && facts->mx.ttl < DETECT_TTL_SHORT)
		detect_report(sight, DETECT_DOMAIN,
		    "the MX records may be kept for %u s only, unless the resolver's own copy "
		    "was about to run out",
		    facts->mx.ttl);
}

void
detect_domain_dotless(struct sight *sight)
{
	const struct mail_subject *subject = &sight->facts->subject;

	if (subject->domain.length > 0 && dns_name_labels(&subject->domain) == 1)
		detect_report(sight, DETECT_DOMAIN,
		    "%s is a name without a dot: many senders refuse it or append their own "
		    "domain, so that mail works from some places only",
		    subject->ascii);
}

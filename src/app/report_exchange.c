/*
 * Two questions, A and AAAA, told as one outcome of the exchange.
 */
#include "app/report_exchange.h"

/* True when the result is an answer with records. */
static bool
answered(const struct dns_result *result)
{
	return result != NULL && result->outcome == DNS_ANSWER;
}

/* The address questions of an exchange: a duplicate shares those of the one that counts. */
static const struct exchange_addresses *
addresses_of(const struct mail_facts *facts, size_t exchange)
{
	return &facts->addresses[mx_set_source(&facts->mx, exchange)];
}

const struct dns_result *
report_exchange_result(const struct mail_facts *facts, size_t exchange)
{
	const struct exchange_addresses *addresses = addresses_of(facts, exchange);

	if (answered(addresses->a) || addresses->aaaa == NULL)
		return addresses->a;
	if (answered(addresses->aaaa) || addresses->a == NULL)
		return addresses->aaaa;
	return addresses->a;
}

enum dns_security
report_exchange_security(
    const struct mail_facts *facts, size_t exchange, const struct dns_result *result)
{
	/* from the least certain on; what is not checked says nothing of the others */
	static const enum dns_security order[] = { DNS_UNCHECKED, DNS_SECURITY_BOGUS,
		DNS_INDETERMINATE, DNS_INSECURE, DNS_SECURE };
	const struct exchange_addresses *addresses = addresses_of(facts, exchange);
	const struct dns_result *aaaa = addresses->aaaa;

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		if (result->dnssec == order[i] || (answered(aaaa) && aaaa->dnssec == order[i]))
			return order[i];
	}
	return result->dnssec;
}

/* The outcome of two questions neither of which found an address: what leaves more open wins. */
static const char *
without_address(const struct dns_result *a, const struct dns_result *aaaa)
{
	if (a == NULL && aaaa == NULL)
		return "timeout"; /* given up before an answer came */
	if (a != NULL && !dns_result_is_final(a))
		return dns_outcome_name(a->outcome);
	if (a != NULL && a->outcome == DNS_NXDOMAIN)
		return dns_outcome_name(DNS_NXDOMAIN); /* for every type (RFC 8020) */
	if (aaaa != NULL && !dns_result_is_final(aaaa))
		return dns_outcome_name(aaaa->outcome);
	return dns_outcome_name(a != NULL ? a->outcome : aaaa->outcome);
}

const char *
report_exchange_outcome(const struct mail_facts *facts, size_t exchange)
{
	const struct exchange_addresses *addresses = addresses_of(facts, exchange);

	switch (facts->mx.exchanges[exchange].form) {
	case EXCHANGE_ROOT:
		return "null";
	case EXCHANGE_LITERAL:
		return "literal";
	case EXCHANGE_LOCALHOST:
		return "localhost";
	case EXCHANGE_INVALID:
		return "invalid";
	case EXCHANGE_HOST:
		break;
	}
	if (facts->subject.literal.family != 0)
		return "literal";
	if (answered(addresses->a) || answered(addresses->aaaa))
		return "answer";
	return without_address(addresses->a, addresses->aaaa);
}

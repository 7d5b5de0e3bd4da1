/*
 * The facts of a domain, learned from zone text: the MX answer, then A and AAAA of each exchange, as the
 * resolver would bring them. For tests and benches of what is decided from facts.
 */
#ifndef TESTS_UNIT_MAIL_LEARN_H
#define TESTS_UNIT_MAIL_LEARN_H

#include <stdio.h>
#include <stdlib.h>

#include "dns/zone.h"

#include "mail/facts.h"

/* Gives the facts the zone's answer to a question. */
static void
learn_answer(struct mail_facts *facts, const struct dns_records *zone,
    const struct dns_name *name, uint16_t type, size_t exchange)
{
	const struct dns_question question = { .name = *name, .type = type };
	struct dns_result *result = dns_result_new(&question);

	for (size_t i = 0; i < zone->count; i++) {
		if (zone->items[i].type == type && dns_name_equal(&zone->items[i].owner, name))
			dns_records_copy(&result->answer, &zone->items[i]);
	}
	result->outcome = result->answer.count > 0 ? DNS_ANSWER : DNS_NODATA;
	if (type == DNS_TYPE_MX)
		mail_facts_mx(facts, result);
	else
		mail_facts_addresses(facts, exchange, result);
	dns_result_release(result);
}

/* Ends the program when the text, the test's own, is no zone. */
static void
learn_expect(char *sentence)
{
	if (sentence == NULL)
		return;
	fprintf(stderr, "%s\n", sentence);
	abort();
}

/* Facts with all that the zone of example.net says; clear them with mail_facts_clear(). */
static void
learn_zone(struct mail_facts *facts, const char *text)
{
	struct mail_subject subject;
	struct dns_records zone = { 0 };

	learn_expect(mail_subject_parse(&subject, "example.net"));
	learn_expect(dns_zone_parse(text, &subject.domain, 300, &zone));
	mail_facts_init(facts, &subject);
	learn_answer(facts, &zone, &subject.domain, DNS_TYPE_MX, 0);
	for (size_t i = 0; i < facts->mx.count; i++) {
		learn_answer(facts, &zone, &facts->mx.exchanges[i].name, DNS_TYPE_A, i);
		learn_answer(facts, &zone, &facts->mx.exchanges[i].name, DNS_TYPE_AAAA, i);
	}
	dns_records_clear(&zone);
	mail_subject_clear(&subject);
}

#endif

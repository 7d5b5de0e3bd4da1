/*
 * How long the plan of a large domain takes, for every sender: 100 exchanges, 10 of each preference,
 * with two IPv4 and two IPv6 addresses each. Then the walkthrough of it, and all of it with something
 * pretended. Fails when a plan takes a millisecond or more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/zone.h"
#include "mail/imagine.h"
#include "mail/walk.h"

enum {
	EXCHANGES = 100,
	ROUNDS = 300
};

static const double limit_ms = 1.0;

/* Milliseconds on the clock of the processor. */
static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* An answer of zone text to this question. */
static struct dns_result *
answer(const struct dns_name *name, uint16_t type, const char *zone)
{
	const struct dns_question question = { .name = *name, .type = type };
	struct dns_result *result = dns_result_new(&question);

	result->outcome = DNS_ANSWER;
	result->ttl = 300;
	free(dns_zone_parse(zone, name, 300, &result->answer));
	return result;
}

/* Gives the exchange its addresses of one family. */
static void
give_addresses(struct mail_facts *facts, size_t exchange, uint16_t type)
{
	struct buf zone = BUF_INIT;
	struct dns_result *result;

	for (int i = 1; i <= 2; i++) {
		if (type == DNS_TYPE_A)
			buf_addf(&zone, "@ A 192.1.%zu.%d\n", exchange, i);
		else
			buf_addf(&zone, "@ AAAA 2001:db9::%zx:%d\n", exchange, i);
	}
	result = answer(&facts->mx.exchanges[exchange].name, type, zone.data);
	mail_facts_addresses(facts, exchange, result);
	dns_result_release(result);
	buf_clear(&zone);
}

/* The facts of the large domain. */
static void
make_facts(struct mail_facts *facts)
{
	struct mail_subject subject;
	struct buf zone = BUF_INIT;
	struct dns_result *result;

	free(mail_subject_parse(&subject, "example.net"));
	mail_facts_init(facts, &subject);
	for (int i = 0; i < EXCHANGES; i++)
		buf_addf(&zone, "@ MX %d mx%d\n", i / 10, i);
	result = answer(&subject.domain, DNS_TYPE_MX, zone.data);
	mail_facts_mx(facts, result);
	dns_result_release(result);
	for (size_t i = 0; i < facts->mx.count; i++) {
		give_addresses(facts, i, DNS_TYPE_A);
		give_addresses(facts, i, DNS_TYPE_AAAA);
	}
	buf_clear(&zone);
	mail_subject_clear(&subject);
}

/* Milliseconds of one plan of this sender. */
static double
time_plan(const struct mail_facts *facts, struct plan_settings settings)
{
	double begun = now_ms();

	for (int i = 0; i < ROUNDS; i++) {
		struct plan plan;

		settings.seed = (uint64_t)i;
		plan_make(&plan, facts, &settings);
		plan_clear(&plan);
	}
	return (now_ms() - begun) / ROUNDS;
}

/* Milliseconds of laying a pretence over the facts and planning anew. */
static double
time_what_if(const struct mail_facts *facts, const struct plan_settings *settings)
{
	struct what_if what_if = { .mx = { .edited = false } };
	double begun = now_ms();

	free(pretences_add(&what_if.pretences, facts, "ipv4", "down"));
	for (int i = 0; i < ROUNDS; i++) {
		struct mail_facts imagined;
		struct plan plan;

		imagine_facts(&imagined, facts, NULL, &what_if);
		plan_make(&plan, &imagined, settings);
		plan_clear(&plan);
		mail_facts_clear(&imagined);
	}
	return (now_ms() - begun) / ROUNDS;
}

int
main(void)
{
	struct plan_settings settings = {
		.ipv4 = true, .ipv6 = true, .special = { .allow_all = true }
	};
	struct mail_facts facts;
	int status = 0;

	make_facts(&facts);
	printf("%zu exchanges, %zu addresses\n", facts.mx.count, facts.target_count);
	for (unsigned i = 0; i < sender_count; i++) {
		double ms;

		settings.sender = (enum sender)i;
		ms = time_plan(&facts, settings);
		printf("  plan, %-12s  %.3f ms\n", sender_name(settings.sender), ms);
		status = status || ms >= limit_ms;
	}
	settings.sender = SENDER_RFC5321;
	printf("  what-if, and its plan  %.3f ms\n", time_what_if(&facts, &settings));
	mail_facts_clear(&facts);
	return status;
}

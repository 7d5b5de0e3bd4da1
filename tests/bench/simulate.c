/*
 * What a million simulated deliveries cost, for every sender profile and three domains: one
 * with a choice of two, one of a hundred exchanges and four hundred addresses at one
 * preference, and the same with all but the last address down.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "util/buf.h"
#include "util/mem.h"
#include "mail/simulate.h"
#include "unit/mail/learn.h"

/* Processor time in milliseconds. */
static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* A domain of so many exchanges, with two addresses of each family. */
static void
make_domain(struct mail_facts *facts, unsigned exchanges)
{
	struct buf text = BUF_INIT;

	for (unsigned i = 0; i < exchanges; i++)
		buf_addf(&text,
		    "example.net. MX 10 mx%u.example.net.\n"
		    "mx%u.example.net. A 192.0.%u.1\n"
		    "mx%u.example.net. A 192.0.%u.2\n"
		    "mx%u.example.net. AAAA 2001:db8:%x::1\n"
		    "mx%u.example.net. AAAA 2001:db8:%x::2\n",
		    i, i, i, i, i, i, i, i, i);
	learn_zone(facts, buf_text(&text));
	buf_clear(&text);
}

/* Lets all addresses but the last one refuse connections. */
static void
break_domain(struct mail_facts *facts)
{
	for (size_t i = 0; i + 1 < facts->target_count; i++) {
		struct smtp_facts *probe = mem_alloc(sizeof *probe);

		probe->outcome = SMTP_REFUSED;
		probe->stage = SMTP_STAGE_CONNECT;
		mail_facts_probe(facts, i, probe);
	}
}

/* One line of the table. */
static void
measure(const struct mail_facts *facts, const char *title)
{
	struct plan_settings settings = {
		.ipv4 = true, .ipv6 = true, .seed = 1, .special = { .allow_all = true }
	};

	printf("%-28s", title);
	for (unsigned sender = 0; sender < sender_count; sender++) {
		struct simulation simulation;
		double began = milliseconds();

		settings.sender = (enum sender)sender;
		simulate(&simulation, facts, &settings, SIMULATE_DELIVERIES_MOST);
		printf(" %12.0f", milliseconds() - began);
		simulation_clear(&simulation);
	}
	putchar('\n');
}

int
main(void)
{
	struct mail_facts facts;

	printf("%-28s", "ms for 1000000 deliveries");
	for (unsigned sender = 0; sender < sender_count; sender++)
		printf(" %12s", sender_name((enum sender)sender));
	putchar('\n');
	make_domain(&facts, 2);
	measure(&facts, "2 names, 8 addresses");
	mail_facts_clear(&facts);
	make_domain(&facts, 100);
	measure(&facts, "100 names, 400 addresses");
	break_domain(&facts);
	measure(&facts, "... all down but one");
	mail_facts_clear(&facts);
	return 0;
}

/*
 * TLS policies in a story: what TLSA records and an MTA-STS policy came to.
 */
#include <string.h>

#include "util/buf.h"
#include "dns/tlsa.h"
#include "mail/dane.h"

#include "story.h"

void
world_dnssec(struct story *story)
{
	if (story->now->count != 2 ||
	    !dns_security_parse(story->now->words[1], &story->security))
		story_fail(story, "expected what DNSSEC says of an answer");
}

bool
world_wants_tlsa(const struct mail_facts *facts, size_t exchange, struct dns_question *question)
{
	return dane_next(facts, exchange, question);
}

void
world_dane(struct story *story)
{
	const struct statement *now = story->now;
	struct tls_dane dane = { .checked = true };
	char text[IP_TEXT_MAX];
	size_t met = 0;

	if (now->count != 3) {
		story_fail(story, "expected ADDRESS and verified or failed");
		return;
	}
	dane.verified = strcmp(now->words[2], "verified") == 0;
	dane.usage = TLSA_DANE_EE;
	for (size_t i = 0; i < story->facts.target_count; i++) {
		const struct mail_target *target = &story->facts.targets[i];

		if (!dane_is_check_due(&story->facts, i) ||
		    (strcmp(now->words[1], "*") != 0 &&
			strcmp(now->words[1], ip_text(&target->ip, text)) != 0))
			continue;
		mail_facts_dane_asked(&story->facts, i);
		mail_facts_dane(&story->facts, i, &dane);
		met++;
	}
	if (met == 0)
		story_fail(story, "no certificate waits to be verified there");
}

/* Gives the facts a policy of this mode that names the exchanges. */
static void
give_policy(struct story *story, const char *mode)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "version: STSv1\nmode: %s\nmax_age: 86400\n", mode);
	for (size_t i = 2; i < story->now->count; i++)
		buf_addf(&text, "mx: %s\n", story->now->words[i]);
	sts_facts_fetched(&story->facts.sts, text.data, text.length, STORY_NOW);
	buf_clear(&text);
}

void
world_sts(struct story *story)
{
	const struct statement *now = story->now;
	enum sts_outcome outcome;

	if (now->count < 2) {
		story_fail(story, "expected a mode or an outcome");
		return;
	}
	if (!sts_outcome_parse(now->words[1], &outcome) || outcome == STS_NONE) {
		give_policy(story, now->words[1]);
		return;
	}
	if (outcome == STS_UNREACHABLE)
		sts_facts_lost(&story->facts.sts, "it is a story");
	else
		story->facts.sts.outcome = outcome;
}

/*
 * The life of one inquiry: begun with a subject, reviewed whenever a fact arrives, freed with
 * everything learned about it. What is asked and probed, and when, app/update_study.c decides.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "app/inquiry.h"

struct inquiry *
inquiry_new(
    const struct mail_subject *subject, uint64_t ticket, int64_t now_us, int64_t now_time)
{
	struct inquiry *inquiry = mem_alloc(sizeof *inquiry);

	inquiry->ticket = ticket;
	inquiry->asked_us = now_us;
	inquiry->asked_time = now_time;
	mail_facts_init(&inquiry->facts, subject);
	return inquiry;
}

/* Frees what was made of the facts. */
static void
clear_review(struct inquiry *inquiry)
{
	verdict_clear(&inquiry->verdict);
	findings_clear(&inquiry->findings);
	plan_clear(&inquiry->plan);
}

/* Frees what is imagined: of that inquiry only the facts, and what is made of them, are its own. */
static void
clear_imagined(struct inquiry *inquiry)
{
	if (inquiry->imagined == NULL)
		return;
	clear_review(inquiry->imagined);
	mail_facts_clear(&inquiry->imagined->facts);
	free(inquiry->imagined);
	inquiry->imagined = NULL;
}

void
inquiry_free(struct inquiry *inquiry)
{
	if (inquiry == NULL)
		return;
	clear_imagined(inquiry);
	clear_review(inquiry);
	for (size_t i = 0; i < inquiry->chain_count; i++)
		dns_result_release(inquiry->chains[i].result);
	mail_facts_clear(&inquiry->spare);
	mail_facts_clear(&inquiry->facts);
	free(inquiry);
}

bool
inquiry_busy(const struct inquiry *inquiry)
{
	return inquiry->lookups > 0 || inquiry->probes > 0;
}

struct explain_world
inquiry_explain_world(const struct inquiry *inquiry)
{
	if (inquiry == NULL)
		return (struct explain_world){ 0 };
	return (struct explain_world){
		.facts = &inquiry->facts,
		.plan = &inquiry->plan,
		.findings = &inquiry->findings,
		.verdict = &inquiry->verdict,
	};
}

/* Makes the findings: they speak of the domain, whichever sender is chosen, wherever it stands. */
static void
find(struct inquiry *inquiry, const struct review_settings *settings)
{
	const struct finding_settings finding_settings = {
		.wall_time = settings->wall_time,
	};
	struct plan_settings standard = settings->plan;
	struct plan plan;

	standard.sender = SENDER_RFC5321;
	standard.vantage = (struct vantage){ .kind = VANTAGE_STRANGER };
	plan_make(&plan, &inquiry->facts, &standard);
	findings_make(&inquiry->findings, &inquiry->facts, &plan, &finding_settings);
	plan_clear(&plan);
}

/* Makes plan, findings and verdict of the facts that the inquiry has. */
static void
judge(struct inquiry *inquiry, const struct review_settings *settings)
{
	const struct verdict_settings verdict_settings = {
		.probing = settings->probing,
		.settled = !inquiry_busy(inquiry),
	};

	plan_make(&inquiry->plan, &inquiry->facts, &settings->plan);
	find(inquiry, settings);
	verdict_make(&inquiry->verdict, &inquiry->facts, &inquiry->plan, &inquiry->findings,
	    &verdict_settings);
	inquiry->reviews++;
}

/* Makes the inquiry as it looks with what is pretended. */
static void
imagine(struct inquiry *inquiry, const struct review_settings *settings)
{
	struct inquiry *imagined = mem_dup(inquiry, sizeof *inquiry);

	imagine_facts(&imagined->facts, &inquiry->facts, &inquiry->spare, &inquiry->what_if);
	judge(imagined, settings);
	inquiry->imagined = imagined;
}

void
inquiry_review(struct inquiry *inquiry, const struct review_settings *settings)
{
	if (settings->port == GATE_PORT)
		gate_judge_facts(settings->gate, &inquiry->facts);
	clear_imagined(inquiry);
	clear_review(inquiry);
	judge(inquiry, settings);
	if (what_if_any(&inquiry->what_if))
		imagine(inquiry, settings);
}

void
inquiry_carry_over(struct inquiry *inquiry, struct inquiry *before)
{
	inquiry->what_if = before->what_if;
	inquiry->spare = before->spare;
	before->spare = (struct mail_facts){ .mx_known = false };
	sts_facts_keep(&inquiry->facts.sts, &before->facts.sts, inquiry->asked_time);
}

/*
 * The simulation beside the plan: what N deliveries at once say must be what N plans and
 * verdicts say, each with a seed of its own, for every sender.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "mail/simulate.h"

#include "story.h"

enum {
	PLANS = 1500, /* drawn one by one */
	DELIVERIES = 100000, /* simulated */
	DEVIATIONS = 5, /* that a frequency may be off */
};

/* True when the deviation of a frequency seen in `draws` draws is no accident. */
static bool
differs(double had, double wanted, double draws)
{
	double allowed = DEVIATIONS * sqrt(wanted * (1 - wanted) / draws);

	return fabs(had - wanted) > allowed + 1e-9;
}

/* Counts what one plan leads to: at the target that takes the message, or at the end. */
static void
count_plan(const struct story *story, const struct plan_settings *settings, unsigned *taken)
{
	struct plan plan;
	struct verdict verdict;
	bool delivered;

	plan_make(&plan, &story->imagined, settings);
	verdict_make(
	    &verdict, &story->imagined, &plan, &story->findings, &story->verdict_settings);
	delivered = verdict.kind == VERDICT_DELIVER || verdict.kind == VERDICT_WARN;
	taken[delivered ? plan.rows[verdict.row].target : story->imagined.target_count]++;
	verdict_clear(&verdict);
	plan_clear(&plan);
}

/* Compares simulation and plans of one sender. */
static void
compare(struct story *story, enum sender sender)
{
	struct plan_settings settings = story->plan_settings;
	unsigned *taken = mem_calloc(story->imagined.target_count + 1, sizeof *taken);
	double *simulated = mem_calloc(story->imagined.target_count + 1, sizeof *simulated);
	struct simulation simulation;

	settings.sender = sender;
	for (settings.seed = 1; settings.seed <= PLANS; settings.seed++)
		count_plan(story, &settings, taken);
	simulate(&simulation, &story->imagined, &settings, DELIVERIES);
	for (size_t i = 0; i < simulation.count; i++)
		simulated[simulation.shares[i].target] += simulation.shares[i].deliveries;
	simulated[story->imagined.target_count] = simulation.untaken;
	for (size_t i = 0; i <= story->imagined.target_count; i++) {
		double share = simulated[i] / DELIVERIES;

		story->checks++;
		if (differs((double)taken[i] / PLANS, share, PLANS))
			story_fail(story, "%s: target %zu takes %u of %d, simulated %.2f %%",
			    sender_name(sender), i, taken[i], PLANS, share * 100);
	}
	simulation_clear(&simulation);
	free(taken);
	free(simulated);
}

void
check_simulate(struct story *story)
{
	for (unsigned sender = 0; sender < sender_count; sender++)
		compare(story, (enum sender)sender);
}

/* What an address takes of a simulation, "none" what none takes. */
static uint32_t
deliveries_to(
    const struct story *story, const struct simulation *simulation, const char *address)
{
	uint32_t deliveries = 0;

	if (strcmp(address, "none") == 0)
		return simulation->untaken;
	for (size_t i = 0; i < simulation->count; i++) {
		char text[IP_TEXT_MAX];

		ip_text(&story->imagined.targets[simulation->shares[i].target].ip, text);
		if (strcmp(text, address) == 0)
			deliveries += simulation->shares[i].deliveries;
	}
	return deliveries;
}

void
check_share(struct story *story)
{
	struct simulation simulation;
	double wanted = atof(story->now->words[2]) / 100, share;

	simulate(&simulation, &story->imagined, &story->plan_settings, DELIVERIES);
	share = deliveries_to(story, &simulation, story->now->words[1]) / (double)DELIVERIES;
	story->checks++;
	if (differs(share, wanted, DELIVERIES))
		story_fail(story, "%s takes %.2f %%, not %s", story->now->words[1], share * 100,
		    story->now->words[2]);
	simulation_clear(&simulation);
}

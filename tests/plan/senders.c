/*
 * What must hold for every sender in every story, whichever the story is about: plan and verdict
 * are sound, and what was drawn stays in its order while answers come in.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "story.h"

/* Where this attempt stands in the plan: SIZE_MAX when it is none there. */
static size_t
place_of(const struct plan *plan, const struct drawn_attempt *attempt)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];

		if (row->attempt > 0 && row->exchange == attempt->exchange &&
		    row->target == attempt->target)
			return i;
	}
	return SIZE_MAX;
}

/* Fails when attempts of before have changed places. */
static void
check_kept(struct story *story, const struct drawn *drawn)
{
	size_t last = 0;

	for (size_t i = 0; i < drawn->count; i++) {
		size_t place = place_of(&story->plan, &drawn->attempts[i]);

		if (place == SIZE_MAX)
			continue;
		if (place < last)
			story_fail(story, "%s: an answer changed the order of what was drawn",
			    sender_name(story->plan.sender));
		last = place;
	}
}

/* Keeps the attempts of the plan. */
static void
keep(struct drawn *drawn, const struct plan *plan)
{
	free(drawn->attempts);
	drawn->attempts = mem_calloc(plan->attempts, sizeof *drawn->attempts);
	drawn->count = 0;
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rows[i].attempt > 0)
			drawn->attempts[drawn->count++] =
			    (struct drawn_attempt){ plan->rows[i].exchange,
				    plan->rows[i].target };
	}
}

/* True for a statement that only adds facts. */
static bool
is_answer(const char *word)
{
	return strcmp(word, "answer") == 0 || strcmp(word, "fail") == 0 ||
	    strcmp(word, "probe") == 0;
}

/* Reviews the story as one sender would. */
static void
review_as(struct story *story, enum sender sender)
{
	struct plan_settings settings = story->plan_settings;

	settings.sender = sender;
	plan_make(&story->plan, &story->imagined, &settings);
	verdict_make(&story->verdict, &story->imagined, &story->plan, &story->findings,
	    &story->verdict_settings);
	check_invariants(story);
	walks_review(story);
	if (is_answer(story->now->words[0]))
		check_kept(story, &story->drawn[sender]);
	keep(&story->drawn[sender], &story->plan);
	verdict_clear(&story->verdict);
	plan_clear(&story->plan);
}

void
senders_review(struct story *story)
{
	struct plan plan = story->plan;
	struct verdict verdict = story->verdict;

	for (unsigned i = 0; i < sender_count; i++)
		review_as(story, (enum sender)i);
	story->plan = plan;
	story->verdict = verdict;
}

void
senders_forget(struct story *story)
{
	for (size_t i = 0; i < sender_count; i++) {
		free(story->drawn[i].attempts);
		story->drawn[i] = (struct drawn){ 0 };
	}
}

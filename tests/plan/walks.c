/*
 * The walkthrough of a story: what one must hold, and what must hold of every one - steps that are
 * whole sentences with their rule, about rows that there are.
 */
#include <string.h>

#include "util/buf.h"
#include "util/text.h"
#include "mail/walk.h"

#include "story.h"

/* Makes the walkthrough of what is judged. */
static void
make(const struct story *story, struct walk *walk)
{
	const struct walk_settings settings = {
		.plan = story->plan_settings,
		.verdict = story->verdict_settings,
		.port = 25,
	};

	walk_make(walk, &story->imagined, &story->plan, &story->verdict, &settings);
}

/* True for lines that may be shown as they are. */
static bool
is_shown(const struct buf *text)
{
	const char *line = buf_text(text);

	while (*line != '\0') {
		size_t n = strcspn(line, "\n");

		if (!text_is_printable(line, n))
			return false;
		line += n + (line[n] == '\n');
	}
	return true;
}

/* Fails unless the step is whole. */
static void
check_step(struct story *story, const struct walk_step *step, size_t number)
{
	const char *sentence = buf_text(&step->sentence);
	size_t n = strlen(sentence);

	if (n == 0 || !strchr(".?", sentence[n - 1]))
		story_fail(story, "step %zu is no sentence: %s", number, sentence);
	if (step->rule == NULL && step->mark != WALK_UNDER_WAY)
		story_fail(story, "step %zu has no rule: %s", number, sentence);
	if (step->row != SIZE_MAX && step->row >= story->plan.count)
		story_fail(story, "step %zu is about no row: %s", number, sentence);
	if (!is_shown(&step->sentence) || !is_shown(&step->line) || !is_shown(&step->report) ||
	    !is_shown(&step->others))
		story_fail(story, "step %zu cannot be shown: %s", number, sentence);
}

void
walks_review(struct story *story)
{
	struct walk walk;

	make(story, &walk);
	if (walk.count == 0)
		story_fail(story, "a walkthrough has no step");
	for (size_t i = 0; i < walk.count; i++)
		check_step(story, &walk.steps[i], i + 1);
	walk_clear(&walk);
}

/* Appends the walkthrough as text. */
static void
write_walk(struct story *story, struct buf *text)
{
	struct walk walk;

	make(story, &walk);
	walk_write(text, &walk);
	walk_clear(&walk);
}

void
check_walks(struct story *story)
{
	struct buf text = BUF_INIT;

	write_walk(story, &text);
	story_expect_part(story, "walkthrough", text.data, story->now->rest);
	buf_clear(&text);
}

void
check_walks_not(struct story *story)
{
	struct buf text = BUF_INIT;

	write_walk(story, &text);
	story->checks++;
	if (strstr(text.data, story->now->rest))
		story_fail(story, "the walkthrough holds\n    %s", story->now->rest);
	buf_clear(&text);
}

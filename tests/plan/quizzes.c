/*
 * The questions that a story's domain gives rise to.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"

#include "mail/quiz.h"

#include "story.h"

/* Makes the question of this kind about the story. */
static bool
make(struct story *story, enum quiz_kind kind, struct quiz *quiz)
{
	const struct quiz_world world = {
		.facts = &story->facts,
		.plan = &story->plan,
		.verdict = &story->verdict,
		.settings = &story->plan_settings,
	};

	return quiz_make(quiz, kind, &world);
}

/* Says what must hold of every question. */
static void
check_sound(struct story *story, const struct quiz *quiz)
{
	story->checks++;
	if (!quiz->question || !quiz->reason || quiz->count < 2 || quiz->right >= quiz->count)
		story_fail(
		    story, "the question \"%s\" is not whole", quiz_kind_name(quiz->kind));
	for (size_t i = 0; i < quiz->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(quiz->choices[i], quiz->choices[j]) == 0)
				story_fail(story, "\"%s\" is offered twice", quiz->choices[i]);
		}
	}
}

void
check_quiz(struct story *story)
{
	enum quiz_kind kind;
	struct quiz quiz;
	const char *wanted = story->now->rest + strcspn(story->now->rest, " ");
	struct buf had = BUF_INIT;

	wanted += strspn(wanted, " ");
	if (!quiz_kind_parse(story->now->words[1], &kind)) {
		story_fail(story, "there is no such question");
		return;
	}
	if (!make(story, kind, &quiz)) {
		story_expect(story, "question", "none", wanted);
		return;
	}
	check_sound(story, &quiz);
	for (size_t i = 0; i < quiz.count; i++)
		buf_addf(&had, "%s%s%s", i ? " | " : "", i == quiz.right ? "=" : "",
		    quiz.choices[i]);
	story_expect(story, "choices", buf_text(&had), wanted);
	buf_clear(&had);
	quiz_clear(&quiz);
}

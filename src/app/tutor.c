/*
 * What panes ask of the tutor. What it does is update_tutor.c's.
 */
#include <stdlib.h>

#include "app/tutor.h"

bool
tutor_is_asking(const struct tutor *tutor)
{
	return tutor->open && tutor->asked && !tutor->answered;
}

const struct lesson_step *
tutor_step(const struct tutor *tutor)
{
	return tutor->step < tutor->lesson.count ? &tutor->lesson.steps[tutor->step] : NULL;
}

void
tutor_clear(struct tutor *tutor)
{
	lesson_clear(&tutor->lesson);
	quiz_clear(&tutor->quiz);
	free(tutor->about);
	*tutor = (struct tutor){ 0 };
}

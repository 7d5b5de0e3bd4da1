/*
 * What teaches beside the panes: a lesson with its steps, a quiz, the question that is open, the
 * score.
 */
#ifndef APP_TUTOR_H
#define APP_TUTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/lesson.h"
#include "mail/quiz.h"
#include "mail/sender.h"
#include "mail/vantage.h"

/* A lesson that comes with the program. */
struct lesson_row {
	const char *name, *title, *text;
};

/* What a lesson changes and gives back at its end. */
struct tutor_settings {
	enum sender sender;
	uint64_t seed;
	struct vantage vantage;
};

struct tutor {
	bool open; /* the strip below the panes shows */
	struct lesson lesson; /* without steps: a quiz alone */
	size_t step;
	unsigned running; /* rounds until the step's commands have been carried out */
	bool pending; /* a question comes when all answers are there */
	bool asked; /* .quiz is a question, open or answered */
	bool answered;
	size_t chosen; /* index of the choice */
	struct quiz quiz;
	char *about; /* the key of the domain that it is about; NULL = none was asked of yet */
	unsigned round; /* of the quiz: the kind to try next */
	unsigned questions, right; /* the score: answered, and how many rightly */
	size_t top, rows,
	    total; /* the strip's first line; lines visible and in all, as drawn */
	struct tutor_settings saved;
};

/* True while a question waits for its answer: panes and verdict are hidden then. */
bool tutor_is_asking(const struct tutor *tutor);

/* The step that shows; NULL in a quiz alone. */
const struct lesson_step *tutor_step(const struct tutor *tutor);

/* Frees what the tutor holds. */
void tutor_clear(struct tutor *tutor);

#endif

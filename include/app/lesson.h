/*
 * Lessons: data files that a teacher writes. A lesson has steps; each has a text, commands that
 * show in the panes what it speaks of, and perhaps a question that is asked before they show.
 *
 *	title	Lower is tried first
 *
 *	step	The preference is a number
 *		Two MX records of one domain may have different preferences. A sender tries ...
 *		(an empty line parts paragraphs)
 *	run	lab three-mx
 *	ask	first
 *
 * Lines that begin with '#' are comments; a line that begins with a tab or blanks belongs to
 * the one above.
 * `run` and `ask` belong to the step above them; a step has any number of commands, carried
 * out in order when it is entered, and at most one question, of the kinds in mail/quiz.h.
 */
#ifndef APP_LESSON_H
#define APP_LESSON_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/quiz.h"

enum {
	LESSON_BYTES_MAX = 65536,
	LESSON_STEPS_MAX = 64,
	LESSON_COMMANDS_MAX = 8, /* of one step */
};

struct lesson_step {
	char *title; /* one line */
	char *text; /* paragraphs, parted by an empty line: "\n\n" */
	char *commands[LESSON_COMMANDS_MAX];
	size_t command_count;
	bool asks; /* .question is asked */
	enum quiz_kind question;
};

struct lesson {
	char *name; /* "preference", or a file */
	char *title;
	struct lesson_step *steps; /* at least one */
	size_t count, capacity;
};

/* Looks at a command of a lesson: NULL when it may be run, or a sentence (caller frees). */
typedef char *lesson_check(const char *command);

/*
 * Reads a lesson from its text, as read from a file. Returns NULL and fills *lesson (clear it with
 * lesson_clear()), or a sentence, which the caller frees: with the line where one is wrong, "line 3: ...".
 * What is not printable is refused.
 */
char *lesson_parse(
    struct lesson *lesson, const char *name, const char *text, lesson_check *check);

/* Frees what the lesson holds; a zeroed one is fine. */
void lesson_clear(struct lesson *lesson);

#endif

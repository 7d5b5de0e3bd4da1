/*
 * The table of lessons. Decides which commands a lesson may hold; what a lesson file looks like is
 * app/lesson.h's, when a step is entered app/update_tutor.c's.
 */
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/command.h"
#include "cli/lessons.h"

static const struct lesson_row lessons[] = {
#include "cli/lessons.inc"
};

/* What a lesson may say: it shows and studies, and changes nothing for good. */
static const bool allowed[verb_count] = {
	[VERB_LOOKUP] = true,
	[VERB_LAB] = true,
	[VERB_PROBE] = true,
	[VERB_RCPT] = true,
	[VERB_SENDER] = true,
	[VERB_VANTAGE] = true,
	[VERB_SEED] = true,
	[VERB_FOCUS] = true,
	[VERB_MOVE] = true,
	[VERB_VIEW] = true,
	[VERB_WHAT_IF] = true,
	[VERB_MX] = true,
	[VERB_SIMULATE] = true,
	[VERB_CLOCK] = true,
	[VERB_EXPLAIN] = true,
	[VERB_WHY] = true,
	[VERB_HELP] = true,
};

const struct lesson_row *
lessons_table(size_t *count)
{
	*count = sizeof lessons / sizeof *lessons;
	return lessons;
}

char *
lessons_check(const char *command)
{
	struct command parsed;
	struct buf sentence = BUF_INIT;
	bool empty;
	char *error = command_parse(command, &parsed, &empty);

	if (error || empty)
		return error ? error : mem_strdup("a command is expected behind `run`");
	if (!allowed[parsed.verb])
		buf_addf(
		    &sentence, "a lesson cannot run `%s`", command_row_of(parsed.verb)->name);
	command_clear(&parsed);
	return sentence.length > 0 ? buf_take(&sentence) : NULL;
}

const struct lesson_row *
lessons_find(const char *name)
{
	const size_t count = sizeof lessons / sizeof *lessons;
	long number;

	if (text_number(name, 1, (long)count, &number))
		return &lessons[number - 1];
	for (size_t i = 0; i < count; i++) {
		if (strcmp(lessons[i].name, name) == 0)
			return &lessons[i];
	}
	return NULL;
}

/*
 * Lesson files: whatever a teacher wrote, it is read or refused with a sentence, which names the line
 * that is wrong where one is.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "cli/lessons.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says that what is read is printable and not empty. */
static void
check(const struct lesson *lesson)
{
	if (!lesson->title || lesson->count == 0)
		abort();
	for (size_t i = 0; i < lesson->count; i++) {
		const struct lesson_step *step = &lesson->steps[i];

		if (!step->text || !step->title || step->command_count > LESSON_COMMANDS_MAX)
			abort();
		if (!text_is_printable(step->title, strlen(step->title)) ||
		    !text_is_printable(step->text, strcspn(step->text, "\n")))
			abort();
		for (size_t j = 0; j < step->command_count; j++)
			free(lessons_check(step->commands[j]));
	}
}

/* True for what is said of a line, or of the lesson as a whole. */
static bool
is_complaint(const char *sentence)
{
	return strncmp(sentence, "line ", 5) == 0 || strncmp(sentence, "a lesson ", 9) == 0 ||
	    strncmp(sentence, "the lesson ", 11) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct lesson lesson;
	char *sentence = lesson_parse(&lesson, "fuzz", text, lessons_check);

	if (sentence && (!is_complaint(sentence) || lesson.count > 0))
		abort();
	if (!sentence)
		check(&lesson);
	free(sentence);
	lesson_clear(&lesson);
	free(text);
	return 0;
}

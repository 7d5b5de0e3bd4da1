/*
 * Lesson files: what is read, the sentence with its line for what is not, and that every lesson of
 * the program is valid and every question kind has its place in one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/lessons.h"

#define STEP "title T\nstep S\n\ttext\n"

static const struct {
	const char *text, *sentence;
} bad[] = {
	{ "", "the lesson has no title" },
	{ "title T\n", "the lesson has no step" },
	{ "title\n", "line 1: a title is expected here" },
	{ "title T\ntitle U\n", "line 2: the title may stand only once" },
	{ "step S\n\ttext\n", "the lesson has no title" },
	{ "title T\nstep\n", "line 2: a title of the step is expected here" },
	{ "title T\nstep S\n", "line 2: the step before it has no text" },
	{ "title T\nstep S\nrun lab\nstep U\n\ttext\n",
	    "line 4: the step before it has no text" },
	{ "title T\n\ttext\n",
	    "line 2: an indented line belongs to a step, before its `run` and `ask`" },
	{ STEP "run lab\n\tmore\n",
	    "line 5: an indented line belongs to a step, before its `run` and `ask`" },
	{ "title T\nrun lab\n", "line 2: a step is expected before `run`" },
	{ "title T\nask first\n", "line 2: a step is expected before `ask`" },
	{ STEP "run\n", "line 4: a command is expected behind `run`" },
	{ STEP "run # nothing\n", "line 4: a command is expected behind `run`" },
	{ STEP "run frobnicate\n", "line 4: There is no command \"frobnicate\"" },
	{ STEP "run sender courier\n", "line 4: Expected `sender [NAME]`" },
	{ STEP "run screen /tmp/x\n", "line 4: a lesson cannot run `screen`" },
	{ STEP "run source /tmp/x\n", "line 4: a lesson cannot run `source`" },
	{ STEP "run lesson x\n", "line 4: a lesson cannot run `lesson`" },
	{ STEP "run quit\n", "line 4: a lesson cannot run `quit`" },
	{ STEP "ask\n", "line 4: expected `ask` with one of first outcome" },
	{ STEP "ask me\n", "line 4: expected `ask` with one of first outcome" },
	{ STEP "ask first\nask next\n", "line 5: a step asks one question" },
	{ STEP "say something\n",
	    "line 4: a line starts with title, step, run, ask, # or a blank" },
	{ STEP "\x1b[2J\n", "line 4: a lesson is printable UTF-8 text" },
	{ "title T\nstep S\n\tte\x1bxt\n", "line 3: a lesson is printable UTF-8 text" },
	{ "title T\nstep S\n\tte\xffxt\n", "line 3: a lesson is printable UTF-8 text" },
	{ STEP
	    "run lab\nrun lab\nrun lab\nrun lab\nrun lab\nrun lab\nrun lab\nrun lab\nrun lab\n",
	    "line 12: a step has at most 8 commands" },
};

static void
bad_lessons_get_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct lesson lesson;
		char *sentence = lesson_parse(&lesson, "test", bad[i].text, lessons_check);

		assert_non_null(sentence);
		if (strncmp(sentence, bad[i].sentence, strlen(bad[i].sentence)) != 0)
			assert_string_equal(sentence, bad[i].sentence);
		assert_int_equal(lesson.count, 0);
		free(sentence);
	}
}

static void
a_lesson_is_read(void **state)
{
	static const char text[] = "# a comment\r\n"
				   "title\tThe title \n"
				   "\n"
				   "step  One\n"
				   "\tfirst line\n"
				   "        second\tline\n"
				   "\n"
				   "\tanother paragraph\n"
				   "\n"
				   "run   lookup b\xc3\xbc"
				   "cher.example\n"
				   "run\tsender postfix\n"
				   "ask next\n"
				   "step Two\n"
				   " end";
	struct lesson lesson;

	(void)state;
	assert_null(lesson_parse(&lesson, "mine", text, lessons_check));
	assert_string_equal(lesson.name, "mine");
	assert_string_equal(lesson.title, "The title");
	assert_int_equal(lesson.count, 2);
	assert_string_equal(lesson.steps[0].title, "One");
	assert_string_equal(
	    lesson.steps[0].text, "first line second line\n\nanother paragraph");
	assert_int_equal(lesson.steps[0].command_count, 2);
	assert_string_equal(lesson.steps[0].commands[0],
	    "lookup b\xc3\xbc"
	    "cher.example");
	assert_string_equal(lesson.steps[0].commands[1], "sender postfix");
	assert_true(lesson.steps[0].asks);
	assert_int_equal(lesson.steps[0].question, QUIZ_NEXT);
	assert_string_equal(lesson.steps[1].text, "end");
	assert_false(lesson.steps[1].asks);
	lesson_clear(&lesson);
}

static void
too_long_a_lesson_is_refused(void **state)
{
	char *text = calloc(1, LESSON_BYTES_MAX + 2);
	struct lesson lesson;
	char *sentence;

	(void)state;
	memset(text, '\n', LESSON_BYTES_MAX + 1);
	sentence = lesson_parse(&lesson, "test", text, NULL);
	assert_string_equal(sentence, "a lesson has at most 64 KiB");
	free(sentence);
	free(text);
}

/* Every lesson of the program is valid, and asks at least once. */
static void
our_lessons_are_valid(void **state)
{
	size_t count;
	const struct lesson_row *rows = lessons_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct lesson lesson;
		char *sentence =
		    lesson_parse(&lesson, rows[i].name, rows[i].text, lessons_check);
		size_t questions = 0;

		if (sentence)
			fail_msg("%s: %s", rows[i].name, sentence);
		for (size_t j = 0; j < lesson.count; j++)
			questions += lesson.steps[j].asks;
		assert_true(lesson.count >= 3);
		assert_true(questions >= 1);
		assert_string_equal(lesson.title, rows[i].title);
		lesson_clear(&lesson);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_lessons_get_a_sentence),
		cmocka_unit_test(a_lesson_is_read),
		cmocka_unit_test(too_long_a_lesson_is_refused),
		cmocka_unit_test(our_lessons_are_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Reading lessons. Decides what a lesson file may hold and how much; what a command means is
 * asked of the caller, who knows the grammar.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/lines.h"
#include "util/mem.h"
#include "util/text.h"

#include "app/lesson.h"

struct directive;

/* Reading a lesson, line by line. */
struct parse {
	struct lesson *lesson;
	lesson_check *check;
	unsigned line;
	struct buf text; /* of the step that is open */
	bool in_text; /* an indented line belongs to it */
};

struct directive {
	const char *word;
	char *(*begin)(struct parse *parse, const char *rest);
};

/* Returns a copy of the sentence, for the caller to free. */
static char *
complain(const char *sentence)
{
	return mem_strdup(sentence);
}

/* Complains of text that may not be shown. */
static char *
complain_unprintable(void)
{
	return complain("a lesson is printable UTF-8 text");
}

/* The step that lines belong to now, or NULL. */
static struct lesson_step *
open_step(const struct parse *parse)
{
	struct lesson *lesson = parse->lesson;

	return lesson->count > 0 ? &lesson->steps[lesson->count - 1] : NULL;
}

/* Gives the open step its text: NULL, or a sentence when it has none. */
static char *
close_step(struct parse *parse)
{
	struct lesson_step *step = open_step(parse);

	if (!step)
		return NULL;
	if (parse->text.length == 0)
		return complain("the step before it has no text");
	step->text = buf_take(&parse->text);
	return NULL;
}

/* title TEXT */
static char *
begin_title(struct parse *parse, const char *rest)
{
	if (parse->lesson->title)
		return complain("the title may stand only once");
	if (*rest == '\0')
		return complain("a title is expected here");
	parse->lesson->title = mem_strdup(rest);
	return NULL;
}

/* step TITLE */
static char *
begin_step(struct parse *parse, const char *rest)
{
	struct lesson *lesson = parse->lesson;
	char *sentence = close_step(parse);

	if (sentence)
		return sentence;
	if (*rest == '\0')
		return complain("a title of the step is expected here");
	if (lesson->count == LESSON_STEPS_MAX)
		return complain("a lesson has at most 64 steps");
	lesson->steps =
	    mem_grow(lesson->steps, lesson->count, &lesson->capacity, sizeof *lesson->steps);
	lesson->steps[lesson->count++] = (struct lesson_step){ .title = mem_strdup(rest) };
	parse->in_text = true;
	return NULL;
}

/* run COMMAND */
static char *
begin_run(struct parse *parse, const char *rest)
{
	struct lesson_step *step = open_step(parse);
	char *sentence;

	if (!step)
		return complain("a step is expected before `run`");
	if (*rest == '\0')
		return complain("a command is expected behind `run`");
	if (step->command_count == LESSON_COMMANDS_MAX)
		return complain("a step has at most 8 commands");
	sentence = parse->check ? parse->check(rest) : NULL;
	if (!sentence)
		step->commands[step->command_count++] = mem_strdup(rest);
	return sentence;
}

/* Returns the sentence that lists the questions. */
static char *
no_question(void)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "expected `ask` with one of");
	for (unsigned kind = 0; kind < quiz_kind_count; kind++)
		buf_addf(&sentence, " %s", quiz_kind_name((enum quiz_kind)kind));
	return buf_take(&sentence);
}

/* ask KIND */
static char *
begin_ask(struct parse *parse, const char *rest)
{
	struct lesson_step *step = open_step(parse);

	if (!step)
		return complain("a step is expected before `ask`");
	if (step->asks)
		return complain("a step asks one question");
	if (!quiz_kind_parse(rest, &step->question))
		return no_question();
	step->asks = true;
	return NULL;
}

static const struct directive directives[] = {
	{ "title", begin_title },
	{ "step", begin_step },
	{ "run", begin_run },
	{ "ask", begin_ask },
};

/* Begins what the line opens with. Returns NULL or a sentence. */
static char *
begin_directive(struct parse *parse, const char *line)
{
	size_t length = strcspn(line, " ");

	parse->in_text = false;
	for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
		const char *rest = line + length + strspn(line + length, " ");

		if (strlen(directives[i].word) != length ||
		    strncmp(directives[i].word, line, length) != 0)
			continue;
		/* Alone, too: what was a mark on the blank before it would stand on nothing. */
		if (!text_is_printable(rest, strlen(rest)))
			return complain_unprintable();
		return directives[i].begin(parse, rest);
	}
	return complain("a line starts with title, step, run, ask, # or a blank");
}

/* Adds a line to the text of the step: lines are joined, an empty one ends a paragraph. */
static char *
add_text(struct parse *parse, const char *line)
{
	bool fresh =
	    parse->text.length == 0 || parse->text.data[parse->text.length - 1] == '\n';

	if (!parse->in_text)
		return complain(
		    "an indented line belongs to a step, before its `run` and `ask`");
	line += strspn(line, " ");
	if (!text_is_printable(line, strlen(line)))
		return complain_unprintable();
	if (*line == '\0')
		buf_adds(&parse->text, fresh ? "" : "\n\n");
	else
		buf_addf(&parse->text, "%s%s", fresh ? "" : " ", line);
	return NULL;
}

/* Reads one line without its end. Returns NULL or a sentence. */
static char *
read_line(void *context, char *line)
{
	struct parse *parse = context;
	size_t length = strlen(line);

	for (size_t i = 0; i < length; i++)
		line[i] = line[i] == '\t' ? ' ' : line[i];
	while (length > 0 && strchr(" \r", line[length - 1]))
		line[--length] = '\0';
	if (!text_is_printable(line, length))
		return complain_unprintable();
	if (*line == ' ')
		return add_text(parse, line);
	if (length == 0)
		return parse->in_text ? add_text(parse, "") : NULL;
	return *line == '#' ? NULL : begin_directive(parse, line);
}

/* Asks that everything needed was there. Returns NULL or a sentence. */
static char *
finish(struct parse *parse)
{
	char *sentence = close_step(parse);

	if (sentence)
		return lines_locate(parse->line, sentence);
	if (!parse->lesson->title)
		return complain("the lesson has no title");
	return parse->lesson->count > 0 ? NULL : complain("the lesson has no step");
}

/* Cuts the blank line off the end of each text. */
static void
trim(struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->count; i++) {
		char *text = lesson->steps[i].text;
		size_t length = strlen(text);

		while (length > 0 && text[length - 1] == '\n')
			text[--length] = '\0';
	}
}

char *
lesson_parse(struct lesson *lesson, const char *name, const char *text, lesson_check *check)
{
	struct parse parse = { .lesson = lesson, .check = check };
	char *sentence;

	*lesson = (struct lesson){ .name = mem_strdup(name) };
	if (strlen(text) > LESSON_BYTES_MAX)
		sentence = complain("a lesson has at most 64 KiB");
	else
		sentence = lines_read(text, read_line, &parse, &parse.line);
	if (!sentence)
		sentence = finish(&parse);
	if (sentence)
		lesson_clear(lesson);
	else
		trim(lesson);
	buf_clear(&parse.text);
	return sentence;
}

/* Frees what a step holds. */
static void
clear_step(struct lesson_step *step)
{
	free(step->title);
	free(step->text);
	for (size_t i = 0; i < step->command_count; i++)
		free(step->commands[i]);
}

void
lesson_clear(struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->count; i++)
		clear_step(&lesson->steps[i]);
	free(lesson->steps);
	free(lesson->name);
	free(lesson->title);
	*lesson = (struct lesson){ 0 };
}

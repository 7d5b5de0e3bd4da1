/*
 * Lessons and their commands, queued as events. Decides nothing about them: a lesson is looked at
 * by app/lesson.h and cli/lessons.h before it begins.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/command.h"
#include "cli/lesson_player.h"
#include "cli/lessons.h"
#include "cli/paths.h"

/* Queues a notice; takes the sentence. */
static void
notice(struct loop *loop, char *sentence)
{
	const struct event event = {
		.kind = EVENT_NOTICE, .message = MESSAGE_ERROR, .text = sentence
	};

	loop_post(loop, &event);
}

/* Queues the lesson with this text, which it takes, unless it is not valid. */
static void
begin(struct loop *loop, const char *name, char *text)
{
	struct event event = { .kind = EVENT_LESSON };
	struct lesson lesson;
	struct buf sentence = BUF_INIT;
	char *error = lesson_parse(&lesson, name, text, lessons_check);

	if (error) {
		buf_adds(&sentence, "The lesson ");
		text_printable(&sentence, name, strlen(name));
		buf_addf(&sentence, " is not valid: %s.", error);
		notice(loop, buf_take(&sentence));
		free(error);
		free(text);
		return;
	}
	lesson_clear(&lesson);
	event.name = mem_strdup(name);
	event.text = text;
	loop_post(loop, &event);
}

void
lesson_player_open(struct loop *loop, const char *name)
{
	const struct lesson_row *row = lessons_find(name);
	struct buf sentence = BUF_INIT;
	char *text = row ? mem_strdup(row->text) : paths_read(name, LESSON_BYTES_MAX);

	if (text) {
		begin(loop, row ? row->name : name, text);
		return;
	}
	buf_adds(&sentence, "The lesson ");
	text_printable(&sentence, name, strlen(name));
	buf_addf(&sentence,
	    " is neither one of ours (`lesson` lists them) nor a file that can be read: %s.",
	    strerror(errno));
	notice(loop, buf_take(&sentence));
}

/* Queues one command, or what is wrong with it. */
static void
post_line(struct loop *loop, const char *line)
{
	struct event event = { .kind = EVENT_COMMAND };
	bool empty;
	char *error = command_parse(line, &event.command, &empty);

	if (error)
		notice(loop, error);
	else if (!empty)
		loop_post(loop, &event);
}

void
lesson_player_run(struct loop *loop, const char *commands)
{
	const struct event ran = { .kind = EVENT_RAN };

	while (commands && *commands) {
		size_t length = strcspn(commands, "\n");
		char *line = mem_strndup(commands, length);

		post_line(loop, line);
		free(line);
		commands += length;
		commands += *commands == '\n';
	}
	loop_post(loop, &ran);
}

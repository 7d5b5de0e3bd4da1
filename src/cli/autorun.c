/*
 * Commands from files and from the command line, in their order. Decides when the next one may
 * go: after `wait` when nothing is in flight, after `source` when the file has been read. What a
 * command means is cli/command.h's, what it does app/update's.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"

#include "cli/autorun.h"
#include "cli/command.h"
#include "cli/script.h"

struct autorun {
	struct loop *loop;
	const struct autorun_settings *settings;
	struct script *config, *script;
	bool named; /* the names, which come between the two, were looked up */
	bool held; /* until `wait` or `source` is carried out */
	bool waiting; /* `wait` was: go on when nothing is in flight */
	bool ended;
};

/* The commands that are read now. */
static struct script *
current(const struct autorun *autorun)
{
	return autorun->named ? autorun->script : autorun->config;
}

/* Queues a command with one argument. */
static void
post_command(struct autorun *autorun, enum verb verb, const char *argument)
{
	const struct event event = {
		.kind = EVENT_COMMAND,
		.command = { .verb = verb,
		    .arguments = { mem_strdup(argument) },
		    .argument_count = 1 },
	};

	loop_post(autorun->loop, &event);
}

/* Queues the names of the command line: the first of them is on top and selected. */
static void
look_up_names(struct autorun *autorun)
{
	const struct autorun_settings *settings = autorun->settings;

	for (int i = settings->name_count - 1; i >= 0; i--)
		post_command(autorun, VERB_LOOKUP, settings->names[i]);
	if (settings->name_count > 0)
		post_command(autorun, VERB_FOCUS, "mx");
	autorun->named = true;
}

/* Queues what is wrong with a line; takes the error. */
static void
complain(struct autorun *autorun, const char *where, char *error)
{
	struct buf sentence = BUF_INIT;
	struct event event = { .kind = EVENT_NOTICE, .message = MESSAGE_ERROR };

	buf_addf(&sentence, "%s: %s", where, error);
	free(error);
	event.text = buf_take(&sentence);
	loop_post(autorun->loop, &event);
}

/* Queues one line of a file. */
static void
run_line(struct autorun *autorun, const char *line, const char *where)
{
	struct event event = { .kind = EVENT_COMMAND };
	bool empty;
	char *error = command_parse(line, &event.command, &empty);

	if (error != NULL) {
		complain(autorun, where, error);
	} else if (!empty) {
		autorun->held =
		    event.command.verb == VERB_WAIT || event.command.verb == VERB_SOURCE;
		loop_post(autorun->loop, &event);
	}
}

void
autorun_go_on(struct autorun *autorun)
{
	const char *line, *where;

	while (!autorun->held && !autorun->ended) {
		line = script_next(current(autorun), &where);
		if (line != NULL)
			run_line(autorun, line, where);
		else if (!autorun->named)
			look_up_names(autorun);
		else
			autorun->ended = true;
	}
}

void
autorun_wait(struct autorun *autorun)
{
	autorun->waiting = true;
}

char *
autorun_source(struct autorun *autorun, const char *file)
{
	char *error = script_push(current(autorun), file, file);

	autorun->held = autorun->ended = false;
	autorun_go_on(autorun);
	return error;
}

void
autorun_changed(struct autorun *autorun, const struct model *model)
{
	if (!autorun->waiting || model->in_flight > 0)
		return;
	autorun->waiting = autorun->held = false;
	autorun_go_on(autorun);
}

bool
autorun_busy(const struct autorun *autorun)
{
	return !autorun->ended || autorun->waiting;
}

/* Reads the files: NULL, or a sentence. */
static char *
read_files(struct autorun *autorun)
{
	const struct autorun_settings *settings = autorun->settings;
	char *error = NULL;

	if (settings->script != NULL)
		error = script_push(autorun->script, settings->script, settings->script);
	if (error == NULL && settings->config != NULL &&
	    (!settings->config_optional || access(settings->config, F_OK) == 0))
		error = script_push(autorun->config, "config", settings->config);
	return error;
}

struct autorun *
autorun_new(struct loop *loop, const struct autorun_settings *settings, char **error)
{
	struct autorun *autorun = mem_alloc(sizeof *autorun);

	autorun->loop = loop;
	autorun->settings = settings;
	autorun->config = script_new();
	autorun->script = script_new();
	*error = read_files(autorun);
	if (*error == NULL)
		return autorun;
	autorun_free(autorun);
	return NULL;
}

void
autorun_free(struct autorun *autorun)
{
	if (autorun == NULL)
		return;
	script_free(autorun->config);
	script_free(autorun->script);
	free(autorun);
}

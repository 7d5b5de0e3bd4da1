/*
 * Commands from files and from the command line, in their order. Decides when the next one may
 * go: after `wait` when nothing is in flight, after `source` when the file has been read. What a
 * command means is cli/command.h's, what it does app/update's.
 */
#include <stdio.h>
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
	struct buf fed; /* lines of a pipe, begun ones too */
	unsigned fed_line; /* number of the last one run */
	bool fed_ended;
	bool ended;
};

enum {
	FED_MAX = 1 << 20, /* bytes of one line of a pipe: what is longer ends it */
	FED_HELD =
	    1 << 16, /* bytes that wait behind a line that holds, before no more is read */
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
		.startup = true,
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
	const struct event event = {
		.kind = EVENT_NOTICE,
		.message = MESSAGE_ERROR,
		.startup = !autorun->named,
		.name = mem_strdup(where),
		.text = error,
	};

	loop_post(autorun->loop, &event);
}

/* True for a line of the config file that the command line overrules. */
static bool
is_overruled(const struct autorun *autorun, const struct command *command)
{
	const struct options *options = autorun->settings->options;

	if (autorun->named || options == NULL)
		return false;
	return options_settle(options,
	    command->verb == VERB_SET && command->argument_count == 2
		? command->arguments[0]
		: command_row_of(command->verb)->name);
}

/* Queues one line of a file. */
static void
run_line(struct autorun *autorun, const char *line, const char *where)
{
	struct event event = { .kind = EVENT_COMMAND, .startup = !autorun->named };
	bool empty;
	char *error = command_parse(line, &event.command, &empty);

	if (error != NULL) {
		complain(autorun, where, error);
	} else if (!empty && is_overruled(autorun, &event.command)) {
		command_clear(&event.command);
	} else if (!empty) {
		autorun->held =
		    event.command.verb == VERB_WAIT || event.command.verb == VERB_SOURCE;
		event.name = mem_strdup(where);
		loop_post(autorun->loop, &event);
	}
}

/* Runs the next whole line of the pipe: false when there is none. */
static bool
run_fed(struct autorun *autorun)
{
	const char *end = autorun->fed.length == 0
	    ? NULL
	    : memchr(autorun->fed.data, '\n', autorun->fed.length);
	size_t used = end == NULL ? 0 : (size_t)(end - autorun->fed.data) + 1;
	char *line, where[32];

	if (end == NULL && autorun->fed_ended)
		used = autorun->fed.length;
	if (used == 0)
		return false;
	line = mem_strndup(autorun->fed.data, used);
	line[strcspn(line, "\r\n")] = '\0';
	buf_drop(&autorun->fed, used);
	snprintf(where, sizeof where, "input line %u", ++autorun->fed_line);
	run_line(autorun, line, where);
	free(line);
	return true;
}

/* Runs what comes next: false when nothing does, for now or for good. */
static bool
run_one(struct autorun *autorun)
{
	const char *where, *line = script_next(current(autorun), &where);

	if (line != NULL)
		run_line(autorun, line, where);
	else if (!autorun->named)
		look_up_names(autorun);
	else if (!run_fed(autorun))
		return false;
	return true;
}

void
autorun_go_on(struct autorun *autorun)
{
	const struct autorun_settings *settings = autorun->settings;

	while (!autorun->held && run_one(autorun)) {
		if (settings->posted != NULL)
			settings->posted(settings->context);
	}
	autorun->ended = !autorun->held && autorun->fed_ended;
}

/* A line without end: says so, and reads no more. */
static void
refuse_line(struct autorun *autorun)
{
	const struct autorun_settings *settings = autorun->settings;
	struct buf error = BUF_INIT;
	char where[32];

	snprintf(where, sizeof where, "input line %u", autorun->fed_line + 1);
	buf_addf(&error,
	    "Expected a command, not a line of more than %d octets: no more is read.",
	    (int)FED_MAX);
	complain(autorun, where, buf_take(&error));
	if (settings->posted != NULL)
		settings->posted(settings->context);
	buf_truncate(&autorun->fed, 0);
	autorun->fed_ended = true;
	autorun_go_on(autorun);
}

void
autorun_feed(struct autorun *autorun, const char *bytes, size_t n)
{
	if (n == 0)
		autorun->fed_ended = true;
	else if (!autorun->fed_ended)
		buf_add(&autorun->fed, bytes, n);
	autorun_go_on(autorun);
	if (!autorun->held && autorun->fed.length > FED_MAX)
		refuse_line(autorun);
}

bool
autorun_full(const struct autorun *autorun)
{
	return autorun->fed_ended || (autorun->held && autorun->fed.length >= FED_HELD);
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

	autorun->held = false;
	autorun_go_on(autorun);
	return error;
}

void
autorun_changed(struct autorun *autorun, const struct model *model)
{
	if (!autorun->waiting || model->in_flight > 0 || loop_is_replaying(autorun->loop) ||
	    loop_is_saving(autorun->loop) || loop_is_recalling(autorun->loop))
		return;
	autorun->waiting = autorun->held = false;
	autorun_go_on(autorun);
}

bool
autorun_busy(const struct autorun *autorun)
{
	return !autorun->ended;
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
	autorun->fed_ended = !settings->fed;
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
	buf_clear(&autorun->fed);
	free(autorun);
}

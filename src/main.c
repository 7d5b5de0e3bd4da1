/*
 * The wiring: options to settings, settings to a loop, the loop to its front end - the interface
 * or a report. Whatever may wait for a disk (resolv.conf, lists of names, the trust store) is
 * read here, before the loop runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/confine.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/text.h"
#include "lab/lab.h"

#include "app/engine.h"
#include "app/loop.h"
#include "cli/command.h"
#include "cli/config_file.h"
#include "cli/held.h"
#include "cli/names.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/reach.h"
#include "cli/report.h"
#include "cli/session.h"
#include "cli/startup.h"
#include "ui/interface.h"
#include "ui/manual.h"
#include "ui/plain.h"
#include "ui/tty.h"
#include "ui/tty_modes.h"

enum {
	DESCRIPTORS_MAX = 65536
};

/* Prints a sentence on standard error, frees it, and returns the status. */
static int
complain(char *sentence, int status)
{
	fprintf(stderr, "mxscope: %s\n", sentence);
	free(sentence);
	return status;
}

/* Makes the loop that plays a recording: NULL with a sentence in *error. */
static struct loop *
make_replay(const struct options *options, char **error)
{
	struct recording *recording =
	    recording_open(options->replay, command_is_complete, error);

	if (recording == NULL)
		return NULL;
	if (recording_trouble(recording) == NULL &&
	    (options->mode == RUN_REPORT) != (recording_start(recording)->jobs > 0)) {
		*error = mem_strdup(options->mode == RUN_REPORT
			? "This is the recording of a session in the interface: play it "
			  "without "
			  "--report."
			: "This is the recording of a report: play it with --report.");
		recording_free(recording);
		return NULL;
	}
	return loop_new_replay(recording, options->pace, error);
}

/* Begins to record what happens in the loop: false with a sentence in *error. */
static bool
keep(struct loop *loop, const struct options *options, char **error)
{
	const struct hash_key mask = startup_mask_key();

	if (options->mode != RUN_REPORT || options->record != NULL)
		loop_keep(loop, options->mode == RUN_REPORT ? (size_t)options->jobs : 0,
		    options->redact ? &mask : NULL);
	if (options->record != NULL)
		*error = loop_record(loop, options->record);
	return *error == NULL;
}

/* Makes the loop of a session of its own: NULL with a sentence in *error. */
static struct loop *
make_loop(const struct options *options, char **error)
{
	struct engine_settings engine;
	struct settings settings;
	struct loop *loop = NULL;

	*error = startup_engine(&engine, options);
	if (*error == NULL) {
		startup_model(&settings, options, &engine);
		loop = loop_new(&settings, &engine, error);
	}
	startup_clear(&engine);
	if (loop != NULL && !keep(loop, options, error)) {
		loop_free(loop);
		loop = NULL;
	}
	return loop;
}

/* The words that stand for names. */
struct words {
	char **items;
	size_t count, capacity;
};

/* Adds a word, copied. */
static void
add_word(struct words *words, const char *word)
{
	words->items =
	    mem_grow(words->items, words->count, &words->capacity, sizeof *words->items);
	words->items[words->count++] = mem_strdup(word);
}

static void
clear_words(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
}

/*
 * The words that the options ask for: those given, the scenario's, or all of the laboratory's. In the
 * laboratory, where no domain lacks a dot, a scenario's name stands for its domain.
 */
static char *
gather_words(const struct options *options, struct words *words)
{
	const struct lab_scenario *scenario;
	size_t count;

	if (options->scenario != NULL) {
		struct buf sentence = BUF_INIT;

		scenario = lab_find(options->scenario);
		if (scenario == NULL) {
			buf_adds(&sentence, "The laboratory has no scenario \"");
			text_printable(&sentence, options->scenario, strlen(options->scenario));
			buf_adds(&sentence, "\": `--lab --report` shows all.");
			return buf_take(&sentence);
		}
		add_word(words, scenario->domain);
	} else if (options->lab && options->mode == RUN_REPORT && options->name_count == 0) {
		scenario = lab_scenarios(&count);
		for (size_t i = 0; i < count; i++)
			add_word(words, scenario[i].domain);
	}
	for (int i = 0; i < options->name_count; i++) {
		scenario = options->lab ? lab_find(options->names[i]) : NULL;
		add_word(words, scenario == NULL ? options->names[i] : scenario->domain);
	}
	return NULL;
}

/* The report that --resume goes on with; one that is not there yet holds nothing. */
static struct held *
read_resumed(const struct options *options, const struct hash_key *key, char **error)
{
	struct held *held;

	if (options->resume == NULL || (access(options->resume, F_OK) != 0 && errno == ENOENT))
		return NULL;
	held = held_read(options->resume, key, error);
	if (held != NULL)
		held_cut_tail(held, STDOUT_FILENO);
	return held;
}

/* How many names are studied at once: as many as then, in a replay. */
static size_t
jobs_of(const struct loop *loop, const struct options *options)
{
	const struct recording *recording = loop_replayed(loop);

	if (recording == NULL || recording_start(recording)->jobs == 0)
		return (size_t)options->jobs;
	return recording_start(recording)->jobs;
}

static int
run_report(struct loop *loop, const struct options *options, struct names *names)
{
	const struct hash_key key = startup_mask_key();
	char *error = NULL;
	struct held *held = read_resumed(options, &key, &error), *expected = NULL;
	int status;

	if (error == NULL && options->expect != NULL)
		expected = held_read(options->expect, &key, &error);
	const struct report_settings settings = {
		.format = options->brief ? REPORT_BRIEF : options->format,
		.redact = options->redact,
		.mask_key = key,
		.held = held,
		.expected = expected,
		.jobs = jobs_of(loop, options),
		.out = stdout,
		.progress = isatty(STDERR_FILENO) ? stderr : NULL,
	};

	status =
	    error != NULL ? complain(error, EXIT_USAGE) : report_run(loop, names, &settings);
	held_free(held);
	held_free(expected);
	return status;
}

/* Reads the names at once, for the interface, which shows them all; a pipe is waited for. */
static void
read_names(struct names *names, struct words *words)
{
	enum names_state state;
	struct name name = { 0 };

	while ((state = names_next(names, &name)) == NAMES_READY || state == NAMES_LATER) {
		char block[4096];
		ssize_t n;

		if (state == NAMES_READY && words->count < NAMES_SESSION_MAX) {
			add_word(words, name.text);
			name_clear(&name);
			continue;
		}
		if (state == NAMES_READY) {
			fprintf(stderr,
			    "mxscope: The lists hold more than %d names, and the "
			    "interface takes no more: --report takes any number.\n",
			    NAMES_SESSION_MAX);
			name_clear(&name);
			return;
		}
		n = read(names_descriptor(names), block, sizeof block);
		if (n >= 0 || errno != EINTR)
			names_feed(names, block, n > 0 ? (size_t)n : 0);
	}
	if (state == NAMES_TROUBLE)
		fprintf(stderr, "mxscope: %s\n", names_trouble(names));
}

/* True when the terminal can do no more than take lines. */
static bool
terminal_is_dumb(void)
{
	const char *type = getenv("TERM");

	return type != NULL && strcmp(type, "dumb") == 0;
}

/* Runs the interface that the options and the terminal ask for. */
static int
run_front_end(struct loop *loop, const struct options *options, const char *prompt,
    const struct autorun_settings *autorun, char **replay)
{
	struct session session = {
		.loop = loop,
		.redact = options->redact,
		.mask_key = startup_mask_key(),
	};
	const struct interface_settings drawn = {
		.theme = options->theme,
		.prompt_history = prompt,
		.autorun = *autorun,
		.session = &session,
	};
	const struct plain_settings plain = {
		.prompt_history = prompt, .autorun = *autorun, .session = &session
	};
	int status;

	if (options->plain || terminal_is_dumb())
		status = plain_run(loop, &plain);
	else
		status = interface_run(loop, &drawn);
	*replay = session.replay;
	return status;
}

static int
run_interface(
    struct loop *loop, const struct options *options, struct names *names, char **replay)
{
	bool named;
	char *config = startup_config(options, &named);
	char *prompt = options->keep_history ? paths_state("prompt") : NULL;
	struct words words = { 0 };
	struct autorun_settings autorun = {
		.config = options->use_config && options->replay == NULL ? config : NULL,
		.config_optional = !named,
		.options = options,
		.script = options->script,
	};
	int status;

	read_names(names, &words);
	autorun.names = (const char *const *)words.items;
	autorun.name_count = (int)words.count;
	if (prompt != NULL)
		paths_make_parents(prompt);
	status = run_front_end(loop, options, prompt, &autorun, replay);
	clear_words(&words);
	free(config);
	free(prompt);
	return status;
}

static int run(struct options *options);

/* True when who reads has no letters but ASCII's; JSON and Markdown are UTF-8 wherever they are written. */
static bool
reads_ascii(const struct options *options)
{
	bool document = options->mode == RUN_REPORT && options->format != REPORT_TEXT;

	return !document && !tty_unicode();
}

/* Runs the interface on a recording, as if the program had been started with it. */
static int
run_replay(const struct options *options, const char *path)
{
	struct options again = *options;

	again.replay = path;
	again.lab = false;
	again.scenario = again.record = again.script = NULL;
	again.name_count = 0;
	return run(&again);
}

/* Runs the program for these options. */
static int
run(struct options *options)
{
	struct words words = { 0 };
	char *error = gather_words(options, &words);
	struct names *names = NULL;
	struct loop *loop = NULL;
	char *replay = NULL;
	int status = EXIT_USAGE;

	if (error == NULL && options->replay != NULL) {
		loop = make_replay(options, &error);
		names = loop == NULL ? NULL : names_recorded(loop_replayed(loop));
	} else if (error == NULL) {
		names = names_new(words.items, (int)words.count, options->share, &error);
		loop = names == NULL ? NULL : make_loop(options, &error);
	}
	if (loop != NULL && reads_ascii(options))
		loop_show_ascii(loop);
	if (loop == NULL)
		status = complain(error, EXIT_USAGE);
	else if (options->mode == RUN_REPORT)
		status = run_report(loop, options, names);
	else
		status = run_interface(loop, options, names, &replay);
	names_free(names);
	loop_free(loop);
	clear_words(&words);
	if (replay != NULL) {
		status = run_replay(options, replay);
		free(replay);
	}
	return status;
}

/* Opens the debug log: NULL, or a sentence. */
static char *
open_trace(const char *path)
{
	struct buf sentence = BUF_INIT;
	FILE *file;
	int fd;

	if (path == NULL)
		return NULL;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (file == NULL) {
		buf_adds(&sentence, "The log ");
		text_printable(&sentence, path, strlen(path));
		buf_addf(&sentence, " cannot be written: %s.", strerror(errno));
		if (fd >= 0)
			close(fd);
		return buf_take(&sentence);
	}
	setvbuf(file, NULL, _IOLBF, 0);
	log_to(file);
	return NULL;
}

/* Gives up what this run will not need. */
static void
give_up(const struct options *options)
{
	struct confine_settings settings;

	if (!options->confined) {
		log_line("confine", "not in force: --no-confine");
		return;
	}
	reach_of(&settings, options);
	confine(&settings);
	confine_clear(&settings);
}

/*
 * A descriptor 0, 1 or 2 that the caller closed would be given to a socket or a log, and a report
 * written there: /dev/null takes its place. In that of standard output it can only be read, so that
 * writing there is the failure that it is.
 */
static void
hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR) < 0)
			return;
	}
}

/* Many names at once need many sockets: takes as many descriptors as the system lets us have. */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MAX ? limit.rlim_max : DESCRIPTORS_MAX;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Prints a text: the exit status, with a sentence where standard output does not take it. */
static int
print(const char *text)
{
	struct buf sentence = BUF_INIT;

	if (fputs(text, stdout) != EOF && fflush(stdout) == 0)
		return 0;
	buf_addf(&sentence, "Standard output cannot be written: %s.", strerror(errno));
	return complain(buf_take(&sentence), EXIT_INTERNAL);
}

/* Prints the completions for this shell. */
static int
print_completion(enum shell shell)
{
	struct buf out = BUF_INIT;
	size_t count;
	struct scenario_row *scenarios = engine_scenarios(&count);
	int status;

	shell_completion(&out, shell, scenarios, count);
	status = print(buf_text(&out));
	buf_clear(&out);
	free(scenarios);
	return status;
}

/* Prints a manual page. */
static int
print_manual(enum manual page)
{
	struct buf out = BUF_INIT;
	char *error = manual_write(&out, page);
	int status = error != NULL ? complain(error, EXIT_INTERNAL) : print(buf_text(&out));

	buf_clear(&out);
	return status;
}

/* Prints the configuration with all defaults. */
static int
print_config(void)
{
	struct buf text = BUF_INIT;
	int status;

	config_text(&text);
	status = print(buf_text(&text));
	buf_clear(&text);
	return status;
}

/* Writes the configuration with all defaults where it was asked for, or where it is read. */
static int
write_config(const struct options *options)
{
	bool named;
	char *path = options->written == NULL ? startup_config(options, &named)
					      : mem_strdup(options->written);
	char *error;

	if (path != NULL && strcmp(path, "-") == 0) {
		free(path);
		return print_config();
	}
	error = path == NULL
	    ? mem_strdup("--write-config expects a file, for there is no home.")
	    : config_write(path);
	if (error == NULL)
		printf("%s was written: take the # off the lines to change.\n", path);
	free(path);
	return error == NULL ? 0 : complain(error, EXIT_USAGE);
}

int
main(int argc, char *argv[])
{
	struct options options;
	char *error, *help;
	int status;

	hold_standard_descriptors();
	raise_descriptor_limit();
	/* Only the encoding: LC_ALL would make library calls fold case by language (Turkish i). */
	setlocale(LC_CTYPE, "");
	mem_on_exhaustion(tty_modes_restore);
	error = options_parse(&options, argc, argv);
	if (error == NULL && options.user != NULL)
		error = confine_become(options.user);
	if (error == NULL)
		error = open_trace(options.trace);
	if (error != NULL)
		return complain(error, EXIT_USAGE);
	switch (options.mode) {
	case RUN_HELP:
		help = options_help();
		status = print(help);
		free(help);
		return status;
	case RUN_COMPLETION:
		return print_completion(options.shell);
	case RUN_MANUAL:
		return print_manual(options.manual);
	case RUN_WRITE_CONFIG:
		return write_config(&options);
	case RUN_VERSION:
		return print("mxscope " MXSCOPE_VERSION "\n");
	case RUN_INTERFACE:
	case RUN_REPORT:
		give_up(&options);
		return run(&options);
	}
	return EXIT_INTERNAL;
}

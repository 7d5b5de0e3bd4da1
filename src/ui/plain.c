/*
 * The linear interface as a front end of the loop. Decides where lines come from - a terminal, on which
 * the prompt is edited, or a pipe - and when they are written; what is told is in plain_news.c, how
 * the prompt's line is kept up to date in plain_line.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/platform.h"

#include "cli/lesson_player.h"
#include "cli/options.h"
#include "ui/input.h"
#include "ui/plain.h"
#include "ui/plain_line.h"
#include "ui/overlay.h"
#include "ui/plain_news.h"
#include "ui/search.h"
#include "ui/tty.h"
#include "ui/words.h"

enum {
	COLUMNS_PIPED = 72, /* of a view, where no terminal tells */
	COLUMNS_LEAST = 20,
	CANDIDATES_TOLD = 20
};

/* Where the lines of standard input come from, and whether more are read now. */
enum feed {
	FEED_NONE,
	FEED_PIPE,
	FEED_PIPE_HELD, /* enough of them waits */
	FEED_FILE, /* nothing tells when there is more: it is read whenever there is room */
};

struct plain {
	struct loop *loop;
	struct session *session;
	struct tty *tty; /* NULL: commands come over a pipe */
	struct input *input; /* with a terminal only */
	struct autorun *autorun;
	struct autorun_settings commands;
	enum feed feed;
	struct plain_news news;
	struct plain_line line;
	char *offered; /* completions, as last told */
	size_t told; /* how often there were news */
	bool answer_due; /* a command was typed, and nothing told since */
};

/* --- writing ---------------------------------------------------------------------------------- */

/* Writes text: on the terminal, in raw mode, a line ends with a carriage return too. */
static void
write_text(struct plain *plain, const struct buf *text)
{
	struct buf raw = BUF_INIT;

	if (plain->tty == NULL) {
		fwrite(buf_text(text), 1, text->length, stdout);
		fflush(stdout);
		return;
	}
	for (size_t i = 0; i < text->length; i++) {
		if (text->data[i] == '\n')
			buf_addc(&raw, '\r');
		buf_addc(&raw, text->data[i]);
	}
	loop_write(plain->loop, buf_text(&raw), raw.length);
	buf_clear(&raw);
}

/* What Tab offers, as lines; empty when it offers nothing. */
static char *
offers(const struct editor_view *view)
{
	struct buf text = BUF_INIT;
	size_t count = view->candidates == NULL ? 0 : view->candidates->count;

	buf_adds(&text, "");
	for (size_t i = 0; i < count && i < CANDIDATES_TOLD; i++) {
		const struct candidate *candidate = &view->candidates->items[i];

		buf_addf(&text, "  %s%s%s\n", candidate->text, candidate->help ? ": " : "",
		    candidate->help ? candidate->help : "");
	}
	if (count > CANDIDATES_TOLD)
		buf_addf(&text, "  and %zu more\n", count - CANDIDATES_TOLD);
	return buf_take(&text);
}

/* Writes what Tab offers, once. */
static void
tell_offers(struct plain *plain, const struct editor_view *view, struct buf *out)
{
	char *text = offers(view);

	if (*text != '\0' && (plain->offered == NULL || strcmp(text, plain->offered) != 0)) {
		plain_line_end(&plain->line, out);
		buf_adds(out, text);
	}
	free(plain->offered);
	plain->offered = text;
}

/* Brings the prompt's line up to date. */
static void
show_prompt(struct plain *plain, struct buf *out)
{
	struct editor_view view;
	struct buf prompt = BUF_INIT;

	if (plain->input == NULL)
		return;
	view = input_prompt(plain->input);
	tell_offers(plain, &view, out);
	if (view.search != NULL)
		buf_addf(&prompt, "(%s) ", view.search);
	buf_adds(&prompt, ": ");
	plain_line_show(&plain->line, out, buf_text(&prompt), view.line);
	buf_clear(&prompt);
}

/* Writes what is new, and the prompt behind it. */
static void
tell(struct plain *plain)
{
	struct buf news = BUF_INIT, out = BUF_INIT;

	plain_news_tell(&plain->news, loop_model(plain->loop), &news);
	if (news.length == 0 && plain->answer_due && loop_model(plain->loop)->in_flight == 0)
		buf_adds(&news, "Done.\n");
	plain->answer_due = false;
	plain->told += news.length > 0;
	if (news.length > 0)
		plain_line_end(&plain->line, &out);
	buf_add(&out, buf_text(&news), news.length);
	show_prompt(plain, &out);
	if (out.length > 0)
		write_text(plain, &out);
	buf_clear(&news);
	buf_clear(&out);
}

/* A command of a file or pipe was posted: carries it out, and tells what it did. */
static void
on_posted(void *context)
{
	struct plain *plain = context;

	plain_news_asked(&plain->news);
	loop_settle(plain->loop);
	tell(plain);
}

/* --- for the loop ------------------------------------------------------------------------------- */

/* Reads on in a file of commands, as far as they are taken. */
static void
read_file(struct plain *plain)
{
	char bytes[4096];

	while (!autorun_full(plain->autorun)) {
		ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

		autorun_feed(plain->autorun, bytes, n > 0 ? (size_t)n : 0);
	}
}

/* Reads on where there is room again, and lets a pipe wait where there is none. */
static void
feed(struct plain *plain)
{
	bool full = autorun_full(plain->autorun);

	if (plain->feed == FEED_FILE) {
		read_file(plain);
	} else if (plain->feed == FEED_PIPE && full) {
		loop_hold_input(plain->loop);
		plain->feed = FEED_PIPE_HELD;
	} else if (plain->feed == FEED_PIPE_HELD && !full) {
		loop_release_input(plain->loop);
		plain->feed = FEED_PIPE;
	}
}

/* True while something is under way whose end commands wait for. */
static bool
is_busy(const struct plain *plain)
{
	return loop_model(plain->loop)->in_flight > 0 || autorun_busy(plain->autorun) ||
	    loop_is_saving(plain->loop) || loop_is_recalling(plain->loop);
}

static void
on_changed(void *context, const struct model *model)
{
	struct plain *plain = context;

	tell(plain);
	autorun_changed(plain->autorun, model);
	feed(plain);
	if (plain->tty == NULL && !is_busy(plain))
		loop_stop(plain->loop, 0);
}

/* Says what went wrong; takes the sentence. */
static void
complain(struct plain *plain, char *sentence)
{
	input_notice(plain->loop, MESSAGE_ERROR, sentence);
}

static void
carry_source(struct plain *plain, const struct effect *effect)
{
	char *error = autorun_source(plain->autorun, effect->text);

	if (error != NULL)
		complain(plain, error);
}

static void
carry_wait(struct plain *plain, const struct effect *effect)
{
	(void)effect;
	autorun_wait(plain->autorun);
}

static void
carry_lesson(struct plain *plain, const struct effect *effect)
{
	lesson_player_open(plain->loop, effect->text);
}

static void
carry_run(struct plain *plain, const struct effect *effect)
{
	lesson_player_run(plain->loop, effect->text);
}

static void
carry_prompt(struct plain *plain, const struct effect *effect)
{
	if (plain->input != NULL)
		input_set_prompt(plain->input, effect->text);
}

/* Looks through the view, or the rows of the focused list, as they are told. */
static void
carry_search(struct plain *plain, const struct effect *effect)
{
	const struct model *model = loop_model(plain->loop);
	struct buf lines = BUF_INIT;
	struct event found;

	if (model->view != VIEW_NONE)
		overlay_text(&lines, model, plain->news.unicode, plain->news.columns);
	else
		words_rows(&lines, model);
	found = search_lines(&lines, model, effect);
	if (found.matches > 0)
		found.text = search_line(&lines, found.row);
	loop_post(plain->loop, &found);
	buf_clear(&lines);
}

static void
carry_bell(struct plain *plain, const struct effect *effect)
{
	(void)effect;
	if (plain->tty != NULL)
		loop_write(plain->loop, "\a", 1);
}

/* What only a drawn screen can do is answered with a sentence; a config file may well ask for it. */
static void
carry_nothing(struct plain *plain, const struct effect *effect)
{
	(void)effect;
	if (loop_is_starting(plain->loop))
		return;
	complain(plain,
	    mem_strdup(
		"The linear interface has no screen, colours or keys: start mxscope without "
		"--plain for that."));
}

/* Takes the terminal again and says where one is. */
static void
resume(struct plain *plain)
{
	tty_resume(plain->tty);
	plain->line.open = false;
	tell(plain);
}

static void
carry_suspend(struct plain *plain, const struct effect *effect)
{
	(void)effect;
	if (plain->tty != NULL && tty_suspend(plain->tty))
		resume(plain);
}

static void
on_effect(void *context, const struct effect *effect, const struct model *model)
{
	static void (*const carry[])(struct plain *, const struct effect *) = {
		[EFFECT_THEME] = carry_nothing,
		[EFFECT_BIND] = carry_nothing,
		[EFFECT_SCREEN] = carry_nothing,
		[EFFECT_MOUSE] = carry_nothing,
		[EFFECT_COPY] = carry_nothing,
		[EFFECT_PALETTE] = carry_nothing,
		[EFFECT_BELL] = carry_bell,
		[EFFECT_SEARCH] = carry_search,
		[EFFECT_SOURCE] = carry_source,
		[EFFECT_WAIT] = carry_wait,
		[EFFECT_LESSON] = carry_lesson,
		[EFFECT_RUN] = carry_run,
		[EFFECT_PROMPT] = carry_prompt,
		[EFFECT_SUSPEND] = carry_suspend,
	};

	struct plain *plain = context;

	if (session_carry_out(plain->session, effect, model))
		return;
	if (effect->kind < sizeof carry / sizeof *carry && carry[effect->kind] != NULL)
		carry[effect->kind](plain, effect);
}

/* --- from the terminal ------------------------------------------------------------------------------ */

static void on_key_timeout(void *context);

/*
 * Takes what was typed, up to the end of a line, and shows the line before it is carried out.
 * Returns how many bytes that were.
 */
static size_t
take_line(struct plain *plain, const char *bytes, size_t n)
{
	const char *end = n > 1 ? memchr(bytes, '\r', n) : NULL;
	size_t taken = n, told = plain->told;
	bool posted;

	if (end != NULL)
		taken = end > bytes ? (size_t)(end - bytes) : 1;
	if (taken == 1 && (*bytes == '\r' || *bytes == '\n'))
		plain_news_asked(&plain->news);
	posted = input_take(plain->input, bytes, taken);
	plain->answer_due = posted && plain->told == told;
	if (!posted || taken < n)
		tell(plain);
	return taken;
}

/* Takes what was typed, and waits for the rest of a sequence. */
static void
take_input(struct plain *plain, const char *bytes, size_t n)
{
	for (size_t taken = take_line(plain, bytes, n); taken < n;)
		taken += take_line(plain, bytes + taken, n - taken);
	loop_at(
	    plain->loop, LOOP_TIMER_KEY, input_deadline(plain->input), on_key_timeout, plain);
}

static void
on_key_timeout(void *context)
{
	take_input(context, "", 0);
}

static void
on_typed(void *context, const char *bytes, size_t n)
{
	struct plain *plain = context;

	if (n == 0) /* the terminal is gone */
		loop_stop(plain->loop, 128 + SIGHUP);
	else
		take_input(plain, bytes, n);
}

static void
on_terminal_signal(void *context, int signal)
{
	const struct effect suspend = { .kind = EFFECT_SUSPEND };
	struct plain *plain = context;

	if (plain->tty == NULL)
		return;
	if (signal == SIGTSTP)
		carry_suspend(plain, &suspend);
	else if (signal == SIGCONT)
		resume(plain);
}

/* All that was to be written went out. */
static void
on_drained(void *context)
{
	(void)context;
}

/* --- from a pipe ------------------------------------------------------------------------------------ */

static void
on_piped(void *context, const char *bytes, size_t n)
{
	struct plain *plain = context;

	if (n > 0)
		plain_news_asked(&plain->news);
	autorun_feed(plain->autorun, bytes, n);
	on_changed(plain, loop_model(plain->loop));
}

/* Takes commands from standard input: a file is read at once, as far as they are taken, a pipe is watched. */
static void
watch_pipe(struct plain *plain)
{
	if (platform_can_wait(STDIN_FILENO)) {
		loop_watch_input(plain->loop, STDIN_FILENO, on_piped, plain);
		plain->feed = FEED_PIPE;
		return;
	}
	plain->feed = FEED_FILE;
	feed(plain);
}

/* Gives moves to the attempts: without panes in sight, nobody expects them among the domains. */
static void
post_focus(struct plain *plain)
{
	const struct event event = {
		.kind = EVENT_COMMAND,
		.command = { .verb = VERB_FOCUS,
		    .arguments = { mem_strdup(pane_name(PANE_MX)) },
		    .argument_count = 1 },
	};

	loop_post(plain->loop, &event);
}

/* Queues what is to be done first, and shows the prompt. */
static void
on_begin(void *context)
{
	struct plain *plain = context;

	post_focus(plain);
	autorun_go_on(plain->autorun);
	if (plain->commands.fed)
		watch_pipe(plain);
	tell(plain);
}

/* --- beginning and end -------------------------------------------------------------------------------- */

/* Opens prompt and terminal: NULL, or a sentence. */
static char *
open_terminal(struct plain *plain, const char *history)
{
	char *error = NULL;
	int fd, rows, columns;

	plain->input = input_new(plain->loop, NULL, history);
	if (plain->input == NULL)
		return mem_strdup(
		    "The system gives no pseudo-terminal for the prompt: use --report.");
	loop_on_terminal_signal(plain->loop, on_terminal_signal, plain);
	plain->tty = tty_open_lines(&error);
	if (plain->tty == NULL)
		return error;
	tty_size(plain->tty, &rows, &columns);
	plain->news.columns = columns > COLUMNS_LEAST ? columns - 1 : COLUMNS_LEAST;
	fd = tty_descriptor(plain->tty);
	loop_open_output(plain->loop, fd, on_drained, plain);
	loop_watch_input(plain->loop, fd, on_typed, plain);
	return NULL;
}

/* Opens what commands come from: NULL, or a sentence. */
static char *
open_commands(struct plain *plain, const struct plain_settings *settings)
{
	bool piped = !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO);
	char *error = NULL;

	plain->commands = settings->autorun;
	plain->commands.fed = piped;
	plain->commands.posted = on_posted;
	plain->commands.context = plain;
	plain->autorun = autorun_new(plain->loop, &plain->commands, &error);
	if (error == NULL && !piped)
		error = open_terminal(plain, settings->prompt_history);
	return error;
}

/* Ends the line that is open and gives the terminal back. */
static void
close_plain(struct plain *plain)
{
	struct buf out = BUF_INIT;

	plain_line_end(&plain->line, &out);
	if (plain->tty != NULL)
		write_text(plain, &out);
	buf_clear(&out);
	tty_close(plain->tty);
	input_free(plain->input);
	autorun_free(plain->autorun);
	plain_news_clear(&plain->news);
	plain_line_clear(&plain->line);
	free(plain->offered);
}

int
plain_run(struct loop *loop, const struct plain_settings *settings)
{
	struct plain plain = { .loop = loop, .session = settings->session };
	const struct front_end front_end = {
		.context = &plain,
		.begin = on_begin,
		.changed = on_changed,
		.effect = on_effect,
	};
	char *error;
	int status = EXIT_USAGE;

	plain_news_init(&plain.news, tty_unicode(), COLUMNS_PIPED);
	error = open_commands(&plain, settings);
	if (error == NULL)
		status = loop_run(loop, &front_end);
	close_plain(&plain);
	if (error != NULL)
		fprintf(stderr, "mxscope: %s\n", error);
	free(error);
	return status;
}

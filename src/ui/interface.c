/*
 * The interface as a front end of the loop: when the model changed, it is drawn; what an effect asks of
 * terminal, theme, keys and scripts is carried out. A key is drawn at once; everything else at
 * most sixty times a second; a terminal that does not take its bytes skips frames.
 *
 * What keys mean is in input.c, what a command does in app/update*.c; what a pane looks like is its own.
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
#include "util/text.h"

#include "cli/autorun.h"
#include "cli/lesson_player.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "ui/clipboard.h"
#include "ui/farewell.h"
#include "ui/input.h"
#include "ui/interface.h"
#include "ui/screen.h"
#include "ui/theme_choice.h"
#include "ui/tty.h"

enum {
	FRAME_US = 16000, /* between two frames, on average */
	FRAMES_AHEAD = 3, /* behind a quiet while so many more may come at once */
	COPIED_COLUMNS = 72, /* of a view that is copied */
};

struct interface {
	struct loop *loop;
	struct tty *tty;
	struct input *input;
	struct screen *screen;
	struct canvas canvas;
	struct theme_choice *choice;
	const struct theme *theme; /* in force */
	const struct interface_settings *settings;
	struct autorun *autorun;
	int64_t due_us; /* when the next frame is due, were they evenly spread */
	bool waiting; /* a frame was ordered */
	bool at_once; /* a key was pressed: the next change is drawn without delay */
};

/* Puts what is wrong on the status line; takes the sentence. */
static void
complain(struct interface *interface, char *sentence)
{
	input_notice(interface->loop, MESSAGE_ERROR, sentence);
}

/* --- drawing ---------------------------------------------------------------------------- */

/* Draws the model into the canvas. */
static void
compose(struct interface *interface, const struct model *model)
{
	const struct editor_view view = input_prompt(interface->input);

	if (interface->canvas.rows != model->rows ||
	    interface->canvas.columns != model->columns)
		canvas_resize(&interface->canvas, model->rows, model->columns);
	canvas_blank(&interface->canvas);
	screen_draw(interface->screen, model, &view, &interface->canvas);
}

/* Counts a frame that is drawn now; those that keys had drawn delay others by one at most. */
static void
pass_frame(struct interface *interface)
{
	int64_t now_us = loop_now(interface->loop), latest = now_us + FRAMES_AHEAD * FRAME_US;

	if (interface->due_us < now_us)
		interface->due_us = now_us;
	if (interface->due_us > latest)
		interface->due_us = latest;
	interface->due_us += FRAME_US;
}

/* Draws a frame and sends it, unless the terminal has not taken the last one yet. */
static void
draw(struct interface *interface)
{
	const struct model *model = loop_model(interface->loop);
	struct event layout;
	const char *bytes;
	size_t n;

	if (model->rows == 0 || loop_write_pending(interface->loop) > 0)
		return;
	compose(interface, model);
	bytes = tty_paint(interface->tty, &interface->canvas, &n);
	if (n > 0)
		loop_write(interface->loop, bytes, n);
	pass_frame(interface);
	interface->at_once = false;
	if (screen_layout_event(interface->screen, model, &layout))
		loop_post(interface->loop, &layout);
}

static void
on_frame(void *context)
{
	struct interface *interface = context;

	interface->waiting = false;
	draw(interface);
}

/*
 * The model changed: draws at once behind a key, otherwise when the frame's time has come. Answers
 * come in bursts: the last of them must not wait for a frame's length because the first was drawn.
 */
static void
on_changed(void *context, const struct model *model)
{
	struct interface *interface = context;

	autorun_changed(interface->autorun, model);
	if (interface->at_once) {
		draw(interface);
	} else if (!interface->waiting) {
		interface->waiting = true;
		loop_at(interface->loop, LOOP_TIMER_FRAME,
		    interface->due_us - FRAMES_AHEAD * FRAME_US, on_frame, interface);
	}
}

/* --- effects ------------------------------------------------------------------------------ */

static void
carry_theme(struct interface *interface, const struct effect *effect, const struct model *model)
{
	char *error = theme_choice_take(interface->choice, effect->text);

	(void)model;
	if (error != NULL)
		complain(interface, error);
}

static void
carry_bind(struct interface *interface, const struct effect *effect, const struct model *model)
{
	char *error = input_bind(interface->loop, effect->text, effect->more);

	(void)model;
	if (error != NULL)
		complain(interface, error);
}

static void
carry_search(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	const struct event found =
	    screen_find(interface->screen, model, interface->canvas.unicode, effect);

	loop_post(interface->loop, &found);
}

/* Writes a text to a file; complains, by what it is, when that cannot be done. */
static void
write_file(struct interface *interface, const char *path, const char *what, const char *text)
{
	struct buf sentence = BUF_INIT;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	size_t length = strlen(text);
	bool written = file != NULL && fwrite(text, 1, length, file) == length;

	if (file == NULL && fd >= 0)
		close(fd);
	if (file != NULL && fclose(file) != 0)
		written = false;
	if (written)
		return;
	buf_addf(&sentence, "The %s cannot be written to ", what);
	text_printable(&sentence, path, strlen(path));
	buf_addf(&sentence, ": %s.", strerror(errno));
	complain(interface, buf_take(&sentence));
}

/* Writes the screen as text. */
static void
carry_screen(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	struct buf text = BUF_INIT;

	compose(interface, model);
	canvas_text(&interface->canvas, &text);
	write_file(interface, effect->text, "screen", buf_text(&text));
	buf_clear(&text);
}

static void
carry_source(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	char *error = autorun_source(interface->autorun, effect->text);

	(void)model;
	if (error != NULL)
		complain(interface, error);
}

static void
carry_lesson(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)model;
	lesson_player_open(interface->loop, effect->text);
}

static void
carry_run(struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)model;
	lesson_player_run(interface->loop, effect->text);
}

static void
carry_wait(struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)effect;
	(void)model;
	autorun_wait(interface->autorun);
}

static void
carry_mouse(struct interface *interface, const struct effect *effect, const struct model *model)
{
	size_t n;
	const char *bytes = tty_mouse(interface->tty, effect->fresh, &n);

	(void)model;
	loop_write(interface->loop, bytes, n);
}

/* Gives the text to the terminal, and says what was given: whether it was taken no terminal tells. */
static void
give_to_clipboard(struct interface *interface, const char *text)
{
	enum clipboard_carrier carrier = clipboard_carrier_here();
	struct buf bytes = BUF_INIT, sentence = BUF_INIT;
	size_t line = strcspn(text, "\n");

	clipboard_sequence(&bytes, text, carrier);
	loop_write(interface->loop, buf_text(&bytes), bytes.length);
	buf_adds(&sentence,
	    carrier == CARRIER_TMUX
		? "Given to tmux, which hands it on where `set-clipboard` is on: "
		: "Given to the terminal's clipboard: ");
	buf_add(&sentence, text, line);
	buf_adds(&sentence, text[line] != '\0' ? " ..." : "");
	input_notice(interface->loop, MESSAGE_INFO, buf_take(&sentence));
	buf_clear(&bytes);
}

static void
carry_copy(struct interface *interface, const struct effect *effect, const struct model *model)
{
	struct buf text = BUF_INIT;

	clipboard_text(&text, model, effect->text, interface->canvas.unicode, COPIED_COLUMNS);
	if (text.length == 0)
		complain(interface, mem_strdup("There is nothing here to copy."));
	else if (text.length > CLIPBOARD_MAX)
		complain(interface,
		    mem_strdup("That is more than a terminal's clipboard takes: `save FILE` "
			       "writes it."));
	else
		give_to_clipboard(interface, buf_text(&text));
	buf_clear(&text);
}

static void
carry_prompt(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)model;
	input_set_prompt(interface->input, effect->text);
}

static void
carry_palette(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)effect;
	(void)model;
	input_palette(interface->input);
}

static void
carry_bell(struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)effect;
	(void)model;
	loop_write(interface->loop, "\a", 1);
}

static void
carry_redraw(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)effect;
	(void)model;
	tty_redraw(interface->tty);
}

/* Tells the model how large the terminal is. */
static void
post_size(struct interface *interface)
{
	struct event event = { .kind = EVENT_RESIZE };

	tty_size(interface->tty, &event.rows, &event.columns);
	loop_post(interface->loop, &event);
}

/* Takes the terminal again; it may have another size now. */
static void
resume(struct interface *interface)
{
	tty_resume(interface->tty);
	interface->at_once = true;
	post_size(interface);
}

static void
carry_suspend(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)effect;
	(void)model;
	if (tty_suspend(interface->tty))
		resume(interface);
}

static void
on_effect(void *context, const struct effect *effect, const struct model *model)
{
	static void (*const carry[])(
	    struct interface *, const struct effect *, const struct model *) = {
		[EFFECT_THEME] = carry_theme,
		[EFFECT_BIND] = carry_bind,
		[EFFECT_SEARCH] = carry_search,
		[EFFECT_SCREEN] = carry_screen,
		[EFFECT_SOURCE] = carry_source,
		[EFFECT_WAIT] = carry_wait,
		[EFFECT_LESSON] = carry_lesson,
		[EFFECT_RUN] = carry_run,
		[EFFECT_COPY] = carry_copy,
		[EFFECT_MOUSE] = carry_mouse,
		[EFFECT_BELL] = carry_bell,
		[EFFECT_PROMPT] = carry_prompt,
		[EFFECT_PALETTE] = carry_palette,
		[EFFECT_REDRAW] = carry_redraw,
		[EFFECT_SUSPEND] = carry_suspend,
	};

	struct interface *interface = context;

	if (session_carry_out(interface->settings->session, effect, model))
		return;
	if (effect->kind < sizeof carry / sizeof *carry && carry[effect->kind] != NULL)
		carry[effect->kind](interface, effect, model);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void on_key_timeout(void *context);

/* Does what keys there are mean, draws it at once, and waits for the rest of a sequence. */
static void
take_input(struct interface *interface, const char *bytes, size_t n)
{
	interface->at_once = true;
	if (!input_take(interface->input, bytes, n))
		draw(interface); /* otherwise on_changed() does */
	loop_at(interface->loop, LOOP_TIMER_KEY, input_deadline(interface->input),
	    on_key_timeout, interface);
}

static void
on_key_timeout(void *context)
{
	take_input(context, NULL, 0);
}

static void
on_input(void *context, const char *bytes, size_t n)
{
	struct interface *interface = context;

	if (n == 0) /* the terminal is gone */
		loop_stop(interface->loop, 128 + SIGHUP);
	else
		take_input(interface, bytes, n);
}

/* --- the terminal ------------------------------------------------------------------------------ */

static void
on_terminal_signal(void *context, int signal)
{
	struct interface *interface = context;
	const struct effect suspend = { .kind = EFFECT_SUSPEND };

	if (interface->tty == NULL)
		return;
	if (signal == SIGTSTP) {
		on_effect(interface, &suspend, loop_model(interface->loop));
	} else if (signal == SIGCONT) {
		resume(interface);
	} else {
		tty_resized(interface->tty);
		interface->at_once = true;
		post_size(interface);
	}
}

static void
on_drained(void *context)
{
	draw(context);
}

/* --- beginning and end ---------------------------------------------------------------------------- */

/* A theme came into force. */
static void
on_theme(void *context, const struct theme *theme)
{
	struct interface *interface = context;

	interface->theme = theme;
	if (interface->tty != NULL)
		tty_set_theme(interface->tty, theme);
}

/* Opens prompt and terminal, in this order: libedit and ncurses share what they know of terminals. */
static char *
open_terminal(struct interface *interface)
{
	const char *no_color = getenv("NO_COLOR");
	char *error = NULL;
	int fd;

	interface->input =
	    input_new(interface->loop, interface->screen, interface->settings->prompt_history);
	if (interface->input == NULL)
		return mem_strdup(
		    "The system gives no pseudo-terminal for the prompt: use --report.");
	loop_on_terminal_signal(interface->loop, on_terminal_signal, interface);
	interface->tty =
	    tty_open(interface->theme, no_color == NULL || *no_color == '\0', &error);
	if (interface->tty == NULL)
		return error;
	fd = tty_descriptor(interface->tty);
	loop_open_output(interface->loop, fd, on_drained, interface);
	loop_watch_input(interface->loop, fd, on_input, interface);
	return NULL;
}

/* With names to look up the panes have the keys from the first one typed on, however many names there are. */
static void
leave_prompt(struct interface *interface)
{
	const struct event focus = {
		.kind = EVENT_COMMAND,
		.command = { .verb = VERB_FOCUS,
		    .arguments = { mem_strdup(pane_name(PANE_MX)) },
		    .argument_count = 1 },
	};

	loop_post(interface->loop, &focus);
	loop_settle(interface->loop);
}

/* The terminal told the colour of its ground. */
static void
on_ground(void *context, uint32_t rgb)
{
	struct interface *interface = context;

	theme_choice_ground(interface->choice, rgb);
}

/* Asks the terminal for its ground; nothing waits for the answer. */
static void
ask_ground(struct interface *interface)
{
	size_t n;
	const char *question = tty_ask_ground(interface->tty, &n);

	if (n == 0)
		return;
	input_expect_ground(interface->input, on_ground, interface);
	loop_write(interface->loop, question, n);
}

/* Queues what is to be seen first. */
static void
on_begin(void *context)
{
	struct interface *interface = context;
	const struct effect mouse = {
		.kind = EFFECT_MOUSE,
		.fresh = loop_model(interface->loop)->settings.mouse,
	};

	post_size(interface);
	if (interface->settings->autorun.name_count > 0)
		leave_prompt(interface);
	if (theme_choice_wants_ground(interface->choice))
		ask_ground(interface);
	if (mouse.fresh)
		on_effect(interface, &mouse, loop_model(interface->loop));
	autorun_go_on(interface->autorun);
}

/* Frees everything; the terminal is as it was. */
static void
close_interface(struct interface *interface)
{
	tty_close(interface->tty);
	input_free(interface->input);
	screen_free(interface->screen);
	autorun_free(interface->autorun);
	canvas_clear(&interface->canvas);
	theme_choice_free(interface->choice);
}

/* Prints what was studied where the shell goes on, unless that is no terminal. */
static void
take_leave(const struct interface *interface)
{
	const struct model *model = loop_model(interface->loop);
	struct buf text = BUF_INIT;

	if (!model->quitting || !model->settings.leave_summary || !isatty(STDOUT_FILENO))
		return;
	farewell_text(&text, model, tty_unicode(), model->columns);
	fwrite(buf_text(&text), 1, text.length, stdout);
	fflush(stdout);
	buf_clear(&text);
}

int
interface_run(struct loop *loop, const struct interface_settings *settings)
{
	struct interface interface = {
		.loop = loop,
		.settings = settings,
		.screen = screen_new(),
	};
	const struct front_end front_end = {
		.context = &interface,
		.begin = on_begin,
		.changed = on_changed,
		.effect = on_effect,
	};
	char *error;
	int status = EXIT_USAGE;

	canvas_init(&interface.canvas, tty_unicode());
	interface.choice = theme_choice_new(loop, getenv("COLORFGBG"), on_theme, &interface);
	error = theme_choice_take(interface.choice, settings->theme);
	if (error == NULL)
		interface.autorun = autorun_new(loop, &settings->autorun, &error);
	if (error == NULL)
		error = open_terminal(&interface);
	if (error == NULL)
		status = loop_run(loop, &front_end);
	close_interface(&interface);
	loop_release_signals(loop);
	take_leave(&interface);
	if (error != NULL)
		fprintf(stderr, "mxscope: %s\n", error);
	free(error);
	return status;
}

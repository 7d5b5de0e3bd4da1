/*
 * The interface as a front end of the loop: bytes become keys, keys become commands or text for the
 * prompt, commands become events; what the model then is, is drawn. A key is drawn at once;
 * everything else at most sixty times a second; a terminal that does not take its bytes skips frames.
 *
 * What a command does is app/update*.c's; what a pane looks like is its own.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/editor.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/script.h"
#include "ui/decoder.h"
#include "ui/interface.h"
#include "ui/keymap.h"
#include "ui/screen.h"
#include "ui/theme.h"
#include "ui/tty.h"

enum {
	FRAME_US = 16000,
	THEME_BYTES_MAX = 65536,
	WHEEL_UP = 64,
	WHEEL_DOWN = 65
};

struct interface {
	struct loop *loop;
	struct tty *tty;
	struct editor *editor;
	struct decoder *decoder;
	struct keymap *keymap;
	struct screen *screen;
	struct canvas canvas;
	struct theme theme;
	struct script *script;
	bool held; /* the script waits for `wait` or `source` to be carried out */
	bool waiting; /* `wait` was: go on when nothing is in flight */
	int64_t drawn_us; /* when the last frame was drawn */
	bool at_once; /* a key was pressed: the next change is drawn without delay */
	bool posted; /* the key led to an event: the change will be drawn behind it */
};

static void run_script(struct interface *interface);

/* --- what goes to the loop ------------------------------------------------------------- */

static void
post(struct interface *interface, const struct event *event)
{
	interface->posted = true;
	loop_post(interface->loop, event);
}

/* Puts a sentence on the status line; takes it. */
static void
notice(struct interface *interface, enum message_kind kind, char *sentence)
{
	const struct event event = { .kind = EVENT_NOTICE, .message = kind, .text = sentence };

	post(interface, &event);
}

/* Queues a command line. False, with a sentence on the status line, when it is none. */
static bool
say(struct interface *interface, const char *line)
{
	struct event event = { .kind = EVENT_COMMAND };
	bool empty;
	char *error = command_parse(line, &event.command, &empty);

	if (error != NULL) {
		notice(interface, MESSAGE_ERROR, error);
		return false;
	}
	if (!empty)
		post(interface, &event);
	return true;
}

/* --- drawing ---------------------------------------------------------------------------- */

/* Draws the model into the canvas. */
static void
compose(struct interface *interface, const struct model *model)
{
	const struct editor_view view = editor_view(interface->editor);

	if (interface->canvas.rows != model->rows ||
	    interface->canvas.columns != model->columns)
		canvas_resize(&interface->canvas, model->rows, model->columns);
	canvas_blank(&interface->canvas);
	screen_draw(interface->screen, model, &view, &interface->canvas);
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
	interface->drawn_us = loop_now(interface->loop);
	interface->at_once = false;
	if (screen_layout_event(interface->screen, model, &layout))
		loop_post(interface->loop, &layout);
}

static void
on_frame(void *context)
{
	draw(context);
}

/* The model changed: draws at once behind a key, otherwise when the frame's time has come. */
static void
on_changed(void *context, const struct model *model)
{
	struct interface *interface = context;
	int64_t next = interface->drawn_us + FRAME_US;

	if (interface->waiting && model->in_flight == 0) {
		interface->waiting = interface->held = false;
		run_script(interface);
	}
	if (interface->at_once || loop_now(interface->loop) >= next)
		draw(interface);
	else
		loop_at(interface->loop, LOOP_TIMER_FRAME, next, on_frame, interface);
}

/* --- scripts ------------------------------------------------------------------------------ */

/* Queues the script's commands up to the next `wait` or `source`. */
static void
run_script(struct interface *interface)
{
	const char *line, *where;

	while (!interface->held && (line = script_next(interface->script, &where)) != NULL) {
		struct event event = { .kind = EVENT_COMMAND };
		struct buf sentence = BUF_INIT;
		bool empty;
		char *error = command_parse(line, &event.command, &empty);

		if (error != NULL) {
			buf_addf(&sentence, "%s: %s", where, error);
			notice(interface, MESSAGE_ERROR, buf_take(&sentence));
			free(error);
		} else if (!empty) {
			interface->held = event.command.verb == VERB_WAIT ||
			    event.command.verb == VERB_SOURCE;
			post(interface, &event);
		}
	}
}

/* --- effects ------------------------------------------------------------------------------ */

/* Loads a theme by name or file: NULL, or a sentence. */
static char *
load_theme(struct interface *interface, const char *name)
{
	struct theme theme;
	struct buf sentence = BUF_INIT;
	char *text, *error;

	if (theme_embedded(&theme, name)) {
		interface->theme = theme;
		return NULL;
	}
	theme_embedded(&theme, "default");
	text = paths_read(name, THEME_BYTES_MAX);
	if (text == NULL) {
		buf_adds(&sentence, "The theme ");
		text_printable(&sentence, name, strlen(name));
		buf_addf(&sentence, " is neither built in nor a file that can be read: %s.",
		    strerror(errno));
		return buf_take(&sentence);
	}
	error = theme_parse(&theme, text);
	free(text);
	if (error == NULL) {
		interface->theme = theme;
		return NULL;
	}
	buf_adds(&sentence, "The theme ");
	text_printable(&sentence, name, strlen(name));
	buf_addf(&sentence, " is not valid: %s", error);
	free(error);
	return buf_take(&sentence);
}

/* A name without a slash may stand for a file in the user's themes folder. */
static char *
find_theme(struct interface *interface, const char *name)
{
	struct buf file = BUF_INIT;
	char *path, *error = load_theme(interface, name);

	if (error == NULL || strchr(name, '/') != NULL)
		return error;
	buf_addf(&file, "themes/%s.theme", name);
	path = paths_config(buf_text(&file));
	buf_clear(&file);
	if (path != NULL && access(path, R_OK) == 0) {
		free(error);
		error = load_theme(interface, path);
	}
	free(path);
	return error;
}

static void
carry_theme(struct interface *interface, const struct effect *effect, const struct model *model)
{
	char *error = find_theme(interface, effect->text);

	(void)model;
	if (error != NULL)
		notice(interface, MESSAGE_ERROR, error);
	else
		tty_set_theme(interface->tty, &interface->theme);
}

static void
carry_bind(struct interface *interface, const struct effect *effect, const struct model *model)
{
	char *error = keymap_bind(interface->keymap, effect->text, effect->more);

	(void)model;
	if (error != NULL)
		notice(interface, MESSAGE_ERROR, error);
}

/* Writes the screen as text. */
static void
carry_screen(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	struct buf text = BUF_INIT, sentence = BUF_INIT;
	FILE *file = fopen(effect->text, "we");
	bool written;

	compose(interface, model);
	canvas_text(&interface->canvas, &text);
	written = file != NULL && fwrite(text.data, 1, text.length, file) == text.length;
	if (file != NULL && fclose(file) != 0)
		written = false;
	if (!written) {
		buf_adds(&sentence, "The screen cannot be written to ");
		text_printable(&sentence, effect->text, strlen(effect->text));
		buf_addf(&sentence, ": %s.", strerror(errno));
		notice(interface, MESSAGE_ERROR, buf_take(&sentence));
	}
	buf_clear(&text);
}

static void
carry_source(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	char *error = script_push(interface->script, effect->text, effect->text);

	(void)model;
	if (error != NULL)
		notice(interface, MESSAGE_ERROR, error);
	interface->held = false;
	run_script(interface);
}

static void
carry_wait(struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)effect;
	(void)model;
	interface->waiting = true;
}

static void
carry_mouse(struct interface *interface, const struct effect *effect, const struct model *model)
{
	size_t n;
	const char *bytes = tty_mouse(interface->tty, effect->fresh, &n);

	(void)model;
	loop_write(interface->loop, bytes, n);
}

static void
carry_prompt(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)model;
	editor_set(interface->editor, effect->text);
}

static void
carry_redraw(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)effect;
	(void)model;
	tty_redraw(interface->tty);
}

/* Stops the whole job, so that the shell that started it gets the terminal. */
static void
carry_suspend(
    struct interface *interface, const struct effect *effect, const struct model *model)
{
	(void)effect;
	(void)model;
	tty_suspend(interface->tty);
	kill(0, SIGSTOP);
}

static void
on_effect(void *context, const struct effect *effect, const struct model *model)
{
	static void (*const carry[])(
	    struct interface *, const struct effect *, const struct model *) = {
		[EFFECT_THEME] = carry_theme,
		[EFFECT_BIND] = carry_bind,
		[EFFECT_SCREEN] = carry_screen,
		[EFFECT_SOURCE] = carry_source,
		[EFFECT_WAIT] = carry_wait,
		[EFFECT_MOUSE] = carry_mouse,
		[EFFECT_PROMPT] = carry_prompt,
		[EFFECT_REDRAW] = carry_redraw,
		[EFFECT_SUSPEND] = carry_suspend,
	};

	if (effect->kind < sizeof carry / sizeof *carry && carry[effect->kind] != NULL)
		carry[effect->kind](context, effect, model);
}

/* --- the prompt ---------------------------------------------------------------------------- */

/* Gives the keys back to the panes. */
static void
leave_prompt(struct interface *interface)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "focus %s", pane_name(loop_model(interface->loop)->focus));
	say(interface, buf_text(&line));
	buf_clear(&line);
}

/* Enter: the line is carried out and the panes get the keys; a line that is none stays to be mended. */
static void
accept_line(struct interface *interface)
{
	char *line = editor_line(interface->editor);
	struct command command;
	bool empty;
	char *error = command_parse(line, &command, &empty);

	if (!empty)
		editor_remember(interface->editor, line);
	if (error != NULL) {
		notice(interface, MESSAGE_ERROR, error);
		editor_set(interface->editor, line);
		free(line);
		return;
	}
	if (!empty && command.verb == VERB_LOOKUP)
		say(interface, "focus mx");
	else
		leave_prompt(interface);
	command_clear(&command);
	if (!empty)
		say(interface, line);
	free(line);
}

/* Carries on with what a key led to in the editor. */
static void
after_edit(struct interface *interface, enum editor_event event)
{
	switch (event) {
	case EDITOR_NOTHING:
		break;
	case EDITOR_LINE:
		accept_line(interface);
		break;
	case EDITOR_CANCEL:
		editor_cancel(interface->editor);
		leave_prompt(interface);
		break;
	case EDITOR_END:
		leave_prompt(interface);
		break;
	}
}

/* Offers candidates for the word at the cursor. */
static void
complete(void *context, const char *line, size_t cursor, struct candidates *candidates)
{
	const struct interface *interface = context;

	completion_find(candidates, loop_model(interface->loop), line, cursor);
}

static void
complain(void *context, const char *sentence)
{
	notice(context, MESSAGE_ERROR, mem_strdup(sentence));
}

/* --- keys ------------------------------------------------------------------------------------ */

/* A key while the prompt has the keys. */
static void
key_to_prompt(struct interface *interface, const struct key *key)
{
	struct editor *editor = interface->editor;
	char alt[8] = { '\033' };
	const char *command;

	switch (key->kind) {
	case KEY_CHARACTER:
		if (key->alt) {
			alt[1 + text_encode(key->character, alt + 1)] = '\0';
			after_edit(interface, editor_sequence(editor, alt));
		} else {
			after_edit(interface, editor_key(editor, key->character));
		}
		break;
	case KEY_ESCAPE:
		after_edit(interface, editor_escape(editor));
		break;
	case KEY_FUNCTION:
		command = keymap_command(interface->keymap, key);
		if (editor_takes(editor, key->sequence) || command == NULL)
			after_edit(interface, editor_sequence(editor, key->sequence));
		else
			say(interface, command);
		break;
	case KEY_PASTE:
		editor_paste(editor, key->text, key->length);
		break;
	case KEY_MOUSE:
	case KEY_UNKNOWN:
		break;
	}
}

/* A click selects what it hits; on what is selected already it opens. */
static void
click(struct interface *interface, const struct key *key)
{
	const struct model *model = loop_model(interface->loop);
	struct event event = { .kind = EVENT_SELECT };

	if (!screen_hit(
		interface->screen, model, key->row, key->column, &event.pane, &event.row))
		return;
	if (event.pane == model->focus && event.row == model->panes[event.pane].selected &&
	    event.pane != PANE_SMTP)
		say(interface, "open");
	else
		post(interface, &event);
}

static void
key_of_mouse(struct interface *interface, const struct key *key)
{
	if (!key->pressed)
		return;
	if (key->button == WHEEL_UP)
		say(interface, "move up");
	else if (key->button == WHEEL_DOWN)
		say(interface, "move down");
	else if (key->button == 0)
		click(interface, key);
}

/* A key while a pane has the keys: its command; pasted text begins a line of the prompt. */
static void
key_to_panes(struct interface *interface, const struct key *key)
{
	const char *command;

	if (key->kind == KEY_PASTE) {
		say(interface, "focus prompt");
		editor_paste(interface->editor, key->text, key->length);
		return;
	}
	command = keymap_command(interface->keymap, key);
	if (command != NULL)
		say(interface, command);
}

static void
take_keys(struct interface *interface)
{
	struct key key;

	while (decoder_next(interface->decoder, &key, loop_now(interface->loop))) {
		if (key.kind == KEY_MOUSE)
			key_of_mouse(interface, &key);
		else if (loop_model(interface->loop)->prompt)
			key_to_prompt(interface, &key);
		else
			key_to_panes(interface, &key);
		loop_settle(interface->loop); /* the next key may mean something else now */
	}
}

static void on_key_timeout(void *context);

/* Takes what keys there are, draws what they changed, and waits for the rest of a sequence. */
static void
handle_keys(struct interface *interface)
{
	interface->at_once = true;
	interface->posted = false;
	take_keys(interface);
	if (!interface->posted)
		draw(interface);
	loop_at(interface->loop, LOOP_TIMER_KEY, decoder_deadline(interface->decoder),
	    on_key_timeout, interface);
}

static void
on_key_timeout(void *context)
{
	handle_keys(context);
}

static void
on_input(void *context, const char *bytes, size_t n)
{
	struct interface *interface = context;

	if (n == 0) { /* the terminal is gone */
		loop_stop(interface->loop, 128 + SIGHUP);
		return;
	}
	decoder_push(interface->decoder, bytes, n, loop_now(interface->loop));
	handle_keys(interface);
}

/* --- the terminal ------------------------------------------------------------------------------ */

static void
post_size(struct interface *interface)
{
	struct event event = { .kind = EVENT_RESIZE };

	tty_size(interface->tty, &event.rows, &event.columns);
	loop_post(interface->loop, &event);
}

static void
on_terminal_signal(void *context, int signal)
{
	struct interface *interface = context;
	const struct effect suspend = { .kind = EFFECT_SUSPEND };

	if (interface->tty == NULL)
		return;
	if (signal == SIGTSTP) {
		on_effect(interface, &suspend, loop_model(interface->loop));
		return;
	}
	if (signal == SIGCONT)
		tty_resume(interface->tty);
	tty_redraw(interface->tty);
	interface->at_once = true;
	post_size(interface);
}

static void
on_drained(void *context)
{
	draw(context);
}

/* --- beginning and end ---------------------------------------------------------------------------- */

/* Reads the theme and the files of commands: NULL, or a sentence. */
static char *
read_files(struct interface *interface, const struct interface_settings *settings)
{
	char *error = find_theme(interface, settings->theme);

	/* The script is pushed first: what is pushed last is read first. */
	if (error == NULL && settings->script != NULL)
		error = script_push(interface->script, settings->script, settings->script);
	if (error == NULL && settings->config != NULL &&
	    (!settings->config_optional || access(settings->config, F_OK) == 0))
		error = script_push(interface->script, "config", settings->config);
	return error;
}

/* Opens prompt and terminal, in this order: libedit and ncurses share the terminal description. */
static char *
open_terminal(struct interface *interface, const struct interface_settings *settings)
{
	const char *no_color = getenv("NO_COLOR");
	const struct editor_settings editor = {
		.history = settings->prompt_history,
		.complete = complete,
		.context = interface,
		.complain = complain,
	};
	char *error = NULL;

	interface->editor = editor_new(&editor);
	if (interface->editor == NULL)
		return mem_strdup(
		    "The system gives no pseudo-terminal for the prompt: use --report.");
	loop_on_terminal_signal(interface->loop, on_terminal_signal, interface);
	interface->tty =
	    tty_open(&interface->theme, no_color == NULL || *no_color == '\0', &error);
	if (interface->tty == NULL)
		return error;
	loop_open_output(
	    interface->loop, tty_descriptor(interface->tty), on_drained, interface);
	loop_watch_input(interface->loop, tty_descriptor(interface->tty), on_input, interface);
	return NULL;
}

/* Queues what is to be seen first: the names, the first of them on top and selected. */
static void
begin(struct interface *interface, const struct interface_settings *settings)
{
	const struct model *model = loop_model(interface->loop);
	size_t n;
	const char *mouse;

	post_size(interface);
	if (model->settings.mouse) {
		mouse = tty_mouse(interface->tty, true, &n);
		loop_write(interface->loop, mouse, n);
	}
	run_script(interface);
	for (int i = settings->name_count - 1; i >= 0; i--) {
		struct event event = { .kind = EVENT_COMMAND,
			.command = { .verb = VERB_LOOKUP } };

		event.command.arguments[0] = mem_strdup(settings->names[i]);
		event.command.argument_count = 1;
		post(interface, &event);
	}
	if (settings->name_count > 0)
		say(interface, "focus mx");
}

/* Frees everything; the terminal is as it was. */
static void
close_interface(struct interface *interface)
{
	tty_close(interface->tty);
	editor_free(interface->editor);
	decoder_free(interface->decoder);
	keymap_free(interface->keymap);
	screen_free(interface->screen);
	script_free(interface->script);
	canvas_clear(&interface->canvas);
}

int
interface_run(struct loop *loop, const struct interface_settings *settings)
{
	struct interface interface = {
		.loop = loop,
		.decoder = decoder_new(),
		.keymap = keymap_new(),
		.screen = screen_new(),
		.script = script_new(),
	};
	const struct front_end front_end = {
		.context = &interface,
		.changed = on_changed,
		.effect = on_effect,
	};
	char *error;
	int status = EXIT_USAGE;

	canvas_init(&interface.canvas, tty_unicode());
	error = read_files(&interface, settings);
	if (error == NULL)
		error = open_terminal(&interface, settings);
	if (error == NULL) {
		begin(&interface, settings);
		status = loop_run(loop, &front_end);
	}
	close_interface(&interface);
	if (error != NULL)
		fprintf(stderr, "mxscope: %s\n", error);
	free(error);
	return status;
}

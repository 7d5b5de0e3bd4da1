/*
 * From bytes to events. Decides who gets a key - the prompt while it has the keys, else the key map -
 * and what a finished line of the prompt leads to. Which key is bound to what is in keymap.c,
 * how a line is edited in cli/editor.c, what a command does in app/update*.c.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/editor.h"
#include "ui/decoder.h"
#include "ui/input.h"
#include "ui/keymap.h"
#include "ui/mouse.h"
#include "ui/palette.h"
#include "ui/theme.h"

struct input {
	struct loop *loop;
	const struct screen *screen; /* NULL: lines alone, the prompt always has the keys */
	struct decoder *decoder;
	struct editor *editor;
	struct mouse mouse;
	void (*on_ground)(void *context, uint32_t rgb);
	void *ground_context;
	bool posted; /* an event came of the keys being taken */
};

/* --- what goes to the loop ------------------------------------------------------------------ */

/* Posts an event that was typed. */
static void
post(struct input *input, const struct event *event)
{
	struct event typed = *event;

	typed.typed = true;
	input->posted = true;
	loop_post(input->loop, &typed);
}

void
input_notice(struct loop *loop, enum message_kind kind, char *sentence)
{
	const struct event event = { .kind = EVENT_NOTICE, .message = kind, .text = sentence };

	loop_post(loop, &event);
}

/* The same, for something that is wrong with what was typed. */
static void
complain_of(struct input *input, char *sentence)
{
	input->posted = true;
	input_notice(input->loop, MESSAGE_ERROR, sentence);
}

/* Posts a command line, or what is wrong with it. */
static void
say(struct input *input, const char *line)
{
	struct event event = { .kind = EVENT_COMMAND };
	bool empty;
	char *error = command_parse(line, &event.command, &empty);

	if (error != NULL)
		complain_of(input, error);
	else if (!empty)
		post(input, &event);
}

/* What this key says, or NULL. */
static const char *
command_of(const struct input *input, const struct key *key)
{
	return keymap_command(&loop_model(input->loop)->bindings, key);
}

/* Tells which key carried out which command, where that is wanted. */
static void
tell(struct input *input, const char *key, const char *command)
{
	const struct event event = {
		.kind = EVENT_KEY,
		.name = mem_strdup(key),
		.text = text_printable_copy(command, strlen(command)),
	};

	post(input, &event);
}

/* The same for a key that says a command. */
static void
tell_key(struct input *input, const struct key *key, const char *command)
{
	char name[KEY_NAME_MAX];

	if (loop_model(input->loop)->settings.show_commands && key_name(key, name))
		tell(input, name, command);
}

/* Says a key's command. It is copied: what it says may bind the key anew. */
static void
say_key(struct input *input, const struct key *key, const char *command)
{
	char *line = mem_strdup(command);

	tell_key(input, key, line);
	say(input, line);
	free(line);
}

/* Answers a key that has no command; what is no key by any name is passed over. */
static void
say_no_command(struct input *input, const struct key *key)
{
	struct buf sentence = BUF_INIT;
	char name[KEY_NAME_MAX];

	if (!key_name(key, name))
		return;
	if (strcmp(name, "C-c") == 0)
		buf_adds(&sentence,
		    "Ctrl-C ends nothing here: `quit` leaves the program, `stop` cancels what "
		    "is "
		    "in flight.");
	else
		buf_addf(
		    &sentence, "The key `%s` has no command: `?` lists those that have.", name);
	input->posted = true;
	input_notice(input->loop, MESSAGE_INFO, buf_take(&sentence));
}

/* --- the prompt ------------------------------------------------------------------------------ */

/* Gives the keys back to the panes. */
static void
leave_prompt(struct input *input)
{
	struct buf line = BUF_INIT;

	if (input->screen == NULL)
		return; /* they have none to give them to */
	buf_addf(&line, "focus %s", pane_name(loop_model(input->loop)->focus));
	say(input, buf_text(&line));
	buf_clear(&line);
}

/* Ctrl-D on an empty line: leaves the prompt, and where there is nothing else the program. */
static void
end_of_input(struct input *input)
{
	if (input->screen == NULL)
		say(input, "quit");
	else
		leave_prompt(input);
}

/*
 * Enter: the line is carried out and the panes get the keys; a line that is none stays to be mended. Where
 * lines are told one after the other it would be heard as part of the next one: there Up brings it back.
 */
static void
accept_line(struct input *input)
{
	char *line = editor_line(input->editor);
	struct event event = { .kind = EVENT_COMMAND };
	bool empty;
	char *error = command_parse(line, &event.command, &empty);

	if (!empty)
		editor_remember(input->editor, line);
	if (error != NULL) {
		complain_of(input, error);
		if (input->screen != NULL)
			editor_set(input->editor, line);
	} else if (empty) {
		leave_prompt(input);
	} else if (event.command.verb == VERB_SEARCH && event.command.argument_count == 0) {
		leave_prompt(input); /* Enter alone: what was searched for before */
		say(input, "match next");
	} else {
		if (loop_model(input->loop)->settings.show_commands)
			tell(input, "Enter", line);
		if (event.command.verb == VERB_LOOKUP)
			say(input, "focus mx");
		else
			leave_prompt(input);
		post(input, &event);
	}
	free(line);
}

/* Carries on with what a key led to in the editor. */
static void
after_edit(struct input *input, enum editor_event event)
{
	switch (event) {
	case EDITOR_NOTHING:
		break;
	case EDITOR_LINE:
		accept_line(input);
		break;
	case EDITOR_CANCEL:
		leave_prompt(input);
		break;
	case EDITOR_END:
		end_of_input(input);
		break;
	}
}

/* Offers candidates for the word at the cursor. */
static void
complete(void *context, const char *line, size_t cursor, struct candidates *candidates)
{
	const struct input *input = context;

	completion_find(candidates, loop_model(input->loop), line, cursor);
}

/* Offers the commands of the palette. */
static void
offer_commands(void *context, const char *pattern, struct candidates *candidates)
{
	const struct input *input = context;

	palette_find(loop_model(input->loop), pattern, candidates);
}

/* Tells what is wrong with ~/.editrc or the history. */
static void
complain(void *context, const char *sentence)
{
	const struct input *input = context;

	input_notice(input->loop, MESSAGE_ERROR, mem_strdup(sentence));
}

/* --- keys while the prompt has them --------------------------------------------------------------- */

/* A key's command, or NULL, when it is one of those about the terminal, which work in the prompt too. */
static const char *
terminal_command(const struct input *input, const struct key *key)
{
	const char *command = command_of(input, key);

	if (key->character >= 0x20 || command == NULL)
		return NULL;
	return strcmp(command, "suspend") == 0 || strcmp(command, "redraw") == 0 ? command
										 : NULL;
}

/* A character, with Alt or without. */
static void
character_to_prompt(struct input *input, const struct key *key)
{
	const char *command = terminal_command(input, key);
	char alt[8] = { '\033' };

	if (command != NULL) {
		say(input, command);
	} else if (key->character == ':' && *editor_view(input->editor).line == '\0') {
		return; /* it is open already */
	} else if (key->alt) {
		alt[1 + text_encode(key->character, alt + 1)] = '\0';
		after_edit(input, editor_sequence(input->editor, alt));
	} else {
		after_edit(input, editor_key(input->editor, key->character));
	}
}

/* A function key: the editor's if it has a use for it, else the key map's. */
static void
function_to_prompt(struct input *input, const struct key *key)
{
	const char *command = command_of(input, key);

	if (editor_takes(input->editor, key->sequence))
		after_edit(input, editor_sequence(input->editor, key->sequence));
	else if (command != NULL)
		say(input, command);
}

/* Tells that the prompt is used, where that is new, or an answer stands in the way. */
static void
tell_typing(struct input *input)
{
	const struct model *model = loop_model(input->loop);
	const struct event event = { .kind = EVENT_TYPING };

	if (!model->typing || model->message != NULL)
		post(input, &event);
}

static void
key_to_prompt(struct input *input, const struct key *key)
{
	if (input->screen != NULL)
		tell_typing(input);
	switch (key->kind) {
	case KEY_CHARACTER:
		character_to_prompt(input, key);
		break;
	case KEY_ESCAPE:
		after_edit(input, editor_escape(input->editor));
		break;
	case KEY_FUNCTION:
	case KEY_UNKNOWN: /* ~/.editrc may know it */
		function_to_prompt(input, key);
		break;
	case KEY_PASTE:
		editor_paste(input->editor, key->text, key->length);
		break;
	case KEY_MOUSE:
	case KEY_GROUND:
		break;
	}
}

/* --- keys while a pane has them --------------------------------------------------------------------- */

/* Says the commands, a line each. */
static void
say_lines(struct input *input, const char *lines)
{
	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");
		char *line = mem_strndup(lines, length);

		say(input, line);
		free(line);
		lines += length + (lines[length] == '\n');
	}
}

/* A report of the mouse. */
static void
key_of_mouse(struct input *input, const struct key *key)
{
	struct mouse_order order = mouse_take(
	    &input->mouse, input->screen, loop_model(input->loop), key, loop_now(input->loop));

	if (order.selects)
		post(input, &order.selection);
	say_lines(input, buf_text(&order.commands));
	buf_clear(&order.commands);
}

/* A key's command; pasted text begins a line of the prompt. */
static void
key_to_panes(struct input *input, const struct key *key)
{
	const char *command;

	if (key->kind == KEY_PASTE) {
		say(input, "focus prompt");
		editor_paste(input->editor, key->text, key->length);
		return;
	}
	command = command_of(input, key);
	if (command != NULL)
		say_key(input, key, command);
	else
		say_no_command(input, key);
}

bool
input_take(struct input *input, const char *bytes, size_t n)
{
	int64_t now = loop_now(input->loop);
	struct key key;

	input->posted = false;
	if (n > 0)
		decoder_push(input->decoder, bytes, n, now);
	while (decoder_next(input->decoder, &key, now)) {
		if (key.kind == KEY_GROUND)
			input->on_ground(input->ground_context, key.rgb);
		else if (key.kind == KEY_MOUSE && input->screen != NULL)
			key_of_mouse(input, &key);
		else if (loop_model(input->loop)->prompt || input->screen == NULL)
			key_to_prompt(input, &key);
		else
			key_to_panes(input, &key);
		if (input->posted)
			loop_settle(input->loop); /* the next key may mean something else now */
	}
	return input->posted;
}

int64_t
input_deadline(const struct input *input)
{
	return decoder_deadline(input->decoder);
}

/* --- for the interface ------------------------------------------------------------------------------------ */

struct editor_view
input_prompt(struct input *input)
{
	return editor_view(input->editor);
}

void
input_set_prompt(struct input *input, const char *text)
{
	editor_begin(input->editor, text);
}

void
input_expect_ground(
    struct input *input, void (*told)(void *context, uint32_t rgb), void *context)
{
	input->on_ground = told;
	input->ground_context = context;
	decoder_expect_ground(input->decoder);
}

void
input_palette(struct input *input)
{
	editor_palette(input->editor);
}

char *
input_bind(struct loop *loop, const char *key, const char *command)
{
	struct event event = { .kind = EVENT_BOUND };
	struct command parsed = { .argument_count = 0 };
	char name[KEY_NAME_MAX], *error = keymap_name(key, name);
	bool empty = false;

	if (error == NULL && command != NULL)
		error = command_parse(command, &parsed, &empty);
	if (error != NULL)
		return error;
	command_clear(&parsed);
	event.name = mem_strdup(name);
	event.text = command == NULL || empty ? NULL : mem_strdup(command);
	loop_post(loop, &event);
	return NULL;
}

struct input *
input_new(struct loop *loop, const struct screen *screen, const char *history)
{
	struct input *input = mem_alloc(sizeof *input);
	const struct editor_settings settings = {
		.history = history,
		.complete = complete,
		.palette = offer_commands,
		.complain = complain,
		.context = input,
	};

	input->loop = loop;
	input->screen = screen;
	input->editor = editor_new(&settings);
	if (input->editor == NULL) {
		free(input);
		return NULL;
	}
	input->decoder = decoder_new();
	return input;
}

void
input_free(struct input *input)
{
	if (input == NULL)
		return;
	editor_free(input->editor);
	decoder_free(input->decoder);
	free(input);
}

/*
 * The prompt: libedit's line (editor_line.c), what earlier runs typed (prompt_history.c), and the
 * pop-up over both (editor_popup.c). Decides who gets a key - the pop-up first, then libedit -
 * and which key leaves the prompt. What completes a word is asked of the caller; drawing is
 * left to the interface.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/editor.h"
#include "cli/editor_line.h"
#include "cli/editor_popup.h"
#include "cli/prompt_history.h"

enum {
	CTRL_C = 3,
	CTRL_E = 5,
	CTRL_F = 6,
	CTRL_G = 7,
	NEWLINE = 10,
	RETURN = 13,
	DELETE = 127,
};

struct editor {
	struct editor_settings settings;
	struct editor_line *line;
	struct prompt_history *history;
	struct editor_popup popup;
	bool escaped; /* emacs: Escape alone was the last key, and waits for another */
	char *begun; /* what the line was begun with: as good as an empty one */
	struct buf shown, search, suggestion; /* of the view */
};

/* --- keys ------------------------------------------------------------------------------------ */

/* True when nothing was typed in the line, and nothing is going on in it. */
static bool
is_idle(struct editor *editor)
{
	size_t cursor;
	const char *line = editor_line_text(editor->line, &cursor);

	return !editor_line_waits(editor->line) &&
	    (*line == '\0' || (editor->begun != NULL && strcmp(line, editor->begun) == 0));
}

/* Does what a key asked of us, and says what came of it. */
static enum editor_event
after_key(struct editor *editor, enum editor_event event)
{
	switch (editor_line_request(editor->line)) {
	case REQUEST_NONE:
		break;
	case REQUEST_COMPLETE:
		editor_popup_complete(&editor->popup);
		break;
	case REQUEST_HISTORY:
		editor_popup_search(&editor->popup);
		break;
	case REQUEST_LEAVE: /* vi: a full line is not given up for one Escape too many */
		return is_idle(editor) ? EDITOR_CANCEL : event;
	}
	return event;
}

/* Gives up pop-up and line. */
static enum editor_event
give_up(struct editor *editor)
{
	editor_cancel(editor);
	return EDITOR_CANCEL;
}

/* How the line went on in the past, when the cursor is at its end and nothing else is going on. */
static const char *
suggestion(struct editor *editor)
{
	size_t cursor;
	const char *line = editor_line_text(editor->line, &cursor);
	const char *past;

	if (editor->popup.kind != POPUP_NONE || editor_line_waits(editor->line) ||
	    cursor == 0 || line[cursor] != '\0')
		return NULL;
	past = prompt_history_begun(editor->history, line);
	return past == NULL ? NULL : past + cursor;
}

/* Takes what is suggested into the line: false when nothing is. */
static bool
take_suggestion(struct editor *editor)
{
	const char *rest = suggestion(editor);
	struct buf line = BUF_INIT;
	size_t cursor;

	if (rest == NULL)
		return false;
	buf_adds(&line, editor_line_text(editor->line, &cursor));
	buf_adds(&line, rest);
	editor_line_replace(editor->line, line.data, line.length);
	buf_clear(&line);
	return true;
}

/* True for a function key that goes to the right, or to the end. */
static bool
goes_right(const char *sequence)
{
	static const char *const sequences[] = { "\033[C", "\033OC", "\033[F", "\033OF",
		"\033[4~" };

	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
		if (strcmp(sequences[i], sequence) == 0)
			return true;
	}
	return false;
}

/* Enter in the palette: runs what is chosen, or leaves it in the line for its argument. */
static enum editor_event
choose_command(struct editor *editor)
{
	size_t length;

	if (editor->popup.candidates.count == 0)
		return EDITOR_NOTHING;
	editor_popup_key(&editor->popup, RETURN);
	editor_line_text(editor->line, &length);
	if (length > 0 && editor_line_text(editor->line, &length)[length - 1] == ' ')
		return EDITOR_NOTHING;
	return after_key(editor, editor_line_type(editor->line, RETURN));
}

enum editor_event
editor_key(struct editor *editor, uint32_t character)
{
	bool enter = character == RETURN || character == NEWLINE;

	editor->escaped = false;
	if (character == CTRL_C)
		return give_up(editor);
	if (enter && editor->popup.kind == POPUP_PALETTE)
		return choose_command(editor);
	if (editor_popup_key(&editor->popup, character))
		return EDITOR_NOTHING;
	if ((character == CTRL_E || character == CTRL_F) && take_suggestion(editor))
		return EDITOR_NOTHING;
	if (character == CTRL_G && !editor_line_vi(editor->line) &&
	    !editor_line_waits(editor->line))
		return give_up(editor);
	return after_key(editor, editor_line_type(editor->line, character));
}

enum editor_event
editor_escape(struct editor *editor)
{
	bool emacs = !editor_line_vi(editor->line), again = editor->escaped;

	editor->escaped = false;
	if (editor->popup.kind == POPUP_PALETTE) {
		editor_popup_dismiss(&editor->popup);
		return EDITOR_CANCEL;
	}
	if (editor_popup_dismiss(&editor->popup))
		return EDITOR_NOTHING;
	if (emacs && (again || is_idle(editor)))
		return give_up(editor);
	editor->escaped = emacs && !editor_line_waits(editor->line);
	return after_key(editor, editor_line_escape(editor->line));
}

bool
editor_takes(struct editor *editor, const char *sequence)
{
	return editor_popup_takes(&editor->popup, sequence) ||
	    editor_line_takes(editor->line, sequence);
}

enum editor_event
editor_sequence(struct editor *editor, const char *sequence)
{
	editor->escaped = false;
	if (editor_popup_sequence(&editor->popup, sequence) ||
	    (goes_right(sequence) && take_suggestion(editor)))
		return EDITOR_NOTHING;
	return after_key(editor, editor_line_sequence(editor->line, sequence));
}

/* --- whole texts ------------------------------------------------------------------------------- */

/* Makes a paste fit for one line: blanks at its end cut, each line end and tab in it one blank. */
static void
flatten(struct buf *out, const char *text, size_t n)
{
	uint32_t character;

	while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL && text[n - 1] != '\0')
		n--;
	for (size_t i = 0, length; i < n; i += length) {
		length = text_decode(text + i, n - i, &character);
		if (length == 0)
			length = 1;
		else if (character == '\n' && i > 0 && text[i - 1] == '\r')
			continue;
		else if (character == '\t' || character == '\r' || character == '\n')
			buf_addc(out, ' ');
		else if (character >= 0x20 && (character < DELETE || character >= 0xa0))
			buf_add(out, text + i, length);
	}
}

/* Puts a text in at the cursor. */
static void
insert(struct editor *editor, const char *text)
{
	struct buf line = BUF_INIT;
	size_t cursor;
	char *now = mem_strdup(editor_line_text(editor->line, &cursor));

	buf_add(&line, now, cursor);
	buf_adds(&line, text);
	buf_adds(&line, now + cursor);
	editor_line_replace(editor->line, buf_text(&line), cursor + strlen(text));
	buf_clear(&line);
	free(now);
}

void
editor_paste(struct editor *editor, const char *text, size_t n)
{
	struct buf flat = BUF_INIT;

	flatten(&flat, text, n);
	editor->escaped = false;
	if (flat.length > 0 && !editor_popup_paste(&editor->popup, flat.data))
		insert(editor, flat.data);
	buf_clear(&flat);
}

char *
editor_line(struct editor *editor)
{
	return editor_line_take(editor->line);
}

void
editor_set(struct editor *editor, const char *text)
{
	editor_cancel(editor);
	editor_line_replace(editor->line, text, strlen(text));
}

void
editor_begin(struct editor *editor, const char *text)
{
	editor_set(editor, text);
	editor->begun = mem_strdup(text);
}

void
editor_palette(struct editor *editor)
{
	editor_popup_palette(&editor->popup);
}

void
editor_cancel(struct editor *editor)
{
	editor_popup_close(&editor->popup);
	free(editor->begun);
	editor->begun = NULL;
	editor->escaped = false;
	editor_line_cancel(editor->line);
}

void
editor_remember(struct editor *editor, const char *line)
{
	prompt_history_add(editor->history, line);
	editor_line_remember(editor->line, line);
}

/* --- what there is to draw ----------------------------------------------------------------------- */

/* Appends text as it is shown: control characters as ^X, what may not reach a screen as \xNN. */
static void
add_shown(struct buf *out, const char *text, size_t n)
{
	struct buf visible = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte < 0x20 || byte == DELETE) {
			buf_addc(&visible, '^');
			buf_addc(&visible, (char)(byte ^ 0x40));
		} else {
			buf_addc(&visible, text[i]);
		}
	}
	text_printable(out, visible.data, visible.length);
	buf_clear(&visible);
}

/* Returns what is searched for, as shown, or NULL. */
static const char *
shown_search(struct editor *editor)
{
	const struct editor_popup *popup = &editor->popup;

	if (popup->kind != POPUP_HISTORY && popup->kind != POPUP_PALETTE)
		return NULL;
	buf_truncate(&editor->search, 0);
	if (popup->kind == POPUP_PALETTE)
		buf_adds(&editor->search,
		    popup->candidates.count > 0 ? "command: " : "no command: ");
	else
		buf_adds(&editor->search,
		    popup->candidates.count > 0 ? "history: " : "not in the history: ");
	add_shown(&editor->search, buf_text(&popup->pattern), popup->pattern.length);
	return buf_text(&editor->search);
}

/* Returns what is suggested, as shown, or NULL. */
static const char *
shown_suggestion(struct editor *editor)
{
	const char *rest = suggestion(editor);

	if (rest == NULL)
		return NULL;
	buf_truncate(&editor->suggestion, 0);
	add_shown(&editor->suggestion, rest, strlen(rest));
	return buf_text(&editor->suggestion);
}

/* Returns the text to show, and its cursor: the past line that is chosen, or the line itself. */
static const char *
current_text(struct editor *editor, size_t *cursor)
{
	const struct editor_popup *popup = &editor->popup;
	const char *text;

	if (popup->kind == POPUP_NONE || popup->kind == POPUP_COMPLETION ||
	    popup->chosen >= popup->candidates.count)
		return editor_line_text(editor->line, cursor);
	text = popup->candidates.items[popup->chosen].text;
	*cursor = strlen(text);
	return text;
}

struct editor_view
editor_view(struct editor *editor)
{
	const struct editor_popup *popup = &editor->popup;
	struct editor_view view = { .chosen = popup->chosen };
	struct buf before = BUF_INIT;
	const char *text = current_text(editor, &view.cursor);

	add_shown(&before, text, view.cursor);
	buf_truncate(&editor->shown, 0);
	add_shown(&editor->shown, text, strlen(text));
	view.cursor = before.length;
	view.line = buf_text(&editor->shown);
	view.search = shown_search(editor);
	view.suggestion = shown_suggestion(editor);
	view.popup = popup->kind;
	view.candidates = popup->candidates.count > 0 ? &popup->candidates : NULL;
	buf_clear(&before);
	return view;
}

/* --- life ------------------------------------------------------------------------------------------ */

struct editor *
editor_new(const struct editor_settings *settings)
{
	struct editor_line *line = editor_line_new(settings->complain, settings->context);
	struct editor *editor;

	if (line == NULL)
		return NULL;
	editor = mem_alloc(sizeof *editor);
	editor->settings = *settings;
	editor->line = line;
	editor->history =
	    prompt_history_new(settings->history, settings->complain, settings->context);
	editor->popup.settings = &editor->settings;
	editor->popup.line = editor->line;
	editor->popup.history = editor->history;
	for (size_t age = prompt_history_count(editor->history); age > 0; age--)
		editor_line_remember(line, prompt_history_line(editor->history, age - 1));
	return editor;
}

void
editor_free(struct editor *editor)
{
	if (editor == NULL)
		return;
	editor_popup_clear(&editor->popup);
	editor_line_free(editor->line);
	prompt_history_free(editor->history);
	free(editor->begun);
	buf_clear(&editor->shown);
	buf_clear(&editor->search);
	buf_clear(&editor->suggestion);
	free(editor);
}

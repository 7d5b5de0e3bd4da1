/*
 * The pop-up over the prompt. Decides what its keys do: Tab and the arrows go through the
 * candidates and show each in the line at once, Enter accepts, Escape brings back the line as it
 * was, text goes on behind what is chosen, any other key keeps it and is then the line's. While the history or
 * the palette is searched, text goes to the pattern. The line itself is libedit's (editor_line.c).
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "cli/editor_popup.h"

enum {
	CTRL_G = 7,
	BACKSPACE = 8,
	TAB = 9,
	NEWLINE = 10,
	RETURN = 13,
	CTRL_U = 21,
	DELETE = 127,
	PAGE = 8, /* candidates that PgUp and PgDn go */
};

/* --- opening and closing ---------------------------------------------------------------------- */

/* Drops the candidates. */
static void
empty(struct editor_popup *popup)
{
	candidates_clear(&popup->candidates);
	popup->candidates = (struct candidates){ .items = NULL };
	popup->chosen = SIZE_MAX;
}

void
editor_popup_close(struct editor_popup *popup)
{
	empty(popup);
	free(popup->before);
	popup->before = NULL;
	popup->kind = POPUP_NONE;
}

/* Opens it over the line as it is; candidates are to be filled in. */
static void
open_popup(struct editor_popup *popup, enum popup_kind kind)
{
	editor_popup_close(popup);
	popup->before = mem_strdup(editor_line_text(popup->line, &popup->cursor));
	popup->kind = kind;
	buf_truncate(&popup->pattern, 0);
}

/* Puts n bytes of a text in the place of the word that is completed, in the line as it was. */
static void
put_word(struct editor_popup *popup, const char *word, size_t n, const char *behind)
{
	struct buf line = BUF_INIT;
	size_t cursor;

	buf_add(&line, popup->before, popup->candidates.word);
	buf_add(&line, word, n);
	buf_adds(&line, behind);
	cursor = line.length;
	buf_adds(&line, popup->before + popup->cursor);
	editor_line_replace(popup->line, buf_text(&line), cursor);
	buf_clear(&line);
}

/* Puts a whole word in, and behind it a blank - unless more of the word or of the line follows. */
static void
put_whole_word(struct editor_popup *popup, const char *word)
{
	size_t n = strlen(word);
	bool more = popup->before[popup->cursor] != '\0' || (n > 0 && word[n - 1] == '/');

	put_word(popup, word, n, more ? "" : " ");
}

/* Accepts what is chosen and closes. */
static void
accept(struct editor_popup *popup)
{
	const char *text;

	if (popup->chosen < popup->candidates.count) {
		text = popup->candidates.items[popup->chosen].text;
		if (popup->kind == POPUP_COMPLETION)
			put_whole_word(popup, text);
		else
			editor_line_replace(popup->line, text, strlen(text));
	}
	editor_popup_close(popup);
}

bool
editor_popup_dismiss(struct editor_popup *popup)
{
	bool open = popup->kind != POPUP_NONE;

	if (popup->kind == POPUP_COMPLETION && popup->chosen != SIZE_MAX)
		editor_line_replace(popup->line, popup->before, popup->cursor);
	editor_popup_close(popup);
	return open;
}

void
editor_popup_clear(struct editor_popup *popup)
{
	editor_popup_close(popup);
	buf_clear(&popup->pattern);
}

/* --- choosing ----------------------------------------------------------------------------------- */

/* The candidate that is `step` away: around the ends by one, stopping there by pages. */
static size_t
stepped(const struct editor_popup *popup, int step)
{
	size_t last = popup->candidates.count - 1, from = popup->chosen;
	size_t far = (size_t)abs(step);

	if (from == SIZE_MAX)
		return step > 0 ? 0 : last;
	if (step > 0)
		return from == last ? 0 : from + far > last ? last : from + far;
	return from == 0 ? last : from < far ? 0 : from - far;
}

/* Chooses the candidate that is `step` away; a completion is shown in the line. */
static void
choose(struct editor_popup *popup, int step)
{
	const char *text;

	if (popup->candidates.count == 0)
		return;
	popup->chosen = stepped(popup, step);
	text = popup->candidates.items[popup->chosen].text;
	if (popup->kind == POPUP_COMPLETION)
		put_word(popup, text, strlen(text), "");
}

/* Keys that go from candidate to candidate; older lines of the history are further down. */
static const struct step_row {
	const char *key;
	int step;
	bool in_completion;
} steps[] = {
	{ "\t", 1, true },
	{ "\016", 1, true }, /* Ctrl-N */
	{ "\020", -1, true }, /* Ctrl-P */
	{ "\022", 1, false }, /* Ctrl-R */
	{ "\023", -1, false }, /* Ctrl-S */
	{ "\033[B", 1, true },
	{ "\033OB", 1, true },
	{ "\033[A", -1, true },
	{ "\033OA", -1, true },
	{ "\033[Z", -1, true }, /* Shift-Tab */
	{ "\033[6~", PAGE, true },
	{ "\033[5~", -PAGE, true },
};

/* How far a key goes in this pop-up, 0 when it does not. */
static int
step_of(const struct editor_popup *popup, const char *key)
{
	if (popup->kind == POPUP_NONE)
		return 0;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (strcmp(steps[i].key, key) == 0 &&
		    (steps[i].in_completion || popup->kind != POPUP_COMPLETION))
			return steps[i].step;
	}
	return 0;
}

/* --- completion ----------------------------------------------------------------------------------- */

/* Opens with what the word before the cursor completes to: false when there is nothing. */
static bool
find_completions(struct editor_popup *popup)
{
	if (popup->settings->complete == NULL)
		return false;
	open_popup(popup, POPUP_COMPLETION);
	popup->settings->complete(
	    popup->settings->context, popup->before, popup->cursor, &popup->candidates);
	if (popup->candidates.count > 0)
		return true;
	editor_popup_close(popup);
	return false;
}

void
editor_popup_complete(struct editor_popup *popup)
{
	const char *first;
	size_t common;

	if (!find_completions(popup))
		return;
	first = popup->candidates.items[0].text;
	common = candidates_common(&popup->candidates);
	if (popup->candidates.count == 1)
		put_whole_word(popup, first);
	else if (common > popup->cursor - popup->candidates.word)
		put_word(popup, first, common, "");
	else
		return;
	editor_popup_close(popup);
}

/* True for a character that is text. */
static bool
is_text(uint32_t character)
{
	return character >= ' ' && character != DELETE;
}

/* A character while completions show. True = it was the pop-up's. */
static bool
completion_key(struct editor_popup *popup, uint32_t character)
{
	bool chosen = popup->chosen != SIZE_MAX;

	switch (character) {
	case NEWLINE:
	case RETURN:
		accept(popup);
		return chosen; /* when none was chosen, Enter means the line */
	case CTRL_G:
		return editor_popup_dismiss(popup);
	}
	if (!chosen && (is_text(character) || character == BACKSPACE || character == DELETE)) {
		editor_line_type(popup->line, character);
		find_completions(popup); /* fewer or more of them now */
		return true;
	}
	if (is_text(character) && character != ' ')
		accept(popup); /* the next word */
	editor_popup_close(popup); /* what was chosen stays in the line */
	return false;
}

/* --- searching history and palette -------------------------------------------------------------------------- */

/* Finds lines anew, after the pattern changed; the newest or best is chosen. */
static void
find_lines(struct editor_popup *popup)
{
	const struct editor_settings *settings = popup->settings;

	empty(popup);
	if (popup->kind == POPUP_PALETTE)
		settings->palette(
		    settings->context, buf_text(&popup->pattern), &popup->candidates);
	else
		prompt_history_search(
		    popup->history, buf_text(&popup->pattern), &popup->candidates);
	if (popup->candidates.count > 0)
		popup->chosen = 0;
}

void
editor_popup_search(struct editor_popup *popup)
{
	open_popup(popup, POPUP_HISTORY);
	buf_adds(&popup->pattern, popup->before);
	find_lines(popup);
}

bool
editor_popup_palette(struct editor_popup *popup)
{
	if (popup->settings->palette == NULL)
		return false;
	open_popup(popup, POPUP_PALETTE);
	find_lines(popup);
	return true;
}

/* Takes the last character of the pattern away; when there is none, the search ends. */
static void
shorten_pattern(struct editor_popup *popup)
{
	size_t n = popup->pattern.length;

	if (n == 0) {
		editor_popup_dismiss(popup);
		return;
	}
	do
		n--;
	while (n > 0 && ((unsigned char)popup->pattern.data[n] & 0xc0) == 0x80);
	buf_truncate(&popup->pattern, n);
	find_lines(popup);
}

/* Adds text to the pattern. */
static void
lengthen_pattern(struct editor_popup *popup, const char *text, size_t n)
{
	if (popup->pattern.length + n <= EDITOR_LINE_MAX)
		buf_add(&popup->pattern, text, n);
	find_lines(popup);
}

/* A character while lines are searched. True = it was the search's. */
static bool
search_key(struct editor_popup *popup, uint32_t character)
{
	char bytes[4];

	switch (character) {
	case NEWLINE:
	case RETURN:
		accept(popup);
		return true;
	case CTRL_G:
		return editor_popup_dismiss(popup);
	case BACKSPACE:
	case DELETE:
		shorten_pattern(popup);
		return true;
	case CTRL_U:
		buf_truncate(&popup->pattern, 0);
		find_lines(popup);
		return true;
	}
	if (is_text(character)) {
		lengthen_pattern(popup, bytes, text_encode(character, bytes));
		return true;
	}
	accept(popup);
	return false;
}

/* --- keys --------------------------------------------------------------------------------------------- */

bool
editor_popup_key(struct editor_popup *popup, uint32_t character)
{
	const char key[] = { character < 0x80 ? (char)character : '\0', '\0' };
	int step = step_of(popup, key);

	if (character == TAB && popup->kind == POPUP_COMPLETION &&
	    popup->candidates.count == 1) {
		popup->chosen = 0; /* the only one left */
		accept(popup);
		return true;
	}
	if (step != 0) {
		choose(popup, step);
		return true;
	}
	switch (popup->kind) {
	case POPUP_NONE:
		return false;
	case POPUP_COMPLETION:
		return completion_key(popup, character);
	case POPUP_HISTORY:
	case POPUP_PALETTE:
		return search_key(popup, character);
	}
	return false;
}

bool
editor_popup_takes(const struct editor_popup *popup, const char *sequence)
{
	return step_of(popup, sequence) != 0;
}

bool
editor_popup_sequence(struct editor_popup *popup, const char *sequence)
{
	int step = step_of(popup, sequence);

	if (step != 0)
		choose(popup, step);
	else if (popup->kind == POPUP_HISTORY || popup->kind == POPUP_PALETTE)
		accept(popup);
	else
		editor_popup_close(popup);
	return step != 0;
}

bool
editor_popup_paste(struct editor_popup *popup, const char *text)
{
	if (popup->kind == POPUP_HISTORY || popup->kind == POPUP_PALETTE) {
		lengthen_pattern(popup, text, strlen(text));
		return true;
	}
	editor_popup_close(popup);
	return false;
}

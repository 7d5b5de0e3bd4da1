/*
 * What keys do inside libedit when libedit's own function would do harm, or when the program is to
 * do something: then the function leaves a request, which is carried out after the hand-over.
 *
 * Of libedit's searches none is used: each takes what one types for a regular expression, compiles
 * it anew for every past line, and as a search types it calls itself once a key. Ctrl-R and vi's /
 * ask for the program's pop-up; the search for a line that begins alike (M-p, M-n) is here.
 */
#include <stdint.h>
#include <stdlib.h>

#include <histedit.h>

#include "cli/editor.h"
#include "cli/editor_functions.h"
#include "cli/editor_keys.h"

enum {
	COUNT_DIGITS = 3, /* of a repeat count: what is inserted a million times stalls */
};

/* Returns the notes of an EditLine. */
static struct editor_notes *
notes_of(EditLine *el)
{
	void *notes = NULL;

	el_wget(el, EL_CLIENTDATA, &notes);
	return notes;
}

/* True when this command follows upon that one. */
static bool
goes_on(const struct editor_notes *notes, unsigned long command)
{
	return notes->commands == command + 1;
}

/* --- the line -------------------------------------------------------------------------- */

/* The number of characters in the line, and before the cursor. */
static size_t
line_length(EditLine *el)
{
	const LineInfoW *info = el_wline(el);

	return (size_t)(info->lastchar - info->buffer);
}

static size_t
line_cursor(EditLine *el)
{
	const LineInfoW *info = el_wline(el);

	return (size_t)(info->cursor - info->buffer);
}

/* Moves the cursor to this character of the line. */
static void
set_cursor(EditLine *el, size_t cursor)
{
	el_cursor(el, (int)((long)cursor - (long)line_cursor(el)));
}

/* Puts text in the place of the whole line. */
static void
put_line(EditLine *el, const wchar_t *text, size_t cursor)
{
	if (*text != L'\0') {
		el_wreplacestr(el, text);
	} else { /* which el_wreplacestr() refuses */
		set_cursor(el, line_length(el));
		el_deletestr(el, (int)line_length(el));
	}
	set_cursor(el, cursor);
}

/* True for a character that a line may hold: no line end, no NUL, none of the private keys. */
static bool
may_stay(wchar_t character)
{
	return character != L'\n' && character != L'\0' &&
	    (character < 0x80 || character >= 0xa0);
}

/* True when the line needs no mending. */
static bool
is_tidy(const LineInfoW *info)
{
	if (info->lastchar - info->buffer > EDITOR_LINE_MAX)
		return false;
	for (const wchar_t *c = info->buffer; c < info->lastchar; c++) {
		if (!may_stay(*c))
			return false;
	}
	return true;
}

void
editor_functions_tidy(EditLine *el)
{
	const LineInfoW *info = el_wline(el);
	size_t cursor = line_cursor(el), n = 0;
	wchar_t text[EDITOR_LINE_MAX + 1];

	if (is_tidy(info))
		return;
	for (const wchar_t *c = info->buffer; c < info->lastchar && n < EDITOR_LINE_MAX; c++) {
		if (may_stay(*c))
			text[n++] = *c;
	}
	text[n] = L'\0';
	put_line(el, text, cursor < n ? cursor : n);
}

void
editor_functions_clamp(EditLine *el)
{
	const LineInfoW *info = el_wline(el);
	ptrdiff_t cursor = info->cursor - info->buffer, length = info->lastchar - info->buffer;

	if (cursor < 0)
		el_cursor(el, (int)-cursor);
	else if (cursor > length)
		el_cursor(el, (int)(length - cursor));
}

/* --- what the program puts in, and what is asked of it ------------------------------------- */

/* Puts in the line that waits, in emacs mode and vi insertion. */
static unsigned char
apply(EditLine *el, wint_t key)
{
	struct editor_notes *notes = notes_of(el);

	(void)key;
	if (notes->edit == NULL)
		return CC_ERROR;
	put_line(el, notes->edit, notes->edit_cursor);
	free(notes->edit);
	notes->edit = NULL;
	return CC_REFRESH;
}

/* The same in vi's command mode, where the cursor stands on a character, not behind the last. */
static unsigned char
apply_command(EditLine *el, wint_t key)
{
	unsigned char done = apply(el, key);
	size_t length = line_length(el);

	if (length > 0 && line_cursor(el) == length)
		el_cursor(el, -1);
	return done;
}

static unsigned char
ask_completion(EditLine *el, wint_t key)
{
	(void)key;
	notes_of(el)->request = REQUEST_COMPLETE;
	return CC_NORM;
}

static unsigned char
ask_history(EditLine *el, wint_t key)
{
	(void)key;
	notes_of(el)->request = REQUEST_HISTORY;
	return CC_NORM;
}

/* A macro of ~/.editrc; the key tells which. */
static unsigned char
ask_macro(EditLine *el, wint_t key)
{
	notes_of(el)->macro = (int)key - EDITOR_MACRO_FIRST + 1;
	return CC_NORM;
}

/* Escape in vi's command mode: gives up a pending operator; the program may leave the prompt. */
static unsigned char
escape(EditLine *el, wint_t key)
{
	(void)key;
	notes_of(el)->request = REQUEST_LEAVE;
	return CC_NORM;
}

static unsigned char
nothing(EditLine *el, wint_t key)
{
	(void)el;
	(void)key;
	return CC_NORM;
}

/* --- guards ----------------------------------------------------------------------------------- */

/* vi's $, which on an empty line would put the cursor before the buffer. */
static unsigned char
end_of_line(EditLine *el, wint_t key)
{
	static const wchar_t to_end[] = { PRIVATE_TO_END, L'\0' };

	(void)key;
	if (line_length(el) == 0)
		return CC_ERROR;
	el_wpush(el, to_end);
	return CC_ARGHACK; /* keeps a count and an operator: d$ */
}

/* A digit of a repeat count; those too many are dropped. */
static unsigned char
count_digit(EditLine *el, wint_t digit)
{
	struct editor_notes *notes = notes_of(el);
	const wchar_t keys[] = { PRIVATE_COUNT, (wchar_t)digit, L'\0' };

	notes->count = goes_on(notes, notes->count_command) ? notes->count + 1 : 1;
	notes->count_command = notes->commands;
	if (notes->count <= COUNT_DIGITS)
		el_wpush(el, keys);
	return CC_ARGHACK;
}

/* --- moving and deleting as function keys do --------------------------------------------------- */

/* One character to the right: in vi insertion too up to behind the last one. */
static unsigned char
right(EditLine *el, wint_t key)
{
	(void)key;
	el_cursor(el, 1);
	return CC_CURSOR;
}

/* Behind the last character, in vi insertion too. */
static unsigned char
last(EditLine *el, wint_t key)
{
	(void)key;
	set_cursor(el, line_length(el));
	return CC_CURSOR;
}

/* Deletes the character under the cursor; never ends the input, as libedit's own can. */
static unsigned char
delete_here(EditLine *el, wint_t key)
{
	(void)key;
	if (line_cursor(el) == line_length(el))
		return CC_ERROR;
	el_cursor(el, 1);
	el_deletestr(el, 1);
	return CC_REFRESH;
}

/* --- searching for a line that begins alike ------------------------------------------------------ */

/* Returns the past line of this age (1 is the newest), NULL when there is none so old. */
static const wchar_t *
past_line(const struct editor_notes *notes, int age)
{
	HistEventW event;
	int found = history_w(notes->past, &event, H_FIRST);

	for (; found == 0 && age > 1; age--)
		found = history_w(notes->past, &event, H_NEXT);
	return found == 0 ? event.str : NULL;
}

/* Begins a search unless the last command was one: what stands before the cursor is searched for. */
static void
begin_search(EditLine *el, struct editor_notes *notes)
{
	if (!goes_on(notes, notes->search_command)) {
		notes->searched = line_cursor(el);
		notes->found = 0;
	}
	notes->search_command = notes->commands;
}

/* True when the past line begins as what is searched for does, and is not the one in the line. */
static bool
is_match(EditLine *el, const struct editor_notes *notes, const wchar_t *text)
{
	const LineInfoW *info = el_wline(el);
	size_t length = line_length(el);

	if (wcsncmp(text, info->buffer, notes->searched) != 0)
		return false;
	return wcslen(text) != length || wcsncmp(text, info->buffer, length) != 0;
}

/* Shows the next past line in this direction that begins alike. */
static unsigned char
search(EditLine *el, int direction)
{
	struct editor_notes *notes = notes_of(el);
	const wchar_t *text;

	begin_search(el, notes);
	for (int age = notes->found + direction; age > 0; age += direction) {
		text = past_line(notes, age);
		if (text == NULL)
			break;
		if (!is_match(el, notes, text))
			continue;
		notes->found = age;
		put_line(el, text, wcslen(text));
		return CC_REFRESH;
	}
	return CC_ERROR;
}

static unsigned char
search_older(EditLine *el, wint_t key)
{
	(void)key;
	return search(el, 1);
}

static unsigned char
search_newer(EditLine *el, wint_t key)
{
	(void)key;
	return search(el, -1);
}

/* --- their names ------------------------------------------------------------------------------------ */

static const struct function_row {
	const wchar_t *name, *help;
	unsigned char (*function)(EditLine *el, wint_t key);
} functions[] = {
	{ L"mxscope-complete", L"Complete the word before the cursor", ask_completion },
	{ L"mxscope-history", L"Search the history as you type", ask_history },
	{ L"mxscope-older", L"Find an older line that begins like this one", search_older },
	{ L"mxscope-newer", L"Find a newer line that begins like this one", search_newer },
	{ L"mxscope-nothing", L"Do nothing", nothing },
	{ L"mxscope-end", L"Go to the end of the line", end_of_line },
	{ L"mxscope-macro", L"Type a macro", ask_macro },
	{ L"mxscope-count", L"Add a digit to the repeat count", count_digit },
	{ L"mxscope-right", L"Go right", right },
	{ L"mxscope-last", L"Go behind the last character", last },
	{ L"mxscope-delete", L"Delete the character under the cursor", delete_here },
	{ L"mxscope-escape", L"Give up what is pending", escape },
	{ L"mxscope-apply", L"Put in the line that waits", apply },
	{ L"mxscope-apply-command", L"Put in the line that waits", apply_command },
};

void
editor_functions_add(EditLine *el)
{
	/* By el_wset(): the narrow el_set() would leak the names. */
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		el_wset(
		    el, EL_ADDFN, functions[i].name, functions[i].help, functions[i].function);
}

/*
 * The keys of the prompt's line editor, as tables.
 *
 * Decides what is bound before ~/.editrc is read (defaults that a line of it may change), what
 * after (private keys, which nothing may change), and what a line of it gets in place of a
 * function that crashes or freezes libedit (3.1-20221030): M-x with an open quote reads stray
 * pointers, vi's $ on an empty line leaves the cursor before the buffer, vi's . can replay itself
 * for ever, v starts a program on our terminal, a count of millions stalls, a search as one types
 * calls itself once a key. What the functions in their place do is in editor_functions.c.
 */
#include <stdio.h>
#include <string.h>

#include <histedit.h>

#include "util/text.h"

#include "cli/editor_keys.h"

enum {
	SEQUENCE_MAX = 64,
};

/* --- tables -------------------------------------------------------------------------------- */

struct binding_row {
	const wchar_t *key, *function; /* in the map of insertion; NULL = not bound there */
	const wchar_t *command; /* in vi's map of commands; NULL = not bound there */
};

/* Defaults in emacs mode; M-x takes a command line with quotes. */
static const struct binding_row emacs_rows[] = {
	{ .key = L"^I", .function = L"mxscope-complete" },
	{ .key = L"^R", .function = L"mxscope-history" },
	{ .key = L"\\ex", .function = L"mxscope-nothing" },
	{ .key = L"\\eX", .function = L"mxscope-nothing" },
	{ .key = L"\\ep", .function = L"mxscope-older" },
	{ .key = L"\\eP", .function = L"mxscope-older" },
	{ .key = L"\\en", .function = L"mxscope-newer" },
	{ .key = L"\\eN", .function = L"mxscope-newer" },
};

/* Defaults in vi mode. No Escape sequence may be bound for insertion: it would make Escape wait. */
static const struct binding_row vi_rows[] = {
	{ .key = L"^I", .function = L"mxscope-complete", .command = L"mxscope-complete" },
	{ .key = L"^R", .function = L"mxscope-history", .command = L"mxscope-history" },
	{ .key = L":", .command = L"mxscope-nothing" },
	{ .key = L".", .command = L"mxscope-nothing" },
	{ .key = L"v", .command = L"mxscope-nothing" },
	{ .key = L"/", .command = L"mxscope-history" },
	{ .key = L"?", .command = L"mxscope-history" },
	{ .key = L"n", .command = L"mxscope-older" },
	{ .key = L"N", .command = L"mxscope-newer" },
	{ .key = L"K", .command = L"mxscope-older" },
	{ .key = L"J", .command = L"mxscope-newer" },
	{ .key = L"$", .command = L"mxscope-end" },
	{ .key = L"^E", .command = L"mxscope-end" },
	{ .key = L"0", .command = L"mxscope-count" },
	{ .key = L"1", .command = L"mxscope-count" },
	{ .key = L"2", .command = L"mxscope-count" },
	{ .key = L"3", .command = L"mxscope-count" },
	{ .key = L"4", .command = L"mxscope-count" },
	{ .key = L"5", .command = L"mxscope-count" },
	{ .key = L"6", .command = L"mxscope-count" },
	{ .key = L"7", .command = L"mxscope-count" },
	{ .key = L"8", .command = L"mxscope-count" },
	{ .key = L"9", .command = L"mxscope-count" },
};

/* Private keys, in either mode. */
static const struct binding_row private_rows[] = {
	{ L"\\201", L"mxscope-apply", L"mxscope-apply-command" },
	{ L"\\203", L"ed-move-to-end", L"ed-move-to-end" },
	{ L"\\2040", L"vi-zero", L"vi-zero" },
	{ L"\\2041", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\2042", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\2043", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\2044", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\2045", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\2046", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\2047", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\2048", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\2049", L"ed-argument-digit", L"ed-argument-digit" },
	{ L"\\205", L"mxscope-nothing", L"mxscope-nothing" },
	/* What function keys do: see codes[]. */
	{ L"\\220", L"ed-prev-history", L"ed-prev-history" },
	{ L"\\221", L"ed-next-history", L"ed-next-history" },
	{ L"\\222", L"mxscope-right", L"ed-next-char" },
	{ L"\\223", L"ed-prev-char", L"ed-prev-char" },
	{ L"\\224", L"ed-move-to-beg", L"ed-move-to-beg" },
	{ L"\\225", L"mxscope-last", L"mxscope-end" },
	{ L"\\226", L"mxscope-delete", L"ed-delete-next-char" },
	{ L"\\227", L"em-next-word", L"vi-next-word" },
	{ L"\\230", L"ed-prev-word", L"vi-prev-word" },
	{ L"\\231", L"mxscope-last", L"mxscope-nothing" },
};

/* In emacs mode only: gives up an Escape, and with it a count, which an unbound key would not. */
static const struct binding_row private_emacs_rows[] = {
	{ .key = L"\\e\\205", .function = L"mxscope-nothing" },
};

/* In vi mode only: in emacs mode it would leave a map in which no key does anything. */
static const struct binding_row private_vi_rows[] = {
	{ L"\\202", L"vi-command-mode", L"mxscope-escape" },
};

/* A key whose binding tells that none was wiped: `bind -v` and `bind -e` wipe them all. */
static const wchar_t canary[] = L"\\2041";

/*
 * Function keys that libedit leaves unbound, or that in vi mode it binds so that they leave
 * insertion. Up and Down put the cursor at the end of the line, as in emacs mode.
 */
static const struct code_row {
	const char *sequence;
	const wchar_t *codes;
} codes[] = {
	{ "\033[A", L"\x90\x99" },
	{ "\033OA", L"\x90\x99" },
	{ "\033[B", L"\x91\x99" },
	{ "\033OB", L"\x91\x99" },
	{ "\033[C", L"\x92" },
	{ "\033OC", L"\x92" },
	{ "\033[D", L"\x93" },
	{ "\033OD", L"\x93" },
	{ "\033[H", L"\x94" },
	{ "\033OH", L"\x94" },
	{ "\033[1~", L"\x94" },
	{ "\033[7~", L"\x94" },
	{ "\033[F", L"\x95" },
	{ "\033OF", L"\x95" },
	{ "\033[4~", L"\x95" },
	{ "\033[8~", L"\x95" },
	{ "\033[3~", L"\x96" },
	{ "\033[1;5C", L"\x97" },
	{ "\033[1;3C", L"\x97" },
	{ "\033Oc", L"\x97" },
	{ "\033[1;5D", L"\x98" },
	{ "\033[1;3D", L"\x98" },
	{ "\033Od", L"\x98" },
};

/* Functions of libedit that must not run in these modes, and what to bind in their place. */
static const struct replacement_row {
	const wchar_t *function, *in_its_place;
	bool in_emacs, in_vi;
} replacements[] = {
	{ L"ed-command", L"mxscope-nothing", true, true },
	{ L"ed-prev-line", L"mxscope-nothing", true, true },
	{ L"ed-next-line", L"mxscope-nothing", true, true },
	{ L"vi-histedit", L"mxscope-nothing", true, true },
	{ L"vi-redo", L"mxscope-nothing", true, true },
	{ L"em-universal-argument", L"mxscope-nothing", true, true },
	{ L"ed-argument-digit", L"mxscope-count", true, true },
	{ L"ed-move-to-end", L"mxscope-end", true, true },
	{ L"em-inc-search-prev", L"mxscope-history", true, true },
	{ L"em-inc-search-next", L"mxscope-history", true, true },
	{ L"vi-search-prev", L"mxscope-history", true, true },
	{ L"vi-search-next", L"mxscope-history", true, true },
	{ L"ed-search-prev-history", L"mxscope-older", true, true },
	{ L"ed-search-next-history", L"mxscope-newer", true, true },
	{ L"vi-repeat-search-prev", L"mxscope-newer", true, true },
	{ L"vi-repeat-search-next", L"mxscope-older", true, true },
	/* Undoing swaps buffers, and the mark of a region still points into the other. */
	{ L"em-kill-region", L"mxscope-nothing", false, true },
	{ L"em-copy-region", L"mxscope-nothing", false, true },
	{ L"em-exchange-mark", L"mxscope-nothing", false, true },
	{ L"vi-undo", L"mxscope-nothing", true, false },
	/* Without vi's keys there is no way back. */
	{ L"vi-command-mode", L"mxscope-nothing", true, false },
};

#define ROWS(table) (sizeof(table) / sizeof *(table))

/* --- binding ----------------------------------------------------------------------------------- */

/* Binds the rows of a table. */
static void
bind_rows(EditLine *el, const struct binding_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].function != NULL)
			el_wset(el, EL_BIND, rows[i].key, rows[i].function, NULL);
		if (rows[i].command != NULL)
			el_wset(el, EL_BIND, L"-a", rows[i].key, rows[i].command, NULL);
	}
}

/*
 * Letters of Latin-1 insert themselves, also where the locale does not call them printable:
 * libedit would take them for Meta and a letter.
 */
static void
bind_letters(EditLine *el)
{
	for (wchar_t letter = 0xa0; letter <= 0xff; letter++) {
		const wchar_t key[] = { letter, L'\0' };

		el_wset(el, EL_BIND, key, L"ed-insert", NULL);
	}
}

/* Takes libedit's arrow keys away: in vi mode they are Escape and more, and leave insertion. */
static void
unbind_arrows(EditLine *el)
{
	wchar_t key[SEQUENCE_MAX];

	for (size_t i = 0; i < ROWS(codes); i++) {
		swprintf(key, SEQUENCE_MAX, L"%s", codes[i].sequence);
		el_wset(el, EL_BIND, L"-r", key, NULL);
	}
}

bool
editor_keys_vi(const struct editor_libedit *libedit)
{
	const wchar_t *mode = NULL;

	return el_wget(libedit->el, EL_EDITOR, &mode) == 0 && mode != NULL &&
	    wcscmp(mode, L"vi") == 0;
}

void
editor_keys_private(struct editor_libedit *libedit)
{
	bind_rows(libedit->el, private_rows, ROWS(private_rows));
	if (editor_keys_vi(libedit))
		bind_rows(libedit->el, private_vi_rows, ROWS(private_vi_rows));
	else
		bind_rows(libedit->el, private_emacs_rows, ROWS(private_emacs_rows));
}

void
editor_keys_defaults(struct editor_libedit *libedit)
{
	if (editor_keys_vi(libedit)) {
		unbind_arrows(libedit->el);
		bind_rows(libedit->el, vi_rows, ROWS(vi_rows));
	} else {
		bind_rows(libedit->el, emacs_rows, ROWS(emacs_rows));
	}
	bind_letters(libedit->el);
	editor_keys_private(libedit);
}

const wchar_t *
editor_keys_codes(const char *sequence)
{
	for (size_t i = 0; i < ROWS(codes); i++) {
		if (strcmp(codes[i].sequence, sequence) == 0)
			return codes[i].codes;
	}
	return NULL;
}

const wchar_t *
editor_keys_harmless(const struct editor_libedit *libedit, const wchar_t *function)
{
	bool vi = editor_keys_vi(libedit);

	for (size_t i = 0; i < ROWS(replacements); i++) {
		if ((vi ? replacements[i].in_vi : replacements[i].in_emacs) &&
		    wcscmp(replacements[i].function, function) == 0)
			return replacements[i].in_its_place;
	}
	return function;
}

/* --- what is bound ------------------------------------------------------------------------------- */

/* True when bind finds something under the key, which is spelled as bind wants it. */
static bool
is_bound(struct editor_libedit *libedit, const wchar_t *key)
{
	editor_libedit_listen(libedit);
	el_wset(libedit->el, EL_BIND, key, NULL);
	return *editor_libedit_said(libedit) == '\0';
}

bool
editor_keys_bound(struct editor_libedit *libedit, const char *sequence)
{
	wchar_t key[2 * SEQUENCE_MAX + 1];
	size_t n = 0, left = strlen(sequence);
	uint32_t character;

	for (size_t length; left > 0 && n < 2 * SEQUENCE_MAX - 1; left -= length) {
		length = text_decode(sequence, left, &character);
		if (length == 0)
			return false;
		if (wcschr(L"\\^M", (wchar_t)character) != NULL)
			key[n++] = L'\\'; /* they begin escapes in bind's spelling */
		key[n++] = (wchar_t)character;
		sequence += length;
	}
	key[n] = L'\0';
	return left == 0 && is_bound(libedit, key);
}

void
editor_keys_restore(struct editor_libedit *libedit)
{
	if (!is_bound(libedit, canary))
		editor_keys_defaults(libedit);
}

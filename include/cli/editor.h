/*
 * The prompt's line editor: libedit itself - its emacs and vi keys, ~/.editrc, history - run in a
 * thread with strict hand-over, so that it may wait for a key inside a command while the program
 * goes on. It draws nothing: the interface draws the view. This is the one door to libedit.
 */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/completion.h"

enum {
	EDITOR_LINE_MAX = 1000
}; /* characters */

/* What can be open over the line. */
enum popup_kind {
	POPUP_NONE,
	POPUP_COMPLETION, /* of the word before the cursor */
	POPUP_HISTORY, /* past lines that hold the pattern */
	POPUP_PALETTE, /* commands that fit the pattern */
};

/* What there is to draw. UTF-8; valid until the next editor_* call. */
struct editor_view {
	const char *line; /* the text; control characters are shown as ^X */
	size_t cursor; /* byte offset in line */
	const char *search; /* what is searched for ("history: exa", "command: pro"), or NULL */
	const struct candidates
	    *candidates; /* pop-up of completions or of past lines, or NULL */
	const char *suggestion; /* what the line went on with in the past, or NULL */
	enum popup_kind popup; /* what is open over the line */
	size_t chosen; /* candidate chosen in it, which line shows; SIZE_MAX = none yet */
};

enum editor_event {
	EDITOR_NOTHING, /* the line may have changed */
	EDITOR_LINE, /* Enter: take it with editor_line() */
	EDITOR_CANCEL, /* Ctrl-C, or Escape where it leaves the prompt */
	EDITOR_END, /* Ctrl-D on an empty line */
};

struct editor_settings {
	const char *history; /* file, made 0600; NULL = none is kept */
	/* Asked when Tab is pressed; fills candidates for the line up to cursor. */
	void (*complete)(
	    void *context, const char *line, size_t cursor, struct candidates *candidates);
	/* Asked for the palette; fills candidates for the letters typed. NULL = there is none. */
	void (*palette)(void *context, const char *pattern, struct candidates *candidates);
	void *context;
	/* Told once each about what is wrong in ~/.editrc, "line 3: ...", or with the history file. */
	void (*complain)(void *context, const char *sentence);
};

struct editor;

/* NULL when the system gives no pseudo-terminal or thread. Must come before ncurses starts. */
struct editor *editor_new(const struct editor_settings *settings);
void editor_free(struct editor *editor);

/* Feeds one typed character, or a control character. */
enum editor_event editor_key(struct editor *editor, uint32_t character);

/* Feeds a lone Escape key (the decoder's timeout told it from a sequence). */
enum editor_event editor_escape(struct editor *editor);

/* Feeds a function key or Alt combination as its sequence, "\033[A", "\033b". */
enum editor_event editor_sequence(struct editor *editor, const char *sequence);

/* True when that sequence does something in the prompt now; else it may mean something elsewhere. */
bool editor_takes(struct editor *editor, const char *sequence);

/* Inserts pasted text at the cursor: controls dropped, line ends and tabs as blanks. */
void editor_paste(struct editor *editor, const char *text, size_t n);

/* Takes the line that EDITOR_LINE told of, as a string that the caller frees. */
char *editor_line(struct editor *editor);

/* Sets the whole line, with the cursor at its end ("" empties it). */
void editor_set(struct editor *editor, const char *text);

/* The same for a line that is to be gone on with: one Escape gives it up while it is as it was begun. */
void editor_begin(struct editor *editor, const char *text);

/* Opens the palette of commands over the line: Enter runs what is chosen, Escape leaves the prompt. */
void editor_palette(struct editor *editor);

/* Gives up the line and whatever is nested in it. */
void editor_cancel(struct editor *editor);

/* Adds a line to the history, in memory and on disk. */
void editor_remember(struct editor *editor, const char *line);

struct editor_view editor_view(struct editor *editor);

#endif

/*
 * The functions of ours that keys are bound to inside libedit, and what mends its line between
 * two commands. They run on libedit's side of the hand-over and leave notes for the other.
 */
#ifndef CLI_EDITOR_FUNCTIONS_H
#define CLI_EDITOR_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

struct editline;

/* What a key asked of the program. */
enum editor_request {
	REQUEST_NONE,
	REQUEST_COMPLETE, /* Tab */
	REQUEST_HISTORY, /* Ctrl-R, and / in vi's command mode */
	REQUEST_LEAVE, /* Escape where vi is in command mode already */
};

/* What the two sides tell each other; el's client data points here. */
struct editor_notes {
	enum editor_request request;
	int macro; /* a macro to type: its number from 1 on; 0 = none */
	wchar_t *edit; /* the line to put in, from the heap; NULL when it is in */
	size_t edit_cursor; /* in characters */
	void *past; /* HistoryW */

	unsigned long commands; /* begun so far: tells whether two came one upon the other */
	unsigned long count_command, search_command; /* the last of each kind */
	int count; /* digits of the repeat count so far */
	size_t searched; /* characters at the line's begin that are searched for */
	int found; /* age of the past line that was found; 0 = none, 1 = the newest */
};

/* Makes the functions known to libedit, under the names that editor_keys.c binds. */
void editor_functions_add(struct editline *el);

/*
 * Mends the line before libedit reads the first key of a command: cut to EDITOR_LINE_MAX
 * characters, since longer ones do not survive libedit's history; without line ends and private
 * keys, which only a quoting command can have put there.
 */
void editor_functions_tidy(struct editline *el);

/* Puts a cursor that libedit left outside the line back in: vi's $ leaves it before the buffer. */
void editor_functions_clamp(struct editline *el);

#endif

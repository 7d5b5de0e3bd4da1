/*
 * The pop-up over the prompt: completions of a word, after Ctrl-R the past lines that hold
 * what is typed, or the palette of commands. It takes keys before libedit sees them, and puts what is chosen in the line.
 */
#ifndef CLI_EDITOR_POPUP_H
#define CLI_EDITOR_POPUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

#include "cli/completion.h"
#include "cli/editor.h"
#include "cli/editor_line.h"
#include "cli/prompt_history.h"

struct editor_popup {
	const struct editor_settings *settings; /* who completes */
	struct editor_line *line; /* what is chosen goes there */
	struct prompt_history *history;

	enum popup_kind kind;
	struct candidates candidates;
	size_t chosen; /* SIZE_MAX = none yet */
	char *before; /* the line as it was when it opened, and the cursor's byte offset */
	size_t cursor;
	struct buf pattern; /* POPUP_HISTORY, POPUP_PALETTE: what is typed */
};

/* Tab: completes the word as far as it is certain; when that is no further, shows what there is. */
void editor_popup_complete(struct editor_popup *popup);

/* Ctrl-R: searches the history, for what stands in the line first. */
void editor_popup_search(struct editor_popup *popup);

/* Opens the palette of commands: false when there is none to choose from. */
bool editor_popup_palette(struct editor_popup *popup);

/* A character while it may be open. True = it was the pop-up's; else it goes on to the line. */
bool editor_popup_key(struct editor_popup *popup, uint32_t character);

/* True when this function key (its sequence) goes from candidate to candidate. */
bool editor_popup_takes(const struct editor_popup *popup, const char *sequence);

/* The same for a function key. One that is not the pop-up's keeps what is chosen and goes on. */
bool editor_popup_sequence(struct editor_popup *popup, const char *sequence);

/* A paste (printable, no line ends). True = it went to the pattern. */
bool editor_popup_paste(struct editor_popup *popup, const char *text);

/* Closes it with the line as it was before: false when none was open. */
bool editor_popup_dismiss(struct editor_popup *popup);

/* Closes it and leaves the line as it is. */
void editor_popup_close(struct editor_popup *popup);

/* Frees what it holds. */
void editor_popup_clear(struct editor_popup *popup);

#endif

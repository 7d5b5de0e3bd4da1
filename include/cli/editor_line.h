/*
 * libedit, run so that it can wait for a key in the middle of a command while the program goes on:
 * in a thread of its own with strict hand-over. Exactly one side runs at a time; a key is handed
 * in, libedit does what it does with it, and when it asks for the next one it hands back.
 *
 * Everything here is for the one thread that owns the program. Text is UTF-8.
 */
#ifndef CLI_EDITOR_LINE_H
#define CLI_EDITOR_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/editor.h"
#include "cli/editor_functions.h"

struct editor_line;

/* libedit with its keys set, ready for the first; NULL when the system gives no pty or thread. */
struct editor_line *editor_line_new(
    void (*complain)(void *context, const char *sentence), void *context);
void editor_line_free(struct editor_line *line);

/* Types one character. */
enum editor_event editor_line_type(struct editor_line *line, uint32_t character);

/* Types Escape alone: in vi mode to command mode, in emacs mode the beginning of Meta and a key. */
enum editor_event editor_line_escape(struct editor_line *line);

/* Types a function key by its sequence; what means nothing here is dropped. */
enum editor_event editor_line_sequence(struct editor_line *line, const char *sequence);

/* True when editor_line_sequence() would do something with it. */
bool editor_line_takes(struct editor_line *line, const char *sequence);

/* Takes what the last key asked for. */
enum editor_request editor_line_request(struct editor_line *line);

/* Gives up the line and all that is nested in it. */
void editor_line_cancel(struct editor_line *line);

/* Sets the line (cut at EDITOR_LINE_MAX) and the cursor, a byte offset in text. */
void editor_line_replace(struct editor_line *line, const char *text, size_t cursor);

/* The line and the cursor's byte offset; valid until the next call. */
const char *editor_line_text(struct editor_line *line, size_t *cursor);

/* True when libedit waits inside a command: for the rest of a key, a quoted character ... */
bool editor_line_waits(const struct editor_line *line);

/* True in vi mode. */
bool editor_line_vi(const struct editor_line *line);

/* Returns the finished line, which the caller frees: after EDITOR_LINE. */
char *editor_line_take(struct editor_line *line);

/* Adds a line to libedit's history, for Up, Down and the rest. */
void editor_line_remember(struct editor_line *line, const char *text);

#endif

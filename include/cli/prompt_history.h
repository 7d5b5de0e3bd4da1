/*
 * The command lines of this and earlier runs: in memory for the prompt, in a file for the next
 * run. The file has libedit's own form (the cookie _HiStOrY_V2_, vis(3) octal), yet libedit never
 * touches it: its H_SAVE truncates, hides a full disk and loses what another instance wrote.
 */
#ifndef CLI_PROMPT_HISTORY_H
#define CLI_PROMPT_HISTORY_H

#include <stddef.h>

#include "cli/completion.h"

enum {
	PROMPT_HISTORY_MAX = 2000, /* lines held in memory; a longer file is cut at the start */
	PROMPT_HISTORY_KEPT = 1500, /* lines left in a file that is cut */
	PROMPT_HISTORY_FOUND_MAX = 200, /* lines that a search finds */
};

struct prompt_history;

/*
 * Reads the file, which need not exist (its directory should). With path NULL, or when the file
 * cannot be used, lines are kept in memory only; complain (may be NULL) is told why, once, in a
 * sentence. Free with prompt_history_free().
 */
struct prompt_history *prompt_history_new(
    const char *path, void (*complain)(void *context, const char *sentence), void *context);
void prompt_history_free(struct prompt_history *history);

/*
 * Adds a line, in memory and at the end of the file (made 0600). An empty line, and one
 * equal to the line before, is passed over. Never waits: while another program holds the
 * lock, lines wait in memory and go out with the next one or at the end.
 */
void prompt_history_add(struct prompt_history *history, const char *line);

/* The number of lines, and the one of this age: 0 is the newest; age < count. */
size_t prompt_history_count(const struct prompt_history *history);
const char *prompt_history_line(const struct prompt_history *history, size_t age);

/* The newest line that begins with the text and goes on behind it, or NULL. */
const char *prompt_history_begun(const struct prompt_history *history, const char *text);

/*
 * Fills candidates (empty before; clear with candidates_clear()) with the lines that hold the
 * pattern, ASCII case aside, newest first, none twice, at most PROMPT_HISTORY_FOUND_MAX.
 */
void prompt_history_search(
    const struct prompt_history *history, const char *pattern, struct candidates *candidates);

#endif

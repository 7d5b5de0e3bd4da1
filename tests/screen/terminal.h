/*
 * A program on a pseudo-terminal, and the screen that shows what it writes (libvterm).
 */
#ifndef SCREEN_TERMINAL_H
#define SCREEN_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <vterm.h>

#include "util/buf.h"

struct terminal;

/*
 * Starts the program (argv ends with NULL, environment likewise) on a new terminal of this size, under
 * a small shell of ours that outlives it as a login shell would. Ends the test run with a
 * sentence when the system has no pseudo-terminal.
 */
struct terminal *terminal_start(
    char *const argv[], char *const environment[], int rows, int columns, bool utf8);

/* Ends the program if it still runs, and frees. */
void terminal_free(struct terminal *t);

/* Takes what the program wrote, waiting at most so many milliseconds for some. False: nothing came. */
bool terminal_read(struct terminal *t, int timeout_ms);

/* Writes bytes as if they were typed. */
void terminal_type(struct terminal *t, const char *bytes, size_t n);

/*
 * Changes the size of the terminal, and the program gets its SIGWINCH. The screen is blank until the
 * program draws anew: what is seen then is no frame of another size.
 */
void terminal_resize(struct terminal *t, int rows, int columns);

/* Sends a signal to the program. */
void terminal_signal(struct terminal *t, int signal);

/* How the program is: what waitpid() said. */
enum terminal_state {
	TERMINAL_RUNNING,
	TERMINAL_STOPPED,
	TERMINAL_EXITED, /* number is the exit status */
	TERMINAL_KILLED /* number is the signal */
};
enum terminal_state terminal_state(const struct terminal *t, int *number);

/* Lets a stopped program go on. */
void terminal_continue(struct terminal *t);

int terminal_rows(const struct terminal *t);
int terminal_columns(const struct terminal *t);
VTermScreen *terminal_screen(const struct terminal *t);

/* Sets out to the text of one row (0 is the top), without the blanks at its end. */
void terminal_row(const struct terminal *t, int row, struct buf *out);

/* The cursor's place; false when it is hidden. */
bool terminal_cursor(const struct terminal *t, int *row, int *column);

/* What is not as the program found it (modes, line discipline), in words; NULL: all restored. */
const char *terminal_not_restored(struct terminal *t);

/* How many escape sequences the program wrote. */
size_t terminal_orders(const struct terminal *t);

/* The first byte that should not have reached the terminal, in words; "" = none. */
const char *terminal_stray(const struct terminal *t);

#endif

/*
 * The one door to ncurses: a canvas in, bytes for the terminal out. ncurses writes each frame into
 * memory; the caller carries the bytes to the terminal without ever blocking. Alternate screen, mouse
 * and bracketed paste are here, raw mode and the undoing of all - at exit, on a signal, after a
 * crash - in tty_modes.h.
 */
#ifndef UI_TTY_H
#define UI_TTY_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"
#include "ui/theme.h"

struct tty;

/*
 * Opens /dev/tty without touching the shell's own descriptors, remembers its modes, sets raw mode.
 * NULL and a sentence (the caller frees it) when there is no terminal or TERM is not
 * known or cannot position the cursor.
 */
struct tty *tty_open(const struct theme *theme, bool colour, char **error);

/*
 * Opens /dev/tty in raw mode for lines that are written one after the other: no screen is drawn, and the
 * type of the terminal does not matter. Only tty_descriptor(), tty_size(), tty_resized(), tty_suspend(),
 * tty_resume() and tty_close() are for it. NULL and a sentence (the caller frees it) without a terminal.
 */
struct tty *tty_open_lines(char **error);

/* Restores the terminal and frees. */
void tty_close(struct tty *tty);

/* The descriptor to read keys from and to write frames to; non-blocking. */
int tty_descriptor(const struct tty *tty);

/*
 * The size to draw in: LINES and COLUMNS, as they were at the start, where they are within the
 * terminal; otherwise, and for good after tty_resized(), the terminal's own now.
 */
void tty_size(const struct tty *tty, int *rows, int *columns);

/* The terminal has another size (SIGWINCH): what the environment said of it holds no longer. */
void tty_resized(struct tty *tty);

/* Puts the canvas on the screen: returns the bytes that do it, valid until the next call; may be none. */
const char *tty_paint(struct tty *tty, const struct canvas *canvas, size_t *length);

/* The next tty_paint() draws everything anew: after a resize, `fg`, Ctrl-L. */
void tty_redraw(struct tty *tty);

void tty_set_theme(struct tty *tty, const struct theme *theme);

/*
 * Bytes that ask the terminal for the colour of its ground (xterm's OSC 11); none when it is not known
 * to answer, or shows no colours.
 */
const char *tty_ask_ground(const struct tty *tty, size_t *length);

/* Bytes that turn mouse reports on or off. */
const char *tty_mouse(struct tty *tty, bool on, size_t *length);

/*
 * Gives the terminal to the shell that started the job, which is stopped whole as Ctrl-Z does it. True
 * when the job has the terminal again, false when it goes on in the background (or there is no
 * such shell): then SIGCONT tells when. tty_resume() takes the terminal; write nothing before.
 */
bool tty_suspend(struct tty *tty);
void tty_resume(struct tty *tty);

/* True when the locale's encoding is UTF-8. */
bool tty_unicode(void);

#endif

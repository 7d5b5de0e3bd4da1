/*
 * Taking a terminal, and giving it back whatever happens: raw mode, what is written at either, and the
 * fatal signals between them. There is one terminal, and so one state.
 */
#ifndef UI_TTY_MODES_H
#define UI_TTY_MODES_H

#include <stdbool.h>

/* Remembers the modes to which the terminal goes back: false when the descriptor is none. */
bool tty_modes_learn(int fd);

/*
 * Sets raw mode - every key and byte comes as it is typed, and none is written but ours - and writes `enter`,
 * waiting a little for a terminal that takes no bytes. From here on it is given back, with `restore`
 * written, at a fatal signal, too. Both texts are borrowed for good; tty_modes_learn() comes first.
 */
void tty_modes_take(int fd, const char *enter, const char *restore);

/* The same once more, behind tty_modes_restore(). */
void tty_modes_take_again(void);

/* Restores the terminal if it is held, from anywhere, signal handlers included: no memory is asked for. */
void tty_modes_restore(void);

#endif

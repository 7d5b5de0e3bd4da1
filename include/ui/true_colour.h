/*
 * All colours on a terminal whose description knows 256: terminals say by COLORTERM what terminfo
 * does not. ncurses is given palette numbers that stand for the colours, and in what it writes they
 * are replaced by the colours themselves (ISO 8613-6: 38;2;R;G;B for 38;5;N).
 */
#ifndef UI_TRUE_COLOUR_H
#define UI_TRUE_COLOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

enum {
	STANDINS_MAX = 240 /* palette numbers 16..255; those below are the terminal's own */
};

/* Which number stands for which colour; zero-initialised it is empty. */
struct standins {
	int32_t colours[STANDINS_MAX];
	int count;
};

/* True when COLORTERM's value (may be NULL) and the terminal's "setaf" tell that this can be done. */
bool true_colour_shown(const char *colorterm, const char *setaf);

/* The number that stands for the colour (not COLOUR_DEFAULT): its own when that is below 16. */
int32_t standins_number(struct standins *standins, int32_t colour);

/* Adds the bytes that the terminal is to get for these n from ncurses. */
void standins_translate(
    const struct standins *standins, const char *bytes, size_t n, struct buf *out);

#endif

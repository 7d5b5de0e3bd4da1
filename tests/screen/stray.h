/*
 * The terminal's byte stream, watched: what a program may send to a terminal, and the modes it has
 * switched and not switched back.
 */
#ifndef SCREEN_STRAY_H
#define SCREEN_STRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stray {
	bool utf8; /* how the program was told to write */
	int state;
	char sequence[64]; /* the escape sequence under way */
	size_t length;
	bool alternate, hidden_cursor, keypad, cursor_keys, mouse, paste; /* modes in force */
	size_t orders; /* escape sequences, whatever they say */
	char found[96]; /* the first stray byte or character, in words; "" = none */
};

/* Starts with a terminal in its ordinary modes. */
void stray_init(struct stray *s, bool utf8);

/* Takes the next n bytes the program wrote. */
void stray_push(struct stray *s, const char *bytes, size_t n);

/*
 * Names the first mode that is still switched ("alternate screen", "hidden cursor", ...); NULL when the
 * terminal is as it was found.
 */
const char *stray_left_on(const struct stray *s);

#endif

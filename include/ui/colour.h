/*
 * Colours and the terminals that show them: the palette of xterm, and which of its colours comes
 * nearest to one that a terminal does not have.
 */
#ifndef UI_COLOUR_H
#define UI_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

enum {
	COLOUR_DEFAULT = -1, /* the terminal's own */
	COLOUR_RGB = 0x1000000, /* marks a colour that is no palette number */
};

/* How many colours a terminal shows; a theme may differ by it. */
enum depth {
	DEPTH_8,
	DEPTH_16,
	DEPTH_256,
	DEPTH_TRUE,
	depth_count
};

/* The number of colours: 8, 16, 256; 0x1000000 for all of them. */
int depth_colours(enum depth depth);

/* The depth of a terminal with so many colours. */
enum depth depth_of(int colours);

/* Reads "default", a colour's name, 0..255 or "#rrggbb": false when it is none. */
bool colour_parse(const char *word, int32_t *colour);

/* The 0xrrggbb of a colour, as xterm shows it; not for COLOUR_DEFAULT. */
uint32_t colour_rgb(int32_t colour);

/*
 * The nearest colour that a terminal of this depth has; COLOUR_DEFAULT, and whatever it has, stays.
 */
int32_t colour_nearest(int32_t colour, enum depth depth);

#endif

/*
 * Themes: for each style the colours and attributes, read from text. A line is
 *
 *	style NAME FOREGROUND BACKGROUND [bold|dim|italic|underline|reverse ...]
 *
 * with colours as "default", one of the 16 names ("red", "bright-blue"), "0".."255" or
 * "#rrggbb"; '#' at the start of a line or after a blank begins a comment unless six
 * hexadecimal digits follow. default.theme is embedded and read by this same parser at every
 * start.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/style.h"

enum {
	COLOUR_DEFAULT = -1
};

enum theme_attribute {
	THEME_BOLD = 1,
	THEME_DIM = 2,
	THEME_ITALIC = 4,
	THEME_UNDERLINE = 8,
	THEME_REVERSE = 16,
};

/* A colour: COLOUR_DEFAULT, 0..255 of the palette, or 0x1000000 | rgb. */
struct theme_style {
	int32_t foreground, background;
	unsigned attributes;
};

struct theme {
	struct theme_style styles[style_count];
};

/*
 * Parses theme text over what *theme holds already (begin with theme_embedded("default")). NULL
 * on success, or a sentence with the line number, which the caller frees; *theme is then
 * untouched.
 */
char *theme_parse(struct theme *theme, const char *text);

/* Loads an embedded theme: false when there is none of this name. */
bool theme_embedded(struct theme *theme, const char *name);

/* The names of the embedded themes, NULL-ended. */
const char *const *theme_names(void);

/*
 * The nearest colour a terminal with this many colours (8, 16, 256) has; COLOUR_DEFAULT stays.
 */
int32_t theme_nearest(int32_t colour, int colours);

#endif

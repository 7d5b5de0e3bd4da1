/*
 * Themes: for each style its colours and attributes, read from text. A line is one of
 *
 *	style NAME FOREGROUND BACKGROUND [bold|dim|italic|underline|reverse ...]
 *	colours 8|16|256|all
 *	terminal dark|light
 *	from THEME
 *	title TEXT
 *
 * with colours as "default", one of the 16 names ("red", "bright-blue"), 0..255 or "#rrggbb"; '#'
 * at the start of a line or after a blank begins a comment unless six hexadecimal digits follow.
 * What stands below "colours N" is for terminals with N colours or fewer; a colour that a terminal lacks
 * is replaced by the nearest. "terminal" says what the terminal's own colours are taken to be, "from"
 * begins with the lines of an embedded theme. default.theme is embedded and read by this same
 * parser at every start.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/colour.h"
#include "ui/style.h"

/* What a terminal's own colours are taken to be. */
#define THEME_GROUNDS(X) \
	X(GROUND_DARK, "dark", "light text on a dark ground") \
	X(GROUND_LIGHT, "light", "dark text on a light ground")
NAMES_DECLARE(theme_ground, THEME_GROUNDS)

enum theme_attribute {
	THEME_BOLD = 1,
	THEME_DIM = 2,
	THEME_ITALIC = 4,
	THEME_UNDERLINE = 8,
	THEME_REVERSE = 16,
};

struct theme_style {
	int32_t foreground, background; /* COLOUR_DEFAULT, 0..255, or COLOUR_RGB | rgb */
	unsigned attributes;
};

struct theme {
	enum theme_ground ground;
	struct theme_style styles[depth_count][style_count]; /* as written */
};

/*
 * Parses theme text over what *theme holds already (begin with theme_embedded("default")). NULL
 * on success, or a sentence with the line number, which the caller frees; *theme is then
 * untouched.
 */
char *theme_parse(struct theme *theme, const char *text);

/* Loads an embedded theme: false when there is none of this name. */
bool theme_embedded(struct theme *theme, const char *name);

/* How a style looks on a terminal of this depth: with colours that it has. */
struct theme_style theme_look(const struct theme *theme, enum depth depth, enum style style);

#endif

/*
 * The themes that come with the program: completion, palette, help and manual page list them, the
 * interface reads their text.
 */
#ifndef CLI_THEMES_H
#define CLI_THEMES_H

#include <stddef.h>

struct theme_row {
	const char *name; /* "light" */
	const char *title; /* what it is for, in a few words */
	const char *text; /* its lines, for theme_parse() */
};

/* All of them, by name. */
const struct theme_row *themes_table(size_t *count);

/* The one of this name, or NULL. */
const struct theme_row *themes_find(const char *name);

#endif

/*
 * The table of themes that come with the program, made of themes/NAME.theme. What a line of them means is
 * ui/theme.h's.
 */
#include <string.h>

#include "cli/themes.h"

static const struct theme_row themes[] = {
#include "cli/themes.inc"
};

enum {
	THEMES = sizeof themes / sizeof *themes
};

const struct theme_row *
themes_table(size_t *count)
{
	*count = THEMES;
	return themes;
}

const struct theme_row *
themes_find(const char *name)
{
	for (size_t i = 0; i < THEMES; i++) {
		if (strcmp(themes[i].name, name) == 0)
			return &themes[i];
	}
	return NULL;
}

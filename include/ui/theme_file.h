/*
 * Themes by the name that a user gives: built in, a file, or one in the user's folder of themes; and
 * which one suits the terminal when none was named.
 */
#ifndef UI_THEME_FILE_H
#define UI_THEME_FILE_H

#include "ui/theme.h"

/* The name for "the one that suits the terminal": the default of --theme. */
#define THEME_STANDARD "default"

/*
 * Loads the theme of this name or file; *path is the file it came from (the caller frees it), NULL
 * for a built-in one. NULL, or a sentence with file and line that the caller frees: *theme and *path
 * are then untouched.
 */
char *theme_load(struct theme *theme, const char *name, char **path);

/* The name of the built-in theme for a terminal of this ground. */
const char *theme_for(enum theme_ground ground);

#endif

/*
 * Where the program keeps its files (XDG Base Directory), and reading small ones whole.
 */
#ifndef CLI_PATHS_H
#define CLI_PATHS_H

#include <stddef.h>

/* "$XDG_STATE_HOME/mxscope/NAME" or its default; the caller frees it. NULL without a home. */
char *paths_state(const char *name);

/* "$XDG_CONFIG_HOME/mxscope/NAME" or its default; the caller frees it. NULL without a home. */
char *paths_config(const char *name);

/* The path as the shell would have it: "~/" is the home, where there is one. The caller frees it. */
char *paths_expand(const char *path);

/* Makes the directories above the file, 0700 each; what fails shows when the file is opened. */
void paths_make_parents(const char *path);

/*
 * Reads a file of at most `limit` bytes, without the mark that some editors put before UTF-8: a string
 * that the caller frees, or NULL with errno set.
 */
char *paths_read(const char *path, size_t limit);

#endif

/*
 * The files that a path which is being typed may become.
 */
#ifndef CLI_FILE_NAMES_H
#define CLI_FILE_NAMES_H

#include <stdbool.h>

enum {
	FILE_NAMES_LOOKED_AT = 4096, /* entries of a folder; what comes behind is not offered */
};

/* Takes a path that begins as typed; one of a folder ends in a slash. It is the callee's to copy. */
typedef void file_names_take(void *context, const char *path, bool folder);

/*
 * Gives every path that what is typed may become, in no order: what stands behind the last slash is the
 * beginning of a name in the folder before it. A name with a blank, a quote or what cannot be shown
 * is left out, for it would be no word of a command, and a hidden one unless its dot was typed.
 */
void file_names_each(const char *typed, file_names_take *take, void *context);

#endif

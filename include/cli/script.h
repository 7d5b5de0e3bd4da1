/*
 * Commands from files - the config file, --script, `source` - one a line, in order. A file that sources
 * another goes on behind it.
 */
#ifndef CLI_SCRIPT_H
#define CLI_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct script;

struct script *script_new(void);
void script_free(struct script *script);

/*
 * Reads the file at this path; its lines come before those that are left. `what` names it in messages
 * ("config"). NULL, or a sentence that the caller frees: it cannot be read, or files source
 * each other without end.
 */
char *script_push(struct script *script, const char *what, const char *path);

/*
 * The next line, NULL when none is left; valid until the next call. *where is the place for a
 * message, "config line 3", likewise.
 */
const char *script_next(struct script *script, const char **where);

#endif

/*
 * ~/.editrc, read line by line so that no line of it can take a guard away.
 */
#ifndef CLI_EDITOR_RC_H
#define CLI_EDITOR_RC_H

#include "cli/editor_libedit.h"

/*
 * Reads $EDITRC or ~/.editrc, over the defaults. complain (may be NULL) is told of each line
 * that is wrong: ".editrc line 3: ...".
 */
void editor_rc_read(struct editor_libedit *libedit,
    void (*complain)(void *context, const char *sentence), void *context);

#endif

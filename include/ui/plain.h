/*
 * The linear interface (--plain): the same commands on a plain prompt, changes told as lines. Nothing
 * is drawn over, no cursor is placed: for screen readers, TERM=dumb, and pipes.
 */
#ifndef UI_PLAIN_H
#define UI_PLAIN_H

#include "app/loop.h"
#include "cli/autorun.h"
#include "cli/session.h"

struct plain_settings {
	const char *prompt_history; /* file, or NULL */
	struct autorun_settings autorun; /* .fed is set here: when commands come over a pipe */
	struct session *session;
};

/*
 * Runs the linear interface until the user leaves, or the pipe that commands come from has ended
 * and nothing is in flight any more. Returns the exit status; 64 with a sentence on standard error when
 * it cannot begin.
 */
int plain_run(struct loop *loop, const struct plain_settings *settings);

#endif

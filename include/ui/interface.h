/*
 * The interface: terminal, keys, prompt and screen joined to the loop as its front end.
 */
#ifndef UI_INTERFACE_H
#define UI_INTERFACE_H

#include <stdbool.h>

#include "app/loop.h"
#include "cli/autorun.h"
#include "cli/session.h"

struct interface_settings {
	const char *theme; /* name or file */
	const char *prompt_history; /* file, or NULL */
	struct autorun_settings autorun;
	struct session *session;
};

/*
 * Runs the interface on this loop until the user leaves. Returns the exit status; 64 with a
 * sentence on standard error when there is no terminal, the theme is invalid or the like.
 */
int interface_run(struct loop *loop, const struct interface_settings *settings);

#endif

/*
 * What a session can do with itself, whatever front end it has: save a report, record, replay.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>

#include "app/loop.h"

/* What the effects of a session need to know. */
struct session {
	struct loop *loop;
	bool redact; /* mask what is saved */
	struct hash_key mask_key;
	char *
	    replay; /* the recording that is to be played next, in place of this session; or NULL */
};

/* Carries out the effect: false when it is none of a session's. */
bool session_carry_out(
    struct session *session, const struct effect *effect, const struct model *model);

#endif

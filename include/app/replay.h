/*
 * Playing a recording back: which event is next, and when it is due. An answer is played only when the
 * model has asked for it, as the effects tell, so that a recording that somebody made up cannot
 * bring the model answers to nothing.
 */
#ifndef APP_REPLAY_H
#define APP_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "app/effect.h"
#include "app/recording.h"
#include "util/names.h"

#define REPLAY_PACES(X) \
	X(REPLAY_ONCE, "once", "all at once") \
	X(REPLAY_REAL, "real", "as it happened") \
	X(REPLAY_STEP, "step", "an event for each `step`")
NAMES_DECLARE(replay_pace, REPLAY_PACES)

struct replay;

/* Plays this recording, which it takes over, from now on. */
struct replay *replay_new(struct recording *recording, enum replay_pace pace, int64_t now_us);
void replay_free(struct replay *replay);

const struct recording *replay_recording(const struct replay *replay);

/* When the next event is due: monotonic; INT64_MAX = never, or not before replay_step(). */
int64_t replay_due(const struct replay *replay);

/* Lets so many more events through. */
void replay_step(struct replay *replay, unsigned events);

/* Takes what is due by now. RECORDING_TURN: nothing more is to be played before the model was shown. */
enum recording_state replay_next(
    struct replay *replay, int64_t now_us, struct event *event, struct moment *moment);

/* Notes what the model asks for. */
void replay_note(struct replay *replay, const struct effect *effect);

/* True for commands that would ask the network for something: a replay asks nothing. */
bool replay_refuses(enum verb verb);

bool replay_is_over(const struct replay *replay);

#endif

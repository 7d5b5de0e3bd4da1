/*
 * What is recorded, and what is played: a replay's events reach the model at the moments at which they
 * came then, and do nothing that leaves the screen. Which is due is replay.c's; the file,
 * recording.c's.
 */
#include <stdlib.h>

#include <event2/event.h>

#include "util/mem.h"

#include "app/loop_parts.h"

#define NOTHING_ASKED "This is a replay: nothing is asked and nothing probed."

/* True for what a recorded event may do to whoever watches: nothing that leaves the screen. */
static bool
is_shown(enum effect_kind kind)
{
	return kind == EFFECT_THEME || kind == EFFECT_BIND || kind == EFFECT_MOUSE ||
	    kind == EFFECT_SEARCH || kind == EFFECT_PALETTE || kind == EFFECT_PROMPT ||
	    kind == EFFECT_REDRAW || kind == EFFECT_NOTICE;
}

/* Carries out one effect of an event that is played. */
static void
carry_out_played(struct loop *loop, const struct effect *effect)
{
	if (is_shown(effect->kind) && loop->front_end->effect != NULL)
		loop->front_end->effect(loop->front_end->context, effect, &loop->model);
}

void
loop_replay_refuse(struct event *event)
{
	event_clear(event);
	*event = (struct event){
		.kind = EVENT_NOTICE,
		.message = MESSAGE_INFO,
		.text = mem_strdup(NOTHING_ASKED),
	};
}

/* --- replays ---------------------------------------------------------------------------------- */

/* Plays one event: from here on it is as late as it was then. */
static void
play_event(struct loop *loop, struct event *event, struct moment moment)
{
	loop->shift = (struct moment){ 0 };
	loop->shift = (struct moment){
		.us = moment.us - loop_now(loop),
		.time = moment.time - loop_moment(loop).time,
	};
	if (event->kind == EVENT_LAB) {
		free(loop->scenarios);
		loop->scenarios = engine_scenarios(&event->scenario_count);
		event->scenarios = loop->scenarios;
	}
	loop_apply(loop, event, moment, carry_out_played);
}

/* Applies an event of the replay's own, and frees what it holds. */
static void
apply_own(struct loop *loop, struct event *event)
{
	loop_apply(loop, event, loop_moment(loop), loop_carry_out);
	event_clear(event);
}

/* Stops what is in flight, for no answer to it will come: false when nothing is. */
static bool
stop_rest(struct loop *loop)
{
	struct event stop = { .kind = EVENT_COMMAND, .command = { .verb = VERB_STOP } };

	if (loop->model.in_flight == 0)
		return false;
	stop.command.arguments[stop.command.argument_count++] = mem_strdup("all");
	apply_own(loop, &stop);
	return true;
}

/* Puts a sentence on the status line. */
static void
tell(struct loop *loop, enum message_kind kind, const char *sentence)
{
	struct event notice = { .kind = EVENT_NOTICE, .message = kind };

	notice.text = mem_strdup(sentence);
	apply_own(loop, &notice);
}

/*
 * The recording has come to its end: tells when something in it had not, or when it is cut. A report has an
 * end of its own for what was not finished.
 */
static void
end_replay(struct loop *loop)
{
	const char *trouble = recording_trouble(replay_recording(loop->replay));
	const bool reports = loop->front_end->replayed != NULL;
	const bool stopped = !reports && stop_rest(loop);

	if (trouble != NULL)
		tell(loop, MESSAGE_ERROR, trouble);
	else if (stopped)
		tell(loop, MESSAGE_INFO,
		    "The recording ends here: what was still in flight is stopped.");
	if (reports)
		loop->front_end->replayed(loop->front_end->context);
}

/* There is nothing more to play: what is asked from here on would stay without an answer. */
static void
pass_end(struct loop *loop)
{
	if (!loop->replayed) {
		loop->replayed = true;
		end_replay(loop);
	} else if (loop->front_end->replayed == NULL && stop_rest(loop)) {
		tell(loop, MESSAGE_INFO, NOTHING_ASKED);
	}
}

void
loop_replay_play(struct loop *loop)
{
	enum recording_state state;
	struct moment moment;
	struct event event;

	while ((state = replay_next(loop->replay, loop_now(loop), &event, &moment)) ==
	    RECORDING_EVENT) {
		play_event(loop, &event, moment);
		event_clear(&event);
	}
	if (state != RECORDING_END) {
		/* The end is told of in a turn of its own, when what was played has been shown. */
		loop_timer_at(loop, loop->replay_timer,
		    replay_is_over(loop->replay) ? 0 : replay_due(loop->replay));
	} else {
		pass_end(loop);
	}
}

const struct recording *
loop_replayed(const struct loop *loop)
{
	return loop->replay == NULL ? NULL : replay_recording(loop->replay);
}

bool
loop_is_replaying(const struct loop *loop)
{
	return loop->replay != NULL && !replay_is_over(loop->replay);
}

void
loop_replay_step(struct loop *loop, unsigned events)
{
	if (loop->replay != NULL)
		replay_step(loop->replay, events);
}

/* --- recordings --------------------------------------------------------------------------------- */

void
loop_keep(struct loop *loop, size_t jobs, const struct hash_key *mask)
{
	const struct recording_start start = {
		.settings = loop->model.settings,
		.moment = loop_moment(loop),
		.jobs = jobs,
	};

	loop->recorder = recorder_new(&start, mask);
}

char *
loop_record(struct loop *loop, const char *path)
{
	if (loop->recorder == NULL)
		return mem_strdup("A replay cannot be recorded: it is a recording.");
	return recorder_open(loop->recorder, path);
}

void
loop_note_name(struct loop *loop, const char *text, const char *fault)
{
	if (loop->recorder != NULL)
		recorder_name(loop->recorder, text, fault);
}

void
loop_record_turn(struct loop *loop)
{
	char *trouble = recorder_turn(loop->recorder);
	const struct event notice = {
		.kind = EVENT_NOTICE,
		.message = MESSAGE_ERROR,
		.text = trouble,
	};

	if (trouble != NULL)
		loop_post(loop, &notice);
}

/* --- life ----------------------------------------------------------------------------------- */

/* The replay has something to play: the turn does it. */
static void
on_replay(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
}

struct loop *
loop_new_replay(struct recording *recording, enum replay_pace pace, char **error)
{
	const struct settings settings = recording_settings(recording);
	struct loop *loop;

	loop = loop_new_bare(&settings, error);
	if (loop == NULL) {
		recording_free(recording);
		return NULL;
	}
	loop->replay = replay_new(recording, pace, loop_now(loop));
	loop->replay_timer = evtimer_new(loop->base, on_replay, loop);
	loop_timer_at(loop, loop->replay_timer, 0);
	return loop;
}

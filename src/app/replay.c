/*
 * The pace of a replay, and the book of what was asked and not yet answered. A recorded event that
 * answers nothing that was asked is passed over; in a whole recording there is none.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "app/replay.h"

NAMES_DEFINE(replay_pace, REPLAY_PACES)

/* Something that was asked. */
struct asked {
	enum event_kind answer; /* by an event of this kind */
	uint64_t ticket;
	uint32_t tag;
	uint16_t type; /* of the question */
};

struct replay {
	struct recording *recording;
	enum replay_pace pace;
	unsigned steps; /* still to be let through */
	int64_t shift_us; /* from recorded moments to those of this replay */
	enum recording_state state; /* of what was read ahead */
	struct event ahead;
	struct moment moment;
	struct asked *asked;
	size_t asked_count, asked_capacity;
};

/* --- what was asked -------------------------------------------------------------- */

/* The kind of event that answers an effect; EVENT_TICK = none. */
static enum event_kind
answer_to(enum effect_kind kind)
{
	static const struct {
		enum effect_kind effect;
		enum event_kind event;
	} answers[] = {
		{ EFFECT_ASK, EVENT_DNS },
		{ EFFECT_INSPECT, EVENT_DNS },
		{ EFFECT_PROBE, EVENT_PROBE },
		{ EFFECT_VERIFY, EVENT_VERIFIED },
		{ EFFECT_FETCH, EVENT_POLICY },
	};

	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		if (answers[i].effect == kind)
			return answers[i].event;
	}
	return EVENT_TICK;
}

/* Strikes out everything that was asked for this ticket. */
static void
forget_ticket(struct replay *replay, uint64_t ticket)
{
	size_t kept = 0;

	for (size_t i = 0; i < replay->asked_count; i++) {
		if (replay->asked[i].ticket != ticket)
			replay->asked[kept++] = replay->asked[i];
	}
	replay->asked_count = kept;
}

void
replay_note(struct replay *replay, const struct effect *effect)
{
	enum event_kind answer = answer_to(effect->kind);

	if (effect->kind == EFFECT_DROP)
		forget_ticket(replay, effect->ticket);
	if (answer == EVENT_TICK)
		return;
	replay->asked = mem_grow(
	    replay->asked, replay->asked_count, &replay->asked_capacity, sizeof *replay->asked);
	replay->asked[replay->asked_count++] = (struct asked){
		.answer = answer,
		.ticket = effect->ticket,
		.tag = effect->tag,
		.type = effect->question.type,
	};
}

/* Finds what the event answers, or NULL. */
static struct asked *
find_asked(struct replay *replay, const struct event *event)
{
	for (size_t i = 0; i < replay->asked_count; i++) {
		struct asked *asked = &replay->asked[i];

		if (asked->answer == event->kind && asked->ticket == event->ticket &&
		    asked->tag == event->tag &&
		    (event->kind != EVENT_DNS || asked->type == event->result->question.type))
			return asked;
	}
	return NULL;
}

/* True for an answer after which more may follow. */
static bool
goes_on(const struct event *event)
{
	return (event->kind == EVENT_DNS && event->result->provisional) ||
	    (event->kind == EVENT_PROBE && event->probe->ended_us == 0);
}

/* True when the event may be played: it answers something, or is no answer. */
static bool
is_playable(struct replay *replay, const struct event *event)
{
	struct asked *asked;

	switch (event->kind) {
	case EVENT_DNS:
	case EVENT_PROBE:
	case EVENT_VERIFIED:
	case EVENT_POLICY:
		asked = find_asked(replay, event);
		if (asked != NULL && !goes_on(event))
			*asked = replay->asked[--replay->asked_count];
		return asked != NULL;
	case EVENT_COMMAND: /* whoever watches leaves when he likes, in a terminal of his size */
		return event->command.verb != VERB_QUIT && event->command.verb != VERB_SUSPEND;
	case EVENT_RESIZE:
	case EVENT_FOUND: /* his own screen answers what the commands ask of it */
	case EVENT_BOUND:
	case EVENT_TYPING:
	case EVENT_KEY:
		return false;
	case EVENT_LESSON:
	case EVENT_RAN:
	case EVENT_HISTORY:
	case EVENT_SNAPSHOTS:
	case EVENT_NOTICE:
	case EVENT_LAYOUT:
	case EVENT_SELECT:
	case EVENT_LAB:
	case EVENT_TICK:
		return true;
	}
	return false;
}

bool
replay_refuses(enum verb verb)
{
	static const enum verb asking[] = { VERB_LOOKUP, VERB_RELOAD, VERB_PROBE, VERB_LAB,
		VERB_NET, VERB_WATCH, VERB_DIG, VERB_RCPT, VERB_TRACE, VERB_COMPARE };

	for (size_t i = 0; i < sizeof asking / sizeof *asking; i++) {
		if (asking[i] == verb)
			return true;
	}
	return false;
}

/* --- the pace ------------------------------------------------------------------------ */

/* Reads the next frame ahead. */
static void
read_ahead(struct replay *replay)
{
	replay->state = recording_next(replay->recording, &replay->ahead, &replay->moment);
}

struct replay *
replay_new(struct recording *recording, enum replay_pace pace, int64_t now_us)
{
	struct replay *replay = mem_alloc(sizeof *replay);

	replay->recording = recording;
	replay->pace = pace;
	replay->shift_us = now_us - recording_start(recording)->moment.us;
	read_ahead(replay);
	return replay;
}

void
replay_free(struct replay *replay)
{
	if (replay == NULL)
		return;
	event_clear(&replay->ahead);
	free(replay->asked);
	recording_free(replay->recording);
	free(replay);
}

const struct recording *
replay_recording(const struct replay *replay)
{
	return replay->recording;
}

/* True for events that happen to the user, not to the program's own bookkeeping. */
static bool
is_step(const struct event *event)
{
	return event->kind != EVENT_TICK && event->kind != EVENT_LAYOUT &&
	    event->kind != EVENT_RESIZE && event->kind != EVENT_FOUND &&
	    event->kind != EVENT_BOUND && event->kind != EVENT_TYPING &&
	    event->kind != EVENT_KEY;
}

int64_t
replay_due(const struct replay *replay)
{
	if (replay->state == RECORDING_END)
		return INT64_MAX;
	if (replay->state == RECORDING_TURN)
		return 0;
	switch (replay->pace) {
	case REPLAY_ONCE:
		return 0;
	case REPLAY_REAL:
		return replay->moment.us + replay->shift_us;
	case REPLAY_STEP:
		return replay->steps > 0 || !is_step(&replay->ahead) ? 0 : INT64_MAX;
	}
	return 0;
}

void
replay_step(struct replay *replay, unsigned events)
{
	replay->steps += events;
}

enum recording_state
replay_next(struct replay *replay, int64_t now_us, struct event *event, struct moment *moment)
{
	while (replay_due(replay) <= now_us) {
		enum recording_state state = replay->state;

		*event = replay->ahead;
		*moment = replay->moment;
		replay->ahead = (struct event){ 0 };
		read_ahead(replay);
		if (state == RECORDING_TURN)
			return state;
		if (is_step(event) && replay->steps > 0)
			replay->steps--;
		if (is_playable(replay, event))
			return RECORDING_EVENT;
		event_clear(event);
	}
	return replay->state == RECORDING_END ? RECORDING_END : RECORDING_TURN;
}

bool
replay_is_over(const struct replay *replay)
{
	return replay->state == RECORDING_END;
}

/*
 * Inside the room: the loop as its files share it. loop.c has the turns, loop_terminal.c what comes
 * from and goes to a descriptor, loop_replay.c what is recorded and played.
 */
#ifndef APP_LOOP_PARTS_H
#define APP_LOOP_PARTS_H

#include "app/loop.h"
#include "app/update.h"
#include "app/writer.h"

struct event_base;
struct evbuffer;

enum {
	QUIT_SIGNALS = 3,
	TERMINAL_SIGNALS = 3,
};

/* Keys go before everything else; events have the middle priority unless they are told another. */
enum {
	PRIORITY_KEYS,
	PRIORITY_REST,
	PRIORITIES
};

struct loop_slot {
	struct event *timer;
	void (*callback)(void *context);
	void *context;
};

struct loop {
	struct event_base *base;
	struct model model;
	struct engine *engine;
	struct event_queue queue;
	const struct event *applied; /* whose effects are being carried out; NULL = none */
	struct writer *writer;
	struct recorder *recorder; /* NULL = nothing is recorded */
	struct replay *replay; /* NULL = a session of its own */
	struct scenario_row *scenarios; /* of a replay */
	bool replayed; /* to its end */
	struct moment shift; /* from the clocks to the moments of a replay */
	struct event *replay_timer;
	const struct front_end *front_end;
	struct event *signals[QUIT_SIGNALS];
	struct event *tick;
	int64_t tick_at;
	struct loop_slot slots[loop_timer_count];
	struct file_watch *file; /* NULL = none is watched */

	struct event *input;
	void (*on_input)(void *context, const char *bytes, size_t n);
	void *input_context;

	int output_fd;
	struct event *output;
	struct evbuffer *pending;
	void (*on_drained)(void *context);
	void *drained_context;

	struct event *terminal_signals[TERMINAL_SIGNALS];
	void (*on_terminal_signal)(void *context, int signal);
	void *terminal_context;

	bool stopping;
	int status;
};

/* The clocks' moment, shifted to that of a replay. */
struct moment loop_moment(const struct loop *loop);

/* Sets a timer to a monotonic moment; INT64_MAX takes it away. */
void loop_timer_at(struct loop *loop, struct event *timer, int64_t at_us);

/* How the effects of an event are carried out. */
typedef void loop_carrier(struct loop *loop, const struct effect *effect);

/* Carries out one effect of an event of this session. */
void loop_carry_out(struct loop *loop, const struct effect *effect);

/* Applies one event, which happens now or is played, and carries out what it led to. */
void loop_apply(
    struct loop *loop, const struct event *event, struct moment moment, loop_carrier *carry);

/* A loop without engine, whose model has these settings: NULL and a sentence when it cannot start. */
struct loop *loop_new_bare(const struct settings *settings, char **error);

/* Answers a command that a replay cannot follow: the event becomes a notice that says so. */
void loop_replay_refuse(struct event *event);

/* Plays what is due, up to where the model was shown then; sets the timer to the next. */
void loop_replay_play(struct loop *loop);

/* Marks in the recording that the model was shown; tells when it cannot be written. */
void loop_record_turn(struct loop *loop);

/* Makes the timers that loop_at() sets. */
void loop_make_timers(struct loop *loop);

/* Frees an event that may not have been made. */
void loop_free_event(struct event *event);

/* Frees what the terminal was given. */
void loop_free_terminal(struct loop *loop);

#endif

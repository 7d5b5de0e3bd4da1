/*
 * The loop: libevent turns, the queue drained into app_update(), effects carried out, the front
 * end told to draw. The only reader of clocks and the only owner of the event base.
 */
#ifndef APP_LOOP_H
#define APP_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/effect.h"
#include "app/engine.h"
#include "app/event.h"
#include "app/model.h"
#include "app/recording.h"
#include "app/replay.h"

struct loop;

/* Who reads the model and makes events: the interface, or a report. */
struct front_end {
	void *context;
	/* The loop begins: what is posted here comes before any key. NULL = nothing. */
	void (*begin)(void *context);
	/* The model changed; draw or print. Called once after each drained queue. */
	void (*changed)(void *context, const struct model *model);
	/* An effect that is not the engine's: theme, bind, screen ... NULL = passed over. */
	void (*effect)(void *context, const struct effect *effect, const struct model *model);
	/* SIGINT, SIGTERM, SIGHUP arrived: true = handled, false = the loop ends with 128 + signal. */
	bool (*signalled)(void *context, int signal);
	/* A recording has been played to its end. NULL = passed over. */
	void (*replayed)(void *context);
};

/* A loop with its model and engine. NULL and a sentence (caller frees) when they cannot start. */
struct loop *loop_new(
    const struct settings *settings, const struct engine_settings *engine, char **error);
/*
 * A loop that plays a recording, which it takes over, with the model that this began with; without
 * an engine, so that nothing leaves the machine and no socket is opened.
 */
struct loop *loop_new_replay(struct recording *recording, enum replay_pace pace, char **error);
void loop_free(struct loop *loop);

/*
 * Records everything from here on, in memory until loop_record() names a file. jobs as in struct
 * recording_start; with a key everything is masked.
 */
void loop_keep(struct loop *loop, size_t jobs, const struct hash_key *mask);
/* Writes what was kept to this file, and goes on there: NULL, or a sentence that the caller frees. */
char *loop_record(struct loop *loop, const char *path);
/* A name that a report takes from its list: it is part of the recording. */
void loop_note_name(struct loop *loop, const char *text, const char *fault);

/* Writes a file without waiting for the disk, and tells what became of it; takes the contents. */
void loop_save(struct loop *loop, const char *path, const char *what, struct buf *contents);

/* True while such a file is being written. */
bool loop_is_saving(const struct loop *loop);

/* True while the history is asked for what the view on top shows; a replay asks nothing. */
bool loop_is_recalling(const struct loop *loop);

/* The recording that is played; NULL in a session of its own. */
const struct recording *loop_replayed(const struct loop *loop);
/* True while a recording has something left to play. */
bool loop_is_replaying(const struct loop *loop);

/* True while what is carried out was ordered by a command of the start, which nobody typed. */
bool loop_is_starting(const struct loop *loop);
/* Lets so many events of a replay by steps through. */
void loop_replay_step(struct loop *loop, unsigned events);

/* Runs until EFFECT_QUIT, loop_stop() or a signal. Returns the exit status. */
int loop_run(struct loop *loop, const struct front_end *front_end);

/* Ends loop_run() after this turn with this status. */
void loop_stop(struct loop *loop, int status);

/*
 * Gives the signals that end a program their usual meaning back, behind loop_run(): what is written from
 * here on may meet a terminal that is stopped.
 */
void loop_release_signals(struct loop *loop);

/* Queues an event; loop takes what it holds. May be called from any callback below. */
void loop_post(struct loop *loop, const struct event *event);

/*
 * Takes what was asked for into the model now, from inside a callback: keys that follow one another
 * in one read each see what the one before did. What the engines found waits for its turn.
 */
void loop_settle(struct loop *loop);

/* From here on domains are shown in A-labels: who reads has no letters for others. */
void loop_show_ascii(struct loop *loop);

const struct model *loop_model(const struct loop *loop);

/* The monotonic clock, in microseconds. */
int64_t loop_now(const struct loop *loop);

/* Calls back with what was read whenever fd is readable; n is 0 at its end. One at a time. */
void loop_watch_input(struct loop *loop, int fd,
    void (*callback)(void *context, const char *bytes, size_t n), void *context);

/* Lets what fd has wait, and goes on reading it. */
void loop_hold_input(struct loop *loop);
void loop_release_input(struct loop *loop);

/*
 * Output that never blocks: bytes are kept and written to fd as it takes them. loop_write() appends;
 * loop_write_pending() tells how many wait (the front end skips frames meanwhile); drained()
 * is called when the last one went out.
 */
void loop_open_output(struct loop *loop, int fd, void (*drained)(void *context), void *context);
void loop_write(struct loop *loop, const void *bytes, size_t n);
size_t loop_write_pending(const struct loop *loop);

/* Calls back once at this moment (replacing the one set before); INT64_MAX cancels. Two slots. */
enum loop_timer {
	LOOP_TIMER_FRAME,
	LOOP_TIMER_KEY,
	loop_timer_count
};
void loop_at(struct loop *loop, enum loop_timer slot, int64_t at_us,
    void (*callback)(void *context), void *context);

/*
 * Calls back whenever this file is written anew, where the system tells of it; NULL for none. One at a
 * time.
 */
void loop_watch_file(
    struct loop *loop, const char *path, void (*changed)(void *context), void *context);

/* Calls back on SIGWINCH, SIGCONT and SIGTSTP. */
void loop_on_terminal_signal(
    struct loop *loop, void (*callback)(void *context, int signal), void *context);

#endif

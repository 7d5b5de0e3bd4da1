/*
 * One turn of the loop: libevent waits and calls back; the queue is drained into app_update(); its
 * effects go to the engine or the front end; the front end is told that the model changed; the
 * next tick is set only if something on screen ages. Here, and nowhere above the engines, clocks are
 * read.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "util/log.h"
#include "util/mem.h"
#include "util/span.h"

#include "app/loop.h"
#include "app/update.h"
#include "app/writer.h"

enum {
	QUIT_SIGNALS = 3,
	TERMINAL_SIGNALS = 3,
	READ_MAX = 16384,
	EVENTS_A_TURN = 16,
	FREEING_TURNS = 4,
	GLANCE_US = 1000,
	GLANCE_CALLBACKS = 8
};

/* Keys go before everything else; events have the middle priority unless they are told another. */
enum {
	PRIORITY_KEYS,
	PRIORITY_REST,
	PRIORITIES
};

static const int quit_signals[QUIT_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };
static const int terminal_signals[TERMINAL_SIGNALS] = { SIGWINCH, SIGCONT, SIGTSTP };

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

/* --- clocks ------------------------------------------------------------------------ */

int64_t
loop_now(const struct loop *loop)
{
	struct timespec now;

	(void)loop;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SPAN_SECOND + now.tv_nsec / 1000;
}

static struct moment
moment_now(const struct loop *loop)
{
	return (struct moment){
		.us = loop_now(loop) + loop->shift.us,
		.time = (int64_t)time(NULL) + loop->shift.time,
	};
}

/* Sets a timer to a monotonic moment; INT64_MAX takes it away. */
static void
timer_at(struct loop *loop, struct event *timer, int64_t at_us)
{
	int64_t wait = at_us - loop_now(loop);
	struct timeval span;

	if (at_us == INT64_MAX) {
		event_del(timer);
		return;
	}
	if (wait < 0)
		wait = 0;
	span.tv_sec = (time_t)(wait / SPAN_SECOND);
	span.tv_usec = (suseconds_t)(wait % SPAN_SECOND);
	event_add(timer, &span);
}

/* --- signals and timers --------------------------------------------------------------- */

static void
on_quit_signal(evutil_socket_t signal, short what, void *context)
{
	struct loop *loop = context;
	const struct front_end *front_end = loop->front_end;

	(void)what;
	if (front_end != NULL && front_end->signalled != NULL &&
	    front_end->signalled(front_end->context, (int)signal))
		return;
	loop_stop(loop, 128 + (int)signal);
}

static void
on_terminal_signal(evutil_socket_t signal, short what, void *context)
{
	struct loop *loop = context;

	(void)what;
	loop->on_terminal_signal(loop->terminal_context, (int)signal);
}

static void
on_tick(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;
	const struct event tick = { .kind = EVENT_TICK };

	(void)fd;
	(void)what;
	loop->tick_at = INT64_MAX;
	loop_post(loop, &tick);
}

static void
on_slot(evutil_socket_t fd, short what, void *context)
{
	struct loop_slot *slot = context;

	(void)fd;
	(void)what;
	slot->callback(slot->context);
}

void
loop_at(struct loop *loop, enum loop_timer slot, int64_t at_us, void (*callback)(void *context),
    void *context)
{
	loop->slots[slot].callback = callback;
	loop->slots[slot].context = context;
	timer_at(loop, loop->slots[slot].timer, at_us);
}

void
loop_on_terminal_signal(
    struct loop *loop, void (*callback)(void *context, int signal), void *context)
{
	loop->on_terminal_signal = callback;
	loop->terminal_context = context;
	for (size_t i = 0; i < TERMINAL_SIGNALS; i++) {
		loop->terminal_signals[i] =
		    evsignal_new(loop->base, terminal_signals[i], on_terminal_signal, loop);
		event_add(loop->terminal_signals[i], NULL);
	}
}

/* --- input and output ------------------------------------------------------------------- */

static void
on_input(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;
	char bytes[READ_MAX];
	ssize_t n = read((int)fd, bytes, sizeof bytes);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		event_del(loop->input);
	loop->on_input(loop->input_context, bytes, n > 0 ? (size_t)n : 0);
}

void
loop_watch_input(struct loop *loop, int fd,
    void (*callback)(void *context, const char *bytes, size_t n), void *context)
{
	if (loop->input != NULL)
		event_free(loop->input);
	loop->on_input = callback;
	loop->input_context = context;
	loop->input = event_new(loop->base, fd, EV_READ | EV_PERSIST, on_input, loop);
	event_priority_set(loop->input, PRIORITY_KEYS);
	event_add(loop->input, NULL);
}

void
loop_hold_input(struct loop *loop)
{
	event_del(loop->input);
}

void
loop_release_input(struct loop *loop)
{
	event_add(loop->input, NULL);
}

/* Writes as much as the terminal takes now; waits for it to take the rest. */
static void
write_pending(struct loop *loop)
{
	while (evbuffer_get_length(loop->pending) > 0) {
		int n = evbuffer_write(loop->pending, loop->output_fd);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) {
			evbuffer_drain(loop->pending, evbuffer_get_length(loop->pending));
			return;
		}
		if (n <= 0) {
			event_add(loop->output, NULL);
			return;
		}
	}
}

static void
on_writable(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;

	(void)fd;
	(void)what;
	write_pending(loop);
	if (loop_write_pending(loop) == 0)
		loop->on_drained(loop->drained_context);
}

void
loop_open_output(struct loop *loop, int fd, void (*drained)(void *context), void *context)
{
	loop->output_fd = fd;
	loop->pending = evbuffer_new();
	loop->output = event_new(loop->base, fd, EV_WRITE, on_writable, loop);
	loop->on_drained = drained;
	loop->drained_context = context;
}

void
loop_write(struct loop *loop, const void *bytes, size_t n)
{
	bool waiting = loop_write_pending(loop) > 0;

	evbuffer_add(loop->pending, bytes, n);
	if (!waiting)
		write_pending(loop);
}

size_t
loop_write_pending(const struct loop *loop)
{
	return evbuffer_get_length(loop->pending);
}

/* --- turns ---------------------------------------------------------------------------------- */

void
loop_post(struct loop *loop, const struct event *event)
{
	event_queue_push(&loop->queue, event);
}

const struct model *
loop_model(const struct loop *loop)
{
	return &loop->model;
}

void
loop_stop(struct loop *loop, int status)
{
	loop->stopping = true;
	loop->status = status;
	event_base_loopbreak(loop->base);
}

/* True for what a recorded event may do to whoever watches: nothing that leaves the screen. */
static bool
is_shown(enum effect_kind kind)
{
	return kind == EFFECT_THEME || kind == EFFECT_BIND || kind == EFFECT_MOUSE ||
	    kind == EFFECT_SEARCH || kind == EFFECT_PALETTE || kind == EFFECT_PROMPT ||
	    kind == EFFECT_REDRAW || kind == EFFECT_NOTICE;
}

/* Carries out one effect of an event of this session. */
static void
carry_out(struct loop *loop, const struct effect *effect)
{
	const struct front_end *front_end = loop->front_end;

	if (effect->kind == EFFECT_QUIT)
		loop_stop(loop, 0);
	else if (!engine_carry_out(loop->engine, effect) && front_end->effect != NULL)
		front_end->effect(front_end->context, effect, &loop->model);
}

/* Carries out one effect of an event that is played. */
static void
carry_out_played(struct loop *loop, const struct effect *effect)
{
	if (is_shown(effect->kind) && loop->front_end->effect != NULL)
		loop->front_end->effect(loop->front_end->context, effect, &loop->model);
}

/* Applies one event, which happens now or is played, and carries out what it led to. */
static void
apply(struct loop *loop, const struct event *event, struct moment moment,
    void (*carry)(struct loop *loop, const struct effect *effect))
{
	struct effects effects = { 0 };

	if (loop->recorder != NULL)
		recorder_event(loop->recorder, event, &moment);
	app_update(&loop->model, event, moment, &effects);
	for (size_t i = 0; i < effects.count; i++) {
		if (loop->replay != NULL)
			replay_note(loop->replay, &effects.items[i]);
		carry(loop, &effects.items[i]);
	}
	effects_clear(&effects);
}

/* Answers a command that a replay cannot follow. */
static void
refuse(struct event *event)
{
	event_clear(event);
	*event = (struct event){
		.kind = EVENT_NOTICE,
		.message = MESSAGE_INFO,
		.text = mem_strdup("This is a replay: nothing is asked and nothing probed."),
	};
}

/* Drains the queue into the model, at most so many events. */
static void
drain(struct loop *loop, size_t budget)
{
	struct event event;

	while (budget-- > 0 && event_queue_pop(&loop->queue, &event)) {
		if (loop->replay != NULL && event.kind == EVENT_COMMAND &&
		    replay_refuses(event.command.verb))
			refuse(&event);
		apply(loop, &event, moment_now(loop), carry_out);
		event_clear(&event);
	}
}

/* --- replays ---------------------------------------------------------------------------------- */

/* Plays one event: from here on it is as late as it was then. */
static void
play_event(struct loop *loop, struct event *event, struct moment moment)
{
	loop->shift = (struct moment){ 0 };
	loop->shift = (struct moment){
		.us = moment.us - loop_now(loop),
		.time = moment.time - moment_now(loop).time,
	};
	if (event->kind == EVENT_LAB) {
		free(loop->scenarios);
		loop->scenarios = engine_scenarios(&event->scenario_count);
		event->scenarios = loop->scenarios;
	}
	apply(loop, event, moment, carry_out_played);
}

/* The recording has come to its end: tells when that is not where it was meant to be. */
static void
end_replay(struct loop *loop)
{
	const char *trouble = recording_trouble(replay_recording(loop->replay));
	struct event notice = { .kind = EVENT_NOTICE, .message = MESSAGE_ERROR };

	if (trouble != NULL) {
		notice.text = mem_strdup(trouble);
		apply(loop, &notice, moment_now(loop), carry_out);
		event_clear(&notice);
	}
	if (loop->front_end->replayed != NULL)
		loop->front_end->replayed(loop->front_end->context);
}

/* Plays what is due, up to where the model was shown then; sets the timer to the next. */
static void
play(struct loop *loop)
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
		timer_at(loop, loop->replay_timer,
		    replay_is_over(loop->replay) ? 0 : replay_due(loop->replay));
	} else if (!loop->replayed) {
		loop->replayed = true;
		end_replay(loop);
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
		.moment = moment_now(loop),
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

/* Marks in the recording that the model was shown; tells when it cannot be written. */
static void
record_turn(struct loop *loop)
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

void
loop_save(struct loop *loop, const char *path, const char *what, struct buf *contents)
{
	writer_write(loop->writer, path, what, contents);
}

/* --- running --------------------------------------------------------------------------------------- */

void
loop_settle(struct loop *loop)
{
	drain(loop, SIZE_MAX);
}

/* Sets the tick to the next moment at which the screen ages, unless it is set already. */
static void
set_tick(struct loop *loop)
{
	int64_t at = model_next_tick(&loop->model);

	if (at == INT64_MAX && loop->tick_at != INT64_MAX)
		event_del(loop->tick);
	else if (at < loop->tick_at || (loop->tick_at == INT64_MAX && at != INT64_MAX))
		timer_at(loop, loop->tick, at - loop->shift.us);
	else
		return;
	loop->tick_at = at;
}

/* One turn: wait (unless events are left over, or what they changed was not shown), drain, show. */
static void
turn(struct loop *loop)
{
	const struct front_end *front_end = loop->front_end;
	int flags = EVLOOP_ONCE;

	if (loop->queue.count > loop->queue.head || loop->model.dirty)
		flags = EVLOOP_NONBLOCK;
	event_base_loop(loop->base, flags);
	log_time(loop_now(loop));
	drain(loop, EVENTS_A_TURN); /* a few, then keys get their turn again */
	if (loop->replay != NULL)
		play(loop);
	if (loop->model.dirty) {
		loop->model.dirty = false;
		front_end->changed(front_end->context, &loop->model);
		if (loop->recorder != NULL)
			record_turn(loop);
	}
	set_tick(loop);
}

int
loop_run(struct loop *loop, const struct front_end *front_end)
{
	int status;

	loop->front_end = front_end;
	if (front_end->begin != NULL)
		front_end->begin(front_end->context);
	drain(loop, SIZE_MAX);
	while (!loop->stopping)
		turn(loop);
	status = loop->status;
	drain(loop,
	    SIZE_MAX); /* what the engines said last: a history that could not be written */
	loop->front_end = NULL;
	return status;
}

/* --- life ----------------------------------------------------------------------------------- */

/* What libevent has to say goes to the log: standard error is the screen. */
static void
on_library_message(int severity, const char *message)
{
	(void)severity;
	log_line("libevent", "%s", message);
}

/*
 * An event base that needs no locks and looks for a key after every few other callbacks: two
 * hundred probes must not be felt in the prompt.
 */
static struct event_base *
new_base(void)
{
	const struct timeval glance = { .tv_usec = GLANCE_US };
	struct event_config *config = event_config_new();
	struct event_base *base;

	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	event_config_set_max_dispatch_interval(
	    config, &glance, GLANCE_CALLBACKS, PRIORITY_REST);
	base = event_base_new_with_config(config);
	event_config_free(config);
	if (base != NULL)
		event_base_priority_init(base, PRIORITIES);
	return base;
}

/* The replay has something to play: the turn does it. */
static void
on_replay(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
}

/* A loop without engine, whose model has these settings: NULL and a sentence when it cannot start. */
static struct loop *
new_loop(const struct settings *settings, char **error)
{
	struct loop *loop = mem_alloc(sizeof *loop);

	model_init(&loop->model, settings);
	loop->output_fd = -1;
	loop->tick_at = INT64_MAX;
	loop->base = new_base();
	if (loop->base == NULL) {
		*error = mem_strdup("The system gives no event queue (epoll or kqueue).");
		loop_free(loop);
		return NULL;
	}
	loop->writer = writer_new(loop->base, &loop->queue);
	if (loop->writer == NULL) {
		*error = mem_strdup("The system gives no pipe: it is out of descriptors.");
		loop_free(loop);
		return NULL;
	}
	event_set_log_callback(on_library_message);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < QUIT_SIGNALS; i++) {
		loop->signals[i] =
		    evsignal_new(loop->base, quit_signals[i], on_quit_signal, loop);
		event_add(loop->signals[i], NULL);
	}
	loop->tick = evtimer_new(loop->base, on_tick, loop);
	for (size_t i = 0; i < loop_timer_count; i++)
		loop->slots[i].timer = evtimer_new(loop->base, on_slot, &loop->slots[i]);
	return loop;
}

struct loop *
loop_new(const struct settings *settings, const struct engine_settings *engine, char **error)
{
	struct loop *loop = new_loop(settings, error);

	if (loop == NULL)
		return NULL;
	loop->engine = engine_new(loop->base, engine, &loop->queue, error);
	if (loop->engine == NULL) {
		loop_free(loop);
		return NULL;
	}
	return loop;
}

struct loop *
loop_new_replay(struct recording *recording, enum replay_pace pace, char **error)
{
	const struct settings settings = recording_settings(recording);
	struct loop *loop;

	loop = new_loop(&settings, error);
	if (loop == NULL) {
		recording_free(recording);
		return NULL;
	}
	loop->replay = replay_new(recording, pace, loop_now(loop));
	loop->replay_timer = evtimer_new(loop->base, on_replay, loop);
	timer_at(loop, loop->replay_timer, 0);
	return loop;
}

/* Frees an event that may not have been made. */
static void
free_event(struct event *event)
{
	if (event != NULL)
		event_free(event);
}

/*
 * Lets libevent finish what freeing the engines began: a bufferevent is freed only in a later turn, and
 * one over another only in the turn after that.
 */
static void
finish_freeing(struct event_base *base)
{
	for (int turns = 0; turns < FREEING_TURNS; turns++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

/* Frees all events of the loop itself. */
static void
free_events(struct loop *loop)
{
	for (size_t i = 0; i < QUIT_SIGNALS; i++)
		free_event(loop->signals[i]);
	for (size_t i = 0; i < TERMINAL_SIGNALS; i++)
		free_event(loop->terminal_signals[i]);
	for (size_t i = 0; i < loop_timer_count; i++)
		free_event(loop->slots[i].timer);
	free_event(loop->tick);
	free_event(loop->replay_timer);
	free_event(loop->input);
	free_event(loop->output);
	if (loop->pending != NULL)
		evbuffer_free(loop->pending);
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	writer_free(loop->writer);
	free_events(loop);
	engine_free(loop->engine);
	if (loop->base != NULL) {
		finish_freeing(loop->base);
		event_base_free(loop->base);
	}
	event_queue_clear(&loop->queue);
	model_clear(&loop->model);
	recorder_free(loop->recorder);
	replay_free(loop->replay);
	free(loop->scenarios);
	free(loop);
}

/*
 * One turn of the loop: libevent waits and calls back; what is queued goes into app_update(); its
 * effects go to the engine or the front end; the front end is told that the model changed; the
 * next tick is set only if something on screen ages. Here, and nowhere above the engines, clocks are
 * read. What comes from the terminal and goes to it is in loop_terminal.c; recordings and replays in
 * loop_replay.c.
 */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include <event2/event.h>

#include "util/log.h"
#include "util/mem.h"
#include "util/span.h"

#include "app/loop_parts.h"

enum {
	TURN_US = 8000,
	FREEING_TURNS = 4,
	GLANCE_US = 1000,
	GLANCE_CALLBACKS = 8
};

static const int quit_signals[QUIT_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

/* --- clocks ------------------------------------------------------------------------ */

int64_t
loop_now(const struct loop *loop)
{
	struct timespec now;

	(void)loop;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SPAN_SECOND + now.tv_nsec / 1000;
}

struct moment
loop_moment(const struct loop *loop)
{
	return (struct moment){
		.us = loop_now(loop) + loop->shift.us,
		.time = (int64_t)time(NULL) + loop->shift.time,
	};
}

void
loop_timer_at(struct loop *loop, struct event *timer, int64_t at_us)
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

/* --- signals and ticks ------------------------------------------------------------------ */

/* libevent: asks the front end what a signal to end means; by itself it ends the loop. */
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

void
loop_release_signals(struct loop *loop)
{
	for (size_t i = 0; i < QUIT_SIGNALS; i++)
		event_del(loop->signals[i]);
}

/* libevent: something on screen ages. */
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

/* --- turns ---------------------------------------------------------------------------------- */

void
loop_post(struct loop *loop, const struct event *event)
{
	const struct event *applied = loop->applied;
	struct event posted = *event;

	if (event->kind == EVENT_NOTICE && applied != NULL && applied->kind == EVENT_COMMAND) {
		posted.startup = applied->startup;
		if (event->name == NULL && applied->name != NULL)
			posted.name = mem_strdup(applied->name);
	}
	event_queue_push(&loop->queue, &posted);
}

void
loop_show_ascii(struct loop *loop)
{
	loop->model.ascii_names = true;
}

const struct model *
loop_model(const struct loop *loop)
{
	return &loop->model;
}

bool
loop_is_starting(const struct loop *loop)
{
	return loop->applied != NULL && loop->applied->startup;
}

void
loop_save(struct loop *loop, const char *path, const char *what, struct buf *contents)
{
	writer_write(loop->writer, path, what, contents);
}

bool
loop_is_saving(const struct loop *loop)
{
	return writer_is_busy(loop->writer);
}

bool
loop_is_recalling(const struct loop *loop)
{
	return loop->engine != NULL && model_is_recalling(&loop->model);
}

void
loop_stop(struct loop *loop, int status)
{
	loop->stopping = true;
	loop->status = status;
	event_base_loopbreak(loop->base);
}

void
loop_carry_out(struct loop *loop, const struct effect *effect)
{
	const struct front_end *front_end = loop->front_end;

	if (effect->kind == EFFECT_QUIT)
		loop_stop(loop, 0);
	else if (!engine_carry_out(loop->engine, effect) && front_end->effect != NULL)
		front_end->effect(front_end->context, effect, &loop->model);
}

void
loop_apply(
    struct loop *loop, const struct event *event, struct moment moment, loop_carrier *carry)
{
	struct effects effects = { 0 };

	if (loop->recorder != NULL)
		recorder_event(loop->recorder, event, &moment);
	app_update(&loop->model, event, moment, &effects);
	loop->applied = event;
	for (size_t i = 0; i < effects.count; i++) {
		if (loop->replay != NULL)
			replay_note(loop->replay, &effects.items[i]);
		carry(loop, &effects.items[i]);
	}
	loop->applied = NULL;
	effects_clear(&effects);
}

/* Takes an event into the model. */
static void
take(struct loop *loop, struct event *event)
{
	if (loop->replay != NULL && event->kind == EVENT_COMMAND &&
	    replay_refuses(event->command.verb))
		loop_replay_refuse(event);
	loop_apply(loop, event, loop_moment(loop), loop_carry_out);
	event_clear(event);
}

/* Takes what is queued into the model for a while; then keys get their turn again. */
static void
take_some(struct loop *loop)
{
	int64_t until = loop_now(loop) + TURN_US;
	struct event event;

	while (event_queue_pop(&loop->queue, &event)) {
		take(loop, &event);
		if (loop_now(loop) >= until)
			return;
	}
}

/* --- running --------------------------------------------------------------------------------------- */

void
loop_settle(struct loop *loop)
{
	struct event event;

	while (event_queue_pop_asked(&loop->queue, &event))
		take(loop, &event);
}

/* Sets the tick to the next moment at which the screen ages, unless it is set already. */
static void
set_tick(struct loop *loop)
{
	int64_t at = model_next_tick(&loop->model);

	if (at == INT64_MAX && loop->tick_at != INT64_MAX)
		event_del(loop->tick);
	else if (at < loop->tick_at || (loop->tick_at == INT64_MAX && at != INT64_MAX))
		loop_timer_at(loop, loop->tick, at - loop->shift.us);
	else
		return;
	loop->tick_at = at;
}

/* One turn: wait (unless events are left over, or what they changed was not shown), take, show. */
static void
turn(struct loop *loop)
{
	const struct front_end *front_end = loop->front_end;
	bool idle = event_queue_is_empty(&loop->queue) && !loop->model.dirty;

	event_base_loop(loop->base, idle ? EVLOOP_ONCE : EVLOOP_NONBLOCK);
	log_time(loop_now(loop));
	take_some(loop);
	if (loop->replay != NULL)
		loop_replay_play(loop);
	if (loop->model.dirty) {
		loop->model.dirty = false;
		front_end->changed(front_end->context, &loop->model);
		if (loop->recorder != NULL)
			loop_record_turn(loop);
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
	loop_settle(loop);
	while (!loop->stopping)
		turn(loop);
	status = loop->status;
	loop_settle(loop); /* what the engines said last: a history that could not be written */
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

struct loop *
loop_new_bare(const struct settings *settings, char **error)
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
	loop_make_timers(loop);
	return loop;
}

struct loop *
loop_new(const struct settings *settings, const struct engine_settings *engine, char **error)
{
	struct loop *loop = loop_new_bare(settings, error);

	if (loop == NULL)
		return NULL;
	loop->engine = engine_new(loop->base, engine, &loop->queue, error);
	if (loop->engine == NULL) {
		loop_free(loop);
		return NULL;
	}
	return loop;
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

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	writer_free(loop->writer);
	for (size_t i = 0; i < QUIT_SIGNALS; i++)
		loop_free_event(loop->signals[i]);
	loop_free_event(loop->tick);
	loop_free_event(loop->replay_timer);
	loop_free_terminal(loop);
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

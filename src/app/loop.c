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
	return (struct moment){ .us = loop_now(loop), .time = (int64_t)time(NULL) };
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

/* Carries out what one event led to. */
static void
carry_out(struct loop *loop, struct effects *effects)
{
	const struct front_end *front_end = loop->front_end;

	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *effect = &effects->items[i];

		if (effect->kind == EFFECT_QUIT)
			loop_stop(loop, 0);
		else if (!engine_carry_out(loop->engine, effect) && front_end->effect != NULL)
			front_end->effect(front_end->context, effect, &loop->model);
	}
	effects_clear(effects);
}

/* Drains the queue into the model, at most so many events. */
static void
drain(struct loop *loop, size_t budget)
{
	struct effects effects = { 0 };
	struct event event;

	while (budget-- > 0 && event_queue_pop(&loop->queue, &event)) {
		app_update(&loop->model, &event, moment_now(loop), &effects);
		event_clear(&event);
		carry_out(loop, &effects);
	}
}

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
		timer_at(loop, loop->tick, at);
	else
		return;
	loop->tick_at = at;
}

/* One turn: wait (unless events are left over), drain, show. */
static void
turn(struct loop *loop)
{
	const struct front_end *front_end = loop->front_end;
	int flags = EVLOOP_ONCE;

	if (loop->queue.count > loop->queue.head)
		flags = EVLOOP_NONBLOCK;
	event_base_loop(loop->base, flags);
	log_time(loop_now(loop));
	drain(loop, EVENTS_A_TURN); /* a few, then keys get their turn again */
	if (loop->model.dirty) {
		loop->model.dirty = false;
		front_end->changed(front_end->context, &loop->model);
	}
	set_tick(loop);
}

int
loop_run(struct loop *loop, const struct front_end *front_end)
{
	int status;

	loop->front_end = front_end;
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
 * An event base that needs no locks and looks for a key after every few other callbacks: two hundred probes must not be felt in the prompt.
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
loop_new(const struct settings *settings, const struct engine_settings *engine, char **error)
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
	loop->engine = engine_new(loop->base, engine, &loop->queue, error);
	if (loop->engine == NULL) {
		loop_free(loop);
		return NULL;
	}
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
	free_events(loop);
	engine_free(loop->engine);
	if (loop->base != NULL) {
		finish_freeing(loop->base);
		event_base_free(loop->base);
	}
	event_queue_clear(&loop->queue);
	model_clear(&loop->model);
	free(loop);
}

/*
 * What the loop has to do with descriptors and the terminal: its timers for the front end, signals of
 * the terminal, input one read at a time, output that never blocks. What the bytes mean is the front
 * end's.
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "app/file_watch.h"
#include "app/loop_parts.h"

enum {
	READ_MAX = 16384
};

static const int terminal_signals[TERMINAL_SIGNALS] = { SIGWINCH, SIGCONT, SIGTSTP };

/* --- signals and timers --------------------------------------------------------------- */

/* libevent: tells the front end of a signal of the terminal. */
static void
on_terminal_signal(evutil_socket_t signal, short what, void *context)
{
	struct loop *loop = context;

	(void)what;
	loop->on_terminal_signal(loop->terminal_context, (int)signal);
}

/* libevent: the front end's moment has come. */
static void
on_slot(evutil_socket_t fd, short what, void *context)
{
	struct loop_slot *slot = context;

	(void)fd;
	(void)what;
	slot->callback(slot->context);
}

void
loop_make_timers(struct loop *loop)
{
	for (size_t i = 0; i < loop_timer_count; i++)
		loop->slots[i].timer = evtimer_new(loop->base, on_slot, &loop->slots[i]);
}

void
loop_at(struct loop *loop, enum loop_timer slot, int64_t at_us, void (*callback)(void *context),
    void *context)
{
	loop->slots[slot].callback = callback;
	loop->slots[slot].context = context;
	loop_timer_at(loop, loop->slots[slot].timer, at_us);
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

void
loop_watch_file(
    struct loop *loop, const char *path, void (*changed)(void *context), void *context)
{
	file_watch_free(loop->file);
	loop->file = path == NULL ? NULL : file_watch_new(loop->base, path, changed, context);
}

/* --- input and output ------------------------------------------------------------------- */

/* libevent: reads what there is, once, and hands it on; at the end no more is read. */
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

/* libevent: the terminal takes more; tells when nothing waits any longer. */
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

/* --- life ----------------------------------------------------------------------------------- */

void
loop_free_event(struct event *event)
{
	if (event != NULL)
		event_free(event);
}

void
loop_free_terminal(struct loop *loop)
{
	file_watch_free(loop->file);
	for (size_t i = 0; i < TERMINAL_SIGNALS; i++)
		loop_free_event(loop->terminal_signals[i]);
	for (size_t i = 0; i < loop_timer_count; i++)
		loop_free_event(loop->slots[i].timer);
	loop_free_event(loop->input);
	loop_free_event(loop->output);
	if (loop->pending != NULL)
		evbuffer_free(loop->pending);
}

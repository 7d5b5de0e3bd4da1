/*
 * The queue of events: first in, first out in its lane, and no larger than what waits in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/event.h"

/* Pushes an event of this kind with this ticket. */
static void
push(struct event_queue *queue, enum event_kind kind, uint64_t ticket)
{
	const struct event event = { .kind = kind, .ticket = ticket };

	event_queue_push(queue, &event);
}

/* A queue that is never empty hands out everything in order, in the room of what waits at once. */
static void
a_queue_that_is_never_empty_does_not_grow(void **state)
{
	struct event_queue queue = { 0 };
	struct event event;
	uint64_t pushed = 0;

	(void)state;
	while (pushed < 20)
		push(&queue, EVENT_TICK, pushed++);
	for (uint64_t taken = 0; taken < 100000; taken++) {
		assert_true(event_queue_pop(&queue, &event));
		assert_int_equal(event.ticket, taken);
		event_clear(&event);
		push(&queue, EVENT_TICK, pushed++);
	}
	assert_true(queue.found.capacity <= 64);
	event_queue_clear(&queue);
	assert_false(event_queue_pop(&queue, &event));
}

/* Takes an event that has to be this one. */
static void
expect(bool taken, const struct event *event, uint64_t ticket)
{
	assert_true(taken);
	assert_int_equal(event->ticket, ticket);
}

/* What was asked for goes before what was found earlier; each lane keeps its order. */
static void
what_was_asked_for_goes_first(void **state)
{
	static const enum event_kind found[] = { EVENT_DNS, EVENT_PROBE, EVENT_VERIFIED,
		EVENT_POLICY, EVENT_TICK };
	struct event_queue queue = { 0 };
	struct event event;

	(void)state;
	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		push(&queue, found[i], i);
	push(&queue, EVENT_KEY, 10);
	push(&queue, EVENT_COMMAND, 11);
	push(&queue, EVENT_NOTICE, 12);
	expect(event_queue_pop(&queue, &event), &event, 10);
	expect(event_queue_pop_asked(&queue, &event), &event, 11);
	expect(event_queue_pop_asked(&queue, &event), &event, 12);
	assert_false(event_queue_pop_asked(&queue, &event));
	assert_false(event_queue_is_empty(&queue));
	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		expect(event_queue_pop(&queue, &event), &event, i);
	assert_true(event_queue_is_empty(&queue));
	event_queue_clear(&queue);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_that_is_never_empty_does_not_grow),
		cmocka_unit_test(what_was_asked_for_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

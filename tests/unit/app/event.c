/*
 * The queue of events: first in, first out, and no larger than what waits in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/event.h"

/* Pushes a tick with this ticket. */
static void
push(struct event_queue *queue, uint64_t ticket)
{
	const struct event event = { .kind = EVENT_TICK, .ticket = ticket };

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
		push(&queue, pushed++);
	for (uint64_t taken = 0; taken < 100000; taken++) {
		assert_true(event_queue_pop(&queue, &event));
		assert_int_equal(event.ticket, taken);
		event_clear(&event);
		push(&queue, pushed++);
	}
	assert_true(queue.capacity <= 64);
	event_queue_clear(&queue);
	assert_false(event_queue_pop(&queue, &event));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_that_is_never_empty_does_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Events and their queue. Whoever holds an event owns what hangs on it; the queue hands both
 * over together, so that nothing is freed twice and nothing is forgotten.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "app/event.h"

void
event_clear(struct event *event)
{
	command_clear(&event->command);
	dns_result_release(event->result);
	smtp_facts_free(event->probe);
	for (size_t i = 0; i < event->entry_count; i++)
		history_entry_clear(&event->entries[i]);
	free(event->entries);
	free(event->text);
	dns_records_clear(&event->hints);
	free(event->name);
	*event = (struct event){ 0 };
}

/* --- a lane ---------------------------------------------------------------------------- */

/*
 * Makes the room of events that were taken usable again, once that is half of all: on a long list
 * the lane may never be empty, and would grow for ever.
 */
static void
close_up(struct event_lane *lane)
{
	if (lane->count < lane->capacity || lane->head < lane->count / 2)
		return;
	lane->count -= lane->head;
	memmove(lane->items, lane->items + lane->head, lane->count * sizeof *lane->items);
	lane->head = 0;
}

static void
push(struct event_lane *lane, const struct event *event)
{
	if (lane->head > 0)
		close_up(lane);
	lane->items = mem_grow(lane->items, lane->count, &lane->capacity, sizeof *event);
	lane->items[lane->count++] = *event;
}

static bool
is_empty(const struct event_lane *lane)
{
	return lane->head == lane->count;
}

static bool
pop(struct event_lane *lane, struct event *event)
{
	if (is_empty(lane))
		return false;
	*event = lane->items[lane->head++];
	if (is_empty(lane))
		lane->head = lane->count = 0;
	return true;
}

/* --- the queue ------------------------------------------------------------------------- */

/* True for what the engines found, in its own time; and for ticks, which come not before what was in time. */
static bool
is_found(enum event_kind kind)
{
	return kind == EVENT_DNS || kind == EVENT_PROBE || kind == EVENT_VERIFIED ||
	    kind == EVENT_POLICY || kind == EVENT_TICK;
}

void
event_queue_push(struct event_queue *queue, const struct event *event)
{
	push(is_found(event->kind) ? &queue->found : &queue->asked, event);
}

bool
event_queue_pop_asked(struct event_queue *queue, struct event *event)
{
	return pop(&queue->asked, event);
}

bool
event_queue_pop(struct event_queue *queue, struct event *event)
{
	return pop(&queue->asked, event) || pop(&queue->found, event);
}

bool
event_queue_is_empty(const struct event_queue *queue)
{
	return is_empty(&queue->asked) && is_empty(&queue->found);
}

void
event_queue_clear(struct event_queue *queue)
{
	struct event event;

	while (event_queue_pop(queue, &event))
		event_clear(&event);
	free(queue->asked.items);
	free(queue->found.items);
	*queue = (struct event_queue){ 0 };
}

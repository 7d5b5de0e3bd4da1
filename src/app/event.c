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

/*
 * Makes the room of events that were taken usable again, once that is half of all: on a long list
 * the queue may never be empty, and would grow for ever.
 */
static void
close_up(struct event_queue *queue)
{
	if (queue->count < queue->capacity || queue->head < queue->count / 2)
		return;
	queue->count -= queue->head;
	memmove(queue->items, queue->items + queue->head, queue->count * sizeof *queue->items);
	queue->head = 0;
}

void
event_queue_push(struct event_queue *queue, const struct event *event)
{
	if (queue->head > 0)
		close_up(queue);
	queue->items = mem_grow(queue->items, queue->count, &queue->capacity, sizeof *event);
	queue->items[queue->count++] = *event;
}

bool
event_queue_pop(struct event_queue *queue, struct event *event)
{
	if (queue->head == queue->count)
		return false;
	*event = queue->items[queue->head++];
	if (queue->head == queue->count)
		queue->head = queue->count = 0;
	return true;
}

void
event_queue_clear(struct event_queue *queue)
{
	struct event event;

	while (event_queue_pop(queue, &event))
		event_clear(&event);
	free(queue->items);
	*queue = (struct event_queue){ 0 };
}

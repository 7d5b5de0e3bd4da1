/*
 * Circular doubly linked lists with the links inside the things. Decides only that removal is
 * always safe; who owns the things and when they are freed is left to the callers.
 */
#include "net/list.h"

void
list_init(struct list *list)
{
	list->next = list;
	list->previous = list;
}

void
list_append(struct list *list, struct list *place)
{
	place->next = list;
	place->previous = list->previous;
	list->previous->next = place;
	list->previous = place;
}

void
list_remove(struct list *place)
{
	place->previous->next = place->next;
	place->next->previous = place->previous;
	list_init(place);
}

void
list_move(struct list *list, struct list *place)
{
	list_remove(place);
	list_append(list, place);
}

bool
list_is_empty(const struct list *list)
{
	return list->next == list;
}

struct list *
list_first(const struct list *list)
{
	return list_is_empty(list) ? NULL : list->next;
}

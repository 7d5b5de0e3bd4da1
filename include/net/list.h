/*
 * Rings of things that stand in several queues at once: what is put in a list holds a `struct
 * list` for each of them and can leave at any time without a search. No memory is
 * allocated here. (<sys/queue.h> would do, but musl does not ship it.)
 */
#ifndef NET_LIST_H
#define NET_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* A list's head, or one thing's place in it. A place that is in no list points to itself. */
struct list {
	struct list *next, *previous;
};

/* The thing of this type whose member is at link. */
#define LIST_ITEM(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

/* Makes an empty list, or a place that is in no list. */
void list_init(struct list *list);

/* Puts a place that is in no list at the end of the list. */
void list_append(struct list *list, struct list *place);

/* Takes a place out of its list; nothing happens to one that is in none. */
void list_remove(struct list *place);

/* Moves a place from the list where it is, if any, to the end of this one. */
void list_move(struct list *list, struct list *place);

/* True for a list without things, or a place that is in no list. */
bool list_is_empty(const struct list *list);

/* The first place, or NULL when the list is empty. */
struct list *list_first(const struct list *list);

#endif

/*
 * Everything that happens, as a value.
 */
#ifndef APP_EVENT_H
#define APP_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "app/model.h"
#include "app/verb.h"
#include "dns/result.h"
#include "history/store.h"
#include "smtp/facts.h"

enum event_kind {
	EVENT_COMMAND, /* .command; .name is where it stands, "config line 3", or NULL */
	EVENT_DNS, /* .ticket .tag .result */
	EVENT_PROBE, /* .ticket .tag .probe */
	EVENT_VERIFIED, /* .ticket .tag .dane */
	EVENT_POLICY, /* .ticket .text .length: a policy; or why not, with MESSAGE_ERROR */
	EVENT_HISTORY, /* .entries .entry_count: what is remembered; or, with MESSAGE_ERROR, why
	                  nothing is from here on: .text */
	EVENT_SNAPSHOTS, /* .entries .entry_count: the snapshots of .text, a name */
	EVENT_NOTICE, /* .text for the status line, .message; .name as above */
	EVENT_RESIZE, /* .rows .columns of the terminal */
	EVENT_LAYOUT, /* .panes: lines visible and in all, as drawn; and of the view */
	EVENT_SELECT, /* .pane .row: clicked with the mouse */
	EVENT_FOUND, /* .row, the .match th of .matches of a search; 0 = none. .wrapped; .text is
	              the line, where it is told */
	EVENT_BOUND, /* .name of a key, .text its command or NULL */
	EVENT_TYPING, /* a key went to the prompt */
	EVENT_KEY, /* .name of the key that was pressed, .text its command */
	EVENT_LAB, /* the laboratory is on: .scenarios .scenario_count .hints, .text is its nameserver */
	EVENT_LESSON, /* .name and .text of a lesson to begin, which has been looked at */
	EVENT_RAN, /* the commands of an EFFECT_RUN have been queued before this */
	EVENT_TICK,
};

/* Owned by whoever holds it; the queue owns what is in it. event_clear() frees the members. */
struct event {
	enum event_kind kind;
	bool
	    typed; /* by the keys or the mouse, now: it may take the prompt away from who types in it */
	bool startup; /* a command of the start: only what is wrong with it is told */
	uint64_t ticket;
	uint32_t tag;
	struct command command;
	const struct dns_result *result; /* a reference */
	struct smtp_facts *probe;
	struct tls_dane dane;
	struct history_entry *entries;
	size_t entry_count;
	const struct scenario_row *scenarios; /* they live as long as the engine */
	size_t scenario_count;
	struct dns_records hints; /* of its root */
	char *text, *name;
	size_t length; /* of a text that may hold NUL octets */
	enum message_kind message;
	int rows, columns;
	enum pane pane;
	size_t row;
	size_t match, matches;
	bool wrapped; /* the search went on from the other end */
	size_t pane_rows[pane_count], pane_totals[pane_count];
	int edges[edge_count]; /* EVENT_LAYOUT: how far the frames could be moved */
	bool has_edge[edge_count]; /* EVENT_LAYOUT: which of them there are */
	size_t view_rows, view_total;
	size_t strip_rows, strip_total; /* EVENT_LAYOUT: likewise of what is below the panes */
};

/* Frees what the event holds. */
void event_clear(struct event *event);

/* Events that wait, first in, first out. */
struct event_lane {
	struct event *items;
	size_t head, count, capacity;
};

/*
 * A queue of events in two lanes. What was asked for and what comes of it goes before what the
 * engines found: a key waits behind no thousand answers. In its lane each keeps its place.
 */
struct event_queue {
	struct event_lane asked, found;
};

/* Appends the event to the lane of its kind; the queue takes what it holds. */
void event_queue_push(struct event_queue *queue, const struct event *event);

/* Takes the next event: false when there is none. */
bool event_queue_pop(struct event_queue *queue, struct event *event);

/* The same, of what was asked for alone. */
bool event_queue_pop_asked(struct event_queue *queue, struct event *event);

bool event_queue_is_empty(const struct event_queue *queue);

void event_queue_clear(struct event_queue *queue);

#endif

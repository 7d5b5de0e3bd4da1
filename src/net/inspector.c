/*
 * Questions to chosen servers. Decides how many are under way at once, and that the others wait in
 * the order in which they were asked; what goes to a server, and when it is given up, is dns/lookup's.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "util/mem.h"
#include "net/channel.h"
#include "net/entropy.h"
#include "net/flight.h"
#include "net/inspector.h"
#include "net/list.h"

/* One question. */
struct inspection {
	struct list link; /* in the inspector's waiting, flying or landed */
	struct inspector *inspector;
	uint64_t owner;
	uint32_t tag;
	struct dns_question question;
	struct dns_lookup_settings settings;
	struct flight *flight; /* NULL while it waits */
	struct dns_result *result; /* NULL until it has landed */
};

struct inspector {
	struct event_base *base;
	struct channels *channels;
	struct dns_lookup_settings settings;
	struct entropy entropy;
	inspector_callback *callback;
	void *context;
	struct event *turn; /* made active when there is something to hand out or to send */
	struct list waiting, flying, landed;
	size_t in_flight;
};

/* Takes the question out of everything and frees it. */
static void
inspection_free(struct inspection *inspection)
{
	list_remove(&inspection->link);
	if (inspection->flight)
		inspection->inspector->in_flight--;
	flight_free(inspection->flight);
	dns_result_release(inspection->result);
	free(inspection);
}

/* The flight: keeps the result for the next turn of the loop. */
static void
on_landing(void *context, struct dns_result *result)
{
	struct inspection *inspection = context;
	struct inspector *inspector = inspection->inspector;

	flight_free(inspection->flight);
	inspection->flight = NULL;
	inspector->in_flight--;
	inspection->result = result;
	list_move(&inspector->landed, &inspection->link);
	event_active(inspector->turn, EV_TIMEOUT, 0);
}

/* Sends what waits while there is room. */
static void
fill_window(struct inspector *inspector)
{
	struct list *first;

	while (inspector->in_flight < INSPECTOR_WINDOW &&
	    (first = list_first(&inspector->waiting)) != NULL) {
		struct inspection *inspection = LIST_ITEM(first, struct inspection, link);

		list_move(&inspector->flying, &inspection->link);
		inspector->in_flight++;
		inspection->flight = flight_new(inspector->base, inspector->channels,
		    &inspection->settings, &inspection->question, on_landing, inspection);
		flight_start(inspection->flight);
	}
}

/* Calls back for one result. It is forgotten before, so that the callee may ask and drop. */
static void
hand_out(struct inspector *inspector, struct inspection *inspection)
{
	const struct dns_result *result = dns_result_hold(inspection->result);
	uint64_t owner = inspection->owner;
	uint32_t tag = inspection->tag;

	inspection_free(inspection);
	inspector->callback(inspector->context, owner, tag, result);
	dns_result_release(result);
}

/* libevent: hands out what has landed, then sends what waits. */
static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	struct inspector *inspector = context;
	struct list *first;

	(void)fd;
	(void)what;
	while ((first = list_first(&inspector->landed)) != NULL)
		hand_out(inspector, LIST_ITEM(first, struct inspection, link));
	fill_window(inspector);
}

struct inspector *
inspector_new(struct event_base *base, const struct dialler *dialler,
    const struct dns_lookup_settings *settings, inspector_callback *callback, void *context)
{
	struct inspector *inspector = mem_alloc(sizeof *inspector);

	inspector->base = base;
	inspector->channels = channels_new(base, dialler);
	inspector->settings = *settings;
	inspector->settings.whole = true;
	inspector->settings.standings = NULL;
	inspector->settings.random = entropy_fill;
	inspector->settings.random_context = &inspector->entropy;
	inspector->callback = callback;
	inspector->context = context;
	inspector->turn = event_new(base, -1, 0, on_turn, inspector);
	list_init(&inspector->waiting);
	list_init(&inspector->flying);
	list_init(&inspector->landed);
	return inspector;
}

void
inspector_set_servers(struct inspector *inspector, const struct endpoint *servers, size_t count)
{
	size_t kept = count < DNS_SERVERS_MAX ? count : DNS_SERVERS_MAX;

	memcpy(inspector->settings.servers, servers, kept * sizeof *servers);
	inspector->settings.server_count = kept;
}

void
inspector_ask(struct inspector *inspector, uint64_t owner, uint32_t tag,
    const struct endpoint *server, const struct dns_question *question,
    const struct dns_manner *manner)
{
	struct inspection *inspection = mem_alloc(sizeof *inspection);
	struct dns_lookup_settings *settings = &inspection->settings;

	inspection->inspector = inspector;
	inspection->owner = owner;
	inspection->tag = tag;
	inspection->question = *question;
	*settings = inspector->settings;
	settings->iterative = manner->iterative;
	settings->dnssec = manner->dnssec;
	settings->use_tcp = settings->use_tcp || manner->tcp;
	settings->mix_case = settings->mix_case && !manner->as_typed;
	if (manner->patience_us > 0)
		settings->timeout_us = manner->patience_us;
	if (server->ip.family != 0) {
		settings->servers[0] = *server;
		settings->server_count = 1;
	}
	list_init(&inspection->link);
	list_append(&inspector->waiting, &inspection->link);
	event_active(inspector->turn, EV_TIMEOUT, 0);
}

/* Frees the owner's questions on a list; owner 0 stands for everybody's. */
static void
drop_from(struct list *all, uint64_t owner)
{
	struct list *link = all->next;

	while (link != all) {
		struct inspection *inspection = LIST_ITEM(link, struct inspection, link);

		link = link->next;
		if (owner == 0 || inspection->owner == owner)
			inspection_free(inspection);
	}
}

void
inspector_drop(struct inspector *inspector, uint64_t owner)
{
	drop_from(&inspector->waiting, owner);
	drop_from(&inspector->flying, owner);
	drop_from(&inspector->landed, owner);
	event_active(inspector->turn, EV_TIMEOUT, 0);
}

void
inspector_free(struct inspector *inspector)
{
	if (!inspector)
		return;
	drop_from(&inspector->waiting, 0);
	drop_from(&inspector->flying, 0);
	drop_from(&inspector->landed, 0);
	event_free(inspector->turn);
	channels_free(inspector->channels);
	free(inspector);
}

/*
 * One question on its way: a dns/lookup machine with its sockets and its timer. It carries out
 * what the machine wants, and ends with a result.
 */
#ifndef NET_FLIGHT_H
#define NET_FLIGHT_H

#include <stdbool.h>

#include "dns/lookup.h"
#include "dns/result.h"

struct channels;
struct event_base;
struct flight;

/* The result, whose reference the callee takes over. It may free the flight. */
typedef void flight_callback(void *context, struct dns_result *result);

/*
 * Prepares a flight with this question to the servers of the settings, which are copied; nothing is
 * sent yet. Free it with flight_free(), before the channels.
 */
struct flight *flight_new(struct event_base *base, struct channels *channels,
    const struct dns_lookup_settings *settings, const struct dns_question *question,
    flight_callback *callback, void *context);

/*
 * Opens the socket to whom the question goes first, ahead of the flight. Returns false when this
 * process is short of descriptors or the machine of ports or memory: a better moment may come. All
 * other errors are left for the flight itself to meet.
 */
bool flight_has_room(struct flight *flight);

/* Starts, once, as soon as it was prepared. The callback may come from inside. */
void flight_start(struct flight *flight);

/* Ends a flight wherever it is; no callback comes any more. NULL is fine. */
void flight_free(struct flight *flight);

enum {
	FLIGHTS_RESTING_MAX = 64, /* about what lands in one turn of the loop */
};

/*
 * Flights of one owner with the same settings and the same callback. Of very many, one that has
 * landed is used for the next question: its memory is still in the processor's cache.
 */
struct flights {
	struct event_base *base;
	struct channels *channels;
	const struct dns_lookup_settings *settings; /* the owner's */
	flight_callback *callback;
	size_t flying; /* flights that were taken and not given back */
	unsigned generation; /* counts changes of the settings */
	struct flight *resting[FLIGHTS_RESTING_MAX]; /* of this generation, while others fly */
	size_t resting_count;
};

/* Prepares a flight with this question, as flight_new() does. Give it back with flights_give(). */
struct flight *flights_take(
    struct flights *flights, const struct dns_question *question, void *context);

/* Ends a flight wherever it is; no callback comes any more. */
void flights_give(struct flights *flights, struct flight *flight);

/* The settings have changed: flights from before are not used again. */
void flights_refit(struct flights *flights);

#endif

/*
 * Drives one dns/lookup machine. Decides only how its wants become sockets and timers: a
 * lane, which is a channel that is opened when it is first used, for each server and
 * transport. What is asked of whom, and when it is over, is the machine's.
 */
#include <errno.h>
#include <stdlib.h>

#include <event2/event.h>

#include "util/mem.h"
#include "util/prefetch.h"
#include "net/channel.h"
#include "net/clock.h"
#include "net/flight.h"
#include "net/socket.h"

enum {
	KINDS = SOCKET_TCP + 1
};

/* The way to one server over one transport. */
struct lane {
	struct flight *flight;
	size_t server;
	enum socket_kind kind;
	struct channel *channel; /* NULL when closed */
};

struct flight {
	struct channels *channels;
	flight_callback *callback;
	void *context;
	struct dns_lookup *machine;
	enum socket_kind first_kind; /* how it begins */
	int64_t prepared_us; /* it starts at once then */
	struct event *timer;
	int64_t alarm_us; /* when it comes; 0 = it does not */
	bool resting;
	unsigned generation; /* of the flights that it is one of, when it was made */
	size_t server_count;
	struct lane lanes[][KINDS];
};

static void step(struct flight *flight, int64_t now_us);

/* Tells the machine that a lane is broken, and closes it. */
static void
break_lane(struct lane *lane, const struct socket_fault *why, int64_t now_us)
{
	struct dns_lookup *machine = lane->flight->machine;
	bool tcp = lane->kind == SOCKET_TCP;

	channel_close(lane->channel);
	lane->channel = NULL;
	if (why->outcome == SMTP_REFUSED)
		dns_lookup_refused(machine, lane->server, tcp, why->sentence, now_us);
	else
		dns_lookup_failed(machine, lane->server, tcp, why->sentence, now_us);
}

/* The channel: a packet is about to come. */
static void
on_expected(const void *context)
{
	const struct lane *lane = context;

	dns_lookup_expect(lane->flight->machine, lane->server);
	prefetch(lane->flight->context, 1);
}

/* The channel: a packet came. */
static void
on_received(void *context, const uint8_t *wire, size_t n)
{
	struct lane *lane = context;
	int64_t now_us = clock_now_us();

	dns_lookup_received(
	    lane->flight->machine, lane->server, lane->kind == SOCKET_TCP, wire, n, now_us);
	step(lane->flight, now_us);
}

/* The channel: it is broken. */
static void
on_failed(void *context, const struct socket_fault *why)
{
	struct lane *lane = context;
	int64_t now_us = clock_now_us();

	break_lane(lane, why, now_us);
	step(lane->flight, now_us);
}

/* libevent: the machine's deadline has come, or one that it had before. */
static void
on_deadline(evutil_socket_t fd, short what, void *context)
{
	struct flight *flight = context;

	(void)fd;
	(void)what;
	flight->alarm_us = 0;
	if (!flight->resting)
		step(flight, clock_now_us());
}

/*
 * Has the machine woken at its deadline. An alarm that comes before is as good: it is set anew then,
 * which is cheaper than for each of very many questions.
 */
static void
set_alarm(struct flight *flight, int64_t deadline_us, int64_t now_us)
{
	struct timeval patience = clock_until(deadline_us, now_us);

	if (flight->alarm_us && flight->alarm_us <= deadline_us)
		return;
	event_add(flight->timer, &patience);
	flight->alarm_us = deadline_us;
}

/* Opens the lane's channel if it is closed; false and errno. */
static bool
open_lane(struct lane *lane)
{
	struct flight *flight = lane->flight;
	const struct channel_listener listener = {
		.expected = on_expected,
		.received = on_received,
		.failed = on_failed,
		.context = lane,
	};

	if (!lane->channel)
		lane->channel = channel_open(flight->channels, lane->kind,
		    dns_lookup_server(flight->machine, lane->server), &listener);
	return lane->channel != NULL;
}

/* Sends what the machine wants sent, or tells it why that is not possible. */
static void
send_query(struct flight *flight, const struct dns_want *want, int64_t now_us)
{
	struct lane *lane = &flight->lanes[want->server][want->tcp ? SOCKET_TCP : SOCKET_UDP];
	uint8_t family = dns_lookup_server(flight->machine, want->server)->ip.family;

	if (!open_lane(lane) || !channel_send(lane->channel, want->query, want->query_length)) {
		struct socket_fault why = socket_fault(errno, SOCKET_FOUND_HERE, family);

		break_lane(lane, &why, now_us);
	}
}

/* Carries out what the machine wants until it waits or is done, which ends the flight. */
static void
step(struct flight *flight, int64_t now_us)
{
	for (;;) {
		struct dns_want want = dns_lookup_next(flight->machine, now_us);

		switch (want.kind) {
		case DNS_WANT_SEND:
			send_query(flight, &want, now_us);
			break;
		case DNS_WANT_WAIT:
			set_alarm(flight, want.deadline_us, now_us);
			return;
		case DNS_WANT_DONE:
			flight->callback(flight->context, dns_lookup_take(flight->machine));
			return;
		}
	}
}

struct flight *
flight_new(struct event_base *base, struct channels *channels,
    const struct dns_lookup_settings *settings, const struct dns_question *question,
    flight_callback *callback, void *context)
{
	size_t count = settings->server_count;
	struct flight *flight = mem_alloc(sizeof *flight + count * sizeof *flight->lanes);

	flight->channels = channels;
	flight->callback = callback;
	flight->context = context;
	flight->prepared_us = clock_now_us();
	flight->machine = dns_lookup_new(question, settings, flight->prepared_us);
	flight->timer = event_new(base, -1, 0, on_deadline, flight);
	flight->server_count = count;
	for (size_t i = 0; i < count; i++) {
		for (size_t kind = 0; kind < KINDS; kind++)
			flight->lanes[i][kind] = (struct lane){
				.flight = flight, .server = i, .kind = (enum socket_kind)kind
			};
	}
	flight->first_kind = settings->use_tcp ? SOCKET_TCP : SOCKET_UDP;
	return flight;
}

bool
flight_has_room(struct flight *flight)
{
	if (flight->server_count == 0)
		return true;
	return open_lane(
		   &flight->lanes[dns_lookup_first(flight->machine)][flight->first_kind]) ||
	    !socket_is_shortage(errno);
}

void
flight_start(struct flight *flight)
{
	step(flight, flight->prepared_us);
}

/* Closes what is open. */
static void
close_lanes(struct flight *flight)
{
	for (size_t i = 0; i < flight->server_count; i++) {
		for (size_t kind = 0; kind < KINDS; kind++) {
			channel_close(flight->lanes[i][kind].channel);
			flight->lanes[i][kind].channel = NULL;
		}
	}
}

void
flight_free(struct flight *flight)
{
	if (!flight)
		return;
	close_lanes(flight);
	event_free(flight->timer);
	dns_lookup_free(flight->machine);
	free(flight);
}

/* --- flights that are used again ------------------------------------------- */

/* Prepares a flight that rests for another question. */
static void
renew(struct flight *flight, const struct dns_question *question, void *context)
{
	flight->context = context;
	flight->resting = false;
	flight->prepared_us = clock_now_us();
	dns_lookup_renew(flight->machine, question, flight->prepared_us);
}

struct flight *
flights_take(struct flights *flights, const struct dns_question *question, void *context)
{
	struct flight *flight;

	flights->flying++;
	if (flights->resting_count > 0) {
		flight = flights->resting[--flights->resting_count];
		renew(flight, question, context);
		return flight;
	}
	flight = flight_new(flights->base, flights->channels, flights->settings, question,
	    flights->callback, context);
	flight->generation = flights->generation;
	return flight;
}

/* Frees the flights that rest. */
static void
free_resting(struct flights *flights)
{
	while (flights->resting_count > 0)
		flight_free(flights->resting[--flights->resting_count]);
}

/* The last one that lands takes all others with it: nothing is to wake a program that is idle. */
void
flights_give(struct flights *flights, struct flight *flight)
{
	if (--flights->flying == 0)
		free_resting(flights);
	if (flights->flying == 0 || flights->resting_count == FLIGHTS_RESTING_MAX ||
	    flight->generation != flights->generation) {
		flight_free(flight);
		return;
	}
	flight->resting = true;
	close_lanes(flight);
	flights->resting[flights->resting_count++] = flight;
}

void
flights_refit(struct flights *flights)
{
	flights->generation++;
	free_resting(flights);
}

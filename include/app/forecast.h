/*
 * What `simulate` and `clock` show of the selected inquiry: the question as the user put it, and
 * the answer of every sender, made anew when the facts change.
 */
#ifndef APP_FORECAST_H
#define APP_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/clock.h"
#include "mail/simulate.h"

struct inquiry;

/* The outage that the clock pretends. Times are seconds since the midnight before. */
struct outage {
	char *target; /* "mx1.example.net", "primary" ...; NULL = none is pretended */
	int64_t from, until; /* until is on the next day when it is not later */
	size_t servers; /* addresses that it means, at the inquiry looked at */
};

struct forecast {
	uint32_t deliveries; /* that are simulated; 0 = not asked for yet */
	struct outage outage;
	int64_t sent; /* when the message comes, in seconds since midnight */
	int64_t hand; /* the age that the clock is set to, in seconds */
	uint64_t ticket; /* the inquiry and the review that the answers are of; 0 = none */
	unsigned reviews;
	struct simulation simulations[sender_count]; /* empty until asked for */
	struct clock_course courses[sender_count];
};

enum {
	FORECAST_SENT = 9 * 60 * 60, /* 09:00 */
};

/* Sets a forecast that asks for nothing; forecast_clear() frees what one holds. */
void forecast_init(struct forecast *forecast);
void forecast_clear(struct forecast *forecast);

/* Makes all answers anew from the inquiry's facts, for every sender with these settings. */
void forecast_make(struct forecast *forecast, const struct inquiry *inquiry,
    const struct plan_settings *settings);

/* Forgets the answers, so that they are made anew when they are looked at. */
void forecast_forget(struct forecast *forecast);

#endif

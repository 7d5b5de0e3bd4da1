/*
 * The retry clock: what becomes of one message over days. Every attempt of a sender's schedule
 * (retry.h) meets the world as it is at that age - with some servers down for a while, or as it
 * was probed - and ends as plan and verdict say. "The primary is down from 09:00 to 15:00: when
 * does the mail arrive, and where?"
 */
#ifndef MAIL_CLOCK_H
#define MAIL_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/facts.h"
#include "mail/plan.h"
#include "util/names.h"

#define CLOCK_MARKS(X) \
	X(CLOCK_FAILS, "fails", "an attempt fails, and the message is kept") \
	X(CLOCK_DELIVERED, "delivered", "a server takes the message") \
	X(CLOCK_RETURNED, "returned", "the message goes back at once") \
	X(CLOCK_FROZEN, "frozen", "the message is kept, and not tried again") \
	X(CLOCK_WARNS, "warns", "the sender tells the author of the delay") \
	X(CLOCK_GIVES_UP, "gives up", "the message goes back after days") \
	X(CLOCK_DOWN, "down", "servers go down") \
	X(CLOCK_BACK, "back", "they are back") \
	X(CLOCK_MX_EXPIRES, "MX expires", "the MX answer's TTL has passed") \
	X(CLOCK_ADDRESS_EXPIRES, "address expires", "an address's TTL has passed")
NAMES_DECLARE(clock_mark, CLOCK_MARKS)

struct clock_event {
	int64_t age; /* seconds since the first attempt */
	enum clock_mark mark;
	unsigned attempt; /* 1 = the first; 0 = no attempt */
	char *text; /* one clause, without full stop */
};

/* One message of one sender. */
struct clock_course {
	enum sender sender;
	struct clock_event *events; /* by age */
	size_t count, capacity;
	enum clock_mark end; /* CLOCK_DELIVERED, _RETURNED, _FROZEN or _GIVES_UP */
	int64_t age; /* of the end */
	unsigned attempts;
	char *host; /* that takes it, "mx1.example.net [192.0.2.10]"; NULL = none does */
};

struct clock_settings {
	const bool *down; /* by index into facts.targets; NULL = none is pretended to be */
	int64_t from, until; /* the ages at which they go down and come back, from < until */
};

/*
 * Follows one message of plan->sender from its first attempt to its end. Servers that were not
 * probed to the end count as accepting. Everything about the MX must be known. Clear
 * with clock_clear().
 */
void clock_make(struct clock_course *course, const struct mail_facts *facts,
    const struct plan_settings *plan, const struct clock_settings *settings);

/* Frees what the course holds; a zeroed one is fine. */
void clock_clear(struct clock_course *course);

/* The number of attempts made up to this age, and the age of the next one (-1 = none). */
unsigned clock_attempts_until(const struct clock_course *course, int64_t age);
int64_t clock_next_attempt(const struct clock_course *course, int64_t age);

/*
 * Marks the targets that a word names: an exchange, an address, "pref:10", "primary" (the lowest
 * preference) or "all". Returns how many; down has room for facts->target_count.
 */
size_t clock_select(const struct mail_facts *facts, const char *word, bool *down);

#endif

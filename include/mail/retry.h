/*
 * Retry schedules (RFC 5321 4.5.4.1): when each sender tries a kept message again, when it tells
 * its author of the delay, when it gives up. As data, with the evidence. The times are ideal: a
 * queue that is scanned now and then is late by as much.
 */
#ifndef MAIL_RETRY_H
#define MAIL_RETRY_H

#include <stdint.h>

#include "mail/sender.h"

struct retry_profile {
	const char *schedule; /* when it tries, a clause without full stop */
	const char *source; /* where that is from: settings, rules, manual */
	enum evidence evidence;
	int64_t warns; /* seconds until the author hears of a delay; 0 = never, by default */
	int64_t gives_up; /* seconds until the message is returned */
};

/* Returns the schedule of this sender. */
const struct retry_profile *retry_profile(enum sender sender);

/*
 * The age of a message, in seconds since the first attempt, at the attempt behind the one at
 * `age`; waited is what lay before that one (0 for the first). Never beyond giving up: -1 then.
 */
int64_t retry_next(enum sender sender, int64_t age, int64_t waited);

#endif

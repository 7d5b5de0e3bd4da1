/*
 * A comparison of servers, under way or over.
 */
#ifndef APP_COMPARE_RUN_H
#define APP_COMPARE_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "dns/comparison.h"
#include "mail/divergence.h"

struct compare_run {
	uint64_t ticket;
	struct dns_comparison *machine;
	size_t pending; /* questions in flight */
	int64_t ended_us; /* monotonic; 0 while something is in flight */
	struct divergence divergence; /* once it is over */
};

/* NULL is fine. */
void compare_run_free(struct compare_run *run);

#endif

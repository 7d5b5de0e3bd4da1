/*
 * A walk from the root, under way or over.
 */
#ifndef APP_TRACE_RUN_H
#define APP_TRACE_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "dns/trace.h"

struct trace_run {
	uint64_t ticket;
	struct dns_trace *machine;
	size_t pending; /* questions in flight */
	int64_t asked_us, ended_us; /* monotonic; ended_us is 0 while something is in flight */
};

/* NULL is fine. */
void trace_run_free(struct trace_run *run);

#endif

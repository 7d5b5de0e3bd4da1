/*
 * One inquiry as a line of JSON (contract.md section 2): what reports print, what the history keeps as
 * a snapshot, and what differences are looked for in.
 */
#ifndef APP_REPORT_JSON_H
#define APP_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "app/inquiry.h"
#include "history/diff.h"
#include "mail/redact.h"
#include "util/buf.h"

/* What one name's entry is made of. */
struct report_subject {
	const char *name; /* as typed; printable */
	const struct inquiry *inquiry; /* NULL: not begun, or fault */
	const char *fault; /* not a name that can be looked up */
	bool finished;
	int64_t now_us, now_time;
	uint16_t port;
	const struct diff *differences; /* from what was expected; NULL = not compared */
	const struct redactor *redactor; /* masks everything; NULL = nothing */
};

/* Appends the entry as one line of JSON (contract.md section 2). */
void report_json(struct buf *out, const struct report_subject *subject);

#endif

/*
 * Visits to mail servers, shared by all inquiries: many domains have their mail at the same few
 * exchanges, and one probe of an exchange's address serves them all for some minutes. Also who
 * asked us to come later, and for how long we stay away.
 *
 * A visit is known by address, port and the name of the exchange, which decides SNI and the match
 * of the certificate's names. It is made for one inquiry; others that want it meanwhile join it.
 */
#ifndef APP_VISITS_H
#define APP_VISITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/facts.h"
#include "util/ip.h"
#include "util/span.h"

/* How long a result serves others, from its end on: also what a report's probes are shared for. */
#define VISITS_FRESH_US (5 * 60 * SPAN_SECOND)

enum {
	VISITS_BUCKETS = 256,
	VISITS_KEPT_MAX = 1024, /* results kept at once */
};

/* Whom a visit goes to. */
struct visit_place {
	struct endpoint at;
	const char *exchange; /* NULL = an address literal */
};

/* For whom: the target of an inquiry, as a probe's ticket and tag name it. */
struct visitor {
	uint64_t ticket;
	uint32_t tag;
};

struct visit;

/* All visits; a zeroed one is empty. */
struct visits {
	struct visit *buckets[VISITS_BUCKETS];
	size_t count;
};

void visits_clear(struct visits *visits);

/*
 * The visit under way, or one whose result is still fresh at now_us; NULL when there is neither,
 * and visits_begin() is to be called.
 */
struct visit *visits_find(
    struct visits *visits, const struct visit_place *place, int64_t now_us);

/* A visit begins for this one, in place of an older result. */
void visits_begin(struct visits *visits, const struct visit_place *place, struct visitor whom,
    int64_t now_us);

/* What is known of it so far; ended_us is 0 while it is under way. NULL: nothing yet. */
const struct smtp_facts *visit_facts(const struct visit *visit);

/* One more waits for a visit under way. */
void visit_join(struct visit *visit, struct visitor whom);

/*
 * A report of the visit made for this one: keeps a copy. Returns the visit, or NULL when it was not
 * made for it or is forgotten.
 */
struct visit *visits_reported(struct visits *visits, const struct ip_addr *ip,
    struct visitor whom, const struct smtp_facts *facts, int64_t now_us);

/* Takes the next one that waits for the visit's end, last come first: false when there is none. */
bool visit_next_waiting(struct visit *visit, struct visitor *whom);

/* The nth that waits; false when there are not so many. */
bool visit_waiting(const struct visit *visit, size_t n, struct visitor *whom);

/*
 * The inquiry's visits under way are given up. Those that nobody else waits for are forgotten; of
 * the others one is returned, to be begun for *heir, until the result is false.
 */
bool visits_abandon(struct visits *visits, uint64_t ticket, struct visitor *heir);

/*
 * Microseconds for which this address is left alone because it said 421 or that we come too
 * often; 0 = it may be visited. Each time in a row the span doubles, up to ten minutes.
 */
int64_t visits_rest(const struct visits *visits, const struct ip_addr *ip, int64_t now_us);

#endif

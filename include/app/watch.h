/*
 * Watching a domain: it is asked again when its TTLs end, or at an interval, and only a change of meaning
 * rings. What is seen over time - latency of each address, outages - is kept here while it is
 * watched.
 */
#ifndef APP_WATCH_H
#define APP_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/facts.h"

enum {
	WATCH_SAMPLES = 40, /* kept of an address: the columns of a sparkline */
	WATCH_OUTAGES = 20, /* kept of a domain */
	WATCH_ADDRESSES = 64,
	WATCH_SHORTEST_S = 10, /* between two questions, whatever a TTL says */
	WATCH_LONGEST_S = 86400,
};

/* What the probes of one address took, oldest first. */
struct watch_series {
	struct ip_addr ip;
	int64_t samples_us[WATCH_SAMPLES]; /* -1 = it did not take mail */
	size_t count;
	int64_t down_since; /* wall-clock; 0 = it takes mail, or was never seen to */
	bool was_up;
};

/* A time in which an address did not take mail. */
struct watch_outage {
	struct ip_addr ip;
	int64_t since, until; /* wall-clock; until 0 = it goes on */
};

struct watch {
	int64_t interval_us; /* 0 = when the TTLs end */
	int64_t next_us; /* monotonic; INT64_MAX while it is being asked */
	char *facts; /* of the time before; NULL = none yet */
	size_t rounds, changes;
	struct watch_series series[WATCH_ADDRESSES];
	size_t series_count;
	struct watch_outage outages[WATCH_OUTAGES]; /* the newest last */
	size_t outage_count;
};

/* A watch that begins now; free it with watch_free() (NULL is fine). */
struct watch *watch_new(int64_t interval_us, int64_t next_us);
void watch_free(struct watch *watch);

/* Takes in what a round has found at this wall-clock time. */
void watch_note(struct watch *watch, const struct mail_facts *facts, int64_t time);

/* Seconds until the first of the facts' TTLs ends, within the bounds above. */
int64_t watch_ttl(const struct mail_facts *facts);

#endif

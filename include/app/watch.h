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
	WATCH_SAMPLES = 60, /* kept of an address: the columns of a sparkline */
	WATCH_OUTAGES = 20, /* kept of a domain */
	WATCH_CHANGES = 20, /* likewise */
	WATCH_ADDRESSES = 64,
	WATCH_SHORTEST_S = 10, /* between two questions, whatever a TTL says */
	WATCH_LONGEST_S = 86400,
};

/* What stands in place of a time. */
#define WATCH_DOWN   INT64_C(-1) /* it did not take mail */
#define WATCH_UNSEEN INT64_C(-2) /* it was not probed in that round, or nothing was learned */

/* What the probes of one address of one exchange took, oldest first: one sample a round. */
struct watch_series {
	char *exchange; /* its name */
	uint16_t preference;
	struct ip_addr ip;
	int64_t samples_us[WATCH_SAMPLES];
	size_t count;
	enum smtp_outcome outcome; /* of the last probe that told something */
	int64_t down_since; /* wall-clock; 0 = it takes mail, or was never seen to */
	bool was_up;
	bool present; /* still an address of the domain */
};

/* A time in which an address did not take mail, having done so before. */
struct watch_outage {
	char *place; /* "mx1.example.net [192.0.2.1]" */
	enum smtp_outcome outcome; /* of the first probe that failed */
	int64_t since, until; /* wall-clock; until 0 = it goes on */
	size_t rounds;
};

/* A change of meaning, as it was told. */
struct watch_change {
	char *text;
	int64_t time; /* wall-clock */
};

struct watch {
	int64_t interval_us; /* 0 = when the TTLs end */
	int64_t next_us; /* monotonic; INT64_MAX while it is being asked */
	char *facts; /* of the time before; NULL = none yet */
	int64_t begun_time; /* wall-clock, of the first round; 0 = none yet */
	size_t rounds;
	struct watch_series series[WATCH_ADDRESSES]; /* by preference */
	size_t series_count;
	struct watch_outage outages[WATCH_OUTAGES]; /* the newest last */
	size_t outage_count;
	struct watch_change changes[WATCH_CHANGES]; /* likewise */
	size_t change_count, changes_seen; /* kept, and in all */
};

/* A watch that begins now; free it with watch_free() (NULL is fine). */
struct watch *watch_new(int64_t interval_us, int64_t next_us);
void watch_free(struct watch *watch);

/* Takes in what a round has found at this wall-clock time. */
void watch_note(struct watch *watch, const struct mail_facts *facts, int64_t time);

/* Keeps a change of meaning that was found at this wall-clock time. */
void watch_note_change(struct watch *watch, const char *text, int64_t time);

/* Seconds until the first of the facts' TTLs ends, within the bounds above. */
int64_t watch_ttl(const struct mail_facts *facts);

#endif

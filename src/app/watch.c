/*
 * The book of a watch: one row for each address and round, outages by their beginning and end. When to
 * ask and whom to tell is update_watch.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "app/watch.h"

struct watch *
watch_new(int64_t interval_us, int64_t next_us)
{
	struct watch *watch = mem_alloc(sizeof *watch);

	watch->interval_us = interval_us;
	watch->next_us = next_us;
	return watch;
}

void
watch_free(struct watch *watch)
{
	if (watch == NULL)
		return;
	free(watch->facts);
	free(watch);
}

/* The series of an address, a new one when there is none yet; NULL when there is no room. */
static struct watch_series *
series_of(struct watch *watch, const struct ip_addr *ip)
{
	for (size_t i = 0; i < watch->series_count; i++) {
		if (ip_equal(&watch->series[i].ip, ip))
			return &watch->series[i];
	}
	if (watch->series_count == WATCH_ADDRESSES)
		return NULL;
	watch->series[watch->series_count].ip = *ip;
	return &watch->series[watch->series_count++];
}

/* Appends a sample; the oldest makes room. */
static void
add_sample(struct watch_series *series, int64_t sample)
{
	if (series->count == WATCH_SAMPLES)
		memmove(series->samples_us, series->samples_us + 1,
		    --series->count * sizeof *series->samples_us);
	series->samples_us[series->count++] = sample;
}

/* Begins an outage; the oldest makes room. */
static void
begin_outage(struct watch *watch, const struct ip_addr *ip, int64_t time)
{
	if (watch->outage_count == WATCH_OUTAGES)
		memmove(watch->outages, watch->outages + 1,
		    --watch->outage_count * sizeof *watch->outages);
	watch->outages[watch->outage_count++] =
	    (struct watch_outage){ .ip = *ip, .since = time };
}

/* Ends the outage of this address. */
static void
end_outage(struct watch *watch, const struct ip_addr *ip, int64_t time)
{
	for (size_t i = 0; i < watch->outage_count; i++) {
		struct watch_outage *outage = &watch->outages[i];

		if (outage->until == 0 && ip_equal(&outage->ip, ip))
			outage->until = time;
	}
}

/* True when the probe says whether the server takes mail: not skipped, and no fault of ours. */
static bool
is_telling(const struct smtp_facts *probe)
{
	return probe != NULL && probe->ended_us != 0 && probe->outcome != SMTP_SKIPPED &&
	    probe->outcome != SMTP_INCONCLUSIVE;
}

/* Takes in one probe. */
static void
note_probe(
    struct watch *watch, const struct ip_addr *ip, const struct smtp_facts *probe, int64_t time)
{
	struct watch_series *series = series_of(watch, ip);
	bool up = probe->outcome == SMTP_ACCEPTING;

	if (series == NULL)
		return;
	add_sample(series, up ? probe->ended_us - probe->started_us : -1);
	if (!up && series->was_up && series->down_since == 0) {
		series->down_since = time;
		begin_outage(watch, ip, time);
	} else if (up && series->down_since != 0) {
		series->down_since = 0;
		end_outage(watch, ip, time);
	}
	series->was_up = series->was_up || up;
}

void
watch_note(struct watch *watch, const struct mail_facts *facts, int64_t time)
{
	watch->rounds++;
	for (size_t i = 0; i < facts->target_count; i++) {
		if (is_telling(facts->targets[i].probe))
			note_probe(watch, &facts->targets[i].ip, facts->targets[i].probe, time);
	}
}

/* The smaller of a TTL and what was found so far; answers that settle nothing have none. */
static int64_t
smaller(int64_t seconds, const struct dns_result *result)
{
	if (result == NULL || !dns_result_is_final(result) || result->ttl >= seconds)
		return seconds;
	return result->ttl;
}

int64_t
watch_ttl(const struct mail_facts *facts)
{
	int64_t seconds = smaller(WATCH_LONGEST_S, facts->mx_result);

	for (size_t i = 0; i < facts->mx.count; i++) {
		seconds = smaller(seconds, facts->addresses[i].a);
		seconds = smaller(seconds, facts->addresses[i].aaaa);
	}
	return seconds < WATCH_SHORTEST_S ? WATCH_SHORTEST_S : seconds;
}

/*
 * The book of a watch: one row for each address and round, outages by their beginning and end. When to
 * ask and whom to tell is update_watch.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

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
	for (size_t i = 0; i < watch->series_count; i++)
		free(watch->series[i].exchange);
	for (size_t i = 0; i < watch->outage_count; i++)
		free(watch->outages[i].place);
	for (size_t i = 0; i < watch->change_count; i++)
		free(watch->changes[i].text);
	free(watch->facts);
	free(watch);
}

/* --- series ---------------------------------------------------------------------------- */

/* The series of an address of an exchange, a new one when there is none yet; NULL when there is no room. */
static struct watch_series *
series_of(struct watch *watch, const struct mx_exchange *exchange, const struct ip_addr *ip)
{
	struct watch_series *series = watch->series;

	for (size_t i = 0; i < watch->series_count; i++, series++) {
		if (ip_equal(&series->ip, ip) &&
		    text_equal_nocase(series->exchange, exchange->text))
			return series;
	}
	if (watch->series_count == WATCH_ADDRESSES)
		return NULL;
	*series = (struct watch_series){ .exchange = mem_strdup(exchange->text), .ip = *ip };
	watch->series_count++;
	return series;
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

/* --- outages --------------------------------------------------------------------------- */

/* Where a series was probed; the caller frees it. */
static char *
place_of(const struct watch_series *series)
{
	char ip[IP_TEXT_MAX];
	struct buf place = BUF_INIT;

	buf_addf(&place, "%s [%s]", series->exchange, ip_text(&series->ip, ip));
	return buf_take(&place);
}

/* Begins an outage; the oldest makes room. */
static void
begin_outage(struct watch *watch, const struct watch_series *series, int64_t time)
{
	if (watch->outage_count == WATCH_OUTAGES) {
		free(watch->outages[0].place);
		memmove(watch->outages, watch->outages + 1,
		    --watch->outage_count * sizeof *watch->outages);
	}
	watch->outages[watch->outage_count++] = (struct watch_outage){
		.place = place_of(series),
		.outcome = series->outcome,
		.since = time,
		.rounds = 1,
	};
}

/* The outage of this series that goes on, or NULL. */
static struct watch_outage *
outage_of(struct watch *watch, const struct watch_series *series)
{
	char *place = place_of(series);
	struct watch_outage *found = NULL;

	for (size_t i = watch->outage_count; i-- > 0 && found == NULL;) {
		if (watch->outages[i].until == 0 && strcmp(watch->outages[i].place, place) == 0)
			found = &watch->outages[i];
	}
	free(place);
	return found;
}

/* Holds what a probe found against the rounds before: an outage begins, goes on or ends. */
static void
follow_outage(struct watch *watch, struct watch_series *series, int64_t time)
{
	struct watch_outage *outage = series->down_since == 0 ? NULL : outage_of(watch, series);

	if (series->outcome == SMTP_ACCEPTING) {
		series->was_up = true;
		series->down_since = 0;
		if (outage != NULL)
			outage->until = time;
	} else if (outage != NULL) {
		outage->rounds++;
	} else if (series->was_up && series->down_since == 0) {
		series->down_since = time;
		begin_outage(watch, series, time);
	}
}

/* --- rounds ---------------------------------------------------------------------------- */

/* True when the probe says whether the server takes mail: not skipped, and no fault of ours. */
static bool
is_telling(const struct smtp_facts *probe)
{
	return probe != NULL && probe->ended_us != 0 && probe->outcome != SMTP_SKIPPED &&
	    probe->outcome != SMTP_INCONCLUSIVE;
}

/* Takes in what was found at one address. */
static void
note_target(struct watch *watch, const struct mail_facts *facts,
    const struct mail_target *target, int64_t time)
{
	const struct mx_exchange *exchange = &facts->mx.exchanges[target->exchange];
	const struct smtp_facts *probe = target->probe;
	struct watch_series *series = series_of(watch, exchange, &target->ip);

	if (series == NULL)
		return;
	series->present = true;
	series->preference = exchange->preference;
	if (!is_telling(probe)) {
		add_sample(series, WATCH_UNSEEN);
		return;
	}
	series->outcome = probe->outcome;
	add_sample(series,
	    probe->outcome == SMTP_ACCEPTING ? probe->ended_us - probe->started_us
					     : WATCH_DOWN);
	follow_outage(watch, series, time);
}

/* Gives those that were not met in this round an empty place in it. */
static void
note_absent(struct watch *watch)
{
	for (size_t i = 0; i < watch->series_count; i++) {
		if (!watch->series[i].present)
			add_sample(&watch->series[i], WATCH_UNSEEN);
	}
}

/* Puts the series in the order of their preference; those of one preference stay as they stood. */
static void
order_series(struct watch *watch)
{
	struct watch_series *series = watch->series;

	for (size_t i = 1; i < watch->series_count; i++) {
		struct watch_series moved = series[i];
		size_t at = i;

		for (; at > 0 && series[at - 1].preference > moved.preference; at--)
			series[at] = series[at - 1];
		series[at] = moved;
	}
}

void
watch_note(struct watch *watch, const struct mail_facts *facts, int64_t time)
{
	if (watch->rounds++ == 0)
		watch->begun_time = time;
	for (size_t i = 0; i < watch->series_count; i++)
		watch->series[i].present = false;
	/* Exchange by exchange: targets stand in the order in which answers arrived. */
	for (size_t exchange = 0; exchange < facts->mx.count; exchange++) {
		for (size_t i = 0; i < facts->target_count; i++) {
			if (facts->targets[i].exchange == exchange)
				note_target(watch, facts, &facts->targets[i], time);
		}
	}
	note_absent(watch);
	order_series(watch);
}

void
watch_note_change(struct watch *watch, const char *text, int64_t time)
{
	watch->changes_seen++;
	if (watch->change_count == WATCH_CHANGES) {
		free(watch->changes[0].text);
		memmove(watch->changes, watch->changes + 1,
		    --watch->change_count * sizeof *watch->changes);
	}
	watch->changes[watch->change_count++] =
	    (struct watch_change){ .text = mem_strdup(text), .time = time };
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

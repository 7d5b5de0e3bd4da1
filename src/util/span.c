/*
 * Durations and times as text. Decides units and rounding (always down, so that a TTL never
 * looks longer than it is); reads no clock and knows no time zone but UTC.
 */
#include <stdio.h>
#include <time.h>

#include "util/span.h"

enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	YEAR = 365 * DAY,
	NOW = 5, /* seconds that still are "now" */
};

const char *
span_countdown(int64_t seconds, char out[SPAN_TEXT_MAX])
{
	long long s = seconds > 0 ? seconds : 0;

	if (s < HOUR)
		snprintf(out, SPAN_TEXT_MAX, "%lld:%02lld", s / MINUTE, s % MINUTE);
	else if (s < DAY)
		snprintf(out, SPAN_TEXT_MAX, "%lld:%02lld:%02lld", s / HOUR, s / MINUTE % 60,
		    s % MINUTE);
	else
		snprintf(out, SPAN_TEXT_MAX, "%lldd %lldh", s / DAY, s / HOUR % 24);
	return out;
}

const char *
span_age(int64_t seconds, char out[SPAN_TEXT_MAX])
{
	static const struct {
		int64_t from, unit;
		char letter;
	} rows[] = {
		{ YEAR, YEAR, 'y' },
		{ DAY, DAY, 'd' },
		{ HOUR, HOUR, 'h' },
		{ MINUTE, MINUTE, 'm' },
		{ NOW, 1, 's' },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (seconds < rows[i].from)
			continue;
		snprintf(out, SPAN_TEXT_MAX, "%lld%c", (long long)(seconds / rows[i].unit),
		    rows[i].letter);
		return out;
	}
	snprintf(out, SPAN_TEXT_MAX, "now");
	return out;
}

const char *
span_ms(int64_t us, char out[SPAN_TEXT_MAX])
{
	long long ms = us > 0 ? us / SPAN_MS : 0;

	if (ms <= 9999)
		snprintf(out, SPAN_TEXT_MAX, "%lld", ms);
	else
		snprintf(out, SPAN_TEXT_MAX, "%lld.%llds", ms / 1000, ms / 100 % 10);
	return out;
}

const char *
span_rfc3339(int64_t wall_time, char out[SPAN_TEXT_MAX])
{
	/* RFC 3339 5.6 has four digits for the year. */
	static const int64_t first = INT64_C(-62167219200), last = INT64_C(253402300799);
	time_t t = (time_t)(wall_time < first ? first : wall_time > last ? last : wall_time);
	struct tm utc;

	gmtime_r(&t, &utc);
	snprintf(out, SPAN_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ",
	    (unsigned)(utc.tm_year + 1900) % 10000, (unsigned)(utc.tm_mon + 1) % 100,
	    (unsigned)utc.tm_mday % 100, (unsigned)utc.tm_hour % 100,
	    (unsigned)utc.tm_min % 100, (unsigned)utc.tm_sec % 100);
	return out;
}

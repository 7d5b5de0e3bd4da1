/*
 * Durations and times as text. Decides units and rounding (always down, so that a TTL never
 * looks longer than it is); reads no clock and knows no time zone but UTC.
 */
#include <stdio.h>
#include <string.h>
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

/* The seconds of a unit's letter; 0 = there is none. */
static int64_t
unit_of(char letter)
{
	static const char letters[] = "smhd";
	static const int64_t units[] = { 1, MINUTE, HOUR, DAY };
	const char *found = letter ? strchr(letters, letter) : NULL;

	return found ? units[found - letters] : 0;
}

/* Takes the digits at *text as a number up to a year's seconds: false when there are none. */
static bool
take_number(const char **text, int64_t *number)
{
	const char *start = *text;

	*number = 0;
	while (**text >= '0' && **text <= '9' && *number <= YEAR)
		*number = *number * 10 + (*(*text)++ - '0');
	return *text > start && *number <= YEAR;
}

bool
span_parse(const char *text, int64_t *seconds)
{
	int64_t sum = 0, number;

	if (*text == '\0')
		return false;
	while (*text != '\0') {
		int64_t unit = MINUTE;

		if (!take_number(&text, &number))
			return false;
		if (*text != '\0')
			unit = unit_of(*text++);
		sum += number * unit;
		if (unit == 0 || sum > YEAR)
			return false;
	}
	*seconds = sum;
	return true;
}

bool
span_parse_of_day(const char *text, int64_t *seconds)
{
	int64_t hours, minutes;

	if (!take_number(&text, &hours) || *text++ != ':' || strlen(text) != 2 ||
	    !take_number(&text, &minutes) || *text != '\0')
		return false;
	if (hours > 23 || minutes > 59)
		return false;
	*seconds = hours * HOUR + minutes * MINUTE;
	return true;
}

const char *
span_words(int64_t seconds, char out[SPAN_TEXT_MAX])
{
	static const struct {
		int64_t unit;
		char letter;
	} rows[] = { { DAY, 'd' }, { HOUR, 'h' }, { MINUTE, 'm' }, { 1, 's' } };
	int length = 0, parts = 0;

	snprintf(out, SPAN_TEXT_MAX, "0");
	for (size_t i = 0; i < sizeof rows / sizeof *rows && parts < 3; i++) {
		if (seconds < rows[i].unit)
			continue;
		length += snprintf(out + length, (size_t)(SPAN_TEXT_MAX - length), "%lld%c",
		    (long long)(seconds / rows[i].unit), rows[i].letter);
		seconds %= rows[i].unit;
		parts++;
	}
	return out;
}

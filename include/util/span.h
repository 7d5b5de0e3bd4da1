/*
 * Times and durations as text. Throughout the program a moment is an int64_t of
 * monotonic microseconds named *_us ("now_us"), and a wall-clock time an int64_t of
 * seconds since 1970 named *_time; no code but the loop reads a clock.
 */
#ifndef UTIL_SPAN_H
#define UTIL_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#define SPAN_SECOND INT64_C(1000000)
#define SPAN_MS     INT64_C(1000)

enum {
	SPAN_TEXT_MAX = 32
};

/* A TTL or remaining time: "58:12", "1:02:03", "2d 4h"; negative is "0:00". Returns out. */
const char *span_countdown(int64_t seconds, char out[SPAN_TEXT_MAX]);

/* An age in one unit: "now", "12s", "2m", "1h", "3d", "2y". Returns out. */
const char *span_age(int64_t seconds, char out[SPAN_TEXT_MAX]);

/*
 * A duration in whole milliseconds up to 9999 ms, above it seconds: "141", "12.3s". Returns
 * out.
 */
const char *span_ms(int64_t us, char out[SPAN_TEXT_MAX]);

/* Writes the UTC time in RFC 3339 form, "2026-11-21T21:32:10Z". Returns out. */
const char *span_rfc3339(int64_t wall_time, char out[SPAN_TEXT_MAX]);

/*
 * Reads a duration, "90s", "15m", "1h", "2d", or several in one word, "1h30m"; a bare number is
 * minutes. False, storing nothing, for anything else and for more than a year.
 */
bool span_parse(const char *text, int64_t *seconds);

/* Reads a time of the day, "9:00" or "15:30", as seconds since midnight; false for others. */
bool span_parse_of_day(const char *text, int64_t *seconds);

/* A duration in units that can be read aloud: "0", "5m", "1h20m", "2d3h", "6m40s". Returns out. */
const char *span_words(int64_t seconds, char out[SPAN_TEXT_MAX]);

#endif

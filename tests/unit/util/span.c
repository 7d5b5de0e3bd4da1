/*
 * Durations and times as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/span.h"

typedef const char *span_function(int64_t value, char out[SPAN_TEXT_MAX]);

static const struct {
	span_function *function;
	int64_t value;
	const char *text;
} spans[] = {
	{ span_countdown, -5, "0:00" },
	{ span_countdown, 0, "0:00" },
	{ span_countdown, 9, "0:09" },
	{ span_countdown, 3492, "58:12" },
	{ span_countdown, 3599, "59:59" },
	{ span_countdown, 3600, "1:00:00" },
	{ span_countdown, 3723, "1:02:03" },
	{ span_countdown, 86399, "23:59:59" },
	{ span_countdown, 86400, "1d 0h" },
	{ span_countdown, 187200, "2d 4h" },
	{ span_countdown, INT64_MAX, "106751991167300d 15h" },
	{ span_age, INT64_MIN, "now" },
	{ span_age, 0, "now" },
	{ span_age, 4, "now" },
	{ span_age, 5, "5s" },
	{ span_age, 59, "59s" },
	{ span_age, 60, "1m" },
	{ span_age, 3599, "59m" },
	{ span_age, 3600, "1h" },
	{ span_age, 86399, "23h" },
	{ span_age, 3 * 86400, "3d" },
	{ span_age, 2 * 365 * 86400, "2y" },
	{ span_ms, -1, "0" },
	{ span_ms, 999, "0" },
	{ span_ms, 141 * SPAN_MS + 999, "141" },
	{ span_ms, 9999 * SPAN_MS, "9999" },
	{ span_ms, 10 * SPAN_SECOND, "10.0s" },
	{ span_ms, 12399 * SPAN_MS, "12.3s" },
	{ span_words, -1, "0" },
	{ span_words, 0, "0" },
	{ span_words, 300, "5m" },
	{ span_words, 4800, "1h20m" },
	{ span_words, 400, "6m40s" },
	{ span_words, 5 * 86400 + 3 * 3600 + 61, "5d3h1m" },
	{ span_rfc3339, 0, "1970-01-01T00:00:00Z" },
	{ span_rfc3339, 1795296730, "2026-11-21T21:32:10Z" },
	{ span_rfc3339, 1709210096, "2024-02-29T12:34:56Z" },
	{ span_rfc3339, -1, "1969-12-31T23:59:59Z" },
	{ span_rfc3339, INT64_MIN, "0000-01-01T00:00:00Z" },
	{ span_rfc3339, INT64_MAX, "9999-12-31T23:59:59Z" },
};

static void
spans_read_well(void **state)
{
	char out[SPAN_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
		assert_string_equal(spans[i].function(spans[i].value, out), spans[i].text);
}

/* What span_parse() and span_parse_of_day() read; -1 = nothing. */
static const struct {
	bool (*function)(const char *text, int64_t *seconds);
	const char *text;
	int64_t seconds;
} readings[] = {
	{ span_parse, "90s", 90 },
	{ span_parse, "15", 900 },
	{ span_parse, "15m", 900 },
	{ span_parse, "1h", 3600 },
	{ span_parse, "1h30m", 5400 },
	{ span_parse, "2d3h", 183600 },
	{ span_parse, "0", 0 },
	{ span_parse, "", -1 },
	{ span_parse, "h", -1 },
	{ span_parse, "1x", -1 },
	{ span_parse, "-1h", -1 },
	{ span_parse, "1h ", -1 },
	{ span_parse, "400d", -1 },
	{ span_parse, "99999999999999999999", -1 },
	{ span_parse_of_day, "9:00", 32400 },
	{ span_parse_of_day, "09:00", 32400 },
	{ span_parse_of_day, "23:59", 86340 },
	{ span_parse_of_day, "24:00", -1 },
	{ span_parse_of_day, "9:60", -1 },
	{ span_parse_of_day, "9", -1 },
	{ span_parse_of_day, "9:0", -1 },
	{ span_parse_of_day, "9:000", -1 },
	{ span_parse_of_day, ":00", -1 },
	{ span_parse_of_day, "", -1 },
};

static void
spans_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		int64_t seconds = -1;

		assert_int_equal(
		    readings[i].function(readings[i].text, &seconds), readings[i].seconds >= 0);
		assert_int_equal(seconds, readings[i].seconds);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_read_well),
		cmocka_unit_test(spans_are_read),
	};

	return cmocka_run_group_tests_name("util/span", tests, NULL, NULL);
}

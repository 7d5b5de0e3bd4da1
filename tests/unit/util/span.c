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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_read_well),
	};

	return cmocka_run_group_tests_name("util/span", tests, NULL, NULL);
}

/*
 * Differences: two lines of JSON, and what is told of them; then lines that are no report.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"

#include "history/diff.h"

#define MX(kind, outcome) "\"mx\":{\"kind\":\"" kind "\",\"outcome\":\"" outcome "\"}"
#define EXCHANGE(pref, name, addresses) \
	"{\"preference\":" pref ",\"exchange\":\"" name "\",\"outcome\":\"answer\"," \
	"\"addresses\":[" addresses "]}"
#define ADDRESS(ip, probe) "{\"address\":\"" ip "\",\"probe\":{" probe "}}"
#define GOOD \
	"\"outcome\":\"accepting\",\"starttls\":\"ok\",\"extensions\":[\"SIZE\"],\"tls\":{" \
	"\"chain\":\"trusted\",\"name\":\"match\",\"not_after\":\"2027-01-01T00:00:00Z\"}," \
	"\"timing\":{\"total_ms\":100.5}"
#define PLAIN           "\"outcome\":\"accepting\",\"starttls\":\"not-offered\",\"extensions\":[\"SIZE\"]"
#define LINE(exchanges) MX("explicit", "answer") ",\"exchanges\":[" exchanges "]"
#define BOTH(second) \
	LINE(EXCHANGE("10", "mx1.example", ADDRESS("192.0.2.1", GOOD)) "," EXCHANGE( \
	    "20", "mx2.example", ADDRESS("192.0.2.2", second)))

/* What stands behind the verdict, before and after, and the sentences; those behind "~" are minor. */
static const struct {
	const char *before, *after, *expected;
} rows[] = {
	{ BOTH(GOOD), BOTH(GOOD), "" },
	{ BOTH(GOOD), BOTH(PLAIN),
	    "backup mx2.example [192.0.2.2] lost STARTTLS (not-offered)\n" },
	{ BOTH(PLAIN), BOTH(GOOD),
	    "backup mx2.example [192.0.2.2] gained STARTTLS (was not-offered)\n" },
	{ BOTH(GOOD), BOTH("\"outcome\":\"timeout\""),
	    "backup mx2.example [192.0.2.2] no longer accepts mail (timeout)\n" },
	/* not probed, or not checked: unknown is no change */
	{ BOTH(GOOD), BOTH("\"outcome\":\"skipped\""), "" },
	{ LINE(EXCHANGE("10", "mx1.example", "{\"address\":\"192.0.2.1\"}")),
	    LINE(EXCHANGE("10", "mx1.example", ADDRESS("192.0.2.1", GOOD))), "" },
	{ MX("explicit", "answer") ",\"exchanges\":[]", MX("error", "servfail"),
	    "answer to the MX question from answer to servfail\n" },
	{ BOTH(GOOD), MX("error", "timeout") ",\"exchanges\":[]",
	    "answer to the MX question from answer to timeout\n" },
	{ BOTH(GOOD) ",\"spf\":{\"outcome\":\"absent\"}",
	    "\"spf\":{\"outcome\":\"not finished\"}", "" },
	{ "\"spf\":{\"outcome\":\"not finished\"}",
	    BOTH(GOOD) ",\"spf\":{\"outcome\":\"absent\"}", "" },
	/* exchanges and addresses */
	{ BOTH(GOOD), LINE(EXCHANGE("10", "mx1.example", ADDRESS("192.0.2.1", GOOD))),
	    "backup mx2.example is gone (preference 20)\n" },
	{ LINE(EXCHANGE("10", "mx1.example", "")), BOTH(GOOD),
	    "mx1.example [192.0.2.1] is new\nbackup mx2.example is new, preference 20\n" },
	{ LINE(EXCHANGE("10", "mx1.example", "")), LINE(EXCHANGE("5", "mx1.example", "")),
	    "mx1.example: preference from 10 to 5\n" },
	{ BOTH(GOOD), MX("null", "answer") ",\"exchanges\":[]",
	    "the MX records are gone: a Null MX refuses all mail\n"
	    "mx1.example is gone (preference 10)\n"
	    "backup mx2.example is gone (preference 20)\n" },
	/* lists, dates, times */
	{ BOTH("\"outcome\":\"accepting\",\"extensions\":[\"SIZE\",\"DSN\"]"),
	    BOTH("\"outcome\":\"accepting\",\"extensions\":[\"PIPELINING\",\"SIZE\"]"),
	    "backup mx2.example [192.0.2.2]: lost keyword DSN\n"
	    "backup mx2.example [192.0.2.2]: new keyword PIPELINING\n" },
	{ BOTH("\"outcome\":\"accepting\",\"tls\":{\"chain\":\"trusted\",\"not_after\":\"2026-"
	       "01-01T00:00:00Z\"}"),
	    BOTH("\"outcome\":\"accepting\",\"tls\":{\"chain\":\"expired\",\"not_after\":"
		 "\"2027-01-01T00:00:00Z\"}"),
	    "backup mx2.example [192.0.2.2] certificate is no longer trusted (expired)\n"
	    "~backup mx2.example [192.0.2.2]: certificate renewed, now valid until "
	    "2027-01-01T00:00:00Z\n" },
	{ BOTH("\"outcome\":\"accepting\",\"timing\":{\"total_ms\":100.5}"),
	    BOTH("\"outcome\":\"accepting\",\"timing\":{\"total_ms\":180.0}"), "" },
	{ BOTH("\"outcome\":\"accepting\",\"timing\":{\"total_ms\":100.5}"),
	    BOTH("\"outcome\":\"accepting\",\"timing\":{\"total_ms\":900.9}"),
	    "~backup mx2.example [192.0.2.2]: time from 100 to 900 ms\n" },
	{ BOTH("\"outcome\":\"accepting\",\"timing\":{\"total_ms\":-1e300}"),
	    BOTH("\"outcome\":\"accepting\",\"timing\":{\"total_ms\":2.5e24}"), "" },
	/* findings */
	{ "\"findings\":[]",
	    "\"findings\":[{\"id\":\"mx-alias\",\"subject\":\"m.example\",\"severity\":"
	    "\"error\",\"text\":\"it is one\"},"
	    "{\"id\":\"mx-single\",\"subject\":\"example\",\"severity\":\"info\",\"text\":"
	    "\"one\"}]",
	    "found: it is one\n~found: one\n" },
	/* whatever a file may hold */
	{ "\"status\":-1e300", "\"status\":2.5e24",
	    "status from -9007199254740992 to 9007199254740992\n" },
	{ "\"mx\":7,\"exchanges\":[7,{},null]", "\"mx\":[],\"exchanges\":{}", "" },
	{ "\"sts\":{\"mx\":[\"a\",7,null,{}]}", "\"sts\":{\"mx\":\"a\"}",
	    "lost MTA-STS pattern 7\nlost MTA-STS pattern a\n" },
};

/* Reads the line of a verdict with these fields. */
static void
read_line(struct snapshot *snapshot, const char *verdict, const char *fields)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "{\"name\":\"example\",\"verdict\":\"%s\",%s}", verdict, fields);
	assert_true(snapshot_read(snapshot, line.data, line.length));
	buf_clear(&line);
}

/* The changes as text; the caller frees it. */
static char *
changes_between(struct snapshot *before, struct snapshot *after)
{
	struct buf text = BUF_INIT;
	struct diff diff;

	diff_make(&diff, before, after);
	for (size_t i = 0; i < diff.count; i++) {
		assert_true(
		    (i < diff.meanings) == (diff.changes[i].weight == SNAPSHOT_MEANING));
		buf_addf(&text, "%s%s\n", i < diff.meanings ? "" : "~", diff.changes[i].text);
	}
	diff_clear(&diff);
	snapshot_clear(before);
	snapshot_clear(after);
	return buf_take(&text);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct snapshot before, after;
		char *text;

		read_line(&before, "deliver", rows[i].before);
		read_line(&after, "deliver", rows[i].after);
		text = changes_between(&before, &after);
		assert_string_equal(text, rows[i].expected);
		free(text);
	}
}

static void
test_verdict(void **state)
{
	struct snapshot before, after;
	char *text;

	(void)state;
	read_line(&before, "deliver", "\"status\":\"2.0.0\"");
	read_line(&after, "bounce", "\"status\":\"5.1.1\"");
	text = changes_between(&before, &after);
	assert_string_equal(text, "verdict was deliver and is bounce\n");
	free(text);
}

static void
test_snapshot(void **state)
{
	static const char raw[] = "{\"name\":\"a\x1b\",\"verdict\":\"warn\"}";
	static const char line[] = "{\"name\":\"a\\u001b\",\"time\":\"2026-11-22T00:00:01Z\","
				   "\"verdict\":\"warn\",\"reason\":\"So it is.\"}";
	struct snapshot snapshot;

	(void)state;
	assert_false(
	    snapshot_read(&snapshot, raw, sizeof raw - 1)); /* an escape must be escaped */
	assert_true(snapshot_read(&snapshot, line, sizeof line - 1));
	assert_string_equal(snapshot.name, "a\\x1b");
	assert_int_equal(snapshot.time, 1795305601);
	assert_int_equal(snapshot.kind, VERDICT_WARN);
	snapshot_clear(&snapshot);
}

/* Lines that are no report. */
static const char *const foreign[] = { "", "{", "[]", "7", "null", "{}", "{\"verdict\":7}",
	"{\"verdict\":\"fine\"}", "{\"verdict\":\"deliver\"", "\xff\xfe" };

static void
test_foreign(void **state)
{
	struct snapshot snapshot;

	(void)state;
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		assert_false(snapshot_read(&snapshot, foreign[i], strlen(foreign[i])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_verdict),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

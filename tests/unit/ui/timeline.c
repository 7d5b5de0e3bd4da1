/*
 * Time drawn: bars to one scale, stages that hold their place, and the words for how far a
 * probe is.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "util/span.h"
#include "ui/timeline.h"

enum {
	COLUMNS = 41, /* 20 of them for the bars */
};

/* Probe facts in which each stage up to the last took so many milliseconds. */
static void
facts_make(struct smtp_facts *facts, const int *ms, size_t count, enum smtp_outcome outcome)
{
	int64_t total = 0;

	smtp_facts_init(facts, SPAN_SECOND);
	for (size_t i = 0; i < count; i++) {
		facts->stage = (enum smtp_stage)i;
		facts->stage_us[i] = ms[i] * SPAN_MS;
		total += ms[i] * SPAN_MS;
	}
	facts->outcome = outcome;
	facts->ended_us = SPAN_SECOND + total;
	if (outcome == SMTP_IN_PROGRESS) {
		facts->stage_started_us = SPAN_SECOND + total - facts->stage_us[count - 1];
		facts->stage_us[count - 1] = -1;
		facts->ended_us = 0;
	}
}

/* Draws the stages and compares the picture. */
static void
expect_tall(const struct smtp_facts *facts, int64_t now_us, const char *expected)
{
	struct canvas canvas;
	struct buf text = BUF_INIT;
	struct paper paper;

	canvas_init(&canvas, false);
	canvas_resize(&canvas, 9, COLUMNS);
	paper = paper_open(&canvas, (struct area){ 0, 0, 9, COLUMNS }, 0);
	timeline_write_tall(&paper, facts, now_us, 0);
	canvas_text(&canvas, &text);
	assert_string_equal(text.data, expected);
	buf_clear(&text);
	canvas_clear(&canvas);
}

static void
bars_stand_behind_each_other(void **state)
{
	static const int ms[] = { 10, 30, 10, 10, 20, 10 };
	struct smtp_facts facts;

	(void)state;
	facts_make(&facts, ms, 6, SMTP_ACCEPTING);
	facts.starttls = SMTP_STARTTLS_OK;
	expect_tall(&facts, 5 * SPAN_SECOND,
	    " + connect   ==                       10\n"
	    " + greeting    ======                 30\n"
	    " + ehlo              ==               10\n"
	    " + starttls            ==             10\n"
	    " + handshake             ====         20\n"
	    " + ehlo-tls                  ==       10\n"
	    " - quit\n\n\n");
	smtp_facts_clear(&facts);
}

static void
a_slow_stage_grows_in_steps(void **state)
{
	static const int ms[] = { 20, 2280 };
	struct smtp_facts facts;

	(void)state;
	facts_make(&facts, ms, 2, SMTP_IN_PROGRESS);
	expect_tall(&facts, 2 * SPAN_SECOND,
	    " + connect   =                        20\n"
	    " - greeting  ====================    980\n"
	    " - ehlo\n - starttls\n - handshake\n - ehlo-tls\n - quit\n\n\n");
	expect_tall(&facts, 3300 * SPAN_MS,
	    " + connect   =                        20\n"
	    " - greeting  =========              2280\n"
	    " - ehlo\n - starttls\n - handshake\n - ehlo-tls\n - quit\n\n\n");
	smtp_facts_clear(&facts);
}

static void
marks_tell_where_it_ended(void **state)
{
	static const int ms[] = { 100 };
	static const int plain[] = { 10, 10, 10, -1, -1, -1, -1, -1, 10 };
	struct smtp_facts facts;

	(void)state;
	facts_make(&facts, ms, 1, SMTP_REFUSED);
	expect_tall(&facts, 0,
	    " x connect   ====================    100\n"
	    " - greeting\n - ehlo\n - starttls\n - handshake\n - ehlo-tls\n - quit\n\n\n");
	smtp_facts_clear(&facts);
	facts_make(&facts, plain, 9, SMTP_ACCEPTING);
	for (size_t i = SMTP_STAGE_STARTTLS; i < SMTP_STAGE_QUIT; i++)
		facts.stage_us[i] = -1;
	facts.starttls = SMTP_STARTTLS_NOT_OFFERED;
	expect_tall(&facts, 0,
	    " + connect   ==                       10\n"
	    " + greeting    ==                     10\n"
	    " + ehlo          ==                   10\n"
	    " . starttls  not offered\n - handshake\n - ehlo-tls\n"
	    " + quit            ==                 10\n\n\n");
	smtp_facts_clear(&facts);
}

static void
the_flat_form_is_one_line(void **state)
{
	static const int ms[] = { 100, 200, 100 };
	struct smtp_facts facts;
	struct canvas canvas;
	struct buf text = BUF_INIT;
	struct paper paper;

	(void)state;
	facts_make(&facts, ms, 3, SMTP_ACCEPTING);
	canvas_init(&canvas, true);
	canvas_resize(&canvas, 1, 80);
	paper = paper_open(&canvas, (struct area){ 0, 0, 1, 80 }, 0);
	timeline_write_flat(&paper, &facts, 0);
	assert_int_equal(paper.lines, 1);
	canvas_text(&canvas, &text);
	assert_string_equal(text.data, " conn ▇▇▇▇ 100  hello ▇▇▇▇▇▇▇ 200  ehlo ▇▇▇▇ 100\n");
	buf_clear(&text);
	canvas_clear(&canvas);
	smtp_facts_clear(&facts);
}

static const struct {
	enum smtp_outcome outcome;
	int code, room;
	const char *text;
} states[] = {
	{ SMTP_ACCEPTING, 220, INT_MAX, "accepting" },
	{ SMTP_REJECTING, 554, INT_MAX, "rejecting 554" },
	{ SMTP_REJECTING, 554, 13, "rejecting 554" },
	{ SMTP_REJECTING, 554, 12, "rejecting" },
	{ SMTP_REFUSED, 0, 20, "refused" },
	{ SMTP_IN_PROGRESS, 0, 20, "greeting 1.2s" },
	{ SMTP_IN_PROGRESS, 0, 5, "greeting" },
};

static void
states_are_put_in_words(void **state)
{
	static const int ms[] = { 10, 10 };

	(void)state;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		struct smtp_facts facts;
		struct buf text = BUF_INIT;

		facts_make(&facts, ms, 2, states[i].outcome);
		facts.code = states[i].code;
		timeline_state(&facts, 2260 * SPAN_MS, states[i].room, &text);
		assert_string_equal(text.data, states[i].text);
		buf_clear(&text);
		smtp_facts_clear(&facts);
	}
}

static void
quitting_does_not_count(void **state)
{
	static const int ms[] = { 10, 20, 30, 0, 0, 0, 0, 0, 500 };
	struct smtp_facts facts;

	(void)state;
	facts_make(&facts, ms, 9, SMTP_ACCEPTING);
	assert_int_equal(timeline_elapsed(&facts, 99 * SPAN_SECOND), 60 * SPAN_MS);
	smtp_facts_clear(&facts);
	facts_make(&facts, ms, 2, SMTP_IN_PROGRESS);
	assert_int_equal(timeline_elapsed(&facts, 3 * SPAN_SECOND), 2 * SPAN_SECOND);
	assert_int_equal(timeline_elapsed(&facts, 0), 0);
	smtp_facts_clear(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_stand_behind_each_other),
		cmocka_unit_test(a_slow_stage_grows_in_steps),
		cmocka_unit_test(marks_tell_where_it_ended),
		cmocka_unit_test(the_flat_form_is_one_line),
		cmocka_unit_test(states_are_put_in_words),
		cmocka_unit_test(quitting_does_not_count),
	};

	return cmocka_run_group_tests_name("ui/timeline", tests, NULL, NULL);
}

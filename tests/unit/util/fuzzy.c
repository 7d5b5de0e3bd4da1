/*
 * What fits which letters, and what fits better.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/fuzzy.h"

/* The first text fits the letters better than the second, which may not fit at all. */
static const struct {
	const char *pattern, *better, *worse;
} rows[] = {
	{ "pr", "probe", "palette" },
	{ "pa", "probe all", "compare" },
	{ "wi", "what-if", "view timeline" },
	{ "vt", "view timeline", "invent" },
	{ "PROBE", "probe", "probably" },
	{ "q", "quit", "sequence" },
	{ "set 6", "set ipv6", "set ipv4" },
	{ "theme", "theme light", "the mean" },
	{ "reload", "reload", "re-load" },
};

static void
better_fits_score_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int better = fuzzy_score(rows[i].better, rows[i].pattern);
		int worse = fuzzy_score(rows[i].worse, rows[i].pattern);

		if (better <= worse)
			fail_msg("%s: %s %d, %s %d", rows[i].pattern, rows[i].better, better,
			    rows[i].worse, worse);
	}
}

static void
letters_in_another_order_do_not_fit(void **state)
{
	(void)state;
	assert_int_equal(fuzzy_score("probe", "rp"), 0);
	assert_int_equal(fuzzy_score("probe", "probes"), 0);
	assert_int_equal(fuzzy_score("", "a"), 0);
	assert_int_equal(fuzzy_score("aa", "aaa"), 0);
	assert_int_equal(fuzzy_score("", ""), 1);
	assert_int_equal(fuzzy_score("anything", " "), 1);
}

/* Texts and patterns longer than are looked at stay within bounds. */
static void
long_texts_are_cut(void **state)
{
	char text[4 * FUZZY_TEXT_MAX];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_true(fuzzy_score(text, "aaa") > 0);
	assert_true(fuzzy_score(text, text) > 0);
	text[2 * FUZZY_TEXT_MAX] = 'b';
	assert_int_equal(fuzzy_score(text, "b"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(better_fits_score_more),
		cmocka_unit_test(letters_in_another_order_do_not_fit),
		cmocka_unit_test(long_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

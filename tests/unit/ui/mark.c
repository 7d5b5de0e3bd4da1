/*
 * Marks: one column each in both spellings, and the same meaning everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/text.h"
#include "ui/mark.h"

static void
marks_take_one_column(void **state)
{
	(void)state;
	for (unsigned spinner = 0; spinner < 5; spinner++) {
		for (size_t i = 0; i < mark_count; i++) {
			const char *ascii = mark_text((enum mark)i, false, spinner);

			assert_int_equal(text_width(mark_text((enum mark)i, true, spinner)), 1);
			assert_int_equal(strlen(ascii), 1);
			assert_in_range(ascii[0], '!', '~');
			assert_int_equal(text_width(mark_legend((enum mark)i, true)), 1);
		}
	}
}

static void
only_progress_turns(void **state)
{
	(void)state;
	for (size_t i = 0; i < mark_count; i++) {
		bool same = strcmp(mark_text((enum mark)i, true, 0),
				mark_text((enum mark)i, true, 1)) == 0;

		assert_int_equal(same, i != MARK_PROGRESS);
	}
	assert_string_equal(
	    mark_text(MARK_PROGRESS, true, 0), mark_text(MARK_PROGRESS, true, 4));
}

static void
marks_differ_in_ascii_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < mark_count; i++) {
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(
			    mark_legend((enum mark)i, false), mark_legend((enum mark)j, false));
			assert_string_not_equal(
			    mark_legend((enum mark)i, true), mark_legend((enum mark)j, true));
		}
	}
}

static void
glyphs_are_as_wide_in_ascii(void **state)
{
	(void)state;
	for (size_t i = 0; i < glyph_count; i++)
		assert_int_equal(text_width(glyph_text((enum glyph)i, true)),
		    strlen(glyph_text((enum glyph)i, false)));
}

static const struct {
	enum verdict_kind kind;
	const char *status;
	enum mark mark;
} verdicts[] = {
	{ VERDICT_DELIVER, "2.0.0", MARK_GOOD },
	{ VERDICT_WARN, "2.0.0", MARK_WARNING },
	{ VERDICT_INCONCLUSIVE, "4.4.1", MARK_UNSURE },
	{ VERDICT_BOUNCE, "5.4.4", MARK_BAD },
	{ VERDICT_BOUNCE, "5.1.10", MARK_REFUSED },
	{ VERDICT_BOUNCE, NULL, MARK_BAD },
	{ VERDICT_REFUSE, "5.7.1", MARK_BAD },
	{ VERDICT_PENDING, "", MARK_PROGRESS },
};

static void
verdicts_have_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
		assert_int_equal(
		    mark_of_verdict(verdicts[i].kind, verdicts[i].status), verdicts[i].mark);
}

static const struct {
	enum smtp_outcome outcome;
	enum mark mark;
} outcomes[] = {
	{ SMTP_IN_PROGRESS, MARK_PROGRESS },
	{ SMTP_ACCEPTING, MARK_GOOD },
	{ SMTP_DEFERRING, MARK_UNSURE },
	{ SMTP_REJECTING, MARK_REFUSED },
	{ SMTP_REFUSED, MARK_BAD },
	{ SMTP_TIMEOUT, MARK_BAD },
	{ SMTP_TLS_FAILED, MARK_BAD },
	{ SMTP_SKIPPED, MARK_NOT_TRIED },
	{ SMTP_INCONCLUSIVE, MARK_UNSURE },
};

static void
outcomes_have_marks(void **state)
{
	struct smtp_facts facts;

	(void)state;
	smtp_facts_init(&facts, 0);
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
		facts.outcome = outcomes[i].outcome;
		assert_int_equal(mark_of_probe(&facts), outcomes[i].mark);
	}
	smtp_facts_clear(&facts);
	assert_int_equal(mark_of_probe(NULL), MARK_NOT_TRIED);
	assert_int_equal(mark_of_severity(FINDING_ERROR), MARK_BAD);
	assert_int_equal(mark_of_severity(FINDING_WARNING), MARK_WARNING);
	assert_int_equal(mark_of_severity(FINDING_INFO), MARK_NONE);
}

static void
styles_repeat_what_marks_say(void **state)
{
	(void)state;
	assert_int_equal(mark_style(MARK_GOOD), STYLE_GOOD);
	assert_int_equal(mark_style(MARK_BAD), STYLE_BAD);
	assert_int_equal(mark_style(MARK_REFUSED), STYLE_REFUSED);
	assert_int_equal(mark_style(MARK_PROGRESS), STYLE_PROGRESS);
	assert_string_equal(mark_help(MARK_REFUSED), "refuses mail on purpose");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_take_one_column),
		cmocka_unit_test(only_progress_turns),
		cmocka_unit_test(marks_differ_in_ascii_too),
		cmocka_unit_test(glyphs_are_as_wide_in_ascii),
		cmocka_unit_test(verdicts_have_marks),
		cmocka_unit_test(outcomes_have_marks),
		cmocka_unit_test(styles_repeat_what_marks_say),
	};

	return cmocka_run_group_tests_name("ui/mark", tests, NULL, NULL);
}

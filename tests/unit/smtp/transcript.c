/*
 * The transcript: who said what when, printable, bounded, copied.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "smtp/transcript.h"

static void
test_add(void **state)
{
	struct smtp_transcript transcript = { 0 };

	(void)state;
	smtp_transcript_add(&transcript, SMTP_NOTE, false, 0, "connected", 9);
	smtp_transcript_add(
	    &transcript, SMTP_SERVER, false, 41000, "220 \x1b[2J\0\xc2\x9d", 11);
	smtp_transcript_add(&transcript, SMTP_CLIENT, true, 42000, "", 0);
	assert_int_equal(transcript.count, 3);
	assert_int_equal(transcript.lines[0].speaker, SMTP_NOTE);
	assert_int_equal(transcript.lines[1].speaker, SMTP_SERVER);
	assert_int_equal(transcript.lines[1].offset_us, 41000);
	assert_string_equal(transcript.lines[1].text, "220 \\x1b[2J\\x00\\xc2\\x9d");
	assert_true(transcript.lines[2].encrypted);
	assert_string_equal(transcript.lines[2].text, "");
	smtp_transcript_clear(&transcript);
	assert_int_equal(transcript.count, 0);
	smtp_transcript_clear(&transcript);
}

/* Behind the last entry that fits stands one that says so, and then nothing. */
static void
test_bound(void **state)
{
	struct smtp_transcript transcript = { 0 };
	const struct smtp_line *last;

	(void)state;
	for (int i = 0; i < SMTP_TRANSCRIPT_MAX + 100; i++)
		smtp_transcript_add(&transcript, SMTP_SERVER, false, i, "250-x", 5);
	assert_int_equal(transcript.count, SMTP_TRANSCRIPT_MAX + 1);
	assert_string_equal(transcript.lines[SMTP_TRANSCRIPT_MAX - 1].text, "250-x");
	last = &transcript.lines[SMTP_TRANSCRIPT_MAX];
	assert_int_equal(last->speaker, SMTP_NOTE);
	assert_non_null(strstr(last->text, "left out"));
	smtp_transcript_clear(&transcript);
}

static void
test_copy(void **state)
{
	struct smtp_transcript original = { 0 }, copy = { 0 };

	(void)state;
	smtp_transcript_add(&copy, SMTP_NOTE, false, 0, "old", 3);
	smtp_transcript_add(&original, SMTP_CLIENT, true, 7, "QUIT", 4);
	smtp_transcript_copy(&copy, &original);
	smtp_transcript_clear(&original);
	assert_int_equal(copy.count, 1);
	assert_string_equal(copy.lines[0].text, "QUIT");
	assert_int_equal(copy.lines[0].offset_us, 7);
	/* A copy can grow on. */
	smtp_transcript_add(&copy, SMTP_SERVER, true, 8, "221 Bye", 7);
	assert_int_equal(copy.count, 2);
	smtp_transcript_copy(&copy, &original);
	assert_int_equal(copy.count, 0);
	smtp_transcript_add(&copy, SMTP_SERVER, true, 8, "221 Bye", 7);
	assert_int_equal(copy.count, 1);
	smtp_transcript_clear(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests_name("smtp/transcript", tests, NULL, NULL);
}

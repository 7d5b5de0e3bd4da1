/*
 * Colours that the terminal's description does not know: what stands for them, and what is made
 * of it in the bytes for the terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/colour.h"
#include "ui/true_colour.h"

static const struct {
	const char *in, *out;
} bytes[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "\033[38;5;16mx", "\033[38;2;133;153;0mx" },
	{ "a\033[48;5;17mb\033[38;5;16m", "a\033[48;5;203mb\033[38;2;133;153;0m" },
	/* Numbers that stand for nothing, the terminal's own, and sequences of other forms. */
	{ "\033[38;5;18m\033[38;5;7m\033[31m", "\033[38;5;18m\033[38;5;7m\033[31m" },
	{ "\033[38;5;16", "\033[38;5;16" },
	{ "\033[38;5;m\033[38;5;0016m", "\033[38;5;m\033[38;5;0016m" },
	{ "\033[H\033", "\033[H\033" },
};

static void
stand_ins_become_colours(void **state)
{
	struct standins standins = { .count = 0 };

	(void)state;
	assert_int_equal(standins_number(&standins, COLOUR_DEFAULT), COLOUR_DEFAULT);
	assert_int_equal(standins_number(&standins, 9), 9);
	assert_int_equal(standins_number(&standins, COLOUR_RGB | 0x859900), 16);
	assert_int_equal(standins_number(&standins, 203), 17);
	assert_int_equal(standins_number(&standins, COLOUR_RGB | 0x859900), 16);
	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
		struct buf out = BUF_INIT;

		standins_translate(&standins, bytes[i].in, strlen(bytes[i].in), &out);
		assert_string_equal(buf_text(&out), bytes[i].out);
		buf_clear(&out);
	}
}

static void
numbers_run_out(void **state)
{
	struct standins standins = { .count = 0 };

	(void)state;
	for (int i = 0; i < STANDINS_MAX; i++)
		assert_int_equal(standins_number(&standins, COLOUR_RGB | i), 16 + i);
	assert_int_equal(standins_number(&standins, COLOUR_RGB | 0xFF0000), 9);
	assert_int_equal(standins_number(&standins, COLOUR_RGB | 3), 19);
}

static void
terminals_tell_by_colorterm(void **state)
{
	static const char setaf[] = "\033[%?%p1%{8}%<%t3%p1%d%e38;5;%p1%d%;m";

	(void)state;
	assert_true(true_colour_shown("truecolor", setaf));
	assert_true(true_colour_shown("24bit", setaf));
	assert_false(true_colour_shown("yes", setaf));
	assert_false(true_colour_shown(NULL, setaf));
	assert_false(true_colour_shown("truecolor", "\033[3%p1%dm"));
	assert_false(true_colour_shown("truecolor", NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stand_ins_become_colours),
		cmocka_unit_test(numbers_run_out),
		cmocka_unit_test(terminals_tell_by_colorterm),
	};

	return cmocka_run_group_tests_name("ui/true_colour", tests, NULL, NULL);
}

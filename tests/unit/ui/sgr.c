/*
 * Sequences that follow one another become one, and nothing else changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/sgr.h"

static const struct {
	const char *in, *out;
} bytes[] = {
	{ "", "" },
	{ "plain ✓", "plain ✓" },
	{ "\033[1mx\033[4m", "\033[1mx\033[4m" },
	{ "\033[39;49m\033[38;5;245mx", "\033[39;49;38;5;245mx" },
	{ "a\033[1m\033[38;5;16m\033[48;5;110mb\033[4mc",
	    "a\033[1;38;5;16;48;5;110mb\033[4mc" },
	/* What resets all, stands alone; so does what moves, and what was cut. */
	{ "\033[m\033[1m\033[m", "\033[m\033[1m\033[m" },
	{ "\033[;1m\033[1m", "\033[;1m\033[1m" },
	{ "\033[1m\033[2;3H\033[1m", "\033[1m\033[2;3H\033[1m" },
	{ "\033[1m\033(B\033[4m", "\033[1m\033(B\033[4m" },
	{ "\033[1m\033[38;5", "\033[1m\033[38;5" },
	{ "\033[1m\033[", "\033[1m\033[" },
	{ "\033[1m\033", "\033[1m\033" },
	/* Sixteen parameters are taken everywhere, more are not. */
	{ "\033[38;2;1;2;3m\033[48;2;4;5;6m\033[1m\033[3;4;7;9;53m\033[5m",
	    "\033[38;2;1;2;3;48;2;4;5;6;1;3;4;7;9;53m\033[5m" },
};

static void
neighbours_are_joined(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
		struct buf text = BUF_INIT;

		buf_adds(&text, bytes[i].in);
		sgr_join(&text);
		assert_string_equal(buf_text(&text), bytes[i].out);
		buf_clear(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_are_joined),
	};

	return cmocka_run_group_tests_name("ui/sgr", tests, NULL, NULL);
}

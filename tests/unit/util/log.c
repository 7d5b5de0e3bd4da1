/*
 * The debug log: off by default, one printable line an event.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "util/log.h"

static void
lines_have_time_room_and_printable_text(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *file = open_memstream(&text, &n);

	(void)state;
	log_line("dns", "nobody listens");
	assert_false(log_on());
	log_to(file);
	assert_true(log_on());
	log_time(5000000);
	log_line("dns", "asked %s", "example.net\x1b[2J\n");
	log_time(6250001);
	log_line("smtp", "%d", 220);
	log_to(NULL);
	assert_false(log_on());
	log_line("dns", "nobody listens");
	fclose(file);
	assert_string_equal(text,
	    "   0.000000 dns      asked example.net\\x1b[2J\\x0a\n"
	    "   1.250001 smtp     220\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_time_room_and_printable_text),
	};

	return cmocka_run_group_tests_name("util/log", tests, NULL, NULL);
}

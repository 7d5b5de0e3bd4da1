/*
 * Files of commands: lines in order, a sourced file in the middle of another, places for messages,
 * and files that source each other without end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/script.h"

/* Writes a file with this text; its name is put into path. */
static void
write_file(char path[32], const char *text)
{
	FILE *file;

	strcpy(path, "/tmp/mxscope-script-XXXXXX");
	file = fdopen(mkstemp(path), "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
lines_come_in_order_and_know_their_place(void **state)
{
	char first[32], second[32];
	struct script *script = script_new();
	const char *where;

	(void)state;
	write_file(first, "one\r\ntwo\n\nlast");
	write_file(second, "inner\n");
	assert_null(script_push(script, "config", first));
	assert_string_equal(script_next(script, &where), "one");
	assert_string_equal(where, "config line 1");
	assert_null(script_push(script, "extra", second));
	assert_string_equal(script_next(script, &where), "inner");
	assert_string_equal(where, "extra line 1");
	assert_string_equal(script_next(script, &where), "");
	assert_string_equal(script_next(script, &where), "two");
	assert_string_equal(script_next(script, &where), "");
	assert_string_equal(script_next(script, &where), "last");
	assert_string_equal(where, "config line 4");
	assert_null(script_next(script, &where));
	assert_null(script_next(script, &where));
	script_free(script);
	unlink(first);
	unlink(second);
}

static void
what_cannot_be_read_gets_a_sentence(void **state)
{
	struct script *script = script_new();
	char *error = script_push(script, "config", "/nonexistent/file"), path[32];
	const char *where;

	(void)state;
	assert_non_null(strstr(error, "/nonexistent/file cannot be read: No such file"));
	free(error);
	write_file(path, "again\n");
	for (int i = 0; i < 16; i++)
		assert_null(script_push(script, "loop", path));
	error = script_push(script, "loop", path);
	assert_non_null(strstr(error, "source each other"));
	free(error);
	assert_string_equal(script_next(script, &where), "again");
	script_free(script);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_in_order_and_know_their_place),
		cmocka_unit_test(what_cannot_be_read_gets_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Expected pictures of the screen, one file each in tests/unit/ui/pictures; after a change that is
 * meant, `MXSCOPE_PICTURES=write make unit-ui` writes them anew, to be looked at before they
 * are kept.
 */
#ifndef TESTS_UI_PICTURES_H
#define TESTS_UI_PICTURES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"

/* Reads a file whole; NULL when there is none. */
static char *
read_picture(const char *path)
{
	FILE *file = fopen(path, "r");
	struct buf text = BUF_INIT;
	char part[4096];
	size_t n;

	if (!file)
		return NULL;
	while ((n = fread(part, 1, sizeof part, file)) > 0)
		buf_add(&text, part, n);
	fclose(file);
	return buf_take(&text);
}

/* Keeps the picture as the expected one. */
static void
write_picture(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Compares a screen with the expected one of this name. */
static void
expect_picture(const char *name, const char *text)
{
	const char *mode = getenv("MXSCOPE_PICTURES");
	char path[256], *expected;

	snprintf(path, sizeof path, "tests/unit/ui/pictures/%s.txt", name);
	if (mode && strcmp(mode, "write") == 0)
		write_picture(path, text);
	expected = read_picture(path);
	if (!expected)
		fail_msg("%s is missing", path);
	else if (strcmp(expected, text) != 0)
		fail_msg("%s: expected\n%s\nbut the screen is\n%s", path, expected, text);
	free(expected);
}

#endif

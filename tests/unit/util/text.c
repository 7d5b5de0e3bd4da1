/*
 * Text from strangers: what passes, what is shown as \xNN, UTF-8, ASCII comparisons.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "util/text.h"

/* A string constant and its length, so that NULs count. */
#define BYTES(s) s, sizeof(s) - 1

static const struct {
	const char *bytes;
	size_t n;
	const char *printable; /* NULL: as it came */
} printables[] = {
	{ BYTES(""), NULL },
	{ BYTES("220 mx.example.net ESMTP"), NULL },
	{ BYTES("back\\slash \\x1b"), NULL },
	{ BYTES("b\xc3\xbc"
		"cher.example"),
	    NULL },
	{ BYTES("\xe9\x83\xb5\xe4\xbb\xb6 \xf0\x9f\x93\xa7"), NULL },
	{ BYTES("e\xcc\x81\xcc\x82\xcc\x83\xcc\x84"), NULL },
	/* C0, DEL, C1 */
	{ BYTES("\x1b[31mred\x07"), "\\x1b[31mred\\x07" },
	{ BYTES("a\tb\r\n"), "a\\x09b\\x0d\\x0a" },
	{ BYTES("nul\0here\x7f"), "nul\\x00here\\x7f" },
	{ BYTES("\xc2\x9d"
		"title\xc2\x9c"),
	    "\\xc2\\x9dtitle\\xc2\\x9c" },
	{ BYTES("\x9b"
		"2J"),
	    "\\x9b2J" },
	/* bidi controls, invisible characters */
	{ BYTES("\xe2\x80\xae"
		"ten.elpmaxe"),
	    "\\xe2\\x80\\xaeten.elpmaxe" },
	{ BYTES("a\xe2\x81\xa6"
		"b\xe2\x81\xa9"),
	    "a\\xe2\\x81\\xa6b\\xe2\\x81\\xa9" },
	{ BYTES("\xd8\x9c"), "\\xd8\\x9c" },
	{ BYTES("a\xe2\x80\x8b"
		"b"),
	    "a\\xe2\\x80\\x8bb" },
	{ BYTES("\xef\xbb\xbfx"), "\\xef\\xbb\\xbfx" },
	{ BYTES("soft\xc2\xadhyphen"), "soft\\xc2\\xadhyphen" },
	{ BYTES("line\xe2\x80\xa8sep"), "line\\xe2\\x80\\xa8sep" },
	{ BYTES("\xf3\xa0\x81\xa1"), "\\xf3\\xa0\\x81\\xa1" },
	{ BYTES("\xee\x80\x80"), "\\xee\\x80\\x80" },
	{ BYTES("\xf4\x8f\xbf\xbd"), "\\xf4\\x8f\\xbf\\xbd" },
	{ BYTES("\xef\xbf\xbe\xef\xb7\x90"), "\\xef\\xbf\\xbe\\xef\\xb7\\x90" },
	{ BYTES("x\xef\xb8\x8f"), "x\\xef\\xb8\\x8f" },
	/* invalid, overlong, surrogate, cut off */
	{ BYTES("\xc0\xaf"), "\\xc0\\xaf" },
	{ BYTES("\xe0\x80\xaf"), "\\xe0\\x80\\xaf" },
	{ BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80" },
	{ BYTES("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80" },
	{ BYTES("\xe2\x82"), "\\xe2\\x82" },
	{ BYTES("\xe2(\xa1"), "\\xe2(\\xa1" },
	/* a mark without a base, and one too many */
	{ BYTES("\xcc\x81"
		"a"),
	    "\\xcc\\x81"
	    "a" },
	{ BYTES("e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86x\xcc\x81"),
	    "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\\xcc\\x85\\xcc\\x86x\xcc\x81" },
};

static void
strangers_are_made_printable(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof printables / sizeof *printables; i++) {
		const char *expected = printables[i].printable;
		char *got = text_printable_copy(printables[i].bytes, printables[i].n);

		assert_string_equal(got, expected ? expected : printables[i].bytes);
		assert_int_equal(
		    text_is_printable(printables[i].bytes, printables[i].n), !expected);
		assert_true(text_is_printable(got, strlen(got)));
		free(got);
	}
}

static void
no_character_passes_that_may_not(void **state)
{
	char bytes[1 + 4] = "x";

	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		size_t n = 1 + text_encode(c, bytes + 1);
		bool surrogate = c >= 0xD800 && c <= 0xDFFF; /* encoded as U+FFFD */
		bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
		bool bidi = c == 0x61C || c == 0x200E || c == 0x200F ||
		    (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
		bool nothing =
		    (c >= 0xE000 && c <= 0xF8FF) || (c & 0xFFFE) == 0xFFFE || c >= 0xE0000;

		if (control || bidi || nothing)
			assert_false(text_is_printable(bytes, n));
		if (surrogate || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xA1 && c <= 0xAC))
			assert_true(text_is_printable(bytes, n));
	}
}

static void
utf8_goes_there_and_back(void **state)
{
	static const uint32_t characters[] = { 0, 'A', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000,
		0xFFFD, 0xFFFF, 0x10000, 0x10FFFF };
	char bytes[4];

	(void)state;
	for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
		uint32_t back = 0;
		size_t n = text_encode(characters[i], bytes);

		assert_int_equal(text_decode(bytes, n, &back), n);
		assert_int_equal(back, characters[i]);
		assert_int_equal(text_decode(bytes, n - 1, &back), 0);
	}
	assert_int_equal(text_encode(0xD800, bytes), 3);
	assert_memory_equal(bytes, "\xef\xbf\xbd", 3);
	assert_int_equal(text_encode(0x110000, bytes), 3);
}

static const struct {
	uint32_t character;
	int width;
} character_widths[] = {
	{ 'a', 1 },
	{ 0xE9, 1 },
	{ 0x300, 0 },
	{ 0x483, 0 },
	{ 0x5BF, 0 },
	{ 0x1100, 2 },
	{ 0x1161, 0 },
	{ 0x200B, 0 },
	{ 0x2502, 1 },
	{ 0x2713, 1 },
	{ 0x3000, 2 },
	{ 0x4E2D, 2 },
	{ 0xAC00, 2 },
	{ 0xFF21, 2 },
	{ 0xFF71, 1 },
	{ 0x1F4E7, 2 },
	{ 0x20000, 2 },
	{ 0xE0100, 0 },
	{ 0x10FFFF, 1 },
};

static void
characters_have_widths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof character_widths / sizeof *character_widths; i++)
		assert_int_equal(text_character_width(character_widths[i].character),
		    character_widths[i].width);
}

static const struct {
	const char *text;
	size_t width, columns, fits;
} fits[] = {
	{ "", 0, 5, 0 },
	{ "abc", 3, 2, 2 },
	{ "abc", 3, 3, 3 },
	{ "abc", 3, 9, 3 },
	{ "b\xc3\xbc"
	  "c",
	    3, 2, 3 },
	{ "\xe4\xb8\xad\xe6\x96\x87", 4, 3, 3 },
	{ "\xe4\xb8\xad\xe6\x96\x87", 4, 1, 0 },
	{ "e\xcc\x81x", 2, 1, 3 },
	{ "\xff\xfe", 2, 1, 1 },
};

static void
text_fits_columns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
		assert_int_equal(text_width(fits[i].text), fits[i].width);
		assert_int_equal(text_fit(fits[i].text, fits[i].columns), fits[i].fits);
	}
}

static const struct {
	const char *a, *b;
	bool equal, prefix, found; /* b of a */
} comparisons[] = {
	{ "STARTTLS", "starttls", true, true, true },
	{ "STARTTLS", "start", false, true, true },
	{ "start", "starttls", false, false, false },
	{ "250-SIZE 10", "size", false, false, true },
	{ "", "", true, true, true },
	{ "x", "", false, true, true },
	{ "MAIL.I", "mail.\xc4\xb1", false, false, false },
	{ "@[", "`{", false, false, false },
};

static void
ascii_case_does_not_count(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
		const char *a = comparisons[i].a, *b = comparisons[i].b;

		assert_int_equal(text_equal_nocase(a, b), comparisons[i].equal);
		assert_int_equal(text_equal_nocase(b, a), comparisons[i].equal);
		assert_int_equal(text_prefix_nocase(a, b), comparisons[i].prefix);
		assert_int_equal(text_find_nocase(a, b) != NULL, comparisons[i].found);
	}
	assert_string_equal(text_find_nocase("250 Size", "SIZE"), "Size");
}

static const struct {
	const char *text;
	long lowest, highest;
	bool good;
	long value;
} numbers[] = {
	{ "0", 0, 9, true, 0 },
	{ "25", 1, 65535, true, 25 },
	{ "065535", 1, 65535, true, 65535 },
	{ "65536", 1, 65535, false, 0 },
	{ "0", 1, 9, false, 0 },
	{ "", 0, 9, false, 0 },
	{ "+1", 0, 9, false, 0 },
	{ "-1", -5, 9, false, 0 },
	{ " 1", 0, 9, false, 0 },
	{ "1 ", 0, 9, false, 0 },
	{ "0x1", 0, 9, false, 0 },
	{ "99999999999999999999999", 0, INT64_MAX, false, 0 },
	{ "9223372036854775807", 0, INT64_MAX, true, INT64_MAX },
};

static void
numbers_are_whole_and_in_range(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		long value = 77;
		bool good =
		    text_number(numbers[i].text, numbers[i].lowest, numbers[i].highest, &value);

		assert_int_equal(good, numbers[i].good);
		assert_int_equal(value, numbers[i].good ? numbers[i].value : 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_are_made_printable),
		cmocka_unit_test(no_character_passes_that_may_not),
		cmocka_unit_test(utf8_goes_there_and_back),
		cmocka_unit_test(characters_have_widths),
		cmocka_unit_test(text_fits_columns),
		cmocka_unit_test(ascii_case_does_not_count),
		cmocka_unit_test(numbers_are_whole_and_in_range),
	};

	return cmocka_run_group_tests_name("util/text", tests, NULL, NULL);
}

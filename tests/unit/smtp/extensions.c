/*
 * EHLO keywords: which lines count, how a keyword is found, the number behind SIZE.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"

#include "smtp/extensions.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* Reads the keywords of an EHLO reply given as text. */
static struct smtp_extensions
offered(const char *text)
{
	struct smtp_parser *parser = smtp_parser_new();
	struct smtp_extensions extensions = { 0 };
	struct smtp_reply reply;
	const char *error;

	smtp_parser_push(parser, text, strlen(text));
	assert_int_equal(smtp_parser_next(parser, &reply, &error), SMTP_PARSE_REPLY);
	smtp_extensions_from_reply(&extensions, &reply);
	smtp_reply_clear(&reply);
	smtp_parser_free(parser);
	return extensions;
}

static void
test_from_reply(void **state)
{
	static const struct {
		const char *reply, *items; /* each item in brackets */
	} cases[] = {
		{ "250 mx.example\r\n", "" },
		{ "250-STARTTLS\r\n250 HELP\r\n", "[HELP]" },
		{ "250-mx\r\n250-PIPELINING\r\n250 SIZE 1\r\n", "[PIPELINING][SIZE 1]" },
		{ "250-mx\r\n250-  A \t\r\n250-\r\n250- \r\n250 B\r\n", "[A][B]" },
		{ "250-mx\r\n250 X\x1b[2J\xff\r\n", "[X\\x1b[2J\\xff]" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct smtp_extensions extensions = offered(cases[i].reply);
		struct buf items = BUF_INIT;

		for (size_t n = 0; n < extensions.count; n++)
			buf_addf(&items, "[%s]", extensions.items[n]);
		assert_string_equal(buf_text(&items), cases[i].items);
		buf_clear(&items);
		smtp_extensions_clear(&extensions);
	}
}

/* No more than SMTP_EXTENSIONS_MAX are kept: the first ones. */
static void
test_bound(void **state)
{
	struct buf text = BUF_INIT;
	struct smtp_extensions extensions;

	(void)state;
	buf_adds(&text, "250-mx\r\n");
	for (int i = 0; i < SMTP_EXTENSIONS_MAX + 5; i++)
		buf_addf(&text, "250-X%d\r\n", i);
	buf_adds(&text, "250 LAST\r\n");
	extensions = offered(text.data);
	assert_int_equal(extensions.count, SMTP_EXTENSIONS_MAX);
	assert_non_null(smtp_extension(&extensions, "X63"));
	assert_null(smtp_extension(&extensions, "X64"));
	assert_null(smtp_extension(&extensions, "LAST"));
	smtp_extensions_clear(&extensions);
	buf_clear(&text);
}

static void
test_find(void **state)
{
	static const struct {
		const char *keyword, *parameters;
	} cases[] = {
		{ "STARTTLS", "" },
		{ "starttls", "" },
		{ "AUTH", "PLAIN LOGIN" },
		{ "SIZE", "10240000" },
		{ "8BITMIME", "" },
		{ "8BIT", NULL },
		{ "START", NULL },
		{ "TLS", NULL },
		{ "HELP", NULL },
	};
	struct smtp_extensions extensions =
	    offered("250-mx\r\n250-StartTLS\r\n250-auth  PLAIN "
		    "LOGIN\r\n250-SIZE\t10240000\r\n250 8BITMIME\r\n");

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *found = smtp_extension(&extensions, cases[i].keyword);

		if (cases[i].parameters)
			assert_string_equal(found, cases[i].parameters);
		else
			assert_null(found);
	}
	smtp_extensions_clear(&extensions);
}

static void
test_size(void **state)
{
	static const struct {
		const char *reply;
		bool offered;
		uint64_t octets;
	} cases[] = {
		{ "250-mx\r\n250 SIZE 10240000\r\n", true, 10240000 },
		{ "250-mx\r\n250 size 0\r\n", true, 0 },
		{ "250-mx\r\n250 SIZE\r\n", true, 0 },
		{ "250-mx\r\n250 SIZE unlimited\r\n", true, 0 },
		{ "250-mx\r\n250 SIZE 12MB\r\n", true, 0 },
		{ "250-mx\r\n250 SIZE -1\r\n", true, 0 },
		{ "250-mx\r\n250 SIZE 1000 2000\r\n", true, 1000 },
		{ "250-mx\r\n250 SIZE 18446744073709551615\r\n", true, UINT64_MAX },
		{ "250-mx\r\n250 SIZE 99999999999999999999\r\n", true, UINT64_MAX },
		{ "250-mx\r\n250 SIZES 1\r\n", false, 7 },
		{ "250 SIZE 1\r\n", false, 7 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct smtp_extensions extensions = offered(cases[i].reply);
		uint64_t octets = 7;

		assert_int_equal(smtp_extension_size(&extensions, &octets), cases[i].offered);
		assert_true(octets == cases[i].octets);
		smtp_extensions_clear(&extensions);
	}
}

/* A copy outlives the original and replaces what was there. */
static void
test_copy(void **state)
{
	struct smtp_extensions original = offered("250-mx\r\n250-A 1\r\n250 B\r\n");
	struct smtp_extensions copy = offered("250-mx\r\n250 OLD\r\n");

	(void)state;
	smtp_extensions_copy(&copy, &original);
	smtp_extensions_clear(&original);
	assert_int_equal(original.count, 0);
	assert_int_equal(copy.count, 2);
	assert_string_equal(smtp_extension(&copy, "A"), "1");
	assert_null(smtp_extension(&copy, "OLD"));
	smtp_extensions_copy(&copy, &original);
	assert_int_equal(copy.count, 0);
	smtp_extensions_clear(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_reply),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests_name("smtp/extensions", tests, NULL, NULL);
}

/*
 * What users type, and what is made of it: domains, addresses, literals, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "util/text.h"
#include "mail/address.h"

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *typed, *shown, *local_part, *ascii, *unicode;
} good[] = {
	{ "example.net", "example.net", NULL, "example.net", "example.net" },
	{ "  Example.NET. \r\n", "Example.NET.", NULL, "example.net", "example.net" },
	{ "bücher.example", "bücher.example", NULL, "xn--bcher-kva.example", "bücher.example" },
	{ "BÜCHER.example", "BÜCHER.example", NULL, "xn--bcher-kva.example", "bücher.example" },
	{ "xn--bcher-kva.example", "xn--bcher-kva.example", NULL, "xn--bcher-kva.example",
	    "bücher.example" },
	{ "net", "net", NULL, "net", "net" },
	{ "_mx.example.net", "_mx.example.net", NULL, "_mx.example.net", "_mx.example.net" },
	{ A63 ".example", A63 ".example", NULL, A63 ".example", A63 ".example" },
	{ "user@example.net", "user@example.net", "user", "example.net", "example.net" },
	{ "User.Name+tag@example.net", "User.Name+tag@example.net", "User.Name+tag",
	    "example.net", "example.net" },
	{ "!#$%&'*+-/=?^_`{|}~@example.net", "!#$%&'*+-/=?^_`{|}~@example.net",
	    "!#$%&'*+-/=?^_`{|}~", "example.net", "example.net" },
	{ "\"a b\"@example.net", "\"a b\"@example.net", "\"a b\"", "example.net",
	    "example.net" },
	{ "\"a@b\\\"c\"@example.net", "\"a@b\\\"c\"@example.net", "\"a@b\\\"c\"", "example.net",
	    "example.net" },
	{ "\"\"@example.net", "\"\"@example.net", "\"\"", "example.net", "example.net" },
	{ "jürgen@bücher.example", "jürgen@bücher.example", "jürgen", "xn--bcher-kva.example",
	    "bücher.example" },
	{ "user@[192.0.2.1]", "user@[192.0.2.1]", "user", "[192.0.2.1]", "[192.0.2.1]" },
	{ "user@[IPv6:2001:DB8:0::1]", "user@[IPv6:2001:DB8:0::1]", "user",
	    "[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]" },
	{ "[192.0.2.1]", "[192.0.2.1]", NULL, "[192.0.2.1]", "[192.0.2.1]" },
};

static void
takes_what_is_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct mail_subject subject, copy;
		char *sentence = mail_subject_parse(&subject, good[i].typed);

		assert_null(sentence);
		mail_subject_copy(&copy, &subject);
		mail_subject_clear(&subject);
		assert_string_equal(copy.typed, good[i].shown);
		assert_string_equal(copy.ascii, good[i].ascii);
		assert_string_equal(copy.unicode, good[i].unicode);
		if (good[i].local_part)
			assert_string_equal(copy.local_part, good[i].local_part);
		else
			assert_null(copy.local_part);
		assert_int_equal(copy.literal.family != 0, copy.ascii[0] == '[');
		assert_int_equal(copy.domain.length == 0, copy.ascii[0] == '[');
		mail_subject_clear(&copy);
		assert_null(copy.typed);
	}
}

/* What is refused, and a part of the sentence that says why. */
static const struct {
	const char *typed, *part;
} bad[] = {
	{ "", "Expected a domain such as example.net, or an address" },
	{ " \t\n", "Expected a domain such as example.net, or an address" },
	{ ".", "not the root" },
	{ "example..net", "must not be empty" },
	{ ".example.net", "must not be empty" },
	{ "example.net..", "must not be empty" },
	{ A63 "a.example", "at most 63 octets" },
	{ "exa mple.net", "not \"exa mple.net\"" },
	{ "-example.net", "letters, digits, hyphens" },
	{ "example-.net", "letters, digits, hyphens" },
	{ "example.net\\", "backslash" },
	{ "exam\\046ple.net", "letters, digits, hyphens" },
	{ "192.0.2.1", "user@[192.0.2.1]" },
	{ "192.0.2.1.", "user@[192.0.2.1]" },
	{ "2001:db8::1", "user@[192.0.2.1]" },
	{ "１９２.0.2.1", "user@[192.0.2.1]" },
	{ "@example.net", "before the \"@\"" },
	{ "user@", "behind the \"@\"" },
	{ "@", "before the \"@\"" },
	{ "a@b@example.net", "not \"b@example.net\"" },
	{ "a..b@example.net", "single dots" },
	{ ".a@example.net", "single dots" },
	{ "a.@example.net", "single dots" },
	{ "a b@example.net", "quoted string" },
	{ "\"a\"b@example.net", "quoted string" },
	{ "\"a@example.net", "quoted string" },
	{ "\"a\\\"@example.net", "quoted string" },
	{ A63 "aa@example.net", "64 octets" },
	{ "\x1b[2J@example.net", "\\x1b[2J" },
	{ "us\xffr@example.net", "us\\xffr" },
	{ "\xe2\x80\xae@example.net", "\\xe2\\x80\\xae" },
	{ "user@[]", "[192.0.2.1] or [IPv6:2001:db8::1]" },
	{ "user@[", "[192.0.2.1] or [IPv6:2001:db8::1]" },
	{ "user@[192.0.2.1", "[192.0.2.1] or [IPv6:2001:db8::1]" },
	{ "user@[192.0.2.256]", "[192.0.2.1] or [IPv6:2001:db8::1]" },
	{ "user@[2001:db8::1]", "[192.0.2.1] or [IPv6:2001:db8::1]" },
	{ "user@[IPv6:192.0.2.1]", "[192.0.2.1] or [IPv6:2001:db8::1]" },
	{ "user@[IPv6:fe80::1%1]", "[192.0.2.1] or [IPv6:2001:db8::1]" },
	{ "user@[example.net]", "[192.0.2.1] or [IPv6:2001:db8::1]" },
	{ "b\xc3\x28.example", "Expected" },
	{ "☃☃\xf0\x9f\x92\xa9\xe2\x80\x8e.example", "Expected" },
};

/* True for one sentence that a terminal may show, and that leaves nothing half-told. */
static void
assert_sentence(const char *sentence, const char *part)
{
	assert_non_null(sentence);
	assert_true(text_is_printable(sentence, strlen(sentence)));
	assert_true(text_width(sentence) < 250);
	if (!strstr(sentence, part))
		fail_msg("\"%s\" does not say \"%s\"", sentence, part);
}

static void
refuses_with_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct mail_subject subject = { .typed = NULL };
		char *sentence = mail_subject_parse(&subject, bad[i].typed);

		if (!sentence)
			fail_msg("\"%s\" was taken", bad[i].typed);
		assert_sentence(sentence, bad[i].part);
		assert_null(subject.typed);
		free(sentence);
	}
}

/* Returns a name of n characters, in labels of ten. */
static char *
long_name(size_t n)
{
	char *name = mem_alloc(n + 1);

	for (size_t i = 0; i < n; i++)
		name[i] = i % 10 == 9 && i + 1 < n ? '.' : 'a';
	return name;
}

static void
names_have_253_characters_at_most(void **state)
{
	static const size_t lengths[] = { 253, 254, 300, 1076, 1078, 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct mail_subject subject = { .typed = NULL };
		char *name = long_name(lengths[i]);
		char *sentence = mail_subject_parse(&subject, name);

		if (lengths[i] == 253) {
			assert_null(sentence);
			assert_string_equal(subject.ascii, name);
		} else {
			assert_sentence(sentence, "253 characters");
		}
		mail_subject_clear(&subject);
		free(sentence);
		free(name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_meant),
		cmocka_unit_test(refuses_with_a_sentence),
		cmocka_unit_test(names_have_253_characters_at_most),
	};

	return cmocka_run_group_tests_name("mail/address", tests, NULL, NULL);
}

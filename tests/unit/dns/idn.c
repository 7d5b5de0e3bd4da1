/*
 * Internationalised names there and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dns/idn.h"

static const struct {
	const char *typed;
	const char *ascii; /* NULL: refused */
	const char *unicode;
} names[] = {
	{ "example.net", "example.net", "example.net" },
	{ "Example.NET.", "example.net", "example.net" },
	{ ".", ".", "." },
	{ "b\xc3\xbc"
	  "cher.example",
	    "xn--bcher-kva.example",
	    "b\xc3\xbc"
	    "cher.example" },
	{ "B\xc3\x9c"
	  "CHER.example",
	    "xn--bcher-kva.example",
	    "b\xc3\xbc"
	    "cher.example" },
	{ "_25._tcp.b\xc3\xbc"
	  "cher.example",
	    "_25._tcp.xn--bcher-kva.example",
	    "_25._tcp.b\xc3\xbc"
	    "cher.example" },
	/* non-transitional: a sharp s stays one */
	{ "stra\xc3\x9f"
	  "e.example",
	    "xn--strae-oqa.example",
	    "stra\xc3\x9f"
	    "e.example" },
	{ "XN--BCHER-KVA.example", "xn--bcher-kva.example",
	    "b\xc3\xbc"
	    "cher.example" },
	/* the ideographic full stop separates labels */
	{ "\xe4\xbe\x8b\xe3\x80\x82\xe4\xbe\x8b", "xn--fsq.xn--fsq",
	    "\xe4\xbe\x8b.\xe4\xbe\x8b" },
	/* no valid A-labels: shown as they are */
	{ "xn--a.example", "xn--a.example", "xn--a.example" },
	{ "xn--\\255.example", "xn--\\255.example", "xn--\\255.example" },
	{ "", NULL, NULL },
	{ "a..b", NULL, NULL },
	{ "b\xc3\xbc"
	  "cher..example",
	    NULL, NULL },
	{ "b\xc3\xbc"
	  "cher\xef\xbc\xa0"
	  "example",
	    NULL, NULL },
	{ "b\xc3\xbc"
	  "cher example",
	    NULL, NULL },
	{ "b\xc3\xbc\\.x", NULL, NULL },
	{ "\xff\xfe.example", NULL, NULL },
	{ "a b", NULL, NULL },
};

static void
names_go_there_and_back(void **state)
{
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct dns_name name;
		const char *wrong = idn_to_name(names[i].typed, &name);
		char *unicode;

		assert_int_equal(wrong == NULL, names[i].ascii != NULL);
		if (wrong)
			continue;
		assert_string_equal(dns_name_text(&name, text), names[i].ascii);
		unicode = idn_to_unicode(&name);
		assert_string_equal(unicode, names[i].unicode);
		free(unicode);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_go_there_and_back),
	};

	return cmocka_run_group_tests_name("dns/idn", tests, NULL, NULL);
}

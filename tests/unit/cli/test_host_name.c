/*
 * This host's name from what the kernel and /etc/hosts say.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/host_name.h"

static const struct {
	const char *node, *hosts, *name;
} rows[] = {
	{ "mail.example.org", "", "mail.example.org" },
	{ "mail", "", "mail" },
	{ "mail", "127.0.0.1 localhost\n127.0.1.1\tmail.example.org mail\n",
	    "mail.example.org" },
	{ "mail", "127.0.1.1 mail mail.example.org\r\n", "mail.example.org" },
	{ "MAIL", "127.0.1.1 mail.example.org", "mail.example.org" },
	{ "mail", "127.0.1.1 mail2.example.org mailer.example.org\n", "mail" },
	{ "mail", "# 127.0.1.1 mail.example.org\n", "mail" },
	{ "mail", "127.0.1.1 mail. mail\n", "mail" },
	{ "localhost", "127.0.0.1 localhost.localdomain localhost\n", "localhost" },
	{ "", "127.0.0.1 localhost\n", "[127.0.0.1]" },
};

static void
names_are_qualified_where_the_file_knows_how(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *name = host_name_qualified(rows[i].node, rows[i].hosts);

		assert_string_equal(name, rows[i].name);
		free(name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_qualified_where_the_file_knows_how),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

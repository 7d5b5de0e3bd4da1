/*
 * resolv.conf into settings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "dns/resolvconf.h"

/* Writes the settings as one line. */
static void
print(const struct resolvconf *conf, struct buf *out)
{
	char text[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < conf->server_count; i++)
		buf_addf(out, "%s ", endpoint_text(&conf->servers[i], text));
	buf_addf(out, "t%u a%u", conf->timeout, conf->attempts);
	buf_addf(out, "%s%s%s bad %u", conf->rotate ? " rotate" : "",
	    conf->use_tcp ? " tcp" : "", conf->edns ? " edns" : "", conf->bad_lines);
}

static const struct {
	const char *text, *settings;
} confs[] = {
	{ "", "127.0.0.1@53 t5 a5 bad 0" },
	{ "nameserver 192.0.2.53\n", "192.0.2.53@53 t5 a5 bad 0" },
	{ "nameserver 192.0.2.53", "192.0.2.53@53 t5 a5 bad 0" },
	{ "\tnameserver\t2001:db8::53\r\n", "2001:db8::53@53 t5 a5 bad 0" },
	{ "nameserver fe80::1%lo\n", "fe80::1%lo@53 t5 a5 bad 0" },
	{ "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n"
	  "nameserver 192.0.2.4\n",
	    "192.0.2.1@53 192.0.2.2@53 192.0.2.3@53 t5 a5 bad 0" },
	{ "nameserver ns.example.net\nnameserver 192.0.2.2 # second\n",
	    "192.0.2.2@53 t5 a5 bad 1" },
	{ "nameserver\nnameserver #x\n", "127.0.0.1@53 t5 a5 bad 2" },
	{ "# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n  # x\n",
	    "127.0.0.1@53 t5 a5 bad 0" },
	{ "search example.net\ndomain example.net\nsortlist 192.0.2.0\n",
	    "127.0.0.1@53 t5 a5 bad 0" },
	{ "options timeout:2 attempts:4 rotate use-vc edns0\n",
	    "127.0.0.1@53 t2 a4 rotate tcp edns bad 0" },
	{ "options timeout:99 attempts:99\n", "127.0.0.1@53 t30 a5 bad 0" },
	{ "options timeout:0 attempts:0\n", "127.0.0.1@53 t1 a1 bad 0" },
	{ "options timeout: attempts:x timeout:-1 timeout:99999999999999\n",
	    "127.0.0.1@53 t5 a5 bad 0" },
	{ "options ndots:2 trust-ad no-aaaa whatever\noptions timeout:3 ; timeout:4\n",
	    "127.0.0.1@53 t3 a5 bad 0" },
	{ "nameservers 192.0.2.1\nNAMESERVER 192.0.2.1\n\x1b[2J\n",
	    "127.0.0.1@53 t5 a5 bad 3" },
};

static void
text_becomes_settings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof confs / sizeof *confs; i++) {
		struct resolvconf conf;
		struct buf printed = BUF_INIT;

		resolvconf_parse(&conf, confs[i].text);
		print(&conf, &printed);
		assert_string_equal(printed.data, confs[i].settings);
		buf_clear(&printed);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_settings),
	};

	return cmocka_run_group_tests_name("dns/resolvconf", tests, NULL, NULL);
}

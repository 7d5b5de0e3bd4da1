/*
 * Addresses, endpoints and prefixes: parsed, printed, compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/ip.h"

static const struct {
	const char *text;
	const char *canonical; /* NULL: no address */
} addresses[] = {
	{ "192.0.2.1", "192.0.2.1" },
	{ "0.0.0.0", "0.0.0.0" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
	{ "2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1" },
	{ "::", "::" },
	{ "::1", "::1" },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
	{ "fe80::1%lo", "fe80::1%lo" },
	{ "fe80::1%4000000", "fe80::1%4000000" },
	{ "", NULL },
	{ "192.0.2", NULL },
	{ "192.0.2.256", NULL },
	{ "192.0.02.1", NULL },
	{ "0xc0.0.2.1", NULL },
	{ "3221225985", NULL },
	{ "192.0.2.1 ", NULL },
	{ " 192.0.2.1", NULL },
	{ "192.0.2.1%lo", NULL },
	{ "[::1]", NULL },
	{ "::1::", NULL },
	{ "1:2:3:4:5:6:7:8:9", NULL },
	{ "2001:db8::1%lo", NULL },
	{ "fe80::1%", NULL },
	{ "fe80::1%0", NULL },
	{ "fe80::1%no-such-interface", NULL },
	{ "fe80::1%99999999999", NULL },
	{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001%lo", NULL },
	{ "example.net", NULL },
};

static void
addresses_parse_and_print(void **state)
{
	char text[IP_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		struct ip_addr ip = { .family = 77 };
		bool good = ip_parse(&ip, addresses[i].text);

		assert_int_equal(good, addresses[i].canonical != NULL);
		if (good)
			assert_string_equal(ip_text(&ip, text), addresses[i].canonical);
		else
			assert_int_equal(ip.family, 77);
	}
	assert_string_equal(ip_text(&(struct ip_addr){ 0 }, text), "");
}

static void
addresses_come_from_octets(void **state)
{
	static const uint8_t octets[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 9 };
	struct ip_addr four = ip_from_bytes(octets, 4), six = ip_from_bytes(octets, 16);
	char text[IP_TEXT_MAX];

	(void)state;
	assert_string_equal(ip_text(&four, text), "32.1.13.184");
	assert_string_equal(ip_text(&six, text), "2001:db8::9");
	assert_int_equal(four.bytes[15], 0);
}

static void
ipv4_comes_before_ipv6(void **state)
{
	static const char *const ascending[] = { "9.0.0.0", "10.0.0.0", "10.0.0.1",
		"255.255.255.255", "::", "::1", "fe80::1%1", "fe80::1%2", "ff02::1" };

	(void)state;
	for (size_t i = 0; i < sizeof ascending / sizeof *ascending; i++) {
		for (size_t j = 0; j < sizeof ascending / sizeof *ascending; j++) {
			struct ip_addr a, b;
			int order;

			assert_true(ip_parse(&a, ascending[i]));
			assert_true(ip_parse(&b, ascending[j]));
			order = ip_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
			assert_int_equal(ip_equal(&a, &b), i == j);
		}
	}
}

static const struct {
	const char *text;
	const char *canonical;
} endpoints[] = {
	{ "192.0.2.53", "192.0.2.53@53" },
	{ "192.0.2.53@5353", "192.0.2.53@5353" },
	{ "2001:db8::53@54", "2001:db8::53@54" },
	{ "fe80::1%lo@53", "fe80::1%lo@53" },
	{ "192.0.2.53@0", NULL },
	{ "192.0.2.53@65536", NULL },
	{ "192.0.2.53@", NULL },
	{ "192.0.2.53:53", NULL },
	{ "@53", NULL },
	{ "", NULL },
	{ "ns.example.net@53", NULL },
};

static void
endpoints_parse_and_print(void **state)
{
	char text[ENDPOINT_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
		struct endpoint e;
		bool good = endpoint_parse(&e, endpoints[i].text, 53);

		assert_int_equal(good, endpoints[i].canonical != NULL);
		if (good)
			assert_string_equal(endpoint_text(&e, text), endpoints[i].canonical);
	}
}

static const struct {
	const char *prefix, *ip;
	bool inside;
} prefixes[] = {
	{ "192.0.2.0/24", "192.0.2.255", true },
	{ "192.0.2.0/24", "192.0.3.0", false },
	{ "192.0.2.77/24", "192.0.2.1", true },
	{ "192.0.2.1", "192.0.2.1", true },
	{ "192.0.2.1", "192.0.2.0", false },
	{ "172.16.0.0/12", "172.31.255.255", true },
	{ "172.16.0.0/12", "172.32.0.0", false },
	{ "0.0.0.0/0", "203.0.113.9", true },
	{ "0.0.0.0/0", "::1", false },
	{ "::/0", "::ffff:192.0.2.1", true },
	{ "2001:db8::/32", "2001:db8:ffff::1", true },
	{ "2001:db8::/32", "2001:db9::1", false },
	{ "fe80::/10", "febf::1", true },
	{ "fe80::/10", "fec0::1", false },
	{ "::1/128", "::1", true },
	{ "::1/127", "::2", false },
};

static void
prefixes_hold_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		struct ip_prefix prefix;
		struct ip_addr ip;

		assert_true(ip_prefix_parse(&prefix, prefixes[i].prefix));
		assert_true(ip_parse(&ip, prefixes[i].ip));
		assert_int_equal(ip_in_prefix(&ip, &prefix), prefixes[i].inside);
	}
}

static void
bad_prefixes_are_refused(void **state)
{
	static const char *const bad[] = { "", "/24", "192.0.2.0/", "192.0.2.0/33",
		"192.0.2.0/-1", "::/129", "192.0.2/24", "192.0.2.0/24/24" };
	struct ip_prefix prefix;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(ip_prefix_parse(&prefix, bad[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_parse_and_print),
		cmocka_unit_test(addresses_come_from_octets),
		cmocka_unit_test(ipv4_comes_before_ipv6),
		cmocka_unit_test(endpoints_parse_and_print),
		cmocka_unit_test(prefixes_hold_addresses),
		cmocka_unit_test(bad_prefixes_are_refused),
	};

	return cmocka_run_group_tests_name("util/ip", tests, NULL, NULL);
}

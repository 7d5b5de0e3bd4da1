/*
 * Which addresses are special: every row of the registries at its first and last address, and
 * the neighbours outside; addresses that carry others; policies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "mail/special.h"

static const struct {
	const char *address, *kind;
} kinds[] = {
	{ "0.0.0.0", "unspecified" },
	{ "0.0.0.1", "reserved" },
	{ "0.255.255.255", "reserved" },
	{ "1.0.0.0", NULL },
	{ "9.255.255.255", NULL },
	{ "10.0.0.0", "private" },
	{ "10.255.255.255", "private" },
	{ "11.0.0.0", NULL },
	{ "100.63.255.255", NULL },
	{ "100.64.0.0", "shared" },
	{ "100.127.255.255", "shared" },
	{ "100.128.0.0", NULL },
	{ "126.255.255.255", NULL },
	{ "127.0.0.1", "loopback" },
	{ "127.255.255.255", "loopback" },
	{ "128.0.0.0", NULL },
	{ "169.253.255.255", NULL },
	{ "169.254.0.0", "link-local" },
	{ "169.254.255.255", "link-local" },
	{ "169.255.0.0", NULL },
	{ "172.15.255.255", NULL },
	{ "172.16.0.0", "private" },
	{ "172.31.255.255", "private" },
	{ "172.32.0.0", NULL },
	{ "191.255.255.255", NULL },
	{ "192.0.0.0", "reserved" },
	{ "192.0.0.8", "reserved" },
	{ "192.0.0.9", NULL },
	{ "192.0.0.10", NULL },
	{ "192.0.0.170", "reserved" },
	{ "192.0.1.0", NULL },
	{ "192.0.2.0", "documentation" },
	{ "192.0.2.255", "documentation" },
	{ "192.0.3.0", NULL },
	{ "192.31.196.1", NULL },
	{ "192.88.99.1", "reserved" },
	{ "192.167.255.255", NULL },
	{ "192.168.0.0", "private" },
	{ "192.168.255.255", "private" },
	{ "192.169.0.0", NULL },
	{ "198.17.255.255", NULL },
	{ "198.18.0.0", "benchmark" },
	{ "198.19.255.255", "benchmark" },
	{ "198.20.0.0", NULL },
	{ "198.51.99.255", NULL },
	{ "198.51.100.0", "documentation" },
	{ "198.51.101.0", NULL },
	{ "203.0.113.255", "documentation" },
	{ "203.0.114.0", NULL },
	{ "223.255.255.255", NULL },
	{ "224.0.0.0", "multicast" },
	{ "239.255.255.255", "multicast" },
	{ "240.0.0.0", "reserved" },
	{ "255.255.255.254", "reserved" },
	{ "255.255.255.255", "broadcast" },

	{ "::", "unspecified" },
	{ "::1", "loopback" },
	{ "::2", "reserved" },
	{ "::192.0.2.1", "reserved" },
	{ "64:ff9b:1::", "private" },
	{ "64:ff9b:1:ffff::1", "private" },
	{ "64:ff9b:2::", "reserved" },
	{ "100::1", "discard" },
	{ "100:0:0:1::1", "reserved" },
	{ "1fff:ffff::1", "reserved" },
	{ "2000::1", NULL },
	{ "2001::1", "reserved" },
	{ "2001:1::1", NULL },
	{ "2001:1::2", NULL },
	{ "2001:1::3", "reserved" },
	{ "2001:2::1", "benchmark" },
	{ "2001:2:1::1", "reserved" },
	{ "2001:3::1", NULL },
	{ "2001:4:112::1", NULL },
	{ "2001:4:113::1", "reserved" },
	{ "2001:10::1", "reserved" },
	{ "2001:20::1", "identifier" },
	{ "2001:2f:ffff::1", "identifier" },
	{ "2001:30::1", "identifier" },
	{ "2001:1ff:ffff::1", "reserved" },
	{ "2001:200::1", NULL },
	{ "2001:db7:ffff::1", NULL },
	{ "2001:db8::1", "documentation" },
	{ "2001:db8:ffff::1", "documentation" },
	{ "2001:db9::1", NULL },
	{ "2a00:1450::1", NULL },
	{ "3ffe::1", NULL },
	{ "3fff::1", "documentation" },
	{ "3fff:fff::1", "documentation" },
	{ "3fff:1000::1", NULL },
	{ "4000::1", "reserved" },
	{ "5f00::1", "reserved" },
	{ "fbff::1", "reserved" },
	{ "fc00::1", "private" },
	{ "fdff:ffff::1", "private" },
	{ "fe00::1", "reserved" },
	{ "fe80::1", "link-local" },
	{ "febf::1", "link-local" },
	{ "fec0::1", "private" },
	{ "ff02::1", "multicast" },

	/* Judged by the IPv4 address inside. */
	{ "::ffff:10.0.0.1", "private" },
	{ "::ffff:127.0.0.1", "loopback" },
	{ "::ffff:8.8.8.8", NULL },
	{ "64:ff9b::10.0.0.1", "private" },
	{ "64:ff9b::8.8.8.8", NULL },
	{ "2002:a00:1::1", "private" },
	{ "2002:808:808::1", NULL },
};

/* Reads an address that is known to be good. */
static struct ip_addr
address(const char *text)
{
	struct ip_addr ip;

	assert_true(ip_parse(&ip, text));
	return ip;
}

static void
knows_the_registries(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct ip_addr ip = address(kinds[i].address);
		const char *kind = special_kind(&ip), *wanted = kinds[i].kind;

		if (strcmp(kind ? kind : "public", wanted ? wanted : "public") != 0)
			fail_msg("%s is %s", kinds[i].address, kind ? kind : "public");
	}
}

static void
kinds_have_articles_and_selves(void **state)
{
	(void)state;
	assert_string_equal(special_article("private"), "a");
	assert_string_equal(special_article("unspecified"), "an");
	assert_true(special_is_self("loopback"));
	assert_true(special_is_self("unspecified"));
	assert_false(special_is_self("private"));
}

/* What a policy allows, and whether an address is refused under it. */
static const struct {
	const char *policy, *address;
	bool refused;
} policies[] = {
	{ NULL, "10.0.0.1", false },
	{ "all", "127.0.0.1", false },
	{ "10.0.0.0/8", "10.1.2.3", false },
	{ "10.0.0.0/8", "::ffff:10.1.2.3", false },
	{ "10.0.0.0/8", "192.168.0.1", true },
	{ "10.0.0.0/8,192.168.0.1", "192.168.0.1", false },
	{ "10.0.0.0/8,192.168.0.1", "192.168.0.2", true },
	{ "fd00::/8", "fd12::1", false },
	{ "fd00::/8", "fc12::1", true },
	{ "::ffff:0:0/96", "::ffff:10.0.0.1", false },
	{ "10.0.0.0/8", "8.8.8.8", false },
};

static void
policies_allow_what_they_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
		struct special_policy policy;
		struct ip_addr ip = address(policies[i].address);

		assert_null(special_policy_parse(&policy, policies[i].policy));
		if ((special_refused(&ip, &policy) != NULL) != policies[i].refused)
			fail_msg("%s under %s", policies[i].address, policies[i].policy);
	}
}

static void
without_a_policy_special_is_refused(void **state)
{
	const struct special_policy none = { .allowed_count = 0 };
	struct ip_addr ip = address("10.0.0.1");

	(void)state;
	assert_string_equal(special_refused(&ip, &none), "private");
	ip = address("8.8.8.8");
	assert_null(special_refused(&ip, &none));
}

static const char *const bad_policies[] = { "", "10.0.0.0/33", "10.0.0.0/8,", ",",
	"example.net", "10.0.0.0/8,,10.0.0.0/8", "\x1b[2J", "ALL", "10.0.0.0/8 " };

static void
bad_policies_are_refused_and_change_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_policies / sizeof *bad_policies; i++) {
		struct special_policy policy = { .allowed_count = 7 };
		char *sentence = special_policy_parse(&policy, bad_policies[i]);

		if (!sentence)
			fail_msg("\"%s\" was taken", bad_policies[i]);
		assert_non_null(strstr(sentence, "Expected"));
		assert_null(strchr(sentence, '\x1b'));
		assert_int_equal(policy.allowed_count, 7);
		free(sentence);
	}
}

static void
a_policy_has_room_for_32_prefixes(void **state)
{
	struct special_policy policy;
	struct buf text = BUF_INIT;
	char *sentence;

	(void)state;
	buf_adds(&text, "10.0.0.0/8");
	for (int i = 1; i < SPECIAL_PREFIXES_MAX; i++)
		buf_adds(&text, ",10.0.0.0/8");
	assert_null(special_policy_parse(&policy, text.data));
	assert_int_equal(policy.allowed_count, SPECIAL_PREFIXES_MAX);
	buf_adds(&text, ",10.0.0.0/8");
	sentence = special_policy_parse(&policy, text.data);
	assert_string_equal(sentence, "Expected at most 32 prefixes.");
	free(sentence);
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_registries),
		cmocka_unit_test(kinds_have_articles_and_selves),
		cmocka_unit_test(policies_allow_what_they_name),
		cmocka_unit_test(without_a_policy_special_is_refused),
		cmocka_unit_test(bad_policies_are_refused_and_change_nothing),
		cmocka_unit_test(a_policy_has_room_for_32_prefixes),
	};

	return cmocka_run_group_tests_name("mail/special", tests, NULL, NULL);
}

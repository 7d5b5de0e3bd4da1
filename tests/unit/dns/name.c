/*
 * Domain names: parsed, printed, compared, taken apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/name.h"

#define LABEL_63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123"
#define LABEL_61 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1"

static const struct {
	const char *text;
	enum dns_name_error error;
	const char *printed;
} parses[] = {
	{ ".", DNS_NAME_OK, "." },
	{ "net", DNS_NAME_OK, "net" },
	{ "Example.NET.", DNS_NAME_OK, "example.net" },
	{ "_25._tcp.mx-1.example.net", DNS_NAME_OK, "_25._tcp.mx-1.example.net" },
	{ "a\\.b.example", DNS_NAME_OK, "a\\046b.example" },
	{ "\\065.example", DNS_NAME_OK, "a.example" },
	{ "\\000\\255.example", DNS_NAME_OK, "\\000\\255.example" },
	{ "a\\ b", DNS_NAME_OK, "a\\032b" },
	{ "\\\\", DNS_NAME_OK, "\\092" },
	{ "a@b.example", DNS_NAME_OK, "a\\064b.example" },
	{ "0/25.2.0.192.in-addr.arpa", DNS_NAME_OK, "0\\04725.2.0.192.in-addr.arpa" },
	{ LABEL_63, DNS_NAME_OK, LABEL_63 },
	{ LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61, DNS_NAME_OK,
	    LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61 },
	{ "", DNS_NAME_EMPTY, NULL },
	{ "..", DNS_NAME_EMPTY_LABEL, NULL },
	{ ".net", DNS_NAME_EMPTY_LABEL, NULL },
	{ "a..b", DNS_NAME_EMPTY_LABEL, NULL },
	{ "a.b..", DNS_NAME_EMPTY_LABEL, NULL },
	{ LABEL_63 "x.net", DNS_NAME_LABEL_TOO_LONG, NULL },
	{ LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61 "x", DNS_NAME_TOO_LONG, NULL },
	{ LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63 ".a", DNS_NAME_TOO_LONG, NULL },
	{ "a\\", DNS_NAME_BAD_ESCAPE, NULL },
	{ "a\\1", DNS_NAME_BAD_ESCAPE, NULL },
	{ "a\\12x", DNS_NAME_BAD_ESCAPE, NULL },
	{ "a\\256", DNS_NAME_BAD_ESCAPE, NULL },
	{ "a\\\x1b", DNS_NAME_BAD_ESCAPE, NULL },
	{ "a b", DNS_NAME_BAD_CHARACTER, NULL },
	{ "b\xc3\xbc", DNS_NAME_BAD_CHARACTER, NULL },
	{ "a\x7f", DNS_NAME_BAD_CHARACTER, NULL },
};

static void
names_parse_and_print(void **state)
{
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof parses / sizeof *parses; i++) {
		struct dns_name name = { .length = 99 };

		assert_int_equal(dns_name_parse(&name, parses[i].text), parses[i].error);
		if (parses[i].error == DNS_NAME_OK)
			assert_string_equal(dns_name_text(&name, text), parses[i].printed);
		else
			assert_int_equal(name.length, 99);
		assert_true(strlen(dns_name_error_text(parses[i].error)) > 10);
	}
}

static void
the_longest_text_fits(void **state)
{
	struct dns_name name = { .length = 255 };
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	memset(name.wire, 0xff, sizeof name.wire);
	name.wire[0] = name.wire[64] = name.wire[128] = 63;
	name.wire[192] = 61;
	name.wire[254] = 0;
	assert_int_equal(strlen(dns_name_text(&name, text)), 250 * 4 + 3);
}

static const struct {
	const char *wire;
	size_t n, used;
} wires[] = {
	{ "", 1, 1 },
	{ "\3net", 5, 5 },
	{ "\3net\0rest", 9, 5 },
	{ "\3net", 4, 0 },
	{ "\3ne", 3, 0 },
	{ "", 0, 0 },
	{ "\100", 2, 0 },
	{ "\300\014", 2, 0 },
	{ "\3net\300\014", 6, 0 },
};

static void
names_come_from_wire(void **state)
{
	uint8_t longest[257] = { 0 };
	struct dns_name name;

	(void)state;
	for (size_t i = 0; i < sizeof wires / sizeof *wires; i++)
		assert_int_equal(
		    dns_name_from_wire(&name, (const uint8_t *)wires[i].wire, wires[i].n),
		    wires[i].used);
	for (size_t i = 0; i < 254; i += 2)
		longest[i] = 1;
	assert_int_equal(dns_name_from_wire(&name, longest, sizeof longest), 255);
	assert_int_equal(dns_name_labels(&name), 127);
	longest[254] = 1;
	assert_int_equal(dns_name_from_wire(&name, longest, sizeof longest), 0);
}

static const struct {
	const char *a, *b;
	bool equal, below; /* a below b */
} pairs[] = {
	{ "example.net", "EXAMPLE.NET.", true, true },
	{ "mx.example.net", "Example.net", false, true },
	{ "example.net", "mx.example.net", false, false },
	{ "badexample.net", "example.net", false, false },
	{ "a.badexample.net", "example.net", false, false },
	{ "example.net", ".", false, true },
	{ ".", ".", true, true },
	{ ".", "net", false, false },
	{ "[.net", "{.net", false, false },
	{ "a\\.example.net", "example.net", false, false },
};

static void
names_compare_without_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct dns_name a, b;

		assert_int_equal(dns_name_parse(&a, pairs[i].a), DNS_NAME_OK);
		assert_int_equal(dns_name_parse(&b, pairs[i].b), DNS_NAME_OK);
		assert_int_equal(dns_name_equal(&a, &b), pairs[i].equal);
		assert_int_equal(dns_name_equal(&b, &a), pairs[i].equal);
		assert_int_equal(dns_name_below(&a, &b), pairs[i].below);
		if (pairs[i].equal)
			assert_int_equal(dns_name_hash(&a), dns_name_hash(&b));
	}
}

/* Returns a name of one label of `n` octets, all x but the one at this place. */
static struct dns_name
name_with(size_t n, size_t place, unsigned octet)
{
	struct dns_name name = { .length = (uint8_t)(n + 2) };

	name.wire[0] = (uint8_t)n;
	memset(name.wire + 1, 'x', n);
	name.wire[1 + place] = (uint8_t)octet;
	return name;
}

/* Every octet against every other, wherever it stands in a word of eight octets or behind one. */
static void
only_ascii_letters_have_a_case(void **state)
{
	enum {
		LABEL = 21
	};

	(void)state;
	for (size_t place = 0; place < LABEL; place++) {
		for (unsigned i = 0; i < 256 * 256; i++) {
			unsigned x = i / 256, y = i % 256;
			bool same = x == y || (x + 32 == y && x >= 'A' && x <= 'Z') ||
			    (y + 32 == x && y >= 'A' && y <= 'Z');
			struct dns_name a = name_with(LABEL, place, x);
			struct dns_name b = name_with(LABEL, place, y);

			assert_int_equal(dns_name_equal(&a, &b), same);
			if (!same)
				continue;
			assert_int_equal(dns_name_hash(&a), dns_name_hash(&b));
			dns_name_lower(&a);
			assert_int_equal(a.wire[1 + place], x >= 'A' && x <= 'Z' ? x + 32 : x);
		}
	}
}

static const struct {
	const char *name, *parent;
	unsigned labels;
} parents[] = {
	{ "mx.example.net", "example.net", 3 },
	{ "net", ".", 1 },
	{ ".", ".", 0 },
};

static void
names_have_labels_and_parents(void **state)
{
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
		struct dns_name name, parent;

		dns_name_parse(&name, parents[i].name);
		parent = dns_name_parent(&name);
		assert_string_equal(dns_name_text(&parent, text), parents[i].parent);
		assert_int_equal(dns_name_labels(&name), parents[i].labels);
		assert_int_equal(dns_name_is_root(&name), parents[i].labels == 0);
	}
}

static const struct {
	const char *labels, *name, *result;
} prepends[] = {
	{ "_mta-sts", "example.net", "_mta-sts.example.net" },
	{ "_25._tcp", "mx.example.net", "_25._tcp.mx.example.net" },
	{ "net", ".", "net" },
	{ "a..b", "example.net", NULL },
	{ "", "example.net", NULL },
	{ LABEL_63, LABEL_63 "." LABEL_63 "." LABEL_61,
	    LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61 },
	{ LABEL_63, LABEL_63 "." LABEL_63 "." LABEL_63, NULL },
};

static void
labels_can_be_put_in_front(void **state)
{
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof prepends / sizeof *prepends; i++) {
		struct dns_name name, out;
		bool good;

		dns_name_parse(&name, prepends[i].name);
		good = dns_name_prepend(&out, prepends[i].labels, &name);
		assert_int_equal(good, prepends[i].result != NULL);
		if (good)
			assert_string_equal(dns_name_text(&out, text), prepends[i].result);
	}
}

static void
lower_case_is_ascii_only(void **state)
{
	struct dns_name name;

	(void)state;
	dns_name_parse(&name, "AZ\\221[@.Net");
	dns_name_lower(&name);
	assert_memory_equal(name.wire, "\5az\335[@\3net", 11);
}

static const struct {
	const char *name;
	bool hostname;
} hostnames[] = {
	{ "mx1.example.net", true },
	{ "1.2.3", true },
	{ "_dmarc.example.net", true },
	{ "a--b.example", true },
	{ "-a.example", false },
	{ "a-.example", false },
	{ "a\\032b.example", false },
	{ "a\\.b.example", false },
	{ "*.example", false },
	{ ".", false },
};

static void
host_names_are_told_from_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostnames / sizeof *hostnames; i++) {
		struct dns_name name;

		assert_int_equal(dns_name_parse(&name, hostnames[i].name), DNS_NAME_OK);
		assert_int_equal(dns_name_is_hostname(&name), hostnames[i].hostname);
	}
}

/* The canonical order of RFC 4034 6.1, by its own example. */
static void
names_have_a_canonical_order(void **state)
{
	static const char *const ordered[] = { ".", "example", "a.example",
		"yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example",
		"\\001.z.example", "*.z.example", "\\200.z.example" };
	enum {
		COUNT = sizeof ordered / sizeof *ordered
	};

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		for (int k = 0; k < COUNT; k++) {
			struct dns_name a, b;
			int order;

			assert_int_equal(dns_name_parse(&a, ordered[i]), DNS_NAME_OK);
			assert_int_equal(dns_name_parse(&b, ordered[k]), DNS_NAME_OK);
			order = dns_name_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}

static void
a_name_is_cut_to_its_last_labels(void **state)
{
	static const struct {
		unsigned labels;
		const char *text;
	} cuts[] = { { 0, "." }, { 1, "net" }, { 3, "mx.example.net" },
		{ 9, "mx.example.net" } };
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct dns_name name, cut;

		assert_int_equal(dns_name_parse(&name, "mx.example.net"), DNS_NAME_OK);
		cut = dns_name_ancestor(&name, cuts[i].labels);
		assert_string_equal(dns_name_text(&cut, text), cuts[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_parse_and_print),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(names_come_from_wire),
		cmocka_unit_test(only_ascii_letters_have_a_case),
		cmocka_unit_test(names_compare_without_case),
		cmocka_unit_test(names_have_labels_and_parents),
		cmocka_unit_test(labels_can_be_put_in_front),
		cmocka_unit_test(lower_case_is_ascii_only),
		cmocka_unit_test(host_names_are_told_from_others),
		cmocka_unit_test(names_have_a_canonical_order),
		cmocka_unit_test(a_name_is_cut_to_its_last_labels),
	};

	return cmocka_run_group_tests_name("dns/name", tests, NULL, NULL);
}

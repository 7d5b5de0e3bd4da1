/*
 * Fields of records, names of types, TTLs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/record.h"
#include "dns/zone.h"

/* One record from zone text, in a list that the caller clears. */
static const struct dns_record *
one(struct dns_records *list, const char *text)
{
	assert_null(dns_zone_parse(text, NULL, 300, list));
	return &list->items[list->count - 1];
}

static void
fields_are_read_of_their_type_only(void **state)
{
	static const struct {
		const char *text;
		bool mx, address, target, soa, txt;
	} rows[] = {
		{ "a. MX 10 b.", .mx = true },
		{ "a. A 192.0.2.1", .address = true },
		{ "a. AAAA 2001:db8::1", .address = true },
		{ "a. CNAME b.", .target = true },
		{ "a. DNAME b.", .target = true },
		{ "a. NS b.", .target = true },
		{ "a. PTR b.", .target = true },
		{ "a. SOA b. c. 7 2 3 4 90", .soa = true },
		{ "a. TXT \"x\"", .txt = true },
		{ "a. SRV 1 2 3 b.", .mx = false },
	};
	struct dns_records list = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct dns_record *record = one(&list, rows[i].text);
		struct buf strings = BUF_INIT;
		uint16_t preference;
		uint32_t serial, minimum;
		struct dns_name name;
		struct ip_addr ip;

		assert_int_equal(dns_record_mx(record, &preference, &name), rows[i].mx);
		assert_int_equal(dns_record_address(record, &ip), rows[i].address);
		assert_int_equal(dns_record_target(record, &name), rows[i].target);
		assert_int_equal(dns_record_soa(record, &serial, &minimum), rows[i].soa);
		assert_int_equal(dns_record_txt(record, &strings), rows[i].txt);
		buf_clear(&strings);
	}
	dns_records_clear(&list);
}

static void
fields_have_their_values(void **state)
{
	struct dns_records list = { 0 };
	struct buf strings = BUF_INIT;
	char text[DNS_NAME_TEXT_MAX];
	uint16_t preference;
	uint32_t serial, minimum;
	struct dns_name name;

	(void)state;
	assert_true(dns_record_mx(one(&list, "a. MX 513 Mx.Example."), &preference, &name));
	assert_int_equal(preference, 513);
	assert_string_equal(dns_name_text(&name, text), "mx.example");
	assert_true(dns_record_mx(one(&list, "a. MX 0 ."), &preference, &name));
	assert_true(dns_name_is_root(&name));
	assert_true(dns_record_soa(one(&list, "a. SOA b. c. 7 2 3 4 90"), &serial, &minimum));
	assert_int_equal(serial, 7);
	assert_int_equal(minimum, 90);
	assert_true(dns_record_txt(one(&list, "a. TXT \"v=spf1 \" \"\" \"-all\""), &strings));
	assert_string_equal(strings.data, "v=spf1 -all");
	buf_clear(&strings);
	dns_records_clear(&list);
}

/* Rdata that no parser of ours lets through: the accessors refuse it all the same. */
static const struct {
	uint16_t type;
	const char *rdata;
	uint16_t length;
} broken[] = {
	{ DNS_TYPE_MX, "\0\012", 2 },
	{ DNS_TYPE_MX, "", 0 },
	{ DNS_TYPE_MX, "\0\012\1a", 4 },
	{ DNS_TYPE_MX, "\0\012\1a\0x", 6 },
	{ DNS_TYPE_A, "\1\2\3", 3 },
	{ DNS_TYPE_A, "\1\2\3\4\5", 5 },
	{ DNS_TYPE_AAAA, "\1\2\3\4", 4 },
	{ DNS_TYPE_CNAME, "", 0 },
	{ DNS_TYPE_CNAME, "\300\014", 2 },
	{ DNS_TYPE_SOA, "", 0 },
	{ DNS_TYPE_SOA, "\0", 1 },
	{ DNS_TYPE_SOA, "\0\0\0\0\0\0", 6 },
	{ DNS_TYPE_TXT, "\3ab", 3 },
};

static void
broken_rdata_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		uint8_t rdata[16];
		struct dns_record record = {
			.type = broken[i].type,
			.class = DNS_CLASS_IN,
			.length = broken[i].length,
			.rdata = rdata,
		};
		struct buf strings = BUF_INIT;
		uint16_t preference;
		uint32_t serial, minimum;
		struct dns_name name;
		struct ip_addr ip;

		memcpy(rdata, broken[i].rdata, broken[i].length);
		buf_adds(&strings, "before");
		assert_false(dns_record_mx(&record, &preference, &name));
		assert_false(dns_record_address(&record, &ip));
		assert_false(dns_record_target(&record, &name));
		assert_false(dns_record_soa(&record, &serial, &minimum));
		assert_false(dns_record_txt(&record, &strings));
		assert_string_equal(strings.data, "before");
		buf_clear(&strings);
	}
}

static const struct {
	const char *text;
	bool good;
	uint16_t type;
	const char *printed;
} types[] = {
	{ "A", true, 1, "A" },
	{ "mx", true, 15, "MX" },
	{ "Aaaa", true, 28, "AAAA" },
	{ "nsec3param", true, 51, "NSEC3PARAM" },
	{ "ANY", true, 255, "ANY" },
	{ "type15", true, 15, "MX" },
	{ "TYPE65535", true, 65535, "TYPE65535" },
	{ "TYPE0", true, 0, "TYPE0" },
	{ "TYPE65536", false, 0, NULL },
	{ "TYPE", false, 0, NULL },
	{ "TYPE-1", false, 0, NULL },
	{ "", false, 0, NULL },
	{ "MXX", false, 0, NULL },
};

static void
types_have_names(void **state)
{
	char text[12];

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		uint16_t type = 0;

		assert_int_equal(dns_type_parse(types[i].text, &type), types[i].good);
		assert_int_equal(type, types[i].type);
		if (types[i].good)
			assert_string_equal(dns_type_text(type, text), types[i].printed);
	}
}

static void
ttls_are_bounded(void **state)
{
	static const struct {
		uint32_t came, kept;
	} ttls[] = { { 0, 0 }, { 1, 1 }, { 86400, 86400 }, { 86401, 86400 },
		{ INT32_MAX, 86400 }, { 0x80000000u, 0 }, { UINT32_MAX, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof ttls / sizeof *ttls; i++)
		assert_int_equal(dns_ttl_kept(ttls[i].came), ttls[i].kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_read_of_their_type_only),
		cmocka_unit_test(fields_have_their_values),
		cmocka_unit_test(broken_rdata_is_refused),
		cmocka_unit_test(types_have_names),
		cmocka_unit_test(ttls_are_bounded),
	};

	return cmocka_run_group_tests_name("dns/record", tests, NULL, NULL);
}

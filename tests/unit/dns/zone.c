/*
 * Zone text into records, and their presentation form back again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "dns/message.h"
#include "dns/zone.h"

/* Appends a record as one line. */
static void
add_line(struct buf *out, const struct dns_record *record)
{
	char owner[DNS_NAME_TEXT_MAX], type[12];

	buf_addf(out, "%s %u %s ", dns_name_text(&record->owner, owner), (unsigned)record->ttl,
	    dns_type_text(record->type, type));
	dns_record_text(record, out);
	buf_addc(out, '\n');
}

static const struct {
	const char *text, *origin, *records;
} zones[] = {
	{ "", NULL, "" },
	{ "; nothing\n\n", "example.net", "" },
	{ "a.example. MX 10 b.example.", NULL, "a.example 300 MX 10 b.example.\n" },
	{ "@ 60 IN A 192.0.2.1\n AAAA 2001:db8::1", "example.net",
	    "example.net 60 A 192.0.2.1\nexample.net 300 AAAA 2001:db8::1\n" },
	{ "$ORIGIN example.net.\n$TTL 5\n@ SOA ns root ( 1 2 ; serial\n 3 4 5 )\nmx A "
	  "192.0.2.1",
	    NULL,
	    "example.net 5 SOA ns.example.net. root.example.net. 1 2 3 4 5\n"
	    "mx.example.net 5 A 192.0.2.1\n" },
	{ "t TXT \"v=spf1 -all\" \"a\\\"b\"", "example.net",
	    "t.example.net 300 TXT \"v=spf1 -all\" \"a\\\"b\"\n" },
	{ "_25._tcp.mx TLSA 3 1 1 00ff", "example.net",
	    "_25._tcp.mx.example.net 300 TLSA 3 1 1 00ff\n" },
	{ "_sip._tcp SRV 1 2 25 mx", "example.net",
	    "_sip._tcp.example.net 300 SRV 1 2 25 mx.example.net.\n" },
	{ "@ CAA 0 issue \"ca.example\"", "example.net",
	    "example.net 300 CAA 0 issue \"ca.example\"\n" },
	{ "@ TYPE4711 \\# 3 00ff10", "example.net", "example.net 300 TYPE4711 \\# 3 00ff10\n" },
	{ "@ TYPE1 \\# 4 c0000201", "example.net", "example.net 300 A 192.0.2.1\n" },
	{ "@ 200000 IN A 192.0.2.1", "example.net", "example.net 86400 A 192.0.2.1\n" },
	{ "@ NSEC b.example.net. A MX RRSIG", "example.net",
	    "example.net 300 NSEC b.example.net. A MX RRSIG\n" },
};

static void
zone_text_becomes_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		struct dns_records records = { 0 };
		struct buf printed = BUF_INIT;
		struct dns_name origin;
		char *fault;

		if (zones[i].origin)
			dns_name_parse(&origin, zones[i].origin);
		fault = dns_zone_parse(
		    zones[i].text, zones[i].origin ? &origin : NULL, 300, &records);
		assert_null(fault);
		for (size_t k = 0; k < records.count; k++)
			add_line(&printed, &records.items[k]);
		assert_string_equal(buf_text(&printed), zones[i].records);
		buf_clear(&printed);
		dns_records_clear(&records);
	}
}

static const struct {
	const char *text, *sentence;
} faults[] = {
	{ "a.example. A 192.0.2.1\nmx A 192.0.2.1",
	    "line 2 of the zone text: a relative name" },
	{ "a.example. MX 10 mx", "line 1 of the zone text: a relative name" },
	{ "\n\n@ A 192.0.2.1", "line 3 of the zone text: a relative name" },
	{ "$INCLUDE /etc/passwd", "line 1 of the zone text: $INCLUDE is not allowed here" },
	{ "a.example. A 192.0.2.256", "line 1 of the zone text: " },
	{ "a.example. MX ten b.example.", "line 1 of the zone text: " },
	{ "a.example. IN", "line 1 of the zone text: " },
	{ "a.example. TYPE15 \\# 2 000a", "line 1 of the zone text: " },
	{ "a..example. A 192.0.2.1", "line 1 of the zone text: " },
};

static void
faults_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct dns_records records = { 0 };
		char *fault = dns_zone_parse(faults[i].text, NULL, 300, &records);

		assert_non_null(fault);
		assert_memory_equal(fault, faults[i].sentence, strlen(faults[i].sentence));
		assert_int_equal(records.count, 0);
		free(fault);
	}
}

static void
records_are_appended(void **state)
{
	struct dns_records records = { 0 };

	(void)state;
	assert_null(dns_zone_parse("a. A 192.0.2.1", NULL, 1, &records));
	assert_null(dns_zone_parse("b. A 192.0.2.2\nc. A 192.0.2.3", NULL, 1, &records));
	assert_int_equal(records.count, 3);
	assert_int_equal(records.items[2].rdata[3], 3);
	dns_records_clear(&records);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zone_text_becomes_records),
		cmocka_unit_test(faults_are_told_with_their_line),
		cmocka_unit_test(records_are_appended),
	};

	return cmocka_run_group_tests_name("dns/zone", tests, NULL, NULL);
}

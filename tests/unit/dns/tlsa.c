/*
 * TLSA records: what is read, and what SMTP can use.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dns/tlsa.h"
#include "dns/zone.h"
#include "util/mem.h"

#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
smtp_uses_2_and_3(void **state)
{
	static const struct {
		const char *numbers, *data;
		enum tlsa_use use;
	} rows[] = {
		{ "3 1 1", SHA256, TLSA_USABLE },
		{ "3 0 1", SHA256, TLSA_USABLE },
		{ "2 0 1", SHA256, TLSA_USABLE },
		{ "2 1 1", SHA256, TLSA_USABLE },
		{ "3 1 2", SHA256 SHA256, TLSA_USABLE },
		{ "3 0 0", "3003020100", TLSA_USABLE },
		{ "2 1 0", "308103020100", TLSA_USABLE },
		{ "2 1 0", "30820003020100", TLSA_USABLE },
		{ "0 0 1", SHA256, TLSA_PKIX },
		{ "1 1 1", SHA256, TLSA_PKIX },
		{ "1 9 9", "00", TLSA_PKIX },
		{ "4 1 1", SHA256, TLSA_UNKNOWN },
		{ "255 1 1", SHA256, TLSA_UNKNOWN },
		{ "3 2 1", SHA256, TLSA_UNKNOWN },
		{ "3 1 3", SHA256, TLSA_UNKNOWN },
		{ "3 1 1", "0123", TLSA_MALFORMED },
		{ "3 1 1", SHA256 "00", TLSA_MALFORMED },
		{ "3 1 2", SHA256, TLSA_MALFORMED },
		{ "3 0 0", "30", TLSA_MALFORMED },
		{ "3 0 0", "3103020100", TLSA_MALFORMED },
		{ "3 0 0", "3004020100", TLSA_MALFORMED },
		{ "3 0 0", "3080", TLSA_MALFORMED },
		{ "3 0 0", "3082ffff020100", TLSA_MALFORMED },
		{ "3 0 0", "308300000302010000", TLSA_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_records list = { 0 };
		struct buf text = BUF_INIT;
		struct tlsa tlsa;

		buf_addf(&text, "_25._tcp.a. TLSA %s %s\n", rows[i].numbers, rows[i].data);
		assert_null(dns_zone_parse(buf_text(&text), NULL, 300, &list));
		assert_true(dns_record_tlsa(&list.items[0], &tlsa));
		assert_string_equal(tlsa_use_name(tlsa_use(&tlsa)), tlsa_use_name(rows[i].use));
		buf_clear(&text);
		dns_records_clear(&list);
	}
}

static void
text_is_that_of_zone_files(void **state)
{
	struct dns_records list = { 0 };
	struct buf text = BUF_INIT;
	struct tlsa tlsa;

	(void)state;
	assert_null(dns_zone_parse("_25._tcp.a. TLSA 3 1 1 " SHA256 "\n", NULL, 300, &list));
	assert_true(dns_record_tlsa(&list.items[0], &tlsa));
	tlsa_text(&text, &tlsa);
	assert_string_equal(buf_text(&text), "3 1 1 " SHA256);
	buf_clear(&text);
	dns_records_clear(&list);
}

static void
others_are_not_read(void **state)
{
	uint8_t octets[] = { 3, 1, 1 };
	struct dns_record record = { .type = DNS_TYPE_TLSA, .length = 2, .rdata = octets };
	struct buf text = BUF_INIT;
	struct tlsa tlsa;

	(void)state;
	assert_false(dns_record_tlsa(&record, &tlsa));
	record.type = DNS_TYPE_TXT;
	record.length = 3;
	assert_false(dns_record_tlsa(&record, &tlsa));
	record.type = DNS_TYPE_TLSA;
	assert_true(dns_record_tlsa(&record, &tlsa));
	assert_int_equal(tlsa_use(&tlsa), TLSA_MALFORMED);
	tlsa_text(&text, &tlsa);
	assert_string_equal(buf_text(&text), "3 1 1");
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smtp_uses_2_and_3),
		cmocka_unit_test(text_is_that_of_zone_files),
		cmocka_unit_test(others_are_not_read),
	};

	return cmocka_run_group_tests_name("dns/tlsa", tests, NULL, NULL);
}

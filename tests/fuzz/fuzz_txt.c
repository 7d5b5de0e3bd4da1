/*
 * Any octets as the TXT rdata of a domain's policies. The first octet chooses the kind, the rest are one
 * or two records, parted at the first 0xFF. Whatever is said of them is printable and bounded, and
 * nothing is believed that does not begin with its version.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "mail/posture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Nothing, or text that may be shown. */
static void
check_text(const char *text)
{
	require(!text || text_is_printable(text, strlen(text)));
}

/* Adds octets as a record of character strings, each at most 255 long. */
static void
add_record(struct dns_records *records, const uint8_t *octets, size_t n)
{
	struct dns_record record = { .type = DNS_TYPE_TXT, .class = DNS_CLASS_IN };
	size_t strings = n / 255 + 1, at = 0;

	if (n + strings > UINT16_MAX)
		return;
	record.rdata = mem_alloc(n + strings);
	while (at < n || record.length == 0) {
		size_t piece = n - at < 255 ? n - at : 255;

		record.rdata[record.length++] = (uint8_t)piece;
		if (piece > 0)
			memcpy(record.rdata + record.length, octets + at, piece);
		record.length = (uint16_t)(record.length + piece);
		at += piece;
	}
	dns_records_add(records, &record);
}

/* What came out may be shown, and its parts belong together. */
static void
check_posture(const struct posture_record *record)
{
	check_text(record->text);
	check_text(record->error);
	check_text(record->policy);
	check_text(record->id);
	require(record->uri_count <= POSTURE_URIS_MAX);
	for (size_t i = 0; i < record->uri_count; i++)
		check_text(record->uris[i]);
	if (record->outcome == POSTURE_PRESENT)
		require(record->text != NULL && text_prefix_nocase(record->text, "v="));
	if (record->outcome == POSTURE_MALFORMED)
		require(record->error != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dns_question question = { .type = DNS_TYPE_TXT };
	struct posture_record record = { 0 };
	struct dns_result *result;
	const uint8_t *second;

	if (size == 0)
		return 0;
	result = dns_result_new(&question);
	result->outcome = DNS_ANSWER;
	second = memchr(data + 1, 0xFF, size - 1);
	add_record(&result->answer, data + 1, second ? (size_t)(second - data) - 1 : size - 1);
	if (second)
		add_record(&result->answer, second + 1, (size_t)(data + size - second) - 1);
	posture_read(&record, (enum posture_kind)(data[0] % posture_kind_count), result);
	check_posture(&record);
	posture_clear(&record);
	dns_result_release(result);
	return 0;
}

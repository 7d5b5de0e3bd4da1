/*
 * TXT records of strangers as policies: each is read, whatever its octets, and what comes out is
 * printable. The first octet chooses the policy; records are parted by zero octets.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "mail/posture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Adds a TXT record that holds the octets in strings of at most 255. */
static void
add_record(struct dns_result *result, const uint8_t *octets, size_t n)
{
	struct dns_record record = { .type = DNS_TYPE_TXT, .class = DNS_CLASS_IN };
	uint8_t *out;

	if (n > 4096)
		n = 4096;
	record.rdata = out = mem_alloc(n + n / 255 + 2);
	do {
		size_t part = n < 255 ? n : 255;

		*out++ = (uint8_t)part;
		memcpy(out, octets, part);
		out += part;
		octets += part;
		n -= part;
	} while (n > 0);
	record.length = (uint16_t)(out - record.rdata);
	dns_records_add(&result->answer, &record);
}

/* Ends the program when a text is there and not printable. */
static void
demand_printable(const char *text)
{
	if (text && !text_is_printable(text, strlen(text)))
		abort();
}

/* Looks at all that came out. */
static void
check(const struct posture_record *record, enum posture_kind kind)
{
	struct buf word = BUF_INIT;

	demand_printable(record->text);
	demand_printable(record->error);
	demand_printable(record->policy);
	demand_printable(record->id);
	for (size_t i = 0; i < record->uri_count; i++)
		demand_printable(record->uris[i]);
	if ((record->outcome == POSTURE_MALFORMED || record->outcome == POSTURE_MULTIPLE) !=
		(record->error != NULL) &&
	    !(record->outcome == POSTURE_PRESENT && kind == POSTURE_DMARC &&
		strcmp(record->policy, "none") == 0))
		abort();
	if (record->outcome == POSTURE_PRESENT && !record->text)
		abort();
	posture_word(record, kind, &word);
	demand_printable(buf_text(&word));
	buf_clear(&word);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_question question = { .type = DNS_TYPE_TXT };
	struct posture_record record = { 0 };
	struct dns_result *result;
	enum posture_kind kind;

	if (size == 0)
		return 0;
	kind = (enum posture_kind)(data[0] % posture_kind_count);
	result = dns_result_new(&question);
	result->outcome = DNS_ANSWER;
	for (size_t at = 1; at < size;) {
		const uint8_t *end = memchr(data + at, 0, size - at);
		size_t n = end ? (size_t)(end - data) - at : size - at;

		add_record(result, data + at, n);
		at += n + 1;
	}
	posture_read(&record, kind, result);
	check(&record, kind);
	posture_clear(&record);
	dns_result_release(result);
	return 0;
}

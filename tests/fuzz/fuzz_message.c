/*
 * Any octets as a DNS message: walked, parsed, printed, written again. What passed the walk and
 * was written by us must pass again, with the same records.
 */
#include <stdlib.h>

#include "util/buf.h"
#include "util/text.h"
#include "dns/message.h"
#include "dns/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Calls everything that reads a record. */
static void
read_record(const struct dns_record *record)
{
	struct buf text = BUF_INIT, strings = BUF_INIT;
	uint32_t serial, minimum;
	uint16_t preference;
	struct dns_name name;
	struct ip_addr ip;

	dns_record_text(record, &text);
	require(text.length > 0 && text_is_printable(text.data, text.length));
	dns_record_mx(record, &preference, &name);
	dns_record_address(record, &ip);
	dns_record_target(record, &name);
	dns_record_soa(record, &serial, &minimum);
	dns_record_txt(record, &strings);
	dns_rdata_lower(record->type, record->rdata, record->length);
	buf_clear(&text);
	buf_clear(&strings);
}

/* Reads all records of a section. */
static void
read_section(const struct dns_records *section)
{
	for (size_t i = 0; i < section->count; i++)
		read_record(&section->items[i]);
}

/* Writes the message and reads it back. */
static void
write_and_read(const struct dns_message *message)
{
	struct buf wire = BUF_INIT;
	struct dns_message back;

	dns_message_write(message, DNS_MESSAGE_MAX, &wire);
	require(wire.length <= DNS_MESSAGE_MAX);
	require(!dns_message_parse(&back, (const uint8_t *)wire.data, wire.length));
	require(back.rcode == (message->has_edns ? message->rcode : message->rcode & 0xF));
	if (!back.truncated)
		require(back.answer.count == message->answer.count &&
		    back.authority.count == message->authority.count &&
		    back.additional.count == message->additional.count);
	dns_message_clear(&back);
	buf_clear(&wire);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_message message;

	if (dns_message_parse(&message, data, size))
		return 0;
	require(!dns_message_check(data, size));
	write_and_read(&message);
	read_section(&message.answer);
	read_section(&message.authority);
	read_section(&message.additional);
	dns_message_clear(&message);
	return 0;
}

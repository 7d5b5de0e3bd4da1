/*
 * Whole messages into wire form, for the laboratory and for tests.
 *
 * Decides how names are compressed (RFC 1035 4.1.4): owner names, and those in the rdata of the
 * types of RFC 1035 where every reader expects it (RFC 3597 4); a suffix is shared only when it
 * is the same octet for octet, so that the case of the question comes back as it was asked.
 * What to answer is the nameserver's decision.
 */
#include <string.h>

#include "util/wire.h"
#include "dns/message.h"
#include "dns/walk.h"

enum {
	SUFFIXES_MAX = 512, /* later names are written out: longer, still right */
	POINTER = 0xC000,
	OFFSET_MAX = 0x3FFF,
};

/* A message under construction; offsets count from `start` in out. */
struct composer {
	struct buf *out;
	size_t start;
	size_t suffix_count;
	uint16_t suffixes[SUFFIXES_MAX]; /* where a name or the tail of one stands */
};

/* Appends 16 bits. */
static void
add16(struct composer *c, unsigned value)
{
	uint8_t octets[2];

	wire_put16(octets, (uint16_t)value);
	buf_add(c->out, octets, sizeof octets);
}

/* Appends 32 bits. */
static void
add32(struct composer *c, uint32_t value)
{
	add16(c, value >> 16);
	add16(c, value & 0xFFFF);
}

/*
 * True when the name written at this offset is the n octets of suffix. Its first label is
 * compared first, which settles most of them; it may be the one just written, with nothing
 * behind it yet.
 */
static bool
stands_at(const struct composer *c, size_t offset, const uint8_t *suffix, size_t n)
{
	const uint8_t *message = (const uint8_t *)c->out->data + c->start;
	size_t written = c->out->length - c->start, label = 1u + suffix[0];
	struct dns_name there;

	if (written - offset < label || memcmp(message + offset, suffix, label) != 0)
		return false;
	return dns_walk_name(message, written, offset, &there) && there.length == n &&
	    memcmp(there.wire, suffix, n) == 0;
}

/* Returns the offset where the suffix stands already, or 0. */
static unsigned
find_suffix(const struct composer *c, const uint8_t *suffix, size_t n)
{
	for (size_t i = 0; i < c->suffix_count; i++) {
		if (stands_at(c, c->suffixes[i], suffix, n))
			return c->suffixes[i];
	}
	return 0;
}

/* Remembers that a name or tail of one begins at the end of what is written. */
static void
remember_suffix(struct composer *c)
{
	size_t offset = c->out->length - c->start;

	if (offset <= OFFSET_MAX && c->suffix_count < SUFFIXES_MAX)
		c->suffixes[c->suffix_count++] = (uint16_t)offset;
}

/* Appends a name, its tail as a pointer where one can be had. */
static void
add_name(struct composer *c, const uint8_t *wire, size_t n)
{
	size_t at = 0;

	while (at < n && wire[at] != 0) {
		unsigned offset = find_suffix(c, wire + at, n - at);

		if (offset) {
			add16(c, POINTER | offset);
			return;
		}
		remember_suffix(c);
		buf_add(c->out, wire + at, 1u + wire[at]);
		at += 1u + wire[at];
	}
	buf_addc(c->out, '\0');
}

/*
 * How many names stand in the rdata of types that may be compressed, and behind how many
 * octets.
 */
static const struct {
	uint16_t type;
	uint8_t before, names;
} compressible[] = {
	{ DNS_TYPE_NS, 0, 1 },
	{ DNS_TYPE_CNAME, 0, 1 },
	{ DNS_TYPE_SOA, 0, 2 },
	{ DNS_TYPE_PTR, 0, 1 },
	{ DNS_TYPE_MX, 2, 1 },
};

/* Appends rdata whose `names` names, behind `before` octets, are compressed. */
static void
add_compressed(struct composer *c, const struct dns_record *record, size_t before, size_t names)
{
	size_t at = before;
	struct dns_name name;

	buf_add(c->out, record->rdata, before);
	for (; names > 0; names--) {
		at += dns_name_from_wire(&name, record->rdata + at, record->length - at);
		add_name(c, name.wire, name.length);
	}
	buf_add(c->out, record->rdata + at, record->length - at);
}

/* Appends the rdata of a record. */
static void
add_rdata(struct composer *c, const struct dns_record *record)
{
	bool sound = record->class == DNS_CLASS_IN &&
	    !dns_rdata_check(record->type, record->rdata, 0, record->length);

	for (size_t i = 0; sound && i < sizeof compressible / sizeof *compressible; i++) {
		if (compressible[i].type != record->type)
			continue;
		add_compressed(c, record, compressible[i].before, compressible[i].names);
		return;
	}
	buf_add(c->out, record->rdata, record->length);
}

/* Appends a record. */
static void
add_record(struct composer *c, const struct dns_record *record)
{
	size_t length_at;

	add_name(c, record->owner.wire, record->owner.length);
	add16(c, record->type);
	add16(c, record->class);
	add32(c, record->ttl);
	length_at = c->out->length;
	add16(c, 0);
	add_rdata(c, record);
	wire_put16(
	    (uint8_t *)c->out->data + length_at, (uint16_t)(c->out->length - length_at - 2));
}

/* Appends the records of a section. */
static void
add_section(struct composer *c, const struct dns_records *section)
{
	for (size_t i = 0; i < section->count; i++)
		add_record(c, &section->items[i]);
}

/* Appends the OPT record with the upper bits of the rcode (RFC 6891 6.1.3). */
static void
add_opt(struct composer *c, const struct dns_message *message)
{
	buf_addc(c->out, '\0');
	add16(c, DNS_TYPE_OPT);
	add16(c, message->udp_size);
	add32(c, (uint32_t)(message->rcode >> 4) << 24 | (message->dnssec_ok ? 0x8000 : 0));
	add16(c, message->options_length);
	buf_add(c->out, message->options, message->options_length);
}

/* Returns the second 16 bits of the header. */
static unsigned
flags_of(const struct dns_message *message)
{
	return (unsigned)message->response << 15 | (message->opcode & 0xFu) << 11 |
	    (unsigned)message->authoritative << 10 | (unsigned)message->truncated << 9 |
	    (unsigned)message->recursion_desired << 8 |
	    (unsigned)message->recursion_available << 7 | (unsigned)message->authentic << 5 |
	    (unsigned)message->checking_disabled << 4 | (message->rcode & 0xFu);
}

/* Appends the whole message, whatever its length. */
static void
add_message(struct composer *c, const struct dns_message *message)
{
	add16(c, message->id);
	add16(c, flags_of(message));
	add16(c, message->has_question);
	add16(c, (unsigned)message->answer.count);
	add16(c, (unsigned)message->authority.count);
	add16(c, (unsigned)message->additional.count + message->has_edns);
	if (message->has_question) {
		add_name(c, message->question.name.wire, message->question.name.length);
		add16(c, message->question.type);
		add16(c, DNS_CLASS_IN);
	}
	add_section(c, &message->answer);
	add_section(c, &message->authority);
	add_section(c, &message->additional);
	if (message->has_edns)
		add_opt(c, message);
}

/* Returns the message without its records and with TC set. */
static struct dns_message
without_records(const struct dns_message *message)
{
	struct dns_message bare = *message;

	bare.truncated = true;
	bare.answer = bare.authority = bare.additional = (struct dns_records){ 0 };
	return bare;
}

void
dns_message_write(const struct dns_message *message, size_t limit, struct buf *out)
{
	struct composer c = { .out = out, .start = out->length };
	struct dns_message bare = without_records(message);

	add_message(&c, message);
	if (out->length - c.start <= limit)
		return;
	buf_truncate(out, c.start);
	c.suffix_count = 0;
	add_message(&c, &bare);
}

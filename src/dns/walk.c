/*
 * The structural walk over a packet (RFC 1035 4.1, with the pitfalls of RFC 9267 in mind).
 *
 * Decides whether octets from the network are a sound DNS message: counts that hold, names that
 * end, records that lie inside, rdata that fills its RDLENGTH exactly in the shape of its type.
 * ldns checks none of that by itself: it reads on behind RDLENGTH, takes missing fields for
 * nothing, and allocates RDLENGTH octets for each of a record's fields. What the message means
 * is left to message.c and lookup.c.
 */
#include <string.h>

#include "util/wire.h"
#include "dns/message.h"
#include "dns/record.h"
#include "dns/walk.h"

enum {
	HOPS_MAX = 127,
	LABEL_MAX = 63,
	NAME_MAX_OCTETS = 255,
	TXT_STRINGS_MAX = 255, /* ldns counts a record's fields in 8 bits */
	BITMAP_WINDOW_MAX = 32,
	TYPE_SIG = 24,
	POINTER = 0xC0,
};

/* Where a walk is that failed. */
#define NOWHERE SIZE_MAX

/* What a field of rdata looks like; `octets` means something else for each kind. */
enum field_kind {
	FIELD_END,
	FIELD_OCTETS, /* exactly so many */
	FIELD_NAME,
	FIELD_STRING, /* a length octet, and at least so many behind it */
	FIELD_STRINGS, /* 1 to 255 character strings, to the end (RFC 1035 3.3.14) */
	FIELD_REST, /* all that is left, at least so many */
	FIELD_BITMAP, /* window blocks to the end (RFC 4034 4.1.2) */
	FIELD_OPTIONS, /* EDNS options to the end (RFC 6891 6.1.2) */
};

struct field {
	enum field_kind kind;
	uint8_t octets;
};

struct shape {
	uint16_t type;
	struct field fields[5];
};

static const struct shape shapes[] = {
	{ DNS_TYPE_A, { { FIELD_OCTETS, 4 } } },
	{ DNS_TYPE_NS, { { FIELD_NAME, 0 } } },
	{ DNS_TYPE_CNAME, { { FIELD_NAME, 0 } } },
	{ DNS_TYPE_SOA, { { FIELD_NAME, 0 }, { FIELD_NAME, 0 }, { FIELD_OCTETS, 20 } } },
	{ DNS_TYPE_PTR, { { FIELD_NAME, 0 } } },
	{ DNS_TYPE_MX, { { FIELD_OCTETS, 2 }, { FIELD_NAME, 0 } } },
	{ DNS_TYPE_TXT, { { FIELD_STRINGS, 0 } } },
	{ DNS_TYPE_AAAA, { { FIELD_OCTETS, 16 } } },
	{ DNS_TYPE_SRV, { { FIELD_OCTETS, 6 }, { FIELD_NAME, 0 } } },
	{ DNS_TYPE_DNAME, { { FIELD_NAME, 0 } } },
	{ DNS_TYPE_OPT, { { FIELD_OPTIONS, 0 } } },
	{ DNS_TYPE_DS, { { FIELD_OCTETS, 4 }, { FIELD_REST, 1 } } },
	{ DNS_TYPE_RRSIG, { { FIELD_OCTETS, 18 }, { FIELD_NAME, 0 }, { FIELD_REST, 1 } } },
	{ DNS_TYPE_NSEC, { { FIELD_NAME, 0 }, { FIELD_BITMAP, 0 } } },
	{ DNS_TYPE_DNSKEY, { { FIELD_OCTETS, 4 }, { FIELD_REST, 1 } } },
	{ DNS_TYPE_NSEC3,
	    { { FIELD_OCTETS, 4 }, { FIELD_STRING, 0 }, { FIELD_STRING, 1 },
		{ FIELD_BITMAP, 0 } } },
	{ DNS_TYPE_NSEC3PARAM, { { FIELD_OCTETS, 4 }, { FIELD_STRING, 0 } } },
	{ DNS_TYPE_TLSA, { { FIELD_OCTETS, 3 }, { FIELD_REST, 1 } } },
	{ DNS_TYPE_CAA, { { FIELD_OCTETS, 1 }, { FIELD_STRING, 1 }, { FIELD_REST, 0 } } },
};

/* Moves the name's end to the first `length` octets, of which the last ones stand at `from`. */
static void
append_labels(struct dns_name *name, size_t *copied, size_t length, const uint8_t *from)
{
	if (name)
		memcpy(name->wire + *copied, from, length - *copied);
	*copied = length;
}

/*
 * The labels that a pointer leads to must end before the place that pointed there began: so
 * `limit` and `start` only ever fall, and no chain of pointers comes back. A run of labels is
 * copied when it ends.
 */
size_t
dns_walk_name(const uint8_t *wire, size_t limit, size_t at, struct dns_name *name)
{
	size_t start = at, length = 0, copied = 0, behind = 0, target;

	for (unsigned hops = 0; at < limit;) {
		unsigned octet = wire[at];

		if (octet <= LABEL_MAX) {
			length += 1 + octet;
			if (at + 1 + octet > limit || length > NAME_MAX_OCTETS)
				return 0;
			at += 1 + octet;
			if (octet > 0)
				continue;
			append_labels(name, &copied, length, wire + start);
			if (name)
				name->length = (uint8_t)length;
			return behind ? behind : at;
		}
		if (octet < POINTER || at + 2 > limit || ++hops > HOPS_MAX)
			return 0;
		append_labels(name, &copied, length, wire + start);
		target = (size_t)(octet & ~POINTER) << 8 | wire[at + 1];
		if (target < DNS_HEADER_SIZE || target >= start)
			return 0;
		behind = behind ? behind : at + 2;
		limit = start;
		start = at = target;
	}
	return 0;
}

const char *
dns_walk_record(struct dns_walk_record *record, const uint8_t *wire, size_t n, size_t at,
    struct dns_name *owner)
{
	enum {
		NUMBERS = 2 + 2 + 4 + 2, /* TYPE CLASS TTL RDLENGTH */
	};
	size_t behind = dns_walk_name(wire, n, at, owner);

	if (behind == 0)
		return "the owner name of a record is not valid";
	if (n - behind < NUMBERS)
		return "a record is cut off";
	*record = (struct dns_walk_record){
		.type = wire_get16(wire + behind),
		.class = wire_get16(wire + behind + 2),
		.ttl = wire_get32(wire + behind + 4),
		.start = at,
		.rdata = behind + NUMBERS,
		.end = behind + NUMBERS + wire_get16(wire + behind + 8),
	};
	return record->end > n ? "a record is longer than its message" : NULL;
}

/* Returns the shape of a type, or NULL when it is not known. */
static const struct shape *
shape_of(uint16_t type)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		if (shapes[i].type == type)
			return &shapes[i];
	}
	return NULL;
}

bool
dns_rdata_is_known(uint16_t type)
{
	return shape_of(type) != NULL;
}

bool
dns_rdata_has_names(uint16_t type)
{
	const struct shape *shape = shape_of(type);

	if (!shape)
		return false;
	for (const struct field *f = shape->fields; f->kind != FIELD_END; f++) {
		if (f->kind == FIELD_NAME)
			return true;
	}
	return false;
}

/* Walks the character strings from `at` to `end`. */
static size_t
walk_strings(const uint8_t *wire, size_t at, size_t end)
{
	unsigned count = 0;

	while (at < end) {
		at += 1u + wire[at];
		if (++count > TXT_STRINGS_MAX)
			return NOWHERE;
	}
	return count > 0 && at == end ? end : NOWHERE;
}

/* Walks the window blocks of a type bitmap, which ascend. */
static size_t
walk_bitmap(const uint8_t *wire, size_t at, size_t end)
{
	int last = -1;

	while (at < end) {
		if (end - at < 3 || wire[at] <= last || wire[at + 1] == 0 ||
		    wire[at + 1] > BITMAP_WINDOW_MAX)
			return NOWHERE;
		last = wire[at];
		at += 2u + wire[at + 1];
	}
	return at == end ? end : NOWHERE;
}

/* Walks the options of an OPT record. */
static size_t
walk_options(const uint8_t *wire, size_t at, size_t end)
{
	while (at < end) {
		if (end - at < 4)
			return NOWHERE;
		at += 4u + wire_get16(wire + at + 2);
	}
	return at == end ? end : NOWHERE;
}

/* Walks one character string of at least `least` octets. */
static size_t
walk_string(const uint8_t *wire, size_t at, size_t end, size_t least)
{
	if (at == end || wire[at] < least || end - at - 1 < wire[at])
		return NOWHERE;
	return at + 1 + wire[at];
}

/*
 * Walks one field that begins at `at`, within rdata that ends at `end`. Returns the offset
 * behind it, or NOWHERE when it does not fit.
 */
static size_t
walk_field(const struct field *field, const uint8_t *wire, size_t at, size_t end)
{
	size_t behind;

	switch (field->kind) {
	case FIELD_END:
		break;
	case FIELD_OCTETS:
		return end - at >= field->octets ? at + field->octets : NOWHERE;
	case FIELD_NAME:
		behind = dns_walk_name(wire, end, at, NULL);
		return behind ? behind : NOWHERE;
	case FIELD_STRING:
		return walk_string(wire, at, end, field->octets);
	case FIELD_STRINGS:
		return walk_strings(wire, at, end);
	case FIELD_REST:
		return end - at >= field->octets ? end : NOWHERE;
	case FIELD_BITMAP:
		return walk_bitmap(wire, at, end);
	case FIELD_OPTIONS:
		return walk_options(wire, at, end);
	}
	return NOWHERE;
}

const char *
dns_rdata_check(uint16_t type, const uint8_t *wire, size_t at, size_t end)
{
	static const char fault[] = "the data of a record does not have the form of its type";
	const struct shape *shape = shape_of(type);

	if (!shape)
		return NULL;
	for (const struct field *f = shape->fields; f->kind != FIELD_END; f++) {
		at = walk_field(f, wire, at, end);
		if (at == NOWHERE)
			return fault;
	}
	return at == end ? NULL : fault;
}

size_t
dns_rdata_expand(uint16_t type, const uint8_t *wire, size_t at, size_t end, uint8_t *out)
{
	const struct shape *shape = shape_of(type);
	size_t length = 0, behind;
	struct dns_name name;

	if (!shape)
		return 0;
	for (const struct field *f = shape->fields; f->kind != FIELD_END; f++, at = behind) {
		if (f->kind == FIELD_NAME) {
			behind = dns_walk_name(wire, end, at, &name);
			if (behind == 0)
				return 0;
			memcpy(out + length, name.wire, name.length);
			length += name.length;
			continue;
		}
		behind = walk_field(f, wire, at, end);
		if (behind == NOWHERE)
			return 0;
		memcpy(out + length, wire + at, behind - at);
		length += behind - at;
	}
	return at == end ? length : 0;
}

void
dns_rdata_lower(uint16_t type, uint8_t *rdata, size_t n)
{
	const struct shape *shape = shape_of(type);
	struct dns_name name;
	size_t at = 0;

	if (!shape)
		return;
	for (const struct field *f = shape->fields; f->kind != FIELD_END && at < n; f++) {
		if (f->kind == FIELD_NAME && dns_name_from_wire(&name, rdata + at, n - at)) {
			dns_name_lower(&name);
			memcpy(rdata + at, name.wire, name.length);
		}
		at = walk_field(f, rdata, at, n);
	}
}

/* True for TSIG (RFC 8945) and SIG(0) (RFC 2931): we share no keys, so none is expected. */
static bool
is_transaction_signature(const struct dns_walk_record *record, const uint8_t *wire)
{
	if (record->type == DNS_TYPE_TSIG)
		return true;
	return record->type == TYPE_SIG && record->end - record->rdata >= 2 &&
	    wire_get16(wire + record->rdata) == 0;
}

/*
 * Checks an OPT record's place (RFC 6891 6.1.1): one, in the additional section, at the root.
 */
static const char *
check_opt(struct dns_walk *w, const struct dns_walk_record *record)
{
	if (w->section != DNS_SECTION_ADDITIONAL)
		return "an OPT record stands outside the additional section";
	if (w->opt_seen)
		return "the message has two OPT records";
	if (w->wire[record->start] != 0)
		return "the owner of an OPT record is not the root";
	w->opt_seen = true;
	return dns_rdata_check(DNS_TYPE_OPT, w->wire, record->rdata, record->end);
}

/* Checks the question section, of one question at most (RFC 9619), and moves behind it. */
static const char *
check_question(struct dns_walk *w, unsigned count, struct dns_name *name)
{
	if (count == 0)
		return NULL;
	if (count > 1)
		return "the message has more than one question";
	w->at = dns_walk_name(w->wire, w->n, w->at, name);
	if (w->at == 0)
		return "the name in the question is not valid";
	if (w->n - w->at < 4)
		return "the question is cut off";
	w->at += 4;
	return NULL;
}

const char *
dns_walk_start(struct dns_walk *w, const uint8_t *wire, size_t n, struct dns_name *question)
{
	unsigned records = 0;

	*w = (struct dns_walk){ .wire = wire, .n = n, .at = DNS_HEADER_SIZE };
	if (n < DNS_HEADER_SIZE)
		return "the message is shorter than its header";
	for (size_t i = 0; i < DNS_SECTION_END; i++) {
		w->left[i] = wire_get16(wire + 6 + 2 * i);
		records += w->left[i];
	}
	if (records > DNS_RECORDS_MAX)
		return "the message has more than 4096 records";
	return check_question(w, wire_get16(wire + 4), question);
}

enum dns_section
dns_walk_section(struct dns_walk *w)
{
	while (w->section < DNS_SECTION_END && w->left[w->section] == 0)
		w->section++;
	return w->section;
}

const char *
dns_walk_next(struct dns_walk *w, struct dns_walk_record *record, struct dns_name *owner)
{
	const char *fault = dns_walk_record(record, w->wire, w->n, w->at, owner);

	if (fault)
		return fault;
	w->left[w->section]--;
	w->at = record->end;
	if (record->type == DNS_TYPE_OPT)
		return check_opt(w, record);
	if (is_transaction_signature(record, w->wire))
		return "the message bears a transaction signature that nobody asked for";
	if (record->class != DNS_CLASS_IN)
		return NULL;
	return dns_rdata_check(record->type, w->wire, record->rdata, record->end);
}

const char *
dns_walk_end(const struct dns_walk *w)
{
	return w->at == w->n ? NULL : "octets follow the end of the message";
}

const char *
dns_message_check(const uint8_t *wire, size_t n)
{
	struct dns_walk_record record;
	struct dns_walk w;
	const char *fault = dns_walk_start(&w, wire, n, NULL);

	while (!fault && dns_walk_section(&w) != DNS_SECTION_END)
		fault = dns_walk_next(&w, &record, NULL);
	return fault ? fault : dns_walk_end(&w);
}

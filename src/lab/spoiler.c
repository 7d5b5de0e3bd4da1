/*
 * Hostile replies (RFC 9267, and the parsers that fell for them). Decides what stands where; when
 * such a reply is sent is the scenario's to say.
 */
#include <stddef.h>

#include "util/wire.h"
#include "lab/spoiler.h"

enum {
	STRINGS = 300, /* more than the 255 that one record may have here */
	POINTER = 0xC000,
};

/* What is behind the owner's name: TYPE, CLASS, TTL, RDLENGTH, data. */
struct hostile {
	enum lab_fault_kind kind;
	bool owner_is_itself; /* the owner is a pointer to where it stands */
	const char *octets;
	size_t length;
	size_t zeros; /* octets of 0 behind them */
};

#define OCTETS(text) .octets = (text), .length = sizeof(text) - 1

static const struct hostile rows[] = {
	/* An A record of 26 octets: an address, and then "victim. MX 0 w1..." as if it were next. */
	{ .kind = LAB_FAULT_SMUGGLED,
	    OCTETS("\0\1\0\1\0\0\0\x3c\0\x1a\x7f\0\0\1"
		   "\6victim\0\0\xf\0\1\0\0\xe\x10\0\4\0\0\xc0\xc"),
	    .zeros = 0 },
	{ .kind = LAB_FAULT_POINTERS,
	    .owner_is_itself = true,
	    OCTETS("\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1") },
	{ .kind = LAB_FAULT_SHORT, OCTETS("\0\1\0\1\0\0\0\x3c\0\0") },
	{ .kind = LAB_FAULT_STRINGS, OCTETS("\0\x10\0\1\0\0\0\x3c\x01\x2c"), .zeros = STRINGS },
};

/* Returns the row of a kind, or NULL. */
static const struct hostile *
find(enum lab_fault_kind kind)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].kind == kind)
			return &rows[i];
	}
	return NULL;
}

bool
spoiler_has(enum lab_fault_kind kind)
{
	return find(kind) != NULL;
}

void
spoiler_write(enum lab_fault_kind kind, const struct dns_message *query, struct buf *wire)
{
	const struct hostile *hostile = find(kind);
	struct dns_message reply = {
		.id = query->id,
		.response = true,
		.recursion_desired = query->recursion_desired,
		.recursion_available = true,
		.has_question = true,
		.question = query->question,
	};
	size_t start = wire->length;
	uint8_t pointer[2];

	if (!hostile)
		return;
	dns_message_write(&reply, DNS_MESSAGE_MAX, wire);
	wire_put16((uint8_t *)wire->data + start + 6, 1); /* ANCOUNT */
	wire_put16(pointer,
	    (uint16_t)(POINTER | (hostile->owner_is_itself ? wire->length - start : 12)));
	buf_add(wire, pointer, sizeof pointer);
	buf_add(wire, hostile->octets, hostile->length);
	buf_fill(wire, '\0', hostile->zeros);
}

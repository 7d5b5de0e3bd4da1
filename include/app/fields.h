/*
 * Structures as octets and back, by tables: a row says where a member is and what it is. A recording is made
 * of this; a member that is added is recorded as soon as it has a row.
 *
 * What is decoded may come from anybody: every length, count and enumeration is checked, texts are
 * made printable, DNS records pass the same gate as those from the network.
 */
#ifndef APP_FIELDS_H
#define APP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/redact.h"
#include "util/buf.h"

enum field_type {
	FIELD_BOOL,
	FIELD_U8,
	FIELD_U16,
	FIELD_U32,
	FIELD_U64,
	FIELD_I32,
	FIELD_I64,
	FIELD_SIZE,
	FIELD_ENUM, /* below .limit */
	FIELD_TEXT, /* char *, or NULL */
	FIELD_WORDING, /* char *: what a stranger said, masked as a whole */
	FIELD_SPEECH, /* char *: a line of a dialogue, masked behind its code */
	FIELD_CHARS, /* char [.limit] */
	FIELD_NAME, /* struct dns_name */
	FIELD_ADDRESS, /* struct ip_addr */
	FIELD_RECORDS, /* struct dns_records, as a DNS message */
	FIELD_TIMES, /* int64_t [.limit] */
	FIELD_SIZES, /* size_t [.limit] */
	FIELD_PART, /* a structure inside: .fields */
	FIELD_POINTER, /* one on the heap, or NULL: .fields .size */
	FIELD_LIST, /* .fields .size, at most .limit; their number is the size_t at .count */
	FIELD_TEXTS, /* char **, likewise */
	FIELD_ROWS, /* an array inside, [.limit]: .fields .size, their number the size_t at .count */
	FIELD_OCTETS, /* uint8_t *, their number the size_t at .count; left out when masked */
	FIELD_DOCUMENT, /* char *, with NUL octets when the size_t at .count is not 0, else a text */
	FIELD_WORDS, /* char *[.limit]: the first *(int *).count are used */
};

struct field {
	enum field_type type;
	size_t offset;
	size_t limit, size, count;
	const struct field *fields;
};

/* Ends a table. */
#define FIELDS_END \
	{ \
		.offset = SIZE_MAX \
	}

/* Appends the structure. With a redactor (or NULL) everything is masked. */
void fields_encode(struct buf *out, const struct field *fields, const void *from,
    const struct redactor *redactor);

/* What is left to decode. */
struct cursor {
	const uint8_t *at, *end;
};

/*
 * Fills a zeroed structure. False when the octets are not what an encoder would have written; what was
 * filled so far is to be freed by its owner all the same.
 */
bool fields_decode(struct cursor *cursor, const struct field *fields, void *to);

/* A number in as few octets as it needs, seven bits each. */
void fields_put(struct buf *out, uint64_t number);
bool fields_get(struct cursor *cursor, uint64_t *number);

/* Mixes the shape of a table into a hash: another version of the program has another one. */
uint64_t fields_shape(const struct field *fields, uint64_t hash);

#endif

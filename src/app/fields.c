/*
 * The codec behind recordings. Numbers are of variable length (seven bits an octet, signed ones
 * zigzag), texts and lists have their count in front. A row's type decides how it is written, masked, and
 * read again (fields_decode.c); nothing here knows what the structures mean.
 */
#include <stdlib.h>
#include <string.h>

#include "dns/message.h"
#include "dns/name.h"
#include "dns/record.h"

#include "app/fields.h"

enum {
	CODE_LENGTH = 4, /* "250-" */
};

#define MASKED "(masked)"

/* --- numbers ---------------------------------------------------------------------------- */

void
fields_put(struct buf *out, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		buf_addc(out, (char)(number | 0x80));
	buf_addc(out, (char)number);
}

/* A signed number as one whose size does not depend on the sign. */
static uint64_t
zigzag(int64_t number)
{
	return ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
}

/* --- texts ------------------------------------------------------------------------------- */

/* Appends n octets with their number in front. */
static void
put_octets(struct buf *out, const void *octets, size_t n)
{
	fields_put(out, n);
	buf_add(out, octets, n);
}

/* Appends a text; NULL is 0, "" is 1. */
static void
put_text(struct buf *out, const char *text)
{
	fields_put(out, text == NULL ? 0 : strlen(text) + 1);
	if (text != NULL)
		buf_adds(out, text);
}

/* True for a keyword of EHLO with parameters that are nobody's: capitals and numbers. */
static bool
is_keyword(const char *text)
{
	size_t keyword = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return text[keyword] == '\0' ||
	    (keyword > 0 && text[keyword] == ' ' &&
		text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_= ")] == '\0');
}

/* Appends a line of a dialogue masked: a server's code and its keyword stay. */
static void
put_masked_speech(struct buf *out, const char *text, const struct redactor *redactor)
{
	struct buf masked = BUF_INIT;
	size_t code = strspn(text, "0123456789") == 3 && text[3] != '\0' ? CODE_LENGTH : 0;

	buf_add(&masked, text, code);
	if (code == 0 || is_keyword(text + code))
		redact_text(redactor, &masked, text + code);
	else
		buf_adds(&masked, MASKED);
	put_text(out, buf_text(&masked));
	buf_clear(&masked);
}

/* Appends a text of this type, masked where that is wanted. */
static void
put_string(
    struct buf *out, enum field_type type, const char *text, const struct redactor *redactor)
{
	char *masked;

	if (text == NULL || redactor == NULL) {
		put_text(out, text);
	} else if (type == FIELD_WORDING) {
		put_text(out, MASKED);
	} else if (type == FIELD_SPEECH) {
		put_masked_speech(out, text, redactor);
	} else {
		masked = redact_copy(redactor, text);
		put_text(out, masked);
		free(masked);
	}
}

/* --- names, addresses, records --------------------------------------------------------------- */

/* Appends a name, masked where that is wanted. */
static void
put_name(struct buf *out, struct dns_name name, const struct redactor *redactor)
{
	if (redactor != NULL)
		redact_name(redactor, &name);
	put_octets(out, name.wire, name.length);
}

/* Appends an address, masked where that is wanted. */
static void
put_address(struct buf *out, struct ip_addr ip, const struct redactor *redactor)
{
	if (redactor != NULL && ip.family != 0)
		redact_address(redactor, &ip);
	put_octets(out, ip.bytes, ip.family == 0 ? 0 : ip.family == 4 ? 4 : 16);
	if (ip.family != 0)
		fields_put(out, ip.scope);
}

/* Appends records as the message that would carry them. */
static void
put_records(struct buf *out, const struct dns_records *records, const struct redactor *redactor)
{
	struct dns_message message = { .response = true };
	struct buf wire = BUF_INIT;

	for (size_t i = 0; i < records->count; i++) {
		dns_records_copy(&message.answer, &records->items[i]);
		if (redactor != NULL)
			redact_record(
			    redactor, &message.answer.items[message.answer.count - 1]);
	}
	if (records->count > 0)
		dns_message_write(&message, DNS_MESSAGE_MAX, &wire);
	put_octets(out, buf_text(&wire), wire.length);
	buf_clear(&wire);
	dns_message_clear(&message);
}

/* --- encoding ---------------------------------------------------------------------------------- */

/* The member at this offset. */
static const void *
member(const void *base, size_t offset)
{
	return (const char *)base + offset;
}

/* Reads the number behind a pointer by its type. */
static uint64_t
number_at(enum field_type type, const void *at)
{
	switch (type) {
	case FIELD_BOOL:
		return *(const bool *)at;
	case FIELD_U8:
		return *(const uint8_t *)at;
	case FIELD_U16:
		return *(const uint16_t *)at;
	case FIELD_U32:
		return *(const uint32_t *)at;
	case FIELD_U64:
		return *(const uint64_t *)at;
	case FIELD_I32:
		return zigzag(*(const int *)at);
	case FIELD_I64:
		return zigzag(*(const int64_t *)at);
	case FIELD_SIZE:
		return *(const size_t *)at;
	case FIELD_ENUM:
		return *(const unsigned *)at;
	case FIELD_TEXT:
	case FIELD_WORDING:
	case FIELD_SPEECH:
	case FIELD_CHARS:
	case FIELD_NAME:
	case FIELD_ADDRESS:
	case FIELD_RECORDS:
	case FIELD_TIMES:
	case FIELD_SIZES:
	case FIELD_PART:
	case FIELD_POINTER:
	case FIELD_LIST:
	case FIELD_TEXTS:
	case FIELD_WORDS:
	case FIELD_ROWS:
	case FIELD_OCTETS:
	case FIELD_DOCUMENT:
		break;
	}
	return 0;
}

/* Appends a list of structures or texts. */
static void
put_list(struct buf *out, const struct field *field, const void *base,
    const struct redactor *redactor)
{
	size_t count = *(const size_t *)member(base, field->count);
	const char *items = *(const char *const *)member(base, field->offset);

	if (count > field->limit)
		count = field->limit;
	fields_put(out, count);
	for (size_t i = 0; i < count; i++) {
		if (field->type == FIELD_LIST)
			fields_encode(out, field->fields, items + i * field->size, redactor);
		else
			put_string(out, FIELD_TEXT,
			    ((const char *const *)(const void *)items)[i], redactor);
	}
}

/* Appends the used rows of an array. */
static void
put_rows(struct buf *out, const struct field *field, const void *base,
    const struct redactor *redactor)
{
	size_t count = *(const size_t *)member(base, field->count);
	const char *rows = member(base, field->offset);

	fields_put(out, count);
	for (size_t i = 0; i < count; i++)
		fields_encode(out, field->fields, rows + i * field->size, redactor);
}

/* Appends a text that may be any octets: their number in front, 0 when it is a text. */
static void
put_document(struct buf *out, const struct field *field, const void *base,
    const struct redactor *redactor)
{
	const char *text = *(const char *const *)member(base, field->offset);
	size_t n = text == NULL ? 0 : *(const size_t *)member(base, field->count);
	struct buf masked = BUF_INIT;

	if (n == 0) {
		fields_put(out, 0);
		put_string(out, FIELD_TEXT, text, redactor);
		return;
	}
	if (redactor != NULL) {
		redact_text(redactor, &masked, text);
		text = buf_text(&masked);
		n = masked.length;
	}
	put_octets(out, text, n);
	buf_clear(&masked);
}

/* Appends the words in use. */
static void
put_words(struct buf *out, const struct field *field, const void *base,
    const struct redactor *redactor)
{
	int count = *(const int *)member(base, field->count);
	const char *const *words = member(base, field->offset);

	fields_put(out, (uint64_t)count);
	for (int i = 0; i < count; i++)
		put_string(out, FIELD_TEXT, words[i], redactor);
}

/* Appends what a pointer leads to. */
static void
put_pointer(struct buf *out, const struct field *field, const void *base,
    const struct redactor *redactor)
{
	const void *to = *(const void *const *)member(base, field->offset);

	fields_put(out, to != NULL);
	if (to != NULL)
		fields_encode(out, field->fields, to, redactor);
}

/* Appends one member. */
static void
put_field(struct buf *out, const struct field *field, const void *base,
    const struct redactor *redactor)
{
	const void *at = member(base, field->offset);

	switch (field->type) {
	case FIELD_BOOL:
	case FIELD_U8:
	case FIELD_U16:
	case FIELD_U32:
	case FIELD_U64:
	case FIELD_I32:
	case FIELD_I64:
	case FIELD_SIZE:
	case FIELD_ENUM:
		fields_put(out, number_at(field->type, at));
		return;
	case FIELD_TEXT:
	case FIELD_WORDING:
	case FIELD_SPEECH:
		put_string(out, field->type, *(const char *const *)at, redactor);
		return;
	case FIELD_CHARS:
		put_string(out, FIELD_TEXT, at, redactor);
		return;
	case FIELD_NAME:
		put_name(out, *(const struct dns_name *)at, redactor);
		return;
	case FIELD_ADDRESS:
		put_address(out, *(const struct ip_addr *)at, redactor);
		return;
	case FIELD_RECORDS:
		put_records(out, at, redactor);
		return;
	case FIELD_TIMES:
		for (size_t i = 0; i < field->limit; i++)
			fields_put(out, zigzag(((const int64_t *)at)[i]));
		return;
	case FIELD_SIZES:
		for (size_t i = 0; i < field->limit; i++)
			fields_put(out, ((const size_t *)at)[i]);
		return;
	case FIELD_PART:
		fields_encode(out, field->fields, at, redactor);
		return;
	case FIELD_POINTER:
		put_pointer(out, field, base, redactor);
		return;
	case FIELD_LIST:
	case FIELD_TEXTS:
		put_list(out, field, base, redactor);
		return;
	case FIELD_WORDS:
		put_words(out, field, base, redactor);
		return;
	case FIELD_ROWS:
		put_rows(out, field, base, redactor);
		return;
	case FIELD_OCTETS:
		put_octets(out, *(const void *const *)at,
		    redactor != NULL ? 0 : *(const size_t *)member(base, field->count));
		return;
	case FIELD_DOCUMENT:
		put_document(out, field, base, redactor);
		return;
	}
}

void
fields_encode(struct buf *out, const struct field *fields, const void *from,
    const struct redactor *redactor)
{
	for (; fields->offset != SIZE_MAX; fields++)
		put_field(out, fields, from, redactor);
}

uint64_t
fields_shape(const struct field *fields, uint64_t hash)
{
	for (; fields->offset != SIZE_MAX; fields++) {
		hash = (hash ^ fields->type) * UINT64_C(0x100000001b3);
		hash = (hash ^ fields->limit) * UINT64_C(0x100000001b3);
		if (fields->fields != NULL)
			hash = fields_shape(fields->fields, hash);
	}
	return hash;
}

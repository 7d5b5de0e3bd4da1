/*
 * The codec behind recordings. Numbers are of variable length (seven bits an octet, signed ones
 * zigzag), texts and lists have their count in front. A row's type decides how it is written, read
 * and masked; nothing here knows what the structures mean.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "dns/message.h"
#include "dns/name.h"
#include "dns/record.h"

#include "app/fields.h"

enum {
	TEXT_MAX = 1 << 20,
	OCTETS_MAX = 65535,
	NUMBER_OCTETS = 10,
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

bool
fields_get(struct cursor *cursor, uint64_t *number)
{
	*number = 0;
	for (unsigned i = 0; i < NUMBER_OCTETS && cursor->at < cursor->end; i++) {
		uint8_t octet = *cursor->at++;

		if (i == NUMBER_OCTETS - 1 && octet > 1)
			return false;
		*number |= (uint64_t)(octet & 0x7f) << (7 * i);
		if ((octet & 0x80) == 0)
			return true;
	}
	return false;
}

/* Reads a number up to this limit. */
static bool
get_below(struct cursor *cursor, uint64_t limit, uint64_t *number)
{
	return fields_get(cursor, number) && *number <= limit;
}

static uint64_t
zigzag(int64_t number)
{
	return ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
}

static int64_t
unzigzag(uint64_t number)
{
	return (int64_t)((number >> 1) ^ (0 - (number & 1)));
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

/* Reads a text into a string that the caller frees, NULL for none. */
static bool
get_text(struct cursor *cursor, char **text)
{
	uint64_t n;

	if (!get_below(cursor, TEXT_MAX, &n))
		return false;
	if (n == 0) {
		*text = NULL;
		return true;
	}
	n--;
	if (n > (uint64_t)(cursor->end - cursor->at))
		return false;
	/* Line ends stand in PEM alone; elsewhere a text is printable when it is written. */
	*text = memchr(cursor->at, '\n', n) != NULL ? mem_strndup((const char *)cursor->at, n)
						    : text_printable_copy(cursor->at, n);
	for (char *c = *text; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' && *c != '\n' && *c != '\t')
			*c = '?';
	}
	cursor->at += n;
	return true;
}

/* Appends a line of a dialogue masked: a server's code and its keyword stay. */
static void
put_masked_speech(struct buf *out, const char *text, const struct redactor *redactor)
{
	struct buf masked = BUF_INIT;
	size_t code = strspn(text, "0123456789") == 3 && text[3] != '\0' ? CODE_LENGTH : 0;
	size_t keyword = strspn(text + code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	buf_add(&masked, text, code);
	if (code == 0 || text[code + keyword] == '\0' ||
	    (keyword > 0 && text[code + keyword] == ' '))
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

static void
put_name(struct buf *out, struct dns_name name, const struct redactor *redactor)
{
	if (redactor != NULL)
		redact_name(redactor, &name);
	put_octets(out, name.wire, name.length);
}

static bool
get_name(struct cursor *cursor, struct dns_name *name)
{
	uint64_t n;

	if (!get_below(cursor, sizeof name->wire, &n) ||
	    n > (uint64_t)(cursor->end - cursor->at) ||
	    (n > 0 && dns_name_from_wire(name, cursor->at, n) != n))
		return false;
	cursor->at += n;
	return true;
}

static void
put_address(struct buf *out, struct ip_addr ip, const struct redactor *redactor)
{
	if (redactor != NULL && ip.family != 0)
		redact_address(redactor, &ip);
	put_octets(out, ip.bytes, ip.family == 0 ? 0 : ip.family == 4 ? 4 : 16);
	if (ip.family != 0)
		fields_put(out, ip.scope);
}

static bool
get_address(struct cursor *cursor, struct ip_addr *ip)
{
	uint64_t n, scope;

	if (!get_below(cursor, 16, &n) || (n != 0 && n != 4 && n != 16) ||
	    n > (uint64_t)(cursor->end - cursor->at))
		return false;
	if (n == 0)
		return true;
	*ip = ip_from_bytes(cursor->at, n);
	cursor->at += n;
	if (!get_below(cursor, UINT32_MAX, &scope))
		return false;
	ip->scope = (uint32_t)scope;
	return true;
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

static bool
get_records(struct cursor *cursor, struct dns_records *records)
{
	struct dns_message message;
	uint64_t n;

	if (!get_below(cursor, DNS_MESSAGE_MAX, &n) || n > (uint64_t)(cursor->end - cursor->at))
		return false;
	if (n == 0)
		return true;
	if (dns_message_check(cursor->at, n) != NULL ||
	    dns_message_parse(&message, cursor->at, n) != NULL)
		return false;
	*records = message.answer;
	message.answer = (struct dns_records){ 0 };
	dns_message_clear(&message);
	cursor->at += n;
	return true;
}

/* --- encoding ---------------------------------------------------------------------------------- */

/* The member at this offset. */
static const void *
member(const void *base, size_t offset)
{
	return (const char *)base + offset;
}

/* The member at this offset, to be filled. */
static void *
place(void *base, size_t offset)
{
	return (char *)base + offset;
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

/* --- decoding ------------------------------------------------------------------------------------ */

/* Stores a number that was read, where it is one of its type. */
static bool
store_number(const struct field *field, uint64_t number, void *at)
{
	switch (field->type) {
	case FIELD_BOOL:
		*(bool *)at = number != 0;
		return number <= 1;
	case FIELD_U8:
		*(uint8_t *)at = (uint8_t)number;
		return number <= UINT8_MAX;
	case FIELD_U16:
		*(uint16_t *)at = (uint16_t)number;
		return number <= UINT16_MAX;
	case FIELD_U32:
		*(uint32_t *)at = (uint32_t)number;
		return number <= UINT32_MAX;
	case FIELD_U64:
		*(uint64_t *)at = number;
		return true;
	case FIELD_I32:
		*(int *)at = (int)unzigzag(number);
		return unzigzag(number) == *(int *)at;
	case FIELD_I64:
		*(int64_t *)at = unzigzag(number);
		return true;
	case FIELD_SIZE:
		*(size_t *)at = (size_t)number;
		return true;
	case FIELD_ENUM:
		*(unsigned *)at = number < field->limit ? (unsigned)number : 0;
		return number < field->limit;
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
	return false;
}

/* Reads a list of structures or texts; each takes an octet at least, which bounds their number. */
static bool
get_list(struct cursor *cursor, const struct field *field, void *base)
{
	size_t *count = place(base, field->count);
	size_t size = field->type == FIELD_LIST ? field->size : sizeof(char *);
	uint64_t number;
	char *items;

	if (!get_below(cursor, field->limit, &number) ||
	    number > (uint64_t)(cursor->end - cursor->at))
		return false;
	if (number == 0)
		return true;
	items = mem_calloc(number, size);
	*(void **)place(base, field->offset) = items;
	while (*count < number) {
		void *item = items + *count * size;

		++*count;
		if (field->type == FIELD_LIST ? !fields_decode(cursor, field->fields, item)
					      : !get_text(cursor, item))
			return false;
	}
	return true;
}

static bool
get_rows(struct cursor *cursor, const struct field *field, void *base)
{
	size_t *count = place(base, field->count);
	char *rows = place(base, field->offset);
	uint64_t number;

	if (!get_below(cursor, field->limit, &number))
		return false;
	while (*count < number) {
		if (!fields_decode(cursor, field->fields, rows + *count * field->size))
			return false;
		++*count;
	}
	return true;
}

/* Reads octets, with a NUL behind them, that the caller frees; NULL when there are none. */
static bool
get_octets(struct cursor *cursor, size_t limit, void *to, size_t *count)
{
	uint64_t n;

	if (!get_below(cursor, limit, &n) || n > (uint64_t)(cursor->end - cursor->at))
		return false;
	if (n > 0)
		*(char **)to = mem_strndup((const char *)cursor->at, n);
	*count = n;
	cursor->at += n;
	return true;
}

static bool
get_document(struct cursor *cursor, const struct field *field, void *base)
{
	size_t *count = place(base, field->count);

	return get_octets(cursor, TEXT_MAX, place(base, field->offset), count) &&
	    (*count > 0 || get_text(cursor, place(base, field->offset)));
}

static bool
get_words(struct cursor *cursor, const struct field *field, void *base)
{
	int *count = place(base, field->count);
	char **words = place(base, field->offset);
	uint64_t number;

	if (!get_below(cursor, field->limit, &number))
		return false;
	while ((uint64_t)*count < number) {
		if (!get_text(cursor, &words[*count]) || words[*count] == NULL)
			return false;
		++*count;
	}
	return true;
}

static bool
get_pointer(struct cursor *cursor, const struct field *field, void *base)
{
	uint64_t there;
	void *to;

	if (!get_below(cursor, 1, &there))
		return false;
	if (there == 0)
		return true;
	to = mem_alloc(field->size);
	*(void **)place(base, field->offset) = to;
	return fields_decode(cursor, field->fields, to);
}

/* Reads a text into an array of characters. */
static bool
get_chars(struct cursor *cursor, const struct field *field, char *at)
{
	char *text = NULL;
	bool fits = get_text(cursor, &text) && text != NULL && strlen(text) < field->limit;

	if (fits)
		memcpy(at, text, strlen(text) + 1);
	free(text);
	return fits;
}

static bool
get_times(struct cursor *cursor, const struct field *field, int64_t *at)
{
	uint64_t number;

	for (size_t i = 0; i < field->limit; i++) {
		if (!fields_get(cursor, &number))
			return false;
		at[i] = unzigzag(number);
	}
	return true;
}

static bool
get_sizes(struct cursor *cursor, const struct field *field, size_t *at)
{
	uint64_t number;

	for (size_t i = 0; i < field->limit; i++) {
		if (!fields_get(cursor, &number))
			return false;
		at[i] = (size_t)number;
	}
	return true;
}

/* Reads one member. */
static bool
get_field(struct cursor *cursor, const struct field *field, void *base)
{
	void *at = place(base, field->offset);
	uint64_t number;

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
		return fields_get(cursor, &number) && store_number(field, number, at);
	case FIELD_TEXT:
	case FIELD_WORDING:
	case FIELD_SPEECH:
		return get_text(cursor, at);
	case FIELD_CHARS:
		return get_chars(cursor, field, at);
	case FIELD_NAME:
		return get_name(cursor, at);
	case FIELD_ADDRESS:
		return get_address(cursor, at);
	case FIELD_RECORDS:
		return get_records(cursor, at);
	case FIELD_TIMES:
		return get_times(cursor, field, at);
	case FIELD_SIZES:
		return get_sizes(cursor, field, at);
	case FIELD_PART:
		return fields_decode(cursor, field->fields, at);
	case FIELD_POINTER:
		return get_pointer(cursor, field, base);
	case FIELD_LIST:
	case FIELD_TEXTS:
		return get_list(cursor, field, base);
	case FIELD_WORDS:
		return get_words(cursor, field, base);
	case FIELD_ROWS:
		return get_rows(cursor, field, base);
	case FIELD_OCTETS:
		return get_octets(cursor, OCTETS_MAX, at, place(base, field->count));
	case FIELD_DOCUMENT:
		return get_document(cursor, field, base);
	}
	return false;
}

bool
fields_decode(struct cursor *cursor, const struct field *fields, void *to)
{
	for (; fields->offset != SIZE_MAX; fields++) {
		if (!get_field(cursor, fields, to))
			return false;
	}
	return true;
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

/*
 * The reading half of the codec behind recordings (fields.c): each member of a table's row, checked as
 * what a stranger may have written. Lengths and counts are held against what is left, enumerations against
 * their limits; what was filled before a fault stays, for the owner to free.
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
};

/* The member at this offset, to be filled. */
static void *
place(void *base, size_t offset)
{
	return (char *)base + offset;
}

/* --- numbers ---------------------------------------------------------------------------- */

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

/* The signed number that was written so. */
static int64_t
unzigzag(uint64_t number)
{
	return (int64_t)((number >> 1) ^ (0 - (number & 1)));
}

/* --- texts, names, addresses, records ------------------------------------------------------ */

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

/* Reads a name. */
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

/* Reads an address; none has no octets. */
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

/* Reads records out of the message that carries them. */
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

/* --- members --------------------------------------------------------------------------------- */

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

/* Reads the used rows of an array. */
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

/* Reads a text that may be any octets. */
static bool
get_document(struct cursor *cursor, const struct field *field, void *base)
{
	size_t *count = place(base, field->count);

	return get_octets(cursor, TEXT_MAX, place(base, field->offset), count) &&
	    (*count > 0 || get_text(cursor, place(base, field->offset)));
}

/* Reads words, none of which may be missing. */
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

/* Reads what a pointer leads to, if anything. */
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

/* Reads all numbers of an array. */
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

/* Reads all sizes of an array. */
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

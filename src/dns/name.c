/*
 * Domain names as values in wire form.
 *
 * Decides what a name is (RFC 1035 3.1 and 5.1: labels of 1 to 63 octets, 255 octets in all,
 * the final zero among them), how it reads, and when two are the same (RFC 4343: ASCII case
 * does not count, whatever the locale). Compression pointers are message.c's, U-labels are
 * idn.c's.
 */
#include <string.h>

#include "dns/name.h"

enum {
	LABEL_MAX = 63,
	WIRE_MAX = 255,
	LABELS_MAX = 127,
	WORD = sizeof(uint64_t),
};

#define ONES UINT64_C(0x0101010101010101) /* one in each octet of a word */

/* A name under construction: `label` is where the length octet of the open label stands. */
struct builder {
	struct dns_name name;
	size_t used, label;
};

static const char *const error_texts[] = {
	[DNS_NAME_OK] = "the name is valid",
	[DNS_NAME_EMPTY_LABEL] = "a label of a domain name must not be empty",
	[DNS_NAME_LABEL_TOO_LONG] = "a label of a domain name has at most 63 octets",
	[DNS_NAME_TOO_LONG] = "a domain name has at most 253 characters",
	[DNS_NAME_BAD_ESCAPE] =
	    "a backslash is followed by three digits up to 255, or by the character meant",
	[DNS_NAME_BAD_CHARACTER] =
	    "a domain name holds printable ASCII characters only, others as \\DDD",
	[DNS_NAME_EMPTY] = "a domain name must not be empty",
};

const char *
dns_name_error_text(enum dns_name_error error)
{
	return error_texts[error];
}

/* Lower-cases one octet as DNS does. */
static uint8_t
lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

/* True for an ASCII digit. */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Appends one octet to the open label. */
static enum dns_name_error
add_octet(struct builder *b, uint8_t octet)
{
	if (b->used - b->label - 1 == LABEL_MAX)
		return DNS_NAME_LABEL_TOO_LONG;
	if (b->used + 1 >= WIRE_MAX) /* the final zero needs a place too */
		return DNS_NAME_TOO_LONG;
	b->name.wire[b->used++] = octet;
	return DNS_NAME_OK;
}

/* Closes the open label and opens the next one. */
static enum dns_name_error
end_label(struct builder *b)
{
	size_t length = b->used - b->label - 1;

	if (length == 0)
		return DNS_NAME_EMPTY_LABEL;
	b->name.wire[b->label] = (uint8_t)length;
	b->label = b->used++;
	return DNS_NAME_OK;
}

/* Reads one character or escape at *text and moves behind it. */
static enum dns_name_error
read_octet(const char **text, uint8_t *octet)
{
	const char *s = *text;
	unsigned value;

	if (*s < '!' || *s > '~')
		return DNS_NAME_BAD_CHARACTER;
	if (*s != '\\') {
		*octet = (uint8_t)*s;
		*text = s + 1;
		return DNS_NAME_OK;
	}
	if (!is_digit(s[1])) {
		if (s[1] < ' ' || s[1] > '~')
			return DNS_NAME_BAD_ESCAPE;
		*octet = (uint8_t)s[1];
		*text = s + 2;
		return DNS_NAME_OK;
	}
	if (!is_digit(s[2]) || !is_digit(s[3]))
		return DNS_NAME_BAD_ESCAPE;
	value = (unsigned)((s[1] - '0') * 100 + (s[2] - '0') * 10 + (s[3] - '0'));
	if (value > 255)
		return DNS_NAME_BAD_ESCAPE;
	*octet = (uint8_t)value;
	*text = s + 4;
	return DNS_NAME_OK;
}

/* Reads labels and dots to the end of text, leaving the last label open. */
static enum dns_name_error
read_labels(struct builder *b, const char *text)
{
	enum dns_name_error error = DNS_NAME_OK;
	uint8_t octet;

	while (*text && !error) {
		if (*text == '.') {
			error = end_label(b);
			text++;
			continue;
		}
		error = read_octet(&text, &octet);
		if (!error)
			error = add_octet(b, octet);
	}
	return error;
}

enum dns_name_error
dns_name_parse(struct dns_name *name, const char *text)
{
	struct builder b = { .used = 1 };
	enum dns_name_error error;

	if (*text == '\0')
		return DNS_NAME_EMPTY;
	if (strcmp(text, ".") == 0)
		text = "";
	error = read_labels(&b, text);
	if (!error && b.used > b.label + 1)
		error = end_label(&b);
	if (error)
		return error;
	b.name.length = (uint8_t)b.used;
	*name = b.name;
	return DNS_NAME_OK;
}

size_t
dns_name_from_wire(struct dns_name *name, const uint8_t *wire, size_t n)
{
	size_t at = 0;

	while (at < n && wire[at] != 0) {
		if (wire[at] > LABEL_MAX)
			return 0;
		at += 1u + wire[at];
	}
	if (at >= n || at >= WIRE_MAX)
		return 0;
	*name = (struct dns_name){ .length = (uint8_t)(at + 1) };
	memcpy(name->wire, wire, at + 1);
	return at + 1;
}

/* True for an octet of a host name's label, the underscore among them. */
static bool
is_plain(uint8_t octet)
{
	uint8_t c = lower(octet);

	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Writes one octet of a label at out and returns where the next one goes. */
static char *
write_octet(char *out, uint8_t octet)
{
	if (is_plain(octet)) {
		*out++ = (char)lower(octet);
		return out;
	}
	*out++ = '\\';
	*out++ = (char)('0' + octet / 100);
	*out++ = (char)('0' + octet / 10 % 10);
	*out++ = (char)('0' + octet % 10);
	return out;
}

const char *
dns_name_text(const struct dns_name *name, char out[DNS_NAME_TEXT_MAX])
{
	char *end = out;

	for (size_t at = 0; at < name->length && name->wire[at]; at += 1u + name->wire[at]) {
		if (at > 0)
			*end++ = '.';
		for (size_t i = 1; i <= name->wire[at]; i++)
			end = write_octet(end, name->wire[at + i]);
	}
	if (name->length == 1)
		*end++ = '.';
	*end = '\0';
	return out;
}

/* Returns eight octets as a number: which one depends on the machine. */
static uint64_t
load(const uint8_t *octets)
{
	uint64_t word;

	memcpy(&word, octets, sizeof word);
	return word;
}

/* Lower-cases eight octets at once: a carry into the top bit tells which lie in 'A'..'Z'. */
static uint64_t
lower_word(uint64_t word)
{
	uint64_t low = word & ~(ONES * 0x80);
	uint64_t from_a = low + ONES * (0x80 - 'A'), behind_z = low + ONES * (0x80 - 'Z' - 1);

	return word | (from_a & ~behind_z & ~word & ONES * 0x80) >> 2;
}

/*
 * Compares n octets of wire form, the last eight as a word that overlaps the one before. Length
 * octets are at most 63 and so below 'A': that they are lower-cased with the rest changes nothing.
 */
static bool
equal_octets(const uint8_t *a, const uint8_t *b, size_t n)
{
	if (n < WORD) {
		for (size_t i = 0; i < n; i++) {
			if (lower(a[i]) != lower(b[i]))
				return false;
		}
		return true;
	}
	for (size_t at = 0; at + WORD < n; at += WORD) {
		if (lower_word(load(a + at)) != lower_word(load(b + at)))
			return false;
	}
	return lower_word(load(a + n - WORD)) == lower_word(load(b + n - WORD));
}

bool
dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
	return a->length == b->length && equal_octets(a->wire, b->wire, a->length);
}

bool
dns_name_below(const struct dns_name *name, const struct dns_name *ancestor)
{
	size_t at = 0, start;

	if (ancestor->length == 0 || name->length < ancestor->length)
		return false;
	start = (size_t)name->length - ancestor->length;
	while (at < start)
		at += 1u + name->wire[at];
	return at == start && equal_octets(name->wire + at, ancestor->wire, ancestor->length);
}

bool
dns_name_is_root(const struct dns_name *name)
{
	return name->length == 1;
}

unsigned
dns_name_labels(const struct dns_name *name)
{
	unsigned count = 0;

	for (size_t at = 0; at < name->length && name->wire[at]; at += 1u + name->wire[at])
		count++;
	return count;
}

struct dns_name
dns_name_parent(const struct dns_name *name)
{
	struct dns_name parent = { 0 };
	size_t skip;

	if (name->length <= 1)
		return *name;
	skip = 1u + name->wire[0];
	parent.length = (uint8_t)(name->length - skip);
	memcpy(parent.wire, name->wire + skip, parent.length);
	return parent;
}

struct dns_name
dns_name_ancestor(const struct dns_name *name, unsigned labels)
{
	struct dns_name ancestor = { 0 };
	unsigned count = dns_name_labels(name);
	size_t at = 0;

	for (; count > labels; count--)
		at += 1u + name->wire[at];
	ancestor.length = (uint8_t)(name->length - at);
	memcpy(ancestor.wire, name->wire + at, ancestor.length);
	return ancestor;
}

/* Compares two labels, length octet first: octet by octet, the shorter one before the longer. */
static int
compare_labels(const uint8_t *a, const uint8_t *b)
{
	size_t shorter = a[0] < b[0] ? a[0] : b[0];

	for (size_t i = 1; i <= shorter; i++) {
		if (lower(a[i]) != lower(b[i]))
			return (int)lower(a[i]) - (int)lower(b[i]);
	}
	return (int)a[0] - (int)b[0];
}

/* Notes where each label begins, the leftmost first. Returns how many there are. */
static size_t
find_labels(const struct dns_name *name, uint8_t starts[LABELS_MAX])
{
	size_t count = 0;

	for (size_t at = 0; at < name->length && name->wire[at]; at += 1u + name->wire[at])
		starts[count++] = (uint8_t)at;
	return count;
}

int
dns_name_compare(const struct dns_name *a, const struct dns_name *b)
{
	uint8_t starts_a[LABELS_MAX], starts_b[LABELS_MAX];
	size_t left_a = find_labels(a, starts_a), left_b = find_labels(b, starts_b);

	while (left_a > 0 && left_b > 0) {
		int order =
		    compare_labels(a->wire + starts_a[--left_a], b->wire + starts_b[--left_b]);

		if (order != 0)
			return order;
	}
	return (left_a > left_b) - (left_a < left_b);
}

bool
dns_name_prepend(struct dns_name *out, const char *labels, const struct dns_name *name)
{
	struct dns_name front;

	if (dns_name_parse(&front, labels) != DNS_NAME_OK)
		return false;
	if (front.length - 1u + name->length > WIRE_MAX)
		return false;
	memcpy(front.wire + front.length - 1, name->wire, name->length);
	front.length = (uint8_t)(front.length - 1 + name->length);
	*out = front;
	return true;
}

void
dns_name_lower(struct dns_name *name)
{
	size_t at = 0;

	for (; at + WORD <= name->length; at += WORD) {
		uint64_t word = lower_word(load(name->wire + at));

		memcpy(name->wire + at, &word, sizeof word);
	}
	for (; at < name->length; at++)
		name->wire[at] = lower(name->wire[at]);
}

/* Stirs eight octets into a hash (multiplier: Knuth 6.4). */
static uint64_t
stir(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

uint32_t
dns_name_hash(const struct dns_name *name)
{
	uint64_t hash = name->length;
	size_t at = 0;

	for (; at + WORD <= name->length; at += WORD)
		hash = stir(hash, lower_word(load(name->wire + at)));
	for (; at < name->length; at++)
		hash = stir(hash, lower(name->wire[at]));
	return (uint32_t)hash;
}

/* True when a label is letters, digits, '_' and hyphens that are not at its ends. */
static bool
is_hostname_label(const uint8_t *octets, size_t n)
{
	if (octets[0] == '-' || octets[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_plain(octets[i]))
			return false;
	}
	return true;
}

bool
dns_name_is_hostname(const struct dns_name *name)
{
	for (size_t at = 0; at < name->length && name->wire[at]; at += 1u + name->wire[at]) {
		if (!is_hostname_label(name->wire + at + 1, name->wire[at]))
			return false;
	}
	return name->length > 1;
}

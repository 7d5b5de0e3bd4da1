/*
 * Domain names as values: the uncompressed wire form, at most 255 octets (RFC 1035 3.1).
 * Copied by assignment, owned by nobody. Case is kept as it came and never compared.
 */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct dns_name {
	uint8_t length; /* octets used in wire, the final zero included; 0 = no name at all */
	uint8_t wire[255];
};

enum {
	DNS_NAME_TEXT_MAX = 1024, /* every octet as \DDD, the dots, and the NUL */
};

/*
 * Copies the octets of a name that are in use, a tenth of all usually; those behind them stay what
 * they are. As good as assignment, for where very many names are copied.
 */
static inline void
dns_name_copy(struct dns_name *to, const struct dns_name *from)
{
	memcpy(to, from, offsetof(struct dns_name, wire) + from->length);
}

/* The result of dns_name_parse(); each has a sentence that says what was expected. */
enum dns_name_error {
	DNS_NAME_OK,
	DNS_NAME_EMPTY_LABEL,
	DNS_NAME_LABEL_TOO_LONG,
	DNS_NAME_TOO_LONG,
	DNS_NAME_BAD_ESCAPE,
	DNS_NAME_BAD_CHARACTER,
	DNS_NAME_EMPTY,
};

/*
 * Parses presentation form, with or without the final dot, `\DDD` and `\c` escapes understood
 * (RFC 1035 5.1); "." is the root. Octets outside printable ASCII must be escaped. On an error
 * *name is untouched.
 */
enum dns_name_error dns_name_parse(struct dns_name *name, const char *text);

/* Returns the sentence for an error: "a label of a domain name has at most 63 octets". */
const char *dns_name_error_text(enum dns_name_error error);

/*
 * Takes the name from uncompressed wire octets. Returns the octets it used, or 0 when
 * they are not a whole, valid name within n octets.
 */
size_t dns_name_from_wire(struct dns_name *name, const uint8_t *wire, size_t n);

/*
 * Writes presentation form without the final dot ("." for the root), lower-cased; every
 * octet that is not a letter, digit, hyphen or underscore as `\DDD`. Returns out.
 */
const char *dns_name_text(const struct dns_name *name, char out[DNS_NAME_TEXT_MAX]);

/* Equality without regard to ASCII case (RFC 4343), whatever the locale. */
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);

/* True when name is ancestor itself or below it. */
bool dns_name_below(const struct dns_name *name, const struct dns_name *ancestor);

bool dns_name_is_root(const struct dns_name *name);

/* The number of labels; the root has none. */
unsigned dns_name_labels(const struct dns_name *name);

/* Takes the leftmost label away. The root stays the root. */
struct dns_name dns_name_parent(const struct dns_name *name);

/* Returns the name cut to its last labels, so many of them; at most as many as it has. */
struct dns_name dns_name_ancestor(const struct dns_name *name, unsigned labels);

/*
 * Canonical order (RFC 4034 6.1): label by label from the right, ASCII case not counting.
 * Returns less than, equal to or more than 0.
 */
int dns_name_compare(const struct dns_name *a, const struct dns_name *b);

/* Returns label + "." + name in *out, false when that is too long: "_mta-sts", "_25._tcp". */
bool dns_name_prepend(struct dns_name *out, const char *labels, const struct dns_name *name);

/* Lower-cases ASCII letters in place, for keys and for signing. */
void dns_name_lower(struct dns_name *name);

/* A hash that does not see ASCII case. */
uint32_t dns_name_hash(const struct dns_name *name);

/*
 * True when every label holds only letters, digits, hyphens (not at an end) or underscores: a
 * host name in the sense of RFC 1123 2.1, and what stands below one. The root is none.
 */
bool dns_name_is_hostname(const struct dns_name *name);

#endif

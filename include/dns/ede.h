/*
 * Extended DNS errors (RFC 8914): what a server says, beside the rcode, about a reply. Advice to
 * the reader, not evidence: nothing is decided by it.
 */
#ifndef DNS_EDE_H
#define DNS_EDE_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

enum {
	DNS_EDE_MAX = 4, /* of one reply; further ones are passed over */
	DNS_EDE_TEXT_MAX = 160, /* octets of a server's text that are looked at */
};

struct dns_ede {
	uint16_t code; /* INFO-CODE */
	char *text; /* EXTRA-TEXT made printable, the owner frees it; NULL = none */
};

/* Frees a list of so many. NULL is fine. */
void dns_ede_free(struct dns_ede *list, size_t count);

/* Returns a copy of a list, NULL of an empty one. */
struct dns_ede *dns_ede_copy(const struct dns_ede *list, size_t count);

/* Returns the registered purpose of a code, "DNSSEC Bogus", or NULL for an unknown one. */
const char *dns_ede_purpose(uint16_t code);

/* Appends `DNSSEC Bogus (EDE 6): "the text of the server"` to a sentence. */
void dns_ede_text(const struct dns_ede *ede, struct buf *out);

#endif

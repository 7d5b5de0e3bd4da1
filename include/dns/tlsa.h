/*
 * TLSA rdata (RFC 6698 2.1): read, written as text, and told apart by what SMTP can do with it. Whether
 * a certificate matches is net/tls.h's, what follows from that mail/dane.h's.
 */
#ifndef DNS_TLSA_H
#define DNS_TLSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/record.h"
#include "util/buf.h"
#include "util/names.h"

/* The three numbers and the association data, which stay with the record. */
struct tlsa {
	uint8_t usage, selector, matching;
	const uint8_t *data;
	size_t length;
};

/* Certificate usages that mail transport has a use for (RFC 7218, RFC 7672 section 3.1). */
enum {
	TLSA_DANE_TA = 2,
	TLSA_DANE_EE = 3
};

/* What SMTP can do with a record (RFC 6698 4.1, RFC 7672 3.1). */
#define TLSA_USES(X) \
	X(TLSA_USABLE, "usable", "usage 2 or 3, a known selector, and data of the right form") \
	X(TLSA_PKIX, "pkix", "usage 0 or 1, which mean nothing to SMTP") \
	X(TLSA_UNKNOWN, "unknown", "a usage, selector or matching type that is not known") \
	X(TLSA_MALFORMED, "malformed", "data that cannot be what the matching type says")
NAMES_DECLARE(tlsa_use, TLSA_USES)

/* Reads the record: false when it is no TLSA, or too short to be one. */
bool dns_record_tlsa(const struct dns_record *record, struct tlsa *tlsa);

/* Says what SMTP can do with it. */
enum tlsa_use tlsa_use(const struct tlsa *tlsa);

/* Appends "3 1 1 ab12...", the data in lower case and whole. */
void tlsa_text(struct buf *out, const struct tlsa *tlsa);

#endif

/*
 * TLSA rdata (RFC 6698 2.1). Decides which records SMTP can use: DANE-TA(2) and DANE-EE(3) with
 * a known selector and matching type (RFC 7672 3.1); PKIX-TA(0) and PKIX-EE(1) name authorities
 * that SMTP servers do not share, and are unusable (3.1.3). A digest of the wrong
 * length, or a full association that is no DER sequence, can match nothing and is malformed.
 */
#include "dns/tlsa.h"

NAMES_DEFINE(tlsa_use, TLSA_USES)

enum {
	NUMBERS = 3, /* octets before the data */
	DER_SEQUENCE = 0x30,
	DER_LONG =
	    0x80, /* a length that takes several octets; their number is in the low bits */
};

/* The numbers that SMTP knows (RFC 7218 2). */
enum {
	USAGE_PKIX_EE = 1,
	USAGE_DANE_EE = 3,
	SELECTOR_SPKI = 1,
	MATCHING_FULL = 0,
	MATCHING_SHA2_512 = 2,
};

/* Octets of a digest by matching type. */
static const size_t digest_lengths[] = { 0, 32, 64 };

bool
dns_record_tlsa(const struct dns_record *record, struct tlsa *tlsa)
{
	if (record->type != DNS_TYPE_TLSA || record->length < NUMBERS)
		return false;
	*tlsa = (struct tlsa){
		.usage = record->rdata[0],
		.selector = record->rdata[1],
		.matching = record->rdata[2],
		.data = record->rdata + NUMBERS,
		.length = (size_t)record->length - NUMBERS,
	};
	return true;
}

/* True when the octets are one DER sequence from the first to the last (X.690 8.1.3). */
static bool
is_sequence(const uint8_t *der, size_t n)
{
	size_t octets, length = 0;

	if (n < 2 || der[0] != DER_SEQUENCE)
		return false;
	if (der[1] < DER_LONG)
		return der[1] == n - 2;
	octets = der[1] & ~(unsigned)DER_LONG;
	if (octets == 0 || octets > 2 || n < 2 + octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		length = length << 8 | der[2 + i];
	return length == n - 2 - octets;
}

enum tlsa_use
tlsa_use(const struct tlsa *tlsa)
{
	if (tlsa->usage <= USAGE_PKIX_EE)
		return TLSA_PKIX;
	if (tlsa->usage > USAGE_DANE_EE || tlsa->selector > SELECTOR_SPKI ||
	    tlsa->matching > MATCHING_SHA2_512)
		return TLSA_UNKNOWN;
	if (tlsa->matching == MATCHING_FULL)
		return is_sequence(tlsa->data, tlsa->length) ? TLSA_USABLE : TLSA_MALFORMED;
	return tlsa->length == digest_lengths[tlsa->matching] ? TLSA_USABLE : TLSA_MALFORMED;
}

void
tlsa_text(struct buf *out, const struct tlsa *tlsa)
{
	buf_addf(out, "%u %u %u", tlsa->usage, tlsa->selector, tlsa->matching);
	for (size_t i = 0; i < tlsa->length; i++)
		buf_addf(out, "%s%02x", i == 0 ? " " : "", tlsa->data[i]);
}

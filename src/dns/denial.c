/*
 * Authenticated denial of existence.
 *
 * Decides what an NSEC or NSEC3 record may be used for, and what a proof comes to. A record must be
 * signed by the zone itself and be no wildcard's child. One of a delegation or of a DNAME says
 * nothing about what is below it, nor, when it is the parent's, about the child's types other than
 * DS (RFC 6840 4.1). "No such name" also needs the wildcard at the closest encloser denied (RFC
 * 4035 5.4, RFC 5155 8.4). An NSEC3 with opt-out leaves room for unsigned delegations and proves
 * insecure at best (RFC 5155 6); more than 150 iterations, or more hashes than we grant one reply,
 * count as unsigned. How records prove something together is denial_nsec.c's and denial_nsec3.c's.
 */
#include <stdio.h>
#include <string.h>

#include "util/wire.h"
#include "dns/denial_parts.h"

enum {
	NSEC3_SHA1 = 1,
	NSEC3_OPT_OUT = 0x01,
	HASH_LABEL = 32, /* characters of base32hex for 20 octets */
};

/* --- taking records apart ------------------------------------------------------- */

/* Decodes a label of base32hex (RFC 4648 7) that holds a hash; false when it does not. */
static bool
decode_hash(const uint8_t *label, uint8_t hash[DNSSEC_HASH_SIZE])
{
	uint64_t bits = 0;

	if (label[0] != HASH_LABEL)
		return false;
	for (size_t i = 0; i < HASH_LABEL; i++) {
		uint8_t c = label[1 + i], value;

		if (c >= '0' && c <= '9')
			value = (uint8_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'v')
			value = (uint8_t)((c | 0x20) - 'a' + 10);
		else
			return false;
		bits = bits << 5 | value;
		if (i % 8 == 7) {
			for (size_t k = 0; k < 5; k++)
				hash[i / 8 * 5 + k] = (uint8_t)(bits >> (32 - 8 * k));
		}
	}
	return true;
}

/* Takes an NSEC record; false when it is none of this zone. */
static bool
take_nsec(struct denial_item *item, const struct dns_record *record, const struct denial *d)
{
	size_t used = dns_name_from_wire(&item->next, record->rdata, record->length);

	if (used == 0 || !dns_name_below(&record->owner, &d->zone->apex) ||
	    !dns_name_below(&item->next, &d->zone->apex))
		return false;
	item->record = record;
	item->bitmap = record->rdata + used;
	item->bitmap_length = record->length - used;
	return true;
}

/* True when the parameters are those of the zone's chain; the first record decides (RFC 5155 8.2). */
static bool
has_same_parameters(
    struct denial *d, uint16_t iterations, const uint8_t *salt, uint8_t salt_length)
{
	if (!d->salt) {
		d->iterations = iterations;
		d->salt = salt;
		d->salt_length = salt_length;
	}
	return d->iterations == iterations && d->salt_length == salt_length &&
	    memcmp(d->salt, salt, salt_length) == 0;
}

/* Takes an NSEC3 record; false when it is none of this zone, or of another kind than ours. */
static bool
take_nsec3(struct denial_item *item, const struct dns_record *record, struct denial *d)
{
	const uint8_t *rdata = record->rdata;
	struct dns_name above = dns_name_parent(&record->owner);
	size_t n = record->length, salt_length, at;

	if (n < 5 || rdata[0] != NSEC3_SHA1 || rdata[1] & ~NSEC3_OPT_OUT)
		return false;
	salt_length = rdata[4];
	at = 5 + salt_length;
	if (n < at + 1 + DNSSEC_HASH_SIZE || rdata[at] != DNSSEC_HASH_SIZE ||
	    !dns_name_equal(&above, &d->zone->apex) ||
	    !decode_hash(record->owner.wire, item->owner_hash) ||
	    !has_same_parameters(d, wire_get16(rdata + 2), rdata + 5, (uint8_t)salt_length))
		return false;
	memcpy(item->next_hash, rdata + at + 1, DNSSEC_HASH_SIZE);
	item->record = record;
	item->opt_out = rdata[1] & NSEC3_OPT_OUT;
	item->bitmap = rdata + at + 1 + DNSSEC_HASH_SIZE;
	item->bitmap_length = n - (at + 1 + DNSSEC_HASH_SIZE);
	return true;
}

void
denial_init(struct denial *d, struct dnssec_evidence *evidence, const struct dnssec_zone *zone)
{
	const struct dns_records *records = evidence->records;

	memset(d, 0, sizeof *d);
	d->evidence = evidence;
	d->zone = zone;
	d->ttl = DNS_TTL_MAX;
	for (size_t i = 0; i < records->count && d->count < DENIAL_ITEMS_MAX; i++) {
		const struct dns_record *record = &records->items[i];
		struct denial_item *item = &d->items[d->count];

		if (record->class != DNS_CLASS_IN || record->length == 0)
			continue;
		if ((record->type == DNS_TYPE_NSEC && take_nsec(item, record, d)) ||
		    (record->type == DNS_TYPE_NSEC3 && take_nsec3(item, record, d)))
			d->count++;
	}
}

bool
denial_has_type(const struct denial_item *item, uint16_t type)
{
	const uint8_t *bitmap = item->bitmap;
	size_t n = item->bitmap_length, octet = (type & 0xFF) / 8;

	for (size_t at = 0; at + 2 <= n && at + 2 + bitmap[at + 1] <= n;
	     at += 2u + bitmap[at + 1]) {
		if (bitmap[at] == type >> 8)
			return octet < bitmap[at + 1] &&
			    bitmap[at + 2 + octet] & (0x80 >> (type & 7));
	}
	return false;
}

bool
denial_is_delegation(const struct denial_item *item)
{
	return denial_has_type(item, DNS_TYPE_NS) && !denial_has_type(item, DNS_TYPE_SOA);
}

bool
denial_is_blind_below(const struct denial_item *item)
{
	return denial_is_delegation(item) || denial_has_type(item, DNS_TYPE_DNAME);
}

bool
denial_holds(struct denial *d, struct denial_item *item)
{
	const struct dns_record *record = item->record;
	struct dnssec_verdict verdict;
	unsigned labels;

	if (item->state == DENIAL_UNCHECKED) {
		verdict =
		    dnssec_verify(d->evidence, &record->owner, record->type, d->zone, &labels);
		item->state =
		    verdict.security == DNS_SECURE && labels == dnssec_labels(&record->owner)
		    ? DENIAL_HOLDS
		    : DENIAL_FAILS;
		if (item->state == DENIAL_HOLDS && verdict.ttl < d->ttl)
			d->ttl = verdict.ttl;
		if (verdict.security != DNS_SECURE && d->failed.reason[0] == '\0')
			d->failed = verdict;
	}
	return item->state == DENIAL_HOLDS;
}

bool
denial_lacks_type(const struct denial_item *item, const struct dns_name *name, uint16_t type)
{
	if (denial_has_type(item, type) || denial_has_type(item, DNS_TYPE_CNAME))
		return false;
	if (type == DNS_TYPE_DS)
		return !denial_has_type(item, DNS_TYPE_SOA) || dns_name_is_root(name);
	return !denial_is_delegation(item);
}

/* --- verdicts ----------------------------------------------------------------------- */

/* Returns a verified NSEC3 record, when the reply has one, or NULL. */
static struct denial_item *
any_nsec3(struct denial *d)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->items[i].record->type == DNS_TYPE_NSEC3 && denial_holds(d, &d->items[i]))
			return &d->items[i];
	}
	return NULL;
}

/* True when the zone wants more work for its hashes than we do. */
static bool
is_costly(struct denial *d)
{
	return d->iterations > DNSSEC_ITERATIONS_MAX && any_nsec3(d);
}

/* True when hashes may be computed: the zone has NSEC3 records, and they are affordable. */
static bool
is_hashed(const struct denial *d)
{
	return d->salt && d->iterations <= DNSSEC_ITERATIONS_MAX;
}

/* Makes a verdict of a proof; `claim` is what was to be proved. */
static struct dnssec_verdict
judge(struct denial *d, enum denial_proof proof, const struct dns_name *name, const char *claim)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dnssec_verdict verdict = { .security = DNS_SECURE };

	if (proof == PROOF_NONE && (is_costly(d) || (d->hashing_failed && any_nsec3(d))))
		proof = PROOF_COSTLY;
	dns_name_text(name, text);
	switch (proof) {
	case PROOF_HOLDS:
		break;
	case PROOF_OPT_OUT:
		verdict = dnssec_verdict(DNS_INSECURE,
		    "that %s %s is proved for signed names only (NSEC3 opt-out)", text, claim);
		break;
	case PROOF_COSTLY:
		verdict = dnssec_verdict(DNS_INSECURE,
		    "that %s %s would take too many NSEC3 hashes to prove (%u iterations)",
		    text, claim, (unsigned)d->iterations);
		break;
	case PROOF_NONE:
		verdict = dnssec_verdict(DNS_SECURITY_BOGUS,
		    "nothing in the reply proves that %s %s%s%s", text, claim,
		    d->failed.reason[0] ? ": " : "", d->failed.reason);
		verdict.seal = d->failed.seal;
		break;
	}
	verdict.ttl = d->ttl;
	return verdict;
}

struct dnssec_verdict
denial_no_type(struct denial *d, const struct dns_name *name, uint16_t type)
{
	enum denial_proof proof = denial_nsec_no_type(d, name, type);
	char text[12], claim[32];

	if (proof == PROOF_NONE && is_hashed(d))
		proof = denial_nsec3_no_type(d, name, type);
	snprintf(claim, sizeof claim, "has no %s", dns_type_text(type, text));
	return judge(d, proof, name, claim);
}

struct dnssec_verdict
denial_no_name(struct denial *d, const struct dns_name *name)
{
	enum denial_proof proof = denial_nsec_no_name(d, name);

	if (proof == PROOF_NONE && is_hashed(d))
		proof = denial_nsec3_no_name(d, name);
	return judge(d, proof, name, "does not exist");
}

struct dnssec_verdict
denial_no_closer(struct denial *d, const struct dns_name *name, unsigned labels)
{
	struct dns_name closer = dns_name_ancestor(name, labels + 1);
	enum denial_proof proof = denial_nsec_no_closer(d, &closer);

	if (proof == PROOF_NONE && is_hashed(d))
		proof = denial_nsec3_no_closer(d, &closer);
	return judge(d, proof, &closer, "does not exist beside the wildcard");
}

/* Returns the verified record at the name, by NSEC or NSEC3, or NULL. */
static struct denial_item *
item_at(struct denial *d, const struct dns_name *name)
{
	struct denial_item *item = denial_nsec_at(d, name);

	return item || !is_hashed(d) ? item : denial_nsec3_at(d, name);
}

enum denial_cut
denial_no_ds(struct denial *d, const struct dns_name *name, struct dnssec_verdict *why)
{
	struct denial_item *item = item_at(d, name);
	char text[DNS_NAME_TEXT_MAX];

	if (item && denial_lacks_type(item, name, DNS_TYPE_DS) && denial_is_delegation(item)) {
		*why = dnssec_verdict(DNS_INSECURE,
		    "the zone above proves that %s is not signed: it has no DS",
		    dns_name_text(name, text));
		why->ttl = d->ttl;
		return DENIAL_UNSIGNED;
	}
	*why = denial_no_type(d, name, DNS_TYPE_DS);
	if (why->security == DNS_SECURE)
		return DENIAL_NO_CUT;
	if (why->security == DNS_INSECURE)
		return DENIAL_UNSIGNED;
	if (denial_no_name(d, name).security != DNS_SECURE)
		return DENIAL_UNPROVED;
	why->ttl = d->ttl;
	return DENIAL_NO_NAME;
}

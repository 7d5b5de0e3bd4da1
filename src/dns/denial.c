/*
 * Authenticated denial of existence.
 *
 * Decides what an NSEC or NSEC3 record proves. It must be signed by the zone itself and be no
 * wildcard's child. A record of a delegation or of a DNAME says nothing about what is
 * below it, nor, when it is the parent's, about the child's types other than DS (RFC 6840 4.1);
 * a name whose successor lies below it exists without records (an empty non-terminal); "no such
 * name" also needs the wildcard at the closest encloser denied (RFC 4035 5.4, RFC 5155 8.4). An
 * NSEC3 with opt-out leaves room for unsigned delegations and proves insecure at best (RFC 5155
 * 6); more than 150 iterations, or more hashes than we grant one reply, count as unsigned.
 */
#include <stdio.h>
#include <string.h>

#include "util/wire.h"
#include "dns/denial.h"

enum {
	NSEC3_SHA1 = 1,
	NSEC3_OPT_OUT = 0x01,
	HASH_LABEL = 32, /* characters of base32hex for 20 octets */
};

/* What came out of looking for a proof. */
enum proof {
	PROOF_NONE,
	PROOF_HOLDS,
	PROOF_OPT_OUT, /* as far as signed names go */
	PROOF_COSTLY, /* we do not do the work */
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

/* True when the bitmap of the record has the type (RFC 4034 4.1.2). */
static bool
has_type(const struct denial_item *item, uint16_t type)
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

/* True for the record of a zone cut, made by the parent. */
static bool
is_delegation(const struct denial_item *item)
{
	return has_type(item, DNS_TYPE_NS) && !has_type(item, DNS_TYPE_SOA);
}

/* True when the record says nothing about names below its own (RFC 6840 4.1). */
static bool
is_blind_below(const struct denial_item *item)
{
	return is_delegation(item) || has_type(item, DNS_TYPE_DNAME);
}

/* True when the record is signed by the zone, and not expanded from a wildcard. */
static bool
holds(struct denial *d, struct denial_item *item)
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

/* True when the record at a name proves that the type is not there; the parent speaks for DS. */
static bool
lacks_type(const struct denial_item *item, const struct dns_name *name, uint16_t type)
{
	if (has_type(item, type) || has_type(item, DNS_TYPE_CNAME))
		return false;
	if (type == DNS_TYPE_DS)
		return !has_type(item, DNS_TYPE_SOA) || dns_name_is_root(name);
	return !is_delegation(item);
}

/* --- NSEC ------------------------------------------------------------------------- */

/* Returns the verified NSEC record at the name, or NULL. */
static struct denial_item *
nsec_at(struct denial *d, const struct dns_name *name)
{
	for (size_t i = 0; i < d->count; i++) {
		struct denial_item *item = &d->items[i];

		if (item->record->type == DNS_TYPE_NSEC &&
		    dns_name_equal(&item->record->owner, name) && holds(d, item))
			return item;
	}
	return NULL;
}

/* True when the name is strictly between owner and next; the last record leads to the apex. */
static bool
is_between(const struct denial *d, const struct denial_item *item, const struct dns_name *name)
{
	const struct dns_name *owner = &item->record->owner;

	if (!dns_name_below(name, &d->zone->apex) || dns_name_compare(owner, name) >= 0)
		return false;
	if (dns_name_equal(&item->next, &d->zone->apex))
		return true;
	return dns_name_compare(name, &item->next) < 0;
}

/* Returns the verified NSEC record that steps over the name, or NULL. */
static struct denial_item *
nsec_over(struct denial *d, const struct dns_name *name)
{
	for (size_t i = 0; i < d->count; i++) {
		struct denial_item *item = &d->items[i];

		if (item->record->type != DNS_TYPE_NSEC || !is_between(d, item, name))
			continue;
		if (dns_name_below(name, &item->record->owner) && is_blind_below(item))
			continue;
		if (holds(d, item))
			return item;
	}
	return NULL;
}

/* True when the name, which the record steps over, exists nevertheless: there are names below it. */
static bool
is_empty_nonterminal(const struct denial_item *over, const struct dns_name *name)
{
	return dns_name_below(&over->next, name);
}

/* Returns how many labels two names share at their ends. */
static unsigned
shared_labels(const struct dns_name *a, const struct dns_name *b)
{
	unsigned shared = dns_name_labels(a);
	struct dns_name end = *a;

	while (!dns_name_below(b, &end)) {
		end = dns_name_parent(&end);
		shared--;
	}
	return shared;
}

/*
 * Puts the wildcard at the closest encloser of the name into *wildcard: the longest ancestor
 * that the record that steps over the name shows to exist. False when the name is too long.
 */
static bool
nsec_wildcard(
    const struct denial_item *over, const struct dns_name *name, struct dns_name *wildcard)
{
	unsigned before = shared_labels(name, &over->record->owner);
	unsigned behind = shared_labels(name, &over->next);
	struct dns_name encloser = dns_name_ancestor(name, before > behind ? before : behind);

	return dns_name_prepend(wildcard, "*", &encloser);
}

/* Looks for a proof by NSEC that the name has no such type. */
static enum proof
nsec_no_type(struct denial *d, const struct dns_name *name, uint16_t type)
{
	struct denial_item *item = nsec_at(d, name);
	struct dns_name wildcard;

	if (item)
		return lacks_type(item, name, type) ? PROOF_HOLDS : PROOF_NONE;
	item = nsec_over(d, name);
	if (!item)
		return PROOF_NONE;
	if (is_empty_nonterminal(item, name))
		return PROOF_HOLDS;
	if (!nsec_wildcard(item, name, &wildcard))
		return PROOF_NONE;
	item = nsec_at(d, &wildcard);
	return item && lacks_type(item, &wildcard, type) ? PROOF_HOLDS : PROOF_NONE;
}

/* Looks for a proof by NSEC that the name does not exist. */
static enum proof
nsec_no_name(struct denial *d, const struct dns_name *name)
{
	struct denial_item *item = nsec_over(d, name);
	struct dns_name wildcard;

	if (!item || is_empty_nonterminal(item, name) || !nsec_wildcard(item, name, &wildcard))
		return PROOF_NONE;
	item = nsec_over(d, &wildcard);
	return item && !is_empty_nonterminal(item, &wildcard) ? PROOF_HOLDS : PROOF_NONE;
}

/* Looks for a proof by NSEC that the next closer name does not exist. */
static enum proof
nsec_no_closer(struct denial *d, const struct dns_name *closer)
{
	struct denial_item *item = nsec_over(d, closer);

	return item && !is_empty_nonterminal(item, closer) ? PROOF_HOLDS : PROOF_NONE;
}

/* --- NSEC3 ------------------------------------------------------------------------ */

/* Returns the hash of a name, or NULL when we have hashed enough for this reply. */
static const uint8_t *
hash_of(struct denial *d, const struct dns_name *name)
{
	struct denial_hash *slot = &d->hashes[d->hash_count];

	for (size_t i = 0; i < d->hash_count; i++) {
		if (dns_name_equal(&d->hashes[i].name, name))
			return d->hashes[i].hash;
	}
	if (d->hash_count == DNSSEC_HASHES_MAX || d->evidence->hashes >= DNSSEC_HASHES_MAX ||
	    !dnssec_nsec3_hash(name, d->iterations, d->salt, d->salt_length, slot->hash)) {
		d->hashing_failed = true;
		return NULL;
	}
	d->evidence->hashes++;
	d->hash_count++;
	slot->name = *name;
	return slot->hash;
}

/* Returns the verified NSEC3 record of the name, or NULL. */
static struct denial_item *
nsec3_at(struct denial *d, const struct dns_name *name)
{
	const uint8_t *hash = hash_of(d, name);

	for (size_t i = 0; hash && i < d->count; i++) {
		struct denial_item *item = &d->items[i];

		if (item->record->type == DNS_TYPE_NSEC3 &&
		    memcmp(item->owner_hash, hash, DNSSEC_HASH_SIZE) == 0 && holds(d, item))
			return item;
	}
	return NULL;
}

/* True when the hash is strictly between those of the record; the last one wraps around. */
static bool
is_hash_between(const struct denial_item *item, const uint8_t *hash)
{
	int behind_owner = memcmp(hash, item->owner_hash, DNSSEC_HASH_SIZE);
	int before_next = memcmp(item->next_hash, hash, DNSSEC_HASH_SIZE);

	if (memcmp(item->owner_hash, item->next_hash, DNSSEC_HASH_SIZE) < 0)
		return behind_owner > 0 && before_next > 0;
	return behind_owner != 0 && before_next != 0 && (behind_owner > 0 || before_next > 0);
}

/* Returns the verified NSEC3 record that steps over the name, or NULL. */
static struct denial_item *
nsec3_over(struct denial *d, const struct dns_name *name)
{
	const uint8_t *hash = hash_of(d, name);

	for (size_t i = 0; hash && i < d->count; i++) {
		struct denial_item *item = &d->items[i];

		if (item->record->type == DNS_TYPE_NSEC3 && is_hash_between(item, hash) &&
		    holds(d, item))
			return item;
	}
	return NULL;
}

/* The closest encloser of a name, and what steps over the next closer one (RFC 5155 8.3). */
struct encloser {
	struct dns_name name;
	struct denial_item *over;
};

/*
 * Finds the closest encloser, from the apex down: proved is one that exists and whose next
 * closer name does not. Each step costs one hash more.
 */
static bool
find_encloser(struct denial *d, const struct dns_name *name, struct encloser *encloser)
{
	unsigned all = dns_name_labels(name);

	for (unsigned n = dns_name_labels(&d->zone->apex); n < all; n++) {
		struct dns_name closer = dns_name_ancestor(name, n + 1);
		struct denial_item *at;

		encloser->name = dns_name_ancestor(name, n);
		at = nsec3_at(d, &encloser->name);
		if (!at)
			continue;
		encloser->over = nsec3_over(d, &closer);
		if (encloser->over)
			return !is_blind_below(at);
	}
	return false;
}

/* Looks for a proof by NSEC3 that the name, which is not hashed in the zone, has no such type. */
static enum proof
nsec3_no_type_by_encloser(struct denial *d, const struct dns_name *name, uint16_t type)
{
	struct encloser encloser;
	struct denial_item *item;
	struct dns_name wildcard;

	if (!find_encloser(d, name, &encloser))
		return PROOF_NONE;
	if (encloser.over->opt_out)
		return PROOF_OPT_OUT;
	if (!dns_name_prepend(&wildcard, "*", &encloser.name))
		return PROOF_NONE;
	item = nsec3_at(d, &wildcard);
	return item && lacks_type(item, &wildcard, type) ? PROOF_HOLDS : PROOF_NONE;
}

/* Looks for a proof by NSEC3 that the name has no such type. */
static enum proof
nsec3_no_type(struct denial *d, const struct dns_name *name, uint16_t type)
{
	struct denial_item *item = nsec3_at(d, name);

	if (item)
		return lacks_type(item, name, type) ? PROOF_HOLDS : PROOF_NONE;
	return nsec3_no_type_by_encloser(d, name, type);
}

/* Looks for a proof by NSEC3 that the name does not exist. */
static enum proof
nsec3_no_name(struct denial *d, const struct dns_name *name)
{
	struct encloser encloser;
	struct denial_item *item;
	struct dns_name wildcard;

	if (!find_encloser(d, name, &encloser) ||
	    !dns_name_prepend(&wildcard, "*", &encloser.name))
		return PROOF_NONE;
	item = nsec3_over(d, &wildcard);
	if (!item)
		return PROOF_NONE;
	return encloser.over->opt_out || item->opt_out ? PROOF_OPT_OUT : PROOF_HOLDS;
}

/* Looks for a proof by NSEC3 that the next closer name does not exist. */
static enum proof
nsec3_no_closer(struct denial *d, const struct dns_name *closer)
{
	struct denial_item *item = nsec3_over(d, closer);

	if (!item)
		return PROOF_NONE;
	return item->opt_out ? PROOF_OPT_OUT : PROOF_HOLDS;
}

/* --- verdicts ----------------------------------------------------------------------- */

/* Returns a verified NSEC3 record, when the reply has one, or NULL. */
static struct denial_item *
any_nsec3(struct denial *d)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->items[i].record->type == DNS_TYPE_NSEC3 && holds(d, &d->items[i]))
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
judge(struct denial *d, enum proof proof, const struct dns_name *name, const char *claim)
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
	enum proof proof = nsec_no_type(d, name, type);
	char text[12], claim[32];

	if (proof == PROOF_NONE && is_hashed(d))
		proof = nsec3_no_type(d, name, type);
	snprintf(claim, sizeof claim, "has no %s", dns_type_text(type, text));
	return judge(d, proof, name, claim);
}

struct dnssec_verdict
denial_no_name(struct denial *d, const struct dns_name *name)
{
	enum proof proof = nsec_no_name(d, name);

	if (proof == PROOF_NONE && is_hashed(d))
		proof = nsec3_no_name(d, name);
	return judge(d, proof, name, "does not exist");
}

struct dnssec_verdict
denial_no_closer(struct denial *d, const struct dns_name *name, unsigned labels)
{
	struct dns_name closer = dns_name_ancestor(name, labels + 1);
	enum proof proof = nsec_no_closer(d, &closer);

	if (proof == PROOF_NONE && is_hashed(d))
		proof = nsec3_no_closer(d, &closer);
	return judge(d, proof, &closer, "does not exist beside the wildcard");
}

/* Returns the verified record at the name, by NSEC or NSEC3, or NULL. */
static struct denial_item *
item_at(struct denial *d, const struct dns_name *name)
{
	struct denial_item *item = nsec_at(d, name);

	return item || !is_hashed(d) ? item : nsec3_at(d, name);
}

enum denial_cut
denial_no_ds(struct denial *d, const struct dns_name *name, struct dnssec_verdict *why)
{
	struct denial_item *item = item_at(d, name);
	char text[DNS_NAME_TEXT_MAX];

	if (item && lacks_type(item, name, DNS_TYPE_DS) && is_delegation(item)) {
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

/*
 * Proofs of what is not there.
 *
 * Decides which records of a zone's chain an answer takes along: the one that matches a name,
 * the one that covers it, the ones for its closest encloser and the wildcard there. NSEC3 is
 * used without salt and extra iterations, as RFC 9276 3.1 asks. Which names the chain has is
 * catalog.c's; that a proof is needed, authority.c's.
 */
#include <string.h>

#include "util/buf.h"

#include "lab/denier.h"

enum {
	TTL_NEGATIVE = 300, /* as the MINIMUM of the zones' SOA says (RFC 9077 3) */
	HASH_SHA1 = 1,
	OPT_OUT = 1,
	HASH_TEXT = 33, /* 20 octets in base 32, and the NUL */
};

/* One answer's proof under way. */
struct proof {
	const struct catalog *catalog;
	const struct catalog_zone *zone;
	const struct catalog_name *chain;
	size_t count;
	struct dns_records *to;
};

/* True when the zone's chain is one of NSEC3 records. */
static bool
is_hashed(const struct proof *proof)
{
	return zone_signer_denial(proof->zone->signer) != ZONE_DENIAL_NSEC;
}

/* Begins a proof; false when the zone makes none. */
static bool
begin(struct proof *proof, const struct catalog *catalog, const struct catalog_zone *zone,
    struct dns_records *to)
{
	if (zone_signer_denial(zone->signer) == ZONE_DENIAL_NONE)
		return false;
	*proof = (struct proof){ .catalog = catalog, .zone = zone, .to = to };
	proof->chain = catalog_chain(catalog, zone, &proof->count);
	return true;
}

/* Writes a hash in base 32 with extended hex alphabet, lower case (RFC 4648 7). */
static void
hash_text(const uint8_t hash[DNSSEC_HASH_SIZE], char out[HASH_TEXT])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (size_t i = 0; i < DNSSEC_HASH_SIZE; i++) {
		bits = bits << 8 | hash[i];
		for (held += 8; held >= 5; held -= 5)
			out[n++] = digits[bits >> (held - 5) & 31];
	}
	out[n] = '\0';
}

/* Appends a record, unless the list has it. */
static void
add_once(struct dns_records *to, struct dns_record *record, const struct buf *rdata)
{
	record->class = DNS_CLASS_IN;
	record->ttl = TTL_NEGATIVE;
	record->length = (uint16_t)rdata->length;
	record->rdata = (uint8_t *)rdata->data;
	if (!dnssec_has(to, &record->owner, record->type))
		dns_records_copy(to, record);
}

/* Appends the NSEC record of link number i (RFC 4034 4.1). */
static void
add_nsec(const struct proof *proof, size_t i)
{
	const struct dns_name *next = &proof->chain[(i + 1) % proof->count].name;
	struct dns_record record = { .owner = proof->chain[i].name, .type = DNS_TYPE_NSEC };
	struct buf rdata = BUF_INIT;

	buf_add(&rdata, next->wire, next->length);
	catalog_bitmap(proof->catalog, proof->zone, &proof->chain[i].name, &rdata);
	add_once(proof->to, &record, &rdata);
	buf_clear(&rdata);
}

/* Appends the NSEC3 record of link number i (RFC 5155 3.2). */
static void
add_nsec3(const struct proof *proof, size_t i)
{
	bool opt_out = zone_signer_denial(proof->zone->signer) == ZONE_DENIAL_OPT_OUT;
	const uint8_t fixed[] = { HASH_SHA1, opt_out ? OPT_OUT : 0, 0, 0, 0, DNSSEC_HASH_SIZE };
	struct dns_record record = { .type = DNS_TYPE_NSEC3 };
	struct buf rdata = BUF_INIT;
	char label[HASH_TEXT];

	hash_text(proof->chain[i].hash, label);
	dns_name_prepend(&record.owner, label, &proof->zone->apex);
	buf_add(&rdata, fixed, sizeof fixed);
	buf_add(&rdata, proof->chain[(i + 1) % proof->count].hash, DNSSEC_HASH_SIZE);
	catalog_bitmap(proof->catalog, proof->zone, &proof->chain[i].name, &rdata);
	add_once(proof->to, &record, &rdata);
	buf_clear(&rdata);
}

/* Appends the record of link number i. */
static void
add_link(const struct proof *proof, size_t i)
{
	if (is_hashed(proof))
		add_nsec3(proof, i);
	else
		add_nsec(proof, i);
}

/* Returns the link that matches the name, or else the one that covers it. */
static size_t
find_link(const struct proof *proof, const struct dns_name *name)
{
	uint8_t hash[DNSSEC_HASH_SIZE];
	size_t last = proof->count - 1; /* it covers what stands before the first link, too */

	if (is_hashed(proof) && !dnssec_nsec3_hash(name, 0, NULL, 0, hash))
		return last;
	for (size_t i = 0; i < proof->count; i++) {
		int order = is_hashed(proof) ? memcmp(proof->chain[i].hash, hash, sizeof hash)
					     : dns_name_compare(&proof->chain[i].name, name);

		if (order > 0)
			return i > 0 ? i - 1 : last;
	}
	return last;
}

/* Appends the record that matches or covers the name. */
static void
add_for(const struct proof *proof, const struct dns_name *name)
{
	add_link(proof, find_link(proof, name));
}

/* True when a link matches the name. */
static bool
is_matched(const struct proof *proof, const struct dns_name *name)
{
	return dns_name_equal(&proof->chain[find_link(proof, name)].name, name);
}

/* Returns the nearest name above that a link matches: the closest provable encloser. */
static struct dns_name
closest_encloser(const struct proof *proof, const struct dns_name *name)
{
	struct dns_name encloser = dns_name_parent(name);

	if (!is_hashed(proof))
		return catalog_encloser(proof->catalog, &encloser);
	while (!is_matched(proof, &encloser) && !dns_name_is_root(&encloser))
		encloser = dns_name_parent(&encloser);
	return encloser;
}

/* Appends that the encloser exists and the name does not, nor anything between (RFC 5155 7.2.1). */
static void
add_encloser_proof(
    const struct proof *proof, const struct dns_name *name, const struct dns_name *encloser)
{
	struct dns_name closer = dns_name_ancestor(name, dns_name_labels(encloser) + 1);

	if (is_hashed(proof))
		add_for(proof, encloser);
	add_for(proof, is_hashed(proof) ? &closer : name);
}

void
denier_no_type(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to)
{
	struct dns_name encloser;
	struct proof proof;

	if (!begin(&proof, catalog, zone, to))
		return;
	if (!is_hashed(&proof) || is_matched(&proof, name)) {
		add_for(&proof, name);
		return;
	}
	/* an unsigned delegation that opt-out left out (RFC 5155 7.2.4) */
	encloser = closest_encloser(&proof, name);
	add_encloser_proof(&proof, name, &encloser);
}

void
denier_no_name(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to)
{
	struct dns_name encloser, wildcard;
	struct proof proof;

	if (!begin(&proof, catalog, zone, to))
		return;
	encloser = closest_encloser(&proof, name);
	add_encloser_proof(&proof, name, &encloser);
	if (dns_name_prepend(&wildcard, "*", &encloser))
		add_for(&proof, &wildcard);
}

void
denier_no_closer(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to)
{
	struct dns_name encloser, closer;
	struct proof proof;

	if (!begin(&proof, catalog, zone, to))
		return;
	encloser = closest_encloser(&proof, name);
	closer = dns_name_ancestor(name, dns_name_labels(&encloser) + 1);
	add_for(&proof, is_hashed(&proof) ? &closer : name);
}

void
denier_forgery(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to)
{
	struct proof proof;

	if (begin(&proof, catalog, zone, to))
		add_link(&proof, (find_link(&proof, name) + 1) % proof.count);
}

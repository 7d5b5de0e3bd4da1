/*
 * What NSEC3 records prove (RFC 5155 8).
 *
 * Decides which record is that of a name, or steps over its hash, where the closest encloser is, and what
 * opt-out leaves of a proof. Hashes are counted: those of one reply are kept, and more than we grant are
 * not computed.
 */
#include <string.h>

#include "dns/denial_parts.h"

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

struct denial_item *
denial_nsec3_at(struct denial *d, const struct dns_name *name)
{
	const uint8_t *hash = hash_of(d, name);

	for (size_t i = 0; hash && i < d->count; i++) {
		struct denial_item *item = &d->items[i];

		if (item->record->type == DNS_TYPE_NSEC3 &&
		    memcmp(item->owner_hash, hash, DNSSEC_HASH_SIZE) == 0 &&
		    denial_holds(d, item))
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
		    denial_holds(d, item))
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
		at = denial_nsec3_at(d, &encloser->name);
		if (!at)
			continue;
		encloser->over = nsec3_over(d, &closer);
		if (encloser->over)
			return !denial_is_blind_below(at);
	}
	return false;
}

/* Looks for a proof by NSEC3 that the name, which is not hashed in the zone, has no such type. */
static enum denial_proof
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
	item = denial_nsec3_at(d, &wildcard);
	return item && denial_lacks_type(item, &wildcard, type) ? PROOF_HOLDS : PROOF_NONE;
}

enum denial_proof
denial_nsec3_no_type(struct denial *d, const struct dns_name *name, uint16_t type)
{
	struct denial_item *item = denial_nsec3_at(d, name);

	if (item)
		return denial_lacks_type(item, name, type) ? PROOF_HOLDS : PROOF_NONE;
	return nsec3_no_type_by_encloser(d, name, type);
}

enum denial_proof
denial_nsec3_no_name(struct denial *d, const struct dns_name *name)
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

enum denial_proof
denial_nsec3_no_closer(struct denial *d, const struct dns_name *closer)
{
	struct denial_item *item = nsec3_over(d, closer);

	if (!item)
		return PROOF_NONE;
	return item->opt_out ? PROOF_OPT_OUT : PROOF_HOLDS;
}

/*
 * Authenticated denial of existence: what the NSEC (RFC 4034 4, 4035 5.4) and NSEC3 (RFC 5155 8)
 * records of a reply prove about a name. Every proof is our own: records count only after their
 * signature held, and only for what RFC 6840 4 leaves to them.
 */
#ifndef DNS_DENIAL_H
#define DNS_DENIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/dnssec.h"

enum {
	DENIAL_ITEMS_MAX = 24, /* NSEC and NSEC3 records looked at in one reply */
};

/* One NSEC or NSEC3 record: its fields point into the evidence. */
struct denial_item {
	const struct dns_record *record;
	struct dns_name next; /* NSEC */
	uint8_t owner_hash[DNSSEC_HASH_SIZE], next_hash[DNSSEC_HASH_SIZE]; /* NSEC3 */
	bool opt_out;
	const uint8_t *bitmap;
	size_t bitmap_length;
	enum {
		DENIAL_UNCHECKED,
		DENIAL_HOLDS,
		DENIAL_FAILS
	} state;
};

/* A name hashed before. */
struct denial_hash {
	struct dns_name name;
	uint8_t hash[DNSSEC_HASH_SIZE];
};

/* The denials of one zone in one reply. It owns nothing: evidence and zone outlive it. */
struct denial {
	struct dnssec_evidence *evidence;
	const struct dnssec_zone *zone;
	struct denial_item items[DENIAL_ITEMS_MAX];
	size_t count;
	uint16_t iterations; /* of the zone's NSEC3 chain */
	uint8_t salt_length;
	const uint8_t *salt;
	bool hashing_failed; /* more hashes were needed than we compute */
	struct denial_hash hashes[DNSSEC_HASHES_MAX];
	size_t hash_count;
	uint32_t ttl; /* the smallest of what was verified */
	struct dnssec_verdict
	    failed; /* on the first record that does not hold; else no reason */
};

/* Gathers the records that could deny something for the zone; verifies none of them yet. */
void denial_init(
    struct denial *denial, struct dnssec_evidence *evidence, const struct dnssec_zone *zone);

/*
 * SECURE when it is proved that the name, which may exist or not, has no record of the type, nor
 * a CNAME. INSECURE when the proof leaves room for unsigned names (opt-out) or would cost too
 * much work; else BOGUS with the reason.
 */
struct dnssec_verdict denial_no_type(
    struct denial *denial, const struct dns_name *name, uint16_t type);

/* SECURE when it is proved that the name does not exist, and no wildcard stands in for it. */
struct dnssec_verdict denial_no_name(struct denial *denial, const struct dns_name *name);

/*
 * SECURE when a wildcard whose signature counted so many labels was rightly expanded to the
 * name: no closer name exists (RFC 4035 5.3.4, RFC 5155 8.8).
 */
struct dnssec_verdict denial_no_closer(
    struct denial *denial, const struct dns_name *name, unsigned labels);

/* What a reply without DS says about the place where a zone could begin. */
enum denial_cut {
	DENIAL_NO_CUT, /* the name belongs to the zone above */
	DENIAL_NO_NAME, /* so does all that could be below it, for the name does not exist */
	DENIAL_UNSIGNED, /* a zone begins here that is not signed */
	DENIAL_UNPROVED, /* the reply proves nothing */
};

/* Says which; with DENIAL_UNSIGNED and DENIAL_UNPROVED, *why tells. */
enum denial_cut denial_no_ds(
    struct denial *denial, const struct dns_name *name, struct dnssec_verdict *why);

#endif

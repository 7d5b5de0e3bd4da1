/*
 * Zones signed by ldns for the tests, and replies made of pieces of them.
 */
#ifndef TESTS_DNSSEC_SIGNER_H
#define TESTS_DNSSEC_SIGNER_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/record.h"

/* The wall time of all tests: 2027-01-15T08:00:00Z. */
#define TEST_TIME INT64_C(1800000000)

enum {
	TEST_ED25519 = 15,
};

/* How a zone is to be signed; zero means Ed25519, NSEC, valid from an hour ago for a day. */
struct signing {
	const char *origin, *text;
	unsigned algorithm, bits;
	bool nsec3, opt_out;
	unsigned iterations;
	int64_t inception, expiration;
	bool unsigned_zone; /* the records as they stand */
};

struct signed_zone {
	struct dns_name apex;
	struct dns_records records; /* everything, RRSIGs and denials too */
	struct dns_records ds; /* for the zone above: one DS with SHA-256 */
};

/* Returns the name; the text must be one. */
struct dns_name named(const char *text);

/* Makes a new key and signs the zone; clear it with signed_zone_clear(). */
void sign_zone(struct signed_zone *zone, const struct signing *how);
void signed_zone_clear(struct signed_zone *zone);

/* Appends copies of the RRset and its RRSIGs to the reply. Returns how many records it had. */
size_t give(struct dns_records *reply, const struct signed_zone *zone, const char *owner,
    uint16_t type);

/* Appends copies of all NSEC and NSEC3 records and their RRSIGs. */
void give_denials(struct dns_records *reply, const struct signed_zone *zone);

/* Appends copies of all of the zone's DNSKEY records to keys. */
void give_keys(struct dns_records *keys, const struct signed_zone *zone);

#endif

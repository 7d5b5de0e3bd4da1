/*
 * Signatures of the DNS (RFC 4033-4035), one RRset at a time: is it signed by this zone, at this
 * time, with keys that we trust? Which keys are a zone's is dnssec_keys.h's, the chain from the root
 * to the zone chain.h's, what a zone denies denial.h's.
 *
 * crypto.h computes; every rule about who may sign what, and every limit on work that a hostile
 * zone could ask of us (KeyTrap, CVE-2023-50387; NSEC3, CVE-2023-50868), is decided here.
 */
#ifndef DNS_DNSSEC_H
#define DNS_DNSSEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/record.h"
#include "dns/result.h"

enum {
	DNSSEC_REASON_MAX = 320,
	DNSSEC_CHECKS_MAX = 8, /* signatures tried for one RRset */
	DNSSEC_TWINS_MAX = 2, /* keys tried for one signature: they share tag and algorithm */
	DNSSEC_WORK_MAX = 32, /* signatures tried for one reply */
	DNSSEC_HASHES_MAX = 16, /* NSEC3 hashes for one reply */
	DNSSEC_ITERATIONS_MAX = 150, /* of NSEC3; more counts as unsigned (RFC 9276 3.2) */
	DNSSEC_HASH_SIZE = 20, /* SHA-1, the only NSEC3 hash */
};

/* A signature as people want to see it: by which key, and from when to when it is valid. */
struct dnssec_seal {
	uint8_t algorithm; /* 0 = there is no signature */
	uint16_t tag;
	int64_t inception, expiration; /* seconds since 1970 */
};

/* A verdict, and why: one sentence, "" when it is secure. */
struct dnssec_verdict {
	enum dns_security security;
	uint32_t ttl; /* seconds that it may be kept, at most DNS_TTL_MAX */
	struct dnssec_seal seal; /* the signature that held, or the one that came furthest */
	char reason[DNSSEC_REASON_MAX];
};

/*
 * What there is to judge: the records of a reply in any order, with their RRSIGs, at this wall
 * time (seconds since 1970), and the work spent on it so far.
 */
struct dnssec_evidence {
	const struct dns_records *records;
	int64_t time;
	unsigned checks, hashes;
};

/* A zone that we trust: its apex, and its DNSKEY records. */
struct dnssec_zone {
	struct dns_name apex;
	struct dns_records keys;
};

/* Frees the keys. */
void dnssec_zone_clear(struct dnssec_zone *zone);

/* Returns a verdict with this reason, as printf writes it; ttl is 0. */
struct dnssec_verdict dnssec_verdict(enum dns_security security, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Says whether the RRset of this owner and type in the evidence is signed by the zone: SECURE, or
 * BOGUS with the reason (RFC 4035 5.3). When it is secure, *labels is the number of labels that
 * were signed: less than dnssec_labels(owner) means that a wildcard made the answer, and
 * that the owner itself must be denied (denial_no_closer()).
 */
struct dnssec_verdict dnssec_verify(struct dnssec_evidence *evidence,
    const struct dns_name *owner, uint16_t type, const struct dnssec_zone *zone,
    unsigned *labels);

/* True when the record is of class IN, and of this owner and type. */
bool dnssec_is_of(const struct dns_record *record, const struct dns_name *owner, uint16_t type);

/* True for a key that may sign a zone's data, and is not revoked (RFC 4034 2.1, RFC 5011 7). */
bool dnssec_is_zone_key(const struct dns_record *key);

/* True for an algorithm whose signatures can be verified here. */
bool dnssec_knows_algorithm(uint8_t algorithm);

/* The labels of a name as an RRSIG counts them: without a leading asterisk (RFC 4034 3.1.3). */
unsigned dnssec_labels(const struct dns_name *name);

/* True when the list has a record of this owner and type. */
bool dnssec_has(const struct dns_records *records, const struct dns_name *owner, uint16_t type);

/*
 * Takes the signer and the type covered of an RRSIG; false for other records, and for one whose
 * rdata does not hold.
 */
bool dnssec_signer(const struct dns_record *record, uint16_t *covered, struct dns_name *signer);

/*
 * Hashes a name as NSEC3 does (RFC 5155 5), with SHA-1. The caller has limited the iterations.
 * Returns false when that failed.
 */
bool dnssec_nsec3_hash(const struct dns_name *name, uint16_t iterations, const uint8_t *salt,
    uint8_t salt_length, uint8_t hash[DNSSEC_HASH_SIZE]);

/* The key tag of DNSKEY rdata (RFC 4034 B), 0 when it is too short. */
uint16_t dnssec_key_tag(const struct dns_record *key);

/* Returns "ED25519", or "algorithm 99" in out. */
const char *dnssec_algorithm_text(uint8_t algorithm, char out[16]);

#endif

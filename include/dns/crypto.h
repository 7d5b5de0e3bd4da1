/*
 * What DNSSEC computes: canonical form, signatures, digests and hashes. This is the third of the doors to ldns;
 * it knows no rule about who may sign what, which are dnssec.h's.
 */
#ifndef DNS_CRYPTO_H
#define DNS_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/record.h"

enum {
	CRYPTO_SHA1_SIZE = 20,
};

/* An RRset in canonical form, without duplicates (RFC 4034 6, RFC 2181 5). */
struct crypto_set;

/*
 * Gathers the RRset of this owner and type, of class IN; *ttl is the smallest of its records. NULL when one
 * of them does not have the shape of its type. Free it with crypto_set_free() (NULL is fine).
 */
struct crypto_set *crypto_set_new(const struct dns_records *records,
    const struct dns_name *owner, uint16_t type, uint32_t *ttl);
void crypto_set_free(struct crypto_set *set);

/*
 * True when the signature, an RRSIG record, was made over the set with this DNSKEY record, and its
 * dates hold at this time (seconds since 1970).
 */
bool crypto_holds(const struct crypto_set *set, const struct dns_record *signature,
    const struct dns_record *key, int64_t time);

/* True for a digest type of DS records that can be computed (RFC 4034 5.1.3). */
bool crypto_knows_digest(uint8_t digest);

/* True when the digest of the DS record is that of the DNSKEY record (RFC 4034 5.1.4). */
bool crypto_digest_matches(const struct dns_record *ds, const struct dns_record *key);

/* Computes SHA-1 of n octets; false when that failed. */
bool crypto_sha1(const uint8_t *octets, size_t n, uint8_t out[CRYPTO_SHA1_SIZE]);

#endif

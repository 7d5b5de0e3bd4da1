/*
 * Proofs within one zone: RRsets, with the wildcards that made them, and aliases.
 */
#ifndef DNS_PROOF_H
#define DNS_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/dnssec.h"

/*
 * Verifies an RRset, and where a wildcard made it, that no closer name exists: SECURE, BOGUS, or
 * INSECURE by NSEC3 opt-out.
 */
struct dnssec_verdict dns_proof_set(struct dnssec_evidence *evidence,
    const struct dns_name *owner, uint16_t type, const struct dnssec_zone *zone);

/*
 * Verifies an alias: a CNAME that is signed itself, or else the DNAME that it was made from.
 * target may be NULL: then it does not matter where it leads.
 */
struct dnssec_verdict dns_proof_alias(struct dnssec_evidence *evidence,
    const struct dns_name *owner, const struct dns_name *target,
    const struct dnssec_zone *zone);

/* True when there is a signature, of whomever, over the RRset of this owner and type. */
bool dns_proof_is_signed(
    const struct dns_records *records, const struct dns_name *owner, uint16_t type);

#endif

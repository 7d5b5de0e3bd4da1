/*
 * The keys of a zone, and what vouches for them: DS records, or trust anchors.
 */
#ifndef DNS_DNSSEC_KEYS_H
#define DNS_DNSSEC_KEYS_H

#include "dns/dnssec.h"

/*
 * Says whether the DNSKEY RRset of zone->apex in the evidence is signed by a key that one of the
 * trusted records vouches for: DS or DNSKEY records of this owner (RFC 4035 5.2). SECURE puts
 * the keys into the zone. INSECURE: no trusted record has an algorithm and a digest that
 * we know. BOGUS otherwise.
 */
struct dnssec_verdict dnssec_zone_enter(struct dnssec_zone *zone,
    struct dnssec_evidence *evidence, const struct dns_records *trusted);

/* True when a DNSKEY of the evidence is one that a trusted record of the owner vouches for. */
bool dnssec_has_trusted_key(const struct dns_records *records, const struct dns_name *apex,
    const struct dns_records *trusted);

#endif

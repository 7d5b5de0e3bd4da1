/*
 * The structural walk over a packet: where each record begins and ends, whether its names hold,
 * and whether its rdata has the shape of its type. Reads wire form only; nothing is copied.
 *
 * message.c lets nothing further before this walk has passed; zone.c and lookup.c use the table
 * of shapes for rdata that is uncompressed already.
 */
#ifndef DNS_WALK_H
#define DNS_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

enum {
	DNS_HEADER_SIZE = 12
};

/* One record within a packet: offsets count from the start of the packet. */
struct dns_walk_record {
	uint16_t type, class;
	uint32_t ttl; /* as it stands there */
	size_t start; /* of the owner */
	size_t rdata, end; /* rdata occupies rdata .. end - 1 */
};

/*
 * Reads the possibly compressed name at offset `at`, whose own octets must end within `limit`.
 * Pointers lead strictly backwards, behind the header, at most 127 of them (RFC 9267 2).
 * Returns the offset behind the name, or 0 when it does not hold. name may be NULL.
 */
size_t dns_walk_name(const uint8_t *wire, size_t limit, size_t at, struct dns_name *name);

/*
 * Reads the frame of the record at offset `at` of a packet of n octets: owner, numbers,
 * RDLENGTH. Returns NULL, or a static sentence that names the fault.
 */
const char *dns_walk_record(
    struct dns_walk_record *record, const uint8_t *wire, size_t n, size_t at);

/* True for a type whose shape is known: others are kept as opaque octets (RFC 3597). */
bool dns_rdata_is_known(uint16_t type);

/* True for a type of known shape in whose rdata a name stands, compressed perhaps. */
bool dns_rdata_has_names(uint16_t type);

/*
 * Compares the rdata at wire[at .. end - 1] with the shape of its type, which it must fill
 * exactly. Returns NULL, also for an unknown type, or a static sentence.
 */
const char *dns_rdata_check(uint16_t type, const uint8_t *wire, size_t at, size_t end);

/*
 * Lower-cases, in place, the names inside n octets of uncompressed rdata that passed
 * dns_rdata_check().
 */
void dns_rdata_lower(uint16_t type, uint8_t *rdata, size_t n);

#endif

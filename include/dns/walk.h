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
	DNS_HEADER_SIZE = 12,
	DNS_RECORD_MIN = 11, /* octets of a record: the root, numbers, no rdata */
	DNS_RDATA_NAMES_MAX =
	    2 * 255, /* octets of all names in a record's data: a SOA has two */
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
 * RDLENGTH. Returns NULL, or a static sentence that names the fault. owner may be NULL.
 */
const char *dns_walk_record(struct dns_walk_record *record, const uint8_t *wire, size_t n,
    size_t at, struct dns_name *owner);

/* The sections of records, in their order. */
enum dns_section {
	DNS_SECTION_ANSWER,
	DNS_SECTION_AUTHORITY,
	DNS_SECTION_ADDITIONAL,
	DNS_SECTION_END, /* there is no further record */
};

/* How far a walk over a whole packet is. */
struct dns_walk {
	const uint8_t *wire;
	size_t n, at;
	enum dns_section section;
	unsigned left[DNS_SECTION_END]; /* records of each section, by the header */
	bool opt_seen;
};

/*
 * Starts a walk: header and question. Then, section by section, there is a record to go to while
 * dns_walk_section() is not DNS_SECTION_END, and dns_walk_next() goes there and checks all of it;
 * dns_walk_end() says whether the packet ends with the last one. All return NULL, or a static
 * sentence that names the fault, after which there is nothing more to walk. The names may be NULL.
 */
const char *dns_walk_start(
    struct dns_walk *w, const uint8_t *wire, size_t n, struct dns_name *question);
enum dns_section dns_walk_section(struct dns_walk *w);
const char *dns_walk_next(
    struct dns_walk *w, struct dns_walk_record *record, struct dns_name *owner);
const char *dns_walk_end(const struct dns_walk *w);

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
 * Writes the rdata at wire[at .. end - 1], of a type of known shape, at out with its names
 * uncompressed. There is room for DNS_RDATA_NAMES_MAX octets more than it has. Returns those that
 * were written, or 0 when it does not have the shape of its type.
 */
size_t dns_rdata_expand(
    uint16_t type, const uint8_t *wire, size_t at, size_t end, uint8_t *out);

/*
 * Lower-cases, in place, the names inside n octets of uncompressed rdata that passed
 * dns_rdata_check().
 */
void dns_rdata_lower(uint16_t type, uint8_t *rdata, size_t n);

#endif

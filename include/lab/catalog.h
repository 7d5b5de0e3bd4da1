/*
 * What the laboratory's DNS holds: records by name in the canonical order of RFC 4034 6.1, and
 * the zones that they lie in. Pure but for the keys of the zones.
 */
#ifndef LAB_CATALOG_H
#define LAB_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/dnssec.h"
#include "dns/name.h"
#include "dns/record.h"
#include "lab/zone_signer.h"
#include "util/buf.h"

/* A name that a zone's NSEC or NSEC3 chain goes through. */
struct catalog_name {
	struct dns_name name;
	uint8_t hash[DNSSEC_HASH_SIZE]; /* of NSEC3, without salt and extra iterations */
};

/* A zone: all names at and below its apex, down to the zones below it. */
struct catalog_zone {
	struct dns_name apex;
	struct zone_signer *signer;
	struct catalog_name *chain; /* see catalog_chain() */
	size_t count, capacity;
};

/* What there is under one name: `count` records from number `first` on. */
struct catalog_node {
	size_t first, count;
	bool exists; /* it has records, or a name below it has */
};

struct catalog;

/* An empty catalog. Free it with catalog_free() (NULL is fine). */
struct catalog *catalog_new(void);
void catalog_free(struct catalog *catalog);

/* Adds copies of the records. Those of a name stay in the order in which they were added. */
void catalog_add(struct catalog *catalog, const struct dns_records *records);

/*
 * Makes a zone of the name and what is below; once for each name. SOA and NS records that it lacks
 * are made when the catalog is sealed. A name that has a SOA record and was not made a zone is an
 * unsigned one.
 */
void catalog_add_zone(
    struct catalog *catalog, const struct dns_name *apex, enum lab_signing signing);

/* Sorts what was added: call it once, before any question. */
void catalog_seal(struct catalog *catalog);

/* Finds what there is under the name. */
struct catalog_node catalog_find(const struct catalog *catalog, const struct dns_name *name);

/* The name, or the nearest one above it, that exists; the root always counts. */
struct dns_name catalog_encloser(const struct catalog *catalog, const struct dns_name *name);

/* Finds the wildcard that speaks for a name that does not exist, and its name. */
struct catalog_node catalog_wildcard(
    const struct catalog *catalog, const struct dns_name *name, struct dns_name *wildcard);

/* Returns the first record of the type in the node, or NULL. */
const struct dns_record *catalog_first(
    const struct catalog *catalog, const struct catalog_node *node, uint16_t type);

/* Returns record number i of a node. */
const struct dns_record *catalog_record(
    const struct catalog *catalog, const struct catalog_node *node, size_t i);

/*
 * Returns the zone that holds records of the type at the name - for DS the one above a cut
 * (RFC 4035 3.1.4.1) -, or NULL when the catalog has no zone there.
 */
const struct catalog_zone *catalog_zone(
    const struct catalog *catalog, const struct dns_name *name, uint16_t type);

/* Returns the zone with this apex, or NULL. */
const struct catalog_zone *catalog_zone_at(
    const struct catalog *catalog, const struct dns_name *apex);

/*
 * Returns the chain of a zone that proves what is not there, one name of it at least: in
 * canonical order for NSEC, by hash for NSEC3. It is linked at the first call, and lives as
 * long as the catalog.
 */
const struct catalog_name *catalog_chain(
    const struct catalog *catalog, const struct catalog_zone *zone, size_t *count);

/* Appends the type bitmap (RFC 4034 4.1.2) of what a zone holds at a name, for NSEC or NSEC3. */
void catalog_bitmap(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct buf *out);

#endif

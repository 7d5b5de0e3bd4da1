/*
 * Proofs of what is not there, made from the catalog of the laboratory: the NSEC records
 * (RFC 4035 3.1.3) or NSEC3 records (RFC 5155 7.2) that belong to an answer. Nothing for zones
 * that are not signed. Signing them is the caller's.
 */
#ifndef LAB_DENIER_H
#define LAB_DENIER_H

#include "lab/catalog.h"

/* Appends the proof that the name exists, but has no record of the type asked for. */
void denier_no_type(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to);

/*
 * Appends the proof that the name does not exist, and what there is at the wildcard that would
 * speak for it: nothing, or other types.
 */
void denier_no_name(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to);

/* Appends the proof that a wildcard rightly speaks for the name: no closer one exists. */
void denier_no_closer(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to);

/*
 * Appends what proves nothing about the name: the NSEC or NSEC3 record of another one, as a
 * forger would replay it who cannot sign.
 */
void denier_forgery(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to);

#endif

/*
 * The parts of dns/denial, for each other only: what a record of either kind says (denial.c), and
 * what those of one kind prove together (denial_nsec.c, denial_nsec3.c).
 */
#ifndef DNS_DENIAL_PARTS_H
#define DNS_DENIAL_PARTS_H

#include "dns/denial.h"

/* What came out of looking for a proof. */
enum denial_proof {
	PROOF_NONE,
	PROOF_HOLDS,
	PROOF_OPT_OUT, /* as far as signed names go */
	PROOF_COSTLY, /* we do not do the work */
};

/* --- one record (denial.c) ------------------------------------------------------- */

/* True when the bitmap of the record has the type (RFC 4034 4.1.2). */
bool denial_has_type(const struct denial_item *item, uint16_t type);

/* True for the record of a zone cut, made by the parent. */
bool denial_is_delegation(const struct denial_item *item);

/* True when the record says nothing about names below its own (RFC 6840 4.1). */
bool denial_is_blind_below(const struct denial_item *item);

/* True when the record is signed by the zone, and not expanded from a wildcard. */
bool denial_holds(struct denial *d, struct denial_item *item);

/* True when the record at a name proves that the type is not there; the parent speaks for DS. */
bool denial_lacks_type(
    const struct denial_item *item, const struct dns_name *name, uint16_t type);

/* --- NSEC (denial_nsec.c) ---------------------------------------------------------- */

/* Returns the verified NSEC record at the name, or NULL. */
struct denial_item *denial_nsec_at(struct denial *d, const struct dns_name *name);

/* Looks for a proof by NSEC that the name has no such type. */
enum denial_proof denial_nsec_no_type(
    struct denial *d, const struct dns_name *name, uint16_t type);

/* Looks for a proof by NSEC that the name does not exist. */
enum denial_proof denial_nsec_no_name(struct denial *d, const struct dns_name *name);

/* Looks for a proof by NSEC that the next closer name does not exist. */
enum denial_proof denial_nsec_no_closer(struct denial *d, const struct dns_name *closer);

/* --- NSEC3 (denial_nsec3.c): only where hashes may be computed --------------------- */

/* Returns the verified NSEC3 record of the name, or NULL. */
struct denial_item *denial_nsec3_at(struct denial *d, const struct dns_name *name);

/* Looks for a proof by NSEC3 that the name has no such type. */
enum denial_proof denial_nsec3_no_type(
    struct denial *d, const struct dns_name *name, uint16_t type);

/* Looks for a proof by NSEC3 that the name does not exist. */
enum denial_proof denial_nsec3_no_name(struct denial *d, const struct dns_name *name);

/* Looks for a proof by NSEC3 that the next closer name does not exist. */
enum denial_proof denial_nsec3_no_closer(struct denial *d, const struct dns_name *closer);

#endif

/*
 * How a zone of the laboratory is signed, or wrongly signed (RFC 4033-4035). The signatures are
 * made when an answer needs them, and so is the key: a start of the program costs nothing.
 * This is the third of the doors to OpenSSL: it makes what dns/dnssec judges, and shares no
 * line with it.
 */
#ifndef LAB_ZONE_SIGNER_H
#define LAB_ZONE_SIGNER_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/record.h"
#include "util/names.h"

/* How a zone is signed, or what is wrong with it. */
#define LAB_SIGNINGS(X) \
	X(LAB_SIGNED, "secure", "signed; NSEC records prove what is not there") \
	X(LAB_SIGNED_NSEC3, "nsec3", "signed; NSEC3 records prove what is not there") \
	X(LAB_SIGNED_OPT_OUT, "opt-out", \
	    "signed; its NSEC3 records leave unsigned delegations out") \
	X(LAB_UNSIGNED, "unsigned", "not signed, and the zone above proves that") \
	X(LAB_UNKNOWN_ALGORITHM, "unknown-algorithm", \
	    "signed in a way that nobody knows, which counts as unsigned") \
	X(LAB_EXPIRED, "expired", "its signatures ended yesterday") \
	X(LAB_NOT_YET_VALID, "not-yet-valid", "its signatures begin tomorrow") \
	X(LAB_WRONG_KEY, "wrong-key", "signed with a key that it does not publish") \
	X(LAB_DS_MISMATCH, "ds-mismatch", "the zone above vouches for another key")
NAMES_DECLARE(lab_signing, LAB_SIGNINGS)

struct zone_signer;

/* A signer for the zone. Free it with zone_signer_free() (NULL is fine). */
struct zone_signer *zone_signer_new(const struct dns_name *apex, enum lab_signing signing);
void zone_signer_free(struct zone_signer *signer);

/* True when the zone has keys, and signatures. */
bool zone_signer_signs(const struct zone_signer *signer);

/* How the zone proves what is not there; nothing for a zone that is not signed. */
enum zone_denial {
	ZONE_DENIAL_NONE,
	ZONE_DENIAL_NSEC,
	ZONE_DENIAL_NSEC3,
	ZONE_DENIAL_OPT_OUT
};
enum zone_denial zone_signer_denial(const struct zone_signer *signer);

/* Appends the zone's DNSKEY record (RFC 4034 2). */
void zone_signer_keys(struct zone_signer *signer, struct dns_records *to);

/* Appends the DS record by which the zone above vouches for it (RFC 4034 5). */
void zone_signer_ds(struct zone_signer *signer, struct dns_records *to);

/*
 * Appends the signature over an RRset, records first .. count - 1 of *to, at this wall time
 * (seconds since 1970). signed_owner is the owner that is signed, the wildcard's where one made
 * the set. Where OpenSSL fails there is no signature, which the client sees and tells.
 */
void zone_signer_sign(struct zone_signer *signer, struct dns_records *to, size_t first,
    const struct dns_name *signed_owner, int64_t time);

#endif

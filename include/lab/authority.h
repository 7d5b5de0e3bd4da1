/*
 * The laboratory's name space, and what a recursive server would answer from it. No socket, no
 * clock.
 *
 * A question is answered as RFC 1034 4.3.2 says - the name itself, an alias followed through
 * the whole name space, a wildcard (RFC 4592), or "no such data" / "no such name" with the SOA
 * of the zone around (RFC 2308) - so that nobody has to follow delegations. The zones are signed
 * as each of them says, and those who ask with DO get signatures and proofs (RFC 4035 3.1).
 * Faults are data beside the zone text; they say which questions go wrong, and how.
 */
#ifndef LAB_AUTHORITY_H
#define LAB_AUTHORITY_H

#include "dns/message.h"
#include "dns/record.h"
#include "lab/zone_signer.h"
#include "util/names.h"

enum {
	LAB_ALIAS_MAX = 8, /* links of a CNAME chain that one answer follows */
};

/* What goes wrong with the answer to a question. */
#define LAB_FAULTS(X) \
	X(LAB_FAULT_SERVFAIL, "servfail", "answered with SERVFAIL") \
	X(LAB_FAULT_REFUSED, "refused", "answered with REFUSED") \
	X(LAB_FAULT_DROP, "drop", "never answered") \
	X(LAB_FAULT_DELAY, "delay", "answered late") \
	X(LAB_FAULT_TRUNCATE, "truncate", "truncated over UDP, whole over TCP") \
	X(LAB_FAULT_MALFORMED, "malformed", "answered with a message that ends too early") \
	X(LAB_FAULT_STRIPPED, "stripped", "answered without signatures and proofs") \
	X(LAB_FAULT_ALTERED, "altered", "answered with data changed after they were signed") \
	X(LAB_FAULT_DENIED, "denied", "answered as if there were nothing, with a false proof") \
	X(LAB_FAULT_SMUGGLED, "smuggled", \
	    "answered with a record hidden in another one's data") \
	X(LAB_FAULT_POINTERS, "pointers", "answered with a name that points to itself") \
	X(LAB_FAULT_SHORT, "short", "answered with an address of no octets") \
	X(LAB_FAULT_STRINGS, "strings", "answered with a TXT record of very many strings") \
	X(LAB_FAULT_FORGED, "forged", "answered after three replies with other ids")
NAMES_DECLARE(lab_fault_kind, LAB_FAULTS)

/* One fault: which question it strikes. */
struct lab_fault {
	enum lab_fault_kind kind;
	struct dns_name name;
	uint16_t type; /* DNS_TYPE_ANY = whatever the type */
	unsigned delay_ms; /* for LAB_FAULT_DELAY */
};

struct authority;

/* A name space with nothing in it. Free it with authority_free() (NULL is fine). */
struct authority *authority_new(void);
void authority_free(struct authority *authority);

/* Adds copies of the records. Answers come in the order in which records were added. */
void authority_add_records(struct authority *authority, const struct dns_records *records);

/*
 * Makes a zone of the name and what is below, signed in this way; once for each name. SOA and NS
 * records that it lacks are made.
 */
void authority_add_zone(
    struct authority *authority, const struct dns_name *apex, enum lab_signing signing);

/*
 * Says which servers the zone above names for this apex, where they are not the zone's own: copies of
 * NS records, all of one owner.
 */
void authority_add_delegation(struct authority *authority, const struct dns_records *records);

/* Adds a fault; of several for one question the first counts. */
void authority_add_fault(struct authority *authority, const struct lab_fault *fault);

/* Sorts what was added: call it once after the last authority_add_*(), before any question. */
void authority_seal(struct authority *authority);

/* Appends the DNSKEY record of the root zone, which a chain of trust begins with. */
void authority_trust_anchors(const struct authority *authority, struct dns_records *anchors);

/* The NS records that the zone above has for the apex, NULL = the zone's own. */
const struct dns_records *authority_delegation(
    const struct authority *authority, const struct dns_name *apex);

/* What there is, for lab/delegation. */
struct catalog;
const struct catalog *authority_catalog(const struct authority *authority);

/* The fault that strikes this question, or NULL. */
const struct lab_fault *authority_fault(
    const struct authority *authority, const struct dns_question *question);

/*
 * Fills *reply (clear it with dns_message_clear()) with the answer to the query: RA set, AA
 * clear, EDNS when the query had it; SERVFAIL and REFUSED where a fault says so. Queries that
 * are no plain question of class IN get NOTIMP or FORMERR; ANY and zone transfers, and names
 * that no zone below the root holds, are REFUSED. Signatures are made for this wall time
 * (seconds since 1970).
 */
void authority_answer(const struct authority *authority, const struct dns_message *query,
    int64_t time, struct dns_message *reply);

#endif

/*
 * Proofs within one zone: what dns/dnssec and dns/denial say of parts, put together.
 *
 * Decides when an RRset that a wildcard made is proved (RFC 4035 5.3.4), and when an alias is: by
 * the signature of its CNAME, or by the DNAME that it was made from (RFC 6672 5.3.1). Which zone
 * has to prove it is chain.c's.
 */
#include <string.h>

#include "dns/denial.h"
#include "dns/proof.h"

struct dnssec_verdict
dns_proof_set(struct dnssec_evidence *evidence, const struct dns_name *owner, uint16_t type,
    const struct dnssec_zone *zone)
{
	struct dnssec_verdict verdict, closer;
	struct denial denial;
	unsigned labels;

	verdict = dnssec_verify(evidence, owner, type, zone, &labels);
	if (verdict.security != DNS_SECURE || labels == dnssec_labels(owner))
		return verdict;
	denial_init(&denial, evidence, zone);
	closer = denial_no_closer(&denial, owner, labels);
	closer.seal = verdict.seal;
	if (closer.ttl > verdict.ttl)
		closer.ttl = verdict.ttl;
	return closer;
}

/* Returns the DNAME record above the name, within the zone, or NULL. */
static const struct dns_record *
find_dname(const struct dns_records *records, const struct dns_name *name,
    const struct dnssec_zone *zone)
{
	for (size_t i = 0; i < records->count; i++) {
		const struct dns_record *record = &records->items[i];

		if (record->type == DNS_TYPE_DNAME && dns_name_below(name, &record->owner) &&
		    !dns_name_equal(name, &record->owner) &&
		    dns_name_below(&record->owner, &zone->apex))
			return record;
	}
	return NULL;
}

/* True when the DNAME makes the name into the target (RFC 6672 2.2). */
static bool
dname_leads_to(
    const struct dns_record *dname, const struct dns_name *name, const struct dns_name *target)
{
	struct dns_name onto, made = { 0 };
	size_t front = (size_t)name->length - dname->owner.length;

	if (!dns_record_target(dname, &onto) || front + onto.length > sizeof made.wire)
		return false;
	memcpy(made.wire, name->wire, front);
	memcpy(made.wire + front, onto.wire, onto.length);
	made.length = (uint8_t)(front + onto.length);
	return dns_name_equal(&made, target);
}

bool
dns_proof_is_signed(
    const struct dns_records *records, const struct dns_name *owner, uint16_t type)
{
	for (size_t i = 0; i < records->count; i++) {
		struct dns_name signer;
		uint16_t covered;

		if (dns_name_equal(&records->items[i].owner, owner) &&
		    dnssec_signer(&records->items[i], &covered, &signer) && covered == type)
			return true;
	}
	return false;
}

struct dnssec_verdict
dns_proof_alias(struct dnssec_evidence *evidence, const struct dns_name *owner,
    const struct dns_name *target, const struct dnssec_zone *zone)
{
	const struct dns_record *dname = find_dname(evidence->records, owner, zone);
	char text[DNS_NAME_TEXT_MAX];

	if (!dname || dns_proof_is_signed(evidence->records, owner, DNS_TYPE_CNAME))
		return dns_proof_set(evidence, owner, DNS_TYPE_CNAME, zone);
	if (target && !dname_leads_to(dname, owner, target))
		return dnssec_verdict(DNS_SECURITY_BOGUS,
		    "the DNAME above %s does not lead where its CNAME does",
		    dns_name_text(owner, text));
	return dns_proof_set(evidence, &dname->owner, DNS_TYPE_DNAME, zone);
}

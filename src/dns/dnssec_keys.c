/*
 * Which keys speak for a zone (RFC 4035 5.2).
 *
 * Decides which DS and DNSKEY records vouch for a key: those with an algorithm and a digest that
 * we know; a zone that has none of them is insecure, not bogus. SHA-1 digests do not count beside
 * better ones (RFC 4509 3). Only so many digests are computed, for a hostile zone chooses
 * their number.
 */
#include <string.h>

#include "util/wire.h"
#include "dns/crypto.h"
#include "dns/dnssec_keys.h"

enum {
	DIGEST_SHA1 = 1,
	DIGESTS_MAX = 32, /* DS digests computed for one zone */
};

/* True for a DS or DNSKEY record that we can use. */
static bool
is_usable(const struct dns_record *trusted)
{
	if (trusted->type == DNS_TYPE_DNSKEY)
		return dnssec_is_zone_key(trusted) && dnssec_knows_algorithm(trusted->rdata[3]);
	return trusted->type == DNS_TYPE_DS && trusted->length > 4 &&
	    dnssec_knows_algorithm(trusted->rdata[2]) && crypto_knows_digest(trusted->rdata[3]);
}

/* True when the record only has a SHA-1 digest. */
static bool
is_sha1(const struct dns_record *trusted)
{
	return trusted->type == DNS_TYPE_DS && trusted->rdata[3] == DIGEST_SHA1;
}

/* The usable ones of the trusted records of one apex, best digests only; they are borrowed. */
struct vouchers {
	const struct dns_record *items[DIGESTS_MAX];
	size_t count;
	unsigned digested; /* digests computed so far */
};

/* Selects the vouchers. */
static struct vouchers
find_vouchers(const struct dns_records *trusted, const struct dns_name *apex)
{
	struct vouchers v = { .count = 0 };
	bool better = false;

	for (size_t i = 0; i < trusted->count; i++) {
		const struct dns_record *record = &trusted->items[i];

		if (dnssec_is_of(record, apex, record->type) && is_usable(record) &&
		    !is_sha1(record))
			better = true;
	}
	for (size_t i = 0; i < trusted->count && v.count < DIGESTS_MAX; i++) {
		const struct dns_record *record = &trusted->items[i];

		if (dnssec_is_of(record, apex, record->type) && is_usable(record) &&
		    !(better && is_sha1(record)))
			v.items[v.count++] = record;
	}
	return v;
}

/* True when the record, a DS or DNSKEY, vouches for the key. */
static bool
vouches_for(struct vouchers *v, const struct dns_record *trusted, const struct dns_record *key)
{
	if (trusted->type == DNS_TYPE_DNSKEY)
		return trusted->length == key->length &&
		    memcmp(trusted->rdata, key->rdata, key->length) == 0;
	if (wire_get16(trusted->rdata) != dnssec_key_tag(key) ||
	    trusted->rdata[2] != key->rdata[3] || v->digested >= DIGESTS_MAX)
		return false;
	v->digested++;
	return crypto_digest_matches(trusted, key);
}

/* True when any of the trusted records vouches for the key. */
static bool
is_vouched_for(struct vouchers *v, const struct dns_record *key)
{
	for (size_t i = 0; i < v->count; i++) {
		if (vouches_for(v, v->items[i], key))
			return true;
	}
	return false;
}

/* Copies the zone's keys out of the records: all, or only those that are vouched for. */
static void
copy_keys(struct dns_records *keys, const struct dns_records *records,
    const struct dns_name *apex, struct vouchers *v)
{
	for (size_t i = 0; i < records->count; i++) {
		const struct dns_record *key = &records->items[i];

		if (dnssec_is_of(key, apex, DNS_TYPE_DNSKEY) && dnssec_is_zone_key(key) &&
		    (!v || is_vouched_for(v, key)))
			dns_records_copy(keys, key);
	}
}

bool
dnssec_has_trusted_key(const struct dns_records *records, const struct dns_name *apex,
    const struct dns_records *trusted)
{
	struct vouchers v = find_vouchers(trusted, apex);
	struct dns_records keys = { 0 };
	bool has;

	copy_keys(&keys, records, apex, &v);
	has = keys.count > 0;
	dns_records_clear(&keys);
	return has;
}

struct dnssec_verdict
dnssec_zone_enter(struct dnssec_zone *zone, struct dnssec_evidence *evidence,
    const struct dns_records *trusted)
{
	struct vouchers v = find_vouchers(trusted, &zone->apex);
	struct dnssec_zone anchored = { .apex = zone->apex };
	struct dnssec_verdict verdict;
	char name[DNS_NAME_TEXT_MAX];
	unsigned labels;

	dns_name_text(&zone->apex, name);
	if (v.count == 0)
		return dnssec_verdict(DNS_INSECURE,
		    "%s is signed only with algorithms or digests this program does not know",
		    name);
	copy_keys(&anchored.keys, evidence->records, &zone->apex, &v);
	if (anchored.keys.count == 0)
		verdict = dnssec_verdict(DNS_SECURITY_BOGUS,
		    "no DNSKEY of %s matches its DS or trust anchor (key %u)", name,
		    (unsigned)(v.items[0]->type == DNS_TYPE_DS ? wire_get16(v.items[0]->rdata)
							       : dnssec_key_tag(v.items[0])));
	else
		verdict =
		    dnssec_verify(evidence, &zone->apex, DNS_TYPE_DNSKEY, &anchored, &labels);
	dnssec_zone_clear(&anchored);
	if (verdict.security == DNS_SECURE)
		copy_keys(&zone->keys, evidence->records, &zone->apex, NULL);
	return verdict;
}

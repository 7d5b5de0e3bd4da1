/*
 * Signatures of the DNS, one RRset at a time.
 *
 * ldns puts an RRset into canonical form and computes: signatures, digests, NSEC3 hashes. It
 * does not ask who signed. That is decided here (RFC 4035 5.3.1): same owner and class, the
 * signer is the zone itself, no more labels than the owner has, a zone key that is not revoked,
 * the time within inception and expiration (RFC 1982 arithmetic). Duplicates count once (RFC
 * 2181 5). Only so many signatures and keys are tried, because a hostile zone chooses
 * their number. Algorithms that we do not know make a zone insecure, not bogus (RFC 4035 5.2);
 * SHA-1 digests do not count beside better ones (RFC 4509 3).
 */
#include <stdbool.h> /* before ldns, which else makes bool a signed char */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "util/wire.h"
#include "dns/dnssec.h"
#include "dns/walk.h"

enum {
	KEY_ZONE = 0x0100, /* DNSKEY flags (RFC 4034 2.1.1, RFC 5011 7) */
	KEY_REVOKED = 0x0080,
	KEY_PROTOCOL = 3,
	DIGEST_SHA1 = 1,
	DIGESTS_MAX = 32, /* DS digests computed for one zone */
	RRSIG_FIXED = 18, /* octets before the signer */
	ALGORITHM_TEXT = 16,
};

/* The algorithms that Debian's ldns and OpenSSL verify. */
static const struct {
	uint8_t number;
	const char *text;
} algorithms[] = {
	{ 5, "RSASHA1" },
	{ 7, "RSASHA1-NSEC3" },
	{ 8, "RSASHA256" },
	{ 10, "RSASHA512" },
	{ 13, "ECDSAP256" },
	{ 14, "ECDSAP384" },
	{ 15, "ED25519" },
	{ 16, "ED448" },
};

/* The digests of DS records. */
static const struct {
	uint8_t number;
	ldns_hash hash;
} digests[] = {
	{ DIGEST_SHA1, LDNS_SHA1 },
	{ 2, LDNS_SHA256 },
	{ 4, LDNS_SHA384 },
};

/* The fields of an RRSIG (RFC 4034 3.1). */
struct signature {
	const struct dns_record *record;
	uint16_t covered, tag;
	uint8_t algorithm, labels;
	uint32_t original_ttl, expiration, inception;
	struct dns_name signer;
};

/* How far a signature came that did not hold: the one that came furthest is told. */
enum stage {
	STAGE_NONE,
	STAGE_FORM,
	STAGE_ALGORITHM,
	STAGE_KEY,
	STAGE_TIME,
	STAGE_CRYPTO,
};

/* One RRset on its way to a verdict. */
struct check {
	struct dnssec_evidence *evidence;
	const struct dnssec_zone *zone;
	const struct dns_name *owner;
	uint16_t type;
	ldns_rr_list *set; /* canonical, without duplicates */
	uint32_t ttl; /* the smallest of the set */
	unsigned tried;
	enum stage stage;
	struct dnssec_verdict verdict;
	unsigned labels;
};

void
dnssec_zone_clear(struct dnssec_zone *zone)
{
	dns_records_clear(&zone->keys);
}

struct dnssec_verdict
dnssec_verdict(enum dns_security security, const char *format, ...)
{
	struct dnssec_verdict verdict = { .security = security };
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(verdict.reason, sizeof verdict.reason, format, arguments);
	va_end(arguments);
	return verdict;
}

/* Returns the name of an algorithm that we know, or NULL. */
static const char *
known_algorithm(uint8_t number)
{
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		if (algorithms[i].number == number)
			return algorithms[i].text;
	}
	return NULL;
}

const char *
dnssec_algorithm_text(uint8_t algorithm, char out[16])
{
	const char *known = known_algorithm(algorithm);

	if (known)
		snprintf(out, ALGORITHM_TEXT, "%s", known);
	else
		snprintf(out, ALGORITHM_TEXT, "algorithm %u", (unsigned)algorithm);
	return out;
}

unsigned
dnssec_labels(const struct dns_name *name)
{
	bool wild = name->length > 2 && name->wire[0] == 1 && name->wire[1] == '*';

	return dns_name_labels(name) - (wild ? 1 : 0);
}

/* True when the record is of class IN, and of this owner and type. */
static bool
is_of(const struct dns_record *record, const struct dns_name *owner, uint16_t type)
{
	return record->type == type && record->class == DNS_CLASS_IN &&
	    dns_name_equal(&record->owner, owner);
}

bool
dnssec_has(const struct dns_records *records, const struct dns_name *owner, uint16_t type)
{
	for (size_t i = 0; i < records->count; i++) {
		if (is_of(&records->items[i], owner, type))
			return true;
	}
	return false;
}

/* Takes an RRSIG apart; false when it does not hold. */
static bool
take_signature(struct signature *s, const struct dns_record *record)
{
	const uint8_t *rdata = record->rdata;

	if (record->type != DNS_TYPE_RRSIG || record->length <= RRSIG_FIXED)
		return false;
	*s = (struct signature){
		.record = record,
		.covered = wire_get16(rdata),
		.algorithm = rdata[2],
		.labels = rdata[3],
		.original_ttl = wire_get32(rdata + 4),
		.expiration = wire_get32(rdata + 8),
		.inception = wire_get32(rdata + 12),
		.tag = wire_get16(rdata + 16),
	};
	return dns_name_from_wire(
		   &s->signer, rdata + RRSIG_FIXED, record->length - RRSIG_FIXED) > 0;
}

bool
dnssec_signer(const struct dns_record *record, uint16_t *covered, struct dns_name *signer)
{
	struct signature s;

	if (record->class != DNS_CLASS_IN || !take_signature(&s, record))
		return false;
	*covered = s.covered;
	*signer = s.signer;
	return true;
}

uint16_t
dnssec_key_tag(const struct dns_record *key)
{
	return key->length < 4 ? 0 : ldns_calc_keytag_raw(key->rdata, key->length);
}

/* --- records as ldns sees them ---------------------------------------------- */

/* Returns a record of a type whose shape we know, read by ldns; NULL when it does not hold. */
static ldns_rr *
known_rr(const struct dns_record *record)
{
	struct buf wire = BUF_INIT;
	uint8_t numbers[10] = { 0 };
	ldns_rr *rr = NULL;
	size_t at = 0;
	bool whole;

	if (dns_rdata_check(record->type, record->rdata, 0, record->length))
		return NULL;
	wire_put16(numbers, record->type);
	wire_put16(numbers + 2, record->class);
	wire_put32(numbers + 4, record->ttl);
	wire_put16(numbers + 8, record->length);
	buf_add(&wire, record->owner.wire, record->owner.length);
	buf_add(&wire, numbers, sizeof numbers);
	buf_add(&wire, record->rdata, record->length);
	whole = ldns_wire2rr(&rr, (const uint8_t *)wire.data, wire.length, &at,
		    LDNS_SECTION_ANSWER) == LDNS_STATUS_OK &&
	    at == wire.length && ldns_rr_rd_count(rr) > 0;
	buf_clear(&wire);
	if (whole)
		return rr;
	ldns_rr_free(rr);
	return NULL;
}

/* Returns a record of another type, its rdata one opaque field (RFC 3597 7). */
static ldns_rr *
opaque_rr(const struct dns_record *record)
{
	ldns_rr *rr = ldns_rr_new();

	if (!rr)
		return NULL;
	ldns_rr_set_owner(rr,
	    ldns_rdf_new_frm_data(
		LDNS_RDF_TYPE_DNAME, record->owner.length, record->owner.wire));
	ldns_rr_set_type(rr, (ldns_rr_type)record->type);
	ldns_rr_set_class(rr, (ldns_rr_class)record->class);
	ldns_rr_set_ttl(rr, record->ttl);
	ldns_rr_push_rdf(
	    rr, ldns_rdf_new_frm_data(LDNS_RDF_TYPE_UNKNOWN, record->length, record->rdata));
	return rr;
}

/* Returns the record for ldns, which the caller frees, or NULL when it does not hold. */
static ldns_rr *
rr_of(const struct dns_record *record)
{
	return dns_rdata_is_known(record->type) ? known_rr(record) : opaque_rr(record);
}

/* Frees all but the first of records that are the same; the list is sorted. */
static void
drop_duplicates(ldns_rr_list *list)
{
	size_t kept = 0, count = ldns_rr_list_rr_count(list);

	for (size_t i = 0; i < count; i++) {
		ldns_rr *rr = ldns_rr_list_rr(list, i);

		if (kept > 0 && ldns_rr_compare(ldns_rr_list_rr(list, kept - 1), rr) == 0)
			ldns_rr_free(rr);
		else
			ldns_rr_list_set_rr(list, rr, kept++);
	}
	ldns_rr_list_set_rr_count(list, kept);
}

/* Gathers the RRset in canonical form. Returns false when a record of it does not hold. */
static bool
gather_set(struct check *c)
{
	const struct dns_records *records = c->evidence->records;

	c->set = ldns_rr_list_new();
	c->ttl = DNS_TTL_MAX;
	for (size_t i = 0; i < records->count; i++) {
		const struct dns_record *record = &records->items[i];
		ldns_rr *rr;

		if (!is_of(record, c->owner, c->type))
			continue;
		rr = rr_of(record);
		if (!rr)
			return false;
		ldns_rr2canonical(rr);
		ldns_rr_list_push_rr(c->set, rr);
		if (record->ttl < c->ttl)
			c->ttl = record->ttl;
	}
	if (ldns_rr_list_rr_count(c->set) > 1) {
		ldns_rr_list_sort(c->set);
		drop_duplicates(c->set);
	}
	return true;
}

/* --- one signature ------------------------------------------------------------ */

/* Keeps a reason when no signature came further. */
static void
fail(struct check *c, enum stage stage, const struct signature *s, const char *why)
{
	char owner[DNS_NAME_TEXT_MAX], type[12], algorithm[ALGORITHM_TEXT];

	if (stage <= c->stage)
		return;
	c->stage = stage;
	c->verdict =
	    dnssec_verdict(DNS_SECURITY_BOGUS, "the signature of %s %s by key %u (%s) %s",
		dns_name_text(c->owner, owner), dns_type_text(c->type, type), (unsigned)s->tag,
		dnssec_algorithm_text(s->algorithm, algorithm), why);
}

/* Compares two moments of RRSIG as serial numbers (RFC 4034 3.1.5, RFC 1982 3.2). */
static bool
is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* True when the time is between inception and expiration. */
static bool
is_in_time(struct check *c, const struct signature *s)
{
	uint32_t now = (uint32_t)c->evidence->time;
	char when[SPAN_TEXT_MAX], why[96];

	if (is_before(s->expiration, now)) {
		snprintf(why, sizeof why, "expired at %s",
		    span_rfc3339(c->evidence->time - (int32_t)(now - s->expiration), when));
		fail(c, STAGE_TIME, s, why);
		return false;
	}
	if (is_before(now, s->inception)) {
		snprintf(why, sizeof why, "is not valid before %s",
		    span_rfc3339(c->evidence->time + (int32_t)(s->inception - now), when));
		fail(c, STAGE_TIME, s, why);
		return false;
	}
	return true;
}

/* True when the signature may speak for this RRset: signer, labels, algorithm. */
static bool
may_sign(struct check *c, const struct signature *s)
{
	if (!dns_name_equal(&s->signer, &c->zone->apex) ||
	    !dns_name_below(c->owner, &c->zone->apex))
		fail(c, STAGE_FORM, s, "is not by the zone that holds the name");
	else if (s->labels > dnssec_labels(c->owner) ||
	    s->labels < dns_name_labels(&c->zone->apex))
		fail(c, STAGE_FORM, s, "counts labels that the name does not have");
	else if (!known_algorithm(s->algorithm))
		fail(c, STAGE_ALGORITHM, s, "is of an algorithm this program does not know");
	else
		return true;
	return false;
}

/* True for a key that may sign a zone's data (RFC 4034 2.1). */
static bool
is_zone_key(const struct dns_record *key)
{
	unsigned flags;

	if (key->type != DNS_TYPE_DNSKEY || key->length <= 4)
		return false;
	flags = wire_get16(key->rdata);
	return flags & KEY_ZONE && !(flags & KEY_REVOKED) && key->rdata[2] == KEY_PROTOCOL;
}

/* True when the signature names this key: it may still be another one with the same tag. */
static bool
is_named(const struct signature *s, const struct dns_record *key)
{
	return is_zone_key(key) && key->rdata[3] == s->algorithm &&
	    dnssec_key_tag(key) == s->tag;
}

/* True when the key made the signature. */
static bool
holds_with(struct check *c, const struct signature *s, const struct dns_record *key)
{
	ldns_rr *key_rr = rr_of(key), *signature_rr = rr_of(s->record);
	bool holds = false;

	c->tried++;
	c->evidence->checks++;
	if (key_rr && signature_rr && ldns_rr_rd_count(key_rr) == 4 &&
	    ldns_rr_rd_count(signature_rr) == 9)
		holds = ldns_verify_rrsig_time(c->set, signature_rr, key_rr,
			    (time_t)c->evidence->time) == LDNS_STATUS_OK;
	ldns_rr_free(key_rr);
	ldns_rr_free(signature_rr);
	return holds;
}

/* True while more signatures may be tried. */
static bool
may_work(struct check *c, const struct signature *s)
{
	if (c->tried < DNSSEC_CHECKS_MAX && c->evidence->checks < DNSSEC_WORK_MAX)
		return true;
	fail(c, STAGE_CRYPTO, s, "was not tried: too many others did not hold");
	return false;
}

/* True when one of the zone's keys made the signature. */
static bool
holds_with_any(struct check *c, const struct signature *s)
{
	unsigned twins = 0;

	for (size_t i = 0; i < c->zone->keys.count && twins < DNSSEC_TWINS_MAX; i++) {
		const struct dns_record *key = &c->zone->keys.items[i];

		if (!is_named(s, key))
			continue;
		twins++;
		if (!may_work(c, s))
			return false;
		if (holds_with(c, s, key))
			return true;
	}
	if (twins > 0)
		fail(c, STAGE_CRYPTO, s, "does not match the data");
	else
		fail(c, STAGE_KEY, s, "is by a key that the zone does not vouch for");
	return false;
}

/* Returns how long a verdict on the RRset holds (RFC 4035 5.3.3). */
static uint32_t
time_to_keep(const struct check *c, const struct signature *s)
{
	uint32_t left = s->expiration - (uint32_t)c->evidence->time;
	uint32_t least = c->ttl < s->original_ttl ? c->ttl : s->original_ttl;

	return left < least ? left : least;
}

/* Tries one signature; true when it holds, and the verdict is made. */
static bool
try_signature(struct check *c, const struct signature *s)
{
	if (!may_sign(c, s) || !is_in_time(c, s) || !holds_with_any(c, s))
		return false;
	c->verdict =
	    (struct dnssec_verdict){ .security = DNS_SECURE, .ttl = time_to_keep(c, s) };
	c->labels = s->labels;
	return true;
}

/* Tries the signatures of the RRset until one holds. */
static void
try_signatures(struct check *c)
{
	const struct dns_records *records = c->evidence->records;
	struct signature s;

	for (size_t i = 0; i < records->count; i++) {
		if (!is_of(&records->items[i], c->owner, DNS_TYPE_RRSIG) ||
		    !take_signature(&s, &records->items[i]) || s.covered != c->type)
			continue;
		if (try_signature(c, &s) || c->tried >= DNSSEC_CHECKS_MAX)
			return;
	}
}

struct dnssec_verdict
dnssec_verify(struct dnssec_evidence *evidence, const struct dns_name *owner, uint16_t type,
    const struct dnssec_zone *zone, unsigned *labels)
{
	struct check c = { .evidence = evidence, .zone = zone, .owner = owner, .type = type };
	char name[DNS_NAME_TEXT_MAX], text[12];

	c.verdict = dnssec_verdict(DNS_SECURITY_BOGUS, "%s %s has no signature",
	    dns_name_text(owner, name), dns_type_text(type, text));
	if (!dnssec_has(evidence->records, owner, type))
		c.verdict = dnssec_verdict(DNS_SECURITY_BOGUS, "there is no %s %s to verify",
		    dns_name_text(owner, name), dns_type_text(type, text));
	else if (gather_set(&c))
		try_signatures(&c);
	*labels = c.labels;
	ldns_rr_list_deep_free(c.set);
	return c.verdict;
}

/* --- the keys of a zone --------------------------------------------------------- */

/* Returns the hash of a DS digest type, or false for one that we do not know. */
static bool
hash_of_digest(uint8_t number, ldns_hash *hash)
{
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		if (digests[i].number == number) {
			*hash = digests[i].hash;
			return true;
		}
	}
	return false;
}

/* True for a DS or DNSKEY record that we can use. */
static bool
is_usable(const struct dns_record *trusted)
{
	ldns_hash hash;

	if (trusted->type == DNS_TYPE_DNSKEY)
		return is_zone_key(trusted) && known_algorithm(trusted->rdata[3]);
	return trusted->type == DNS_TYPE_DS && trusted->length > 4 &&
	    known_algorithm(trusted->rdata[2]) && hash_of_digest(trusted->rdata[3], &hash);
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

		if (is_of(record, apex, record->type) && is_usable(record) && !is_sha1(record))
			better = true;
	}
	for (size_t i = 0; i < trusted->count && v.count < DIGESTS_MAX; i++) {
		const struct dns_record *record = &trusted->items[i];

		if (is_of(record, apex, record->type) && is_usable(record) &&
		    !(better && is_sha1(record)))
			v.items[v.count++] = record;
	}
	return v;
}

/* True when the digest of a DS is that of the key; tag and algorithm are the same already. */
static bool
has_digest_of(const struct dns_record *ds, const struct dns_record *key)
{
	ldns_rr *key_rr = rr_of(key), *made;
	const ldns_rdf *digest;
	ldns_hash hash;
	bool same;

	if (!key_rr || !hash_of_digest(ds->rdata[3], &hash)) {
		ldns_rr_free(key_rr);
		return false;
	}
	made = ldns_key_rr2ds(key_rr, hash);
	ldns_rr_free(key_rr);
	digest = made ? ldns_rr_rdf(made, 3) : NULL;
	same = digest && ldns_rdf_size(digest) == ds->length - 4u &&
	    memcmp(ldns_rdf_data(digest), ds->rdata + 4, ds->length - 4u) == 0;
	ldns_rr_free(made);
	return same;
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
	return has_digest_of(trusted, key);
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

		if (is_of(key, apex, DNS_TYPE_DNSKEY) && is_zone_key(key) &&
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

/* --- NSEC3 ------------------------------------------------------------------------ */

bool
dnssec_nsec3_hash(const struct dns_name *name, uint16_t iterations, const uint8_t *salt,
    uint8_t salt_length, uint8_t hash[DNSSEC_HASH_SIZE])
{
	uint8_t octets[DNSSEC_HASH_SIZE], block[255 + 255];
	struct dns_name lower = *name;
	size_t n = lower.length;

	dns_name_lower(&lower);
	memcpy(block, lower.wire, n);
	for (unsigned i = 0; i <= iterations; i++) {
		if (salt_length > 0)
			memcpy(block + n, salt, salt_length);
		if (!ldns_sha1(block, (unsigned)(n + salt_length), octets))
			return false;
		n = sizeof octets;
		memcpy(block, octets, n);
	}
	memcpy(hash, octets, sizeof octets);
	return true;
}

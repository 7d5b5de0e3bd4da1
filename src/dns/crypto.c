/*
 * What DNSSEC computes, by ldns.
 *
 * Decides how records get to ldns: those of a type whose shape we know through its parser, checked
 * before, others as opaque octets (RFC 3597 7); and that ldns's own errors count as "does not hold".
 * What was tried of ldns and found wanting - denials above all - is not used.
 */
#include <stdbool.h> /* before ldns, which else makes bool a signed char */
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/wire.h"
#include "dns/crypto.h"
#include "dns/walk.h"

enum {
	KEY_FIELDS = 4, /* of a DNSKEY record, as ldns counts them */
	RRSIG_FIELDS = 9,
};

/* The digests of DS records. */
static const struct {
	uint8_t number;
	ldns_hash hash;
} digests[] = {
	{ 1, LDNS_SHA1 },
	{ 2, LDNS_SHA256 },
	{ 4, LDNS_SHA384 },
};

struct crypto_set {
	ldns_rr_list *records; /* canonical, without duplicates */
};

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

/* --- sets -------------------------------------------------------------------------- */

/* Adds a record in canonical form; false when it does not hold. */
static bool
add_canonical(ldns_rr_list *list, const struct dns_record *record)
{
	ldns_rr *rr = rr_of(record);

	if (!rr)
		return false;
	ldns_rr2canonical(rr);
	ldns_rr_list_push_rr(list, rr);
	return true;
}

struct crypto_set *
crypto_set_new(const struct dns_records *records, const struct dns_name *owner, uint16_t type,
    uint32_t *ttl)
{
	struct crypto_set *set = mem_alloc(sizeof *set);

	set->records = ldns_rr_list_new();
	*ttl = DNS_TTL_MAX;
	for (size_t i = 0; i < records->count; i++) {
		const struct dns_record *record = &records->items[i];

		if (record->type != type || record->class != DNS_CLASS_IN ||
		    !dns_name_equal(&record->owner, owner))
			continue;
		if (!add_canonical(set->records, record)) {
			crypto_set_free(set);
			return NULL;
		}
		if (record->ttl < *ttl)
			*ttl = record->ttl;
	}
	if (ldns_rr_list_rr_count(set->records) > 1) {
		ldns_rr_list_sort(set->records);
		drop_duplicates(set->records);
	}
	return set;
}

void
crypto_set_free(struct crypto_set *set)
{
	if (!set)
		return;
	ldns_rr_list_deep_free(set->records);
	free(set);
}

bool
crypto_holds(const struct crypto_set *set, const struct dns_record *signature,
    const struct dns_record *key, int64_t time)
{
	ldns_rr *key_rr = rr_of(key), *signature_rr = rr_of(signature);
	bool holds = false;

	if (key_rr && signature_rr && ldns_rr_rd_count(key_rr) == KEY_FIELDS &&
	    ldns_rr_rd_count(signature_rr) == RRSIG_FIELDS)
		holds = ldns_verify_rrsig_time(
			    set->records, signature_rr, key_rr, (time_t)time) == LDNS_STATUS_OK;
	ldns_rr_free(key_rr);
	ldns_rr_free(signature_rr);
	return holds;
}

/* --- digests and hashes -------------------------------------------------------------- */

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

bool
crypto_knows_digest(uint8_t digest)
{
	ldns_hash hash;

	return hash_of_digest(digest, &hash);
}

bool
crypto_digest_matches(const struct dns_record *ds, const struct dns_record *key)
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

bool
crypto_sha1(const uint8_t *octets, size_t n, uint8_t out[CRYPTO_SHA1_SIZE])
{
	return ldns_sha1(octets, (unsigned)n, out) != NULL;
}

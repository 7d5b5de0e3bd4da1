/*
 * Signatures of the laboratory's zones.
 *
 * Decides what each way of signing looks like: one row of a table each, wrong in one way and
 * right in all others. A zone has one key, ECDSA P-256 (RFC 6605), that signs itself and
 * everything else. What is asked and what is denied is left to authority.c and denier.c, what
 * to think of it to dns/dnssec.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/wire.h"

#include "dns/dnssec.h"
#include "dns/walk.h"

#include "lab/zone_signer.h"

NAMES_DEFINE(lab_signing, LAB_SIGNINGS)

#define DAY 86400

enum {
	TTL = 3600,
	KEY_FLAGS = 257, /* zone key, secure entry point (RFC 4034 2.1.1) */
	KEY_PROTOCOL = 3,
	ALGORITHM_P256 = 13, /* RFC 6605 */
	ALGORITHM_GOST = 12, /* withdrawn (RFC 9558 6): no validator knows it any more */
	DIGEST_SHA256 = 2,
	DIGEST_SIZE = 32,
	NUMBER_SIZE = 32, /* each of the two numbers of a P-256 key or signature */
	POINT_SIZE =
	    1 + 2 * NUMBER_SIZE, /* an uncompressed point, with the octet that says so */
	KEY_RDATA = 4 + 2 * NUMBER_SIZE,
	RRSIG_FIXED = 18, /* octets before the signer (RFC 4034 3.1) */
};

/* How each kind is made; days count from now. */
static const struct {
	enum zone_denial denial;
	uint8_t algorithm; /* as the records say it; 0 = not signed */
	int first_day, last_day;
	bool
	    stray_key; /* all but the DNSKEY record is signed with a key that is not published */
	bool other_ds; /* the DS is that of another key */
} kinds[] = {
	[LAB_SIGNED] = { .denial = ZONE_DENIAL_NSEC,
	    .algorithm = ALGORITHM_P256,
	    .first_day = -1,
	    .last_day = 13 },
	[LAB_SIGNED_NSEC3] = { .denial = ZONE_DENIAL_NSEC3,
	    .algorithm = ALGORITHM_P256,
	    .first_day = -1,
	    .last_day = 13 },
	[LAB_SIGNED_OPT_OUT] = { .denial = ZONE_DENIAL_OPT_OUT,
	    .algorithm = ALGORITHM_P256,
	    .first_day = -1,
	    .last_day = 13 },
	[LAB_UNSIGNED] = { .denial = ZONE_DENIAL_NONE },
	[LAB_UNKNOWN_ALGORITHM] = { .denial = ZONE_DENIAL_NSEC,
	    .algorithm = ALGORITHM_GOST,
	    .first_day = -1,
	    .last_day = 13 },
	[LAB_EXPIRED] = { .denial = ZONE_DENIAL_NSEC,
	    .algorithm = ALGORITHM_P256,
	    .first_day = -15,
	    .last_day = -1 },
	[LAB_NOT_YET_VALID] = { .denial = ZONE_DENIAL_NSEC,
	    .algorithm = ALGORITHM_P256,
	    .first_day = 1,
	    .last_day = 15 },
	[LAB_WRONG_KEY] = { .denial = ZONE_DENIAL_NSEC,
	    .algorithm = ALGORITHM_P256,
	    .first_day = -1,
	    .last_day = 13,
	    .stray_key = true },
	[LAB_DS_MISMATCH] = { .denial = ZONE_DENIAL_NSEC,
	    .algorithm = ALGORITHM_P256,
	    .first_day = -1,
	    .last_day = 13,
	    .other_ds = true },
};

struct zone_signer {
	struct dns_name apex;
	enum lab_signing signing;
	EVP_PKEY *key, *other; /* NULL until they are needed */
};

struct zone_signer *
zone_signer_new(const struct dns_name *apex, enum lab_signing signing)
{
	struct zone_signer *signer = mem_alloc(sizeof *signer);

	signer->apex = *apex;
	signer->signing = signing;
	dns_name_lower(&signer->apex);
	return signer;
}

void
zone_signer_free(struct zone_signer *signer)
{
	if (!signer)
		return;
	EVP_PKEY_free(signer->key);
	EVP_PKEY_free(signer->other);
	free(signer);
}

bool
zone_signer_signs(const struct zone_signer *signer)
{
	return kinds[signer->signing].algorithm != 0;
}

enum zone_denial
zone_signer_denial(const struct zone_signer *signer)
{
	return kinds[signer->signing].denial;
}

/* --- keys ------------------------------------------------------------------------- */

/* Returns the key, made at its first use; NULL when OpenSSL fails. */
static EVP_PKEY *
key_at(EVP_PKEY **key)
{
	if (!*key)
		*key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	return *key;
}

/* Writes DNSKEY rdata of the key (RFC 6605 4). False when OpenSSL fails. */
static bool
key_rdata(const struct zone_signer *signer, const EVP_PKEY *key, uint8_t rdata[KEY_RDATA])
{
	uint8_t point[POINT_SIZE];
	size_t n = 0;

	if (!key || EVP_PKEY_get_octet_string_param(key, "pub", point, sizeof point, &n) != 1 ||
	    n != sizeof point)
		return false;
	wire_put16(rdata, KEY_FLAGS);
	rdata[2] = KEY_PROTOCOL;
	rdata[3] = kinds[signer->signing].algorithm;
	memcpy(rdata + 4, point + 1, sizeof point - 1);
	return true;
}

/* Appends a record of the zone's apex. */
static void
add_record(const struct zone_signer *signer, uint16_t type, uint8_t *rdata, size_t n,
    struct dns_records *to)
{
	struct dns_record record = { .owner = signer->apex,
		.type = type,
		.class = DNS_CLASS_IN,
		.ttl = TTL,
		.length = (uint16_t)n,
		.rdata = rdata };

	dns_records_copy(to, &record);
}

void
zone_signer_keys(struct zone_signer *signer, struct dns_records *to)
{
	uint8_t rdata[KEY_RDATA];

	if (key_rdata(signer, key_at(&signer->key), rdata))
		add_record(signer, DNS_TYPE_DNSKEY, rdata, sizeof rdata, to);
}

/* Returns the tag of DNSKEY rdata. */
static uint16_t
tag_of(uint8_t *rdata)
{
	const struct dns_record key = {
		.type = DNS_TYPE_DNSKEY, .length = KEY_RDATA, .rdata = rdata
	};

	return dnssec_key_tag(&key);
}

void
zone_signer_ds(struct zone_signer *signer, struct dns_records *to)
{
	bool other = kinds[signer->signing].other_ds;
	uint8_t key[KEY_RDATA], rdata[4 + DIGEST_SIZE];
	struct buf digested = BUF_INIT;

	if (!key_rdata(signer, key_at(other ? &signer->other : &signer->key), key))
		return;
	wire_put16(rdata, tag_of(key));
	rdata[2] = kinds[signer->signing].algorithm;
	rdata[3] = DIGEST_SHA256;
	buf_add(&digested, signer->apex.wire, signer->apex.length);
	buf_add(&digested, key, sizeof key);
	if (EVP_Digest(digested.data, digested.length, rdata + 4, NULL, EVP_sha256(), NULL) ==
	    1)
		add_record(signer, DNS_TYPE_DS, rdata, sizeof rdata, to);
	buf_clear(&digested);
}

/* --- signatures --------------------------------------------------------------------- */

/* Orders records by their rdata, which is in canonical form (RFC 4034 6.3). */
static int
compare_rdata(const void *left, const void *right)
{
	const struct dns_record *a = left, *b = right;
	size_t shorter = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->rdata, b->rdata, shorter);

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Copies the RRset in canonical form and order (RFC 4034 6.2, 6.3). */
static struct dns_records
canonical_set(const struct dns_records *from, size_t first, const struct dns_name *owner)
{
	struct dns_records set = { 0 };

	for (size_t i = first; i < from->count; i++) {
		struct dns_record *copy;

		dns_records_copy(&set, &from->items[i]);
		copy = &set.items[set.count - 1];
		copy->owner = *owner;
		dns_name_lower(&copy->owner);
		dns_rdata_lower(copy->type, copy->rdata, copy->length);
	}
	if (set.count > 0)
		qsort(set.items, set.count, sizeof *set.items, compare_rdata);
	return set;
}

/* Appends the octets that are signed: the RRSIG's own, then the records (RFC 4034 3.1.8.1). */
static void
add_signed_octets(const struct dns_records *set, uint32_t ttl, struct buf *out)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct dns_record *record = &set->items[i];
		uint8_t numbers[10];

		wire_put16(numbers, record->type);
		wire_put16(numbers + 2, record->class);
		wire_put32(numbers + 4, ttl);
		wire_put16(numbers + 8, record->length);
		buf_add(out, record->owner.wire, record->owner.length);
		buf_add(out, numbers, sizeof numbers);
		buf_add(out, record->rdata, record->length);
	}
}

/* Turns OpenSSL's signature into the two plain numbers of DNSSEC (RFC 6605 4). */
static bool
plain_signature(const uint8_t *der, size_t n, uint8_t out[2 * NUMBER_SIZE])
{
	ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &der, (long)n);
	bool whole = numbers &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), out, NUMBER_SIZE) == NUMBER_SIZE &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), out + NUMBER_SIZE, NUMBER_SIZE) ==
		NUMBER_SIZE;

	ECDSA_SIG_free(numbers);
	return whole;
}

/* Signs octets with the key. False when OpenSSL fails. */
static bool
sign_octets(EVP_PKEY *key, const struct buf *octets, uint8_t out[2 * NUMBER_SIZE])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[2 * NUMBER_SIZE + 16];
	size_t n = sizeof der;
	bool made = context && key &&
	    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(context, der, &n, (const uint8_t *)octets->data, octets->length) ==
		1 &&
	    plain_signature(der, n, out);

	EVP_MD_CTX_free(context);
	return made;
}

/* Writes what an RRSIG says before its signature (RFC 4034 3.1): fixed octets and the signer. */
static void
begin_rrsig(struct zone_signer *signer, const struct dns_record *record, uint16_t tag,
    int64_t time, struct buf *rdata)
{
	uint8_t fixed[RRSIG_FIXED];

	wire_put16(fixed, record->type);
	fixed[2] = kinds[signer->signing].algorithm;
	fixed[3] = (uint8_t)dnssec_labels(&record->owner);
	wire_put32(fixed + 4, record->ttl);
	wire_put32(fixed + 8, (uint32_t)(time + kinds[signer->signing].last_day * DAY));
	wire_put32(fixed + 12, (uint32_t)(time + kinds[signer->signing].first_day * DAY));
	wire_put16(fixed + 16, tag);
	buf_add(rdata, fixed, sizeof fixed);
	buf_add(rdata, signer->apex.wire, signer->apex.length);
}

void
zone_signer_sign(struct zone_signer *signer, struct dns_records *to, size_t first,
    const struct dns_name *signed_owner, int64_t time)
{
	struct dns_records set = canonical_set(to, first, signed_owner);
	bool stray =
	    kinds[signer->signing].stray_key && to->items[first].type != DNS_TYPE_DNSKEY;
	EVP_PKEY *key = key_at(stray ? &signer->other : &signer->key);
	uint8_t published[KEY_RDATA], signature[2 * NUMBER_SIZE];
	struct buf rdata = BUF_INIT, octets = BUF_INIT;

	if (key_rdata(signer, key, published)) {
		begin_rrsig(signer, &set.items[0], tag_of(published), time, &rdata);
		buf_add(&octets, rdata.data, rdata.length);
		add_signed_octets(&set, set.items[0].ttl, &octets);
		if (sign_octets(key, &octets, signature)) {
			struct dns_record record = to->items[first];

			buf_add(&rdata, signature, sizeof signature);
			record.type = DNS_TYPE_RRSIG;
			record.length = (uint16_t)rdata.length;
			record.rdata = (uint8_t *)rdata.data;
			dns_records_copy(to, &record);
		}
	}
	buf_clear(&rdata);
	buf_clear(&octets);
	dns_records_clear(&set);
}

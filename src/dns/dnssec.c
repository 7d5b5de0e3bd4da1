/*
 * Signatures of the DNS, one RRset at a time.
 *
 * dns/crypto computes; it does not ask who signed. That is decided here (RFC 4035 5.3.1): same
 * owner and class, the signer is the zone itself, no more labels than the owner has, a zone
 * key that is not revoked, the time within inception and expiration (RFC 1982 arithmetic). Only so
 * many signatures and keys are tried, because a hostile zone chooses their number. Of
 * those that do not hold, the one that came furthest is told.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/span.h"
#include "util/wire.h"
#include "dns/crypto.h"
#include "dns/dnssec.h"

enum {
	KEY_ZONE = 0x0100, /* DNSKEY flags (RFC 4034 2.1.1, RFC 5011 7) */
	KEY_REVOKED = 0x0080,
	KEY_PROTOCOL = 3,
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
	struct crypto_set *set;
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

bool
dnssec_is_of(const struct dns_record *record, const struct dns_name *owner, uint16_t type)
{
	return record->type == type && record->class == DNS_CLASS_IN &&
	    dns_name_equal(&record->owner, owner);
}

bool
dnssec_has(const struct dns_records *records, const struct dns_name *owner, uint16_t type)
{
	for (size_t i = 0; i < records->count; i++) {
		if (dnssec_is_of(&records->items[i], owner, type))
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
	uint32_t sum = 0;

	if (key->length < 4)
		return 0;
	for (size_t i = 0; i < key->length; i++)
		sum += i % 2 ? key->rdata[i] : (uint32_t)key->rdata[i] << 8;
	return (uint16_t)(sum + (sum >> 16));
}

bool
dnssec_knows_algorithm(uint8_t algorithm)
{
	return known_algorithm(algorithm) != NULL;
}

bool
dnssec_is_zone_key(const struct dns_record *key)
{
	unsigned flags;

	if (key->type != DNS_TYPE_DNSKEY || key->length <= 4)
		return false;
	flags = wire_get16(key->rdata);
	return flags & KEY_ZONE && !(flags & KEY_REVOKED) && key->rdata[2] == KEY_PROTOCOL;
}

/* --- one signature ------------------------------------------------------------ */

/* Returns the moment of a serial number that is nearest to now (RFC 4034 3.1.5). */
static int64_t
moment(const struct check *c, uint32_t serial)
{
	return c->evidence->time + (int32_t)(serial - (uint32_t)c->evidence->time);
}

/* Returns the signature as people want to see it. */
static struct dnssec_seal
seal_of(const struct check *c, const struct signature *s)
{
	return (struct dnssec_seal){ .algorithm = s->algorithm,
		.tag = s->tag,
		.inception = moment(c, s->inception),
		.expiration = moment(c, s->expiration) };
}

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
	c->verdict.seal = seal_of(c, s);
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
		    span_rfc3339(moment(c, s->expiration), when));
		fail(c, STAGE_TIME, s, why);
		return false;
	}
	if (is_before(now, s->inception)) {
		snprintf(why, sizeof why, "is not valid before %s",
		    span_rfc3339(moment(c, s->inception), when));
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

/* True when the signature names this key: it may still be another one with the same tag. */
static bool
is_named(const struct signature *s, const struct dns_record *key)
{
	return dnssec_is_zone_key(key) && key->rdata[3] == s->algorithm &&
	    dnssec_key_tag(key) == s->tag;
}

/* True when the key made the signature. */
static bool
holds_with(struct check *c, const struct signature *s, const struct dns_record *key)
{
	c->tried++;
	c->evidence->checks++;
	return crypto_holds(c->set, s->record, key, c->evidence->time);
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
	c->verdict = (struct dnssec_verdict){
		.security = DNS_SECURE, .ttl = time_to_keep(c, s), .seal = seal_of(c, s)
	};
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
		if (!dnssec_is_of(&records->items[i], c->owner, DNS_TYPE_RRSIG) ||
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
	else if ((c.set = crypto_set_new(evidence->records, owner, type, &c.ttl)) != NULL)
		try_signatures(&c);
	*labels = c.labels;
	crypto_set_free(c.set);
	return c.verdict;
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
		if (!crypto_sha1(block, n + salt_length, octets))
			return false;
		n = sizeof octets;
		memcpy(block, octets, n);
	}
	memcpy(hash, octets, sizeof octets);
	return true;
}

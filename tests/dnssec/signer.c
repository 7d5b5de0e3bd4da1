/*
 * Zones signed by ldns: zone text in, the signed zone's text out, and that read back as records.
 */
#include <stdbool.h> /* before ldns, which else makes bool a signed char */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "util/buf.h"
#include "util/wire.h"
#include "dns/zone.h"
#include "signer.h"

enum {
	TTL = 3600,
	DAY = 86400,
	KSK = 257,
};

/* Ends the test program: the signer itself does not work. */
static void
demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "signer: %s\n", what);
	exit(1);
}

struct dns_name
named(const char *text)
{
	struct dns_name name;

	demand(dns_name_parse(&name, text) == DNS_NAME_OK, text);
	return name;
}

/* Reads zone text as ldns's own kind of zone. */
static ldns_dnssec_zone *
read_zone(const struct signing *how)
{
	ldns_rdf *origin = ldns_dname_new_frm_str(how->origin);
	ldns_dnssec_zone *zone = NULL;
	struct buf text = BUF_INIT;
	FILE *file;
	int line = 0;

	buf_adds(&text, how->text);
	file = fmemopen(text.data, text.length, "r");
	demand(ldns_dnssec_zone_new_frm_fp_l(
		   &zone, file, origin, TTL, LDNS_RR_CLASS_IN, &line) == LDNS_STATUS_OK,
	    how->text);
	fclose(file);
	buf_clear(&text);
	ldns_rdf_deep_free(origin);
	return zone;
}

/* Makes a key for the zone, and the two records that publish it. */
static ldns_key *
make_key(const struct signing *how, ldns_rr **dnskey, ldns_rr **ds)
{
	unsigned algorithm = how->algorithm ? how->algorithm : TEST_ED25519;
	ldns_key *key =
	    ldns_key_new_frm_algorithm((ldns_signing_algorithm)algorithm, (uint16_t)how->bits);

	demand(key != NULL, "no such key can be made");
	ldns_key_set_pubkey_owner(key, ldns_dname_new_frm_str(how->origin));
	ldns_key_set_flags(key, KSK);
	ldns_key_set_inception(
	    key, (uint32_t)(how->inception ? how->inception : TEST_TIME - TTL));
	ldns_key_set_expiration(
	    key, (uint32_t)(how->expiration ? how->expiration : TEST_TIME + DAY));
	*dnskey = ldns_key2rr(key);
	ldns_rr_set_ttl(*dnskey, TTL);
	ldns_key_set_keytag(key, ldns_calc_keytag(*dnskey));
	*ds = ldns_key_rr2ds(*dnskey, LDNS_SHA256);
	return key;
}

/* Signs the zone in place. */
static void
sign(ldns_dnssec_zone *zone, ldns_key_list *keys, const struct signing *how)
{
	ldns_rr_list *made = ldns_rr_list_new();
	uint8_t salt[] = { 0xab, 0xcd };
	ldns_status status = how->nsec3
	    ? ldns_dnssec_zone_sign_nsec3_flg(zone, made, keys,
		  ldns_dnssec_default_replace_signatures, NULL, 1, how->opt_out ? 1 : 0,
		  (uint16_t)how->iterations, sizeof salt, salt, 0)
	    : ldns_dnssec_zone_sign_flg(
		  zone, made, keys, ldns_dnssec_default_replace_signatures, NULL, 0);

	demand(status == LDNS_STATUS_OK, "the zone cannot be signed");
	ldns_rr_list_free(made);
}

/* Appends what ldns prints to the records. */
static void
take_text(struct dns_records *records, const struct dns_name *apex, const char *text)
{
	char *fault = dns_zone_parse(text, apex, TTL, records);

	demand(fault == NULL, fault);
}

/* Reads the zone back as records. */
static void
take_zone(struct signed_zone *zone, ldns_dnssec_zone *made)
{
	char *text = NULL;
	size_t n;
	FILE *file = open_memstream(&text, &n);

	ldns_dnssec_zone_print(file, made);
	fclose(file);
	take_text(&zone->records, &zone->apex, text);
	free(text);
}

void
sign_zone(struct signed_zone *zone, const struct signing *how)
{
	ldns_key_list *keys = ldns_key_list_new();
	ldns_dnssec_zone *made = read_zone(how);
	ldns_rr *dnskey, *ds;
	char *text;

	*zone = (struct signed_zone){ .apex = named(how->origin) };
	if (!how->unsigned_zone) {
		ldns_key_list_push_key(keys, make_key(how, &dnskey, &ds));
		demand(ldns_dnssec_zone_add_rr(made, dnskey) == LDNS_STATUS_OK, "no DNSKEY");
		sign(made, keys, how);
		text = ldns_rr2str(ds);
		take_text(&zone->ds, &zone->apex, text);
		free(text);
		ldns_rr_free(ds);
	}
	take_zone(zone, made);
	ldns_dnssec_zone_deep_free(made);
	ldns_key_list_free(keys);
}

void
signed_zone_clear(struct signed_zone *zone)
{
	dns_records_clear(&zone->records);
	dns_records_clear(&zone->ds);
}

/* True for a record of the type, or a signature over one. */
static bool
is_about(const struct dns_record *record, uint16_t type)
{
	return record->type == type ||
	    (record->type == DNS_TYPE_RRSIG && wire_get16(record->rdata) == type);
}

size_t
give(
    struct dns_records *reply, const struct signed_zone *zone, const char *owner, uint16_t type)
{
	struct dns_name name = named(owner);
	size_t given = 0;

	for (size_t i = 0; i < zone->records.count; i++) {
		const struct dns_record *record = &zone->records.items[i];

		if (!dns_name_equal(&record->owner, &name) || !is_about(record, type))
			continue;
		dns_records_copy(reply, record);
		given++;
	}
	return given;
}

void
give_denials(struct dns_records *reply, const struct signed_zone *zone)
{
	for (size_t i = 0; i < zone->records.count; i++) {
		const struct dns_record *record = &zone->records.items[i];

		if (is_about(record, DNS_TYPE_NSEC) || is_about(record, DNS_TYPE_NSEC3))
			dns_records_copy(reply, record);
	}
}

void
give_keys(struct dns_records *keys, const struct signed_zone *zone)
{
	for (size_t i = 0; i < zone->records.count; i++) {
		if (zone->records.items[i].type == DNS_TYPE_DNSKEY)
			dns_records_copy(keys, &zone->records.items[i]);
	}
}

/*
 * Names, records and zones of the laboratory.
 *
 * Decides which name lies in which zone, and which names exist: one array of all records,
 * sorted in canonical order, in which the names below a name directly follow it, so that a
 * binary search also finds names that exist only because something is below them (empty
 * non-terminals, RFC 8020). A signed zone also has the chain of its names, ordered as its NSEC
 * or NSEC3 records go; what is proved with them is denier.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/wire.h"

#include "dns/zone.h"

#include "lab/catalog.h"

enum {
	TTL = 3600,
	WINDOWS = 256, /* of a type bitmap (RFC 4034 4.1.2) */
	WINDOW_SIZE = 32,
};

struct catalog {
	struct dns_records records; /* in the order in which they were added */
	const struct dns_record **sorted; /* by owner, else in that order */
	struct catalog_zone *zones;
	size_t zone_count, zone_capacity;
};

/* --- filling ---------------------------------------------------------------------- */

struct catalog *
catalog_new(void)
{
	return mem_alloc(sizeof(struct catalog));
}

void
catalog_free(struct catalog *catalog)
{
	if (!catalog)
		return;
	for (size_t i = 0; i < catalog->zone_count; i++) {
		zone_signer_free(catalog->zones[i].signer);
		free(catalog->zones[i].chain);
	}
	free(catalog->zones);
	dns_records_clear(&catalog->records);
	free(catalog->sorted);
	free(catalog);
}

void
catalog_add(struct catalog *catalog, const struct dns_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		dns_records_copy(&catalog->records, &records->items[i]);
}

void
catalog_add_zone(struct catalog *catalog, const struct dns_name *apex, enum lab_signing signing)
{
	struct catalog_zone *zone;

	catalog->zones = mem_grow(catalog->zones, catalog->zone_count, &catalog->zone_capacity,
	    sizeof *catalog->zones);
	zone = &catalog->zones[catalog->zone_count++];
	*zone = (struct catalog_zone){ .apex = *apex };
	dns_name_lower(&zone->apex);
	zone->signer = zone_signer_new(apex, signing);
}

/* True when the apex has a record of the type. */
static bool
has_added(const struct catalog *catalog, const struct dns_name *apex, uint16_t type)
{
	return dnssec_has(&catalog->records, apex, type);
}

/* Gives the zone the SOA and NS records that every zone has (RFC 1034 4.2.1). */
static void
complete_zone(struct catalog *catalog, const struct catalog_zone *zone)
{
	static const char soa[] =
	    "@ SOA ns1.lab.example. hostmaster.lab.example. 2026112101 7200 3600 1209600 300\n";
	static const char ns[] = "@ NS ns1.lab.example.\n@ NS ns2.lab.example.\n";

	if (!has_added(catalog, &zone->apex, DNS_TYPE_SOA))
		free(dns_zone_parse(soa, &zone->apex, TTL, &catalog->records));
	if (!has_added(catalog, &zone->apex, DNS_TYPE_NS))
		free(dns_zone_parse(ns, &zone->apex, TTL, &catalog->records));
}

/* Orders records by owner; those of one owner as they were added (both lie in one array). */
static int
compare_records(const void *left, const void *right)
{
	const struct dns_record *a = *(const struct dns_record *const *)left;
	const struct dns_record *b = *(const struct dns_record *const *)right;
	int order = dns_name_compare(&a->owner, &b->owner);

	return order != 0 ? order : (a > b) - (a < b);
}

/* Sorts all records. */
static void
sort_records(struct catalog *catalog)
{
	size_t count = catalog->records.count;

	catalog->sorted = mem_calloc(count, sizeof(const struct dns_record *));
	for (size_t i = 0; i < count; i++)
		catalog->sorted[i] = &catalog->records.items[i];
	qsort(catalog->sorted, count, sizeof(const struct dns_record *), compare_records);
}

/* --- finding ---------------------------------------------------------------------- */

struct catalog_node
catalog_find(const struct catalog *catalog, const struct dns_name *name)
{
	size_t low = 0, high = catalog->records.count;
	struct catalog_node node = { 0 };

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dns_name_compare(&catalog->sorted[middle]->owner, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	node.first = low;
	while (
	    low < catalog->records.count && dns_name_equal(&catalog->sorted[low]->owner, name))
		low++;
	node.count = low - node.first;
	node.exists = node.count > 0 ||
	    (low < catalog->records.count &&
		dns_name_below(&catalog->sorted[low]->owner, name));
	return node;
}

struct dns_name
catalog_encloser(const struct catalog *catalog, const struct dns_name *name)
{
	struct dns_name encloser = *name;

	while (!dns_name_is_root(&encloser) && !catalog_find(catalog, &encloser).exists)
		encloser = dns_name_parent(&encloser);
	return encloser;
}

struct catalog_node
catalog_wildcard(
    const struct catalog *catalog, const struct dns_name *name, struct dns_name *wildcard)
{
	struct dns_name encloser = catalog_encloser(catalog, name);

	if (!dns_name_prepend(wildcard, "*", &encloser))
		return (struct catalog_node){ 0 };
	return catalog_find(catalog, wildcard);
}

const struct dns_record *
catalog_first(const struct catalog *catalog, const struct catalog_node *node, uint16_t type)
{
	for (size_t i = 0; i < node->count; i++) {
		if (catalog_record(catalog, node, i)->type == type)
			return catalog_record(catalog, node, i);
	}
	return NULL;
}

const struct dns_record *
catalog_record(const struct catalog *catalog, const struct catalog_node *node, size_t i)
{
	return catalog->sorted[node->first + i];
}

/* --- zones -------------------------------------------------------------------------- */

const struct catalog_zone *
catalog_zone(const struct catalog *catalog, const struct dns_name *name, uint16_t type)
{
	const struct catalog_zone *deepest = NULL;

	for (size_t i = 0; i < catalog->zone_count; i++) {
		const struct catalog_zone *zone = &catalog->zones[i];

		if (!dns_name_below(name, &zone->apex) ||
		    (deepest && zone->apex.length <= deepest->apex.length))
			continue;
		if (type != DNS_TYPE_DS || !dns_name_equal(name, &zone->apex))
			deepest = zone;
	}
	return deepest;
}

const struct catalog_zone *
catalog_zone_at(const struct catalog *catalog, const struct dns_name *apex)
{
	const struct catalog_zone *zone = catalog_zone(catalog, apex, DNS_TYPE_SOA);

	return zone && dns_name_equal(&zone->apex, apex) ? zone : NULL;
}

/* True when a zone below this one begins at the name. */
static bool
is_delegation(
    const struct catalog *catalog, const struct catalog_zone *zone, const struct dns_name *name)
{
	return !dns_name_equal(name, &zone->apex) && catalog_zone_at(catalog, name);
}

/* True when the delegation at the name has a DS record. */
static bool
is_secure_delegation(const struct catalog *catalog, const struct dns_name *name)
{
	return zone_signer_signs(catalog_zone_at(catalog, name)->signer);
}

/* --- chains --------------------------------------------------------------------------- */

/* Orders the names of a chain as NSEC3 does, by hash. */
static int
compare_hashes(const void *left, const void *right)
{
	const struct catalog_name *a = left, *b = right;

	return memcmp(a->hash, b->hash, sizeof a->hash);
}

/* Adds a name to the zone's chain. */
static void
append_to_chain(struct catalog_zone *zone, const struct dns_name *name)
{
	zone->chain = mem_grow(zone->chain, zone->count, &zone->capacity, sizeof *zone->chain);
	zone->chain[zone->count] = (struct catalog_name){ .name = *name };
	dns_name_lower(&zone->chain[zone->count++].name);
}

/* True when the chain has the name already. */
static bool
is_in_chain(const struct catalog_zone *zone, const struct dns_name *name)
{
	for (size_t i = zone->count; i > 0; i--) {
		if (dns_name_equal(&zone->chain[i - 1].name, name))
			return true;
	}
	return false;
}

/* Adds the name, and for NSEC3 the names above it that exist only by it (RFC 5155 7.1). */
static void
add_to_chain(struct catalog_zone *zone, const struct dns_name *name)
{
	struct dns_name above = *name;

	append_to_chain(zone, name);
	if (zone_signer_denial(zone->signer) == ZONE_DENIAL_NSEC)
		return;
	while (!dns_name_equal(&above, &zone->apex)) {
		above = dns_name_parent(&above);
		if (!is_in_chain(zone, &above))
			append_to_chain(zone, &above);
	}
}

/* True when the zone's chain leaves the name out: an unsigned delegation under opt-out. */
static bool
is_left_out(
    const struct catalog *catalog, const struct catalog_zone *zone, const struct dns_name *name)
{
	return zone_signer_denial(zone->signer) == ZONE_DENIAL_OPT_OUT &&
	    is_delegation(catalog, zone, name) && !is_secure_delegation(catalog, name);
}

/* Orders the chain of an NSEC3 zone by hash. */
static void
order_by_hash(struct catalog_zone *zone)
{
	for (size_t i = 0; i < zone->count; i++)
		dnssec_nsec3_hash(&zone->chain[i].name, 0, NULL, 0, zone->chain[i].hash);
	qsort(zone->chain, zone->count, sizeof *zone->chain, compare_hashes);
}

/* True when the name belongs to the zone's chain: it is in the zone, or a delegation in it. */
static bool
is_linked(
    const struct catalog *catalog, const struct catalog_zone *zone, const struct dns_name *name)
{
	return (catalog_zone(catalog, name, DNS_TYPE_SOA) == zone ||
		   catalog_zone(catalog, name, DNS_TYPE_DS) == zone) &&
	    !is_left_out(catalog, zone, name);
}

/* Links the chain of a signed zone. */
static void
link_chain(const struct catalog *catalog, struct catalog_zone *zone)
{
	const struct dns_record *const *sorted = catalog->sorted;
	size_t first = catalog_find(catalog, &zone->apex).first;

	for (size_t i = first;
	     i < catalog->records.count && dns_name_below(&sorted[i]->owner, &zone->apex);
	     i++) {
		if ((i == first || !dns_name_equal(&sorted[i]->owner, &sorted[i - 1]->owner)) &&
		    is_linked(catalog, zone, &sorted[i]->owner))
			add_to_chain(zone, &sorted[i]->owner);
	}
	if (zone_signer_denial(zone->signer) != ZONE_DENIAL_NSEC)
		order_by_hash(zone);
}

const struct catalog_name *
catalog_chain(const struct catalog *catalog, const struct catalog_zone *zone, size_t *count)
{
	struct catalog_zone *own = &catalog->zones[zone - catalog->zones];

	if (own->count == 0)
		link_chain(catalog, own);
	*count = own->count;
	return own->chain;
}

/* Makes an unsigned zone of each name that has a SOA record and was not made one. */
static void
find_other_zones(struct catalog *catalog)
{
	for (size_t i = 0; i < catalog->records.count; i++) {
		const struct dns_record *record = &catalog->records.items[i];

		if (record->type == DNS_TYPE_SOA && !catalog_zone_at(catalog, &record->owner))
			catalog_add_zone(catalog, &record->owner, LAB_UNSIGNED);
	}
}

void
catalog_seal(struct catalog *catalog)
{
	for (size_t i = 0; i < catalog->zone_count; i++)
		complete_zone(catalog, &catalog->zones[i]);
	find_other_zones(catalog);
	sort_records(catalog);
}

/* --- types ------------------------------------------------------------------------------ */

/* Sets the bit of a type. */
static void
set_bit(uint8_t bits[WINDOWS][WINDOW_SIZE], uint16_t type)
{
	bits[type >> 8][(type & 0xff) / 8] |= (uint8_t)(0x80 >> type % 8);
}

/* Sets the bits of what the zone holds at the name; true when any of it is signed there. */
static bool
set_bits(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, uint8_t bits[WINDOWS][WINDOW_SIZE])
{
	struct catalog_node node = catalog_find(catalog, name);

	if (is_delegation(catalog, zone, name)) {
		set_bit(bits, DNS_TYPE_NS);
		if (!is_secure_delegation(catalog, name))
			return false;
		set_bit(bits, DNS_TYPE_DS);
		return true;
	}
	for (size_t i = 0; i < node.count; i++)
		set_bit(bits, catalog_record(catalog, &node, i)->type);
	if (dns_name_equal(name, &zone->apex))
		set_bit(bits, DNS_TYPE_DNSKEY);
	return node.count > 0;
}

/* Appends the windows that have a bit set. */
static void
add_windows(uint8_t bits[WINDOWS][WINDOW_SIZE], struct buf *out)
{
	for (unsigned window = 0; window < WINDOWS; window++) {
		size_t used = WINDOW_SIZE;

		while (used > 0 && bits[window][used - 1] == 0)
			used--;
		if (used == 0)
			continue;
		buf_addc(out, (char)window);
		buf_addc(out, (char)used);
		buf_add(out, bits[window], used);
	}
}

void
catalog_bitmap(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct buf *out)
{
	bool nsec = zone_signer_denial(zone->signer) == ZONE_DENIAL_NSEC;
	uint8_t bits[WINDOWS][WINDOW_SIZE] = { { 0 } };
	bool is_signed = set_bits(catalog, zone, name, bits);

	if (nsec)
		set_bit(bits, DNS_TYPE_NSEC);
	if (!nsec && dns_name_equal(name, &zone->apex))
		set_bit(bits, DNS_TYPE_NSEC3PARAM);
	if (is_signed || nsec)
		set_bit(bits, DNS_TYPE_RRSIG);
	add_windows(bits, out);
}

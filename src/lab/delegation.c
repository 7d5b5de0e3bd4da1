/*
 * Answers with authority, and referrals.
 *
 * Decides which zone of the server a question belongs to, where the way goes on below it, and which
 * addresses come along (glue: those of servers whose names lie within the zone that refers). What
 * the records are is the authority's; that a server has other ones than its fellows is data of
 * the scenario.
 */
#include "lab/catalog.h"
#include "lab/delegation.h"

enum {
	RCODE_NOERROR = 0,
	RCODE_REFUSED = 5,
};

/* A reply under way. */
struct referral {
	const struct authority *authority;
	const struct catalog *catalog;
	const struct lab_role *role;
	const struct dns_message *query;
	int64_t time;
	struct dns_message *reply;
};

/* True when the server holds this zone. */
static bool
holds(const struct lab_role *role, const struct dns_name *apex)
{
	for (size_t i = 0; i < role->zone_count; i++) {
		if (dns_name_equal(&role->zones[i], apex))
			return true;
	}
	return false;
}

/* Returns the deepest zone of the server that the name lies in or below, or NULL. */
static const struct catalog_zone *
zone_above(const struct referral *r, const struct dns_name *name)
{
	struct dns_name apex = *name;

	for (;;) {
		const struct catalog_zone *zone = catalog_zone_at(r->catalog, &apex);

		if (zone && holds(r->role, &apex))
			return zone;
		if (dns_name_is_root(&apex))
			return NULL;
		apex = dns_name_parent(&apex);
	}
}

/* Returns the first zone below this one on the way to the name. */
static const struct catalog_zone *
zone_below(
    const struct referral *r, const struct catalog_zone *zone, const struct dns_name *name)
{
	for (unsigned labels = dns_name_labels(&zone->apex) + 1;
	     labels <= dns_name_labels(name); labels++) {
		struct dns_name apex = dns_name_ancestor(name, labels);
		const struct catalog_zone *below = catalog_zone_at(r->catalog, &apex);

		if (below)
			return below;
	}
	return NULL;
}

/* Copies the records of the type at the name, as the zone text has them. */
static void
copy_set(const struct referral *r, const struct dns_name *name, uint16_t type,
    struct dns_records *to)
{
	struct catalog_node node = catalog_find(r->catalog, name);

	for (size_t i = 0; i < node.count; i++) {
		const struct dns_record *record = catalog_record(r->catalog, &node, i);

		if (record->type == type)
			dns_records_copy(to, record);
	}
}

/* Adds the addresses of the servers named, where their names lie within the zone. */
static void
add_glue(const struct referral *r, const struct catalog_zone *zone)
{
	const struct dns_records *servers = &r->reply->authority;
	struct dns_name name;

	for (size_t i = 0; i < servers->count; i++) {
		if (!dns_record_target(&servers->items[i], &name) ||
		    servers->items[i].type != DNS_TYPE_NS ||
		    !dns_name_below(&name, &zone->apex))
			continue;
		copy_set(r, &name, DNS_TYPE_A, &r->reply->additional);
		copy_set(r, &name, DNS_TYPE_AAAA, &r->reply->additional);
	}
}

/* Vouches for the keys of the zone below, to those who ask with DO (RFC 4035 3.1.4). */
static void
add_ds(
    const struct referral *r, const struct catalog_zone *zone, const struct catalog_zone *below)
{
	struct dns_records *to = &r->reply->authority;
	size_t first = to->count;

	if (!r->query->dnssec_ok || !zone_signer_signs(below->signer))
		return;
	zone_signer_ds(below->signer, to);
	if (zone_signer_signs(zone->signer))
		zone_signer_sign(zone->signer, to, first, &below->apex, r->time);
}

/* Answers where the way goes on. */
static void
refer(
    const struct referral *r, const struct catalog_zone *zone, const struct catalog_zone *below)
{
	struct dns_records *to = &r->reply->authority;
	const struct dns_records *named = authority_delegation(r->authority, &below->apex);

	for (size_t i = 0; named && i < named->count; i++)
		dns_records_copy(to, &named->items[i]);
	if (!named)
		copy_set(r, &below->apex, DNS_TYPE_NS, to);
	add_glue(r, zone);
	add_ds(r, zone, below);
}

/* Drops what lies outside the server's zones: where an alias led. */
static void
keep_own(const struct referral *r, struct dns_records *section)
{
	struct dns_records kept = { 0 };

	for (size_t i = 0; i < section->count; i++) {
		const struct catalog_zone *zone =
		    catalog_zone(r->catalog, &section->items[i].owner, DNS_TYPE_SOA);

		if (zone && holds(r->role, &zone->apex))
			dns_records_copy(&kept, &section->items[i]);
	}
	dns_records_clear(section);
	*section = kept;
}

/* True when the server lacks what is asked for. */
static bool
lacks(const struct lab_role *role, const struct dns_question *question)
{
	for (size_t i = 0; i < role->lack_count; i++) {
		if (role->lacks[i].type == question->type &&
		    dns_name_equal(&role->lacks[i].name, &question->name))
			return true;
	}
	return false;
}

/* Returns the server's own records for the question. */
static struct dns_records
own_records(const struct lab_role *role, const struct dns_question *question)
{
	struct dns_records own = { 0 };

	for (size_t i = 0; role->own && i < role->own->count; i++) {
		const struct dns_record *record = &role->own->items[i];

		if (record->type == question->type &&
		    dns_name_equal(&record->owner, &question->name))
			dns_records_copy(&own, record);
	}
	return own;
}

/* Puts what the server has otherwise than its fellows into the reply. */
static void
differ(const struct referral *r, const struct catalog_zone *zone)
{
	struct dns_message *reply = r->reply;
	struct dns_records own = own_records(r->role, &r->query->question);
	bool without = lacks(r->role, &r->query->question);

	if (own.count == 0 && !without)
		return;
	dns_records_clear(&reply->answer);
	dns_records_clear(&reply->authority);
	reply->rcode = RCODE_NOERROR;
	reply->answer = own;
	if (without)
		copy_set(r, &zone->apex, DNS_TYPE_SOA, &reply->authority);
}

/* Gives the authority's answer as one that is the server's own. */
static void
answer_own(const struct referral *r, const struct catalog_zone *zone)
{
	r->reply->authoritative = true;
	if (r->reply->rcode != RCODE_NOERROR && r->reply->answer.count == 0)
		return;
	keep_own(r, &r->reply->answer);
	keep_own(r, &r->reply->authority);
	differ(r, zone);
}

void
delegation_answer(const struct authority *authority, const struct lab_role *role,
    const struct dns_message *query, int64_t time, struct dns_message *reply)
{
	const struct referral r = { authority, authority_catalog(authority), role, query, time,
		reply };
	const struct dns_name *name = &query->question.name;
	const struct catalog_zone *zone, *below;

	authority_answer(authority, query, time, reply);
	reply->recursion_available = false;
	zone = query->has_question ? zone_above(&r, name) : NULL;
	below = zone ? zone_below(&r, zone, name) : NULL;
	if (query->opcode != 0 || !query->has_question)
		return;
	if (zone && !below) {
		answer_own(&r, zone);
		return;
	}
	dns_records_clear(&reply->answer);
	dns_records_clear(&reply->authority);
	reply->rcode = zone ? RCODE_NOERROR : RCODE_REFUSED;
	if (below)
		refer(&r, zone, below);
}

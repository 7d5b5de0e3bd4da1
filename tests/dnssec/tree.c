/*
 * A private tree of signed zones in memory, and a resolver that answers from it. A negative
 * answer brings all denials of its zone along: which of them prove anything is the
 * validator's to find out.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/wire.h"
#include "dns/message.h"
#include "tree.h"

enum {
	TTL = 3600,
};

/* Returns the deepest zone that the name is in; for DS, the one above the cut. */
static struct tree_zone *
zone_of(struct tree *tree, const struct dns_name *name, uint16_t type)
{
	struct tree_zone *best = NULL;
	struct dns_name home = type == DNS_TYPE_DS ? dns_name_parent(name) : *name;

	for (size_t i = 0; i < tree->count; i++) {
		struct dns_name apex = named(tree->zones[i].apex);

		if (dns_name_below(&home, &apex) &&
		    (!best || apex.length > named(best->apex).length))
			best = &tree->zones[i];
	}
	return best;
}

/* Appends the delegation of a child to its parent's text. */
static void
add_delegation(struct buf *text, const struct tree_zone *child)
{
	const struct dns_records *ds = &child->zone.ds;

	buf_addf(text, "%s. NS ns.%s.\nns.%s. A 192.0.2.53\n", child->apex, child->apex,
	    child->apex);
	if (child->ds == TREE_DS_NONE || ds->count == 0)
		return;
	if (child->ds == TREE_DS_WRONG)
		ds->items[0].rdata[8] ^= 1;
	if (child->ds == TREE_DS_UNKNOWN)
		ds->items[0].rdata[2] = 99;
	buf_addf(text, "%s. DS ", child->apex);
	dns_record_text(&ds->items[0], text);
	buf_addc(text, '\n');
}

/* Signs one zone, whose children are signed already. */
static void
sign_one(struct tree *tree, struct tree_zone *zone)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, "@ SOA ns root 1 2 3 4 300\n@ NS ns\nns A 192.0.2.53\n");
	buf_adds(&text, zone->text);
	for (struct tree_zone *child = tree->zones; child < zone; child++) {
		struct dns_name name = named(child->apex);

		if (zone_of(tree, &name, DNS_TYPE_DS) == zone)
			add_delegation(&text, child);
	}
	zone->how.origin = zone->apex;
	zone->how.text = text.data;
	sign_zone(&zone->zone, &zone->how);
	buf_clear(&text);
}

void
tree_sign(struct tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		sign_one(tree, &tree->zones[i]);
}

void
tree_clear(struct tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		signed_zone_clear(&tree->zones[i].zone);
}

/* True when the zone has anything at or below the name. */
static bool
exists(const struct tree_zone *zone, const struct dns_name *name)
{
	for (size_t i = 0; i < zone->zone.records.count; i++) {
		const struct dns_record *record = &zone->zone.records.items[i];

		if (record->type != DNS_TYPE_NSEC3 && dns_name_below(&record->owner, name))
			return true;
	}
	return false;
}

/* Gives an RRset under the name asked for, from what the zone has at the source. */
static size_t
give_as(struct dns_records *evidence, const struct tree_zone *zone,
    const struct dns_name *source, const struct dns_name *name, uint16_t type)
{
	char text[DNS_NAME_TEXT_MAX];
	size_t before = evidence->count;
	size_t given = give(evidence, &zone->zone, dns_name_text(source, text), type);

	for (size_t i = before; i < evidence->count; i++)
		evidence->items[i].owner = *name;
	return given;
}

/* Finds the wildcard that stands in for a name that does not exist. */
static bool
find_wildcard(
    const struct tree_zone *zone, const struct dns_name *name, struct dns_name *wildcard)
{
	struct dns_name encloser = dns_name_parent(name);

	while (!exists(zone, &encloser) && !dns_name_is_root(&encloser))
		encloser = dns_name_parent(&encloser);
	return dns_name_prepend(wildcard, "*", &encloser) && exists(zone, wildcard);
}

/* Adds an alias to the result. */
static void
add_alias(struct dns_result *result, const struct dns_name *target)
{
	result->alias =
	    mem_realloc(result->alias, result->alias_count + 1, sizeof *result->alias);
	result->alias[result->alias_count++] = *target;
}

/* Gives a DNAME above the name and the CNAME made from it; true when there is one. */
static bool
give_dname(struct dns_records *evidence, const struct tree_zone *zone,
    const struct dns_name *name, struct dns_name *target)
{
	for (struct dns_name above = dns_name_parent(name); !dns_name_is_root(&above);
	     above = dns_name_parent(&above)) {
		struct dns_record cname = { .owner = *name,
			.type = DNS_TYPE_CNAME,
			.class = DNS_CLASS_IN,
			.ttl = TTL };
		size_t before = evidence->count, front = (size_t)name->length - above.length;

		if (!give_as(evidence, zone, &above, &above, DNS_TYPE_DNAME))
			continue;
		dns_record_target(&evidence->items[before], target);
		if (evidence->items[before].type != DNS_TYPE_DNAME)
			dns_record_target(&evidence->items[before + 1], target);
		memmove(target->wire + front, target->wire, target->length);
		memcpy(target->wire, name->wire, front);
		target->length = (uint8_t)(target->length + front);
		cname.rdata = target->wire;
		cname.length = target->length;
		dns_records_copy(evidence, &cname);
		return true;
	}
	return false;
}

/* Gives an alias at the name; true when there is one, and *target is where it leads. */
static bool
give_alias(struct dns_records *evidence, const struct tree_zone *zone,
    const struct dns_name *source, const struct dns_name *name, struct dns_name *target)
{
	size_t before = evidence->count;

	if (!give_as(evidence, zone, source, name, DNS_TYPE_CNAME))
		return give_dname(evidence, zone, name, target);
	for (size_t i = before; i < evidence->count; i++)
		dns_record_target(&evidence->items[i], target);
	return true;
}

/* Says that there is nothing, with all the denials of the zone. */
static void
deny(struct dns_result *result, struct dns_records *evidence, const struct tree_zone *zone,
    bool here)
{
	give_as(evidence, zone, &zone->zone.apex, &zone->zone.apex, DNS_TYPE_SOA);
	give_denials(evidence, &zone->zone);
	result->outcome = here ? DNS_NODATA : DNS_NXDOMAIN;
}

/* Answers one link of the chain from a zone. Returns true when it goes on at *next. */
static bool
answer_link(struct dns_result *result, struct dns_records *evidence,
    const struct tree_zone *zone, const struct dns_name *name, struct dns_name *next)
{
	struct dns_name source = *name, wildcard;
	bool here = exists(zone, name), wild = !here && find_wildcard(zone, name, &wildcard);

	if (wild) {
		source = wildcard;
		give_denials(evidence, &zone->zone);
	}
	if (give_as(evidence, zone, &source, name, result->question.type)) {
		result->outcome = DNS_ANSWER;
		return false;
	}
	if (give_alias(evidence, zone, &source, name, next)) {
		add_alias(result, next);
		return true;
	}
	deny(result, evidence, zone, here || wild);
	return false;
}

/* Takes signatures and denials away. */
static void
strip(struct dns_records *evidence)
{
	for (size_t i = 0; i < evidence->count; i++) {
		uint16_t type = evidence->items[i].type;

		if (type == DNS_TYPE_RRSIG || type == DNS_TYPE_NSEC || type == DNS_TYPE_NSEC3)
			evidence->items[i].type = 4711;
	}
}

/* Takes denials away, with their signatures. */
static void
strip_proofs(struct dns_records *evidence)
{
	for (size_t i = 0; i < evidence->count; i++) {
		struct dns_record *record = &evidence->items[i];
		uint16_t type =
		    record->type == DNS_TYPE_RRSIG ? wire_get16(record->rdata) : record->type;

		if (type == DNS_TYPE_NSEC || type == DNS_TYPE_NSEC3)
			record->type = 4711;
	}
}

/* Answers for a domain of the resolver's own: an address, whatever is asked. */
static bool
give_own(struct tree *tree, struct dns_result *result, struct dns_records *evidence)
{
	static uint8_t address[] = { 10, 0, 0, 1 };
	struct dns_name own;

	if (!tree->own_domain)
		return false;
	own = named(tree->own_domain);
	if (!dns_name_below(&result->question.name, &own) ||
	    (result->question.type == DNS_TYPE_DS && !tree->denies_own_ds))
		return false;
	result->outcome = result->question.type == DNS_TYPE_A ? DNS_ANSWER : DNS_NODATA;
	if (result->outcome == DNS_ANSWER)
		dns_records_copy(evidence,
		    &(struct dns_record){ .owner = result->question.name,
			.type = DNS_TYPE_A,
			.class = DNS_CLASS_IN,
			.ttl = TTL,
			.length = sizeof address,
			.rdata = address });
	return true;
}

/* Changes every address. */
static void
alter(struct dns_records *evidence)
{
	for (size_t i = 0; i < evidence->count; i++) {
		if (evidence->items[i].type == DNS_TYPE_A)
			evidence->items[i].rdata[3] ^= 1;
	}
}

struct dns_result *
tree_ask(struct tree *tree, const struct dns_question *question, struct dns_records *evidence)
{
	struct dns_result *result = dns_result_new(question);
	struct dns_name name = question->name, next;
	struct tree_zone *zone;
	bool more;

	tree->questions++;
	if (give_own(tree, result, evidence))
		return result;
	if (tree->mute && question->type == DNS_TYPE_DNSKEY) {
		result->outcome = DNS_TIMEOUT;
		return result;
	}
	do {
		zone = zone_of(tree, &name, question->type);
		if (zone->silent) {
			result->outcome = DNS_SERVFAIL;
			break;
		}
		more = answer_link(result, evidence, zone, &name, &next);
		name = next;
		if (zone->stripped)
			strip(evidence);
		if (zone->altered)
			alter(evidence);
	} while (more && result->alias_count < TREE_ALIASES_MAX);
	if (tree->strips)
		strip(evidence);
	if (tree->strips_proofs)
		strip_proofs(evidence);
	return result;
}

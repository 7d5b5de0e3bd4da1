/*
 * What the laboratory's DNS answers.
 *
 * Decides between records, alias, wildcard, "no such data" and "no such name", and which
 * signatures and proofs an answer takes along for those who ask with DO (RFC 4035 3.1). Which
 * names and zones there are is catalog.c's, how they are signed zone_signer.c's, what proves
 * that something is not there denier.c's. What goes over which transport, and when, is left to
 * nameserver.c.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "lab/authority.h"
#include "lab/catalog.h"
#include "lab/denier.h"

NAMES_DEFINE(lab_fault_kind, LAB_FAULTS)

enum {
	/* from here to ANY: questions for more than one RRset (RFC 6895 3.1) */
	TYPE_IXFR = 251,
};

enum {
	RCODE_NOERROR = 0,
	RCODE_FORMERR = 1,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_NOTIMP = 4,
	RCODE_REFUSED = 5,
};

struct authority {
	struct catalog *catalog;
	struct lab_fault *faults;
	size_t fault_count, fault_capacity;
	struct dns_records *delegations; /* each of one owner */
	size_t delegation_count, delegation_capacity;
};

/* An answer under way. */
struct answer {
	const struct catalog *catalog;
	const struct dns_question *question;
	const struct lab_fault *fault; /* that strikes the question, or NULL */
	bool proves; /* signatures and proofs are asked for */
	int64_t time;
	struct dns_message *reply;
};

/* --- filling ---------------------------------------------------------------------- */

struct authority *
authority_new(void)
{
	struct authority *authority = mem_alloc(sizeof *authority);

	authority->catalog = catalog_new();
	return authority;
}

void
authority_free(struct authority *authority)
{
	if (!authority)
		return;
	catalog_free(authority->catalog);
	free(authority->faults);
	for (size_t i = 0; i < authority->delegation_count; i++)
		dns_records_clear(&authority->delegations[i]);
	free(authority->delegations);
	free(authority);
}

void
authority_add_records(struct authority *authority, const struct dns_records *records)
{
	catalog_add(authority->catalog, records);
}

void
authority_add_zone(
    struct authority *authority, const struct dns_name *apex, enum lab_signing signing)
{
	catalog_add_zone(authority->catalog, apex, signing);
}

void
authority_add_delegation(struct authority *authority, const struct dns_records *records)
{
	struct dns_records *copy;

	if (records->count == 0)
		return;
	authority->delegations = mem_grow(authority->delegations, authority->delegation_count,
	    &authority->delegation_capacity, sizeof *authority->delegations);
	copy = &authority->delegations[authority->delegation_count++];
	*copy = (struct dns_records){ 0 };
	for (size_t i = 0; i < records->count; i++)
		dns_records_copy(copy, &records->items[i]);
}

const struct dns_records *
authority_delegation(const struct authority *authority, const struct dns_name *apex)
{
	for (size_t i = 0; i < authority->delegation_count; i++) {
		if (dns_name_equal(&authority->delegations[i].items[0].owner, apex))
			return &authority->delegations[i];
	}
	return NULL;
}

const struct catalog *
authority_catalog(const struct authority *authority)
{
	return authority->catalog;
}

void
authority_add_fault(struct authority *authority, const struct lab_fault *fault)
{
	authority->faults = mem_grow(authority->faults, authority->fault_count,
	    &authority->fault_capacity, sizeof *authority->faults);
	authority->faults[authority->fault_count++] = *fault;
}

void
authority_seal(struct authority *authority)
{
	catalog_seal(authority->catalog);
}

void
authority_trust_anchors(const struct authority *authority, struct dns_records *anchors)
{
	const struct dns_name root = { .length = 1 };
	const struct catalog_zone *zone = catalog_zone_at(authority->catalog, &root);

	if (zone && zone_signer_signs(zone->signer))
		zone_signer_keys(zone->signer, anchors);
}

const struct lab_fault *
authority_fault(const struct authority *authority, const struct dns_question *question)
{
	for (size_t i = 0; i < authority->fault_count; i++) {
		const struct lab_fault *fault = &authority->faults[i];

		if ((fault->type == DNS_TYPE_ANY || fault->type == question->type) &&
		    dns_name_equal(&fault->name, &question->name))
			return fault;
	}
	return NULL;
}

/* True when the fault of this kind strikes the question. */
static bool
has_fault(const struct answer *answer, enum lab_fault_kind kind)
{
	return answer->fault && answer->fault->kind == kind;
}

/* --- what there is ------------------------------------------------------------------ */

/* True when the name has records of the type; keys and DS records are made on demand. */
static bool
has_type(const struct catalog *catalog, const struct catalog_node *node,
    const struct dns_name *name, uint16_t type)
{
	const struct catalog_zone *zone;

	if (type != DNS_TYPE_DNSKEY && type != DNS_TYPE_DS)
		return catalog_first(catalog, node, type) != NULL;
	zone = catalog_zone_at(catalog, name);
	return zone && zone_signer_signs(zone->signer) &&
	    (type == DNS_TYPE_DNSKEY || catalog_zone(catalog, name, DNS_TYPE_DS));
}

/* Appends the records of the type at the node, or those that its zone makes on demand. */
static void
copy_records(const struct catalog *catalog, const struct catalog_node *node,
    const struct dns_name *name, uint16_t type, struct dns_records *to)
{
	if (type == DNS_TYPE_DNSKEY) {
		zone_signer_keys(catalog_zone_at(catalog, name)->signer, to);
		return;
	}
	if (type == DNS_TYPE_DS) {
		zone_signer_ds(catalog_zone_at(catalog, name)->signer, to);
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct dns_record *record = catalog_record(catalog, node, i);

		if (record->type == type)
			dns_records_copy(to, record);
	}
}

/* Signs the RRset that begins at record number first, which the zone holds. */
static void
sign_from(const struct answer *answer, const struct catalog_zone *zone, struct dns_records *to,
    size_t first, const struct dns_name *signed_owner)
{
	if (answer->proves && zone && zone_signer_signs(zone->signer) && first < to->count)
		zone_signer_sign(zone->signer, to, first, signed_owner, answer->time);
}

/* Changes what was signed, as somebody on the way would: a preference, an address, a text. */
static void
alter(struct dns_record *record)
{
	if (record->type == DNS_TYPE_MX)
		record->rdata[1] ^= 1;
	else
		record->rdata[record->length - 1] ^= 1;
}

/*
 * Answers with the node's records of the type under this name, to which a wildcard's owner
 * changes.
 */
static void
add_set(const struct answer *answer, const struct catalog_node *node,
    const struct dns_name *source, const struct dns_name *name, uint16_t type)
{
	struct dns_records *to = &answer->reply->answer;
	size_t first = to->count;

	copy_records(answer->catalog, node, source, type, to);
	for (size_t i = first; i < to->count; i++)
		to->items[i].owner = *name;
	sign_from(answer, catalog_zone(answer->catalog, name, type), to, first, source);
	if (has_fault(answer, LAB_FAULT_ALTERED) && first < to->count)
		alter(&to->items[first]);
}

/* --- what there is not -------------------------------------------------------------- */

/* What a proof has to show. */
typedef void denier(const struct catalog *catalog, const struct catalog_zone *zone,
    const struct dns_name *name, struct dns_records *to);

/* Proves something of the name, to those who ask for it, by signed records of the zone. */
static void
prove(const struct answer *answer, denier *deny, const struct catalog_zone *zone,
    const struct dns_name *name)
{
	struct dns_records proofs = { 0 }, *to = &answer->reply->authority;

	if (!answer->proves || !zone)
		return;
	deny(answer->catalog, zone, name, &proofs);
	for (size_t i = 0; i < proofs.count; i++) {
		dns_records_copy(to, &proofs.items[i]);
		sign_from(answer, zone, to, to->count - 1, &proofs.items[i].owner);
	}
	dns_records_clear(&proofs);
}

/*
 * Adds the zone's SOA to the authority section, its TTL that of a negative answer (RFC 2308
 * 3).
 */
static void
add_soa(const struct answer *answer, const struct catalog_zone *zone)
{
	struct catalog_node apex = catalog_find(answer->catalog, &zone->apex);
	const struct dns_record *soa = catalog_first(answer->catalog, &apex, DNS_TYPE_SOA);
	struct dns_records *to = &answer->reply->authority;
	uint32_t serial, minimum;

	dns_records_copy(to, soa);
	if (dns_record_soa(soa, &serial, &minimum) && minimum < soa->ttl)
		to->items[to->count - 1].ttl = minimum;
	sign_from(answer, zone, to, to->count - 1, &soa->owner);
}

/*
 * Answers that the name, or the type at it, does not exist, with the SOA of the zone around.
 * What lies outside the zones below the root is not ours to deny.
 */
static void
answer_no(const struct answer *answer, const struct dns_name *name, bool exists, denier *deny)
{
	const struct catalog_zone *zone =
	    catalog_zone(answer->catalog, name, answer->question->type);

	if (!exists && (!zone || dns_name_is_root(&zone->apex))) {
		if (answer->reply->answer.count == 0)
			answer->reply->rcode = RCODE_REFUSED;
		return;
	}
	if (!exists)
		answer->reply->rcode = RCODE_NXDOMAIN;
	if (!zone)
		return;
	add_soa(answer, zone);
	prove(answer, deny, zone, name);
}

/* --- answering ---------------------------------------------------------------------- */

/* True when the alias chain in the answer has already passed this name. */
static bool
was_passed(const struct dns_message *reply, const struct dns_name *name)
{
	for (size_t i = 0; i < reply->answer.count; i++) {
		if (dns_name_equal(&reply->answer.items[i].owner, name))
			return true;
	}
	return false;
}

/* Where one link of an answer is: the records for the name, its own or a wildcard's. */
struct place {
	struct dns_name name, source; /* asked for; of the records */
	struct catalog_node node;
	bool wild;
};

/* Finds what speaks for the name. */
static struct place
find_place(const struct catalog *catalog, const struct dns_name *name)
{
	struct place place = { .name = *name, .source = *name };
	struct dns_name wildcard;

	place.node = catalog_find(catalog, name);
	if (place.node.exists)
		return place;
	place.node = catalog_wildcard(catalog, name, &wildcard);
	place.wild = place.node.exists;
	if (place.wild)
		place.source = wildcard;
	return place;
}

/* Answers with records of a place, and proves that a wildcard was right to speak. */
static void
answer_with(const struct answer *answer, const struct place *place, uint16_t type)
{
	add_set(answer, &place->node, &place->source, &place->name, type);
	if (place->wild)
		prove(answer, denier_no_closer,
		    catalog_zone(answer->catalog, &place->name, type), &place->name);
}

/* Answers that a place has nothing of the type. */
static void
answer_without(const struct answer *answer, const struct place *place)
{
	answer_no(answer, &place->name, place->node.exists,
	    place->node.exists && !place->wild ? denier_no_type : denier_no_name);
}

/*
 * Answers from the zone text, following aliases. A chain that loops or is too long is given
 * as far as it goes: to find fault with it is the client's part.
 */
static void
answer_question(const struct answer *answer)
{
	struct dns_name name = answer->question->name;
	uint16_t type = answer->question->type;

	if (has_fault(answer, LAB_FAULT_DENIED)) {
		answer_no(answer, &name, true, denier_forgery);
		return;
	}
	for (unsigned links = 0; links <= LAB_ALIAS_MAX && !was_passed(answer->reply, &name);
	     links++) {
		struct place place = find_place(answer->catalog, &name);
		const struct dns_record *alias;

		if (has_type(answer->catalog, &place.node, &place.source, type)) {
			answer_with(answer, &place, type);
			return;
		}
		alias = catalog_first(answer->catalog, &place.node, DNS_TYPE_CNAME);
		if (!alias) {
			answer_without(answer, &place);
			return;
		}
		if (links == LAB_ALIAS_MAX)
			return;
		answer_with(answer, &place, DNS_TYPE_CNAME);
		dns_record_target(alias, &name);
	}
}

/* Returns the rcode of a query that gets no answer from the zones, or NOERROR when it does. */
static unsigned
objection(const struct authority *authority, const struct dns_message *query)
{
	const struct lab_fault *fault;

	if (query->opcode != 0)
		return RCODE_NOTIMP;
	if (!query->has_question)
		return RCODE_FORMERR;
	if (query->question.type >= TYPE_IXFR && query->question.type <= DNS_TYPE_ANY)
		return RCODE_REFUSED;
	fault = authority_fault(authority, &query->question);
	if (fault && fault->kind == LAB_FAULT_SERVFAIL)
		return RCODE_SERVFAIL;
	if (fault && fault->kind == LAB_FAULT_REFUSED)
		return RCODE_REFUSED;
	return RCODE_NOERROR;
}

void
authority_answer(const struct authority *authority, const struct dns_message *query,
    int64_t time, struct dns_message *reply)
{
	struct answer answer = {
		.catalog = authority->catalog,
		.question = &query->question,
		.fault = authority_fault(authority, &query->question),
		.time = time,
		.reply = reply,
	};

	*reply = (struct dns_message){
		.id = query->id,
		.response = true,
		.recursion_desired = query->recursion_desired,
		.recursion_available = true,
		.checking_disabled = query->checking_disabled,
		.opcode = query->opcode,
		.rcode = objection(authority, query),
		.has_question = query->has_question,
		.question = query->question,
		.has_edns = query->has_edns,
		.udp_size = DNS_UDP_SIZE,
		.dnssec_ok = query->dnssec_ok,
	};
	answer.proves = query->dnssec_ok && !has_fault(&answer, LAB_FAULT_STRIPPED);
	if (reply->rcode == RCODE_NOERROR)
		answer_question(&answer);
}

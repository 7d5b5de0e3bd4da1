/*
 * What the laboratory's DNS answers.
 *
 * Decides between records, alias, wildcard, "no such data" and "no such name" over one array
 * of all records, sorted in the canonical order of RFC 4034 6.1: the records of a name stand
 * together, and the names below it directly follow, so that a binary search also finds names
 * that exist only because something is below them (empty non-terminals, RFC 8020). Which zone
 * a negative answer comes from is seen by the nearest SOA above. What goes over which
 * transport, and when, is left to nameserver.c.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "lab/authority.h"

NAMES_DEFINE(lab_fault_kind, LAB_FAULTS)

enum {
	LABELS_MAX = 128,
	TYPE_IXFR =
	    251, /* from here to ANY: questions for more than one RRset (RFC 6895 3.1) */
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
	struct dns_records records; /* in the order in which they were added */
	const struct dns_record *
	    *sorted; /* by owner, else in that order; set by authority_seal() */
	struct lab_fault *faults;
	size_t fault_count, fault_capacity;
};

/* What there is under one name: count records from sorted[first] on. */
struct node {
	size_t first, count;
	bool exists; /* it has records, or a name below it has */
};

/* --- the order of names --------------------------------------------------------- */

/* Stores where each label of the name starts, leftmost first. Returns how many there are. */
static size_t
label_starts(const struct dns_name *name, uint8_t starts[LABELS_MAX])
{
	size_t count = 0, at = 0;

	while (at < name->length && name->wire[at] != 0) {
		starts[count++] = (uint8_t)at;
		at += name->wire[at] + 1u;
	}
	return count;
}

/* Compares two labels (length octet first) without regard to ASCII case. */
static int
compare_labels(const uint8_t *a, const uint8_t *b)
{
	size_t shorter = a[0] < b[0] ? a[0] : b[0];

	for (size_t i = 1; i <= shorter; i++) {
		unsigned char x = (unsigned char)text_lower((char)a[i]);
		unsigned char y = (unsigned char)text_lower((char)b[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a[0] > b[0]) - (a[0] < b[0]);
}

/* Compares two names label by label from the right: the canonical order. */
static int
compare_names(const struct dns_name *a, const struct dns_name *b)
{
	uint8_t a_starts[LABELS_MAX], b_starts[LABELS_MAX];
	size_t a_left = label_starts(a, a_starts), b_left = label_starts(b, b_starts);

	while (a_left > 0 && b_left > 0) {
		int order =
		    compare_labels(a->wire + a_starts[--a_left], b->wire + b_starts[--b_left]);

		if (order != 0)
			return order;
	}
	return (a_left > b_left) - (a_left < b_left);
}

/* Orders records by owner; those of one owner as they were added (both lie in one array). */
static int
compare_records(const void *left, const void *right)
{
	const struct dns_record *a = *(const struct dns_record *const *)left;
	const struct dns_record *b = *(const struct dns_record *const *)right;
	int order = compare_names(&a->owner, &b->owner);

	return order != 0 ? order : (a > b) - (a < b);
}

/* --- filling ---------------------------------------------------------------------- */

struct authority *
authority_new(void)
{
	return mem_alloc(sizeof(struct authority));
}

void
authority_free(struct authority *authority)
{
	if (!authority)
		return;
	dns_records_clear(&authority->records);
	free(authority->sorted);
	free(authority->faults);
	free(authority);
}

void
authority_add_records(struct authority *authority, const struct dns_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		dns_records_copy(&authority->records, &records->items[i]);
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
	size_t count = authority->records.count;

	authority->sorted = mem_calloc(count, sizeof(const struct dns_record *));
	for (size_t i = 0; i < count; i++)
		authority->sorted[i] = &authority->records.items[i];
	qsort(authority->sorted, count, sizeof(const struct dns_record *), compare_records);
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

/* --- finding ---------------------------------------------------------------------- */

/* Finds what there is under the name. */
static struct node
find_node(const struct authority *authority, const struct dns_name *name)
{
	size_t low = 0, high = authority->records.count;
	struct node node = { 0 };

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_names(&authority->sorted[middle]->owner, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	node.first = low;
	while (low < authority->records.count &&
	    dns_name_equal(&authority->sorted[low]->owner, name))
		low++;
	node.count = low - node.first;
	node.exists = node.count > 0 ||
	    (low < authority->records.count &&
		dns_name_below(&authority->sorted[low]->owner, name));
	return node;
}

/*
 * Finds the wildcard that speaks for a name that does not exist: `*` under its closest
 * encloser.
 */
static struct node
find_wildcard(const struct authority *authority, const struct dns_name *name)
{
	struct dns_name encloser = *name, wildcard;

	do
		encloser = dns_name_parent(&encloser);
	while (!dns_name_is_root(&encloser) && !find_node(authority, &encloser).exists);
	if (!dns_name_prepend(&wildcard, "*", &encloser))
		return (struct node){ 0 };
	return find_node(authority, &wildcard);
}

/* Returns the first record of the type in the node, or NULL. */
static const struct dns_record *
find_record(const struct authority *authority, const struct node *node, uint16_t type)
{
	for (size_t i = node->first; i < node->first + node->count; i++) {
		if (authority->sorted[i]->type == type)
			return authority->sorted[i];
	}
	return NULL;
}

/* Returns the SOA of the zone that the name lies in, or NULL when it lies in none. */
static const struct dns_record *
find_soa(const struct authority *authority, const struct dns_name *name)
{
	struct dns_name zone = *name;

	for (;;) {
		struct node node = find_node(authority, &zone);
		const struct dns_record *soa = find_record(authority, &node, DNS_TYPE_SOA);

		if (soa || dns_name_is_root(&zone))
			return soa;
		zone = dns_name_parent(&zone);
	}
}

/* --- answering ---------------------------------------------------------------------- */

/*
 * Adds the node's records of the type under the name that was asked for (a wildcard's owner
 * changes).
 */
static void
add_records(const struct authority *authority, const struct node *node, uint16_t type,
    const struct dns_name *owner, struct dns_records *to)
{
	for (size_t i = node->first; i < node->first + node->count; i++) {
		if (authority->sorted[i]->type != type)
			continue;
		dns_records_copy(to, authority->sorted[i]);
		to->items[to->count - 1].owner = *owner;
	}
}

/*
 * Adds the zone's SOA to the authority section, its TTL that of a negative answer (RFC 2308
 * 3).
 */
static void
add_soa(const struct dns_record *soa, struct dns_message *reply)
{
	uint32_t serial, minimum;

	dns_records_copy(&reply->authority, soa);
	if (dns_record_soa(soa, &serial, &minimum) && minimum < soa->ttl)
		reply->authority.items[0].ttl = minimum;
}

/*
 * Answers that the name, or the type at it, does not exist. Outside every zone that is not
 * ours to say.
 */
static void
answer_no(const struct authority *authority, const struct dns_name *name, bool exists,
    struct dns_message *reply)
{
	const struct dns_record *soa = find_soa(authority, name);

	if (soa)
		add_soa(soa, reply);
	if (!exists && soa)
		reply->rcode = RCODE_NXDOMAIN;
	if (!exists && !soa && reply->answer.count == 0)
		reply->rcode = RCODE_REFUSED;
}

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

/*
 * Answers from the zone text, following aliases. A chain that loops or is too long is given
 * as far as it goes: to find fault with it is the client's part.
 */
static void
answer_question(const struct authority *authority, const struct dns_question *question,
    struct dns_message *reply)
{
	struct dns_name name = question->name;

	for (unsigned links = 0; links <= LAB_ALIAS_MAX && !was_passed(reply, &name); links++) {
		struct node node = find_node(authority, &name);
		const struct dns_record *alias;

		if (!node.exists)
			node = find_wildcard(authority, &name);
		if (find_record(authority, &node, question->type)) {
			add_records(authority, &node, question->type, &name, &reply->answer);
			return;
		}
		alias = find_record(authority, &node, DNS_TYPE_CNAME);
		if (!alias) {
			answer_no(authority, &name, node.exists, reply);
			return;
		}
		if (links == LAB_ALIAS_MAX)
			return;
		add_records(authority, &node, DNS_TYPE_CNAME, &name, &reply->answer);
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
    struct dns_message *reply)
{
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
	if (reply->rcode == RCODE_NOERROR)
		answer_question(authority, &query->question, reply);
}

/*
 * Chains of trust, as a step machine.
 *
 * Every name on the way from a trust anchor down is a node: does a zone begin there, and can
 * it be trusted? Decides that by the name's DS, as the zone above signs or denies it (RFC 4035
 * 5.2), and its DNSKEY records; all DS questions of a walk go out together, so that a walk costs
 * two round trips however deep it is. A node is open until its answers are in, then settled
 * until the TTLs of what proved it run out. Judgements walk the nodes anew each time: that is
 * cheap, and nothing has to call back.
 *
 * The signer named in an answer tells where a walk may end, so that names below the zone are not
 * asked for in vain; it is only believed when the answer then proves secure. A resolver that
 * strips signatures shows at the anchor: nothing above it says that it should be signed.
 * Without signatures further down, a zone whose parent vouches for its keys is bogus.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "dns/chain.h"
#include "dns/denial.h"
#include "dns/proof.h"

enum {
	BUCKETS = 1024,
	AHEAD_MAX = 8, /* labels asked for beyond the first open one */
	TTL_MIN = 5, /* seconds: a walk must be able to end; failures are asked again */
	TTL_BOGUS_MAX = 60,
	TTL_WITHOUT_ANCHOR = 60, /* that a resolver which gives no keys is not bothered again */
	REPLY_TTL = 60, /* that an answer waits for others; a failure waits TTL_MIN */
};

/* One answer that a node waits for. */
struct reply {
	enum {
		REPLY_IDLE,
		REPLY_PENDING,
		REPLY_HERE
	} state;
	enum dns_outcome outcome;
	struct dns_records evidence;
	int64_t expires_us;
};

/* What is known of the place where a zone could begin. */
enum cut {
	CUT_OPEN, /* answers are missing */
	CUT_NONE, /* none begins here */
	CUT_NO_NAME, /* nor below */
	CUT_ZONE, /* a secure zone begins here */
	CUT_END, /* trust ends here: see the verdict */
};

struct node {
	struct dns_name name;
	struct reply ds, keys;
	enum cut cut;
	struct dnssec_zone zone;
	struct dnssec_verdict end;
	int64_t expires_us;
	struct node *next; /* of the same hash */
};

struct dns_chain {
	struct dns_records anchors;
	struct node *buckets[BUCKETS];
	size_t count, names_max;
	struct dns_question *wanted; /* first come, first asked */
	size_t wanted_count, wanted_capacity;
};

/* What a walk ended with: a secure zone, or the verdict where trust ended. */
struct trust {
	const struct dnssec_zone *zone;
	const struct dnssec_verdict *end;
};

/* One step of an answer: an alias, or what stands at the end of them. */
struct link {
	const struct dns_name *owner;
	const struct dns_name *target; /* of an alias, or NULL */
	uint16_t type;
	enum dns_outcome outcome;
	struct dns_name
	    signed_by; /* the deepest zone that signed something of it; or no name */
};

/* --- nodes ---------------------------------------------------------------------- */

struct dns_chain *
dns_chain_new(const struct dns_records *anchors, size_t names_max)
{
	struct dns_chain *chain = mem_alloc(sizeof *chain);

	chain->names_max = names_max;
	for (size_t i = 0; i < anchors->count; i++)
		dns_records_copy(&chain->anchors, &anchors->items[i]);
	return chain;
}

/* Forgets what an answer said. */
static void
clear_reply(struct reply *reply)
{
	dns_records_clear(&reply->evidence);
	reply->state = REPLY_IDLE;
}

/* Frees a node. */
static void
free_node(struct node *node)
{
	clear_reply(&node->ds);
	clear_reply(&node->keys);
	dnssec_zone_clear(&node->zone);
	free(node);
}

/* True when the caller owes an answer for the node. */
static bool
is_pending(const struct node *node)
{
	return node->ds.state == REPLY_PENDING || node->keys.state == REPLY_PENDING;
}

/* Frees the nodes that expired by now_us and that nobody asks for. */
static void
forget_until(struct dns_chain *chain, int64_t now_us)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct node **place = &chain->buckets[i];

		while (*place) {
			struct node *node = *place;

			if (is_pending(node) || node->expires_us > now_us) {
				place = &node->next;
				continue;
			}
			*place = node->next;
			chain->count--;
			free_node(node);
		}
	}
}

void
dns_chain_free(struct dns_chain *chain)
{
	if (!chain)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		while (chain->buckets[i]) {
			struct node *node = chain->buckets[i];

			chain->buckets[i] = node->next;
			free_node(node);
		}
	}
	dns_records_clear(&chain->anchors);
	free(chain->wanted);
	free(chain);
}

size_t
dns_chain_names(const struct dns_chain *chain)
{
	return chain->count;
}

/* Makes room: first the expired names go, then all. */
static void
make_room(struct dns_chain *chain, int64_t now_us)
{
	if (chain->count > chain->names_max)
		forget_until(chain, now_us);
	if (chain->count > chain->names_max)
		forget_until(chain, INT64_MAX);
}

/* Returns the place that points to the node of the name, or to NULL. */
static struct node **
find_node(struct dns_chain *chain, const struct dns_name *name)
{
	struct node **place = &chain->buckets[dns_name_hash(name) % BUCKETS];

	while (*place && !dns_name_equal(&(*place)->name, name))
		place = &(*place)->next;
	return place;
}

/* Returns the node of the name, a new one when there is none. */
static struct node *
node_of(struct dns_chain *chain, const struct dns_name *name)
{
	struct node **place = find_node(chain, name);

	if (!*place) {
		*place = mem_alloc(sizeof **place);
		(*place)->name = (*place)->zone.apex = *name;
		chain->count++;
	}
	return *place;
}

/* Settles a node for as long as its proof lives. */
static void
settle(struct node *node, enum cut cut, uint32_t ttl, const struct dns_chain_time *time)
{
	if (ttl < TTL_MIN)
		ttl = TTL_MIN;
	node->cut = cut;
	node->expires_us = time->now_us + ttl * SPAN_SECOND;
	if (node->ds.state == REPLY_HERE)
		clear_reply(&node->ds);
	if (node->keys.state == REPLY_HERE)
		clear_reply(&node->keys);
}

/* Settles a node where trust ends. */
static void
settle_end(
    struct node *node, const struct dnssec_verdict *end, const struct dns_chain_time *time)
{
	uint32_t ttl = end->ttl;

	if (end->security == DNS_SECURITY_BOGUS && ttl > TTL_BOGUS_MAX)
		ttl = TTL_BOGUS_MAX;
	node->end = *end;
	settle(node, CUT_END, ttl, time);
}

/* Forgets an answer that came too long ago for a node that is still open. */
static void
expire_reply(struct reply *reply, const struct dns_chain_time *time)
{
	if (reply->state == REPLY_HERE && time->now_us >= reply->expires_us)
		clear_reply(reply);
}

/* Opens a node again whose proof has run out. */
static void
expire(struct node *node, const struct dns_chain_time *time)
{
	if (node->cut != CUT_OPEN && time->now_us >= node->expires_us) {
		dnssec_zone_clear(&node->zone);
		node->cut = CUT_OPEN;
	}
	expire_reply(&node->ds, time);
	expire_reply(&node->keys, time);
}

/* --- questions -------------------------------------------------------------------- */

/* Wants an answer for a node, unless it is here or on its way. */
static void
want(struct dns_chain *chain, struct node *node, struct reply *reply, uint16_t type)
{
	if (reply->state != REPLY_IDLE)
		return;
	reply->state = REPLY_PENDING;
	chain->wanted = mem_grow(
	    chain->wanted, chain->wanted_count, &chain->wanted_capacity, sizeof *chain->wanted);
	chain->wanted[chain->wanted_count++] = (struct dns_question){ node->name, type };
}

/* True when the question was answered, with or without records. */
static bool
is_answered(const struct reply *reply)
{
	return reply->outcome == DNS_ANSWER || reply->outcome == DNS_NODATA ||
	    reply->outcome == DNS_NXDOMAIN;
}

bool
dns_chain_next(struct dns_chain *chain, struct dns_question *question)
{
	if (chain->wanted_count == 0)
		return false;
	*question = chain->wanted[0];
	chain->wanted_count--;
	memmove(chain->wanted, chain->wanted + 1, chain->wanted_count * sizeof *chain->wanted);
	return true;
}

void
dns_chain_take(struct dns_chain *chain, const struct dns_question *question,
    enum dns_outcome outcome, const struct dns_records *evidence,
    const struct dns_chain_time *time)
{
	struct node *node = *find_node(chain, &question->name);
	struct reply *reply;

	if (!node || (question->type != DNS_TYPE_DS && question->type != DNS_TYPE_DNSKEY))
		return;
	reply = question->type == DNS_TYPE_DS ? &node->ds : &node->keys;
	if (reply->state != REPLY_PENDING)
		return;
	reply->state = REPLY_IDLE;
	expire(node, time);
	if (node->cut != CUT_OPEN)
		return;
	reply->state = REPLY_HERE;
	reply->outcome = outcome;
	reply->expires_us =
	    time->now_us + (is_answered(reply) ? REPLY_TTL : TTL_MIN) * SPAN_SECOND;
	for (size_t i = 0; i < evidence->count; i++)
		dns_records_copy(&reply->evidence, &evidence->items[i]);
}

/* Wants what the open nodes from here down to the name lack, so that it comes together. */
static void
want_ahead(struct dns_chain *chain, const struct dns_name *name, unsigned labels,
    const struct dns_chain_time *time)
{
	unsigned all = dns_name_labels(name);

	for (unsigned n = labels; n <= all && n <= labels + AHEAD_MAX; n++) {
		struct dns_name ancestor = dns_name_ancestor(name, n);
		struct node *node = node_of(chain, &ancestor);

		expire(node, time);
		if (node->cut != CUT_OPEN)
			continue;
		want(chain, node, &node->ds, DNS_TYPE_DS);
		if (node->ds.state == REPLY_HERE &&
		    dnssec_has(&node->ds.evidence, &node->name, DNS_TYPE_DS))
			want(chain, node, &node->keys, DNS_TYPE_DNSKEY);
	}
}

/* --- settling a node ------------------------------------------------------------------ */

/* Returns the verdict for a question that was not answered. */
static struct dnssec_verdict
unanswered(const struct node *node, const char *type, enum dns_outcome outcome)
{
	char text[DNS_NAME_TEXT_MAX];

	return dnssec_verdict(DNS_INDETERMINATE, "the %s of %s could not be had: %s", type,
	    dns_name_text(&node->name, text), dns_outcome_help(outcome));
}

/* Enters the zone of the node with keys that the trusted records vouch for. */
static void
enter_zone(
    struct node *node, const struct dns_records *trusted, const struct dns_chain_time *time)
{
	struct dnssec_evidence evidence = { .records = &node->keys.evidence,
		.time = time->wall_time };
	struct dnssec_verdict verdict;

	if (!is_answered(&node->keys))
		verdict = unanswered(node, "DNSKEY", node->keys.outcome);
	else
		verdict = dnssec_zone_enter(&node->zone, &evidence, trusted);
	if (verdict.security == DNS_SECURE)
		settle(node, CUT_ZONE, verdict.ttl, time);
	else
		settle_end(node, &verdict, time);
}

/* Says what an anchor's reply without a usable key means: nothing was promised to us. */
static struct dnssec_verdict
without_anchor(const struct node *node)
{
	char text[DNS_NAME_TEXT_MAX];

	dns_name_text(&node->name, text);
	if (!is_answered(&node->keys))
		return unanswered(node, "DNSKEY", node->keys.outcome);
	if (!dns_proof_is_signed(&node->keys.evidence, &node->name, DNS_TYPE_DNSKEY))
		return dnssec_verdict(DNS_INDETERMINATE,
		    "the resolver gives no signatures, not even for %s: it strips DNSSEC",
		    text);
	return dnssec_verdict(DNS_INDETERMINATE,
	    "no DNSKEY of %s matches the trust anchor: it is outdated, or for another root",
	    text);
}

/* Settles the node of a trust anchor, when its keys are here. */
static void
settle_anchor(struct dns_chain *chain, struct node *node, const struct dns_chain_time *time)
{
	const struct dns_records *evidence = &node->keys.evidence;
	struct dnssec_verdict end;

	want(chain, node, &node->keys, DNS_TYPE_DNSKEY);
	if (node->keys.state != REPLY_HERE)
		return;
	if (dns_proof_is_signed(evidence, &node->name, DNS_TYPE_DNSKEY) &&
	    dnssec_has_trusted_key(evidence, &node->name, &chain->anchors)) {
		enter_zone(node, &chain->anchors, time);
		return;
	}
	end = without_anchor(node);
	end.ttl = TTL_WITHOUT_ANCHOR;
	settle_end(node, &end, time);
}

/* Settles a node that has DS records, as the zone above signed them. */
static void
settle_signed(struct node *node, struct dnssec_evidence *evidence,
    const struct dnssec_zone *above, const struct dns_chain_time *time)
{
	struct dnssec_verdict verdict;
	struct dns_records *ds = &node->ds.evidence;

	verdict = dns_proof_set(evidence, &node->name, DNS_TYPE_DS, above);
	if (verdict.security != DNS_SECURE)
		settle_end(node, &verdict, time);
	else if (node->keys.state == REPLY_HERE)
		enter_zone(node, ds, time);
	else
		return;
	if (node->cut == CUT_ZONE &&
	    verdict.ttl * SPAN_SECOND < node->expires_us - time->now_us)
		settle(node, CUT_ZONE, verdict.ttl, time);
}

/* Settles a node at an alias: no zone begins there, and below a DNAME there is nothing at all. */
static void
settle_alias(struct node *node, struct dnssec_evidence *evidence,
    const struct dnssec_zone *above, const struct dns_chain_time *time)
{
	struct dnssec_verdict verdict = dns_proof_alias(evidence, &node->name, NULL, above);
	bool own = dns_proof_is_signed(evidence->records, &node->name, DNS_TYPE_CNAME);

	if (verdict.security == DNS_SECURE)
		settle(node, own ? CUT_NONE : CUT_NO_NAME, verdict.ttl, time);
	else
		settle_end(node, &verdict, time);
}

/* Settles a node whose DS is denied. */
static void
settle_unsigned(struct node *node, struct dnssec_evidence *evidence,
    const struct dnssec_zone *above, const struct dns_chain_time *time)
{
	struct dnssec_verdict why;
	struct denial denial;

	denial_init(&denial, evidence, above);
	switch (denial_no_ds(&denial, &node->name, &why)) {
	case DENIAL_NO_CUT:
		settle(node, CUT_NONE, why.ttl, time);
		break;
	case DENIAL_NO_NAME:
		settle(node, CUT_NO_NAME, why.ttl, time);
		break;
	case DENIAL_UNSIGNED:
	case DENIAL_UNPROVED:
		settle_end(node, &why, time);
		break;
	}
}

/* Settles a node below a secure zone, when its answers are here. */
static void
settle_cut(
    struct node *node, const struct dnssec_zone *above, const struct dns_chain_time *time)
{
	const struct dns_records *records = &node->ds.evidence;
	struct dnssec_evidence evidence = { .records = records, .time = time->wall_time };
	struct dnssec_verdict end;

	if (node->ds.state != REPLY_HERE)
		return;
	if (dnssec_has(records, &node->name, DNS_TYPE_DS)) {
		settle_signed(node, &evidence, above, time);
	} else if (dnssec_has(records, &node->name, DNS_TYPE_CNAME)) {
		settle_alias(node, &evidence, above, time);
	} else if (is_answered(&node->ds)) {
		settle_unsigned(node, &evidence, above, time);
	} else {
		end = unanswered(node, "DS", node->ds.outcome);
		settle_end(node, &end, time);
	}
}

/* --- walking ---------------------------------------------------------------------------- */

/* Finds how many labels the deepest anchor at or above the name has; false when there is none. */
static bool
find_anchor(const struct dns_chain *chain, const struct dns_name *name, unsigned *labels)
{
	bool found = false;

	for (size_t i = 0; i < chain->anchors.count; i++) {
		const struct dns_name *owner = &chain->anchors.items[i].owner;
		unsigned n = dns_name_labels(owner);

		if (!dns_name_below(name, owner) || (found && n <= *labels))
			continue;
		*labels = n;
		found = true;
	}
	return found;
}

/* Walks over one node, into *trust. Returns how things stand with it. */
static enum cut
walk_node(struct dns_chain *chain, struct node *node, struct trust *trust,
    const struct dns_chain_time *time)
{
	expire(node, time);
	if (node->cut == CUT_OPEN && !trust->zone)
		settle_anchor(chain, node, time);
	else if (node->cut == CUT_OPEN)
		settle_cut(node, trust->zone, time);
	if (node->cut == CUT_ZONE)
		trust->zone = &node->zone;
	if (node->cut == CUT_END)
		trust->end = &node->end;
	return node->cut;
}

/*
 * Walks from the deepest anchor to the name. Returns true with the zone that holds it, or
 * with the verdict where trust ended; false when answers are missing, which are wanted then.
 */
static bool
walk(struct dns_chain *chain, const struct dns_name *name, const struct dns_chain_time *time,
    struct trust *trust)
{
	static const struct dnssec_verdict nowhere = {
		.security = DNS_INDETERMINATE,
		.reason = "no trust anchor leads to the name",
	};
	unsigned all = dns_name_labels(name), anchor = 0;

	*trust = (struct trust){ .end = &nowhere };
	if (!find_anchor(chain, name, &anchor))
		return true;
	trust->end = NULL;
	for (unsigned n = anchor; n <= all; n++) {
		struct dns_name ancestor = dns_name_ancestor(name, n);
		enum cut cut = walk_node(chain, node_of(chain, &ancestor), trust, time);

		if (cut == CUT_OPEN) {
			want_ahead(chain, name, n == anchor ? n + 1 : n, time);
			return false;
		}
		if (cut == CUT_NO_NAME || cut == CUT_END)
			break;
	}
	return true;
}

/* --- answers ------------------------------------------------------------------------------ */

/* The name in whose zone the link's records live: the parent's for DS (RFC 4035 5). */
static struct dns_name
home_of(const struct link *link)
{
	return link->type == DNS_TYPE_DS ? dns_name_parent(link->owner) : *link->owner;
}

/* True when a signature over this type at this owner could belong to the link. */
static bool
is_signature_of(const struct link *link, const struct dns_name *owner, uint16_t covered)
{
	if (!link->target && link->outcome != DNS_ANSWER)
		return covered == DNS_TYPE_SOA || covered == DNS_TYPE_NSEC ||
		    covered == DNS_TYPE_NSEC3;
	if (covered == DNS_TYPE_DNAME)
		return link->target && dns_name_below(link->owner, owner);
	return covered == link->type && dns_name_equal(owner, link->owner);
}

/* Notes the deepest zone above the link that claims to have signed something of it. */
static void
find_signer(struct link *link, const struct dns_records *evidence)
{
	struct dns_name home = home_of(link);

	for (size_t i = 0; i < evidence->count; i++) {
		struct dns_name signer;
		uint16_t covered;

		if (dnssec_signer(&evidence->items[i], &covered, &signer) &&
		    dns_name_below(&home, &signer) &&
		    is_signature_of(link, &evidence->items[i].owner, covered) &&
		    signer.length > link->signed_by.length)
			link->signed_by = signer;
	}
}

/* Returns link number i of the result's chain of aliases; the last one is the answer. */
static struct link
link_of(const struct dns_result *result, size_t i, const struct dns_records *evidence)
{
	struct link link = {
		.owner = i == 0 ? &result->question.name : &result->alias[i - 1],
		.target = i < result->alias_count ? &result->alias[i] : NULL,
		.type = i < result->alias_count ? DNS_TYPE_CNAME : result->question.type,
		.outcome = result->outcome,
	};

	find_signer(&link, evidence);
	return link;
}

/* Verifies a link within the secure zone that holds it. */
static struct dnssec_verdict
verify_link(
    const struct link *link, struct dnssec_evidence *evidence, const struct dnssec_zone *zone)
{
	struct denial denial;

	if (link->target)
		return dns_proof_alias(evidence, link->owner, link->target, zone);
	if (link->outcome == DNS_ANSWER)
		return dns_proof_set(evidence, link->owner, link->type, zone);
	denial_init(&denial, evidence, zone);
	return link->outcome == DNS_NODATA ? denial_no_type(&denial, link->owner, link->type)
					   : denial_no_name(&denial, link->owner);
}

/* Judges one link by the zone that a walk to the given name ends in. */
static bool
judge_link_at(struct dns_chain *chain, const struct link *link, const struct dns_name *name,
    struct dnssec_evidence *evidence, const struct dns_chain_time *time,
    struct dnssec_verdict *verdict)
{
	struct trust trust;

	if (!walk(chain, name, time, &trust))
		return false;
	*verdict = trust.end ? *trust.end : verify_link(link, evidence, trust.zone);
	return true;
}

/* Judges one link: first by the zone that claims to have signed it, then by the whole walk. */
static bool
judge_link(struct dns_chain *chain, const struct link *link, struct dnssec_evidence *evidence,
    const struct dns_chain_time *time, struct dnssec_verdict *verdict)
{
	struct dns_name home = home_of(link);

	if (link->signed_by.length > 0) {
		if (!judge_link_at(chain, link, &link->signed_by, evidence, time, verdict))
			return false;
		if (verdict->security == DNS_SECURE)
			return true;
	}
	return judge_link_at(chain, link, &home, evidence, time, verdict);
}

/* True when the first verdict says less good than the second. */
static bool
is_worse(enum dns_security a, enum dns_security b)
{
	static const int ranks[] = {
		[DNS_UNCHECKED] = 0,
		[DNS_SECURITY_BOGUS] = 1,
		[DNS_INDETERMINATE] = 2,
		[DNS_INSECURE] = 3,
		[DNS_SECURE] = 4,
	};

	return ranks[a] < ranks[b];
}

/* Makes the verdict on the whole of the verdicts on its parts: the worst one tells. */
static void
add_verdict(struct dnssec_verdict *whole, const struct dnssec_verdict *part)
{
	uint32_t ttl = part->ttl < whole->ttl ? part->ttl : whole->ttl;

	if (is_worse(part->security, whole->security))
		*whole = *part;
	whole->ttl = ttl;
}

bool
dns_chain_judge(struct dns_chain *chain, const struct dns_result *result,
    const struct dns_records *records, const struct dns_chain_time *time,
    struct dnssec_verdict *verdict)
{
	struct dnssec_evidence evidence = { .records = records, .time = time->wall_time };
	bool whole = true;

	*verdict = dnssec_verdict(DNS_INDETERMINATE, "there is no answer to judge: %s",
	    dns_outcome_help(result->outcome));
	if (!dns_result_is_final(result))
		return true;
	make_room(chain, time->now_us);
	*verdict = (struct dnssec_verdict){ .security = DNS_SECURE, .ttl = DNS_TTL_MAX };
	for (size_t i = 0; i <= result->alias_count; i++) {
		struct link link = link_of(result, i, records);
		struct dnssec_verdict part;

		if (!judge_link(chain, &link, &evidence, time, &part))
			whole = false;
		else
			add_verdict(verdict, &part);
	}
	return whole;
}

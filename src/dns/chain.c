/*
 * Chains of trust, as a step machine.
 *
 * Every name on the way from a trust anchor down is a node: does a zone begin there, and can
 * it be trusted? All DS questions of a walk go out together, so that a walk costs
 * two round trips however deep it is. Judgements walk the nodes anew each time: that is
 * cheap, and nothing has to call back. How a node is settled is chain_settle.c's, how long it
 * stays so chain_memory.c's.
 *
 * The signer named in an answer tells where a walk may end, so that names below the zone are not
 * asked for in vain; it is only believed when the answer then proves secure.
 */
#include "dns/chain_parts.h"
#include "dns/denial.h"
#include "dns/proof.h"

enum {
	AHEAD_MAX = 8, /* labels asked for beyond the first open one */
	EXPECTED_LABELS = 2, /* where most zones begin: further down an answer's signer tells */
};

/* What a walk ended with: a secure zone, or the verdict where trust ended. */
struct trust {
	const struct dnssec_zone *zone;
	const struct dnssec_verdict *end;
	const struct chain_node *nowhere; /* the name that the zone denies, or NULL */
};

/* --- walking ---------------------------------------------------------------------------- */

/* Wants what the open nodes from here down to the name lack, so that it comes together. */
static void
want_ahead(struct dns_chain *chain, const struct dns_name *name, unsigned labels,
    const struct dns_chain_time *time)
{
	unsigned all = dns_name_labels(name);

	for (unsigned n = labels; n <= all && n <= labels + AHEAD_MAX; n++) {
		struct dns_name ancestor = dns_name_ancestor(name, n);
		struct chain_node *node = chain_node_of(chain, &ancestor);

		chain_expire(node, time);
		if (node->cut != CUT_OPEN)
			continue;
		chain_want(chain, &node->name, &node->ds, DNS_TYPE_DS);
		if (node->ds.state == REPLY_HERE &&
		    dnssec_has(&node->ds.evidence, &node->name, DNS_TYPE_DS))
			chain_want(chain, &node->name, &node->keys, DNS_TYPE_DNSKEY);
	}
}

bool
chain_find_anchor(const struct dns_chain *chain, const struct dns_name *name, unsigned *labels)
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
static enum chain_cut
walk_node(struct dns_chain *chain, struct chain_node *node, struct trust *trust,
    const struct dns_chain_time *time)
{
	chain_expire(node, time);
	if (node->cut == CUT_OPEN && !trust->zone)
		chain_settle_anchor(chain, node, time);
	else if (node->cut == CUT_OPEN)
		chain_settle_cut(chain, node, trust->zone, time);
	if (node->cut == CUT_ZONE)
		trust->zone = &node->zone;
	if (node->cut == CUT_END)
		trust->end = &node->end;
	if (node->cut == CUT_NO_NAME)
		trust->nowhere = node;
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
	if (!chain_find_anchor(chain, name, &anchor))
		return true;
	trust->end = NULL;
	for (unsigned n = anchor; n <= all; n++) {
		struct dns_name ancestor = dns_name_ancestor(name, n);
		enum chain_cut cut =
		    walk_node(chain, chain_node_of(chain, &ancestor), trust, time);

		if (cut == CUT_OPEN) {
			want_ahead(chain, name, n == anchor ? n + 1 : n, time);
			return false;
		}
		if (cut == CUT_NO_NAME || cut == CUT_END)
			break;
	}
	return true;
}

void
dns_chain_expect(
    struct dns_chain *chain, const struct dns_name *name, const struct dns_chain_time *time)
{
	unsigned all = dns_name_labels(name), anchor = 0;

	chain_make_room(chain, time->now_us);
	if (!chain_find_anchor(chain, name, &anchor))
		return;
	for (unsigned n = anchor; n <= all && n <= EXPECTED_LABELS; n++) {
		struct dns_name ancestor = dns_name_ancestor(name, n);
		struct chain_node *node = chain_node_of(chain, &ancestor);

		chain_expire(node, time);
		if (node->cut == CUT_NO_NAME || node->cut == CUT_END)
			return;
		if (node->cut == CUT_OPEN && n == anchor)
			chain_want(chain, &node->name, &node->keys, DNS_TYPE_DNSKEY);
		else if (node->cut == CUT_OPEN)
			chain_want(chain, &node->name, &node->ds, DNS_TYPE_DS);
	}
}

/* --- answers ------------------------------------------------------------------------------ */

struct dns_name
chain_home_of(const struct chain_step *step)
{
	return step->type == DNS_TYPE_DS ? dns_name_parent(step->owner) : *step->owner;
}

/* True when a signature over this type at this owner could belong to the step. */
static bool
is_signature_of(const struct chain_step *step, const struct dns_name *owner, uint16_t covered)
{
	if (!step->target && step->outcome != DNS_ANSWER)
		return covered == DNS_TYPE_SOA || covered == DNS_TYPE_NSEC ||
		    covered == DNS_TYPE_NSEC3;
	if (covered == DNS_TYPE_DNAME)
		return step->target && dns_name_below(step->owner, owner);
	return covered == step->type && dns_name_equal(owner, step->owner);
}

/* Notes the deepest zone above the step that claims to have signed something of it. */
static void
find_signer(struct chain_step *step, const struct dns_records *evidence)
{
	struct dns_name home = chain_home_of(step);

	for (size_t i = 0; i < evidence->count; i++) {
		struct dns_name signer;
		uint16_t covered;

		if (dnssec_signer(&evidence->items[i], &covered, &signer) &&
		    dns_name_below(&home, &signer) &&
		    is_signature_of(step, &evidence->items[i].owner, covered) &&
		    signer.length > step->signed_by.length)
			step->signed_by = signer;
	}
}

struct chain_step
chain_step_of(const struct dns_result *result, size_t i, const struct dns_records *evidence)
{
	struct chain_step step = {
		.owner = i == 0 ? &result->question.name : &result->alias[i - 1],
		.target = i < result->alias_count ? &result->alias[i] : NULL,
		.type = i < result->alias_count ? DNS_TYPE_CNAME : result->question.type,
		.outcome = result->outcome,
	};

	find_signer(&step, evidence);
	return step;
}

/* Verifies a step within the secure zone that holds it. */
static struct dnssec_verdict
verify_step(const struct chain_step *step, struct dnssec_evidence *evidence,
    const struct dnssec_zone *zone)
{
	struct denial denial;

	if (step->target)
		return dns_proof_alias(evidence, step->owner, step->target, zone);
	if (step->outcome == DNS_ANSWER)
		return dns_proof_set(evidence, step->owner, step->type, zone);
	denial_init(&denial, evidence, zone);
	return step->outcome == DNS_NODATA ? denial_no_type(&denial, step->owner, step->type)
					   : denial_no_name(&denial, step->owner);
}

/*
 * Judges one step by the zone that a walk to the given name ends in. What is bogus may have an
 * excuse in the network.
 */
static bool
judge_step_at(struct dns_chain *chain, const struct chain_step *step,
    const struct dns_name *name, struct dnssec_evidence *evidence,
    const struct dns_chain_time *time, struct dnssec_verdict *verdict)
{
	struct trust trust;

	if (!walk(chain, name, time, &trust))
		return false;
	*verdict = trust.end ? *trust.end : verify_step(step, evidence, trust.zone);
	if (trust.end || verdict->security != DNS_SECURITY_BOGUS)
		return true;
	if (trust.nowhere && step->signed_by.length == 0 &&
	    chain_is_private(trust.nowhere, trust.zone, verdict))
		return true;
	if (step->target || step->outcome == DNS_ANSWER || chain_has_denials(evidence->records))
		return true;
	return chain_excuse_resolver(chain, time, verdict);
}

bool
chain_judge_step(struct dns_chain *chain, const struct chain_step *step,
    struct dnssec_evidence *evidence, const struct dns_chain_time *time,
    struct dnssec_verdict *verdict)
{
	struct dns_name home = chain_home_of(step);
	struct dnssec_verdict claimed = { .security = DNS_INDETERMINATE };

	if (step->signed_by.length > 0 &&
	    !judge_step_at(chain, step, &step->signed_by, evidence, time, &claimed))
		return false;
	*verdict = claimed;
	if (claimed.security == DNS_SECURE)
		return true;
	if (!judge_step_at(chain, step, &home, evidence, time, verdict))
		return false;
	/* a signature that does not hold says more than a walk that comes to nothing */
	if (claimed.security == DNS_SECURITY_BOGUS && verdict->security == DNS_INDETERMINATE)
		*verdict = claimed;
	return true;
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
	chain_make_room(chain, time->now_us);
	*verdict = (struct dnssec_verdict){ .security = DNS_SECURE, .ttl = DNS_TTL_MAX };
	for (size_t i = 0; i <= result->alias_count; i++) {
		struct chain_step step = chain_step_of(result, i, records);
		struct dnssec_verdict part;

		if (!chain_judge_step(chain, &step, &evidence, time, &part))
			whole = false;
		else
			add_verdict(verdict, &part);
	}
	return whole;
}

/*
 * How a name's part in the chain of trust is settled, once its answers are in.
 *
 * Decides by the name's DS, as the zone above signs or denies it (RFC 4035 5.2), and its DNSKEY
 * records whether a zone begins there and can be trusted. A resolver that strips signatures
 * shows at the anchor: nothing above it says that it should be signed. Without
 * signatures further down, a zone whose parent vouches for its keys is bogus.
 */
#include <string.h>

#include "util/span.h"
#include "util/wire.h"
#include "dns/chain_parts.h"
#include "dns/denial.h"
#include "dns/dnssec_keys.h"
#include "dns/proof.h"

enum {
	TTL_BOGUS_MAX = 60,
	TTL_WITHOUT_ANCHOR = 60, /* that a resolver which gives no keys is not bothered again */
};

/* Settles a node where trust ends. */
static void
settle_end(struct chain_node *node, const struct dnssec_verdict *end,
    const struct dns_chain_time *time)
{
	uint32_t ttl = end->ttl;

	if (end->security == DNS_SECURITY_BOGUS && ttl > TTL_BOGUS_MAX)
		ttl = TTL_BOGUS_MAX;
	node->end = *end;
	chain_settle(node, CUT_END, ttl, time);
}

/* --- what is told of it --------------------------------------------------------- */

/* Notes what vouches for the zone's keys: DS records, or DNSKEY records as trust anchors. */
static void
note_vouchers(struct chain_node *node, const struct dns_records *trusted)
{
	struct dns_link_facts *facts = &node->facts;

	facts->ds_count = 0;
	for (size_t i = 0; i < trusted->count; i++) {
		const struct dns_record *record = &trusted->items[i];
		bool is_key = record->type == DNS_TYPE_DNSKEY;

		if (!dns_name_equal(&record->owner, &node->name) || record->length <= 4 ||
		    (!is_key && record->type != DNS_TYPE_DS))
			continue;
		if (facts->ds_count++ >= DNS_LINK_KEYS_MAX)
			continue;
		facts->ds[facts->ds_count - 1] = (struct dns_link_ds){
			.tag = is_key ? dnssec_key_tag(record) : wire_get16(record->rdata),
			.algorithm = record->rdata[is_key ? 3 : 2],
			.digest = is_key ? 0 : record->rdata[3],
		};
	}
}

/* Notes the keys that came, and the signature over them. */
static void
note_keys(struct chain_node *node, const struct dnssec_seal *seal)
{
	const struct dns_records *records = &node->keys.evidence;
	struct dns_link_facts *facts = &node->facts;

	facts->key_count = 0;
	facts->keys_seal = *seal;
	for (size_t i = 0; i < records->count; i++) {
		const struct dns_record *key = &records->items[i];

		if (key->type != DNS_TYPE_DNSKEY || key->length <= 4 ||
		    !dns_name_equal(&key->owner, &node->name))
			continue;
		if (facts->key_count++ < DNS_LINK_KEYS_MAX)
			facts->keys[facts->key_count - 1] = (struct dns_link_key){
				.tag = dnssec_key_tag(key),
				.flags = wire_get16(key->rdata),
				.algorithm = key->rdata[3],
			};
	}
}

/* --- zones -------------------------------------------------------------------------- */

/* Returns the verdict for a question that was not answered. */
static struct dnssec_verdict
unanswered(const struct chain_node *node, const char *type, enum dns_outcome outcome)
{
	char text[DNS_NAME_TEXT_MAX];

	return dnssec_verdict(DNS_INDETERMINATE, "the %s of %s could not be had: %s", type,
	    dns_name_text(&node->name, text), dns_outcome_help(outcome));
}

/* Enters the zone of the node with keys that the trusted records vouch for. */
static void
enter_zone(struct chain_node *node, const struct dns_records *trusted,
    const struct dns_chain_time *time)
{
	struct dnssec_evidence evidence = { .records = &node->keys.evidence,
		.time = time->wall_time };
	struct dnssec_verdict verdict;

	if (!chain_is_answered(&node->keys))
		verdict = unanswered(node, "DNSKEY", node->keys.outcome);
	else
		verdict = dnssec_zone_enter(&node->zone, &evidence, trusted);
	note_keys(node, &verdict.seal);
	if (verdict.security == DNS_SECURE)
		chain_settle(node, CUT_ZONE, verdict.ttl, time);
	else
		settle_end(node, &verdict, time);
}

/*
 * Says what an anchor's reply without a usable key means. A network may have a root of its own, and
 * then nothing was promised to us; whoever gives an anchor for a zone below promises that its keys fit.
 */
static struct dnssec_verdict
without_anchor(const struct chain_node *node)
{
	char text[DNS_NAME_TEXT_MAX];

	dns_name_text(&node->name, text);
	if (!chain_is_answered(&node->keys))
		return unanswered(node, "DNSKEY", node->keys.outcome);
	if (!dns_proof_is_signed(&node->keys.evidence, &node->name, DNS_TYPE_DNSKEY))
		return dnssec_verdict(DNS_INDETERMINATE,
		    "the resolver gives no signatures, not even for %s: it strips DNSSEC",
		    text);
	if (!dns_name_is_root(&node->name))
		return dnssec_verdict(
		    DNS_SECURITY_BOGUS, "no DNSKEY of %s matches the trust anchor", text);
	return dnssec_verdict(DNS_INDETERMINATE,
	    "no DNSKEY of %s matches the trust anchor: it is outdated, or for another root",
	    text);
}

/*
 * Looks at the root, where it is the anchor's and bogus for its dates alone. Nobody has ever seen the
 * root let its signatures expire, so it is this machine's clock that is in doubt, and nothing is proved.
 */
static void
doubt_clock(struct chain_node *node, const struct dns_chain_time *time)
{
	const struct dnssec_seal seal = node->end.seal;
	char now[SPAN_TEXT_MAX], text[DNS_NAME_TEXT_MAX];
	struct dnssec_verdict end;

	if (!dns_name_is_root(&node->name) || node->cut != CUT_END ||
	    node->end.security != DNS_SECURITY_BOGUS || seal.algorithm == 0 ||
	    (seal.inception <= time->wall_time && time->wall_time <= seal.expiration))
		return;
	end = dnssec_verdict(DNS_INDETERMINATE,
	    "the keys of %s, where trust begins, are not validly signed at %s: the clock of "
	    "this "
	    "machine seems to be wrong",
	    dns_name_text(&node->name, text), span_rfc3339(time->wall_time, now));
	end.seal = seal;
	end.ttl = TTL_WITHOUT_ANCHOR;
	settle_end(node, &end, time);
}

void
chain_settle_anchor(
    struct dns_chain *chain, struct chain_node *node, const struct dns_chain_time *time)
{
	const struct dns_records *evidence = &node->keys.evidence;
	struct dnssec_verdict end;

	chain_want(chain, &node->name, &node->keys, DNS_TYPE_DNSKEY);
	if (node->keys.state != REPLY_HERE)
		return;
	note_vouchers(node, &chain->anchors);
	if (dns_proof_is_signed(evidence, &node->name, DNS_TYPE_DNSKEY) &&
	    dnssec_has_trusted_key(evidence, &node->name, &chain->anchors)) {
		enter_zone(node, &chain->anchors, time);
		doubt_clock(node, time);
		return;
	}
	end = without_anchor(node);
	end.ttl = TTL_WITHOUT_ANCHOR;
	settle_end(node, &end, time);
}

/* Settles a node that has DS records, as the zone above signed them. */
static void
settle_signed(struct chain_node *node, struct dnssec_evidence *evidence,
    const struct dnssec_zone *above, const struct dns_chain_time *time)
{
	struct dnssec_verdict verdict;
	struct dns_records *ds = &node->ds.evidence;

	verdict = dns_proof_set(evidence, &node->name, DNS_TYPE_DS, above);
	note_vouchers(node, ds);
	node->facts.ds_seal = verdict.seal;
	if (verdict.security != DNS_SECURE)
		settle_end(node, &verdict, time);
	else if (node->keys.state == REPLY_HERE)
		enter_zone(node, ds, time);
	else
		return;
	if (node->cut == CUT_ZONE &&
	    verdict.ttl * SPAN_SECOND < node->expires_us - time->now_us)
		chain_settle(node, CUT_ZONE, verdict.ttl, time);
}

/* Settles a node at an alias: no zone begins there, and below a DNAME there is nothing at all. */
static void
settle_alias(struct chain_node *node, struct dnssec_evidence *evidence,
    const struct dnssec_zone *above, const struct dns_chain_time *time)
{
	struct dnssec_verdict verdict = dns_proof_alias(evidence, &node->name, NULL, above);
	bool own = dns_proof_is_signed(evidence->records, &node->name, DNS_TYPE_CNAME);

	if (verdict.security == DNS_SECURE)
		chain_settle(node, own ? CUT_NONE : CUT_NO_NAME, verdict.ttl, time);
	else
		settle_end(node, &verdict, time);
}

/* Settles a node of which nothing proves that it has no DS, unless more is asked first. */
static void
settle_unproved(struct dns_chain *chain, struct chain_node *node,
    const struct dnssec_zone *above, const struct dns_chain_time *time,
    struct dnssec_verdict *why)
{
	if (!chain_has_denials(&node->ds.evidence) && !chain_is_private(node, above, why) &&
	    !chain_excuse_resolver(chain, time, why))
		return;
	settle_end(node, why, time);
}

/* Settles a node whose DS is denied. */
static void
settle_unsigned(struct dns_chain *chain, struct chain_node *node,
    struct dnssec_evidence *evidence, const struct dnssec_zone *above,
    const struct dns_chain_time *time)
{
	struct dnssec_verdict why;
	struct denial denial;

	denial_init(&denial, evidence, above);
	switch (denial_no_ds(&denial, &node->name, &why)) {
	case DENIAL_NO_CUT:
		chain_settle(node, CUT_NONE, why.ttl, time);
		break;
	case DENIAL_NO_NAME:
		chain_settle(node, CUT_NO_NAME, why.ttl, time);
		break;
	case DENIAL_UNSIGNED:
		settle_end(node, &why, time);
		break;
	case DENIAL_UNPROVED:
		settle_unproved(chain, node, above, time, &why);
		break;
	}
}

void
chain_settle_cut(struct dns_chain *chain, struct chain_node *node,
    const struct dnssec_zone *above, const struct dns_chain_time *time)
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
	} else if (chain_is_answered(&node->ds)) {
		settle_unsigned(chain, node, &evidence, above, time);
	} else {
		end = unanswered(node, "DS", node->ds.outcome);
		settle_end(node, &end, time);
	}
}

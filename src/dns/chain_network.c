/*
 * What networks do to DNSSEC that is no forgery, and must not be taken for one.
 *
 * Decides when a broken proof says more about the resolver than about the zone. Some resolvers and
 * routers pass signatures on, but not the NSEC and NSEC3 records of negative answers: those
 * show at the root, whose zone denies itself a DS record. And many networks have top-level domains
 * of their own, which the root denies. Neither is secure, and neither is proved to be bogus:
 * who can strip what the root says could as well strip everything.
 */
#include "util/span.h"
#include "dns/chain_parts.h"

static const struct dns_name root = { .length = 1 };

bool
chain_has_denials(const struct dns_records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		if (records->items[i].type == DNS_TYPE_NSEC ||
		    records->items[i].type == DNS_TYPE_NSEC3)
			return true;
	}
	return false;
}

bool
chain_excuse_resolver(
    struct dns_chain *chain, const struct dns_chain_time *time, struct dnssec_verdict *verdict)
{
	struct chain_reply *denial = &chain->root_denial;
	unsigned labels;

	if (!chain_find_anchor(chain, &root, &labels))
		return true;
	chain_expire_reply(denial, time);
	chain_want(chain, &root, denial, DNS_TYPE_DS);
	if (denial->state != REPLY_HERE)
		return false;
	if (!chain_has_denials(&denial->evidence))
		*verdict = dnssec_verdict(DNS_INDETERMINATE,
		    "the resolver gives no proof of what is not there, not even for the root: "
		    "it "
		    "passes on only a part of DNSSEC");
	return true;
}

bool
chain_is_private(const struct chain_node *node, const struct dnssec_zone *above,
    struct dnssec_verdict *verdict)
{
	char text[DNS_NAME_TEXT_MAX];

	if (dns_name_labels(&node->name) != 1 || !dns_name_is_root(&above->apex))
		return false;
	*verdict = dnssec_verdict(DNS_INDETERMINATE,
	    "the root vouches for no domain \"%s\": the answer is this network's own, or "
	    "forged",
	    dns_name_text(&node->name, text));
	return true;
}

/*
 * Chains of trust told link by link.
 *
 * Decides which nodes are worth telling: the zones on the way to each name of the answer, each once,
 * then what they say of the name. Nothing is asked for here: it is told what is remembered.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "dns/chain_parts.h"

void
dns_links_free(struct dns_links *links)
{
	if (!links)
		return;
	free(links->items);
	free(links);
}

/* Appends an empty link. */
static struct dns_link *
add_link(struct dns_links *links, enum dns_link_kind kind, const struct dns_name *name)
{
	struct dns_link *link;

	links->items =
	    mem_grow(links->items, links->count, &links->capacity, sizeof *links->items);
	link = &links->items[links->count++];
	*link = (struct dns_link){ .kind = kind, .name = *name };
	return link;
}

/* True when the zone is told already. */
static bool
has_zone(const struct dns_links *links, const struct dns_name *apex)
{
	for (size_t i = 0; i < links->count; i++) {
		if (links->items[i].kind != DNS_LINK_ANSWER &&
		    dns_name_equal(&links->items[i].name, apex))
			return true;
	}
	return false;
}

/* Tells a node: a zone that is entered, or where trust ends. */
static void
add_node(struct dns_links *links, const struct chain_node *node, bool is_anchor)
{
	struct dns_link *link;

	if ((node->cut != CUT_ZONE && node->cut != CUT_END) || has_zone(links, &node->name))
		return;
	link = add_link(links, is_anchor ? DNS_LINK_ANCHOR : DNS_LINK_ZONE, &node->name);
	link->facts = node->facts;
	link->verdict = (struct dnssec_verdict){ .security = DNS_SECURE };
	if (node->cut == CUT_END)
		link->verdict = node->end;
}

/* Tells the zones on the way to the name. */
static void
add_way(struct dns_links *links, const struct dns_chain *chain, const struct dns_name *name)
{
	unsigned all = dns_name_labels(name), anchor = 0;

	if (!chain_find_anchor(chain, name, &anchor))
		return;
	for (unsigned n = anchor; n <= all; n++) {
		struct dns_name ancestor = dns_name_ancestor(name, n);
		const struct chain_node *node = chain_find(chain, &ancestor);

		if (!node || node->cut == CUT_OPEN)
			return;
		add_node(links, node, n == anchor);
		if (node->cut == CUT_NO_NAME || node->cut == CUT_END)
			return;
	}
}

/* Tells one step of the answer. */
static void
add_step(struct dns_links *links, struct dns_chain *chain, const struct chain_step *step,
    struct dnssec_evidence *evidence, const struct dns_chain_time *time)
{
	struct dns_name home = chain_home_of(step);
	struct dns_link *link;

	add_way(links, chain, &home);
	link = add_link(links, DNS_LINK_ANSWER, step->owner);
	link->type = step->type;
	link->outcome = step->target ? DNS_ANSWER : step->outcome;
	if (step->target)
		link->target = *step->target;
	if (!chain_judge_step(chain, step, evidence, time, &link->verdict))
		link->verdict =
		    dnssec_verdict(DNS_INDETERMINATE, "the chain is being followed");
}

struct dns_links *
dns_chain_links(struct dns_chain *chain, const struct dns_result *result,
    const struct dns_records *records, const struct dns_chain_time *time)
{
	struct dnssec_evidence evidence = { .records = records, .time = time->wall_time };
	struct dns_links *links = mem_alloc(sizeof *links);

	links->wall_time = time->wall_time;
	for (size_t i = 0; dns_result_is_final(result) && i <= result->alias_count; i++) {
		struct chain_step step = chain_step_of(result, i, records);

		add_step(links, chain, &step, &evidence, time);
	}
	return links;
}

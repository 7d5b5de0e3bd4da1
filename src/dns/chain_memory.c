/*
 * What a chain of trust remembers: a node for each name on the way, with the answers that it waits for.
 *
 * Decides how long a node lives - until the TTLs of what settled it run out - and which questions are
 * owed to whoever asks them, each once. A node is open until its answers are in, then settled; what
 * settles it is chain_settle.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "dns/chain_parts.h"

enum {
	REPLY_TTL = 60, /* that an answer waits for others; a failure waits CHAIN_TTL_FAILURE */
	SWEPT = 4, /* buckets looked through each time that names may come */
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
clear_reply(struct chain_reply *reply)
{
	dns_records_clear(&reply->evidence);
	reply->state = REPLY_IDLE;
}

/* Frees a node. */
static void
free_node(struct chain_node *node)
{
	clear_reply(&node->ds);
	clear_reply(&node->keys);
	dnssec_zone_clear(&node->zone);
	free(node);
}

/* True when the caller owes an answer for the node. */
static bool
is_pending(const struct chain_node *node)
{
	return node->ds.state == REPLY_PENDING || node->keys.state == REPLY_PENDING;
}

/* True when what the node says, and every answer it keeps, expired by now_us, and nobody asks for it. */
static bool
is_over(const struct chain_node *node, int64_t now_us)
{
	return !is_pending(node) && node->expires_us <= now_us &&
	    (node->ds.state == REPLY_IDLE || node->ds.expires_us <= now_us) &&
	    (node->keys.state == REPLY_IDLE || node->keys.expires_us <= now_us);
}

/* Frees the nodes of a bucket that are over by now_us. */
static void
sweep(struct dns_chain *chain, size_t bucket, int64_t now_us)
{
	struct chain_node **place = &chain->buckets[bucket];

	while (*place) {
		struct chain_node *node = *place;

		if (!is_over(node, now_us)) {
			place = &node->next;
			continue;
		}
		*place = node->next;
		chain->count--;
		free_node(node);
	}
}

/* Frees all nodes that are over by now_us. */
static void
forget_until(struct dns_chain *chain, int64_t now_us)
{
	for (size_t i = 0; i < CHAIN_BUCKETS; i++)
		sweep(chain, i, now_us);
}

void
dns_chain_free(struct dns_chain *chain)
{
	if (!chain)
		return;
	for (size_t i = 0; i < CHAIN_BUCKETS; i++) {
		while (chain->buckets[i]) {
			struct chain_node *node = chain->buckets[i];

			chain->buckets[i] = node->next;
			free_node(node);
		}
	}
	clear_reply(&chain->root_denial);
	dns_records_clear(&chain->anchors);
	free(chain->wanted);
	free(chain);
}

size_t
dns_chain_names(const struct dns_chain *chain)
{
	return chain->count;
}

void
chain_make_room(struct dns_chain *chain, int64_t now_us)
{
	for (int i = 0; i < SWEPT; i++) {
		sweep(chain, chain->swept, now_us);
		chain->swept = (chain->swept + 1) % CHAIN_BUCKETS;
	}
	if (chain->count > chain->names_max)
		forget_until(chain, now_us);
	if (chain->count > chain->names_max)
		forget_until(chain, INT64_MAX);
}

/* Returns the place that points to the node of the name, or to NULL. */
static struct chain_node **
find_node(struct dns_chain *chain, const struct dns_name *name)
{
	struct chain_node **place = &chain->buckets[dns_name_hash(name) % CHAIN_BUCKETS];

	while (*place && !dns_name_equal(&(*place)->name, name))
		place = &(*place)->next;
	return place;
}

const struct chain_node *
chain_find(const struct dns_chain *chain, const struct dns_name *name)
{
	const struct chain_node *node = chain->buckets[dns_name_hash(name) % CHAIN_BUCKETS];

	while (node && !dns_name_equal(&node->name, name))
		node = node->next;
	return node;
}

struct chain_node *
chain_node_of(struct dns_chain *chain, const struct dns_name *name)
{
	struct chain_node **place = find_node(chain, name);

	if (!*place) {
		*place = mem_alloc(sizeof **place);
		(*place)->name = (*place)->zone.apex = *name;
		chain->count++;
	}
	return *place;
}

void
chain_settle(struct chain_node *node, enum chain_cut cut, uint32_t ttl,
    const struct dns_chain_time *time)
{
	if (ttl < CHAIN_TTL_FAILURE)
		ttl = CHAIN_TTL_FAILURE;
	node->cut = cut;
	node->expires_us = time->now_us + ttl * SPAN_SECOND;
	if (node->ds.state == REPLY_HERE)
		clear_reply(&node->ds);
	if (node->keys.state == REPLY_HERE)
		clear_reply(&node->keys);
}

void
chain_expire_reply(struct chain_reply *reply, const struct dns_chain_time *time)
{
	if (reply->state == REPLY_HERE && time->now_us >= reply->expires_us)
		clear_reply(reply);
}

void
chain_expire(struct chain_node *node, const struct dns_chain_time *time)
{
	if (node->cut != CUT_OPEN && time->now_us >= node->expires_us) {
		dnssec_zone_clear(&node->zone);
		node->cut = CUT_OPEN;
	}
	chain_expire_reply(&node->ds, time);
	chain_expire_reply(&node->keys, time);
}

/* --- questions -------------------------------------------------------------------- */

void
chain_want(struct dns_chain *chain, const struct dns_name *name, struct chain_reply *reply,
    uint16_t type)
{
	if (reply->state != REPLY_IDLE)
		return;
	reply->state = REPLY_PENDING;
	chain->wanted = mem_grow(
	    chain->wanted, chain->wanted_count, &chain->wanted_capacity, sizeof *chain->wanted);
	chain->wanted[chain->wanted_count++] =
	    (struct dns_question){ .name = *name, .type = type };
}

bool
chain_is_answered(const struct chain_reply *reply)
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

/* Keeps an answer. */
static void
keep_reply(struct chain_reply *reply, enum dns_outcome outcome,
    const struct dns_records *evidence, const struct dns_chain_time *time)
{
	reply->state = REPLY_HERE;
	reply->outcome = outcome;
	reply->expires_us = time->now_us +
	    (chain_is_answered(reply) ? REPLY_TTL : CHAIN_TTL_FAILURE) * SPAN_SECOND;
	for (size_t i = 0; i < evidence->count; i++)
		dns_records_copy(&reply->evidence, &evidence->items[i]);
}

/* Takes the answer to a question about a node. */
static void
take_for_node(struct chain_node *node, struct chain_reply *reply, enum dns_outcome outcome,
    const struct dns_records *evidence, const struct dns_chain_time *time)
{
	if (reply->state != REPLY_PENDING)
		return;
	reply->state = REPLY_IDLE;
	chain_expire(node, time);
	if (node->cut == CUT_OPEN)
		keep_reply(reply, outcome, evidence, time);
}

void
dns_chain_take(struct dns_chain *chain, const struct dns_question *question,
    enum dns_outcome outcome, const struct dns_records *evidence,
    const struct dns_chain_time *time)
{
	struct chain_node *node = *find_node(chain, &question->name);

	if (question->type == DNS_TYPE_DS && dns_name_is_root(&question->name)) {
		if (chain->root_denial.state == REPLY_PENDING)
			keep_reply(&chain->root_denial, outcome, evidence, time);
	} else if (node && question->type == DNS_TYPE_DS) {
		take_for_node(node, &node->ds, outcome, evidence, time);
	} else if (node && question->type == DNS_TYPE_DNSKEY) {
		take_for_node(node, &node->keys, outcome, evidence, time);
	}
}

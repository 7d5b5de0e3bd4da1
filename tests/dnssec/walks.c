/*
 * The tree of most stories about chains of trust, and walks in it.
 */
#include "walks.h"

enum {
	ROUNDS_MAX = 40,
};

const struct dns_chain_time start = { 1000 * SPAN_SECOND, TEST_TIME };

#define LEAF "@ MX 10 mail\nmail A 192.0.2.25\n*.wild A 192.0.2.4\na.b TXT \"x\"\n"

/* The tree of most stories; children come before their parents. */
static const struct tree whole_tree = {
	.zones = {
		{ .apex = "deep.secure.test", .text = LEAF },
		{ .apex = "hidden.secure.test", .text = LEAF, .ds = TREE_DS_NONE },
		{ .apex = "secure.test",
		    .text = LEAF "alias CNAME mail\ntoplain CNAME mail.plain.test.\n"
			"toexpired CNAME mail.expired.test.\nmoved DNAME b.nsec3.test.\n"
			"tosilent CNAME mail.silent.test.\n*.aliases CNAME mail\n" },
		{ .apex = "nsec3.test", .text = LEAF "mail.b A 192.0.2.7\n",
		    .how = { .nsec3 = true, .iterations = 5, .algorithm = 13, .bits = 256 } },
		{ .apex = "child.optout.test", .text = LEAF, .ds = TREE_DS_NONE,
		    .how = { .unsigned_zone = true } },
		{ .apex = "optout.test", .text = LEAF,
		    .how = { .nsec3 = true, .opt_out = true } },
		{ .apex = "costly.test", .text = LEAF,
		    .how = { .nsec3 = true, .iterations = 151 } },
		{ .apex = "below.plain.test", .text = LEAF, .ds = TREE_DS_NONE },
		{ .apex = "plain.test", .text = LEAF "alias CNAME mail.secure.test.\n",
		    .how = { .unsigned_zone = true } },
		{ .apex = "expired.test", .text = LEAF,
		    .how = { .inception = TEST_TIME - 3 * DAY, .expiration = TEST_TIME - DAY } },
		{ .apex = "early.test", .text = LEAF,
		    .how = { .inception = TEST_TIME + DAY, .expiration = TEST_TIME + 3 * DAY } },
		{ .apex = "wrongds.test", .text = LEAF, .ds = TREE_DS_WRONG },
		{ .apex = "unknown.test", .text = LEAF, .ds = TREE_DS_UNKNOWN },
		{ .apex = "stripped.test", .text = LEAF, .stripped = true },
		{ .apex = "altered.test", .text = LEAF, .altered = true },
		{ .apex = "silent.test", .text = LEAF, .silent = true },
		{ .apex = "p384.test", .text = LEAF, .how = { .algorithm = 14, .bits = 384 } },
		{ .apex = "rsa.test", .text = LEAF, .how = { .algorithm = 8, .bits = 2048 } },
		{ .apex = "ed448.test", .text = LEAF, .how = { .algorithm = 16 } },
		{ .apex = "test", .text = "host A 192.0.2.1\n" },
		{ .apex = ".", .text = "" },
	},
	.count = 21,
};

void
answer_round(struct tree *tree, struct dns_chain *chain, const struct dns_chain_time *time)
{
	struct dns_question waiting[64];
	size_t count = 0;

	while (count < 64 && dns_chain_next(chain, &waiting[count]))
		count++;
	while (count-- > 0) {
		struct dns_records evidence = { 0 };
		struct dns_result *result = tree_ask(tree, &waiting[count], &evidence);

		dns_chain_take(chain, &waiting[count], result->outcome, &evidence, time);
		dns_records_clear(&evidence);
		dns_result_release(result);
	}
}

struct dnssec_verdict
judge(struct tree *tree, struct dns_chain *chain, const char *name, uint16_t type,
    const struct dns_chain_time *time, struct cost *cost)
{
	struct dns_question question = { .name = named(name), .type = type };
	struct dns_records evidence = { 0 };
	struct dns_result *result = tree_ask(tree, &question, &evidence);
	struct dnssec_verdict verdict;

	tree->questions = 0;
	*cost = (struct cost){ 0 };
	while (!dns_chain_judge(chain, result, &evidence, time, &verdict)) {
		if (++cost->rounds > ROUNDS_MAX)
			fail_msg("%s: the walk does not end", name);
		answer_round(tree, chain, time);
	}
	cost->questions = tree->questions;
	dns_records_clear(&evidence);
	dns_result_release(result);
	return verdict;
}

struct dns_chain *
begin(struct tree *tree, const char *anchor)
{
	struct dns_chain *chain = NULL;

	*tree = whole_tree;
	tree_sign(tree);
	for (size_t i = 0; i < tree->count; i++) {
		if (strcmp(tree->zones[i].apex, anchor) == 0)
			chain = dns_chain_new(&tree->zones[i].zone.ds, NAMES_MAX);
	}
	assert_non_null(chain);
	return chain;
}

void
expect(const struct story *story, const struct dnssec_verdict *verdict, const char *when)
{
	if (verdict->security != story->expected || !strstr(verdict->reason, story->reason))
		fail_msg("%s type %u, %s: %s, %s", story->name, (unsigned)story->type, when,
		    dns_security_name(verdict->security), verdict->reason);
}

/*
 * Chains of trust from a private root to answers: secure, insecure, bogus by each cause, and what
 * cannot be told. Virtual time; the walk asks, the tree answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/span.h"
#include "dns/chain.h"
#include "tree.h"

#define LEAF "@ MX 10 mail\nmail A 192.0.2.25\n*.wild A 192.0.2.4\na.b TXT \"x\"\n"

enum {
	NAMES_MAX = 4096,
	ROUNDS_MAX = 40,
	DAY = 86400,
};

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

struct story {
	const char *name;
	uint16_t type;
	enum dns_security expected;
	const char *reason; /* a part of it */
};

static const struct story stories[] = {
	{ "secure.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "mail.secure.test", DNS_TYPE_A, DNS_SECURE, "" },
	{ "SECURE.Test", DNS_TYPE_SOA, DNS_SECURE, "" },
	{ "secure.test", DNS_TYPE_DS, DNS_SECURE, "" },
	{ "secure.test", DNS_TYPE_DNSKEY, DNS_SECURE, "" },
	{ ".", DNS_TYPE_NS, DNS_SECURE, "" },
	{ ".", DNS_TYPE_DNSKEY, DNS_SECURE, "" },
	{ "test", DNS_TYPE_DS, DNS_SECURE, "" },
	{ "host.test", DNS_TYPE_A, DNS_SECURE, "" },
	{ "deep.secure.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "secure.test", DNS_TYPE_TLSA, DNS_SECURE, "" },
	{ "_25._tcp.mail.secure.test", DNS_TYPE_TLSA, DNS_SECURE, "" },
	{ "no.secure.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "b.secure.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "x.wild.secure.test", DNS_TYPE_A, DNS_SECURE, "" },
	{ "x.y.wild.secure.test", DNS_TYPE_A, DNS_SECURE, "" },
	{ "x.wild.secure.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "alias.secure.test", DNS_TYPE_A, DNS_SECURE, "" },
	{ "alias.secure.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "x.aliases.secure.test", DNS_TYPE_A, DNS_SECURE, "" },
	{ "mail.moved.secure.test", DNS_TYPE_A, DNS_SECURE, "" },
	{ "no-such-tld", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "no.such.name.anywhere", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "nsec3.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "no.nsec3.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "mail.nsec3.test", DNS_TYPE_TLSA, DNS_SECURE, "" },
	{ "x.wild.nsec3.test", DNS_TYPE_A, DNS_SECURE, "" },
	{ "optout.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "p384.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "rsa.test", DNS_TYPE_MX, DNS_SECURE, "" },
	{ "ed448.test", DNS_TYPE_MX, DNS_SECURE, "" },
	/* proved to be unsigned */
	{ "plain.test", DNS_TYPE_MX, DNS_INSECURE, "plain.test is not signed: it has no DS" },
	{ "mail.plain.test", DNS_TYPE_A, DNS_INSECURE, "plain.test is not signed" },
	{ "no.plain.test", DNS_TYPE_A, DNS_INSECURE, "plain.test is not signed" },
	{ "below.plain.test", DNS_TYPE_MX, DNS_INSECURE, "plain.test is not signed" },
	{ "hidden.secure.test", DNS_TYPE_MX, DNS_INSECURE, "hidden.secure.test is not signed" },
	{ "toplain.secure.test", DNS_TYPE_A, DNS_INSECURE, "plain.test is not signed" },
	{ "alias.plain.test", DNS_TYPE_A, DNS_INSECURE, "plain.test is not signed" },
	{ "child.optout.test", DNS_TYPE_MX, DNS_INSECURE, "child.optout.test is not signed" },
	{ "no.optout.test", DNS_TYPE_MX, DNS_INSECURE, "opt-out" },
	{ "no.costly.test", DNS_TYPE_MX, DNS_INSECURE, "151 iterations" },
	{ "unknown.test", DNS_TYPE_MX, DNS_INSECURE, "does not know" },
	/* bogus by each cause */
	{ "expired.test", DNS_TYPE_MX, DNS_SECURITY_BOGUS, "expired.test DNSKEY" },
	{ "early.test", DNS_TYPE_MX, DNS_SECURITY_BOGUS, "is not valid before" },
	{ "wrongds.test", DNS_TYPE_MX, DNS_SECURITY_BOGUS, "no DNSKEY of wrongds.test" },
	{ "stripped.test", DNS_TYPE_MX, DNS_SECURITY_BOGUS, "stripped.test DNSKEY" },
	{ "no.stripped.test", DNS_TYPE_MX, DNS_SECURITY_BOGUS, "stripped.test DNSKEY" },
	{ "mail.altered.test", DNS_TYPE_A, DNS_SECURITY_BOGUS, "does not match the data" },
	{ "toexpired.secure.test", DNS_TYPE_A, DNS_SECURITY_BOGUS, "expired at" },
	/* what cannot be told */
	{ "mail.silent.test", DNS_TYPE_A, DNS_INDETERMINATE, "no answer to judge" },
	{ "tosilent.secure.test", DNS_TYPE_A, DNS_INDETERMINATE, "no answer to judge" },
};

/* What a walk cost. */
struct cost {
	unsigned questions, rounds;
};

/* Answers all that the chain wants now. */
static void
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

/* Asks and judges one question. */
static struct dnssec_verdict
judge(struct tree *tree, struct dns_chain *chain, const char *name, uint16_t type,
    const struct dns_chain_time *time, struct cost *cost)
{
	struct dns_question question = { named(name), type };
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

/* Begins with a copy of the tree, and a chain that trusts its root, or another zone. */
static struct dns_chain *
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

/* Fails unless the verdict is the expected one. */
static void
expect(const struct story *story, const struct dnssec_verdict *verdict, const char *when)
{
	if (verdict->security != story->expected || !strstr(verdict->reason, story->reason))
		fail_msg("%s type %u, %s: %s, %s", story->name, (unsigned)story->type, when,
		    dns_security_name(verdict->security), verdict->reason);
}

static const struct dns_chain_time start = { 1000 * SPAN_SECOND, TEST_TIME };

static void
every_answer_gets_its_status(void **state)
{
	struct tree tree;
	struct dns_chain *warm = begin(&tree, ".");
	struct cost cost;

	(void)state;
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
		struct dns_chain *cold =
		    dns_chain_new(&tree.zones[tree.count - 1].zone.ds, NAMES_MAX);
		struct dnssec_verdict verdict;

		verdict = judge(&tree, cold, stories[i].name, stories[i].type, &start, &cost);
		expect(&stories[i], &verdict, "cold");
		if (verdict.security == DNS_SECURE && cost.rounds > 2)
			fail_msg("%s: %u rounds", stories[i].name, cost.rounds);
		verdict = judge(&tree, warm, stories[i].name, stories[i].type, &start, &cost);
		expect(&stories[i], &verdict, "warm");
		verdict = judge(&tree, warm, stories[i].name, stories[i].type, &start, &cost);
		expect(&stories[i], &verdict, "again");
		assert_int_equal(cost.questions, 0);
		dns_chain_free(cold);
	}
	dns_chain_free(warm);
	tree_clear(&tree);
}

/* Names below the zone that signed are not asked for: one DS and one DNSKEY a zone. */
static void
a_walk_costs_two_questions_a_zone(void **state)
{
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct cost cost;

	(void)state;
	judge(&tree, chain, "_25._tcp.mail.secure.test", DNS_TYPE_TLSA, &start, &cost);
	assert_int_equal(cost.questions, 5);
	assert_int_equal(cost.rounds, 2);
	dns_chain_free(chain);
	tree_clear(&tree);
}

/* A resolver that strips is told apart from zones that are not signed. */
static void
a_stripping_resolver_proves_nothing(void **state)
{
	static const struct story told[] = {
		{ "secure.test", DNS_TYPE_MX, DNS_INDETERMINATE, "it strips DNSSEC" },
		{ "plain.test", DNS_TYPE_MX, DNS_INDETERMINATE, "it strips DNSSEC" },
		{ "no.secure.test", DNS_TYPE_MX, DNS_INDETERMINATE, "it strips DNSSEC" },
	};
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct cost cost;

	(void)state;
	tree.strips = true;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		struct dnssec_verdict verdict =
		    judge(&tree, chain, told[i].name, told[i].type, &start, &cost);

		expect(&told[i], &verdict, "stripped");
	}
	dns_chain_free(chain);
	tree_clear(&tree);
}

/* A resolver that passes signatures on, but no denials, makes nothing bogus that it cannot prove. */
static void
a_resolver_without_proofs_is_told_apart(void **state)
{
	static const struct story told[] = {
		{ "secure.test", DNS_TYPE_MX, DNS_SECURE, "" },
		{ "mail.secure.test", DNS_TYPE_A, DNS_SECURE, "" },
		{ "mail.secure.test", DNS_TYPE_AAAA, DNS_INDETERMINATE,
		    "only a part of DNSSEC" },
		{ "no.secure.test", DNS_TYPE_MX, DNS_INDETERMINATE, "only a part of DNSSEC" },
		{ "plain.test", DNS_TYPE_MX, DNS_INDETERMINATE, "only a part of DNSSEC" },
		{ "plain.nsec3.test", DNS_TYPE_MX, DNS_INDETERMINATE, "only a part of DNSSEC" },
		{ "mail.altered.test", DNS_TYPE_A, DNS_SECURITY_BOGUS, "does not match" },
		{ "stripped.test", DNS_TYPE_MX, DNS_SECURITY_BOGUS, "stripped.test DNSKEY" },
	};
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct cost cost;

	(void)state;
	tree.strips_proofs = true;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		struct dnssec_verdict verdict =
		    judge(&tree, chain, told[i].name, told[i].type, &start, &cost);

		expect(&told[i], &verdict, "without proofs");
	}
	dns_chain_free(chain);
	tree_clear(&tree);
}

/* A resolver that never answers for the root's keys is asked once a minute, not for every name. */
static void
a_resolver_without_keys_is_remembered(void **state)
{
	static const char *const names[] = { "secure.test", "plain.test", "no.nsec3.test" };
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct dns_chain_time time = start;
	struct dnssec_verdict verdict;
	struct cost cost;

	(void)state;
	tree.mute = true;
	verdict = judge(&tree, chain, "p384.test", DNS_TYPE_MX, &time, &cost);
	assert_int_equal(verdict.security, DNS_INDETERMINATE);
	assert_non_null(strstr(verdict.reason, "the DNSKEY of . could not be had"));
	time.now_us += 59 * SPAN_SECOND;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct dns_name name = named(names[i]);
		struct dns_question question;

		dns_chain_expect(chain, &name, &time);
		assert_false(dns_chain_next(chain, &question));
		verdict = judge(&tree, chain, names[i], DNS_TYPE_MX, &time, &cost);
		assert_int_equal(verdict.security, DNS_INDETERMINATE);
		assert_int_equal(cost.questions, 0);
	}
	tree.mute = false;
	time.now_us += 2 * SPAN_SECOND;
	verdict = judge(&tree, chain, "secure.test", DNS_TYPE_MX, &time, &cost);
	assert_int_equal(verdict.security, DNS_SECURE);
	dns_chain_free(chain);
	tree_clear(&tree);
}

/* What is expected is asked for ahead: then a verdict costs one round of questions less. */
static void
what_is_expected_is_asked_ahead(void **state)
{
	static const struct {
		const char *name;
		unsigned ahead, rounds;
	} told[] = {
		{ ".", 1, 0 },
		{ "test", 2, 1 },
		{ "secure.test", 3, 1 },
		{ "_25._tcp.mail.secure.test", 3, 1 },
	};
	struct tree tree;
	struct dns_chain *any = begin(&tree, ".");
	struct cost cost;

	(void)state;
	dns_chain_free(any);
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		struct dns_chain *chain =
		    dns_chain_new(&tree.zones[tree.count - 1].zone.ds, NAMES_MAX);
		struct dns_name name = named(told[i].name);

		tree.questions = 0;
		dns_chain_expect(chain, &name, &start);
		answer_round(&tree, chain, &start);
		assert_int_equal(tree.questions, told[i].ahead);
		judge(&tree, chain, told[i].name, DNS_TYPE_SOA, &start, &cost);
		assert_int_equal(cost.rounds, told[i].rounds);
		dns_chain_free(chain);
	}
	tree_clear(&tree);
}

/* Writes the links as text, a zone with the numbers of its DS and DNSKEY records. */
static void
links_text(const struct dns_links *links, struct buf *out)
{
	static const char *const kinds[] = { [DNS_LINK_ANCHOR] = "anchor",
		[DNS_LINK_ZONE] = "zone",
		[DNS_LINK_ANSWER] = "answer" };

	for (size_t i = 0; i < links->count; i++) {
		const struct dns_link *link = &links->items[i];
		char name[DNS_NAME_TEXT_MAX];

		buf_addf(out, "%s%s %s %s", i > 0 ? "; " : "", kinds[link->kind],
		    dns_name_text(&link->name, name),
		    dns_security_name(link->verdict.security));
		if (link->kind != DNS_LINK_ANSWER)
			buf_addf(out, " %zu/%zu", link->facts.ds_count, link->facts.key_count);
		else if (link->verdict.security == DNS_SECURE && link->outcome == DNS_ANSWER)
			assert_int_not_equal(link->verdict.seal.algorithm, 0);
	}
}

/* What is told of a chain: the zones on the way, each once, and what hangs on them. */
static void
chains_are_told_link_by_link(void **state)
{
	static const struct {
		const char *name;
		uint16_t type;
		const char *links;
	} told[] = {
		{ "mail.secure.test", DNS_TYPE_A,
		    "anchor . secure 1/1; zone test secure 1/1; zone secure.test secure 1/1; "
		    "answer mail.secure.test secure" },
		{ "toplain.secure.test", DNS_TYPE_A,
		    "anchor . secure 1/1; zone test secure 1/1; zone secure.test secure 1/1; "
		    "answer toplain.secure.test secure; zone plain.test insecure 0/0; "
		    "answer mail.plain.test insecure" },
		{ "wrongds.test", DNS_TYPE_MX,
		    "anchor . secure 1/1; zone test secure 1/1; zone wrongds.test bogus 1/1; "
		    "answer wrongds.test bogus" },
		{ "mail.altered.test", DNS_TYPE_A,
		    "anchor . secure 1/1; zone test secure 1/1; zone altered.test secure 1/1; "
		    "answer mail.altered.test bogus" },
		{ "no.secure.test", DNS_TYPE_A,
		    "anchor . secure 1/1; zone test secure 1/1; zone secure.test secure 1/1; "
		    "answer no.secure.test secure" },
	};
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct cost cost;

	(void)state;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		struct dns_question question = { named(told[i].name), told[i].type };
		struct dns_records evidence = { 0 };
		struct dns_result *result;
		struct dns_links *links;
		struct buf text = BUF_INIT;

		judge(&tree, chain, told[i].name, told[i].type, &start, &cost);
		result = tree_ask(&tree, &question, &evidence);
		links = dns_chain_links(chain, result, &evidence, &start);
		links_text(links, &text);
		assert_string_equal(buf_text(&text), told[i].links);
		buf_clear(&text);
		dns_links_free(links);
		dns_records_clear(&evidence);
		dns_result_release(result);
	}
	dns_chain_free(chain);
	tree_clear(&tree);
}

/* A network's own top-level domain, which the root denies, is neither secure nor bogus. */
static void
private_domains_are_told_apart(void **state)
{
	static const struct story told[] = {
		{ "mail.office", DNS_TYPE_A, DNS_INDETERMINATE, "this network's own" },
		{ "mail.office", DNS_TYPE_MX, DNS_INDETERMINATE, "this network's own" },
		{ "office", DNS_TYPE_A, DNS_INDETERMINATE, "this network's own" },
		{ "a.b.c.office", DNS_TYPE_A, DNS_INDETERMINATE, "this network's own" },
		{ "no.such.name.anywhere", DNS_TYPE_MX, DNS_SECURE, "" },
		{ "no.stripped.test", DNS_TYPE_MX, DNS_SECURITY_BOGUS, "stripped.test DNSKEY" },
	};
	struct tree tree;
	struct cost cost;

	(void)state;
	for (int denies = 0; denies <= 1; denies++) {
		struct dns_chain *chain = begin(&tree, ".");

		tree.own_domain = "office";
		tree.denies_own_ds = denies;
		for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
			struct dnssec_verdict verdict =
			    judge(&tree, chain, told[i].name, told[i].type, &start, &cost);

			expect(&told[i], &verdict, "own domain");
		}
		dns_chain_free(chain);
		tree_clear(&tree);
	}
}

/* An island of trust: what is outside has no anchor, and another root's anchor proves nothing. */
static void
anchors_bound_what_can_be_told(void **state)
{
	static const struct story told[] = {
		{ "mail.secure.test", DNS_TYPE_A, DNS_SECURE, "" },
		{ "deep.secure.test", DNS_TYPE_MX, DNS_SECURE, "" },
		{ "hidden.secure.test", DNS_TYPE_MX, DNS_INSECURE, "is not signed" },
		{ "rsa.test", DNS_TYPE_MX, DNS_INDETERMINATE, "no trust anchor" },
		{ "secure.test", DNS_TYPE_DS, DNS_INDETERMINATE, "no trust anchor" },
	};
	struct tree tree, other;
	struct dns_chain *chain = begin(&tree, "secure.test"), *elsewhere = begin(&other, ".");
	struct dnssec_verdict verdict;
	struct cost cost;

	(void)state;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		verdict = judge(&tree, chain, told[i].name, told[i].type, &start, &cost);
		expect(&told[i], &verdict, "island");
	}
	verdict = judge(&tree, elsewhere, "secure.test", DNS_TYPE_MX, &start, &cost);
	assert_int_equal(verdict.security, DNS_INDETERMINATE);
	assert_non_null(strstr(verdict.reason, "no DNSKEY of . matches the trust anchor"));
	dns_chain_free(chain);
	dns_chain_free(elsewhere);
	tree_clear(&tree);
	tree_clear(&other);
}

/* What was learned lives as long as its TTLs and signatures; then it is asked for again. */
static void
what_was_proved_runs_out(void **state)
{
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct dns_chain_time time = start;
	struct dnssec_verdict verdict;
	struct cost cost;

	(void)state;
	judge(&tree, chain, "secure.test", DNS_TYPE_MX, &time, &cost);
	time.now_us += 3599 * SPAN_SECOND;
	time.wall_time += 3599;
	judge(&tree, chain, "secure.test", DNS_TYPE_MX, &time, &cost);
	assert_int_equal(cost.questions, 0);
	time.now_us += SPAN_SECOND;
	time.wall_time += 1;
	verdict = judge(&tree, chain, "secure.test", DNS_TYPE_MX, &time, &cost);
	assert_int_equal(verdict.security, DNS_SECURE);
	assert_int_equal(cost.questions, 5);
	time.now_us += 2 * DAY * SPAN_SECOND;
	time.wall_time += 2 * DAY;
	verdict = judge(&tree, chain, "secure.test", DNS_TYPE_MX, &time, &cost);
	assert_int_equal(verdict.security, DNS_INDETERMINATE);
	assert_non_null(strstr(verdict.reason, "the clock of this machine seems to be wrong"));
	dns_chain_free(chain);
	tree_clear(&tree);
}

/* A zone that fails is asked again soon, and believed when it is well. */
static void
failures_are_asked_again(void **state)
{
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct dns_chain_time time = start;
	struct dnssec_verdict verdict;
	struct cost cost;
	struct tree_zone *root = &tree.zones[tree.count - 1], *top = root - 1;
	struct dns_question question = { named("host.test"), DNS_TYPE_A };
	struct dns_records evidence = { 0 };
	struct dns_result *result = tree_ask(&tree, &question, &evidence);

	(void)state;
	root->silent = true;
	while (!dns_chain_judge(chain, result, &evidence, &time, &verdict))
		answer_round(&tree, chain, &time);
	assert_int_equal(verdict.security, DNS_INDETERMINATE);
	assert_string_equal(verdict.reason,
	    "the DNSKEY of . could not be had: the name server failed (SERVFAIL)");
	root->silent = false;
	time.now_us += 60 * SPAN_SECOND;
	top->silent = true;
	verdict = judge(&tree, chain, "no-such-tld", DNS_TYPE_MX, &time, &cost);
	assert_int_equal(verdict.security, DNS_SECURE);
	top->silent = false;
	top->stripped = true;
	verdict = judge(&tree, chain, "host.test", DNS_TYPE_A, &time, &cost);
	assert_int_equal(verdict.security, DNS_SECURITY_BOGUS);
	top->stripped = false;
	time.now_us += 5 * SPAN_SECOND;
	verdict = judge(&tree, chain, "host.test", DNS_TYPE_A, &time, &cost);
	assert_int_equal(verdict.security, DNS_SECURE);
	dns_records_clear(&evidence);
	dns_result_release(result);
	dns_chain_free(chain);
	tree_clear(&tree);
}

/* Many names do not fill the memory. */
static void
memory_is_bounded(void **state)
{
	struct tree tree;
	struct dns_chain *first = begin(&tree, "."), *chain;
	struct cost cost;

	(void)state;
	chain = dns_chain_new(&tree.zones[tree.count - 1].zone.ds, 16);
	for (char c = 'a'; c <= 'z'; c++) {
		char name[] = "x.hidden.secure.test";

		name[0] = c;
		judge(&tree, chain, name, DNS_TYPE_DS, &start, &cost);
		assert_true(dns_chain_names(chain) <= 16 + 6);
	}
	dns_chain_free(first);
	dns_chain_free(chain);
	tree_clear(&tree);
}

/* Answers that nobody asked for change nothing. */
static void
unasked_answers_are_passed_over(void **state)
{
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct dns_question question = { named("secure.test"), DNS_TYPE_DS };
	struct dns_records none = { 0 };
	struct dnssec_verdict verdict;
	struct cost cost;

	(void)state;
	dns_chain_take(chain, &question, DNS_NXDOMAIN, &none, &start);
	verdict = judge(&tree, chain, "secure.test", DNS_TYPE_MX, &start, &cost);
	assert_int_equal(verdict.security, DNS_SECURE);
	dns_chain_take(chain, &question, DNS_NXDOMAIN, &none, &start);
	verdict = judge(&tree, chain, "secure.test", DNS_TYPE_MX, &start, &cost);
	assert_int_equal(verdict.security, DNS_SECURE);
	assert_int_equal(cost.questions, 0);
	dns_chain_free(chain);
	tree_clear(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_gets_its_status),
		cmocka_unit_test(a_walk_costs_two_questions_a_zone),
		cmocka_unit_test(a_stripping_resolver_proves_nothing),
		cmocka_unit_test(a_resolver_without_proofs_is_told_apart),
		cmocka_unit_test(private_domains_are_told_apart),
		cmocka_unit_test(a_resolver_without_keys_is_remembered),
		cmocka_unit_test(what_is_expected_is_asked_ahead),
		cmocka_unit_test(chains_are_told_link_by_link),
		cmocka_unit_test(anchors_bound_what_can_be_told),
		cmocka_unit_test(what_was_proved_runs_out),
		cmocka_unit_test(failures_are_asked_again),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(unasked_answers_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

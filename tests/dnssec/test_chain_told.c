/*
 * What is told of chains of trust beside their status: which questions they cost, what a network that
 * maims DNSSEC is blamed for, and the links one by one.
 */
#include <stdio.h>

#include "util/buf.h"
#include "walks.h"

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

/* Expects the name with this number, and answers what that asks. */
static void
expect_number(
    struct tree *tree, struct dns_chain *chain, int number, const struct dns_chain_time *time)
{
	char text[32];
	struct dns_name name;

	snprintf(text, sizeof text, "n%d.test", number);
	name = named(text);
	dns_chain_expect(chain, &name, time);
	answer_round(tree, chain, time);
}

/* Names that are only expected, and never judged, do not fill the memory: nor do those that are past. */
static void
what_is_expected_is_bounded(void **state)
{
	enum {
		A_SECOND = 20, /* names */
		SECONDS = 150,
		LIVE_MOST = 61 * A_SECOND
	};
	struct tree tree;
	struct dns_chain *chain = begin(&tree, ".");
	struct dns_chain_time time = start;

	(void)state;
	for (int i = 0; i < SECONDS * A_SECOND; i++) {
		expect_number(&tree, chain, i, &time);
		assert_true(dns_chain_names(chain) <= LIVE_MOST * 5 / 4 + 2);
		time.now_us += SPAN_SECOND / A_SECOND;
	}
	dns_chain_free(chain);
	chain = dns_chain_new(&tree.zones[tree.count - 1].zone.ds, DNS_CHAIN_NAMES_MAX);
	tree.mute = true;
	for (int i = 0; i < DNS_CHAIN_NAMES_MAX + 1000; i++) {
		expect_number(&tree, chain, i, &start);
		assert_true(dns_chain_names(chain) <= DNS_CHAIN_NAMES_MAX + 2);
	}
	assert_true(dns_chain_names(chain) < DNS_CHAIN_NAMES_MAX);
	dns_chain_free(chain);
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
		struct dns_question question = { .name = named(told[i].name),
			.type = told[i].type };
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stripping_resolver_proves_nothing),
		cmocka_unit_test(a_resolver_without_proofs_is_told_apart),
		cmocka_unit_test(a_resolver_without_keys_is_remembered),
		cmocka_unit_test(what_is_expected_is_asked_ahead),
		cmocka_unit_test(what_is_expected_is_bounded),
		cmocka_unit_test(chains_are_told_link_by_link),
		cmocka_unit_test(private_domains_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

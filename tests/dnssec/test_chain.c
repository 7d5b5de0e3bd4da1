/*
 * Chains of trust from a private root to answers: secure, insecure, bogus by each cause, and what
 * cannot be told. Virtual time; the walk asks, the tree answers.
 */
#include "walks.h"

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

/* Whoever gives an anchor below the root promises that its zone's keys fit, and are kept fresh. */
static void
a_given_zone_is_held_to_its_anchor(void **state)
{
	struct tree tree, other;
	struct dns_chain *chain = begin(&tree, "secure.test");
	struct dns_chain *stray = begin(&other, "secure.test");
	struct dns_chain_time late = start;
	struct dnssec_verdict verdict;
	struct cost cost;

	(void)state;
	late.now_us += 2 * DAY * SPAN_SECOND;
	late.wall_time += 2 * DAY;
	verdict = judge(&tree, chain, "secure.test", DNS_TYPE_MX, &late, &cost);
	assert_int_equal(verdict.security, DNS_SECURITY_BOGUS);
	assert_non_null(strstr(verdict.reason, "expired at"));
	verdict = judge(&tree, stray, "secure.test", DNS_TYPE_MX, &start, &cost);
	assert_int_equal(verdict.security, DNS_SECURITY_BOGUS);
	assert_non_null(
	    strstr(verdict.reason, "no DNSKEY of secure.test matches the trust anchor"));
	dns_chain_free(chain);
	dns_chain_free(stray);
	tree_clear(&tree);
	tree_clear(&other);
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
	struct dns_question question = { .name = named("host.test"), .type = DNS_TYPE_A };
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
	struct dns_question question = { .name = named("secure.test"), .type = DNS_TYPE_DS };
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
		cmocka_unit_test(anchors_bound_what_can_be_told),
		cmocka_unit_test(what_was_proved_runs_out),
		cmocka_unit_test(a_given_zone_is_held_to_its_anchor),
		cmocka_unit_test(failures_are_asked_again),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(unasked_answers_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

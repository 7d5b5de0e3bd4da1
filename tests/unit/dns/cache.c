/*
 * Results kept for their TTL, and results themselves: shared, copied, released.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "util/span.h"
#include "dns/cache.h"
#include "dns/zone.h"

/* Returns the question for a name and type. */
static struct dns_question
question(const char *name, uint16_t type)
{
	struct dns_question q = { .type = type };

	assert_int_equal(dns_name_parse(&q.name, name), DNS_NAME_OK);
	return q;
}

/* Returns a result for an MX question, received at `at_s` seconds. */
static struct dns_result *
result(const char *name, enum dns_outcome outcome, uint32_t ttl, int64_t at_s)
{
	struct dns_question q = question(name, DNS_TYPE_MX);
	struct dns_result *r = dns_result_new(&q);

	r->outcome = outcome;
	r->ttl = ttl;
	r->received_us = at_s * SPAN_SECOND;
	if (outcome == DNS_ANSWER)
		assert_null(dns_zone_parse("x. MX 10 mx.x.", NULL, 300, &r->answer));
	return r;
}

/* Stores a result made on the spot. */
static void
store(struct dns_cache *cache, const char *name, enum dns_outcome outcome, uint32_t ttl,
    int64_t at_s)
{
	struct dns_result *r = result(name, outcome, ttl, at_s);

	dns_cache_store(cache, r, at_s * SPAN_SECOND);
	dns_result_release(r);
}

/* True when the cache has an MX result for the name at that time. */
static bool
has(struct dns_cache *cache, const char *name, int64_t at_s)
{
	struct dns_question q = question(name, DNS_TYPE_MX);
	const struct dns_result *r = dns_cache_find(cache, &q, at_s * SPAN_SECOND);
	bool found = r != NULL;

	if (found)
		assert_true(r->from_cache);
	dns_result_release(r);
	return found;
}

static const struct {
	enum dns_outcome outcome;
	uint32_t ttl;
	bool kept;
} keeps[] = {
	{ DNS_ANSWER, 60, true },
	{ DNS_ANSWER, 0, false },
	{ DNS_NODATA, 60, true },
	{ DNS_NXDOMAIN, 60, true },
	{ DNS_NXDOMAIN, 0, false },
	{ DNS_SERVFAIL, 60, false },
	{ DNS_TIMEOUT, 60, false },
	{ DNS_ALIAS_LOOP, 60, false },
};

static void
settled_questions_are_kept_for_their_ttl(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof keeps / sizeof *keeps; i++) {
		struct dns_cache *cache = dns_cache_new(100000);

		store(cache, "example.net", keeps[i].outcome, keeps[i].ttl, 100);
		assert_int_equal(dns_cache_count(cache), keeps[i].kept);
		assert_int_equal(has(cache, "EXAMPLE.net", 100), keeps[i].kept);
		assert_int_equal(has(cache, "example.net", 159), keeps[i].kept);
		assert_false(has(cache, "example.org", 159));
		assert_false(has(cache, "example.net", 160));
		assert_int_equal(dns_cache_count(cache), 0);
		dns_cache_free(cache);
	}
}

static void
types_are_kept_apart(void **state)
{
	struct dns_cache *cache = dns_cache_new(100000);
	struct dns_question q = question("example.net", DNS_TYPE_A);

	(void)state;
	store(cache, "example.net", DNS_ANSWER, 60, 0);
	assert_null(dns_cache_find(cache, &q, 0));
	dns_cache_drop(cache, &q);
	assert_true(has(cache, "example.net", 0));
	q.type = DNS_TYPE_MX;
	dns_cache_drop(cache, &q);
	assert_false(has(cache, "example.net", 0));
	dns_cache_free(cache);
}

static void
newer_results_replace_older_ones(void **state)
{
	struct dns_cache *cache = dns_cache_new(100000);

	(void)state;
	store(cache, "example.net", DNS_ANSWER, 60, 0);
	store(cache, "example.net", DNS_NODATA, 60, 30);
	assert_int_equal(dns_cache_count(cache), 1);
	assert_true(has(cache, "example.net", 80));
	/* A failure does not drive out what still lives, but what has expired. */
	store(cache, "example.net", DNS_SERVFAIL, 0, 80);
	assert_int_equal(dns_cache_count(cache), 1);
	store(cache, "example.net", DNS_SERVFAIL, 0, 90);
	assert_int_equal(dns_cache_count(cache), 0);
	dns_cache_free(cache);
}

static void
the_least_recently_used_goes_first(void **state)
{
	struct dns_cache *cache = dns_cache_new(8000);
	char name[32];

	(void)state;
	store(cache, "keep.example", DNS_ANSWER, 1000, 0);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "n%d.example", i);
		store(cache, name, DNS_ANSWER, 1000, 0);
		assert_true(has(cache, name, 1));
		assert_true(has(cache, "keep.example", 1));
	}
	assert_in_range(dns_cache_count(cache), 3, 16);
	assert_false(has(cache, "n0.example", 1));
	assert_true(has(cache, "n198.example", 1));
	dns_cache_free(cache);
	cache = dns_cache_new(10);
	store(cache, "too-big.example", DNS_ANSWER, 1000, 0);
	assert_int_equal(dns_cache_count(cache), 0);
	dns_cache_free(cache);
	dns_cache_free(NULL);
}

/* As much as a resolver keeps: thousands of answers, and never more octets than that. */
static void
the_bound_of_a_resolver_holds(void **state)
{
	struct dns_cache *cache = dns_cache_new(DNS_CACHE_BYTES);
	char name[32];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "n%d.example", i);
		store(cache, name, DNS_ANSWER, 1000, 0);
		assert_in_range(dns_cache_bytes(cache), 1, DNS_CACHE_BYTES);
	}
	assert_in_range(dns_cache_count(cache), 2000, 19999);
	assert_false(has(cache, "n0.example", 1));
	assert_true(has(cache, "n19999.example", 1));
	dns_cache_free(cache);
}

static void
many_results_are_found_again(void **state)
{
	struct dns_cache *cache = dns_cache_new(64 << 20);
	char name[32];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "n%d.example", i);
		store(cache, name, DNS_NXDOMAIN, 1000, 0);
	}
	assert_int_equal(dns_cache_count(cache), 5000);
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "n%d.example", i);
		assert_true(has(cache, name, 999));
		assert_false(has(cache, name, 1000));
	}
	dns_cache_free(cache);
}

static void
results_outlive_the_cache(void **state)
{
	struct dns_cache *cache = dns_cache_new(100000);
	struct dns_question q = question("example.net", DNS_TYPE_MX);
	const struct dns_result *r;

	(void)state;
	store(cache, "example.net", DNS_ANSWER, 60, 0);
	r = dns_cache_find(cache, &q, 0);
	dns_cache_free(cache);
	assert_int_equal(r->answer.count, 1);
	assert_int_equal(r->ttl, 60);
	dns_result_release(r);
}

static void
results_are_counted_and_copied(void **state)
{
	struct dns_result *r = result("example.net", DNS_ANSWER, 60, 0), *copy;
	struct dns_name target;

	(void)state;
	dns_name_parse(&target, "web.example.org");
	assert_true(dns_name_equal(dns_result_owner(r), &r->question.name));
	r->alias = mem_dup(&target, sizeof target);
	r->alias_count = 1;
	r->error = mem_strdup("a sentence");
	copy = dns_result_copy(r);
	assert_ptr_equal(dns_result_hold(r), r);
	dns_result_release(r);
	dns_result_release(r);
	assert_string_equal(copy->error, "a sentence");
	assert_true(dns_name_equal(dns_result_owner(copy), &target));
	assert_int_equal(copy->answer.items[0].length, 8);
	dns_result_release(copy);
	assert_null(dns_result_hold(NULL));
	dns_result_release(NULL);
}

static const struct {
	uint32_t ttl;
	int64_t after_us;
	uint32_t left;
} lefts[] = {
	{ 60, 0, 60 },
	{ 60, -5, 60 },
	{ 60, 1, 60 },
	{ 60, SPAN_SECOND, 59 },
	{ 60, 60 * SPAN_SECOND - 1, 1 },
	{ 60, 60 * SPAN_SECOND, 0 },
	{ 60, INT64_C(1) << 60, 0 },
	{ 0, 0, 0 },
};

static void
ttls_count_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lefts / sizeof *lefts; i++) {
		struct dns_result *r = result("example.net", DNS_NODATA, lefts[i].ttl, 7);
		int64_t now_us = 7 * SPAN_SECOND + lefts[i].after_us;

		assert_int_equal(dns_result_ttl_left(r, now_us), lefts[i].left);
		dns_result_release(r);
	}
}

static void
outcomes_have_names(void **state)
{
	enum dns_outcome outcome;

	(void)state;
	assert_string_equal(dns_outcome_name(DNS_ALIAS_LOOP), "alias-loop");
	assert_true(dns_outcome_parse("nxdomain", &outcome));
	assert_int_equal(outcome, DNS_NXDOMAIN);
	assert_false(dns_outcome_parse("NXDOMAIN", &outcome));
	assert_string_equal(dns_security_name(DNS_SECURITY_BOGUS), "bogus");
	assert_int_equal(dns_outcome_count, DNS_BOGUS + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settled_questions_are_kept_for_their_ttl),
		cmocka_unit_test(types_are_kept_apart),
		cmocka_unit_test(newer_results_replace_older_ones),
		cmocka_unit_test(the_least_recently_used_goes_first),
		cmocka_unit_test(the_bound_of_a_resolver_holds),
		cmocka_unit_test(many_results_are_found_again),
		cmocka_unit_test(results_outlive_the_cache),
		cmocka_unit_test(results_are_counted_and_copied),
		cmocka_unit_test(ttls_count_down),
		cmocka_unit_test(outcomes_have_names),
	};

	return cmocka_run_group_tests_name("dns/cache", tests, NULL, NULL);
}

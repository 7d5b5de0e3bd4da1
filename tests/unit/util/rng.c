/*
 * The seeded generator: its sequences are for ever, and they are fair.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/rng.h"

/* xoshiro256** from splitmix64(0): its first output is 0x99ec5f36cb75f2b4. */
static void
seeds_have_their_sequence_for_ever(void **state)
{
	struct rng r;

	(void)state;
	rng_seed(&r, 0);
	assert_int_equal(r.state[0], UINT64_C(0xe220a8397b1dcdaf));
	assert_int_equal(r.state[1], UINT64_C(0x6e789e6aa1b965f4));
	assert_int_equal(rng_below(&r, UINT32_MAX), 0x99ec5f36);
}

static void
equal_seeds_draw_alike(void **state)
{
	struct rng a, b, c;
	unsigned differ = 0;

	(void)state;
	rng_seed(&a, 42);
	rng_seed(&b, 42);
	rng_seed(&c, 43);
	for (int i = 0; i < 100; i++) {
		uint32_t drawn = rng_below(&a, 1000);

		assert_int_equal(drawn, rng_below(&b, 1000));
		differ += drawn != rng_below(&c, 1000);
	}
	assert_true(differ > 90);
}

static void
draws_are_fair(void **state)
{
	static const uint32_t bounds[] = { 1, 2, 3, 7, 10 };
	enum {
		DRAWS = 100000
	};

	(void)state;
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
		unsigned counts[10] = { 0 }, share = DRAWS / bounds[i];
		struct rng r;

		rng_seed(&r, 7);
		for (int k = 0; k < DRAWS; k++) {
			uint32_t drawn = rng_below(&r, bounds[i]);

			assert_true(drawn < bounds[i]);
			counts[drawn]++;
		}
		for (uint32_t k = 0; k < bounds[i]; k++)
			assert_in_range(counts[k], share - share / 20, share + share / 20);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeds_have_their_sequence_for_ever),
		cmocka_unit_test(equal_seeds_draw_alike),
		cmocka_unit_test(draws_are_fair),
	};

	return cmocka_run_group_tests_name("util/rng", tests, NULL, NULL);
}

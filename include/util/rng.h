/*
 * A small seeded generator (xoshiro256**) for draws that must be reproducible: the order of
 * exchanges of equal preference. Not for secrets: ids and ports come from the kernel.
 */
#ifndef UTIL_RNG_H
#define UTIL_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state[4];
};

/* Sets the generator to the sequence of this seed. */
void rng_seed(struct rng *r, uint64_t seed);

/* Returns a number in 0..bound-1, each equally likely; bound must not be 0. */
uint32_t rng_below(struct rng *r, uint32_t bound);

#endif

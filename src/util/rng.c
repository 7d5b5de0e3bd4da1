/*
 * xoshiro256** (Blackman and Vigna, 2018), its state filled from the seed by splitmix64 as its
 * authors advise. Decides the sequence of a seed, for ever: a recorded seed must give the same
 * draw in every later version, so neither generator nor the way of rejection may change.
 */
#include "util/rng.h"

/* Turns x left by k bits, 0 < k < 64. */
static uint64_t
rotate_left(uint64_t x, unsigned k)
{
	return (x << k) | (x >> (64 - k));
}

/* Returns the next number of splitmix64. */
static uint64_t
splitmix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Returns the next 64 bits of the sequence. */
static uint64_t
next(struct rng *r)
{
	uint64_t *s = r->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

void
rng_seed(struct rng *r, uint64_t seed)
{
	for (unsigned i = 0; i < 4; i++)
		r->state[i] = splitmix(&seed);
}

uint32_t
rng_below(struct rng *r, uint32_t bound)
{
	/* The top 2^32 mod bound values would favour the low numbers: draw again. */
	uint64_t fair = (UINT64_C(1) << 32) - (UINT64_C(1) << 32) % bound;
	uint64_t drawn;

	do
		drawn = next(r) >> 32;
	while (drawn >= fair);
	return (uint32_t)(drawn % bound);
}

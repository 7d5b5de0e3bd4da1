/*
 * SipHash-2-4: two rounds for every eight bytes, four at the end. Bytes are read as little-endian
 * words whatever the machine, so that the published test vectors hold everywhere.
 */
#include "util/hash.h"

/* The four words of the state. */
struct state {
	uint64_t v0, v1, v2, v3;
};

/* Turns x left by k bits, 0 < k < 64. */
static uint64_t
rotate_left(uint64_t x, unsigned k)
{
	return (x << k) | (x >> (64 - k));
}

/* One round. */
static void
stir(struct state *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotate_left(s->v1, 13) ^ s->v0;
	s->v3 = rotate_left(s->v3, 16) ^ s->v2;
	s->v0 = rotate_left(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotate_left(s->v1, 17) ^ s->v2;
	s->v3 = rotate_left(s->v3, 21) ^ s->v0;
	s->v2 = rotate_left(s->v2, 32);
}

/* Takes in one word. */
static void
absorb(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	stir(s);
	stir(s);
	s->v0 ^= word;
}

/* Reads up to eight bytes as a little-endian word. */
static uint64_t
word_of(const uint8_t *bytes, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)bytes[i] << (8 * i);
	return word;
}

uint64_t
hash_bytes(const struct hash_key *key, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;
	struct state s = {
		.v0 = key->k0 ^ UINT64_C(0x736f6d6570736575),
		.v1 = key->k1 ^ UINT64_C(0x646f72616e646f6d),
		.v2 = key->k0 ^ UINT64_C(0x6c7967656e657261),
		.v3 = key->k1 ^ UINT64_C(0x7465646279746573),
	};
	size_t left = n;

	for (; left >= 8; left -= 8, at += 8)
		absorb(&s, word_of(at, 8));
	absorb(&s, word_of(at, left) | (uint64_t)n << 56);
	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		stir(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

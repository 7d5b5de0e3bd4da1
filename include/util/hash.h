/*
 * A keyed hash of bytes (SipHash-2-4, Aumasson and Bernstein 2012): who does not know the key can
 * neither make collisions nor find out what was hashed.
 */
#ifndef UTIL_HASH_H
#define UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	uint64_t k0, k1;
};

/* Returns the 64-bit hash of n bytes under this key. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t n);

#endif

/*
 * Numbers in network byte order (RFC 1035 2.3.2), read from and written to octets. The caller
 * has made sure that they are there.
 */
#ifndef UTIL_WIRE_H
#define UTIL_WIRE_H

#include <stdint.h>

/* Returns the 16 bits at octets[0..1]. */
static inline uint16_t
wire_get16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

/* Returns the 32 bits at octets[0..3]. */
static inline uint32_t
wire_get32(const uint8_t *octets)
{
	return (uint32_t)wire_get16(octets) << 16 | wire_get16(octets + 2);
}

/* Writes 16 bits to octets[0..1]. */
static inline void
wire_put16(uint8_t *octets, uint16_t value)
{
	octets[0] = (uint8_t)(value >> 8);
	octets[1] = (uint8_t)value;
}

/* Writes 32 bits to octets[0..3]. */
static inline void
wire_put32(uint8_t *octets, uint32_t value)
{
	wire_put16(octets, (uint16_t)(value >> 16));
	wire_put16(octets + 2, (uint16_t)value);
}

#endif

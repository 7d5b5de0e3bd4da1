/*
 * IP addresses and endpoints as plain values: parsed, printed, compared. No sockets.
 */
#ifndef UTIL_IP_H
#define UTIL_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ip_addr {
	uint8_t family; /* 4, 6, or 0 for none */
	uint8_t bytes[16]; /* network order; IPv4 uses the first 4, the rest are 0 */
	uint32_t scope; /* IPv6 zone index of a link-local address, else 0 */
};

struct endpoint {
	struct ip_addr ip;
	uint16_t port;
};

/* An address range: the first `length` bits of ip. */
struct ip_prefix {
	struct ip_addr ip;
	uint8_t length;
};

enum {
	IP_TEXT_MAX = 64, /* room for any address with scope, and its NUL */
	ENDPOINT_TEXT_MAX = 80,
};

/* Returns the address of 4 or 16 network-order bytes; n is 4 or 16. */
struct ip_addr ip_from_bytes(const uint8_t *bytes, size_t n);

/*
 * Parses "192.0.2.1", "2001:db8::1" or "fe80::1%lo" / "fe80::1%2" (no brackets).
 * Returns false and stores nothing for anything else.
 */
bool ip_parse(struct ip_addr *ip, const char *text);

/* Writes the address in its canonical form (RFC 5952) and returns out. "" for none. */
const char *ip_text(const struct ip_addr *ip, char out[IP_TEXT_MAX]);

bool ip_equal(const struct ip_addr *a, const struct ip_addr *b);

/* Orders IPv4 before IPv6, then by bytes; <0, 0, >0. */
int ip_compare(const struct ip_addr *a, const struct ip_addr *b);

/* Parses "ADDR" or "ADDR@PORT"; port_default where none is given. False on anything else. */
bool endpoint_parse(struct endpoint *e, const char *text, uint16_t port_default);

/* Writes "192.0.2.53@53" and returns out. */
const char *endpoint_text(const struct endpoint *e, char out[ENDPOINT_TEXT_MAX]);

/* Parses "192.0.2.0/24", "2001:db8::/32" or a bare address (its whole length). */
bool ip_prefix_parse(struct ip_prefix *prefix, const char *text);

/* True when ip lies in the prefix. */
bool ip_in_prefix(const struct ip_addr *ip, const struct ip_prefix *prefix);

#endif

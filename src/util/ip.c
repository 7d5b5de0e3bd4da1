/*
 * IP addresses as values. Decides their text form (RFC 5952 for IPv6, dotted decimal without
 * leading zeros for IPv4, the zone of RFC 4007 11 behind '%') and their order. Which addresses
 * are special, and all sockets, are left to others.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "util/ip.h"
#include "util/text.h"

/* The number of octets in an address of this family. */
static size_t
octets(const struct ip_addr *ip)
{
	return ip->family == 4 ? 4 : ip->family == 6 ? 16 : 0;
}

struct ip_addr
ip_from_bytes(const uint8_t *bytes, size_t n)
{
	struct ip_addr ip = { .family = n == 4 ? 4 : 6 };

	memcpy(ip.bytes, bytes, n == 4 ? 4 : 16);
	return ip;
}

/* True for fe80::/10, the only addresses that need a zone. */
static bool
is_link_local(const uint8_t bytes[16])
{
	return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

/* Reads a zone: an interface of this machine by name, or an index from 1. */
static bool
parse_scope(const char *text, uint32_t *scope)
{
	unsigned index = *text ? if_nametoindex(text) : 0;
	long number;

	if (index == 0 && !text_number(text, 1, INT32_MAX, &number))
		return false;
	*scope = index ? index : (uint32_t)number;
	return true;
}

/* Parses an IPv6 address that may have a zone. */
static bool
parse_ipv6(struct ip_addr *ip, const char *text)
{
	struct ip_addr parsed = { .family = 6 };
	const char *percent = strchr(text, '%');
	size_t n = percent ? (size_t)(percent - text) : strlen(text);
	char address[IP_TEXT_MAX];

	if (n >= sizeof address)
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (inet_pton(AF_INET6, address, parsed.bytes) != 1)
		return false;
	if (percent && !is_link_local(parsed.bytes))
		return false;
	if (percent && !parse_scope(percent + 1, &parsed.scope))
		return false;
	*ip = parsed;
	return true;
}

bool
ip_parse(struct ip_addr *ip, const char *text)
{
	struct ip_addr parsed = { .family = 4 };

	if (strchr(text, ':'))
		return parse_ipv6(ip, text);
	if (inet_pton(AF_INET, text, parsed.bytes) != 1)
		return false;
	*ip = parsed;
	return true;
}

const char *
ip_text(const struct ip_addr *ip, char out[IP_TEXT_MAX])
{
	char zone[IF_NAMESIZE];
	size_t n;

	out[0] = '\0';
	if (ip->family == 0)
		return out;
	inet_ntop(ip->family == 4 ? AF_INET : AF_INET6, ip->bytes, out, IP_TEXT_MAX);
	n = strlen(out);
	if (ip->scope == 0)
		return out;
	if (if_indextoname(ip->scope, zone) && text_is_printable(zone, strlen(zone)))
		snprintf(out + n, IP_TEXT_MAX - n, "%%%s", zone);
	else
		snprintf(out + n, IP_TEXT_MAX - n, "%%%u", (unsigned)ip->scope);
	return out;
}

bool
ip_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	return ip_compare(a, b) == 0;
}

int
ip_compare(const struct ip_addr *a, const struct ip_addr *b)
{
	int order;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->bytes, b->bytes, octets(a));
	if (order)
		return order;
	return (a->scope > b->scope) - (a->scope < b->scope);
}

bool
endpoint_parse(struct endpoint *e, const char *text, uint16_t port_default)
{
	const char *at = strrchr(text, '@');
	size_t n = at ? (size_t)(at - text) : strlen(text);
	char address[ENDPOINT_TEXT_MAX];
	long port = port_default;
	struct ip_addr ip;

	if (n >= sizeof address || (at && !text_number(at + 1, 1, 65535, &port)))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (!ip_parse(&ip, address))
		return false;
	*e = (struct endpoint){ .ip = ip, .port = (uint16_t)port };
	return true;
}

const char *
endpoint_text(const struct endpoint *e, char out[ENDPOINT_TEXT_MAX])
{
	char ip[IP_TEXT_MAX];

	snprintf(out, ENDPOINT_TEXT_MAX, "%s@%u", ip_text(&e->ip, ip), (unsigned)e->port);
	return out;
}

bool
ip_prefix_parse(struct ip_prefix *prefix, const char *text)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	char address[IP_TEXT_MAX];
	struct ip_addr ip;
	long length;

	if (n >= sizeof address)
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (!ip_parse(&ip, address))
		return false;
	length = (long)octets(&ip) * 8;
	if (slash && !text_number(slash + 1, 0, length, &length))
		return false;
	*prefix = (struct ip_prefix){ .ip = ip, .length = (uint8_t)length };
	return true;
}

bool
ip_in_prefix(const struct ip_addr *ip, const struct ip_prefix *prefix)
{
	unsigned whole = prefix->length / 8, rest = prefix->length % 8;

	if (ip->family != prefix->ip.family || ip->family == 0)
		return false;
	if (memcmp(ip->bytes, prefix->ip.bytes, whole) != 0)
		return false;
	return rest == 0 || (ip->bytes[whole] ^ prefix->ip.bytes[whole]) >> (8 - rest) == 0;
}

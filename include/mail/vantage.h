/*
 * Who is sending, and from where: a stranger, one of the domain's own exchanges, or a host that
 * lacks a family or DNSSEC. The sender profile (sender.h) says how it behaves, the vantage where
 * it stands.
 */
#ifndef MAIL_VANTAGE_H
#define MAIL_VANTAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/name.h"
#include "mail/facts.h"
#include "util/ip.h"
#include "util/names.h"

#define VANTAGES(X) \
	X(VANTAGE_STRANGER, "stranger", "a host that is none of the exchanges") \
	X(VANTAGE_IPV4_ONLY, "ipv4-only", "a host without IPv6") \
	X(VANTAGE_IPV6_ONLY, "ipv6-only", "a host without IPv4") \
	X(VANTAGE_NO_DNSSEC, "no-dnssec", "a host whose resolver does not validate: no DANE") \
	X(VANTAGE_HOST, "host", "the host with this name") \
	X(VANTAGE_ADDRESS, "address", "the host with this address")
NAMES_DECLARE(vantage_kind, VANTAGES)

/* A zeroed one is the stranger. */
struct vantage {
	enum vantage_kind kind;
	struct dns_name name; /* of VANTAGE_HOST, in lower case */
	struct ip_addr ip; /* of VANTAGE_ADDRESS */
};

enum {
	VANTAGE_TEXT_MAX = DNS_NAME_TEXT_MAX
};

/*
 * Reads "stranger", "ipv4-only", "ipv6-only", "no-dnssec", a host name or an address. Returns
 * NULL and fills *vantage, or a sentence that says what was expected, which the caller frees.
 */
char *vantage_parse(struct vantage *vantage, const char *text);

/* Writes what vantage_parse() would read. Returns out. */
const char *vantage_text(const struct vantage *vantage, char out[VANTAGE_TEXT_MAX]);

/* True when this sender has addresses of the family, 4 or 6. */
bool vantage_has_family(const struct vantage *vantage, uint8_t family);

/*
 * True when this exchange is the sender itself: by its name, or by having the sender's address
 * among those known so far (RFC 5321 5.1).
 */
bool vantage_is_exchange(
    const struct vantage *vantage, const struct mail_facts *facts, size_t exchange);

/* True when this target is an address of the sender itself, by all that is known so far. */
bool vantage_is_target(
    const struct vantage *vantage, const struct mail_facts *facts, size_t target);

#endif

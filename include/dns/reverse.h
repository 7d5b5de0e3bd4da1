/*
 * The name under which an address is looked up (RFC 1035 3.5, RFC 3596 2.5).
 */
#ifndef DNS_REVERSE_H
#define DNS_REVERSE_H

#include "dns/name.h"
#include "util/ip.h"

/* Returns "10.2.0.192.in-addr.arpa" or the nibbles below "ip6.arpa"; length 0 for no address. */
struct dns_name dns_reverse_name(const struct ip_addr *ip);

#endif

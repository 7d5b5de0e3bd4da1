/*
 * A chain of trust, told link by link: what people look at when they want to know why an answer is
 * secure, or where it is broken.
 */
#ifndef DNS_LINKS_H
#define DNS_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include "dns/dnssec.h"
#include "dns/name.h"
#include "dns/result.h"

enum {
	DNS_LINK_KEYS_MAX = 6, /* DS or DNSKEY records of one link; others are only counted */
};

/* What vouches for a zone's keys: a DS record, or a trust anchor. */
struct dns_link_ds {
	uint16_t tag;
	uint8_t algorithm;
	uint8_t digest; /* 0 = the key itself is trusted */
};

/* A key of the zone. */
struct dns_link_key {
	uint16_t tag;
	uint16_t flags; /* 257: a secure entry point (RFC 4034 2.1.1) */
	uint8_t algorithm;
};

/* What is known of a zone's place in the chain. */
struct dns_link_facts {
	struct dns_link_ds ds[DNS_LINK_KEYS_MAX];
	struct dns_link_key keys[DNS_LINK_KEYS_MAX];
	size_t ds_count, key_count; /* all of them */
	struct dnssec_seal ds_seal; /* by the zone above */
	struct dnssec_seal keys_seal; /* by one of the keys */
};

enum dns_link_kind {
	DNS_LINK_ANCHOR, /* the zone that a chain begins with */
	DNS_LINK_ZONE, /* a zone further down */
	DNS_LINK_ANSWER, /* the answer, or one alias of it */
};

struct dns_link {
	enum dns_link_kind kind;
	struct dns_name name; /* apex of the zone, or owner of the answer */
	struct dns_link_facts facts; /* of zones */
	uint16_t type; /* of an answer */
	enum dns_outcome outcome; /* of an answer: DNS_ANSWER, DNS_NODATA or DNS_NXDOMAIN */
	struct dns_name target; /* of an alias; length 0 = none */
	/* SECURE for a zone that is entered; else it is the last zone, and this is why */
	struct dnssec_verdict verdict;
};

struct dns_links {
	struct dns_link *items; /* from the anchor down; each alias leads on to further ones */
	size_t count, capacity;
	int64_t wall_time; /* when they were judged, seconds since 1970 */
};

/* Frees the links. NULL is fine. */
void dns_links_free(struct dns_links *links);

#endif

/*
 * Special-purpose addresses (RFC 6890 and the IANA registries it made): where public mail
 * cannot go, and which a polite probe does not touch.
 */
#ifndef MAIL_SPECIAL_H
#define MAIL_SPECIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "util/ip.h"

enum {
	SPECIAL_PREFIXES_MAX = 32
};

/* Which special addresses count as public ones (--allow-special). */
struct special_policy {
	bool allow_all;
	struct ip_prefix allowed[SPECIAL_PREFIXES_MAX];
	size_t allowed_count;
};

/*
 * Returns what kind of special-purpose address this is - "private", "loopback", "link-local",
 * "documentation", "benchmark", "shared", "multicast", "reserved", "unspecified", ... - or NULL
 * for a public one. IPv4-mapped and NAT64 addresses are judged by the IPv4 address inside.
 */
const char *special_kind(const struct ip_addr *ip);

/* The article for a kind: "a private address", "an unspecified address". */
const char *special_article(const char *kind);

/* True for the kinds with which a sender reaches only itself: "loopback" and "unspecified". */
bool special_is_self(const char *kind);

/* As special_kind(), but NULL also for what the policy allows. */
const char *special_refused(const struct ip_addr *ip, const struct special_policy *policy);

/*
 * Reads "all" or NULL, or "PREFIX,PREFIX": NULL on success, or a sentence that the caller
 * frees.
 */
char *special_policy_parse(struct special_policy *policy, const char *text);

#endif

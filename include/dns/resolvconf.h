/*
 * resolv.conf(5): which servers to ask, and how patiently. search, domain and ndots are
 * read over on purpose: a mail domain is absolute (RFC 5321 2.3.5).
 */
#ifndef DNS_RESOLVCONF_H
#define DNS_RESOLVCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "util/ip.h"

enum {
	RESOLVCONF_SERVERS_MAX = 3
};

struct resolvconf {
	struct endpoint servers[RESOLVCONF_SERVERS_MAX];
	size_t server_count; /* 127.0.0.1 when the text names none */
	unsigned timeout; /* seconds, 1..30, default 5 */
	unsigned attempts; /* 1..5, default 5 */
	bool rotate;
	bool use_tcp; /* use-vc */
	bool edns;
	unsigned bad_lines; /* lines that were not understood and passed over */
};

/*
 * Parses the text of a resolv.conf. Never fails: what it cannot read it counts and passes over.
 */
void resolvconf_parse(struct resolvconf *conf, const char *text);

#endif

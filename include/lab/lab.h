/*
 * The built-in laboratory: a nameserver and mail servers in this process, on real loopback
 * sockets, answering for documentation addresses (RFC 5737, RFC 3849) that the dialler maps.
 * Its scenarios are data - zone text and S:/C: scripts - embedded at build.
 */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include <stddef.h>

#include "dns/record.h"
#include "util/ip.h"

struct event_base;
struct dialler;
struct lab;

/* One thing to try. */
struct lab_scenario {
	const char *name; /* "primary-down": for --lab=NAME and `lab NAME` */
	const char *domain; /* the domain to look up: "primary-down.example" */
	const char *title; /* "the primary refuses connections" */
	const char *lesson; /* one to three sentences: what to look at, and why it is so */
	const char *text; /* the scenario itself (lab/scenario.h) */
};

/* All scenarios, in the order of a tour. */
const struct lab_scenario *lab_scenarios(size_t *count);

/* The scenario of this name or domain (U-labels or A-labels); NULL when there is none. */
const struct lab_scenario *lab_find(const char *name);

/*
 * Starts all servers on this loop, maps their addresses in the dialler and closes the
 * world. Returns NULL and a sentence in *error (the caller frees it) when loopback sockets
 * cannot be had. The process must ignore SIGPIPE, as everywhere where clients may go away.
 * lab_stop() closes all connections; the dialler keeps its rows, which lead nowhere then.
 */
struct lab *lab_start(struct event_base *base, struct dialler *dialler, char **error);
void lab_stop(struct lab *lab);

/*
 * The laboratory's nameserver, as the resolver should ask it (a documentation address,
 * mapped).
 */
struct endpoint lab_nameserver(const struct lab *lab);

/* Appends the root's NS records and the addresses of its servers, with which a trace begins. */
void lab_root_hints(const struct lab *lab, struct dns_records *hints);

/* Appends the trust anchor of the laboratory's DNS: the key of its own root zone. */
void lab_trust_anchors(const struct lab *lab, struct dns_records *anchors);

/*
 * The PEM certificate of the laboratory's own root, for tls_client_trust(). Valid while lab
 * lives.
 */
const char *lab_root_certificate(const struct lab *lab);

#endif

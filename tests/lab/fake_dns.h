/*
 * A name server with faults, for the tests of the resolver: UDP and TCP on one loopback port.
 * It answers A questions with 192.0.2.NN, where NN is the second octet of the first label
 * ("a7.example" -> 192.0.2.55, the octet '7'), unless its faults say otherwise.
 */
#ifndef TESTS_LAB_FAKE_DNS_H
#define TESTS_LAB_FAKE_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/bench.h"

/* How it treats a TCP connection. */
enum fake_tcp {
	FAKE_TCP_ANSWERS,
	FAKE_TCP_DRIPS, /* answers octet by octet, each in a segment of its own */
	FAKE_TCP_CUTS, /* closes in the middle of the answer */
	FAKE_TCP_CLOSES, /* closes without an answer */
	FAKE_TCP_RESETS,
	FAKE_TCP_ONCE, /* answers one query of a connection, and closes when the next one comes */
	FAKE_TCP_REVERSES, /* answers the last query first, when no more come for 5 ms */
};

/* What is wrong with a forged reply, which says 192.0.2.66. */
enum fake_forgery {
	FORGED_ID,
	FORGED_NAME,
	FORGED_TYPE,
	FORGED_CASE,
	FORGED_PORT, /* all is right, but it comes from another port */
	FORGED_SERVER, /* ... from another address */
	FORGERIES
};

struct fake_faults {
	unsigned drop; /* this many UDP queries get no answer */
	unsigned wrong_ids; /* forged replies before the true one */
	unsigned forge[FORGERIES]; /* so many of each kind before the true one */
	bool silent; /* no UDP query gets an answer */
	bool half; /* every second UDP query, from the first, gets no answer */
	bool lame; /* refers to a name server of the root, and is not recursive */
	bool loop; /* the name is an alias of itself */
	bool no_edns; /* FORMERR to a query with OPT */
	bool no_tcp; /* nobody listens there */
	unsigned slow_ms; /* UDP answers take so long */
	unsigned records; /* so many A records, over TCP */
	unsigned strings; /* a TXT record of so many strings of 255 octets, over TCP */
	bool truncate; /* UDP answers are empty with TC */
	bool hold; /* UDP queries are collected, and answered when no more come for 5 ms */
	unsigned rcode;
	uint32_t ttl; /* seconds */
	enum fake_tcp tcp;
};

struct fake_dns {
	struct bench *bench;
	struct endpoint endpoint;
	struct fake_faults faults;
	unsigned udp_queries, tcp_queries; /* seen so far */
	unsigned connections; /* over TCP */
	unsigned long forged[FORGERIES]; /* sent so far */
	unsigned sources; /* different source ports of UDP queries */
	unsigned most_held; /* the longest queue that hold collected */
	struct fake_dns_private *private;
};

/* Starts it on any free port of 127.0.0.1. */
void fake_dns_start(struct fake_dns *server, struct bench *bench, struct fake_faults faults);
void fake_dns_stop(struct fake_dns *server);

/* Writes the queries' first labels into out, in the order they came over UDP. */
const char *fake_dns_order(const struct fake_dns *server);

#endif

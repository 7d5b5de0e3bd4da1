/*
 * Whether this network lets connections out to port 25. Many do not, and then every host looks
 * dead: before one is blamed, the gate asks whether anything has answered on that port at all - and
 * by this address family, since a network may lose the packets of one alone.
 */
#ifndef MAIL_GATE_H
#define MAIL_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/facts.h"
#include "smtp/facts.h"
#include "util/ip.h"
#include "util/names.h"

#define PORT_GATES(X) \
	X(PORT_GATE_UNKNOWN, "unknown", "too little was seen to tell") \
	X(PORT_GATE_OPEN, "open", "a host has answered") \
	X(PORT_GATE_FILTERED, "filtered", "no host has answered, of several")
NAMES_DECLARE(port_gate, PORT_GATES)

enum {
	GATE_PORT = MAIL_PORT, /* the one that networks filter */
	PORT_GATE_SILENT_MIN = 2, /* silent addresses from which the network is suspected */
};

/* What the probes of one address family have met. */
struct gate_side {
	bool answered; /* a host took or refused a connection */
	struct ip_addr silent[PORT_GATE_SILENT_MIN]; /* different ones */
	size_t silent_count;
};

/* What all probes of the port together have met; zeroed: nothing yet. */
struct gate {
	struct gate_side ipv4, ipv6;
};

/*
 * Takes in what the probe of this address, ended or not, has met: true when silences may be worth something else
 * now.
 */
bool gate_note(struct gate *gate, const struct ip_addr *ip, const struct smtp_facts *probe);

/* What is to be thought of the network. */
enum port_gate gate_state(const struct gate *gate);

/*
 * The family, 4 or 6, of which no host has answered, of several, though hosts of the other have; 0 = none is
 * so.
 */
unsigned gate_silent_family(const struct gate *gate);

/*
 * Says of a connection to this address that nobody answered what it is worth: the host's silence where
 * the gate is open, inconclusive where the network is suspected. Says it anew when the gate has
 * changed; other probes are left alone.
 */
void gate_judge(const struct gate *gate, const struct ip_addr *ip, struct smtp_facts *probe);

/* The same for all probes of the facts; by what these alone have met when gate is NULL. */
void gate_judge_facts(const struct gate *gate, struct mail_facts *facts);

/* True where our network keeps the whole address family from us: it has no route, or nothing answers. */
bool gate_lacks_family(const struct smtp_facts *probe);

#endif

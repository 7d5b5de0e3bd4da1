/*
 * Inside the room: a simulation under way. simulate_cast.c settles what all its deliveries have in
 * common, simulate.c draws.
 */
#ifndef MAIL_SIMULATOR_H
#define MAIL_SIMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/simulate.h"
#include "util/rng.h"

/* What an attempt at an address leads to. */
enum answer {
	ANSWER_TAKES,
	ANSWER_ENDS, /* returned or kept: the sender asks no other */
	ANSWER_NEXT_ADDRESS,
	ANSWER_NEXT_EXCHANGE,
};

/* An address, as every draw finds it. */
struct candidate {
	size_t
	    share; /* index into simulation.shares; SIZE_MAX = none: a name without address */
	size_t host; /* index into simulator.hosts */
	size_t identity; /* the same for the same address */
	uint8_t family;
	bool attempted; /* otherwise a try at most is spent on it */
	bool costs_a_try;
	bool session; /* it gets to MAIL before it fails */
	enum answer answer;
};

/* An exchange: its candidates, IPv6 first where the sender draws within the families. */
struct host {
	size_t first, count;
	size_t ipv6; /* of these, how many come first as IPv6 */
};

/* A preference: its exchanges and their candidates. */
struct tier {
	size_t first_host, host_count;
	size_t first, count;
};

struct simulator {
	struct simulation *simulation;
	const struct sender_profile *profile;
	struct rng rng;
	struct candidate *candidates; /* tier by tier; shuffled within them */
	struct host *hosts;
	struct tier *tiers;
	size_t candidate_count, host_count, tier_count;
	unsigned families[2]; /* tries that IPv4 and IPv6 ask for */
	uint32_t *seen; /* by identity: the last delivery that came to this address */

	/* of the delivery under way */
	uint32_t serial;
	size_t passed_host; /* whose other addresses are not tried */
	unsigned tries, sessions;
	unsigned shares[2], taken[2]; /* of a balanced cap */
	bool tier_began; /* a try was counted at this preference */
	const struct candidate *taker;
};

/*
 * Gathers what all draws have in common; simulation, profile and rng are the caller's to set before, and
 * the arrays to free afterwards.
 */
void simulator_prepare(
    struct simulator *s, const struct mail_facts *facts, const struct plan_settings *settings);

#endif

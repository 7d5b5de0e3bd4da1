/*
 * Many deliveries at once: which address takes how many of N messages, when every message has a
 * draw of its own. It shows what equal preference does - shares the load among names, or among
 * addresses, as the sender draws - and what it does not: there are no weights, and no other
 * ports. The outcome of a delivery is what plan and verdict say of that draw, worked out without
 * writing the plan.
 */
#ifndef MAIL_SIMULATE_H
#define MAIL_SIMULATE_H

#include <stddef.h>
#include <stdint.h>

#include "mail/facts.h"
#include "mail/plan.h"

enum {
	SIMULATE_DELIVERIES = 10000, /* unless another number is asked for */
	SIMULATE_DELIVERIES_MOST = 1000000,
};

/* What one address takes. */
struct simulated_share {
	size_t exchange; /* index into facts.mx.exchanges */
	size_t target; /* index into facts.targets */
	uint32_t deliveries;
};

struct simulation {
	enum sender sender;
	uint32_t deliveries; /* N */
	struct simulated_share *shares; /* of all addresses, by preference, then as answered */
	size_t count;
	uint32_t untaken; /* deliveries that no address took: kept, or returned */
	size_t assumed; /* addresses taken to accept, because no probe says otherwise */
};

/*
 * Draws `deliveries` times (at most SIMULATE_DELIVERIES_MOST) for settings->sender; the same
 * seed gives the same numbers. Address questions that are not answered yet count as
 * unanswered. An address that was not probed to the end counts as accepting. No shares where
 * there is no exchange. Clear with simulation_clear().
 */
void simulate(struct simulation *simulation, const struct mail_facts *facts,
    const struct plan_settings *settings, uint32_t deliveries);

/* Frees what the simulation holds; a zeroed one is fine. */
void simulation_clear(struct simulation *simulation);

#endif

/*
 * Questions of the machines that look at servers, the trace and the comparison: how they are ordered,
 * and dropped. A server has a short patience, for one that is silent is a finding, not an obstacle.
 */
#include "util/span.h"

#include "app/update_parts.h"

#define PATIENCE_US (3 * SPAN_SECOND)

void
enquiry_send(struct update *update, uint64_t ticket, const struct dns_enquiry *want)
{
	const struct effect effect = {
		.kind = want->resolve ? EFFECT_ASK : EFFECT_INSPECT,
		.ticket = ticket,
		.tag = want->tag,
		.question = want->question,
		.target = want->server,
		.manner = { .iterative = want->iterative, .patience_us = PATIENCE_US },
	};

	effects_add(update->effects, &effect);
	update->model->in_flight++;
}

void
enquiry_drop(struct update *update, uint64_t ticket, size_t pending)
{
	const struct effect effect = { .kind = EFFECT_DROP, .ticket = ticket };

	if (pending == 0)
		return;
	effects_add(update->effects, &effect);
	update->model->in_flight -= pending;
}

/*
 * Many deliveries, and one over days, for every sender at once. Decides what is worked out and
 * kept; what a draw or an attempt leads to is mail/simulate.c's and mail/clock.c's, what the user
 * asks for update_forecast.c's.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "app/forecast.h"
#include "app/inquiry.h"

void
forecast_init(struct forecast *forecast)
{
	*forecast = (struct forecast){ .sent = FORECAST_SENT };
}

void
forecast_forget(struct forecast *forecast)
{
	for (size_t i = 0; i < sender_count; i++) {
		simulation_clear(&forecast->simulations[i]);
		clock_clear(&forecast->courses[i]);
	}
	forecast->ticket = 0;
}

void
forecast_clear(struct forecast *forecast)
{
	forecast_forget(forecast);
	free(forecast->outage.target);
	*forecast = (struct forecast){ 0 };
}

/* Follows one message of each sender. */
static void
run_clocks(struct forecast *forecast, const struct inquiry *inquiry,
    const struct plan_settings *settings)
{
	const struct mail_facts *facts = &inquiry->facts;
	struct outage *outage = &forecast->outage;
	bool *down = mem_calloc(facts->target_count, sizeof *down);
	struct plan_settings own = *settings;
	struct clock_settings pretended = {
		.from = outage->from - forecast->sent,
		.until = outage->until - forecast->sent,
	};

	outage->servers = outage->target ? clock_select(facts, outage->target, down) : 0;
	pretended.down = outage->servers > 0 ? down : NULL;
	for (unsigned i = 0; i < sender_count; i++) {
		own.sender = (enum sender)i;
		clock_make(&forecast->courses[i], facts, &own, &pretended);
	}
	free(down);
}

void
forecast_make(struct forecast *forecast, const struct inquiry *inquiry,
    const struct plan_settings *settings)
{
	struct plan_settings own = *settings;

	forecast_forget(forecast);
	for (unsigned i = 0; forecast->deliveries > 0 && i < sender_count; i++) {
		own.sender = (enum sender)i;
		simulate(
		    &forecast->simulations[i], &inquiry->facts, &own, forecast->deliveries);
	}
	run_clocks(forecast, inquiry, settings);
	forecast->ticket = inquiry->ticket;
	forecast->reviews = inquiry->reviews;
}

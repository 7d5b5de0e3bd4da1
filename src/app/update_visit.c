/*
 * Visits that several inquiries share: a target whose server is being probed for another domain
 * waits for that, and one that was probed some minutes ago has the result at once. When the
 * inquiry that a visit was made for goes away, one of those that wait takes it over.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "app/update_parts.h"

/* Where a visit to the target goes. */
static struct visit_place
place_of(const struct model *model, const struct inquiry *inquiry, size_t target)
{
	const struct mail_target *at = &inquiry->facts.targets[target];
	const struct mx_exchange *exchange = &inquiry->facts.mx.exchanges[at->exchange];

	return (struct visit_place){
		.at = { .ip = at->ip, .port = model->settings.port },
		.exchange = exchange->name.length > 0 ? exchange->text : NULL,
	};
}

/* Gives the target what another's visit has found so far. */
static void
take(struct update *update, struct inquiry *inquiry, size_t target,
    const struct smtp_facts *facts)
{
	struct smtp_facts *copy;

	if (facts != NULL) {
		copy = smtp_facts_clone(facts);
	} else {
		copy = mem_alloc(sizeof *copy);
		smtp_facts_init(copy, update->now.us);
	}
	mail_facts_probe(&inquiry->facts, target, copy);
	inquiry->facts.targets[target].shared = true;
	policy_verify(update, inquiry, target);
}

bool
visit_share(struct update *update, struct inquiry *inquiry, size_t target, bool anew)
{
	struct model *model = update->model;
	const struct visit_place place = place_of(model, inquiry, target);
	struct visit *visit = visits_find(&model->visits, &place, update->now.us);
	bool ended;

	if (visit == NULL || inquiry->rcpt)
		return false;
	ended = visit_facts(visit) != NULL && visit_facts(visit)->ended_us != 0;
	if (ended && anew)
		return false;
	take(update, inquiry, target, visit_facts(visit));
	inquiry->facts.targets[target].port = place.at.port;
	if (ended)
		return true;
	visit_join(visit, (struct visitor){ inquiry->ticket, (uint32_t)target });
	inquiry->probes++;
	model->in_flight++;
	return true;
}

void
visit_begun(struct update *update, struct inquiry *inquiry, size_t target)
{
	const struct visit_place place = place_of(update->model, inquiry, target);

	inquiry->facts.targets[target].shared = false;
	if (!inquiry->rcpt)
		visits_begin(&update->model->visits, &place,
		    (struct visitor){ inquiry->ticket, (uint32_t)target }, update->now.us);
}

/* Passes a report on to one who waits for it. */
static void
pass(struct update *update, struct visitor whom, const struct smtp_facts *facts)
{
	struct domain *domain = study_find(update->model, whom.ticket);

	if (domain == NULL)
		return;
	take(update, domain->inquiry, whom.tag, facts);
	if (facts->ended_us != 0)
		probe_ended(update, domain->inquiry, whom.tag);
	study_review(update, domain);
}

void
visit_reported(struct update *update, const struct inquiry *inquiry, const struct event *event)
{
	struct visit *visit =
	    visits_reported(&update->model->visits, &inquiry->facts.targets[event->tag].ip,
		(struct visitor){ event->ticket, event->tag }, event->probe, update->now.us);
	struct visitor whom;

	if (visit == NULL)
		return;
	for (size_t i = 0; event->probe->ended_us == 0 && visit_waiting(visit, i, &whom); i++)
		pass(update, whom, event->probe);
	while (event->probe->ended_us != 0 && visit_next_waiting(visit, &whom))
		pass(update, whom, event->probe);
}

void
visit_dropped(struct update *update, uint64_t ticket)
{
	struct visitor heir;

	while (visits_abandon(&update->model->visits, ticket, &heir)) {
		struct domain *domain = study_find(update->model, heir.ticket);

		if (domain != NULL)
			probe_take_over(update, domain->inquiry, heir.tag);
	}
}

/*
 * Validates results.
 *
 * Decides when a result is judged - in a later turn of the loop than the one that an answer came in, and
 * few in a turn, for a signature takes longer than a packet: what the answers of a burst lead to is asked
 * and shown before any of them is judged - and which of the chain's questions are on their way at once.
 * What they prove is dns/chain's; how they are asked is dns/lookup's. Everything happens from events
 * of its own: a lookup that ends at once never calls into a judgement that is under way.
 */
#include <stdlib.h>

#include <event2/event.h>

#include "util/log.h"
#include "util/mem.h"
#include "util/span.h"
#include "dns/chain.h"
#include "net/clock.h"
#include "net/flight.h"
#include "net/list.h"
#include "net/validator.h"

enum {
	WINDOW = 64, /* questions in flight at once */
	BURST_US = 1000, /* that the other answers of a burst have to arrive, and be shown */
	TURN_US = 1000, /* of judging, behind which others have their turn */
};

/* An answer waits so long at most for each question of its chain: most come in milliseconds. */
#define PATIENCE_US (4 * SPAN_SECOND)

/* One question of the chain on its way. */
struct errand {
	struct list place; /* in validator.errands */
	struct validator *validator;
	struct dns_question question;
	struct flight *flight;
};

/* One result that waits for its verdict. */
struct validation {
	struct list place; /* in validator.due, or in validator.waiting */
	struct dns_result *result;
	validator_callback *callback;
	void *context;
};

struct validator {
	struct event_base *base;
	struct channels *channels;
	const struct dns_lookup_settings *settings;
	struct dns_records anchors;
	struct dns_chain *chain;
	struct event *asking; /* made active when there may be something to ask */
	struct event *judging; /* a timer, so that it comes in a turn of its own */
	struct list due; /* validations to look at, in order */
	struct list waiting; /* those that lack an answer */
	struct list errands;
	size_t in_flight;
	bool has_next; /* .next is a question for which there was no room yet */
	struct dns_question next;
};

/* Returns this moment by both clocks. */
static struct dns_chain_time
time_now(void)
{
	return (struct dns_chain_time){ clock_now_us(), clock_wall_time() };
}

/* --- verdicts --------------------------------------------------------------- */

/* Tells the log why a result is not secure. */
static void
log_verdict(const struct dns_result *result, const struct dnssec_verdict *verdict)
{
	char name[DNS_NAME_TEXT_MAX], type[12];

	if (log_on())
		log_line("dnssec", "%s %s is %s: %s",
		    dns_name_text(&result->question.name, name),
		    dns_type_text(result->question.type, type),
		    dns_security_name(verdict->security), verdict->reason);
}

/* Tells the chain of trust of a result that asks for it, while its evidence is there. */
static void
explain(const struct validator *validator, struct dns_result *result,
    const struct dns_chain_time *time)
{
	if (!result->explained)
		return;
	dns_links_free(result->links);
	result->links = dns_chain_links(validator->chain, result, &result->evidence, time);
}

/* Writes the verdict into the result. */
static void
apply(struct dns_result *result, const struct dnssec_verdict *verdict)
{
	log_verdict(result, verdict);
	result->dnssec = verdict->security;
	free(result->dnssec_why);
	result->dnssec_why = verdict->reason[0] ? mem_strdup(verdict->reason) : NULL;
	dns_records_clear(&result->evidence);
	if (verdict->security == DNS_SECURE && verdict->ttl < result->ttl)
		result->ttl = verdict->ttl;
	if (verdict->security != DNS_SECURITY_BOGUS)
		return;
	result->outcome = DNS_BOGUS;
	dns_records_clear(&result->answer);
	free(result->error);
	result->error = mem_strdup(verdict->reason);
}

/* Judges a result when all that it takes is known; false when answers are missing. */
static bool
judge(struct validator *validator, struct dns_result *result)
{
	struct dns_chain_time time = time_now();
	struct dnssec_verdict verdict;

	if (!result->checkable) {
		verdict = dnssec_verdict(DNS_INDETERMINATE,
		    "the name server does not know EDNS, without which there is no DNSSEC");
		apply(result, &verdict);
		return true;
	}
	if (!dns_chain_judge(validator->chain, result, &result->evidence, &time, &verdict))
		return false;
	explain(validator, result, &time);
	apply(result, &verdict);
	return true;
}

/* Has the loop judge so many microseconds from now, unless it is about to. */
static void
judge_in(struct validator *validator, suseconds_t wait_us)
{
	const struct timeval wait = { .tv_usec = wait_us };

	if (!event_pending(validator->judging, EV_TIMEOUT, NULL))
		event_add(validator->judging, &wait);
}

void
validator_expect(struct validator *validator, const struct dns_name *name)
{
	struct dns_chain_time time = time_now();

	dns_chain_expect(validator->chain, name, &time);
	event_active(validator->asking, EV_TIMEOUT, 0);
}

/* Judges the first of those that are due; it waits on when it lacks an answer. */
static void
judge_first(struct validator *validator)
{
	struct list *first = list_first(&validator->due);
	struct validation *validation = LIST_ITEM(first, struct validation, place);
	struct dns_result *result = validation->result;

	list_move(&validator->waiting, first);
	if (!judge(validator, result))
		return;
	validation->result = NULL;
	validation->callback(validation->context, result);
}

/* Judges those that are due, a turn's worth of them. */
static void
judge_due(struct validator *validator)
{
	int64_t end_us = clock_now_us() + TURN_US;

	while (!list_is_empty(&validator->due)) {
		judge_first(validator);
		if (clock_now_us() >= end_us)
			break;
	}
	if (!list_is_empty(&validator->due))
		judge_in(validator, 0);
}

/* Has all that wait looked at again, those first that have waited longest. */
static void
review_waiting(struct validator *validator)
{
	struct list *first;

	while ((first = list_first(&validator->due)) != NULL)
		list_move(&validator->waiting, first);
	while ((first = list_first(&validator->waiting)) != NULL)
		list_move(&validator->due, first);
	judge_in(validator, BURST_US);
	event_active(validator->asking, EV_TIMEOUT, 0);
}

/* --- errands ------------------------------------------------------------------ */

/* Ends an errand, wherever it is. */
static void
free_errand(struct errand *errand)
{
	list_remove(&errand->place);
	flight_free(errand->flight);
	errand->validator->in_flight--;
	free(errand);
}

/* The flight: tells the chain what became of its question. */
static void
on_landing(void *context, struct dns_result *result)
{
	struct errand *errand = context;
	struct validator *validator = errand->validator;
	struct dns_chain_time time = time_now();
	enum dns_outcome outcome = result->checkable ? result->outcome : DNS_FORMERR;

	dns_chain_take(validator->chain, &errand->question, outcome, &result->evidence, &time);
	dns_result_release(result);
	free_errand(errand);
	review_waiting(validator);
}

/* Sends the next question. False when we are short of sockets while others are in flight. */
static bool
send_next(struct validator *validator)
{
	struct dns_lookup_settings settings = *validator->settings;
	struct errand *errand = mem_alloc(sizeof *errand);

	if (settings.timeout_us > PATIENCE_US)
		settings.timeout_us = PATIENCE_US;
	errand->validator = validator;
	errand->question = validator->next;
	errand->flight = flight_new(validator->base, validator->channels, &settings,
	    &errand->question, on_landing, errand);
	list_append(&validator->errands, &errand->place);
	validator->in_flight++;
	if (!flight_has_room(errand->flight) && validator->in_flight > 1) {
		free_errand(errand);
		return false;
	}
	validator->has_next = false;
	flight_start(errand->flight);
	return true;
}

/* Sends what the chain asks for while there is room. */
static void
ask_wanted(struct validator *validator)
{
	while (validator->in_flight < WINDOW) {
		if (!validator->has_next)
			validator->has_next =
			    dns_chain_next(validator->chain, &validator->next);
		if (!validator->has_next || !send_next(validator))
			return;
	}
}

/* libevent: asks for what the chain wants. */
static void
on_asking(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	ask_wanted(context);
}

/* libevent: judges what can be judged, a part of it, and asks for what is missing. */
static void
on_judging(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	judge_due(context);
	ask_wanted(context);
}

/* --- the interface -------------------------------------------------------------- */

struct validator *
validator_new(struct event_base *base, struct channels *channels,
    const struct dns_lookup_settings *settings, const struct dns_records *anchors)
{
	struct validator *validator = mem_alloc(sizeof *validator);

	validator->base = base;
	validator->channels = channels;
	validator->settings = settings;
	validator->asking = event_new(base, -1, 0, on_asking, validator);
	validator->judging = event_new(base, -1, 0, on_judging, validator);
	list_init(&validator->due);
	list_init(&validator->waiting);
	list_init(&validator->errands);
	validator_set_anchors(validator, anchors);
	return validator;
}

/* Drops all questions that are on their way. */
static void
drop_errands(struct validator *validator)
{
	struct list *first;

	while ((first = list_first(&validator->errands)) != NULL)
		free_errand(LIST_ITEM(first, struct errand, place));
	validator->has_next = false;
}

void
validator_free(struct validator *validator)
{
	if (!validator)
		return;
	drop_errands(validator);
	event_free(validator->asking);
	event_free(validator->judging);
	dns_chain_free(validator->chain);
	dns_records_clear(&validator->anchors);
	free(validator);
}

struct validation *
validator_wait(struct validator *validator, struct dns_result *result,
    validator_callback *callback, void *context)
{
	struct validation *validation = mem_alloc(sizeof *validation);

	validation->result = result;
	validation->callback = callback;
	validation->context = context;
	list_append(&validator->due, &validation->place);
	judge_in(validator, BURST_US);
	return validation;
}

void
validation_explain(struct validation *validation)
{
	validation->result->explained = true;
}

void
validation_free(struct validation *validation)
{
	if (!validation)
		return;
	list_remove(&validation->place);
	dns_result_release(validation->result);
	free(validation);
}

void
validator_reset(struct validator *validator)
{
	drop_errands(validator);
	dns_chain_free(validator->chain);
	validator->chain = dns_chain_new(&validator->anchors, DNS_CHAIN_NAMES_MAX);
	review_waiting(validator);
}

void
validator_set_anchors(struct validator *validator, const struct dns_records *anchors)
{
	dns_records_clear(&validator->anchors);
	for (size_t i = 0; i < anchors->count; i++)
		dns_records_copy(&validator->anchors, &anchors->items[i]);
	validator_reset(validator);
}

/*
 * The resolver: many questions in flight. Decides which questions share a lookup (RFC 5452 5:
 * equal questions in flight multiply a forger's chances), which one is sent next when the
 * window has room, and when a result is handed out. Which server is asked, how often and what
 * an answer means is dns/lookup's; how long it is kept is dns/cache's.
 *
 * Who waits for what: an *asker* is one owner with its *waiters*, one for each callback that
 * is owed; the waiters of equal questions stand at one *job*, and a job that has been sent
 * has a *flight*, and then, where there are trust anchors, a *validation*. A waiter whose result
 * is there stands in the ready list, from which the loop calls back.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "util/log.h"
#include "util/mem.h"
#include "util/prefetch.h"
#include "dns/cache.h"
#include "net/channel.h"
#include "net/clock.h"
#include "net/entropy.h"
#include "net/flight.h"
#include "net/list.h"
#include "net/resolver.h"
#include "net/spares.h"
#include "net/validator.h"

enum {
	BUCKETS = 1024,
};

/* One callback that is owed. */
struct waiter {
	struct list of_asker; /* in asker.queued or asker.sent */
	struct list place; /* in job.waiters, or in resolver.ready */
	struct asker *asker;
	struct job *job; /* NULL once it is ready */
	uint32_t tag;
	bool early; /* also wants what is still being validated */
	bool explained; /* wants the chain of trust told */
	const struct dns_result *result; /* NULL until it is ready */
};

/* One owner with questions. */
struct asker {
	struct list bucket;
	struct list ring; /* in resolver.ring while something is queued */
	struct list queued; /* waiters whose question was not sent yet, in order */
	struct list sent; /* the others */
	resolver_owner owner;
};

/* One question, however many wait for it. */
struct job {
	struct list bucket;
	struct list waiters;
	struct resolver *resolver;
	struct flight *flight; /* NULL while it waits for the window, and after it has landed */
	struct validation *validation; /* of what the flight brought, or NULL */
	bool explained; /* somebody wants its chain of trust told */
	struct dns_question question;
};

struct resolver {
	struct event_base *base;
	struct channels *channels;
	struct dns_lookup_settings lookup;
	size_t window;
	size_t cache_bytes;
	resolver_callback *callback;
	void *context;
	struct dns_cache *cache;
	struct dns_standings *standings; /* of the servers, shared by all lookups */
	struct validator *validator; /* NULL until there are trust anchors */
	struct event *turn; /* made active when there is something to hand out or to send */
	struct list ring; /* askers with queued questions: each has its turn */
	struct list ready; /* waiters with a result */
	size_t pending;
	struct flights flights;
	struct spares spare_jobs, spare_waiters;
	struct list jobs[BUCKETS];
	struct list askers[BUCKETS];
	struct entropy entropy;
};

/* --- askers, waiters and jobs --------------------------------------------- */

/* Has the loop hand out results and fill the window soon. */
static void
wake(struct resolver *resolver)
{
	event_active(resolver->turn, EV_TIMEOUT, 0);
}

/* Returns the bucket for an owner: the multiplier spreads consecutive numbers (Knuth 6.4). */
static struct list *
asker_bucket(struct resolver *resolver, resolver_owner owner)
{
	return &resolver->askers[owner * UINT64_C(0x9E3779B97F4A7C15) >> 54];
}

/* Returns the asker of this owner, or NULL. */
static struct asker *
find_asker(struct resolver *resolver, resolver_owner owner)
{
	struct list *bucket = asker_bucket(resolver, owner);

	for (struct list *l = bucket->next; l != bucket; l = l->next) {
		struct asker *asker = LIST_ITEM(l, struct asker, bucket);

		if (asker->owner == owner)
			return asker;
	}
	return NULL;
}

/* Returns the asker of this owner, a new one if need be. */
static struct asker *
get_asker(struct resolver *resolver, resolver_owner owner)
{
	struct asker *asker = find_asker(resolver, owner);

	if (asker)
		return asker;
	asker = mem_alloc(sizeof *asker);
	asker->owner = owner;
	list_init(&asker->ring);
	list_init(&asker->queued);
	list_init(&asker->sent);
	list_append(asker_bucket(resolver, owner), &asker->bucket);
	return asker;
}

/* Frees an asker that waits for nothing any more. */
static void
release_asker(struct asker *asker)
{
	if (!list_is_empty(&asker->queued) || !list_is_empty(&asker->sent))
		return;
	list_remove(&asker->ring);
	list_remove(&asker->bucket);
	free(asker);
}

/* Adds a callback that is owed to the owner; it stands among those sent, and at no job yet. */
static struct waiter *
new_waiter(struct resolver *resolver, resolver_owner owner, uint32_t tag)
{
	struct waiter *waiter = spares_take(&resolver->spare_waiters, sizeof *waiter);

	*waiter = (struct waiter){ .asker = get_asker(resolver, owner), .tag = tag };
	list_init(&waiter->place);
	list_append(&waiter->asker->sent, &waiter->of_asker);
	resolver->pending++;
	return waiter;
}

/* Takes the waiter out of everything and frees it, and its asker with the last one. */
static void
free_waiter(struct resolver *resolver, struct waiter *waiter)
{
	struct asker *asker = waiter->asker;

	list_remove(&waiter->place);
	list_remove(&waiter->of_asker);
	if (list_is_empty(&asker->queued))
		list_remove(&asker->ring);
	dns_result_release(waiter->result);
	spares_give(&resolver->spare_waiters, waiter);
	resolver->pending--;
	release_asker(asker);
}

/* Gives a waiter its result, of which it takes the reference. */
static void
make_ready(struct resolver *resolver, struct waiter *waiter, const struct dns_result *result)
{
	waiter->result = result;
	waiter->job = NULL;
	list_move(&resolver->ready, &waiter->place);
	wake(resolver);
}

/* Returns the bucket for a question. */
static struct list *
job_bucket(struct resolver *resolver, const struct dns_question *question)
{
	uint32_t hash = dns_name_hash(&question->name) ^ question->type * UINT32_C(0x9E3779B1);

	return &resolver->jobs[(hash ^ hash >> 16) % BUCKETS];
}

/* Returns the job that a new asker of this question may share, or NULL. */
static struct job *
find_job(struct resolver *resolver, const struct dns_question *question)
{
	struct list *bucket = job_bucket(resolver, question);

	for (struct list *l = bucket->next; l != bucket; l = l->next) {
		struct job *job = LIST_ITEM(l, struct job, bucket);

		if (job->question.type == question->type &&
		    dns_name_equal(&job->question.name, &question->name))
			return job;
	}
	return NULL;
}

/* Returns the job for this question, a new one if need be. */
static struct job *
get_job(struct resolver *resolver, const struct dns_question *question)
{
	struct job *job = find_job(resolver, question);

	if (job)
		return job;
	job = spares_take(&resolver->spare_jobs, sizeof *job);
	memset(job, 0, offsetof(struct job, question));
	job->resolver = resolver;
	dns_question_copy(&job->question, question);
	list_init(&job->waiters);
	list_append(job_bucket(resolver, question), &job->bucket);
	return job;
}

/* --- jobs that end -------------------------------------------------------- */

/* True when the question has been sent: it does not wait for the window. */
static bool
is_sent(const struct job *job)
{
	return job->flight || job->validation;
}

/* Ends the flight of a job, if it has one. */
static void
end_flight(struct job *job)
{
	struct resolver *resolver = job->resolver;

	if (!job->flight)
		return;
	flights_give(&resolver->flights, job->flight);
	job->flight = NULL;
	wake(resolver);
}

/* Ends a job that nobody waits for any more, finished or not. */
static void
free_job(struct job *job)
{
	end_flight(job);
	validation_free(job->validation);
	list_remove(&job->bucket);
	spares_give(&job->resolver->spare_jobs, job);
}

/* Tells the log how a question ended. */
static void
log_result(const struct dns_result *result)
{
	char name[DNS_NAME_TEXT_MAX], type[12];

	if (log_on())
		log_line("net", "%s %s -> %s after %u messages",
		    dns_name_text(&result->question.name, name),
		    dns_type_text(result->question.type, type),
		    dns_outcome_name(result->outcome), result->tries);
}

/* Gives the result to all who wait for it, keeps it, and ends the job. */
static void
finish(void *context, struct dns_result *result)
{
	struct job *job = context;
	struct resolver *resolver = job->resolver;
	struct list *first;

	log_result(result);
	if (!list_is_empty(&job->bucket))
		dns_cache_store(resolver->cache, result, clock_now_us());
	while ((first = list_first(&job->waiters)) != NULL)
		make_ready(
		    resolver, LIST_ITEM(first, struct waiter, place), dns_result_hold(result));
	dns_result_release(result);
	free_job(job);
}

/* Shows a result that says something, and is about to be validated, to those who want it at once. */
static void
show_early(struct job *job, const struct dns_result *result)
{
	struct resolver *resolver = job->resolver;
	struct dns_result *provisional = NULL;

	if (!dns_result_is_final(result))
		return;
	for (struct list *l = job->waiters.next; l != &job->waiters; l = l->next) {
		const struct waiter *waiter = LIST_ITEM(l, struct waiter, place);

		if (!waiter->early)
			continue;
		if (!provisional) {
			provisional = dns_result_copy(result);
			provisional->provisional = true;
			dns_records_clear(&provisional->evidence);
		}
		make_ready(resolver, new_waiter(resolver, waiter->asker->owner, waiter->tag),
		    dns_result_hold(provisional));
	}
	dns_result_release(provisional);
}

/* The flight: has the result validated, where there are trust anchors. */
static void
on_landing(void *context, struct dns_result *result)
{
	struct job *job = context;
	struct resolver *resolver = job->resolver;

	end_flight(job);
	result->explained = job->explained;
	if (!resolver->lookup.dnssec) {
		dns_records_clear(&result->evidence);
		finish(job, result);
	} else {
		show_early(job, result);
		job->validation = validator_wait(resolver->validator, result, finish, job);
	}
}

/* --- the window ----------------------------------------------------------- */

/* Moves the waiters of a job that is being sent out of their askers' queues. */
static void
leave_queues(struct job *job)
{
	for (struct list *l = job->waiters.next; l != &job->waiters; l = l->next) {
		struct waiter *waiter = LIST_ITEM(l, struct waiter, place);

		list_move(&waiter->asker->sent, &waiter->of_asker);
		if (list_is_empty(&waiter->asker->queued))
			list_remove(&waiter->asker->ring);
	}
}

/*
 * Sends a job on its way. Returns false, leaving it where it was, when we are short of
 * sockets while others are in flight: it is tried again when one of those has ended.
 */
static bool
start(struct job *job)
{
	struct resolver *resolver = job->resolver;
	struct dns_name name;
	struct flight *flight = flights_take(&resolver->flights, &job->question, job);

	if (!flight_has_room(flight) && resolver->flights.flying > 1) {
		flights_give(&resolver->flights, flight);
		return false;
	}
	job->flight = flight;
	leave_queues(job);
	dns_name_copy(&name, &job->question.name);
	flight_start(flight); /* a question that cannot even be sent ends here, and its job */
	if (resolver->lookup.dnssec)
		validator_expect(resolver->validator, &name);
	return true;
}

/* Has what the asker's next question, and the waiter behind that, will touch fetched. */
static void
expect_next(const struct asker *asker, const struct list *first)
{
	if (first->next == &asker->queued)
		return;
	prefetch(LIST_ITEM(first->next, struct waiter, of_asker)->job, sizeof(struct job) / 2);
	prefetch(first->next->next, sizeof(struct waiter));
}

/* Returns the job whose turn it is: the oldest of the asker whose turn it is. */
static struct job *
next_job(struct resolver *resolver)
{
	struct asker *asker = LIST_ITEM(list_first(&resolver->ring), struct asker, ring);
	struct list *first = list_first(&asker->queued);

	list_move(&resolver->ring, &asker->ring);
	expect_next(asker, first);
	return LIST_ITEM(first, struct waiter, of_asker)->job;
}

/*
 * Sends questions while there is room, at most a window of them before others have their
 * turn.
 */
static void
fill_window(struct resolver *resolver)
{
	for (size_t n = 0; resolver->flights.flying < resolver->window; n++) {
		if (list_is_empty(&resolver->ring))
			return;
		if (n == resolver->window) {
			wake(resolver);
			return;
		}
		if (!start(next_job(resolver)))
			return;
	}
}

/* Calls back for one result. The waiter is gone before, so that the callee may ask and drop. */
static void
hand_out(struct resolver *resolver, struct waiter *waiter)
{
	const struct dns_result *result = dns_result_hold(waiter->result);
	resolver_owner owner = waiter->asker->owner;
	uint32_t tag = waiter->tag;

	free_waiter(resolver, waiter);
	resolver->callback(resolver->context, owner, tag, result);
	dns_result_release(result);
}

/* libevent: hands out the results that are ready now, then fills the window. */
static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	struct resolver *resolver = context;
	struct list *first;

	(void)fd;
	(void)what;
	for (size_t n = resolver->pending; n > 0; n--) {
		first = list_first(&resolver->ready);
		if (!first)
			break;
		hand_out(resolver, LIST_ITEM(first, struct waiter, place));
	}
	if (!list_is_empty(&resolver->ready))
		wake(resolver);
	fill_window(resolver);
}

/* --- the interface -------------------------------------------------------- */

struct resolver *
resolver_new(struct event_base *base, const struct dialler *dialler,
    const struct resolver_settings *settings, resolver_callback *callback, void *context)
{
	struct resolver *resolver = mem_alloc(sizeof *resolver);

	resolver->base = base;
	resolver->channels = channels_new(base, dialler);
	resolver->flights = (struct flights){
		.base = base,
		.channels = resolver->channels,
		.settings = &resolver->lookup,
		.callback = on_landing,
	};
	resolver->lookup = settings->lookup;
	if (!resolver->lookup.random) {
		resolver->lookup.random = entropy_fill;
		resolver->lookup.random_context = &resolver->entropy;
	}
	resolver->standings = dns_standings_new();
	resolver->lookup.standings = resolver->standings;
	resolver->window = settings->window ? settings->window : RESOLVER_WINDOW;
	resolver->cache_bytes = settings->cache_bytes ? settings->cache_bytes : DNS_CACHE_BYTES;
	resolver->cache = dns_cache_new(resolver->cache_bytes);
	resolver->callback = callback;
	resolver->context = context;
	resolver->turn = event_new(base, -1, 0, on_turn, resolver);
	list_init(&resolver->ring);
	list_init(&resolver->ready);
	for (size_t i = 0; i < BUCKETS; i++) {
		list_init(&resolver->jobs[i]);
		list_init(&resolver->askers[i]);
	}
	resolver_set_anchors(resolver, settings->anchors);
	return resolver;
}

/* Drops one waiter, and its job with the last one. */
static void
drop_waiter(struct resolver *resolver, struct waiter *waiter)
{
	struct job *job = waiter->job;

	free_waiter(resolver, waiter);
	if (job && list_is_empty(&job->waiters))
		free_job(job);
}

void
resolver_drop(struct resolver *resolver, resolver_owner owner)
{
	struct asker *asker;

	while ((asker = find_asker(resolver, owner)) != NULL) {
		struct list *first = list_first(&asker->queued);

		if (!first)
			first = list_first(&asker->sent);
		drop_waiter(resolver, LIST_ITEM(first, struct waiter, of_asker));
	}
}

void
resolver_free(struct resolver *resolver)
{
	if (!resolver)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct list *first;

		while ((first = list_first(&resolver->askers[i])) != NULL)
			resolver_drop(resolver, LIST_ITEM(first, struct asker, bucket)->owner);
	}
	spares_clear(&resolver->spare_jobs);
	spares_clear(&resolver->spare_waiters);
	validator_free(resolver->validator);
	event_free(resolver->turn);
	channels_free(resolver->channels);
	dns_cache_free(resolver->cache);
	dns_standings_free(resolver->standings);
	free(resolver);
}

/* Has the result of a job told with its chain of trust. */
static void
explain_job(struct job *job)
{
	job->explained = true;
	if (job->validation)
		validation_explain(job->validation);
}

/*
 * Finds the waiter its result, or a job to wait at. A job that cannot even be sent ends in here:
 * what the waiter wants of it is said before.
 */
static void
place_waiter(struct resolver *resolver, struct waiter *waiter,
    const struct dns_question *question, enum resolver_freshness freshness)
{
	const struct dns_result *kept = NULL;

	if (freshness == RESOLVER_CACHED)
		kept = dns_cache_find(resolver->cache, question, clock_now_us());
	if (kept) {
		make_ready(resolver, waiter, kept);
		return;
	}
	waiter->job = get_job(resolver, question);
	list_append(&waiter->job->waiters, &waiter->place);
	if (waiter->explained)
		explain_job(waiter->job);
	if (is_sent(waiter->job))
		return;
	list_move(&waiter->asker->queued, &waiter->of_asker);
	if (list_is_empty(&waiter->asker->ring))
		list_append(&resolver->ring, &waiter->asker->ring);
	fill_window(resolver);
}

void
resolver_ask(struct resolver *resolver, resolver_owner owner, uint32_t tag,
    const struct dns_question *question, enum resolver_freshness freshness)
{
	place_waiter(resolver, new_waiter(resolver, owner, tag), question, freshness);
}

void
resolver_ask_early(struct resolver *resolver, resolver_owner owner, uint32_t tag,
    const struct dns_question *question, enum resolver_freshness freshness)
{
	struct waiter *waiter = new_waiter(resolver, owner, tag);

	waiter->early = true;
	place_waiter(resolver, waiter, question, freshness);
}

void
resolver_ask_explained(struct resolver *resolver, resolver_owner owner, uint32_t tag,
    const struct dns_question *question)
{
	struct waiter *waiter = new_waiter(resolver, owner, tag);

	waiter->explained = true;
	place_waiter(resolver, waiter, question, RESOLVER_FRESH);
}

size_t
resolver_pending(const struct resolver *resolver)
{
	return resolver->pending;
}

/*
 * Lets questions that are with the old servers end as they may, but nobody joins or keeps
 * them.
 */
static void
detach_flights(struct resolver *resolver)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct list *bucket = &resolver->jobs[i], *next;

		for (struct list *l = bucket->next; l != bucket; l = next) {
			next = l->next;
			if (is_sent(LIST_ITEM(l, struct job, bucket)))
				list_remove(l);
		}
	}
}

void
resolver_set_servers(struct resolver *resolver, const struct endpoint *servers, size_t count)
{
	size_t kept = count < DNS_SERVERS_MAX ? count : DNS_SERVERS_MAX;

	memcpy(resolver->lookup.servers, servers, kept * sizeof *servers);
	resolver->lookup.server_count = kept;
	flights_refit(&resolver->flights);
	detach_flights(resolver);
	if (resolver->validator)
		validator_reset(resolver->validator);
	dns_cache_free(resolver->cache);
	resolver->cache = dns_cache_new(resolver->cache_bytes);
}

void
resolver_set_anchors(struct resolver *resolver, const struct dns_records *anchors)
{
	resolver->lookup.dnssec = anchors && anchors->count > 0;
	flights_refit(&resolver->flights);
	if (!resolver->lookup.dnssec)
		return;
	if (resolver->validator)
		validator_set_anchors(resolver->validator, anchors);
	else
		resolver->validator = validator_new(
		    resolver->base, resolver->channels, &resolver->lookup, anchors);
}

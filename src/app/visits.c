/*
 * The visits that inquiries share: found by address, port and exchange, kept while fresh, bounded
 * in number. Decides how long a result serves other domains, and how long we stay away from who
 * asked for it; who probes and when is update_probe.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"

#include "app/visits.h"

/* How long we stay away at first and at most. */
#define REST_US     (60 * SPAN_SECOND)
#define REST_MAX_US (10 * 60 * SPAN_SECOND)

struct visit {
	struct visit *next; /* in its bucket */
	struct endpoint at;
	char *exchange;
	struct visitor made_for;
	struct smtp_facts *facts; /* NULL before the first report */
	int64_t ended_us; /* 0 = under way */
	unsigned put_off; /* times in a row that it asked us to come later */
	struct visitor *waiting;
	size_t waiting_count, waiting_capacity;
};

/* --- finding --------------------------------------------------------------------- */

/* The bucket of an address (FNV-1a over its bytes). */
static size_t
bucket_of(const struct ip_addr *ip)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < sizeof ip->bytes; i++)
		hash = (hash ^ ip->bytes[i]) * UINT32_C(16777619);
	return hash % VISITS_BUCKETS;
}

/* True when the visit goes to this place. */
static bool
goes_to(const struct visit *visit, const struct visit_place *place)
{
	if (visit->at.port != place->at.port || !ip_equal(&visit->at.ip, &place->at.ip))
		return false;
	if (!visit->exchange || !place->exchange)
		return visit->exchange == place->exchange;
	return text_equal_nocase(visit->exchange, place->exchange);
}

/* The visit to the place, however old. */
static struct visit *
find_any(const struct visits *visits, const struct visit_place *place)
{
	struct visit *visit = visits->buckets[bucket_of(&place->at.ip)];

	while (visit && !goes_to(visit, place))
		visit = visit->next;
	return visit;
}

/* True while the result may stand for a probe of one's own. */
static bool
is_fresh(const struct visit *visit, int64_t now_us)
{
	return visit->ended_us == 0 || now_us - visit->ended_us < VISITS_FRESH_US;
}

struct visit *
visits_find(struct visits *visits, const struct visit_place *place, int64_t now_us)
{
	struct visit *visit = find_any(visits, place);

	return visit && is_fresh(visit, now_us) ? visit : NULL;
}

/* --- keeping --------------------------------------------------------------------- */

/* Frees a visit that is in no bucket any more. */
static void
free_visit(struct visit *visit)
{
	smtp_facts_free(visit->facts);
	free(visit->exchange);
	free(visit->waiting);
	free(visit);
}

/* Takes the visit that *link points at out of its bucket, and frees it. */
static void
forget(struct visits *visits, struct visit **link)
{
	struct visit *visit = *link;

	*link = visit->next;
	visits->count--;
	free_visit(visit);
}

/* True when the visit is kept for nobody: it has ended, is stale, and its rest is over. */
static bool
is_stale(const struct visit *visit, int64_t now_us)
{
	return visit->ended_us != 0 && now_us - visit->ended_us >= REST_MAX_US;
}

/* Forgets what is stale, and everything that has ended when that is not enough. */
static void
make_room(struct visits *visits, int64_t now_us)
{
	for (int pass = 0; pass < 2 && visits->count >= VISITS_KEPT_MAX; pass++) {
		for (size_t i = 0; i < VISITS_BUCKETS; i++) {
			struct visit **link = &visits->buckets[i];

			while (*link) {
				bool ended = (*link)->ended_us != 0;

				if (pass == 0 ? is_stale(*link, now_us) : ended)
					forget(visits, link);
				else
					link = &(*link)->next;
			}
		}
	}
}

/* Adds a visit to the place that nobody has made yet. */
static struct visit *
add_visit(struct visits *visits, const struct visit_place *place, int64_t now_us)
{
	struct visit **bucket = &visits->buckets[bucket_of(&place->at.ip)];
	struct visit *visit = mem_alloc(sizeof *visit);

	if (visits->count >= VISITS_KEPT_MAX)
		make_room(visits, now_us);
	visit->at = place->at;
	visit->exchange = mem_strdup(place->exchange);
	visit->next = *bucket;
	*bucket = visit;
	visits->count++;
	return visit;
}

void
visits_begin(
    struct visits *visits, const struct visit_place *place, struct visitor whom, int64_t now_us)
{
	struct visit *visit = find_any(visits, place);

	if (!visit)
		visit = add_visit(visits, place, now_us);
	smtp_facts_free(visit->facts);
	visit->facts = NULL;
	visit->made_for = whom;
	visit->ended_us = 0;
}

void
visits_clear(struct visits *visits)
{
	for (size_t i = 0; i < VISITS_BUCKETS; i++) {
		while (visits->buckets[i])
			forget(visits, &visits->buckets[i]);
	}
}

/* --- reports --------------------------------------------------------------------- */

/* True when the server asked us to come later. */
static bool
puts_off(const struct smtp_facts *facts)
{
	return facts->code == 421 || facts->doubt == SMTP_DOUBT_RATE_LIMITED;
}

/* The visit to this address that was made for this one; NULL when there is none. */
static struct visit *
find_made_for(const struct visits *visits, const struct ip_addr *ip, struct visitor whom)
{
	struct visit *visit = visits->buckets[bucket_of(ip)];

	while (visit &&
	    (visit->ended_us != 0 || visit->made_for.ticket != whom.ticket ||
		visit->made_for.tag != whom.tag))
		visit = visit->next;
	return visit;
}

struct visit *
visits_reported(struct visits *visits, const struct ip_addr *ip, struct visitor whom,
    const struct smtp_facts *facts, int64_t now_us)
{
	struct visit *visit = find_made_for(visits, ip, whom);

	if (!visit)
		return NULL;
	smtp_facts_free(visit->facts);
	visit->facts = smtp_facts_clone(facts);
	if (facts->ended_us == 0)
		return visit;
	visit->ended_us = now_us;
	visit->put_off = puts_off(facts) ? visit->put_off + 1 : 0;
	return visit;
}

const struct smtp_facts *
visit_facts(const struct visit *visit)
{
	return visit->facts;
}

/* --- others ---------------------------------------------------------------------- */

void
visit_join(struct visit *visit, struct visitor whom)
{
	visit->waiting = mem_grow(visit->waiting, visit->waiting_count,
	    &visit->waiting_capacity, sizeof *visit->waiting);
	visit->waiting[visit->waiting_count++] = whom;
}

bool
visit_next_waiting(struct visit *visit, struct visitor *whom)
{
	if (visit->waiting_count == 0)
		return false;
	*whom = visit->waiting[--visit->waiting_count];
	return true;
}

bool
visit_waiting(const struct visit *visit, size_t n, struct visitor *whom)
{
	if (n >= visit->waiting_count)
		return false;
	*whom = visit->waiting[n];
	return true;
}

/* The inquiry no longer waits for the visit. */
static void
part(struct visit *visit, uint64_t ticket)
{
	size_t left = 0;

	for (size_t i = 0; i < visit->waiting_count; i++) {
		if (visit->waiting[i].ticket != ticket)
			visit->waiting[left++] = visit->waiting[i];
	}
	visit->waiting_count = left;
}

bool
visits_abandon(struct visits *visits, uint64_t ticket, struct visitor *heir)
{
	for (size_t i = 0; i < VISITS_BUCKETS; i++) {
		struct visit **link = &visits->buckets[i];

		while (*link) {
			struct visit *visit = *link;

			part(visit, ticket);
			if (visit->ended_us != 0 || visit->made_for.ticket != ticket) {
				link = &visit->next;
			} else if (visit_next_waiting(visit, heir)) {
				visit->made_for = *heir;
				return true;
			} else {
				forget(visits, link);
			}
		}
	}
	return false;
}

int64_t
visits_rest(const struct visits *visits, const struct ip_addr *ip, int64_t now_us)
{
	int64_t left = 0;

	for (const struct visit *v = visits->buckets[bucket_of(ip)]; v; v = v->next) {
		int64_t rest = REST_US;

		if (v->put_off == 0 || v->ended_us == 0 || !ip_equal(&v->at.ip, ip))
			continue;
		for (unsigned i = 1; i < v->put_off && rest < REST_MAX_US; i++)
			rest *= 2;
		if (rest > REST_MAX_US)
			rest = REST_MAX_US;
		if (v->ended_us + rest - now_us > left)
			left = v->ended_us + rest - now_us;
	}
	return left;
}

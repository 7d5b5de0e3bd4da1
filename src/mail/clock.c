/*
 * One message against time. Decides when an attempt meets servers that are down, and when TTL,
 * warning and giving up fall between attempts. When attempts are made is retry.c's; what
 * comes of one is asked of plan.c and verdict.c, with the same facts but other probes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "dns/name.h"

#include "mail/clock.h"
#include "mail/phrase.h"
#include "mail/retry.h"
#include "mail/verdict.h"

NAMES_DEFINE(clock_mark, CLOCK_MARKS)

enum {
	PREFERENCE_MOST = 65535,
};

/* Adds an event, which takes the text. */
static void
add_event(struct clock_course *course, int64_t age, enum clock_mark mark, unsigned attempt,
    char *text)
{
	course->events =
	    mem_grow(course->events, course->count, &course->capacity, sizeof *course->events);
	course->events[course->count++] = (struct clock_event){ age, mark, attempt, text };
}

/* --- the world at an attempt -------------------------------------------------------- */

/* The same facts with other probes. */
struct world {
	struct mail_facts facts; /* shares everything with the true ones but the targets */
	struct smtp_facts refused, accepting;
};

/* True for a probe that says something. */
static bool
is_told(const struct smtp_facts *probe)
{
	return probe && probe->outcome != SMTP_IN_PROGRESS && probe->outcome != SMTP_SKIPPED;
}

/* Makes the world of an attempt: with servers down, or as it was found. */
static void
open_world(struct world *world, const struct mail_facts *facts, const bool *down)
{
	*world = (struct world){ .facts = *facts };
	smtp_facts_init(&world->refused, 0);
	world->refused.outcome = SMTP_REFUSED;
	smtp_facts_init(&world->accepting, 0);
	world->accepting.outcome = SMTP_ACCEPTING;
	world->facts.targets = mem_calloc(facts->target_count, sizeof *facts->targets);
	for (size_t i = 0; i < facts->target_count; i++) {
		struct mail_target *target = &world->facts.targets[i];

		*target = facts->targets[i];
		if (down && down[i])
			target->probe = &world->refused;
		else if (!is_told(target->probe))
			target->probe = &world->accepting;
	}
}

/* Frees what the world has of its own. */
static void
close_world(struct world *world)
{
	free(world->facts.targets);
	smtp_facts_clear(&world->refused);
	smtp_facts_clear(&world->accepting);
}

/* --- attempts -------------------------------------------------------------------------- */

/* What one attempt leads to. */
struct result {
	enum clock_mark mark;
	char *host; /* that took the message; NULL = none */
	char *text; /* what is said of it */
};

/*
 * Appends what stood against the message: the verdict's first sentence, without its full stop.
 * The sender profile's own, which tells that a message is frozen, is the second.
 */
static void
add_obstacle(struct buf *text, const struct verdict *verdict)
{
	const char *end = strstr(verdict->sentence, ". ");
	size_t length = end ? (size_t)(end - verdict->sentence) : strlen(verdict->sentence);

	if (length > 0 && verdict->sentence[length - 1] == '.')
		length--;
	buf_addf(text, "%.*s", (int)length, verdict->sentence);
	if (verdict->frozen)
		buf_adds(text, "; the message is frozen until somebody looks at it");
}

/* Tries once, in this world, with this draw. */
static struct result
attempt(const struct world *world, const struct plan_settings *settings)
{
	static const enum clock_mark marks[] = {
		[VERDICT_DELIVER] = CLOCK_DELIVERED,
		[VERDICT_WARN] = CLOCK_DELIVERED,
		[VERDICT_INCONCLUSIVE] = CLOCK_FAILS,
		[VERDICT_BOUNCE] = CLOCK_RETURNED,
		[VERDICT_REFUSE] = CLOCK_FAILS,
		[VERDICT_PENDING] = CLOCK_FAILS,
	};
	const struct verdict_settings settled = { .probing = true, .settled = true };
	const struct findings none = { 0 };
	struct plan plan;
	struct verdict verdict;
	struct result result = { 0 };
	struct buf text = BUF_INIT;

	plan_make(&plan, &world->facts, settings);
	verdict_make(&verdict, &world->facts, &plan, &none, &settled);
	result.mark = verdict.frozen ? CLOCK_FROZEN : marks[verdict.kind];
	if (result.mark == CLOCK_DELIVERED) {
		phrase_host(&text, &world->facts, &plan.rows[verdict.row]);
		result.host = buf_take(&text);
		buf_addf(&text, "%s takes the message", result.host);
	} else {
		add_obstacle(&text, &verdict);
	}
	result.text = buf_take(&text);
	verdict_clear(&verdict);
	plan_clear(&plan);
	return result;
}

/* Makes all attempts, with a new draw each, until one decides or the sender gives up. */
static void
make_attempts(struct clock_course *course, const struct world worlds[2],
    const struct plan_settings *plan, const struct clock_settings *settings)
{
	struct plan_settings drawn = *plan;
	int64_t age = 0, waited = 0;

	course->end = CLOCK_GIVES_UP;
	while (age >= 0 && course->end == CLOCK_GIVES_UP) {
		bool down = settings->down && age >= settings->from && age < settings->until;
		struct result result = attempt(&worlds[down], &drawn);
		int64_t next = retry_next(course->sender, age, waited);

		add_event(course, age, result.mark, ++course->attempts, result.text);
		drawn.seed++;
		if (result.mark != CLOCK_FAILS) {
			course->end = result.mark;
			course->age = age;
			course->host = result.host;
		}
		waited = next - age;
		age = next;
	}
}

/* --- what happens between attempts ---------------------------------------------------- */

/* Tells of the end of waiting, where no attempt succeeded, and of the warning before it. */
static void
add_sender_events(struct clock_course *course)
{
	const struct retry_profile *profile = retry_profile(course->sender);

	if (course->end == CLOCK_GIVES_UP) {
		course->age = profile->gives_up;
		add_event(course, course->age, CLOCK_GIVES_UP, 0,
		    mem_strdup("the message goes back to its author: delivery time expired "
			       "(5.4.7)"));
	}
	if (profile->warns > 0 && profile->warns < course->age)
		add_event(course, profile->warns, CLOCK_WARNS, 0,
		    mem_strdup("the author is told that the message is delayed"));
}

/* The shortest TTL of the addresses; 0 without any. */
static uint32_t
shortest_ttl(const struct mail_facts *facts)
{
	uint32_t shortest = 0;

	for (size_t i = 0; i < facts->target_count; i++) {
		uint32_t ttl = facts->targets[i].ttl;

		if (ttl > 0 && (shortest == 0 || ttl < shortest))
			shortest = ttl;
	}
	return shortest;
}

/* Tells when what the first attempt learned from the DNS has to be asked for again. */
static void
add_dns_events(struct clock_course *course, const struct mail_facts *facts)
{
	uint32_t mx = facts->mx_result ? facts->mx_result->ttl : 0;
	uint32_t address = shortest_ttl(facts);

	if (mx > 0 && mx < course->age)
		add_event(course, mx, CLOCK_MX_EXPIRES, 0,
		    mem_strdup("the MX answer of the first attempt has expired: from here on "
			       "a change is seen"));
	if (address > 0 && address < course->age)
		add_event(course, address, CLOCK_ADDRESS_EXPIRES, 0,
		    mem_strdup("the first address has expired: from here on a change is seen"));
}

/* Tells when servers go and come, as far as the message sees it. */
static void
add_outage_events(struct clock_course *course, const struct clock_settings *settings)
{
	if (!settings->down)
		return;
	if (settings->from > 0 && settings->from <= course->age)
		add_event(course, settings->from, CLOCK_DOWN, 0, mem_strdup("servers go down"));
	if (settings->until <= course->age)
		add_event(course, settings->until, CLOCK_BACK, 0,
		    mem_strdup("the servers that were down are back"));
}

/* The place among events of one age: what befalls an attempt, the attempt, and giving up. */
static int
place_of(const struct clock_event *event)
{
	if (event->mark == CLOCK_GIVES_UP)
		return 2;
	return event->attempt > 0 ? 1 : 0;
}

/* Compares two events: by age, then by their place. */
static int
compare_events(const void *left, const void *right)
{
	const struct clock_event *a = left, *b = right;

	if (a->age != b->age)
		return a->age < b->age ? -1 : 1;
	if (place_of(a) != place_of(b))
		return place_of(a) - place_of(b);
	return a->mark < b->mark ? -1 : a->mark > b->mark;
}

void
clock_make(struct clock_course *course, const struct mail_facts *facts,
    const struct plan_settings *plan, const struct clock_settings *settings)
{
	struct world worlds[2];

	*course = (struct clock_course){ .sender = plan->sender };
	open_world(&worlds[0], facts, NULL);
	open_world(&worlds[1], facts, settings->down);
	make_attempts(course, worlds, plan, settings);
	close_world(&worlds[0]);
	close_world(&worlds[1]);
	add_sender_events(course);
	add_dns_events(course, facts);
	add_outage_events(course, settings);
	qsort(course->events, course->count, sizeof *course->events, compare_events);
}

void
clock_clear(struct clock_course *course)
{
	for (size_t i = 0; i < course->count; i++)
		free(course->events[i].text);
	free(course->events);
	free(course->host);
	*course = (struct clock_course){ 0 };
}

unsigned
clock_attempts_until(const struct clock_course *course, int64_t age)
{
	unsigned attempts = 0;

	for (size_t i = 0; i < course->count && course->events[i].age <= age; i++)
		attempts += course->events[i].attempt > 0;
	return attempts;
}

int64_t
clock_next_attempt(const struct clock_course *course, int64_t age)
{
	for (size_t i = 0; i < course->count; i++) {
		if (course->events[i].attempt > 0 && course->events[i].age > age)
			return course->events[i].age;
	}
	return -1;
}

/* --- whose servers ----------------------------------------------------------------------- */

/* True when the word names the target, as exchange, address or preference. */
static bool
names_target(const struct mail_facts *facts, const struct mail_target *target, const char *word)
{
	static const char preference[] = "pref:";
	const struct mx_exchange *exchange = &facts->mx.exchanges[target->exchange];
	char text[IP_TEXT_MAX];
	long number;

	if (strncmp(word, preference, sizeof preference - 1) == 0)
		return text_number(word + sizeof preference - 1, 0, PREFERENCE_MOST, &number) &&
		    number == exchange->preference;
	return text_equal_nocase(word, exchange->text) ||
	    text_equal_nocase(word, ip_text(&target->ip, text)) || strcmp(word, "all") == 0;
}

/* The lowest preference of all exchanges. */
static uint16_t
lowest_preference(const struct mail_facts *facts)
{
	uint16_t lowest = PREFERENCE_MOST;

	for (size_t i = 0; i < facts->mx.count; i++) {
		if (facts->mx.exchanges[i].preference < lowest)
			lowest = facts->mx.exchanges[i].preference;
	}
	return lowest;
}

size_t
clock_select(const struct mail_facts *facts, const char *word, bool *down)
{
	char primary[16];
	size_t count = 0;

	if (strcmp(word, "primary") == 0) {
		snprintf(primary, sizeof primary, "pref:%u", lowest_preference(facts));
		word = primary;
	}
	for (size_t i = 0; i < facts->target_count; i++) {
		down[i] = names_target(facts, &facts->targets[i], word);
		count += down[i];
	}
	return count;
}

/*
 * The questions, a function each. Every answer comes from the plan, the verdict, the clock or
 * the simulation of the very domain; nothing is known beforehand. Choices stand in the order of
 * the answer, which gives nothing away, or in that of their numbers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"

#include "mail/clock.h"
#include "mail/phrase.h"
#include "mail/quiz.h"
#include "mail/simulate.h"

NAMES_DEFINE(quiz_kind, QUIZ_KINDS)

enum {
	HOUR = 60 * 60,
	NINE = 9 * HOUR,
	OUTAGE = 6 * HOUR,
	DRAWS = 100000,
};

/* Sets the question. */
static void __attribute__((format(printf, 2, 3)))
ask(struct quiz *quiz, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list arguments;

	va_start(arguments, format);
	buf_addv(&text, format, arguments);
	va_end(arguments);
	quiz->question = buf_take(&text);
}

/* Sets the reason. */
static void __attribute__((format(printf, 2, 3)))
explain(struct quiz *quiz, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list arguments;

	va_start(arguments, format);
	buf_addv(&text, format, arguments);
	va_end(arguments);
	quiz->reason = buf_take(&text);
}

/* Finds a choice; SIZE_MAX when there is none with this text. */
static size_t
find_choice(const struct quiz *quiz, const char *text)
{
	for (size_t i = 0; i < quiz->count; i++) {
		if (strcmp(quiz->choices[i], text) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* Adds a choice, unless it stands there already; takes the text. False when there is no room. */
static bool
offer(struct quiz *quiz, char *text, bool right)
{
	size_t at = find_choice(quiz, text);

	if (at == SIZE_MAX && quiz->count == QUIZ_CHOICES_MAX) {
		free(text);
		return false;
	}
	if (at == SIZE_MAX) {
		at = quiz->count++;
		quiz->choices[at] = text;
	} else {
		free(text);
	}
	if (right)
		quiz->right = at;
	return true;
}

/* The domain as its reader knows it. */
static const char *
domain(const struct quiz_world *world)
{
	return world->facts->subject.unicode;
}

/* The sender in a sentence: "a sender that follows RFC 5321", "Postfix". */
static const char *
sender(const struct quiz_world *world)
{
	return world->settings->sender == SENDER_RFC5321
	    ? "a sender that follows RFC 5321"
	    : sender_profile(world->settings->sender)->title;
}

/* The row of an attempt, 1 first; NULL when there are not so many. */
static const struct plan_row *
attempt(const struct quiz_world *world, unsigned number)
{
	for (size_t i = 0; i < world->plan->count; i++) {
		if (world->plan->rows[i].attempt == number)
			return &world->plan->rows[i];
	}
	return NULL;
}

/* "mx1.example.net [192.0.2.10]", which the caller frees. */
static char *
host_of(const struct quiz_world *world, const struct plan_row *row)
{
	struct buf text = BUF_INIT;

	phrase_host(&text, world->facts, row);
	return buf_take(&text);
}

/* Offers the first addresses as the answers came, and the right one among them. */
static void
offer_addresses(struct quiz *quiz, const struct quiz_world *world, const struct plan_row *right)
{
	const struct mail_facts *facts = world->facts;
	size_t room = QUIZ_CHOICES_MAX - 1;

	for (size_t i = 0; i < facts->target_count; i++) {
		struct plan_row row = { .exchange = facts->targets[i].exchange, .target = i };
		bool is_right = i == right->target;

		if (!is_right && room == 0)
			continue;
		room -= !is_right;
		offer(quiz, host_of(world, &row), is_right);
	}
}

/* Offers the first exchanges in the order of the answer, and the right one among them. */
static void
offer_exchanges(struct quiz *quiz, const struct quiz_world *world, size_t right)
{
	const struct mx_set *mx = &world->facts->mx;
	size_t room = QUIZ_CHOICES_MAX - 1;

	for (size_t i = 0; i < mx->count; i++) {
		if (mx->exchanges[i].duplicate || (i != right && room == 0))
			continue;
		room -= i != right;
		offer(quiz, mem_strdup(mx->exchanges[i].text), i == right);
	}
}

/* True when a server takes the message now. */
static bool
is_delivered(const struct quiz_world *world)
{
	return world->verdict->kind == VERDICT_DELIVER || world->verdict->kind == VERDICT_WARN;
}

/* --- the questions ------------------------------------------------------------------- */

/* True when another draw would put another exchange first. */
static bool
is_drawn(const struct quiz_world *world, const struct plan_row *first)
{
	const struct mx_exchange *exchanges = world->facts->mx.exchanges;

	for (size_t i = 0; i < world->plan->count; i++) {
		const struct plan_row *row = &world->plan->rows[i];

		if (row->attempt > 0 && row->exchange != first->exchange &&
		    exchanges[row->exchange].preference ==
			exchanges[first->exchange].preference)
			return true;
	}
	return false;
}

static bool
make_first(struct quiz *quiz, const struct quiz_world *world)
{
	const struct plan_row *first = attempt(world, 1);

	if (!first || world->facts->target_count < 2 || is_drawn(world, first))
		return false;
	if (sender_profile(world->settings->sender)->order == SENDER_ORDER_POOLED &&
	    world->plan->count > 1 && world->plan->rows[1].exchange == first->exchange)
		return false;
	ask(quiz, "Mail for %s: which address does %s try first?", domain(world),
	    sender(world));
	offer_addresses(quiz, world, first);
	explain(quiz, "%s (%s).", first->because, first->rule->clause);
	return true;
}

static bool
make_next(struct quiz *quiz, const struct quiz_world *world)
{
	const struct plan_row *first = attempt(world, 1), *second = attempt(world, 2);
	char *host;

	if (!second || world->facts->target_count < 3)
		return false;
	host = host_of(world, first);
	ask(quiz, "%s is tried first, and nobody answers there. Which address is next?", host);
	free(host);
	offer_addresses(quiz, world, second);
	explain(quiz, "%s (%s).", second->because, second->rule->clause);
	return true;
}

enum {
	USUAL_OUTCOMES = 3, /* those that are offered; the last is one sender's alone */
};

/* What becomes of a message, in the order of the choices. */
static const char *const outcomes[] = {
	"a server takes it",
	"it is kept in the queue and tried again",
	"it goes back to its author at once",
	"it is kept, and not tried again until somebody looks at it",
};

static bool
make_outcome(struct quiz *quiz, const struct quiz_world *world)
{
	static const size_t right[] = {
		[VERDICT_DELIVER] = 0,
		[VERDICT_WARN] = 0,
		[VERDICT_INCONCLUSIVE] = 1,
		[VERDICT_BOUNCE] = 2,
		[VERDICT_REFUSE] = 1,
		[VERDICT_PENDING] = 1,
	};

	if (world->verdict->kind == VERDICT_PENDING || world->verdict->frozen ||
	    strcmp(world->verdict->status, "4.0.0") == 0)
		return false;
	ask(quiz, "%s has a message for %s. What becomes of it now?",
	    world->settings->sender == SENDER_RFC5321 ? "A sender that follows RFC 5321"
						      : sender(world),
	    domain(world));
	for (size_t i = 0; i < USUAL_OUTCOMES; i++)
		offer(quiz, mem_strdup(outcomes[i]), i == right[world->verdict->kind]);
	explain(quiz, "%s", world->verdict->sentence);
	return true;
}

static bool
make_taker(struct quiz *quiz, const struct quiz_world *world)
{
	if (!is_delivered(world) || world->facts->mx.count < 2 ||
	    world->verdict->row >= world->plan->count)
		return false;
	ask(quiz, "Which exchange takes a message for %s now?", domain(world));
	offer_exchanges(quiz, world, world->plan->rows[world->verdict->row].exchange);
	explain(quiz, "%s", world->verdict->sentence);
	return true;
}

/* Follows a message of this sender while the named servers are down for six hours. */
static void
follow_outage(struct clock_course *course, const struct quiz_world *world, const char *word,
    enum sender who)
{
	bool *down = mem_calloc(world->facts->target_count, sizeof *down);
	struct plan_settings settings = *world->settings;
	const struct clock_settings outage = { .down = down, .from = 0, .until = OUTAGE };

	settings.sender = who;
	clock_select(world->facts, word, down);
	clock_make(course, world->facts, &settings, &outage);
	free(down);
}

/* The exchange whose host a course ended at; SIZE_MAX for none. */
static size_t
exchange_of(const struct quiz_world *world, const struct clock_course *course)
{
	for (size_t i = 0; course->host && i < world->facts->mx.count; i++) {
		const char *name = world->facts->mx.exchanges[i].text;
		size_t length = strlen(name);

		if (strncmp(course->host, name, length) == 0 && course->host[length] == ' ')
			return i;
	}
	return SIZE_MAX;
}

static bool
make_backup(struct quiz *quiz, const struct quiz_world *world)
{
	struct clock_course course;
	size_t exchange;

	if (!is_delivered(world) || world->facts->mx.count < 2)
		return false;
	follow_outage(&course, world, "primary", world->settings->sender);
	exchange = exchange_of(world, &course);
	if (exchange != SIZE_MAX && course.age == 0) {
		ask(quiz,
		    "Suppose that every server of the lowest preference is down. Which "
		    "exchange takes a message for %s at the first attempt?",
		    domain(world));
		offer_exchanges(quiz, world, exchange);
		explain(quiz,
		    "The sender goes on to the next preference within the same attempt; %s "
		    "is the first that accepts.",
		    course.host);
	}
	clock_clear(&course);
	return quiz->count > 1;
}

static bool
make_never(struct quiz *quiz, const struct quiz_world *world)
{
	const struct plan_row *lost = NULL;
	size_t never = 0;

	for (size_t i = 0; i < world->facts->mx.count; i++) {
		const struct plan_row *row = NULL;

		for (size_t j = 0; j < world->plan->count; j++) {
			if (world->plan->rows[j].exchange == i &&
			    (!row || world->plan->rows[j].attempt > 0))
				row = &world->plan->rows[j];
		}
		if (row && row->attempt == 0 && row->standing != PLAN_DUPLICATE) {
			lost = row;
			never++;
		}
	}
	if (never != 1 || world->plan->attempts == 0)
		return false;
	ask(quiz, "One exchange of %s is never connected to. Which one?", domain(world));
	offer_exchanges(quiz, world, lost->exchange);
	explain(quiz, "%s: %s (%s).", world->facts->mx.exchanges[lost->exchange].text,
	    lost->because, lost->rule->clause);
	return true;
}

/* Orders two choices by their text. */
static int
compare_texts(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

/* Puts the choices in the order of their texts, so that the right one stands anywhere. */
static void
sort_choices(struct quiz *quiz)
{
	const char *right = quiz->choices[quiz->right];

	qsort(quiz->choices, quiz->count, sizeof *quiz->choices, compare_texts);
	quiz->right = find_choice(quiz, right);
}

static bool
make_status(struct quiz *quiz, const struct quiz_world *world)
{
	static const char *const codes[] = { "2.0.0", "4.4.1", "4.4.3", "5.1.10", "5.4.4",
		"5.7.1" };

	if (is_delivered(world) || world->verdict->kind == VERDICT_PENDING ||
	    strcmp(world->verdict->status, "4.0.0") == 0)
		return false;
	ask(quiz, "Which enhanced status code (RFC 3463) does the sender report for %s?",
	    domain(world));
	offer(quiz, mem_strdup(world->verdict->status), true);
	for (size_t i = 0; i < sizeof codes / sizeof *codes && quiz->count < 4; i++)
		offer(quiz, mem_strdup(codes[i]), false);
	sort_choices(quiz);
	explain(quiz, "%s", world->verdict->sentence);
	return true;
}

/* Offers the right number among usual ones, ascending; usual ones that are near it are not offered. */
static void
offer_numbers(struct quiz *quiz, const int64_t *usual, size_t count, int64_t right,
    char *(*write)(int64_t number))
{
	bool offered = false;

	for (size_t i = 0; i < count; i++) {
		int64_t distance = usual[i] > right ? usual[i] - right : right - usual[i];

		if (!offered && usual[i] >= right)
			offered = offer(quiz, write(right), true);
		if (distance * 5 > right)
			offer(quiz, write(usual[i]), false);
	}
	if (!offered)
		offer(quiz, write(right), true);
}

/* "about 50 %" */
static char *
write_percent(int64_t percent)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "about %lld %%", (long long)percent);
	return buf_take(&text);
}

/* "1h", or "not at all". */
static char *
write_span(int64_t seconds)
{
	char text[SPAN_TEXT_MAX];

	return mem_strdup(seconds > 0 ? span_words(seconds, text) : "not at all");
}

static bool
make_share(struct quiz *quiz, const struct quiz_world *world)
{
	static const int64_t usual[] = { 0, 25, 50, 80, 100 };
	const struct mx_exchange *first = world->facts->mx.exchanges;
	struct simulation simulation;
	uint64_t taken = 0;

	if (!is_delivered(world) || world->facts->mx.count < 2)
		return false;
	simulate(&simulation, world->facts, world->settings, DRAWS);
	for (size_t i = 0; i < simulation.count; i++)
		taken +=
		    simulation.shares[i].exchange == 0 ? simulation.shares[i].deliveries : 0;
	simulation_clear(&simulation);
	ask(quiz, "Of a thousand messages for %s, how many does %s (preference %u) take?",
	    domain(world), first->text, first->preference);
	offer_numbers(quiz, usual, sizeof usual / sizeof *usual,
	    (int64_t)((taken * 100 + DRAWS / 2) / DRAWS), write_percent);
	explain(quiz,
	    "`simulate` counts it: equal preferences share, a higher number takes "
	    "nothing while a lower one accepts (RFC 5321 5.1).");
	return true;
}

static bool
make_ttl(struct quiz *quiz, const struct quiz_world *world)
{
	static const int64_t usual[] = { 0, 300, HOUR, 24 * HOUR, 48 * HOUR };
	const struct dns_result *result = world->facts->mx_result;
	char text[SPAN_TEXT_MAX];

	if (!result || result->ttl == 0 || world->facts->mx.kind != MX_EXPLICIT)
		return false;
	ask(quiz,
	    "The MX records of %s are changed now, on all its name servers at once. How long "
	    "may a sender that asked just before go on with the old ones?",
	    domain(world));
	offer_numbers(quiz, usual, sizeof usual / sizeof *usual, result->ttl, write_span);
	explain(quiz,
	    "The old answer may be kept for its TTL, %s, to the second; then the DNS is asked "
	    "again (RFC 1035 3.2.1).",
	    span_words(result->ttl, text));
	return true;
}

/* Writes when a course ends, for a message that was sent at nine. */
static char *
arrival(const struct clock_course *course)
{
	struct buf text = BUF_INIT;
	int64_t minutes = (NINE + course->age) / 60;

	if (course->end == CLOCK_DELIVERED)
		buf_addf(&text, "at %02lld:%02lld", (long long)(minutes / 60 % 24),
		    (long long)(minutes % 60));
	else
		buf_adds(&text, "never: it goes back");
	return buf_take(&text);
}

static bool
make_clock(struct quiz *quiz, const struct quiz_world *world)
{
	static const enum sender others[] = { SENDER_POSTFIX, SENDER_EXIM, SENDER_SENDMAIL,
		SENDER_OPENSMTPD };
	struct clock_course course;

	if (!is_delivered(world))
		return false;
	follow_outage(&course, world, "all", world->settings->sender);
	ask(quiz,
	    "Every server of %s is down from 09:00 to 15:00. A message is sent at 09:00 with "
	    "%s. When does it arrive?",
	    domain(world), sender(world));
	offer(quiz, arrival(&course), true);
	clock_clear(&course);
	for (size_t i = 0; i < sizeof others / sizeof *others && quiz->count < 4; i++) {
		follow_outage(&course, world, "all", others[i]);
		offer(quiz, arrival(&course), false);
		clock_clear(&course);
	}
	sort_choices(quiz);
	explain(quiz,
	    "At the first attempt after 15:00 that its schedule brings, not when the "
	    "server comes back: `clock all down 09:00 15:00` shows it.");
	return true;
}

/* What this sender makes of the same facts: an index into outcomes, by its verdict. */
static size_t
outcome_of(const struct quiz_world *world, enum sender who)
{
	struct clock_course course;
	struct plan_settings settings = *world->settings;
	const struct clock_settings none = { 0 };
	size_t outcome = 0;

	settings.sender = who;
	clock_make(&course, world->facts, &settings, &none);
	if (course.end == CLOCK_GIVES_UP)
		outcome = 1;
	else if (course.end == CLOCK_RETURNED)
		outcome = 2;
	else if (course.end == CLOCK_FROZEN)
		outcome = 3;
	clock_clear(&course);
	return outcome;
}

static bool
make_senders(struct quiz *quiz, const struct quiz_world *world)
{
	static const enum sender candidates[] = { SENDER_POSTFIX, SENDER_EXIM, SENDER_SENDMAIL,
		SENDER_OPENSMTPD };
	size_t standard = outcome_of(world, SENDER_RFC5321), odd = 0, other = 0;

	for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
		if (outcome_of(world, candidates[i]) == standard)
			continue;
		odd++;
		other = i;
	}
	if (odd != 1)
		return false;
	ask(quiz,
	    "By RFC 5321, a message for %s now ends so: %s. One of these senders ends "
	    "otherwise. Which?",
	    domain(world), outcomes[standard]);
	for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
		offer(quiz, mem_strdup(sender_profile(candidates[i])->title), i == other);
	explain(quiz, "With %s %s; `sender %s` shows why.",
	    sender_profile(candidates[other])->title,
	    outcomes[outcome_of(world, candidates[other])], sender_name(candidates[other]));
	return true;
}

static bool (*const makers[quiz_kind_count])(struct quiz *, const struct quiz_world *) = {
	[QUIZ_FIRST] = make_first,
	[QUIZ_OUTCOME] = make_outcome,
	[QUIZ_TAKER] = make_taker,
	[QUIZ_NEXT] = make_next,
	[QUIZ_BACKUP] = make_backup,
	[QUIZ_NEVER] = make_never,
	[QUIZ_STATUS] = make_status,
	[QUIZ_SHARE] = make_share,
	[QUIZ_TTL] = make_ttl,
	[QUIZ_CLOCK] = make_clock,
	[QUIZ_SENDERS] = make_senders,
};

bool
quiz_make(struct quiz *quiz, enum quiz_kind kind, const struct quiz_world *world)
{
	*quiz = (struct quiz){ .kind = kind };
	if (world->facts->mx_known && makers[kind](quiz, world) && quiz->count > 1)
		return true;
	quiz_clear(quiz);
	return false;
}

void
quiz_clear(struct quiz *quiz)
{
	free(quiz->question);
	free(quiz->reason);
	for (size_t i = 0; i < quiz->count; i++)
		free(quiz->choices[i]);
	*quiz = (struct quiz){ 0 };
}

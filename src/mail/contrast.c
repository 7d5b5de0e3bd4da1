/*
 * The senders side by side for one domain. Decides in which aspects they are compared, and that an
 * aspect which makes no difference here is left out: the order at equal preference where no
 * preference is shared, the order of families where no host has both.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "mail/contrast.h"
#include "mail/dane.h"
#include "mail/phrase.h"

NAMES_DEFINE(contrast_aspect, CONTRAST_ASPECTS)

/* What one sender makes of the domain. */
struct conduct {
	enum sender sender;
	const struct sender_profile *profile;
	struct plan plan;
	struct verdict verdict;
};

/* --- aspects ------------------------------------------------------------------------ */

/* What becomes of the message: where it goes, or with which code it is kept or returned. */
static void
say_outcome(struct buf *out, const struct mail_facts *facts, const struct conduct *conduct)
{
	static const char *const words[] = {
		[VERDICT_DELIVER] = "delivered",
		[VERDICT_WARN] = "delivered",
		[VERDICT_INCONCLUSIVE] = "kept, and tried again later",
		[VERDICT_BOUNCE] = "returned",
		[VERDICT_REFUSE] = "kept, because of a policy",
		[VERDICT_PENDING] = "not known yet",
	};
	const struct verdict *verdict = &conduct->verdict;
	bool delivered = verdict->kind == VERDICT_DELIVER || verdict->kind == VERDICT_WARN;

	buf_adds(out, words[verdict->kind]);
	if (!delivered && verdict->status[0] != '\0')
		buf_addf(out, " (%s)", verdict->status);
	if (!delivered || verdict->row >= conduct->plan.count)
		return;
	buf_addf(
	    out, " to %s", facts->mx.exchanges[conduct->plan.rows[verdict->row].exchange].text);
	if (strstr(verdict->sentence, "in clear"))
		buf_adds(out, ", in clear");
	else if (strstr(verdict->sentence, "encrypted"))
		buf_adds(out, ", encrypted");
}

/* The first attempt. */
static void
say_first(struct buf *out, const struct mail_facts *facts, const struct conduct *conduct)
{
	for (size_t i = 0; i < conduct->plan.count; i++) {
		if (conduct->plan.rows[i].attempt != 1)
			continue;
		phrase_host(out, facts, &conduct->plan.rows[i]);
		return;
	}
	buf_adds(out, "none");
}

/* The number of attempts. */
static void
say_attempts(struct buf *out, const struct mail_facts *facts, const struct conduct *conduct)
{
	buf_addf(out, "%zu of %zu", conduct->plan.attempts, facts->target_count);
}

/* True when two exchanges share a preference. */
static bool
has_ties(const struct mail_facts *facts)
{
	const struct mx_set *mx = &facts->mx;

	for (size_t i = 0; i < mx->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!mx->exchanges[i].duplicate && !mx->exchanges[j].duplicate &&
			    mx->exchanges[i].preference == mx->exchanges[j].preference)
				return true;
		}
	}
	return false;
}

/* The order at equal preference, where one is shared. */
static void
say_draw(struct buf *out, const struct mail_facts *facts, const struct conduct *conduct)
{
	static const char *const orders[] = {
		[SENDER_ORDER_NAMES] = "a draw among exchanges",
		[SENDER_ORDER_POOLED] = "a draw among all addresses of the preference",
		[SENDER_ORDER_FLOATED] = "a draw among exchanges, then IPv6 moves forward",
		[SENDER_ORDER_BACKWARDS] =
		    "the first of the answer, then the others from its end",
	};

	if (has_ties(facts))
		buf_adds(out, orders[conduct->profile->order]);
}

/* True when an exchange has more than one address. */
static bool
has_choice(const struct mail_facts *facts)
{
	for (size_t i = 1; i < facts->target_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (facts->targets[i].exchange == facts->targets[j].exchange)
				return true;
		}
	}
	return false;
}

/* The order of a host's addresses, where one has several. */
static void
say_families(struct buf *out, const struct mail_facts *facts, const struct conduct *conduct)
{
	static const char *const orders[] = {
		[SENDER_IPV4_FIRST] = "IPv4 first, as the resolver gave them",
		[SENDER_IPV6_FIRST] = "IPv6 first, as the resolver gave them",
		[SENDER_IPV6_FIRST_DRAWN] = "IPv6 first, each family in a drawn order",
		[SENDER_IPV4_ONLY] = "IPv4 alone, as the resolver gave them",
	};

	if (!has_choice(facts))
		return;
	if (conduct->profile->order == SENDER_ORDER_POOLED)
		buf_adds(out, "whichever the draw brings");
	else
		buf_adds(out, orders[conduct->profile->families]);
}

/* True when the sender is among the exchanges. */
static bool
has_self(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		enum plan_standing standing = plan->rows[i].standing;

		if (standing == PLAN_SELF || standing == PLAN_LOOPBACK ||
		    standing == PLAN_LOCALHOST)
			return true;
	}
	return false;
}

/* By what the sender knows itself, where it is among the exchanges. */
static void
say_self(struct buf *out, const struct mail_facts *facts, const struct conduct *conduct)
{
	static const char *const selves[] = {
		[SENDER_SELF_SKIPPED] = "passes over its own addresses",
		[SENDER_SELF_BY_ADDRESS] = "knows its addresses, and drops what is not better",
		[SENDER_SELF_BY_IPV6] = "knows its addresses, and drops what is not better",
		[SENDER_SELF_BY_NAME] = "knows its names, and drops what is not better",
		[SENDER_SELF_UNNOTICED] = "notices nothing, and connects to itself",
	};

	(void)facts;
	if (has_self(&conduct->plan))
		buf_adds(out, selves[conduct->profile->self]);
}

/* True where a sender that follows DANE goes by TLSA records, or by their lookup that failed. */
static bool
has_dane(const struct mail_facts *facts, size_t exchange)
{
	enum dane_standing standing = dane_host_of(facts, exchange).standing;

	return standing == DANE_USABLE || standing == DANE_UNUSABLE || standing == DANE_ERROR;
}

/* True when the domain has a policy for TLS to speak of. */
static bool
has_policy(const struct mail_facts *facts)
{
	bool found = facts->sts.outcome == STS_VALID;

	for (size_t i = 0; i < facts->mx.count && !found; i++)
		found = has_dane(facts, i);
	return found;
}

/* Which policies the sender follows, where there is one. */
static void
say_policy(struct buf *out, const struct mail_facts *facts, const struct conduct *conduct)
{
	if (!has_policy(facts))
		return;
	if (conduct->profile->follows_dane && conduct->profile->follows_sts)
		buf_adds(out, "follows DANE and MTA-STS");
	else if (conduct->profile->follows_dane)
		buf_adds(out, "follows DANE");
	else
		buf_adds(out, "follows neither DANE nor MTA-STS, as it comes");
}

/* --- the comparison ------------------------------------------------------------------- */

typedef void say(
    struct buf *out, const struct mail_facts *facts, const struct conduct *conduct);

static say *const sayings[contrast_aspect_count] = {
	[CONTRAST_OUTCOME] = say_outcome,
	[CONTRAST_FIRST] = say_first,
	[CONTRAST_ATTEMPTS] = say_attempts,
	[CONTRAST_DRAW] = say_draw,
	[CONTRAST_FAMILIES] = say_families,
	[CONTRAST_SELF] = say_self,
	[CONTRAST_POLICY] = say_policy,
};

/* The group of this aspect with this text; a new one when there is none. */
static struct contrast_group *
find_group(
    struct contrast *contrast, size_t first, enum contrast_aspect aspect, const char *text)
{
	struct contrast_group *group;

	for (size_t i = first; i < contrast->count; i++) {
		if (strcmp(contrast->groups[i].text.data, text) == 0)
			return &contrast->groups[i];
	}
	contrast->groups = mem_grow(
	    contrast->groups, contrast->count, &contrast->capacity, sizeof *contrast->groups);
	group = &contrast->groups[contrast->count++];
	*group = (struct contrast_group){ .aspect = aspect };
	buf_adds(&group->text, text);
	return group;
}

/* Frees the groups from this one on. */
static void
drop_groups(struct contrast *contrast, size_t first)
{
	for (size_t i = first; i < contrast->count; i++) {
		buf_clear(&contrast->groups[i].senders);
		buf_clear(&contrast->groups[i].text);
	}
	contrast->count = first;
}

/* Puts the senders in groups by what they do in one aspect. */
static void
compare(struct contrast *contrast, const struct mail_facts *facts,
    const struct conduct conducts[sender_count], enum contrast_aspect aspect, enum sender own)
{
	size_t first = contrast->count;
	struct buf text = BUF_INIT;

	for (unsigned i = 0; i < sender_count; i++) {
		struct contrast_group *group;

		buf_truncate(&text, 0);
		buf_adds(&text, "");
		sayings[aspect](&text, facts, &conducts[i]);
		group = find_group(contrast, first, aspect, text.data);
		buf_addf(&group->senders, "%s%s", group->senders.length > 0 ? ", " : "",
		    conducts[i].profile->title);
		group->own = group->own || conducts[i].sender == own;
	}
	buf_clear(&text);
	if (contrast->count == first + 1)
		drop_groups(contrast, first);
}

void
contrast_make(struct contrast *contrast, const struct mail_facts *facts,
    const struct plan_settings *plan, const struct verdict_settings *verdict)
{
	struct conduct conducts[sender_count];
	const struct findings none = { .count = 0 };
	struct plan_settings settings = *plan;

	*contrast = (struct contrast){ .count = 0 };
	if (!facts->mx_known)
		return;
	for (unsigned i = 0; i < sender_count; i++) {
		settings.sender = (enum sender)i;
		conducts[i].sender = settings.sender;
		conducts[i].profile = sender_profile(settings.sender);
		plan_make(&conducts[i].plan, facts, &settings);
		verdict_make(&conducts[i].verdict, facts, &conducts[i].plan, &none, verdict);
	}
	for (unsigned i = 0; i < contrast_aspect_count; i++)
		compare(contrast, facts, conducts, (enum contrast_aspect)i, plan->sender);
	for (unsigned i = 0; i < sender_count; i++) {
		verdict_clear(&conducts[i].verdict);
		plan_clear(&conducts[i].plan);
	}
}

void
contrast_clear(struct contrast *contrast)
{
	drop_groups(contrast, 0);
	free(contrast->groups);
	*contrast = (struct contrast){ .count = 0 };
}

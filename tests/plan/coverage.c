/*
 * What the stories are about: every rule, and every cell of the table of sender profiles. A rule is
 * met where a check follows on a plan, a verdict, a walkthrough or an explanation that rests on
 * it; a cell (this sender, in this case) where what comes out is checked with that sender chosen.
 * The whole run fails when one is met by no story, so that no rule and no cell goes untold.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/explain.h"
#include "mail/judgement.h"
#include "mail/policy.h"
#include "mail/walk.h"

#include "story.h"

/* Habits of a sender that show in the plan, beside what it meets and how it ends. */
#define HABITS(X) \
	X(HABIT_TIES, "equal preferences") \
	X(HABIT_FAMILIES, "a host of both families") \
	X(HABIT_DUPLICATE, "an exchange listed twice") \
	X(HABIT_MANY, "more addresses than any cap") \
	X(HABIT_SELF, "itself among the exchanges") \
	X(HABIT_LITERAL, "an address as exchange") \
	X(HABIT_BACKUP, "a backup behind a primary that is down") \
	X(HABIT_DANE, "TLSA records that fail") \
	X(HABIT_STS, "an enforced MTA-STS policy that fails") \
	X(HABIT_CLEAR, "STARTTLS that is offered") \
	X(HABIT_DNS_TROUBLE, "an MX question that fails") \
	X(HABIT_ALIAS, "an alias at the domain") \
	X(HABIT_EXCHANGE_ALIAS, "an alias as exchange") \
	X(HABIT_IMPLICIT, "no MX record")

enum habit {
#define HABIT_MEMBER(member, words) member,
	HABITS(HABIT_MEMBER)
#undef HABIT_MEMBER
	habit_count
};

enum {
	MANY = 9
};

static const char *const habit_words[] = {
#define HABIT_WORDS(member, words) [member] = words,
	HABITS(HABIT_WORDS)
#undef HABIT_WORDS
};

static const char *const met_words[sender_met_count] = {
	[SENDER_MET_NO_CONNECTION] = "no connection",
	[SENDER_MET_GREETING_TEMPORARY] = "a 421 greeting",
	[SENDER_MET_GREETING_REFUSAL] = "a 554 greeting",
	[SENDER_MET_BROKEN] = "a connection that breaks",
	[SENDER_MET_HANDSHAKE] = "a handshake that breaks",
	[SENDER_MET_ENVELOPE_TEMPORARY] = "4yz to MAIL or RCPT",
	[SENDER_MET_ENVELOPE_LOST] = "a connection that breaks behind MAIL",
};

static const char *const end_words[sender_end_count] = {
	[SENDER_END_NULL] = "Null MX",
	[SENDER_END_NULL_PREFERENCE] = "a lone \".\" of another preference",
	[SENDER_END_NULL_MIXED] = "\".\" beside real exchanges",
	[SENDER_END_NO_DOMAIN] = "NXDOMAIN",
	[SENDER_END_NO_ADDRESS] = "neither MX nor address",
	[SENDER_END_FORMERR] = "FORMERR",
	[SENDER_END_REFUSED] = "REFUSED",
	[SENDER_END_NOTIMP] = "NOTIMP",
	[SENDER_END_UNUSABLE] = "no exchange that resolves",
	[SENDER_END_LOOP] = "only itself",
	[SENDER_END_LOOP_BEHIND] = "itself behind what cannot be looked up",
	[SENDER_END_ADDRESS_LITERAL] = "an address literal",
	[SENDER_END_GREETING_TEMPORARY] = "nothing but 421",
	[SENDER_END_GREETING_REFUSAL] = "nothing but 554",
	[SENDER_END_HANDSHAKE] = "nothing but handshakes that break",
};

/* What was met by any story. */
static struct {
	bool rules[rule_count];
	bool habits[sender_count][habit_count];
	bool met[sender_count][sender_met_count];
	bool ends[sender_count][sender_end_count];
} seen;

/* --- rules --------------------------------------------------------------------------- */

void
coverage_rule(const struct rule *rule)
{
	if (rule)
		seen.rules[rule - rule_of((enum rule_id)0)] = true;
}

/* Notes the rules of plan, verdict and walkthrough. */
static void
note_rules(const struct story *story)
{
	const struct walk_settings settings = {
		.plan = story->plan_settings, .verdict = story->verdict_settings, .port = 25
	};
	struct walk walk;

	for (size_t i = 0; i < story->plan.count; i++)
		coverage_rule(story->plan.rows[i].rule);
	coverage_rule(story->verdict.rule);
	walk_make(&walk, &story->imagined, &story->plan, &story->verdict, &settings);
	for (size_t i = 0; i < walk.count; i++)
		coverage_rule(walk.steps[i].rule);
	walk_clear(&walk);
}

/* --- cells: how it ends ------------------------------------------------------------------- */

/* How many rows came to each fate. */
struct fates {
	unsigned count[fate_count];
};

/* True when some row came to this fate, and none to one that is stronger. */
static bool
is_decided_by(const struct fates *fates, enum fate fate)
{
	for (unsigned i = 0; i < (unsigned)fate; i++) {
		if (fates->count[i] > 0)
			return false;
	}
	return fates->count[fate] > 0;
}

/* True when every attempt that failed met this. */
static bool
is_nothing_but(const struct story *story, const enum fate *fates, enum sender_met met)
{
	bool any = false;

	for (size_t i = 0; i < story->plan.count; i++) {
		const struct plan_row *row = &story->plan.rows[i];
		const struct smtp_facts *probe =
		    row->target == SIZE_MAX ? NULL : story->imagined.targets[row->target].probe;

		if (row->standing != PLAN_ATTEMPT || fates[i] >= FATE_NONE)
			continue;
		if (!probe || probe->outcome == SMTP_ACCEPTING ||
		    judgement_met(probe, sender_profile(story->plan.sender)) != met)
			return false;
		any = true;
	}
	return any;
}

/* Notes how the walk of this plan ended. */
static void
note_walked(const struct story *story, const enum fate *list, bool ends[sender_end_count])
{
	struct fates fates = { { 0 } };

	for (size_t i = 0; i < story->plan.count; i++) {
		if (list[i] < fate_count)
			fates.count[list[i]]++;
	}
	if (story->imagined.mx.null_mixed)
		ends[SENDER_END_NULL_MIXED] = true;
	if (is_decided_by(&fates, FATE_UNUSABLE))
		ends[SENDER_END_UNUSABLE] = true;
	if (is_decided_by(&fates, FATE_LOOP) && fates.count[FATE_DNS_TROUBLE] == 0)
		ends[SENDER_END_LOOP] = true;
	if (fates.count[FATE_LOOP] > 0 && is_decided_by(&fates, FATE_DNS_TROUBLE))
		ends[SENDER_END_LOOP_BEHIND] = true;
	if (is_nothing_but(story, list, SENDER_MET_GREETING_TEMPORARY))
		ends[SENDER_END_GREETING_TEMPORARY] = true;
	if (is_nothing_but(story, list, SENDER_MET_GREETING_REFUSAL))
		ends[SENDER_END_GREETING_REFUSAL] = true;
	if (is_nothing_but(story, list, SENDER_MET_HANDSHAKE))
		ends[SENDER_END_HANDSHAKE] = true;
}

/* Notes how a set ends that leaves nothing to walk. */
static void
note_unwalked(const struct mail_facts *facts, bool ends[sender_end_count])
{
	static const struct {
		enum dns_outcome outcome;
		enum sender_end end;
	} errors[] = {
		{ DNS_NXDOMAIN, SENDER_END_NO_DOMAIN },
		{ DNS_NODATA, SENDER_END_NO_ADDRESS },
		{ DNS_FORMERR, SENDER_END_FORMERR },
		{ DNS_REFUSED, SENDER_END_REFUSED },
		{ DNS_NOTIMP, SENDER_END_NOTIMP },
	};

	if (facts->mx.kind == MX_NULL)
		ends[facts->mx.null_preference ? SENDER_END_NULL_PREFERENCE : SENDER_END_NULL] =
		    true;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		if (facts->mx_result && facts->mx_result->outcome == errors[i].outcome &&
		    (facts->mx.kind == MX_NONE || facts->mx.kind == MX_ERROR))
			ends[errors[i].end] = true;
	}
}

/* --- cells: habits ---------------------------------------------------------------------------- */

/* Notes the shapes of the MX set. */
static void
note_set(const struct mail_facts *facts, bool habits[habit_count])
{
	for (size_t i = 0; i < facts->mx.count; i++) {
		const struct mx_exchange *exchange = &facts->mx.exchanges[i];
		const struct dns_result *a = facts->addresses[i].a;

		for (size_t j = 0; j < i; j++) {
			if (facts->mx.exchanges[j].preference == exchange->preference)
				habits[HABIT_TIES] = true;
		}
		if (exchange->duplicate)
			habits[HABIT_DUPLICATE] = true;
		if (exchange->form == EXCHANGE_LITERAL)
			habits[HABIT_LITERAL] = true;
		if (a && a->alias_count > 0 && facts->mx.kind == MX_EXPLICIT)
			habits[HABIT_EXCHANGE_ALIAS] = true;
	}
	if (facts->mx.kind == MX_IMPLICIT)
		habits[HABIT_IMPLICIT] = true;
	if (facts->mx_result && facts->mx_result->alias_count > 0)
		habits[HABIT_ALIAS] = true;
	if (facts->mx_known && facts->mx.kind == MX_ERROR)
		habits[HABIT_DNS_TROUBLE] = true;
}

/* True when the exchange has addresses of both families. */
static bool
has_both(const struct mail_facts *facts, size_t exchange)
{
	bool family[7] = { false };

	for (size_t i = 0; i < facts->target_count; i++) {
		if (facts->targets[i].exchange == exchange)
			family[facts->targets[i].ip.family] = true;
	}
	return family[4] && family[6];
}

/* Notes what the addresses show. */
static void
note_targets(const struct story *story, bool habits[habit_count])
{
	const struct mail_facts *facts = &story->imagined;

	if (facts->target_count >= MANY)
		habits[HABIT_MANY] = true;
	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];

		if (has_both(facts, target->exchange))
			habits[HABIT_FAMILIES] = true;
		if (vantage_is_target(&story->plan_settings.vantage, facts, i))
			habits[HABIT_SELF] = true;
		if (policy_dane(facts, i).answer == POLICY_FAILED)
			habits[HABIT_DANE] = true;
		if (facts->sts.outcome == STS_VALID && facts->sts.policy.mode == STS_ENFORCE &&
		    policy_sts(facts, i).answer == POLICY_FAILED)
			habits[HABIT_STS] = true;
		if (target->probe && target->probe->outcome == SMTP_ACCEPTING &&
		    target->probe->starttls == SMTP_STARTTLS_OK)
			habits[HABIT_CLEAR] = true;
	}
}

/* Notes what each attempt met. */
static void
note_rows(const struct story *story, const enum fate *fates)
{
	enum sender sender = story->plan.sender;

	for (size_t i = 0; i < story->plan.count; i++) {
		const struct plan_row *row = &story->plan.rows[i];
		const struct smtp_facts *probe =
		    row->target == SIZE_MAX ? NULL : story->imagined.targets[row->target].probe;

		if (row->standing != PLAN_ATTEMPT || fates[i] == fate_count || !probe ||
		    probe->outcome == SMTP_ACCEPTING || probe->outcome == SMTP_IN_PROGRESS)
			continue;
		seen.met[sender][judgement_met(probe, sender_profile(sender))] = true;
		for (size_t j = i + 1; j < story->plan.count; j++) {
			if (story->imagined.mx.exchanges[story->plan.rows[j].exchange]
				.preference >
			    story->imagined.mx.exchanges[row->exchange].preference)
				seen.habits[sender][HABIT_BACKUP] = true;
		}
	}
}

void
coverage_note(const struct story *story)
{
	enum sender sender = story->plan.sender;
	enum fate *fates;

	if (!story->facts.subject.ascii)
		return;
	note_rules(story);
	note_unwalked(&story->imagined, seen.ends[sender]);
	if (story->imagined.subject.literal.family)
		seen.ends[sender][SENDER_END_ADDRESS_LITERAL] = true;
	note_set(&story->imagined, seen.habits[sender]);
	note_targets(story, seen.habits[sender]);
	fates = judgement_fates(&story->imagined, &story->plan, &story->verdict_settings);
	note_walked(story, fates, seen.ends[sender]);
	note_rows(story, fates);
	free(fates);
}

/* --- the account ------------------------------------------------------------------------------- */

/* Tells of cells of one row that no story met. Returns how many there are. */
static unsigned
miss(const char *kind, const bool *cells, size_t stride, const char *words)
{
	unsigned missing = 0;

	for (unsigned i = 0; i < sender_count; i++) {
		if (cells[i * stride])
			continue;
		printf(
		    "plan: no story of %s %s: %s\n", sender_name((enum sender)i), kind, words);
		missing++;
	}
	return missing;
}

unsigned
coverage_tell(void)
{
	unsigned missing = 0,
		 cells = sender_count * (habit_count + sender_met_count + sender_end_count);

	/* Who asks the best exchanges alone never comes to stand behind one. */
	seen.ends[SENDER_PRIMARY_ONLY][SENDER_END_LOOP_BEHIND] = true;
	for (unsigned i = 0; i < rule_count; i++) {
		if (seen.rules[i])
			continue;
		printf("plan: no story rests on the rule %s\n", rule_of((enum rule_id)i)->id);
		missing++;
	}
	for (unsigned i = 0; i < habit_count; i++)
		missing += miss("with", &seen.habits[0][i], habit_count, habit_words[i]);
	for (unsigned i = 0; i < sender_met_count; i++)
		missing += miss("that meets", &seen.met[0][i], sender_met_count, met_words[i]);
	for (unsigned i = 0; i < sender_end_count; i++)
		missing +=
		    miss("that ends at", &seen.ends[0][i], sender_end_count, end_words[i]);
	printf("plan: %u rules, %u cells, %u of them in no story\n", (unsigned)rule_count,
	    cells, missing);
	return missing;
}

/* --- explanations ---------------------------------------------------------------------------------- */

void
check_explains(struct story *story)
{
	const struct explain_world world = { &story->imagined, &story->plan, &story->findings,
		&story->verdict };
	char *query = strdup(story->now->rest), *wanted = strstr(query, ": ");
	struct explanation explanation;
	bool found = false;

	if (wanted) {
		*wanted = '\0';
		wanted += 2;
	}
	explain_query(&explanation, query, &world);
	for (size_t i = 0; wanted && i < explanation.count; i++) {
		const struct explain_item *item = &explanation.items[i];

		found = found || strstr(item->text, wanted) != NULL;
	}
	story->checks++;
	if (!found)
		story_fail(story, "%s is not explained so; the first is\n    %s", query,
		    explanation.count > 0 ? explanation.items[0].text : "nothing");
	else
		coverage_rule(rule_find(query));
	explanation_clear(&explanation);
	free(query);
}

/*
 * What a story says must come out, and what must hold whatever comes out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"

#include "story.h"

/* Appends text with every run of blanks as one space and none at the ends; lines stay lines. */
static void
add_squeezed(struct buf *out, const char *text)
{
	bool blank = false;

	for (; *text; text++) {
		if (*text == ' ' || *text == '\t') {
			blank = true;
			continue;
		}
		if (blank && out->length > 0 && out->data[out->length - 1] != '\n' &&
		    *text != '\n')
			buf_addc(out, ' ');
		blank = false;
		buf_addc(out, *text);
	}
}

/* Appends one row as a story writes it. */
static void
add_row(struct buf *out, const struct story *story, const struct plan_row *row)
{
	const struct mx_exchange *exchange = &story->imagined.mx.exchanges[row->exchange];
	char ip[IP_TEXT_MAX];

	if (row->attempt)
		buf_addf(out, "%u", row->attempt);
	else
		buf_addc(out, '-');
	buf_addf(out, " %u %s", exchange->preference, exchange->text);
	if (row->target != SIZE_MAX)
		buf_addf(out, " %s", ip_text(&story->imagined.targets[row->target].ip, ip));
	if (row->standing != PLAN_ATTEMPT)
		buf_addf(out, " %s", plan_standing_name(row->standing));
	buf_addc(out, '\n');
}

void
check_rows(struct story *story)
{
	struct buf had = BUF_INIT, wanted = BUF_INIT;

	for (size_t i = 0; i < story->plan.count; i++)
		add_row(&had, story, &story->plan.rows[i]);
	add_squeezed(&wanted, story->now->block);
	story_expect(story, "plan", buf_text(&had), buf_text(&wanted));
	buf_clear(&had);
	buf_clear(&wanted);
}

/* Returns the row that the second word counts to, or NULL with a failure. */
static const struct plan_row *
read_row(struct story *story)
{
	const struct statement *now = story->now;
	long number;

	if (now->count > 1 && text_number(now->words[1], 1, (long)story->plan.count, &number))
		return &story->plan.rows[number - 1];
	story_fail(story, "there is no such row");
	return NULL;
}

/* The text behind the second word. */
static const char *
behind_second(const struct statement *statement)
{
	const char *rest = statement->rest + strcspn(statement->rest, " \t");

	return rest + strspn(rest, " \t");
}

void
check_because(struct story *story)
{
	const struct plan_row *row = read_row(story);

	if (row)
		story_expect_part(story, "reason", row->because, behind_second(story->now));
}

void
check_row_rule(struct story *story)
{
	const struct plan_row *row = read_row(story);

	if (row)
		story_expect(
		    story, "rule of the row", row->rule->id, behind_second(story->now));
}

void
check_order(struct story *story)
{
	struct buf had = BUF_INIT;

	for (size_t i = 0; i < story->plan.exchange_count; i++)
		buf_addf(&had, "%s%s", i ? " " : "",
		    story->imagined.mx.exchanges[story->plan.exchange_order[i]].text);
	story_expect(story, "order", buf_text(&had), story->now->rest);
	buf_clear(&had);
}

void
check_kind(struct story *story)
{
	story_expect(
	    story, "kind of MX set", mx_kind_name(story->imagined.mx.kind), story->now->rest);
}

void
check_verdict(struct story *story)
{
	struct buf had = BUF_INIT;

	buf_adds(&had, verdict_kind_name(story->verdict.kind));
	if (story->verdict.status[0])
		buf_addf(&had, " %s", story->verdict.status);
	story_expect(story, "verdict", buf_text(&had), story->now->rest);
	buf_clear(&had);
}

void
check_says(struct story *story)
{
	story_expect_part(story, "sentence", story->verdict.sentence, story->now->rest);
}

void
check_by(struct story *story)
{
	story_expect(story, "rule of the verdict",
	    story->verdict.rule ? story->verdict.rule->id : "none", story->now->rest);
}

void
check_at(struct story *story)
{
	const struct plan_row *row = read_row(story);

	if (row)
		story_expect(story, "row that decides",
		    row == story->plan.rows + story->verdict.row ? "this" : "another", "this");
}

void
check_findings(struct story *story)
{
	struct buf had = BUF_INIT;

	for (size_t i = 0; i < story->findings.count; i++)
		buf_addf(&had, "%s%s:%s", i ? " " : "",
		    finding_severity_name(story->findings.items[i].severity),
		    story->findings.items[i].id);
	if (story->findings.count == 0)
		buf_adds(&had, "none");
	story_expect(story, "list of findings", buf_text(&had), story->now->rest);
	buf_clear(&had);
}

void
check_finding(struct story *story)
{
	const struct statement *now = story->now;
	const char *text = strstr(now->rest, now->count > 2 ? now->words[2] : "");

	story->checks++;
	text += strcspn(text, " \t");
	text += strspn(text, " \t");
	for (size_t i = 0; now->count > 2 && i < story->findings.count; i++) {
		const struct finding *finding = &story->findings.items[i];

		if (strcmp(finding->id, now->words[1]) == 0 &&
		    strcmp(finding->subject, now->words[2]) == 0 && strstr(finding->text, text))
			return;
	}
	story_fail(story, "there is no such finding");
}

/* --- what must always hold ------------------------------------------------------- */

/* Fails unless the condition holds; such checks are not counted. */
static void
must(struct story *story, bool holds, const char *what)
{
	if (!holds)
		story_fail(story, "it must always hold that %s", what);
}

/* True for a text that may be shown as it is. */
static bool
is_shown(const char *text)
{
	return text && *text && text_is_printable(text, strlen(text));
}

/* True when a sender never tries another exchange between two addresses of one. */
static bool
keeps_together(const struct plan *plan)
{
	enum sender_order order = sender_profile(plan->sender)->order;

	return order == SENDER_ORDER_NAMES || order == SENDER_ORDER_BACKWARDS;
}

/* Rows are numbered without gaps, reasoned, and in the order of their exchanges. */
static void
check_row_invariants(struct story *story)
{
	const struct plan *plan = &story->plan;
	size_t attempts = 0, place = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];

		while (keeps_together(plan) && place < plan->exchange_count &&
		    plan->exchange_order[place] != row->exchange)
			place++;
		must(story, place < plan->exchange_count, "rows follow the order of exchanges");
		must(story, (row->attempt > 0) == (row->standing == PLAN_ATTEMPT),
		    "attempts are numbered, and nothing else is");
		must(story, row->waiting == (row->standing == PLAN_WAITING),
		    "waiting says the same as the standing");
		must(story, row->attempt == 0 || row->target != SIZE_MAX,
		    "an attempt has an address");
		attempts += row->attempt > 0;
		must(story, row->attempt == 0 || row->attempt == attempts,
		    "attempts are numbered in order");
		must(story, row->rule && is_shown(row->because), "every row has its reason");
	}
	must(story, plan->attempts == attempts, "all attempts are counted");
	must(story, plan->count == 0 || plan->exchange_count == story->imagined.mx.count,
	    "every exchange has its place");
}

/* The class of status that goes with a verdict; pending has none. */
static const char classes[] = {
	[VERDICT_DELIVER] = '2',
	[VERDICT_WARN] = '2',
	[VERDICT_INCONCLUSIVE] = '4',
	[VERDICT_BOUNCE] = '5',
	[VERDICT_REFUSE] = '4',
	[VERDICT_PENDING] = '\0',
};

/* The verdict has a sentence, and code and rule that fit. */
static void
check_verdict_invariants(struct story *story)
{
	const struct verdict *verdict = &story->verdict;
	size_t n = verdict->sentence ? strlen(verdict->sentence) : 0;
	bool pending = verdict->kind == VERDICT_PENDING;

	must(story, is_shown(verdict->sentence), "the verdict has a sentence");
	must(story, n > 0 && verdict->sentence[n - 1] == '.',
	    "the sentence ends in a full stop");
	must(story, verdict->status[0] == classes[verdict->kind], "the code fits the verdict");
	must(story, pending || verdict->rule, "a rule decides");
	must(story, !pending || !story->verdict_settings.settled,
	    "nothing is pending once all is settled");
	must(story, verdict->row == SIZE_MAX || verdict->row < story->plan.count,
	    "the row that decides is one of the plan's");
}

/* Findings come worst first, are about something, and spoil a clean delivery. */
static void
check_finding_invariants(struct story *story)
{
	const struct findings *findings = &story->findings;
	size_t bad =
	    findings_count(findings, FINDING_ERROR) + findings_count(findings, FINDING_WARNING);

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		must(story, is_shown(finding->subject) && is_shown(finding->text),
		    "a finding has subject and text");
		must(story, i == 0 || findings->items[i - 1].severity <= finding->severity,
		    "findings come worst first");
	}
	must(story, bad == 0 || story->verdict.kind != VERDICT_DELIVER,
	    "a delivery with warnings says so");
}

void
check_invariants(struct story *story)
{
	check_row_invariants(story);
	check_verdict_invariants(story);
	check_finding_invariants(story);
}

/*
 * What a story pretends. Everything is judged by imagined facts; while nothing is pretended, plan,
 * verdict and findings must be those of the facts as seen.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

#include "story.h"

/* --- statements ------------------------------------------------------------------- */

/* Carries out "what-if WORDS", which begin at this word: NULL, or why nothing changed. */
static char *
pretend(struct story *story, size_t at)
{
	const struct statement *now = story->now;

	if (now->count == at + 1 && strcmp(now->words[at], "clear") == 0) {
		story->what_if = (struct what_if){ .mx = { .edited = false } };
		return NULL;
	}
	return pretences_add(&story->what_if.pretences, &story->facts, now->words[at],
	    now->count > at + 1 ? now->words[at + 1] : "");
}

/* Carries out "mx WORDS", which begin at this word: NULL, or why nothing changed. */
static char *
edit(struct story *story, size_t at)
{
	const struct statement *now = story->now;
	struct mx_draft *mx = &story->what_if.mx;
	const char *first = now->count > at + 1 ? now->words[at + 1] : "";
	const char *second = now->count > at + 2 ? now->words[at + 2] : "";

	if (strcmp(now->words[at], "add") == 0)
		return mx_draft_add(mx, &story->facts, first, second);
	if (strcmp(now->words[at], "remove") == 0)
		return mx_draft_remove(mx, &story->facts, first);
	return mx_draft_prefer(mx, &story->facts, first, second);
}

/* Fails when there is a sentence that says why nothing changed. */
static void
must_be_taken(struct story *story, char *sentence)
{
	if (sentence)
		story_fail(story, "%s", sentence);
	free(sentence);
}

void
pretend_what_if(struct story *story)
{
	must_be_taken(story, pretend(story, 1));
}

/* Keeps what is known of the hosts that are new, and lets the zone answer for the others. */
static void
learn_spare(struct story *story)
{
	struct mail_facts spare;

	imagine_spare(&spare, &story->facts, story->spare.mx_known ? &story->spare : NULL,
	    &story->what_if);
	mail_facts_clear(&story->spare);
	story->spare = spare;
	world_answer_all(story, &story->spare);
}

void
pretend_mx(struct story *story)
{
	must_be_taken(story, edit(story, 1));
	learn_spare(story);
}

void
pretend_refused(struct story *story)
{
	const struct what_if before = story->what_if;
	const char *wanted = strstr(story->now->rest, ": ");
	struct statement cut = *story->now;
	const struct statement *now = story->now;
	char *sentence;

	for (size_t i = 0; i < cut.count; i++) {
		size_t n = strlen(cut.words[i]);

		if (n == 0 || cut.words[i][n - 1] != ':')
			continue;
		cut.words[i][n - 1] = '\0';
		cut.count = i + 1;
	}
	story->now = &cut;
	sentence = strcmp(cut.words[1], "mx") == 0 ? edit(story, 2) : pretend(story, 2);
	story->now = now;
	if (!sentence || !wanted)
		story_fail(story, "it was taken, or nothing is expected");
	else
		story_expect_part(story, "sentence", sentence, wanted + 2);
	story_expect(story, "state",
	    memcmp(&before, &story->what_if, sizeof before) == 0 ? "unchanged" : "changed",
	    "unchanged");
	free(sentence);
}

void
check_zone_text(struct story *story)
{
	struct buf text = BUF_INIT;

	mx_draft_zone(&text, &story->what_if.mx, &story->facts);
	story_expect(story, "zone text", buf_text(&text), story->now->block);
	buf_clear(&text);
}

void
check_pretends(struct story *story)
{
	struct buf text = BUF_INIT;

	what_if_write(&text, &story->what_if, &story->facts);
	story_expect(story, "pretence", buf_text(&text), story->now->rest);
	buf_clear(&text);
}

/* --- what must always hold ------------------------------------------------------------- */

/* Appends all that is made of these facts, as text. */
static void
write_judgement(struct story *story, const struct mail_facts *facts, struct buf *out)
{
	struct plan plan;
	struct findings findings;
	struct verdict verdict;
	char ip[IP_TEXT_MAX];

	plan_make(&plan, facts, &story->plan_settings);
	findings_make(&findings, facts, &plan, &story->finding_settings);
	verdict_make(&verdict, facts, &plan, &findings, &story->verdict_settings);
	for (size_t i = 0; i < plan.count; i++)
		buf_addf(out, "%u %s %s %s\n", plan.rows[i].attempt,
		    facts->mx.exchanges[plan.rows[i].exchange].text,
		    plan.rows[i].target == SIZE_MAX
			? "-"
			: ip_text(&facts->targets[plan.rows[i].target].ip, ip),
		    plan.rows[i].because);
	for (size_t i = 0; i < findings.count; i++)
		buf_addf(out, "%s %s\n", findings.items[i].id, findings.items[i].text);
	buf_addf(out, "%s %s\n", verdict.status, verdict.sentence);
	verdict_clear(&verdict);
	findings_clear(&findings);
	plan_clear(&plan);
}

/* Pretending nothing changes nothing: whatever facts there are, imagine.c takes them all over. */
static void
check_nothing_is_lost(struct story *story)
{
	struct buf seen = BUF_INIT, imagined = BUF_INIT;

	write_judgement(story, &story->facts, &seen);
	write_judgement(story, &story->imagined, &imagined);
	if (strcmp(buf_text(&seen), buf_text(&imagined)) != 0)
		story_fail(story,
		    "it must always hold that pretending nothing changes nothing: from\n%sit "
		    "comes to\n%s",
		    buf_text(&seen), buf_text(&imagined));
	buf_clear(&seen);
	buf_clear(&imagined);
}

void
pretend_imagine(struct story *story)
{
	mail_facts_clear(&story->imagined);
	imagine_facts(&story->imagined, &story->facts,
	    story->spare.mx_known ? &story->spare : NULL, &story->what_if);
	if (!what_if_any(&story->what_if))
		check_nothing_is_lost(story);
}

void
pretend_forget(struct story *story)
{
	mail_facts_clear(&story->imagined);
	mail_facts_clear(&story->spare);
}

/*
 * How a walkthrough ends: delivered, kept with the times of the next tries, returned with the
 * report that the author gets (RFC 3464 2.3), or still open. Verdict and code are verdict.c's,
 * the retry times retry.c's.
 */
#include "util/text.h"

#include "mail/retry.h"
#include "mail/walk_parts.h"

enum {
	TRIES_TOLD = 6,
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400,
};

/* How each verdict is told. */
static const struct {
	enum walk_mark mark;
	const char *lead;
} ends[] = {
	[VERDICT_DELIVER] = { WALK_DONE, "Delivered." },
	[VERDICT_WARN] = { WALK_DONE, "Delivered." },
	[VERDICT_INCONCLUSIVE] = { WALK_UNDECIDED, "Kept." },
	[VERDICT_BOUNCE] = { WALK_FAILED, "Returned." },
	[VERDICT_REFUSE] = { WALK_FAILED, "Kept." },
	[VERDICT_PENDING] = { WALK_UNDER_WAY, "So far:" },
};

/* Appends a time in its largest units: "1 h 20 min". */
static void
add_span(struct buf *out, int64_t seconds)
{
	if (seconds >= 2 * (int64_t)DAY && seconds % DAY == 0)
		buf_addf(out, "%lld days", (long long)(seconds / DAY));
	else if (seconds >= HOUR && seconds % HOUR / MINUTE == 0)
		buf_addf(out, "%lld h", (long long)(seconds / HOUR));
	else if (seconds >= HOUR)
		buf_addf(out, "%lld h %lld min", (long long)(seconds / HOUR),
		    (long long)(seconds % HOUR / MINUTE));
	else if (seconds % MINUTE == 0)
		buf_addf(out, "%lld min", (long long)(seconds / MINUTE));
	else
		buf_addf(out, "%lld min %lld s", (long long)(seconds / MINUTE),
		    (long long)(seconds % MINUTE));
}

/* When the sender tries again, and when it gives up. */
static void
add_retries(struct walker *w, struct buf *out)
{
	enum sender sender = w->plan->sender;
	const struct retry_profile *retry = retry_profile(sender);
	int64_t age = 0, waited = 0, next;

	buf_adds(out, " Tried again after ");
	for (unsigned i = 0; i < TRIES_TOLD; i++) {
		next = retry_next(sender, age, waited);
		if (next < 0)
			break;
		buf_adds(out, i > 0 ? ", " : "");
		add_span(out, next);
		waited = next - age;
		age = next;
	}
	buf_adds(out, " ...; returned after ");
	add_span(out, retry->gives_up);
	buf_addc(out, '.');
}

/* The probe that decided, or NULL. */
static const struct smtp_facts *
deciding_probe(const struct walker *w)
{
	const struct plan_row *row;

	if (w->verdict->row >= w->plan->count)
		return NULL;
	row = &w->plan->rows[w->verdict->row];
	return row->target == SIZE_MAX ? NULL : w->facts->targets[row->target].probe;
}

/* The fields of the report that the author gets: what every sender writes in its own words. */
static void
add_report(struct walker *w, struct buf *out, const char *action)
{
	const struct smtp_facts *probe = deciding_probe(w);
	const struct mail_subject *subject = &w->facts->subject;
	char enhanced[16];

	buf_addf(out, "Final-Recipient: rfc822; %s@%s\n",
	    subject->local_part ? subject->local_part : "user", subject->ascii);
	buf_addf(out, "Action: %s\nStatus: %s\n", action, w->verdict->status);
	if (!probe)
		return;
	buf_addf(out, "Remote-MTA: dns; %s\n",
	    w->facts->mx.exchanges[w->plan->rows[w->verdict->row].exchange].text);
	if (probe->code < 400)
		return;
	buf_addf(out, "Diagnostic-Code: smtp; %d", probe->code);
	if (probe->enhanced.class)
		buf_addf(out, " %s", smtp_enhanced_text(probe->enhanced, enhanced));
	if (probe->reply_text)
		buf_addf(out, " %s", probe->reply_text);
	buf_addc(out, '\n');
}

/* What is said of a message that was kept: when it is tried again, and the report of a delay. */
static void
tell_kept(struct walker *w, struct walk_step *step)
{
	const struct retry_profile *retry = retry_profile(w->plan->sender);

	add_retries(w, &step->sentence);
	add_report(w, &step->report, "delayed");
	if (retry->warns > 0) {
		buf_adds(&step->not_taken, "Its author hears of the delay after ");
		add_span(&step->not_taken, retry->warns);
		buf_adds(&step->not_taken, ".");
	} else {
		buf_adds(&step->not_taken,
		    "Its author hears nothing before it is returned, as this sender comes.");
	}
}

/* Where the sentence of the verdict is from. */
static enum walk_source
source_of_end(const struct walker *w)
{
	if (w->facts->imagined)
		return WALK_PRETENDED;
	return w->verdict->probed ? WALK_PROBED : WALK_DNS;
}

void
walk_end(struct walker *w)
{
	const struct verdict *verdict = w->verdict;
	struct walk_step *step =
	    walk_add(w, ends[verdict->kind].mark, source_of_end(w), RULE_RETRY);

	step->rule = verdict->rule;
	step->row = verdict->row < w->plan->count ? verdict->row : SIZE_MAX;
	buf_addf(&step->sentence, "%s %s", ends[verdict->kind].lead, verdict->sentence);
	if (w->facts->mx_known && w->facts->mx.kind == MX_NULL &&
	    verdict->kind == VERDICT_BOUNCE)
		step->mark = WALK_REFUSED;
	if (verdict->kind == VERDICT_INCONCLUSIVE || verdict->kind == VERDICT_REFUSE)
		tell_kept(w, step);
	else if (verdict->kind == VERDICT_BOUNCE)
		add_report(w, &step->report, "failed");
}

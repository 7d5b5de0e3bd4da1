/*
 * How a walkthrough ends: delivered, kept with the times of the next tries, returned with the
 * report that the author gets (RFC 3464 2.3), or still open. Verdict and code are verdict.c's,
 * the retry times retry.c's.
 */
#include <string.h>

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
	if (retry->warns > 0) {
		buf_adds(out, ". Its author hears of the delay after ");
		add_span(out, retry->warns);
		buf_addc(out, '.');
	} else {
		buf_adds(out, ". Its author hears nothing before that.");
	}
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

/* True when the server of the row that decided was spoken to: it then stands in the report. */
static bool
was_spoken_to(const struct walker *w, const struct smtp_facts *probe)
{
	const struct plan_row *row = &w->plan->rows[w->verdict->row];

	if (row->standing != PLAN_ATTEMPT || probe->outcome == SMTP_SKIPPED ||
	    (probe->outcome != SMTP_ACCEPTING && probe->stage == SMTP_STAGE_CONNECT))
		return false;
	return !walk_is_out(w, row);
}

/*
 * The fields of the report that the author gets: what every sender writes in its own words. The
 * remote server stands there only where one was spoken to (RFC 3464 2.3.5).
 */
static void
add_report(struct walker *w, struct buf *out, const char *action)
{
	const struct smtp_facts *probe = deciding_probe(w);
	const struct mail_subject *subject = &w->facts->subject;
	char enhanced[16];

	buf_addf(out, "Final-Recipient: rfc822; %s@%s\n",
	    subject->local_part ? subject->local_part : "user", subject->ascii);
	buf_addf(out, "Action: %s\nStatus: %s\n", action, w->verdict->status);
	if (!probe || !was_spoken_to(w, probe))
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

/*
 * What is said of a message that was kept: when it is tried again, and the report that comes of
 * it, of the delay or, from a sender that does not warn, of its end.
 */
static void
tell_kept(struct walker *w, struct walk_step *step)
{
	add_retries(w, &step->sentence);
	add_report(
	    w, &step->report, retry_profile(w->plan->sender)->warns > 0 ? "delayed" : "failed");
}

/* True when nothing can be said of a sender: nobody looked, or this network is in the way. */
static bool
is_open(const struct walker *w)
{
	const struct smtp_facts *probe = deciding_probe(w);

	if (w->verdict->kind != VERDICT_INCONCLUSIVE)
		return false;
	return strcmp(w->verdict->status, "4.0.0") == 0 ||
	    (probe &&
		(probe->doubt == SMTP_DOUBT_PORT_FILTERED ||
		    probe->doubt == SMTP_DOUBT_LISTED || probe->doubt == SMTP_DOUBT_STRANGER));
}

/* What other senders make of such an end, where they part ways. */
static void
tell_others(struct walker *w, struct walk_step *step)
{
	static const struct {
		enum rule_id rule;
		enum sender_end end;
	} ends_of[] = {
		{ RULE_MX_NONE_USABLE, SENDER_END_UNUSABLE },
		{ RULE_MX_HOST, SENDER_END_NO_ADDRESS },
		{ RULE_LOOP, SENDER_END_LOOP },
		{ RULE_GREETING_REFUSAL, SENDER_END_GREETING_REFUSAL },
		{ RULE_STARTTLS_FAILED, SENDER_END_HANDSHAKE },
	};

	for (size_t i = 0; i < sizeof ends_of / sizeof *ends_of; i++) {
		if (w->verdict->rule == rule_of(ends_of[i].rule))
			walk_others_end(&step->others, w->plan->sender, ends_of[i].end);
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

/* True when the message waits for its next try: a frozen one waits for a person. */
static bool
is_kept(const struct verdict *verdict)
{
	return !verdict->frozen &&
	    (verdict->kind == VERDICT_INCONCLUSIVE || verdict->kind == VERDICT_REFUSE);
}

void
walk_end(struct walker *w)
{
	const struct verdict *verdict = w->verdict;
	const char *lead = is_open(w) ? "Undecided." : ends[verdict->kind].lead;
	struct walk_step *step =
	    walk_add(w, ends[verdict->kind].mark, source_of_end(w), RULE_RETRY);

	step->rule = verdict->rule;
	step->row = verdict->row < w->plan->count ? verdict->row : SIZE_MAX;
	buf_addf(&step->sentence, "%s %s", lead, verdict->sentence);
	if (w->facts->mx_known && w->facts->mx.kind == MX_NULL &&
	    verdict->kind == VERDICT_BOUNCE)
		step->mark = WALK_REFUSED;
	if (is_open(w))
		return;
	if (is_kept(verdict))
		tell_kept(w, step);
	else if (verdict->kind == VERDICT_BOUNCE)
		add_report(w, &step->report, "failed");
	if (verdict->kind == VERDICT_INCONCLUSIVE || verdict->kind == VERDICT_BOUNCE)
		tell_others(w, step);
}

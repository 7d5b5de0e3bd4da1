/*
 * One name as one line for a monitoring system: a word, the sentence, and behind a bar the numbers that a
 * graph is drawn of. The exit status stays the report's own (contract.md section 1); the word is
 * the one that a plugin would say: what is not decided is UNKNOWN, what loses mail is CRITICAL.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"

#include "cli/report.h"

/* The words of monitoring plugins for a verdict. */
static const char *const words[] = {
	[VERDICT_DELIVER] = "OK",
	[VERDICT_WARN] = "WARNING",
	[VERDICT_INCONCLUSIVE] = "UNKNOWN",
	[VERDICT_BOUNCE] = "CRITICAL",
	[VERDICT_REFUSE] = "CRITICAL",
	[VERDICT_PENDING] = "UNKNOWN",
};

/* Appends a text without the bar, behind which a monitoring system would read numbers. */
static void
add_words(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		buf_addc(out, *text == '|' ? '/' : *text);
}

/* Appends an age or a time as seconds with three decimals. */
static void
add_seconds(struct buf *out, const char *label, int64_t us)
{
	buf_addf(out, " %s=%lld.%03llds;;;0", label, (long long)(us / SPAN_SECOND),
	    (long long)(us % SPAN_SECOND / SPAN_MS));
}

/* The number of addresses that take mail now, and the smallest time that one of them took to its greeting. */
static size_t
count_accepting(const struct mail_facts *facts, int64_t *fastest_us)
{
	size_t count = 0;

	*fastest_us = -1;
	for (size_t i = 0; i < facts->target_count; i++) {
		const struct smtp_facts *probe = facts->targets[i].probe;

		if (probe == NULL || probe->outcome != SMTP_ACCEPTING)
			continue;
		count++;
		if (*fastest_us < 0 || probe->stage_us[SMTP_STAGE_GREETING] < *fastest_us)
			*fastest_us = probe->stage_us[SMTP_STAGE_GREETING];
	}
	return count;
}

/* Seconds until the first certificate of the domain's servers expires; false when none was seen. */
static bool
first_expiry(const struct mail_facts *facts, int64_t now, int64_t *seconds)
{
	bool seen = false;

	for (size_t i = 0; i < facts->target_count; i++) {
		const struct smtp_facts *probe = facts->targets[i].probe;

		if (probe == NULL || !probe->tls.present)
			continue;
		if (!seen || tls_facts_leaf(&probe->tls)->not_after - now < *seconds)
			*seconds = tls_facts_leaf(&probe->tls)->not_after - now;
		seen = true;
	}
	return seen;
}

/* Appends what a graph is drawn of: 'label'=value[unit];warn;crit;min. */
static void
add_numbers(struct buf *out, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	int64_t fastest, expiry = 0,
			 ended = inquiry->ended_us != 0 ? inquiry->ended_us : subject->now_us;
	size_t accepting = count_accepting(&inquiry->facts, &fastest);

	buf_adds(out, " |");
	add_seconds(out, "time", ended - inquiry->asked_us);
	buf_addf(out, " exchanges=%zu;;;0 addresses=%zu;;;0 accepting=%zu;;;0",
	    inquiry->facts.mx.count, inquiry->facts.target_count, accepting);
	buf_addf(out, " errors=%zu;;;0 warnings=%zu;;;0",
	    findings_count(&inquiry->findings, FINDING_ERROR),
	    findings_count(&inquiry->findings, FINDING_WARNING));
	if (fastest >= 0)
		add_seconds(out, "greeting", fastest);
	if (first_expiry(&inquiry->facts, inquiry->asked_time, &expiry))
		buf_addf(out, " certificate=%llds", (long long)expiry);
}

void
report_brief(struct buf *out, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	enum verdict_kind kind = subject->fault != NULL ? VERDICT_BOUNCE : VERDICT_PENDING;
	const char *sentence = subject->fault != NULL ? subject->fault : "not finished";
	const struct diff *diff = subject->differences;
	const char *word;
	struct buf line = BUF_INIT;
	char *masked;

	if (inquiry != NULL && subject->finished && inquiry->verdict.kind != VERDICT_PENDING) {
		kind = inquiry->verdict.kind;
		sentence = inquiry->verdict.sentence;
	}
	word = diff == NULL ? words[kind] : diff->meanings > 0 ? "CRITICAL" : "OK";
	buf_addf(&line, "MX %s - %s: ", word, subject->name);
	if (diff != NULL && diff->meanings > 0)
		buf_addf(&line, "changed (%zu): %s. ", diff->meanings, diff->changes[0].text);
	else if (diff != NULL)
		buf_adds(&line, "as expected. ");
	buf_adds(&line, sentence);
	masked = redact_copy(subject->redactor, buf_text(&line));
	add_words(out, masked);
	if (inquiry != NULL)
		add_numbers(out, subject);
	buf_addc(out, '\n');
	buf_clear(&line);
	free(masked);
}

/*
 * One name as Markdown for a ticket, a mail or a wiki (CommonMark, and tables as GitHub and GitLab have
 * them): heading, sentence, attempts as a table, findings as a list. Whatever a stranger said is
 * escaped, so that it shows as it is and formats nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"

#include "app/report_policy.h"
#include "cli/report.h"

/* --- text ----------------------------------------------------------------------------- */

/* Appends a text with everything escaped that Markdown or HTML would take for its own (CommonMark 2.4, 6). */
static void
add_escaped(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\`*_{}[]<>()#!|&~$\"", *text) != NULL)
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
}

/* Appends a text masked and escaped. */
static void
add_text(struct buf *out, const struct report_subject *subject, const char *text)
{
	char *masked = redact_copy(subject->redactor, text);

	add_escaped(out, masked);
	free(masked);
}

/* --- attempts --------------------------------------------------------------------------- */

/* Appends how far the dialogue came, as words of one cell. */
static void
add_outcome(struct buf *out, const struct smtp_facts *probe)
{
	buf_adds(out, smtp_outcome_name(probe->outcome));
	if (probe->outcome == SMTP_DEFERRING || probe->outcome == SMTP_REJECTING)
		buf_addf(out, " %d", probe->code);
	else if (probe->outcome != SMTP_ACCEPTING && probe->outcome != SMTP_SKIPPED)
		buf_addf(out, " at %s", smtp_stage_name(probe->stage));
}

/* Appends what came of TLS, as words of one cell. */
static void
add_tls(struct buf *out, const struct smtp_facts *probe)
{
	const struct tls_facts *tls = &probe->tls;

	if (probe->starttls == SMTP_STARTTLS_NOT_TRIED)
		buf_addc(out, '-');
	else if (probe->starttls != SMTP_STARTTLS_OK)
		buf_addf(out, "STARTTLS %s", smtp_starttls_name(probe->starttls));
	else
		buf_addf(out, "%s, chain %s, name %s", tls->version, tls_chain_name(tls->chain),
		    tls->name_matches ? "matches" : "does not match");
}

/* Appends the three cells about a probe. */
static void
add_probe_cells(struct buf *out, const struct mail_facts *facts, size_t target)
{
	const struct smtp_facts *probe = facts->targets[target].probe;
	char time[SPAN_TEXT_MAX];

	if (probe == NULL) {
		buf_adds(out, " not probed | - | - |");
		return;
	}
	buf_addc(out, ' ');
	add_outcome(out, probe);
	buf_adds(out, " | ");
	add_tls(out, probe);
	report_policy_words(out, facts, target);
	if (probe->ended_us > probe->started_us && probe->outcome != SMTP_SKIPPED)
		buf_addf(out, " | %s ms |", span_ms(probe->ended_us - probe->started_us, time));
	else
		buf_adds(out, " | - |");
}

/* Appends one row of the table. */
static void
add_row(struct buf *out, const struct report_subject *subject, const struct plan_row *row)
{
	const struct mail_facts *facts = &subject->inquiry->facts;
	const struct mx_exchange *exchange = &facts->mx.exchanges[row->exchange];
	const struct mail_target *target =
	    row->target == SIZE_MAX ? NULL : &facts->targets[row->target];
	char ip[IP_TEXT_MAX];

	if (row->attempt > 0)
		buf_addf(out, "| %u |", row->attempt);
	else
		buf_adds(out, "| - |");
	buf_addf(out, " %u | ", (unsigned)exchange->preference);
	add_text(out, subject, exchange->text);
	buf_adds(out, " | ");
	add_text(out, subject, target == NULL ? "-" : ip_text(&target->ip, ip));
	buf_adds(out, " |");
	if (target != NULL && row->attempt > 0) {
		add_probe_cells(out, facts, row->target);
	} else {
		buf_adds(out, " left out: ");
		add_text(out, subject, row->because);
		buf_adds(out, " | - | - |");
	}
	buf_addc(out, '\n');
}

static void
add_attempts(struct buf *out, const struct report_subject *subject)
{
	const struct plan *plan = &subject->inquiry->plan;

	if (plan->count == 0)
		return;
	buf_adds(out,
	    "| try | pref | exchange | address | probe | TLS | time |\n"
	    "|---:|---:|---|---|---|---|---:|\n");
	for (size_t i = 0; i < plan->count; i++)
		add_row(out, subject, &plan->rows[i]);
	buf_addc(out, '\n');
}

/* --- the rest ----------------------------------------------------------------------------- */

static void
add_findings(struct buf *out, const struct report_subject *subject)
{
	const struct findings *findings = &subject->inquiry->findings;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		buf_addf(out, "- **%s** `%s`: ", finding_severity_name(finding->severity),
		    finding->id);
		add_text(out, subject, finding->text);
		if (finding->rule != NULL)
			buf_addf(out, " (%s)", finding->rule);
		if (finding->fix != NULL) {
			buf_adds(out, ". ");
			add_text(out, subject, finding->fix);
		}
		buf_addc(out, '\n');
	}
	if (findings->count > 0)
		buf_addc(out, '\n');
}

/* Appends where the facts come from: how the MX was asked for, when, and for which sender. */
static void
add_source(struct buf *out, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	const struct dns_result *result = inquiry->facts.mx_result;
	char server[ENDPOINT_TEXT_MAX], time[SPAN_TEXT_MAX];

	if (result != NULL) {
		buf_addf(out, "MX: %s, %s, DNSSEC %s", mx_kind_name(inquiry->facts.mx.kind),
		    dns_outcome_name(result->outcome), dns_security_name(result->dnssec));
		if (dns_result_is_final(result))
			buf_addf(out, ", TTL %u", (unsigned)result->ttl);
		if (result->server.ip.family != 0) {
			buf_adds(out, ", asked ");
			add_text(out, subject, endpoint_text(&result->server, server));
		}
		buf_adds(out, ". ");
	}
	buf_addf(out, "Sender %s, %s.\n\n", sender_name(inquiry->plan.sender),
	    span_rfc3339(inquiry->asked_time, time));
}

static void
add_inquiry(struct buf *out, const struct report_subject *subject)
{
	const struct verdict *verdict = &subject->inquiry->verdict;
	bool open = !subject->finished || verdict->kind == VERDICT_PENDING;

	buf_addf(out, ": %s", open ? "not finished" : verdict_kind_help(verdict->kind));
	if (!open && verdict->status[0] != '\0')
		buf_addf(out, " (%s)", verdict->status);
	buf_adds(out, "\n\n");
	add_text(out, subject, verdict->sentence);
	buf_adds(out, "\n\n");
	add_source(out, subject);
	add_attempts(out, subject);
	add_findings(out, subject);
}

/* Appends what is not as it was expected. */
static void
add_differences(struct buf *out, const struct report_subject *subject)
{
	const struct diff *diff = subject->differences;

	buf_adds(out, diff->meanings == 0 ? "As expected.\n\n" : "Changed:\n\n");
	for (size_t i = 0; i < diff->meanings; i++) {
		buf_adds(out, "- ");
		add_text(out, subject, diff->changes[i].text);
		buf_addc(out, '\n');
	}
	if (diff->meanings > 0)
		buf_addc(out, '\n');
}

void
report_markdown(struct buf *out, const struct report_subject *subject)
{
	buf_adds(out, "## ");
	add_text(out, subject, subject->name);
	if (subject->inquiry != NULL) {
		add_inquiry(out, subject);
	} else if (subject->fault != NULL) {
		buf_addf(out, ": %s (5.1.3)\n\n", verdict_kind_help(VERDICT_BOUNCE));
		add_text(out, subject, subject->fault);
		buf_adds(out, "\n\n");
	} else {
		buf_adds(out, ": not finished\n\n");
	}
	if (subject->differences != NULL)
		add_differences(out, subject);
}

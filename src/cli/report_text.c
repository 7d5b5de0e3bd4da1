/*
 * One name as text for people and tickets: the verdict first, then the attempts in delivery order, then the
 * findings. At most 72 columns; no line drawing, nothing told by colour.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "cli/report.h"

enum {
	WIDTH = 72
};

#define INDENT "             " /* below an exchange's name */

/* The words of a verdict, as a reader says them. */
static const char *const headings[] = {
	[VERDICT_DELIVER] = "mail is delivered",
	[VERDICT_WARN] = "mail is delivered, with warnings",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_BOUNCE] = "mail bounces",
	[VERDICT_REFUSE] = "a policy refuses delivery",
	[VERDICT_PENDING] = "not finished",
};

/* Appends a paragraph, broken at blanks: the first line begins with lead, the others are indented. */
static void
add_paragraph(struct buf *out, const char *lead, size_t indent, const char *text)
{
	size_t column = text_width(lead);
	bool first = true;

	buf_adds(out, lead);
	while (*text != '\0') {
		size_t n = strcspn(text, " ");
		char *word = mem_strndup(text, n);
		size_t width = text_width(word);

		if (!first && column + 1 + width > WIDTH) {
			buf_addc(out, '\n');
			buf_fill(out, ' ', indent);
			column = indent;
		} else if (!first) {
			buf_addc(out, ' ');
			column++;
		}
		buf_adds(out, word);
		free(word);
		column += width;
		first = false;
		text += n;
		text += strspn(text, " ");
	}
	buf_addc(out, '\n');
}

/* --- attempts ---------------------------------------------------------------------------- */

/* Appends how far the dialogue came: "accepting", "rejecting 554", "timeout at greeting". */
static void
add_outcome(struct buf *words, const struct smtp_facts *probe)
{
	buf_adds(words, smtp_outcome_name(probe->outcome));
	if (probe->outcome == SMTP_DEFERRING || probe->outcome == SMTP_REJECTING)
		buf_addf(words, " %d", probe->code);
	else if (probe->outcome != SMTP_ACCEPTING && probe->outcome != SMTP_SKIPPED)
		buf_addf(words, " at %s", smtp_stage_name(probe->stage));
}

/* Appends what came of TLS: nothing where the dialogue did not come that far. */
static void
add_tls(struct buf *words, const struct smtp_facts *probe)
{
	const struct tls_facts *tls = &probe->tls;

	if (probe->starttls == SMTP_STARTTLS_NOT_TRIED)
		return;
	if (probe->starttls != SMTP_STARTTLS_OK)
		buf_addf(words, ", STARTTLS %s", smtp_starttls_name(probe->starttls));
	else
		buf_addf(words, ", %s, chain %s, name %s", tls->version,
		    tls_chain_name(tls->chain),
		    tls->name_matches ? "matches" : "does not match");
}

/* Appends what the probe found; what the server said stands in quotation marks. */
static void
add_probe(struct buf *out, const struct smtp_facts *probe)
{
	struct buf words = BUF_INIT;

	add_outcome(&words, probe);
	add_tls(&words, probe);
	if (probe->greeting != NULL)
		buf_addf(&words, "; greeting \"%s\"", probe->greeting);
	add_paragraph(out, INDENT, sizeof INDENT - 1, buf_text(&words));
	buf_clear(&words);
}

/* Appends an attempt, or what none is made for, with the reason. */
static void
add_row(struct buf *out, const struct inquiry *inquiry, const struct plan_row *row)
{
	const struct mx_exchange *exchange = &inquiry->facts.mx.exchanges[row->exchange];
	const struct mail_target *target =
	    row->target == SIZE_MAX ? NULL : &inquiry->facts.targets[row->target];
	char ip[IP_TEXT_MAX];

	if (row->attempt > 0)
		buf_addf(out, "  %3u %5u  ", row->attempt, (unsigned)exchange->preference);
	else
		buf_addf(out, "    - %5u  ", (unsigned)exchange->preference);
	buf_adds(out, exchange->text);
	if (target != NULL)
		buf_addf(out, " [%s]", ip_text(&target->ip, ip));
	buf_addc(out, '\n');
	if (row->attempt == 0)
		add_paragraph(out, INDENT, sizeof INDENT - 1, row->because);
	else if (target->probe != NULL)
		add_probe(out, target->probe);
}

/* Appends how the MX question went, in a line. */
static void
add_mx(struct buf *out, const struct mail_facts *facts)
{
	const struct dns_result *result = facts->mx_result;
	char server[ENDPOINT_TEXT_MAX];

	if (result == NULL)
		return;
	buf_addf(out, "  MX: %s (%s)", mx_kind_name(facts->mx.kind),
	    dns_outcome_name(result->outcome));
	if (dns_result_is_final(result))
		buf_addf(out, ", TTL %u", (unsigned)result->ttl);
	if (result->server.ip.family != 0)
		buf_addf(out, ", asked %s", endpoint_text(&result->server, server));
	buf_addc(out, '\n');
}

/* --- findings ---------------------------------------------------------------------------- */

static void
add_finding(struct buf *out, const struct finding *finding)
{
	struct buf text = BUF_INIT, lead = BUF_INIT;

	buf_addf(&lead, "  %s: ", finding_severity_name(finding->severity));
	buf_adds(&text, finding->text);
	if (finding->rule != NULL)
		buf_addf(&text, " (%s)", finding->rule);
	add_paragraph(out, buf_text(&lead), 4, buf_text(&text));
	buf_clear(&text);
	buf_clear(&lead);
}

/* --- the whole --------------------------------------------------------------------------- */

static void
add_heading(struct buf *out, const struct report_subject *subject, enum verdict_kind kind,
    const char *status)
{
	buf_addf(out, "%s: %s", subject->name, headings[kind]);
	if (status != NULL && *status != '\0')
		buf_addf(out, " (%s)", status);
	buf_addc(out, '\n');
}

/* Says whose plan it is, unless it is the RFC's. */
static void
add_sender(struct buf *out, enum sender sender)
{
	struct buf lead = BUF_INIT;

	if (sender == SENDER_RFC5321)
		return;
	buf_addf(&lead, "  sender %s: ", sender_name(sender));
	add_paragraph(out, buf_text(&lead), 4, sender_help(sender));
	buf_clear(&lead);
}

static void
add_inquiry(struct buf *out, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	const struct verdict *verdict = &inquiry->verdict;
	bool open = !subject->finished || verdict->kind == VERDICT_PENDING;

	add_heading(out, subject, open ? VERDICT_PENDING : verdict->kind,
	    open ? NULL : verdict->status);
	add_paragraph(out, "  ", 2, verdict->sentence);
	add_mx(out, &inquiry->facts);
	add_sender(out, inquiry->plan.sender);
	if (inquiry->plan.count > 0)
		buf_adds(out, "  try  pref  exchange [address]\n");
	for (size_t i = 0; i < inquiry->plan.count; i++)
		add_row(out, inquiry, &inquiry->plan.rows[i]);
	for (size_t i = 0; i < inquiry->findings.count; i++)
		add_finding(out, &inquiry->findings.items[i]);
}

void
report_text(struct buf *out, const struct report_subject *subject)
{
	if (subject->inquiry != NULL) {
		add_inquiry(out, subject);
	} else {
		add_heading(out, subject,
		    subject->fault != NULL ? VERDICT_BOUNCE : VERDICT_PENDING,
		    subject->fault != NULL ? "5.1.3" : NULL);
		if (subject->fault != NULL)
			add_paragraph(out, "  ", 2, subject->fault);
	}
	buf_addc(out, '\n');
}

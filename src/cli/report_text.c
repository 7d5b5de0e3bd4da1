/*
 * One name as text for people and tickets: the verdict first, then the attempts in delivery order, then the
 * findings. At most 72 columns; no line drawing, nothing told by colour.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "mail/consequence.h"
#include "mail/policy.h"

#include "app/report_policy.h"
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

/* A text that is being written: what goes into it is masked first, when it is to be shared. */
struct page {
	struct buf *out;
	const struct redactor *redactor;
};

/* Where the next word goes. */
struct line {
	size_t column, indent;
	bool first; /* nothing stands behind the lead yet */
};

/* Begins the next line. */
static void
break_line(struct page *page, struct line *line)
{
	buf_addc(page->out, '\n');
	buf_fill(page->out, ' ', line->indent);
	line->column = line->indent;
	line->first = true;
}

/* Appends one word; what no line is wide enough for is cut. */
static void
add_word(struct page *page, struct line *line, const char *word, size_t n)
{
	char *text = mem_strndup(word, n), *rest = text;
	size_t width = text_width(rest);

	if (!line->first && line->column + 1 + width > WIDTH)
		break_line(page, line);
	if (!line->first) {
		buf_addc(page->out, ' ');
		line->column++;
	}
	while (line->column + text_width(rest) > WIDTH) {
		size_t fits = text_fit(rest, WIDTH - line->column);

		buf_add(page->out, rest, fits);
		rest += fits;
		break_line(page, line);
	}
	buf_adds(page->out, rest);
	line->column += text_width(rest);
	line->first = false;
	free(text);
}

/* Appends a paragraph, broken at blanks: the first line begins with lead, the others are indented. */
static void
add_paragraph(struct page *page, const char *lead, size_t indent, const char *text)
{
	char *masked = redact_copy(page->redactor, text);
	struct line line = { .column = text_width(lead), .indent = indent, .first = true };

	buf_adds(page->out, lead);
	for (const char *at = masked; *at != '\0';) {
		size_t n = strcspn(at, " ");

		add_word(page, &line, at, n);
		at += n;
		at += strspn(at, " ");
	}
	buf_addc(page->out, '\n');
	free(masked);
}

/* --- attempts ---------------------------------------------------------------------------- */

/*
 * Appends how far the dialogue came: "accepting", "rejecting 554", "timeout at greeting", "rejecting at mail" where no
 * reply says so, but what the server does not offer.
 */
static void
add_outcome(struct buf *words, const struct smtp_facts *probe)
{
	bool put_off = probe->outcome == SMTP_DEFERRING || probe->outcome == SMTP_REJECTING;

	buf_adds(words, smtp_outcome_name(probe->outcome));
	if (put_off && probe->code != 0)
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

/* Appends why the probe ended so, and what that means to a sender, when it did not go well. */
static void
add_explanation(struct page *page, const struct inquiry *inquiry, size_t target)
{
	const struct smtp_facts *probe = inquiry->facts.targets[target].probe;
	struct ruling ruling = policy_rule(&inquiry->facts, target, &inquiry->plan);
	const char *consequence = policy_consequence(&ruling);

	if (consequence == NULL)
		consequence = mail_consequence(probe, inquiry->plan.sender);
	if (probe->error == NULL || probe->outcome == SMTP_ACCEPTING)
		return;
	add_paragraph(page, INDENT, sizeof INDENT - 1, probe->error);
	if (consequence != NULL)
		add_paragraph(page, INDENT, sizeof INDENT - 1, consequence);
}

/* Appends what the probe found; what the server said stands in quotation marks. */
static void
add_probe(struct page *page, const struct inquiry *inquiry, size_t target)
{
	const struct smtp_facts *probe = inquiry->facts.targets[target].probe;
	struct buf words = BUF_INIT;

	add_outcome(&words, probe);
	add_tls(&words, probe);
	report_policy_words(&words, &inquiry->facts, target);
	if (probe->rcpt_code != 0)
		buf_addf(&words, ", RCPT %d", probe->rcpt_code);
	if (probe->greeting != NULL)
		buf_addf(&words, "; greeting \"%s\"", probe->greeting);
	add_paragraph(page, INDENT, sizeof INDENT - 1, buf_text(&words));
	buf_clear(&words);
	add_explanation(page, inquiry, target);
}

/* Appends an attempt, or what none is made for, with the reason. */
static void
add_row(struct page *page, const struct inquiry *inquiry, const struct plan_row *row)
{
	const struct mx_exchange *exchange = &inquiry->facts.mx.exchanges[row->exchange];
	const struct mail_target *target =
	    row->target == SIZE_MAX ? NULL : &inquiry->facts.targets[row->target];
	struct buf lead = BUF_INIT, words = BUF_INIT;
	char ip[IP_TEXT_MAX];

	if (row->attempt > 0)
		buf_addf(&lead, "  %3u %5u  ", row->attempt, (unsigned)exchange->preference);
	else
		buf_addf(&lead, "    - %5u  ", (unsigned)exchange->preference);
	buf_adds(&words, exchange->text);
	if (target != NULL)
		buf_addf(&words, " [%s]", ip_text(&target->ip, ip));
	add_paragraph(page, buf_text(&lead), sizeof INDENT - 1, buf_text(&words));
	buf_clear(&lead);
	buf_clear(&words);
	if (row->attempt == 0)
		add_paragraph(page, INDENT, sizeof INDENT - 1, row->because);
	else if (target != NULL && target->probe != NULL)
		add_probe(page, inquiry, row->target);
}

/* Appends how the MX question went, in a line. */
static void
add_mx(struct page *page, const struct mail_facts *facts)
{
	const struct dns_result *result = facts->mx_result;
	struct buf words = BUF_INIT;
	char server[ENDPOINT_TEXT_MAX];

	if (result == NULL)
		return;
	buf_addf(
	    &words, "%s (%s)", mx_kind_name(facts->mx.kind), dns_outcome_name(result->outcome));
	if (dns_result_is_final(result))
		buf_addf(&words, ", TTL %u", (unsigned)result->ttl);
	if (result->dnssec != DNS_UNCHECKED)
		buf_addf(&words, ", DNSSEC %s", dns_security_name(result->dnssec));
	if (result->server.ip.family != 0)
		buf_addf(&words, ", asked %s", endpoint_text(&result->server, server));
	add_paragraph(page, "  MX: ", 4, buf_text(&words));
	buf_clear(&words);
}

/* Appends what the domain says in TXT records: "SPF present (-all), DMARC absent". */
static void
add_posture(struct page *page, const struct mail_facts *facts)
{
	struct buf words = BUF_INIT;

	for (int i = 0; i < posture_kind_count; i++) {
		const struct posture_record *record = &facts->posture[i];
		enum posture_kind kind = (enum posture_kind)i;
		struct buf word = BUF_INIT;

		if (record->outcome == POSTURE_UNASKED || record->outcome == POSTURE_PENDING)
			continue;
		buf_addf(&words, "%s%s %s", words.length > 0 ? ", " : "", posture_title(kind),
		    posture_outcome_name(record->outcome));
		if (record->outcome == POSTURE_PRESENT)
			posture_word(record, kind, &word);
		if (word.length > 0)
			buf_addf(&words, " (%s)", word.data);
		buf_clear(&word);
	}
	if (words.length > 0)
		add_paragraph(page, "  ", 2, buf_text(&words));
	buf_clear(&words);
}

/* --- findings ---------------------------------------------------------------------------- */

static void
add_finding(struct page *page, const struct finding *finding)
{
	struct buf text = BUF_INIT, lead = BUF_INIT;

	buf_addf(&lead, "  %s: ", finding_severity_name(finding->severity));
	buf_adds(&text, finding->text);
	if (finding->rule != NULL)
		buf_addf(&text, " (%s)", finding->rule);
	add_paragraph(page, buf_text(&lead), 4, buf_text(&text));
	buf_clear(&text);
	buf_clear(&lead);
}

/* --- the whole --------------------------------------------------------------------------- */

static void
add_heading(struct page *page, const struct report_subject *subject, enum verdict_kind kind,
    const char *status)
{
	struct buf words = BUF_INIT;

	buf_addf(&words, "%s: %s", subject->name, headings[kind]);
	if (status != NULL && *status != '\0')
		buf_addf(&words, " (%s)", status);
	add_paragraph(page, "", 2, buf_text(&words));
	buf_clear(&words);
}

/* Says whose plan it is, unless it is the RFC's. */
static void
add_sender(struct page *page, enum sender sender)
{
	struct buf lead = BUF_INIT;

	if (sender == SENDER_RFC5321)
		return;
	buf_addf(&lead, "  sender %s: ", sender_name(sender));
	add_paragraph(page, buf_text(&lead), 4, sender_help(sender));
	buf_clear(&lead);
}

static void
add_inquiry(struct page *page, const struct report_subject *subject)
{
	const struct inquiry *inquiry = subject->inquiry;
	const struct verdict *verdict = &inquiry->verdict;
	bool open = !subject->finished || verdict->kind == VERDICT_PENDING;

	add_heading(page, subject, open ? VERDICT_PENDING : verdict->kind,
	    open ? NULL : verdict->status);
	add_paragraph(page, "  ", 2, verdict->sentence);
	add_mx(page, &inquiry->facts);
	add_posture(page, &inquiry->facts);
	add_sender(page, inquiry->plan.sender);
	if (inquiry->plan.count > 0)
		buf_adds(page->out, "  try  pref  exchange [address]\n");
	for (size_t i = 0; i < inquiry->plan.count; i++)
		add_row(page, inquiry, &inquiry->plan.rows[i]);
	for (size_t i = 0; i < inquiry->findings.count; i++)
		add_finding(page, &inquiry->findings.items[i]);
}

/* Appends what is not as it was expected. */
static void
add_differences(struct page *page, const struct diff *diff)
{
	for (size_t i = 0; i < diff->meanings; i++)
		add_paragraph(page, "  changed: ", 4, diff->changes[i].text);
	if (diff->meanings == 0)
		add_paragraph(page, "  ", 2, "As expected.");
}

void
report_text(struct buf *out, const struct report_subject *subject)
{
	struct page page = { .out = out, .redactor = subject->redactor };

	if (subject->inquiry != NULL) {
		add_inquiry(&page, subject);
	} else {
		add_heading(&page, subject,
		    subject->fault != NULL ? VERDICT_BOUNCE : VERDICT_PENDING,
		    subject->fault != NULL ? "5.1.3" : NULL);
		if (subject->fault != NULL)
			add_paragraph(&page, "  ", 2, subject->fault);
	}
	if (subject->differences != NULL)
		add_differences(&page, subject->differences);
	buf_addc(out, '\n');
}

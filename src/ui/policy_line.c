/*
 * The words for what TLS policies say of one address, a line each: what a sender without one makes of it, DANE,
 * MTA-STS. Decides only how it reads; what a policy says is mail/policy.h's, and *offered*, *handshake*, *trusted*
 * and *DANE* stay four facts.
 */
#include <stdio.h>

#include "mail/dane.h"
#include "mail/policy.h"
#include "ui/policy_line.h"

/* Marks by what a policy answers. */
static const enum mark marks[policy_answer_count] = {
	[POLICY_SILENT] = MARK_NOT_TRIED,
	[POLICY_OPEN] = MARK_PROGRESS,
	[POLICY_PASSED] = MARK_GOOD,
	[POLICY_FAILED] = MARK_BAD,
	[POLICY_LOST] = MARK_UNSURE,
};

/* --- none ---------------------------------------------------------------------------- */

bool
policy_line_opportunistic(const struct smtp_facts *probe, struct policy_line *line)
{
	/* Words by what became of STARTTLS: a sender without a policy takes what it gets (RFC 7435 3). */
	static const struct {
		enum mark mark;
		const char *text;
	} ends[] = {
		[SMTP_STARTTLS_NOT_TRIED] = { MARK_NOT_TRIED, NULL },
		[SMTP_STARTTLS_OK] = { MARK_GOOD, "encrypted, whatever the certificate" },
		[SMTP_STARTTLS_NOT_OFFERED] = { MARK_WARNING,
		    "in clear, since STARTTLS is not offered" },
		[SMTP_STARTTLS_REFUSED] = { MARK_WARNING,
		    "in clear, since STARTTLS is refused" },
		[SMTP_STARTTLS_FAILED] = { MARK_UNSURE,
		    "no encryption; some senders go on in clear, others keep the message" },
		[SMTP_STARTTLS_INJECTED] = { MARK_UNSURE,
		    "not judged, since text was slipped in before the handshake" },
	};

	*line = (struct policy_line){ .mark = ends[probe->starttls].mark, .text = BUF_INIT };
	if (ends[probe->starttls].text == NULL)
		return false;
	buf_addf(&line->text, "%s: %s", policy_name(POLICY_OPPORTUNISTIC),
	    ends[probe->starttls].text);
	return true;
}

/* --- DANE --------------------------------------------------------------------------- */

/* Says below which name the records stand, and why there where it is not plain. */
static void
say_base(const struct dane_host *host, struct buf *text)
{
	char base[DNS_NAME_TEXT_MAX];

	buf_addf(text, " (base %s", dns_name_text(&host->base, base));
	if (host->why != DANE_BASE_HOST)
		buf_addf(text, ": %s", dane_base_help(host->why));
	buf_addc(text, ')');
}

/* Usable records: what they say of the server. */
static void
say_usable(const struct mail_facts *facts, size_t target, struct policy_line *line)
{
	const struct mail_target *at = &facts->targets[target];
	const struct tls_dane *dane = &at->dane;
	struct ruling ruling = policy_dane(facts, target);

	line->mark = marks[ruling.answer];
	if (ruling.answer == POLICY_PASSED)
		buf_addf(&line->text, "DANE %u %u %u verified", dane->usage, dane->selector,
		    dane->matching);
	else if (ruling.answer == POLICY_FAILED && dane->checked)
		buf_addf(&line->text, "DANE fails: %s", dane->reason);
	else if (ruling.answer == POLICY_FAILED)
		buf_addf(&line->text, "DANE fails: the server %s", ruling.why);
	else if (ruling.answer == POLICY_OPEN)
		buf_adds(&line->text, "DANE: the certificates are being verified");
	else
		buf_adds(&line->text, "DANE: there are TLSA records to verify the server by");
}

bool
policy_line_dane(const struct mail_facts *facts, size_t target, struct policy_line *line)
{
	struct dane_host host = dane_host_of(facts, facts->targets[target].exchange);

	*line = (struct policy_line){ .text = BUF_INIT };
	switch (host.standing) {
	case DANE_PENDING:
	case DANE_UNCHECKED:
	case DANE_UNSIGNED:
	case DANE_NONE:
		return false;
	case DANE_INSECURE:
		line->mark = MARK_WARNING;
		buf_adds(&line->text,
		    host.lost
			? "DANE: TLSA cannot be looked up; the MX records are not signed, so "
			  "nothing depends on it"
			: "DANE: there are TLSA records, but DNSSEC does not vouch for them");
		break;
	case DANE_UNUSABLE:
		line->mark = MARK_WARNING;
		buf_adds(&line->text,
		    "DANE: no TLSA record is usable, so TLS is a must and "
		    "authenticates nobody");
		break;
	case DANE_USABLE:
		say_usable(facts, target, line);
		break;
	case DANE_ERROR:
		line->mark = MARK_UNSURE;
		buf_adds(&line->text, "DANE: the TLSA records cannot be looked up");
		break;
	}
	if (host.base.length > 0)
		say_base(&host, &line->text);
	return true;
}

/* --- MTA-STS -------------------------------------------------------------------------- */

/* A policy that is there: what it says of the server. */
static void
say_policy(const struct mail_facts *facts, size_t target, struct policy_line *line)
{
	struct ruling ruling = policy_sts(facts, target);
	bool enforced = facts->sts.policy.mode == STS_ENFORCE;
	bool named = policy_sts_names(facts, facts->targets[target].exchange);

	line->mark = marks[ruling.answer];
	if (ruling.answer == POLICY_FAILED && !enforced)
		line->mark = MARK_WARNING;
	buf_addf(&line->text, "MTA-STS %s, ", sts_mode_name(facts->sts.policy.mode));
	if (ruling.answer == POLICY_PASSED)
		buf_adds(&line->text, "matches");
	else if (ruling.answer == POLICY_FAILED)
		buf_addf(&line->text, "fails: the server %s", ruling.why);
	else
		buf_adds(&line->text, named ? "names this exchange" : "not judged");
}

bool
policy_line_sts(const struct mail_facts *facts, size_t target, struct policy_line *line)
{
	const struct sts_facts *sts = &facts->sts;

	*line = (struct policy_line){ .text = BUF_INIT };
	switch (sts->outcome) {
	case STS_UNASKED:
	case STS_PENDING:
	case STS_NONE:
	case STS_UNFETCHED:
		return false;
	case STS_INVALID:
	case STS_UNREACHABLE:
		line->mark = MARK_WARNING;
		buf_addf(&line->text, "MTA-STS %s: %s", sts_outcome_name(sts->outcome),
		    sts->error ? sts->error : "");
		return true;
	case STS_VALID:
		break;
	}
	if (sts->policy.mode == STS_MODE_NONE)
		return false;
	say_policy(facts, target, line);
	return true;
}

/* --- the column -------------------------------------------------------------------------- */

const char *
policy_line_word(const struct mail_facts *facts, size_t target, enum mark *mark)
{
	struct ruling dane = policy_dane(facts, target), sts;

	*mark = marks[dane.answer];
	if (dane.rule == RULE_DANE_REQUIRED &&
	    (dane.answer == POLICY_PASSED || dane.answer == POLICY_FAILED))
		return policy_name(POLICY_DANE);
	if (dane.answer == POLICY_LOST)
		return policy_name(POLICY_DANE);
	sts = policy_sts(facts, target);
	*mark = marks[sts.answer];
	return sts.answer == POLICY_FAILED && facts->sts.policy.mode == STS_ENFORCE
	    ? policy_name(POLICY_STS)
	    : NULL;
}

/* --- the lines --------------------------------------------------------------------------- */

/* Writes one line, and frees its text. */
static void
write_line(struct paper *paper, struct policy_line *line, const struct policy_place *place)
{
	char lead[8];

	snprintf(lead, sizeof lead, "%s ",
	    mark_text(line->mark, paper->canvas->unicode, place->spinner));
	paper_write(paper,
	    &(struct paragraph){
		.gutter = place->gutter,
		.gutter_style = STYLE_SECRET,
		.lead = lead,
		.lead_style = mark_style(line->mark),
		.text = buf_text(&line->text),
		.style = mark_style(line->mark),
		.indent = place->indent,
	    });
	buf_clear(&line->text);
}

void
policy_lines_write(struct paper *paper, const struct inquiry *inquiry, size_t target,
    const struct policy_place *place)
{
	const struct smtp_facts *probe = inquiry->facts.targets[target].probe;
	struct ruling ruling = policy_rule(&inquiry->facts, target, &inquiry->plan);
	const char *consequence = policy_consequence(&ruling);
	struct policy_line line;

	if (probe && policy_line_opportunistic(probe, &line))
		write_line(paper, &line, place);
	if (policy_line_dane(&inquiry->facts, target, &line))
		write_line(paper, &line, place);
	if (policy_line_sts(&inquiry->facts, target, &line))
		write_line(paper, &line, place);
	if (consequence)
		paper_write(paper,
		    &(struct paragraph){
			.gutter = place->gutter,
			.gutter_style = STYLE_SECRET,
			.text = consequence,
			.style = STYLE_DIM,
			.indent = place->indent,
		    });
}

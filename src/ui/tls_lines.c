/*
 * *Offered*, *handshake* and *trusted*, and the days of a certificate, in few words. Decides the
 * marks: none of them says that mail is lost, since without a policy a sender goes on whatever the
 * certificate (RFC 3207 4.1, RFC 7435).
 */
#include "ui/tls_lines.h"

enum {
	EXPIRY_SOON = 14, /* days: fewer are a warning */
	DAY = 86400, /* seconds */
	FACTS = 3
};

/* One fact: its mark, and the words where it holds, fails, or is not known. */
struct fact {
	enum mark mark;
	const char *text;
};

/* Whether the server offered STARTTLS. */
static struct fact
offered(const struct smtp_facts *probe)
{
	switch (probe->starttls) {
	case SMTP_STARTTLS_NOT_TRIED:
		return probe->stage == SMTP_STAGE_STARTTLS
		    ? (struct fact){ MARK_GOOD, "offered" }
		    : (struct fact){ MARK_NOT_TRIED, "offered: not known" };
	case SMTP_STARTTLS_NOT_OFFERED:
		return (struct fact){ MARK_NONE, "not offered" };
	case SMTP_STARTTLS_OK:
	case SMTP_STARTTLS_REFUSED:
	case SMTP_STARTTLS_FAILED:
	case SMTP_STARTTLS_INJECTED:
		break;
	}
	return (struct fact){ MARK_GOOD, "offered" };
}

/* Whether the handshake succeeded. */
static struct fact
handshake(const struct smtp_facts *probe)
{
	switch (probe->starttls) {
	case SMTP_STARTTLS_OK:
		return (struct fact){ MARK_GOOD, "handshake" };
	case SMTP_STARTTLS_REFUSED:
		return (struct fact){ MARK_BAD, "refused before the handshake" };
	case SMTP_STARTTLS_FAILED:
		return (struct fact){ MARK_BAD, "handshake failed" };
	case SMTP_STARTTLS_INJECTED:
		return (struct fact){ MARK_BAD, "injected text, no handshake" };
	case SMTP_STARTTLS_NOT_TRIED:
	case SMTP_STARTTLS_NOT_OFFERED:
		break;
	}
	return (struct fact){ MARK_NOT_TRIED, "no handshake" };
}

/* Whether the certificate is trusted: by its chain, and for this name. */
static struct fact
trusted(const struct smtp_facts *probe)
{
	if (!probe->tls.present)
		return (struct fact){ MARK_NOT_TRIED, "no certificate" };
	if (probe->tls.chain != TLS_CHAIN_TRUSTED)
		return (struct fact){ MARK_WARNING, "not trusted" };
	return probe->tls.name_matches ? (struct fact){ MARK_GOOD, "trusted" }
				       : (struct fact){ MARK_WARNING, "trusted, other name" };
}

/* Returns the columns of the facts side by side, each with its mark, two blanks apart. */
static int
facts_columns(const struct canvas *canvas, const struct fact *facts)
{
	int columns = (FACTS - 1) * 2;

	for (size_t i = 0; i < FACTS; i++)
		columns += 2 + canvas_width(canvas, facts[i].text);
	return columns;
}

bool
tls_lines_facts(struct paper *paper, const char *gutter, int indent,
    const struct smtp_facts *probe, const char *rest)
{
	const struct fact facts[FACTS] = { offered(probe), handshake(probe), trusted(probe) };
	struct canvas *canvas = paper->canvas;
	int row = paper_line(paper), at = paper->window.column + indent;
	int end = paper->window.column + paper->window.columns;
	int gap = end - at >= facts_columns(canvas, facts) ? 2 : 1;
	bool fits;

	if (row >= 0 && gutter)
		canvas_put(canvas, row, paper->window.column, indent, STYLE_SECRET, gutter);
	for (size_t i = 0; i < FACTS; i++) {
		enum style style = mark_style(facts[i].mark);

		if (row >= 0 && at + 3 <= end) {
			canvas_put(canvas, row, at, 1, style,
			    mark_legend(facts[i].mark, canvas->unicode));
			canvas_put(canvas, row, at + 2, end - at - 2, style, facts[i].text);
		}
		at += 2 + canvas_width(canvas, facts[i].text) + gap;
	}
	fits = at + canvas_width(canvas, rest) <= end;
	if (row >= 0 && fits)
		canvas_put(canvas, row, at, end - at, STYLE_SECRET, rest);
	return fits;
}

enum mark
tls_lines_days(const struct tls_certificate *certificate, int64_t now_time, struct buf *out)
{
	long long left = (long long)(certificate->not_after - now_time);
	long long days = (left < 0 ? -left : left) / DAY;

	if (certificate->not_before > now_time) {
		buf_addf(out, "valid in %lld days",
		    (long long)(certificate->not_before - now_time) / DAY);
		return MARK_WARNING;
	}
	if (left < 0)
		buf_addf(out, "expired %lld day%s ago", days, days == 1 ? "" : "s");
	else
		buf_addf(out, "%lld day%s left", days, days == 1 ? "" : "s");
	return left < 0 || days < EXPIRY_SOON ? MARK_WARNING : MARK_GOOD;
}

/*
 * Marks and shapes with their two spellings, and which mark an outcome has. This is the only
 * place that decides what "✓" means: a verdict, an attempt and a certificate that are all well
 * carry the same mark in the same style (screens.md, principle 3). Words and colours are left
 * to the panes and the theme.
 */
#include <string.h>

#include "ui/mark.h"

struct spelling {
	const char *unicode, *ascii;
};

static const struct {
	struct spelling text;
	enum style style;
	const char *help;
} marks[mark_count] = {
	[MARK_GOOD] = { { "✓", "+" }, STYLE_GOOD, "good" },
	[MARK_WARNING] = { { "!", "!" }, STYLE_WARNING, "works, but not as it should" },
	[MARK_BAD] = { { "✗", "x" }, STYLE_BAD, "fails" },
	[MARK_UNSURE] = { { "?", "?" }, STYLE_UNSURE, "inconclusive: temporary trouble" },
	[MARK_REFUSED] = { { "⊘", "0" }, STYLE_REFUSED, "refuses mail on purpose" },
	[MARK_PROGRESS] = { { "◐", "~" }, STYLE_PROGRESS, "in progress" },
	[MARK_NONE] = { { "·", "." }, STYLE_DIM, "none" },
	[MARK_NOT_TRIED] = { { "–", "-" }, STYLE_DIM, "not tried" },
};

static const struct spelling spinner_turns[] = { { "◐", "-" }, { "◓", "\\" }, { "◑", "|" },
	{ "◒", "/" } };

static const struct spelling glyphs[glyph_count] = {
	[GLYPH_SELECTED] = { "▸", ">" },
	[GLYPH_OURS] = { "‹", "<" },
	[GLYPH_SECRET] = { " ┃", " #" },
	[GLYPH_MORE_LEFT] = { "‹", "<" },
	[GLYPH_MORE_RIGHT] = { "›", ">" },
	[GLYPH_SEPARATOR] = { " · ", " - " },
	[GLYPH_TICK] = { "┊", ":" },
	[GLYPH_BAR] = { "▇", "=" },
};

static const enum mark verdict_marks[verdict_kind_count] = {
	[VERDICT_DELIVER] = MARK_GOOD,
	[VERDICT_WARN] = MARK_WARNING,
	[VERDICT_INCONCLUSIVE] = MARK_UNSURE,
	[VERDICT_BOUNCE] = MARK_BAD,
	[VERDICT_REFUSE] = MARK_BAD,
	[VERDICT_PENDING] = MARK_PROGRESS,
};

static const enum mark probe_marks[smtp_outcome_count] = {
	[SMTP_IN_PROGRESS] = MARK_PROGRESS,
	[SMTP_ACCEPTING] = MARK_GOOD,
	[SMTP_DEFERRING] = MARK_UNSURE,
	[SMTP_REJECTING] = MARK_REFUSED,
	[SMTP_REFUSED] = MARK_BAD,
	[SMTP_UNREACHABLE] = MARK_BAD,
	[SMTP_TIMEOUT] = MARK_BAD,
	[SMTP_CLOSED] = MARK_BAD,
	[SMTP_RESET] = MARK_BAD,
	[SMTP_PROTOCOL_ERROR] = MARK_BAD,
	[SMTP_TLS_FAILED] = MARK_BAD,
	[SMTP_SKIPPED] = MARK_NOT_TRIED,
	[SMTP_INCONCLUSIVE] = MARK_UNSURE,
};

static const enum mark severity_marks[finding_severity_count] = {
	[FINDING_ERROR] = MARK_BAD,
	[FINDING_WARNING] = MARK_WARNING,
	[FINDING_INFO] = MARK_NONE,
};

static const enum mark standing_marks[plan_standing_count] = {
	[PLAN_ATTEMPT] = MARK_NONE,
	[PLAN_WAITING] = MARK_PROGRESS,
	[PLAN_NO_SUCH_NAME] = MARK_BAD,
	[PLAN_NO_ADDRESS] = MARK_BAD,
	[PLAN_DNS_TROUBLE] = MARK_UNSURE,
	[PLAN_SPECIAL] = MARK_BAD,
	[PLAN_LOOPBACK] = MARK_BAD,
	[PLAN_NO_FAMILY] = MARK_NOT_TRIED,
	[PLAN_DUPLICATE] = MARK_NONE,
	[PLAN_NULL] = MARK_WARNING,
	[PLAN_LITERAL] = MARK_BAD,
	[PLAN_LOCALHOST] = MARK_BAD,
	[PLAN_INVALID] = MARK_BAD,
	[PLAN_SELF] = MARK_NOT_TRIED,
	[PLAN_CUT] = MARK_NOT_TRIED,
	[PLAN_BACKUP] = MARK_NOT_TRIED,
	[PLAN_CAPPED] = MARK_NOT_TRIED,
};

/* Picks one of the two spellings. */
static const char *
spelled(const struct spelling *spelling, bool unicode)
{
	return unicode ? spelling->unicode : spelling->ascii;
}

const char *
mark_text(enum mark mark, bool unicode, unsigned spinner)
{
	if (mark == MARK_PROGRESS)
		return spelled(&spinner_turns[spinner % 4], unicode);
	return spelled(&marks[mark].text, unicode);
}

const char *
mark_legend(enum mark mark, bool unicode)
{
	return spelled(&marks[mark].text, unicode);
}

enum style
mark_style(enum mark mark)
{
	return marks[mark].style;
}

const char *
mark_help(enum mark mark)
{
	return marks[mark].help;
}

enum mark
mark_of_verdict(enum verdict_kind kind, const char *status)
{
	/*
	 * 5.1.10 is what RFC 7505 section 4.2 gives a domain with a Null MX: it wants no mail.
	 */
	if (kind == VERDICT_BOUNCE && status && strcmp(status, "5.1.10") == 0)
		return MARK_REFUSED;
	return verdict_marks[kind];
}

enum mark
mark_of_probe(const struct smtp_facts *probe)
{
	if (!probe)
		return MARK_NOT_TRIED;
	return probe->doubt != SMTP_DOUBT_NONE ? MARK_UNSURE : probe_marks[probe->outcome];
}

enum mark
mark_of_security(const struct dns_result *result)
{
	static const enum mark by_security[dns_security_count] = {
		[DNS_UNCHECKED] = MARK_NOT_TRIED,
		[DNS_SECURE] = MARK_GOOD,
		[DNS_INSECURE] = MARK_NONE,
		[DNS_INDETERMINATE] = MARK_UNSURE,
		[DNS_SECURITY_BOGUS] = MARK_BAD,
	};

	return result == NULL || result->provisional ? MARK_PROGRESS
						     : by_security[result->dnssec];
}

enum mark
mark_of_severity(enum finding_severity severity)
{
	return severity_marks[severity];
}

enum mark
mark_of_standing(enum plan_standing standing)
{
	return standing_marks[standing];
}

const char *
glyph_text(enum glyph glyph, bool unicode)
{
	return spelled(&glyphs[glyph], unicode);
}

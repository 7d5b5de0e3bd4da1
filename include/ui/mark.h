/*
 * The marks that mean the same everywhere: one column, never by colour alone.
 */
#ifndef UI_MARK_H
#define UI_MARK_H

#include <stdbool.h>

#include "dns/result.h"
#include "mail/finding.h"
#include "mail/verdict.h"
#include "smtp/facts.h"
#include "ui/style.h"

/* What a mark says, with its two spellings. */
enum mark {
	MARK_GOOD, /* ✓ + */
	MARK_WARNING, /* ! ! */
	MARK_BAD, /* ✗ x */
	MARK_UNSURE, /* ? ? */
	MARK_REFUSED, /* ⊘ 0 */
	MARK_PROGRESS, /* ◐ ~ (turns with the spinner) */
	MARK_NONE, /* · . */
	MARK_NOT_TRIED, /* – - */
	mark_count
};

/* Shapes of the screen that say nothing of an outcome. */
enum glyph {
	GLYPH_SELECTED, /* ▸ > before the selected row */
	GLYPH_OURS, /* ‹ < before what we said */
	GLYPH_SECRET, /* " ┃" " #" before what went through TLS: a line along the tunnel */
	GLYPH_MORE_LEFT, /* ‹ < text goes on to the left */
	GLYPH_MORE_RIGHT, /* › > and to the right */
	GLYPH_SEPARATOR, /* " · " between facts of one line */
	GLYPH_TICK, /* ┊ : a moment on a scale */
	GLYPH_BAR, /* ▇ = one column of a bar */
	glyph_count
};

/* The mark's text; spinner turns the progress mark. */
const char *mark_text(enum mark mark, bool unicode, unsigned spinner);

/* The mark as it stands in a legend, where nothing turns. */
const char *mark_legend(enum mark mark, bool unicode);

/* The style that repeats what the mark says. */
enum style mark_style(enum mark mark);

/* What the mark means, in a few words. */
const char *mark_help(enum mark mark);

/* The mark of a verdict (status tells a Null MX from other bounces; may be NULL) ... */
enum mark mark_of_verdict(enum verdict_kind kind, const char *status);

/* ... of a probe's outcome (NULL = not probed) ... */
enum mark mark_of_probe(const struct smtp_facts *probe);

/* ... of a row of the plan, by how it stands ... */
enum mark mark_of_standing(enum plan_standing standing);

/* ... and of a finding. */
enum mark mark_of_severity(enum finding_severity severity);

/* The mark of what DNSSEC says of an answer (NULL = not asked yet). */
enum mark mark_of_security(const struct dns_result *result);

const char *glyph_text(enum glyph glyph, bool unicode);

#endif

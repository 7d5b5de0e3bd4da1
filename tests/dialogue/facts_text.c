/*
 * The facts of a probe as a story writes them: a table of words, and for each how the fact
 * reads.
 */
#include <string.h>

#include "facts_text.h"

/* Appends the string, or "none". */
static void
add_or_none(struct buf *out, const char *text)
{
	buf_adds(out, text && *text ? text : "none");
}

/* How the probe ended. */
static void
show_outcome(struct buf *out, const struct smtp_facts *facts)
{
	buf_adds(out, smtp_outcome_name(facts->outcome));
}

/* Why the host is not to blame. */
static void
show_doubt(struct buf *out, const struct smtp_facts *facts)
{
	buf_adds(out, smtp_doubt_name(facts->doubt));
}

/* The stage last entered. */
static void
show_stage(struct buf *out, const struct smtp_facts *facts)
{
	buf_adds(out, smtp_stage_name(facts->stage));
}

/* The sentence that explains the outcome. */
static void
show_error(struct buf *out, const struct smtp_facts *facts)
{
	add_or_none(out, facts->error);
}

/* What came of STARTTLS. */
static void
show_starttls(struct buf *out, const struct smtp_facts *facts)
{
	buf_adds(out, smtp_starttls_name(facts->starttls));
}

/* The code of the reply that decided. */
static void
show_code(struct buf *out, const struct smtp_facts *facts)
{
	buf_addf(out, "%d", facts->code);
}

/* Its enhanced code. */
static void
show_enhanced(struct buf *out, const struct smtp_facts *facts)
{
	char text[16];

	add_or_none(out, smtp_enhanced_text(facts->enhanced, text));
}

/* Its text. */
static void
show_text(struct buf *out, const struct smtp_facts *facts)
{
	add_or_none(out, facts->reply_text);
}

/* The first line of the greeting. */
static void
show_greeting(struct buf *out, const struct smtp_facts *facts)
{
	add_or_none(out, facts->greeting);
}

/* The MTA that the greeting names. */
static void
show_software(struct buf *out, const struct smtp_facts *facts)
{
	add_or_none(out, facts->software);
}

/* The EHLO keywords; "unknown" until a hello was accepted. */
static void
show_extensions(struct buf *out, const struct smtp_facts *facts)
{
	for (size_t i = 0; i < facts->extensions.count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", facts->extensions.items[i]);
	if (facts->extensions.count == 0)
		buf_adds(out, facts->extensions_known ? "none" : "unknown");
}

/* The code of the answer to RCPT. */
static void
show_rcpt_code(struct buf *out, const struct smtp_facts *facts)
{
	buf_addf(out, "%d", facts->rcpt_code);
}

/* Its enhanced code. */
static void
show_rcpt_enhanced(struct buf *out, const struct smtp_facts *facts)
{
	char text[16];

	add_or_none(out, smtp_enhanced_text(facts->rcpt_enhanced, text));
}

/* Its text. */
static void
show_rcpt_text(struct buf *out, const struct smtp_facts *facts)
{
	add_or_none(out, facts->rcpt_text);
}

/* The names of all violations. */
static void
show_violations(struct buf *out, const struct smtp_facts *facts)
{
	for (size_t i = 0; i < smtp_violation_count; i++) {
		if (facts->violations >> i & 1)
			buf_addf(out, "%s%s", out->length ? " " : "",
			    smtp_violation_name((enum smtp_violation)i));
	}
	if (out->length == 0)
		buf_adds(out, "none");
}

/* The four facts of a handshake. */
static void
show_tls(struct buf *out, const struct smtp_facts *facts)
{
	const struct tls_facts *tls = &facts->tls;

	if (tls->present)
		buf_addf(out, "%s %s %s %s", tls->version, tls->cipher,
		    tls_chain_name(tls->chain), tls->name_matches ? "match" : "mismatch");
	else
		buf_adds(out, "none");
}

/* "connect 20ms, greeting 10000ms": the stages that have a time. */
static void
show_times(struct buf *out, const struct smtp_facts *facts)
{
	for (size_t i = 0; i < smtp_stage_count; i++) {
		if (facts->stage_us[i] >= 0)
			buf_addf(out, "%s%s %lldms", out->length ? ", " : "",
			    smtp_stage_name((enum smtp_stage)i),
			    (long long)facts->stage_us[i] / 1000);
	}
}

/* How long the whole probe took. */
static void
show_total(struct buf *out, const struct smtp_facts *facts)
{
	buf_addf(out, "%lldms", (long long)(facts->ended_us - facts->started_us) / 1000);
}

/* How many entries the transcript has. */
static void
show_lines(struct buf *out, const struct smtp_facts *facts)
{
	buf_addf(out, "%zu", facts->transcript.count);
}

static const struct {
	const char *word;
	void (*show)(struct buf *out, const struct smtp_facts *facts);
} rows[] = {
	{ "outcome", show_outcome }, { "doubt", show_doubt }, { "stage", show_stage },
	{ "error", show_error }, { "starttls", show_starttls }, { "code", show_code },
	{ "enhanced", show_enhanced }, { "text", show_text }, { "greeting", show_greeting },
	{ "software", show_software }, { "extensions", show_extensions },
	{ "rcpt-code", show_rcpt_code }, { "rcpt-enhanced", show_rcpt_enhanced },
	{ "rcpt-text", show_rcpt_text }, { "violations", show_violations }, { "tls", show_tls },
	{ "times", show_times }, { "total", show_total },
	{ "lines", show_lines }, /* of the transcript */
};

bool
facts_text(struct buf *out, const struct smtp_facts *facts, const char *word)
{
	buf_truncate(out, 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(word, rows[i].word) == 0) {
			rows[i].show(out, facts);
			return true;
		}
	}
	return false;
}

void
facts_text_all(struct buf *out, const struct smtp_facts *facts)
{
	buf_truncate(out, 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf one = BUF_INIT;

		rows[i].show(&one, facts);
		buf_addf(out, "%s %s\n", rows[i].word, buf_text(&one));
		buf_clear(&one);
	}
}

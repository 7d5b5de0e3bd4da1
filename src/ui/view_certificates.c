/*
 * The certificates that the selected server showed: the three facts of TLS - offered, handshake,
 * trusted - apart, then what each judgement means, then every certificate of the chain with all
 * that it says of itself. How a chain is judged is net/tls.c's.
 */
#include <stdio.h>

#include "util/buf.h"
#include "util/span.h"

#include "ui/mark.h"
#include "ui/overlay.h"
#include "ui/policy_line.h"
#include "ui/tls_lines.h"

enum {
	LABEL = 11, /* columns of what a line is about */
	DATE = 10, /* of a moment's text: the day alone */
	DIGEST_HALF = 32,
};

/* Writes a line: what it is, dim, and its text. */
static void
write_line(struct paper *paper, const char *label, const char *text, enum style style)
{
	char lead[LABEL + 1];

	if (!text || !*text)
		return;
	snprintf(lead, sizeof lead, "%-*s", LABEL, label);
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead,
		.lead_style = STYLE_DIM,
		.text = text,
		.style = style,
		.indent = 3,
	    });
}

/* Writes what holds for the server as a whole: version, cipher, chain, name. */
static void
write_judgements(
    struct paper *paper, const struct tls_facts *tls, const struct mx_exchange *exchange)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s, %s", tls->version ? tls->version : "TLS",
	    tls->cipher ? tls->cipher : "of an unknown cipher");
	write_line(paper, "handshake", text.data, STYLE_TEXT);
	buf_truncate(&text, 0);
	buf_addf(&text, "%s: %s (RFC 5280 6)", tls_chain_name(tls->chain),
	    tls_chain_help(tls->chain));
	write_line(paper, "chain", text.data, STYLE_TEXT);
	buf_truncate(&text, 0);
	buf_addf(&text,
	    "%s: %s %s among the subjectAltNames, and nothing else counts (RFC 9525 6)",
	    tls->name_matches ? "match" : "mismatch", exchange->text,
	    tls->name_matches ? "is" : "is not");
	write_line(paper, "name", text.data, STYLE_TEXT);
	buf_clear(&text);
}

/* Writes from when until when it holds, and how long still. */
static void
write_dates(struct paper *paper, const struct tls_certificate *certificate, int64_t now_time)
{
	struct buf text = BUF_INIT;
	char from[SPAN_TEXT_MAX], to[SPAN_TEXT_MAX];

	buf_addf(&text, "%.*s to %.*s, ", DATE, span_rfc3339(certificate->not_before, from),
	    DATE, span_rfc3339(certificate->not_after, to));
	tls_lines_days(certificate, now_time, &text);
	write_line(paper, "valid", text.data, STYLE_TEXT);
	buf_clear(&text);
}

/* Writes the names that it vouches for. */
static void
write_names(struct paper *paper, const struct tls_certificate *certificate)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < certificate->san_count; i++)
		buf_addf(&names, "%s%s", i > 0 ? "  " : "", certificate->sans[i]);
	write_line(paper, "names", buf_text(&names), STYLE_QUOTED);
	buf_clear(&names);
}

/* Writes its digest in two halves, to be compared by eye. */
static void
write_digest(struct paper *paper, const char *sha256)
{
	struct buf text = BUF_INIT;

	if (!sha256)
		return;
	buf_addf(&text, "%.*s %s", DIGEST_HALF, sha256, sha256 + DIGEST_HALF);
	write_line(paper, "sha256", text.data, STYLE_TEXT);
	buf_clear(&text);
}

/* Writes one certificate, the nth of the chain. */
static void
write_certificate(struct paper *paper, const struct tls_certificate *certificate, size_t nth,
    int64_t now_time)
{
	struct buf head = BUF_INIT;

	paper_line(paper);
	buf_addf(&head, "%zu  %s", nth + 1,
	    nth == 0 ? "the server's own" : "shown with it, to lead to an anchor");
	paper_write(paper,
	    &(struct paragraph){ .text = head.data, .style = STYLE_ACCENT, .indent = 1 });
	buf_clear(&head);
	write_line(paper, "subject", certificate->subject, STYLE_QUOTED);
	write_line(paper, "issuer", certificate->issuer, STYLE_QUOTED);
	write_names(paper, certificate);
	write_dates(paper, certificate, now_time);
	write_line(paper, "key", certificate->key, STYLE_TEXT);
	write_line(paper, "signature", certificate->signature, STYLE_TEXT);
	write_digest(paper, certificate->sha256);
}

/* Writes a verdict for each policy: without one, by DANE, by MTA-STS. */
static void
write_policies(struct paper *paper, const struct model *model, const struct mail_target *target)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	size_t index = (size_t)(target - inquiry->facts.targets);

	policy_lines_write(paper, inquiry, index,
	    &(const struct policy_place){ .indent = 1, .spinner = model->spinner });
}

/* Writes all that the handshake with this server showed. */
static void
write_tls(struct paper *paper, const struct model *model, const struct mail_target *target)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct tls_facts *tls = &target->probe->tls;

	tls_lines_facts(paper, NULL, 1, target->probe, "");
	write_policies(paper, model, target);
	paper_line(paper);
	write_judgements(paper, tls, &inquiry->facts.mx.exchanges[target->exchange]);
	for (size_t i = 0; i < tls->certificate_count; i++)
		write_certificate(paper, &tls->certificates[i], i, model->now_time);
	paper_line(paper);
	paper_write(paper,
	    &(struct paragraph){ .text = "`certificates FILE` writes them as PEM.",
		.style = STYLE_DIM,
		.indent = 1 });
}

/* Writes how far TLS came where there was no handshake, and why. */
static void
write_failure(struct paper *paper, const struct model *model, const struct mail_target *target)
{
	tls_lines_facts(paper, NULL, 1, target->probe, "");
	if (target->probe->starttls != SMTP_STARTTLS_NOT_TRIED)
		write_policies(paper, model, target);
	paper_line(paper);
	write_line(paper, "outcome", target->probe->error, STYLE_TEXT);
}

void
view_certificates_write(struct paper *paper, const struct model *model)
{
	const struct mail_target *target = model_selected_target(model);

	if (!target || !target->probe)
		overlay_empty(paper, "No server is selected: choose a row with an address.");
	else if (target->probe->tls.present)
		write_tls(paper, model, target);
	else if (target->probe->outcome == SMTP_IN_PROGRESS)
		overlay_empty(paper, "There was no handshake yet; the probe goes on.");
	else
		write_failure(paper, model, target);
}

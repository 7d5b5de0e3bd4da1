/*
 * The lines around the panes, but the bottom one (hint.c). Decides what is left out where room is
 * short: of the top line's facts the least telling first. The verdict's sentence is
 * mail/verdict.h's; while it is open this file says what is awaited.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/mark.h"
#include "ui/pane.h"
#include "ui/paper.h"
#include "ui/status.h"

enum {
	TAB_GAP = 2,
	ROOMY = 60, /* columns from which the verdict keeps a margin at the right */
	TOP_RANK = 6, /* of the fact that goes last */
};

/* --- the top line --------------------------------------------------------------- */

/* Appends the nameserver that answered, or those that will be asked. */
static void
say_server(const struct canvas *canvas, const struct model *model, struct buf *out)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct dns_result *result = inquiry ? inquiry->facts.mx_result : NULL;
	char text[ENDPOINT_TEXT_MAX];

	(void)canvas;
	if (result && result->server.ip.family != 0)
		buf_adds(out, endpoint_text(&result->server, text));
	else if (model->settings.server)
		buf_adds(out, model->settings.server);
	if (out->length > 3 && strcmp(out->data + out->length - 3, "@53") == 0)
		buf_truncate(out, out->length - 3);
}

/* Says what DNSSEC says of the selected domain's MX records, where it was asked. */
static void
say_dnssec(const struct canvas *canvas, const struct model *model, struct buf *out)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct dns_result *result = inquiry ? inquiry->facts.mx_result : NULL;

	enum mark mark;

	if (!result || (!result->provisional && result->dnssec == DNS_UNCHECKED))
		return;
	mark = mark_of_security(result);
	if (mark == MARK_NONE)
		buf_adds(out, "no DNSSEC"); /* its mark is the dot that parts the facts */
	else
		buf_addf(out, "DNSSEC %s", mark_text(mark, canvas->unicode, model->spinner));
}

/* Says that nothing here is real. */
static void
say_lab(const struct canvas *canvas, const struct model *model, struct buf *out)
{
	(void)canvas;
	buf_adds(out, model->settings.lab ? "LAB" : "");
}

/* Says whose plan it is, unless it is the RFC's. */
static void
say_sender(const struct canvas *canvas, const struct model *model, struct buf *out)
{
	(void)canvas;
	if (model->settings.sender != SENDER_RFC5321)
		buf_addf(out, "sender %s", sender_name(model->settings.sender));
	else
		buf_adds(out, "");
}

/* Says where the sender stands, unless it is a stranger. */
static void
say_vantage(const struct canvas *canvas, const struct model *model, struct buf *out)
{
	char text[VANTAGE_TEXT_MAX];

	(void)canvas;
	if (model->settings.vantage.kind != VANTAGE_STRANGER)
		buf_addf(out, "seen from %s", vantage_text(&model->settings.vantage, text));
	else
		buf_adds(out, "");
}

/* Says which families are probed, and which this machine has no route for. */
static void
say_families(const struct canvas *canvas, const struct model *model, struct buf *out)
{
	const struct settings *settings = &model->settings;

	(void)canvas;
	if (settings->ipv4 && settings->ipv6)
		buf_adds(out,
		    model->no_ipv6       ? "IPv4, no IPv6 route"
			: model->no_ipv4 ? "IPv6, no IPv4 route"
					 : "IPv4 IPv6");
	else
		buf_adds(out, settings->ipv4 ? "IPv4 only" : "IPv6 only");
}

/* Says which port is probed, and whether this network lets that out where it is the usual one. */
static void
say_port(const struct canvas *canvas, const struct model *model, struct buf *out)
{
	enum port_gate gate = gate_state(&model->gate);
	unsigned silent = gate_silent_family(&model->gate);

	(void)canvas;
	if (model->settings.port != GATE_PORT)
		buf_addf(out, "port %u", model->settings.port);
	else if (gate != PORT_GATE_UNKNOWN)
		buf_addf(out, "port %u %s", model->settings.port, port_gate_name(gate));
	else
		buf_adds(out, "");
	if (silent != 0)
		buf_addf(out, ", silent over IPv%u", silent);
}

/* Says what is switched off. */
static void
say_probes(const struct canvas *canvas, const struct model *model, struct buf *out)
{
	(void)canvas;
	if (!model->settings.network)
		buf_adds(out, "network off");
	else
		buf_adds(out, model->settings.probing ? "" : "probes off");
}

/* The facts at the right, in the order of the line; the lowest rank goes first. */
static const struct {
	void (*say)(const struct canvas *, const struct model *, struct buf *);
	int rank;
} top_facts[] = {
	{ say_server, 2 },
	{ say_dnssec, 4 },
	{ say_lab, TOP_RANK },
	{ say_sender, 5 },
	{ say_vantage, 5 },
	{ say_families, 1 },
	{ say_port, 3 },
	{ say_probes, 4 },
};

/* Joins the facts of at least this rank. */
static void
join_facts(const struct canvas *canvas, const struct model *model, int rank, struct buf *line)
{
	buf_truncate(line, 0);
	buf_adds(line, "");
	for (size_t i = 0; i < sizeof top_facts / sizeof *top_facts; i++) {
		struct buf fact = BUF_INIT;

		if (top_facts[i].rank < rank)
			continue;
		top_facts[i].say(canvas, model, &fact);
		if (fact.length > 0 && line->length > 0)
			buf_adds(line, glyph_text(GLYPH_SEPARATOR, canvas->unicode));
		buf_adds(line, buf_text(&fact));
		buf_clear(&fact);
	}
}

/* Puts the subject, with its A-labels behind it where they differ. Returns the columns used. */
static int
put_subject(struct canvas *canvas, struct area area, int column, const struct domain *domain)
{
	int end = area.column + area.columns - 1, used;

	used = canvas_put(
	    canvas, area.row, column, end - column, STYLE_TITLE, pane_domain(canvas, domain));
	if (pane_domain_differs(canvas, domain))
		used += 2 +
		    canvas_put(canvas, area.row, column + used + 2, end - column - used - 2,
			STYLE_DIM, domain->key);
	return used;
}

void
status_facts(struct canvas *canvas, struct area area, int column, const struct model *model)
{
	int room = area.column + area.columns - 1 - column;
	struct buf facts = BUF_INIT;

	for (int rank = 1; rank <= TOP_RANK; rank++) {
		join_facts(canvas, model, rank, &facts);
		if (canvas_width(canvas, facts.data) + TAB_GAP > room)
			continue;
		canvas_put_right(canvas, area.row, column, room, STYLE_DIM, facts.data);
		break;
	}
	buf_clear(&facts);
}

void
status_top(struct canvas *canvas, struct area area, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	int column = area.column + 1;

	column +=
	    canvas_put(canvas, area.row, column, area.columns - 2, STYLE_ACCENT, "mxscope");
	if (domain)
		column += 3 + put_subject(canvas, area, column + 3, domain);
	status_facts(canvas, area, column, model);
}

/* --- the tab line ----------------------------------------------------------------- */

static const char *const tab_names[pane_count] = {
	[PANE_DOMAINS] = "Domains",
	[PANE_MX] = "MX",
	[PANE_SMTP] = "SMTP",
};

int
status_tabs(struct canvas *canvas, struct area area, const struct model *model)
{
	int column = area.column + 1, end = area.column + area.columns;

	for (size_t i = 0; i < pane_count; i++) {
		bool focused = model->focus == i;

		if (focused)
			canvas_put(canvas, area.row, column, end - column, STYLE_ACCENT,
			    glyph_text(GLYPH_SELECTED, canvas->unicode));
		column += 1 +
		    canvas_put(canvas, area.row, column + 1, end - column - 1,
			focused ? STYLE_ACCENT : STYLE_DIM, tab_names[i]) +
		    TAB_GAP;
	}
	return column;
}

bool
status_tab_at(struct area area, int column, enum pane *pane)
{
	int start = area.column + 1;

	for (size_t i = 0; i < pane_count; i++) {
		int end = start + 1 + (int)strlen(tab_names[i]);

		if (column >= start && column < end) {
			*pane = (enum pane)i;
			return true;
		}
		start = end + TAB_GAP;
	}
	return false;
}

/* --- the verdict line -------------------------------------------------------------- */

/* Appends "2 errors  1 warning". */
static void
say_counts(const struct findings *findings, struct buf *out)
{
	size_t errors = findings_count(findings, FINDING_ERROR);
	size_t warnings = findings_count(findings, FINDING_WARNING);

	buf_adds(out, "");
	if (errors > 0)
		buf_addf(out, "%zu error%s", errors, errors == 1 ? "" : "s");
	if (errors > 0 && warnings > 0)
		buf_adds(out, "  ");
	if (warnings > 0)
		buf_addf(out, "%zu warning%s", warnings, warnings == 1 ? "" : "s");
}

/* Returns the rows that a paragraph takes in an area. */
static size_t
rows_of(struct canvas *canvas, struct area area, const struct paragraph *paragraph)
{
	struct paper paper = paper_count(canvas, area);

	paper_write(&paper, paragraph);
	return paper.lines;
}

/* The sentence without the domain, which the top line names: "Mail goes to ..."; the caller frees it. */
static char *
brief_sentence(const struct model *model, const char *sentence)
{
	struct buf brief = BUF_INIT;
	size_t length;
	const char *subject = pane_subject_in(model_selected_domain(model), sentence, &length);

	buf_adds(&brief, "");
	if (subject != NULL) {
		buf_add(&brief, sentence, (size_t)(subject - sentence));
		buf_adds(&brief, "Mail ");
		sentence = subject + length;
	}
	buf_adds(&brief, sentence);
	return buf_take(&brief);
}

/*
 * Puts a sentence with its mark into the verdict's rows. Where it is too long for them, what stands
 * right is left out, and then the domain, which also goes where that saves a row.
 */
static void
put_verdict(struct canvas *canvas, struct area area, const struct model *model, enum mark mark,
    const char *sentence, const char *right)
{
	char lead[8], *brief = brief_sentence(model, sentence);
	struct paragraph paragraph = {
		.lead = lead,
		.lead_style = mark_style(mark),
		.text = sentence,
		.style = STYLE_STATUS,
		.indent = 1,
		.right = *right ? right : NULL,
	};
	struct paper paper = paper_open(canvas, area, 0);
	size_t rows;

	snprintf(lead, sizeof lead, "%s ", mark_text(mark, canvas->unicode, model->spinner));
	paper.window.columns -= area.columns >= ROOMY;
	rows = rows_of(canvas, paper.window, &paragraph);
	paragraph.text = brief;
	if (rows_of(canvas, paper.window, &paragraph) == rows && rows <= (size_t)area.rows)
		paragraph.text = sentence;
	if (rows_of(canvas, paper.window, &paragraph) > (size_t)area.rows)
		paragraph.right = NULL;
	paragraph.lines_max = (size_t)area.rows;
	paper_write(&paper, &paragraph);
	free(brief);
}

/* Since when is waited: since the first of the probes under way began, or else since it was asked. */
static int64_t
waiting_since(const struct inquiry *inquiry)
{
	int64_t since = INT64_MAX;

	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		const struct smtp_facts *probe = inquiry->facts.targets[i].probe;

		if (probe != NULL && probe->ended_us == 0 && probe->started_us < since)
			since = probe->started_us;
	}
	return since == INT64_MAX ? inquiry->asked_us : since;
}

/* Appends for how long what an open verdict waits for has been awaited. */
static void
say_elapsed(const struct model *model, const struct inquiry *inquiry, struct buf *out)
{
	int64_t elapsed = model->now_us - waiting_since(inquiry);

	if (inquiry->verdict.kind == VERDICT_PENDING && inquiry_busy(inquiry) && elapsed >= 0)
		buf_addf(out, "%s%lld.%llds", out->length > 0 ? "  " : "",
		    (long long)(elapsed / SPAN_SECOND),
		    (long long)(elapsed / (SPAN_SECOND / 10) % 10));
}

/* Puts the verdict of an inquiry: while it is open its sentence says what is awaited. */
static void
put_inquiry(struct canvas *canvas, struct area area, const struct model *model,
    const struct inquiry *inquiry)
{
	const struct verdict *verdict = &inquiry->verdict;
	struct buf right = BUF_INIT;

	say_counts(&inquiry->findings, &right);
	say_elapsed(model, inquiry, &right);
	put_verdict(canvas, area, model, mark_of_verdict(verdict->kind, verdict->status),
	    verdict->sentence ? verdict->sentence : "", right.data);
	buf_clear(&right);
}

void
status_verdict(struct canvas *canvas, struct area area, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	char age[SPAN_TEXT_MAX];

	if (tutor_is_asking(&model->tutor))
		canvas_put(canvas, area.row, area.column + 1, area.columns - 2, STYLE_DIM,
		    "The verdict shows when you have answered.");
	else if (domain && domain->inquiry)
		put_inquiry(canvas, area, model, model_selected_inquiry(model));
	else if (domain && domain->past_sentence)
		put_verdict(canvas, area, model,
		    mark_of_verdict(domain->past_kind, domain->past_status),
		    domain->past_sentence, span_age(model->now_time - domain->time, age));
}

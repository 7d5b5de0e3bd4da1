/*
 * The lines around the panes. Decides what is left out where room is short: of the top line's
 * facts the least telling first, of the hints the last ones. The verdict's sentence is
 * mail/verdict.h's; while it is open this file says what is awaited.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/keymap.h"
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

	if (result && (result->provisional || result->dnssec != DNS_UNCHECKED))
		buf_addf(out, "DNSSEC %s",
		    mark_text(mark_of_security(result), canvas->unicode, model->spinner));
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

	(void)canvas;
	if (model->settings.port != GATE_PORT)
		buf_addf(out, "port %u", model->settings.port);
	else if (gate != PORT_GATE_UNKNOWN)
		buf_addf(out, "port %u %s", model->settings.port, port_gate_name(gate));
	else
		buf_adds(out, "");
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

/*
 * Puts a sentence with its mark into the verdict's rows; for its sake what stands right is left
 * out.
 */
static void
put_verdict(struct canvas *canvas, struct area area, const struct model *model, enum mark mark,
    const char *sentence, const char *right)
{
	char lead[8];
	struct paragraph paragraph = {
		.lead = lead,
		.lead_style = mark_style(mark),
		.text = sentence,
		.style = STYLE_STATUS,
		.indent = 1,
		.right = *right ? right : NULL,
	};
	struct paper paper;

	snprintf(lead, sizeof lead, "%s ", mark_text(mark, canvas->unicode, model->spinner));
	area.columns -= area.columns >= ROOMY;
	paper = paper_count(canvas, area);
	paper_write(&paper, &paragraph);
	if (paper.lines > (size_t)area.rows)
		paragraph.right = NULL;
	paragraph.lines_max = (size_t)area.rows;
	paper = paper_open(canvas, area, 0);
	paper_write(&paper, &paragraph);
}

/* Appends for how long an open verdict has been awaited. */
static void
say_elapsed(const struct model *model, const struct inquiry *inquiry, struct buf *out)
{
	int64_t elapsed = model->now_us - inquiry->asked_us;

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

/* --- the bottom line --------------------------------------------------------------- */

struct hint {
	const char *key, *word;
};

static const struct hint prompt_hints[] = { { "Enter", "run" }, { "Tab", "complete" },
	{ "Up", "history" }, { "Esc", "leave" } };
static const struct hint view_hints[] = { { "Up Down", "scroll" }, { "q", "close" } };
static const struct hint walk_hints[] = { { "n", "next" }, { "b", "back" }, { "s", "sender" },
	{ "x", "down" }, { "X", "clear" }, { "Up Down", "scroll" }, { "q", "close" } };
static const struct hint asking_hints[] = { { "1-6", "answer" }, { "q", "end" } };
static const struct hint lesson_hints[] = { { "n", "next" }, { "b", "back" }, { "z", "panes" },
	{ "q", "end" }, { "?", "keys" } };
static const struct hint scenario_hints[] = { { "Up Down", "choose" }, { "Enter", "look up" },
	{ "q", "close" } };

/*
 * Puts "key word" at *column when it fits before `end`, and moves it on: false when it does
 * not.
 */
static bool
put_hint(struct canvas *canvas, int row, int *column, int end, const struct hint *hint)
{
	int width = canvas_width(canvas, hint->key) + 1 + canvas_width(canvas, hint->word);

	if (*column + width > end)
		return false;
	*column += canvas_put(canvas, row, *column, end - *column, STYLE_ACCENT, hint->key) + 1;
	*column += canvas_put(canvas, row, *column, end - *column, STYLE_HINT, hint->word) + 2;
	return true;
}

/* Puts as many of these hints as fit. */
static void
put_hints(struct canvas *canvas, struct area area, const struct hint *hints, size_t count)
{
	int column = area.column + 1, end = area.column + area.columns - 1;

	for (size_t i = 0; i < count && put_hint(canvas, area.row, &column, end, &hints[i]);
	     i++)
		;
}

/* True for the hints that stand at the right end, in every pane: help and leaving. */
static bool
stands_right(const struct binding *binding)
{
	return strcmp(binding->command, "help") == 0 || strcmp(binding->command, "leave") == 0;
}

/* Puts the hints of the default keys: from the left what to do, at the right how to leave. */
static void
put_key_hints(struct canvas *canvas, struct area area)
{
	size_t count;
	const struct binding *bindings = keymap_defaults(&count);
	int left = area.column + 1, end = area.column + area.columns - 1, right = end;

	for (size_t i = 0; i < count; i++) {
		if (bindings[i].hint && stands_right(&bindings[i]))
			right -= canvas_width(canvas, bindings[i].key) + 3 +
			    canvas_width(canvas, bindings[i].hint);
	}
	right = right + 2 > left ? right + 2 : left;
	for (size_t i = 0; i < count; i++) {
		struct hint hint = { bindings[i].key, bindings[i].hint };
		bool last = stands_right(&bindings[i]);

		if (hint.word)
			put_hint(canvas, area.row, last ? &right : &left,
			    last ? end : right - 2, &hint);
	}
}

bool
status_message_fits(const struct canvas *canvas, struct area area, const struct model *model)
{
	return area.rows > 0 && canvas_width(canvas, model->message) <= area.columns - 2;
}

/* The style of the message. */
static enum style
message_style(const struct model *model)
{
	return model->message_kind == MESSAGE_ERROR ? STYLE_ERROR : STYLE_TEXT;
}

void
status_message_box(struct canvas *canvas, struct area above, const struct model *model)
{
	const struct paragraph paragraph = {
		.text = model->message,
		.style = STYLE_MENU,
		.indent = 1,
	};
	struct paper paper;
	int rows;

	above.columns--;
	paper = paper_count(canvas, above);
	paper_write(&paper, &paragraph);
	rows = paper.lines < (size_t)above.rows ? (int)paper.lines : above.rows;
	above.row += above.rows - rows;
	above.rows = rows;
	above.columns++;
	canvas_erase(canvas, above, STYLE_MENU);
	above.columns--;
	paper = paper_open(canvas, above, 0);
	paper_write(&paper, &paragraph);
}

void
status_hint(struct canvas *canvas, struct area area, const struct model *model)
{
	if (model->message && status_message_fits(canvas, area, model))
		canvas_put_marked(canvas, area.row, area.column + 1, area.columns - 2,
		    message_style(model), model->message);
	else if (model->prompt)
		put_hints(
		    canvas, area, prompt_hints, sizeof prompt_hints / sizeof *prompt_hints);
	else if (model->view == VIEW_SCENARIOS)
		put_hints(canvas, area, scenario_hints,
		    sizeof scenario_hints / sizeof *scenario_hints);
	else if (model->view != VIEW_NONE)
		put_hints(canvas, area, view_hints, sizeof view_hints / sizeof *view_hints);
	else if (model->walking)
		put_hints(canvas, area, walk_hints, sizeof walk_hints / sizeof *walk_hints);
	else if (tutor_is_asking(&model->tutor))
		put_hints(
		    canvas, area, asking_hints, sizeof asking_hints / sizeof *asking_hints);
	else if (model->tutor.open)
		put_hints(
		    canvas, area, lesson_hints, sizeof lesson_hints / sizeof *lesson_hints);
	else
		put_key_hints(canvas, area);
}

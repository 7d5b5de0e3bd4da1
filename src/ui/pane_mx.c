/*
 * The MX pane: the plan of a sender, one row an attempt, in the order of delivery. Decides what
 * stands in the frame, how rows and findings share the pane - findings come below, never
 * between (screens.md, principles 2 and 7) - and what is said where there is no plan. The table
 * itself is mx_table.c's.
 */
#include "util/buf.h"
#include "util/span.h"
#include "ui/findings.h"
#include "ui/mark.h"
#include "ui/mx_table.h"
#include "ui/pane.h"
#include "ui/paper.h"
#include "ui/posture_line.h"

enum {
	HEAD_FROM = 3, /* rows from which the columns have heads */
	ORDER_MAX = 9, /* places of the answer's order that the frame tells */
	FOOT_FROM = 4, /* rows of the frame from which its lower line says something */
	POSITION_ROOM = 16, /* columns of the lower line that are left to the position */
	FINDINGS_SHARE = 4, /* of the rows, one in so many is the findings' at most */
};

/* Draws the visible rows of the plan. */
static void
draw_rows(struct pane_drawing *drawing, const struct mx_table *table)
{
	size_t selected = drawing->model->panes[PANE_MX].selected;
	size_t count = table->inquiry->plan.count;

	for (size_t i = 0; i < drawing->rows && drawing->top + i < count; i++) {
		int row = drawing->list.row + (int)i;

		mx_table_row(table, row, drawing->top + i);
		if (drawing->top + i == selected)
			pane_select_row(drawing, row);
	}
}

/* Why there is no exchange, where the DNS has said so. */
static const char *
absence_words(const struct mail_facts *facts)
{
	if (facts->mx.kind != MX_NONE || facts->mx_result == NULL)
		return mx_kind_help(facts->mx.kind);
	if (facts->mx_result->outcome != DNS_NXDOMAIN)
		return "the domain has neither MX records nor an address";
	return facts->mx_result->alias_count == 0
	    ? "the domain does not exist"
	    : "the domain is an alias of a name that does not exist";
}

/* Says why there are no rows: the MX is awaited, or there is no exchange at all. */
static void
write_absence(struct paper *paper, const struct model *model, const struct inquiry *inquiry)
{
	static const enum mark kind_marks[mx_kind_count] = {
		[MX_EXPLICIT] = MARK_NONE,
		[MX_IMPLICIT] = MARK_NONE,
		[MX_NULL] = MARK_REFUSED,
		[MX_NONE] = MARK_BAD,
		[MX_ERROR] = MARK_UNSURE,
	};
	const struct mail_facts *facts = &inquiry->facts;
	enum mark mark = facts->mx_known ? kind_marks[facts->mx.kind] : MARK_PROGRESS;
	struct buf lead = BUF_INIT, text = BUF_INIT;

	if (!facts->mx_known && !inquiry_busy(inquiry))
		mark = MARK_NOT_TRIED;
	buf_addf(&lead, "%s ", mark_text(mark, paper->canvas->unicode, model->spinner));
	if (!facts->mx_known)
		buf_addf(&text, "the MX records of %s are %s", facts->subject.ascii,
		    mark == MARK_PROGRESS ? "being asked for" : "not known");
	else if (facts->mx.kind == MX_ERROR && facts->mx_result)
		buf_adds(&text, dns_result_reason(facts->mx_result));
	else
		buf_adds(&text, absence_words(facts));
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead.data,
		.lead_style = mark_style(mark),
		.text = text.data,
		.indent = 1,
		.right = inquiry->verdict.rule ? inquiry->verdict.rule->clause : NULL,
	    });
	buf_clear(&lead);
	buf_clear(&text);
}

/* Draws the plan as a table, with so many rows (0 or 1) for the heads of its columns. */
static void
draw_plan(
    struct pane_drawing *drawing, struct area list, int heads, const struct inquiry *inquiry)
{
	size_t selected = drawing->model->panes[PANE_MX].selected;
	struct mx_table table = { .canvas = drawing->canvas,
		.model = drawing->model,
		.inquiry = inquiry,
		.area = list };

	mx_table_fit(&table);
	if (heads > 0)
		mx_table_head(&table, list.row);
	list.row += heads;
	list.rows -= heads;
	pane_scroll(drawing, list, inquiry->plan.count, selected);
	draw_rows(drawing, &table);
	pane_position(drawing, selected);
}

/* Draws why there is no plan. Returns the rows that this takes. */
static size_t
draw_absence(struct pane_drawing *drawing, struct area area, const struct inquiry *inquiry)
{
	struct paper paper;

	area.columns--;
	paper = paper_open(drawing->canvas, area, 0);
	write_absence(&paper, drawing->model, inquiry);
	return paper.lines;
}

/* Cuts the findings' rows off the lower end of the area, of which the list needs so many. */
static struct area
take_findings(
    struct canvas *canvas, struct area *area, size_t needed, const struct findings *findings)
{
	int spare = needed < (size_t)area->rows ? area->rows - (int)needed : 0;
	int share = area->rows / FINDINGS_SHARE;
	int rows =
	    findings_room(canvas, area->columns, findings, spare > share ? spare : share);

	area->rows -= rows;
	return (struct area){ area->row + area->rows, area->column, rows, area->columns };
}

/* Tells in the frame's lower line what the domain says about its mail elsewhere in the DNS. */
static void
draw_posture(const struct pane_drawing *drawing, const struct inquiry *inquiry)
{
	struct area area = drawing->area;

	if (area.rows >= FOOT_FROM)
		posture_line_draw(drawing->canvas, area.row + area.rows - 1, area.column + 1,
		    area.columns - 2 - POSITION_ROOM, inquiry, drawing->model->spinner);
}

/* Draws the plan of an inquiry, or why there is none, and below it the findings. */
static void
draw_inquiry(struct pane_drawing *drawing, struct area inside, const struct inquiry *inquiry)
{
	int heads = inside.rows >= HEAD_FROM ? 1 : 0;
	size_t needed = inquiry->plan.count + (size_t)heads;
	struct area below;

	if (inquiry->plan.count == 0)
		needed = draw_absence(drawing, inside, inquiry);
	below = take_findings(drawing->canvas, &inside, needed, &inquiry->findings);
	findings_draw(drawing->canvas, below, &inquiry->findings);
	draw_posture(drawing, inquiry);
	if (inquiry->plan.count > 0)
		draw_plan(drawing, inside, heads, inquiry);
}

/* What the frame tells of the answer, the most telling first. */
enum fact {
	FACT_SECURITY,
	FACT_PRETENDED,
	FACT_KIND,
	FACT_ORDER,
	FACT_TTL,
	fact_count
};

/* Says what DNSSEC says of the answer, where it was asked. */
static void
say_security(const struct dns_result *result, struct buf *fact)
{
	if (result && result->provisional)
		buf_adds(fact, "validating");
	else if (result && result->dnssec != DNS_UNCHECKED)
		buf_adds(fact, dns_security_name(result->dnssec));
}

/* Says of what kind the set is, and how many records it has. */
static void
say_kind(const struct mail_facts *facts, struct buf *fact)
{
	static const char *const kinds[mx_kind_count] = {
		[MX_EXPLICIT] = "",
		[MX_IMPLICIT] = "no MX: implicit",
		[MX_NULL] = "Null MX",
		[MX_NONE] = "no exchange",
		[MX_ERROR] = "no answer",
	};

	if (!facts->mx_result)
		buf_adds(fact, "address literal");
	else if (facts->mx.kind == MX_EXPLICIT)
		buf_addf(
		    fact, "%zu record%s", facts->mx.count, facts->mx.count == 1 ? "" : "s");
	else
		buf_adds(fact, kinds[facts->mx.kind]);
}

/* Says where in the delivery order the exchanges stand, as they came in the answer. */
static void
say_answer_order(const struct plan *plan, struct buf *fact)
{
	if (plan->exchange_count < 2)
		return;
	buf_adds(fact, "answered");
	for (size_t i = 0; i < plan->exchange_count && i < ORDER_MAX; i++) {
		for (size_t place = 0; place < plan->exchange_count; place++) {
			if (plan->exchange_order[place] == i)
				buf_addf(fact, " %zu", place + 1);
		}
	}
	buf_adds(fact, plan->exchange_count > ORDER_MAX ? " ..." : "");
}

/* Says for how long the answer may be kept, and how old it is when it comes from the cache. */
static void
say_ttl(const struct dns_result *result, int64_t now_us, struct buf *fact)
{
	char text[SPAN_TEXT_MAX];

	if (!result || !dns_result_is_final(result))
		return;
	buf_addf(fact, "TTL %s", span_countdown(dns_result_ttl_left(result, now_us), text));
	if (result->from_cache)
		buf_addf(fact, ", cached %s",
		    span_age((now_us - result->received_us) / SPAN_SECOND, text));
}

/* Draws the frame with what is known of the answer. Returns the area inside. */
static struct area
draw_frame(struct pane_drawing *drawing, const struct domain *domain)
{
	const struct inquiry *inquiry = model_selected_inquiry(drawing->model);
	struct buf title = BUF_INIT,
		   facts[fact_count] = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	const char *texts[fact_count + 1] = { NULL };
	struct area inside;

	buf_adds(&title, "MX");
	if (domain)
		buf_addf(&title, "  %s", pane_domain(drawing->canvas, domain));
	if (inquiry && inquiry->facts.mx_known) {
		say_security(inquiry->facts.mx_result, &facts[FACT_SECURITY]);
		buf_adds(&facts[FACT_PRETENDED], inquiry->facts.imagined ? "pretended" : "");
		say_kind(&inquiry->facts, &facts[FACT_KIND]);
		say_answer_order(&inquiry->plan, &facts[FACT_ORDER]);
		say_ttl(inquiry->facts.mx_result, drawing->model->now_us, &facts[FACT_TTL]);
	}
	for (size_t i = 0; i < fact_count; i++)
		texts[i] = buf_text(&facts[i]);
	inside = pane_frame(drawing, title.data, texts);
	buf_clear(&title);
	for (size_t i = 0; i < fact_count; i++)
		buf_clear(&facts[i]);
	return inside;
}

void
pane_mx_draw(struct pane_drawing *drawing)
{
	const struct domain *domain = model_selected_domain(drawing->model);
	struct area inside = draw_frame(drawing, domain);

	drawing->list = inside;
	drawing->rows = inside.rows > 0 ? (size_t)inside.rows : 0;
	drawing->total = 0;
	if (inside.rows <= 0)
		return;
	if (!domain)
		pane_purpose(drawing, inside);
	else if (domain->inquiry)
		draw_inquiry(drawing, inside, model_selected_inquiry(drawing->model));
	else
		canvas_put(drawing->canvas, inside.row, inside.column + 1, inside.columns - 2,
		    STYLE_DIM, "Remembered: Enter shows what was found, r asks again.");
}

/*
 * The domains pane: what is studied now and what the history remembers, one row each. Decides
 * how a row is shared out between mark, name, age and - where the pane is broad - the verdict's
 * sentence. Which rows there are, and in which order, is the model's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/mark.h"
#include "ui/paper.h"
#include "ui/pane.h"

enum {
	MARK_COLUMNS = 4, /* pointer, mark and the blanks behind each */
	AGE_COLUMNS = 4,
	SENTENCE_FROM = 58, /* columns inside from which the sentence is shown */
	BACKTICKS = 4, /* in the line of advice: they are not shown */
	NAME_MAX = 40, /* columns of the name where a sentence stands beside it */
};

/* What the empty pane says: in one line where it fits, or a line each. */
static const char advice_line[] =
    "Type a domain and press Enter. `:lab` opens the laboratory. `?` shows the keys.";
static const struct {
	const char *key, *text;
} advice[] = {
	{ "", "Type a domain and press Enter." },
	{ ":lab ", "opens the laboratory." },
	{ "? ", "shows the keys." },
};

/* The mark of a row: of the study under way, or of what is remembered. */
static enum mark
mark_of_domain(const struct domain *domain)
{
	if (domain->inquiry)
		return mark_of_verdict(
		    domain->inquiry->verdict.kind, domain->inquiry->verdict.status);
	return domain->past_sentence ? mark_of_verdict(domain->past_kind, domain->past_status)
				     : MARK_NONE;
}

/*
 * The sentence of a row, "" when there is none yet. What it begins with - "Mail to NAME " -
 * stands beside it already.
 */
static const char *
sentence_of_domain(const struct domain *domain)
{
	const struct inquiry *inquiry = domain->inquiry;
	const char *sentence = inquiry ? inquiry->verdict.sentence : domain->past_sentence;
	size_t length;

	if (!sentence)
		return "";
	return pane_subject_in(domain, sentence, &length) == sentence ? sentence + length
								      : sentence;
}

/* Appends the name, with the A-label behind it where it differs and both have room. */
static void
add_name(
    const struct canvas *canvas, const struct domain *domain, int columns, struct buf *name)
{
	buf_adds(name, pane_domain(canvas, domain));
	if (pane_domain_differs(canvas, domain) &&
	    canvas_width(canvas, name->data) + canvas_width(canvas, domain->key) + 3 <= columns)
		buf_addf(name, " (%s)", domain->key);
}

/* Draws one row of the list. */
static void
draw_row(const struct pane_drawing *drawing, int row, const struct domain *domain)
{
	struct canvas *canvas = drawing->canvas;
	struct area list = drawing->list;
	bool broad = list.columns >= SENTENCE_FROM;
	enum mark mark = mark_of_domain(domain);
	enum style plain = domain->inquiry ? STYLE_TEXT : STYLE_DIM;
	int room = list.columns - MARK_COLUMNS - 1, name_columns = room - AGE_COLUMNS;
	int column = list.column + MARK_COLUMNS;
	char age[SPAN_TEXT_MAX];
	struct buf name = BUF_INIT;

	if (broad)
		name_columns = name_columns / 3 < NAME_MAX ? name_columns / 3 : NAME_MAX;
	add_name(canvas, domain, name_columns, &name);
	canvas_put(canvas, row, list.column + 2, 1, mark_style(mark),
	    mark_text(mark, canvas->unicode, drawing->model->spinner));
	if (domain->pinned || domain->changed || domain->watch)
		canvas_put(canvas, row, list.column + 1, 1, STYLE_ACCENT,
		    domain->changed      ? "~"
			: domain->pinned ? "*"
					 : "w");
	if (!broad && canvas_width(canvas, name.data) > name_columns)
		name_columns = room; /* the name is worth more than its age */
	canvas_put(canvas, row, column, name_columns, plain, name.data);
	column += name_columns;
	if (broad || name_columns < room)
		canvas_put_right(canvas, row, column, AGE_COLUMNS, STYLE_DIM,
		    span_age(drawing->model->now_time - domain->time, age));
	column += AGE_COLUMNS + 3;
	if (broad)
		canvas_put(canvas, row, column, list.column + list.columns - column - 1, plain,
		    sentence_of_domain(domain));
	buf_clear(&name);
}

/* Says that the filter lets nothing through. */
static void
draw_filtered(const struct pane_drawing *drawing, struct area inside)
{
	struct paper paper = paper_open(drawing->canvas, inside, 0);
	struct buf text = BUF_INIT;

	buf_addf(&text, "No domain contains \"%s\".", drawing->model->filter);
	paper_write(&paper, &(struct paragraph){ .text = text.data, .indent = 1 });
	buf_clear(&text);
}

/* Says what to do in an empty pane. */
static void
draw_advice(const struct pane_drawing *drawing, struct area inside)
{
	struct paper paper = paper_open(drawing->canvas, inside, 0);

	if (inside.columns > (int)strlen(advice_line) - BACKTICKS) {
		canvas_put_marked(drawing->canvas, inside.row, inside.column + 1,
		    inside.columns - 1, STYLE_TEXT, advice_line);
		return;
	}
	for (size_t i = 0; i < sizeof advice / sizeof *advice; i++)
		paper_write(&paper,
		    &(struct paragraph){
			.lead = advice[i].key,
			.lead_style = STYLE_ACCENT,
			.text = advice[i].text,
			.indent = 1,
		    });
}

/* Draws the visible rows. */
static void
draw_rows(struct pane_drawing *drawing, size_t selected)
{
	const struct model *model = drawing->model;

	for (size_t i = 0; i < drawing->rows && drawing->top + i < model->visible_count; i++) {
		int row = drawing->list.row + (int)i;

		draw_row(drawing, row, &model->domains[model->visible[drawing->top + i]]);
		if (drawing->top + i == selected)
			pane_select_row(drawing, row);
	}
}

void
pane_domains_draw(struct pane_drawing *drawing)
{
	const struct model *model = drawing->model;
	size_t selected = model->panes[PANE_DOMAINS].selected;
	struct buf note = BUF_INIT;
	struct area inside;

	buf_adds(&note, "");
	if (model->filter)
		buf_addf(&note, "/%s  %zu of %zu", model->filter, model->visible_count,
		    model->domain_count);
	inside = pane_frame(drawing, "Domains",
	    (const char *const[]){
		note.data, model->sort == SORT_TIME ? "" : sort_key_help(model->sort), NULL });
	buf_clear(&note);
	pane_scroll(drawing, inside, model->visible_count, selected);
	if (model->filter && model->domain_count > 0 && model->visible_count == 0)
		draw_filtered(drawing, inside);
	else if (model->visible_count == 0)
		draw_advice(drawing, inside);
	draw_rows(drawing, selected);
	pane_position(drawing, selected);
}

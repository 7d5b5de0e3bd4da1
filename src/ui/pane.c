/*
 * The common part of the panes: frame, scrolling, selection. What a row says is each pane's.
 */
#include <stdio.h>

#include "util/buf.h"
#include "util/text.h"
#include "ui/mark.h"
#include "ui/paper.h"
#include "ui/pane.h"

enum {
	FRAME_COLUMNS = 7 /* corners, the blanks around title and note, and a line between */
};

/* Joins the facts, as long as they fit into so many columns. */
static void
join_facts(const struct canvas *canvas, const char *const *facts, int columns, struct buf *note)
{
	buf_adds(note, "");
	for (; *facts; facts++) {
		size_t before = note->length;

		if (**facts == '\0')
			continue;
		if (before > 0)
			buf_adds(note, glyph_text(GLYPH_SEPARATOR, canvas->unicode));
		buf_adds(note, *facts);
		if (canvas_width(canvas, note->data) > columns) {
			buf_truncate(note, before);
			return;
		}
	}
}

struct area
pane_frame(struct pane_drawing *drawing, const char *title, const char *const *facts)
{
	const struct model *model = drawing->model;
	bool focused = model->focus == drawing->pane && model->view == VIEW_NONE;
	int room = drawing->area.columns - canvas_width(drawing->canvas, title) - FRAME_COLUMNS;
	struct buf note = BUF_INIT;
	struct area inside;

	join_facts(drawing->canvas, facts, room, &note);
	inside = canvas_frame(drawing->canvas, drawing->area,
	    focused ? STYLE_FRAME_FOCUSED : STYLE_FRAME, focused ? STYLE_ACCENT : STYLE_TITLE,
	    title, note.data);
	buf_clear(&note);
	return inside;
}

const char *
pane_domain(const struct canvas *canvas, const struct domain *domain)
{
	return canvas->unicode ? domain->name : domain->key;
}

bool
pane_domain_differs(const struct canvas *canvas, const struct domain *domain)
{
	return canvas->unicode && text_find_nocase(domain->key, "xn--") &&
	    !text_equal_nocase(domain->key, domain->name);
}

const char *
pane_subject_in(const struct domain *domain, const char *sentence, size_t *length)
{
	const struct inquiry *inquiry = domain->inquiry;
	struct buf subject = BUF_INIT;
	const char *found;

	buf_addf(&subject, "Mail to %s ",
	    inquiry != NULL ? inquiry->facts.subject.unicode : domain->name);
	found = strstr(sentence, subject.data);
	*length = subject.length;
	buf_clear(&subject);
	return found;
}

enum style
pane_selection(const struct pane_drawing *drawing)
{
	return drawing->model->focus == drawing->pane ? STYLE_SELECTION : STYLE_SELECTION_DIM;
}

void
pane_scroll(struct pane_drawing *drawing, struct area list, size_t total, size_t selected)
{
	size_t rows = list.rows > 0 ? (size_t)list.rows : 0;
	size_t last = total > rows ? total - rows : 0;

	drawing->list = list;
	drawing->rows = rows;
	drawing->total = total;
	if (selected < drawing->top)
		drawing->top = selected;
	if (rows > 0 && selected >= drawing->top + rows)
		drawing->top = selected - rows + 1;
	if (drawing->top > last)
		drawing->top = last;
}

void
pane_position(const struct pane_drawing *drawing, size_t selected)
{
	char text[64];

	if (drawing->total <= drawing->rows)
		return;
	snprintf(text, sizeof text, "%zu of %zu", selected + 1, drawing->total);
	canvas_frame_foot(drawing->canvas, drawing->area, text);
}

void
pane_purpose(const struct pane_drawing *drawing, struct area inside)
{
	struct paper paper = paper_open(drawing->canvas, inside, 0);

	paper_write(&paper,
	    &(struct paragraph){
		.text = pane_help(drawing->pane), .style = STYLE_DIM, .indent = 1 });
}

void
pane_select_row(struct pane_drawing *drawing, int row)
{
	struct area line = { row, drawing->list.column, 1, drawing->list.columns };

	canvas_restyle(drawing->canvas, line, pane_selection(drawing));
	canvas_put(drawing->canvas, row, line.column, 1, pane_selection(drawing),
	    glyph_text(GLYPH_SELECTED, drawing->canvas->unicode));
}

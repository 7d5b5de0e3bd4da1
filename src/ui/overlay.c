/*
 * What lies over the panes. Decides the place, the frame and the scrolling of every view; what a
 * view says is its own file's: either lines on a paper that is as long as it likes, or, for a
 * list with a selected row, a drawing of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "dns/idn.h"
#include "ui/help.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	BROAD = 104, /* columns that an overlay uses at most */
	FRAME_COLUMNS = 3, /* of it: left, right, and a blank */
	LIST_COLUMNS = 1000, /* of a list written as text: a row is one line */
	TEXT_LINES_MAX = 10000, /* of a view written as text */
};

/* How a view is shown: as .write writes it, on a screen as .draw draws it where there is such a one. */
struct view_row {
	const char *title;
	void (*note)(struct buf *note, const struct model *model); /* beside it, or NULL */
	void (*write)(struct paper *paper, const struct model *model);
	void (*draw)(struct overlay_drawing *drawing);
};

/* The help's topic. */
static void
note_topic(struct buf *note, const struct model *model)
{
	buf_adds(note, model->help_topic != NULL ? model->help_topic : "");
}

/* The domain that the view is about. */
static void
note_domain(struct buf *note, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);

	buf_adds(note, domain != NULL ? domain->key : "");
}

/* Appends a question. */
static void
say_question(struct buf *note, const struct dns_question *question)
{
	char name[DNS_NAME_TEXT_MAX], type[12];

	buf_addf(note, "%s %s", dns_name_text(&question->name, name),
	    dns_type_text(question->type, type));
}

/* The domain that is compared. */
static void
note_compare(struct buf *note, const struct model *model)
{
	char name[DNS_NAME_TEXT_MAX];

	if (model->comparison != NULL)
		buf_adds(note, dns_name_text(&model->comparison->machine->domain, name));
}

/* The question whose way is walked. */
static void
note_trace(struct buf *note, const struct model *model)
{
	if (model->trace != NULL)
		say_question(note, &model->trace->machine->question);
}

/* The question that was asked in full. */
static void
note_dig(struct buf *note, const struct model *model)
{
	if (model->dig != NULL)
		say_question(note, &model->dig->question);
}

/* The server that the view is about. */
static void
note_server(struct buf *note, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct mail_target *target = model_selected_target(model);
	char ip[IP_TEXT_MAX];

	buf_adds(note, "");
	if (target != NULL)
		buf_addf(note, "%s  %s", inquiry->facts.mx.exchanges[target->exchange].text,
		    ip_text(&target->ip, ip));
}

static const struct view_row views[view_count] = {
	[VIEW_HELP] = { .title = "Help", .note = note_topic, .write = help_write },
	[VIEW_SCENARIOS] = { .title = "Laboratory: what there is to try",
	    .write = view_scenarios_write,
	    .draw = view_scenarios_draw },
	[VIEW_SENDERS] = { .title = "Senders",
	    .note = note_domain,
	    .write = view_senders_write },
	[VIEW_WHAT_IF] = { .title = "What if",
	    .note = note_domain,
	    .write = view_what_if_write },
	[VIEW_ZONE] = { .title = "MX records", .note = note_domain, .write = view_zone_write },
	[VIEW_MAP] = { .title = "Routing map", .note = note_domain, .write = view_map_write },
	[VIEW_POSTURE] = { .title = "Posture",
	    .note = note_domain,
	    .write = view_posture_write },
	[VIEW_COMPARE] = { .title = "Compare",
	    .note = note_compare,
	    .write = view_compare_write },
	[VIEW_TRACE] = { .title = "Trace", .note = note_trace, .write = view_trace_write },
	[VIEW_DIG] = { .title = "Question", .note = note_dig, .write = view_dig_write },
	[VIEW_WATCH] = { .title = "Watch", .note = note_domain, .write = view_watch_write },
	[VIEW_HISTORY] = { .title = "History",
	    .note = note_domain,
	    .write = view_history_write },
	[VIEW_FINDINGS] = { .title = "Findings",
	    .note = note_domain,
	    .write = view_findings_write },
	[VIEW_TRANSCRIPT] = { .title = "Transcript",
	    .note = note_server,
	    .write = view_transcript_write },
	[VIEW_HEX] = { .title = "Octets", .note = note_server, .write = view_hex_write },
	[VIEW_TIMELINE] = { .title = "Timeline",
	    .note = note_domain,
	    .write = view_timeline_write },
	[VIEW_CAPABILITIES] = { .title = "Capabilities",
	    .note = note_domain,
	    .write = view_capabilities_write },
	[VIEW_CERTIFICATES] = { .title = "Certificates",
	    .note = note_server,
	    .write = view_certificates_write },
	[VIEW_CHAIN] = { .title = "Chain of trust",
	    .note = note_domain,
	    .write = view_chain_write },
	[VIEW_SIMULATE] = { .title = "Simulation",
	    .note = note_domain,
	    .write = view_simulate_write },
	[VIEW_EXPLAIN] = { .title = "Explanation",
	    .note = note_domain,
	    .write = view_explain_write },
	[VIEW_WHY] = { .title = "Why", .note = note_domain, .write = view_why_write },
	[VIEW_LESSONS] = { .title = "Lessons",
	    .write = view_lessons_write,
	    .draw = view_lessons_draw },
	[VIEW_CLOCK] = { .title = "Retry clock",
	    .note = note_domain,
	    .write = view_clock_write },
};

/* Returns the overlay's place: the middle of the body. */
static struct area
place(const struct overlay_drawing *drawing)
{
	struct area area = drawing->body;

	if (area.columns > BROAD) {
		area.column += (area.columns - BROAD) / 2;
		area.columns = BROAD;
	}
	return area;
}

struct area
overlay_frame(const struct overlay_drawing *drawing, const char *title, const char *note)
{
	struct area area = place(drawing);

	canvas_erase(drawing->canvas, drawing->body, STYLE_TEXT);
	return canvas_frame(
	    drawing->canvas, area, STYLE_FRAME_FOCUSED, STYLE_ACCENT, title, note);
}

void
overlay_empty(struct paper *paper, const char *sentence)
{
	paper_write(
	    paper, &(struct paragraph){ .text = sentence, .style = STYLE_DIM, .indent = 1 });
}

void
overlay_unicode(struct paper *paper, const struct dns_name *name)
{
	char ascii[DNS_NAME_TEXT_MAX];
	char *unicode = idn_to_unicode(name);
	struct buf text = BUF_INIT;

	dns_name_text(name, ascii);
	if (paper->canvas->unicode && strcmp(unicode, ascii) != 0) {
		buf_addf(&text, "%s is %s", ascii, unicode);
		paper_write(paper,
		    &(struct paragraph){ .text = text.data, .style = STYLE_DIM, .indent = 1 });
	}
	buf_clear(&text);
	free(unicode);
}

/* Opens the frame of a view that is written. */
static struct area
open_frame(const struct overlay_drawing *drawing, const struct view_row *view)
{
	struct buf note = BUF_INIT;
	struct area inside;

	if (view->note != NULL)
		view->note(&note, drawing->model);
	inside = overlay_frame(drawing, view->title, note.length > 0 ? note.data : NULL);
	buf_clear(&note);
	inside.columns--;
	return inside;
}

/* Tells in the frame's lower line which lines show, when not all do. */
static void
draw_position(const struct overlay_drawing *drawing)
{
	char foot[64];

	if (drawing->total <= drawing->rows)
		return;
	snprintf(foot, sizeof foot, "%zu-%zu of %zu", drawing->top + 1,
	    drawing->top + drawing->rows, drawing->total);
	canvas_frame_foot(drawing->canvas, place(drawing), foot);
}

/* Draws a view that is written, from the line that the model says. */
static void
draw_written(struct overlay_drawing *drawing, const struct view_row *view)
{
	const struct model *model = drawing->model;
	struct area inside = open_frame(drawing, view);
	struct paper paper;
	size_t last;

	if (inside.rows <= 0)
		return;
	paper = paper_count(drawing->canvas, inside);
	view->write(&paper, model);
	drawing->inside = inside;
	drawing->rows = (size_t)inside.rows;
	drawing->total = paper.lines;
	last = drawing->total > drawing->rows ? drawing->total - drawing->rows : 0;
	drawing->top = model->view_selected < last ? model->view_selected : last;
	paper = paper_open(drawing->canvas, inside, drawing->top);
	view->write(&paper, model);
	draw_position(drawing);
}

/* Appends the view's title and note as a line. */
static void
add_title(struct buf *out, const struct view_row *view, const struct model *model)
{
	buf_adds(out, view->title);
	if (view->note != NULL) {
		buf_adds(out, "  ");
		view->note(out, model);
	}
	while (out->length > 0 && out->data[out->length - 1] == ' ')
		buf_truncate(out, out->length - 1);
	buf_addc(out, '\n');
}

/* Appends what the view says as lines of text. */
static void
add_written(struct buf *out, const struct view_row *view, const struct model *model,
    bool unicode, int columns)
{
	struct area window = { .columns = columns };
	struct canvas canvas;
	struct paper paper;

	canvas_init(&canvas, unicode);
	canvas_resize(&canvas, 1, columns);
	paper = paper_count(&canvas, window);
	view->write(&paper, model);
	window.rows = paper.lines < TEXT_LINES_MAX ? (int)paper.lines : TEXT_LINES_MAX;
	if (window.rows > 0) {
		canvas_resize(&canvas, window.rows, columns);
		paper = paper_open(&canvas, window, 0);
		view->write(&paper, model);
		canvas_text(&canvas, out);
	}
	canvas_clear(&canvas);
}

void
overlay_text(struct buf *out, const struct model *model, bool unicode, int columns)
{
	const struct view_row *view = &views[model->view];

	if (view->write == NULL)
		return;
	add_title(out, view, model);
	add_written(out, view, model, unicode, columns);
}

void
overlay_lines(struct buf *out, const struct overlay_drawing *drawing, bool unicode)
{
	const struct view_row *view;

	/* nothing was drawn yet, perhaps for want of room */
	if (drawing->model == NULL)
		return;
	view = &views[drawing->model->view];
	if (view->write != NULL)
		add_written(out, view, drawing->model, unicode,
		    view->draw != NULL ? LIST_COLUMNS : place(drawing).columns - FRAME_COLUMNS);
}

void
overlay_keep_selected(struct overlay_drawing *drawing)
{
	size_t selected = drawing->model->view_selected;

	if (selected < drawing->top)
		drawing->top = selected;
	if (drawing->rows > 0 && selected >= drawing->top + drawing->rows)
		drawing->top = selected - drawing->rows + 1;
	if (drawing->top + drawing->rows > drawing->total)
		drawing->top =
		    drawing->total > drawing->rows ? drawing->total - drawing->rows : 0;
}

void
overlay_mark_selected(
    const struct overlay_drawing *drawing, struct area list, int row, size_t index)
{
	struct canvas *canvas = drawing->canvas;

	if (index != drawing->model->view_selected)
		return;
	canvas_restyle(
	    canvas, (struct area){ row, list.column, 1, list.columns }, STYLE_SELECTION);
	canvas_put(canvas, row, list.column, 1, STYLE_SELECTION,
	    glyph_text(GLYPH_SELECTED, canvas->unicode));
}

void
overlay_draw(struct overlay_drawing *drawing)
{
	const struct view_row *view = &views[drawing->model->view];

	drawing->rows = drawing->total = 0;
	drawing->inside = (struct area){ 0 };
	if (view->draw != NULL)
		view->draw(drawing);
	else if (view->write != NULL)
		draw_written(drawing, view);
	else
		drawing->top = 0;
}

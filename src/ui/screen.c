/*
 * The whole picture. Decides the order in which its parts are drawn, what lies over what, and
 * what is remembered between frames: where each list is scrolled, and where it was drawn, so
 * that a click finds its row. It reads the model and changes nothing in it; how many lines a
 * pane had is told by an event like everything else.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "ui/hint.h"
#include "ui/overlay.h"
#include "ui/pane.h"
#include "ui/paper.h"
#include "ui/prompt_line.h"
#include "ui/screen.h"
#include "ui/search.h"
#include "ui/status.h"
#include "ui/tutor_strip.h"

enum {
	LINES_MAX = 10000, /* of a pane that are searched */
};

struct screen {
	struct layout layout;
	struct pane_drawing panes[pane_count]; /* as last drawn; list.rows 0 = not shown */
	struct overlay_drawing overlay;
	struct strip_drawing strip;
	struct prompt_scroll prompt;
};

static void (*const pane_draw[pane_count])(struct pane_drawing *) = {
	[PANE_DOMAINS] = pane_domains_draw,
	[PANE_MX] = pane_mx_draw,
	[PANE_SMTP] = pane_smtp_draw,
};

struct screen *
screen_new(void)
{
	return mem_alloc(sizeof(struct screen));
}

void
screen_free(struct screen *screen)
{
	free(screen);
}

/* Draws a pane, or the walkthrough in its place. */
static void
draw_pane(struct pane_drawing *drawing)
{
	if (drawing->pane == PANE_SMTP && drawing->model->walking)
		pane_walk_draw(drawing);
	else
		pane_draw[drawing->pane](drawing);
}

/* Draws the panes that the layout shows; the others keep their numbers and scrolling. */
static void
draw_panes(struct screen *screen, const struct model *model, struct canvas *canvas)
{
	for (size_t i = 0; i < pane_count; i++) {
		struct pane_drawing *drawing = &screen->panes[i];

		drawing->list = (struct area){ 0 };
		if (screen->layout.panes[i].rows == 0)
			continue;
		drawing->canvas = canvas;
		drawing->model = model;
		drawing->pane = (enum pane)i;
		drawing->area = screen->layout.panes[i];
		drawing->form = screen->layout.form;
		draw_pane(drawing);
	}
}

/* Returns the rows between the lines above and what is below the panes: those of all panes. */
static struct area
body_of(const struct layout *layout, const struct canvas *canvas)
{
	int first = layout->top.rows + layout->tabs.rows;

	return (struct area){ first, 0, layout->verdict.row - layout->strip.rows - first,
		canvas->columns };
}

/* The line of a match that is shown here, counted from the first that shows; SIZE_MAX = none. */
static size_t
shown_match(const struct model *model, size_t top)
{
	size_t line = model->search.line;

	return line == SIZE_MAX || line < top ? SIZE_MAX : line - top;
}

/* Shows where what is searched for stands. */
static void
mark_matches(const struct screen *screen, const struct model *model, struct canvas *canvas)
{
	const struct text_search *search = &model->search;
	const struct pane_drawing *pane = &screen->panes[model->focus];

	if (!model_is_searching(model))
		return;
	if (model->view != VIEW_NONE)
		search_mark(canvas, screen->overlay.inside, search->text,
		    shown_match(model, screen->overlay.top));
	else
		search_mark(canvas, pane->list, search->text, shown_match(model, pane->top));
}

/* Draws what lies over the panes: an overlay, a message that is longer than its line. */
static void
draw_over(struct screen *screen, const struct model *model, struct canvas *canvas)
{
	struct area body = body_of(&screen->layout, canvas);

	screen->overlay.canvas = canvas;
	screen->overlay.model = model;
	screen->overlay.body = body;
	overlay_draw(&screen->overlay);
	mark_matches(screen, model, canvas);
	if (model_selected_domain(model) == NULL && !tutor_is_asking(&model->tutor))
		body.rows += screen->layout.verdict.rows; /* no verdict needs them */
	if (model->message && !hint_message_fits(canvas, screen->layout.hint, model))
		hint_message_box(canvas, body, model);
}

/* What the layout has to make room for. */
static struct layout_wish
wish_of(const struct model *model)
{
	struct layout_wish wish = {
		.focus = model->focus,
		.zoomed = model->zoomed,
		.view = model->view != VIEW_NONE,
	};

	memcpy(wish.edges, model->edges, sizeof wish.edges);

	if (tutor_is_asking(&model->tutor))
		wish.strip = LAYOUT_STRIP_WHOLE;
	else if (model->tutor.open)
		wish.strip = LAYOUT_STRIP_BELOW;
	return wish;
}

/* Draws what is below the panes. */
static void
draw_strip(struct screen *screen, const struct model *model, struct canvas *canvas)
{
	screen->strip.canvas = canvas;
	screen->strip.model = model;
	screen->strip.area = screen->layout.strip;
	tutor_strip_draw(&screen->strip);
}

/* Draws the lines around the panes. */
static void
draw_lines(const struct layout *layout, const struct model *model,
    const struct editor_view *editor, struct canvas *canvas)
{
	int tabs = 0;

	if (layout->top.rows > 0)
		status_top(canvas, layout->top, model);
	if (layout->tabs.rows > 0)
		tabs = status_tabs(canvas, layout->tabs, model);
	if (layout->tabs.rows > 0 && layout->top.rows == 0)
		status_facts(canvas, layout->tabs, tabs, model);
	status_verdict(canvas, layout->verdict, model);
	if (layout->hint.rows > 0)
		hint_draw(canvas, layout->hint, model, editor);
}

/* Shows in the prompt's line what the last key said, and the count that is being typed. */
static void
draw_pressed(struct canvas *canvas, struct area area, const struct model *model)
{
	const struct pressed *pressed = &model->pressed;
	struct buf text = BUF_INIT;

	if (model->settings.show_commands && pressed->command != NULL) {
		canvas_erase(canvas, area, STYLE_TEXT);
		buf_addf(&text, ":%s", pressed->command);
		canvas_put(
		    canvas, area.row, area.column + 1, area.columns - 2, STYLE_HINT, text.data);
		buf_truncate(&text, 0);
		buf_addf(&text, "key %s", pressed->key);
	}
	if (model->count > 0) {
		buf_truncate(&text, 0);
		buf_addf(&text, "%zu", model->count);
	}
	if (text.length > 0)
		canvas_put_right(canvas, area.row, area.column + 1, area.columns - 2,
		    STYLE_ACCENT, text.data);
	buf_clear(&text);
}

/* The pane as it would be if it had the rows for all of its lines. */
static struct pane_drawing
tall_pane(const struct screen *screen, const struct model *model, struct canvas *canvas)
{
	const struct pane_drawing *shown = &screen->panes[model->focus];
	struct pane_drawing tall = *shown;
	size_t rows = shown->total < LINES_MAX ? shown->total : LINES_MAX;

	tall.canvas = canvas;
	tall.model = model;
	tall.top = 0;
	tall.area.row = tall.area.column = 0;
	tall.area.rows += (int)rows;
	canvas_resize(canvas, tall.area.rows, tall.area.columns);
	return tall;
}

/* Appends the lines that scroll in the focused pane, as text. */
static void
add_pane_lines(
    const struct screen *screen, const struct model *model, bool unicode, struct buf *out)
{
	struct canvas canvas;
	struct pane_drawing tall;

	if (screen->panes[model->focus].area.columns <= 0)
		return;
	canvas_init(&canvas, unicode);
	tall = tall_pane(screen, model, &canvas);
	draw_pane(&tall);
	if (tall.list.rows > 0)
		canvas_area_text(&canvas, tall.list, out);
	canvas_clear(&canvas);
}

struct event
screen_find(const struct screen *screen, const struct model *model, bool unicode,
    const struct effect *effect)
{
	struct buf lines = BUF_INIT;
	struct event found;

	if (model->view != VIEW_NONE)
		overlay_lines(&lines, &screen->overlay, unicode);
	else
		add_pane_lines(screen, model, unicode, &lines);
	found = search_lines(&lines, model, effect);
	buf_clear(&lines);
	return found;
}

/* Says that there is no room. */
static void
draw_too_small(struct canvas *canvas)
{
	struct paper paper =
	    paper_open(canvas, (struct area){ 0, 0, canvas->rows, canvas->columns }, 0);

	paper_write(&paper,
	    &(struct paragraph){
		.text = "mxscope needs a terminal of at least 20 columns and 5 rows." });
}

void
screen_draw(struct screen *screen, const struct model *model, const struct editor_view *editor,
    struct canvas *canvas)
{
	const struct layout_wish wish = wish_of(model);

	canvas_blank(canvas);
	layout_make(&screen->layout, canvas->rows, canvas->columns, &wish);
	if (model->walking)
		layout_grow_lower(&screen->layout);
	if (screen->layout.form == LAYOUT_TOO_SMALL) {
		for (size_t i = 0; i < pane_count; i++)
			screen->panes[i].list = (struct area){ 0 };
		draw_too_small(canvas);
		return;
	}
	draw_panes(screen, model, canvas);
	draw_strip(screen, model, canvas);
	draw_over(screen, model, canvas);
	draw_lines(&screen->layout, model, editor, canvas);
	if (editor)
		prompt_line_draw(
		    canvas, screen->layout.prompt, editor, model->prompt, &screen->prompt);
	if (!model->prompt)
		draw_pressed(canvas, screen->layout.prompt, model);
}

/* True when a pane shows other numbers of lines than the model holds. */
static bool
pane_differs(const struct pane_drawing *drawing, const struct pane_view *view)
{
	return drawing->rows != view->rows || drawing->total != view->total;
}

bool
screen_layout_event(const struct screen *screen, const struct model *model, struct event *event)
{
	bool differs = screen->overlay.rows != model->view_rows ||
	    screen->overlay.total != model->view_total ||
	    screen->strip.rows != model->tutor.rows ||
	    screen->strip.total != model->tutor.total ||
	    memcmp(screen->layout.edges, model->edges, sizeof model->edges) != 0 ||
	    memcmp(screen->layout.has_edge, model->has_edge, sizeof model->has_edge) != 0;

	*event = (struct event){
		.kind = EVENT_LAYOUT,
		.view_rows = screen->overlay.rows,
		.view_total = screen->overlay.total,
		.strip_rows = screen->strip.rows,
		.strip_total = screen->strip.total,
	};
	memcpy(event->edges, screen->layout.edges, sizeof event->edges);
	memcpy(event->has_edge, screen->layout.has_edge, sizeof event->has_edge);
	for (size_t i = 0; i < pane_count; i++) {
		event->pane_rows[i] = screen->panes[i].rows;
		event->pane_totals[i] = screen->panes[i].total;
		differs = differs || pane_differs(&screen->panes[i], &model->panes[i]);
	}
	return differs;
}

/* True when the cell lies in the area. */
static bool
lies_in(struct area area, int row, int column)
{
	return row >= area.row && row < area.row + area.rows && column >= area.column &&
	    column < area.column + area.columns;
}

/* True where a frame between two areas lies that share rows: the last column of the left, the first of the right. */
static bool
lies_between(struct area left, struct area right, int row, int column)
{
	return left.rows > 0 && right.rows > 0 &&
	    (column == left.column + left.columns - 1 || column == right.column) &&
	    row >= right.row && row < right.row + right.rows;
}

/* True where the frame between two areas lies of which one is below the other. */
static bool
lies_below(struct area above, struct area below, int row, int column)
{
	return above.rows > 0 && below.rows > 0 && below.row == above.row + above.rows &&
	    (row == below.row || row == below.row - 1) && column >= below.column &&
	    column < below.column + below.columns;
}

/* Finds the frame that can be moved from this cell: false when there is none. */
static bool
edge_at(const struct layout *layout, int row, int column, enum edge *edge)
{
	struct area domains = layout->panes[PANE_DOMAINS], mx = layout->panes[PANE_MX];
	struct area smtp = layout->panes[PANE_SMTP];
	bool side = layout->form == LAYOUT_WIDE;

	if (side &&
	    (lies_between(domains, mx, row, column) ||
		lies_between(domains, smtp, row, column)))
		*edge = EDGE_SIDE;
	else if (lies_below(mx, smtp, row, column))
		*edge = EDGE_LOWER;
	else if (!side && lies_below(domains, mx, row, column))
		*edge = EDGE_UPPER;
	else
		return false;
	return true;
}

/* What lies at a cell of the view on top. */
static struct hit
hit_view(const struct screen *screen, const struct model *model, int row, int column)
{
	const struct overlay_drawing *overlay = &screen->overlay;
	struct hit hit = { .kind = HIT_NOTHING };

	if (!lies_in(overlay->body, row, column))
		return hit;
	hit.kind = HIT_VIEW;
	hit.row = overlay->top + (size_t)(row - overlay->inside.row);
	if (view_is_list(model->view) && lies_in(overlay->inside, row, column) &&
	    hit.row < overlay->total)
		hit.kind = HIT_CHOICE;
	return hit;
}

/* What lies at a cell of the panes. */
static struct hit
hit_pane(const struct screen *screen, int row, int column)
{
	struct hit hit = { .kind = HIT_NOTHING };

	for (size_t i = 0; i < pane_count; i++) {
		const struct pane_drawing *drawing = &screen->panes[i];
		struct area area = screen->layout.panes[i];

		if (!lies_in(area, row, column))
			continue;
		hit.pane = (enum pane)i;
		hit.kind = row == area.row ? HIT_TITLE : HIT_PANE;
		hit.row = drawing->top + (size_t)(row - drawing->list.row);
		if (i != PANE_SMTP && lies_in(drawing->list, row, column) &&
		    hit.row < drawing->total)
			hit.kind = HIT_ROW;
	}
	hit.on_edge = edge_at(&screen->layout, row, column, &hit.edge);
	return hit;
}

struct hit
screen_hit(const struct screen *screen, const struct model *model, int row, int column)
{
	const struct layout *layout = &screen->layout;
	struct hit hit = { .kind = HIT_NOTHING };

	if (layout->form == LAYOUT_TOO_SMALL)
		return hit;
	if (lies_in(layout->prompt, row, column)) {
		hit.kind = HIT_PROMPT;
		return hit;
	}
	if (lies_in(layout->hint, row, column)) {
		hit.kind = HIT_HINT;
		return hit;
	}
	if (model->view != VIEW_NONE)
		return hit_view(screen, model, row, column);
	if (lies_in(layout->tabs, row, column) &&
	    status_tab_at(layout->tabs, column, &hit.pane)) {
		hit.kind = HIT_TITLE;
		return hit;
	}
	return hit_pane(screen, row, column);
}

void
screen_hint(const struct screen *screen, const struct model *model, bool unicode, int column,
    struct buf *command)
{
	struct canvas canvas;

	canvas_init(&canvas, unicode);
	hint_command_at(&canvas, screen->layout.hint, model, column, command);
	canvas_clear(&canvas);
}

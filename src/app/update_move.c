/*
 * Moving: the selection of a list, the lines of a text, the frames between the panes. The numbers of
 * lines that a pane shows come from the last draw (EVENT_LAYOUT); everything here keeps within them.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

#include "app/update_parts.h"

/* How far a move goes, in rows: a page is what the list shows, less one row of context. */
struct step {
	const char *name;
	int rows, pages;
	bool to_top, to_end;
	int pane; /* panes to the side */
	size_t count; /* typed before it: so many times, or to this line; 0 = none */
};

enum {
	COUNT_MOST = 100000,
	EDGE_MOST = 500, /* columns or rows that a frame is moved at once */
};

static const struct step steps[] = {
	{ .name = "up", .rows = -1 },
	{ .name = "down", .rows = 1 },
	{ .name = "page-up", .pages = -1 },
	{ .name = "page-down", .pages = 1 },
	{ .name = "top", .to_top = true },
	{ .name = "bottom", .to_end = true },
	{ .name = "left", .pane = -1 },
	{ .name = "right", .pane = 1 },
};

/* Returns the position after the step, within 0..count-1. */
static size_t
stepped(const struct step *step, size_t position, size_t count, size_t page)
{
	long one = step->rows + step->pages * (long)(page > 1 ? page - 1 : 1);
	long to = (long)position + one * (long)(step->count > 0 ? step->count : 1);

	if (step->count > 0 && (step->to_top || step->to_end))
		to = (long)step->count - 1;
	else if (step->to_top)
		to = 0;
	else if (step->to_end)
		to = LONG_MAX;
	if (count == 0 || to < 0)
		return 0;
	return to >= (long)count ? count - 1 : (size_t)to;
}

/* The number of positions that the SMTP pane's top line can take. */
static size_t
scroll_positions(const struct pane_view *view)
{
	return view->total > view->rows ? view->total - view->rows + 1 : 1;
}

/* Scrolls the SMTP pane; at its end it follows what comes. */
static void
scroll_smtp(struct model *model, const struct step *step)
{
	struct pane_view *view = &model->panes[PANE_SMTP];
	size_t positions = scroll_positions(view);

	view->selected = stepped(step, view->selected, positions, view->rows);
	model->follow = view->selected + 1 == positions;
}

static void
move_selection(struct model *model, const struct step *step)
{
	struct pane_view *view = &model->panes[model->focus];
	const struct inquiry *inquiry = model_selected_inquiry(model);
	size_t rows = inquiry == NULL ? 0 : inquiry->plan.count;

	switch (model->focus) {
	case PANE_DOMAINS:
		view_select_row(
		    model, stepped(step, view->selected, model->visible_count, view->rows));
		break;
	case PANE_MX:
		view->selected = stepped(step, view->selected, rows, view->rows);
		model->panes[PANE_SMTP].selected = 0;
		model->follow = false;
		break;
	case PANE_SMTP:
		scroll_smtp(model, step);
		break;
	}
}

/* Moves within the view: a list by row, a text by line. */
static void
move_in_view(struct model *model, const struct step *step)
{
	size_t page = model->view_rows;
	size_t count = model->view_total;

	if (model->view == VIEW_SCENARIOS)
		count = model->scenario_count;
	else if (!view_is_list(model->view))
		count = count > page ? count - page + 1 : 1;
	model->view_selected = stepped(step, model->view_selected, count, page);
}

/* The count of a move: its argument, or what was typed before it. False with a complaint otherwise. */
static bool
take_count(struct update *update, const struct command *command, size_t *count)
{
	long number;

	*count = update->model->count;
	if (command->argument_count < 2)
		return true;
	if (!text_number(command->arguments[1], 1, COUNT_MOST, &number)) {
		update_message(
		    update, MESSAGE_ERROR, "`move` expects a count, 1 to %d.", (int)COUNT_MOST);
		return false;
	}
	*count = (size_t)number;
	return true;
}

void
view_move(struct update *update, const struct command *command)
{
	struct model *model = update->model;

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct step step = steps[i];

		if (strcmp(step.name, command->arguments[0]) != 0)
			continue;
		if (!take_count(update, command, &step.count))
			return;
		if (model->view != VIEW_NONE)
			move_in_view(model, &step);
		else if (step.pane == 0)
			move_selection(model, &step);
		else if ((int)model->focus + step.pane >= 0 &&
		    (int)model->focus + step.pane < pane_count)
			view_focus_pane(model, (enum pane)((int)model->focus + step.pane));
		return;
	}
}

/* What moves which frame: of each pane, wider and taller; a sign tells the direction. */
static const struct resize_row {
	const char *word;
	bool rows;
	int sign;
} resizes[] = {
	{ "wider", false, 1 },
	{ "narrower", false, -1 },
	{ "taller", true, 1 },
	{ "shorter", true, -1 },
};

/* Moves a frame, or says that there is none: a zoomed pane, or one of a small terminal, is alone. */
static void
move_edge(struct update *update, enum edge edge, int by)
{
	struct model *model = update->model;
	bool any = false;

	for (size_t i = 0; i < edge_count; i++)
		any = any || model->has_edge[i];
	if (model->has_edge[edge])
		model->edges[edge] += by;
	else if (!any)
		update_message(update, MESSAGE_INFO,
		    "One pane is shown alone: there is no frame to move.");
	else
		update_message(update, MESSAGE_INFO, "In this layout there is no frame %s.",
		    edge_help(edge));
}

/* Moves a frame that a pane has at its right or lower end, or the lower pane at its upper one. */
static void
resize_pane(struct update *update, const struct resize_row *row, int by)
{
	enum pane focus = update->model->focus;
	int towards = row->sign * by;

	if (!row->rows)
		move_edge(update, EDGE_SIDE, focus == PANE_DOMAINS ? towards : -towards);
	else if (focus == PANE_DOMAINS)
		move_edge(update, EDGE_UPPER, towards);
	else
		move_edge(update, EDGE_LOWER, focus == PANE_MX ? towards : -towards);
}

/* Reads how far: false for what is no small number. */
static bool
parse_distance(const struct update *update, const struct command *command, int *by)
{
	const char *text = command->argument_count > 1 ? command->arguments[1] : "";
	bool negative = *text == '-';
	long number;

	*by = update->model->count > 0 ? (int)update->model->count : 1;
	if (command->argument_count < 2)
		return *by < EDGE_MOST;
	if (!text_number(text + (negative || *text == '+'), 0, EDGE_MOST, &number))
		return false;
	*by = negative ? -(int)number : (int)number;
	return true;
}

void
view_resize(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	const char *what = command->arguments[0];
	enum edge edge;
	int by;

	if (!parse_distance(update, command, &by)) {
		update_message(update, MESSAGE_ERROR,
		    "`resize` expects a number of rows or columns, -%d to %d.", EDGE_MOST,
		    EDGE_MOST);
		return;
	}
	if (edge_parse(what, &edge))
		move_edge(update, edge, by);
	else if (strcmp(what, "reset") == 0)
		memset(model->edges, 0, sizeof model->edges);
	for (size_t i = 0; i < sizeof resizes / sizeof *resizes; i++) {
		if (strcmp(resizes[i].word, what) == 0)
			resize_pane(update, &resizes[i], by);
	}
}

void
view_count_digit(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	long number;

	if (!text_number(command->arguments[0], 0, 9, &number))
		update_message(update, MESSAGE_ERROR, "`count` expects a digit, 0 to 9.");
	else if (tutor_is_asking(&model->tutor))
		tutor_answer(update, command);
	else if (model->count < COUNT_MOST)
		model->count = model->count * 10 + (size_t)number;
}

void
view_page_down(struct update *update)
{
	const struct step page = { .pages = 1, .count = update->model->count };

	move_in_view(update->model, &page);
}

/* Scrolls a text as little as brings the line into view, with some lines before it. */
static size_t
scrolled_to(size_t top, size_t rows, size_t line)
{
	if (line >= top && line < top + rows)
		return top;
	return line > rows / 3 ? line - rows / 3 : 0;
}

void
view_go_to_line(struct update *update, size_t line)
{
	struct model *model = update->model;
	struct pane_view *pane = &model->panes[model->focus];

	if (view_is_list(model->view)) {
		model->view_selected = line < model->view_total ? line : 0;
	} else if (model->view != VIEW_NONE) {
		model->view_selected =
		    scrolled_to(model->view_selected, model->view_rows, line);
	} else if (model->focus == PANE_DOMAINS) {
		view_select_row(model, line);
	} else if (model->focus == PANE_MX) {
		pane->selected = line;
		model->panes[PANE_SMTP].selected = 0;
		model->follow = false;
	} else {
		pane->selected = scrolled_to(pane->selected, pane->rows, line);
		if (pane->selected >= scroll_positions(pane))
			pane->selected = scroll_positions(pane) - 1;
		model->follow = false;
	}
}

/* --- what the last draw told ---------------------------------------------------------- */

void
view_layout(struct update *update, const struct event *event)
{
	struct model *model = update->model;
	struct pane_view *smtp = &model->panes[PANE_SMTP];

	for (size_t i = 0; i < pane_count; i++) {
		model->panes[i].rows = event->pane_rows[i];
		model->panes[i].total = event->pane_totals[i];
	}
	memcpy(model->edges, event->edges, sizeof model->edges);
	memcpy(model->has_edge, event->has_edge, sizeof model->has_edge);
	model->view_rows = event->view_rows;
	model->view_total = event->view_total;
	model->tutor.rows = event->strip_rows;
	model->tutor.total = event->strip_total;
	if (model->follow || smtp->selected >= scroll_positions(smtp))
		smtp->selected = scroll_positions(smtp) - 1;
}

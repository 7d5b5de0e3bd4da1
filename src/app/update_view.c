/*
 * What is seen: focus, selection, scrolling, filter and order of the domains pane, views. The
 * numbers of lines that a pane shows come from the last draw (EVENT_LAYOUT); everything here
 * keeps within them.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "app/update_parts.h"

/* --- the domains pane --------------------------------------------------------------- */

/* The verdict a row of the domains pane shows. */
static enum verdict_kind
kind_of(const struct domain *domain)
{
	if (domain->inquiry != NULL)
		return domain->inquiry->verdict.kind;
	return domain->past_kind;
}

/* Worst first: refuse and bounce, then inconclusive, warn, deliver, and what is still pending. */
static int
badness(const struct domain *domain)
{
	enum verdict_kind kind = kind_of(domain);

	return kind == VERDICT_PENDING ? -1 : (int)kind;
}

/* True when the filter lets the domain through. */
static bool
passes(const struct model *model, const struct domain *domain)
{
	return model->filter == NULL || text_find_nocase(domain->name, model->filter) != NULL ||
	    text_find_nocase(domain->key, model->filter) != NULL;
}

/* Orders two domains by the pane's sort key; equal ones by time, then by name. */
static int
compare_domains(const void *a, const void *b, void *context)
{
	const struct model *model = context;
	const struct domain *x = &model->domains[*(const size_t *)a];
	const struct domain *y = &model->domains[*(const size_t *)b];
	int order = y->pinned - x->pinned;

	if (order != 0)
		return order;
	if (model->sort == SORT_VERDICT)
		order = badness(y) - badness(x);
	else if (model->sort == SORT_TIME)
		order = (x->time < y->time) - (x->time > y->time);
	if (order == 0 && model->sort == SORT_TIME)
		order = (x->inquiry == NULL) - (y->inquiry == NULL);
	if (order == 0 && model->sort == SORT_TIME && x->inquiry != NULL)
		order = (x->inquiry->ticket < y->inquiry->ticket) -
		    (x->inquiry->ticket > y->inquiry->ticket);
	return order != 0 ? order : strcmp(x->key, y->key);
}

/* Fills the visible rows: filtered, then sorted. */
static void
arrange(struct model *model)
{
	model->visible =
	    mem_realloc(model->visible, model->domain_count + 1, sizeof *model->visible);
	model->visible_count = 0;
	for (size_t i = 0; i < model->domain_count; i++) {
		if (passes(model, &model->domains[i]))
			model->visible[model->visible_count++] = i;
	}
	qsort_r(model->visible, model->visible_count, sizeof *model->visible, compare_domains,
	    model);
}

/* The row that shows this domain, or SIZE_MAX. */
static size_t
row_of(const struct model *model, size_t domain)
{
	for (size_t row = 0; row < model->visible_count; row++) {
		if (model->visible[row] == domain)
			return row;
	}
	return SIZE_MAX;
}

/* Selects a row of the domains pane; the other panes begin at their top. */
static void
select_row(struct model *model, size_t row)
{
	if (row >= model->visible_count)
		row = model->visible_count == 0 ? 0 : model->visible_count - 1;
	if (row == model->panes[PANE_DOMAINS].selected)
		return;
	model->panes[PANE_DOMAINS].selected = row;
	model->panes[PANE_MX].selected = 0;
	model->panes[PANE_SMTP].selected = 0;
	model->follow = false;
}

void
view_domains_changed(struct update *update)
{
	struct model *model = update->model;
	const struct domain *selected = model_selected_domain(model);
	size_t domain = selected == NULL ? SIZE_MAX : (size_t)(selected - model->domains);
	size_t row;

	arrange(model);
	row = row_of(model, domain);
	if (row != SIZE_MAX)
		model->panes[PANE_DOMAINS].selected =
		    row; /* the same domain, wherever it went */
	else
		select_row(model, model->panes[PANE_DOMAINS].selected);
}

void
view_domain_closed(struct update *update)
{
	struct model *model = update->model;
	size_t row = model->panes[PANE_DOMAINS].selected;

	arrange(model);
	model->panes[PANE_DOMAINS].selected = SIZE_MAX;
	select_row(model, row);
}

void
view_select_domain(struct update *update, size_t domain)
{
	struct model *model = update->model;

	if (row_of(model, domain) == SIZE_MAX) {
		free(model->filter);
		model->filter = NULL;
		arrange(model);
	}
	model->panes[PANE_DOMAINS].selected = SIZE_MAX; /* also the same row begins anew */
	select_row(model, row_of(model, domain));
	model->view = VIEW_NONE;
}

void
view_filter(struct update *update, const struct command *command)
{
	struct model *model = update->model;

	free(model->filter);
	model->filter = command->argument_count > 0 ? mem_strdup(command->arguments[0]) : NULL;
	view_domains_changed(update);
	if (model->filter != NULL && model->visible_count == 0)
		update_message(update, MESSAGE_INFO,
		    "No domain holds \"%s\"; an empty `filter` shows all.", model->filter);
}

void
view_sort(struct update *update, const struct command *command)
{
	struct model *model = update->model;

	if (!sort_key_parse(command->arguments[0], &model->sort))
		model->sort = (enum sort_key)((model->sort + 1) % sort_key_count); /* next */
	view_domains_changed(update);
	update_message(
	    update, MESSAGE_INFO, "The domains stand %s.", sort_key_help(model->sort));
}

/* --- focus -------------------------------------------------------------------------- */

/* Moves the focus to a pane; the prompt gives the keys back. */
static void
focus_pane(struct model *model, enum pane pane)
{
	model->focus = pane;
	model->prompt = false;
}

void
view_focus_prompt(struct update *update, const char *text)
{
	const struct effect effect = {
		.kind = EFFECT_PROMPT,
		.text = text == NULL ? NULL : mem_strdup(text),
	};

	update->model->prompt = true;
	if (text != NULL)
		effects_add(update->effects, &effect);
}

void
view_palette(struct update *update, const struct command *command)
{
	const struct effect effect = { .kind = EFFECT_PALETTE };

	(void)command;
	update->model->prompt = true;
	effects_add(update->effects, &effect);
}

void
view_focus(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	const char *where = command->arguments[0];
	enum pane pane;

	if (strcmp(where, "prompt") == 0)
		view_focus_prompt(
		    update, command->argument_count > 1 ? command->arguments[1] : NULL);
	else if (strcmp(where, "next") == 0)
		focus_pane(model, (enum pane)((model->focus + 1) % pane_count));
	else if (strcmp(where, "previous") == 0)
		focus_pane(model, (enum pane)((model->focus + pane_count - 1) % pane_count));
	else if (pane_parse(where, &pane))
		focus_pane(model, pane);
}

/* --- moving --------------------------------------------------------------------------- */

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
		select_row(
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
			focus_pane(model, (enum pane)((int)model->focus + step.pane));
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

/* Moves a frame that a pane has at its right or lower end, or the lower pane at its upper one. */
static void
resize_pane(struct model *model, const struct resize_row *row, int by)
{
	int towards = row->sign * by;

	if (!row->rows)
		model->edges[EDGE_SIDE] += model->focus == PANE_DOMAINS ? towards : -towards;
	else if (model->focus == PANE_DOMAINS)
		model->edges[EDGE_UPPER] += towards;
	else
		model->edges[EDGE_LOWER] += model->focus == PANE_MX ? towards : -towards;
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
		model->edges[edge] += by;
	else if (strcmp(what, "reset") == 0)
		memset(model->edges, 0, sizeof model->edges);
	for (size_t i = 0; i < sizeof resizes / sizeof *resizes; i++) {
		if (strcmp(resizes[i].word, what) == 0)
			resize_pane(model, &resizes[i], by);
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
		select_row(model, line);
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

/* --- opening and leaving --------------------------------------------------------------- */

/* Opens the selected scenario of the laboratory. */
static void
open_scenario(struct update *update)
{
	struct model *model = update->model;
	struct command command = { .verb = VERB_LOOKUP, .argument_count = 1 };

	if (model->view_selected >= model->scenario_count)
		return;
	command.arguments[0] = mem_strdup(model->scenarios[model->view_selected].domain);
	model->view = VIEW_NONE;
	study_lookup(update, &command);
	command_clear(&command);
	focus_pane(model, PANE_MX);
}

/* Begins the selected lesson, by its number. */
static void
open_lesson(struct update *update)
{
	struct effect effect = { .kind = EFFECT_LESSON };
	struct buf number = BUF_INIT;

	buf_addf(&number, "%zu", update->model->view_selected + 1);
	effect.text = buf_take(&number);
	effects_add(update->effects, &effect);
}

/* Enter: from the list of domains to the MX rows, from a row to its probe, there to the whole screen. */
void
view_open(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	size_t row = model->panes[PANE_DOMAINS].selected;

	(void)command;
	if (model->view == VIEW_SCENARIOS) {
		open_scenario(update);
	} else if (model->view == VIEW_LESSONS) {
		open_lesson(update);
	} else if (model->view != VIEW_NONE) {
		model->view = VIEW_NONE;
	} else if (model->focus == PANE_DOMAINS && row < model->visible_count) {
		struct domain *domain = &model->domains[model->visible[row]];

		focus_pane(model, PANE_MX);
		if (domain->inquiry == NULL)
			past_open(update, domain);
	} else if (model->focus == PANE_MX) {
		focus_pane(model, PANE_SMTP);
	} else if (model->focus == PANE_SMTP) {
		model->zoomed = !model->zoomed;
	}
}

/* What `leave` undoes first: each row tells when it applies and takes one thing away. */
static bool
leave_prompt(struct update *update)
{
	struct model *model = update->model;
	bool was = model->prompt;

	model->prompt = false;
	return was;
}

/* A count that was begun is given up; that it is forgotten is on_command()'s. */
static bool
leave_count(struct update *update)
{
	return update->model->count > 0;
}

/* Closes the view; help gives way to the view that it was asked in. */
static bool
leave_view(struct update *update)
{
	struct model *model = update->model;
	bool was = model->view != VIEW_NONE;

	if (model->view == VIEW_HELP && model->help_over != VIEW_NONE) {
		model->view = model->help_over;
		model->view_selected = model->help_selected;
	} else {
		model->view = VIEW_NONE;
	}
	model->help_over = VIEW_NONE;
	return was;
}

static bool
leave_walk(struct update *update)
{
	struct model *model = update->model;
	bool was = model->walking;

	model->walking = false;
	if (was)
		model->panes[PANE_SMTP].selected = 0;
	return was;
}

static bool
leave_zoom(struct update *update)
{
	struct model *model = update->model;
	bool was = model->zoomed;

	model->zoomed = false;
	return was;
}

static bool
leave_filter(struct update *update)
{
	struct model *model = update->model;
	bool was = model->filter != NULL && model->focus == PANE_DOMAINS;

	if (was) {
		free(model->filter);
		model->filter = NULL;
	}
	return was;
}

static bool
leave_pane(struct update *update)
{
	struct model *model = update->model;
	if (model->focus == PANE_DOMAINS)
		return false;
	model->focus = (enum pane)(model->focus - 1);
	return true;
}

void
view_leave(struct update *update, const struct command *command)
{
	static bool (*const leave[])(struct update *) = {
		leave_prompt,
		leave_count,
		search_leave,
		leave_view,
		leave_walk,
		tutor_leave,
		leave_zoom,
		leave_filter,
		leave_pane,
	};
	const struct effect quit = { .kind = EFFECT_QUIT };

	for (size_t i = 0; i < sizeof leave / sizeof *leave; i++) {
		if (leave[i](update)) {
			view_domains_changed(update);
			return;
		}
	}
	if (command->argument_count > 0)
		return;
	update->model->quitting = true;
	effects_add(update->effects, &quit);
}

void
view_zoom(struct update *update, const struct command *command)
{
	(void)command;
	update->model->zoomed = !update->model->zoomed;
}

void
view_show(struct update *update, enum view view)
{
	struct model *model = update->model;

	model->view = view;
	model->view_selected = 0;
	model->prompt = false;
}

/* Opens the view, or closes it when its key was pressed twice. */
static void
turn(struct update *update, enum view view)
{
	view_show(update, update->model->view == view ? VIEW_NONE : view);
}

void
view_command(struct update *update, const struct command *command)
{
	const struct model *model = update->model;
	const struct domain *domain = model_selected_domain(model);
	enum view view;

	if (!view_parse(command->arguments[0], &view))
		return;
	turn(update, view);
	if (model->view == VIEW_HISTORY && domain != NULL)
		past_open(update, domain); /* as `diff` does */
}

/* Keeps the command's argument, or NULL, in place of what was asked before. */
static void
keep_question(char **question, const struct command *command)
{
	free(*question);
	*question = command->argument_count > 0 ? mem_strdup(command->arguments[0]) : NULL;
}

void
view_explain(struct update *update, const struct command *command)
{
	keep_question(&update->model->explained, command);
	if (command->argument_count == 0)
		turn(update, VIEW_EXPLAIN);
	else
		view_show(update, VIEW_EXPLAIN);
}

void
view_why(struct update *update, const struct command *command)
{
	keep_question(&update->model->reasoned, command);
	view_show(update, VIEW_WHY);
}

void
view_help_on_topic(struct update *update, const char *topic)
{
	struct model *model = update->model;

	if (model->view != VIEW_HELP) {
		model->help_over = model->view;
		model->help_selected = model->view_selected;
	}
	view_show(update, VIEW_HELP);
	free(model->help_topic);
	model->help_topic = topic == NULL ? NULL : mem_strdup(topic);
}

void
view_help_on(struct update *update, const struct command *command)
{
	const char *topic = command->argument_count > 0 ? command->arguments[0] : NULL;
	const struct model *model = update->model;

	if (model->view == VIEW_HELP && topic == NULL && model->help_topic == NULL)
		leave_view(update);
	else
		view_help_on_topic(update, topic);
}

/* --- what the last draw told, and the mouse ---------------------------------------------- */

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
	model->view_rows = event->view_rows;
	model->view_total = event->view_total;
	model->tutor.rows = event->strip_rows;
	model->tutor.total = event->strip_total;
	if (model->follow || smtp->selected >= scroll_positions(smtp))
		smtp->selected = scroll_positions(smtp) - 1;
}

void
view_select(struct update *update, const struct event *event)
{
	struct model *model = update->model;

	focus_pane(model, event->pane);
	if (event->pane == PANE_DOMAINS) {
		select_row(model, event->row);
	} else if (event->pane == PANE_MX) {
		model->panes[PANE_MX].selected = event->row;
		model->panes[PANE_SMTP].selected = 0;
		model->follow = false;
	}
	view_facts_changed(update);
}

void
view_facts_changed(struct update *update)
{
	struct model *model = update->model;
	const struct inquiry *inquiry = model_selected_inquiry(model);
	size_t rows = inquiry == NULL ? 0 : inquiry->plan.count;
	struct pane_view *mx = &model->panes[PANE_MX];

	if (mx->selected >= rows)
		mx->selected = rows == 0 ? 0 : rows - 1;
}

/*
 * What is seen: which pane has the focus, which view lies over the panes, what is opened and left. What
 * stands in the domains pane is update_rows.c's, scrolling and frames are update_move.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "app/update_parts.h"

/* --- focus -------------------------------------------------------------------------- */

void
view_focus_pane(struct model *model, enum pane pane)
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
		view_focus_pane(model, (enum pane)((model->focus + 1) % pane_count));
	else if (strcmp(where, "previous") == 0)
		view_focus_pane(
		    model, (enum pane)((model->focus + pane_count - 1) % pane_count));
	else if (pane_parse(where, &pane))
		view_focus_pane(model, pane);
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
	view_focus_pane(model, PANE_MX);
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

		view_focus_pane(model, PANE_MX);
		if (domain->inquiry == NULL)
			past_open(update, domain);
	} else if (model->focus == PANE_MX) {
		view_focus_pane(model, PANE_SMTP);
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
		walk_leave,
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
	model->shown++;
}

/* True when this view lies over the panes. Where nothing is drawn it was told, and is told again. */
static bool
is_open(const struct model *model, enum view view)
{
	return model->rows > 0 && model->view == view;
}

/* Opens the view, or closes it when its key was pressed twice. */
static void
turn(struct update *update, enum view view)
{
	view_show(update, is_open(update->model, view) ? VIEW_NONE : view);
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

/* True when there is an explanation; otherwise its one item, which tells what can be asked, is the answer. */
static bool
is_explained(struct update *update, struct explanation *explanation)
{
	const bool found = explanation->found;

	if (!found)
		update_message(update, MESSAGE_ERROR, "%s", explanation->items[0].text);
	explanation_clear(explanation);
	return found;
}

void
view_explain(struct update *update, const struct command *command)
{
	const struct explain_world world =
	    inquiry_explain_world(model_selected_inquiry(update->model));
	struct explanation explanation;

	if (command->argument_count > 0) {
		explain_query(&explanation, command->arguments[0], &world);
		if (!is_explained(update, &explanation))
			return;
	}
	keep_question(&update->model->explained, command);
	if (command->argument_count == 0)
		turn(update, VIEW_EXPLAIN);
	else
		view_show(update, VIEW_EXPLAIN);
}

void
view_why(struct update *update, const struct command *command)
{
	const struct inquiry *inquiry = model_selected_inquiry(update->model);
	const struct explain_world world = inquiry_explain_world(inquiry);
	struct explanation explanation;

	if (command->argument_count > 0 && inquiry != NULL) {
		explain_why(&explanation, command->arguments[0], &world);
		if (!is_explained(update, &explanation))
			return;
	}
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

	if (is_open(model, VIEW_HELP) && topic == NULL && model->help_topic == NULL)
		leave_view(update);
	else
		view_help_on_topic(update, topic);
}

/* --- the mouse, and facts that come ----------------------------------------------------- */

void
view_select(struct update *update, const struct event *event)
{
	struct model *model = update->model;

	view_focus_pane(model, event->pane);
	if (event->pane == PANE_DOMAINS) {
		view_select_row(model, event->row);
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

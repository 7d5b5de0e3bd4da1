/*
 * The walkthrough: opened over the lower pane, gone through step by step. Each step selects the row
 * of which it speaks. The steps are made of the facts whenever they are looked at
 * (mail/walk.h), so that they grow while answers arrive; here is only which one is looked at.
 */
#include "app/update_parts.h"

/* Goes to a step and selects the row that it speaks of: false when there is none, and the last is gone to. */
static bool
go_to(struct update *update, size_t step)
{
	struct model *model = update->model;
	struct walk walk;
	bool exists;

	model_walk(model, &walk);
	exists = step < walk.count;
	if (!exists)
		step = walk.count == 0 ? 0 : walk.count - 1;
	model->walk_step = step;
	model->panes[PANE_SMTP].selected = 0;
	model->follow = false;
	if (step < walk.count && walk.steps[step].row != SIZE_MAX)
		model->panes[PANE_MX].selected = walk.steps[step].row;
	walk_clear(&walk);
	return exists;
}

/* Says that no step comes after this one; more may, while something is awaited. */
static void
tell_last_step(struct update *update)
{
	const struct inquiry *inquiry = model_selected_inquiry(update->model);

	update_message(update, MESSAGE_INFO,
	    inquiry != NULL && inquiry_busy(inquiry)
		? "This is the last step so far: the next one waits for an answer."
		: "This is the last step: `back` (b) goes back, `leave` (q) ends the "
		  "walkthrough.");
}

/* Says that there is nothing to go through, where that is so. */
static bool
is_possible(struct update *update)
{
	if (model_selected_inquiry(update->model) != NULL)
		return true;
	update_message(update, MESSAGE_ERROR,
	    "There is no delivery to go through: `walk user@example.net`, or look a domain up "
	    "first.");
	return false;
}

void
walk_command(struct update *update, const struct command *command)
{
	struct model *model = update->model;

	if (command->argument_count > 0)
		study_lookup(update, command);
	else if (!is_possible(update))
		return;
	if (model->message_kind == MESSAGE_ERROR)
		return;
	model->walking = true;
	model->view = VIEW_NONE;
	model->prompt = false;
	model->focus = PANE_SMTP;
	go_to(update, 0);
}

bool
walk_leave(struct update *update)
{
	struct model *model = update->model;
	bool was = model->walking;

	model->walking = false;
	if (was)
		model->panes[PANE_SMTP].selected = 0;
	return was;
}

void
walk_next(struct update *update, const struct command *command)
{
	struct model *model = update->model;

	(void)command;
	if (!model->walking)
		update_message(update, MESSAGE_INFO,
		    "`walk` (w) begins a walkthrough, whose next step this is.");
	else if (!go_to(update, model->walk_step + 1))
		tell_last_step(update);
}

void
walk_back(struct update *update, const struct command *command)
{
	struct model *model = update->model;

	if (!model->walking || model->view != VIEW_NONE || model->prompt)
		view_leave(update, command);
	else if (model->walk_step > 0)
		go_to(update, model->walk_step - 1);
}

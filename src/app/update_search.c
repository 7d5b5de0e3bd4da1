/*
 * `search` and `match`. Decides what is searched - the view on top, or the focused pane - and what is
 * said of what was found; looking itself is the front end's, who alone knows the lines
 * (EFFECT_SEARCH, answered by EVENT_FOUND). In the panes of rows, a search without a text is a
 * filter of the domains.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "app/update_parts.h"

/* Forgets what was searched for. */
static void
forget(struct text_search *search)
{
	free(search->text);
	*search = (struct text_search){ .line = SIZE_MAX };
}

bool
search_leave(struct update *update)
{
	bool was = model_is_searching(update->model);

	if (was)
		forget(&update->model->search);
	return was;
}

/* Has the front end look for it. */
static void
look(struct update *update, bool fresh, bool backwards)
{
	const struct effect effect = {
		.kind = EFFECT_SEARCH,
		.fresh = fresh,
		.backwards = backwards,
		.repeat = update->model->count > 0 ? update->model->count : 1,
	};

	effects_add(update->effects, &effect);
}

void
search_command(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	bool filtering = model->view == VIEW_NONE && model->focus != PANE_SMTP;

	if (command->argument_count == 0 || *command->arguments[0] == '\0') {
		view_focus_prompt(update, filtering ? "filter " : "search ");
		return;
	}
	forget(&model->search);
	model->search = (struct text_search){
		.text = mem_strdup(command->arguments[0]),
		.view = model->view,
		.pane = model->focus,
		.line = SIZE_MAX,
	};
	look(update, true, false);
}

/* Goes to another match. */
static void
go_on(struct update *update, bool backwards)
{
	if (model_is_searching(update->model))
		look(update, false, backwards);
	else
		update_message(update, MESSAGE_INFO,
		    "Nothing is searched for here: `search TEXT` (/) does that.");
}

void
search_match(struct update *update, const struct command *command)
{
	go_on(update, *command->arguments[0] == 'p');
}

void
search_next(struct update *update)
{
	go_on(update, false);
}

void
search_found(struct update *update, const struct event *event)
{
	struct text_search *search = &update->model->search;

	if (!model_is_searching(update->model))
		return; /* one went elsewhere meanwhile */
	if (event->matches == 0) {
		update_message(
		    update, MESSAGE_ERROR, "\"%s\" does not occur here.", search->text);
		forget(search);
		return;
	}
	search->line = event->row;
	view_go_to_line(update, event->row);
	update_message(update, MESSAGE_INFO, "Match %zu of %zu%s for \"%s\"%s%s", event->match,
	    event->matches, event->wrapped ? ", past the end," : "", search->text,
	    event->text != NULL ? ": " : " (`n`, `N`)", event->text != NULL ? event->text : "");
}

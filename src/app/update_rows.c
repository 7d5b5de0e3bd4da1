/*
 * The rows of the domains pane: which pass the filter, in which order they stand, and which one is
 * selected. A row is selected by its place, and stays the same domain wherever sorting takes it.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/platform.h"
#include "util/text.h"

#include "app/update_parts.h"

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
	platform_sort(model->visible, model->visible_count, sizeof *model->visible,
	    compare_domains, model);
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

void
view_select_row(struct model *model, size_t row)
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
		view_select_row(model, model->panes[PANE_DOMAINS].selected);
}

void
view_domain_closed(struct update *update)
{
	struct model *model = update->model;
	size_t row = model->panes[PANE_DOMAINS].selected;

	arrange(model);
	model->panes[PANE_DOMAINS].selected = SIZE_MAX;
	view_select_row(model, row);
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
	view_select_row(model, row_of(model, domain));
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

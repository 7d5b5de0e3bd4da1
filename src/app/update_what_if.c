/*
 * What is pretended about the selected domain: states of its hosts, and an edited MX set. Changes
 * the list of pretences, has hosts asked for that stand only in the edited set (update_spare.c),
 * and lets the review imagine the rest (mail/imagine.h). What was seen is never touched.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "app/update_parts.h"

/* --- commands --------------------------------------------------------------------------------- */

/* The selected domain when it is studied, or NULL after saying that there is none. */
static struct domain *
studied(struct update *update)
{
	struct domain *domain = study_selected(update->model);

	if (domain != NULL && domain->inquiry != NULL)
		return domain;
	update_message(
	    update, MESSAGE_ERROR, "There is no domain here about which to pretend anything.");
	return NULL;
}

/* Says a sentence of refusal, and frees it: false, where there is one. */
static bool
is_taken(struct update *update, char *refusal)
{
	if (refusal == NULL)
		return true;
	update_message(update, MESSAGE_ERROR, "%s", refusal);
	free(refusal);
	return false;
}

/* Reviews the domain after a pretence changed, and says what is in force, and what more there is to see. */
static void
tell(struct update *update, struct domain *domain)
{
	const struct what_if *what_if = &domain->inquiry->what_if;
	struct buf list = BUF_INIT;

	study_review(update, domain);
	what_if_write(&list, what_if, &domain->inquiry->facts);
	if (what_if_any(what_if))
		update_message(update, MESSAGE_INFO,
		    "Pretended: %s; `what-if clear` (X) ends it%s", buf_text(&list),
		    update->model->view == VIEW_WHAT_IF ? "." : ", `view what-if` compares.");
	else
		update_message(update, MESSAGE_INFO, "Nothing is pretended any more.");
	buf_clear(&list);
}

/*
 * Carries out a change of the pretences, which are held against the facts as they were seen,
 * under the MX records as they are edited.
 */
static bool
change(struct update *update, struct inquiry *inquiry, const struct command *command)
{
	const struct what_if edited = { .mx = inquiry->what_if.mx };
	struct mail_facts facts;
	char *refusal;

	imagine_facts(&facts, &inquiry->facts, &inquiry->spare, &edited);
	refusal = pretences_add(
	    &inquiry->what_if.pretences, &facts, command->arguments[0], command->arguments[1]);
	mail_facts_clear(&facts);
	return is_taken(update, refusal);
}

/* Pretends that the selected row is down, or takes that back: false where there is none. */
static bool
toggle(struct update *update, struct inquiry *inquiry)
{
	const struct model *model = update->model;
	const struct plan_row *row = model_selected_row(model);
	const struct mail_target *target = model_selected_target(model);
	const struct mail_facts *facts = &model_selected_inquiry(model)->facts;
	bool on;

	if (row == NULL) {
		update_message(update, MESSAGE_ERROR, "There is no exchange to pretend down.");
		return false;
	}
	return is_taken(update,
	    pretences_toggle_down(&inquiry->what_if.pretences, facts,
		&facts->mx.exchanges[row->exchange].name, target == NULL ? NULL : &target->ip,
		&on));
}

/* Ends all that is pretended. */
static void
clear(struct inquiry *inquiry)
{
	inquiry->what_if = (struct what_if){ .mx = { .edited = false } };
	mail_facts_clear(&inquiry->spare);
}

void
what_if_command(struct update *update, const struct command *command)
{
	struct domain *domain = studied(update);

	if (domain == NULL)
		return;
	if (command->argument_count == 0) {
		if (toggle(update, domain->inquiry))
			tell(update, domain);
	} else if (command->argument_count == 2) {
		if (!change(update, domain->inquiry, command))
			return;
		view_show(update, VIEW_WHAT_IF);
		tell(update, domain);
	} else if (strcmp(command->arguments[0], "clear") == 0) {
		clear(domain->inquiry);
		tell(update, domain);
	} else {
		update_message(update, MESSAGE_ERROR,
		    "`what-if` expects TARGET STATE, or `clear`; alone it pretends that the "
		    "selected row is down.");
	}
}

/* --- `mx` ---------------------------------------------------------------------------------------- */

/* Carries out the edit: NULL, or why nothing was changed. */
static char *
edit(struct inquiry *inquiry, const struct command *command)
{
	struct mx_draft *mx = &inquiry->what_if.mx;
	const char *verb = command->arguments[0];
	const char *first = command->argument_count > 1 ? command->arguments[1] : "";
	const char *second = command->argument_count > 2 ? command->arguments[2] : "";

	if (strcmp(verb, "add") == 0 && command->argument_count == 3)
		return mx_draft_add(mx, &inquiry->facts, first, second);
	if (strcmp(verb, "remove") == 0 && command->argument_count == 2)
		return mx_draft_remove(mx, &inquiry->facts, first);
	if (strcmp(verb, "prefer") == 0 && command->argument_count == 3)
		return mx_draft_prefer(mx, &inquiry->facts, first, second);
	return mem_strdup("`mx` expects add PREF HOST, remove HOST, prefer HOST PREF or zone.");
}

void
what_if_mx(struct update *update, const struct command *command)
{
	struct domain *domain = studied(update);

	if (domain == NULL)
		return;
	if (strcmp(command->arguments[0], "zone") == 0 && command->argument_count == 1) {
		view_show(update, VIEW_ZONE);
		return;
	}
	if (!is_taken(update, edit(domain->inquiry, command)))
		return;
	spare_make_room(domain->inquiry);
	spare_ask(update, domain->inquiry);
	view_show(update, VIEW_WHAT_IF);
	tell(update, domain);
}

/*
 * What is pretended about the selected domain: states of its hosts, and an edited MX set. Changes
 * the list of pretences, asks for hosts that stand only in the edited set, and lets the review
 * imagine the rest (mail/imagine.h). What was seen is never touched.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "app/update_parts.h"

/* --- hosts that stand only in the edited set ------------------------------------------- */

/* True when the inquiry itself asks for this host's addresses. */
static bool
is_asked_for(const struct mail_facts *facts, const struct dns_name *name)
{
	for (size_t i = 0; i < facts->mx.count; i++) {
		if (facts->addresses[i].a_asked &&
		    dns_name_equal(&facts->mx.exchanges[i].name, name))
			return true;
	}
	return false;
}

/* Keeps what is known of the edited set's hosts, in a place for each of them. */
static void
make_room(struct inquiry *inquiry)
{
	struct mail_facts spare;

	imagine_spare(&spare, &inquiry->facts, &inquiry->spare, &inquiry->what_if);
	mail_facts_clear(&inquiry->spare);
	inquiry->spare = spare;
}

/* Asks for the addresses of this exchange of the edited set. */
static void
ask_spare(struct update *update, struct inquiry *inquiry, size_t exchange)
{
	struct dns_question question = { .name = inquiry->spare.mx.exchanges[exchange].name };

	question.type = DNS_TYPE_A;
	ask_question(update, inquiry, ASK_SPARE, 0, &question, false);
	question.type = DNS_TYPE_AAAA;
	ask_question(update, inquiry, ASK_SPARE, 0, &question, false);
	inquiry->ended_us = 0;
}

/* Asks for all hosts of the edited set of which nothing is known yet. */
static void
ask_for_spares(struct update *update, struct inquiry *inquiry)
{
	const struct mail_facts *spare = &inquiry->spare;

	for (size_t i = 0; i < spare->mx.count; i++) {
		if (spare->addresses[i].a_asked && !spare->addresses[i].a &&
		    !spare->addresses[i].aaaa &&
		    !is_asked_for(&inquiry->facts, &spare->mx.exchanges[i].name))
			ask_spare(update, inquiry, i);
	}
}

void
what_if_ask_again(struct update *update, struct inquiry *inquiry)
{
	if (inquiry->what_if.mx.edited && update->model->settings.network)
		ask_for_spares(update, inquiry);
}

void
what_if_take_addresses(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	struct mail_facts *spare = &inquiry->spare;

	(void)index;
	for (size_t i = 0; i < spare->mx.count; i++) {
		size_t targets = spare->target_count;

		if (!spare->addresses[i].a_asked ||
		    !dns_name_equal(&spare->mx.exchanges[i].name, &result->question.name))
			continue;
		mail_facts_addresses(spare, i, result);
		probe_spares(update, inquiry, targets);
		return;
	}
}

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

/* Reviews the domain after a pretence changed, and says what is in force. */
static void
tell(struct update *update, struct domain *domain)
{
	const struct what_if *what_if = &domain->inquiry->what_if;
	struct buf list = BUF_INIT;

	study_review(update, domain);
	pretences_write(&list, &what_if->pretences);
	if (what_if->mx.edited)
		buf_addf(&list, "%sother MX records", list.length > 0 ? ", " : "");
	if (what_if_any(what_if))
		update_message(update, MESSAGE_INFO,
		    "Pretended: %s; `what-if clear` (X) ends it, `view what-if` compares.",
		    buf_text(&list));
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
		tell(update, domain);
		view_show(update, VIEW_WHAT_IF);
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
	make_room(domain->inquiry);
	what_if_ask_again(update, domain->inquiry);
	tell(update, domain);
	view_show(update, VIEW_WHAT_IF);
}

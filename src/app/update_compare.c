/*
 * Servers side by side: whom to compare, what is asked, and what a finished comparison of
 * authoritative servers leaves with the inquiries of its domain, whose findings it adds to.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "dns/idn.h"

#include "app/update_parts.h"

enum {
	PORT_DNS = 53,
	RESOLVERS_LEAST = 2,
};

/* What the words of the command say. */
struct wish {
	struct dns_name domain;
	struct endpoint resolvers[COMMAND_ARGUMENTS_MAX];
	size_t resolver_count;
};

/* Orders all that the machine wants. */
static void
ask_all(struct update *update, struct compare_run *run)
{
	struct dns_enquiry want;

	for (; dns_comparison_next(run->machine, &want); run->pending++)
		enquiry_send(update, run->ticket, &want);
}

/* Takes an older comparison out of the model, and what is in flight for it. */
static void
forget(struct update *update)
{
	struct compare_run *run = update->model->comparison;

	if (run == NULL)
		return;
	enquiry_drop(update, run->ticket, run->pending);
	compare_run_free(run);
	update->model->comparison = NULL;
}

bool
compare_stop(struct update *update)
{
	struct compare_run *run = update->model->comparison;

	if (run == NULL || run->pending == 0)
		return false;
	enquiry_drop(update, run->ticket, run->pending);
	run->ticket = update->model->next_ticket++;
	run->pending = 0;
	run->ended_us = update->now.us;
	return true;
}

/* Reads one word: @RESOLVER, or the domain; false after a sentence. */
static bool
read_word(struct update *update, const char *word, struct wish *wish)
{
	const char *wrong;

	if (*word == '@') {
		if (endpoint_parse(
			&wish->resolvers[wish->resolver_count++], word + 1, PORT_DNS))
			return true;
		update_message(update, MESSAGE_ERROR,
		    "Expected the address of a resolver such as @192.0.2.53, not \"%s\".",
		    word);
		return false;
	}
	wrong =
	    wish->domain.length > 0 ? "one domain is enough" : idn_to_name(word, &wish->domain);
	if (wrong != NULL)
		update_message(
		    update, MESSAGE_ERROR, "Expected a domain to compare: %s.", wrong);
	return wrong == NULL;
}

/* Reads all words; without a domain the selected one counts. False after a sentence. */
static bool
read_wish(struct update *update, const struct command *command, struct wish *wish)
{
	const struct domain *domain = study_selected(update->model);
	const struct inquiry *inquiry = domain == NULL ? NULL : domain->inquiry;

	for (int i = 0; i < command->argument_count; i++) {
		if (!read_word(update, command->arguments[i], wish))
			return false;
	}
	if (wish->resolver_count > 0 && wish->resolver_count < RESOLVERS_LEAST) {
		update_message(update, MESSAGE_ERROR,
		    "Expected two resolvers or more: `compare @192.0.2.53 @198.51.100.53`.");
		return false;
	}
	if (wish->domain.length == 0 && inquiry != NULL)
		wish->domain = inquiry->facts.subject.domain;
	if (wish->domain.length == 0)
		update_message(update, MESSAGE_ERROR,
		    "Expected a domain to compare: `compare example.net`, or one selected.");
	return wish->domain.length > 0;
}

void
compare_command(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct wish wish = { .resolver_count = 0 };
	struct compare_run *run;

	if (!read_wish(update, command, &wish) || !study_network_on(update))
		return;
	forget(update);
	run = mem_alloc(sizeof *run);
	run->ticket = model->next_ticket++;
	run->machine = wish.resolver_count > 0
	    ? dns_comparison_of(&wish.domain, wish.resolvers, wish.resolver_count)
	    : dns_comparison_new(&wish.domain);
	model->comparison = run;
	ask_all(update, run);
	view_show(update, VIEW_COMPARE);
}

/* Leaves what was found with every inquiry of the domain. */
static void
tell_inquiries(struct update *update, const struct compare_run *run)
{
	for (size_t i = 0; i < update->model->domain_count; i++) {
		struct domain *domain = &update->model->domains[i];

		if (domain->inquiry == NULL ||
		    !dns_name_equal(
			&domain->inquiry->facts.subject.domain, &run->machine->domain))
			continue;
		divergence_clear(&domain->inquiry->facts.divergence);
		divergence_copy(&domain->inquiry->facts.divergence, &run->divergence);
		study_review(update, domain);
	}
}

bool
compare_answered(struct update *update, const struct event *event)
{
	struct compare_run *run = update->model->comparison;

	if (run == NULL || run->ticket != event->ticket)
		return false;
	run->pending--;
	update->model->in_flight--;
	dns_comparison_take(run->machine, event->tag, event->result);
	ask_all(update, run);
	if (run->pending > 0)
		return true;
	run->ended_us = update->now.us;
	divergence_make(&run->divergence, run->machine);
	if (!run->machine->resolvers)
		tell_inquiries(update, run);
	return true;
}

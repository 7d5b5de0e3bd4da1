/*
 * The walk from the root: what the machine (dns/trace) wants asked is ordered, what comes back is
 * handed to it.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "dns/idn.h"

#include "app/update_parts.h"

/* Orders all that the machine wants. */
static void
ask_all(struct update *update, struct trace_run *run)
{
	struct dns_enquiry want;

	for (; dns_trace_next(run->machine, &want); run->pending++)
		enquiry_send(update, run->ticket, &want);
}

/* Takes an older walk out of the model, and what is in flight for it. */
static void
forget(struct update *update)
{
	struct trace_run *run = update->model->trace;

	if (run == NULL)
		return;
	enquiry_drop(update, run->ticket, run->pending);
	trace_run_free(run);
	update->model->trace = NULL;
}

bool
trace_stop(struct update *update)
{
	struct trace_run *run = update->model->trace;

	if (run == NULL || run->pending == 0)
		return false;
	enquiry_drop(update, run->ticket, run->pending);
	run->ticket = update->model->next_ticket++;
	run->pending = 0;
	run->ended_us = update->now.us;
	return true;
}

/* Reads the name, or takes the selected domain's; false after a sentence. */
static bool
read_question(
    struct update *update, const struct command *command, struct dns_question *question)
{
	const struct domain *domain = study_selected(update->model);
	const struct inquiry *inquiry = domain == NULL ? NULL : domain->inquiry;
	const char *wrong;

	question->type = DNS_TYPE_MX;
	if (command->argument_count > 1 &&
	    !dns_type_parse(command->arguments[1], &question->type)) {
		update_message(update, MESSAGE_ERROR,
		    "Expected a type such as MX, AAAA or TYPE65, not \"%s\".",
		    command->arguments[1]);
		return false;
	}
	if (command->argument_count > 0) {
		wrong = idn_to_name(command->arguments[0], &question->name);
		if (wrong != NULL)
			update_message(
			    update, MESSAGE_ERROR, "Expected a name to trace: %s.", wrong);
		return wrong == NULL;
	}
	if (inquiry == NULL || inquiry->facts.subject.domain.length == 0) {
		update_message(update, MESSAGE_ERROR,
		    "Expected a name to trace: `trace example.net`, or a domain selected.");
		return false;
	}
	question->name = inquiry->facts.subject.domain;
	return true;
}

void
trace_command(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct dns_question question;
	struct trace_run *run;

	if (!read_question(update, command, &question) || !study_network_on(update))
		return;
	forget(update);
	run = mem_alloc(sizeof *run);
	run->ticket = model->next_ticket++;
	run->asked_us = update->now.us;
	run->machine = dns_trace_new(&question, &model->settings.hints);
	model->trace = run;
	ask_all(update, run);
	view_show(update, VIEW_TRACE);
}

bool
trace_answered(struct update *update, const struct event *event)
{
	struct trace_run *run = update->model->trace;

	if (run == NULL || run->ticket != event->ticket)
		return false;
	run->pending--;
	update->model->in_flight--;
	dns_trace_take(run->machine, event->tag, event->result);
	ask_all(update, run);
	if (run->pending == 0)
		run->ended_us = update->now.us;
	return true;
}

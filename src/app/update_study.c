/*
 * Inquiries: how one begins, is asked anew, stopped, closed, and what is kept of it when it ends.
 * What is asked is in update_ask.c, what is probed in update_probe.c.
 *
 * A report whose ticket belongs to no inquiry - closed, stopped or asked anew since - is
 * dropped by study_find(), and only there.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "app/update_parts.h"

struct domain *
study_find(struct model *model, uint64_t ticket)
{
	for (size_t i = 0; i < model->domain_count; i++) {
		struct domain *domain = &model->domains[i];

		if (domain->inquiry != NULL && domain->inquiry->ticket == ticket)
			return domain;
	}
	return NULL;
}

struct domain *
study_selected(struct model *model)
{
	size_t row = model->panes[PANE_DOMAINS].selected;

	return row < model->visible_count ? &model->domains[model->visible[row]] : NULL;
}

static struct review_settings
review_settings(const struct model *model)
{
	const struct settings *settings = &model->settings;

	return (struct review_settings){
		.plan = model_plan_settings(model),
		.probing = settings->network && settings->probing,
		.wall_time = model->now_time,
		.port = settings->port,
		.gate = settings->lab ? NULL : &model->gate,
	};
}

bool
study_network_on(struct update *update)
{
	if (update->model->settings.network)
		return true;
	update_message(update, MESSAGE_ERROR,
	    "The network is off: `net on` lets questions and probes out again.");
	return false;
}

/* --- the end of an inquiry ----------------------------------------------------- */

/* Orders the finished inquiry to be kept in the history, and remembers it in its row. */
static void
keep(struct update *update, struct domain *domain)
{
	const struct verdict *verdict = &domain->inquiry->verdict;
	struct effect effect = { .kind = EFFECT_SAVE };

	effect.entry = (struct history_entry){
		.name = mem_strdup(domain->key),
		.time = domain->inquiry->asked_time,
		.kind = verdict->kind,
		.status = mem_strdup(verdict->status),
		.sentence = mem_strdup(verdict->sentence),
		.facts = past_facts(update->model, domain),
	};
	effects_add(update->effects, &effect);
	past_kept(update, domain);
	free(domain->past_status);
	free(domain->past_sentence);
	domain->past_status = mem_strdup(verdict->status);
	domain->past_sentence = mem_strdup(verdict->sentence);
	domain->past_kind = verdict->kind;
}

void
study_review(struct update *update, struct domain *domain)
{
	struct inquiry *inquiry = domain->inquiry;
	const struct review_settings settings = review_settings(update->model);

	inquiry_review(inquiry, &settings);
	if (!inquiry_busy(inquiry) && inquiry->ended_us == 0) {
		inquiry->ended_us = update->now.us;
		if (!inquiry->stopped) {
			keep(update, domain);
			watch_ended(update, domain);
		}
		if (update->model->sort == SORT_VERDICT)
			view_domains_changed(update);
	}
	if (domain == study_selected(update->model))
		view_facts_changed(update);
}

/* Takes what is in flight for this inquiry out of the count, and orders it forgotten. */
static void
drop(struct update *update, struct inquiry *inquiry)
{
	const struct effect effect = { .kind = EFFECT_DROP, .ticket = inquiry->ticket };

	if (!inquiry_busy(inquiry))
		return;
	effects_add(update->effects, &effect);
	update->model->in_flight -= inquiry->lookups + inquiry->probes;
	inquiry->lookups = inquiry->probes = 0;
	visit_dropped(update, inquiry->ticket);
}

/* --- beginning ----------------------------------------------------------------- */

/* How a study is to be made. */
struct manner {
	bool fresh; /* questions go past the cache */
	bool rcpt; /* probes go on to RCPT */
};

/* How studies of such a subject are made unless something else is asked for. */
static struct manner
usual_manner(const struct model *model, const struct mail_subject *subject)
{
	return (struct manner){ .rcpt = model->settings.rcpt && subject->local_part != NULL };
}

/* Begins the inquiry in this row, in place of an older one. */
static void
begin_inquiry(
    struct update *update, struct domain *domain, struct inquiry *inquiry, struct manner manner)
{
	const struct mail_subject *subject = &inquiry->facts.subject;

	if (domain->inquiry != NULL) {
		drop(update, domain->inquiry);
		inquiry_carry_over(inquiry, domain->inquiry);
	}
	inquiry_free(domain->inquiry);
	inquiry->rcpt = manner.rcpt;
	inquiry->anew = manner.fresh;
	inquiry->facts.port = update->model->settings.port;
	domain->inquiry = inquiry;
	domain->time = update->now.time;
	if (subject->literal.family != 0) {
		mail_facts_mx(&inquiry->facts, NULL);
		ask_reverse(update, inquiry, 0, manner.fresh);
		probe_from(update, inquiry, 0);
	} else {
		ask_mx(update, inquiry, manner.fresh);
		ask_posture(update, inquiry, manner.fresh);
	}
	spare_ask(update, inquiry);
	study_review(update, domain);
}

/* Begins a study of the subject in this row, in place of an older one. */
static void
begin(struct update *update, struct domain *domain, const struct mail_subject *subject,
    struct manner manner)
{
	struct inquiry *inquiry = inquiry_new(
	    subject, update->model->next_ticket++, update->now.us, update->now.time);

	if (update->model->ascii_names)
		mail_subject_show_ascii(&inquiry->facts.subject);
	begin_inquiry(update, domain, inquiry, manner);
}

void
study_begin_cautiously(struct update *update, struct domain *domain)
{
	const struct inquiry *before = domain->inquiry;
	struct inquiry *inquiry = inquiry_new(&before->facts.subject,
	    update->model->next_ticket++, before->asked_us, before->asked_time);

	inquiry->cautious = true;
	begin_inquiry(update, domain, inquiry, (struct manner){ .rcpt = before->rcpt });
}

/* Begins a study of the subject in a row of its own, old or new, and selects it. */
static void
begin_row(struct update *update, const struct mail_subject *subject, struct manner manner)
{
	struct model *model = update->model;
	char *key = model_key(subject);
	size_t i = domains_find(model, key);

	if (i == SIZE_MAX)
		i = domains_add(model, mem_strdup(subject->typed), key, update->now.time);
	else
		free(key);
	begin(update, &model->domains[i], subject, manner);
	view_domains_changed(update);
	view_select_domain(update, i);
}

/* The row in which the subject is studied already, or SIZE_MAX. */
static size_t
find_studied(const struct model *model, const struct mail_subject *subject)
{
	char *key = model_key(subject);
	size_t i = domains_find(model, key);

	free(key);
	return i != SIZE_MAX && model->domains[i].inquiry != NULL ? i : SIZE_MAX;
}

/* Looks the subject up, or selects it where it is studied already. */
static void
look_up(struct update *update, const struct mail_subject *subject)
{
	struct model *model = update->model;
	size_t i = find_studied(model, subject);

	if (i == SIZE_MAX) {
		begin_row(update, subject, usual_manner(model, subject));
		return;
	}
	view_select_domain(update, i);
	update_message(update, MESSAGE_INFO, "%s is here already; `reload` (r) asks again.",
	    model->domains[i].name);
}

void
study_lookup(struct update *update, const struct command *command)
{
	struct mail_subject subject;
	char *error;

	if (command->argument_count == 0) {
		if (update->model->scenarios != NULL)
			view_show(update, VIEW_SCENARIOS);
		else
			update_message(update, MESSAGE_ERROR,
			    "Expected a domain or an address: `lookup example.net`.");
		return;
	}
	if (!study_network_on(update))
		return;
	error = mail_subject_parse(&subject, command->arguments[0]);
	if (error != NULL) {
		update_message(update, MESSAGE_ERROR, "%s", error);
		free(error);
		return;
	}
	look_up(update, &subject);
	mail_subject_clear(&subject);
}

/* Asks the servers of the address for it, whether it is studied already or not. */
static void
ask_recipient(struct update *update, const struct mail_subject *subject)
{
	struct model *model = update->model;
	size_t i = find_studied(model, subject);

	if (i == SIZE_MAX) {
		begin_row(update, subject, (struct manner){ .rcpt = true });
	} else {
		view_select_domain(update, i);
		probe_recipient(update, &model->domains[i]);
	}
	if (model->message == NULL)
		update_message(update, MESSAGE_INFO,
		    "Each server is asked for %s by MAIL and RCPT, then RSET; no message is "
		    "sent.",
		    subject->typed);
}

void
study_rcpt(struct update *update, const struct command *command)
{
	struct mail_subject subject;
	char *error;

	if (!study_network_on(update))
		return;
	error = mail_subject_parse(&subject, command->arguments[0]);
	if (error != NULL) {
		update_message(update, MESSAGE_ERROR, "%s", error);
		free(error);
		return;
	}
	if (subject.local_part == NULL)
		update_message(update, MESSAGE_ERROR,
		    "Expected an address with a local part: `rcpt user@%s`.", subject.ascii);
	else
		ask_recipient(update, &subject);
	mail_subject_clear(&subject);
}

void
study_open(struct update *update, struct domain *domain)
{
	struct mail_subject subject;
	char *error;

	if (!study_network_on(update))
		return;
	error = mail_subject_parse(&subject, domain->name);
	if (error != NULL) {
		update_message(update, MESSAGE_ERROR, "%s", error);
		free(error);
		return;
	}
	begin(update, domain, &subject, usual_manner(update->model, &subject));
	mail_subject_clear(&subject);
	view_domains_changed(update);
}

void
study_again(struct update *update, struct domain *domain)
{
	struct mail_subject subject;

	if (domain->inquiry == NULL) {
		study_open(update, domain);
		return;
	}
	mail_subject_copy(&subject, &domain->inquiry->facts.subject);
	begin(update, domain, &subject,
	    (struct manner){ .fresh = true, .rcpt = domain->inquiry->rcpt });
	mail_subject_clear(&subject);
}

void
study_reload(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct domain *domain = study_selected(model);

	if (!study_network_on(update))
		return;
	if (command->argument_count > 0) {
		for (size_t i = 0; i < model->domain_count; i++) {
			if (model->domains[i].inquiry != NULL)
				study_again(update, &model->domains[i]);
		}
	} else if (domain != NULL) {
		study_again(update, domain);
	} else {
		update_message(update, MESSAGE_ERROR, "There is no domain to ask for again.");
	}
	view_domains_changed(update);
}

/* The domain that the command names, or the selected one; NULL when there is none such. */
static struct domain *
named(struct model *model, const struct command *command)
{
	struct mail_subject subject;
	char *error, *key;
	size_t i;

	if (command->argument_count == 0)
		return study_selected(model);
	error = mail_subject_parse(&subject, command->arguments[0]);
	if (error != NULL) {
		free(error);
		return NULL;
	}
	key = model_key(&subject);
	mail_subject_clear(&subject);
	i = domains_find(model, key);
	free(key);
	return i == SIZE_MAX ? NULL : &model->domains[i];
}

void
study_close(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct domain *domain = named(model, command);

	if (domain == NULL) {
		update_message(update, MESSAGE_ERROR, "There is no such domain to close.");
		return;
	}
	if (domain->inquiry != NULL)
		drop(update, domain->inquiry);
	domains_remove(model, domain);
	view_domain_closed(update);
}

/* Cancels what is in flight for the domain: false when nothing is. */
static bool
stop(struct update *update, struct domain *domain)
{
	struct inquiry *inquiry = domain->inquiry;

	if (inquiry == NULL || !inquiry_busy(inquiry))
		return false;
	inquiry->unanswered =
	    inquiry->unanswered || (inquiry->ended_us == 0 && inquiry->lookups > 0);
	drop(update, inquiry);
	inquiry->ticket = update->model->next_ticket++;
	inquiry->stopped = true;
	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		const struct smtp_facts *probe = inquiry->facts.targets[i].probe;

		if (probe != NULL && probe->outcome == SMTP_IN_PROGRESS)
			probe_skip(update, inquiry, i, PROBE_STOPPED);
	}
	study_review(update, domain);
	watch_stopped(update, domain);
	return true;
}

/* Cancels whatever is in flight, for any domain or none: false when nothing is. */
static bool
stop_all(struct update *update)
{
	struct model *model = update->model;
	bool any = model->in_flight > 0;

	for (size_t i = 0; i < model->domain_count; i++)
		stop(update, &model->domains[i]);
	dig_stop(update);
	trace_stop(update);
	compare_stop(update);
	return any;
}

/* Cancels what the view on top waits for: false when that is nothing. */
static bool
stop_view(struct update *update)
{
	static bool (*const stops[view_count])(struct update *) = {
		[VIEW_DIG] = dig_stop,
		[VIEW_TRACE] = trace_stop,
		[VIEW_COMPARE] = compare_stop,
	};
	enum view view = update->model->view;

	return stops[view] != NULL && stops[view](update);
}

/* Cancels what is in flight for the selected domain and in the view on top: false when nothing is. */
static bool
stop_here(struct update *update)
{
	struct domain *domain = study_selected(update->model);
	bool shown = stop_view(update);

	return (domain != NULL && stop(update, domain)) || shown;
}

void
study_stop(struct update *update, const struct command *command)
{
	if (command->argument_count > 0 && !stop_all(update))
		update_message(update, MESSAGE_INFO, "Nothing is in flight.");
	else if (command->argument_count == 0 && !stop_here(update))
		update_message(update, MESSAGE_INFO, "Nothing is in flight here.");
}

/* --- settings that changed ------------------------------------------------------- */

void
study_review_all(struct update *update)
{
	struct model *model = update->model;

	for (size_t i = 0; i < model->domain_count; i++) {
		struct inquiry *inquiry = model->domains[i].inquiry;
		const struct review_settings settings = review_settings(model);

		if (inquiry != NULL)
			inquiry_review(inquiry, &settings);
	}
	view_facts_changed(update);
}

void
study_sender_changed(struct update *update)
{
	struct model *model = update->model;

	for (size_t i = 0; i < model->domain_count; i++) {
		struct inquiry *inquiry = model->domains[i].inquiry;
		size_t targets = inquiry == NULL ? 0 : inquiry->facts.target_count;

		if (inquiry == NULL || inquiry->stopped)
			continue;
		probe_literals(model, inquiry);
		ask_reverse(update, inquiry, targets, false);
		probe_from(update, inquiry, targets);
		if (inquiry_busy(inquiry))
			inquiry->ended_us = 0;
	}
	study_review_all(update);
}

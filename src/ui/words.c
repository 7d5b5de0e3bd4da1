/*
 * The selection as text. Decides what counts as the thing under the cursor; the report's words are
 * cli/report.h's, a host's those of mail/phrase.h.
 */
#include "mail/phrase.h"
#include "cli/report.h"
#include "ui/words.h"

void
words_cell(struct buf *out, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct plan_row *row = model_selected_row(model);
	const struct mail_target *target = model_selected_target(model);
	char ip[IP_TEXT_MAX];

	if (domain != NULL && (model->focus == PANE_DOMAINS || row == NULL))
		buf_adds(out, domain->key);
	else if (target != NULL)
		buf_adds(out, ip_text(&target->ip, ip));
	else if (row != NULL)
		buf_adds(out, inquiry->facts.mx.exchanges[row->exchange].text);
}

/* "2 of 6: preference 10, mx1.example.net [192.0.2.10], accepting" */
static void
add_attempt(struct buf *out, const struct model *model, size_t index)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct plan_row *row;
	const struct mail_target *target;

	if (inquiry == NULL || index >= inquiry->plan.count)
		return;
	row = &inquiry->plan.rows[index];
	target = row->target == SIZE_MAX ? NULL : &inquiry->facts.targets[row->target];
	buf_addf(out, "%zu of %zu: preference %u, ", index + 1, inquiry->plan.count,
	    inquiry->facts.mx.exchanges[row->exchange].preference);
	phrase_host(out, &inquiry->facts, row);
	if (target != NULL && target->probe != NULL)
		buf_addf(out, ", %s", smtp_outcome_name(target->probe->outcome));
}

/* "1 of 3: example.net" */
static void
add_domain(struct buf *out, const struct model *model, size_t index)
{
	if (index < model->visible_count)
		buf_addf(out, "%zu of %zu: %s", index + 1, model->visible_count,
		    model->domains[model->visible[index]].name);
}

/* Appends what is known of the mail to the domain of this row. */
static void
add_sentence(struct buf *out, const struct model *model, size_t index)
{
	const struct domain *domain = &model->domains[model->visible[index]];
	const char *sentence =
	    domain->inquiry != NULL ? domain->inquiry->verdict.sentence : domain->past_sentence;

	if (sentence != NULL)
		buf_addf(out, ". %s", sentence);
}

void
words_row(struct buf *out, const struct model *model)
{
	if (model->focus == PANE_DOMAINS)
		add_domain(out, model, model->panes[PANE_DOMAINS].selected);
	else
		add_attempt(out, model, model->panes[PANE_MX].selected);
}

void
words_rows(struct buf *out, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	bool domains = model->focus == PANE_DOMAINS;
	size_t count = domains ? model->visible_count
	    : inquiry != NULL  ? inquiry->plan.count
			       : 0;

	for (size_t i = 0; i < count; i++) {
		if (domains) {
			add_domain(out, model, i);
			add_sentence(out, model, i);
		} else {
			add_attempt(out, model, i);
		}
		buf_addc(out, '\n');
	}
}

void
words_study(struct buf *out, const struct model *model, const struct domain *domain)
{
	const struct inquiry *inquiry = domain == NULL ? NULL : domain->inquiry;
	const struct report_subject subject = {
		.name = domain == NULL ? "" : domain->name,
		.inquiry = inquiry,
		.finished = inquiry != NULL && !inquiry->stopped,
		.now_us = model->now_us,
		.now_time = model->now_time,
		.port = model->settings.port,
	};

	if (inquiry != NULL)
		report_text(out, &subject);
}

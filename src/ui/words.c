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
add_attempt(struct buf *out, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct plan_row *row = model_selected_row(model);
	const struct mail_target *target = model_selected_target(model);

	if (row == NULL)
		return;
	buf_addf(out, "%zu of %zu: preference %u, ", model->panes[PANE_MX].selected + 1,
	    inquiry->plan.count, inquiry->facts.mx.exchanges[row->exchange].preference);
	phrase_host(out, &inquiry->facts, row);
	if (target != NULL && target->probe != NULL)
		buf_addf(out, ", %s", smtp_outcome_name(target->probe->outcome));
}

/* "1 of 3: example.net" */
static void
add_domain(struct buf *out, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);

	if (domain != NULL)
		buf_addf(out, "%zu of %zu: %s", model->panes[PANE_DOMAINS].selected + 1,
		    model->visible_count, domain->name);
}

void
words_row(struct buf *out, const struct model *model)
{
	if (model->focus == PANE_DOMAINS)
		add_domain(out, model);
	else
		add_attempt(out, model);
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

/*
 * `view chain`: which answers are shown with their chain of trust. Decides that they are the MX
 * records of the domain and the addresses of the selected exchange, and that they are asked for
 * once, past the cache, when they are looked at. What is told of them is ui/view_chain.c's.
 */
#include "app/update_parts.h"

/* Makes the question for the selected row's address, of its family; false when there is none. */
static bool
address_question(const struct model *model, struct dns_question *question)
{
	const struct plan_row *row = model_selected_row(model);
	const struct mail_facts *facts = &model_selected_inquiry(model)->facts;
	size_t exchange = row == NULL ? 0 : row->exchange;
	bool v6 = row != NULL && row->target != SIZE_MAX &&
	    facts->targets[row->target].ip.family == 6;

	if (exchange >= facts->mx.count || !facts->addresses[exchange].a_asked)
		return false;
	*question = (struct dns_question){ .name = facts->mx.exchanges[exchange].name,
		.type = v6 ? DNS_TYPE_AAAA : DNS_TYPE_A };
	return true;
}

/* Asks for one more chain. */
static void
ask(struct update *update, struct inquiry *inquiry, const struct dns_question *question)
{
	size_t index = inquiry->chain_count++;

	inquiry->chains[index] = (struct inquiry_chain){ .question = *question };
	ask_question(update, inquiry, ASK_CHAIN, index, question, true);
}

void
chain_refresh(struct update *update)
{
	struct model *model = update->model;
	struct domain *domain = study_selected(model);
	struct inquiry *inquiry = domain == NULL ? NULL : domain->inquiry;
	struct dns_question question;

	if (model->view != VIEW_CHAIN || inquiry == NULL || inquiry->chain_count > 0 ||
	    inquiry_busy(inquiry) || inquiry->facts.mx_result == NULL ||
	    !model->settings.network)
		return;
	question = inquiry->facts.mx_result->question;
	ask(update, inquiry, &question);
	if (address_question(model, &question))
		ask(update, inquiry, &question);
}

void
chain_take(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result)
{
	(void)update;
	dns_result_release(inquiry->chains[index].result);
	inquiry->chains[index].result = dns_result_hold(result);
}

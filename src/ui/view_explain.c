/*
 * `explain` and `why`: items of an explanation below one another. What they say is
 * mail/explain.h's; here it is decided what the cursor stands on.
 */
#include "mail/explain.h"
#include "ui/overlay.h"

/* Writes the items, each with its clause at the right. */
static void
write_items(struct paper *paper, const struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->count; i++) {
		const struct explain_item *item = &explanation->items[i];

		if (i > 0)
			paper_line(paper);
		paper_write(paper,
		    &(struct paragraph){ .text = item->title,
			.style = STYLE_ACCENT,
			.indent = 1,
			.right = item->clause });
		paper_write(paper, &(struct paragraph){ .text = item->text, .indent = 3 });
	}
}

/* Explains what the cursor stands on: a row of the plan, else the verdict of the domain. */
static void
explain_cursor(struct explanation *explanation, const struct model *model,
    const struct explain_world *world)
{
	const struct plan_row *row = model_selected_row(model);

	if (row != NULL && model->focus != PANE_DOMAINS)
		explain_row(explanation, row, world);
	else
		explain_verdict(explanation, world);
}

void
view_explain_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct explain_world world = inquiry_explain_world(inquiry);
	struct explanation explanation;

	if (model->explained == NULL && inquiry == NULL) {
		overlay_empty(paper,
		    "No domain is studied. `explain 4.4.1`, `explain mx-alias` or `explain "
		    "\"a line from a log\"` need none.");
		return;
	}
	if (model->explained != NULL)
		explain_query(&explanation, model->explained, &world);
	else
		explain_cursor(&explanation, model, &world);
	write_items(paper, &explanation);
	explanation_clear(&explanation);
}

void
view_why_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct plan_row *row = model_selected_row(model);
	const struct explain_world world = inquiry_explain_world(inquiry);
	struct explanation explanation;

	if (inquiry == NULL) {
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
		return;
	}
	if (model->reasoned != NULL)
		explain_why(&explanation, model->reasoned, &world);
	else if (row != NULL)
		explain_row(&explanation, row, &world);
	else
		explain_verdict(&explanation, &world);
	write_items(paper, &explanation);
	explanation_clear(&explanation);
}

/*
 * The summary at the end. Decides what is worth keeping in the scrollback: the verdicts, in the order in which
 * the domains stood, and no more lines than leave what was there before in sight.
 */
#include <string.h>

#include "util/buf.h"

#include "ui/farewell.h"
#include "ui/mark.h"
#include "ui/pane.h"
#include "ui/paper.h"

enum {
	LINES_MAX = 64, /* of all that is told */
	COLUMNS_LEAST = 20,
	COLUMNS_MOST = 100,
};

/* Writes one domain with its verdict, whose sentence mostly names it. */
static void
write_domain(struct paper *paper, const struct model *model, const struct domain *domain)
{
	const struct verdict *verdict = &domain->inquiry->verdict;
	enum mark mark = mark_of_verdict(verdict->kind, verdict->status);
	const char *name = pane_domain(paper->canvas, domain);
	struct buf lead = BUF_INIT, text = BUF_INIT;

	buf_addf(&lead, "%s ", mark_text(mark, paper->canvas->unicode, model->spinner));
	if (verdict->sentence == NULL || strstr(verdict->sentence, name) == NULL)
		buf_addf(&text, "%s: ", name);
	buf_adds(&text, verdict->sentence != NULL ? verdict->sentence : "not finished");
	paper_write(
	    paper, &(struct paragraph){ .lead = lead.data, .text = text.data, .lines_max = 4 });
	buf_clear(&lead);
	buf_clear(&text);
}

/* Writes how many domains there are besides. */
static void
write_more(struct paper *paper, size_t count)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "and %zu more: `mxscope --report` tells of any number.", count);
	paper_write(paper, &(struct paragraph){ .text = text.data, .indent = 2 });
	buf_clear(&text);
}

/* Writes the first domains that were studied. */
static void
write_all(struct paper *paper, const struct model *model)
{
	size_t told = 0, studied = 0;

	for (size_t i = 0; i < model->visible_count; i++) {
		const struct domain *domain = &model->domains[model->visible[i]];

		if (domain->inquiry == NULL)
			continue;
		studied++;
		if (told == FAREWELL_DOMAINS_MAX)
			continue;
		write_domain(paper, model, domain);
		told++;
	}
	if (studied > told)
		write_more(paper, studied - told);
}

void
farewell_text(struct buf *out, const struct model *model, bool unicode, int columns)
{
	struct area window = { .rows = LINES_MAX };
	struct canvas canvas;
	struct paper paper;

	window.columns = columns > COLUMNS_MOST ? COLUMNS_MOST : columns;
	if (window.columns < COLUMNS_LEAST)
		window.columns = COLUMNS_LEAST;
	canvas_init(&canvas, unicode);
	canvas_resize(&canvas, LINES_MAX, window.columns);
	paper = paper_open(&canvas, window, 0);
	write_all(&paper, model);
	window.rows = paper.lines < LINES_MAX ? (int)paper.lines : LINES_MAX;
	canvas_area_text(&canvas, window, out);
	canvas_clear(&canvas);
}

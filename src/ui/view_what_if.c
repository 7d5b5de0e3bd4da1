/*
 * What is pretended about the selected domain: its plan beside the real one, with the difference
 * marked, both verdicts, and the findings that come or go. What is pretended, and what follows
 * from it, is mail/imagine.h's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	INDENT = 1
};

/* What tells the rows of a plan apart: the exchange and, where it has one, the address. */
struct row_key {
	const char *host;
	const struct ip_addr *ip; /* NULL = no address */
	const struct plan_row *row;
};

/* The rows of a plan, sorted by their keys, so that a large one is matched at once. */
struct row_index {
	struct row_key *keys;
	size_t count;
};

/* The two plans that are compared. */
struct comparison {
	struct paper *paper;
	const struct inquiry *real, *imagined;
	struct row_index real_rows, imagined_rows;
};

/* The host and the address of a row. */
static void
add_host(struct buf *out, const struct inquiry *inquiry, const struct plan_row *row)
{
	const struct mail_facts *facts = &inquiry->facts;
	char text[IP_TEXT_MAX];

	buf_adds(out, facts->mx.exchanges[row->exchange].text);
	if (row->target != SIZE_MAX)
		buf_addf(out, " [%s]", ip_text(&facts->targets[row->target].ip, text));
}

/* What became of a row: the outcome of its probe, or why it is not attempted. */
static const char *
outcome_of(const struct inquiry *inquiry, const struct plan_row *row)
{
	const struct smtp_facts *probe =
	    row->target == SIZE_MAX ? NULL : inquiry->facts.targets[row->target].probe;

	if (row->standing != PLAN_ATTEMPT)
		return plan_standing_name(row->standing);
	return probe == NULL ? "not probed" : smtp_outcome_name(probe->outcome);
}

/* What is pretended of a row, or NULL. */
static const char *
pretended_of(const struct inquiry *inquiry, const struct plan_row *row)
{
	const struct mail_facts *facts = &inquiry->facts;
	const struct dns_result *trouble = mail_facts_trouble(facts, row->exchange);

	if (row->target == SIZE_MAX)
		return trouble == NULL ? NULL : trouble->pretended;
	return facts->targets[row->target].probe == NULL
	    ? NULL
	    : facts->targets[row->target].probe->pretended;
}

/* The key of a row. */
static struct row_key
key_of(const struct inquiry *inquiry, const struct plan_row *row)
{
	const struct mail_facts *facts = &inquiry->facts;

	return (struct row_key){
		.host = facts->mx.exchanges[row->exchange].text,
		.ip = row->target == SIZE_MAX ? NULL : &facts->targets[row->target].ip,
		.row = row,
	};
}

/* Compares what two rows are about: host, then address; none comes before any. */
static int
compare_subjects(const void *left, const void *right)
{
	const struct row_key *a = left, *b = right;
	int order = strcmp(a->host, b->host);

	if (order != 0 || (a->ip == NULL && b->ip == NULL))
		return order;
	if (a->ip == NULL || b->ip == NULL)
		return a->ip == NULL ? -1 : 1;
	return ip_compare(a->ip, b->ip);
}

/* The same; of rows about the same, the one that comes first in its plan. */
static int
compare_rows(const void *left, const void *right)
{
	const struct row_key *a = left, *b = right;
	int order = compare_subjects(left, right);

	return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

/* Sorts the rows of a plan, and keeps of those about the same the first. */
static struct row_index
index_rows(const struct inquiry *inquiry)
{
	const struct plan *plan = &inquiry->plan;
	struct row_index index = { mem_calloc(plan->count, sizeof *index.keys), 0 };

	for (size_t i = 0; i < plan->count; i++)
		index.keys[i] = key_of(inquiry, &plan->rows[i]);
	qsort(index.keys, plan->count, sizeof *index.keys, compare_rows);
	for (size_t i = 0; i < plan->count; i++) {
		if (index.count == 0 ||
		    compare_subjects(&index.keys[index.count - 1], &index.keys[i]) != 0)
			index.keys[index.count++] = index.keys[i];
	}
	return index;
}

/* The row of the other plan about the same host and address, or NULL. */
static const struct plan_row *
counterpart(
    const struct inquiry *inquiry, const struct plan_row *row, const struct row_index *other)
{
	const struct row_key wanted = key_of(inquiry, row);
	const struct row_key *found =
	    bsearch(&wanted, other->keys, other->count, sizeof *other->keys, compare_subjects);

	return found == NULL ? NULL : found->row;
}

/* The place of a row among the attempts: a dash where there is none. */
static void
add_place(struct buf *out, const struct comparison *comparison, const struct plan_row *row)
{
	if (row != NULL && row->attempt > 0)
		buf_addf(out, "%4u", row->attempt);
	else
		buf_addf(out, "   %s",
		    mark_legend(MARK_NOT_TRIED, comparison->paper->canvas->unicode));
}

/* True when the row is the one that takes the mail. */
static bool
takes_mail(const struct inquiry *inquiry, const struct plan_row *row)
{
	return row != NULL && inquiry->verdict.row < inquiry->plan.count &&
	    row == &inquiry->plan.rows[inquiry->verdict.row] &&
	    (inquiry->verdict.kind == VERDICT_DELIVER || inquiry->verdict.kind == VERDICT_WARN);
}

/* Says what became of the row, and what it was before where that differs. */
static void
add_difference(struct buf *out, const struct comparison *comparison, const struct plan_row *was,
    const struct plan_row *now)
{
	const char *before = was == NULL ? NULL : outcome_of(comparison->real, was);
	const char *after = now == NULL ? "gone" : outcome_of(comparison->imagined, now);
	const char *pretended = now == NULL ? NULL : pretended_of(comparison->imagined, now);

	buf_adds(out, ": ");
	if (pretended != NULL)
		buf_addf(out, "pretended %s", pretended);
	else
		buf_adds(out, after);
	if (before == NULL)
		buf_adds(out, ", new");
	else if (pretended != NULL || strcmp(before, after) != 0)
		buf_addf(out, " (was %s)", before);
	if (takes_mail(comparison->imagined, now))
		buf_adds(out, ", takes the mail");
}

/* True when the two rows differ in anything that is shown. */
static bool
differ(
    const struct comparison *comparison, const struct plan_row *was, const struct plan_row *now)
{
	if (was == NULL || now == NULL || was->attempt != now->attempt ||
	    pretended_of(comparison->imagined, now) != NULL)
		return true;
	return strcmp(outcome_of(comparison->real, was),
		   outcome_of(comparison->imagined, now)) != 0 ||
	    takes_mail(comparison->real, was) != takes_mail(comparison->imagined, now);
}

/* Writes one row of either plan, with its places in both. */
static void
write_row(struct comparison *comparison, const struct plan_row *was, const struct plan_row *now)
{
	bool differs = differ(comparison, was, now);
	struct buf lead = BUF_INIT, text = BUF_INIT;

	buf_adds(&lead, differs ? "*" : " ");
	add_place(&lead, comparison, was);
	add_place(&lead, comparison, now);
	buf_adds(&lead, "  ");
	add_host(&text, now != NULL ? comparison->imagined : comparison->real,
	    now != NULL ? now : was);
	add_difference(&text, comparison, was, now);
	paper_write(comparison->paper,
	    &(struct paragraph){ .lead = lead.data,
		.lead_style = differs ? STYLE_ACCENT : STYLE_DIM,
		.text = text.data,
		.style = differs ? STYLE_TEXT : STYLE_DIM });
	buf_clear(&lead);
	buf_clear(&text);
}

/* Writes both plans as one list: the pretended one's rows in their order, then what is gone. */
static void
write_plans(struct comparison *comparison)
{
	const struct inquiry *real = comparison->real, *imagined = comparison->imagined;

	paper_write(
	    comparison->paper, &(struct paragraph){ .text = "  was now", .style = STYLE_DIM });
	for (size_t i = 0; i < imagined->plan.count; i++)
		write_row(comparison,
		    counterpart(imagined, &imagined->plan.rows[i], &comparison->real_rows),
		    &imagined->plan.rows[i]);
	for (size_t i = 0; i < real->plan.count; i++) {
		if (counterpart(real, &real->plan.rows[i], &comparison->imagined_rows) == NULL)
			write_row(comparison, &real->plan.rows[i], NULL);
	}
}

/* Writes a sentence behind a heading. */
static void
write_sentence(struct comparison *comparison, const char *lead, const char *text)
{
	paper_write(comparison->paper, &(struct paragraph){ .text = "" });
	paper_write(comparison->paper,
	    &(struct paragraph){
		.lead = lead, .lead_style = STYLE_DIM, .text = text, .indent = INDENT });
}

/* True when the list has the same finding. */
static bool
has_finding(const struct findings *findings, const struct finding *finding)
{
	for (size_t i = 0; i < findings->count; i++) {
		if (strcmp(findings->items[i].id, finding->id) == 0 &&
		    strcmp(findings->items[i].subject, finding->subject) == 0)
			return true;
	}
	return false;
}

/* Writes the findings of one that the other has not, each behind a sign. */
static void
write_findings(struct comparison *comparison, const char *lead, const struct findings *findings,
    const struct findings *other)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (!has_finding(other, finding))
			paper_write(comparison->paper,
			    &(struct paragraph){ .lead = lead,
				.lead_style = mark_style(mark_of_severity(finding->severity)),
				.text = finding->text,
				.indent = INDENT,
				.right = finding->rule });
	}
}

/* Writes what is pretended, and then all that differs. */
static void
write_comparison(struct comparison *comparison)
{
	const struct what_if *what_if = &comparison->real->what_if;
	struct buf list = BUF_INIT;

	what_if_write(&list, what_if, &comparison->real->facts);
	if (what_if->mx.edited)
		buf_adds(&list, " (`mx zone` prints the records)");
	paper_write(comparison->paper,
	    &(struct paragraph){ .lead = "Pretended ",
		.lead_style = STYLE_DIM,
		.text = list.data,
		.indent = INDENT });
	buf_clear(&list);
	paper_write(comparison->paper, &(struct paragraph){ .text = "" });
	write_plans(comparison);
	write_sentence(comparison, "As it is  ", comparison->real->verdict.sentence);
	write_sentence(comparison, "What if   ", comparison->imagined->verdict.sentence);
	paper_write(comparison->paper, &(struct paragraph){ .text = "" });
	write_findings(comparison, "A finding comes: ", &comparison->imagined->findings,
	    &comparison->real->findings);
	write_findings(comparison, "A finding goes:  ", &comparison->real->findings,
	    &comparison->imagined->findings);
}

void
view_what_if_write(struct paper *paper, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	struct comparison comparison = { .paper = paper };

	if (domain == NULL || domain->inquiry == NULL) {
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
		return;
	}
	if (domain->inquiry->imagined == NULL) {
		overlay_empty(paper,
		    "Nothing is pretended. In the MX pane x pretends that the selected row is "
		    "down; `what-if mx1.example.net 421` and `mx add 20 mx2.example.net` "
		    "pretend more.");
		return;
	}
	comparison.real = domain->inquiry;
	comparison.imagined = domain->inquiry->imagined;
	comparison.real_rows = index_rows(comparison.real);
	comparison.imagined_rows = index_rows(comparison.imagined);
	write_comparison(&comparison);
	free(comparison.real_rows.keys);
	free(comparison.imagined_rows.keys);
}

void
view_zone_write(struct paper *paper, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	struct buf text = BUF_INIT;
	char *line, *save = NULL;

	if (domain == NULL || domain->inquiry == NULL ||
	    !mx_draft_zone(&text, &domain->inquiry->what_if.mx, &domain->inquiry->facts)) {
		overlay_empty(paper,
		    "There are no MX records; `mx add 10 mx1.example.net` begins a set.");
		return;
	}
	for (line = strtok_r(text.data, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		/* No margin: copied into a zone, a line that begins with a blank has another owner. */
		paper_write(paper, &(struct paragraph){ .text = line, .hang = 4 });
	paper_write(paper, &(struct paragraph){ .text = "" });
	paper_write(paper,
	    &(struct paragraph){ .text = domain->inquiry->what_if.mx.edited
		    ? "Pretended: not yet what the DNS says. Others see a change once the TTL "
		      "of what they have is over."
		    : "As the DNS has them; `mx add`, `mx remove` and `mx prefer` edit a copy.",
		.style = STYLE_DIM });
	buf_clear(&text);
}

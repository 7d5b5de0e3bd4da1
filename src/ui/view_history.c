/*
 * What is remembered of a domain: what changed between two snapshots, in words, and the list of all
 * snapshots, of which any two can be compared.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	CHANGE_LINES_MAX = 6,
	SNAPSHOTS_MAX = 200
};

/* Appends which one it is: "now", or "2 (3d ago)". */
static void
add_which(struct buf *text, const struct model *model, size_t number)
{
	const struct past *past = &model->past;
	char age[SPAN_TEXT_MAX];

	if (number == 0)
		buf_adds(text, "now");
	else if (number <= past->count)
		buf_addf(text, "snapshot %zu, %s old", number,
		    span_age(model->now_time - past->entries[number - 1].time, age));
	else
		buf_addf(text, "snapshot %zu", number);
}

/* Writes one change. */
static void
write_change(struct paper *paper, const struct change *change)
{
	static const char *const leads[] = {
		[CHANGE_NEW] = "+ ",
		[CHANGE_GONE] = "- ",
		[CHANGE_OTHER] = "~ ",
	};
	bool meaning = change->weight == SNAPSHOT_MEANING;

	paper_write(paper,
	    &(struct paragraph){
		.lead = leads[change->kind],
		.lead_style = meaning ? STYLE_ACCENT : STYLE_DIM,
		.text = change->text,
		.style = meaning ? STYLE_TEXT : STYLE_DIM,
		.indent = 2,
		.lines_max = CHANGE_LINES_MAX,
	    });
}

/* Writes what changed. */
static void
write_changes(struct paper *paper, const struct model *model)
{
	const struct past *past = &model->past;
	struct buf text = BUF_INIT;

	buf_adds(&text, "From ");
	add_which(&text, model, past->before);
	buf_adds(&text, " to ");
	add_which(&text, model, past->after);
	buf_adds(&text, past->diff.count == 0 ? ": nothing changed." : ":");
	paper_write(paper,
	    &(struct paragraph){ .text = text.data, .style = STYLE_ACCENT, .indent = 1 });
	buf_clear(&text);
	for (size_t i = 0; i < past->diff.count; i++)
		write_change(paper, &past->diff.changes[i]);
	if (past->diff.count > 0 && past->diff.meanings == 0)
		overlay_empty(paper, "Nothing of meaning: times and TTLs only.");
}

/* Writes one snapshot of the list. */
static void
write_snapshot(struct paper *paper, const struct model *model, size_t number)
{
	const struct history_entry *entry = &model->past.entries[number - 1];
	enum mark mark = mark_of_verdict(entry->kind, entry->status);
	char lead[64], age[SPAN_TEXT_MAX], since[SPAN_TEXT_MAX];
	struct buf right = BUF_INIT;

	snprintf(lead, sizeof lead, "%3zu %s %s ", number, entry->changed ? "~" : " ",
	    mark_text(mark, paper->canvas->unicode, 0));
	span_age(model->now_time - entry->time, age);
	buf_addf(&right, "%s%s", age, strcmp(age, "now") == 0 ? "" : " ago");
	if (entry->since != entry->time)
		buf_addf(&right, ", so since %s ago",
		    span_age(model->now_time - entry->since, since));
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead,
		.lead_style = mark_style(mark),
		.text = entry->sentence,
		.right = right.data,
		.lines_max = 2,
	    });
	buf_clear(&right);
}

/* Writes the note about the domain. */
static void
write_note(struct paper *paper, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);

	if (domain == NULL || domain->note == NULL)
		return;
	paper_write(paper,
	    &(struct paragraph){ .lead = "Note: ",
		.lead_style = STYLE_ACCENT,
		.text = domain->note,
		.indent = 1 });
	paper_line(paper);
}

/* True when there is an inquiry of this number: 0 = now. */
static bool
is_there(const struct past *past, size_t number)
{
	return number == 0 ? past->now != NULL : number <= past->count;
}

/* Says why nothing is compared. */
static void
write_no_changes(struct paper *paper, const struct past *past)
{
	if (is_there(past, past->before) && is_there(past, past->after))
		overlay_empty(paper,
		    "Of one of the two the verdict alone is kept, or it takes more than 1 MiB: "
		    "it is not compared.");
	else if (past->count < 2)
		overlay_empty(paper,
		    "There is no earlier snapshot to compare with: `reload` makes one when "
		    "something changed.");
	else
		overlay_empty(
		    paper, "Expected the numbers of two snapshots of this list: `diff 3 1`.");
}

/* Says why nothing is remembered, or that it will be shown soon. */
static void
write_nothing(struct paper *paper, const struct model *model)
{
	const char *reason = model_forgets(model);
	struct buf text = BUF_INIT;

	if (reason == NULL)
		buf_adds(&text, "The history is being read.");
	else
		buf_addf(&text, "Nothing is remembered: %s.", reason);
	overlay_empty(paper, buf_text(&text));
	buf_clear(&text);
}

void
view_history_write(struct paper *paper, const struct model *model)
{
	const struct past *past = &model->past;

	write_note(paper, model);
	if (past->key == NULL) {
		overlay_empty(paper, "Press d on a domain to see what is remembered of it.");
		return;
	}
	if (!past->loaded) {
		write_nothing(paper, model);
		return;
	}
	if (past->compared)
		write_changes(paper, model);
	else
		write_no_changes(paper, past);
	paper_line(paper);
	for (size_t i = 1; i <= past->count && i <= SNAPSHOTS_MAX; i++)
		write_snapshot(paper, model, i);
}

/*
 * The walkthrough, over the lower pane: the steps as a list, and below it all that belongs to the
 * one that is looked at - sentence, reason, words on the wire, rule, the branch not taken, what
 * others do. Decides how the rows are shared between the two; where they are few, the list
 * goes. The steps are mail/walk.h's.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "ui/mark.h"
#include "ui/pane.h"
#include "ui/paper.h"

enum {
	LIST_FROM = 7, /* rows inside from which there is a list */
	LIST_LEAST = 2,
	LIST_SHARE = 3, /* of the rows, one in so many at least */
	LABEL = 10, /* columns of "Not taken " */
	ASIDE_FROM = 60, /* columns from which a step has its aside or clause at the right */
};

/* The marks of steps. */
static const enum mark step_marks[walk_mark_count] = {
	[WALK_DONE] = MARK_GOOD,
	[WALK_WARNED] = MARK_WARNING,
	[WALK_FAILED] = MARK_BAD,
	[WALK_UNDECIDED] = MARK_UNSURE,
	[WALK_REFUSED] = MARK_REFUSED,
	[WALK_PASSED_OVER] = MARK_NOT_TRIED,
	[WALK_UNDER_WAY] = MARK_PROGRESS,
};

/* The step that is looked at, which is the last one at most. */
static size_t
current(const struct model *model, const struct walk *walk)
{
	return model->walk_step < walk->count ? model->walk_step : walk->count - 1;
}

/* --- the list ------------------------------------------------------------------------- */

/* What stands at a step's right: its order, that it is pretended, or its clause. */
static const char *
aside_of(const struct walk_step *step)
{
	const char *last = strrchr(buf_text(&step->aside), '\n');

	if (step->source == WALK_PRETENDED || step->source == WALK_ASSUMED)
		return walk_source_name(step->source);
	if (step->aside.length > 0)
		return last != NULL ? last + 1 : step->aside.data;
	return step->rule != NULL ? step->rule->clause : "";
}

/* Draws one step in one line; those ahead are dim. */
static void
draw_step(
    const struct pane_drawing *drawing, const struct walk *walk, struct area row, size_t i)
{
	const struct walk_step *step = &walk->steps[i];
	struct canvas *canvas = drawing->canvas;
	bool ahead = i > current(drawing->model, walk);
	const char *aside = row.columns >= ASIDE_FROM ? aside_of(step) : "";
	int width = canvas_width(canvas, aside), column = row.column + 1;
	int end = row.column + row.columns - (width > 0 ? width + 3 : 0);
	char number[24];

	snprintf(number, sizeof number, "%2zu", i + 1);
	canvas_put(canvas, row.row, column, 1,
	    ahead ? STYLE_DIM : mark_style(step_marks[step->mark]),
	    ahead
		? mark_legend(MARK_NONE, canvas->unicode)
		: mark_text(step_marks[step->mark], canvas->unicode, drawing->model->spinner));
	canvas_put(canvas, row.row, column + 2, 3, STYLE_DIM, number);
	canvas_put(canvas, row.row, column + 5, end - column - 5,
	    ahead ? STYLE_DIM : STYLE_TEXT, buf_text(&step->sentence));
	if (width > 0)
		canvas_put_right(
		    canvas, row.row, row.column, row.columns - 1, STYLE_DIM, aside);
}

/* Draws as much of the list as fits, with the step that is looked at in view. */
static void
draw_list(struct pane_drawing *drawing, const struct walk *walk, struct area area)
{
	size_t selected = current(drawing->model, walk), rows = (size_t)area.rows, top = 0;

	if (walk->count > rows && selected > rows / 2)
		top = selected - rows / 2;
	if (walk->count > rows && top > walk->count - rows)
		top = walk->count - rows;
	for (size_t i = 0; i < rows && top + i < walk->count; i++) {
		struct area row = { area.row + (int)i, area.column, 1, area.columns };

		draw_step(drawing, walk, row, top + i);
		if (top + i == selected)
			pane_select_row(drawing, row.row);
	}
}

/* --- what belongs to the step ------------------------------------------------------------- */

/* Writes text behind a label, each of its lines by itself. */
static void
write_labelled(struct paper *paper, const char *label, const char *text, enum style style,
    const char *right)
{
	struct buf line = BUF_INIT;
	char lead[LABEL + 2];
	const char *end;

	for (; *text != '\0'; text = *end == '\0' ? end : end + 1) {
		end = text + strcspn(text, "\n");
		buf_truncate(&line, 0);
		buf_add(&line, text, (size_t)(end - text));
		snprintf(lead, sizeof lead, "%-*s ", LABEL, label);
		paper_write(paper,
		    &(struct paragraph){ .lead = lead,
			.lead_style = STYLE_DIM,
			.text = line.data,
			.style = style,
			.indent = 1,
			.right = right });
		label = "";
		right = NULL;
	}
	buf_clear(&line);
}

/* Writes the sentence of the step with its mark, and how it is known. */
static void
write_sentence(struct paper *paper, const struct model *model, const struct walk *walk)
{
	const struct walk_step *step = &walk->steps[current(model, walk)];
	char lead[32];

	snprintf(lead, sizeof lead, "%s %zu ",
	    mark_text(step_marks[step->mark], paper->canvas->unicode, model->spinner),
	    current(model, walk) + 1);
	paper_write(paper,
	    &(struct paragraph){ .lead = lead,
		.lead_style = mark_style(step_marks[step->mark]),
		.text = step->sentence.data,
		.indent = 1,
		.right = walk_source_name(step->source) });
}

/* Writes all that belongs to the step. */
static void
write_step(struct paper *paper, const struct model *model, const struct walk *walk)
{
	const struct walk_step *step = &walk->steps[current(model, walk)];

	write_sentence(paper, model, walk);
	write_labelled(paper, "Order", buf_text(&step->aside), STYLE_TEXT, NULL);
	write_labelled(paper, "Why", buf_text(&step->reason), STYLE_TEXT, NULL);
	write_labelled(paper, "Wire", buf_text(&step->line), STYLE_QUOTED, NULL);
	write_labelled(paper, "Report", buf_text(&step->report), STYLE_OURS, NULL);
	if (step->rule != NULL)
		write_labelled(
		    paper, "Rule", step->rule->sentence, STYLE_TEXT, step->rule->clause);
	write_labelled(paper, "Not taken", buf_text(&step->not_taken), STYLE_TEXT, NULL);
	write_labelled(paper, "Others", buf_text(&step->others), STYLE_TEXT, NULL);
}

/* Draws all that belongs to the step, from the line that the model says. */
static void
draw_detail(struct pane_drawing *drawing, const struct walk *walk, struct area area)
{
	struct paper paper = paper_count(drawing->canvas, area);
	size_t last;

	write_step(&paper, drawing->model, walk);
	drawing->list = area;
	drawing->rows = (size_t)area.rows;
	drawing->total = paper.lines;
	last = drawing->total > drawing->rows ? drawing->total - drawing->rows : 0;
	drawing->top = drawing->model->panes[PANE_SMTP].selected;
	if (drawing->top > last)
		drawing->top = last;
	paper = paper_open(drawing->canvas, area, drawing->top);
	write_step(&paper, drawing->model, walk);
}

/* --- the pane -------------------------------------------------------------------------------- */

/* Draws the frame, with whose walkthrough it is and where one is in it. */
static struct area
draw_frame(struct pane_drawing *drawing, const struct walk *walk)
{
	char place[64] = "";

	if (walk->count > 0)
		snprintf(place, sizeof place, "step %zu of %zu",
		    current(drawing->model, walk) + 1, walk->count);
	return pane_frame(drawing, "Walkthrough",
	    (const char *const[]){ place, sender_name(drawing->model->settings.sender), NULL });
}

/* Tells in the frame's lower line which lines of the step show, when not all do. */
static void
draw_position(const struct pane_drawing *drawing)
{
	char text[64];

	if (drawing->total <= drawing->rows)
		return;
	snprintf(text, sizeof text, "%zu-%zu of %zu", drawing->top + 1,
	    drawing->top + drawing->rows, drawing->total);
	canvas_frame_foot(drawing->canvas, drawing->area, text);
}

/* Returns the rows of the list: what the step does not need, but a share of all at least. */
static int
list_rows(const struct pane_drawing *drawing, const struct walk *walk, struct area inside)
{
	struct paper paper = paper_count(drawing->canvas, inside);
	int spare, rows = inside.rows / LIST_SHARE;

	if (inside.rows < LIST_FROM)
		return 0;
	write_step(&paper, drawing->model, walk);
	spare = inside.rows - 2 - (int)paper.lines;
	rows = spare > rows ? spare : rows;
	rows = rows < LIST_LEAST ? LIST_LEAST : rows;
	return rows > (int)walk->count ? (int)walk->count : rows;
}

/* Draws title, list and step into the area. */
static void
draw_walk(struct pane_drawing *drawing, const struct walk *walk, struct area inside)
{
	int rows = list_rows(drawing, walk, inside);

	if (rows > 0) {
		canvas_put(drawing->canvas, inside.row, inside.column + 1, inside.columns - 2,
		    STYLE_DIM, buf_text(&walk->title));
		draw_list(drawing, walk,
		    (struct area){ inside.row + 1, inside.column, rows, inside.columns });
		rows += 2;
	}
	draw_detail(drawing, walk,
	    (struct area){
		inside.row + rows, inside.column, inside.rows - rows, inside.columns - 1 });
	draw_position(drawing);
}

void
pane_walk_draw(struct pane_drawing *drawing)
{
	struct walk walk;
	struct area inside;

	model_walk(drawing->model, &walk);
	inside = draw_frame(drawing, &walk);
	drawing->list = inside;
	drawing->rows = drawing->total = 0;
	if (inside.rows > 0 && walk.count > 0)
		draw_walk(drawing, &walk, inside);
	else if (inside.rows > 0)
		canvas_put(drawing->canvas, inside.row, inside.column + 1, inside.columns - 2,
		    STYLE_DIM, "No delivery to go through: look a domain up first.");
	walk_clear(&walk);
}

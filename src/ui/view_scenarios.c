/*
 * What the laboratory offers: a row a scenario, and below the list what the selected one teaches.
 * Decides how much room the lesson gets; the scenarios are the laboratory's.
 */
#include <stdio.h>

#include "util/buf.h"

#include "ui/mark.h"
#include "ui/overlay.h"
#include "ui/paper.h"

enum {
	LESSON_LEAST = 4, /* rows for the lesson, with the blank one before it */
	LESSON_MOST = 7,
	DOMAINS_FROM = 50, /* columns from which domains stand beside the titles */
};

/* Returns the columns of the longest domain, at most so many. */
static int
domain_columns(const struct overlay_drawing *drawing, int most)
{
	const struct model *model = drawing->model;
	int columns = 0;

	for (size_t i = 0; i < model->scenario_count; i++) {
		int width = canvas_width(drawing->canvas, model->scenarios[i].domain);

		columns = width > columns ? width : columns;
	}
	return columns < most ? columns : most;
}

/* Returns the rows for the lesson in a frame of so many: none where they are few. */
static int
lesson_rows(int rows)
{
	if (rows < 3 * LESSON_LEAST)
		return 0;
	rows = rows * 2 / 5;
	if (rows > LESSON_MOST)
		return LESSON_MOST;
	return rows < LESSON_LEAST ? LESSON_LEAST : rows;
}

/* Draws a row of the scenarios: the domain to look up, where there is room, and what it shows. */
static void
draw_scenario(const struct overlay_drawing *drawing, struct area list, int row, size_t index)
{
	const struct scenario_row *scenario = &drawing->model->scenarios[index];
	struct canvas *canvas = drawing->canvas;
	int domain = domain_columns(drawing, (list.columns - 4) / 2);

	if (list.columns < DOMAINS_FROM) {
		canvas_put(canvas, row, list.column + 2, list.columns - 3, STYLE_TEXT,
		    scenario->title);
	} else {
		canvas_put(canvas, row, list.column + 2, domain, STYLE_TEXT, scenario->domain);
		canvas_put(canvas, row, list.column + 4 + domain, list.columns - 5 - domain,
		    STYLE_DIM, scenario->title);
	}
	overlay_mark_selected(drawing, list, row, index);
}

/* Writes what the selected scenario teaches into the rows below the list. */
static void
draw_lesson(const struct overlay_drawing *drawing, struct area below)
{
	const struct model *model = drawing->model;
	struct paper paper;

	if (below.rows < 2 || model->view_selected >= model->scenario_count)
		return;
	below.columns--;
	paper = paper_open(drawing->canvas, below, 0);
	paper_line(&paper);
	paper_write(&paper,
	    &(struct paragraph){
		.text = model->scenarios[model->view_selected].lesson,
		.style = STYLE_TEXT,
		.indent = 2,
		.lines_max = (size_t)below.rows - 1,
	    });
}

void
view_scenarios_draw(struct overlay_drawing *drawing)
{
	const struct model *model = drawing->model;
	struct area inside, below;
	int lesson;
	char note[48];

	snprintf(
	    note, sizeof note, "%zu of %zu", model->view_selected + 1, model->scenario_count);
	inside = overlay_frame(
	    drawing, "Laboratory: what there is to try", model->scenario_count ? note : NULL);
	lesson = lesson_rows(inside.rows);
	below = (struct area){ inside.row + inside.rows - lesson, inside.column, lesson,
		inside.columns };
	inside.rows -= lesson;
	drawing->rows = inside.rows > 0 ? (size_t)inside.rows : 0;
	drawing->total = model->scenario_count;
	drawing->inside = inside;
	overlay_keep_selected(drawing);
	for (size_t i = 0; i < drawing->rows && drawing->top + i < drawing->total; i++)
		draw_scenario(drawing, inside, inside.row + (int)i, drawing->top + i);
	draw_lesson(drawing, below);
}

void
view_scenarios_write(struct paper *paper, const struct model *model)
{
	for (size_t i = 0; i < model->scenario_count; i++) {
		struct buf text = BUF_INIT;

		buf_addf(
		    &text, "%s: %s", model->scenarios[i].domain, model->scenarios[i].title);
		paper_write(paper,
		    &(struct paragraph){ .text = buf_text(&text), .indent = 1, .hang = 2 });
		buf_clear(&text);
	}
}

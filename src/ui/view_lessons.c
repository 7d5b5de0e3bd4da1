/*
 * The lessons there are, in the order of the course: a row a lesson, of which one is selected and
 * begins with Enter, and below the list how to go through one. Decides how much room that gets;
 * the lessons are cli/lessons.h's.
 */
#include <stdio.h>

#include "util/buf.h"
#include "cli/lessons.h"
#include "ui/overlay.h"

enum {
	NAME_COLUMNS = 18,
	NUMBER_COLUMNS = 3, /* with the blank behind it */
	NAMES_FROM = 50, /* columns from which names stand beside the titles */
	WAY_ROWS = 5, /* for the words below the list, with the blank one before */
	WAY_LEAST = 16, /* rows of a frame that has room for them */
};

static const char way[] =
    "Enter begins the selected one, `lesson NAME` or `lesson 3` another. Then "
    "`n` goes on, `b` back, `q` ends it. All play in the laboratory: no packet "
    "leaves this machine. `lesson FILE` plays one that you wrote.";

/* Draws a row: number, name where there is room, and title. */
static void
draw_lesson(const struct overlay_drawing *drawing, struct area list, int row, size_t index)
{
	const struct lesson_row *lesson = &lessons_table(&(size_t){ 0 })[index];
	int name = list.column + 2 + NUMBER_COLUMNS;
	int title = list.columns < NAMES_FROM ? name : name + NAME_COLUMNS + 1;
	struct canvas *canvas = drawing->canvas;
	char number[24];

	snprintf(number, sizeof number, "%2zu", index + 1);
	canvas_put(canvas, row, list.column + 2, NUMBER_COLUMNS, STYLE_DIM, number);
	if (title > name)
		canvas_put(canvas, row, name, NAME_COLUMNS, STYLE_ACCENT, lesson->name);
	canvas_put(canvas, row, title, list.column + list.columns - 1 - title, STYLE_TEXT,
	    lesson->title);
	overlay_mark_selected(drawing, list, row, index);
}

/* Writes how to go through a lesson into the rows below the list. */
static void
draw_way(const struct overlay_drawing *drawing, struct area below)
{
	struct paper paper = paper_open(drawing->canvas, below, 0);

	paper_line(&paper);
	paper_write(&paper,
	    &(struct paragraph){ .text = way,
		.style = STYLE_DIM,
		.indent = 2,
		.lines_max = (size_t)below.rows - 1 });
}

void
view_lessons_draw(struct overlay_drawing *drawing)
{
	struct area inside, below;
	size_t count;
	char note[48];

	(void)lessons_table(&count);
	snprintf(note, sizeof note, "%zu of %zu", drawing->model->view_selected + 1, count);
	inside = overlay_frame(drawing, "Lessons", note);
	below = inside;
	if (inside.rows >= WAY_LEAST) {
		inside.rows -= WAY_ROWS;
		below.row += inside.rows;
		below.rows = WAY_ROWS;
		below.columns--;
		draw_way(drawing, below);
	}
	drawing->rows = inside.rows > 0 ? (size_t)inside.rows : 0;
	drawing->total = count;
	drawing->inside = inside;
	overlay_keep_selected(drawing);
	for (size_t i = 0; i < drawing->rows && drawing->top + i < count; i++)
		draw_lesson(drawing, inside, inside.row + (int)i, drawing->top + i);
}

void
view_lessons_write(struct paper *paper, const struct model *model)
{
	size_t count;
	const struct lesson_row *lessons = lessons_table(&count);

	(void)model;
	for (size_t i = 0; i < count; i++) {
		struct buf lead = BUF_INIT;

		buf_addf(&lead, "%2zu  %-18s ", i + 1, lessons[i].name);
		paper_write(paper,
		    &(struct paragraph){ .lead = buf_text(&lead),
			.lead_style = STYLE_ACCENT,
			.text = lessons[i].title,
			.indent = 1 });
		buf_clear(&lead);
	}
	paper_line(paper);
	paper_write(paper, &(struct paragraph){ .text = way, .indent = 1 });
}

/*
 * What a lesson says below the panes, or what a question asks in their place. Decides how a
 * question shows what is known without showing the answer: the records as the DNS answered, and
 * what each server said, in no order of delivery.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "ui/mark.h"
#include "ui/paper.h"
#include "ui/tutor_strip.h"

enum {
	KNOWN_MAX = 12, /* addresses that a question lists */
	TEXT_MAX = 96,
};

/* Writes the paragraphs of a text, parted by blank lines. */
static void
write_text(struct paper *paper, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t length = end ? (size_t)(end - text) : strlen(text);
		char *paragraph = mem_strndup(text, length);

		paper_write(paper, &(struct paragraph){ .text = paragraph, .indent = 1 });
		free(paragraph);
		text += length;
		text += strspn(text, "\n");
		if (*text)
			paper_line(paper);
	}
}

/* What is known of an address: "accepting", "refused", "deferring 421". */
static void
add_probe(struct buf *line, const struct smtp_facts *probe)
{
	if (!probe)
		return;
	buf_addf(line, "   %s", smtp_outcome_name(probe->outcome));
	if (probe->code > 0 && probe->outcome != SMTP_ACCEPTING)
		buf_addf(line, " %d", probe->code);
}

/* Writes the MX records in the order of the answer. */
static void
write_records(struct paper *paper, const struct mail_facts *facts)
{
	for (size_t i = 0; i < facts->mx.count && i < KNOWN_MAX; i++) {
		const struct mx_exchange *exchange = &facts->mx.exchanges[i];
		struct buf line = BUF_INIT;

		if (facts->mx.kind == MX_IMPLICIT)
			buf_addf(&line, "%s has no MX record", facts->subject.ascii);
		else
			buf_addf(&line, "%s MX %u %s", facts->subject.ascii,
			    exchange->preference, exchange->text);
		paper_write(paper,
		    &(struct paragraph){
			.text = buf_text(&line), .style = STYLE_QUOTED, .indent = 3 });
		buf_clear(&line);
	}
}

/* Writes the addresses, and what was seen of each. */
static void
write_addresses(struct paper *paper, const struct mail_facts *facts)
{
	for (size_t i = 0; i < facts->target_count && i < KNOWN_MAX; i++) {
		const struct mail_target *target = &facts->targets[i];
		char address[IP_TEXT_MAX];
		struct buf line = BUF_INIT;

		buf_addf(&line, "%s %s %s", facts->mx.exchanges[target->exchange].text,
		    target->ip.family == 4 ? "A" : "AAAA", ip_text(&target->ip, address));
		add_probe(&line, target->probe);
		paper_write(paper,
		    &(struct paragraph){
			.text = buf_text(&line), .style = STYLE_QUOTED, .indent = 3 });
		buf_clear(&line);
	}
}

/* Writes what is known of the domain, before the answer. */
static void
write_known(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);

	if (!inquiry)
		return;
	paper_line(paper);
	paper_write(
	    paper, &(struct paragraph){ .text = "Known:", .style = STYLE_DIM, .indent = 1 });
	if (inquiry->facts.mx.count == 0 && inquiry->facts.mx_result) {
		char text[TEXT_MAX];

		snprintf(text, sizeof text, "the MX question: %s",
		    inquiry->facts.mx.kind == MX_NULL
			? "a single record, with the exchange \".\""
			: dns_outcome_name(inquiry->facts.mx_result->outcome));
		paper_write(paper,
		    &(struct paragraph){ .text = text, .style = STYLE_QUOTED, .indent = 3 });
	}
	write_records(paper, &inquiry->facts);
	write_addresses(paper, &inquiry->facts);
}

/* Writes a choice: its number, and what became of it once the question is answered. */
static void
write_choice(struct paper *paper, const struct tutor *tutor, size_t i)
{
	bool right = i == tutor->quiz.right, chosen = i == tutor->chosen;
	enum mark mark = right ? MARK_GOOD : MARK_BAD;
	bool marked = tutor->answered && (right || chosen);
	char lead[16];

	snprintf(lead, sizeof lead, "%s %zu  ",
	    marked ? mark_text(mark, paper->canvas->unicode, 0) : " ", i + 1);
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead,
		.lead_style = marked ? mark_style(mark) : STYLE_ACCENT,
		.text = tutor->quiz.choices[i],
		.indent = 1,
	    });
}

/* Says whether the answer was right, and why. */
static void
write_reason(struct paper *paper, const struct tutor *tutor)
{
	bool right = tutor->chosen == tutor->quiz.right;
	enum mark mark = right ? MARK_GOOD : MARK_BAD;
	struct buf text = BUF_INIT;
	char lead[16];

	snprintf(lead, sizeof lead, "%s ", mark_text(mark, paper->canvas->unicode, 0));
	buf_addf(
	    &text, "%s %s.", right ? "Right:" : "No:", tutor->quiz.choices[tutor->quiz.right]);
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead,
		.lead_style = mark_style(mark),
		.text = buf_text(&text),
		.style = mark_style(mark),
		.indent = 1,
	    });
	buf_clear(&text);
	paper_write(paper, &(struct paragraph){ .text = tutor->quiz.reason, .indent = 3 });
	paper_line(paper);
}

/* Writes the question with its choices, and the answer when it was given. */
static void
write_question(struct paper *paper, const struct model *model)
{
	const struct tutor *tutor = &model->tutor;

	if (tutor->answered)
		write_reason(paper, tutor);
	paper_write(paper,
	    &(struct paragraph){
		.text = tutor->quiz.question, .style = STYLE_TITLE, .indent = 1 });
	if (!tutor->answered)
		write_known(paper, model);
	paper_line(paper);
	for (size_t i = 0; i < tutor->quiz.count; i++)
		write_choice(paper, tutor, i);
}

/* Writes what the strip holds now. */
static void
write_all(struct paper *paper, const struct model *model)
{
	const struct lesson_step *step = tutor_step(&model->tutor);

	if (step && !model->tutor.answered) {
		write_text(paper, step->text);
		if (model->tutor.asked)
			paper_line(paper);
	}
	if (model->tutor.asked)
		write_question(paper, model);
	else if (model->tutor.pending)
		paper_write(paper,
		    &(struct paragraph){ .text = "A question comes when all answers are in.",
			.style = STYLE_DIM,
			.indent = 1 });
}

/* The strip's title. */
static void
add_title(struct buf *title, const struct tutor *tutor)
{
	const struct lesson_step *step = tutor_step(tutor);

	if (step)
		buf_addf(title, "Lesson: %s", step->title);
	else
		buf_adds(title, "Quiz");
}

/* The score, and which step of how many. */
static void
add_note(struct buf *note, const struct tutor *tutor)
{
	const struct lesson_step *step = tutor_step(tutor);

	if (tutor->questions > 0)
		buf_addf(
		    note, "%u of %u right%s", tutor->right, tutor->questions, step ? ", " : "");
	if (step)
		buf_addf(note, "step %zu of %zu", tutor->step + 1, tutor->lesson.count);
}

/* Puts title, place and score into the frame. */
static struct area
open_frame(const struct strip_drawing *drawing)
{
	const struct tutor *tutor = &drawing->model->tutor;
	struct buf title = BUF_INIT, note = BUF_INIT;
	struct area inside;

	add_title(&title, tutor);
	add_note(&note, tutor);
	inside = canvas_frame(drawing->canvas, drawing->area, STYLE_FRAME_FOCUSED, STYLE_ACCENT,
	    buf_text(&title), note.length > 0 ? note.data : NULL);
	buf_clear(&title);
	buf_clear(&note);
	inside.columns--;
	return inside;
}

/* Says in the frame's lower line what to press. */
static void
draw_foot(const struct strip_drawing *drawing)
{
	const struct tutor *tutor = &drawing->model->tutor;
	bool more = tutor->top + drawing->rows < drawing->total;
	char foot[TEXT_MAX];

	if (more)
		snprintf(foot, sizeof foot, "n more");
	else if (tutor_is_asking(tutor))
		snprintf(foot, sizeof foot, "1-%zu answer", tutor->quiz.count);
	else if (tutor->step + 1 < tutor->lesson.count)
		snprintf(foot, sizeof foot, "n next  b back");
	else
		snprintf(
		    foot, sizeof foot, tutor->lesson.count > 0 ? "n end  b back" : "n next");
	canvas_frame_foot(drawing->canvas, drawing->area, foot);
}

void
tutor_strip_draw(struct strip_drawing *drawing)
{
	struct area inside;
	struct paper paper;

	drawing->rows = drawing->total = 0;
	if (!drawing->model->tutor.open || drawing->area.rows < 3)
		return;
	canvas_erase(drawing->canvas, drawing->area, STYLE_TEXT);
	inside = open_frame(drawing);
	paper = paper_count(drawing->canvas, inside);
	write_all(&paper, drawing->model);
	drawing->rows = (size_t)inside.rows;
	drawing->total = paper.lines;
	paper = paper_open(drawing->canvas, inside, drawing->model->tutor.top);
	write_all(&paper, drawing->model);
	draw_foot(drawing);
}

void
tutor_strip_text(struct buf *out, const struct model *model, bool unicode, int columns)
{
	struct area window = { .columns = columns };
	struct canvas canvas;
	struct paper paper;

	if (!model->tutor.open)
		return;
	add_title(out, &model->tutor);
	buf_adds(out, "  ");
	add_note(out, &model->tutor);
	buf_addc(out, '\n');
	canvas_init(&canvas, unicode);
	canvas_resize(&canvas, 1, columns);
	paper = paper_count(&canvas, window);
	write_all(&paper, model);
	window.rows = (int)paper.lines;
	if (window.rows > 0) {
		canvas_resize(&canvas, window.rows, columns);
		paper = paper_open(&canvas, window, 0);
		write_all(&paper, model);
		canvas_text(&canvas, out);
	}
	canvas_clear(&canvas);
}

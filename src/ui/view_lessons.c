/*
 * The lessons there are, in the order of the course.
 */
#include "util/buf.h"
#include "cli/lessons.h"
#include "ui/overlay.h"

void
view_lessons_write(struct paper *paper, const struct model *model)
{
	size_t count;
	const struct lesson_row *lessons = lessons_table(&count);

	(void)model;
	paper_write(paper,
	    &(struct paragraph){
		.text =
		    "`lesson NAME` begins one; `n` goes on, `b` back, `q` ends it. All of them "
		    "play in the laboratory: no packet leaves this machine. `lesson FILE` "
		    "plays one that you wrote.",
		.indent = 1 });
	paper_line(paper);
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
}

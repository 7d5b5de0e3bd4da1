/*
 * Findings as lines. Decides how much of each is told in the room there is: all with their
 * cures, or the sentences, the gravest whole first. What is found, how grave it is and in which
 * order it comes is mail/finding.h's.
 */
#include <stdio.h>

#include "ui/findings.h"
#include "ui/mark.h"
#include "ui/paper.h"

/*
 * Writes one finding in at most so many lines (0 = as many as it takes), the rule at the right.
 */
static void
write_finding(
    struct paper *paper, const struct finding *finding, size_t lines_max, const char *rule)
{
	enum mark mark = mark_of_severity(finding->severity);
	char lead[8];

	snprintf(lead, sizeof lead, "%s ", mark_text(mark, paper->canvas->unicode, 0));
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead,
		.lead_style = mark_style(mark),
		.text = finding->text,
		.indent = 1,
		.right = rule,
		.lines_max = lines_max,
	    });
}

void
findings_write(struct paper *paper, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		write_finding(paper, finding, 0, finding->rule);
		if (finding->fix)
			paper_write(paper,
			    &(struct paragraph){
				.text = finding->fix, .style = STYLE_DIM, .indent = 3 });
	}
}

/* Writes a blank line and all findings with their cures. */
static void
write_cures(struct paper *paper, const struct findings *findings)
{
	paper_line(paper);
	findings_write(paper, findings);
}

/* Returns the lines that a finding takes when it is told whole. */
static size_t
lines_of(struct canvas *canvas, struct area width, const struct finding *finding)
{
	struct paper paper = paper_count(canvas, width);

	write_finding(&paper, finding, 0, finding->rule);
	return paper.lines;
}

/*
 * Writes the findings in so many rows: each gets a line, and what rows are left over go to a
 * blank one before and to the first findings that need more. One that is cut does without
 * its rule. `width` has the columns to measure by.
 */
static void
write_sentences(
    struct paper *paper, struct area width, const struct findings *findings, size_t rows)
{
	size_t spare = rows > findings->count ? rows - findings->count : 0;

	if (spare > 0) {
		paper_line(paper);
		spare--;
	}
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		size_t whole = lines_of(paper->canvas, width, finding);
		size_t more = whole - 1 < spare ? whole - 1 : spare;

		spare -= more;
		write_finding(
		    paper, finding, 1 + more, 1 + more < whole ? NULL : finding->rule);
	}
}

/* True when all findings and their cures fit. */
static bool
cures_fit(struct canvas *canvas, struct area width, const struct findings *findings, int rows)
{
	struct paper paper = paper_count(canvas, width);

	write_cures(&paper, findings);
	return paper.lines <= (size_t)rows;
}

/* Writes the findings as the rows allow. */
static void
write_findings(
    struct paper *paper, struct area width, const struct findings *findings, int rows)
{
	if (cures_fit(paper->canvas, width, findings, rows))
		write_cures(paper, findings);
	else
		write_sentences(paper, width, findings, (size_t)rows);
}

int
findings_room(struct canvas *canvas, int columns, const struct findings *findings, int rows)
{
	const struct area width = { .columns = columns - 1 };
	struct paper paper = paper_count(canvas, width);

	if (findings->count == 0 || rows < 2)
		return 0;
	write_findings(&paper, width, findings, rows);
	return paper.lines < (size_t)rows ? (int)paper.lines : rows;
}

void
findings_draw(struct canvas *canvas, struct area area, const struct findings *findings)
{
	struct paper paper;
	char rest[64];

	if (area.rows < 2)
		return;
	area.columns--;
	paper = paper_open(canvas, area, 0);
	write_findings(&paper, area, findings, area.rows);
	if (paper.lines <= (size_t)area.rows)
		return;
	/* A line each, and still too many: the last row tells how many are left. */
	snprintf(
	    rest, sizeof rest, "and %zu more findings", paper.lines - (size_t)area.rows + 1);
	area.row += area.rows - 1;
	area.rows = 1;
	canvas_erase(canvas, area, STYLE_TEXT);
	canvas_put(canvas, area.row, area.column + 3, area.columns - 3, STYLE_DIM, rest);
}

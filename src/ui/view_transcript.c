/*
 * The whole dialogue with the selected server, both sides, each line with its moment: view
 * `transcript` as text, view `hex` as the octets that went over the wire. It grows while the
 * probe goes on. What is kept of a dialogue is smtp/transcript.c's.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"

#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	GROUP = 8, /* octets between two gaps of the dump */
	OCTET_COLUMNS = 4, /* of an octet, as hex and as a character */
	DUMP_LINES_MAX = 64, /* of one line of the dialogue */
	TIME = 9, /* columns of the offset */
	TIME_BRIEF = 6, /* where room is short */
	ROOMY_FROM = 60, /* columns from which it is not */
};

/* How one line of the dialogue is written. */
typedef void line_writer(struct paper *paper, const struct smtp_line *line);

/* Returns the columns of the offset. */
static int
time_columns(const struct paper *paper)
{
	return paper->window.columns >= ROOMY_FROM ? TIME : TIME_BRIEF;
}

/* Writes the offset before a line, and what it went through and who spoke. */
static const char *
write_lead(const struct paper *paper, const struct smtp_line *line, char lead[40])
{
	bool unicode = paper->canvas->unicode;
	char ms[SPAN_TEXT_MAX];

	snprintf(lead, 40, "%*s %s %s ", time_columns(paper) - 2, span_ms(line->offset_us, ms),
	    line->encrypted ? glyph_text(GLYPH_SECRET, unicode) : "  ",
	    line->speaker == SMTP_CLIENT ? glyph_text(GLYPH_OURS, unicode) : " ");
	return lead;
}

/* The style of what this one said. */
static enum style
style_of(enum smtp_speaker speaker)
{
	static const enum style styles[] = {
		[SMTP_SERVER] = STYLE_QUOTED,
		[SMTP_CLIENT] = STYLE_OURS,
		[SMTP_NOTE] = STYLE_DIM,
	};

	return styles[speaker];
}

/* Writes a line as text. */
static void
write_text(struct paper *paper, const struct smtp_line *line)
{
	char lead[40];

	paper_write(paper,
	    &(struct paragraph){
		.lead = write_lead(paper, line, lead),
		.lead_style = STYLE_DIM,
		.text = line->text,
		.style = style_of(line->speaker),
		.lines_max = PAPER_LINES_MAX,
	    });
}

/* Appends octets in hex, with a gap in the middle, and as characters. */
static void
add_octets(struct buf *out, const unsigned char *bytes, size_t n, size_t width)
{
	for (size_t i = 0; i < width; i++) {
		if (i == GROUP)
			buf_addc(out, ' ');
		if (i < n)
			buf_addf(out, "%02x ", bytes[i]);
		else
			buf_adds(out, "   ");
	}
	buf_addc(out, ' ');
	for (size_t i = 0; i < n; i++)
		buf_addc(out, bytes[i] > 0x20 && bytes[i] < 0x7F ? (char)bytes[i] : '.');
}

/* How many octets a line of the dump shows: 16, 8 or 4. */
static size_t
octets_of_line(int columns)
{
	size_t octets = 2 * GROUP;

	while (octets > 4 && (int)octets * OCTET_COLUMNS + 2 > columns)
		octets /= 2;
	return octets;
}

/* Writes a line as octets; a note of ours has none. */
static void
write_hex(struct paper *paper, const struct smtp_line *line)
{
	int column = time_columns(paper) + 5, columns = paper->window.columns - column;
	size_t width = octets_of_line(columns);
	const unsigned char *bytes;
	size_t n = smtp_line_octets(line, &bytes);
	char lead[40];

	if (line->speaker == SMTP_NOTE) {
		write_text(paper, line);
		return;
	}
	write_lead(paper, line, lead);
	for (size_t at = 0; at == 0 || (at < n && at < DUMP_LINES_MAX * width); at += width) {
		struct buf text = BUF_INIT;
		int row = paper_line(paper);

		add_octets(&text, bytes + at, n - at < width ? n - at : width, width);
		if (row >= 0 && at == 0)
			canvas_put(
			    paper->canvas, row, paper->window.column, column, STYLE_DIM, lead);
		if (row >= 0)
			canvas_put(paper->canvas, row, paper->window.column + column, columns,
			    style_of(line->speaker), text.data);
		buf_clear(&text);
	}
}

/* Writes every line of the selected server's dialogue, or why there is none. */
static void
write_dialogue(struct paper *paper, const struct model *model, line_writer *write)
{
	const struct mail_target *target = model_selected_target(model);
	const struct smtp_transcript *said =
	    target && target->probe ? &target->probe->transcript : NULL;

	if (!target)
		overlay_empty(paper, "No server is selected: choose a row with an address.");
	else if (!said || said->count == 0)
		overlay_empty(paper, "Nothing was said yet: `probe` opens a dialogue.");
	for (size_t i = 0; said && i < said->count; i++)
		write(paper, &said->lines[i]);
}

void
view_transcript_write(struct paper *paper, const struct model *model)
{
	write_dialogue(paper, model, write_text);
}

void
view_hex_write(struct paper *paper, const struct model *model)
{
	write_dialogue(paper, model, write_hex);
}

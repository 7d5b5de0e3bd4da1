/*
 * The stages of a probe as bars. Decides the scale: the whole width stands for the next round
 * time above what has passed, so that bars of a probe under way shrink in steps and a fast
 * server does not look like a slow one. The times themselves are the prober's.
 */
#include <stdio.h>
#include <string.h>

#include "util/span.h"

#include "smtp/judge.h"

#include "ui/mark.h"
#include "ui/timeline.h"

enum {
	LABEL_COLUMNS = 10,
	TIME_COLUMNS = 7,
	LIMIT_COLUMNS = 13, /* " ms of 5 min" */
	FLAT_LABEL_ROOM = 10, /* label, time and blanks of a stage in the flat form */
};

/* The stages in the order of the dialogue; those that are always shown hold their place. */
static const struct {
	const char *label, *short_label;
	bool always;
} stages[smtp_stage_count] = {
	[SMTP_STAGE_CONNECT] = { "connect", "conn", true },
	[SMTP_STAGE_GREETING] = { "greeting", "hello", true },
	[SMTP_STAGE_EHLO] = { "ehlo", "ehlo", true },
	[SMTP_STAGE_STARTTLS] = { "starttls", "stls", true },
	[SMTP_STAGE_HANDSHAKE] = { "handshake", "tls", true },
	[SMTP_STAGE_EHLO_TLS] = { "ehlo-tls", "ehlo", true },
	[SMTP_STAGE_MAIL] = { "mail", "mail", false },
	[SMTP_STAGE_RCPT] = { "rcpt", "rcpt", false },
	[SMTP_STAGE_QUIT] = { "quit", "quit", true },
};

/* True while the stage is the one under way. */
static bool
is_current(const struct smtp_facts *probe, size_t stage)
{
	return probe->stage == stage && probe->stage_us[stage] < 0 && probe->ended_us == 0;
}

/* How long the stage took, or has lasted so far; -1 = it was not entered. */
static int64_t
stage_length(const struct smtp_facts *probe, size_t stage, int64_t now_us)
{
	if (probe->waiting || !is_current(probe, stage))
		return probe->stage_us[stage];
	return now_us > probe->stage_started_us ? now_us - probe->stage_started_us : 0;
}

int64_t
timeline_length(const struct smtp_facts *probe, int64_t now_us)
{
	int64_t total = 0;

	for (size_t i = 0; i < smtp_stage_count; i++) {
		int64_t length = stage_length(probe, i, now_us);

		if (length > 0)
			total += length;
	}
	return total;
}

int64_t
timeline_elapsed(const struct smtp_facts *probe, int64_t now_us)
{
	int64_t total = 0;

	if (probe->outcome == SMTP_IN_PROGRESS)
		return now_us > probe->started_us ? now_us - probe->started_us : 0;
	for (size_t i = 0; i < smtp_stage_count; i++) {
		if (i != SMTP_STAGE_QUIT && probe->stage_us[i] > 0)
			total += probe->stage_us[i];
	}
	return total;
}

void
timeline_state(const struct smtp_facts *probe, int64_t now_us, int room, struct buf *out)
{
	bool open = probe->outcome == SMTP_IN_PROGRESS;
	int64_t length = stage_length(probe, probe->stage, now_us);
	const char *word = probe->waiting         ? "waiting"
	    : open                                ? smtp_stage_name(probe->stage)
	    : probe->outcome == SMTP_INCONCLUSIVE ? smtp_doubt_name(probe->doubt)
						  : smtp_outcome_name(probe->outcome);
	char detail[SPAN_TEXT_MAX] = "";

	if (open && !probe->waiting)
		snprintf(detail, sizeof detail, " %lld.%llds",
		    (long long)(length / SPAN_SECOND),
		    (long long)(length / (SPAN_SECOND / 10) % 10));
	else if (probe->code != 0 && probe->outcome != SMTP_ACCEPTING)
		snprintf(detail, sizeof detail, " %d", probe->code);
	buf_adds(out, word);
	if ((int)(strlen(word) + strlen(detail)) <= room)
		buf_adds(out, detail);
}

/* From 100 ms, so that what is quick looks quick. */
int64_t
timeline_scale(int64_t total)
{
	static const int factors[] = { 1, 2, 5 };

	for (int64_t base = 100 * SPAN_MS; base < 1000 * SPAN_SECOND; base *= 10) {
		for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
			if (total <= base * factors[i])
				return base * factors[i];
		}
	}
	return total;
}

/* Returns a time in columns, rounded to the nearest, within 0..columns. */
static int
to_columns(int64_t us, int64_t scale, int columns)
{
	int64_t width = (us * columns + scale / 2) / scale;

	return width > columns ? columns : (int)width;
}

/* Draws a bar of this many columns. */
static void
draw_bar(struct canvas *canvas, int row, int column, int columns, enum style style)
{
	const char *shape = glyph_text(GLYPH_BAR, canvas->unicode);

	for (int i = 0; i < columns; i++)
		canvas_put(canvas, row, column + i, 1, style, shape);
}

/* The mark before a stage's name: how it went, as far as that shows. */
static enum mark
stage_mark(const struct smtp_facts *probe, size_t stage)
{
	bool starttls = stage == SMTP_STAGE_STARTTLS;

	if (is_current(probe, stage))
		return MARK_PROGRESS;
	if (starttls && probe->starttls == SMTP_STARTTLS_NOT_OFFERED)
		return MARK_NONE;
	if (probe->stage_us[stage] < 0)
		return MARK_NOT_TRIED;
	if (starttls && probe->starttls == SMTP_STARTTLS_REFUSED)
		return MARK_BAD;
	if (stage == probe->stage && probe->outcome != SMTP_ACCEPTING)
		return mark_of_probe(probe);
	return MARK_GOOD;
}

/* The words in place of a bar, or NULL. */
static const char *
stage_remark(const struct smtp_facts *probe, size_t stage)
{
	if (stage == SMTP_STAGE_STARTTLS && probe->starttls == SMTP_STARTTLS_NOT_OFFERED)
		return "not offered";
	return NULL;
}

/* One line of the tall form. */
struct stage_line {
	const char *label;
	enum mark mark;
	const char *remark; /* in place of a bar, or NULL */
	int64_t before, length; /* of the lines before it, and its own; -1 = not entered */
	int64_t limit; /* that RFC 5321 lets a server take at least; 0 = it does not say */
};

/* Where the parts of a line stand. */
struct stage_places {
	int row, column; /* of the mark */
	int bar, room; /* of the bar and its columns */
};

/* Draws a tick where a server's time would be up, when the scale reaches so far. */
static void
draw_limit(const struct paper *paper, const struct stage_places *at,
    const struct timeline *timeline, const struct stage_line *line)
{
	struct canvas *canvas = paper->canvas;
	int64_t end = line->before + line->limit;
	char text[SPAN_TEXT_MAX];

	if (end < timeline->scale_us)
		canvas_put(canvas, at->row,
		    at->bar + to_columns(end, timeline->scale_us, at->room), 1, STYLE_DIM,
		    glyph_text(GLYPH_TICK, canvas->unicode));
	snprintf(
	    text, sizeof text, "ms of %lld min", (long long)(line->limit / SPAN_SECOND / 60));
	canvas_put(canvas, at->row, at->bar + at->room + TIME_COLUMNS + 1, LIMIT_COLUMNS,
	    STYLE_DIM, text);
}

/* Draws the bar of a line after the time that went before, and its milliseconds. */
static void
draw_time(const struct paper *paper, const struct stage_places *at,
    const struct timeline *timeline, const struct stage_line *line)
{
	int start = to_columns(line->before, timeline->scale_us, at->room);
	int end = to_columns(line->before + line->length, timeline->scale_us, at->room);
	char text[SPAN_TEXT_MAX];

	if (start == at->room)
		start = at->room - 1;
	draw_bar(paper->canvas, at->row, at->bar + start, end > start ? end - start : 1,
	    line->mark == MARK_PROGRESS ? STYLE_PROGRESS : STYLE_BAR);
	canvas_put_right(paper->canvas, at->row, at->bar + at->room, TIME_COLUMNS, STYLE_DIM,
	    span_ms(line->length, text));
}

/* Draws one line of the tall form: mark, name, bar or remark. */
static void
draw_line(struct paper *paper, const struct timeline *timeline, const struct stage_line *line)
{
	struct canvas *canvas = paper->canvas;
	struct stage_places at = { .row = paper_line(paper),
		.column = paper->window.column + 1 };

	if (at.row < 0)
		return;
	at.bar = at.column + 2 + LABEL_COLUMNS;
	at.room = paper->window.columns - 1 - 2 - LABEL_COLUMNS - TIME_COLUMNS - 1 -
	    (timeline->limits ? LIMIT_COLUMNS : 0);
	canvas_put(canvas, at.row, at.column, 1, mark_style(line->mark),
	    mark_text(line->mark, canvas->unicode, timeline->spinner));
	canvas_put(canvas, at.row, at.column + 2, LABEL_COLUMNS, STYLE_DIM, line->label);
	if (line->remark)
		canvas_put(canvas, at.row, at.bar, at.room, STYLE_DIM, line->remark);
	if (line->length < 0 || at.room <= 0)
		return;
	if (timeline->limits && line->limit > 0)
		draw_limit(paper, &at, timeline, line);
	draw_time(paper, &at, timeline, line);
}

void
timeline_write(struct paper *paper, const struct timeline *timeline)
{
	const struct smtp_facts *probe = timeline->probe;
	int64_t before = 0;

	if (timeline->dns_us >= 0) {
		draw_line(paper, timeline,
		    &(struct stage_line){
			.label = "dns", .mark = MARK_GOOD, .length = timeline->dns_us });
		before = timeline->dns_us;
	}
	for (size_t i = 0; i < smtp_stage_count; i++) {
		const struct stage_line line = {
			.label = stages[i].label,
			.mark = stage_mark(probe, i),
			.remark = stage_remark(probe, i),
			.before = before,
			.length = stage_length(probe, i, timeline->now_us),
			.limit = smtp_time_allowed((enum smtp_stage)i),
		};

		if (!stages[i].always && line.length < 0)
			continue;
		draw_line(paper, timeline, &line);
		before += line.length > 0 ? line.length : 0;
	}
}

void
timeline_write_tall(
    struct paper *paper, const struct smtp_facts *probe, int64_t now_us, unsigned spinner)
{
	timeline_write(paper,
	    &(const struct timeline){
		.probe = probe,
		.dns_us = -1,
		.now_us = now_us,
		.scale_us = timeline_scale(timeline_length(probe, now_us)),
		.spinner = spinner,
	    });
}

/* Draws one stage of the flat form at *column and moves it on; where it has no room, all that is left goes. */
static void
draw_flat(const struct paper *paper, int row, int *column, const char *label, int bar,
    enum style style, int64_t length)
{
	struct canvas *canvas = paper->canvas;
	int end = paper->window.column + paper->window.columns - 1;
	char text[SPAN_TEXT_MAX];

	span_ms(length, text);
	if (*column + canvas_width(canvas, label) + bar + canvas_width(canvas, text) + 2 >
	    end) {
		canvas_put(canvas, row, *column, end - *column, STYLE_DIM,
		    canvas->unicode ? "…" : "~");
		*column = end;
		return;
	}
	*column += canvas_put(canvas, row, *column, end - *column, STYLE_DIM, label) + 1;
	draw_bar(canvas, row, *column, bar, style);
	*column += bar + 1;
	*column += canvas_put(canvas, row, *column, end - *column, STYLE_DIM, text) + 2;
}

void
timeline_write_flat(struct paper *paper, const struct smtp_facts *probe, int64_t now_us)
{
	int64_t total = timeline_length(probe, now_us), scale = timeline_scale(total);
	int row = paper_line(paper), column = paper->window.column + 1;
	int room = paper->window.columns - 2 - 6 * FLAT_LABEL_ROOM;

	if (row < 0)
		return;
	for (size_t i = 0; i < smtp_stage_count; i++) {
		int64_t length = stage_length(probe, i, now_us);
		int bar;

		if (length < 0 || i == SMTP_STAGE_QUIT)
			continue;
		bar = to_columns(length, scale, room > 6 ? room : 6);
		draw_flat(paper, row, &column, stages[i].short_label, bar > 0 ? bar : 1,
		    is_current(probe, i) ? STYLE_PROGRESS : STYLE_BAR, length);
	}
}

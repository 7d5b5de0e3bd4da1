/*
 * `clock`: one message over days. First all senders on one scale of time, then every event of
 * the chosen one. What happens when is mail/clock.h's; here runs of like attempts are folded,
 * and ages become times of the day.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "mail/retry.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	DAY = 24 * 60 * 60,
	NAME = 13, /* columns of a sender's name */
	ENDS = 34, /* columns of where the message ends, beside the line */
	BESIDE_FROM = 76, /* columns from which it stands beside and not below */
	FOLD_FROM = 6, /* like attempts in a row that are told one by one */
	TIME_MAX = 32,
	TEXT_MAX = 160,
};

/* How each mark is shown. */
static const enum mark shapes[] = {
	[CLOCK_FAILS] = MARK_UNSURE,
	[CLOCK_DELIVERED] = MARK_GOOD,
	[CLOCK_RETURNED] = MARK_BAD,
	[CLOCK_FROZEN] = MARK_BAD,
	[CLOCK_WARNS] = MARK_WARNING,
	[CLOCK_GIVES_UP] = MARK_BAD,
	[CLOCK_DOWN] = MARK_NONE,
	[CLOCK_BACK] = MARK_NONE,
	[CLOCK_MX_EXPIRES] = MARK_NONE,
	[CLOCK_ADDRESS_EXPIRES] = MARK_NONE,
};

/* Writes the time of an age: "09:20", on later days "+1d 03:10". */
static const char *
time_text(const struct forecast *forecast, int64_t age, char out[TIME_MAX])
{
	long long at = forecast->sent + age, minutes = at % DAY / 60;

	if (at < DAY)
		snprintf(out, TIME_MAX, "%02lld:%02lld", minutes / 60, minutes % 60);
	else
		snprintf(out, TIME_MAX, "+%lldd %02lld:%02lld", at / DAY, minutes / 60,
		    minutes % 60);
	return out;
}

/* --- all senders on one scale -------------------------------------------------------- */

/* The scale of time: ages 0..span over so many columns. */
struct scale {
	int64_t span;
	int column, columns;
};

/* The column of an age. */
static int
column_of(const struct scale *scale, int64_t age)
{
	int64_t offset = age * (scale->columns - 1) / scale->span;

	if (offset < 0)
		offset = 0;
	return scale->column + (int)(offset < scale->columns ? offset : scale->columns - 1);
}

/* The scale that holds every end, the outage and the hand. */
static struct scale
make_scale(const struct paper *paper, const struct forecast *forecast)
{
	bool beside = paper->window.columns >= BESIDE_FROM;
	struct scale scale = {
		.span = 60 * 60,
		.column = paper->window.column + 1 + (beside ? NAME : 0),
		.columns = paper->window.columns - 2 - (beside ? NAME + ENDS : 0),
	};
	int64_t until =
	    forecast->outage.servers > 0 ? forecast->outage.until - forecast->sent : 0;

	for (size_t i = 0; i < sender_count; i++) {
		if (forecast->courses[i].age > scale.span)
			scale.span = forecast->courses[i].age;
	}
	if (until > scale.span)
		scale.span = until;
	if (forecast->hand > scale.span)
		scale.span = forecast->hand;
	return scale;
}

/* Writes the axis: its ends. */
static void
write_axis(struct paper *paper, const struct forecast *forecast, const struct scale *scale)
{
	int row = paper_line(paper);
	char text[TIME_MAX];

	if (row < 0)
		return;
	canvas_put(paper->canvas, row, scale->column, scale->columns, STYLE_DIM,
	    time_text(forecast, 0, text));
	canvas_put_right(paper->canvas, row, scale->column, scale->columns, STYLE_DIM,
	    time_text(forecast, scale->span, text));
}

/* Writes where the hand is: the time beside it, on the side that has room. */
static void
write_hand_mark(struct paper *paper, const struct forecast *forecast, const struct scale *scale)
{
	int row, column = column_of(scale, forecast->hand),
		 end = scale->column + scale->columns;
	char text[TIME_MAX];

	if (forecast->hand <= 0 || (row = paper_line(paper)) < 0)
		return;
	time_text(forecast, forecast->hand, text);
	canvas_put(paper->canvas, row, column, 1, STYLE_ACCENT, "|");
	if (column + 2 + (int)strlen(text) <= end)
		canvas_put(
		    paper->canvas, row, column + 2, end - column - 2, STYLE_ACCENT, text);
	else
		canvas_put_right(paper->canvas, row, scale->column, column - 1 - scale->column,
		    STYLE_ACCENT, text);
}

/* Draws the outage as a bar. */
static void
write_outage(struct paper *paper, const struct forecast *forecast, const struct scale *scale)
{
	const struct outage *outage = &forecast->outage;
	int row, first, last;

	if (outage->servers == 0 || outage->until <= forecast->sent)
		return;
	row = paper_line(paper);
	if (row < 0)
		return;
	if (scale->column > paper->window.column + 1)
		canvas_put(
		    paper->canvas, row, paper->window.column + 1, NAME - 1, STYLE_DIM, "down");
	first = column_of(scale, outage->from - forecast->sent);
	last = column_of(scale, outage->until - forecast->sent);
	for (int column = first; column <= last; column++)
		canvas_put(paper->canvas, row, column, 1, STYLE_BAD,
		    glyph_text(GLYPH_BAR, paper->canvas->unicode));
}

/* Says how a course ends: "15:53 mx1.example.net [192.0.2.10]", without the address where it would be cut. */
static void
end_text(const struct forecast *forecast, const struct clock_course *course, int columns,
    char out[TEXT_MAX])
{
	static const char *const ends[clock_mark_count] = {
		[CLOCK_RETURNED] = "goes back at once",
		[CLOCK_FROZEN] = "is frozen",
		[CLOCK_GIVES_UP] = "goes back, expired",
	};
	char text[TIME_MAX];

	time_text(forecast, course->age, text);
	snprintf(out, TEXT_MAX, "%s %s", text, course->host ? course->host : ends[course->end]);
	if ((int)strlen(out) > columns)
		out[strcspn(out, "[")] = '\0';
}

/* Draws the attempts of a course on the scale. */
static void
draw_course(struct canvas *canvas, int row, const struct clock_course *course,
    const struct scale *scale)
{
	for (int i = 0; i < scale->columns; i++)
		canvas_put(canvas, row, scale->column + i, 1, STYLE_DIM,
		    mark_text(MARK_NONE, canvas->unicode, 0));
	for (size_t i = 0; i < course->count; i++) {
		const struct clock_event *event = &course->events[i];
		enum mark mark = shapes[event->mark];

		if (mark != MARK_NONE)
			canvas_put(canvas, row, column_of(scale, event->age), 1,
			    mark_style(mark), mark_text(mark, canvas->unicode, 0));
	}
}

/* Writes one sender: its name, its attempts, its end. */
static void
write_sender(struct paper *paper, const struct model *model, const struct scale *scale,
    enum sender sender)
{
	const struct clock_course *course = &model->forecast.courses[sender];
	bool beside = scale->column > paper->window.column + 1;
	int row = paper_line(paper), left = paper->window.column;
	enum style style = sender == model->settings.sender ? STYLE_ACCENT : STYLE_TEXT;
	int room = beside ? ENDS - 1 : paper->window.columns - 1 - NAME;
	char end[TEXT_MAX];

	end_text(&model->forecast, course, room, end);
	if (row >= 0) {
		if (style == STYLE_ACCENT)
			canvas_put(paper->canvas, row, left, 1, style,
			    glyph_text(GLYPH_SELECTED, paper->canvas->unicode));
		canvas_put(paper->canvas, row, left + 1, NAME - 1, style, sender_name(sender));
		if (beside)
			canvas_put(paper->canvas, row, scale->column + scale->columns + 1, room,
			    STYLE_TEXT, end);
		else
			canvas_put(paper->canvas, row, left + 1 + NAME, room, STYLE_TEXT, end);
	}
	if (!beside)
		row = paper_line(paper);
	if (row >= 0)
		draw_course(paper->canvas, row, course, scale);
}

/* --- the chosen sender, event by event ------------------------------------------------- */

/* True when both are attempts that fail in the same way. */
static bool
are_alike(const struct clock_event *a, const struct clock_event *b)
{
	return a->mark == CLOCK_FAILS && b->mark == CLOCK_FAILS &&
	    strcmp(a->text, b->text) == 0;
}

/* How many events from this one on are attempts that fail alike. */
static size_t
run_length(const struct clock_course *course, size_t i)
{
	size_t end = i + 1;

	while (end < course->count && are_alike(&course->events[i], &course->events[end]))
		end++;
	return end - i;
}

/* Writes an event. A run of like attempts says once what stands against the message. */
static void
write_event(struct paper *paper, const struct forecast *forecast,
    const struct clock_event *event, const char *said)
{
	enum mark mark = shapes[event->mark];
	char at[TIME_MAX], span[SPAN_TEXT_MAX], lead[TEXT_MAX], number[24] = "";

	time_text(forecast, event->age, at);
	if (event->attempt > 0)
		snprintf(number, sizeof number, "attempt %u: ", event->attempt);
	snprintf(lead, sizeof lead, "%-10s +%-8s ", at, span_words(event->age, span));
	if (paper->window.columns < BESIDE_FROM)
		snprintf(lead, sizeof lead, "%s ", at);
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s %s%s", mark_text(mark, paper->canvas->unicode, 0), number, said);
	paper_write(paper,
	    &(struct paragraph){ .lead = lead,
		.lead_style = STYLE_DIM,
		.text = buf_text(&text),
		.style =
		    mark == MARK_NONE || mark == MARK_UNSURE ? STYLE_TEXT : mark_style(mark),
		.indent = 1,
		.hang = 2 });
	buf_clear(&text);
}

/* Writes a folded run: how many attempts, and the last. */
static void
write_fold(struct paper *paper, const struct forecast *forecast, size_t folded,
    const struct clock_event *last)
{
	char text[TEXT_MAX], at[TIME_MAX];

	snprintf(text, sizeof text, "... and %zu more attempts like it, the last at %s", folded,
	    time_text(forecast, last->age, at));
	paper_write(
	    paper, &(struct paragraph){ .text = text, .style = STYLE_DIM, .indent = 1 });
}

/* Writes all events of the chosen sender. */
static void
write_events(
    struct paper *paper, const struct forecast *forecast, const struct clock_course *course)
{
	const char *told = "";

	for (size_t i = 0; i < course->count;) {
		size_t run = run_length(course, i);
		size_t shown = run > FOLD_FROM ? 2 : run;

		for (size_t j = i; j < i + shown; j++) {
			const struct clock_event *event = &course->events[j];
			bool again =
			    event->mark == CLOCK_FAILS && strcmp(told, event->text) == 0;

			write_event(
			    paper, forecast, event, again ? "the same again" : event->text);
			if (event->mark == CLOCK_FAILS)
				told = event->text;
		}
		if (shown < run)
			write_fold(paper, forecast, run - shown, &course->events[i + run - 1]);
		i += run;
	}
}

/* Writes where the hand stands. */
static void
write_hand(
    struct paper *paper, const struct forecast *forecast, const struct clock_course *course)
{
	int64_t next = clock_next_attempt(course, forecast->hand);
	unsigned made = clock_attempts_until(course, forecast->hand);
	char at[TIME_MAX], span[SPAN_TEXT_MAX];
	struct buf text = BUF_INIT;

	buf_addf(&text, "At %s, %s after the first attempt: %u attempt%s made",
	    time_text(forecast, forecast->hand, at), span_words(forecast->hand, span), made,
	    made == 1 ? " is" : "s are");
	if (forecast->hand >= course->age && course->host)
		buf_addf(&text, ", and the message is at %s.", course->host);
	else if (forecast->hand >= course->age)
		buf_addf(&text, ", and the message %s.",
		    course->end == CLOCK_FROZEN ? "is frozen" : "has gone back");
	else if (next >= 0)
		buf_addf(&text, "; the next is at %s.", time_text(forecast, next, at));
	else
		buf_addf(&text, ", the last; the sender gives up at %s.",
		    time_text(forecast, course->age, at));
	paper_write(paper, &(struct paragraph){ .text = buf_text(&text), .indent = 1 });
	buf_clear(&text);
}

/* Writes what is asked: when the message is sent, and what is down until when. */
static void
write_question(struct paper *paper, const struct forecast *forecast)
{
	const struct outage *outage = &forecast->outage;
	char sent[TIME_MAX], from[TIME_MAX], until[TIME_MAX];
	struct buf text = BUF_INIT;

	buf_addf(&text, "A message is sent at %s", time_text(forecast, 0, sent));
	if (outage->target && outage->servers > 0)
		buf_addf(&text, ". Pretended: %s (%zu address%s) down from %s to %s.",
		    outage->target, outage->servers, outage->servers == 1 ? "" : "es",
		    time_text(forecast, outage->from - forecast->sent, from),
		    time_text(forecast, outage->until - forecast->sent, until));
	else if (outage->target)
		buf_addf(&text, "; this domain has no address that %s names.", outage->target);
	else
		buf_adds(&text,
		    ", and the servers stay as they were found. `clock primary down 09:00 "
		    "15:00` pretends an outage.");
	paper_write(paper, &(struct paragraph){ .text = buf_text(&text), .indent = 1 });
	buf_clear(&text);
}

/* Writes the schedule of the chosen sender, and where it is from. */
static void
write_schedule(struct paper *paper, enum sender sender)
{
	const struct retry_profile *profile = retry_profile(sender);
	char warns[SPAN_TEXT_MAX], gives_up[SPAN_TEXT_MAX];
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s tries %s. It gives up after %s and %s%s.", sender_name(sender),
	    profile->schedule, span_words(profile->gives_up, gives_up),
	    profile->warns > 0 ? "tells the author of a delay after " : "sends no warning",
	    profile->warns > 0 ? span_words(profile->warns, warns) : "");
	paper_write(paper, &(struct paragraph){ .text = buf_text(&text), .indent = 1 });
	buf_clear(&text);
	buf_addf(&text, "From: %s.%s A queue that is scanned now and then is late by as much.",
	    profile->source, profile->evidence == EVIDENCE_MEASURED ? "" : " Not measured.");
	paper_write(paper,
	    &(struct paragraph){ .text = buf_text(&text), .style = STYLE_DIM, .indent = 1 });
	buf_clear(&text);
}

void
view_clock_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct forecast *forecast = &model->forecast;
	const struct clock_course *course = &forecast->courses[model->settings.sender];
	struct scale scale = make_scale(paper, forecast);

	if (inquiry == NULL) {
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
		return;
	}
	if (forecast->ticket != inquiry->ticket) {
		overlay_empty(paper, "Not all answers have come yet.");
		return;
	}
	write_question(paper, forecast);
	paper_line(paper);
	write_axis(paper, forecast, &scale);
	write_hand_mark(paper, forecast, &scale);
	write_outage(paper, forecast, &scale);
	for (unsigned sender = 0; sender < sender_count; sender++)
		write_sender(paper, model, &scale, (enum sender)sender);
	paper_line(paper);
	if (forecast->hand > 0)
		write_hand(paper, forecast, course);
	write_schedule(paper, model->settings.sender);
	paper_line(paper);
	write_events(paper, forecast, course);
}

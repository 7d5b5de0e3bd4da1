/*
 * What a watch has seen: a sparkline of the time that each address took, a column a round and the newest
 * at the right, so that what happened in one round stands below each other; then the outages with their
 * length, and the changes of meaning, the newest first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	LEVELS = 8,
	ROOMY_FROM = 60, /* columns from which what can be told by the rest is told, too */
	CLIP = 4, /* times the median: what takes longer reaches the top, and no further */
	SPARK_INDENT = 3
};

/* The bars of a sparkline from low to high. */
static const char *const bars[2][LEVELS] = {
	{ "_", ".", "-", "~", "=", "+", "*", "#" },
	{ "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" },
};

/* The least and the most that a series took; false when it never took mail. */
static bool
find_range(const struct watch_series *series, int64_t *least, int64_t *most)
{
	bool seen = false;

	for (size_t i = 0; i < series->count; i++) {
		int64_t sample = series->samples_us[i];

		if (sample < 0)
			continue;
		if (!seen || sample < *least)
			*least = sample;
		if (!seen || sample > *most)
			*most = sample;
		seen = true;
	}
	return seen;
}

/* Orders times. */
static int
compare_times(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

/* The median of what a series took, or 1. */
static int64_t
median(const struct watch_series *series)
{
	int64_t times[WATCH_SAMPLES];
	size_t count = 0;

	for (size_t i = 0; i < series->count; i++) {
		if (series->samples_us[i] >= 0)
			times[count++] = series->samples_us[i];
	}
	if (count == 0)
		return 1;
	qsort(times, count, sizeof *times, compare_times);
	return times[count / 2];
}

/*
 * What the top of a sparkline stands for; its foot is zero. The most there was, but at least twice the
 * least (what does not move stands at half height), and so little above the median that one
 * round that was very slow does not press all others to the ground.
 */
static int64_t
top_of(const struct watch_series *series)
{
	int64_t least = 1, top = 1, clip = CLIP * median(series);

	find_range(series, &least, &top);
	if (top > clip)
		top = clip;
	if (top < 2 * least)
		top = 2 * least;
	return top > 0 ? top : 1;
}

/* The bar of a round that took so long. */
static const char *
bar_of(int64_t sample_us, int64_t top_us, bool unicode)
{
	if (sample_us >= top_us)
		return bars[unicode][LEVELS - 1];
	return bars[unicode][sample_us * (LEVELS - 1) / top_us];
}

/* Puts one round of a sparkline. */
static void
put_sample(const struct paper *paper, int row, int column, int64_t sample_us, int64_t top_us)
{
	bool unicode = paper->canvas->unicode;
	enum mark mark = sample_us == WATCH_DOWN ? MARK_BAD : MARK_NONE;

	if (sample_us < 0)
		canvas_put(paper->canvas, row, column, 1, mark_style(mark),
		    mark_text(mark, unicode, 0));
	else
		canvas_put(paper->canvas, row, column, 1, STYLE_BAR,
		    bar_of(sample_us, top_us, unicode));
}

/*
 * Puts the newest rounds of a series into the field, each address's last one in the same column: at the
 * right end once there are enough of them.
 */
static void
put_sparkline(const struct paper *paper, int row, struct area field,
    const struct watch_series *series, size_t rounds)
{
	size_t width = (size_t)field.columns, shown = series->count;
	int64_t top_us = top_of(series);

	if (row < 0)
		return;
	if (width > rounds)
		width = rounds;
	if (shown > width)
		shown = width;
	for (size_t i = 0; i < shown; i++)
		put_sample(paper, row, field.column + (int)(width - shown + i),
		    series->samples_us[series->count - shown + i], top_us);
}

/* Appends a time with its unit. */
static void
add_time(struct buf *text, int64_t us)
{
	char time[SPAN_TEXT_MAX];

	span_ms(us, time);
	buf_addf(text, "%s%s", time, strchr(time, 's') == NULL ? " ms" : "");
}

/* Appends between what the time of an address moved, when it did. */
static void
add_range(struct buf *text, const struct watch_series *series)
{
	int64_t least, most;
	char low[SPAN_TEXT_MAX];

	if (!find_range(series, &least, &most) || least / SPAN_MS == most / SPAN_MS)
		return;
	buf_addf(text, " (%s to ", span_ms(least, low));
	add_time(text, most);
	buf_addc(text, ')');
}

/* Appends how the address does now. */
static void
add_state(struct buf *text, const struct watch_series *series)
{
	int64_t last = series->samples_us[series->count - 1];

	if (!series->present)
		buf_adds(text, "gone from the DNS");
	else if (last == WATCH_UNSEEN)
		buf_adds(text, "not probed");
	else if (last == WATCH_DOWN)
		buf_adds(text, smtp_outcome_name(series->outcome));
	else
		add_time(text, last);
}

/* How an address stands after its last round. */
static enum mark
mark_of_series(const struct watch_series *series)
{
	int64_t last = series->samples_us[series->count - 1];

	if (last == WATCH_UNSEEN)
		return MARK_NONE;
	return last == WATCH_DOWN ? MARK_BAD : MARK_GOOD;
}

/* Puts mark, preference, exchange and address; a long name is cut. */
static void
put_name(
    const struct paper *paper, int row, struct area field, const struct watch_series *series)
{
	enum mark mark = mark_of_series(series);
	char ip[IP_TEXT_MAX], address[IP_TEXT_MAX + 4];
	struct buf name = BUF_INIT;
	int used, most;

	snprintf(address, sizeof address, " [%s]", ip_text(&series->ip, ip));
	buf_addf(&name, "%u %s", series->preference, series->exchange);
	canvas_put(paper->canvas, row, field.column, 1, mark_style(mark),
	    mark_text(mark, paper->canvas->unicode, 0));
	field.column += 2;
	field.columns -= 2;
	most = field.columns - canvas_width(paper->canvas, address);
	used = canvas_put(paper->canvas, row, field.column, most, STYLE_TEXT, buf_text(&name));
	canvas_put(
	    paper->canvas, row, field.column + used, field.columns - used, STYLE_DIM, address);
	buf_clear(&name);
}

/*
 * Writes an address: its name, and below it the sparkline. How it does stands at the right of the one or the
 * other, where there is more room.
 */
static void
write_series(struct paper *paper, const struct watch *watch, const struct watch_series *series)
{
	const struct area window = paper->window;
	bool roomy = window.columns >= ROOMY_FROM;
	struct area name = { .column = window.column + 1, .columns = window.columns - 1 };
	struct area spark = { .column = name.column + SPARK_INDENT,
		.columns = name.columns - SPARK_INDENT };
	struct buf state = BUF_INIT;
	int first = paper_line(paper), second = paper_line(paper);

	add_state(&state, series);
	if (roomy && series->samples_us[series->count - 1] >= 0)
		add_range(&state, series);
	*(roomy ? &name.columns : &spark.columns) -=
	    canvas_width(paper->canvas, state.data) + 1;
	if (first >= 0)
		put_name(paper, first, name, series);
	if ((roomy ? first : second) >= 0)
		canvas_put_right(paper->canvas, roomy ? first : second, window.column + 1,
		    window.columns - 1,
		    mark_of_series(series) == MARK_BAD ? STYLE_BAD : STYLE_TEXT, state.data);
	put_sparkline(paper, second, spark, series, watch->rounds);
	buf_clear(&state);
}

/* Writes one outage: where, how long, since when. */
static void
write_outage(struct paper *paper, const struct model *model, const struct watch_outage *outage)
{
	bool over = outage->until != 0;
	enum mark mark = over ? MARK_NONE : MARK_BAD;
	char length[SPAN_TEXT_MAX], begun[SPAN_TEXT_MAX], lead[16];
	struct buf text = BUF_INIT, right = BUF_INIT;

	snprintf(lead, sizeof lead, "%s ", mark_text(mark, paper->canvas->unicode, 0));
	buf_addf(&text, "%s: %s for %s%s, %zu %s", outage->place,
	    smtp_outcome_name(outage->outcome),
	    span_words((over ? outage->until : model->now_time) - outage->since, length),
	    over ? "" : " so far", outage->rounds, outage->rounds == 1 ? "round" : "rounds");
	buf_addf(&right, "from %s", span_rfc3339(outage->since, begun));
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead,
		.lead_style = mark_style(mark),
		.text = text.data,
		.indent = 1,
		.right = right.data,
	    });
	buf_clear(&text);
	buf_clear(&right);
}

/* Writes one change, as it was told. */
static void
write_change(struct paper *paper, const struct watch_change *change)
{
	char time[SPAN_TEXT_MAX];

	paper_write(paper,
	    &(struct paragraph){
		.lead = "~ ",
		.lead_style = STYLE_ACCENT,
		.text = change->text,
		.indent = 1,
		.right = span_rfc3339(change->time, time),
	    });
}

/* Writes all changes: the newest round first, what was found in it in its order. */
static void
write_changes(struct paper *paper, const struct watch *watch)
{
	size_t end = watch->change_count;

	while (end > 0) {
		size_t begin = end - 1;

		while (
		    begin > 0 && watch->changes[begin - 1].time == watch->changes[end - 1].time)
			begin--;
		for (size_t i = begin; i < end; i++)
			write_change(paper, &watch->changes[i]);
		end = begin;
	}
	if (watch->change_count == 0)
		overlay_empty(paper, "None was seen.");
}

/* True when the address was down whenever it was probed: nobody saw its outage begin. */
static bool
is_down_throughout(const struct watch_series *series)
{
	return series->present && !series->was_up &&
	    series->samples_us[series->count - 1] == WATCH_DOWN;
}

/* Writes an address that was down from the first round on. */
static void
write_standing(struct paper *paper, const struct watch_series *series)
{
	char ip[IP_TEXT_MAX], lead[16];
	struct buf text = BUF_INIT;

	snprintf(lead, sizeof lead, "%s ", mark_text(MARK_BAD, paper->canvas->unicode, 0));
	buf_addf(&text, "%s [%s]: %s since the watch began", series->exchange,
	    ip_text(&series->ip, ip), smtp_outcome_name(series->outcome));
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead,
		.lead_style = mark_style(MARK_BAD),
		.text = text.data,
		.indent = 1,
	    });
	buf_clear(&text);
}

/* Writes all outages, the newest first; behind them those that nobody saw begin. */
static void
write_outages(struct paper *paper, const struct model *model, const struct watch *watch)
{
	size_t standing = 0;

	for (size_t i = watch->outage_count; i-- > 0;)
		write_outage(paper, model, &watch->outages[i]);
	for (size_t i = 0; i < watch->series_count; i++) {
		if (!is_down_throughout(&watch->series[i]))
			continue;
		write_standing(paper, &watch->series[i]);
		standing++;
	}
	if (watch->outage_count == 0 && standing == 0)
		overlay_empty(paper, "None was seen.");
}

/* Writes the heading of a part. */
static void
write_heading(struct paper *paper, const char *text)
{
	paper_line(paper);
	paper_write(
	    paper, &(struct paragraph){ .text = text, .style = STYLE_ACCENT, .indent = 1 });
}

/* Appends how long the domain has been watched, without seconds once there are hours. */
static void
add_age(struct buf *text, const struct model *model, const struct watch *watch)
{
	int64_t seconds = model->now_time - watch->begun_time;
	char time[SPAN_TEXT_MAX];

	if (watch->begun_time == 0 || watch->rounds < 2 || seconds < 1)
		return;
	if (seconds >= 3600)
		seconds -= seconds % 60;
	buf_addf(text, " in %s", span_words(seconds, time));
}

/* Writes how the watch goes. */
static void
write_state(struct paper *paper, const struct model *model, const struct watch *watch)
{
	bool roomy = paper->window.columns >= ROOMY_FROM;
	struct buf text = BUF_INIT;
	char time[SPAN_TEXT_MAX];

	buf_addf(&text, "%zu %s", watch->rounds, watch->rounds == 1 ? "round" : "rounds");
	if (roomy)
		add_age(&text, model, watch);
	buf_addf(&text, ", %zu %s; ", watch->changes_seen,
	    watch->changes_seen == 1 ? "change" : "changes");
	if (watch->next_us == INT64_MAX)
		buf_adds(&text, "asked now");
	else
		buf_addf(&text, "next in %s",
		    span_countdown((watch->next_us - model->now_us) / SPAN_SECOND, time));
	if (roomy && watch->interval_us == 0)
		buf_adds(&text, ", when a TTL ends");
	else if (roomy)
		buf_addf(
		    &text, ", every %s", span_words(watch->interval_us / SPAN_SECOND, time));
	paper_write(
	    paper, &(struct paragraph){ .text = text.data, .style = STYLE_TEXT, .indent = 1 });
	if (roomy)
		write_heading(paper, "Time of each address, a column a round");
	buf_clear(&text);
}

/* Orders series by preference, those of one in the order in which they came. */
static int
compare_series(const void *a, const void *b)
{
	const struct watch_series *one = *(const struct watch_series *const *)a;
	const struct watch_series *other = *(const struct watch_series *const *)b;

	if (one->preference != other->preference)
		return one->preference < other->preference ? -1 : 1;
	return (one > other) - (one < other);
}

/* Writes every address, in the order in which a sender tries them. */
static void
write_all_series(struct paper *paper, const struct watch *watch)
{
	const struct watch_series **sorted =
	    mem_calloc(watch->series_count + 1, sizeof *sorted);

	for (size_t i = 0; i < watch->series_count; i++)
		sorted[i] = &watch->series[i];
	qsort(sorted, watch->series_count, sizeof *sorted, compare_series);
	for (size_t i = 0; i < watch->series_count; i++)
		write_series(paper, watch, sorted[i]);
	free(sorted);
}

void
view_watch_write(struct paper *paper, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	const struct watch *watch = domain == NULL ? NULL : domain->watch;

	if (watch == NULL) {
		overlay_empty(paper,
		    "This domain is not watched: `watch` asks again whenever a TTL ends, "
		    "`watch 5m` every five minutes. A change of meaning rings.");
		return;
	}
	write_state(paper, model, watch);
	write_all_series(paper, watch);
	if (watch->series_count == 0)
		overlay_empty(paper, "No server has been probed yet.");
	write_heading(paper, "Outages");
	write_outages(paper, model, watch);
	write_heading(paper, "Changes of meaning");
	write_changes(paper, watch);
}

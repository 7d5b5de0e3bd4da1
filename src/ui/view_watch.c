/*
 * What a watch has seen: a sparkline of the time that each address took, round by round, and the outages
 * with their length.
 */
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	LEVELS = 8
};

/* The bars of a sparkline from low to high, and what stands for a round without service. */
static const char *const bars[2][LEVELS + 1] = {
	{ ".", ".", ":", ":", "-", "=", "+", "*", "x" },
	{ "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█", "✗" },
};

/* The longest sample of a series. */
static int64_t
longest(const struct watch_series *series)
{
	int64_t most = 1;

	for (size_t i = 0; i < series->count; i++) {
		if (series->samples_us[i] > most)
			most = series->samples_us[i];
	}
	return most;
}

/* Writes the line of one address. */
static void
write_series(struct paper *paper, const struct watch_series *series)
{
	int64_t most = longest(series), last = series->samples_us[series->count - 1];
	char ip[IP_TEXT_MAX], time[SPAN_TEXT_MAX];
	struct buf line = BUF_INIT, right = BUF_INIT;

	for (size_t i = 0; i < series->count; i++) {
		int64_t sample = series->samples_us[i];
		size_t level = sample < 0 ? LEVELS : (size_t)(sample * (LEVELS - 1) / most);

		buf_adds(&line, bars[paper->canvas->unicode][level]);
	}
	if (last < 0)
		buf_adds(&right, "takes no mail");
	else
		buf_addf(&right, "%s ms, at most %s", span_ms(last, time),
		    span_ms(most, (char[SPAN_TEXT_MAX]){ 0 }));
	paper_write(paper,
	    &(struct paragraph){
		.text = ip_text(&series->ip, ip), .indent = 1, .right = right.data });
	paper_write(paper,
	    &(struct paragraph){
		.text = line.data,
		.style = last < 0 ? STYLE_BAD : STYLE_GOOD,
		.indent = 3,
	    });
	buf_clear(&line);
	buf_clear(&right);
}

/* Writes one outage. */
static void
write_outage(struct paper *paper, const struct model *model, const struct watch_outage *outage)
{
	char ip[IP_TEXT_MAX], length[SPAN_TEXT_MAX], begun[SPAN_TEXT_MAX];
	struct buf text = BUF_INIT;
	int64_t until = outage->until != 0 ? outage->until : model->now_time;

	buf_addf(&text, "%s took no mail for %s, from %s%s", ip_text(&outage->ip, ip),
	    span_countdown(until - outage->since, length), span_rfc3339(outage->since, begun),
	    outage->until != 0 ? "" : ", and does not yet");
	paper_write(paper,
	    &(struct paragraph){
		.text = text.data,
		.style = outage->until != 0 ? STYLE_TEXT : STYLE_BAD,
		.indent = 1,
	    });
	buf_clear(&text);
}

/* Writes how the watch goes. */
static void
write_state(struct paper *paper, const struct model *model, const struct watch *watch)
{
	struct buf text = BUF_INIT;
	char time[SPAN_TEXT_MAX];

	buf_addf(&text, "%zu %s, %zu with a change; ", watch->rounds,
	    watch->rounds == 1 ? "round" : "rounds", watch->changes);
	if (watch->next_us == INT64_MAX)
		buf_adds(&text, "being asked now");
	else
		buf_addf(&text, "asked again in %s%s",
		    span_countdown((watch->next_us - model->now_us) / SPAN_SECOND, time),
		    watch->interval_us == 0 ? ", when a TTL ends" : "");
	paper_write(paper,
	    &(struct paragraph){ .text = text.data, .style = STYLE_ACCENT, .indent = 1 });
	paper_line(paper);
	buf_clear(&text);
}

void
view_watch_write(struct paper *paper, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	const struct watch *watch = domain == NULL ? NULL : domain->watch;

	if (watch == NULL) {
		overlay_empty(paper,
		    "This domain is not watched: `watch` asks again whenever a TTL "
		    "ends, `watch 5m` every five minutes.");
		return;
	}
	write_state(paper, model, watch);
	for (size_t i = 0; i < watch->series_count; i++)
		write_series(paper, &watch->series[i]);
	if (watch->series_count == 0)
		overlay_empty(paper, "No server has been probed yet.");
	paper_line(paper);
	for (size_t i = watch->outage_count; i-- > 0;)
		write_outage(paper, model, &watch->outages[i]);
	if (watch->outage_count == 0)
		overlay_empty(paper, "No outage was seen.");
}

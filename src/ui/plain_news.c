/*
 * News as lines. Decides what of a change is worth a line: a study is told when it begins and, whole,
 * when it ends - not each stage of each probe -, a view when it opens and when what it says has
 * come to rest, a row when another is selected. How a study reads is the report's (cli/report.h).
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "ui/overlay.h"
#include "ui/plain_news.h"
#include "ui/tutor_strip.h"
#include "ui/words.h"

void
plain_news_init(struct plain_news *news, bool unicode, int columns)
{
	*news = (struct plain_news){ .unicode = unicode, .columns = columns, .focus = PANE_MX };
}

void
plain_news_clear(struct plain_news *news)
{
	free(news->message);
	free(news->row);
	free(news->view);
	free(news->tutor);
	free(news->studies);
	*news = (struct plain_news){ 0 };
}

void
plain_news_asked(struct plain_news *news)
{
	news->asked = true;
}

/* Keeps the text in place of what was told: true when it is another one. Takes it. */
static bool
renew(char **told, char *text)
{
	bool differs = text != NULL && (*told == NULL || strcmp(*told, text) != 0);

	free(*told);
	*told = text;
	return differs;
}

/* --- studies ----------------------------------------------------------------------------- */

/* What was told of the study with this ticket; a new record when nothing was. */
static struct plain_study *
study_of(struct plain_news *news, uint64_t ticket, bool *is_new)
{
	for (size_t i = 0; i < news->study_count; i++) {
		*is_new = false;
		if (news->studies[i].ticket == ticket)
			return &news->studies[i];
	}
	*is_new = true;
	news->studies = mem_grow(
	    news->studies, news->study_count, &news->study_capacity, sizeof *news->studies);
	news->studies[news->study_count] = (struct plain_study){ .ticket = ticket };
	return &news->studies[news->study_count++];
}

/* Forgets studies that are gone. */
static void
forget(struct plain_news *news, const struct model *model)
{
	size_t kept = 0;

	for (size_t i = 0; i < news->study_count; i++) {
		if (model_find_inquiry(model, news->studies[i].ticket) != NULL)
			news->studies[kept++] = news->studies[i];
	}
	news->study_count = kept;
}

/* Tells of a study what is new. */
static void
tell_study(struct plain_news *news, const struct model *model, const struct domain *domain,
    struct buf *out)
{
	const struct inquiry *inquiry = domain->inquiry;
	bool is_new;
	struct plain_study *study = study_of(news, inquiry->ticket, &is_new);

	if (is_new && inquiry->ended_us == 0)
		buf_addf(out, "Looking up %s ...\n", domain->name);
	if (inquiry->ended_us != 0 && inquiry->ended_us != study->ended_us)
		words_study(out, model, domain);
	study->ended_us = inquiry->ended_us;
}

/* --- the selected row ---------------------------------------------------------------------- */

/* The selected row as text, or NULL when nothing is: only what a command changes. */
static char *
row_text(const struct model *model)
{
	struct buf text = BUF_INIT;

	words_row(&text, model);
	return text.length > 0 ? buf_take(&text) : NULL;
}

/* Tells all rows of a list when one goes there. */
static void
tell_rows(struct plain_news *news, const struct model *model, struct buf *out)
{
	bool other = model->focus != news->focus && model->focus != PANE_SMTP;
	bool quiet = out->length == 0 && model->view == VIEW_NONE && !model->walking;

	if (model->in_flight > 0)
		return;
	news->focus = model->focus;
	if (!other || !quiet)
		return;
	words_rows(out, model);
	free(news->row);
	news->row = row_text(model);
}

/* Tells the selected row when another one is; while a study goes on its end will tell. */
static void
tell_row(struct plain_news *news, const struct model *model, struct buf *out)
{
	if (model->in_flight > 0)
		return;
	if (renew(&news->row, row_text(model)) && out->length == 0)
		buf_addf(out, "%s\n", news->row);
}

/* --- the view -------------------------------------------------------------------------------- */

/* The step of the walkthrough that is looked at, as text; NULL when there is none. */
static char *
walk_text(const struct model *model)
{
	struct buf text = BUF_INIT;
	struct walk walk;

	model_walk(model, &walk);
	if (walk.count > 0)
		walk_write_one(&text, &walk,
		    model->walk_step < walk.count ? model->walk_step : walk.count - 1);
	walk_clear(&walk);
	return text.length > 0 ? buf_take(&text) : NULL;
}

/* The view as text, or the walkthrough's step; NULL when neither lies over the panes. */
static char *
view_text(const struct plain_news *news, const struct model *model)
{
	struct buf text = BUF_INIT;

	if (model->view == VIEW_NONE && model->walking)
		return walk_text(model);
	if (model->view == VIEW_NONE)
		return NULL;
	overlay_text(&text, model, news->unicode, news->columns);
	return text.length > 0 ? buf_take(&text) : NULL;
}

/* True when the view says what it said, but for the time that has passed: that is no news. */
static bool
only_aged(const struct plain_news *news, const struct model *model)
{
	struct model then = *model;
	char *text;
	bool same;

	then.now_us = news->viewed_us;
	then.now_time = news->viewed_time;
	text = view_text(news, &then);
	same = text != NULL && news->view != NULL && strcmp(text, news->view) == 0;
	free(text);
	return same;
}

/*
 * Tells the view when it was opened, again or for the first time, or says something new, and nothing in
 * flight will change that at once.
 */
static void
tell_view(struct plain_news *news, const struct model *model, struct buf *out)
{
	const bool again = model->shown != news->shown;

	if (model->in_flight > 0 || (!again && only_aged(news, model)))
		return;
	if (again) {
		free(news->view);
		news->view = NULL;
	}
	news->shown = model->shown;
	news->viewed_us = model->now_us;
	news->viewed_time = model->now_time;
	if (renew(&news->view, view_text(news, model)))
		buf_addf(out, "%s\n", news->view);
}

/* The lesson's step or the question, as text, or NULL when none is open. */
static char *
tutor_text(const struct plain_news *news, const struct model *model)
{
	struct buf text = BUF_INIT;

	tutor_strip_text(&text, model, news->unicode, news->columns);
	return text.length > 0 ? buf_take(&text) : NULL;
}

/* Tells it when the commands of the step have come to rest. */
static void
tell_tutor(struct plain_news *news, const struct model *model, struct buf *out)
{
	if (model->in_flight == 0 && model->tutor.running == 0 &&
	    renew(&news->tutor, tutor_text(news, model)))
		buf_addf(out, "%s\n", news->tutor);
}

/* Tells the answer to the last command, once; a command is answered even as the one before was. */
static void
tell_message(struct plain_news *news, const struct model *model, struct buf *out)
{
	char *message = model->message == NULL ? NULL : mem_strdup(model->message);
	const bool answered = model->answers != news->answers;

	if (answered && news->asked) {
		free(news->message);
		news->message = NULL;
	}
	news->asked = news->asked && !answered;
	news->answers = model->answers;
	if (renew(&news->message, message))
		buf_addf(out, "%s%s\n", model->message_kind == MESSAGE_ERROR ? "Error: " : "",
		    news->message);
}

void
plain_news_tell(struct plain_news *news, const struct model *model, struct buf *out)
{
	forget(news, model);
	for (size_t i = 0; i < model->domain_count; i++) {
		if (model->domains[i].inquiry != NULL)
			tell_study(news, model, &model->domains[i], out);
	}
	tell_rows(news, model, out);
	tell_row(news, model, out);
	tell_view(news, model, out);
	tell_tutor(news, model, out);
	tell_message(news, model, out);
}

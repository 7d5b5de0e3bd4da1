/*
 * What the linear interface tells: each change of the model as lines, once. Pure: a model in, text out.
 */
#ifndef UI_PLAIN_NEWS_H
#define UI_PLAIN_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/model.h"
#include "util/buf.h"

/* What was told of one study. */
struct plain_study {
	uint64_t ticket;
	int64_t ended_us; /* 0 = that it began */
};

/* What was told so far. */
struct plain_news {
	unsigned answers; /* of the model */
	char *message;
	bool asked; /* by a command: its answer is told even when it is the one before */
	char *row; /* the selected row */
	enum pane focus; /* whose rows were listed, or told of by a study */
	char *view; /* as text */
	unsigned shown; /* how often a view was opened by then */
	int64_t viewed_us, viewed_time; /* the moment of its text */
	char *tutor; /* the lesson or question, as text */
	struct plain_study *studies;
	size_t study_count, study_capacity;
	bool unicode;
	int columns; /* that a view may take; at least 20 */
};

void plain_news_init(struct plain_news *news, bool unicode, int columns);
void plain_news_clear(struct plain_news *news);

/* A command was given: its answer is told even when it is the one before. */
void plain_news_asked(struct plain_news *news);

/*
 * Appends what is new: studies that began, studies that ended with all that was found, the row that
 * is selected now, the view that lies over the panes, the answer to the last command.
 */
void plain_news_tell(struct plain_news *news, const struct model *model, struct buf *out);

#endif

/*
 * What is selected, in words: for who cannot see the screen, and for what is copied from it.
 */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include <stdbool.h>

#include "app/model.h"
#include "util/buf.h"

/* Appends the one thing under the cursor: a domain, the address of an attempt, or its exchange. */
void words_cell(struct buf *out, const struct model *model);

/* Appends the selected row: "2 of 6: preference 10, mx1.example.net [192.0.2.10], accepting". */
void words_row(struct buf *out, const struct model *model);

/* Appends all rows of the focused list, a line each, in the same words; of domains with what is known of their mail. */
void words_rows(struct buf *out, const struct model *model);

/* Appends what was found out about the domain, as a report in text; nothing when it is not studied. */
void words_study(struct buf *out, const struct model *model, const struct domain *domain);

#endif

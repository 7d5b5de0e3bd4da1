/*
 * Looking for a text in what is shown: the lines that scroll in a view or a pane.
 */
#ifndef UI_SEARCH_H
#define UI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "app/effect.h"
#include "app/event.h"
#include "ui/canvas.h"

/*
 * Looks through these lines for what the model searches for, ASCII case aside, as EFFECT_SEARCH
 * orders it. Returns the EVENT_FOUND that answers: the line, which of the lines that match it is,
 * and whether the search went past an end for it.
 */
struct event search_lines(
    const struct buf *lines, const struct model *model, const struct effect *effect);

/* This line of the lines, with one blank between its words, which the caller frees. */
char *search_line(const struct buf *lines, size_t line);

/*
 * Shows where the text stands in this area: the line `current` (counted from the area's first, or
 * SIZE_MAX) stands out among the others.
 */
void search_mark(struct canvas *canvas, struct area area, const char *text, size_t current);

#endif

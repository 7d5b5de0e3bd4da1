/*
 * The whole picture: layout by terminal size, the panes, the verdict line, the prompt,
 * overlays. It only reads the model. What it remembers between frames is where each list is
 * scrolled.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "app/effect.h"
#include "app/event.h"
#include "app/model.h"
#include "cli/editor.h"
#include "ui/canvas.h"
#include "ui/layout.h"

struct screen;

struct screen *screen_new(void);
void screen_free(struct screen *screen);

/*
 * Draws the model and the prompt into the canvas, whose size is the terminal's, and sets the
 * cursor. editor may be NULL (no prompt, as for tests of panes).
 */
void screen_draw(struct screen *screen, const struct model *model,
    const struct editor_view *editor, struct canvas *canvas);

/*
 * After a draw: true when the numbers of visible and total lines differ from what the model
 * holds; then *event is an EVENT_LAYOUT to post.
 */
bool screen_layout_event(
    const struct screen *screen, const struct model *model, struct event *event);

/*
 * Looks for what the model searches for, as EFFECT_SEARCH orders it, in what was last drawn. Returns the
 * EVENT_FOUND to post.
 */
struct event screen_find(const struct screen *screen, const struct model *model, bool unicode,
    const struct effect *effect);

/* What lies at a cell, for the mouse: false when it is nothing that can be selected. */
bool screen_hit(const struct screen *screen, const struct model *model, int row, int column,
    enum pane *pane, size_t *selected);

#endif

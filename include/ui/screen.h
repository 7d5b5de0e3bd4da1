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

/* What can lie under the mouse. */
enum hit_kind {
	HIT_NOTHING,
	HIT_ROW, /* .row of .pane */
	HIT_PANE, /* .pane, beside its rows */
	HIT_TITLE, /* the upper frame of .pane, or its name in the tab line */
	HIT_CHOICE, /* .row of the list in the view */
	HIT_VIEW,
	HIT_PROMPT,
	HIT_HINT, /* a key of the bottom line: screen_hint() tells its command */
};

struct hit {
	enum hit_kind kind;
	enum pane pane;
	size_t row;
	bool on_edge; /* of .edge, which can be moved */
	enum edge edge;
};

/* What lies at a cell. */
struct hit screen_hit(
    const struct screen *screen, const struct model *model, int row, int column);

/* Appends the command of the key that the bottom line shows at this column; nothing without one. */
void screen_hint(const struct screen *screen, const struct model *model, bool unicode,
    int column, struct buf *command);

#endif

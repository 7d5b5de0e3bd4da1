/*
 * The bottom line: the answer to the last command, or what keys do here.
 */
#ifndef UI_HINT_H
#define UI_HINT_H

#include "app/model.h"
#include "cli/editor.h"
#include "ui/canvas.h"

/*
 * Draws it: the answer where it fits; while a line is typed (editor, may be NULL), what there is to say
 * of it; else the keys, as the user bound them.
 */
void hint_draw(struct canvas *canvas, struct area area, const struct model *model,
    const struct editor_view *editor);

/*
 * Writes the command of the key that is drawn at this column: false when none is.
 */
bool hint_command_at(const struct canvas *canvas, struct area area, const struct model *model,
    int column, struct buf *command);

/*
 * True when the model's message stands in this line, in place of the hints: it fits, and is no notice while
 * the verdict has no need of its rows.
 */
bool hint_message_fits(
    const struct canvas *canvas, struct area area, const struct model *model);

/* One that does not: over the last rows of the area above, as many as it needs. */
void hint_message_box(struct canvas *canvas, struct area above, const struct model *model);

#endif

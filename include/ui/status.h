/*
 * The lines around the panes: program and network above, the verdict below.
 */
#ifndef UI_STATUS_H
#define UI_STATUS_H

#include "app/model.h"
#include "ui/canvas.h"

/* The top line: program, subject, and the facts of status_facts(). */
void status_top(struct canvas *canvas, struct area area, const struct model *model);

/* What is asked and how, at the right end of the line, as much as fits behind this column. */
void status_facts(
    struct canvas *canvas, struct area area, int column, const struct model *model);

/* The names of the panes, the focused one marked. Returns the column behind them. */
int status_tabs(struct canvas *canvas, struct area area, const struct model *model);

/* The pane whose name stands at this column of the tab line: false when none does. */
bool status_tab_at(struct area area, int column, enum pane *pane);

/* The verdict's sentence, or what is awaited; at the right the findings, counted. */
void status_verdict(struct canvas *canvas, struct area area, const struct model *model);

#endif

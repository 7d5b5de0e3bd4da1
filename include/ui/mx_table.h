/*
 * The table of the MX pane: one row of the plan as columns, fitted to the room there is.
 */
#ifndef UI_MX_TABLE_H
#define UI_MX_TABLE_H

#include <stddef.h>

#include "app/model.h"
#include "ui/canvas.h"
#include "ui/columns.h"

/* A table being drawn; the caller sets the first four. */
struct mx_table {
	struct canvas *canvas;
	const struct model *model;
	const struct inquiry *inquiry;
	struct area area; /* its first column is left to the pointer, its last one blank */
	struct column_place places[COLUMNS_MAX];
};

/* Places the columns; what they hold decides, never what a row says at this moment. */
void mx_table_fit(struct mx_table *table);

/* Draws the heads of the columns at this row of the canvas. */
void mx_table_head(const struct mx_table *table, int row);

/* Draws the plan's row of this index at this row of the canvas. */
void mx_table_row(const struct mx_table *table, int row, size_t index);

#endif

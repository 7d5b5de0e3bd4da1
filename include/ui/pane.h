/*
 * What the three panes have in common: a frame, a list that scrolls, a selected row. Each draws
 * itself from the model; the screen says where and keeps what must last from frame to frame.
 */
#ifndef UI_PANE_H
#define UI_PANE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/model.h"
#include "ui/canvas.h"
#include "ui/layout.h"

/* One pane being drawn. */
struct pane_drawing {
	struct canvas *canvas;
	const struct model *model;
	enum pane pane;
	struct area area; /* frame included */
	enum layout_form form;
	size_t top; /* the first line that shows; kept by the screen between frames */
	/* What came of it: */
	struct area list; /* where its lines are, for the mouse */
	size_t rows, total; /* lines visible, lines there are */
};

void pane_domains_draw(struct pane_drawing *drawing);
void pane_mx_draw(struct pane_drawing *drawing);
void pane_smtp_draw(struct pane_drawing *drawing);
/* The walkthrough, in place of the SMTP pane. */
void pane_walk_draw(struct pane_drawing *drawing);

/*
 * Draws the frame, in the accent when the pane has the keys, with as many of the facts
 * (NULL-ended, the most telling first, empty ones passed over) at its right as fit beside the
 * title. Returns the area inside.
 */
struct area pane_frame(
    struct pane_drawing *drawing, const char *title, const char *const *facts);

/* The name of a domain on this canvas: as typed, or in ASCII its canonical spelling. */
const char *pane_domain(const struct canvas *canvas, const struct domain *domain);

/* True when its A-labels (domain.key) say more than pane_domain(). */
bool pane_domain_differs(const struct canvas *canvas, const struct domain *domain);

/*
 * Finds "Mail to NAME " with this domain's name in a sentence of its verdict: returns where it begins,
 * *length is its length in bytes. NULL when the sentence has none.
 */
const char *pane_subject_in(const struct domain *domain, const char *sentence, size_t *length);

/* The style for the selected row of this pane. */
enum style pane_selection(const struct pane_drawing *drawing);

/*
 * Sets the list's area and numbers, and scrolls it as little as brings the selected line into
 * view. A list that fits is never scrolled.
 */
void pane_scroll(struct pane_drawing *drawing, struct area list, size_t total, size_t selected);

/* Tells in the frame's lower line where one is, when not all of the list shows. */
void pane_position(const struct pane_drawing *drawing, size_t selected);

/* Says, dimly, what the pane is for: while there is nothing to show. */
void pane_purpose(const struct pane_drawing *drawing, struct area inside);

/* Marks a list's row as the selected one: the pointer at its left, the selection's style. */
void pane_select_row(struct pane_drawing *drawing, int row);

#endif

/*
 * What lies over the panes: one view at a time (app/view.h), framed and scrolled alike.
 */
#ifndef UI_OVERLAY_H
#define UI_OVERLAY_H

#include <stddef.h>

#include "app/model.h"
#include "ui/canvas.h"
#include "ui/paper.h"

/* One overlay being drawn, as pane.h has it for panes. */
struct overlay_drawing {
	struct canvas *canvas;
	const struct model *model;
	struct area body; /* of all panes together */
	size_t top; /* the first row that shows; kept between frames */
	size_t rows, total; /* out: lines or rows visible, and all there are */
	struct area inside; /* out: where they are */
};

/* Draws the model's view; nothing, with rows and total 0, when there is none. */
void overlay_draw(struct overlay_drawing *drawing);

/*
 * Appends the model's view as lines of text, its title first, this many columns wide (at least 20). A
 * view that is only drawn, and VIEW_NONE, give nothing.
 */
void overlay_text(struct buf *out, const struct model *model, bool unicode, int columns);

/*
 * Appends the lines of the view that `drawing` last drew, as text: line by line what scrolls there,
 * without title and frame.
 */
void overlay_lines(struct buf *out, const struct overlay_drawing *drawing, bool unicode);

/* For a view that draws itself: clears the panes away, frames the overlay with a title and a
 * note at its right (or NULL). Returns the area inside. */
struct area overlay_frame(
    const struct overlay_drawing *drawing, const char *title, const char *note);

/* For a list, once its rows and total are set: moves `top` so that the selected row shows. */
void overlay_keep_selected(struct overlay_drawing *drawing);

/* For a list: marks the row of the canvas that shows this index, when it is the selected one. */
void overlay_mark_selected(
    const struct overlay_drawing *drawing, struct area list, int row, size_t index);

/* Writes, dimly, why a view has nothing to show and what to do about it. */
void overlay_empty(struct paper *paper, const char *sentence);

/* Writes the name in U-labels, where it has any and the terminal shows them: "(bücher.example)". */
void overlay_unicode(struct paper *paper, const struct dns_name *name);

/* The views, each in src/ui/view_NAME.c: a list draws itself, a text is written on the paper. */
void view_scenarios_draw(struct overlay_drawing *drawing);
void view_senders_write(struct paper *paper, const struct model *model);
void view_what_if_write(struct paper *paper, const struct model *model);
void view_zone_write(struct paper *paper, const struct model *model);
void view_map_write(struct paper *paper, const struct model *model);
void view_posture_write(struct paper *paper, const struct model *model);
void view_compare_write(struct paper *paper, const struct model *model);
void view_trace_write(struct paper *paper, const struct model *model);
void view_dig_write(struct paper *paper, const struct model *model);
void view_scenarios_write(struct paper *paper, const struct model *model);
void view_watch_write(struct paper *paper, const struct model *model);
void view_history_write(struct paper *paper, const struct model *model);
void view_findings_write(struct paper *paper, const struct model *model);
void view_transcript_write(struct paper *paper, const struct model *model);
void view_hex_write(struct paper *paper, const struct model *model);
void view_timeline_write(struct paper *paper, const struct model *model);
void view_capabilities_write(struct paper *paper, const struct model *model);
void view_certificates_write(struct paper *paper, const struct model *model);
void view_chain_write(struct paper *paper, const struct model *model);
void view_simulate_write(struct paper *paper, const struct model *model);
void view_explain_write(struct paper *paper, const struct model *model);
void view_why_write(struct paper *paper, const struct model *model);
void view_lessons_draw(struct overlay_drawing *drawing);
void view_lessons_write(struct paper *paper, const struct model *model);
void view_clock_write(struct paper *paper, const struct model *model);

#endif

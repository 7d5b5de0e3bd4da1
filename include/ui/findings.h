/*
 * The findings of an inquiry as lines: mark, sentence, and the rule at the right.
 */
#ifndef UI_FINDINGS_H
#define UI_FINDINGS_H

#include "mail/finding.h"
#include "ui/canvas.h"
#include "ui/paper.h"

/*
 * The rows that the findings would use, a blank one before them counted, when there are at most
 * `rows`: with the cures when all fits, else at least a line each. 0 when there is nothing to
 * show.
 */
int findings_room(
    struct canvas *canvas, int columns, const struct findings *findings, int rows);

/* Draws them into what findings_room() gave. What does not fit is counted in the last line. */
void findings_draw(struct canvas *canvas, struct area area, const struct findings *findings);

/* Writes all findings, each with its rule and what mends it, as long as that takes. */
void findings_write(struct paper *paper, const struct findings *findings);

#endif

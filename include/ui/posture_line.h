/*
 * The posture of a domain in one line: SPF, DMARC, MTA-STS, TLSRPT, each with its mark.
 */
#ifndef UI_POSTURE_LINE_H
#define UI_POSTURE_LINE_H

#include "mail/posture.h"
#include "app/model.h"
#include "ui/canvas.h"
#include "ui/mark.h"

/* The mark of a record; one that is awaited while nothing is in flight will not come. */
enum mark posture_mark(const struct posture_record *record, bool busy);

/*
 * Writes the posture of the inquiry into the row from this column on, in so many columns, the
 * most telling first; what does not fit is left out.
 */
void posture_line_draw(struct canvas *canvas, int row, int column, int columns,
    const struct inquiry *inquiry, unsigned spinner);

#endif

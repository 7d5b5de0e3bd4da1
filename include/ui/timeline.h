/*
 * Time drawn: how long each stage of a probe took, as bars to one scale. Also the words for how
 * far a probe is, which several panes show.
 */
#ifndef UI_TIMELINE_H
#define UI_TIMELINE_H

#include <stdint.h>

#include "smtp/facts.h"
#include "ui/paper.h"
#include "util/buf.h"

/* One line a stage, the bars aligned under each other; stages not reached keep their place. */
void timeline_write_tall(
    struct paper *paper, const struct smtp_facts *probe, int64_t now_us, unsigned spinner);

/* All stages in one line. */
void timeline_write_flat(struct paper *paper, const struct smtp_facts *probe, int64_t now_us);

/* Microseconds from the start to the outcome, or to now while it is awaited. */
int64_t timeline_elapsed(const struct smtp_facts *probe, int64_t now_us);

/*
 * Appends the outcome with the code behind it ("accepting", "rejecting 554"), or the stage
 * under way with its seconds ("greeting 2.1s"); code and seconds only when all fits in `room`
 * columns.
 */
void timeline_state(const struct smtp_facts *probe, int64_t now_us, int room, struct buf *out);

#endif

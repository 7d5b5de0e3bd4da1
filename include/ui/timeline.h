/*
 * Time drawn: how long each stage of a probe took, as bars to one scale. Also the words for how
 * far a probe is, which several panes show.
 */
#ifndef UI_TIMELINE_H
#define UI_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "smtp/facts.h"
#include "ui/paper.h"
#include "util/buf.h"

/* What is drawn in the tall form beside the stages themselves. */
struct timeline {
	const struct smtp_facts *probe;
	int64_t dns_us; /* that the lookups before it took; -1 = not told */
	int64_t now_us;
	int64_t scale_us; /* that the whole width stands for: timeline_scale() */
	unsigned spinner;
	bool
	    limits; /* the least patience of RFC 5321 4.5.3.2 is told, as a tick and in words */
};

/* The time from the start to the end of the last stage, or to now. */
int64_t timeline_length(const struct smtp_facts *probe, int64_t now_us);

/* The scale for bars of this length together: 1, 2 or 5 times a power of ten. */
int64_t timeline_scale(int64_t length_us);

/* One line a stage, as timeline_write_tall(), to the scale that is told. */
void timeline_write(struct paper *paper, const struct timeline *timeline);

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

/*
 * The posture in one line. Decides its words, and what is left out where room is short. What the
 * records amount to is mail/posture.h's; they are shown whole by `view posture`.
 */
#include "util/buf.h"
#include "ui/posture_line.h"

enum mark
posture_mark(const struct posture_record *record, bool busy)
{
	static const enum mark marks[posture_outcome_count] = {
		[POSTURE_UNASKED] = MARK_NOT_TRIED,
		[POSTURE_PENDING] = MARK_PROGRESS,
		[POSTURE_PRESENT] = MARK_GOOD,
		[POSTURE_ABSENT] = MARK_NONE,
		[POSTURE_MALFORMED] = MARK_BAD,
		[POSTURE_MULTIPLE] = MARK_BAD,
		[POSTURE_ERROR] = MARK_UNSURE,
	};

	if (record->outcome == POSTURE_PENDING && !busy)
		return MARK_NOT_TRIED;
	return marks[record->outcome];
}

/* Says "DMARC reject". */
static void
say(const struct posture_record *record, enum posture_kind kind, struct buf *out)
{
	struct buf word = BUF_INIT;

	posture_word(record, kind, &word);
	buf_addf(
	    out, "%s%s%s", posture_title(kind), word.length > 0 ? " " : "", buf_text(&word));
	buf_clear(&word);
}

/* Draws " ✓ SPF -all " and returns its columns, 0 when there is no room for it. */
static int
draw_piece(struct canvas *canvas, int row, int column, int columns, enum mark mark,
    unsigned spinner, const char *words)
{
	int width = canvas_width(canvas, words) + 4;

	if (width > columns)
		return 0;
	canvas_put(canvas, row, column, 1, STYLE_DIM, " ");
	canvas_put(canvas, row, column + 1, 1, mark_style(mark),
	    mark_text(mark, canvas->unicode, spinner));
	canvas_put(canvas, row, column + 2, 1, STYLE_DIM, " ");
	canvas_put(canvas, row, column + 3, width - 4, STYLE_DIM, words);
	canvas_put(canvas, row, column + width - 1, 1, STYLE_DIM, " ");
	return width;
}

void
posture_line_draw(struct canvas *canvas, int row, int column, int columns,
    const struct inquiry *inquiry, unsigned spinner)
{
	for (size_t i = 0; i < posture_kind_count; i++) {
		const struct posture_record *record = &inquiry->facts.posture[i];
		struct buf words = BUF_INIT;
		int width;

		if (record->outcome == POSTURE_UNASKED)
			continue;
		say(record, (enum posture_kind)i, &words);
		width = draw_piece(canvas, row, column, columns,
		    posture_mark(record, inquiry_busy(inquiry)), spinner, buf_text(&words));
		buf_clear(&words);
		if (width == 0)
			return;
		column += width;
		columns -= width;
	}
}

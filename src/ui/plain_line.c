/*
 * The prompt's line where nothing can be drawn over. Decides between appending, taking back and
 * beginning anew; no cursor is placed, so that a screen reader hears just what changed.
 */
#include <string.h>

#include "util/text.h"

#include "ui/plain_line.h"

void
plain_line_clear(struct plain_line *line)
{
	buf_clear(&line->shown);
	line->open = false;
}

/* Appends what takes this text back from the end of the line. */
static void
take_back(struct buf *out, const char *text)
{
	for (int columns = text_width(text); columns > 0; columns--)
		buf_adds(out, "\b \b");
}

void
plain_line_show(struct plain_line *line, struct buf *out, const char *prompt, const char *text)
{
	struct buf now = BUF_INIT;
	const char *was = buf_text(&line->shown), *is;

	buf_adds(&now, prompt);
	buf_adds(&now, text);
	is = buf_text(&now);
	if (!line->open) {
		buf_adds(out, is);
	} else if (strncmp(is, was, strlen(was)) == 0) {
		buf_adds(out, is + strlen(was));
	} else if (strncmp(is, was, strlen(is)) == 0) {
		take_back(out, was + strlen(is));
	} else {
		buf_addc(out, '\n');
		buf_adds(out, is);
	}
	buf_clear(&line->shown);
	line->shown = now;
	line->open = true;
}

void
plain_line_end(struct plain_line *line, struct buf *out)
{
	if (line->open)
		buf_addc(out, '\n');
	plain_line_clear(line);
}

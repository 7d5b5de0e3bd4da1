/*
 * The debug log of --trace. Decides the form of a line and that it is printable, whatever is in
 * it; what is worth a line is left to the rooms. It reads no clock: the loop tells the time.
 * The sink is the one piece of state, because a log that every function had to be handed would
 * be used by none.
 */
#include <stdarg.h>

#include "util/buf.h"
#include "util/log.h"
#include "util/text.h"

static struct {
	FILE *file;
	int64_t first_us, now_us;
	bool timed; /* first_us is set */
} sink;

void
log_to(FILE *file)
{
	sink.file = file;
	sink.timed = false;
	sink.first_us = sink.now_us = 0;
}

bool
log_on(void)
{
	return sink.file != NULL;
}

void
log_time(int64_t now_us)
{
	if (!sink.timed)
		sink.first_us = now_us;
	sink.timed = true;
	sink.now_us = now_us;
}

void
log_line(const char *room, const char *format, ...)
{
	struct buf raw = BUF_INIT, line = BUF_INIT;
	int64_t us = sink.now_us - sink.first_us;
	va_list arguments;

	if (!sink.file)
		return;
	va_start(arguments, format);
	buf_addv(&raw, format, arguments);
	va_end(arguments);
	buf_addf(&line, "%4lld.%06lld %-8s ", (long long)(us / 1000000),
	    (long long)(us % 1000000), room);
	text_printable(&line, raw.data, raw.length);
	buf_addc(&line, '\n');
	fputs(line.data, sink.file);
	fflush(sink.file);
	buf_clear(&raw);
	buf_clear(&line);
}

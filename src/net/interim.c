/*
 * Interim replies: see the header. Decides what one is - a status line of HTTP/1 with a code of the hundreds,
 * and all up to the empty line - from inside the input's callback, before the client is told that there
 * is something to read. One that comes in pieces is left to the client.
 */
#include <stddef.h>
#include <string.h>

#include <event2/buffer.h>

#include "net/interim.h"

enum {
	STATUS_OCTETS = 12, /* of "HTTP/1.1 100" */
	VERSION_OCTETS = 8,
	CODE_DIGITS = 3,
};

static const char head_end[] = "\r\n\r\n";

/* True when a reply that begins so is an interim one. */
static bool
is_interim(const char line[STATUS_OCTETS + 1])
{
	const char *code = line + VERSION_OCTETS;

	return strncmp(line, "HTTP/1.", 7) == 0 && strncmp(code, " 1", 2) == 0 &&
	    strspn(code + 1, "0123456789") == CODE_DIGITS;
}

/* Returns the octets of the interim reply that the input begins with; 0 when it is none, or not whole. */
static size_t
interim_length(struct evbuffer *input)
{
	struct evbuffer_ptr end = evbuffer_search(input, head_end, sizeof head_end - 1, NULL);
	char line[STATUS_OCTETS + 1] = "";

	if (end.pos < 0)
		return 0;
	evbuffer_copyout(input, line, STATUS_OCTETS);
	return is_interim(line) ? (size_t)end.pos + sizeof head_end - 1 : 0;
}

/* libevent: the input has changed. */
static void
on_change(struct evbuffer *input, const struct evbuffer_cb_info *info, void *context)
{
	struct interim *interim = context;
	size_t n;

	if (info->n_added == 0 || interim->over)
		return;
	while (interim->passed < INTERIM_MAX && (n = interim_length(input)) > 0) {
		interim->passed++;
		evbuffer_drain(input, n);
	}
}

void
interim_skip(struct interim *interim, struct evbuffer *input)
{
	evbuffer_add_cb(input, on_change, interim);
}

/*
 * Reading SMTP replies: octets -> lines -> one reply.
 *
 * Decides where a line ends (RFC 5321 2.3.8; a bare LF ends one too, a bare CR does not), what
 * the lines of one reply say together (4.2, 4.2.1), how much is kept and when it is too much.
 * Every offence that leaves the reply readable is a violation, noted once. What a code means is
 * left to the dialogue. A line is taken octet by octet, so that it does not matter how the
 * octets were cut into packets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

#include "smtp/reply.h"

NAMES_DEFINE(smtp_violation, SMTP_VIOLATIONS)

struct smtp_parser {
	struct buf unread; /* pushed; looked at up to .taken */
	size_t taken;
	struct buf line; /* what is kept of the line that has not ended */
	size_t line_octets; /* how long that line is so far */
	bool after_cr; /* its last octet was CR */
	struct smtp_reply reply; /* the lines of the reply that is not whole */
	size_t capacity; /* room in reply.lines */
	size_t reply_octets;
	const char *error; /* once set it stays */
	smtp_line_watcher *watcher;
	void *context;
};

/* What stands at the start of a first line when another protocol is spoken. */
static const struct {
	const char *start, *sentence;
} strangers[] = {
	{ "HTTP/", "the server speaks HTTP, not SMTP" },
	{ "SSH-", "the server speaks SSH, not SMTP" },
	{ "* OK", "the server speaks IMAP, not SMTP" },
	{ "* BYE", "the server speaks IMAP, not SMTP" },
	{ "* PREAUTH", "the server speaks IMAP, not SMTP" },
	{ "+OK", "the server speaks POP3, not SMTP" },
	{ "-ERR", "the server speaks POP3, not SMTP" },
	{ "\x15\x03", "the server speaks TLS from the start, not SMTP" },
};

/* Notes an offence against the standard in the current reply. */
static void
note(struct smtp_parser *parser, enum smtp_violation violation)
{
	parser->reply.violations |= UINT32_C(1) << violation;
}

struct smtp_parser *
smtp_parser_new(void)
{
	return mem_alloc(sizeof(struct smtp_parser));
}

void
smtp_parser_free(struct smtp_parser *parser)
{
	if (!parser)
		return;
	buf_clear(&parser->unread);
	buf_clear(&parser->line);
	smtp_reply_clear(&parser->reply);
	free(parser);
}

void
smtp_parser_watch(struct smtp_parser *parser, smtp_line_watcher *watcher, void *context)
{
	parser->watcher = watcher;
	parser->context = context;
}

void
smtp_parser_push(struct smtp_parser *parser, const void *bytes, size_t n)
{
	if (parser->error)
		return;
	buf_drop(&parser->unread, parser->taken);
	parser->taken = 0;
	if (n > SMTP_REPLY_BYTES_MAX - parser->unread.length) {
		parser->error = "the server sent more than 64 KiB in one go";
		return;
	}
	buf_add(&parser->unread, bytes, n);
}

/* Keeps an octet of the line, unless it is full; notes what the octet offends against. */
static void
keep(struct smtp_parser *parser, char c)
{
	unsigned char octet = (unsigned char)c;

	if (octet >= 0x80)
		note(parser, SMTP_EIGHT_BIT);
	else if (octet == 0x7F || (octet < 0x20 && c != '\t' && c != '\r'))
		note(parser, SMTP_CONTROL_CHARACTERS);
	if (parser->line.length < SMTP_LINE_MAX)
		buf_addc(&parser->line, c);
}

/* Takes the next octet of the line. Returns true when it ends the line. */
static bool
take_octet(struct smtp_parser *parser, char c)
{
	bool after_cr = parser->after_cr;

	parser->line_octets++;
	parser->reply_octets++;
	parser->after_cr = c == '\r';
	if (c == '\n') {
		if (!after_cr)
			note(parser, SMTP_BARE_LF);
		return true;
	}
	if (after_cr) {
		note(parser, SMTP_BARE_CR);
		keep(parser, '\r');
	}
	if (c != '\r')
		keep(parser, c);
	return false;
}

/* Reads the three digits at the start of the line, or returns -1: four are no code. */
static int
code_of(const struct buf *line)
{
	int code = 0;

	if (line->length < 3)
		return -1;
	for (size_t i = 0; i < 3; i++) {
		char digit = line->data[i];

		if (digit < '0' || digit > '9')
			return -1;
		code = code * 10 + (digit - '0');
	}
	if (line->length > 3 && line->data[3] >= '0' && line->data[3] <= '9')
		return -1;
	return code;
}

/* Returns the n octets as a string, its NULs written out; the caller frees it. */
static char *
as_string(const char *octets, size_t n)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		if (octets[i])
			buf_addc(&text, octets[i]);
		else
			buf_adds(&text, "\\x00");
	}
	return buf_take(&text);
}

/* Returns the sentence for a line without a code: another protocol, where it can be told. */
static const char *
stranger(const struct smtp_parser *parser)
{
	const char *line = buf_text(&parser->line);

	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
		const char *start = strangers[i].start;

		if (parser->reply.line_count == 0 && strncmp(line, start, strlen(start)) == 0)
			return strangers[i].sentence;
	}
	return "a line does not begin with a three-digit code (RFC 5321 4.2)";
}

/* Appends the text behind the first `skip` octets of the line to the reply. */
static void
add_line(struct smtp_parser *parser, size_t skip)
{
	struct smtp_reply *reply = &parser->reply;
	const struct buf *line = &parser->line;

	if (skip > line->length)
		skip = line->length;
	reply->lines =
	    mem_grow(reply->lines, reply->line_count, &parser->capacity, sizeof *reply->lines);
	reply->lines[reply->line_count++] = as_string(line->data + skip, line->length - skip);
}

/*
 * Reads what follows the code, and keeps it. Returns true when this is the reply's last line.
 */
static bool
take_text(struct smtp_parser *parser)
{
	const struct buf *line = &parser->line;
	char separator = line->length > 3 ? line->data[3] : ' ';

	if (separator == ' ' || separator == '-') {
		add_line(parser, 4);
		return separator == ' ';
	}
	note(parser, SMTP_BAD_SEPARATOR);
	add_line(parser, 3);
	return true;
}

/* Takes the whole line. Returns true when it was the last one of the reply. */
static bool
take_line(struct smtp_parser *parser)
{
	struct smtp_reply *reply = &parser->reply;
	int code = code_of(&parser->line);

	if (parser->line_octets > SMTP_LINE_STANDARD)
		note(parser, SMTP_LINE_TOO_LONG);
	if (code < 0) {
		parser->error = stranger(parser);
		return false;
	}
	if (reply->line_count == SMTP_REPLY_LINES_MAX) {
		parser->error = "one reply has more than 512 lines";
		return false;
	}
	if (reply->line_count > 0 && code != reply->code)
		note(parser, SMTP_MIXED_CODES);
	reply->code = code;
	return take_text(parser);
}

/* Tells the watcher of the line, takes it, and makes room for the next. */
static bool
end_line(struct smtp_parser *parser)
{
	bool last;

	buf_add(&parser->line, "", 0);
	if (parser->watcher)
		parser->watcher(parser->context, parser->line.data, parser->line.length);
	last = take_line(parser);
	buf_truncate(&parser->line, 0);
	parser->line_octets = 0;
	return last;
}

/* Reads unread octets up to the end of a reply. Returns true when the reply is whole. */
static bool
read_on(struct smtp_parser *parser)
{
	bool whole = false;

	while (parser->taken < parser->unread.length && !whole && !parser->error) {
		if (take_octet(parser, parser->unread.data[parser->taken++]))
			whole = end_line(parser);
		if (!whole && !parser->error && parser->reply_octets > SMTP_REPLY_BYTES_MAX)
			parser->error = "one reply is longer than 64 KiB";
	}
	return whole && !parser->error;
}

/* Reads and checks the codes of the reply that is now whole. */
static void
complete(struct smtp_parser *parser)
{
	struct smtp_reply *reply = &parser->reply;
	int class = reply->code / 100;

	reply->enhanced = smtp_enhanced_parse(reply->lines[0]);
	if (reply->enhanced.class != 0 && reply->enhanced.class != class)
		note(parser, SMTP_ENHANCED_MISMATCH);
	if (class < 2 || class > 5)
		note(parser, SMTP_UNKNOWN_CODE);
}

enum smtp_parse
smtp_parser_next(struct smtp_parser *parser, struct smtp_reply *reply, const char **error)
{
	bool whole = !parser->error && read_on(parser);

	if (parser->error) {
		*error = parser->error;
		return SMTP_PARSE_ERROR;
	}
	if (!whole)
		return SMTP_PARSE_MORE;
	complete(parser);
	*reply = parser->reply;
	parser->reply = (struct smtp_reply){ 0 };
	parser->capacity = 0;
	parser->reply_octets = 0;
	return SMTP_PARSE_REPLY;
}

size_t
smtp_parser_pending(const struct smtp_parser *parser)
{
	return parser->unread.length - parser->taken + parser->reply_octets;
}

size_t
smtp_parser_unfinished(const struct smtp_parser *parser, const char **bytes)
{
	*bytes = buf_text(&parser->line);
	return parser->line.length;
}

smtp_violations
smtp_parser_violations(const struct smtp_parser *parser)
{
	return parser->reply.violations;
}

void
smtp_reply_clear(struct smtp_reply *reply)
{
	for (size_t i = 0; i < reply->line_count; i++)
		free(reply->lines[i]);
	free(reply->lines);
	*reply = (struct smtp_reply){ 0 };
}

/*
 * Reads one to three digits at *text into *number and moves *text behind them. Returns false
 * when there are none or more.
 */
static bool
take_number(const char **text, uint16_t *number)
{
	const char *digit = *text;

	*number = 0;
	while (*digit >= '0' && *digit <= '9' && digit - *text < 4)
		*number = (uint16_t)(*number * 10 + (*digit++ - '0'));
	if (digit == *text || digit - *text > 3)
		return false;
	*text = digit;
	return true;
}

/*
 * Reads an enhanced code at text and returns where it ends, or NULL where there is none. What
 * follows must not make it something else: an IPv4 address, a version, a word.
 */
static const char *
take_enhanced(const char *text, struct smtp_enhanced *enhanced)
{
	char class = *text;

	if ((class != '2' && class != '4' && class != '5') || text[1] != '.')
		return NULL;
	text += 2;
	if (!take_number(&text, &enhanced->subject) || *text++ != '.' ||
	    !take_number(&text, &enhanced->detail))
		return NULL;
	if (*text && !strchr(" \t:;,)", *text))
		return NULL;
	enhanced->class = (uint8_t)(class - '0');
	return text;
}

struct smtp_enhanced
smtp_enhanced_parse(const char *text)
{
	struct smtp_enhanced enhanced = { 0 };

	return take_enhanced(text, &enhanced) ? enhanced : (struct smtp_enhanced){ 0 };
}

const char *
smtp_enhanced_text(struct smtp_enhanced enhanced, char out[16])
{
	out[0] = '\0';
	if (enhanced.class != 0)
		snprintf(out, 16, "%u.%u.%u", (unsigned)enhanced.class,
		    (unsigned)enhanced.subject, (unsigned)enhanced.detail);
	return out;
}

const char *
smtp_reply_text(const struct smtp_reply *reply)
{
	struct smtp_enhanced enhanced;
	const char *text = take_enhanced(reply->lines[0], &enhanced);

	if (!text)
		return reply->lines[0];
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

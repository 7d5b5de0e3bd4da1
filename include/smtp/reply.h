/*
 * SMTP replies (RFC 5321 4.2): lines in, replies out; fed and asked, never blocked.
 *
 * The parser takes bytes as they come and yields one whole reply at a time. What breaks the
 * standard but can still be understood is accepted and noted as a violation; what cannot (no
 * three digits, too many octets, too many lines) is a protocol error, with a sentence. Where
 * the lines of one reply have different codes, the last line's code is the reply's.
 */
#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/names.h"

enum {
	SMTP_REPLY_LINES_MAX = 512,
	SMTP_LINE_MAX = 4096, /* octets kept of one line; RFC 5321 4.5.3.1.5 allows 512 */
	SMTP_LINE_STANDARD = 512,
	SMTP_REPLY_BYTES_MAX = 65536,
};

/* What a server did that the standards forbid, though we could go on. */
#define SMTP_VIOLATIONS(X) \
	X(SMTP_BARE_LF, "bare-lf", "a line ended in LF without CR (RFC 5321 2.3.8)") \
	X(SMTP_BARE_CR, "bare-cr", "a CR stood alone inside a line (RFC 5321 2.3.8)") \
	X(SMTP_LINE_TOO_LONG, "line-too-long", \
	    "a line was longer than 512 octets (RFC 5321 4.5.3.1.5)") \
	X(SMTP_CONTROL_CHARACTERS, "control-characters", \
	    "a line held control characters (RFC 5321 4.2)") \
	X(SMTP_EIGHT_BIT, "eight-bit", "a line held bytes above 127 (RFC 5321 2.4)") \
	X(SMTP_BAD_SEPARATOR, "bad-separator", \
	    "the code was followed by neither a space nor a hyphen (RFC 5321 4.2.1)") \
	X(SMTP_MIXED_CODES, "mixed-codes", \
	    "the lines of one reply had different codes (RFC 5321 4.2.1)") \
	X(SMTP_UNKNOWN_CODE, "unknown-code", \
	    "the reply code is not 2yz to 5yz (RFC 5321 4.2)") \
	X(SMTP_ENHANCED_MISMATCH, "enhanced-mismatch", \
	    "the enhanced code's class differs from the reply code's (RFC 2034 4)") \
	X(SMTP_EARLY_DATA, "early-data", "the server sent more than it was asked for") \
	X(SMTP_STARTTLS_AGAIN, "starttls-again", \
	    "STARTTLS was offered again inside TLS (RFC 3207 4.2)") \
	X(SMTP_NO_EHLO, "no-ehlo", "EHLO was not understood (RFC 5321 4.1.1.1)") \
	X(SMTP_NO_QUIT_REPLY, "no-quit-reply", \
	    "QUIT was not answered with 221 (RFC 5321 4.1.1.10)") \
	X(SMTP_UNEXPECTED_CODE, "unexpected-code", \
	    "a 2yz code came that its command does not have (RFC 5321 4.3.2)")
NAMES_DECLARE(smtp_violation, SMTP_VIOLATIONS)

/* A set of violations: bit 1 << enum smtp_violation. */
typedef uint32_t smtp_violations;

/* An enhanced status code (RFC 3463); class 0 means that there is none. */
struct smtp_enhanced {
	uint8_t class; /* 2, 4 or 5 */
	uint16_t subject, detail; /* 0..999 */
};

struct smtp_reply {
	int code; /* 200..599; any other three digits come with SMTP_UNKNOWN_CODE */
	struct smtp_enhanced enhanced; /* at the start of the first line */
	/*
	 * The text behind code and separator: raw bytes with a NUL behind them, NULs inside
	 * shown as "\x00"; of a line longer than SMTP_LINE_MAX octets the first that many.
	 */
	char **lines;
	size_t line_count; /* at least 1 */
	smtp_violations violations;
};

struct smtp_parser;

/* A new parser; free it with smtp_parser_free() (NULL is fine). */
struct smtp_parser *smtp_parser_new(void);
void smtp_parser_free(struct smtp_parser *parser);

/* Is told of one line: its n raw octets without the line end, as many as are kept. */
typedef void smtp_line_watcher(void *context, const char *bytes, size_t n);

/*
 * From now on tells the watcher of each line as smtp_parser_next() comes to its end, before the
 * reply that it belongs to is whole, and also when it makes no reply at all.
 */
void smtp_parser_watch(struct smtp_parser *parser, smtp_line_watcher *watcher, void *context);

/* Takes n bytes from the server. More than SMTP_REPLY_BYTES_MAX unread is a protocol error. */
void smtp_parser_push(struct smtp_parser *parser, const void *bytes, size_t n);

enum smtp_parse {
	SMTP_PARSE_MORE,
	SMTP_PARSE_REPLY,
	SMTP_PARSE_ERROR
};

/*
 * Takes the next whole reply. SMTP_PARSE_REPLY fills *reply (clear it with
 * smtp_reply_clear()); SMTP_PARSE_ERROR stores a static sentence in *error, and stays.
 */
enum smtp_parse smtp_parser_next(
    struct smtp_parser *parser, struct smtp_reply *reply, const char **error);

/*
 * How many bytes came behind the last whole reply, those of a reply begun included. Right after
 * a reply was taken: what arrived too early.
 */
size_t smtp_parser_pending(const struct smtp_parser *parser);

/*
 * The octets of the line that has not ended yet, as many as are kept; returns how many, 0 when
 * there is no such line. *bytes is valid until the next call and holds no line end.
 */
size_t smtp_parser_unfinished(const struct smtp_parser *parser, const char **bytes);

/* The violations seen in the reply that is not whole yet, or that ended in an error. */
smtp_violations smtp_parser_violations(const struct smtp_parser *parser);

void smtp_reply_clear(struct smtp_reply *reply);

/* Reads "4.7.1" at the start of text; class must be 2, 4 or 5. Class 0 when there is none. */
struct smtp_enhanced smtp_enhanced_parse(const char *text);

/* The text of the reply's first line behind the enhanced code, if there is one. */
const char *smtp_reply_text(const struct smtp_reply *reply);

/* Writes "4.7.1", "" for none; out has room for 16. Returns out. */
const char *smtp_enhanced_text(struct smtp_enhanced enhanced, char out[16]);

#endif

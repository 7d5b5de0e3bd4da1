/*
 * Fuzzes the reply parser: the same octets whole, one by one and in odd pieces must be read as
 * the same replies, and what is read must keep its bounds. EHLO keywords and enhanced codes are
 * read from each.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

#include "smtp/extensions.h"
#include "smtp/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer where something does not hold. */
static void
hold(bool holds)
{
	if (!holds)
		abort();
}

/* Appends a reply in full, after checking its bounds. */
static void
digest_reply(struct buf *digest, const struct smtp_reply *reply)
{
	struct smtp_extensions extensions = { 0 };
	uint64_t octets = 0;
	char enhanced[16];

	hold(reply->line_count >= 1 && reply->line_count <= SMTP_REPLY_LINES_MAX);
	hold(reply->code >= 0 && reply->code <= 999);
	buf_addf(digest, "%d %s %x", reply->code, smtp_enhanced_text(reply->enhanced, enhanced),
	    (unsigned)reply->violations);
	for (size_t i = 0; i < reply->line_count; i++) {
		hold(strlen(reply->lines[i]) <= 4 * SMTP_LINE_MAX);
		buf_addf(digest, " [%s]", reply->lines[i]);
	}
	hold(strlen(smtp_reply_text(reply)) <= strlen(reply->lines[0]));
	smtp_extensions_from_reply(&extensions, reply);
	hold(extensions.count <= SMTP_EXTENSIONS_MAX);
	smtp_extension_size(&extensions, &octets);
	smtp_extensions_clear(&extensions);
}

/* Takes what the parser gives. Returns false behind an error. */
static bool
drain(struct smtp_parser *parser, struct buf *digest)
{
	struct smtp_reply reply;
	const char *error, *rest;
	enum smtp_parse parse;

	while ((parse = smtp_parser_next(parser, &reply, &error)) == SMTP_PARSE_REPLY) {
		digest_reply(digest, &reply);
		smtp_reply_clear(&reply);
	}
	hold(smtp_parser_unfinished(parser, &rest) <= SMTP_LINE_MAX);
	return parse == SMTP_PARSE_MORE;
}

/* Reads the octets in pieces of the given size, and then what there is of an error. */
static void
read_in_pieces(struct buf *digest, const uint8_t *data, size_t size, size_t piece)
{
	struct smtp_parser *parser = smtp_parser_new();
	struct smtp_reply reply;
	const char *error;
	bool good = true;

	for (size_t i = 0; i < size && good; i += piece) {
		smtp_parser_push(parser, data + i, size - i < piece ? size - i : piece);
		good = drain(parser, digest);
	}
	if (good)
		buf_addf(digest, " pending %zu", smtp_parser_pending(parser));
	else if (smtp_parser_next(parser, &reply, &error) == SMTP_PARSE_ERROR)
		buf_addf(digest, " error %s", error);
	smtp_parser_free(parser);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = { 1, 7, SMTP_LINE_MAX };
	struct buf whole = BUF_INIT;

	if (size > SMTP_REPLY_BYTES_MAX)
		return 0;
	read_in_pieces(&whole, data, size, size ? size : 1);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct buf cut = BUF_INIT;

		read_in_pieces(&cut, data, size, pieces[i]);
		hold(strcmp(buf_text(&whole), buf_text(&cut)) == 0);
		buf_clear(&cut);
	}
	buf_clear(&whole);
	return 0;
}

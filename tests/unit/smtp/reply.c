/*
 * The reply parser: a table of octets and what is read from them, each fed whole and octet by
 * octet; its bounds; and enhanced status codes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"

#include "smtp/reply.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* A string literal with its length, NULs inside included. */
#define OCTETS(s) (s), sizeof(s) - 1

#define V(violation) (UINT32_C(1) << (violation))

/*
 * Octets and what comes out: replies as "CODE ENHANCED {line|line} violations", then the end.
 */
static const struct {
	const char *octets;
	size_t length;
	const char *read;
} cases[] = {
	{ OCTETS(""), "more 0" },
	{ OCTETS("2"), "more 1" },
	{ OCTETS("220 ok\r"), "more 7" },
	{ OCTETS("220 ok\r\n"), "220 {ok} more 0" },
	{ OCTETS("220\r\n"), "220 {} more 0" },
	{ OCTETS("220 \r\n"), "220 {} more 0" },
	{ OCTETS("220-\r\n220 \r\n"), "220 {|} more 0" },
	{ OCTETS("250-a\r\n250-b\r\n250 c\r\n"), "250 {a|b|c} more 0" },
	{ OCTETS("250-a\r\n250"), "more 10" },
	{ OCTETS("250 a\r\n221 b\r\n3"), "250 {a} 221 {b} more 1" },
	{ OCTETS("250 a\tb\r\n"), "250 {a\tb} more 0" },
	{ OCTETS("250 2.1.0 Ok\r\n"), "250 2.1.0 {2.1.0 Ok} more 0" },
	{ OCTETS("550-5.1.1 a\r\n550 5.7.1 b\r\n"), "550 5.1.1 {5.1.1 a|5.7.1 b} more 0" },
	{ OCTETS("550 2.1.1 a\r\n"), "550 2.1.1 {2.1.1 a} enhanced-mismatch more 0" },
	{ OCTETS("354 5.1.1 a\r\n"), "354 5.1.1 {5.1.1 a} enhanced-mismatch more 0" },
	{ OCTETS("250 ok\n"), "250 {ok} bare-lf more 0" },
	{ OCTETS("250-a\n250 b\r\n"), "250 {a|b} bare-lf more 0" },
	{ OCTETS("250 a\rb\r\n"), "250 {a\rb} bare-cr more 0" },
	{ OCTETS("250 a\r\r\n"), "250 {a\r} bare-cr more 0" },
	{ OCTETS("250\ra\r\n"), "250 {\ra} bare-cr bad-separator more 0" },
	{ OCTETS("250 a\0b\r\n"), "250 {a\\x00b} control-characters more 0" },
	{ OCTETS("250 \x1b[2J\r\n"), "250 {\x1b[2J} control-characters more 0" },
	{ OCTETS("250 \x7f\r\n"), "250 {\x7f} control-characters more 0" },
	{ OCTETS("250 \xe9\r\n"), "250 {\xe9} eight-bit more 0" },
	{ OCTETS("250_a\r\n"), "250 {_a} bad-separator more 0" },
	{ OCTETS("2500 a\r\n"),
	    "error a line does not begin with a three-digit code (RFC 5321 4.2)" },
	{ OCTETS("250-a\r\n550 b\r\n"), "550 {a|b} mixed-codes more 0" },
	{ OCTETS("120 a\r\n"), "120 {a} unknown-code more 0" },
	{ OCTETS("000 a\r\n"), "0 {a} unknown-code more 0" },
	{ OCTETS("600 a\r\n"), "600 {a} unknown-code more 0" },
	/* The violations of one reply do not stick to the next. */
	{ OCTETS("250 a\n250 b\r\n"), "250 {a} bare-lf 250 {b} more 0" },
	{ OCTETS("\r\n"),
	    "error a line does not begin with a three-digit code (RFC 5321 4.2)" },
	{ OCTETS("25\r\n"),
	    "error a line does not begin with a three-digit code (RFC 5321 4.2)" },
	{ OCTETS(" 250 a\r\n"),
	    "error a line does not begin with a three-digit code (RFC 5321 4.2)" },
	{ OCTETS("250-a\r\nSSH-2.0\r\n"),
	    "error a line does not begin with a three-digit code (RFC 5321 4.2)" },
	{ OCTETS("250 a\r\nx\r\n250 b\r\n"),
	    "250 {a} error a line does not begin with a three-digit code (RFC 5321 4.2)" },
	{ OCTETS("HTTP/1.0 200 OK\r\n"), "error the server speaks HTTP, not SMTP" },
	{ OCTETS("SSH-2.0-x\r\n"), "error the server speaks SSH, not SMTP" },
	{ OCTETS("* OK IMAP4rev1\r\n"), "error the server speaks IMAP, not SMTP" },
	{ OCTETS("* BYE\r\n"), "error the server speaks IMAP, not SMTP" },
	{ OCTETS("+OK POP3\r\n"), "error the server speaks POP3, not SMTP" },
	{ OCTETS("-ERR\r\n"), "error the server speaks POP3, not SMTP" },
	{ OCTETS("\x15\x03\x01\0\x02\x02\n"),
	    "error the server speaks TLS from the start, not SMTP" },
};

/* Appends a reply as the table writes it. */
static void
describe_reply(struct buf *out, const struct smtp_reply *reply)
{
	char enhanced[16];

	buf_addf(out, "%d ", reply->code);
	if (reply->enhanced.class)
		buf_addf(out, "%s ", smtp_enhanced_text(reply->enhanced, enhanced));
	for (size_t i = 0; i < reply->line_count; i++)
		buf_addf(out, "%c%s", i ? '|' : '{', reply->lines[i]);
	buf_adds(out, "} ");
	for (size_t i = 0; i < smtp_violation_count; i++) {
		if (reply->violations >> i & 1)
			buf_addf(out, "%s ", smtp_violation_name((enum smtp_violation)i));
	}
}

/* Appends all that the parser can give now. */
static void
describe(struct buf *out, struct smtp_parser *parser)
{
	struct smtp_reply reply;
	const char *error;

	for (;;) {
		switch (smtp_parser_next(parser, &reply, &error)) {
		case SMTP_PARSE_MORE:
			return;
		case SMTP_PARSE_ERROR:
			buf_addf(out, "error %s", error);
			return;
		case SMTP_PARSE_REPLY:
			describe_reply(out, &reply);
			smtp_reply_clear(&reply);
			break;
		}
	}
}

/* Appends how many octets are pending, unless there was an error. */
static void
describe_end(struct buf *out, struct smtp_parser *parser)
{
	if (!strstr(buf_text(out), "error "))
		buf_addf(out, "more %zu", smtp_parser_pending(parser));
}

static void
test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct smtp_parser *parser = smtp_parser_new();
		struct buf read = BUF_INIT;

		smtp_parser_push(parser, cases[i].octets, cases[i].length);
		describe(&read, parser);
		describe_end(&read, parser);
		assert_string_equal(buf_text(&read), cases[i].read);
		buf_clear(&read);
		smtp_parser_free(parser);
	}
}

/* However the octets are cut, the same is read. */
static void
test_octet_by_octet(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct smtp_parser *parser = smtp_parser_new();
		struct buf read = BUF_INIT;

		for (size_t at = 0; at < cases[i].length; at++) {
			smtp_parser_push(parser, cases[i].octets + at, 1);
			if (!strstr(buf_text(&read), "error "))
				describe(&read, parser);
		}
		describe_end(&read, parser);
		assert_string_equal(buf_text(&read), cases[i].read);
		buf_clear(&read);
		smtp_parser_free(parser);
	}
}

/* Pushes a line of n octets in all, "220 xxx\r\n". */
static void
push_line(struct smtp_parser *parser, const char *start, size_t n)
{
	struct buf line = BUF_INIT;

	buf_adds(&line, start);
	buf_fill(&line, 'x', n - line.length - 2);
	buf_adds(&line, "\r\n");
	smtp_parser_push(parser, line.data, line.length);
	buf_clear(&line);
}

static void
test_line_length(void **state)
{
	static const struct {
		size_t octets, kept;
		smtp_violations violations;
	} lengths[] = {
		{ 512, 506, 0 },
		{ 513, 507, V(SMTP_LINE_TOO_LONG) },
		{ SMTP_LINE_MAX + 2, SMTP_LINE_MAX - 4, V(SMTP_LINE_TOO_LONG) },
		{ SMTP_LINE_MAX + 3, SMTP_LINE_MAX - 4, V(SMTP_LINE_TOO_LONG) },
		{ 60000, SMTP_LINE_MAX - 4, V(SMTP_LINE_TOO_LONG) },
		{ SMTP_REPLY_BYTES_MAX, SMTP_LINE_MAX - 4, V(SMTP_LINE_TOO_LONG) },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(lengths); i++) {
		struct smtp_parser *parser = smtp_parser_new();
		struct smtp_reply reply;
		const char *error;

		push_line(parser, "220 ", lengths[i].octets);
		assert_int_equal(smtp_parser_next(parser, &reply, &error), SMTP_PARSE_REPLY);
		assert_int_equal(strlen(reply.lines[0]), lengths[i].kept);
		assert_int_equal(reply.violations, lengths[i].violations);
		smtp_reply_clear(&reply);
		smtp_parser_free(parser);
	}
}

/* A reply may have 512 lines and 64 KiB, and not a line or an octet more. */
static void
test_bounds(void **state)
{
	static const struct {
		size_t lines, octets; /* each line, before the last one of 8 octets */
		const char *error;
	} bounds[] = {
		{ 511, 20, NULL },
		{ 512, 20, "one reply has more than 512 lines" },
		{ 64, 1000, NULL },
		{ 66, 1000, "one reply is longer than 64 KiB" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(bounds); i++) {
		struct smtp_parser *parser = smtp_parser_new();
		struct smtp_reply reply;
		const char *error = NULL;
		enum smtp_parse parse = SMTP_PARSE_MORE;

		for (size_t n = 0; n < bounds[i].lines && parse == SMTP_PARSE_MORE; n++) {
			push_line(parser, "220-", bounds[i].octets);
			parse = smtp_parser_next(parser, &reply, &error);
		}
		smtp_parser_push(parser, "220 ok\r\n", 8);
		parse = smtp_parser_next(parser, &reply, &error);
		if (bounds[i].error) {
			assert_int_equal(parse, SMTP_PARSE_ERROR);
			assert_string_equal(error, bounds[i].error);
		} else {
			assert_int_equal(parse, SMTP_PARSE_REPLY);
			assert_int_equal(reply.line_count, bounds[i].lines + 1);
			smtp_reply_clear(&reply);
		}
		smtp_parser_free(parser);
	}
}

/* More than 64 KiB unread is an error, and an error stays. */
static void
test_unread_bound(void **state)
{
	struct smtp_parser *parser = smtp_parser_new();
	struct smtp_reply reply;
	const char *error;

	(void)state;
	push_line(parser, "220 ", SMTP_REPLY_BYTES_MAX);
	smtp_parser_push(parser, "x", 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(smtp_parser_next(parser, &reply, &error), SMTP_PARSE_ERROR);
		assert_string_equal(error, "the server sent more than 64 KiB in one go");
		smtp_parser_push(parser, "220 ok\r\n", 8);
	}
	smtp_parser_free(parser);
}

/* Appends each line that is told, in brackets. */
static void
hear(void *context, const char *bytes, size_t n)
{
	struct buf *heard = context;

	buf_addc(heard, '[');
	buf_add(heard, bytes, n);
	buf_addc(heard, ']');
}

/* Lines are told as they end, even those of a reply that never becomes whole. */
static void
test_watcher(void **state)
{
	struct smtp_parser *parser = smtp_parser_new();
	struct smtp_reply reply;
	struct buf heard = BUF_INIT;
	const char *error, *rest;

	(void)state;
	smtp_parser_watch(parser, hear, &heard);
	smtp_parser_push(parser, "220-a\r\n220-b\n22", 15);
	assert_int_equal(smtp_parser_next(parser, &reply, &error), SMTP_PARSE_MORE);
	assert_string_equal(buf_text(&heard), "[220-a][220-b]");
	assert_int_equal(smtp_parser_unfinished(parser, &rest), 2);
	assert_memory_equal(rest, "22", 2);
	assert_int_equal(smtp_parser_violations(parser), V(SMTP_BARE_LF));
	smtp_parser_push(parser, "?\r\n220 c\r\n", 10);
	assert_int_equal(smtp_parser_next(parser, &reply, &error), SMTP_PARSE_ERROR);
	assert_string_equal(buf_text(&heard), "[220-a][220-b][22?]");
	assert_int_equal(smtp_parser_unfinished(parser, &rest), 0);
	buf_clear(&heard);
	smtp_parser_free(parser);
}

static void
test_enhanced(void **state)
{
	static const struct {
		const char *text, *code;
	} codes[] = {
		{ "2.0.0 Ok", "2.0.0" },
		{ "4.7.1", "4.7.1" },
		{ "5.999.999 x", "5.999.999" },
		{ "5.7.25: no PTR", "5.7.25" },
		{ "4.3.0\tx", "4.3.0" },
		{ "", "" },
		{ "2", "" },
		{ "2.", "" },
		{ "2.0", "" },
		{ "2.0.", "" },
		{ "2..0", "" },
		{ "3.0.0 x", "" },
		{ "1.0.0 x", "" },
		{ "5.1000.1 x", "" },
		{ "5.1.1000 x", "" },
		{ "5.6.7.8 is an address", "" },
		{ "4.96-3 is a version", "" },
		{ "4.9.6b is a version", "" },
		{ " 5.1.1", "" },
	};
	char out[16];

	(void)state;
	for (size_t i = 0; i < LENGTH(codes); i++)
		assert_string_equal(
		    smtp_enhanced_text(smtp_enhanced_parse(codes[i].text), out), codes[i].code);
}

/* The text of a reply is what stands behind both codes. */
static void
test_text(void **state)
{
	static const struct {
		const char *reply, *text;
	} texts[] = {
		{ "250 2.1.5  Ok\r\n", "Ok" },
		{ "250 Ok 2.1.5\r\n", "Ok 2.1.5" },
		{ "250 2.1.5\r\n", "" },
		{ "250\r\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct smtp_parser *parser = smtp_parser_new();
		struct smtp_reply reply;
		const char *error;

		smtp_parser_push(parser, texts[i].reply, strlen(texts[i].reply));
		assert_int_equal(smtp_parser_next(parser, &reply, &error), SMTP_PARSE_REPLY);
		assert_string_equal(smtp_reply_text(&reply), texts[i].text);
		smtp_reply_clear(&reply);
		smtp_parser_free(parser);
	}
}

/* Every violation has a name of its own, a clause, and fits the set. */
static void
test_violation_names(void **state)
{
	enum smtp_violation parsed;

	(void)state;
	assert_true(smtp_violation_count <= 32);
	for (int i = 0; i < smtp_violation_count; i++) {
		const char *name = smtp_violation_name((enum smtp_violation)i);

		assert_true(smtp_violation_parse(name, &parsed));
		assert_int_equal(parsed, i);
		assert_true(smtp_violation_help((enum smtp_violation)i)[0] != '\0');
	}
	assert_false(smtp_violation_parse("bare", &parsed));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_octet_by_octet),
		cmocka_unit_test(test_line_length),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_unread_bound),
		cmocka_unit_test(test_watcher),
		cmocka_unit_test(test_enhanced),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_violation_names),
	};

	return cmocka_run_group_tests_name("smtp/reply", tests, NULL, NULL);
}

/*
 * The hostile bytes: see the header.
 */
#include <string.h>

#include "bytes.h"

/* Characters that must not reach a terminal, beside C0, DEL and C1. */
static const char *const lies[] = {
	"\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
	"\xE2\x80\xAE", /* embeddings */
	"\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9", /* isolates */
	"\xE2\x80\x8E", "\xE2\x80\x8F", "\xD8\x9C", /* marks */
};

/* Appends the bidi controls. */
static void
add_lies(struct buf *out)
{
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
		buf_adds(out, lies[i]);
}

/* Appends C0, NUL and LF aside, and DEL. */
static void
add_controls(struct buf *out)
{
	for (int c = 1; c < 0x20; c++) {
		if (c != '\n')
			buf_addc(out, (char)c);
	}
	buf_addc(out, 0x7F);
}

void
hostile_add_utf8(struct buf *out)
{
	add_controls(out);
	for (int c = 0x80; c < 0xA0; c++) {
		buf_addc(out, (char)0xC2);
		buf_addc(out, (char)c);
	}
	add_lies(out);
}

void
hostile_add_bytes(struct buf *out)
{
	add_controls(out);
	for (int c = 0x80; c < 0xA0; c++) {
		buf_addc(out, (char)c); /* C1 as a single octet */
		buf_addc(out, (char)0xC2); /* and as UTF-8 */
		buf_addc(out, (char)c);
	}
	add_lies(out);
	buf_adds(out, "\x1B[2J\x1B]0;title\x07");
}

void
hostile_add_line_bytes(struct buf *out)
{
	struct buf bytes = BUF_INIT;

	hostile_add_bytes(&bytes);
	for (size_t i = 0; i < bytes.length; i++) {
		if (strchr("\t\r\v\f", bytes.data[i]) == NULL)
			buf_addc(out, bytes.data[i]);
	}
	buf_clear(&bytes);
}

/* How a notation spells an octet. */
typedef void spelling(struct buf *out, unsigned octet);

/* "\xNN" */
static void
as_hex(struct buf *out, unsigned octet)
{
	buf_addf(out, "\\x%02x", octet);
}

/* "\DDD" */
static void
as_decimal(struct buf *out, unsigned octet)
{
	buf_addf(out, "\\%03u", octet);
}

/* Appends all of them, and NUL, spelled so. */
static void
add_spelled(struct buf *out, spelling *spell)
{
	struct buf bytes = BUF_INIT;

	spell(out, 0);
	hostile_add_bytes(&bytes);
	for (size_t i = 0; i < bytes.length; i++)
		spell(out, (unsigned char)bytes.data[i]);
	buf_clear(&bytes);
}

void
hostile_add_hex(struct buf *out)
{
	add_spelled(out, as_hex);
}

void
hostile_add_decimal(struct buf *out)
{
	add_spelled(out, as_decimal);
}

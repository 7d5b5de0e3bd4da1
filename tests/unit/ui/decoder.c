/*
 * Bytes to keys: tables of what terminals send and the keys they mean - whole, cut at every place,
 * late, broken, hostile.
 *
 * A key is written as text: "a", "C-a" (a control character), "M-a", "Up", "Esc", "mouse 0 3,4 down",
 * "paste hello", "unknown". Keys of one input are parted by blanks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"

#include "ui/decoder.h"

enum {
	SECOND = 1000000
};

/* Appends a character's key. */
static void
add_character(struct buf *out, const struct key *key)
{
	char bytes[4];

	buf_adds(out, key->alt ? "M-" : "");
	if (key->character < 0x20)
		buf_addf(out, "C-%c", (int)key->character + 0x40);
	else if (key->character == 0x7f)
		buf_adds(out, "C-?");
	else
		buf_add(out, bytes, text_encode(key->character, bytes));
}

/* Appends a key as text. */
static void
add_key(struct buf *out, const struct key *key)
{
	if (out->length > 0)
		buf_addc(out, ' ');
	switch (key->kind) {
	case KEY_CHARACTER:
		add_character(out, key);
		break;
	case KEY_ESCAPE:
		buf_adds(out, "Esc");
		break;
	case KEY_FUNCTION:
		buf_adds(out, key->name);
		break;
	case KEY_PASTE:
		buf_adds(out, "paste ");
		buf_add(out, key->text, key->length);
		break;
	case KEY_MOUSE:
		buf_addf(out, "mouse %d %d,%d %s", key->button, key->row, key->column,
		    key->moved         ? "moved"
			: key->pressed ? "down"
				       : "up");
		break;
	case KEY_GROUND:
		buf_addf(out, "ground %06x", key->rgb);
		break;
	case KEY_UNKNOWN:
		buf_adds(out, "unknown");
		break;
	}
}

/* Appends all keys that are there at this moment. */
static void
add_keys(struct buf *out, struct decoder *decoder, int64_t now)
{
	struct key key;

	while (decoder_next(decoder, &key, now))
		add_key(out, &key);
}

struct row {
	const char *bytes;
	const char *keys;
};

/* What each input means once all of it came and time went by. */
static const struct row rows[] = {
	{ "abc", "a b c" },
	{ "\r\n\t\x01\x7f", "C-M C-J C-I C-A C-?" },
	{ "\303\251\344\270\255\360\237\230\200", "\303\251 \344\270\255 \360\237\230\200" },
	/* Escape, Alt */
	{ "\033", "Esc" },
	{ "\033\033", "Esc Esc" },
	{ "\033b", "M-b" },
	{ "\033\303\251", "M-\303\251" },
	{ "\033\x7f", "M-C-?" },
	{ "\033[", "M-[" },
	{ "\033O", "M-O" },
	{ "\033\033[A", "Esc Up" },
	/* CSI and SS3 */
	{ "\033[A\033OA\033[B\033[C\033[D", "Up Up Down Right Left" },
	{ "\033[H\033[F\033OH\033OF\033[1~\033[4~\033[7~\033[8~",
	    "Home End Home End Home End Home End" },
	{ "\033[2~\033[3~\033[5~\033[6~", "Ins Del PgUp PgDn" },
	{ "\033OP\033OQ\033OR\033OS\033[15~\033[24~", "F1 F2 F3 F4 F5 F12" },
	{ "\033[11~\033[14~\033[[A\033[[E", "F1 F4 F1 F5" },
	{ "\033[Z", "S-Tab" },
	{ "\033[1;5C\033[1;2A\033[1;3D\033[1;6B", "C-Right S-Up M-Left C-S-Down" },
	{ "\033[3;5~\033[5;3~\033[15;2~\033[1;5P", "C-Del M-PgUp S-F5 C-F1" },
	{ "\033O5C\033O2P", "C-Right S-F1" },
	{ "\033[1;99A", "M-Up" },
	/* modifyOtherKeys and CSI u */
	{ "\033[97;5u\033[97;3u\033[97;2u\033[97u", "C-A M-a A a" },
	{ "\033[27;5;97~\033[27;2;13~", "C-A C-M" },
	{ "\033[27u\033[9;2u", "Esc S-Tab" },
	{ "\033[20013u\033[1092;3u", "\344\270\255 M-\321\204" },
	{ "\033[97:65;5u", "C-A" },
	{ "\033[57358u\033[133u\033[55296u\033[9999999u", "" },
	/* mouse */
	{ "\033[<0;5;4M\033[<0;5;4m", "mouse 0 3,4 down mouse 0 3,4 up" },
	{ "\033[<64;1;1M\033[<65;1;1M", "mouse 64 0,0 down mouse 65 0,0 down" },
	{ "\033[<20;200;100M", "mouse 0 99,199 down" },
	{ "\033[<32;5;4M\033[<35;5;4M\033[<0;0;0M", "mouse 0 3,4 moved mouse 3 3,4 moved" },
	{ "\033[M !!", "mouse 0 0,0 down" },
	{ "\033[M#q\377", "mouse 3 222,80 up" },
	/* paste */
	{ "\033[200~hello\033[201~x", "paste hello x" },
	{ "\033[200~\033[201~", "paste " },
	{ "\033[200~a\033[20b\033[A\033[201~", "paste a\033[20b\033[A" },
	{ "\033[200~\033\033[201~", "paste \033" },
	{ "\033[200~never ends", "paste never ends" },
	{ "\033[200~never ends\033[20", "paste never ends" },
	{ "\033[201~", "unknown" },
	/* what is no key */
	{ "\033[?1;2c\033[>0;276;0c\033[?2026;2$y", "" },
	{ "\033[I\033[O", "unknown unknown" },
	{ "\033[99~\033Oz", "unknown unknown" },
	{ "a\377\376b\302\205c\300\200d", "a b c d" },
	{ "\303a\344\270b", "a b" },
	{ "\355\240\200x\364\220\200\200y", "x y" },
	{ "\033[1;\rx", "C-M x" },
	{ "\033[12345678901234567890123456789012345678Ax", "x" },
	{ "\033\377x", "x" },
};

/* Each input comes whole, and time goes by. */
static void
test_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct decoder *decoder = decoder_new();
		struct buf keys = BUF_INIT;

		buf_adds(&keys, "");
		decoder_push(decoder, rows[i].bytes, strlen(rows[i].bytes), 0);
		add_keys(&keys, decoder, 0);
		add_keys(&keys, decoder, 10 * SECOND);
		if (strcmp(buf_text(&keys), rows[i].keys) != 0)
			fail_msg("row %zu: expected \"%s\", not \"%s\"", i, rows[i].keys,
			    buf_text(&keys));
		buf_clear(&keys);
		decoder_free(decoder);
	}
}

/* Each input comes in two parts, cut at every place, and byte by byte: the keys are the same. */
static void
test_cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n = strlen(rows[i].bytes);

		for (size_t cut = 0; cut <= n; cut++) {
			struct decoder *decoder = decoder_new();
			struct buf keys = BUF_INIT;
			size_t step = cut == 0 ? 1 : cut;

			buf_adds(&keys, "");
			for (size_t at = 0; at < n; at += step) {
				size_t m = n - at < step ? n - at : step;

				decoder_push(decoder, rows[i].bytes + at, m, 0);
				add_keys(&keys, decoder, 0);
			}
			add_keys(&keys, decoder, 10 * SECOND);
			if (strcmp(buf_text(&keys), rows[i].keys) != 0)
				fail_msg("row %zu in parts of %zu: expected \"%s\", not \"%s\"",
				    i, step, rows[i].keys, buf_text(&keys));
			buf_clear(&keys);
			decoder_free(decoder);
		}
	}
}

/* Escape waits its time and no longer; half a sequence or character waits for its rest. */
static void
test_time(void **state)
{
	static const struct time_row {
		const char *first;
		int64_t deadline; /* after the first bytes, which come at 1000 */
		const char *early; /* just before it */
		const char *late; /* at it */
		const char *second, *then; /* what comes an hour later */
	} times[] = {
		{ "\033", 1000 + DECODER_ESCAPE_US, "", "Esc", "[A", "Esc [ A" },
		{ "\033[", 1000 + DECODER_ESCAPE_US, "", "M-[", "A", "M-[ A" },
		{ "\033O", 1000 + DECODER_ESCAPE_US, "", "M-O", "A", "M-O A" },
		{ "\033[1", INT64_MAX, "", "", ";5A", "C-Up" },
		{ "\033[<0;5;", INT64_MAX, "", "", "4M", "mouse 0 3,4 down" },
		{ "\303", INT64_MAX, "", "", "\251", "\303\251" },
		{ "\033\303", INT64_MAX, "", "", "\251", "M-\303\251" },
		{ "\360\237", INT64_MAX, "", "", "\230\200", "\360\237\230\200" },
		{ "\360\237", INT64_MAX, "", "", "x", "x" },
		{ "\033[200~a", 1000 + 5 * SECOND, "", "paste a", "b", "paste a b" },
		{ "a", INT64_MAX, "a", "a", "b", "a b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		const struct time_row *row = &times[i];
		struct decoder *decoder = decoder_new();
		struct buf keys = BUF_INIT;
		int64_t deadline;

		buf_adds(&keys, "");
		decoder_push(decoder, row->first, strlen(row->first), 1000);
		add_keys(&keys, decoder, 1000);
		deadline = decoder_deadline(decoder);
		assert_true(deadline == row->deadline);
		add_keys(&keys, decoder, deadline - 1);
		assert_string_equal(buf_text(&keys), row->early);
		if (deadline != INT64_MAX)
			add_keys(&keys, decoder, deadline);
		assert_string_equal(buf_text(&keys), row->late);
		decoder_push(decoder, row->second, strlen(row->second), 3600LL * SECOND);
		add_keys(&keys, decoder, 3600LL * SECOND);
		assert_string_equal(buf_text(&keys), row->then);
		assert_true(decoder_deadline(decoder) == INT64_MAX);
		buf_clear(&keys);
		decoder_free(decoder);
	}
}

/* The answer to the question for the ground, among keys, cut at every place; and what is none. */
static void
test_ground(void **state)
{
	static const struct {
		const char *bytes, *keys;
	} answers[] = {
		{ "\033]11;rgb:ffff/ffff/ffff\033\\", "ground ffffff" },
		{ "\033]11;rgb:0000/2b2b/3636\a", "ground 002b36" },
		{ "\033]11;rgb:f/8/0\a", "ground ff8800" },
		{ "\033]11;rgba:00/2b/36/ff\a", "ground 002b36" },
		{ "a\033]11;rgb:12/34/56\033\\b", "a ground 123456 b" },
		/* Once answered, Alt-] is Alt-] again. */
		{ "\033]11;rgb:12/34/56\a\033]1", "ground 123456 M-] 1" },
		{ "\033]", "M-]" },
		{ "\033]x", "M-] x" },
		/* What tells no colour, or breaks off, is dropped; the keys behind it are keys. */
		{ "\033]11;rgb:12/34\ax", "x" },
		{ "\033]11;blue\033\\x", "x" },
		{ "\033]11;rgb:\033[A", "Up" },
		{ "\033]11;rgb:12/34/5", "" },
		{ "\033]10;rgb:12/34/56\a", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		size_t n = strlen(answers[i].bytes);

		for (size_t cut = 0; cut <= n; cut++) {
			struct decoder *decoder = decoder_new();
			struct buf keys = BUF_INIT;

			buf_adds(&keys, "");
			decoder_expect_ground(decoder);
			decoder_push(decoder, answers[i].bytes, cut, 0);
			add_keys(&keys, decoder, 0);
			decoder_push(decoder, answers[i].bytes + cut, n - cut, 0);
			add_keys(&keys, decoder, 0);
			add_keys(&keys, decoder, 10 * SECOND);
			if (strcmp(buf_text(&keys), answers[i].keys) != 0)
				fail_msg("row %zu cut at %zu: expected \"%s\", not \"%s\"", i,
				    cut, answers[i].keys, buf_text(&keys));
			assert_true(decoder_deadline(decoder) == INT64_MAX);
			buf_clear(&keys);
			decoder_free(decoder);
		}
	}
}

/* A sequence is handed on as it came, for the editor's own bindings. */
static void
test_sequence_is_kept(void **state)
{
	static const char *const sequences[] = { "\033[A", "\033OA", "\033[1;5C", "\033[99~",
		"\033[Z" };

	(void)state;
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
		struct decoder *decoder = decoder_new();
		struct key key;

		decoder_push(decoder, sequences[i], strlen(sequences[i]), 0);
		assert_true(decoder_next(decoder, &key, 0));
		assert_string_equal(key.sequence, sequences[i]);
		decoder_free(decoder);
	}
}

/* A paste is cut at its limit, and the keys behind it are keys again. */
static void
test_paste_limit(void **state)
{
	struct decoder *decoder = decoder_new();
	struct buf bytes = BUF_INIT;
	struct key key;

	(void)state;
	decoder_push(decoder, "\033[200~", 6, 0);
	buf_fill(&bytes, 'x', 30000);
	for (int i = 0; i < 5; i++) {
		decoder_push(decoder, bytes.data, bytes.length, 0);
		assert_false(decoder_next(decoder, &key, 0));
	}
	decoder_push(decoder, "\033[201~y", 7, 0);
	assert_true(decoder_next(decoder, &key, 0));
	assert_int_equal(key.kind, KEY_PASTE);
	assert_int_equal(key.length, DECODER_PASTE_MAX);
	assert_true(decoder_next(decoder, &key, 0));
	assert_int_equal(key.character, 'y');
	assert_false(decoder_next(decoder, &key, 0));
	buf_clear(&bytes);
	decoder_free(decoder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_ground),
		cmocka_unit_test(test_sequence_is_kept),
		cmocka_unit_test(test_paste_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

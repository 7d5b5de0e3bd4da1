/*
 * The sequence that a terminal takes text by: the vectors of RFC 4648 section 10, and its limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "ui/clipboard.h"

static const struct {
	const char *text, *encoded;
} vectors[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
	{ "b\xc3\xbc\xff\xfe", "YsO8//4=" },
};

static void
text_is_carried_in_base64(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		struct buf out = BUF_INIT, expected = BUF_INIT;

		clipboard_sequence(&out, vectors[i].text, CARRIER_TERMINAL);
		buf_addf(&expected, "\033]52;c;%s\033\\", vectors[i].encoded);
		assert_string_equal(buf_text(&out), buf_text(&expected));
		buf_clear(&out);
		buf_clear(&expected);
	}
}

static void
no_more_than_a_terminal_takes_is_given(void **state)
{
	struct buf text = BUF_INIT, out = BUF_INIT;

	(void)state;
	buf_fill(&text, 'x', CLIPBOARD_MAX + 1000);
	clipboard_sequence(&out, buf_text(&text), CARRIER_TMUX);
	assert_int_equal(out.length, CLIPBOARD_MAX / 3 * 4 + strlen("\033]52;c;\033\\"));
	buf_clear(&text);
	buf_clear(&out);
}

/* For GNU screen it comes in strings of its own, none longer than it takes, which together are the sequence. */
static void
screen_gets_it_in_pieces(void **state)
{
	struct buf text = BUF_INIT, out = BUF_INIT, plain = BUF_INIT, joined = BUF_INIT;
	const char *at, *end;

	(void)state;
	buf_fill(&text, 'x', 1000);
	clipboard_sequence(&out, buf_text(&text), CARRIER_SCREEN);
	clipboard_sequence(&plain, buf_text(&text), CARRIER_TERMINAL);
	for (at = buf_text(&out); *at != '\0'; at = end + 2) {
		assert_int_equal(strncmp(at, "\033P", 2), 0);
		end = strstr(at, "\033\\");
		assert_non_null(end);
		assert_in_range(end - at, 3, 256);
		buf_add(&joined, at + 2, (size_t)(end - at) - 2);
	}
	assert_int_equal(joined.length, plain.length - 1);
	assert_memory_equal(joined.data, plain.data, joined.length - 1);
	assert_int_equal(joined.data[joined.length - 1], '\a');
	buf_clear(&text);
	buf_clear(&out);
	buf_clear(&plain);
	buf_clear(&joined);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_carried_in_base64),
		cmocka_unit_test(screen_gets_it_in_pieces),
		cmocka_unit_test(no_more_than_a_terminal_takes_is_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

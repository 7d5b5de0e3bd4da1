/*
 * Findings in little room and in much: nothing is lost without being counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/findings.h"

static char first[] = "backup.example.com does not exist: no mail reaches it";
static char second[] = "one exchange takes all mail";
static char third[] = "one address takes all mail";

static struct finding items[] = {
	{ .severity = FINDING_ERROR,
	    .text = first,
	    .rule = "RFC 5321 5.1",
	    .fix = "Remove its MX record." },
	{ .severity = FINDING_WARNING,
	    .text = second,
	    .rule = "RFC 5321 5.1",
	    .fix = "Add one." },
	{ .severity = FINDING_INFO, .text = third },
};

static const struct findings findings = { items, 3, 3 };

static const struct {
	int rows, used;
	const char *picture; /* 40 columns */
} cases[] = {
	{ 0, 0, "" },
	{ 1, 0, "" },
	{ 2, 2, " ✗ backup.example.com does not exist: …\n   and 2 more findings\n" },
	{ 3, 3,
	    " ✗ backup.example.com does not exist: …\n"
	    " ! one exchange takes all mail\n"
	    " · one address takes all mail\n" },
	{ 4, 4,
	    "\n ✗ backup.example.com does not exist: …\n"
	    " ! one exchange takes all mail\n"
	    " · one address takes all mail\n" },
	{ 5, 5,
	    "\n ✗ backup.example.com      RFC 5321 5.1\n"
	    "   does not exist: no mail reaches it\n"
	    " ! one exchange takes all mail\n"
	    " · one address takes all mail\n" },
	{ 6, 6,
	    "\n ✗ backup.example.com      RFC 5321 5.1\n"
	    "   does not exist: no mail reaches it\n"
	    " ! one exchange takes all  RFC 5321 5.1\n"
	    "   mail\n"
	    " · one address takes all mail\n" },
	{ 9, 8,
	    "\n ✗ backup.example.com      RFC 5321 5.1\n"
	    "   does not exist: no mail reaches it\n"
	    "   Remove its MX record.\n"
	    " ! one exchange takes all  RFC 5321 5.1\n"
	    "   mail\n"
	    "   Add one.\n"
	    " · one address takes all mail\n" },
};

static void
room_decides_how_much_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct canvas canvas;
		struct buf text = BUF_INIT;
		int used;

		canvas_init(&canvas, true);
		canvas_resize(&canvas, cases[i].used > 0 ? cases[i].used : 1, 40);
		used = findings_room(&canvas, 40, &findings, cases[i].rows);
		assert_int_equal(used, cases[i].used);
		findings_draw(&canvas, (struct area){ 0, 0, used, 40 }, &findings);
		canvas_text(&canvas, &text);
		if (used > 0)
			assert_string_equal(text.data, cases[i].picture);
		buf_clear(&text);
		canvas_clear(&canvas);
	}
}

static void
nothing_found_takes_no_room(void **state)
{
	const struct findings none = { 0 };
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, true);
	canvas_resize(&canvas, 4, 40);
	assert_int_equal(findings_room(&canvas, 40, &none, 9), 0);
	canvas_clear(&canvas);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(room_decides_how_much_is_told),
		cmocka_unit_test(nothing_found_takes_no_room),
	};

	return cmocka_run_group_tests_name("ui/findings", tests, NULL, NULL);
}

/*
 * Blanks that take the style of the word before them, and those that keep their own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/blanks.h"

/* One letter a style: t text, g good, b bad, s selected (it has a ground). */
static const struct {
	const char *text, *styles, *written;
} rows[] = {
	{ "+ ok     + ok", "gtggtttttgtgg", "ggggggggggggg" }, /* one colour for all */
	{ "+ ok x no", "gtggtbtbb", "gggggbbbb" }, /* the word before */
	{ "ok then", "ggttttt", "ggttttt" }, /* what follows is of the blank's own style */
	{ "so + ok", "tttgtgg", "tttgggg" }, /* so is what stands before */
	{ "ok s no", "ggtsssb", "gggsssb" }, /* a ground shows */
	{ "ok", "gg", "gg" },
	{ "ok   ", "ggttt", "ggttt" }, /* nothing follows: the rest of a row can be cleared */
	{ "   ok", "tttgg", "tttgg" },
	{ "+          +", "gttttttttttg", "gttttttttttg" }, /* too far apart */
};

/* The style of a letter. */
static enum style
style_of(char letter)
{
	switch (letter) {
	case 'g':
		return STYLE_GOOD;
	case 'b':
		return STYLE_BAD;
	case 's':
		return STYLE_SELECTION;
	}
	return STYLE_TEXT;
}

static void
blanks_take_the_style_before_them(void **state)
{
	bool unseen[style_count];
	struct canvas canvas;

	(void)state;
	for (int i = 0; i < style_count; i++)
		unseen[i] = i != STYLE_SELECTION;
	canvas_init(&canvas, true);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int columns = (int)strlen(rows[i].text);

		canvas_resize(&canvas, 1, columns);
		canvas_blank(&canvas);
		for (int c = 0; c < columns; c++)
			canvas_put(&canvas, 0, c, 1, style_of(rows[i].styles[c]),
			    (const char[]){ rows[i].text[c], '\0' });
		for (int c = 0; c < columns; c++)
			if (blanks_style(&canvas, 0, c, unseen) != style_of(rows[i].written[c]))
				fail_msg("\"%s\": column %d", rows[i].text, c);
	}
	canvas_clear(&canvas);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_take_the_style_before_them),
	};

	return cmocka_run_group_tests_name("ui/blanks", tests, NULL, NULL);
}

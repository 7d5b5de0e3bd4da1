/*
 * Theme text: what is understood, what each fault is called, and which colour a poor terminal
 * gets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/theme.h"

static const struct {
	const char *text, *error;
} faults[] = {
	{ "style bad purpel default",
	    "line 1: 'purpel' is no colour: expected default, a colour name, 0-255 or "
	    "#rrggbb" },
	{ "# one\n\nstyle text default default\nstyle dim 256 default\n",
	    "line 4: '256' is no colour: expected default, a colour name, 0-255 or #rrggbb" },
	{ "style bad #12345 default",
	    "line 1: expected 'style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]'" },
	{ "style bad #1234567 default",
	    "line 1: expected 'style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]'" },
	{ "style bad red -1",
	    "line 1: '-1' is no colour: expected default, a colour name, 0-255 or #rrggbb" },
	{ "\nstyle worse red default",
	    "line 2: 'worse' is no style: `help styles` lists them" },
	{ "style bad red default blink",
	    "line 1: 'blink' is no attribute: expected bold, dim, italic, underline or "
	    "reverse" },
	{ "colour bad red",
	    "line 1: expected 'style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]', not "
	    "'colour'" },
	{ "style bad red",
	    "line 1: expected 'style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]'" },
	{ "style", "line 1: expected 'style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]'" },
	{ "style bad red default bold bold bold bold bold bold bold bold bold bold",
	    "line 1: expected 'style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]'" },
	{ "style \033[2J red default",
	    "line 1: '\\x1b[2J' is no style: `help styles` lists them" },
};

static void
faults_have_a_sentence_and_a_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct theme theme, before;
		char *error;

		assert_true(theme_embedded(&theme, "default"));
		before = theme;
		error = theme_parse(&theme, faults[i].text);
		assert_non_null(error);
		assert_string_equal(error, faults[i].error);
		assert_memory_equal(&theme, &before, sizeof theme);
		free(error);
	}
}

static const struct {
	const char *text;
	struct theme_style style; /* of "bad" */
} good[] = {
	{ "style bad red default", { 1, COLOUR_DEFAULT, 0 } },
	{ "style bad bright-white black bold", { 15, 0, THEME_BOLD } },
	{ "\tstyle  bad\t7 255 dim italic\r\n", { 7, 255, THEME_DIM | THEME_ITALIC } },
	{ "style bad #ff8000 #000000 underline reverse # comment",
	    { 0x1FF8000, 0x1000000, THEME_UNDERLINE | THEME_REVERSE } },
	{ "# a comment\nstyle bad default default #not a colour",
	    { COLOUR_DEFAULT, COLOUR_DEFAULT, 0 } },
	{ "style bad 1 2\nstyle bad 3 4", { 3, 4, 0 } },
};

static void
colours_and_attributes_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct theme theme;
		const struct theme_style *style = &theme.styles[STYLE_BAD];
		char *error;

		assert_true(theme_embedded(&theme, "monochrome"));
		error = theme_parse(&theme, good[i].text);
		if (error)
			fail_msg("%s: %s", good[i].text, error);
		assert_int_equal(style->foreground, good[i].style.foreground);
		assert_int_equal(style->background, good[i].style.background);
		assert_int_equal(style->attributes, good[i].style.attributes);
	}
}

static void
a_theme_changes_only_what_it_names(void **state)
{
	struct theme theme, before;

	(void)state;
	assert_true(theme_embedded(&theme, "default"));
	before = theme;
	assert_null(theme_parse(&theme, "style good 2 default"));
	assert_int_equal(theme.styles[STYLE_GOOD].foreground, 2);
	theme.styles[STYLE_GOOD] = before.styles[STYLE_GOOD];
	assert_memory_equal(&theme, &before, sizeof theme);
	assert_null(theme_parse(&theme, ""));
	assert_memory_equal(&theme, &before, sizeof theme);
}

/* Styles that stand beside each other must not look alike. */
static void
expect_styles_told_apart(const struct theme *theme)
{
	static const enum style pairs[][2] = {
		{ STYLE_FRAME, STYLE_FRAME_FOCUSED },
		{ STYLE_TEXT, STYLE_SELECTION },
		{ STYLE_SELECTION, STYLE_SELECTION_DIM },
		{ STYLE_MENU, STYLE_MENU_CHOSEN },
		{ STYLE_TEXT, STYLE_MENU },
		{ STYLE_TITLE, STYLE_ACCENT },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		assert_memory_not_equal(&theme->styles[pairs[i][0]],
		    &theme->styles[pairs[i][1]], sizeof *theme->styles);
}

static void
embedded_themes_are_sound(void **state)
{
	const char *const *names = theme_names();
	size_t count = 0;

	(void)state;
	for (; names[count]; count++) {
		struct theme theme;

		assert_true(theme_embedded(&theme, names[count]));
		expect_styles_told_apart(&theme);
	}
	assert_int_equal(count, 3);
	assert_string_equal(names[0], "default");
}

static void
monochrome_has_no_colour(void **state)
{
	struct theme theme;

	(void)state;
	assert_true(theme_embedded(&theme, "monochrome"));
	for (size_t i = 0; i < style_count; i++) {
		assert_int_equal(theme.styles[i].foreground, COLOUR_DEFAULT);
		assert_int_equal(theme.styles[i].background, COLOUR_DEFAULT);
	}
}

static void
unknown_themes_are_refused(void **state)
{
	struct theme theme = { 0 };

	(void)state;
	assert_false(theme_embedded(&theme, "purple"));
	assert_false(theme_embedded(&theme, ""));
}

static const struct {
	int32_t colour;
	int colours;
	int32_t nearest;
} nearest[] = {
	{ COLOUR_DEFAULT, 8, COLOUR_DEFAULT },
	{ 3, 8, 3 },
	{ 203, 256, 203 },
	{ 203, 8, 1 },
	{ 203, 16, 9 },
	/* The default theme's colours keep their hue where there are only eight. */
	{ 110, 8, 6 },
	{ 221, 8, 3 },
	{ 176, 8, 5 },
	{ 245, 8, 7 },
	{ 15, 8, 7 },
	{ 16, 8, 0 },
	{ 231, 16, 15 },
	{ 239, 8, 7 },
	{ 236, 8, 0 },
	{ 239, 16, 8 },
	{ 114, 8, 2 },
	{ 0x1000000 | 0xFF0000, 256, 196 },
	{ 0x1000000 | 0xFF0000, 16, 9 },
	{ 0x1000000 | 0x87AFD7, 256, 110 },
	{ 0x1000000 | 0x808080, 256, 244 },
	{ 0x1000000, 256, 16 },
	{ 0x1000000, 8, 0 },
	{ 0x1FFFFFF, 256, 231 },
};

static void
poor_terminals_get_the_nearest_colour(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nearest / sizeof *nearest; i++)
		assert_int_equal(
		    theme_nearest(nearest[i].colour, nearest[i].colours), nearest[i].nearest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_have_a_sentence_and_a_line),
		cmocka_unit_test(colours_and_attributes_are_read),
		cmocka_unit_test(a_theme_changes_only_what_it_names),
		cmocka_unit_test(embedded_themes_are_sound),
		cmocka_unit_test(monochrome_has_no_colour),
		cmocka_unit_test(unknown_themes_are_refused),
		cmocka_unit_test(poor_terminals_get_the_nearest_colour),
	};

	return cmocka_run_group_tests_name("ui/theme", tests, NULL, NULL);
}

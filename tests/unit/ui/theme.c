/*
 * Theme text: what is understood, what each fault is called, and which colour a poor terminal
 * gets.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/themes.h"
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
	    "line 1: expected 'style', 'colours', 'terminal', 'from' or 'title', not "
	    "'colour'" },
	{ "colours 88", "line 1: expected 'colours 8', '16', '256' or 'all', not '88'" },
	{ "colours", "line 1: expected 'colours 8|16|256|all'" },
	{ "terminal grey", "line 1: expected 'terminal dark' or 'terminal light', not 'grey'" },
	{ "terminal dark light", "line 1: expected 'terminal dark|light'" },
	{ "from light\nfrom purple", "line 2: there is no built-in theme 'purple'" },
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
		const struct theme_style *style = &theme.styles[DEPTH_256][STYLE_BAD];
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
	assert_int_equal(theme.styles[DEPTH_8][STYLE_GOOD].foreground, 2);
	for (int depth = 0; depth < depth_count; depth++)
		theme.styles[depth][STYLE_GOOD] = before.styles[depth][STYLE_GOOD];
	assert_memory_equal(&theme, &before, sizeof theme);
	assert_null(theme_parse(&theme, ""));
	assert_memory_equal(&theme, &before, sizeof theme);
}

static void
lines_may_be_for_few_colours(void **state)
{
	struct theme theme;

	(void)state;
	assert_true(theme_embedded(&theme, "monochrome"));
	assert_null(theme_parse(&theme,
	    "style bad #ff0000 default\ncolours 16\nstyle bad 9 default\n"
	    "colours 8\nstyle bad 7 1\ncolours all\nstyle good 10 default\n"));
	assert_int_equal(theme.styles[DEPTH_TRUE][STYLE_BAD].foreground, 0x1FF0000);
	assert_int_equal(theme.styles[DEPTH_256][STYLE_BAD].foreground, 0x1FF0000);
	assert_int_equal(theme_look(&theme, DEPTH_256, STYLE_BAD).foreground, 196);
	assert_int_equal(theme.styles[DEPTH_16][STYLE_BAD].foreground, 9);
	assert_int_equal(theme.styles[DEPTH_8][STYLE_BAD].background, 1);
	assert_int_equal(theme_look(&theme, DEPTH_8, STYLE_GOOD).foreground, 2);
}

static void
a_theme_may_begin_with_another(void **state)
{
	struct theme theme, light;

	(void)state;
	assert_true(theme_embedded(&theme, "default"));
	assert_true(theme_embedded(&light, "light"));
	assert_int_equal(theme.ground, GROUND_DARK);
	assert_null(theme_parse(&theme, "style good 2 default\nfrom light\n"));
	assert_memory_equal(&theme, &light, sizeof theme);
	assert_int_equal(theme.ground, GROUND_LIGHT);
	assert_null(theme_parse(&theme, "terminal dark"));
	assert_int_equal(theme.ground, GROUND_DARK);
}

/* --- the embedded themes --------------------------------------------------------------- */

/* Calls the function for every embedded theme at every depth. */
static void
for_every_theme(void (*check)(const char *name, const struct theme *theme, enum depth depth))
{
	size_t count;
	const struct theme_row *rows = themes_table(&count);

	for (size_t i = 0; i < count; i++) {
		struct theme theme;

		assert_true(theme_embedded(&theme, rows[i].name));
		for (int depth = 0; depth < depth_count; depth++)
			check(rows[i].name, &theme, (enum depth)depth);
	}
}

/* Styles that stand beside each other must not look alike. */
static void
expect_styles_told_apart(const char *name, const struct theme *theme, enum depth depth)
{
	static const enum style pairs[][2] = {
		{ STYLE_FRAME, STYLE_FRAME_FOCUSED },
		{ STYLE_TEXT, STYLE_SELECTION },
		{ STYLE_SELECTION, STYLE_SELECTION_DIM },
		{ STYLE_TEXT, STYLE_SELECTION_DIM },
		{ STYLE_MENU, STYLE_MENU_CHOSEN },
		{ STYLE_TEXT, STYLE_MENU },
		{ STYLE_TITLE, STYLE_ACCENT },
		{ STYLE_GOOD, STYLE_BAD },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const struct theme_style a = theme_look(theme, depth, pairs[i][0]),
					 b = theme_look(theme, depth, pairs[i][1]);

		if (memcmp(&a, &b, sizeof a) == 0)
			fail_msg("%s at %d colours: %s looks like %s", name,
			    depth_colours(depth), style_name(pairs[i][0]),
			    style_name(pairs[i][1]));
	}
}

static void
styles_are_told_apart(void **state)
{
	(void)state;
	for_every_theme(expect_styles_told_apart);
}

static void
all_themes_are_there(void **state)
{
	static const char *const expected[] = { "colour-blind-safe", "dark", "default",
		"high-contrast", "light", "monochrome", "solarized" };
	size_t count;
	const struct theme_row *rows = themes_table(&count);

	(void)state;
	assert_int_equal(count, sizeof expected / sizeof *expected);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(rows[i].name, expected[i]);
		assert_true(strlen(rows[i].title) > 0);
	}
}

/* The light that a colour gives, 0..1 (WCAG 2.1, relative luminance). */
static double
luminance(uint32_t rgb)
{
	static const double weights[] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double part = (rgb >> (16 - 8 * i) & 0xFF) / 255.0;

		sum += weights[i] *
		    (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

/* The contrast of two colours, 1..21 (WCAG 2.1, contrast ratio). */
static double
contrast(uint32_t a, uint32_t b)
{
	double first = luminance(a) + 0.05, second = luminance(b) + 0.05;

	return first > second ? first / second : second / first;
}

/* What a colour is on a terminal of this ground, as xterm shows it. */
static uint32_t
shown_rgb(int32_t colour, enum theme_ground ground, bool foreground)
{
	if (colour != COLOUR_DEFAULT)
		return colour_rgb(colour);
	if (foreground)
		return ground == GROUND_DARK ? 0xE5E5E5 : 0x000000;
	return ground == GROUND_DARK ? 0x000000 : 0xFFFFFF;
}

/* Every pair of colours of a theme can be read: 4.5:1, or 7:1 where the theme promises it. */
static void
expect_readable(const char *name, const struct theme *theme, enum depth depth)
{
	double least = strcmp(name, "high-contrast") == 0 ? 7 : 4.5;

	for (int i = 0; i < style_count; i++) {
		const struct theme_style look = theme_look(theme, depth, (enum style)i);
		uint32_t foreground = shown_rgb(look.foreground, theme->ground, true);
		uint32_t background = shown_rgb(look.background, theme->ground, false);

		if (contrast(foreground, background) < least)
			fail_msg("%s at %d colours: %s is %06x on %06x, a contrast of %.2f",
			    name, depth_colours(depth), style_name((enum style)i), foreground,
			    background, contrast(foreground, background));
	}
}

static void
every_pair_can_be_read(void **state)
{
	(void)state;
	assert_float_equal(contrast(0, 0xFFFFFF), 21, 0.01);
	assert_float_equal(contrast(0x777777, 0xFFFFFF), 4.48, 0.01);
	for_every_theme(expect_readable);
}

/*
 * What an eye without one kind of cones sees of a colour, by the matrices of Machado, Oliveira and
 * Fernandes (2009) for linear light.
 */
static const double blindness[3][3][3] = {
	{ { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 },
	    { -0.003882, -0.048116, 1.051998 } },
	{ { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 },
	    { -0.011820, 0.042940, 0.968881 } },
	{ { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 },
	    { 0.004733, 0.691367, 0.303900 } },
};

/* CIE L*a*b* of a colour as such an eye sees it, for white D65. */
static void
seen(uint32_t rgb, const double matrix[3][3], double lab[3])
{
	static const double to_xyz[3][3] = { { 0.4124, 0.3576, 0.1805 },
		{ 0.2126, 0.7152, 0.0722 }, { 0.0193, 0.1192, 0.9505 } };
	static const double white[3] = { 0.9505, 1, 1.089 };
	double light[3], as_seen[3] = { 0 }, f[3] = { 0 };

	for (int i = 0; i < 3; i++) {
		double part = (rgb >> (16 - 8 * i) & 0xFF) / 255.0;

		light[i] = part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
	}
	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 3; k++)
			as_seen[i] += matrix[i][k] * light[k];
		as_seen[i] = fmin(1, fmax(0, as_seen[i]));
	}
	for (int i = 0; i < 3; i++) {
		double t = 0;

		for (int k = 0; k < 3; k++)
			t += to_xyz[i][k] * as_seen[k];
		t /= white[i];
		f[i] = t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
	}
	lab[0] = 116 * f[1] - 16;
	lab[1] = 500 * (f[0] - f[1]);
	lab[2] = 200 * (f[1] - f[2]);
}

static void
verdicts_stay_apart_for_every_eye(void **state)
{
	static const enum style verdicts[] = { STYLE_GOOD, STYLE_WARNING, STYLE_BAD };
	struct theme theme;

	(void)state;
	assert_true(theme_embedded(&theme, "colour-blind-safe"));
	for (int depth = DEPTH_16; depth < depth_count; depth++) {
		for (int i = 0; i < 9; i++) {
			enum style a = verdicts[i % 3], b = verdicts[(i + 1) % 3];
			double p[3], q[3], apart;

			seen(colour_rgb(theme_look(&theme, (enum depth)depth, a).foreground),
			    blindness[i / 3], p);
			seen(colour_rgb(theme_look(&theme, (enum depth)depth, b).foreground),
			    blindness[i / 3], q);
			apart = sqrt(
			    pow(p[0] - q[0], 2) + pow(p[1] - q[1], 2) + pow(p[2] - q[2], 2));
			if (apart < 25)
				fail_msg("%s and %s are only %.0f apart (eye %d, depth %d)",
				    style_name(a), style_name(b), apart, i / 3, depth);
		}
	}
}

static void
expect_no_colour(const char *name, const struct theme *theme, enum depth depth)
{
	if (strcmp(name, "monochrome") != 0)
		return;
	for (int i = 0; i < style_count; i++) {
		assert_int_equal(theme->styles[depth][i].foreground, COLOUR_DEFAULT);
		assert_int_equal(theme->styles[depth][i].background, COLOUR_DEFAULT);
	}
}

static void
monochrome_has_no_colour(void **state)
{
	(void)state;
	for_every_theme(expect_no_colour);
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
	enum depth depth;
	int32_t nearest;
} nearest[] = {
	{ COLOUR_DEFAULT, DEPTH_8, COLOUR_DEFAULT },
	{ 3, DEPTH_8, 3 },
	{ 203, DEPTH_256, 203 },
	{ 203, DEPTH_8, 1 },
	{ 203, DEPTH_16, 9 },
	/* The default theme's colours keep their hue where there are only eight. */
	{ 110, DEPTH_8, 6 },
	{ 221, DEPTH_8, 3 },
	{ 176, DEPTH_8, 5 },
	{ 245, DEPTH_8, 7 },
	{ 15, DEPTH_8, 7 },
	{ 16, DEPTH_8, 0 },
	{ 231, DEPTH_16, 15 },
	{ 239, DEPTH_8, 7 },
	{ 236, DEPTH_8, 0 },
	{ 239, DEPTH_16, 8 },
	{ 114, DEPTH_8, 2 },
	{ 0x1000000 | 0xFF0000, DEPTH_256, 196 },
	{ 0x1000000 | 0xFF0000, DEPTH_16, 9 },
	{ 0x1000000 | 0x87AFD7, DEPTH_256, 110 },
	{ 0x1000000 | 0x808080, DEPTH_256, 244 },
	{ 0x1000000, DEPTH_256, 16 },
	{ 0x1000000, DEPTH_8, 0 },
	{ 0x1FFFFFF, DEPTH_256, 231 },
};

static void
poor_terminals_get_the_nearest_colour(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nearest / sizeof *nearest; i++)
		assert_int_equal(
		    colour_nearest(nearest[i].colour, nearest[i].depth), nearest[i].nearest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_have_a_sentence_and_a_line),
		cmocka_unit_test(colours_and_attributes_are_read),
		cmocka_unit_test(a_theme_changes_only_what_it_names),
		cmocka_unit_test(lines_may_be_for_few_colours),
		cmocka_unit_test(a_theme_may_begin_with_another),
		cmocka_unit_test(all_themes_are_there),
		cmocka_unit_test(styles_are_told_apart),
		cmocka_unit_test(every_pair_can_be_read),
		cmocka_unit_test(verdicts_stay_apart_for_every_eye),
		cmocka_unit_test(monochrome_has_no_colour),
		cmocka_unit_test(unknown_themes_are_refused),
		cmocka_unit_test(poor_terminals_get_the_nearest_colour),
	};

	return cmocka_run_group_tests_name("ui/theme", tests, NULL, NULL);
}

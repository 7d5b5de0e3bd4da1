/*
 * Whole pictures: commands run in a made-up world, and the screen at its end as text. The
 * expected ones stand in tests/unit/ui/pictures; after a change that is meant,
 *
 *	MXSCOPE_PICTURES=write make unit-ui
 *
 * writes them anew, to be looked at before they are kept. What no picture can tell - the
 * cursor, styles, the mouse, what the screen tells the model - has tests of its own.
 */
#include "pictures.h"
#include "world.h"

#include "ui/theme.h"

static const char zone[] = "example.net. TXT \"v=spf1 mx -all\"\n"
			   "_dmarc.example.net. TXT \"v=DMARC1; p=reject\"\n"
			   "example.net. MX 20 mx2.example.net.\n"
			   "example.net. MX 10 mx1.example.net.\n"
			   "example.net. MX 30 backup.example.com.\n"
			   "mx1.example.net. A 192.0.2.10\n"
			   "mx1.example.net. AAAA 2001:db8::10\n"
			   "mx2.example.net. 60 A 192.0.2.20\n"
			   "example.org. MX 10 mail.example.org.\n"
			   "mail.example.org. A 198.51.100.7\n"
			   "nullmx.example. MX 0 .\n"
			   "xn--bcher-kva.example. A 203.0.113.9\n"
			   "closed.example. MX 10 mx.closed.example.\n"
			   "mx.closed.example. A 203.0.113.25\n"
			   "plain.example. MX 10 mx.plain.example.\n"
			   "mx.plain.example. A 203.0.113.26\n"
			   "mx.plain.example. AAAA 2001:db8::26\n"
			   "rude.example. MX 10 mx.rude.example.\n"
			   "slow.example. MX 10 mx2.example.net.\n"
			   "old.example. MX 10 mx.old.example.\n"
			   "mx.old.example. A 203.0.113.28\n"
			   "mute.example. MX 10 mx.mute.example.\n"
			   "mx.mute.example. A 203.0.113.29\n"
			   "mx.rude.example. A 203.0.113.27\n";

static const struct host hosts[] = {
	{ "192.0.2.20", SLOW_GREETING },
	{ "2001:db8::10", CLOSED_PORT },
	{ "198.51.100.7", EXPIRED },
	{ "203.0.113.9", TALKATIVE },
	{ "203.0.113.25", CLOSED_PORT },
	{ "203.0.113.26", PLAIN },
	{ "2001:db8::26", WRONG_NAME },
	{ "203.0.113.27", TURNS_AWAY },
	{ "203.0.113.28", HELO_ONLY },
	{ "203.0.113.29", NO_HELLO },
	{ NULL, GOOD },
};

static const struct scenario_row scenarios[] = {
	{ "three-mx", "example.net", "Three exchanges",
	    "Mail goes to the exchange with the lowest preference. The others wait until it "
	    "does not "
	    "answer." },
	{ "null-mx", "nullmx.example", "A Null MX",
	    "A domain can say that it takes no mail at all." },
	{ "closed", "closed.example", "Nobody listens",
	    "A refused connection is a failure for now: the sender keeps the message and tries "
	    "again." },
};

enum {
	COMMANDS_MAX = 8
};

struct story {
	const char *name; /* of the picture */
	int rows, columns;
	const char *commands[COMMANDS_MAX]; /* "~1200" lets so many milliseconds pass */
	struct editor_view editor; /* line NULL = none */
	bool ascii, lab;
};

static const struct story stories[] = {
	{ "empty-80x24", 24, 80, { NULL }, { .line = "" }, .ascii = false },
	{ "empty-120x34", 34, 120, { NULL }, { .line = "" }, .ascii = false },
	{ "standard-80x24", 24, 80,
	    { "lookup example.org", "lookup example.net", "focus mx", "~2300" }, { .line = "" },
	    .ascii = false },
	{ "standard-ascii-80x24", 24, 80,
	    { "lookup example.org", "lookup example.net", "focus mx", "move down", "~2300" },
	    { .line = "" }, .ascii = true },
	{ "wide-120x34", 34, 120,
	    { "lookup nullmx.example", "lookup gone.example", "lookup bücher.example",
		"lookup example.org", "lookup example.net", "focus mx", "~61000" },
	    { .line = "lookup example.n", .cursor = 16 }, .ascii = false, .lab = true },
	{ "wide-ascii-120x34", 34, 120,
	    { "lookup example.net", "lookup bücher.example", "focus smtp", "move top" },
	    { .line = "" }, .ascii = true },
	{ "greeting-120x40", 40, 120,
	    { "lookup example.net", "focus mx", "move down", "move down", "~2300" },
	    { .line = "" }, .ascii = false },
	{ "small-40x12", 12, 40, { "lookup example.net", "focus mx" }, { .line = "" },
	    .ascii = false, .lab = true },
	{ "small-domains-40x12", 12, 40,
	    { "lookup example.net", "lookup gone.example", "lookup bücher.example" },
	    { .line = "" }, .ascii = true },
	{ "small-smtp-40x12", 12, 40, { "lookup example.org", "focus smtp" }, { .line = "" },
	    .ascii = false },
	{ "single-100x18", 18, 100, { "lookup example.net", "focus mx" }, { .line = "" },
	    .ascii = false },
	{ "smallest-20x5", 5, 20, { "lookup example.net", "focus mx" }, { .line = "" },
	    .ascii = false },
	{ "too-small-30x4", 4, 30, { "lookup example.net" }, { .line = "" }, .ascii = false },
	{ "expired-80x30", 30, 80, { "lookup example.org", "focus smtp", "zoom" },
	    { .line = "" }, .ascii = false },
	{ "hostile-80x24", 24, 80,
	    { "lookup bücher.example", "focus smtp", "zoom", "move top" }, { .line = "" },
	    .ascii = false },
	{ "plain-100x30", 30, 100, { "lookup plain.example", "focus mx", "move down" },
	    { .line = "" }, .ascii = false },
	{ "rude-80x24", 24, 80, { "lookup rude.example" }, { .line = "" }, .ascii = false },
	{ "null-mx-100x24", 24, 100, { "lookup nullmx.example" }, { .line = "" },
	    .ascii = false },
	{ "unresolvable-100x30", 30, 100, { "lookup example.net", "focus mx", "move bottom" },
	    { .line = "" }, .ascii = false },
	{ "no-probe-80x24", 24, 80, { "set probes off", "lookup example.net", "focus mx" },
	    { .line = "" }, .ascii = false },
	{ "filter-80x24", 24, 80, { "lookup example.org", "lookup example.net", "filter org" },
	    { .line = "" }, .ascii = false },
	{ "help-80x24", 24, 80, { "help marks" }, { .line = "" }, .ascii = false },
	{ "help-marks-80x24", 24, 80, { "help marks" }, { .line = "" }, .ascii = false },
	{ "help-unknown-60x20", 20, 60, { "help nonsense" }, { .line = "" }, .ascii = false },
	{ "help-topic-60x20", 20, 60, { "help sort" }, { .line = "" }, .ascii = true },
	{ "scenarios-80x24", 24, 80, { "lookup", "move down" }, { .line = "" }, .ascii = false,
	    .lab = true },
	{ "message-80x24", 24, 80, { "set nonsense 1" }, { .line = "" }, .ascii = false },
	{ "long-message-40x12", 12, 40, { "set nonsense 1" }, { .line = "" }, .ascii = false },
};

/* Runs the story's commands. */
static void
play(struct world *world, const struct story *story)
{
	world_init(world, zone, hosts);
	if (story->lab) {
		char server[] = "127.0.0.1@5300";
		const struct event event = { .kind = EVENT_LAB,
			.scenarios = scenarios,
			.scenario_count = sizeof scenarios / sizeof *scenarios,
			.text = server };

		world_event(world, &event);
	}
	for (size_t i = 0; i < COMMANDS_MAX && story->commands[i]; i++) {
		if (story->commands[i][0] == '~')
			world_pass(world, atol(story->commands[i] + 1) * SPAN_MS);
		else
			world_command(world, story->commands[i]);
	}
}

static void
pictures_are_as_expected(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
		struct world world;
		char *text;

		play(&world, &stories[i]);
		text = world_picture(&world, stories[i].rows, stories[i].columns,
		    !stories[i].ascii, stories[i].editor.line ? &stories[i].editor : NULL);
		expect_picture(stories[i].name, text);
		free(text);
		world_clear(&world);
	}
}

/* --- what a picture does not tell --------------------------------------------- */

/* A world drawn once, to be asked about its cells. */
struct drawn {
	struct world world;
	struct canvas canvas;
	struct screen *screen;
};

static void
draw_again(struct drawn *drawn)
{
	const struct editor_view editor = { .line = "lookup", .cursor = 3 };
	struct event event;

	screen_draw(drawn->screen, &drawn->world.model, &editor, &drawn->canvas);
	while (screen_layout_event(drawn->screen, &drawn->world.model, &event)) {
		world_event(&drawn->world, &event);
		screen_draw(drawn->screen, &drawn->world.model, &editor, &drawn->canvas);
	}
}

static void
draw_story(struct drawn *drawn, const struct story *story)
{
	play(&drawn->world, story);
	drawn->screen = screen_new();
	canvas_init(&drawn->canvas, true);
	canvas_resize(&drawn->canvas, story->rows, story->columns);
	draw_again(drawn);
}

static void
drawn_clear(struct drawn *drawn)
{
	screen_free(drawn->screen);
	canvas_clear(&drawn->canvas);
	world_clear(&drawn->world);
}

static const struct story standard = { "", 24, 80,
	{ "lookup example.org", "lookup example.net", "focus mx" }, { .line = "" },
	.ascii = false };

static void
the_cursor_is_in_the_prompt_alone(void **state)
{
	struct drawn drawn;

	(void)state;
	draw_story(&drawn, &standard);
	assert_int_equal(drawn.canvas.cursor_row, -1);
	world_command(&drawn.world, "focus prompt");
	draw_again(&drawn);
	assert_int_equal(drawn.canvas.cursor_row, 22);
	assert_int_equal(drawn.canvas.cursor_column, 5);
	drawn_clear(&drawn);
}

/* Returns the style at the first place where the text stands. */
static enum style
style_of(const struct canvas *canvas, int row, const char *text)
{
	for (int column = 0; column < canvas->columns; column++) {
		const struct cell *cell = &canvas->cells[row * canvas->columns + column];

		if (strncmp(cell->text, text, strlen(cell->text)) == 0 && cell->text[0] &&
		    (strlen(cell->text) >= strlen(text) ||
			strncmp(cell[1].text, text + strlen(cell->text), 1) == 0))
			return cell->style;
	}
	fail_msg("'%s' is not in row %d", text, row);
	return STYLE_TEXT;
}

static void
styles_say_what_things_are(void **state)
{
	struct drawn drawn;

	(void)state;
	draw_story(&drawn, &standard);
	/* Rows: 2 domains, 5 MX frame, 7 the selected attempt, 8 the next one. */
	assert_int_equal(style_of(&drawn.canvas, 0, "mxscope"), STYLE_ACCENT);
	assert_int_equal(style_of(&drawn.canvas, 1, "┌"), STYLE_FRAME);
	assert_int_equal(style_of(&drawn.canvas, 5, "┌"), STYLE_FRAME_FOCUSED);
	assert_int_equal(style_of(&drawn.canvas, 7, "✓"), STYLE_SELECTION);
	assert_int_equal(style_of(&drawn.canvas, 8, "✗"), STYLE_BAD);
	assert_int_equal(style_of(&drawn.canvas, 20, "Ma"), STYLE_STATUS);
	world_command(&drawn.world, "focus domains");
	draw_again(&drawn);
	assert_int_equal(style_of(&drawn.canvas, 7, "✓"), STYLE_SELECTION_DIM);
	assert_int_equal(style_of(&drawn.canvas, 1, "┌"), STYLE_FRAME_FOCUSED);
	drawn_clear(&drawn);
}

static void
the_model_learns_what_was_drawn(void **state)
{
	struct drawn drawn;
	struct event event;

	(void)state;
	draw_story(&drawn, &standard);
	assert_false(screen_layout_event(drawn.screen, &drawn.world.model, &event));
	assert_int_equal(drawn.world.model.panes[PANE_DOMAINS].rows, 2);
	assert_int_equal(drawn.world.model.panes[PANE_DOMAINS].total, 2);
	assert_int_equal(drawn.world.model.panes[PANE_MX].total, 4);
	assert_true(drawn.world.model.panes[PANE_SMTP].total > 10);
	canvas_resize(&drawn.canvas, 50, 120);
	screen_draw(drawn.screen, &drawn.world.model, NULL, &drawn.canvas);
	assert_true(screen_layout_event(drawn.screen, &drawn.world.model, &event));
	assert_int_equal(event.kind, EVENT_LAYOUT);
	assert_true(event.pane_rows[PANE_DOMAINS] > 30);
	world_command(&drawn.world, "help");
	draw_again(&drawn);
	assert_true(drawn.world.model.view_rows > 10);
	assert_true(drawn.world.model.view_total > drawn.world.model.view_rows);
	drawn_clear(&drawn);
}

static const struct {
	int row, column;
	enum hit_kind kind;
	enum pane pane;
	size_t selected;
	bool on_edge;
	enum edge edge;
} clicks[] = {
	{ 0, 3, HIT_NOTHING, PANE_DOMAINS, 0, false, EDGE_SIDE },
	{ 2, 10, HIT_ROW, PANE_DOMAINS, 0, false, EDGE_SIDE },
	{ 3, 10, HIT_ROW, PANE_DOMAINS, 1, false, EDGE_SIDE },
	{ 1, 10, HIT_TITLE, PANE_DOMAINS, 0, false, EDGE_SIDE },
	{ 4, 10, HIT_PANE, PANE_DOMAINS, 0, true, EDGE_UPPER },
	{ 5, 10, HIT_TITLE, PANE_MX, 0, true, EDGE_UPPER },
	{ 6, 30, HIT_PANE, PANE_MX, 0, false, EDGE_SIDE }, /* the heads of the columns */
	{ 9, 30, HIT_ROW, PANE_MX, 2, false, EDGE_SIDE },
	{ 10, 0, HIT_PANE, PANE_MX, 0, false, EDGE_SIDE },
	{ 15, 40, HIT_PANE, PANE_SMTP, 0, false, EDGE_SIDE },
	{ 22, 40, HIT_PROMPT, PANE_DOMAINS, 0, false, EDGE_SIDE },
	{ 23, 40, HIT_HINT, PANE_DOMAINS, 0, false, EDGE_SIDE },
	{ -1, -1, HIT_NOTHING, PANE_DOMAINS, 0, false, EDGE_SIDE },
	{ 99, 99, HIT_NOTHING, PANE_DOMAINS, 0, false, EDGE_SIDE },
};

static void
clicks_find_their_row(void **state)
{
	struct drawn drawn;
	struct buf command = BUF_INIT;

	(void)state;
	draw_story(&drawn, &standard);
	for (size_t i = 0; i < sizeof clicks / sizeof *clicks; i++) {
		struct hit hit = screen_hit(
		    drawn.screen, &drawn.world.model, clicks[i].row, clicks[i].column);

		if (hit.kind != clicks[i].kind || hit.pane != clicks[i].pane ||
		    hit.on_edge != clicks[i].on_edge)
			fail_msg("%d %d: kind %d, pane %d, edge %d", clicks[i].row,
			    clicks[i].column, hit.kind, hit.pane, hit.on_edge);
		if (hit.kind == HIT_ROW)
			assert_int_equal(hit.row, clicks[i].selected);
		if (hit.on_edge)
			assert_int_equal(hit.edge, clicks[i].edge);
	}
	screen_hint(drawn.screen, &drawn.world.model, true, 1, &command);
	assert_string_equal(buf_text(&command), "focus next");
	buf_clear(&command);
	world_command(&drawn.world, "help");
	assert_int_equal(screen_hit(drawn.screen, &drawn.world.model, 9, 30).kind, HIT_VIEW);
	drawn_clear(&drawn);
}

static void
tabs_are_clicked(void **state)
{
	static const struct story small = { "", 12, 40, { "lookup example.net" },
		{ .line = "" }, .ascii = false };
	static const struct {
		int column;
		enum hit_kind kind;
		enum pane pane;
	} tabs[] = { { 2, HIT_TITLE, PANE_DOMAINS }, { 13, HIT_TITLE, PANE_MX },
		{ 17, HIT_TITLE, PANE_SMTP }, { 39, HIT_NOTHING, PANE_DOMAINS } };
	struct drawn drawn;

	(void)state;
	draw_story(&drawn, &small);
	for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++) {
		struct hit hit =
		    screen_hit(drawn.screen, &drawn.world.model, 0, tabs[i].column);

		assert_int_equal(hit.kind, tabs[i].kind);
		assert_int_equal(hit.pane, tabs[i].pane);
	}
	drawn_clear(&drawn);
}

static void
lists_scroll_with_their_selection(void **state)
{
	struct drawn drawn;
	struct buf text = BUF_INIT;
	char command[64];

	(void)state;
	draw_story(&drawn, &standard);
	world_command(&drawn.world, "sort name");
	for (int i = 0; i < 30; i++) {
		snprintf(command, sizeof command, "lookup d%02d.example", i);
		world_command(&drawn.world, command);
		draw_again(&drawn);
	}
	canvas_text(&drawn.canvas, &text);
	assert_non_null(strstr(text.data, "▸ ✗ d29.example"));
	assert_non_null(strstr(text.data, "30 of 32"));
	assert_null(strstr(text.data, "d27.example"));
	buf_clear(&text);
	drawn_clear(&drawn);
}

static void
the_end_stays_in_view_while_it_is_followed(void **state)
{
	struct drawn drawn;
	const struct pane_view *smtp = &drawn.world.model.panes[PANE_SMTP];
	struct buf text = BUF_INIT;

	(void)state;
	draw_story(&drawn, &standard);
	assert_int_equal(smtp->selected, 0);
	world_command(&drawn.world, "focus smtp");
	world_command(&drawn.world, "move bottom");
	draw_again(&drawn);
	assert_int_equal(smtp->selected, smtp->total - smtp->rows);
	canvas_resize(&drawn.canvas, 22, 70);
	draw_again(&drawn);
	assert_int_equal(smtp->selected, smtp->total - smtp->rows);
	canvas_text(&drawn.canvas, &text);
	assert_non_null(strstr(text.data, "The greeting names Postfix."));
	buf_clear(&text);
	drawn_clear(&drawn);
}

/* What commands lead to, and what then is on the screen, or is not. */
static const struct {
	struct story story;
	const char *shown, *absent;
} outcomes[] = {
	{ { "", 24, 80, { "lookup slow.example", "~60000", "stop", "probe all", "~1200" },
	      { .line = "" }, .ascii = false },
	    " 1.2s", "61." }, /* it waits for the probe, not since the first question */
	{ { "", 24, 80, { "lookup example.org", "set port 2526" }, { .line = "" },
	      .ascii = false },
	    "198.51.100.7:25 ", "198.51.100.7:2526" }, /* a dialogue keeps its port */
	{ { "", 24, 80, { "set port 2526", "lookup example.org" }, { .line = "" },
	      .ascii = false },
	    "198.51.100.7:2526", NULL },
};

static void
the_screen_says_what_was_done(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
		struct buf text = BUF_INIT;
		struct drawn drawn;

		draw_story(&drawn, &outcomes[i].story);
		canvas_text(&drawn.canvas, &text);
		if (strstr(text.data, outcomes[i].shown) == NULL ||
		    (outcomes[i].absent != NULL &&
			strstr(text.data, outcomes[i].absent) != NULL))
			fail_msg("expected \"%s\" in:\n%s", outcomes[i].shown, text.data);
		buf_clear(&text);
		drawn_clear(&drawn);
	}
}

static void
the_walkthrough_tells_of_helo(void **state)
{
	static const struct {
		const char *command, *line;
	} rows[] = {
		{ "lookup old.example",
		    "C: EHLO (our name)\nS: 502 5.5.1 Not known here\nC: HELO (our name)\n" },
		{ "lookup mute.example",
		    "C: EHLO (our name)\nS: 502 5.5.1 Not known here\nC: HELO (our name)\n"
		    "S: 502 5.5.1 Not known here\n" },
		{ "lookup plain.example", "C: EHLO (our name)\nS: 250 " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world world;
		struct walk walk;
		bool found = false;

		world_init(&world, zone, hosts);
		world_command(&world, rows[i].command);
		model_walk(&world.model, &walk);
		for (size_t step = 0; step < walk.count; step++)
			found = found ||
			    strncmp(buf_text(&walk.steps[step].line), rows[i].line,
				strlen(rows[i].line)) == 0;
		assert_true(found);
		walk_clear(&walk);
		world_clear(&world);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_are_as_expected),
		cmocka_unit_test(the_cursor_is_in_the_prompt_alone),
		cmocka_unit_test(styles_say_what_things_are),
		cmocka_unit_test(the_model_learns_what_was_drawn),
		cmocka_unit_test(clicks_find_their_row),
		cmocka_unit_test(tabs_are_clicked),
		cmocka_unit_test(lists_scroll_with_their_selection),
		cmocka_unit_test(the_end_stays_in_view_while_it_is_followed),
		cmocka_unit_test(the_screen_says_what_was_done),
		cmocka_unit_test(the_walkthrough_tells_of_helo),
	};

	return cmocka_run_group_tests_name("ui/screen", tests, NULL, NULL);
}

/*
 * Thousands of pictures at random sizes of models that strangers have filled: names of 253
 * octets, hundreds of rows, wide characters, combining marks, text that wants to lie. Whatever
 * is drawn, each row is exactly as wide as the screen, no cell holds half a character or a
 * control, and all cells stay within the canvas (the sanitizers watch).
 */
#include "world.h"

#include <stdio.h>

#include "util/rng.h"
#include "util/text.h"

enum {
	PICTURES = 2000,
	ROWS_MAX = 100,
	COLUMNS_LIMIT = 300,
	EXCHANGES = 300,
};

static const struct host hosts[] = {
	{ "192.0.2.0", GOOD },
	{ "192.0.2.1", TALKATIVE },
	{ "192.0.2.2", EXPIRED },
	{ "192.0.2.3", CLOSED_PORT },
	{ "192.0.2.4", TURNS_AWAY },
	{ "192.0.2.5", SLOW_GREETING },
	{ "192.0.2.6", PLAIN },
	{ "192.0.2.7", WRONG_NAME },
	{ NULL, GOOD },
};

/* Pieces of what strangers say. */
static const char *const pieces[] = { "a", "mail", ".", "example", " ", "  ", "中文", "日本語",
	"ü", "e\xCC\x81", "\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85", "\033[2J", "\xC2\x9D",
	"\xFF", "\xE2\x80\xAE", "\xF0\x9F\x98\x80", "`", "\t", "\n", "\x7F", "\xE4\xB8",
	"longwordwithoutanyblankatallinitthatwillnotfit" };

/* A random string of such pieces, which the caller frees. */
static char *
babble(struct rng *rng, unsigned most)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, "");
	for (unsigned n = rng_below(rng, most + 1); n > 0; n--)
		buf_adds(&text, pieces[rng_below(rng, sizeof pieces / sizeof *pieces)]);
	return buf_take(&text);
}

/* Appends a name of 253 octets below "deep.example". */
static void
add_long_name(struct buf *zone, int number)
{
	char label[64];

	memset(label, 'a' + number % 26, sizeof label - 1);
	label[sizeof label - 1] = '\0';
	buf_addf(
	    zone, "%.59s%03d.%s.%s.%.47s.deep.example.", label, number, label, label, label);
}

/* A zone with a domain of many exchanges, one of long names, and some plain ones. */
static char *
make_zone(void)
{
	struct buf zone = BUF_INIT;

	for (int i = 0; i < EXCHANGES; i++) {
		buf_addf(&zone, "many.example. MX %d mx%d.many.example.\n", i / 3 * 10, i);
		if (i % 5 > 0)
			buf_addf(
			    &zone, "mx%d.many.example. %d A 192.0.2.%d\n", i, 60 * i, i % 200);
		if (i % 7 == 0)
			buf_addf(&zone,
			    "mx%d.many.example. AAAA 2001:db8:1234:5678:9abc:def0:1234:%x\n", i,
			    0x1000 + i);
	}
	for (int i = 0; i < 8; i++) {
		buf_adds(&zone, "deep.example. MX 65535 ");
		add_long_name(&zone, i);
		buf_adds(&zone, "\n");
		add_long_name(&zone, i);
		buf_addf(&zone, " A 192.0.2.%d\n", i);
	}
	buf_adds(&zone,
	    "null.example. MX 0 .\nodd.example. MX 0 .\nodd.example. MX 1 192.0.2.1.\n"
	    "odd.example. MX 2 localhost.\nodd.example. MX 2 a\\000b\\032c.example.\n"
	    "xn--fiqs8s.example. A 192.0.2.1\n");
	return buf_take(&zone);
}

/* Fills the history with what was remembered in many scripts. */
static void
remember(struct world *world, struct rng *rng)
{
	enum {
		COUNT = 60
	};
	struct event event = { .kind = EVENT_HISTORY, .entry_count = COUNT };

	event.entries = mem_calloc(COUNT, sizeof *event.entries);
	for (size_t i = 0; i < COUNT; i++) {
		char *said = babble(rng, 30);
		struct buf name = BUF_INIT;

		buf_addf(&name, "d%zu.%s.example", i,
		    i % 2 ? "中文中文"
			  : "b\xC3\xBC"
			    "cher");
		event.entries[i] = (struct history_entry){
			.name = buf_take(&name),
			.time = WALL_TIME - (int64_t)(i * i * 1000),
			.kind = (enum verdict_kind)rng_below(rng, VERDICT_PENDING),
			.status = mem_strdup("5.4.4"),
			.sentence = text_printable_copy(said, strlen(said)),
		};
		free(said);
	}
	world_event(world, &event);
	event_clear(&event);
}

/* Studies everything there is. */
static void
populate(struct world *world, struct rng *rng)
{
	static const char *const commands[] = { "lookup null.example", "lookup odd.example",
		"lookup gone.example", "lookup 中国.example", "lookup user@[192.0.2.1]",
		"lookup deep.example", "lookup many.example" };
	static const struct scenario_row scenarios[] = {
		{ "one", "many.example", "title", "lesson" },
		{ "two", "deep.example", "another title that is quite long, longer than most",
		    "A lesson of several sentences. It goes on and on, so that it must be "
		    "wrapped." },
	};
	char server[] = "2001:db8:1234:5678:9abc:def0:1234:5678@5353";
	const struct event lab = {
		.kind = EVENT_LAB, .scenarios = scenarios, .scenario_count = 2, .text = server
	};

	world_event(world, &lab);
	remember(world, rng);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		world_command(world, commands[i]);
	assert_true(model_selected_inquiry(&world->model)->plan.count > EXCHANGES);
	world->dns_held = true;
	world_command(world, "lookup waiting.example");
	assert_true(world->model.visible_count > 60);
}

/* Sets what the model shows at random, also to rows that are not there. */
static void
shake(struct model *model, struct rng *rng)
{
	model->focus = (enum pane)rng_below(rng, pane_count);
	model->prompt = rng_below(rng, 2) == 0;
	model->zoomed = rng_below(rng, 4) == 0;
	model->view = (enum view)(rng_below(rng, 8) < 6 ? 0 : rng_below(rng, view_count));
	model->view_selected = rng_below(rng, 100);
	model->follow = rng_below(rng, 2) == 0;
	model->spinner = rng_below(rng, 100);
	model->panes[PANE_DOMAINS].selected =
	    rng_below(rng, (uint32_t)model->visible_count + 2);
	model->panes[PANE_MX].selected =
	    rng_below(rng, 20) == 0 ? rng_below(rng, 1000) : rng_below(rng, 9);
	model->panes[PANE_SMTP].selected = rng_below(rng, 60);
	model->now_us += rng_below(rng, 3 * SPAN_SECOND);
	free(model->help_topic);
	model->help_topic = rng_below(rng, 2) ? babble(rng, 3) : NULL;
	free(model->message);
	model->message = rng_below(rng, 3) == 0 ? babble(rng, 60) : NULL;
	model->message_kind = model->message ? MESSAGE_ERROR : MESSAGE_NONE;
	free(model->filter);
	model->filter = rng_below(rng, 5) == 0 ? babble(rng, 4) : NULL;
}

/* Every cell holds one whole printable character, or is the right half of a wide one. */
static void
expect_sound_cells(const struct canvas *canvas)
{
	for (int row = 0; row < canvas->rows; row++) {
		int width = 0;

		for (int column = 0; column < canvas->columns; column++) {
			const char *text = canvas->cells[row * canvas->columns + column].text;

			if (text[0] == '\0') {
				assert_int_equal(width, column + 1);
				continue;
			}
			assert_int_equal(width, column);
			assert_true(strcmp(text, "\xEF\xBF\xBD") == 0 ||
			    text_is_printable(text, strlen(text)));
			width += (int)text_width(text);
		}
		assert_int_equal(width, canvas->columns);
	}
	assert_in_range(canvas->cursor_row + 1, 0, canvas->rows);
	assert_in_range(canvas->cursor_column + 1, 0, canvas->columns);
}

/* Returns a random place between two characters of the text. */
static size_t
place_in(const char *text, struct rng *rng)
{
	size_t at = rng_below(rng, (uint32_t)strlen(text) + 1);

	while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	return at;
}

/* Draws one picture with a random prompt, and clicks somewhere. */
static void
draw_one(
    struct screen *screen, const struct model *model, struct rng *rng, struct canvas *canvas)
{
	char *line = babble(rng, 40), *search = babble(rng, 5), *text = babble(rng, 3);
	struct candidate items[30];
	struct candidates candidates = { items, rng_below(rng, 31), 30, 0 };
	struct editor_view view = { .line = line, .cursor = place_in(line, rng) };
	struct hit hit;

	for (size_t i = 0; i < 30; i++)
		items[i] = (struct candidate){
			.text = text,
			.help = i % 2 ? search : NULL,
			.key = i % 3 ? NULL : search,
		};
	candidates.word = place_in(line, rng);
	view.search = rng_below(rng, 4) == 0 ? search : NULL;
	view.candidates = rng_below(rng, 3) == 0 ? &candidates : NULL;
	view.chosen = rng_below(rng, 3) == 0 ? SIZE_MAX : rng_below(rng, 40);
	screen_draw(screen, model, &view, canvas);
	expect_sound_cells(canvas);
	hit = screen_hit(
	    screen, model, (int)rng_below(rng, ROWS_MAX), (int)rng_below(rng, COLUMNS_LIMIT));
	assert_in_range(hit.pane, 0, pane_count - 1);
	assert_in_range(hit.edge, 0, edge_count - 1);
	free(line);
	free(search);
	free(text);
}

static void
every_picture_is_sound(void **state)
{
	struct world world;
	struct screen *screen = screen_new();
	struct rng rng;
	char *zone = make_zone();

	(void)state;
	rng_seed(&rng, 20261121);
	world_init(&world, zone, hosts);
	populate(&world, &rng);
	for (int i = 0; i < PICTURES; i++) {
		int most_rows = i % 3 ? 40 : ROWS_MAX,
		    most_columns = i % 3 ? 130 : COLUMNS_LIMIT;
		struct canvas canvas;
		struct event event;

		shake(&world.model, &rng);
		canvas_init(&canvas, rng_below(&rng, 4) > 0);
		canvas_resize(&canvas, 1 + (int)rng_below(&rng, (uint32_t)most_rows),
		    1 + (int)rng_below(&rng, (uint32_t)most_columns));
		draw_one(screen, &world.model, &rng, &canvas);
		if (screen_layout_event(screen, &world.model, &event))
			world_event(&world, &event);
		canvas_clear(&canvas);
	}
	screen_free(screen);
	world_clear(&world);
	free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_picture_is_sound),
	};

	return cmocka_run_group_tests_name("ui/hostile", tests, NULL, NULL);
}

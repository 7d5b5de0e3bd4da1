/*
 * Every view at five sizes. What it looks like for a domain of the ordinary kind is kept as a picture,
 * all sizes in one file (tests/unit/ui/pictures/view-NAME.txt); for hard ones - nothing studied, no
 * answer yet, 300 exchanges, names of 253 characters, wide characters - the frame must hold, the end
 * must be reachable, and a storm of resizes must leave nothing behind.
 */
#include "pictures.h"
#include "world.h"

#include "util/rng.h"
#include "util/text.h"
#include "app/view.h"

static const struct {
	int rows, columns;
} sizes[] = { { 60, 200 }, { 40, 120 }, { 24, 80 }, { 20, 60 }, { 12, 40 } };

enum {
	SIZES = sizeof sizes / sizeof *sizes,
	STORM = 3, /* sizes before the last one */
	CROWD = 300 /* exchanges */
};

/* What opens a view that has more to show than `view NAME` tells. */
static const char *const openings[view_count] = {
	[VIEW_HELP] = "help",
	[VIEW_EXPLAIN] = "explain mx-alias",
	[VIEW_WHY] = "why mx1.example.net",
	[VIEW_SIMULATE] = "simulate 1000",
	[VIEW_WHAT_IF] = "what-if mx1.example.net down",
};

static const char ordinary[] = "example.net. TXT \"v=spf1 mx -all\"\n"
			       "example.net. MX 20 mx2.example.net.\n"
			       "example.net. MX 10 mx1.example.net.\n"
			       "example.net. MX 20 mx3.example.net.\n"
			       "example.net. MX 30 backup.example.com.\n"
			       "mx1.example.net. A 192.0.2.10\n"
			       "mx1.example.net. AAAA 2001:db8::10\n"
			       "mx2.example.net. CNAME mx2.example.org.\n"
			       "mx2.example.org. 60 A 192.0.2.20\n"
			       "mx3.example.net. 60 A 192.0.2.30\n";

static const struct host hosts[] = {
	{ "192.0.2.10", CLOSED_PORT },
	{ "2001:db8::10", EXPIRED },
	{ "192.0.2.20", TALKATIVE },
	{ "192.0.2.30", SLOW_GREETING },
	{ "192.0.2.40", ACCENTED },
	{ NULL, GOOD },
};

#define LABEL "a23456789b23456789c23456789d23456789e23456789f23456789g23456789"

/* A name of 253 characters. */
#define LONG_NAME \
	LABEL "." LABEL "." LABEL \
	      ".h23456789i23456789j23456789k23456789l23456789m2345678.example"

static const char long_names[] = LONG_NAME ". MX 10 " LONG_NAME ".\n" LONG_NAME
					   ". A 192.0.2.10\n" LONG_NAME ". AAAA 2001:db8::10\n";

static const char wide_names[] = "xn--wgv71a119e.example. MX 10 xn--wgv71a119e.example.\n"
				 "xn--wgv71a119e.example. A 192.0.2.20\n";

/* क्षि: consonants with a virama and a vowel sign; records of text with other marks. */
static const char marked_names[] =
    "xn--11b2eya8c.example. MX 10 xn--11b2eya8c.example.\n"
    "xn--11b2eya8c.example. TXT \"v=spf1 exp=" ACCENTS " -all\"\n"
    "xn--11b2eya8c.example. A 192.0.2.40\n"
    "xn--11b2eya8c.example. A 192.0.2.41\n";

/* Zone text of a domain with very many exchanges; the caller frees it. */
static char *
crowd(void)
{
	struct buf zone = BUF_INIT;

	for (int i = 0; i < CROWD; i++)
		buf_addf(&zone,
		    "example.net. MX %d mx%d.example.net.\n"
		    "mx%d.example.net. A 10.0.%d.%d\nmx%d.example.net. AAAA 2001:db8::%x\n",
		    i / 7, i, i, i / 250, i % 250, i, (unsigned)i + 1);
	return buf_take(&zone);
}

/* The command that opens a view. */
static void
open_view(struct world *world, enum view view)
{
	struct buf line = BUF_INIT;

	if (openings[view] != NULL && world->model.domain_count > 0)
		world_command(world, openings[view]);
	else if (view != VIEW_NONE) {
		buf_addf(&line, "view %s", view_name(view));
		world_command(world, buf_text(&line));
	}
	buf_clear(&line);
}

/* Draws with a screen that remembers what it drew before. */
static void
draw(struct world *world, struct screen *screen, struct canvas *canvas, int rows, int columns)
{
	static const struct editor_view editor = { .line = "" };
	struct event event;

	canvas_resize(canvas, rows, columns);
	screen_draw(screen, &world->model, &editor, canvas);
	if (screen_layout_event(screen, &world->model, &event)) {
		world_event(world, &event);
		screen_draw(screen, &world->model, &editor, canvas);
	}
}

/* --- pictures --------------------------------------------------------------------------- */

/* Appends the picture of one size, below its name. */
static void
add_picture(struct buf *out, struct world *world, size_t size)
{
	static const struct editor_view editor = { .line = "" };
	char *text = world_picture(world, sizes[size].rows, sizes[size].columns, true, &editor);

	buf_addf(out, "%dx%d\n", sizes[size].columns, sizes[size].rows);
	buf_adds(out, text);
	free(text);
}

static void
views_look_as_pictured(void **state)
{
	(void)state;
	for (int view = 0; view < view_count; view++) {
		struct world world;
		struct buf text = BUF_INIT;
		char name[64];

		world_init(&world, ordinary, hosts);
		world_command(&world, "lookup example.net");
		world_command(&world, "focus mx");
		world_pass(&world, 2300 * SPAN_MS);
		open_view(&world, (enum view)view);
		for (size_t i = 0; i < SIZES; i++)
			add_picture(&text, &world, i);
		snprintf(name, sizeof name, "view-%s", view_name((enum view)view));
		expect_picture(name, buf_text(&text));
		buf_clear(&text);
		world_clear(&world);
	}
}

/* --- hard worlds ---------------------------------------------------------------------------- */

/* What the studied domain is. */
static const struct hard_row {
	const char *name, *domain, *zone; /* zone NULL: a crowd; domain NULL: none is studied */
	bool held; /* no answer comes */
	const char *seen[2]; /* what some view shows, or the row would prove nothing */
} hard[] = {
	{ "nothing studied", NULL, ordinary, false, { "Type a domain" } },
	{ "no answer yet", "example.net", ordinary, true, { "being asked for" } },
	{ "a name that is not there", "gone.example", ordinary, false, { "does not exist" } },
	{ "300 exchanges", "example.net", NULL, false, { "300 records" } },
	{ "253 characters", LONG_NAME, long_names, false, { LABEL } },
	{ "wide characters", "日本語.example", wide_names, false, { "日本語" } },
	{ "combining characters", "क्षि.example", marked_names, false, { "क्षि", "e\xCC\x81" } },
};

/* A cell. */
static const struct cell *
cell_at(const struct canvas *canvas, int row, int column)
{
	return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

/* By how many the corners that are open grow with this cell. */
static int
opens(const struct cell *cell)
{
	if (cell->style != STYLE_FRAME && cell->style != STYLE_FRAME_FOCUSED)
		return 0;
	if (strcmp(cell->text, "┌") == 0 || strcmp(cell->text, "└") == 0)
		return 1;
	return strcmp(cell->text, "┐") == 0 || strcmp(cell->text, "┘") == 0 ? -1 : 0;
}

/* Every line fits, and every frame that begins in a row ends there. */
static void
expect_frames_hold(const struct canvas *canvas, const char *what)
{
	for (int row = 0; row < canvas->rows; row++) {
		int open = 0, width = 0;

		for (int column = 0; column < canvas->columns; column++) {
			const struct cell *cell = cell_at(canvas, row, column);

			width += text_width(cell->text);
			open += opens(cell);
			if (*cell->text == '\0' && column > 0 &&
			    text_width(cell_at(canvas, row, column - 1)->text) != 2)
				fail_msg("%s: half a character in row %d", what, row);
		}
		if (open != 0 || width != canvas->columns)
			fail_msg("%s: row %d has %d columns and %d open corners", what, row,
			    width, open);
	}
}

/* The view's last line can be reached: the foot says so, and there is one when not all shows. */
static void
expect_end_in_reach(struct world *world, struct screen *screen, struct canvas *canvas)
{
	const struct model *model = &world->model;

	if (model->view == VIEW_NONE || model->view_total <= model->view_rows)
		return;
	world_command(world, "move bottom");
	draw(world, screen, canvas, canvas->rows, canvas->columns);
	expect_frames_hold(canvas, "at the end");
	assert_true(model->view_selected + model->view_rows >= model->view_total ||
	    model->view_selected + 1 == model->view_total);
	world_command(world, "move top");
}

/* Draws one view at one size: as it comes, and after a storm of sizes; both are the same, and kept. */
static void
expect_hardy(struct world *world, size_t size, bool unicode, const char *what, struct buf *kept)
{
	struct screen *fresh = screen_new(), *stormy = screen_new();
	struct buf one = BUF_INIT, other = BUF_INIT;
	struct canvas canvas;
	struct rng rng;

	rng_seed(&rng, 7 + size);
	canvas_init(&canvas, unicode);
	draw(world, fresh, &canvas, sizes[size].rows, sizes[size].columns);
	if (unicode)
		expect_frames_hold(&canvas, what);
	canvas_text(&canvas, &one);
	for (int i = 0; i < STORM; i++)
		draw(world, stormy, &canvas, 1 + (int)rng_below(&rng, 80),
		    1 + (int)rng_below(&rng, 250));
	draw(world, stormy, &canvas, sizes[size].rows, sizes[size].columns);
	canvas_text(&canvas, &other);
	assert_string_equal(buf_text(&one), buf_text(&other));
	buf_adds(kept, buf_text(&one));
	expect_end_in_reach(world, fresh, &canvas);
	buf_clear(&one);
	buf_clear(&other);
	canvas_clear(&canvas);
	screen_free(fresh);
	screen_free(stormy);
}

/* Opens one view after the other in a hard world, and draws it at every size. */
static void
expect_views_hardy(const struct hard_row *row, const char *zone)
{
	struct buf line = BUF_INIT, kept = BUF_INIT;
	struct world world;

	world_init(&world, zone, hosts);
	world.dns_held = row->held;
	if (row->domain != NULL) {
		buf_addf(&line, "lookup %s", row->domain);
		world_command(&world, buf_text(&line));
	}
	for (int view = 0; view < view_count; view++) {
		open_view(&world, (enum view)view);
		buf_truncate(&line, 0);
		buf_addf(&line, "%s: view %s", row->name, view_name((enum view)view));
		for (size_t size = 0; size < SIZES; size++)
			expect_hardy(&world, size, true, buf_text(&line), &kept);
		expect_hardy(&world, (size_t)view % SIZES, false, buf_text(&line), &kept);
		world_command(&world, "view panes");
	}
	for (size_t i = 0; i < 2 && row->seen[i] != NULL; i++)
		if (strstr(buf_text(&kept), row->seen[i]) == NULL)
			fail_msg("%s: no view shows \"%s\"", row->name, row->seen[i]);
	buf_clear(&kept);
	buf_clear(&line);
	world_clear(&world);
}

static void
views_bear_what_is_hard(void **state)
{
	char *many = crowd();

	(void)state;
	assert_int_equal(strlen(LONG_NAME), 253);
	for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
		expect_views_hardy(&hard[i], hard[i].zone != NULL ? hard[i].zone : many);
	free(many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_look_as_pictured),
		cmocka_unit_test(views_bear_what_is_hard),
	};

	return cmocka_run_group_tests_name("ui/views", tests, NULL, NULL);
}

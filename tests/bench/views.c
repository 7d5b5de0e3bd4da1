/*
 * How long one frame takes, for every view, when the studied domain has 300 exchanges with an IPv4 and
 * an IPv6 address each, one of them pretended to be down. Frames are drawn from a model that does not
 * change, as while one scrolls. Fails when a view takes longer than a key may wait.
 */
#include <stdio.h>
#include <time.h>

#include "../unit/ui/world.h"

enum {
	EXCHANGES = 300,
	ROWS = 40,
	COLUMNS = 120,
	ROUNDS = 20
};

static const double limit_ms = 20.0;

/* Milliseconds on the clock of the processor. */
static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Zone text of the large domain; the caller frees it. */
static char *
large_zone(void)
{
	struct buf zone = BUF_INIT;

	for (int i = 0; i < EXCHANGES; i++)
		buf_addf(&zone,
		    "example.net. MX %d mx%d.example.net.\n"
		    "mx%d.example.net. A 10.0.%d.%d\nmx%d.example.net. AAAA 2001:db8::%x\n",
		    i / 7, i, i, i / 250, i % 250, i, (unsigned)i + 1);
	return buf_take(&zone);
}

/* Runs the command, and says how long that took. */
static void
time_command(struct world *world, const char *line)
{
	double begun = now_ms();

	world_command(world, line);
	printf("  %-30s %7.2f ms\n", line, now_ms() - begun);
}

/* Milliseconds of one frame of the view. */
static double
time_view(struct world *world, struct screen *screen, struct canvas *canvas, enum view view)
{
	static const struct editor_view editor = { .line = "" };
	struct event event;
	double begun;

	world->model.view = view;
	screen_draw(screen, &world->model, &editor, canvas);
	if (screen_layout_event(screen, &world->model, &event))
		world_event(world, &event);
	begun = now_ms();
	for (int i = 0; i < ROUNDS; i++)
		screen_draw(screen, &world->model, &editor, canvas);
	return (now_ms() - begun) / ROUNDS;
}

int
main(void)
{
	char *zone = large_zone();
	struct screen *screen = screen_new();
	struct canvas canvas;
	struct world world;
	int status = 0;

	canvas_init(&canvas, true);
	canvas_resize(&canvas, ROWS, COLUMNS);
	world_init(&world, zone, NULL);
	printf("%d exchanges, %d addresses: commands\n", EXCHANGES, 2 * EXCHANGES);
	time_command(&world, "lookup example.net");
	time_command(&world, "sender postfix");
	time_command(&world, "what-if mx7.example.net down");
	time_command(&world, "simulate 100000");
	puts("... and frames of each view (40x120)");
	for (unsigned view = 0; view < view_count; view++) {
		double ms = time_view(&world, screen, &canvas, (enum view)view);

		printf("  %-30s %7.2f ms\n", view_name((enum view)view), ms);
		status = status || ms >= limit_ms;
	}
	world_clear(&world);
	canvas_clear(&canvas);
	screen_free(screen);
	free(zone);
	return status;
}

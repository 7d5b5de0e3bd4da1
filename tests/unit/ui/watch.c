/*
 * A domain is watched for some hours of virtual time, while its servers get slower, go away and come
 * back: what the view shows of it, and when the bell rings - for a change of meaning, and for
 * nothing else. The expected screens are in tests/unit/ui/pictures.
 */
#include "pictures.h"
#include "world.h"

/* The backup is answered first, and shown last. */
static const char zone[] = "example.net. 3600 MX 20 backup.example.org.\n"
			   "example.net. 3600 MX 10 mx1.example.net.\n"
			   "example.net. 3600 MX 10 mx2.example.net.\n"
			   "mx1.example.net. 300 A 192.0.2.10\n"
			   "mx1.example.net. 300 AAAA 2001:db8:0:53::10\n"
			   "mx2.example.net. 300 A 192.0.2.20\n"
			   "backup.example.org. 3600 A 198.51.100.7\n";

static const struct host all_well[] = { { NULL, GOOD } };
static const struct host primary_down[] = { { "192.0.2.10", CLOSED_PORT }, { NULL, GOOD } };
static const struct host never_there[] = { { "2001:db8:0:53::10", CLOSED_PORT },
	{ NULL, GOOD } };
static const struct host backup_plain[] = { { "198.51.100.7", PLAIN }, { NULL, GOOD } };

/* So many rounds of five minutes, and what is met in them. */
struct spell {
	int rounds;
	const struct host *hosts;
	int64_t step_ms; /* of every dialogue */
	size_t bells; /* that ring in it */
};

static const struct spell day[] = {
	{ 8, all_well, 20, 0 },
	{ 1, all_well, 160, 0 }, /* slower is no change of meaning */
	{ 5, all_well, 22, 0 },
	{ 6, primary_down, 30, 1 }, /* rings once, not in each round */
	{ 4, all_well, 45, 1 }, /* and when it is back */
	{ 3, backup_plain, 20, 1 },
	{ 9, all_well, 12, 1 },
	{ 2, primary_down, 20, 1 },
};

/* Lets one round come, whose answers are there at once. */
static void
pass_round(struct world *world)
{
	world_pass(world, 300 * SPAN_SECOND);
	world_settle(world);
}

/* Watches through the spells, holding the bells against what is expected. */
static void
watch_through(struct world *world, const struct spell *spells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t rung = world->bells;

		world->hosts = spells[i].hosts;
		world->step_us = spells[i].step_ms * SPAN_MS;
		for (int round = 0; round < spells[i].rounds; round++)
			pass_round(world);
		if (world->bells - rung != spells[i].bells)
			fail_msg("spell %zu: %zu bells, %zu expected", i, world->bells - rung,
			    spells[i].bells);
	}
}

/* Holds the screen against the picture of this name. */
static void
expect_screen(struct world *world, const char *name, int rows, int columns, bool unicode)
{
	char *text = world_picture(world, rows, columns, unicode, NULL);

	expect_picture(name, text);
	free(text);
}

/* Begins a world in which the domain is watched, one round done. */
static void
begin(struct world *world, const struct host *hosts)
{
	world_init(world, zone, hosts);
	world_command(world, "lookup example.net");
	world_command(world, "watch 5m");
	assert_int_equal(world->bells, 0);
}

static void
a_day_is_watched(void **state)
{
	struct world world;

	(void)state;
	begin(&world, all_well);
	watch_through(&world, day, sizeof day / sizeof *day);
	world_pass(&world, 42 * SPAN_SECOND);
	expect_screen(&world, "watch-120x40", 40, 120, true);
	expect_screen(&world, "watch-80x24", 24, 80, true);
	expect_screen(&world, "watch-ascii-80x24", 24, 80, false);
	expect_screen(&world, "watch-40x12", 12, 40, true);
	expect_screen(&world, "watch-ascii-40x12", 12, 40, false);
	world_clear(&world);
}

static void
a_watch_begins(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, zone, never_there);
	world_command(&world, "lookup example.net");
	world_command(&world, "view watch");
	expect_screen(&world, "watch-none-80x24", 24, 80, true);
	world_command(&world, "watch 5m");
	pass_round(&world);
	/* An address that was never seen to take mail has no outage: it is as it was. */
	assert_int_equal(world.model.domains[0].watch->outage_count, 0);
	expect_screen(&world, "watch-begun-80x24", 24, 80, true);
	world_clear(&world);
}

/* The book is bounded, and keeps the newest. */
static void
a_long_watch_forgets_what_is_old(void **state)
{
	struct world world;
	const struct watch *watch;

	(void)state;
	begin(&world, all_well);
	for (int i = 0; i < 50; i++) {
		const struct spell spells[] = { { 1, primary_down, 20, 1 },
			{ 1, all_well, 20, 1 } };

		watch_through(&world, spells, 2);
	}
	watch = world.model.domains[0].watch;
	assert_int_equal(watch->outage_count, WATCH_OUTAGES);
	assert_int_equal(watch->change_count, WATCH_CHANGES);
	assert_true(watch->changes_seen >= 100);
	assert_int_equal(watch->series[0].count, WATCH_SAMPLES);
	assert_int_equal(watch->outages[WATCH_OUTAGES - 1].until, world.now.time);
	assert_int_equal(
	    watch->outages[WATCH_OUTAGES - 1].until - watch->outages[WATCH_OUTAGES - 1].since,
	    300);
	world_clear(&world);
}

/* Without an interval the shortest TTL says when. */
static void
a_ttl_says_when(void **state)
{
	struct world world;
	const struct watch *watch;

	(void)state;
	world_init(&world, zone, all_well);
	world_command(&world, "lookup example.net");
	world_command(&world, "watch");
	watch = world.model.domains[0].watch;
	assert_int_equal(watch->next_us, world.now.us + 300 * SPAN_SECOND);
	world_pass(&world, 299 * SPAN_SECOND);
	world_settle(&world);
	assert_int_equal(watch->rounds, 1);
	world_pass(&world, SPAN_SECOND);
	world_settle(&world);
	assert_int_equal(watch->rounds, 2);
	world_command(&world, "watch off");
	assert_null(world.model.domains[0].watch);
	world_clear(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_watched),
		cmocka_unit_test(a_watch_begins),
		cmocka_unit_test(a_long_watch_forgets_what_is_old),
		cmocka_unit_test(a_ttl_says_when),
	};

	return cmocka_run_group_tests_name("ui/watch", tests, NULL, NULL);
}

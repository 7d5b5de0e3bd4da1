/*
 * Snapshots that cannot be compared, for of one of them the verdict alone is kept: the view says why.
 */
#include "world.h"

#define FACTS "{\"verdict\":\"deliver\",\"mx\":{\"outcome\":\"answer\"},\"exchanges\":[]}"

/* Shows snapshots with these facts, newest first. */
static void
recall(struct world *world, const char *const *facts, size_t count)
{
	struct event event = {
		.kind = EVENT_SNAPSHOTS,
		.text = mem_strdup("example.net"),
		.entries = mem_calloc(count, sizeof *event.entries),
		.entry_count = count,
	};

	for (size_t i = 0; i < count; i++)
		event.entries[i] = (struct history_entry){
			.name = mem_strdup("example.net"),
			.time = world->now.time - (int64_t)i,
			.since = world->now.time - (int64_t)i,
			.kind = VERDICT_DELIVER,
			.status = mem_strdup("2.0.0"),
			.sentence = mem_strdup("It goes there."),
			.facts = mem_strdup(facts[i]),
		};
	world_event(world, &event);
	event_clear(&event);
}

/* Expects the view to say this. */
static void
expect_said(struct world *world, const char *words)
{
	static const struct editor_view editor = { .line = "" };
	char *picture = world_picture(world, 40, 200, false, &editor);

	if (strstr(picture, words) == NULL)
		fail_msg("\"%s\" is not said:\n%s", words, picture);
	free(picture);
}

static void
what_is_not_compared_is_told(void **state)
{
	static const char *const kept[] = { FACTS, FACTS, NULL };
	static const char why[] = "Of one of the two the verdict alone is kept, or it takes "
				  "more than 1 MiB: it is not compared.";
	struct world world;

	(void)state;
	world_init(
	    &world, "example.net. MX 10 mx.example.net.\nmx.example.net. A 192.0.2.1\n", NULL);
	world.model.settings.probing = false;
	world_command(&world, "example.net");
	world_command(&world, "diff 2 1");
	recall(&world, kept, 3);
	expect_said(&world, "From snapshot 2");
	world_command(&world, "diff 3 1");
	recall(&world, kept, 3);
	expect_said(&world, why);
	world_command(&world, "diff 4 1");
	recall(&world, kept, 3);
	expect_said(&world, "Expected the numbers of two snapshots");
	world_clear(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_compared_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

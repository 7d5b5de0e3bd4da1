/*
 * The linear interface's line and news: what is written when the line changes, and that each change
 * of the model is told once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/plain_line.h"
#include "ui/plain_news.h"
#include "world.h"

/* From one line to the next, and what is written for it. */
static const struct {
	const char *from, *to, *written;
} changes[] = {
	{ NULL, "", ": " },
	{ NULL, "look", ": look" },
	{ "look", "look", "" },
	{ "look", "lookup", "up" },
	{ "lookup", "look", "\b \b\b \b" },
	{ "bücher", "b", "\b \b\b \b\b \b\b \b\b \b" },
	{ "中文", "中", "\b \b\b \b" },
	{ "lookup", "loopup", "\n: loopup" },
	{ "lookup", "xlookup", "\n: xlookup" },
	{ "lookup", "", "\b \b\b \b\b \b\b \b\b \b\b \b" },
};

static void
a_line_is_kept_up_to_date_by_appending(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct plain_line line = { 0 };
		struct buf out = BUF_INIT;

		if (changes[i].from != NULL)
			plain_line_show(&line, &out, ": ", changes[i].from);
		buf_truncate(&out, 0);
		plain_line_show(&line, &out, ": ", changes[i].to);
		assert_string_equal(buf_text(&out), changes[i].written);
		buf_truncate(&out, 0);
		plain_line_end(&line, &out);
		assert_string_equal(buf_text(&out), "\n");
		plain_line_end(&line, &out);
		assert_string_equal(buf_text(&out), "\n");
		buf_clear(&out);
	}
}

/* What is new since the last time. The caller frees it. */
static char *
news_of(struct plain_news *news, const struct world *world)
{
	struct buf out = BUF_INIT;

	buf_adds(&out, "");
	plain_news_tell(news, &world->model, &out);
	return buf_take(&out);
}

/* The news must hold the text, or with NULL be none. */
static void
assert_news(struct plain_news *news, const struct world *world, const char *text)
{
	char *is = news_of(news, world);

	if (text == NULL)
		assert_string_equal(is, "");
	else if (strstr(is, text) == NULL)
		fail_msg("no \"%s\" in \"%s\"", text, is);
	free(is);
}

static const char zone[] = "example.net. 300 IN MX 10 mx1.example.net.\n";
static const struct host hosts[] = { { .address = NULL } };

static void
each_change_is_told_once(void **state)
{
	struct plain_news news;
	struct world world;

	(void)state;
	world_init(&world, zone, hosts);
	world.dns_held = true;
	plain_news_init(&news, true, 72);
	assert_news(&news, &world, NULL);
	world_command(&world, "example.net");
	assert_news(&news, &world, "Looking up example.net ...");
	assert_news(&news, &world, NULL);
	world_command(&world, "stop");
	assert_news(&news, &world, "example.net: ");
	assert_news(&news, &world, NULL);
	world_command(&world, "view findings");
	assert_news(&news, &world, "Findings  example.net");
	assert_news(&news, &world, NULL);
	world_command(&world, "stop");
	assert_news(&news, &world, "Nothing is in flight here.");
	assert_news(&news, &world, NULL);
	world_command(&world, "stop");
	assert_news(&news, &world, NULL);
	plain_news_asked(&news); /* by a line that is no command */
	assert_news(&news, &world, NULL);
	world_command(&world, "stop");
	assert_news(&news, &world, "Nothing is in flight here.");
	world_command(&world, "close");
	assert_news(&news, &world, "No domain is studied");
	assert_int_equal(news.study_count, 0);
	plain_news_clear(&news);
	world_clear(&world);
}

static void
a_view_that_is_asked_for_again_is_told_again(void **state)
{
	struct plain_news news;
	struct world world;

	(void)state;
	world_init(&world, zone, hosts);
	plain_news_init(&news, true, 72);
	for (int i = 0; i < 2; i++) {
		world_command(&world, "help quit");
		assert_news(&news, &world, "leave the program");
		assert_news(&news, &world, NULL);
		world_command(&world, "view senders");
		assert_news(&news, &world, "Senders");
		world_command(&world, "explain");
		assert_news(&news, &world, "No domain is studied.");
		assert_news(&news, &world, NULL);
	}
	plain_news_clear(&news);
	world_clear(&world);
}

static void
time_that_passes_is_no_news(void **state)
{
	struct plain_news news;
	struct world world;

	(void)state;
	world_init(&world, zone, hosts);
	plain_news_init(&news, true, 72);
	world_command(&world, "example.net");
	world_command(&world, "watch 10m");
	world_command(&world, "view watch");
	assert_news(&news, &world, "next in 10:00");
	for (int i = 0; i < 3; i++) {
		world_pass(&world, SPAN_SECOND);
		assert_news(&news, &world, NULL);
	}
	world_pass(&world, 600 * SPAN_SECOND);
	world_settle(&world);
	assert_news(&news, &world, "2 rounds");
	plain_news_clear(&news);
	world_clear(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_kept_up_to_date_by_appending),
		cmocka_unit_test(each_change_is_told_once),
		cmocka_unit_test(a_view_that_is_asked_for_again_is_told_again),
		cmocka_unit_test(time_that_passes_is_no_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

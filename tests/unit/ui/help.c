/*
 * The help tells of everything that its tables hold, at every width.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "cli/command.h"
#include "ui/help.h"
#include "ui/keymap.h"
#include "ui/mark.h"

/* Returns the help on a topic in a window of this width, which the caller clears. */
static struct buf
help_text(const char *topic, int columns)
{
	struct model model = { .rows = 24, .columns = columns, .settings.port = 25 };
	struct canvas canvas;
	struct buf text = BUF_INIT;
	struct paper paper;

	canvas_init(&canvas, true);
	canvas_resize(&canvas, 1200, columns);
	paper = paper_open(&canvas, (struct area){ 0, 0, 1200, columns }, 0);
	model.help_topic = topic == NULL ? NULL : mem_strdup(topic);
	help_write(&paper, &model);
	free(model.help_topic);
	assert_in_range(paper.lines, 1, 1200);
	canvas_text(&canvas, &text);
	canvas_clear(&canvas);
	return text;
}

static void
all_commands_keys_and_marks_are_told(void **state)
{
	size_t command_count, key_count;
	const struct command_row *rows = command_table(&command_count);
	const struct binding *bindings = keys_defaults(&key_count);
	struct buf text = help_text(NULL, 200);

	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		assert_non_null(strstr(text.data, rows[i].name));
		assert_non_null(strstr(text.data, rows[i].help));
	}
	for (size_t i = 0; i < key_count; i++)
		assert_non_null(strstr(text.data, bindings[i].help));
	for (size_t i = 0; i < mark_count; i++)
		assert_non_null(strstr(text.data, mark_help((enum mark)i)));
	buf_clear(&text);
}

static void
every_command_is_a_topic(void **state)
{
	size_t count;
	const struct command_row *rows = command_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct buf text = help_text(rows[i].name, 200);

		assert_non_null(strstr(text.data, rows[i].help));
		assert_null(strstr(text.data, "There is no help"));
		buf_clear(&text);
	}
}

static const struct {
	const char *topic, *holds;
} topics[] = {
	{ "styles", "what a server said" },
	{ "STYLES", "what a server said" },
	{ "senders", "Exim 4.96" },
	{ "marks", "refuses mail on purpose" },
	{ "keys", "page" },
	{ "commands", "lookup" },
	{ "look", "study a domain" },
	{ "zoom", "Its keys" },
	{ "sort", "worst first" },
	{ "settings", "port 25 " },
	{ "options", "--trust-anchor FILE" },
	{ "findings", "The exchange is an alias" },
	{ "views", "the whole route as a tree" },
	{ "themes", "for light terminals" },
	{ "set", "port 25 " },
	{ "nonsense", "There is no help on \"nonsense\"" },
	{ "", "study a domain" },
};

static void
topics_are_parts_or_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
		struct buf text = help_text(topics[i].topic, 120);

		assert_non_null(strstr(text.data, topics[i].holds));
		buf_clear(&text);
	}
}

static void
narrow_windows_get_it_too(void **state)
{
	(void)state;
	for (int columns = 18; columns < 120; columns += 7) {
		struct buf text = help_text(NULL, columns);

		assert_non_null(strstr(text.data, "Keys"));
		assert_non_null(strstr(text.data, "Commands"));
		assert_non_null(strstr(text.data, "reload"));
		buf_clear(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_commands_keys_and_marks_are_told),
		cmocka_unit_test(every_command_is_a_topic),
		cmocka_unit_test(topics_are_parts_or_commands),
		cmocka_unit_test(narrow_windows_get_it_too),
	};

	return cmocka_run_group_tests_name("ui/help", tests, NULL, NULL);
}

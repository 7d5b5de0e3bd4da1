/*
 * The configuration file that --write-config makes: it changes nothing as it is, every line of it is a
 * command when its # is taken away, and it holds every setting and key with what holds anyway.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/settings.h"
#include "cli/command.h"
#include "cli/config_file.h"
#include "cli/keys.h"
#include "cli/startup.h"

/* Calls the function for every line. */
static void
for_every_line(void (*check)(char *line))
{
	struct buf text = BUF_INIT;

	config_text(&text);
	for (char *line = strtok(text.data, "\n"); line != NULL; line = strtok(NULL, "\n"))
		check(line);
	buf_clear(&text);
}

static void
expect_nothing(char *line)
{
	struct command command;
	bool empty;

	assert_null(command_parse(line, &command, &empty));
	assert_true(empty);
	assert_in_range(strlen(line), 1, 100);
}

static void
expect_command(char *line)
{
	struct command command;
	bool empty;
	char *error;

	if (line[1] == ' ')
		return;
	error = command_parse(line + 1, &command, &empty);
	if (error != NULL)
		fail_msg("%s: %s", line, error);
	assert_false(empty);
	command_clear(&command);
}

static void
it_changes_nothing_until_a_line_is_taken(void **state)
{
	(void)state;
	for_every_line(expect_nothing);
	for_every_line(expect_command);
}

/* Asserts that a line stands in the file. */
static void
expect_line(const struct buf *text, const char *a, const char *b, const char *c)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "\n#%s %s %s\n", a, b, c);
	if (strstr(text->data, line.data) == NULL)
		fail_msg("there is no %s", line.data);
	buf_clear(&line);
}

static void
every_setting_and_key_is_there(void **state)
{
	size_t setting_count, key_count;
	const struct setting_row *settings = settings_table(&setting_count);
	const struct binding *keys = keys_defaults(&key_count);
	struct buf text = BUF_INIT;

	(void)state;
	config_text(&text);
	for (size_t i = 0; i < setting_count; i++)
		expect_line(&text, "set", settings[i].name,
		    settings[i].standard == NULL ? "1" : settings[i].standard);
	for (size_t i = 0; i < key_count; i++)
		expect_line(&text, "bind", keys[i].key, keys[i].command);
	buf_clear(&text);
}

/* What the table says of a default is what the program begins with. */
static void
defaults_are_those_of_the_start(void **state)
{
	char program[] = "mxscope", option[] = "--no-dnssec";
	char *words[] = { program, option, NULL };
	struct engine_settings engine = { 0 };
	struct options options;
	struct settings settings;
	struct model model;
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	(void)state;
	assert_null(options_parse(&options, 2, words));
	startup_model(&settings, &options, &engine);
	model_init(&model, &settings);
	for (size_t i = 0; i < count; i++) {
		struct buf told = BUF_INIT;

		rows[i].tell(&model.settings, &told);
		if (rows[i].standard != NULL)
			assert_string_equal(buf_text(&told), rows[i].standard);
		buf_clear(&told);
	}
	model_clear(&model);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_changes_nothing_until_a_line_is_taken),
		cmocka_unit_test(every_setting_and_key_is_there),
		cmocka_unit_test(defaults_are_those_of_the_start),
	};

	return cmocka_run_group_tests_name("cli/config_file", tests, NULL, NULL);
}

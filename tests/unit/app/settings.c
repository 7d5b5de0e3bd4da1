/*
 * The table of settings: each takes its default and tells it again, and refuses what it does not
 * expect without a change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/settings.h"

/* Asserts what the setting tells of itself. */
static void
assert_told(const struct setting_row *row, const struct settings *settings, const char *value)
{
	struct buf told = BUF_INIT;

	row->tell(settings, &told);
	if (strcmp(buf_text(&told), value) != 0)
		fail_msg("%s is %s, not %s", row->name, buf_text(&told), value);
	buf_clear(&told);
}

static void
what_is_set_is_told(void **state)
{
	static const struct {
		const char *name, *value;
	} others[] = {
		{ "probes", "off" },
		{ "ipv4", "off" },
		{ "ipv6", "on" },
		{ "port", "2525" },
		{ "from", "me@example.net" },
		{ "size", "1000000" },
		{ "leave-summary", "off" },
		{ "show-commands", "on" },
		{ "seed", "18446744073709551615" },
		{ "history-keep", "10" },
		{ "history-size", "1048576" },
	};
	size_t count;

	(void)state;
	settings_table(&count);
	assert_int_equal(count, sizeof others / sizeof *others);
	for (size_t i = 0; i < count; i++) {
		const struct setting_row *row = settings_find(others[i].name);
		struct settings settings = { 0 };

		assert_non_null(row);
		assert_true(row->set(&settings, others[i].value));
		assert_told(row, &settings, others[i].value);
		if (row->standard != NULL) {
			assert_true(row->set(&settings, row->standard));
			assert_told(row, &settings, row->standard);
		}
		free(settings.mail_from);
	}
	assert_null(settings_find("colour"));
	assert_null(settings_find(""));
}

static void
the_words_of_a_setting_are_all_that_it_takes(void **state)
{
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct settings settings = { 0 };

		for (const char *const *word = rows[i].words; word != NULL && *word != NULL;
		     word++) {
			assert_true(rows[i].set(&settings, *word));
			assert_told(&rows[i], &settings, *word);
		}
	}
}

static void
what_is_not_expected_changes_nothing(void **state)
{
	static const char *const wrong[] = { "maybe", "-1", "1e3", "a@b@c", "0x10", "ON", "  1",
		"99999999999999999999" };
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < sizeof wrong / sizeof *wrong; j++) {
			struct settings settings = { 0 };
			const struct settings before = settings;

			if (rows[i].set(&settings, wrong[j]))
				fail_msg("%s takes \"%s\"", rows[i].name, wrong[j]);
			assert_memory_equal(&settings, &before, sizeof settings);
		}
	}
}

static void
sentences_say_what_is_expected(void **state)
{
	char *unknown = settings_unknown("co\033lour"),
	     *refused = settings_refused(settings_find("port"), "http");

	(void)state;
	assert_string_equal(unknown,
	    "There is no option \"co\\x1blour\": expected probes, ipv4, ipv6, port, from, "
	    "size, "
	    "leave-summary, show-commands, seed, history-keep or history-size.");
	assert_string_equal(refused, "`set port` expects a port, 1 to 65535, not \"http\".");
	free(unknown);
	free(refused);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_set_is_told),
		cmocka_unit_test(the_words_of_a_setting_are_all_that_it_takes),
		cmocka_unit_test(what_is_not_expected_changes_nothing),
		cmocka_unit_test(sentences_say_what_is_expected),
	};

	return cmocka_run_group_tests_name("app/settings", tests, NULL, NULL);
}

/*
 * Keys and their commands: the defaults, `bind` and `unbind`, and how keys may be spelled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "ui/decoder.h"
#include "ui/keymap.h"

/* The command of the key that these bytes are; "" when it has none. */
static const char *
command_of(const struct bindings *bindings, const char *bytes)
{
	struct decoder *decoder = decoder_new();
	const char *command = NULL;
	struct key key;

	decoder_push(decoder, bytes, strlen(bytes), 0);
	if (decoder_next(decoder, &key, DECODER_ESCAPE_US))
		command = keymap_command(bindings, &key);
	decoder_free(decoder);
	return command == NULL ? "" : command;
}

/* Binds a key by any spelling of its name. */
static void
bind(struct bindings *bindings, const char *key, const char *command)
{
	char name[KEY_NAME_MAX];

	assert_null(keymap_name(key, name));
	bindings_set(bindings, name, command);
}

static void
test_defaults(void **state)
{
	static const struct row {
		const char *bytes, *command;
	} rows[] = {
		{ "\t", "focus next" },
		{ "\033[Z", "focus previous" },
		{ "\033[A", "move up" },
		{ "\033OA", "move up" },
		{ "j", "move down" },
		{ "\033[5~", "move page-up" },
		{ "G", "move bottom" },
		{ "\r", "open" },
		{ "\n", "open" },
		{ ":", "focus prompt" },
		{ "/", "search" },
		{ "N", "match previous" },
		{ "7", "count 7" },
		{ "\020", "palette" },
		{ "?", "help" },
		{ "\033OP", "help" },
		{ "p", "probe" },
		{ "P", "probe all" },
		{ "r", "reload" },
		{ "z", "zoom" },
		{ "m", "mouse" },
		{ "s", "sender" },
		{ "q", "leave" },
		{ "\033", "leave stay" },
		{ "\014", "redraw" },
		{ "\032", "suspend" },
		{ "\033q", "" },
		{ "\033[15~", "" },
		{ "\303\251", "" },
		{ "\033[200~q\033[201~", "" },
		{ "\033[<0;1;1M", "" },
	};
	const struct bindings none = { .items = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(command_of(&none, rows[i].bytes), rows[i].command);
}

/* Every default says a command, has a help line, and is the only one of its key. */
static void
test_defaults_are_sound(void **state)
{
	size_t count;
	const struct binding *rows = keys_defaults(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct command command;
		bool empty;

		assert_null(command_parse(rows[i].command, &command, &empty));
		assert_false(empty);
		command_clear(&command);
		assert_non_null(rows[i].help);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(rows[i].key, rows[k].key);
	}
}

/* A key can be bound by any of its spellings, and is then found by what the terminal sends. */
static void
test_spellings(void **state)
{
	static const struct row {
		const char *key, *bytes;
	} rows[] = {
		{ "x", "x" },
		{ "X", "X" },
		{ "-", "-" },
		{ "\303\251", "\303\251" },
		{ "Space", " " },
		{ "Tab", "\t" },
		{ "C-i", "\t" },
		{ "Enter", "\r" },
		{ "Return", "\n" },
		{ "Backspace", "\177" },
		{ "C-h", "\010" },
		{ "Esc", "\033" },
		{ "escape", "\033" },
		{ "C-l", "\014" },
		{ "C-L", "\014" },
		{ "C-\\", "\034" },
		{ "C-_", "\037" },
		{ "M-x", "\033x" },
		{ "M-X", "\033X" },
		{ "M-Enter", "\033\r" },
		{ "C-M-x", "\033\030" },
		{ "M-C-x", "\033\030" },
		{ "F5", "\033[15~" },
		{ "S-F5", "\033[15;2~" },
		{ "PageDown", "\033[6~" },
		{ "C-Up", "\033[1;5A" },
		{ "S-M-C-Left", "\033[1;8D" },
		{ "S-Tab", "\033[Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bindings bindings = { .items = NULL };

		bind(&bindings, rows[i].key, "stop");
		assert_string_equal(command_of(&bindings, rows[i].bytes), "stop");
		bind(&bindings, rows[i].key, NULL);
		assert_string_equal(command_of(&bindings, rows[i].bytes), "");
		bindings_clear(&bindings);
	}
}

static void
test_no_keys(void **state)
{
	static const char *const names[] = { "", "xy", "F13", "S-x", "C-Home-", "Q-x", "C-",
		"C-1", "C-\303\251", "M-Esc", "\001", "\377",
		"a name that is far too long for any key" };
	char name[KEY_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *error = keymap_name(names[i], name);

		if (error == NULL)
			fail_msg("\"%s\" was taken for a key", names[i]);
		assert_non_null(strstr(error, "There is no key"));
		free(error);
	}
}

/* A new command takes the old one's place; what is unbound twice stays so. */
static void
test_rebind(void **state)
{
	struct bindings bindings = { .items = NULL };

	(void)state;
	bind(&bindings, "q", "quit");
	bind(&bindings, "q", "stop");
	assert_string_equal(command_of(&bindings, "q"), "stop");
	assert_string_equal(command_of(&bindings, "p"), "probe");
	bind(&bindings, "q", NULL);
	bind(&bindings, "q", NULL);
	assert_string_equal(command_of(&bindings, "q"), "");
	assert_int_equal(bindings.count, 1);
	bindings_clear(&bindings);
}

/* What help and hints show follows `bind`: the key that is gone, the one that came, and its help. */
static void
test_keys_in_force(void **state)
{
	struct bindings bindings = { .items = NULL };
	struct keys keys;

	(void)state;
	bind(&bindings, "p", NULL);
	bind(&bindings, "F5", "probe");
	bind(&bindings, "F6", "lookup example.net");
	keys = keys_in_force(&bindings);
	assert_string_equal(keys_find(&keys, "probe"), "F5");
	assert_string_equal(keys_find(&keys, "move up"), "Up");
	assert_null(keys_find(&keys, "no such command"));
	for (size_t i = 0; i < keys.count; i++) {
		const struct binding *row = &keys.items[i];

		assert_string_not_equal(row->key, "p");
		if (strcmp(row->key, "F5") == 0)
			assert_string_equal(row->help, "probe the selected address again");
		if (strcmp(row->key, "F6") == 0)
			assert_string_equal(row->help, "lookup example.net");
	}
	keys_clear(&keys);
	bindings_clear(&bindings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_defaults_are_sound),
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_no_keys),
		cmocka_unit_test(test_rebind),
		cmocka_unit_test(test_keys_in_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

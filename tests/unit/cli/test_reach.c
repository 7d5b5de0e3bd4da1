/*
 * Which files stay within reach, for command lines of all kinds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"

#include "cli/reach.h"

enum {
	WORDS_MAX = 8
};

/* A command line, a file, and whether it is within reach: "" = not, "read", or "write". */
static const struct {
	const char *words[WORDS_MAX];
	const char *path, *right;
} cases[] = {
	{ { "--report", "x.example" }, "/etc/ssl", "read" },
	{ { "--report", "x.example" }, "/etc/resolv.conf", "read" },
	{ { "--report", "x.example" }, "/home/me", "" },
	{ { "--report", "x.example" }, "/tmp", "" },
	{ { "--report", "x.example" }, "/home/me/.local/state/mxscope", "" },
	{ { "--report", "@/srv/list" }, "/srv/list", "read" },
	{ { "--report", "@/srv/list" }, "/srv", "" },
	{ { "--report", "--record", "/srv/talk", "x.example" }, "/srv", "write" },
	{ { "--report", "--record", "talk", "x.example" }, ".", "write" },
	{ { "--report", "--record", "/talk", "x.example" }, "/", "write" },
	{ { "--report", "--history", "/srv/h/h.db", "x.example" }, "/srv/h", "write" },
	{ { "--report", "--history", "/srv/h/h.db", "x.example" }, "/tmp", "write" },
	{ { "--report", "--ca-file", "/root/ca.pem", "x.example" }, "/root/ca.pem", "read" },
	{ { "--report", "--replay", "/root/talk" }, "/root/talk", "read" },
	{ { "--report", "--expect", "before", "x.example" }, "before", "read" },
	{ { "x.example" }, "/home/me", "write" },
	{ { "x.example" }, "/home/me/.local/state/mxscope", "write" },
	{ { "x.example" }, "/home/me/.config/mxscope", "write" },
	{ { "x.example" }, "/home", "write" },
	{ { "x.example" }, "/tmp", "write" },
	{ { "x.example" }, "/etc", "" },
	{ { "x.example" }, "/usr", "" },
	{ { "x.example" }, "/var", "" },
	{ { "x.example" }, "/proc", "" },
	{ { "x.example" }, "/", "" },
	{ { "--theme", "/etc/my.theme" }, "/etc/my.theme", "read" },
};

/* Makes the settings for a row's words. */
static void
settings_of(struct confine_settings *settings, const char *const words[WORDS_MAX])
{
	char *argv[WORDS_MAX + 2] = { mem_strdup("mxscope") };
	struct options options;
	int argc = 1;

	for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++)
		argv[argc++] = mem_strdup(words[i]);
	assert_null(options_parse(&options, argc, argv));
	reach_of(settings, &options);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
}

static void
test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct confine_settings settings;
		const char *right = "";

		settings_of(&settings, cases[i].words);
		for (size_t p = 0; p < settings.count; p++) {
			if (strcmp(settings.places[p].path, cases[i].path) == 0)
				right = settings.places[p].right == CONFINE_WRITE ? "write"
										  : "read";
		}
		if (strcmp(right, cases[i].right) != 0)
			print_error("row %zu, %s\n", i, cases[i].path);
		assert_string_equal(right, cases[i].right);
		confine_clear(&settings);
	}
}

/* A command line, whether its run may listen, and whether root goes on as nobody. */
static const struct {
	const char *words[WORDS_MAX];
	bool listens, as_nobody;
} runs[] = {
	{ { "--report", "x.example" }, false, true },
	{ { "--report", "@-" }, false, true },
	{ { "--report", "--lab" }, true, true },
	{ { "--report", "@list" }, false, false },
	{ { "--report", "--history", "h.db", "x.example" }, false, false },
	{ { "--report", "--ca-file", "ca.pem", "x.example" }, false, false },
	{ { "x.example" }, true, false },
	{ { "--plain", "x.example" }, true, false },
};

static void
test_runs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		struct confine_settings settings;

		settings_of(&settings, runs[i].words);
		assert_int_equal(settings.listens, runs[i].listens);
		assert_int_equal(settings.as_nobody, runs[i].as_nobody);
		confine_clear(&settings);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_runs),
	};

	setenv("HOME", "/home/me", 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("TMPDIR");
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

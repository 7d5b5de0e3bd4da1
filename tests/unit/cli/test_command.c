/*
 * The grammar of commands: what each line means, and the sentence for what it cannot mean.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "cli/command.h"

#define N(list) (sizeof list / sizeof *list)

static const struct {
	const char *line;
	enum verb verb;
	const char *arguments[3];
} good[] = {
	{ "lookup example.net", VERB_LOOKUP, { "example.net" } },
	{ "example.net", VERB_LOOKUP, { "example.net" } },
	{ "  example.net  ", VERB_LOOKUP, { "example.net" } },
	{ "alice@example.net", VERB_LOOKUP, { "alice@example.net" } },
	{ "b\xc3\xbc"
	  "cher",
	    VERB_LOOKUP,
	    { "b\xc3\xbc"
	      "cher" } },
	{ "lookup localhost", VERB_LOOKUP, { "localhost" } },
	{ "lookup", VERB_LOOKUP, { NULL } },
	{ "reload", VERB_RELOAD, { NULL } },
	{ "reload all", VERB_RELOAD, { "all" } },
	{ "rel", VERB_RELOAD, { NULL } },
	{ "set port 2525", VERB_SET, { "port", "2525" } },
	{ "bind F5 reload all", VERB_BIND, { "F5", "reload all" } },
	{ "bind x \"move down\"", VERB_BIND, { "x", "move down" } },
	{ "screen \"a file\"", VERB_SCREEN, { "a file" } },
	{ "screen a file", VERB_SCREEN, { "a file" } },
	{ "screen \"a \\\"b\\\" \\\\c\"", VERB_SCREEN, { "a \"b\" \\c" } },
	{ "move page-down", VERB_MOVE, { "page-down" } },
	{ "q", VERB_QUIT, { NULL } },
	{ "focus prompt \"filter \"", VERB_FOCUS, { "prompt", "filter " } },
	{ "probe mx1.example.net", VERB_PROBE, { "mx1.example.net" } },
};

static void
good_lines_are_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(good); i++) {
		struct command command;
		bool empty;
		char *error = command_parse(good[i].line, &command, &empty);
		int n = 0;

		if (error != NULL)
			fail_msg("%s: %s", good[i].line, error);
		assert_false(empty);
		assert_int_equal(command.verb, good[i].verb);
		for (; n < 3 && good[i].arguments[n] != NULL; n++) {
			assert_true(n < command.argument_count);
			assert_string_equal(command.arguments[n], good[i].arguments[n]);
		}
		assert_int_equal(command.argument_count, n);
		command_clear(&command);
	}
}

static const struct {
	const char *line, *says;
} bad[] = {
	{ "frobnicate", "There is no command \"frobnicate\"" },
	{ "fo\x1b[31mo bar", "\\x1b" },
	{ "so", "\"so\" could be sort or source." },
	{ "sort", "Expected `sort time|name|verdict|next`" },
	{ "sort colour", "Expected `sort time|name|verdict|next`" },
	{ "reload everything", "Expected `reload [all]`" },
	{ "set port 1 2", "Expected `set [OPTION [VALUE]]`" },
	{ "suspend now", "Expected `suspend`" },
	{ "screen \"a", "A quote (\") is not closed." },
	{ "\"a", "A quote (\") is not closed." },
	{ "net", "Expected `net on|off`" },
	{ "sender courier", "Expected `sender [NAME]`" },
	{ "sender courier",
	    "; NAME is rfc5321, postfix, exim, sendmail, opensmtpd, qmail or " },
	{ "net maybe", "Expected `net on|off`" },
	{ "move sideways", "Expected `move WHERE [COUNT]`" },
};

static void
bad_lines_get_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		struct command command;
		bool empty;
		char *error = command_parse(bad[i].line, &command, &empty);

		if (error == NULL)
			fail_msg("%s: taken for a command", bad[i].line);
		if (strstr(error, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].line, error);
		free(error);
	}
}

/* What is said of a line while it grows: the part that is wrong, and the beginning of the sentence. */
static const struct {
	const char *line, *wrong, *says;
} growing[] = {
	{ "", NULL, NULL },
	{ "# comment", NULL, NULL },
	{ "l", NULL, "\"l\" could be lookup or lab or leave or lesson." },
	{ "loo", NULL, "lookup [NAME]: study" },
	{ "lookup ", NULL, "lookup [NAME]: study" },
	{ "lookup example.net", NULL, "lookup [NAME]: study" },
	{ "example", NULL, "No command begins with \"example\": a domain" },
	{ "example.n", NULL, NULL },
	{ "b\303\274cher", NULL, NULL },
	{ "exampl ", "exampl", "There is no command \"exampl\"" },
	{ "  exampl x", "exampl", "There is no command \"exampl\"" },
	{ "se x", "se", "\"se\" could be " },
	{ "sort", NULL, "sort time|name|verdict|next: order" },
	{ "sort na", NULL, "sort time|name|verdict|next: order" },
	{ "sort nam ", "nam", "Expected `sort time|name|verdict|next`" },
	{ "sort x", "x", "Expected `sort time|name|verdict|next`" },
	{ "sort name more", "more", "Expected `sort" },
	{ "suspend now", "now", "Expected `suspend`" },
	{ "set ", NULL, "set [OPTION [VALUE]]: change" },
	{ "set por", NULL, "set [OPTION [VALUE]]: change" },
	{ "set port", NULL,
	    "set port: SMTP port of probes; expects a port, 1 to 65535 (default 25)" },
	{ "set colour", "colour", "There is no option \"colour\": expected probes, ipv4, " },
	{ "set por ", "por", "There is no option \"por\": expected " },
	{ "set port 1 2", "2", "Expected `set [OPTION [VALUE]]`" },
	{ "set port 99999", NULL, "set port: " },
	{ "set port 99999 ", "99999", "`set port` expects a port, 1 to 65535, not \"99999\"." },
	{ "set from me@example.net ", NULL, "set from: " },
	{ "set probes o", NULL, "set probes: " },
	{ "set probes x", "x", "`set probes` expects on or off, not \"x\"." },
	{ "bind F5 reload", NULL, "reload [all]: ask again" },
	{ "bind F5 frob ", "frob", "There is no command \"frob\"" },
	{ "bind F5 sort x", "x", "Expected `sort time" },
	{ "bind F5 \"sort x\"", NULL, "bind KEY COMMAND" },
	{ "note all that follows is one", NULL, "note [TEXT]" },
	{ "screen \"a b", NULL, "screen FILE" },
	{ "\"a", NULL, NULL },
	{ "fo\x1b[31mo ", "fo\x1b[31mo", "There is no command \"fo\\x1b" },
};

static void
growing_lines_are_looked_at(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(growing); i++) {
		const char *line = growing[i].line, *wrong = growing[i].wrong;
		struct line_check check = command_check_line(line);

		if ((wrong == NULL) != (check.wrong == SIZE_MAX))
			fail_msg("\"%s\": wrong at %zu", line, check.wrong);
		if (wrong != NULL) {
			assert_int_equal(check.end - check.wrong, strlen(wrong));
			assert_memory_equal(line + check.wrong, wrong, strlen(wrong));
		}
		if (growing[i].says == NULL)
			assert_null(check.sentence);
		else if (strncmp(check.sentence, growing[i].says, strlen(growing[i].says)) != 0)
			fail_msg("\"%s\": %s", line, check.sentence);
		free(check.sentence);
	}
}

/* Nothing that a command may be is called wrong on the way there, letter by letter. */
static void
good_lines_are_never_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(good); i++) {
		for (size_t n = 0; n <= strlen(good[i].line); n++) {
			char *head = mem_strndup(good[i].line, n);
			struct line_check check = command_check_line(head);

			if (check.wrong != SIZE_MAX)
				fail_msg("\"%s\": %s", head, check.sentence);
			free(check.sentence);
			free(head);
		}
	}
}

static void
empty_lines_and_comments_are_nothing(void **state)
{
	static const char *const lines[] = { "", "   ", "# a comment", "  # another", "\t" };

	(void)state;
	for (size_t i = 0; i < N(lines); i++) {
		struct command command;
		bool empty = false;

		assert_null(command_parse(lines[i], &command, &empty));
		assert_true(empty);
		assert_int_equal(command.argument_count, 0);
	}
}

/* Every verb has a row, every row a name of its own and help that is no sentence yet. */
static void
the_table_is_whole(void **state)
{
	size_t count;
	const struct command_row *rows = command_table(&count);

	(void)state;
	for (int verb = 0; verb < verb_count; verb++)
		assert_non_null(command_row_of((enum verb)verb));
	for (size_t i = 0; i < count; i++) {
		assert_true(rows[i].maximum <= COMMAND_ARGUMENTS_MAX);
		assert_true(rows[i].minimum <= rows[i].maximum);
		assert_true(strlen(rows[i].help) > 0);
		assert_true(rows[i].completes != COMPLETES_WORD || rows[i].words != NULL);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(rows[i].name, rows[j].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_lines_are_commands),
		cmocka_unit_test(bad_lines_get_a_sentence),
		cmocka_unit_test(growing_lines_are_looked_at),
		cmocka_unit_test(good_lines_are_never_wrong),
		cmocka_unit_test(empty_lines_and_comments_are_nothing),
		cmocka_unit_test(the_table_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

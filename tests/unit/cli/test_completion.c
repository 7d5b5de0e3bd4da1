/*
 * What Tab offers, for a line, a cursor and a model with two domains and a laboratory.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/mem.h"

#include "app/update.h"
#include "cli/command.h"
#include "cli/completion.h"

static const struct scenario_row scenarios[] = {
	{ "three-mx", "three-mx.example", "three servers", "" },
	{ "null-mx", "null-mx.example", "no mail", "" },
};

/* A model in which example.net and ex-ample.org were looked up. */
static void
fill(struct model *model)
{
	static const char *const names[] = { "example.net", "ex-ample.org" };
	const struct settings settings = { .network = true, .port = 25 };
	struct effects effects = { 0 };

	model_init(model, &settings);
	model->scenarios = scenarios;
	model->scenario_count = 2;
	for (size_t i = 0; i < 2; i++) {
		struct event event = { .kind = EVENT_COMMAND };
		bool empty;

		assert_null(command_parse(names[i], &event.command, &empty));
		app_update(model, &event, (struct moment){ .us = 1, .time = 1 }, &effects);
		event_clear(&event);
	}
	effects_clear(&effects);
}

static const struct {
	const char *line;
	int cursor; /* -1 = at the end */
	const char *offered; /* the candidates, with blanks between them; "..." = and others */
	size_t word;
	size_t common; /* bytes that all share */
} rows[] = {
	{ "rel", -1, "reload", 0, 6 },
	{ "se", -1, "search seed sender set", 0, 2 },
	{ "exam", -1, "example.net", 0, 11 },
	{ "ex", -1, "ex-ample.org example.net explain", 0, 2 },
	{ "  ex", -1, "ex-ample.org example.net explain", 2, 2 },
	{ "lookup n", -1, "null-mx.example", 7, 15 },
	{ "lookup EX", -1, "ex-ample.org example.net", 7, 2 },
	{ "close ", -1, "ex-ample.org example.net", 6, 2 },
	{ "close n", -1, "", 6, 0 },
	{ "rcpt n", -1, "null-mx.example", 5, 15 },
	{ "rcpt me@", -1, "me@ex-ample.org me@example.net", 5, 5 },
	{ "walk me@exam", -1, "me@example.net", 5, 14 },
	{ "watch o", -1, "off", 6, 3 },
	{ "watch ", -1, "1h 30s 5m off", 6, 0 },
	{ "lab t", -1, "three-mx", 4, 8 },
	{ "sender p", -1, "postfix primary-only", 7, 1 },
	{ "lesson pr", -1, "preference primary-down", 7, 2 },
	{ "explain null", -1, "null-mx null-mx-alone null-mx-code null-mx-sender", 8, 7 },
	{ "sort ", -1, "name next time verdict", 5, 0 },
	{ "sort v", -1, "verdict", 5, 7 },
	{ "set p", -1, "port probes", 4, 1 },
	{ "set probes ", -1, "off on", 11, 1 },
	{ "set port ", -1, "25", 9, 2 },
	{ "set seed 1", -1, "", 9, 0 },
	{ "set nonsense ", -1, "", 13, 0 },
	{ "theme ", -1,
	    "colour-blind-safe dark default high-contrast light monochrome solarized", 6, 0 },
	{ "dig example.net M", -1, "MX", 16, 2 },
	{ "dig example.net MX +", -1, "+dnssec +hex +norecurse +tcp", 19, 1 },
	{ "trace example.net +", -1, "", 18, 0 },
	{ "what-if ip", -1, "ipv4 ipv6", 8, 3 },
	{ "theme d", -1, "dark default", 6, 1 },
	{ "bind C-", -1, "C-b C-f C-l C-p C-z", 5, 2 },
	{ "bind F5 rel", -1, "reload", 8, 6 },
	{ "bind F5 sort v", -1, "verdict", 13, 7 },
	{ " bind  F5  sort v", -1, "verdict", 16, 7 },
	{ "bind F1", -1, "F1", 5, 2 },
	{ "help s", -1,
	    "save screen search seed sender senders set settings simulate sort source step "
	    "stop styles suspend",
	    5, 1 },
	{ "unbind PgU", -1, "PgUp", 7, 4 },
	{ "unbind F1 rel", -1, "", 10, 0 },
	{ "explain mx-al", -1, "mx-alias", 8, 8 },
	{ "help loo", -1, "lookup", 5, 6 },
	{ "probe ", -1, "all", 6, 3 },
	{ "reload xyz", 3, "reload", 0, 6 },
	{ "suspend ", -1, "", 8, 0 },
	{ "nonsense x", -1, "", 9, 0 },
	{ "zzz", -1, "", 0, 0 },
};

/* Completes the line up to the cursor: the candidates, with blanks between them. Clear *candidates. */
static struct buf
complete(
    struct candidates *candidates, const struct model *model, const char *line, size_t cursor)
{
	struct buf offered = BUF_INIT;

	completion_find(candidates, model, line, cursor);
	for (size_t i = 0; i < candidates->count; i++)
		buf_addf(&offered, "%s%s", i > 0 ? " " : "", candidates->items[i].text);
	return offered;
}

static void
tab_offers_what_fits(void **state)
{
	struct model model;

	(void)state;
	fill(&model);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t cursor =
		    rows[i].cursor < 0 ? strlen(rows[i].line) : (size_t)rows[i].cursor;
		struct candidates candidates;
		struct buf offered = complete(&candidates, &model, rows[i].line, cursor);

		if (strcmp(buf_text(&offered), rows[i].offered) != 0)
			fail_msg("\"%s\": offered \"%s\"", rows[i].line, buf_text(&offered));
		assert_int_equal(candidates.word, rows[i].word);
		assert_int_equal(candidates_common(&candidates), rows[i].common);
		candidates_clear(&candidates);
		buf_clear(&offered);
	}
	model.scenarios = NULL;
	model_clear(&model);
}

/* Files of the folder in which the test stands, a folder among them with a slash at its end. */
static const struct {
	const char *line, *offered;
} file_rows[] = {
	{ "source ", "audit.cmd deep/ Übung" },
	{ "source a", "audit.cmd" },
	{ "source A", "" },
	{ "source .", ".hidden" },
	{ "source ./d", "./deep/" },
	{ "source deep/", "deep/one.rec deep/two.rec" },
	{ "replay deep/t", "deep/two.rec" },
	{ "save deep/", "deep/one.rec deep/two.rec" },
	{ "record deep", "deep/" },
	{ "screen nosuch/", "" },
	{ "certificates audit.cmd/", "" },
	{ "theme d", "dark default" },
	{ "theme ./a", "./audit.cmd" },
	{ "lesson deep/o", "deep/one.rec" },
};

/* Makes an empty file. */
static void
touch(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fclose(file);
}

/* Of the names in a folder those that can be typed as a word are offered. */
static void
tab_offers_files(void **state)
{
	static const char *const files[] = { "audit.cmd", ".hidden", "two words", "esc\033[m",
		"\"", "Übung", "deep/one.rec", "deep/two.rec" };
	char folder[] = "/tmp/mxscope-completion-XXXXXX";
	int before = open(".", O_RDONLY | O_CLOEXEC);
	struct model model;

	(void)state;
	assert_true(before >= 0 && mkdtemp(folder) != NULL && chdir(folder) == 0);
	assert_int_equal(mkdir("deep", 0700), 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		touch(files[i]);
	fill(&model);
	for (size_t i = 0; i < sizeof file_rows / sizeof *file_rows; i++) {
		const char *line = file_rows[i].line;
		struct candidates candidates;
		struct buf offered = complete(&candidates, &model, line, strlen(line));

		if (strcmp(buf_text(&offered), file_rows[i].offered) != 0)
			fail_msg("\"%s\": offered \"%s\"", line, buf_text(&offered));
		candidates_clear(&candidates);
		buf_clear(&offered);
	}
	model.scenarios = NULL;
	model_clear(&model);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		assert_int_equal(unlink(files[i]), 0);
	assert_int_equal(rmdir("deep"), 0);
	assert_int_equal(fchdir(before), 0);
	assert_int_equal(rmdir(folder), 0);
	close(before);
}

/* An empty line offers every command, each with its help. */
static void
an_empty_line_offers_everything(void **state)
{
	struct model model;
	struct candidates candidates;
	size_t count;

	(void)state;
	fill(&model);
	command_table(&count);
	completion_find(&candidates, &model, "", 0);
	assert_int_equal(candidates.count, count + 4);
	for (size_t i = 1; i < candidates.count; i++)
		assert_true(strcmp(candidates.items[i - 1].text, candidates.items[i].text) < 0);
	candidates_clear(&candidates);
	model_clear(&model);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tab_offers_what_fits),
		cmocka_unit_test(tab_offers_files),
		cmocka_unit_test(an_empty_line_offers_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

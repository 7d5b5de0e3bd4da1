/*
 * Every command, key, option, finding and setting stands in the help, in the manual pages and in the
 * completions, and nowhere by hand. What a place holds is read back from what it shows: the terms of
 * the help, the .It lines of the manual, the words of the completions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "app/settings.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/shell_completion.h"
#include "ui/help.h"
#include "ui/manual.h"

enum {
	COLUMNS = 200,
	LINES = 1200,
	TERM_COLUMNS = 32, /* of the help: what stands further right explains */
};

/* --- words ------------------------------------------------------------------------------------- */

/* Words, each between two newlines. */
struct words {
	struct buf list;
};

static void
add(struct words *words, const char *prefix, const char *word, size_t n)
{
	if (words->list.length == 0)
		buf_addc(&words->list, '\n');
	buf_adds(&words->list, prefix);
	buf_add(&words->list, word, n);
	buf_addc(&words->list, '\n');
}

/* Adds all that stands between separators. */
static void
add_split(struct words *words, const char *text, size_t length, const char *separators)
{
	const char *end = text + length;

	while (text < end) {
		size_t n = strcspn(text, separators);

		if (n > (size_t)(end - text))
			n = (size_t)(end - text);
		if (n > 0)
			add(words, "", text, n);
		text += n + 1;
	}
}

static bool
has(const struct words *words, const char *word)
{
	struct buf line = BUF_INIT;
	bool found;

	buf_addf(&line, "\n%s\n", word);
	found = strstr(buf_text(&words->list), line.data) != NULL;
	buf_clear(&line);
	return found;
}

/* --- what there is, by kind -------------------------------------------------------------------- */

enum kind {
	OPTIONS,
	COMMANDS,
	KEYS,
	FINDINGS,
	SETTINGS,
	KINDS
};

static void
table_options(struct words *words)
{
	size_t count;
	const struct option_row *rows = options_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (rows[i].letter != 0)
			add(words, "-", &rows[i].letter, 1);
		if (rows[i].name != NULL)
			add(words, "--", rows[i].name, strlen(rows[i].name));
	}
}

static void
table_commands(struct words *words)
{
	size_t count;
	const struct command_row *rows = command_table(&count);

	for (size_t i = 0; i < count; i++)
		add(words, "", rows[i].name, strlen(rows[i].name));
}

static void
table_keys(struct words *words)
{
	size_t count;
	const struct binding *rows = keys_defaults(&count);

	for (size_t i = 0; i < count; i++)
		add(words, "", rows[i].key, strlen(rows[i].key));
}

static void
table_findings(struct words *words)
{
	struct finding_kind kind;

	for (size_t i = 0; finding_kind_at(i, &kind); i++) {
		add(words, "", kind.id, strlen(kind.id));
		assert_true(strlen(kind.meaning) > 0);
	}
}

static void
table_settings(struct words *words)
{
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	for (size_t i = 0; i < count; i++)
		add(words, "", rows[i].name, strlen(rows[i].name));
}

/* --- help ---------------------------------------------------------------------------------------- */

/* Adds the terms of a line; of a run of keys, "1-9", all that are in it. */
static void
add_terms(struct words *words, const char *line, size_t length)
{
	char run[4] = "";

	if (length < 3 || line[0] != ' ' || line[1] != ' ' || line[2] == ' ')
		return;
	if (length > TERM_COLUMNS)
		length = TERM_COLUMNS;
	add_split(words, line, length, " ,[\n");
	memcpy(run, line + 2, 3);
	if (run[1] == '-' && run[2] > run[0]) {
		for (char c = run[0]; c <= run[2]; c++)
			add(words, "", &c, 1);
	}
}

static void
help_words(struct words *words, const char *topic)
{
	struct model model = { .rows = 24, .columns = COLUMNS };
	struct canvas canvas;
	struct buf text = BUF_INIT;
	struct paper paper;

	canvas_init(&canvas, true);
	canvas_resize(&canvas, LINES, COLUMNS);
	paper = paper_open(&canvas, (struct area){ 0, 0, LINES, COLUMNS }, 0);
	model.help_topic = mem_strdup(topic);
	help_write(&paper, &model);
	free(model.help_topic);
	canvas_text(&canvas, &text);
	canvas_clear(&canvas);
	for (const char *line = text.data; *line != '\0';) {
		size_t n = strcspn(line, "\n");

		add_terms(words, line, n);
		line += n + (line[n] == '\n');
	}
	buf_clear(&text);
}

/* --- manual -------------------------------------------------------------------------------------- */

/* Adds the words of an .It line as they show: without macros' quotes, roff's escapes undone. */
static void
add_item(struct words *words, const char *line, size_t length)
{
	struct buf plain = BUF_INIT;

	for (size_t i = 0; i < length; i++) {
		if (line[i] == '\\' && line[i + 1] == '(') {
			buf_addc(&plain,
			    line[i + 2] == 't'       ? '~'
				: line[i + 2] == 'h' ? '^'
				: line[i + 2] == 'g' ? '`'
						     : '"');
			i += 3;
		} else if (line[i] == '\\') {
			i++;
			if (line[i] != '&')
				buf_addc(&plain, line[i] == 'e' ? '\\' : line[i]);
		} else if (strncmp(line + i, "Fl ", 3) == 0) {
			buf_addc(&plain, '-');
			i += 2;
		} else if (line[i] != '"') {
			buf_addc(&plain, line[i]);
		}
	}
	add_split(words, plain.data, plain.length, " ");
	buf_clear(&plain);
}

static void
manual_words(struct words *words)
{
	for (unsigned page = 0; page < manual_count; page++) {
		struct buf text = BUF_INIT;
		char *error = manual_write(&text, (enum manual)page);

		if (error != NULL)
			fail_msg("%s", error);
		for (const char *line = text.data; *line != '\0';) {
			size_t n = strcspn(line, "\n");

			if (strncmp(line, ".It ", 4) == 0)
				add_item(words, line + 4, n - 4);
			line += n + (line[n] == '\n');
		}
		buf_clear(&text);
	}
}

/* --- completions ---------------------------------------------------------------------------------- */

/* Adds what Tab offers behind this line. */
static void
offered_words(struct words *words, const char *line)
{
	struct model model = { 0 };
	struct candidates candidates;

	completion_find(&candidates, &model, line, strlen(line));
	for (size_t i = 0; i < candidates.count; i++)
		add(words, "", candidates.items[i].text, strlen(candidates.items[i].text));
	candidates_clear(&candidates);
}

/* Adds what a shell is told, with fish's "-s n" and "-l name" as options are typed. */
static void
shell_words(struct words *words, enum shell shell)
{
	struct buf out = BUF_INIT;

	shell_completion(&out, shell, NULL, 0);
	add_split(words, out.data, out.length, " \t\n'\"|()[]=+");
	for (const char *at = out.data; (at = strstr(at, " -l ")) != NULL; at += 4)
		add(words, "--", at + 4, strcspn(at + 4, " \n"));
	for (const char *at = out.data; (at = strstr(at, " -s ")) != NULL; at += 4)
		add(words, "-", at + 4, 1);
	buf_clear(&out);
}

/* --- the lint ------------------------------------------------------------------------------------- */

/* A kind of thing: its table, its topic of the help, and the line behind which Tab offers it. */
static const struct {
	void (*table)(struct words *words);
	const char *topic, *line; /* NULL = completed by the shells */
} kinds[KINDS] = {
	[OPTIONS] = { table_options, "options", NULL },
	[COMMANDS] = { table_commands, "commands", "" },
	[KEYS] = { table_keys, "keys", "bind " },
	[FINDINGS] = { table_findings, "findings", "explain " },
	[SETTINGS] = { table_settings, "settings", "set " },
};

/* Copies the first word of the table that the place lacks; false when it lacks none. */
static bool
lacks(const struct words *place, const struct words *table, char missing[64])
{
	for (const char *word = table->list.data + 1; *word != '\0'; word++) {
		size_t n = strcspn(word, "\n");

		assert_in_range(n, 1, 63);
		memcpy(missing, word, n);
		missing[n] = '\0';
		if (!has(place, missing))
			return true;
		word += n;
	}
	return false;
}

/* Fails unless the place holds the whole table, and unless it is noticed when one word is not there. */
static void
expect_whole(struct words *place, const struct words *table, const char *what)
{
	char missing[64], *at;
	struct buf last = BUF_INIT;

	if (lacks(place, table, missing))
		fail_msg("%s: there is no %s", what, missing);
	buf_addf(&last, "\n%s\n", missing);
	while ((at = strstr(place->list.data, last.data)) != NULL)
		at[1] = '\001';
	assert_true(lacks(place, table, missing));
	buf_clear(&last);
	buf_clear(&place->list);
}

static void
all_is_in_the_help(void **state)
{
	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		struct words table = { BUF_INIT }, place = { BUF_INIT };

		kinds[kind].table(&table);
		help_words(&place, kinds[kind].topic);
		expect_whole(&place, &table, "help");
		buf_clear(&table.list);
	}
}

static void
options_are_in_the_summary(void **state)
{
	struct words table = { BUF_INIT }, place = { BUF_INIT };
	char *help = options_help();

	(void)state;
	table_options(&table);
	add_split(&place, help, strlen(help), " ,\n[");
	expect_whole(&place, &table, "--help");
	buf_clear(&table.list);
	free(help);
}

static void
all_is_in_the_manual(void **state)
{
	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		struct words table = { BUF_INIT }, place = { BUF_INIT };

		kinds[kind].table(&table);
		manual_words(&place);
		expect_whole(&place, &table, "manual");
		buf_clear(&table.list);
	}
}

static void
all_is_completed(void **state)
{
	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		struct words table = { BUF_INIT }, place = { BUF_INIT };

		kinds[kind].table(&table);
		if (kinds[kind].line != NULL) {
			offered_words(&place, kinds[kind].line);
			expect_whole(&place, &table, "prompt");
		} else {
			for (unsigned shell = 0; shell < shell_count; shell++) {
				shell_words(&place, (enum shell)shell);
				expect_whole(&place, &table, shell_name((enum shell)shell));
			}
		}
		buf_clear(&table.list);
	}
}

/* Fails unless each candidate behind this line says in a line what it is. */
static size_t
expect_explained(const char *line)
{
	struct domain domains[] = { { .name = (char[]){ "example.net" } } };
	const struct model model = { .domains = domains, .domain_count = 1 };
	struct candidates candidates;
	size_t count;

	completion_find(&candidates, &model, line, strlen(line));
	count = candidates.count;
	for (size_t i = 0; i < count; i++) {
		const char *help = candidates.items[i].help;

		if (help == NULL || *help == '\0' || strchr(help, '\n') != NULL)
			fail_msg("\"%s%s\" is not explained", line, candidates.items[i].text);
	}
	candidates_clear(&candidates);
	return count;
}

static void
every_candidate_is_explained(void **state)
{
	size_t commands, settings, explained = expect_explained("");
	const struct command_row *rows = command_table(&commands);
	const struct setting_row *set = settings_table(&settings);
	struct buf line = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < commands; i++) {
		buf_truncate(&line, 0);
		buf_addf(&line, "%s ", rows[i].name);
		explained += expect_explained(line.data);
		buf_adds(&line, "x ");
		explained += expect_explained(line.data);
	}
	for (size_t i = 0; i < settings; i++) {
		size_t values;

		buf_truncate(&line, 0);
		buf_addf(&line, "set %s ", set[i].name);
		values = expect_explained(line.data);
		assert_true(values > 0);
		explained += values;
	}
	assert_true(explained > 500);
	buf_clear(&line);
}

/* The prose has no item of an option, command or finding of its own. */
static void
nothing_is_in_the_manual_by_hand(void **state)
{
	struct words tables = { BUF_INIT };

	(void)state;
	table_findings(&tables);
	for (unsigned page = 0; page < manual_count; page++) {
		for (const char *line = manual_prose((enum manual)page); *line != '\0';) {
			size_t n = strcspn(line, "\n");

			assert_int_not_equal(strncmp(line, ".It Fl", 6), 0);
			assert_int_not_equal(strncmp(line, ".It Ic", 6), 0);
			if (strncmp(line, ".It ", 4) == 0) {
				struct words item = { BUF_INIT };
				char word[64] = "";

				add_item(&item, line + 4, n - 4);
				if (sscanf(item.list.data, "%*s %63[^\n]", word) == 1)
					assert_false(has(&tables, word));
				buf_clear(&item.list);
			}
			line += n + (line[n] == '\n');
		}
	}
	buf_clear(&tables.list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_in_the_help),
		cmocka_unit_test(options_are_in_the_summary),
		cmocka_unit_test(all_is_in_the_manual),
		cmocka_unit_test(all_is_completed),
		cmocka_unit_test(every_candidate_is_explained),
		cmocka_unit_test(nothing_is_in_the_manual_by_hand),
	};

	return cmocka_run_group_tests_name("ui/everywhere", tests, NULL, NULL);
}

/*
 * The prompt's history file: what is written is read again, other programs' lines survive, a torn line
 * is healed, a long file is cut, and what cannot be used is told once and never harmed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"

#include "cli/paths.h"
#include "cli/prompt_history.h"

#define COOKIE "_HiStOrY_V2_\n"

/* --- the stage ---------------------------------------------------------------------------- */

/* A directory of its own for each test, and what was complained of. */
struct stage {
	char directory[64], path[96], lock[112];
	struct buf complaints;
};

static void
open_stage(struct stage *stage)
{
	*stage = (struct stage){ .directory = "/tmp/mxscope-history-XXXXXX" };
	assert_non_null(mkdtemp(stage->directory));
	snprintf(stage->path, sizeof stage->path, "%s/prompt", stage->directory);
	snprintf(stage->lock, sizeof stage->lock, "%s.lock", stage->path);
}

static void
close_stage(struct stage *stage)
{
	unlink(stage->path);
	unlink(stage->lock);
	assert_int_equal(rmdir(stage->directory), 0); /* no other file was left */
	buf_clear(&stage->complaints);
}

static void
complain(void *context, const char *sentence)
{
	struct stage *stage = context;

	buf_addf(&stage->complaints, "%s\n", sentence);
}

static struct prompt_history *
open_history(struct stage *stage)
{
	return prompt_history_new(stage->path, complain, stage);
}

/* Writes the file. */
static void
write_file(const struct stage *stage, const char *text)
{
	FILE *file = fopen(stage->path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* Fails unless the file holds this text. */
static void
expect_file(const struct stage *stage, const char *expected)
{
	char *text = paths_read(stage->path, 1 << 22);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

/* Fails unless these are the lines, newest first, parted by '|'. */
static void
expect_lines(const struct prompt_history *history, const char *expected)
{
	struct buf lines = BUF_INIT;

	for (size_t age = 0; age < prompt_history_count(history); age++)
		buf_addf(&lines, "%s%s", age > 0 ? "|" : "", prompt_history_line(history, age));
	assert_string_equal(buf_text(&lines), expected);
	buf_clear(&lines);
}

/* --- the file ------------------------------------------------------------------------------- */

static void
test_written_and_read(void **state)
{
	struct stage stage;
	struct prompt_history *history;
	struct stat status;

	(void)state;
	open_stage(&stage);
	history = open_history(&stage);
	assert_int_equal(prompt_history_count(history), 0);
	prompt_history_add(history, "lookup example.net");
	prompt_history_add(history, "filter a\\b\tc");
	prompt_history_add(history, "b\303\274cher.example");
	prompt_history_free(history);
	expect_file(&stage,
	    COOKIE "lookup\\040example.net\nfilter\\040a\\134b\\011c\nb\303\274cher.example\n");
	assert_int_equal(stat(stage.path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	history = open_history(&stage);
	expect_lines(
	    history, "b\303\274cher.example|lookup example.net"); /* no tab in a prompt */
	prompt_history_free(history);
	assert_string_equal(buf_text(&stage.complaints), "");
	close_stage(&stage);
}

static void
test_passed_over(void **state)
{
	struct stage stage;
	struct prompt_history *history;

	(void)state;
	open_stage(&stage);
	history = open_history(&stage);
	prompt_history_add(history, "");
	prompt_history_add(history, "one");
	prompt_history_add(history, "one");
	prompt_history_add(history, "two");
	prompt_history_add(history, "one");
	expect_lines(history, "one|two|one");
	prompt_history_free(history);
	expect_file(&stage, COOKIE "one\ntwo\none\n");
	close_stage(&stage);
}

/* What a file may hold, and the lines that are read of it. */
static void
test_reading(void **state)
{
	static const struct row {
		const char *file, *lines;
	} rows[] = {
		{ "", "" },
		{ COOKIE, "" },
		{ COOKIE "one\ntwo\n", "two|one" },
		{ COOKIE "one\ntorn", "torn|one" },
		{ COOKIE "\n\none\n", "one" },
		{ COOKIE "a\\040b\\\\c\n", "a b\\c" },
		/* Lines that no prompt can have written. */
		{ COOKIE "a\\04\nb\\9\nc\\\nd\\777\none\n", "one" },
		{ COOKIE "a\001\nb\\033[31m\nc\377\nd\\302\\205\ne\\000\none\n", "one" },
		{ COOKIE "\\303\\251\n", "\303\251" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stage stage;
		struct prompt_history *history;

		open_stage(&stage);
		write_file(&stage, rows[i].file);
		history = open_history(&stage);
		expect_lines(history, rows[i].lines);
		assert_string_equal(buf_text(&stage.complaints), "");
		prompt_history_free(history);
		expect_file(&stage, rows[i].file);
		close_stage(&stage);
	}
}

/* A line that a crash tore is ended before the next one is written. */
static void
test_torn_line_is_healed(void **state)
{
	struct stage stage;
	struct prompt_history *history;

	(void)state;
	open_stage(&stage);
	write_file(&stage, COOKIE "one\ntor");
	history = open_history(&stage);
	prompt_history_add(history, "two");
	prompt_history_free(history);
	expect_file(&stage, COOKIE "one\ntor\ntwo\n");
	close_stage(&stage);
}

/* Two prompts at once: every line of both is in the file, in the order in which they were typed. */
static void
test_two_at_once(void **state)
{
	struct stage stage;
	struct prompt_history *a, *b;

	(void)state;
	open_stage(&stage);
	a = open_history(&stage);
	b = open_history(&stage);
	for (int i = 0; i < 3; i++) {
		prompt_history_add(a, i == 0 ? "a0" : i == 1 ? "a1" : "a2");
		prompt_history_add(b, i == 0 ? "b0" : i == 1 ? "b1" : "b2");
	}
	prompt_history_free(a);
	prompt_history_free(b);
	expect_file(&stage, COOKIE "a0\nb0\na1\nb1\na2\nb2\n");
	close_stage(&stage);
}

/* While another program holds the lock, lines wait in memory; they go out with the next, or at the end. */
static void
test_lock_is_not_waited_for(void **state)
{
	struct stage stage;
	struct prompt_history *history;
	int fd;

	(void)state;
	open_stage(&stage);
	history = open_history(&stage);
	prompt_history_add(history, "one");
	fd = open(stage.lock, O_RDWR | O_CREAT, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	prompt_history_add(history, "two");
	prompt_history_add(history, "three");
	expect_file(&stage, COOKIE "one\n");
	close(fd);
	prompt_history_free(history);
	expect_file(&stage, COOKIE "one\ntwo\nthree\n");
	assert_string_equal(buf_text(&stage.complaints), "");
	close_stage(&stage);
}

/* Writes a file of this many lines: "line 0" ... */
static void
write_lines(const struct stage *stage, int count)
{
	FILE *file = fopen(stage->path, "w");

	assert_non_null(file);
	fputs(COOKIE, file);
	for (int i = 0; i < count; i++)
		fprintf(file, "line\\040%d\n", i);
	fclose(file);
}

static void
test_long_file_is_cut(void **state)
{
	struct stage stage;
	struct prompt_history *history;
	char *text, newest[32];

	(void)state;
	open_stage(&stage);
	write_lines(&stage, PROMPT_HISTORY_MAX + 10);
	history = open_history(&stage);
	assert_int_equal(prompt_history_count(history), PROMPT_HISTORY_MAX);
	snprintf(newest, sizeof newest, "line %d", PROMPT_HISTORY_MAX + 9);
	assert_string_equal(prompt_history_line(history, 0), newest);
	prompt_history_add(history, "new");
	prompt_history_free(history);
	text = paths_read(stage.path, 1 << 20);
	assert_non_null(text);
	snprintf(newest, sizeof newest, COOKIE "line\\040%d\n",
	    PROMPT_HISTORY_MAX + 10 - PROMPT_HISTORY_KEPT);
	assert_memory_equal(text, newest, strlen(newest));
	assert_string_equal(text + strlen(text) - 4, "new\n");
	free(text);
	history = open_history(&stage);
	assert_int_equal(prompt_history_count(history), PROMPT_HISTORY_KEPT + 1);
	prompt_history_free(history);
	close_stage(&stage);
}

/* A file that need not be cut is not touched. */
static void
test_full_file_is_left(void **state)
{
	struct stage stage;
	struct prompt_history *history;
	struct stat before, after;

	(void)state;
	open_stage(&stage);
	write_lines(&stage, PROMPT_HISTORY_MAX);
	assert_int_equal(stat(stage.path, &before), 0);
	history = open_history(&stage);
	prompt_history_free(history);
	assert_int_equal(stat(stage.path, &after), 0);
	assert_true(before.st_ino == after.st_ino && before.st_size == after.st_size);
	close_stage(&stage);
}

/* --- what cannot be used ------------------------------------------------------------------------ */

/* A file that is no history is not harmed, and told of once; the prompt remembers in memory. */
static void
test_foreign_file(void **state)
{
	struct stage stage;
	struct prompt_history *history;

	(void)state;
	open_stage(&stage);
	write_file(&stage, "my diary\n");
	history = open_history(&stage);
	prompt_history_add(history, "one");
	prompt_history_add(history, "two");
	expect_lines(history, "two|one");
	prompt_history_free(history);
	expect_file(&stage, "my diary\n");
	assert_non_null(strstr(buf_text(&stage.complaints),
	    "holds something else: what you type is "
	    "remembered in this run only.\n"));
	assert_ptr_equal(strchr(buf_text(&stage.complaints), '\n'),
	    buf_text(&stage.complaints) + stage.complaints.length - 1);
	close_stage(&stage);
}

static void
test_unusable_paths(void **state)
{
	static const struct row {
		const char *path, *complaint;
	} rows[] = {
		{ "/dev/null/prompt", "cannot be read (Not a directory)" },
		{ "/tmp", "cannot be read (Is a directory)" },
		{ "/dev/zero", "cannot be read (Invalid argument)" },
		{ "/nowhere/at/all/prompt", "cannot be written (No such file or directory)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stage stage = { .complaints = BUF_INIT };
		struct prompt_history *history =
		    prompt_history_new(rows[i].path, complain, &stage);

		prompt_history_add(history, "one");
		prompt_history_add(history, "two");
		expect_lines(history, "two|one");
		prompt_history_free(history);
		assert_non_null(strstr(buf_text(&stage.complaints), rows[i].complaint));
		buf_clear(&stage.complaints);
	}
	prompt_history_free(prompt_history_new(NULL, NULL, NULL));
}

/* A full disk (a limit on the file's size stands for it): nothing is torn, and it is told. */
static void
test_full_disk(void **state)
{
	struct stage stage;
	struct prompt_history *history;
	struct rlimit before, limit;

	(void)state;
	open_stage(&stage);
	history = open_history(&stage);
	prompt_history_add(history, "one");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = sizeof COOKIE - 1 + 4 + 3; /* room for half of the next line */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	prompt_history_add(history, "two and more");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	expect_lines(history, "two and more|one");
	prompt_history_free(history);
	expect_file(&stage, COOKIE "one\n");
	assert_non_null(
	    strstr(buf_text(&stage.complaints), "cannot be written (No space left"));
	close_stage(&stage);
}

/* --- searching ------------------------------------------------------------------------------------- */

static void
test_search(void **state)
{
	static const struct row {
		const char *pattern, *found;
	} rows[] = {
		{ "", "probe all|lookup one.example|lookup two.example" },
		{ "LOOKUP", "lookup one.example|lookup two.example" },
		{ "two", "lookup two.example" },
		{ "e a", "probe all" },
		{ "zz", "" },
	};
	struct prompt_history *history = prompt_history_new(NULL, NULL, NULL);

	(void)state;
	prompt_history_add(history, "lookup one.example");
	prompt_history_add(history, "lookup two.example");
	prompt_history_add(history, "lookup one.example");
	prompt_history_add(history, "probe all");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct candidates candidates = { .items = NULL };
		struct buf found = BUF_INIT;

		prompt_history_search(history, rows[i].pattern, &candidates);
		for (size_t k = 0; k < candidates.count; k++)
			buf_addf(&found, "%s%s", k > 0 ? "|" : "", candidates.items[k].text);
		assert_string_equal(buf_text(&found), rows[i].found);
		buf_clear(&found);
		candidates_clear(&candidates);
	}
	prompt_history_free(history);
}

/* Neither memory nor a search grows without end. */
static void
test_bounds(void **state)
{
	struct prompt_history *history = prompt_history_new(NULL, NULL, NULL);
	struct candidates candidates = { .items = NULL };
	char line[32];

	(void)state;
	for (int i = 0; i < PROMPT_HISTORY_MAX + 100; i++) {
		snprintf(line, sizeof line, "line %d", i);
		prompt_history_add(history, line);
	}
	assert_int_equal(prompt_history_count(history), PROMPT_HISTORY_MAX);
	assert_string_equal(prompt_history_line(history, 0), line);
	assert_string_equal(prompt_history_line(history, PROMPT_HISTORY_MAX - 1), "line 100");
	prompt_history_search(history, "line", &candidates);
	assert_int_equal(candidates.count, PROMPT_HISTORY_FOUND_MAX);
	candidates_clear(&candidates);
	prompt_history_free(history);
}

/* What a line went on with: the newest that does, and none that is no longer. */
static void
test_begun(void **state)
{
	static const char *const lines[] = { "lookup example.net", "walk", "lookup example.org",
		"lookup" };
	struct prompt_history *history = prompt_history_new(NULL, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		prompt_history_add(history, lines[i]);
	assert_string_equal(prompt_history_begun(history, "l"), "lookup");
	assert_string_equal(prompt_history_begun(history, "lookup"), "lookup example.org");
	assert_string_equal(
	    prompt_history_begun(history, "lookup example.n"), "lookup example.net");
	assert_null(prompt_history_begun(history, "lookup example.net"));
	assert_null(prompt_history_begun(history, "Lookup"));
	prompt_history_free(history);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_and_read),
		cmocka_unit_test(test_passed_over),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_torn_line_is_healed),
		cmocka_unit_test(test_two_at_once),
		cmocka_unit_test(test_lock_is_not_waited_for),
		cmocka_unit_test(test_long_file_is_cut),
		cmocka_unit_test(test_full_file_is_left),
		cmocka_unit_test(test_foreign_file),
		cmocka_unit_test(test_unusable_paths),
		cmocka_unit_test(test_begun),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

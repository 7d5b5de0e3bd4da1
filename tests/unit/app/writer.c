/*
 * Files that are written by the side: where they come to stand when the path is a link, a pipe or a device.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/mem.h"

#include "app/event.h"
#include "app/writer.h"

enum {
	MUCH = 200000, /* more than a pipe holds */
};

/* A writer with its loop, in an empty folder that is the current one. */
struct desk {
	struct event_base *base;
	struct event_queue queue;
	struct writer *writer;
	char folder[32];
};

static int
set_up(void **state)
{
	struct desk *desk = mem_alloc(sizeof *desk);

	strcpy(desk->folder, "/tmp/writer.XXXXXX");
	assert_non_null(mkdtemp(desk->folder));
	assert_int_equal(chdir(desk->folder), 0);
	desk->base = event_base_new();
	desk->writer = writer_new(desk->base, &desk->queue);
	assert_non_null(desk->writer);
	*state = desk;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const files[] = { "file", "link", "pipe" };
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(desk->folder), 0);
	writer_free(desk->writer);
	event_queue_clear(&desk->queue);
	event_base_free(desk->base);
	free(desk);
	return 0;
}

/* Orders the text to be written. */
static void
order(struct desk *desk, const char *path, const char *text)
{
	struct buf contents = BUF_INIT;

	buf_adds(&contents, text);
	writer_write(desk->writer, path, "report", &contents);
}

/* Waits for what became of the file, and asserts it. */
static void
assert_told(struct desk *desk, const char *expected)
{
	struct event event;

	while (!event_queue_pop(&desk->queue, &event))
		event_base_loop(desk->base, EVLOOP_ONCE);
	assert_string_equal(event.text, expected);
	event_clear(&event);
}

/* Asserts what is in a file. */
static void
assert_contents(const char *path, const char *expected)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}

/* The kind of what stands at the path itself. */
static mode_t
kind_of(const char *path)
{
	struct stat status;

	assert_int_equal(lstat(path, &status), 0);
	return status.st_mode & S_IFMT;
}

static void
test_file(void **state)
{
	order(*state, "file", "first");
	assert_told(*state, "The report is in file.");
	order(*state, "file", "2nd");
	assert_told(*state, "The report is in file.");
	assert_contents("file", "2nd");
}

/* What a link leads to is written, be it there or not yet; the link stays one. */
static void
test_link(void **state)
{
	assert_int_equal(symlink("file", "link"), 0);
	order(*state, "link", "first");
	assert_told(*state, "The report is in link.");
	assert_contents("file", "first");
	order(*state, "link", "2nd");
	assert_told(*state, "The report is in link.");
	assert_contents("file", "2nd");
	assert_int_equal(kind_of("file"), S_IFREG);
	assert_int_equal(kind_of("link"), S_IFLNK);
}

/* A pipe's reader gets all, at its own pace. */
static void
test_pipe(void **state)
{
	struct desk *desk = *state;
	char *much = mem_alloc(MUCH + 1), *got = mem_alloc(MUCH + 1);
	size_t length = 0;
	int reader;

	memset(much, 'x', MUCH);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	reader = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	order(desk, "pipe", much);
	while (length < MUCH && event_queue_is_empty(&desk->queue)) {
		ssize_t n = read(reader, got + length, MUCH - length);

		length += n > 0 ? (size_t)n : 0;
		event_base_loop(desk->base, EVLOOP_NONBLOCK);
	}
	while (length < MUCH) {
		ssize_t n = read(reader, got + length, MUCH - length);

		assert_true(n > 0);
		length += (size_t)n;
	}
	assert_told(desk, "The report is in pipe.");
	assert_string_equal(got, much);
	assert_int_equal(kind_of("pipe"), S_IFIFO);
	close(reader);
	free(much);
	free(got);
}

static void
test_pipe_without_reader(void **state)
{
	assert_int_equal(mkfifo("pipe", 0600), 0);
	order(*state, "pipe", "text");
	assert_told(
	    *state, "The report cannot be written to pipe: nothing reads at its other end.");
	assert_int_equal(kind_of("pipe"), S_IFIFO);
}

/* A terminal, as a device that nobody can come to harm with. */
static void
test_device(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	char text[16] = "";

	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(symlink(ptsname(master), "link"), 0);
	order(*state, "link", "text");
	assert_told(*state, "The report is in link.");
	assert_int_equal(read(master, text, sizeof text - 1), 4);
	assert_string_equal(text, "text");
	assert_int_equal(kind_of("link"), S_IFLNK);
	assert_int_equal(kind_of(ptsname(master)), S_IFCHR);
	close(master);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_link, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pipe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pipe_without_reader, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_device, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

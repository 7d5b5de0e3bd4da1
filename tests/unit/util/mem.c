/*
 * Memory: zeroed, never NULL, and the end of the program when there is no more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/mem.h"

static void
memory_is_zeroed_and_never_null(void **state)
{
	static const size_t sizes[] = { 0, 1, 17, 4096 };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		unsigned char *a = mem_alloc(sizes[i]), *b = mem_calloc(sizes[i], 3);

		assert_non_null(a);
		assert_non_null(b);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(a[k] | b[3 * k + 2], 0);
		free(a);
		free(b);
	}
}

static void
copies_are_copies(void **state)
{
	char *a = mem_strdup("mx"), *b = mem_strndup("mx.example", 2);
	uint8_t *c = mem_dup("\1\2", 2);

	(void)state;
	assert_string_equal(a, "mx");
	assert_string_equal(b, "mx");
	assert_memory_equal(c, "\1\2", 2);
	assert_null(mem_strdup(NULL));
	assert_null(mem_dup("x", 0));
	free(a);
	free(b);
	free(c);
}

static void
arrays_grow_one_by_one(void **state)
{
	int *items = NULL;
	size_t capacity = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		items = mem_grow(items, (size_t)i, &capacity, sizeof *items);
		assert_true(capacity > (size_t)i);
		items[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	assert_true(capacity <= 2048);
	free(items);
}

static int told[2];

/* The handler of the child: tells its parent that it was called. */
static void
tell(void)
{
	if (write(told[1], "!", 1) != 1)
		_exit(1);
}

/* Products that no machine can give. */
static void
ask_calloc(void)
{
	free(mem_calloc(SIZE_MAX / 2, 3));
}

static void
ask_realloc(void)
{
	free(mem_realloc(NULL, SIZE_MAX / 2, 3));
}

static void
ask_grow(void)
{
	size_t capacity = SIZE_MAX / 2;

	free(mem_grow(NULL, SIZE_MAX / 2, &capacity, 16));
}

/* Runs ask() in a child, its standard error in our pipe; returns the exit status. */
static int
status_of(void (*ask)(void), char *said, size_t room)
{
	int status;
	ssize_t n = 0, got;
	pid_t child;

	assert_int_equal(pipe(told), 0);
	child = fork();
	if (child == 0) {
		dup2(told[1], STDERR_FILENO);
		mem_on_exhaustion(tell);
		ask();
		_exit(0);
	}
	close(told[1]);
	while ((got = read(told[0], said + n, room - 1 - (size_t)n)) > 0)
		n += got;
	said[n] = '\0';
	close(told[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
exhaustion_ends_the_program_with_a_sentence(void **state)
{
	static void (*const asks[])(void) = { ask_calloc, ask_realloc, ask_grow };
	char said[200];

	(void)state;
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		assert_int_equal(status_of(asks[i], said, sizeof said), 70);
		assert_string_equal(said, "!mxscope: out of memory\n");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_never_null),
		cmocka_unit_test(copies_are_copies),
		cmocka_unit_test(arrays_grow_one_by_one),
		cmocka_unit_test(exhaustion_ends_the_program_with_a_sentence),
	};

	return cmocka_run_group_tests_name("util/mem", tests, NULL, NULL);
}

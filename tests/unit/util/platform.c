/*
 * What systems do each in their own way. Built twice: as for the system at hand, and with
 * MXSCOPE_PORTABLE, as for one that has nothing but the standard; both must give the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/platform.h"
#include "util/rng.h"

enum {
	ELEMENTS_MAX = 300,
};

/* An element of an odd size: sorted by key, named by serial. */
struct element {
	unsigned char key;
	unsigned char serial[2];
};

/* Compares two elements by key, then by serial; counts the calls. */
static int
compare_elements(const void *left, const void *right, void *context)
{
	const struct element *a = left, *b = right;
	size_t *calls = context;

	++*calls;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return memcmp(a->serial, b->serial, sizeof a->serial);
}

/* Fills count elements with random keys among so many. */
static void
fill(struct rng *rng, struct element *elements, size_t count, uint32_t keys)
{
	for (size_t i = 0; i < count; i++)
		elements[i] = (struct element){ .key = (unsigned char)rng_below(rng, keys),
			.serial = { (unsigned char)(i >> 8), (unsigned char)i } };
}

/* Every length up to a hundred, and a longer one, of many keys and of few. */
static void
test_sorts(void **state)
{
	static const uint32_t keys[] = { 1, 2, 7, 256 };
	struct element elements[ELEMENTS_MAX];
	struct rng rng;
	size_t calls;

	(void)state;
	rng_seed(&rng, 7);
	for (size_t count = 0; count <= ELEMENTS_MAX; count += count < 100 ? 1 : 100) {
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
			bool seen[ELEMENTS_MAX] = { false };

			fill(&rng, elements, count, keys[k]);
			calls = 0;
			platform_sort(
			    elements, count, sizeof *elements, compare_elements, &calls);
			for (size_t i = 0; i < count; i++) {
				size_t serial =
				    (size_t)elements[i].serial[0] << 8 | elements[i].serial[1];

				assert_true(serial < count && !seen[serial]);
				seen[serial] = true;
			}
			assert_true(count < 2 || calls >= count - 1);
			calls = 0;
			for (size_t i = 1; i < count; i++)
				assert_true(compare_elements(
						&elements[i - 1], &elements[i], &calls) < 0);
		}
	}
}

/* An empty pipe answers at once, and what is written comes out; programs that are started lack it. */
static void
test_pipe_never_blocks(void **state)
{
	int ends[2];
	char octet = 0;

	(void)state;
	assert_true(platform_pipe(ends));
	assert_int_equal(read(ends[0], &octet, 1), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(read(ends[0], &octet, 1), 1);
	assert_int_equal(octet, 'x');
	for (int i = 0; i < 2; i++) {
		assert_true(fcntl(ends[i], F_GETFD) & FD_CLOEXEC);
		assert_true(platform_can_wait(ends[i]));
		close(ends[i]);
	}
}

/* A file without a name keeps what is written, and is nothing to wait at. */
static void
test_memory_file_keeps(void **state)
{
	char kept[6] = "";
	int fd = platform_memory_file();

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "hello", 5), 5);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(read(fd, kept, 5), 5);
	assert_string_equal(kept, "hello");
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_false(platform_can_wait(fd));
	close(fd);
}

/* Two draws of 256 octets are not the same, and nothing is written behind them. */
static void
test_random_fills(void **state)
{
	unsigned char a[257], b[257];

	(void)state;
	memset(a, 0, sizeof a);
	memset(b, 0, sizeof b);
	assert_true(platform_random(a, 256) && platform_random(b, 256));
	assert_memory_not_equal(a, b, 256);
	assert_int_equal(a[256], 0);
	assert_int_equal(b[256], 0);
}

/* A file written in a watched folder is told by its name, another's is not. */
static void
test_watch_tells_the_file(void **state)
{
	char folder[] = "/tmp/mxscope-platform-XXXXXX", path[64];
	int watch, fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	watch = platform_watch(folder);
#ifdef PLATFORM_LINUX
	assert_true(watch >= 0);
#else
	assert_int_equal(watch, -1); /* the standard has no means */
#endif
	snprintf(path, sizeof path, "%s/x.theme", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	if (watch >= 0) {
		assert_true(platform_watch_tells(watch, "x.theme"));
		assert_false(platform_watch_tells(watch, "x.theme"));
		close(watch);
	}
	unlink(path);
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorts),
		cmocka_unit_test(test_pipe_never_blocks),
		cmocka_unit_test(test_memory_file_keeps),
		cmocka_unit_test(test_random_fills),
		cmocka_unit_test(test_watch_tells_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

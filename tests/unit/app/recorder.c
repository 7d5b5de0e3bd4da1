/*
 * A recording that has no file yet stays within its memory, and says so when it is asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/mem.h"
#include "util/text.h"

#include "app/recording.h"

enum {
	TEXT = 1 << 16
};

/* Records notices of so many octets in all; returns what opening a file then says. */
static char *
record(size_t octets, const char *path)
{
	const struct recording_start start = { .jobs = 0 };
	struct recorder *recorder = recorder_new(&start, NULL);
	char *text = mem_alloc(TEXT + 1), *sentence;
	const struct moment moment = { 0 };
	const struct event event = { .kind = EVENT_NOTICE, .text = text };

	memset(text, 'x', TEXT);
	for (size_t n = 0; n < octets; n += TEXT)
		recorder_event(recorder, &event, &moment);
	sentence = recorder_open(recorder, path);
	recorder_free(recorder);
	free(text);
	return sentence;
}

static void
a_recording_without_a_file_is_bounded(void **state)
{
	char path[] = "/tmp/mxscope-recorder-XXXXXX";
	int file = mkstemp(path);
	char *sentence;

	(void)state;
	assert_true(file >= 0);
	close(file);
	assert_null(record(RECORDER_MEMORY_MAX / 2, path));
	sentence = record(2 * RECORDER_MEMORY_MAX, path);
	assert_non_null(sentence);
	assert_true(text_is_printable(sentence, strlen(sentence)));
	free(sentence);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recording_without_a_file_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

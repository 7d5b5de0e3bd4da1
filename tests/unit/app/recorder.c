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

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "app/fields.h"
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

/* Records a name, masked; returns all that is then in the file. */
static char *
record_name(const char *text, const char *fault)
{
	const struct recording_start start = { .jobs = 1 };
	const struct hash_key key = { 1, 2 };
	struct recorder *recorder = recorder_new(&start, &key);
	char path[] = "/tmp/mxscope-recorder-XXXXXX", octets[4096];
	int file = mkstemp(path);
	struct buf out = BUF_INIT;
	ssize_t n;

	assert_true(file >= 0);
	recorder_name(recorder, text, fault);
	assert_null(recorder_open(recorder, path));
	recorder_free(recorder);
	while ((n = read(file, octets, sizeof octets)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			buf_addc(&out, octets[i] == '\0' ? ' ' : octets[i]);
	}
	close(file);
	unlink(path);
	return buf_take(&out);
}

/* Names whose local part no word is, and lines that are no name. */
static void
a_masked_recording_holds_no_local_part(void **state)
{
	static const struct {
		const char *text, *fault;
	} names[] = {
		{ "\"zecret quoted\"@zecret.test", NULL },
		{ "zecret'x@zecret.test", NULL },
		{ "zecret/x=y@zecret.test", NULL },
		{ "{zecret}x@zecret.test", NULL },
		{ "\"a,zecret\"@zecret.test", NULL },
		{ ".zecret@zecret.test", "Expected a local part, not \".zecret\"." },
		{ "a zecret@zecret.test", "Expected a local part, not \"a zecret\"." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *octets = record_name(names[i].text, names[i].fault);

		assert_null(strstr(octets, "zecret"));
		assert_non_null(strstr(octets, names[i].fault == NULL ? "user-" : "(masked)"));
		free(octets);
	}
}

/* Of what a server says there stay its codes and the keywords of EHLO; the rest may repeat anything. */
static void
what_a_server_says_is_masked(void **state)
{
	static const struct field line[] = { { .type = FIELD_SPEECH }, FIELDS_END };
	static const struct {
		const char *said, *kept;
	} rows[] = {
		{ "250 OK zecret'x fine", "250 (masked)" },
		{ "550 5.1.1 <zecret@zecret.test>: unknown", "550 (masked)" },
		{ "250-mx.zecret.test", "250-(masked)" },
		{ "250-SIZE 10240000", "250-SIZE 10240000" },
		{ "250-AUTH PLAIN LOGIN", "250-AUTH PLAIN LOGIN" },
		{ "250 STARTTLS", "250 STARTTLS" },
		{ "STARTTLS", "STARTTLS" },
	};
	const struct redactor redactor = { .key = { 1, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;

		fields_encode(&out, line, &rows[i].said, &redactor);
		assert_string_equal(buf_text(&out) + 1, rows[i].kept);
		buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recording_without_a_file_is_bounded),
		cmocka_unit_test(what_a_server_says_is_masked),
		cmocka_unit_test(a_masked_recording_holds_no_local_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

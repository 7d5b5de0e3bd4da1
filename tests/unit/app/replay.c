/*
 * A recording played at each of its paces, in virtual time: what is due when, and that what was shown
 * between two events then is shown between them now.
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
#include "util/span.h"

#include "app/replay.h"

#define RECORDED_US (7 * SPAN_SECOND) /* when the recording began */
#define NOW_US      (1000 * SPAN_SECOND) /* when it is played */

enum {
	RECORDED_TIME = 1795298400
};

/* What was recorded: an event at its moment, or NULL where the model was shown. */
static const struct {
	int64_t at_ms;
	const char *notice; /* "" = a tick */
} recorded[] = {
	{ 0, "first" },
	{ 0, "with the first" },
	{ 0, NULL },
	{ 1200, "second" },
	{ 1200, NULL },
	{ 2000, "" },
	{ 2000, NULL },
	{ 61000, "last" },
	{ 61000, NULL },
};

/* Writes the recording. */
static void
write_recording(const char *path)
{
	const struct recording_start start = {
		.settings = { .network = true, .seed = 1 },
		.moment = { .us = RECORDED_US, .time = RECORDED_TIME },
	};
	struct recorder *recorder = recorder_new(&start, NULL);

	assert_null(recorder_open(recorder, path));
	for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
		struct moment moment = {
			.us = RECORDED_US + recorded[i].at_ms * SPAN_MS,
			.time = RECORDED_TIME + recorded[i].at_ms / 1000,
		};
		struct event event = { .kind = EVENT_TICK };

		if (recorded[i].notice == NULL) {
			assert_null(recorder_turn(recorder));
			continue;
		}
		if (*recorded[i].notice != '\0') {
			event.kind = EVENT_NOTICE;
			event.text = mem_strdup(recorded[i].notice);
		}
		recorder_event(recorder, &event, &moment);
		event_clear(&event);
	}
	recorder_free(recorder);
}

/* True for any command: there are none. */
static bool
any_command(const struct command *command)
{
	(void)command;
	return true;
}

/* Opens the recording to be played at this pace. */
static struct replay *
begin(enum replay_pace pace)
{
	char path[] = "/tmp/mxscope-replay-XXXXXX", *error = NULL;
	struct recording *recording;
	int file = mkstemp(path);

	assert_true(file >= 0);
	close(file);
	write_recording(path);
	recording = recording_open(path, any_command, &error);
	if (recording == NULL)
		fail_msg("%s", error);
	unlink(path);
	return replay_new(recording, pace, NOW_US);
}

/* Expects this event to be played now, at its recorded moment. */
static void
expect_event(struct replay *replay, int64_t now_us, size_t i)
{
	struct moment moment;
	struct event event;

	assert_int_equal(replay_next(replay, now_us, &event, &moment), RECORDING_EVENT);
	assert_int_equal(moment.us, RECORDED_US + recorded[i].at_ms * SPAN_MS);
	assert_int_equal(moment.time, RECORDED_TIME + recorded[i].at_ms / 1000);
	if (*recorded[i].notice == '\0') {
		assert_int_equal(event.kind, EVENT_TICK);
	} else {
		assert_int_equal(event.kind, EVENT_NOTICE);
		assert_string_equal(event.text, recorded[i].notice);
	}
	event_clear(&event);
}

/* Expects that the model is to be shown before anything more is played. */
static void
expect_pause(struct replay *replay, int64_t now_us)
{
	struct moment moment;
	struct event event;

	assert_int_equal(replay_next(replay, now_us, &event, &moment), RECORDING_TURN);
	assert_false(replay_is_over(replay));
}

/* Expects that all was played, and to its end. */
static void
expect_end(struct replay *replay, int64_t now_us)
{
	struct moment moment;
	struct event event;

	assert_int_equal(replay_next(replay, now_us, &event, &moment), RECORDING_END);
	assert_true(replay_is_over(replay));
	assert_null(recording_trouble(replay_recording(replay)));
	assert_int_equal(replay_due(replay), INT64_MAX);
	replay_free(replay);
}

/* Everything is due at once, but what was shown then is shown now. */
static void
at_once(void **state)
{
	struct replay *replay = begin(REPLAY_ONCE);

	(void)state;
	for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
		assert_true(replay_due(replay) <= NOW_US);
		if (recorded[i].notice == NULL && i + 1 < sizeof recorded / sizeof *recorded)
			expect_pause(replay, NOW_US);
		else if (recorded[i].notice != NULL)
			expect_event(replay, NOW_US, i);
	}
	assert_int_equal(
	    replay_next(replay, NOW_US, &(struct event){ 0 }, &(struct moment){ 0 }),
	    RECORDING_TURN);
	expect_end(replay, NOW_US);
}

/* An event comes as long after the beginning as it did then, and not a microsecond earlier. */
static void
as_it_happened(void **state)
{
	struct replay *replay = begin(REPLAY_REAL);
	struct moment moment;
	struct event event;

	(void)state;
	assert_int_equal(replay_due(replay), NOW_US);
	for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
		int64_t due = NOW_US + recorded[i].at_ms * SPAN_MS;

		if (recorded[i].notice == NULL) {
			assert_int_equal(
			    replay_next(replay, due, &event, &moment), RECORDING_TURN);
			continue;
		}
		assert_int_equal(replay_due(replay), due);
		if (due > NOW_US)
			expect_pause(replay, due - 1);
		expect_event(replay, due, i);
	}
	expect_end(replay, NOW_US + 62 * SPAN_SECOND);
}

/* Nothing comes before it is asked for; ticks come by themselves. */
static void
step_by_step(void **state)
{
	struct replay *replay = begin(REPLAY_STEP);
	const int64_t late = NOW_US + 3600 * SPAN_SECOND;

	(void)state;
	assert_int_equal(replay_due(replay), INT64_MAX);
	expect_pause(replay, late);
	replay_step(replay, 1);
	expect_event(replay, late, 0);
	expect_pause(replay, late); /* the second event of that turn waits for a step, too */
	replay_step(replay, 2);
	expect_event(replay, late, 1);
	expect_pause(replay, late); /* it was shown here */
	expect_event(replay, late, 3);
	expect_pause(replay, late); /* and here */
	expect_event(replay, late, 5);
	expect_pause(replay, late);
	expect_pause(replay, late); /* the last event waits */
	assert_int_equal(replay_due(replay), INT64_MAX);
	replay_step(replay, 100);
	expect_event(replay, late, 7);
	assert_int_equal(replay_next(replay, late, &(struct event){ 0 }, &(struct moment){ 0 }),
	    RECORDING_TURN);
	expect_end(replay, late);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_once),
		cmocka_unit_test(as_it_happened),
		cmocka_unit_test(step_by_step),
	};

	return cmocka_run_group_tests_name("app/replay", tests, NULL, NULL);
}

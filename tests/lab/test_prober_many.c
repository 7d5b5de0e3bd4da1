/*
 * The prober with many probes at once: the limit, one visitor at an address, and how a cancelled
 * dialogue takes its leave.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <event2/event.h>

#include "util/span.h"
#include "lab/visits.h"

/* --- many probes ---------------------------------------------------------- */

/* At most the limit runs at once, and all come to an end. */
static void
keeps_to_its_limit(void **state)
{
	struct visits v;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	v.settings.limit = 4;
	visits_open(&v);
	for (uint32_t tag = 0; tag < 40; tag++)
		visits_probe(&v, tag, tag, visits_address(&v, tag));
	assert_int_equal(prober_pending(v.prober), 40);
	bench_run_until(&v.bench, visits_are_closed, &v);
	for (uint32_t tag = 0; tag < 40; tag++) {
		assert_int_equal(v.seen[tag].ends, 1);
		assert_int_equal(v.seen[tag].facts->outcome, SMTP_ACCEPTING);
	}
	assert_int_equal(v.server.connections, 40);
	assert_true(v.server.most_open <= 5);
	assert_true(v.server.most_open >= 4);
	visits_end(&v);
}

/* True when this probe is queued or runs. */
static bool
is_first_started(const void *context)
{
	const struct visits *v = context;

	return v->seen[0].reports > 0;
}

/* One address has one visitor at a time, whoever asks; others are not held up by the queue. */
static void
visits_an_address_alone(void **state)
{
	struct visits v;
	unsigned running = 0;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	visits_open(&v);
	for (uint32_t tag = 0; tag < 10; tag++)
		visits_probe(&v, tag, tag, visits_address(&v, 1));
	visits_probe(&v, 10, 10, visits_address(&v, 2));
	bench_run_until(&v.bench, is_first_started, &v);
	for (uint32_t tag = 0; tag < 10; tag++)
		running += v.seen[tag].reports > 0;
	assert_int_equal(running, 1);
	assert_true(v.seen[10].reports > 0);
	bench_run_until(&v.bench, visits_are_closed, &v);
	for (uint32_t tag = 0; tag < 11; tag++)
		assert_int_equal(v.seen[tag].facts->outcome, SMTP_ACCEPTING);
	visits_end(&v);
}

/* Between two visits to an address it has its rest; another address is not held up by that. */
static void
gives_an_address_its_rest(void **state)
{
	struct visits v;
	int64_t apart;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	v.settings.spacing_us = 100 * SPAN_MS;
	visits_open(&v);
	visits_probe(&v, 1, 0, visits_address(&v, 1));
	visits_probe(&v, 1, 1, visits_address(&v, 1));
	visits_probe(&v, 1, 2, visits_address(&v, 2));
	bench_run_until(&v.bench, visits_are_closed, &v);
	apart = v.seen[1].facts->started_us - v.seen[0].facts->ended_us;
	assert_true(apart >= 100 * SPAN_MS);
	assert_true(v.seen[2].facts->started_us < v.seen[1].facts->started_us);
	for (uint32_t tag = 0; tag < 3; tag++)
		assert_int_equal(v.seen[tag].facts->outcome, SMTP_ACCEPTING);
	visits_end(&v);
}

/* Who waits for a rest can be cancelled, and the prober can go while somebody does. */
static void
a_rest_can_be_given_up(void **state)
{
	struct visits v;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	v.settings.spacing_us = 60 * SPAN_SECOND;
	visits_open(&v);
	visits_probe(&v, 1, 0, visits_address(&v, 1));
	bench_run_until(&v.bench, visits_are_closed, &v);
	visits_probe(&v, 2, 1, visits_address(&v, 1));
	visits_probe(&v, 3, 2, visits_address(&v, 1));
	bench_run_ready(&v.bench);
	prober_cancel(v.prober, 2);
	bench_run_ready(&v.bench);
	assert_int_equal(v.seen[1].reports, 0);
	assert_int_equal(v.seen[2].reports, 0);
	assert_int_equal(prober_pending(v.prober), 1);
	assert_int_equal(v.server.connections, 1);
	visits_end(&v);
}

/* --- cancelling ----------------------------------------------------------- */

static const struct fake_row slow_at_ehlo[] = {
	{ "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
	{ "QUIT", "221 bye\r\n", FAKE_CLOSE, FAKE_ALWAYS },
	{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS },
};

/*
 * A cancelled dialogue says QUIT, reports nothing more, and leaves before the next one comes.
 */
static void
takes_leave(void **state)
{
	struct visits v;
	unsigned reports;

	(void)state;
	visits_begin(&v, slow_at_ehlo);
	v.server.later = fake_smtp_good;
	visits_open(&v);
	visits_probe(&v, 1, 0, visits_address(&v, 1));
	visits_probe(&v, 1, 1, visits_address(&v, 1));
	visits_probe(&v, 2, 2, visits_address(&v, 1));
	bench_run_until(&v.bench, visits_heard_ehlo, &v);
	reports = v.seen[0].reports;
	prober_cancel(v.prober, 1);
	assert_int_equal(prober_pending(v.prober), 1);
	bench_run_until(&v.bench, visits_are_closed, &v);
	assert_int_equal(v.seen[0].reports, reports);
	assert_int_equal(v.seen[0].ends, 0);
	assert_int_equal(v.seen[1].reports, 0);
	assert_int_equal(v.seen[2].facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(v.server.most_open, 1);
	assert_int_equal(v.server.resets, 0);
	assert_string_equal(fake_smtp_heard(&v.server),
	    "EHLO probe.example|QUIT|#"
	    "EHLO probe.example|STARTTLS|EHLO probe.example|QUIT|#");
	visits_end(&v);
}

/* Who takes leave still counts: not more connections are open than the limit allows. */
static void
those_who_leave_count(void **state)
{
	static const struct fake_row deaf[] = { { "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS } };
	struct visits v;

	(void)state;
	visits_begin(&v, deaf);
	v.server.later = fake_smtp_good;
	v.settings.limit = 1;
	visits_open(&v);
	visits_probe(&v, 1, 0, visits_address(&v, 1));
	bench_run_until(&v.bench, visits_heard_ehlo, &v);
	prober_cancel(v.prober, 1);
	visits_probe(&v, 2, 1, visits_address(&v, 2));
	bench_run_until(&v.bench, visits_are_over, &v);
	assert_int_equal(v.seen[1].facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(v.server.most_open, 1);
	visits_end(&v);
}

/* Before the greeting nothing is said, not even QUIT. */
static void
leaves_in_silence_before_the_greeting(void **state)
{
	static const struct fake_row silent[] = { { "", NULL, FAKE_LISTEN, 0 },
		{ NULL, NULL, 0, 0 } };
	struct visits v;

	(void)state;
	visits_begin(&v, silent);
	visits_open(&v);
	visits_probe(&v, 1, 0, visits_address(&v, 1));
	bench_run_until(&v.bench, visits_are_open, &v);
	prober_cancel(v.prober, 1);
	bench_run_until(&v.bench, visits_are_closed, &v);
	assert_string_equal(fake_smtp_heard(&v.server), "#");
	assert_int_equal(v.server.resets, 0);
	visits_end(&v);
}

/*
 * A server that does not answer QUIT is left after a second, and only then its address is
 * free.
 */
static void
does_not_wait_for_ever(void **state)
{
	static const struct fake_row deaf[] = { { "", "220 a\r\n", FAKE_LISTEN, 0 },
		{ NULL, NULL, 0, 0 } };
	struct visits v;
	int64_t cancelled_us, waited_us;

	(void)state;
	visits_begin(&v, deaf);
	v.server.later = fake_smtp_good;
	visits_open(&v);
	visits_probe(&v, 1, 0, visits_address(&v, 1));
	bench_run_until(&v.bench, visits_heard_ehlo, &v);
	cancelled_us = bench_now_us();
	prober_cancel(v.prober, 1);
	visits_probe(&v, 2, 1, visits_address(&v, 1));
	bench_run_until(&v.bench, visits_are_closed, &v);
	assert_int_equal(v.seen[1].facts->outcome, SMTP_ACCEPTING);
	assert_int_equal(v.server.most_open, 1);
	waited_us = v.seen[1].facts->started_us - cancelled_us;
	assert_true(waited_us >= 900 * SPAN_MS);
	assert_true(waited_us <= 10 * SPAN_SECOND);
	visits_end(&v);
}

/* At the report of the greeting the callback cancels its own owner. */
static void
cancel_at_ehlo(struct visits *v, uint64_t owner, uint32_t tag)
{
	if (v->seen[tag].facts->stage == SMTP_STAGE_EHLO)
		prober_cancel(v->prober, owner);
}

/* The callback may cancel what it is told about, also when that has just ended. */
static void
may_be_cancelled_from_the_callback(void **state)
{
	struct visits v;

	(void)state;
	visits_begin(&v, fake_smtp_good);
	v.then = cancel_at_ehlo;
	visits_open(&v);
	visits_probe(&v, 1, 0, visits_address(&v, 1));
	visits_probe(&v, 1, 1, visits_address(&v, 2));
	visits_probe(&v, 2, 2, bench_closed_port());
	bench_run_until(&v.bench, visits_are_closed, &v);
	assert_int_equal(v.seen[0].ends, 0);
	assert_int_equal(v.seen[1].ends, 0);
	assert_int_equal(v.seen[2].ends, 1);
	visits_end(&v);
}

/* Ending the program says QUIT in open dialogues, in clear and inside TLS, without waiting. */
static void
says_quit_at_the_end(void **state)
{
	static const struct fake_row slow_in_tls[] = {
		{ "", "220 a\r\n", FAKE_LISTEN, FAKE_ALWAYS },
		{ "EHLO", "250-a\r\n250 STARTTLS\r\n", FAKE_LISTEN, FAKE_IN_CLEAR },
		{ "STARTTLS", "220 go\r\n", FAKE_SECURE, FAKE_ALWAYS },
		{ "QUIT", "221 bye\r\n", FAKE_CLOSE, FAKE_ALWAYS },
		{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS },
	};
	static const struct {
		const struct fake_row *script;
		const char *until, *heard;
	} rows[] = {
		{ slow_at_ehlo, "EHLO", "EHLO probe.example|QUIT|#" },
		{ slow_in_tls, "|EHLO",
		    "EHLO probe.example|STARTTLS|EHLO probe.example|QUIT|#" },
	};
	struct visits v;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		visits_begin(&v, rows[i].script);
		visits_open(&v);
		visits_probe(&v, 1, 0, visits_address(&v, 1));
		while (!strstr(fake_smtp_heard(&v.server), rows[i].until))
			event_base_loop(v.bench.base, EVLOOP_ONCE);
		prober_free(v.prober);
		visits_open(&v);
		bench_run_until(&v.bench, visits_are_closed, &v);
		assert_string_equal(fake_smtp_heard(&v.server), rows[i].heard);
		visits_end(&v);
	}
}

/* Ending with probes queued, connecting, in the handshake and leaving leaves nothing behind. */
static void
ends_in_the_middle(void **state)
{
	struct visits v;

	(void)state;
	for (int turns = 0; turns < 30; turns++) {
		visits_begin(&v, fake_smtp_good);
		v.settings.limit = 3;
		visits_open(&v);
		for (uint32_t tag = 0; tag < 6; tag++)
			visits_probe(&v, tag, tag, visits_address(&v, tag / 2));
		for (int i = 0; i < turns; i++)
			bench_run_ready(&v.bench);
		prober_cancel(v.prober, 0);
		visits_end(&v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_to_its_limit),
		cmocka_unit_test(visits_an_address_alone),
		cmocka_unit_test(gives_an_address_its_rest),
		cmocka_unit_test(a_rest_can_be_given_up),
		cmocka_unit_test(takes_leave),
		cmocka_unit_test(those_who_leave_count),
		cmocka_unit_test(leaves_in_silence_before_the_greeting),
		cmocka_unit_test(does_not_wait_for_ever),
		cmocka_unit_test(may_be_cancelled_from_the_callback),
		cmocka_unit_test(says_quit_at_the_end),
		cmocka_unit_test(ends_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

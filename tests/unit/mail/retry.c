/*
 * Retry schedules against the routing rules, section 3: the first ages of each sender and the
 * number of attempts until it gives up. Exim makes one more than is told there: at the very end, as was
 * measured (tests/peers/senders/retries.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "mail/retry.h"

enum {
	FIRST = 8
};

static const struct {
	enum sender sender;
	int64_t ages[FIRST]; /* of the first attempts */
	unsigned attempts; /* until it gives up */
} schedules[] = {
	{ SENDER_RFC5321, { 0, 1800, 9000, 16200, 23400, 30600, 37800, 45000 }, 61 },
	{ SENDER_POSTFIX, { 0, 300, 600, 1200, 2400, 4800, 8800, 12800 }, 112 },
	{ SENDER_EXIM, { 0, 900, 1800, 2700, 3600, 4500, 5400, 6300 }, 28 },
	{ SENDER_SENDMAIL, { 0, 3600, 7200, 10800, 14400, 18000, 21600, 25200 }, 121 },
	{ SENDER_OPENSMTPD, { 0, 400, 1600, 3600, 6400, 10000, 14400, 19600 }, 30 },
	{ SENDER_QMAIL, { 0, 400, 1600, 3600, 6400, 10000, 14400, 19600 }, 39 },
	{ SENDER_PRIMARY_ONLY, { 0, 1800, 9000, 16200, 23400, 30600, 37800, 45000 }, 61 },
};

/* Follows a schedule to its end and compares. */
static void
follow(size_t row)
{
	int64_t age = 0, waited = 0;
	unsigned attempts = 0;

	while (age >= 0) {
		int64_t next = retry_next(schedules[row].sender, age, waited);

		if (attempts < FIRST)
			assert_int_equal(age, schedules[row].ages[attempts]);
		attempts++;
		assert_true(next == -1 || next > age);
		waited = next - age;
		age = next;
	}
	assert_int_equal(attempts, schedules[row].attempts);
}

static void
test_schedules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++)
		follow(i);
}

/* Exim's intervals grow by half from two hours on: 3h, 4h30, 6h45, 10h07, 15h11, 22h46, 28h46. */
static void
test_exim_grows(void **state)
{
	static const int64_t minutes[] = { 120, 180, 270, 405, 607, 911, 1366, 1726, 2086 };
	int64_t age = 0, waited = 0;
	size_t seen = 0;

	(void)state;
	while (age >= 0 && seen < sizeof minutes / sizeof *minutes) {
		int64_t next = retry_next(SENDER_EXIM, age, waited);

		if (age >= minutes[0] * 60)
			assert_int_equal(age / 60, minutes[seen++]);
		waited = next - age;
		age = next;
	}
	assert_int_equal(seen, sizeof minutes / sizeof *minutes);
}

/* A warning, where there is one, comes before the end; every schedule says where it is from. */
static void
test_profiles(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sender_count; i++) {
		const struct retry_profile *profile = retry_profile((enum sender)i);

		assert_true(profile->warns < profile->gives_up);
		assert_true(profile->gives_up >= 4 * 86400);
		assert_non_null(profile->schedule);
		assert_non_null(profile->source);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedules),
		cmocka_unit_test(test_exim_grows),
		cmocka_unit_test(test_profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

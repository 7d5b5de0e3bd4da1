/*
 * The probes that a report's names share: one visit for all who ask at the same time or soon after, and a
 * new one for who asks later.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "util/span.h"
#include "net/probe_pool.h"
#include "lab/visits.h"

/* What the pool told each owner. */
struct told {
	enum smtp_outcome outcomes[8];
	int64_t ended_us[8];
	unsigned ends;
};

/* A server that puts the first one off and welcomes all others. */
static const struct fake_row busy[] = {
	{ "", "421 4.3.2 come later\r\n", FAKE_CLOSE, FAKE_ALWAYS },
	{ NULL, NULL, FAKE_LISTEN, FAKE_ALWAYS },
};

/* The callback: keeps how a probe ended. */
static void
on_report(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct told *told = context;

	(void)tag;
	if (facts->ended_us == 0)
		return;
	told->outcomes[owner] = facts->outcome;
	told->ended_us[owner] = facts->ended_us;
	told->ends++;
}

/* Begins with the busy server and a pool whose results are fresh for so long. */
static struct probe_pool *
open_pool(struct visits *v, struct told *told, int64_t fresh_us)
{
	char helo[] = "probe.example";

	*told = (struct told){ .ends = 0 };
	visits_begin(v, busy);
	v->server.later = fake_smtp_good;
	v->settings.helo = helo;
	return probe_pool_new(
	    v->bench.base, v->bench.dialler, v->tls, &v->settings, fresh_us, on_report, told);
}

/* Asks for a probe of the server for this owner. */
static void
ask(struct probe_pool *pool, struct visits *v, uint64_t owner)
{
	const struct probe_request request = {
		.owner = owner,
		.target = visits_address(v, 1),
		.host = "mx.example.net",
		.mail_from = "",
	};

	probe_pool_start(pool, &request);
}

/* A loop's end: two have been told how it ended. */
static bool
are_two_told(const void *context)
{
	const struct told *told = context;

	return told->ends == 2;
}

/* Who asks while a visit is under way, or when its result is fresh, has it from that visit. */
static void
a_fresh_result_is_given_out(void **state)
{
	struct told told;
	struct visits v;
	struct probe_pool *pool = open_pool(&v, &told, 60 * 60 * SPAN_SECOND);

	(void)state;
	ask(pool, &v, 1);
	ask(pool, &v, 2);
	bench_run_until(&v.bench, are_two_told, &told);
	ask(pool, &v, 3);
	assert_int_equal(told.ends, 3);
	for (size_t owner = 1; owner <= 3; owner++) {
		assert_int_equal(told.outcomes[owner], SMTP_DEFERRING);
		assert_int_equal(told.ended_us[owner], told.ended_us[1]);
	}
	assert_int_equal(v.server.connections, 1);
	probe_pool_free(pool);
	visits_end(&v);
}

/* A loop's end: three have been told how it ended. */
static bool
are_three_told(const void *context)
{
	const struct told *told = context;

	return told->ends == 3;
}

/*
 * A result that is no longer fresh is forgotten: the address is visited anew, and says what it says now. A
 * visit under way is shared however short a result is fresh.
 */
static void
a_stale_result_is_not(void **state)
{
	struct told told;
	struct visits v;
	struct probe_pool *pool = open_pool(&v, &told, 0);

	(void)state;
	ask(pool, &v, 1);
	ask(pool, &v, 2);
	bench_run_until(&v.bench, are_two_told, &told);
	assert_int_equal(v.server.connections, 1);
	ask(pool, &v, 3);
	assert_int_equal(told.ends, 2);
	bench_run_until(&v.bench, are_three_told, &told);
	assert_int_equal(told.outcomes[1], SMTP_DEFERRING);
	assert_int_equal(told.outcomes[3], SMTP_ACCEPTING);
	assert_true(told.ended_us[3] > told.ended_us[1]);
	assert_int_equal(v.server.connections, 2);
	probe_pool_free(pool);
	visits_end(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_result_is_given_out),
		cmocka_unit_test(a_stale_result_is_not),
	};

	return cmocka_run_group_tests_name("net/probe_pool", tests, NULL, NULL);
}

/*
 * How often each sender's draw falls which way, over many seeds, against what was measured
 * (routing rules, 5.1), by chi-square; that the same seed gives the same plan; and what a plan
 * of many exchanges costs. Orders that cannot vary are told by tests/plan/sender_order.plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "mail/plan.h"
#include "unit/mail/learn.h"

enum {
	SEEDS = 6000,
	KINDS_MAX = 32,
	TEXT_MAX = 64,
};

/* How often each outcome of a draw came. */
struct tally {
	char kinds[KINDS_MAX][TEXT_MAX];
	size_t counts[KINDS_MAX], kinds_count;
};

/* Counts an outcome. */
static void
count(struct tally *tally, const char *kind)
{
	size_t i = 0;

	while (i < tally->kinds_count && strcmp(tally->kinds[i], kind) != 0)
		i++;
	assert_true(i < KINDS_MAX);
	if (i == tally->kinds_count)
		snprintf(tally->kinds[tally->kinds_count++], TEXT_MAX, "%s", kind);
	tally->counts[i]++;
}

/* How often this outcome came. */
static size_t
counted(const struct tally *tally, const char *kind)
{
	for (size_t i = 0; i < tally->kinds_count; i++) {
		if (strcmp(tally->kinds[i], kind) == 0)
			return tally->counts[i];
	}
	return 0;
}

/*
 * Writes the first `attempts` of a plan: "a6 b4" is the IPv6 address of a, then b's IPv4 one;
 * of several of a family the last digit of the address stands behind: "a4.1".
 */
static void
write_plan(char out[TEXT_MAX], const struct mail_facts *facts, const struct plan *plan,
    size_t attempts, bool digits)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < plan->count && plan->rows[i].attempt <= attempts; i++) {
		const struct plan_row *row = &plan->rows[i];
		const struct ip_addr *ip = &facts->targets[row->target].ip;
		char text[IP_TEXT_MAX];

		if (row->attempt == 0)
			continue;
		ip_text(ip, text);
		used += (size_t)snprintf(out + used, TEXT_MAX - used, "%s%c%u", i ? " " : "",
		    facts->mx.exchanges[row->exchange].text[0], ip->family);
		if (digits)
			used += (size_t)snprintf(
			    out + used, TEXT_MAX - used, ".%c", text[strlen(text) - 1]);
	}
}

/* Draws with many seeds and counts how the plan begins. */
static void
draw(struct tally *tally, enum sender sender, const char *zone, size_t attempts, bool digits)
{
	struct mail_facts facts;

	*tally = (struct tally){ 0 };
	learn_zone(&facts, zone);
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		const struct plan_settings settings = {
			.sender = sender,
			.seed = seed,
			.ipv4 = true,
			.ipv6 = true,
			.special = { .allow_all = true },
		};
		struct plan plan;
		char text[TEXT_MAX];

		plan_make(&plan, &facts, &settings);
		write_plan(text, &facts, &plan, attempts, digits);
		count(tally, text);
		plan_clear(&plan);
	}
	mail_facts_clear(&facts);
}

/* Fails unless all outcomes, so many, are equally likely by chi-square, p = 0.001. */
static void
assert_uniform(const struct tally *tally, size_t kinds)
{
	static const double limits[] = { 0, 0, 10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32,
		26.12, 27.88, 29.59, 31.26, 32.91, 34.53, 36.12, 37.70, 39.25, 40.79, 42.31,
		43.82, 45.31, 46.80, 48.27, 49.73 };
	double expected = (double)SEEDS / (double)kinds, chi = 0;

	assert_int_equal(tally->kinds_count, kinds);
	for (size_t i = 0; i < kinds; i++) {
		double off = (double)tally->counts[i] - expected;

		chi += off * off / expected;
	}
	if (chi > limits[kinds])
		fail_msg("chi-square of %zu kinds is %.1f", kinds, chi);
}

/* Fails unless an outcome has this share, within four standard deviations. */
static void
assert_share(const struct tally *tally, const char *kind, double share)
{
	double expected = SEEDS * share, off = (double)counted(tally, kind) - expected;

	if (off * off > 16 * expected * (1 - share))
		fail_msg("%s came %zu times", kind, counted(tally, kind));
}

static const char equal[] = "@ MX 10 e\n@ MX 10 p\n@ MX 10 c\n"
			    "e A 192.0.2.1\ne AAAA 2001:db8::1\n"
			    "p A 192.0.2.2\np AAAA 2001:db8::2\nc A 192.0.2.3\n";
static const char pool4[] = "@ MX 10 a\n@ MX 10 b\na A 192.0.2.1\na A 192.0.2.2\n"
			    "b A 192.0.2.3\nb A 192.0.2.4\n";
static const char poold[] = "@ MX 10 a\n@ MX 10 b\na A 192.0.2.1\na AAAA 2001:db8::1\n"
			    "b A 192.0.2.2\nb AAAA 2001:db8::2\n";
static const char tier4466[] = "@ MX 10 a\n@ MX 10 b\n@ MX 10 c\n@ MX 10 d\n"
			       "a A 192.0.2.1\nb A 192.0.2.2\n"
			       "c AAAA 2001:db8::3\nd AAAA 2001:db8::4\n";
static const char multia[] =
    "@ MX 10 m\nm A 192.0.2.1\nm A 192.0.2.2\nm A 192.0.2.3\nm A 192.0.2.4\n"
    "m A 192.0.2.5\nm A 192.0.2.6\nm A 192.0.2.7\nm AAAA 2001:db8::8\n";

static void
postfix_draws_among_all_addresses(void **state)
{
	struct tally tally;

	(void)state;
	draw(&tally, SENDER_POSTFIX, equal, 1, true);
	assert_uniform(&tally, 5);
	draw(&tally, SENDER_POSTFIX, multia, 1, true);
	assert_uniform(&tally, 8);
	draw(&tally, SENDER_POSTFIX, pool4, 4, true);
	assert_uniform(&tally, 24);
	draw(&tally, SENDER_POSTFIX, tier4466, 4, false);
	assert_uniform(&tally, 24);
}

static void
exim_draws_among_names_and_moves_ipv6_forward(void **state)
{
	struct tally tally;

	(void)state;
	draw(&tally, SENDER_EXIM, equal, 1, false);
	assert_uniform(&tally, 2);
	assert_int_equal(counted(&tally, "c4"), 0);
	draw(&tally, SENDER_EXIM, multia, 1, false);
	assert_int_equal(counted(&tally, "m6"), SEEDS);
	draw(&tally, SENDER_EXIM, multia, 2, true);
	assert_uniform(&tally, 7);
	draw(&tally, SENDER_EXIM, pool4, 4, true);
	assert_uniform(&tally, 8);
	draw(&tally, SENDER_EXIM, poold, 4, false);
	assert_uniform(&tally, 2);
	assert_true(counted(&tally, "a6 b6 a4 b4") > 0);
}

/* One pass over a random order of 4 4 6 6: half end as 6644, a third as 6464, a sixth as 4664. */
static void
exim_makes_one_pass_only(void **state)
{
	struct tally orders, families = { 0 };

	(void)state;
	draw(&orders, SENDER_EXIM, tier4466, 4, false);
	for (size_t i = 0; i < orders.kinds_count; i++) {
		const char *kind = orders.kinds[i];
		const char order[] = { kind[1], kind[4], kind[7], kind[10], '\0' };

		for (size_t n = 0; n < orders.counts[i]; n++)
			count(&families, order);
	}
	assert_int_equal(families.kinds_count, 3);
	assert_share(&families, "6644", 1.0 / 2);
	assert_share(&families, "6464", 1.0 / 3);
	assert_share(&families, "4664", 1.0 / 6);
}

static void
sendmail_draws_among_names(void **state)
{
	struct tally tally;

	(void)state;
	draw(&tally, SENDER_SENDMAIL, equal, 1, false);
	assert_uniform(&tally, 3);
	assert_share(&tally, "c4", 1.0 / 3);
	assert_share(&tally, "e6", 1.0 / 3);
	draw(&tally, SENDER_SENDMAIL, pool4, 4, true);
	assert_uniform(&tally, 2);
	assert_true(counted(&tally, "a4.1 a4.2 b4.3 b4.4") > 0);
	draw(&tally, SENDER_SENDMAIL, poold, 4, false);
	assert_uniform(&tally, 2);
	assert_true(counted(&tally, "a6 a4 b6 b4") > 0);
	draw(&tally, SENDER_SENDMAIL, tier4466, 4, false);
	assert_uniform(&tally, 24);
}

static void
opensmtpd_draws_nothing(void **state)
{
	struct tally tally;

	(void)state;
	draw(&tally, SENDER_OPENSMTPD, equal, 1, false);
	assert_int_equal(counted(&tally, "e6"), SEEDS);
	draw(&tally, SENDER_OPENSMTPD, pool4, 4, true);
	assert_int_equal(counted(&tally, "a4.1 a4.2 b4.3 b4.4"), SEEDS);
	draw(&tally, SENDER_OPENSMTPD, poold, 4, false);
	assert_int_equal(counted(&tally, "a6 a4 b6 b4"), SEEDS);
	draw(&tally, SENDER_OPENSMTPD, tier4466, 4, false);
	assert_int_equal(counted(&tally, "a4 d6 c6 b4"), SEEDS);
}

static void
qmail_draws_among_names_and_knows_ipv4(void **state)
{
	struct tally tally;

	(void)state;
	draw(&tally, SENDER_QMAIL, equal, 3, false);
	assert_uniform(&tally, 6);
	draw(&tally, SENDER_QMAIL, pool4, 4, true);
	assert_uniform(&tally, 2);
}

/* With 12 addresses and a backup that alone has IPv6, Postfix always comes to the backup. */
static void
postfix_keeps_a_place_for_the_other_family(void **state)
{
	struct buf zone = BUF_INIT;
	struct tally tally;

	(void)state;
	buf_adds(&zone, "@ MX 10 a\n@ MX 20 b\nb AAAA 2001:db8::1\n");
	for (int i = 1; i <= 12; i++)
		buf_addf(&zone, "a A 192.0.2.%d\n", i);
	draw(&tally, SENDER_POSTFIX, buf_text(&zone), 12, false);
	assert_int_equal(counted(&tally, "a4 a4 a4 a4 b6"), SEEDS);
	draw(&tally, SENDER_EXIM, buf_text(&zone), 12, false);
	assert_int_equal(counted(&tally, "a4 a4 a4 a4 a4 b6"), SEEDS);
	buf_clear(&zone);
}

/* Both families crowd: the one that is first drawn has three places of five. */
static void
postfix_shares_its_cap_between_crowds(void **state)
{
	struct buf zone = BUF_INIT;
	struct tally tally;

	(void)state;
	buf_adds(&zone, "@ MX 10 a\n");
	for (int i = 1; i <= 6; i++)
		buf_addf(&zone, "a A 192.0.2.%d\na AAAA 2001:db8::%d\n", i, i);
	draw(&tally, SENDER_POSTFIX, buf_text(&zone), 12, false);
	for (size_t i = 0; i < tally.kinds_count; i++) {
		const char *kind = tally.kinds[i];
		size_t same = 0;

		assert_int_equal(strlen(kind), 14);
		for (size_t at = 1; at < 14; at += 3)
			same += kind[at] == kind[1];
		assert_int_equal(same, 3);
	}
	buf_clear(&zone);
}

/* Every sender has its name and evidence, and the key goes round them all. */
static void
the_table_of_senders_is_whole(void **state)
{
	enum sender sender = SENDER_RFC5321;

	(void)state;
	for (unsigned i = 0; i < sender_count; i++) {
		const struct sender_profile *profile = sender_profile(sender);

		assert_int_equal(sender, i);
		assert_non_null(profile->title);
		assert_non_null(profile->draw);
		assert_true((profile->cap == SENDER_CAP_NONE) == (profile->limit == NULL));
		for (size_t end = 0; end < sender_end_count; end++)
			assert_true((profile->endings[end].status == NULL) ==
			    (profile->endings[end].sentence == NULL));
		for (size_t met = 0; met < sender_met_count; met++)
			assert_true(
			    profile->steps[met] != SENDER_STEP_KEEP || profile->keeps != NULL);
		sender = sender_next(sender);
	}
	assert_int_equal(sender, SENDER_RFC5321);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(postfix_draws_among_all_addresses),
		cmocka_unit_test(exim_draws_among_names_and_moves_ipv6_forward),
		cmocka_unit_test(exim_makes_one_pass_only),
		cmocka_unit_test(sendmail_draws_among_names),
		cmocka_unit_test(opensmtpd_draws_nothing),
		cmocka_unit_test(qmail_draws_among_names_and_knows_ipv4),
		cmocka_unit_test(postfix_keeps_a_place_for_the_other_family),
		cmocka_unit_test(postfix_shares_its_cap_between_crowds),
		cmocka_unit_test(the_table_of_senders_is_whole),
	};

	return cmocka_run_group_tests_name("mail/senders", tests, NULL, NULL);
}

/*
 * The table of retry schedules, one function for each way of waiting. Those of Exim and Sendmail were
 * measured under a clock that was set forward; what was read in a source or manual says so.
 * What happens at an attempt is clock.c's.
 */
#include "mail/retry.h"

enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	QUEUE_SQUARE = 400, /* seconds: OpenSMTPD and qmail try at 400 * n * n */
};

/* Twice in the first hour, then every two to three hours: RFC 5321 4.5.4.1. */
static int64_t
wait_as_the_rfc(int64_t age, int64_t waited)
{
	(void)waited;
	return age == 0 ? 30 * MINUTE : 2 * HOUR;
}

/* As long as the message is old, within limits. */
static int64_t
wait_as_postfix(int64_t age, int64_t waited)
{
	enum {
		SHORTEST = 300,
		LONGEST = 4000
	};

	(void)waited;
	if (age < SHORTEST)
		return SHORTEST;
	return age > LONGEST ? LONGEST : age;
}

/* F,2h,15m; G,16h,1h,1.5; F,4d,6h; the last attempt is made at the very end, as was measured. */
static int64_t
wait_as_exim(int64_t age, int64_t waited)
{
	int64_t grown = waited * 3 / 2, left = 4 * DAY - age;

	if (age < 2 * HOUR)
		return 15 * MINUTE;
	if (age < 16 * HOUR)
		return grown < HOUR ? HOUR : grown;
	return left > 0 && left < 6 * HOUR ? left : 6 * HOUR;
}

/* With every run of the queue. */
static int64_t
wait_as_sendmail(int64_t age, int64_t waited)
{
	(void)age;
	(void)waited;
	return HOUR;
}

/* Up to the next square. */
static int64_t
wait_as_squares(int64_t age, int64_t waited)
{
	int64_t n = 0;

	(void)waited;
	while (QUEUE_SQUARE * n * n <= age)
		n++;
	return QUEUE_SQUARE * n * n - age;
}

static const struct {
	struct retry_profile profile;
	int64_t (*wait)(int64_t age, int64_t waited);
} rows[sender_count] = {
	[SENDER_RFC5321] = {
		{ "after 30 minutes, then every 2 hours",
		    "RFC 5321 4.5.4.1: two attempts in the first hour, then one every two or "
		    "three hours, for at least 4 to 5 days",
		    EVIDENCE_SOURCE, 0, 5 * DAY },
		wait_as_the_rfc,
	},
	[SENDER_POSTFIX] = {
		{ "after 5 minutes, then it waits as long as the message is old, at most "
		  "1 h 6 min 40 s",
		    "minimal_backoff_time 300s, maximal_backoff_time 4000s, "
		    "maximal_queue_lifetime 5d, delay_warning_time 0h; its source, 3.12",
		    EVIDENCE_SOURCE, 0, 5 * DAY },
		wait_as_postfix,
	},
	[SENDER_EXIM] = {
		{ "every 15 minutes for 2 hours, then at intervals that grow by half from "
		  "1 hour, after 16 hours every 6",
		    "retry rule F,2h,15m; G,16h,1h,1.5; F,4d,6h of its sample configuration, "
		    "measured with 4.96; delay_warning 24h. It keeps a time for each address, "
		    "so that a backup is tried while the primary is not yet due",
		    EVIDENCE_MEASURED, DAY, 4 * DAY },
		wait_as_exim,
	},
	[SENDER_SENDMAIL] = {
		{ "with every run of the queue, taken to be one an hour",
		    "-q, which each site sets; MinQueueAge 0, Timeout.queuewarn 4h, "
		    "Timeout.queuereturn 5d, measured with 8.17.1",
		    EVIDENCE_MEASURED, 4 * HOUR, 5 * DAY },
		wait_as_sendmail,
	},
	[SENDER_OPENSMTPD] = {
		{ "after 6 min 40 s, 26 min 40 s, 1 h, 1 h 47 min: at the squares of 20 s",
		    "its scheduler's source, 7.8; bounce warn-interval 4h, ttl 4d",
		    EVIDENCE_SOURCE, 4 * HOUR, 4 * DAY },
		wait_as_squares,
	},
	[SENDER_QMAIL] = {
		{ "after 6 min 40 s, 26 min 40 s, 1 h, 1 h 47 min: at the squares of 20 s",
		    "qmail-send's source, notqmail 1.09; queuelifetime 7 d, no warning",
		    EVIDENCE_SOURCE, 0, 7 * DAY },
		wait_as_squares,
	},
	[SENDER_PRIMARY_ONLY] = {
		{ "after 30 minutes, then every 2 hours", "as rfc5321", EVIDENCE_SOURCE, 0,
		    5 * DAY },
		wait_as_the_rfc,
	},
};

const struct retry_profile *
retry_profile(enum sender sender)
{
	return &rows[sender].profile;
}

int64_t
retry_next(enum sender sender, int64_t age, int64_t waited)
{
	int64_t next = age + rows[sender].wait(age, waited);

	return next <= rows[sender].profile.gives_up ? next : -1;
}

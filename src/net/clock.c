/*
 * Reads the monotonic clock. libevent's cached time is not used: it follows the wall clock,
 * which an administrator or NTP may set back while a probe is timed, and it is as old as
 * the loop's turn. What a deadline means is left to the step machines.
 */
#include <time.h>

#include "util/span.h"
#include "net/clock.h"

int64_t
clock_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SPAN_SECOND + now.tv_nsec / 1000 + 1;
}

int64_t
clock_wall_time(void)
{
	return (int64_t)time(NULL);
}

struct timeval
clock_until(int64_t deadline_us, int64_t now_us)
{
	int64_t left = deadline_us > now_us ? deadline_us - now_us : 0;

	return (struct timeval){
		.tv_sec = (time_t)(left / SPAN_SECOND),
		.tv_usec = (suseconds_t)(left % SPAN_SECOND),
	};
}

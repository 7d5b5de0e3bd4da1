/*
 * The monotonic clock, for the rooms that own sockets, and what is left of a deadline as
 * libevent takes it. Everybody else is told the time.
 */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <stdint.h>
#include <sys/time.h>

/* Returns monotonic microseconds, never 0: comparable only with each other. */
int64_t clock_now_us(void);

/* Returns the wall clock's seconds since 1970, by which signatures are judged. */
int64_t clock_wall_time(void);

/* Returns the time from now_us until deadline_us, zero when that has passed. */
struct timeval clock_until(int64_t deadline_us, int64_t now_us);

#endif

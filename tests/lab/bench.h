/*
 * The workbench of the tests on real sockets: a loop, a dialler, a free loopback port, and a
 * way to run the loop until something holds. A watchdog ends a test that would hang; nothing
 * sleeps.
 */
#ifndef TESTS_LAB_BENCH_H
#define TESTS_LAB_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include "util/ip.h"

struct dialler;
struct event_base;

struct bench {
	struct event_base *base;
	struct dialler *dialler;
};

/* Makes a loop of the kind that the program has. Also ignores SIGPIPE, as the program does. */
void bench_open(struct bench *bench);

/* Frees the loop, after all that stood on it. */
void bench_close(struct bench *bench);

/* Runs the loop until holds(context) is true. Fails the test when that takes a minute. */
void bench_run_until(
    struct bench *bench, bool (*holds)(const void *context), const void *context);

/* Runs what the loop has to do at this moment, and does not wait for more. */
void bench_run_ready(struct bench *bench);

/* Returns monotonic microseconds, for tests that measure. */
int64_t bench_now_us(void);

/* Returns the endpoint of the text "192.0.2.1@25"; fails the test when it is none. */
struct endpoint bench_endpoint(const char *text);

/* Returns 127.0.0.1 with a port on which nobody listens. */
struct endpoint bench_closed_port(void);

#endif

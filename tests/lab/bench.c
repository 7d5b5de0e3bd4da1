/*
 * The workbench: see the header. The loop has the flags of the program's, and ends each turn
 * by asking whether the test has what it waits for.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <event2/event.h>

#include "net/clock.h"
#include "net/dialler.h"
#include "lab/bench.h"

static const struct timeval patience = { .tv_sec = 60 };

void
bench_open(struct bench *bench)
{
	struct event_config *config = event_config_new();

	signal(SIGPIPE, SIG_IGN);
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	bench->base = event_base_new_with_config(config);
	event_config_free(config);
	assert_non_null(bench->base);
	bench->dialler = dialler_new();
}

void
bench_close(struct bench *bench)
{
	dialler_free(bench->dialler);
	event_base_free(bench->base);
}

/* libevent: the test takes too long. */
static void
on_late(evutil_socket_t fd, short what, void *context)
{
	bool *late = context;

	(void)fd;
	(void)what;
	*late = true;
}

void
bench_run_until(struct bench *bench, bool (*holds)(const void *context), const void *context)
{
	bool late = false;
	struct event *watchdog = evtimer_new(bench->base, on_late, &late);

	evtimer_add(watchdog, &patience);
	while (!holds(context) && !late)
		event_base_loop(bench->base, EVLOOP_ONCE);
	event_free(watchdog);
	assert_false(late);
}

void
bench_run_ready(struct bench *bench)
{
	event_base_loop(bench->base, EVLOOP_NONBLOCK);
}

int64_t
bench_now_us(void)
{
	return clock_now_us();
}

struct endpoint
bench_endpoint(const char *text)
{
	struct endpoint endpoint;

	assert_true(endpoint_parse(&endpoint, text, 25));
	return endpoint;
}

struct endpoint
bench_closed_port(void)
{
	struct endpoint endpoint = bench_endpoint("127.0.0.1@1");
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	close(fd);
	endpoint.port = ntohs(address.sin_port);
	return endpoint;
}

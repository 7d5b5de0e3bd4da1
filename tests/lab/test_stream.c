/*
 * The stream on its own, against a peer that is a bare socket: how it opens, what waits, and
 * that it parts with FIN and not with RST, whatever it has left unread.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/dialler.h"
#include "net/stream.h"
#include "lab/bench.h"

/* A stream and the other end of its connection. */
struct story {
	struct bench bench;
	int listener, peer;
	struct endpoint endpoint;
	struct stream *stream;
	enum stream_event last;
	unsigned events;
};

/* The callback: keeps the last event. */
static void
on_stream(void *context, enum stream_event event)
{
	struct story *story = context;

	story->last = event;
	story->events++;
}

/* Begins a story with a listener of any free port. */
static void
begin(struct story *story)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof address;

	memset(story, 0, sizeof *story);
	bench_open(&story->bench);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	story->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(
	    bind(story->listener, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(getsockname(story->listener, (struct sockaddr *)&address, &length), 0);
	assert_int_equal(listen(story->listener, 1), 0);
	story->endpoint = bench_endpoint("127.0.0.1@1");
	story->endpoint.port = ntohs(address.sin_port);
}

/* Opens the stream to the endpoint and accepts it where it is the listener's. */
static void
connect_both(struct story *story)
{
	story->stream = stream_open(
	    story->bench.base, story->bench.dialler, &story->endpoint, on_stream, story);
	assert_non_null(story->stream);
	story->peer = accept(story->listener, NULL, NULL);
	assert_true(story->peer >= 0);
}

/* Ends the story; the stream has been closed. */
static void
end(struct story *story)
{
	close(story->peer);
	close(story->listener);
	bench_close(&story->bench);
}

/* True when something was reported. */
static bool
has_happened(const void *context)
{
	const struct story *story = context;

	return story->events > 0;
}

/* Runs until the next report, and returns it. */
static enum stream_event
next_event(struct story *story)
{
	story->events = 0;
	bench_run_until(&story->bench, has_happened, story);
	return story->last;
}

/*
 * Reads all that the stream has sent; returns the last result of recv(): 0 for FIN, -1 for
 * RST.
 */
static ssize_t
read_to_the_end(int peer, char *text, size_t size)
{
	size_t length = 0;
	ssize_t n;

	while ((n = recv(peer, text + length, size - length - 1, 0)) > 0)
		length += (size_t)n;
	text[length] = '\0';
	return n;
}

/* What is written before the connection is up goes out when it is, in order. */
static void
holds_what_is_written_early(void **state)
{
	struct story story;
	char text[64];

	(void)state;
	begin(&story);
	story.stream = stream_open(
	    story.bench.base, story.bench.dialler, &story.endpoint, on_stream, &story);
	stream_write(story.stream, "one ", 4);
	stream_write(story.stream, "two", 3);
	assert_int_equal(next_event(&story), STREAM_OPENED);
	stream_close(story.stream);
	story.peer = accept(story.listener, NULL, NULL);
	bench_run_ready(&story.bench);
	assert_int_equal(read_to_the_end(story.peer, text, sizeof text), 0);
	assert_string_equal(text, "one two");
	end(&story);
}

/* A refused connection is told with its errno, and closing it is harmless. */
static void
tells_refusal(void **state)
{
	struct story story;
	struct endpoint nobody = bench_closed_port();

	(void)state;
	begin(&story);
	story.peer = -1;
	story.stream =
	    stream_open(story.bench.base, story.bench.dialler, &nobody, on_stream, &story);
	if (story.stream) {
		assert_int_equal(next_event(&story), STREAM_NOT_OPENED);
		assert_int_equal(stream_error(story.stream), ECONNREFUSED);
	} else {
		assert_int_equal(errno, ECONNREFUSED);
	}
	stream_close(story.stream);
	end(&story);
}

/* Where the dialler wants silence nothing ever happens, and nothing is done. */
static void
keeps_silent(void **state)
{
	struct story story;
	struct endpoint silent = bench_endpoint("192.0.2.9@25");
	char byte;

	(void)state;
	begin(&story);
	story.peer = -1;
	dialler_map_silent(story.bench.dialler, &silent);
	story.stream =
	    stream_open(story.bench.base, story.bench.dialler, &silent, on_stream, &story);
	assert_non_null(story.stream);
	stream_write(story.stream, "x", 1);
	bench_run_ready(&story.bench);
	assert_int_equal(story.events, 0);
	assert_int_equal(stream_read(story.stream, &byte, 1), 0);
	assert_null(stream_bufferevent(story.stream));
	stream_close(story.stream);
	end(&story);
}

/* The peer's last bytes come before its end, also when both arrive at once. */
static void
tells_bytes_before_the_end(void **state)
{
	struct story story;
	char text[8] = "";

	(void)state;
	begin(&story);
	connect_both(&story);
	assert_int_equal(next_event(&story), STREAM_OPENED);
	assert_int_equal(send(story.peer, "bye", 3, 0), 3);
	shutdown(story.peer, SHUT_WR);
	assert_int_equal(next_event(&story), STREAM_READABLE);
	assert_int_equal(stream_read(story.stream, text, sizeof text), 3);
	assert_string_equal(text, "bye");
	assert_int_equal(next_event(&story), STREAM_CLOSED);
	stream_close(story.stream);
	end(&story);
}

/*
 * Closing with bytes unread, by us and by the kernel, is FIN to the peer, behind our last
 * line.
 */
static void
parts_without_a_reset(void **state)
{
	struct story story;
	char flood[40000], text[64];
	int error = 0;
	socklen_t length = sizeof error;

	(void)state;
	memset(flood, 'x', sizeof flood);
	begin(&story);
	connect_both(&story);
	assert_int_equal(next_event(&story), STREAM_OPENED);
	assert_int_equal(send(story.peer, flood, sizeof flood, 0), sizeof flood);
	assert_int_equal(next_event(&story), STREAM_READABLE);
	stream_write(story.stream, "QUIT\r\n", 6);
	stream_close(story.stream);
	bench_run_ready(&story.bench);
	bench_run_ready(&story.bench);
	assert_int_equal(read_to_the_end(story.peer, text, sizeof text), 0);
	assert_string_equal(text, "QUIT\r\n");
	assert_int_equal(getsockopt(story.peer, SOL_SOCKET, SO_ERROR, &error, &length), 0);
	assert_int_equal(error, 0);
	end(&story);
}

/* A flood comes in pieces, between which others have their turn. */
static void
bounds_what_it_holds(void **state)
{
	struct story story;
	static char flood[1 << 20], taken[1 << 20];
	ssize_t sent;
	size_t pieces = 0, n;

	(void)state;
	begin(&story);
	connect_both(&story);
	assert_int_equal(next_event(&story), STREAM_OPENED);
	sent = send(story.peer, flood, sizeof flood, MSG_DONTWAIT);
	assert_true(sent > 65536);
	for (size_t total = 0; total < (size_t)sent; total += n) {
		assert_int_equal(next_event(&story), STREAM_READABLE);
		n = stream_read(story.stream, taken, sizeof taken);
		assert_true(n > 0 && n <= 16384);
		pieces++;
	}
	assert_true(pieces >= (size_t)sent / 16384);
	stream_close(story.stream);
	end(&story);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_is_written_early),
		cmocka_unit_test(tells_refusal),
		cmocka_unit_test(keeps_silent),
		cmocka_unit_test(tells_bytes_before_the_end),
		cmocka_unit_test(parts_without_a_reset),
		cmocka_unit_test(bounds_what_it_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Where connections go: the table of the dialler, and the sockets made from it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "net/dialler.h"
#include "net/socket.h"
#include "lab/bench.h"

/* Returns the port of the answer's socket address, with the way; -1 for another way than GO. */
static int
way_to(const struct dialler *dialler, const char *text)
{
	struct endpoint wanted = bench_endpoint(text);
	struct sockaddr_storage address;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	socklen_t length;

	if (dialler_address(dialler, &wanted, &address, &length) != DIALLER_GO)
		return -1;
	if (address.ss_family == AF_INET) {
		assert_int_equal(length, sizeof v4);
		memcpy(&v4, &address, sizeof v4);
		return ntohs(v4.sin_port);
	}
	assert_int_equal(length, sizeof v6);
	memcpy(&v6, &address, sizeof v6);
	return ntohs(v6.sin6_port);
}

/* Without a table everybody goes where DNS says. */
static void
goes_where_it_is_told(void **state)
{
	struct dialler *dialler = dialler_new();
	struct endpoint v6 = bench_endpoint("2001:db8::1@25");
	struct sockaddr_storage address;
	struct sockaddr_in6 real;
	socklen_t length;

	(void)state;
	assert_int_equal(way_to(dialler, "192.0.2.1@25"), 25);
	assert_int_equal(way_to(dialler, "2001:db8::1@587"), 587);
	v6.ip.scope = 3;
	assert_int_equal(dialler_address(dialler, &v6, &address, &length), DIALLER_GO);
	memcpy(&real, &address, sizeof real);
	assert_memory_equal(&real.sin6_addr, v6.ip.bytes, 16);
	assert_int_equal(real.sin6_scope_id, 3);
	dialler_free(dialler);
}

/* The table holds for one address and port; the last word about an endpoint counts. */
static void
maps_one_endpoint(void **state)
{
	struct dialler *dialler = dialler_new();
	struct endpoint wanted = bench_endpoint("192.0.2.1@25");
	struct endpoint wanted6 = bench_endpoint("2001:db8::1@25");
	struct endpoint real = bench_endpoint("127.0.0.1@4025");
	struct endpoint other = bench_endpoint("127.0.0.1@4026");

	(void)state;
	dialler_map(dialler, &wanted, &real);
	dialler_map(dialler, &wanted6, &real);
	assert_int_equal(way_to(dialler, "192.0.2.1@25"), 4025);
	assert_int_equal(way_to(dialler, "192.0.2.1@587"), 587);
	assert_int_equal(way_to(dialler, "192.0.2.2@25"), 25);
	assert_int_equal(way_to(dialler, "2001:db8::1@25"), 4025);
	dialler_map(dialler, &wanted, &other);
	assert_int_equal(way_to(dialler, "192.0.2.1@25"), 4026);
	dialler_free(dialler);
}

/* In a closed world only the table can be reached; silence is not the same as no route. */
static void
closes_the_world(void **state)
{
	struct dialler *dialler = dialler_new();
	struct endpoint wanted = bench_endpoint("192.0.2.1@25");
	struct endpoint silent = bench_endpoint("192.0.2.9@25");
	struct endpoint real = bench_endpoint("127.0.0.1@4025");
	struct endpoint outside = bench_endpoint("198.51.100.1@25");
	struct sockaddr_storage address;
	socklen_t length;

	(void)state;
	dialler_map(dialler, &wanted, &real);
	dialler_map_silent(dialler, &silent);
	dialler_close_world(dialler);
	assert_int_equal(way_to(dialler, "192.0.2.1@25"), 4025);
	assert_int_equal(dialler_address(dialler, &silent, &address, &length), DIALLER_SILENT);
	assert_int_equal(
	    dialler_address(dialler, &outside, &address, &length), DIALLER_NO_ROUTE);
	assert_int_equal(dialler_address(dialler, &real, &address, &length), DIALLER_NO_ROUTE);
	assert_int_equal(socket_dial(dialler, SOCKET_TCP, &silent), SOCKET_SILENT);
	assert_int_equal(socket_dial(dialler, SOCKET_UDP, &outside), SOCKET_NONE);
	assert_int_equal(errno, EHOSTUNREACH);
	dialler_free(dialler);
}

/* Sockets do not block, are not inherited, and TCP does not wait to fill segments. */
static void
makes_sockets_as_wanted(void **state)
{
	struct dialler *dialler = dialler_new();
	struct endpoint nobody = bench_closed_port();
	int value = 0;
	socklen_t length = sizeof value;
	int udp = socket_dial(dialler, SOCKET_UDP, &nobody);
	int tcp = socket_dial(dialler, SOCKET_TCP, &nobody);

	(void)state;
	assert_true(udp >= 0);
	assert_true(fcntl(udp, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(udp, F_GETFD) & FD_CLOEXEC);
#ifdef IP_PMTUDISC_OMIT
	assert_int_equal(getsockopt(udp, IPPROTO_IP, IP_MTU_DISCOVER, &value, &length), 0);
	assert_int_equal(value, IP_PMTUDISC_OMIT);
#endif
	assert_true(tcp >= 0 || errno == ECONNREFUSED);
	if (tcp >= 0) {
		assert_int_equal(getsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &value, &length), 0);
		assert_int_not_equal(value, 0);
		close(tcp);
	}
	close(udp);
	dialler_free(dialler);
}

/* Each errno reads as a sentence; those that are our own machine's fault say so. */
static void
reads_errors(void **state)
{
	static const struct {
		int error;
		enum socket_finder finder;
		unsigned family;
		enum smtp_outcome outcome;
		enum smtp_doubt doubt;
		const char *sentence;
	} rows[] = {
		{ ECONNREFUSED, SOCKET_FOUND_THERE, 4, SMTP_REFUSED, SMTP_DOUBT_NONE,
		    "the connection was refused" },
		{ EHOSTUNREACH, SOCKET_FOUND_THERE, 6, SMTP_UNREACHABLE, SMTP_DOUBT_NONE,
		    "no route to host" },
		{ EHOSTUNREACH, SOCKET_FOUND_HERE, 6, SMTP_UNREACHABLE, SMTP_DOUBT_NONE,
		    "no route to host" },
		{ ENETUNREACH, SOCKET_FOUND_HERE, 6, SMTP_INCONCLUSIVE, SMTP_DOUBT_NO_ROUTE,
		    "this machine has no IPv6 route" },
		{ ENETUNREACH, SOCKET_FOUND_HERE, 4, SMTP_INCONCLUSIVE, SMTP_DOUBT_NO_ROUTE,
		    "this machine has no IPv4 route" },
		{ ENETUNREACH, SOCKET_FOUND_THERE, 6, SMTP_UNREACHABLE, SMTP_DOUBT_NONE,
		    "a router on the way has no route to that network" },
		{ EADDRNOTAVAIL, SOCKET_FOUND_HERE, 6, SMTP_INCONCLUSIVE, SMTP_DOUBT_NO_ROUTE,
		    "this machine has no IPv6 address to connect from" },
		{ EPERM, SOCKET_FOUND_HERE, 4, SMTP_INCONCLUSIVE, SMTP_DOUBT_LOCAL,
		    "this machine's packet filter forbids the connection" },
		{ ETIMEDOUT, SOCKET_FOUND_THERE, 4, SMTP_TIMEOUT, SMTP_DOUBT_NONE,
		    "nobody answered the connection request" },
		{ EMFILE, SOCKET_FOUND_HERE, 4, SMTP_INCONCLUSIVE, SMTP_DOUBT_LOCAL,
		    "this program has too many open files" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct socket_fault fault =
		    socket_fault(rows[i].error, rows[i].finder, rows[i].family);

		assert_int_equal(fault.outcome, rows[i].outcome);
		assert_int_equal(fault.doubt, rows[i].doubt);
		assert_string_equal(fault.sentence, rows[i].sentence);
	}
	assert_string_equal(
	    socket_fault(EXDEV, SOCKET_FOUND_THERE, 4).sentence, strerror(EXDEV));
	assert_true(socket_is_shortage(EMFILE));
	assert_false(socket_is_shortage(ECONNREFUSED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_where_it_is_told),
		cmocka_unit_test(maps_one_endpoint),
		cmocka_unit_test(closes_the_world),
		cmocka_unit_test(makes_sockets_as_wanted),
		cmocka_unit_test(reads_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

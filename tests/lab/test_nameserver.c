/*
 * The laboratory's nameserver on its sockets: the faults as net/resolver meets them, and what
 * raw datagrams and TCP streams are answered with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/span.h"
#include "dns/message.h"
#include "dns/zone.h"
#include "net/resolver.h"
#include "lab/authority.h"
#include "lab/nameserver.h"

#include "lab/bench.h"

struct fixture {
	struct bench bench;
	struct authority *authority;
	struct nameserver *server;
	struct resolver *resolver;
	const struct dns_result *result; /* of the last question */
};

/* --- the bench -------------------------------------------------------------------- */

/* Adds a fault for a name of the test zone. */
static void
add_fault(struct authority *authority, enum lab_fault_kind kind, const char *name, unsigned ms)
{
	struct lab_fault fault = { .kind = kind, .type = DNS_TYPE_A, .delay_ms = ms };

	assert_int_equal(dns_name_parse(&fault.name, name), DNS_NAME_OK);
	authority_add_fault(authority, &fault);
}

/* Fills the name space: a host for each fault, and a name with an answer of 1500 octets. */
static void
fill_authority(struct authority *authority)
{
	struct dns_records records = { 0 };
	struct buf text = BUF_INIT;

	buf_adds(&text,
	    "example. 3600 SOA ns.example. h.example. 1 2 3 4 300\n*.example. 3600 A "
	    "192.0.2.1\n");
	for (int i = 0; i < 30; i++)
		buf_addf(
		    &text, "big.example. 3600 TXT \"%02d 345678901234567890123456789\"\n", i);
	for (int i = 0; i < 20; i++)
		buf_addf(&text, "middle.example. 3600 A 192.0.2.%d\n", i);
	for (int i = 0; i < 12; i++)
		buf_addf(&text, "middle.example. 3600 AAAA 2001:db8::%d\n", i);
	for (int i = 0; i < 20; i++)
		buf_addf(&text, "middle.example. 3600 TXT \"%02d 34567890123456\"\n", i);
	assert_null(dns_zone_parse(buf_text(&text), NULL, 3600, &records));
	authority_add_records(authority, &records);
	dns_records_clear(&records);
	buf_clear(&text);
	add_fault(authority, LAB_FAULT_SERVFAIL, "servfail.example", 0);
	add_fault(authority, LAB_FAULT_REFUSED, "refused.example", 0);
	add_fault(authority, LAB_FAULT_DROP, "drop.example", 0);
	add_fault(authority, LAB_FAULT_DELAY, "delay.example", 150);
	add_fault(authority, LAB_FAULT_TRUNCATE, "truncate.example", 0);
	add_fault(authority, LAB_FAULT_MALFORMED, "malformed.example", 0);
	authority_seal(authority);
}

/* The resolver has answered. */
static void
on_result(void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result)
{
	struct fixture *f = context;

	(void)owner;
	(void)tag;
	f->result = dns_result_hold(result);
}

static int
open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct resolver_settings settings = { .lookup = { .server_count = 1,
						  .timeout_us = SPAN_SECOND,
						  .attempts = 2,
						  .edns = true } };
	char *error = NULL;

	bench_open(&f->bench);
	f->authority = authority_new();
	fill_authority(f->authority);
	f->server = nameserver_new(f->bench.base, f->authority, NULL, &error);
	if (!f->server)
		fail_msg("%s", error);
	settings.lookup.servers[0] = nameserver_endpoint(f->server);
	f->resolver = resolver_new(f->bench.base, f->bench.dialler, &settings, on_result, f);
	*state = f;
	return 0;
}

static int
close_fixture(void **state)
{
	struct fixture *f = *state;

	dns_result_release(f->result);
	resolver_free(f->resolver);
	nameserver_free(f->server);
	authority_free(f->authority);
	bench_close(&f->bench);
	free(f);
	return 0;
}

/* --- faults, through the resolver ------------------------------------------------- */

/* True when the last question is answered. */
static bool
has_result(const void *context)
{
	return ((const struct fixture *)context)->result != NULL;
}

static void
faults_come_out_as_they_are_named(void **state)
{
	static const struct {
		const char *name;
		enum dns_outcome outcome;
		int64_t at_least_us;
		bool over_tcp;
	} cases[] = {
		{ "well.example", DNS_ANSWER, 0, false },
		{ "servfail.example", DNS_SERVFAIL, 0, false },
		{ "refused.example", DNS_REFUSED, 0, false },
		{ "drop.example", DNS_TIMEOUT, SPAN_SECOND, false },
		{ "delay.example", DNS_ANSWER, 150 * SPAN_MS, false },
		{ "truncate.example", DNS_ANSWER, 0, true },
		{ "malformed.example", DNS_MALFORMED, 0, false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dns_question question = { .type = DNS_TYPE_A };

		assert_int_equal(dns_name_parse(&question.name, cases[i].name), DNS_NAME_OK);
		resolver_ask(f->resolver, 1, 0, &question, RESOLVER_CACHED);
		bench_run_until(&f->bench, has_result, f);
		if (f->result->outcome != cases[i].outcome ||
		    f->result->over_tcp != cases[i].over_tcp ||
		    f->result->elapsed_us < cases[i].at_least_us)
			fail_msg("%s: %s after %lld us", cases[i].name,
			    dns_outcome_name(f->result->outcome),
			    (long long)f->result->elapsed_us);
		dns_result_release(f->result);
		f->result = NULL;
	}
}

/* --- raw sockets ------------------------------------------------------------------ */

/* Returns a non-blocking socket connected to the nameserver. */
static int
connect_raw(const struct fixture *f, int type)
{
	struct endpoint server = nameserver_endpoint(f->server);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(server.port) };
	int fd = socket(AF_INET, type, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_return_code(fd, 0);
	assert_return_code(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

/* A socket, and how many octets are awaited on it. */
struct awaited {
	int fd;
	size_t octets;
};

/* True when so many octets have come, or the connection has ended. */
static bool
has_octets(const void *context)
{
	const struct awaited *awaited = context;
	uint8_t octets[4096];
	ssize_t n = recv(awaited->fd, octets, sizeof octets, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || n >= (ssize_t)awaited->octets;
}

/* Waits for octets and takes all there are. Returns how many. */
static size_t
receive(struct fixture *f, int fd, size_t at_least, uint8_t out[4096])
{
	ssize_t n;

	bench_run_until(&f->bench, has_octets, &(struct awaited){ fd, at_least });
	n = recv(fd, out, 4096, MSG_DONTWAIT);
	assert_true(n >= 0);
	return (size_t)n;
}

/* Writes a query. Returns its length. */
static size_t
write_query(uint8_t out[DNS_QUERY_MAX], uint16_t id, const char *name, uint16_t type, bool edns)
{
	struct dns_question question = { .type = type };

	assert_int_equal(dns_name_parse(&question.name, name), DNS_NAME_OK);
	return dns_message_query(
	    out, id, &question, &(struct dns_query_options){ .edns = edns, .recursion = true });
}

static void
udp_answers_fit_into_what_the_asker_takes(void **state)
{
	static const struct {
		const char *name;
		uint16_t type;
		bool edns, truncated;
	} cases[] = {
		{ "middle.example", DNS_TYPE_A, false, false },
		{ "middle.example", DNS_TYPE_TXT, false, true },
		{ "middle.example", DNS_TYPE_TXT, true, false },
		{ "big.example", DNS_TYPE_TXT, true, true },
	};
	struct fixture *f = *state;
	int fd = connect_raw(f, SOCK_DGRAM);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t query[DNS_QUERY_MAX], wire[4096];
		size_t length =
		    write_query(query, 99, cases[i].name, cases[i].type, cases[i].edns);
		struct dns_message reply;

		assert_int_equal(send(fd, query, length, 0), length);
		length = receive(f, fd, 1, wire);
		assert_true(length <= (cases[i].edns ? 1232 : 512));
		assert_true(dns_message_matches(wire, length, query, length));
		assert_null(dns_message_check(wire, length));
		assert_null(dns_message_parse(&reply, wire, length));
		assert_int_equal(reply.truncated, cases[i].truncated);
		assert_int_equal(reply.answer.count > 0, !cases[i].truncated);
		dns_message_clear(&reply);
	}
	close(fd);
}

static void
nonsense_is_answered_with_formerr_or_silence(void **state)
{
	static const uint8_t header[] = { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	static const uint8_t answer[] = { 0x12, 0x34, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	struct fixture *f = *state;
	int fd = connect_raw(f, SOCK_DGRAM);
	uint8_t wire[4096], query[DNS_QUERY_MAX];
	size_t length = write_query(query, 99, "well.example", DNS_TYPE_A, false);

	/* too short, and an answer: silence; then a header without its question: FORMERR */
	send(fd, header, 5, 0);
	send(fd, answer, sizeof answer, 0);
	send(fd, header, sizeof header, 0);
	assert_int_equal(receive(f, fd, 1, wire), 12);
	assert_memory_equal(wire, "\x12\x34", 2);
	assert_int_equal(wire[3] & 15, 1);

	/* a query said to be an answer: silence; the next one is heard */
	query[2] |= 0x80;
	send(fd, query, length, 0);
	query[0] = 77;
	query[2] &= 0x7f;
	send(fd, query, length, 0);
	assert_true(receive(f, fd, 1, wire) > 12);
	assert_int_equal(wire[0], 77);
	close(fd);
}

static void
one_tcp_connection_carries_many_questions(void **state)
{
	struct fixture *f = *state;
	int fd = connect_raw(f, SOCK_STREAM);
	uint8_t stream[2 * (2 + DNS_QUERY_MAX)], wire[4096];
	size_t first = write_query(stream + 2, 1, "big.example", DNS_TYPE_TXT, false);
	size_t second =
	    write_query(stream + 2 + first + 2, 2, "well.example", DNS_TYPE_A, false);
	size_t whole;

	stream[0] = stream[2 + first] = 0;
	stream[1] = (uint8_t)first;
	stream[2 + first + 1] = (uint8_t)second;
	/* cut in the middle of the second question */
	send(fd, stream, 2 + first + 5, 0);
	receive(f, fd, 2, wire);
	send(fd, stream + 2 + first + 5, 2 + second - 5, 0);
	whole = receive(f, fd, 2 + 12, wire);
	assert_int_equal(wire[0] << 8 | wire[1], whole - 2);
	assert_int_equal(wire[3], 2);
	assert_null(dns_message_check(wire + 2, whole - 2));
	close(fd);
}

static void
a_tcp_client_that_floods_is_cut_off(void **state)
{
	struct fixture *f = *state;
	int fd = connect_raw(f, SOCK_STREAM);
	uint8_t flood[4096], wire[4096];

	memset(flood, 0xff, sizeof flood);
	send(fd, flood, sizeof flood, 0);
	assert_int_equal(receive(f, fd, 1, wire), 0);
	close(fd);
}

static void
a_held_answer_dies_with_its_client(void **state)
{
	struct fixture *f = *state;
	int tcp = connect_raw(f, SOCK_STREAM), udp = connect_raw(f, SOCK_DGRAM);
	uint8_t query[2 + DNS_QUERY_MAX], wire[4096];
	size_t length = write_query(query + 2, 1, "delay.example", DNS_TYPE_A, false);

	query[0] = 0;
	query[1] = (uint8_t)length;
	send(tcp, query, 2 + length, 0);
	send(udp, query + 2, length, 0);
	bench_run_ready(&f->bench);
	bench_run_ready(&f->bench);
	close(tcp);
	assert_true(receive(f, udp, 1, wire) > 12);
	close(udp);
}

static void
the_server_stops_while_answers_are_held(void **state)
{
	struct fixture *f = *state;
	int udp = connect_raw(f, SOCK_DGRAM), tcp = connect_raw(f, SOCK_STREAM);
	uint8_t query[DNS_QUERY_MAX], wire[4096];
	size_t length = write_query(query, 1, "delay.example", DNS_TYPE_A, false);

	send(udp, query, length, 0);
	bench_run_ready(&f->bench);
	nameserver_free(f->server);
	f->server = NULL;
	assert_int_equal(receive(f, tcp, 1, wire), 0);
	close(udp);
	close(tcp);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(faults_come_out_as_they_are_named),
		WITH_FIXTURE(udp_answers_fit_into_what_the_asker_takes),
		WITH_FIXTURE(nonsense_is_answered_with_formerr_or_silence),
		WITH_FIXTURE(one_tcp_connection_carries_many_questions),
		WITH_FIXTURE(a_tcp_client_that_floods_is_cut_off),
		WITH_FIXTURE(a_held_answer_dies_with_its_client),
		WITH_FIXTURE(the_server_stops_while_answers_are_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The inspector on real sockets: replies kept whole from chosen servers, truncation, silence, many
 * at once, and questions that are dropped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/span.h"
#include "dns/message.h"
#include "net/dialler.h"
#include "net/inspector.h"
#include "lab/bench.h"
#include "lab/fake_dns.h"

enum {
	MANY = 3 * INSPECTOR_WINDOW,
};

struct fixture {
	struct bench bench;
	struct fake_dns servers[2];
	struct inspector *inspector;
	const struct dns_result *last;
	size_t count, wanted;
};

/* The callback: counts, and keeps the last result. */
static void
on_result(void *context, uint64_t owner, uint32_t tag, const struct dns_result *result)
{
	struct fixture *f = context;

	(void)tag;
	assert_int_equal(owner, 1);
	dns_result_release(f->last);
	f->last = dns_result_hold(result);
	f->count++;
}

/* Opens two servers with these faults and an inspector whose usual server is the first. */
static void
begin(struct fixture *f, struct fake_faults faults)
{
	struct dns_lookup_settings settings = {
		.server_count = 1,
		.timeout_us = 20 * SPAN_SECOND,
		.retry_us = 20 * SPAN_MS,
		.attempts = 3,
		.edns = true,
		.mix_case = true,
	};

	*f = (struct fixture){ 0 };
	bench_open(&f->bench);
	for (size_t i = 0; i < 2; i++)
		fake_dns_start(&f->servers[i], &f->bench, faults);
	settings.servers[0] = f->servers[0].endpoint;
	f->inspector = inspector_new(f->bench.base, f->bench.dialler, &settings, on_result, f);
}

/* Ends all of it. */
static void
end(struct fixture *f)
{
	inspector_free(f->inspector);
	fake_dns_stop(&f->servers[0]);
	fake_dns_stop(&f->servers[1]);
	dns_result_release(f->last);
	bench_close(&f->bench);
}

/* Asks a server, or the usual one, for the address of a name. */
static void
ask(struct fixture *f, uint64_t owner, const struct endpoint *server, int64_t patience_us)
{
	const struct endpoint usual = { .port = 53 };
	const struct dns_manner manner = { .iterative = true, .patience_us = patience_us };
	struct dns_question question = { .type = DNS_TYPE_A };

	assert_int_equal(dns_name_parse(&question.name, "a7.example"), DNS_NAME_OK);
	inspector_ask(f->inspector, owner, 0, server ? server : &usual, &question, &manner);
}

/* True when as many results have come as are wanted. */
static bool
is_complete(const void *context)
{
	const struct fixture *f = context;

	return f->count >= f->wanted;
}

/* Waits for so many results in all. */
static void
wait_for(struct fixture *f, size_t wanted)
{
	f->wanted = wanted;
	bench_run_until(&f->bench, is_complete, f);
}

static void
a_reply_is_kept_whole_from_the_chosen_server(void **state)
{
	struct fixture f;
	struct dns_message message;

	(void)state;
	begin(&f, (struct fake_faults){ .ttl = 60 });
	ask(&f, 1, NULL, 0);
	wait_for(&f, 1);
	assert_int_equal(f.last->server.port, f.servers[0].endpoint.port);
	ask(&f, 1, &f.servers[1].endpoint, 0);
	wait_for(&f, 2);
	assert_int_equal(f.last->server.port, f.servers[1].endpoint.port);
	assert_null(dns_message_parse(&message, f.last->reply, f.last->reply_length));
	assert_int_equal(message.answer.count, 1);
	dns_message_clear(&message);
	end(&f);
}

/* Servers repeat the name of the question: whoever shows replies as they come wants it as typed. */
static void
a_name_goes_out_as_typed(void **state)
{
	static const char label[] = "\x17qrstuvwxyzabcdefghijklm";
	const struct endpoint usual = { .port = 53 };
	const struct dns_manner manner = { .as_typed = true };
	struct dns_question question = { .type = DNS_TYPE_A };
	struct fixture f;

	(void)state;
	begin(&f, (struct fake_faults){ 0 });
	assert_int_equal(
	    dns_name_parse(&question.name, "qrstuvwxyzabcdefghijklm.example"), DNS_NAME_OK);
	inspector_ask(f.inspector, 1, 0, &usual, &question, &manner);
	wait_for(&f, 1);
	assert_non_null(f.last->reply);
	assert_non_null(memmem(f.last->reply, f.last->reply_length, label, sizeof label - 1));
	end(&f);
}

/* Nobody listens at a port: its host says so. Where no way leads nothing is heard of the host. */
static void
a_closed_port_is_told_from_no_way(void **state)
{
	struct endpoint port = bench_closed_port();
	struct fixture f;

	(void)state;
	begin(&f, (struct fake_faults){ 0 });
	ask(&f, 1, &port, 0);
	wait_for(&f, 1);
	assert_int_equal(f.last->outcome, DNS_UNREACHABLE);
	assert_true(dns_result_is_refused(f.last));
	assert_true(ip_equal(&f.last->server.ip, &port.ip));
	dialler_close_world(f.bench.dialler);
	ask(&f, 1, &port, 0);
	wait_for(&f, 2);
	assert_int_equal(f.last->outcome, DNS_UNREACHABLE);
	assert_false(dns_result_is_refused(f.last));
	end(&f);
}

static void
an_error_is_told_and_nobody_else_asked(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, (struct fake_faults){ .rcode = 5 });
	ask(&f, 1, NULL, 0);
	wait_for(&f, 1);
	assert_int_equal(f.last->outcome, DNS_REFUSED);
	assert_int_equal(f.last->tries, 1);
	assert_non_null(f.last->reply);
	end(&f);
}

static void
a_truncated_reply_is_fetched_over_tcp(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, (struct fake_faults){ .truncate = true, .ttl = 60 });
	ask(&f, 1, NULL, 0);
	wait_for(&f, 1);
	assert_int_equal(f.last->outcome, DNS_ANSWER);
	assert_true(f.last->over_tcp);
	end(&f);
}

static void
silence_ends_with_the_patience_of_the_question(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, (struct fake_faults){ .silent = true });
	ask(&f, 1, NULL, 100 * SPAN_MS);
	wait_for(&f, 1);
	assert_int_equal(f.last->outcome, DNS_TIMEOUT);
	assert_null(f.last->reply);
	end(&f);
}

static void
many_wait_their_turn_and_all_are_answered(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, (struct fake_faults){ .ttl = 60 });
	for (size_t i = 0; i < MANY; i++)
		ask(&f, 1, NULL, 0);
	wait_for(&f, MANY);
	assert_int_equal(f.count, MANY);
	end(&f);
}

static void
what_is_dropped_is_never_told(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, (struct fake_faults){ .silent = true, .ttl = 60 });
	for (size_t i = 0; i < MANY; i++)
		ask(&f, 2, NULL, 0);
	bench_run_ready(&f.bench);
	f.servers[0].faults.silent = false;
	inspector_drop(f.inspector, 2); /* on_result() takes those of 1 only */
	ask(&f, 1, NULL, 0);
	wait_for(&f, 1);
	assert_int_equal(f.count, 1);
	f.servers[0].faults.silent = true;
	for (size_t i = 0; i < MANY; i++)
		ask(&f, 1, NULL, 0);
	bench_run_ready(&f.bench);
	end(&f); /* with all of them under way */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_kept_whole_from_the_chosen_server),
		cmocka_unit_test(an_error_is_told_and_nobody_else_asked),
		cmocka_unit_test(a_name_goes_out_as_typed),
		cmocka_unit_test(a_closed_port_is_told_from_no_way),
		cmocka_unit_test(a_truncated_reply_is_fetched_over_tcp),
		cmocka_unit_test(silence_ends_with_the_patience_of_the_question),
		cmocka_unit_test(many_wait_their_turn_and_all_are_answered),
		cmocka_unit_test(what_is_dropped_is_never_told),
	};

	return cmocka_run_group_tests_name("net/inspector", tests, NULL, NULL);
}

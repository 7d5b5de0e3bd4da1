/*
 * The laboratory's signed zones: one of each kind, asked through the resolver and judged by its
 * validator, which shares no line with the signer. A table of questions, with outcome, status
 * and, where it is not secure, words of the reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <event2/event.h>

#include "util/log.h"
#include "util/span.h"
#include "dns/message.h"
#include "dns/zone.h"
#include "lab/authority.h"
#include "lab/nameserver.h"
#include "net/dialler.h"
#include "net/resolver.h"

#include "lab/bench.h"

/* What stands in each zone. */
static const char zone_text[] = "@ MX 10 mx\n"
				"mx A 192.0.2.1\n"
				"_25._tcp.mx TXT \"below\"\n"
				"*.wild MX 10 mx\n"
				"host.wild A 192.0.2.2\n"
				"alias CNAME mx\n"
				"*.walias CNAME mx\n"
				"far CNAME mx.unsigned.example.\n";

static const struct {
	const char *apex;
	enum lab_signing signing;
} zones[] = {
	{ ".", LAB_SIGNED },
	{ "example", LAB_SIGNED },
	{ "test", LAB_SIGNED_OPT_OUT },
	{ "third", LAB_SIGNED_NSEC3 },
	{ "nsec.example", LAB_SIGNED },
	{ "nsec3.example", LAB_SIGNED_NSEC3 },
	{ "out.test", LAB_SIGNED_OPT_OUT },
	{ "unsigned.example", LAB_UNSIGNED },
	{ "unsigned.test", LAB_UNSIGNED },
	{ "unsigned.third", LAB_UNSIGNED },
	{ "unknown.example", LAB_UNKNOWN_ALGORITHM },
	{ "expired.example", LAB_EXPIRED },
	{ "early.example", LAB_NOT_YET_VALID },
	{ "stray.example", LAB_WRONG_KEY },
	{ "mismatch.example", LAB_DS_MISMATCH },
	{ "attacked.example", LAB_SIGNED },
	{ "attacked3.example", LAB_SIGNED_NSEC3 },
};

static const struct {
	enum lab_fault_kind kind;
	const char *name;
	uint16_t type;
} faults[] = {
	{ LAB_FAULT_STRIPPED, "attacked.example", DNS_TYPE_MX },
	{ LAB_FAULT_ALTERED, "mx.attacked.example", DNS_TYPE_A },
	{ LAB_FAULT_DENIED, "host.wild.attacked.example", DNS_TYPE_A },
	{ LAB_FAULT_DENIED, "mx.attacked3.example", DNS_TYPE_A },
};

static const struct {
	const char *name;
	uint16_t type;
	enum dns_outcome outcome;
	enum dns_security security;
	const char *reason; /* of a bogus one */
} questions[] = {
	/* what is there, in zones with NSEC, NSEC3 and opt-out */
	{ "nsec.example", DNS_TYPE_MX, DNS_ANSWER, DNS_SECURE, NULL },
	{ "nsec.example", DNS_TYPE_SOA, DNS_ANSWER, DNS_SECURE, NULL },
	{ "nsec.example", DNS_TYPE_NS, DNS_ANSWER, DNS_SECURE, NULL },
	{ "nsec.example", DNS_TYPE_DS, DNS_ANSWER, DNS_SECURE, NULL },
	{ "nsec.example", DNS_TYPE_DNSKEY, DNS_ANSWER, DNS_SECURE, NULL },
	{ "nsec3.example", DNS_TYPE_MX, DNS_ANSWER, DNS_SECURE, NULL },
	{ "out.test", DNS_TYPE_MX, DNS_ANSWER, DNS_SECURE, NULL },
	{ "alias.nsec.example", DNS_TYPE_A, DNS_ANSWER, DNS_SECURE, NULL },
	{ "any.wild.nsec.example", DNS_TYPE_MX, DNS_ANSWER, DNS_SECURE, NULL },
	{ "a.b.wild.nsec3.example", DNS_TYPE_MX, DNS_ANSWER, DNS_SECURE, NULL },
	{ "any.walias.nsec.example", DNS_TYPE_A, DNS_ANSWER, DNS_SECURE, NULL },
	{ ".", DNS_TYPE_NS, DNS_ANSWER, DNS_SECURE, NULL },
	{ ".", DNS_TYPE_DNSKEY, DNS_ANSWER, DNS_SECURE, NULL },
	/* what is not there */
	{ "mx.nsec.example", DNS_TYPE_AAAA, DNS_NODATA, DNS_SECURE, NULL },
	{ "mx.nsec3.example", DNS_TYPE_AAAA, DNS_NODATA, DNS_SECURE, NULL },
	{ "nsec3.example", DNS_TYPE_A, DNS_NODATA, DNS_SECURE, NULL },
	{ "_tcp.mx.nsec.example", DNS_TYPE_TXT, DNS_NODATA, DNS_SECURE, NULL },
	{ "_tcp.mx.nsec3.example", DNS_TYPE_TXT, DNS_NODATA, DNS_SECURE, NULL },
	{ "none.nsec.example", DNS_TYPE_A, DNS_NXDOMAIN, DNS_SECURE, NULL },
	{ "a.b.none.nsec.example", DNS_TYPE_A, DNS_NXDOMAIN, DNS_SECURE, NULL },
	{ "0.nsec.example", DNS_TYPE_A, DNS_NXDOMAIN, DNS_SECURE, NULL },
	{ "none.nsec3.example", DNS_TYPE_A, DNS_NXDOMAIN, DNS_SECURE, NULL },
	{ "a.b.none.nsec3.example", DNS_TYPE_A, DNS_NXDOMAIN, DNS_SECURE, NULL },
	{ "none.out.test", DNS_TYPE_A, DNS_NXDOMAIN, DNS_INSECURE, NULL },
	{ "mx.out.test", DNS_TYPE_AAAA, DNS_NODATA, DNS_SECURE, NULL },
	{ "any.wild.nsec.example", DNS_TYPE_A, DNS_NODATA, DNS_SECURE, NULL },
	{ "any.wild.nsec3.example", DNS_TYPE_A, DNS_NODATA, DNS_SECURE, NULL },
	{ "x.host.wild.nsec.example", DNS_TYPE_A, DNS_NXDOMAIN, DNS_SECURE, NULL },
	{ "gone.example", DNS_TYPE_MX, DNS_NXDOMAIN, DNS_SECURE, NULL },
	{ "mx.nsec.example", DNS_TYPE_DS, DNS_NODATA, DNS_SECURE, NULL },
	/* trust ends, and the zone above proves it */
	{ "unsigned.example", DNS_TYPE_MX, DNS_ANSWER, DNS_INSECURE, NULL },
	{ "mx.unsigned.example", DNS_TYPE_AAAA, DNS_NODATA, DNS_INSECURE, NULL },
	{ "none.unsigned.example", DNS_TYPE_A, DNS_NXDOMAIN, DNS_INSECURE, NULL },
	{ "unsigned.example", DNS_TYPE_DS, DNS_NODATA, DNS_SECURE, NULL },
	{ "unsigned.third", DNS_TYPE_MX, DNS_ANSWER, DNS_INSECURE, NULL },
	{ "unsigned.third", DNS_TYPE_DS, DNS_NODATA, DNS_SECURE, NULL },
	{ "unsigned.test", DNS_TYPE_MX, DNS_ANSWER, DNS_INSECURE, NULL },
	{ "unsigned.test", DNS_TYPE_DS, DNS_NODATA, DNS_INSECURE, NULL },
	{ "far.nsec.example", DNS_TYPE_A, DNS_ANSWER, DNS_INSECURE, NULL },
	{ "unknown.example", DNS_TYPE_MX, DNS_ANSWER, DNS_INSECURE, NULL },
	/* what is broken */
	{ "expired.example", DNS_TYPE_MX, DNS_BOGUS, DNS_SECURITY_BOGUS, "expired at" },
	{ "early.example", DNS_TYPE_MX, DNS_BOGUS, DNS_SECURITY_BOGUS, "not valid before" },
	{ "stray.example", DNS_TYPE_MX, DNS_BOGUS, DNS_SECURITY_BOGUS, "does not vouch" },
	{ "none.stray.example", DNS_TYPE_A, DNS_BOGUS, DNS_SECURITY_BOGUS, "does not vouch" },
	{ "mismatch.example", DNS_TYPE_MX, DNS_BOGUS, DNS_SECURITY_BOGUS,
	    "no DNSKEY of mismatch.example matches" },
	{ "attacked.example", DNS_TYPE_MX, DNS_BOGUS, DNS_SECURITY_BOGUS, "no signature" },
	{ "attacked.example", DNS_TYPE_NS, DNS_ANSWER, DNS_SECURE, NULL },
	{ "mx.attacked.example", DNS_TYPE_A, DNS_BOGUS, DNS_SECURITY_BOGUS,
	    "does not match the data" },
	{ "host.wild.attacked.example", DNS_TYPE_A, DNS_BOGUS, DNS_SECURITY_BOGUS,
	    "host.wild.attacked.example" },
	{ "mx.attacked3.example", DNS_TYPE_A, DNS_BOGUS, DNS_SECURITY_BOGUS,
	    "mx.attacked3.example" },
	/* outside */
	{ "www.invalid", DNS_TYPE_A, DNS_REFUSED, DNS_INDETERMINATE, NULL },
};

struct fixture {
	struct bench bench;
	struct authority *authority;
	struct nameserver *server;
	struct resolver *resolver;
	const struct dns_result *results[sizeof questions / sizeof *questions];
};

/* Returns the name. */
static struct dns_name
named(const char *text)
{
	struct dns_name name;

	assert_int_equal(dns_name_parse(&name, text), DNS_NAME_OK);
	return name;
}

/* Fills the name space: all zones, those of two labels with records, and the faults. */
static void
fill_authority(struct authority *authority)
{
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		struct dns_name apex = named(zones[i].apex);
		struct dns_records records = { 0 };

		authority_add_zone(authority, &apex, zones[i].signing);
		if (dns_name_labels(&apex) < 2)
			continue;
		assert_null(dns_zone_parse(zone_text, &apex, 3600, &records));
		authority_add_records(authority, &records);
		dns_records_clear(&records);
	}
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		authority_add_fault(authority,
		    &(struct lab_fault){ .kind = faults[i].kind,
			.name = named(faults[i].name),
			.type = faults[i].type });
	authority_seal(authority);
}

/* The resolver has answered question number `tag`. */
static void
on_result(void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result)
{
	struct fixture *f = context;

	(void)owner;
	f->results[tag] = dns_result_hold(result);
}

static int
open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct dns_records anchors = { 0 };
	struct resolver_settings settings = { .lookup = { .server_count = 1,
						  .timeout_us = 5 * SPAN_SECOND,
						  .attempts = 2,
						  .edns = true,
						  .mix_case = true },
		.anchors = &anchors };
	char *error = NULL;

	bench_open(&f->bench);
	f->authority = authority_new();
	fill_authority(f->authority);
	authority_trust_anchors(f->authority, &anchors);
	assert_int_equal(anchors.count, 1);
	f->server = nameserver_new(f->bench.base, f->authority, NULL, &error);
	if (!f->server)
		fail_msg("%s", error);
	settings.lookup.servers[0] = nameserver_endpoint(f->server);
	f->resolver = resolver_new(f->bench.base, f->bench.dialler, &settings, on_result, f);
	dns_records_clear(&anchors);
	*state = f;
	return 0;
}

static int
close_fixture(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof f->results / sizeof *f->results; i++)
		dns_result_release(f->results[i]);
	resolver_free(f->resolver);
	nameserver_free(f->server);
	authority_free(f->authority);
	bench_close(&f->bench);
	free(f);
	return 0;
}

/* True when all answers are here. */
static bool
is_quiet(const void *context)
{
	return resolver_pending(((const struct fixture *)context)->resolver) == 0;
}

static void
every_kind_of_zone_is_judged_as_it_is_meant(void **state)
{
	struct fixture *f = *state;
	size_t count = sizeof questions / sizeof *questions, wrong = 0;

	for (size_t i = 0; i < count; i++) {
		struct dns_question question = { .name = named(questions[i].name),
			.type = questions[i].type };

		resolver_ask(f->resolver, 1, (uint32_t)i, &question, RESOLVER_CACHED);
	}
	bench_run_until(&f->bench, is_quiet, f);
	for (size_t i = 0; i < count; i++) {
		const struct dns_result *result = f->results[i];
		char type[12];

		if (result->outcome == questions[i].outcome &&
		    result->dnssec == questions[i].security &&
		    (!questions[i].reason ||
			(result->error && strstr(result->error, questions[i].reason))))
			continue;
		print_error("%s %s: %s, %s, %s\n", questions[i].name,
		    dns_type_text(questions[i].type, type), dns_outcome_name(result->outcome),
		    dns_security_name(result->dnssec), result->error ? result->error : "-");
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    every_kind_of_zone_is_judged_as_it_is_meant, open_fixture, close_fixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

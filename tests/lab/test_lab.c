/*
 * The laboratory as a whole: its nameserver asked through net/resolver, its mail servers probed
 * through net/prober, all scenarios at the same time. What comes of each is one line of text,
 * held against a table. Then its edges: names from outside, foreign ports, TCP, nonsense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <event2/event.h>

#include "util/buf.h"
#include "util/span.h"
#include "dns/idn.h"
#include "net/dialler.h"
#include "net/prober.h"
#include "net/resolver.h"
#include "net/tls.h"
#include "lab/lab.h"

#include "lab/bench.h"

enum {
	EXCHANGES_MAX = 16,
	STUDIES_MAX = 64,
	PROBES_MAX = 256,
};

/* One address of an exchange, and what its probe found. */
struct trial {
	size_t study, exchange;
	struct ip_addr ip;
	struct smtp_facts *facts; /* of the last report */
};

/* What is known of one scenario's domain. */
struct study {
	const struct lab_scenario *scenario;
	const struct dns_result *mx;
	struct {
		uint16_t preference;
		struct dns_name name;
		const struct dns_result *addresses[2]; /* A, AAAA */
	} exchanges[EXCHANGES_MAX];
	size_t exchange_count;
};

struct fixture {
	struct bench bench;
	struct lab *lab;
	struct resolver *resolver;
	struct prober *prober;
	struct tls_client *tls;
	struct study studies[STUDIES_MAX];
	size_t study_count;
	struct trial trials[PROBES_MAX];
	size_t trial_count;
};

/* --- the engine of the test: MX, then addresses, then probes ---------------------- */

/* Starts a probe of the address. */
static void
try_address(struct fixture *f, size_t study, size_t exchange, const struct ip_addr *ip)
{
	bool wants_rcpt = strcmp(f->studies[study].scenario->name, "greylisting") == 0;
	char host[DNS_NAME_TEXT_MAX];

	assert_true(f->trial_count < PROBES_MAX);
	f->trials[f->trial_count] =
	    (struct trial){ .study = study, .exchange = exchange, .ip = *ip };
	prober_start(f->prober,
	    &(struct probe_request){ .owner = study + 1,
		.tag = (uint32_t)f->trial_count++,
		.target = { .ip = *ip, .port = 25 },
		.host = dns_name_text(&f->studies[study].exchanges[exchange].name, host),
		.mail_from = "",
		.rcpt = wants_rcpt ? "somebody@greylisting.example" : NULL });
}

/* Asks one question of a study; the tag says which. */
static void
ask(struct fixture *f, size_t study, uint32_t tag, const struct dns_name *name, uint16_t type)
{
	resolver_ask(f->resolver, study + 1, tag,
	    &(struct dns_question){ .name = *name, .type = type }, RESOLVER_CACHED);
}

/* Adds an exchange in order of preference, those of one preference as they came. */
static void
add_exchange(struct study *study, uint16_t preference, const struct dns_name *name)
{
	size_t at = study->exchange_count++;

	assert_true(at < EXCHANGES_MAX);
	while (at > 0 && study->exchanges[at - 1].preference > preference) {
		study->exchanges[at] = study->exchanges[at - 1];
		at--;
	}
	study->exchanges[at].preference = preference;
	study->exchanges[at].name = *name;
}

/* The MX answer has come: its exchanges, or the domain itself, are looked up. */
static void
take_mx(struct fixture *f, size_t index, const struct dns_result *result)
{
	struct study *study = &f->studies[index];
	struct dns_name name;
	uint16_t preference;

	study->mx = dns_result_hold(result);
	for (size_t i = 0; i < result->answer.count; i++) {
		if (dns_record_mx(&result->answer.items[i], &preference, &name))
			add_exchange(study, preference, &name);
	}
	if (result->outcome == DNS_NODATA)
		add_exchange(study, 0, &result->question.name);
	for (size_t i = 0; i < study->exchange_count; i++) {
		if (dns_name_is_root(&study->exchanges[i].name))
			continue;
		ask(f, index, (uint32_t)(1 + 2 * i), &study->exchanges[i].name, DNS_TYPE_A);
		ask(f, index, (uint32_t)(2 + 2 * i), &study->exchanges[i].name, DNS_TYPE_AAAA);
	}
}

/* A result: tag 0 is the MX question, then two for each exchange. */
static void
on_result(void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result)
{
	struct fixture *f = context;
	size_t study = (size_t)owner - 1, exchange = (tag - 1) / 2;

	if (tag == 0) {
		take_mx(f, study, result);
		return;
	}
	f->studies[study].exchanges[exchange].addresses[(tag - 1) % 2] =
	    dns_result_hold(result);
	for (size_t i = 0; i < result->answer.count; i++) {
		struct ip_addr ip;

		if (dns_record_address(&result->answer.items[i], &ip))
			try_address(f, study, exchange, &ip);
	}
}

/* A report of a probe: the last one stays. */
static void
on_report(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct fixture *f = context;

	(void)owner;
	smtp_facts_free(f->trials[tag].facts);
	f->trials[tag].facts = smtp_facts_clone(facts);
}

/* True when nothing is in flight. */
static bool
is_quiet(const void *context)
{
	const struct fixture *f = context;

	return resolver_pending(f->resolver) == 0 && prober_pending(f->prober) == 0;
}

/* How the laboratory's nameserver is asked, and validated. */
static struct resolver_settings
resolver_for(const struct lab *lab, const struct dns_records *anchors)
{
	return (struct resolver_settings){ .lookup = { .servers = { lab_nameserver(lab) },
					       .server_count = 1,
					       .timeout_us = 8 * SPAN_SECOND,
					       .attempts = 3,
					       .edns = true,
					       .mix_case = true },
		.anchors = anchors };
}

static int
open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	char helo[] = "probe.lab.example", *error = NULL;
	struct prober_settings probing = {
		.helo = helo, .patience_us = 5 * SPAN_SECOND, .limit = 32
	};
	struct dns_records anchors = { 0 };
	struct resolver_settings asking;

	bench_open(&f->bench);
	f->lab = lab_start(f->bench.base, f->bench.dialler, &error);
	if (!f->lab)
		fail_msg("%s", error);
	f->tls = tls_client_new(NULL, &error);
	assert_non_null(f->tls);
	assert_true(tls_client_trust(f->tls, lab_root_certificate(f->lab)));
	lab_trust_anchors(f->lab, &anchors);
	asking = resolver_for(f->lab, &anchors);
	f->resolver = resolver_new(f->bench.base, f->bench.dialler, &asking, on_result, f);
	dns_records_clear(&anchors);
	f->prober = prober_new(f->bench.base, f->bench.dialler, f->tls, &probing, on_report, f);
	*state = f;
	return 0;
}

static int
close_fixture(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < f->trial_count; i++)
		smtp_facts_free(f->trials[i].facts);
	for (size_t i = 0; i < f->study_count; i++) {
		dns_result_release(f->studies[i].mx);
		for (size_t j = 0; j < f->studies[i].exchange_count; j++) {
			dns_result_release(f->studies[i].exchanges[j].addresses[0]);
			dns_result_release(f->studies[i].exchanges[j].addresses[1]);
		}
	}
	prober_free(f->prober);
	resolver_free(f->resolver);
	tls_client_free(f->tls);
	lab_stop(f->lab);
	bench_close(&f->bench);
	free(f);
	return 0;
}

/* --- what came of it, as text ----------------------------------------------------- */

/* Appends what is known of TLS: "trusted", "expired", "trusted mismatch" ... */
static void
add_tls(struct buf *out, const struct smtp_facts *facts)
{
	buf_addf(out, " %s", smtp_starttls_name(facts->starttls));
	if (!facts->tls.present)
		return;
	buf_addf(out, " %s", tls_chain_name(facts->tls.chain));
	if (!facts->tls.name_matches)
		buf_adds(out, " mismatch");
}

/* Appends "192.0.2.10 accepting ok trusted", or with the reply that decided. */
static void
add_trial(struct buf *out, const struct trial *trial)
{
	const struct smtp_facts *facts = trial->facts;
	char ip[IP_TEXT_MAX];

	buf_addf(out, " %s %s", ip_text(&trial->ip, ip), smtp_outcome_name(facts->outcome));
	if (facts->outcome != SMTP_ACCEPTING && facts->code)
		buf_addf(out, " %d", facts->code);
	if (facts->rcpt_code)
		buf_addf(out, " rcpt %d", facts->rcpt_code);
	if (facts->extensions_known)
		add_tls(out, facts);
	buf_addc(out, ';');
}

/* Appends the exchange: "10 mx1" with its addresses, or why it has none. */
static void
add_exchange_text(struct buf *out, const struct fixture *f, size_t index, size_t exchange)
{
	const struct study *study = &f->studies[index];
	const struct dns_result *a = study->exchanges[exchange].addresses[0];
	char name[DNS_NAME_TEXT_MAX];
	size_t found = 0;

	dns_name_text(&study->exchanges[exchange].name, name);
	buf_addf(out, "| %u %.*s", (unsigned)study->exchanges[exchange].preference,
	    (int)strcspn(name, dns_name_is_root(&study->exchanges[exchange].name) ? "" : "."),
	    name);
	for (size_t family = 4; family <= 6; family += 2) {
		for (size_t i = 0; i < f->trial_count; i++) {
			const struct trial *trial = &f->trials[i];

			if (trial->study != index || trial->exchange != exchange ||
			    trial->ip.family != family)
				continue;
			add_trial(out, trial);
			found++;
		}
	}
	if (found == 0 && a)
		buf_addf(out, " %s;", dns_outcome_name(a->outcome));
	buf_addc(out, ' ');
}

/* Returns all of a study as text, which the caller frees. */
static char *
study_text(const struct fixture *f, size_t index)
{
	const struct study *study = &f->studies[index];
	struct buf out = BUF_INIT;

	buf_addf(&out, "%s", dns_outcome_name(study->mx->outcome));
	if (study->mx->alias_count > 0)
		buf_adds(&out, " alias");
	if (study->mx->over_tcp)
		buf_adds(&out, " tcp");
	if (study->mx->dnssec != DNS_SECURE)
		buf_addf(&out, " %s", dns_security_name(study->mx->dnssec));
	buf_addc(&out, ' ');
	for (size_t i = 0; i < study->exchange_count; i++)
		add_exchange_text(&out, f, index, i);
	buf_truncate(&out, out.length - 1);
	return buf_take(&out);
}

/* --- all scenarios ---------------------------------------------------------------- */

static const struct {
	const char *scenario, *text;
} expected[] = {
	{ "three-mx",
	    "answer | 10 mx1 192.0.2.10 accepting ok trusted; 2001:db8:1::10 accepting ok "
	    "trusted; "
	    "| 20 mx2 192.0.2.11 accepting ok trusted; 2001:db8:1::11 accepting ok trusted; "
	    "| 30 backup 198.51.100.10 accepting ok trusted; 2001:db8:1:b::10 accepting ok "
	    "trusted;" },
	{ "equal-preference",
	    "answer | 10 left 192.0.2.12 accepting ok trusted; 2001:db8:2::12 accepting ok "
	    "trusted; "
	    "| 10 right 192.0.2.13 accepting ok trusted; 2001:db8:2::13 accepting ok trusted; "
	    "| 20 spare 198.51.100.12 accepting ok trusted;" },
	{ "primary-down",
	    "answer | 10 mx1 192.0.2.14 refused; 2001:db8:3::14 refused; "
	    "| 20 mx2 198.51.100.14 accepting ok trusted; 2001:db8:3:b::14 accepting ok "
	    "trusted;" },
	{ "primary-silent",
	    "answer | 10 mx1 192.0.2.15 timeout; "
	    "| 20 mx2 198.51.100.15 accepting ok trusted; 2001:db8:4:b::15 accepting ok "
	    "trusted;" },
	{ "implicit-mx",
	    "nodata | 0 implicit-mx 192.0.2.16 accepting ok trusted; 2001:db8:5::16 accepting "
	    "ok "
	    "trusted;" },
	{ "null-mx", "answer | 0 ." },
	{ "no-mail", "nodata | 0 no-mail nodata;" },
	{ "nxdomain", "nxdomain" },
	{ "servfail", "servfail indeterminate" },
	{ "domain-alias",
	    "answer alias | 10 mx1 192.0.2.20 accepting ok trusted; 2001:db8:a::20 accepting "
	    "ok "
	    "trusted; | 20 mx2 198.51.100.20 accepting ok trusted;" },
	{ "alias-exchange",
	    "answer | 10 mail 192.0.2.21 accepting ok trusted mismatch; 2001:db8:b::21 "
	    "accepting ok "
	    "trusted mismatch; | 20 mx2 198.51.100.21 accepting ok trusted;" },
	{ "unresolvable",
	    "answer | 10 mx1 nxdomain; "
	    "| 20 mx2 198.51.100.22 accepting ok trusted; 2001:db8:c:b::22 accepting ok "
	    "trusted;" },
	{ "all-unresolvable", "answer | 10 mx1 nxdomain; | 20 mx2 nxdomain;" },
	{ "greylisting",
	    "answer | 10 mx1 192.0.2.24 inconclusive 450 rcpt 450 ok trusted; "
	    "| 20 mx2 198.51.100.24 deferring 421;" },
	{ "rate-limited",
	    "answer | 10 mx1 192.0.2.241 inconclusive 421; | 20 mx2 198.51.100.241 accepting "
	    "ok "
	    "trusted;" },
	{ "port-25-filtered",
	    "answer | 10 mx1 192.0.2.240 timeout; | 20 mx2 198.51.100.240 timeout;" },
	{ "greeting-554",
	    "answer | 10 mx1 192.0.2.25 rejecting 554; 2001:db8:f::25 rejecting 554; "
	    "| 20 mx2 198.51.100.25 accepting ok trusted;" },
	{ "starttls-good",
	    "answer | 10 mx1 192.0.2.26 accepting ok trusted; 2001:db8:10::26 accepting ok "
	    "trusted;" },
	{ "starttls-expired", "answer | 10 mx1 192.0.2.27 accepting ok expired;" },
	{ "starttls-wrong-name", "answer | 10 mx1 192.0.2.28 accepting ok trusted mismatch;" },
	{ "starttls-self-signed", "answer | 10 mx1 192.0.2.29 accepting ok self-signed;" },
	{ "starttls-missing",
	    "answer | 10 mx1 192.0.2.30 accepting ok trusted; 2001:db8:14::30 accepting ok "
	    "trusted; "
	    "| 20 mx2 198.51.100.30 accepting not-offered;" },
	{ "starttls-refused", "answer | 10 mx1 192.0.2.31 accepting refused;" },
	{ "tls-broken",
	    "answer | 10 mx1 192.0.2.32 tls-failed failed; "
	    "| 20 mx2 198.51.100.32 accepting ok trusted;" },
	{ "starttls-injection", "answer | 10 mx1 192.0.2.33 protocol-error injected;" },
	{ "null-mx-mixed", "answer | 0 . | 10 mx1 192.0.2.34 accepting ok trusted;" },
	{ "mx-literal",
	    "answer | 10 192 nxdomain; | 20 mx2 198.51.100.35 accepting ok trusted;" },
	{ "private-address",
	    "answer | 10 office 10.0.0.25 unreachable; | 20 local 127.0.0.1 unreachable;" },
	{ "localhost-mx", "answer | 0 localhost 127.0.0.1 unreachable; ::1 unreachable;" },
	{ "many",
	    "answer | 10 mx01 203.0.113.101 refused; | 10 mx02 203.0.113.102 refused; "
	    "| 10 mx03 203.0.113.103 refused; | 10 mx04 203.0.113.104 refused; "
	    "| 20 mx05 203.0.113.105 refused; | 20 mx06 203.0.113.106 refused; "
	    "| 20 mx07 203.0.113.107 accepting ok trusted; "
	    "| 20 mx08 203.0.113.108 accepting ok trusted; "
	    "| 30 mx09 203.0.113.109 accepting ok trusted; "
	    "| 30 mx10 203.0.113.110 accepting ok trusted; "
	    "| 30 mx11 203.0.113.111 accepting ok trusted; "
	    "| 30 mx12 203.0.113.112 accepting ok trusted;" },
	{ "idn",
	    "answer | 10 mx1 192.0.2.36 accepting ok trusted; 2001:db8:1d::36 accepting ok "
	    "trusted;" },
	{ "slow",
	    "answer | 10 mx1 192.0.2.37 accepting ok trusted; "
	    "| 20 mx2 198.51.100.37 accepting ok trusted;" },
	{ "tarpit",
	    "answer | 10 mx1 198.51.100.220 timeout; 2001:db8:7a::220 timeout; "
	    "| 10 mx2 198.51.100.221 timeout; 2001:db8:7a::221 timeout; "
	    "| 10 mx3 198.51.100.222 timeout; 2001:db8:7a::222 timeout; "
	    "| 10 mx4 198.51.100.223 timeout; 2001:db8:7a::223 timeout; "
	    "| 10 mx5 198.51.100.224 timeout; 2001:db8:7a::224 timeout; "
	    "| 10 mx6 198.51.100.225 timeout; 2001:db8:7a::225 timeout; "
	    "| 10 mx7 198.51.100.226 timeout; 2001:db8:7a::226 timeout; "
	    "| 10 mx8 198.51.100.227 timeout; 2001:db8:7a::227 timeout;" },
	{ "truncated",
	    "answer tcp | 10 mx1 192.0.2.38 accepting ok trusted; "
	    "| 20 mx2 198.51.100.38 accepting ok trusted;" },
	{ "hostile-dns",
	    "answer | 10 mx1 malformed; | 20 mx2 malformed; | 30 mx3 malformed; "
	    "| 40 mx4 malformed; | 50 mx5 192.0.2.235 accepting ok trusted;" },
	{ "hostile-greeting", "answer | 10 mx1 192.0.2.39 accepting ok trusted;" },
	{ "posture", "answer | 10 mx1 203.0.113.64 accepting ok trusted;" },
	{ "posture-broken",
	    "answer | 10 mx1 203.0.113.65 accepting ok trusted; 203.0.113.66 accepting ok "
	    "trusted;" },
	{ "ns-broken", "answer | 10 mx1 203.0.113.63 accepting ok trusted;" },
	{ "ns-differ", "answer | 10 mx1 203.0.113.61 accepting ok trusted;" },
	{ "unsigned", "answer insecure | 10 mx1 192.0.2.40 accepting ok trusted;" },
	{ "opt-out", "answer insecure | 10 mx1 192.0.2.41 accepting ok trusted;" },
	{ "dnssec-expired", "bogus bogus" },
	{ "dnssec-early", "bogus bogus" },
	{ "dnssec-mismatch", "bogus bogus" },
	{ "dnssec-wrong-key", "bogus bogus" },
	{ "dnssec-stripped", "bogus bogus" },
	{ "dnssec-altered",
	    "answer | 10 mx1 bogus; | 20 mx2 198.51.100.47 accepting ok trusted;" },
	{ "dnssec-denied", "bogus bogus" },
	{ "dnssec-slow", "answer | 10 mx1 192.0.2.49 accepting ok trusted;" },
	{ "dane-good",
	    "answer | 10 mx1 192.0.2.140 accepting ok self-signed; 2001:db8:10::140 accepting "
	    "ok self-signed;" },
	{ "dane-mismatch", "answer | 10 mx1 192.0.2.141 accepting ok trusted;" },
	{ "dane-rollover", "answer | 10 mx1 192.0.2.142 accepting ok trusted;" },
	{ "dane-unusable", "answer | 10 mx1 192.0.2.143 accepting ok self-signed;" },
	{ "dane-no-starttls",
	    "answer | 10 mx1 192.0.2.144 accepting not-offered; "
	    "| 20 mx2 192.0.2.145 accepting ok trusted;" },
	{ "dane-lookup-fails", "answer | 10 mx1 192.0.2.146 accepting ok trusted;" },
	{ "dane-insecure-mx",
	    "answer insecure | 10 mx1 192.0.2.140 accepting ok self-signed; "
	    "2001:db8:10::140 accepting ok self-signed;" },
	{ "dane-alias", "answer | 10 mx1 192.0.2.147 accepting ok self-signed mismatch;" },
	{ "sts-enforce", "answer | 10 mx1 192.0.2.150 accepting ok trusted;" },
	{ "sts-testing", "answer | 10 mx1 192.0.2.152 accepting ok expired;" },
	{ "sts-backup",
	    "answer | 10 mx1 192.0.2.154 accepting ok trusted; "
	    "| 20 backup 192.0.2.155 accepting ok self-signed;" },
	{ "sts-refused", "answer | 10 mx1 192.0.2.157 accepting ok trusted mismatch;" },
	{ "sts-unreachable", "answer | 10 mx1 192.0.2.159 accepting ok trusted;" },
	{ "sts-invalid", "answer | 10 mx1 192.0.2.161 accepting ok trusted;" },
};

/* Studies all scenarios at once, for a group of tests, and waits until everything is known. */
static int
study_all(void **state)
{
	const struct lab_scenario *scenarios;
	struct fixture *f;

	open_fixture(state);
	f = *state;
	scenarios = lab_scenarios(&f->study_count);
	assert_true(f->study_count <= STUDIES_MAX);
	for (size_t i = 0; i < f->study_count; i++) {
		struct dns_name domain;

		f->studies[i].scenario = &scenarios[i];
		assert_null(idn_to_name(scenarios[i].domain, &domain));
		ask(f, i, 0, &domain, DNS_TYPE_MX);
	}
	bench_run_until(&f->bench, is_quiet, f);
	return 0;
}

static void
every_scenario_comes_out_as_it_should(void **state)
{
	struct fixture *f = *state;
	size_t rows = sizeof expected / sizeof *expected, wrong = 0;

	assert_int_equal(f->study_count, rows);
	for (size_t i = 0; i < rows; i++) {
		char *text = study_text(f, i);

		assert_string_equal(f->studies[i].scenario->name, expected[i].scenario);
		if (strcmp(text, expected[i].text) != 0) {
			print_error("%s:\n  is        %s\n  should be %s\n",
			    expected[i].scenario, text, expected[i].text);
			wrong++;
		}
		free(text);
	}
	assert_int_equal(wrong, 0);
}

/* Returns the last facts about the address. */
static const struct smtp_facts *
facts_of(const struct fixture *f, const char *address)
{
	struct ip_addr ip;

	assert_true(ip_parse(&ip, address));
	for (size_t i = 0; i < f->trial_count; i++) {
		if (ip_equal(&f->trials[i].ip, &ip))
			return f->trials[i].facts;
	}
	fail_msg("%s was not probed", address);
	return NULL;
}

static void
servers_differ_in_what_they_offer(void **state)
{
	struct fixture *f = *state;
	const struct smtp_facts *postfix, *exim, *opensmtpd;
	uint64_t octets;

	postfix = facts_of(f, "192.0.2.10");
	exim = facts_of(f, "2001:db8:1::11");
	opensmtpd = facts_of(f, "198.51.100.10");
	assert_string_equal(postfix->software, "Postfix");
	assert_string_equal(exim->software, "Exim");
	assert_string_equal(opensmtpd->software, "OpenSMTPD");
	assert_string_equal(postfix->tls.version, "TLSv1.3");
	assert_string_equal(opensmtpd->tls.version, "TLSv1.2");
	assert_non_null(smtp_extension(&postfix->extensions, "SMTPUTF8"));
	assert_null(smtp_extension(&exim->extensions, "SMTPUTF8"));
	assert_true(smtp_extension_size(&exim->extensions, &octets));
	assert_int_equal(octets, 52428800);
	assert_null(smtp_extension(&postfix->extensions, "STARTTLS"));
	assert_int_equal(postfix->violations, 0);
	assert_string_equal(postfix->greeting, "mx1.three-mx.example ESMTP Postfix");
}

static void
what_a_hostile_server_says_is_made_visible(void **state)
{
	struct fixture *f = *state;
	const struct smtp_facts *facts = facts_of(f, "192.0.2.39");

	assert_non_null(strstr(facts->greeting, "\\x1b[2J"));
	assert_null(strchr(facts->greeting, '\x1b'));
	assert_true(facts->violations & 1u << SMTP_CONTROL_CHARACTERS);
	facts = facts_of(f, "192.0.2.33");
	assert_true(facts->violations & 1u << SMTP_EARLY_DATA || facts->error);
}

static void
a_slow_greeting_shows_in_its_stage(void **state)
{
	const struct fixture *f = *state;

	assert_true(facts_of(f, "192.0.2.37")->stage_us[SMTP_STAGE_GREETING] > SPAN_SECOND);
	assert_true(facts_of(f, "198.51.100.37")->stage_us[SMTP_STAGE_GREETING] < SPAN_SECOND);
}

/* --- the edges of the world ------------------------------------------------------- */

static void
names_from_outside_are_refused(void **state)
{
	struct fixture *f = *state;
	struct dns_name name;

	assert_null(idn_to_name("www.gnu.org", &name));
	f->study_count = 1;
	ask(f, 0, 0, &name, DNS_TYPE_MX);
	bench_run_until(&f->bench, is_quiet, f);
	assert_int_equal(f->studies[0].mx->outcome, DNS_REFUSED);
}

static void
only_the_laboratory_can_be_reached(void **state)
{
	static const struct {
		const char *wanted;
		enum dialler_way way;
	} cases[] = {
		{ "192.0.2.10@25", DIALLER_GO },
		{ "2001:db8:1::10@25", DIALLER_GO },
		{ "192.0.2.14@25", DIALLER_GO },
		{ "192.0.2.53@53", DIALLER_GO },
		{ "192.0.2.15@25", DIALLER_SILENT },
		{ "192.0.2.10@587", DIALLER_NO_ROUTE },
		{ "192.0.2.250@25", DIALLER_NO_ROUTE },
		{ "127.0.0.1@25", DIALLER_NO_ROUTE },
		{ "127.0.0.1@53", DIALLER_NO_ROUTE },
		{ "8.8.8.8@53", DIALLER_NO_ROUTE },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct endpoint wanted = bench_endpoint(cases[i].wanted);
		struct sockaddr_storage address;
		socklen_t length;

		assert_int_equal(dialler_address(f->bench.dialler, &wanted, &address, &length),
		    cases[i].way);
		if (cases[i].way == DIALLER_GO)
			assert_int_equal(address.ss_family, AF_INET);
	}
}

static void
the_laboratory_stops_in_the_middle(void **state)
{
	struct fixture *f = *state;
	struct dns_name domain;

	assert_null(idn_to_name("three-mx.example", &domain));
	f->studies[0].scenario = lab_find("three-mx");
	f->study_count = 1;
	ask(f, 0, 0, &domain, DNS_TYPE_MX);
	while (f->trial_count == 0 || !f->trials[0].facts ||
	    f->trials[0].facts->stage == SMTP_STAGE_CONNECT)
		event_base_loop(f->bench.base, EVLOOP_ONCE);
	lab_stop(f->lab);
	f->lab = NULL;
	bench_run_until(&f->bench, is_quiet, f);
	assert_true(f->trials[0].facts->outcome == SMTP_CLOSED ||
	    f->trials[0].facts->outcome == SMTP_RESET);
}

int
main(void)
{
	const struct CMUnitTest studied[] = {
		cmocka_unit_test(every_scenario_comes_out_as_it_should),
		cmocka_unit_test(servers_differ_in_what_they_offer),
		cmocka_unit_test(what_a_hostile_server_says_is_made_visible),
		cmocka_unit_test(a_slow_greeting_shows_in_its_stage),
	};
	const struct CMUnitTest edges[] = {
		cmocka_unit_test_setup_teardown(
		    names_from_outside_are_refused, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(
		    only_the_laboratory_can_be_reached, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(
		    the_laboratory_stops_in_the_middle, open_fixture, close_fixture),
	};
	int failed =
	    cmocka_run_group_tests_name("scenarios", studied, study_all, close_fixture);

	return failed + cmocka_run_group_tests_name("edges", edges, NULL, NULL);
}

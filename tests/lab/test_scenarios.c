/*
 * The laboratory's scenarios as data: each one reads, says something worth reading, and keeps
 * its promises - what a sender can come to in its zone is served, or is missing on purpose.
 * Then what the files may not say, with the sentence that answers it. No sockets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/buf.h"
#include "util/text.h"
#include "dns/idn.h"
#include "lab/lab.h"
#include "lab/scenario.h"

enum {
	TITLE_COLUMNS = 60, /* a list row */
	LESSON_COLUMNS = 480, /* six lines of a small terminal */
};

/* --- the index -------------------------------------------------------------------- */

static void
every_scenario_reads(void **state)
{
	size_t count;
	const struct lab_scenario *scenarios = lab_scenarios(&count);

	(void)state;
	assert_true(count >= 30);
	for (size_t i = 0; i < count; i++) {
		struct scenario scenario;
		struct dns_name domain;
		char *sentence = scenario_parse(&scenario, scenarios[i].text);

		if (sentence)
			fail_msg("%s: %s", scenarios[i].name, sentence);
		assert_null(idn_to_name(scenarios[i].domain, &domain));
		assert_true(dns_name_equal(&domain, &scenario.domain));
		scenario_clear(&scenario);
	}
}

static void
every_scenario_teaches(void **state)
{
	size_t count;
	const struct lab_scenario *scenarios = lab_scenarios(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *title = scenarios[i].title, *lesson = scenarios[i].lesson;
		size_t length = strlen(lesson);

		if (*title == '\0' || text_width(title) > TITLE_COLUMNS)
			fail_msg("%s: title \"%s\"", scenarios[i].name, title);
		if (length == 0 || text_width(lesson) > LESSON_COLUMNS ||
		    lesson[length - 1] != '.')
			fail_msg(
			    "%s: lesson of %zu columns", scenarios[i].name, text_width(lesson));
		if (!strstr(lesson, "RFC ") || strstr(lesson, "  ") || strchr(lesson, '\t'))
			fail_msg("%s: lesson \"%s\"", scenarios[i].name, lesson);
		assert_true(text_is_printable(title, strlen(title)));
		assert_true(text_is_printable(lesson, length));
	}
}

static void
scenarios_are_found_by_name_and_domain(void **state)
{
	size_t count;
	const struct lab_scenario *scenarios = lab_scenarios(&count);

	(void)state;
	assert_string_equal(scenarios[0].name, "three-mx");
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(lab_find(scenarios[i].name), &scenarios[i]);
		assert_ptr_equal(lab_find(scenarios[i].domain), &scenarios[i]);
	}
	assert_string_equal(lab_find("GONE.Example.")->name, "nxdomain");
	assert_string_equal(lab_find("xn--bcher-kva.example")->name, "idn");
	assert_null(lab_find("example"));
	assert_null(lab_find(""));
	assert_null(lab_find("a..b"));
}

static void
the_required_scenarios_are_there(void **state)
{
	static const char *const required[] = { "three-mx", "equal-preference", "primary-down",
		"primary-silent", "implicit-mx", "null-mx", "no-mail", "alias-exchange",
		"unresolvable", "all-unresolvable", "nxdomain", "servfail", "greylisting",
		"greeting-554", "starttls-good", "starttls-expired", "starttls-wrong-name",
		"starttls-self-signed", "starttls-missing", "tls-broken", "domain-alias",
		"null-mx-mixed", "mx-literal", "private-address", "many", "idn", "slow",
		"truncated", "localhost-mx" };

	(void)state;
	for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
		if (!lab_find(required[i]))
			fail_msg("%s is missing", required[i]);
	}
}

/* --- promises ---------------------------------------------------------------------- */

/* All scenarios at once, as the laboratory opens them. */
struct world {
	struct scenario scenarios[64];
	size_t count;
};

static void
open_world(struct world *world)
{
	const struct lab_scenario *scenarios = lab_scenarios(&world->count);

	assert_true(world->count <= sizeof world->scenarios / sizeof *world->scenarios);
	for (size_t i = 0; i < world->count; i++)
		assert_null(scenario_parse(&world->scenarios[i], scenarios[i].text));
}

static void
close_world(struct world *world)
{
	for (size_t i = 0; i < world->count; i++)
		scenario_clear(&world->scenarios[i]);
}

/* How many name servers of the scenario have this address. */
static size_t
nameservers_at(const struct scenario *scenario, const struct ip_addr *ip)
{
	size_t found = 0;

	for (size_t i = 0; i < scenario->nameserver_count; i++) {
		const struct lab_nameserver *server = &scenario->nameservers[i];

		for (size_t j = 0; j < server->address_count; j++)
			found += ip_equal(&server->addresses[j], ip);
	}
	return found;
}

/* How many policy hosts of the scenario have this address. */
static size_t
policies_at(const struct scenario *scenario, const struct ip_addr *ip)
{
	size_t found = 0;

	for (size_t i = 0; i < scenario->policy_count; i++) {
		for (size_t j = 0; j < scenario->policies[i].address_count; j++)
			found += ip_equal(&scenario->policies[i].addresses[j], ip);
	}
	return found;
}

/* How many hosts of the world have this address. */
static size_t
hosts_at(const struct world *world, const struct ip_addr *ip)
{
	size_t found = 0;

	for (size_t i = 0; i < world->count; i++) {
		found += nameservers_at(&world->scenarios[i], ip);
		found += policies_at(&world->scenarios[i], ip);
		for (size_t j = 0; j < world->scenarios[i].host_count; j++) {
			const struct lab_host *host = &world->scenarios[i].hosts[j];

			for (size_t k = 0; k < host->address_count; k++)
				found += ip_equal(&host->addresses[k], ip);
		}
	}
	return found;
}

/* True when the address is one of RFC 5737 or RFC 3849. */
static bool
is_documentation(const struct ip_addr *ip)
{
	static const char *const ranges[] = { "192.0.2.0/24", "198.51.100.0/24",
		"203.0.113.0/24", "2001:db8::/32" };

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		struct ip_prefix prefix;

		assert_true(ip_prefix_parse(&prefix, ranges[i]));
		if (ip_in_prefix(ip, &prefix))
			return true;
	}
	return false;
}

static void
every_documentation_address_belongs_to_one_host(void **state)
{
	static struct world world;

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < world.count; i++) {
		const struct scenario *scenario = &world.scenarios[i];

		for (size_t j = 0; j < scenario->records.count; j++) {
			char text[IP_TEXT_MAX];
			struct ip_addr ip;

			if (!dns_record_address(&scenario->records.items[j], &ip) ||
			    !is_documentation(&ip))
				continue;
			if (hosts_at(&world, &ip) != 1)
				fail_msg("%s is the address of %zu hosts", ip_text(&ip, text),
				    hosts_at(&world, &ip));
		}
	}
	close_world(&world);
}

/* True when the scenario's zone has this address at the name. */
static bool
zone_has(const struct scenario *scenario, const char *host, const struct ip_addr *ip)
{
	struct dns_name name;

	assert_null(idn_to_name(host, &name));
	for (size_t i = 0; i < scenario->records.count; i++) {
		const struct dns_record *record = &scenario->records.items[i];
		struct ip_addr found;

		if (dns_name_equal(&record->owner, &name) &&
		    dns_record_address(record, &found) && ip_equal(&found, ip))
			return true;
	}
	return false;
}

static void
every_host_stands_in_its_zone(void **state)
{
	static struct world world;

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < world.count; i++) {
		for (size_t j = 0; j < world.scenarios[i].host_count; j++) {
			const struct lab_host *host = &world.scenarios[i].hosts[j];

			for (size_t k = 0; k < host->address_count; k++) {
				const struct ip_addr *ip = &host->addresses[k];

				if (!zone_has(&world.scenarios[i], host->name, ip))
					fail_msg(
					    "%s: an address is not in the zone", host->name);
				if (host->reach != LAB_UNREACHABLE && !is_documentation(ip))
					fail_msg("%s: not a documentation address", host->name);
			}
		}
	}
	close_world(&world);
}

/* True when the scenario says that the exchange has no address. */
static bool
is_absent(const struct scenario *scenario, const struct dns_name *name)
{
	for (size_t i = 0; i < scenario->absent_count; i++) {
		if (dns_name_equal(&scenario->absent[i], name))
			return true;
	}
	return false;
}

/* How many addresses the zone has for the name, aliases followed. */
static size_t
count_addresses(const struct scenario *scenario, struct dns_name name, unsigned links)
{
	size_t found = 0;

	for (size_t i = 0; i < scenario->records.count; i++) {
		const struct dns_record *record = &scenario->records.items[i];
		struct dns_name target;
		struct ip_addr ip;

		if (!dns_name_equal(&record->owner, &name))
			continue;
		found += dns_record_address(record, &ip);
		if (record->type == DNS_TYPE_CNAME && dns_record_target(record, &target) &&
		    links > 0)
			found += count_addresses(scenario, target, links - 1);
	}
	return found;
}

/* The same in all scenarios: an exchange may be another one's. */
static size_t
count_everywhere(const struct world *world, const struct dns_name *name)
{
	size_t found = 0;

	for (size_t i = 0; i < world->count; i++)
		found += count_addresses(&world->scenarios[i], *name, 4);
	return found;
}

static void
every_exchange_has_an_address_or_is_absent(void **state)
{
	static struct world world;

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < world.count; i++) {
		const struct scenario *scenario = &world.scenarios[i];

		for (size_t j = 0; j < scenario->records.count; j++) {
			char text[DNS_NAME_TEXT_MAX];
			struct dns_name exchange;
			uint16_t preference;

			if (!dns_record_mx(
				&scenario->records.items[j], &preference, &exchange) ||
			    dns_name_is_root(&exchange))
				continue;
			if ((count_everywhere(&world, &exchange) == 0) !=
			    is_absent(scenario, &exchange))
				fail_msg("%s: absent, and yet not so",
				    dns_name_text(&exchange, text));
		}
	}
	close_world(&world);
}

/* --- the file format -------------------------------------------------------------- */

#define HEAD "domain\tx.example\ntitle\ta title\nlesson\ta lesson.\n"
#define ZONE "zone\n\t@ MX 10 mx1\n"

static void
a_scenario_is_read_in_full(void **state)
{
	static const char text[] = "# a comment\n" HEAD "\tthat goes on.\n\n" ZONE
				   "\tmx1 A 192.0.2.1\n\t    AAAA 2001:db8::1\n"
				   "server mx1.x.example 192.0.2.1 2001:db8::1\n"
				   "\tlatency 2s\n\tcertificate wrong-name\n\ttls 1.2\n"
				   "\toffers SIZE 1000 | STARTTLS\n"
				   "\tS: 220 hi\n\tC: EHLO *\n\tdelay 300ms\n\tkeywords\n"
				   "silent b.x.example 192.0.2.2\n"
				   "absent c.x.example d.x.example\n"
				   "fault delay mx1.x.example A 600ms\n"
				   "fault drop x.example *\n"
				   "dnssec nsec3\n"
				   "dnssec unsigned c.x.example\n"
				   "nameserver ns1.x.example 192.0.2.3 2001:db8::3\n"
				   "\t@ MX 10 other\n\tlacks @ A\n"
				   "lame ns2.x.example 192.0.2.4\n"
				   "mute ns3.x.example 192.0.2.5\n"
				   "delegation ns1.x.example ns9.x.example\n"
				   "nameless 192.0.2.1 2001:db8::1\n";
	struct scenario scenario;
	char name[DNS_NAME_TEXT_MAX];

	(void)state;
	assert_null(scenario_parse(&scenario, text));
	assert_int_equal(scenario.records.count, 3);
	assert_string_equal(
	    dns_name_text(&scenario.records.items[2].owner, name), "mx1.x.example");
	assert_int_equal(scenario.records.items[2].ttl, LAB_TTL);
	assert_int_equal(scenario.nameserver_count, 3);
	assert_int_equal(scenario.nameservers[0].address_count, 2);
	assert_int_equal(scenario.nameservers[0].own.count, 1);
	assert_int_equal(scenario.nameservers[0].lack_count, 1);
	assert_int_equal(scenario.nameservers[1].conduct, LAB_LAME);
	assert_int_equal(scenario.nameservers[2].conduct, LAB_MUTE);
	assert_int_equal(scenario.delegation.count, 2);
	assert_int_equal(scenario.nameless_count, 2);
	assert_int_equal(scenario.host_count, 2);
	assert_string_equal(scenario.hosts[0].name, "mx1.x.example");
	assert_int_equal(scenario.hosts[0].reach, LAB_SERVED);
	assert_int_equal(scenario.hosts[0].address_count, 2);
	assert_int_equal(scenario.hosts[0].latency_ms, 2000);
	assert_int_equal(scenario.hosts[0].certificate, LAB_CERTIFICATE_WRONG_NAME);
	assert_int_equal(scenario.hosts[0].tls, LAB_TLS_1_2);
	assert_int_equal(scenario.hosts[0].offer_count, 2);
	assert_string_equal(scenario.hosts[0].offers[0], "SIZE 1000");
	assert_int_equal(scenario.hosts[0].script.count, 2);
	assert_int_equal(scenario.hosts[1].reach, LAB_SILENT);
	assert_int_equal(scenario.hosts[1].latency_ms, LAB_LATENCY);
	assert_int_equal(scenario.absent_count, 2);
	assert_int_equal(scenario.fault_count, 2);
	assert_int_equal(scenario.faults[0].delay_ms, 600);
	assert_int_equal(scenario.faults[0].type, DNS_TYPE_A);
	assert_int_equal(scenario.faults[1].type, DNS_TYPE_ANY);
	assert_int_equal(scenario.zone_count, 2);
	assert_true(dns_name_equal(&scenario.zones[0].apex, &scenario.domain));
	assert_int_equal(scenario.zones[0].signing, LAB_SIGNED_NSEC3);
	assert_string_equal(dns_name_text(&scenario.zones[1].apex, name), "c.x.example");
	assert_int_equal(scenario.zones[1].signing, LAB_UNSIGNED);
	scenario_clear(&scenario);
}

static void
a_domain_is_a_signed_zone_if_it_can_be_one(void **state)
{
	static const struct {
		const char *zone;
		size_t zones;
	} cases[] = {
		{ "\t@ MX 10 mx1\n", 1 },
		{ "\t@ CNAME y\n", 0 },
		{ "\tmx1 A 192.0.2.1\n", 0 },
		{ "\t; nothing\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = BUF_INIT;
		struct scenario scenario;

		buf_addf(&text, HEAD "zone\n%s", cases[i].zone);
		assert_null(scenario_parse(&scenario, buf_text(&text)));
		assert_int_equal(scenario.zone_count, cases[i].zones);
		if (cases[i].zones > 0)
			assert_int_equal(scenario.zones[0].signing, LAB_SIGNED);
		scenario_clear(&scenario);
		buf_clear(&text);
	}
}

static const struct {
	const char *text, *start; /* how the sentence begins */
} wrong[] = {
	{ "", "a scenario has a domain" },
	{ "domain x.example\n", "a scenario has a title" },
	{ HEAD, "a scenario has a zone" },
	{ "domain\n", "line 1: a domain name is expected here" },
	{ "domain a..b\n", "line 1: " },
	{ "\n\ntitle\n", "line 3: a sentence is expected here" },
	{ HEAD HEAD, "line 4: this directive may stand only once" },
	{ "wonder x\n", "line 1: a line starts with domain, title" },
	{ "\tx\n", "line 1: no tabbed line is expected here" },
	{ HEAD "absent y.example\n\tx\n", "line 5: no tabbed line is expected here" },
	{ HEAD "zone x\n", "line 4: zone stands alone" },
	{ HEAD "zone\n\t@ MX ten mx1\n", "line " },
	{ HEAD ZONE "server y.example\n", "line 6: a host has at least one address" },
	{ HEAD ZONE "refused y.example 192.0.2\n", "line 6: an IPv4 or IPv6 address" },
	{ HEAD ZONE "server y.example 192.0.2.1\n\ttls 1.4\n",
	    "line 7: tls is 1.0, 1.1, 1.2 or 1.3" },
	{ HEAD ZONE "server y.example 192.0.2.1\n\tcertificate bad\n",
	    "line 7: certificate is" },
	{ HEAD ZONE "server y.example 192.0.2.1\n\tlatency 3\n", "line 7: latency is a time" },
	{ HEAD ZONE "server y.example 192.0.2.1\n\tsay hi\n", "line 7: a line of a script" },
	{ HEAD ZONE "absent\n", "line 6: a domain name is expected here" },
	{ HEAD ZONE "fault fire x.example MX\n", "line 6: a fault is servfail" },
	{ HEAD ZONE "fault drop\n", "line 6: a domain name is expected here" },
	{ HEAD ZONE "fault drop x.example\n", "line 6: a fault names the type" },
	{ HEAD ZONE "fault drop x.example MY\n", "line 6: a fault names the type" },
	{ HEAD ZONE "fault drop x.example MX 2s\n", "line 6: only the fault delay has a time" },
	{ HEAD ZONE "fault delay x.example MX\n", "line 6: the fault delay has a time" },
	{ HEAD ZONE "dnssec\n", "line 6: dnssec is secure, nsec3" },
	{ HEAD ZONE "dnssec safe\n", "line 6: dnssec is secure, nsec3" },
	{ HEAD ZONE "dnssec secure a..b\n", "line 6: " },
	{ HEAD ZONE "dnssec secure\ndnssec nsec3\n", "line 7: dnssec stands behind domain" },
	{ HEAD ZONE "nameserver ns.x.example\n", "line 6: a host has at least one address" },
	{ HEAD ZONE "nameserver ns.x.example 192.0.2.1\n\t@ MX ten mx1\n", "line 7: " },
	{ HEAD ZONE "mute ns.x.example 192.0.2.1\n\tlacks @ MX\n",
	    "line 7: no tabbed line is expected here" },
	{ HEAD ZONE "nameserver ns.x.example 192.0.2.1\n\tlacks @\n",
	    "line 7: lacks names the type" },
	{ HEAD ZONE "delegation\n", "line 6: delegation names the servers" },
	{ HEAD ZONE "nameless mx1\n", "line 6: an IPv4 or IPv6 address" },
	{ "dnssec secure\n" HEAD ZONE, "line 1: dnssec stands behind domain" },
};

static void
wrong_scenarios_are_told_by_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct scenario scenario;
		char *sentence = scenario_parse(&scenario, wrong[i].text);

		if (!sentence || strncmp(sentence, wrong[i].start, strlen(wrong[i].start)) != 0)
			fail_msg("case %zu: \"%s\"", i, sentence ? sentence : "no sentence");
		free(sentence);
	}
}

/* --- scripts ---------------------------------------------------------------------- */

static void
commands_meet_the_first_rule_that_fits(void **state)
{
	static const struct {
		const char *command, *said;
	} cases[] = {
		{ NULL, "220 hi\r\n" },
		{ "EHLO probe.example", "250 short\r\n" },
		{ "ehlo x", "250 short\r\n" },
		{ "EHLO", "500 else\r\n" },
		{ "QUIT", "221 bye\r\n" },
		{ "QUIT now", "500 else\r\n" },
		{ "", "500 else\r\n" },
	};
	struct script script = { 0 };

	(void)state;
	assert_null(script_parse(&script,
	    "# greeting\nS: 220 hi\n\nC: EHLO *\nS: 250 short\nC: EHLO x\nS: 250 never\n"
	    "C: QUIT\nS: 221 bye\nC: *\nS: 500 else\n"));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct script_rule *rule = script_find(&script, cases[i].command, false);

		assert_non_null(rule);
		assert_string_equal(rule->steps[0].text, cases[i].said);
	}
	script_clear(&script);
	assert_null(script_find(&script, "QUIT", false));
}

/* What stands behind T: is for clients inside TLS alone. */
static void
some_rules_are_for_tls_alone(void **state)
{
	struct script script = { 0 };

	(void)state;
	assert_null(script_parse(&script, "T: EHLO *\nS: 250 in\nC: EHLO *\nS: 250 out\n"));
	assert_string_equal(script_find(&script, "EHLO x", true)->steps[0].text, "250 in\r\n");
	assert_string_equal(
	    script_find(&script, "EHLO x", false)->steps[0].text, "250 out\r\n");
	script_clear(&script);
}

static void
lines_of_a_script_become_steps(void **state)
{
	static const struct {
		const char *line;
		enum script_verb verb;
		const char *text;
		size_t length;
		unsigned ms;
	} cases[] = {
		{ "S: 250 a\\\\b", SCRIPT_SAY, "250 a\\b\r\n", 9, 0 },
		{ "S: ", SCRIPT_SAY, "\r\n", 2, 0 },
		{ "raw 250 x\\x0a", SCRIPT_RAW, "250 x\n", 6, 0 },
		{ "raw \\x00\\xFf", SCRIPT_RAW, "\0\xff", 2, 0 },
		{ "drip 60ms 220 x", SCRIPT_DRIP, "220 x\r\n", 7, 60 },
		{ "delay 2s", SCRIPT_DELAY, NULL, 0, 2000 },
		{ "close", SCRIPT_CLOSE, NULL, 0, 0 },
		{ "reset", SCRIPT_RESET, NULL, 0, 0 },
		{ "silence", SCRIPT_SILENCE, NULL, 0, 0 },
		{ "starttls", SCRIPT_STARTTLS, NULL, 0, 0 },
		{ "keywords", SCRIPT_KEYWORDS, NULL, 0, 0 },
		{ "endless 250-x\\x0a", SCRIPT_ENDLESS, "250-x\n", 6, 0 },
		{ "await", SCRIPT_AWAIT, NULL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct script script = { 0 };
		const struct script_step *step;

		assert_null(script_add(&script, cases[i].line));
		step = &script.rules[0].steps[0];
		assert_int_equal(step->verb, cases[i].verb);
		assert_int_equal(step->ms, cases[i].ms);
		assert_int_equal(step->length, cases[i].length);
		if (cases[i].text)
			assert_memory_equal(step->text, cases[i].text, cases[i].length + 1);
		script_clear(&script);
	}
}

static void
wrong_lines_of_a_script_are_told(void **state)
{
	static const char *const lines[] = { "", "S:220", "hello", "C: ", "C: EHLO * now",
		"T: ", "await 1s", "delay", "delay 5", "delay 601s", "delay -1s", "delay 1s 2",
		"drip 220 x", "close now", "S: \\n", "S: \\x1", "raw \\" };
	struct script script = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char *sentence = script_add(&script, lines[i]);

		if (!sentence)
			fail_msg("\"%s\" was taken", lines[i]);
		free(sentence);
	}
	assert_int_equal(script.count, 0);
	script_clear(&script);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scenario_reads),
		cmocka_unit_test(every_scenario_teaches),
		cmocka_unit_test(scenarios_are_found_by_name_and_domain),
		cmocka_unit_test(the_required_scenarios_are_there),
		cmocka_unit_test(every_documentation_address_belongs_to_one_host),
		cmocka_unit_test(every_host_stands_in_its_zone),
		cmocka_unit_test(every_exchange_has_an_address_or_is_absent),
		cmocka_unit_test(a_scenario_is_read_in_full),
		cmocka_unit_test(a_domain_is_a_signed_zone_if_it_can_be_one),
		cmocka_unit_test(wrong_scenarios_are_told_by_line),
		cmocka_unit_test(commands_meet_the_first_rule_that_fits),
		cmocka_unit_test(some_rules_are_for_tls_alone),
		cmocka_unit_test(lines_of_a_script_become_steps),
		cmocka_unit_test(wrong_lines_of_a_script_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Explanations: every id of the contract, codes, words, and lines as real mail servers write them,
 * tied to the domain under study.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "mail/explain.h"
#include "unit/mail/learn.h"

/* Everything that is explained, in one text: "title: text [clause]" a line. */
static char *
explained(const char *query, const struct explain_world *world)
{
	struct explanation explanation;
	struct buf text = BUF_INIT;

	explain_query(&explanation, query, world);
	if (!explanation.found)
		buf_adds(&text, "unknown\n");
	for (size_t i = 0; i < explanation.count; i++)
		buf_addf(&text, "%s: %s [%s]\n", explanation.items[i].title,
		    explanation.items[i].text,
		    explanation.items[i].clause ? explanation.items[i].clause : "");
	explanation_clear(&explanation);
	return buf_take(&text);
}

/* The domain that the lines speak of. */
static void
learn(struct mail_facts *facts, struct plan *plan)
{
	static const char text[] = "example.net. MX 10 mx1.example.net.\n"
				   "example.net. MX 20 mx2.example.net.\n"
				   "mx1.example.net. A 192.0.2.1\n"
				   "mx1.example.net. AAAA 2001:db8::1\n"
				   "mx2.example.net. A 192.0.2.11\n";
	const struct plan_settings settings = {
		.ipv4 = true, .ipv6 = true, .special = { .allow_all = true }
	};

	learn_zone(facts, text);
	plan_make(plan, facts, &settings);
}

/* All ids that the contract promises. */
static const char *const ids[] = { "mx-alias", "mx-literal", "mx-unresolvable",
	"mx-special-address", "mx-duplicate", "mx-null-mixed", "mx-null-preference",
	"mx-implicit", "mx-none", "mx-localhost", "mx-many", "mx-single", "mx-single-address",
	"mx-inconsistent", "mx-ttl", "dns-bogus", "dns-temporary", "ns-lame", "ns-inconsistent",
	"ns-serial", "port-25-filtered", "starttls-missing-some", "starttls-injection",
	"tls-expired", "tls-expiring", "tls-mismatch", "dane-mismatch", "dane-unusable",
	"dane-insecure-mx", "sts-mismatch", "sts-invalid", "sts-unreachable",
	"sts-backup-mismatch", "smtputf8-some", "size-differs", "smtp-violation",
	"rate-limited", "greylisted", "ptr-missing", "ptr-mismatch", "domain-alias",
	"dns-suspicious", "dns-remark", "dane-lookup-failed" };

static void
every_finding_is_explained(void **state)
{
	const struct explain_world nothing = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		char *text = explained(ids[i], &nothing);

		if (strncmp(text, ids[i], strlen(ids[i])) != 0)
			fail_msg("%s: %s", ids[i], text);
		free(text);
	}
}

static void
every_rule_is_explained(void **state)
{
	const struct explain_world nothing = { 0 };
	size_t count;
	const struct rule *rules = rule_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char *text = explained(rules[i].id, &nothing);

		assert_non_null(strstr(text, rules[i].sentence));
		free(text);
	}
}

/* A query, and what its explanation holds, part by part; "!" before what it must not hold. */
static const struct {
	const char *query;
	const char *parts[6];
} lines[] = {
	{ "450", { "450: The recipient cannot be served now", "[RFC 5321 4.2.3]" } },
	{ "4.4.1", { "4.4.1: Failed for now", "the host did not answer", "[RFC 3463 3.5]" } },
	{ "5.1.10", { "Failed for good", "Null MX", "[RFC 7505 4.1]" } },
	{ "5.99.99", { "not registered" } },
	{ "451 4.4.4", { "451: ", "4.4.4: ", "no route was found" } },
	{ "Greylisting", { "greylisting: ", "[RFC 6647 2]" } },
	{ "3 1 1", { "DANE-EE" } },
	{ "certificate-host-mismatch", { "TLSRPT", "[RFC 8460 4.3.1]" } },
	{ "frobnicate", { "unknown", "Expected a finding (mx-alias)" } },
	{ "", { "unknown" } },
	{ "\x1b[31m\xff", { "unknown", "\\x1b", "\\xff" } },
	{ "192.0.2.1",
	    { "mx1.example.net [192.0.2.1]: ", "!192.0.2.11", "tried as number 1" } },
	{ "mx2.example.net", { "mx2.example.net [192.0.2.11]", "tried as number 3" } },
	{ "notmx2.example.net", { "unknown" } },

	/* Postfix */
	{ "Nov 22 01:02:03 mail postfix/smtp[1234]: 4D1F2: to=<a@example.net>, "
	  "relay=mx1.example.net[192.0.2.1]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=4.7.1, "
	  "status=deferred (host mx1.example.net[192.0.2.1] said: 450 4.7.1 Greylisted, come "
	  "back later (in reply to RCPT TO command))",
	    { "mx1.example.net [192.0.2.1]: ", "450: ", "4.7.1: ", "greylists",
		"rule greylisting", "!192.0.2.11" } },
	{ "postfix/smtp[99]: connect to mx1.example.net[2001:db8::1]:25: Network is "
	  "unreachable",
	    { "[2001:db8::1]: ", "no route to this address", "rule family" } },
	{ "postfix/smtp[99]: 1: to=<a@example.net>, relay=none, dsn=4.4.3, status=deferred "
	  "(Host "
	  "or domain name not found. Name service error for name=example.net type=MX: Host not "
	  "found, try again)",
	    { "Postfix: ", "The MX question got no answer", "4.4.3: ", "rule dns-temporary" } },
	{ "postfix/smtp[99]: 1: to=<a@example.net>, relay=none, dsn=5.4.4, status=bounced "
	  "(Host "
	  "or domain name not found. Name service error for name=mx9.example.net type=AAAA: "
	  "Host "
	  "not found)",
	    { "The name has no address", "5.4.4: " } },
	{ "postfix/smtp[99]: 1: to=<a@example.net>, relay=none, delay=0, dsn=5.1.0, "
	  "status=bounced (Domain example.net does not accept mail (nullMX))",
	    { "has a Null MX", "rule null-mx", "5.1.0: " } },
	{ "postfix/smtp[99]: 1: to=<a@example.net>, relay=none, dsn=5.4.6, status=bounced "
	  "(mail "
	  "for example.net loops back to myself)",
	    { "Postfix: ", "by address", "rule loop", "5.4.6: " } },

	/* Exim */
	{ "2026-11-22 01:02:03 1abcde-000001-AB == a@example.net R=dnslookup T=remote_smtp "
	  "defer "
	  "(111): Connection refused H=mx1.example.net [192.0.2.1]",
	    { "[192.0.2.1]: ", "Nobody listens", "rule retry" } },
	{ "2026-11-22 01:02:03 1abcde-000001-AB ** a@example.net R=dnslookup: all relevant MX "
	  "records point to non-existent hosts",
	    { "Exim: ", "None of the exchanges exists", "rule mx-none-usable" } },
	{ "2026-11-22 01:02:03 1abcde-000001-AB ** a@example.net R=dnslookup: an MX or SRV "
	  "record "
	  "indicated no SMTP service",
	    { "Exim: ", "Null MX" } },
	{ "2026-11-22 01:02:03 1abcde-000001-AB ** a@example.net R=dnslookup T=remote_smtp "
	  "H=mx2.example.net [192.0.2.11]: SMTP error from remote mail server after RCPT "
	  "TO:<a@example.net>: 550 5.1.1 User unknown",
	    { "[192.0.2.11]: ", "Exim: ", "550: ", "5.1.1: ", "no such mailbox" } },

	/* Sendmail */
	{ "sm-mta[7]: x: to=<a@example.net>, delay=00:00:01, mailer=esmtp, pri=1, "
	  "relay=mx1.example.net. [192.0.2.1], dsn=4.0.0, stat=Deferred: Connection refused by "
	  "mx1.example.net.",
	    { "[192.0.2.1]: ", "Sendmail: ", "4.0.0: " } },
	{ "sm-mta[7]: x: to=<a@example.net>, mailer=esmtp, dsn=5.1.2, stat=Host unknown (Name "
	  "server: mx1.example.net.: host not found)",
	    { "Sendmail: ", "5.1.2: ", "rule mx-host" } },
	{ "MX list for example.net. points back to mx1.example.net",
	    { "Sendmail: ", "by name", "rule loop" } },

	/* OpenSMTPD */
	{ "smtpd[5]: 0 mta delivery evpid=1 from=<b@x> to=<a@example.net> rcpt=<-> "
	  "source=\"-\" "
	  "relay=\"example.net\" delay=1s result=\"TempFail\" stat=\"No MX found for domain\"",
	    { "OpenSMTPD: ", "None of the MX records leads to an address" } },
	{ "smtpd[5]: 0 mta delivery evpid=1 to=<a@example.net> result=\"TempFail\" "
	  "stat=\"Network "
	  "error on destination MXs\"",
	    { "No connection to any of the exchanges", "rule retry" } },

	/* what is no code */
	{ "smtpd[5]: 0 mta delivery evpid=1 to=<a@example.net> result=\"PermFail\" "
	  "stat=\"Invalid domain name\"",
	    { "OpenSMTPD: ", "returns the message", "rule dns-temporary" } },
	{ "postfix/smtp[99]: 1: to=<a@example.net>, relay=none, dsn=5.4.4, status=bounced "
	  "(Host or domain name not found. Name service error for name=example.net type=AAAA: "
	  "Host found but no data record of requested type)",
	    { "Postfix: ", "The name exists, but has no address", "rule mx-host" } },
	{ "2026-11-22 01:02:03 1abcde-000001-AB == a@example.net R=dnslookup defer (-1): "
	  "remote host address is the local host",
	    { "Exim: ", "this Exim itself", "rule loop" } },
	{ "2026-11-22 01:02:03 1abcde-000001-AB H=mx1.example.net [192.0.2.1]: Remote host "
	  "closed connection in response to initial connection",
	    { "[192.0.2.1]: ", "Exim: ", "no greeting came", "rule lost-connection" } },
	{ "2026-11-22 01:02:03 1abcde-000001-AB Message is frozen",
	    { "Exim: ", "until somebody looks at it" } },

	/* qmail */
	{ "delivery 3: deferral: 192.0.2.1_does_not_like_recipient./Remote_host_said:_450_4.2.0"
	  "_later/Giving_up_on_192.0.2.1./",
	    { "[192.0.2.1]: ", "450: ", "4.2.0: " } },
	{ "delivery 4: deferral: Connected_to_192.0.2.11_but_greeting_failed./Remote_host_said:"
	  "/421_too_many/",
	    { "[192.0.2.11]: ", "421: " } },
	{ "TLSv1.3 delay=421 port 4500 192.0.2.450 2.3.4.5.6",
	    { "unknown", "!421:", "!450:" } },
};

static void
lines_are_explained(void **state)
{
	struct mail_facts facts;
	struct plan plan;
	struct explain_world world = { .facts = &facts, .plan = &plan };

	(void)state;
	learn(&facts, &plan);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char *text = explained(lines[i].query, &world);

		for (size_t j = 0; j < 6 && lines[i].parts[j]; j++) {
			const char *part = lines[i].parts[j];

			if (*part == '!' ? strstr(text, part + 1) != NULL
					 : strstr(text, part) == NULL)
				fail_msg("%s\nis explained as\n%snot with %s", lines[i].query,
				    text, part);
		}
		free(text);
	}
	plan_clear(&plan);
	mail_facts_clear(&facts);
}

/* `why` finds rows by exchange, address and preference, and says when there is none. */
static void
reasons_are_found(void **state)
{
	static const struct {
		const char *target;
		size_t rows; /* 0 = none is found */
	} targets[] = { { "mx1.example.net", 2 }, { "MX1.EXAMPLE.NET", 2 }, { "192.0.2.11", 1 },
		{ "2001:DB8::1", 1 }, { "pref:10", 2 }, { "pref:20", 1 }, { "pref:30", 0 },
		{ "mx3.example.net", 0 }, { "", 0 } };
	struct mail_facts facts;
	struct plan plan;
	struct explain_world world = { .facts = &facts, .plan = &plan };

	(void)state;
	learn(&facts, &plan);
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		struct explanation explanation;

		explain_why(&explanation, targets[i].target, &world);
		assert_int_equal(explanation.found, targets[i].rows > 0);
		if (targets[i].rows > 0) /* a place and a rule each */
			assert_int_equal(explanation.count, 2 * targets[i].rows);
		explanation_clear(&explanation);
	}
	plan_clear(&plan);
	mail_facts_clear(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_finding_is_explained),
		cmocka_unit_test(every_rule_is_explained),
		cmocka_unit_test(lines_are_explained),
		cmocka_unit_test(reasons_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

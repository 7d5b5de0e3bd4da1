/*
 * What NSEC and NSEC3 records prove, and the forgeries that they must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/denial.h"
#include "signer.h"

/* The zone of all stories: a node, an empty non-terminal, a wildcard, delegations, an alias. */
static const char zone_text[] =
    "@ SOA ns root 1 2 3 4 300\n@ NS ns\n@ MX 10 mail\n"
    "ns A 192.0.2.1\nmail A 192.0.2.2\nalias CNAME mail\n"
    "a.b A 192.0.2.3\n*.wild A 192.0.2.4\n"
    "unsignedsub NS ns.unsignedsub\nns.unsignedsub A 192.0.2.5\n"
    "signedsub NS ns.signedsub\nns.signedsub A 192.0.2.6\n"
    "signedsub DS 1 15 2 "
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
    "moved DNAME example.org.\n";

/* What a story claims of a name. */
enum claim {
	NO_TYPE,
	NO_NAME,
	NO_CLOSER,
};

struct story {
	const char *title;
	enum claim claim;
	const char *name;
	unsigned type; /* NO_CLOSER: labels of the wildcard's signature */
	const char *owners[3]; /* whose NSEC the reply has; none: all of the zone */
	enum dns_security expected;
};

static const struct story nsec_stories[] = {
	{ "no such name", NO_NAME, "nothing.example.test", 0, { NULL }, DNS_SECURE },
	{ "no such name below a leaf", NO_NAME, "x.mail.example.test", 0, { NULL },
	    DNS_SECURE },
	{ "the last name of the zone", NO_NAME, "zz.example.test", 0, { NULL }, DNS_SECURE },
	{ "no such type", NO_TYPE, "mail.example.test", DNS_TYPE_MX, { NULL }, DNS_SECURE },
	{ "no such type at the apex", NO_TYPE, "example.test", DNS_TYPE_TXT, { NULL },
	    DNS_SECURE },
	{ "an empty non-terminal has no records", NO_TYPE, "b.example.test", DNS_TYPE_MX,
	    { NULL }, DNS_SECURE },
	{ "a wildcard lacks the type", NO_TYPE, "q.wild.example.test", DNS_TYPE_MX, { NULL },
	    DNS_SECURE },
	{ "a wildcard was rightly expanded", NO_CLOSER, "q.wild.example.test", 3, { NULL },
	    DNS_SECURE },
	{ "a wildcard was rightly expanded, deeper", NO_CLOSER, "p.q.wild.example.test", 3,
	    { NULL }, DNS_SECURE },
	{ "an unsigned delegation has no DS", NO_TYPE, "unsignedsub.example.test", DNS_TYPE_DS,
	    { NULL }, DNS_SECURE },
	/* what must not be proved */
	{ "a name that exists does not exist", NO_NAME, "mail.example.test", 0, { NULL },
	    DNS_SECURITY_BOGUS },
	{ "a type that exists does not exist", NO_TYPE, "mail.example.test", DNS_TYPE_A,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "an empty non-terminal does not exist", NO_NAME, "b.example.test", 0, { NULL },
	    DNS_SECURITY_BOGUS },
	{ "a name that a wildcard makes, denied by what steps over it", NO_NAME,
	    "a.b.wild.example.test", 0, { NULL }, DNS_SECURITY_BOGUS },
	{ "a wildcard's own type is missing", NO_TYPE, "q.wild.example.test", DNS_TYPE_A,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "a name below an unsigned delegation, denied by the parent", NO_NAME,
	    "mail.unsignedsub.example.test", 0, { NULL }, DNS_SECURITY_BOGUS },
	{ "a type of an unsigned delegation, denied by the parent", NO_TYPE,
	    "unsignedsub.example.test", DNS_TYPE_MX, { NULL }, DNS_SECURITY_BOGUS },
	{ "the DS of a signed delegation", NO_TYPE, "signedsub.example.test", DNS_TYPE_DS,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "the DS of the apex, denied by the child", NO_TYPE, "example.test", DNS_TYPE_DS,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "a type at an alias", NO_TYPE, "alias.example.test", DNS_TYPE_MX, { NULL },
	    DNS_SECURITY_BOGUS },
	{ "a name below a DNAME", NO_NAME, "x.moved.example.test", 0, { NULL },
	    DNS_SECURITY_BOGUS },
	{ "a name of another zone", NO_NAME, "nothing.example.net", 0, { NULL },
	    DNS_SECURITY_BOGUS },
	{ "a wildcard expanded over a name that exists", NO_CLOSER, "mail.example.test", 2,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "no such name, the wildcard not denied", NO_NAME, "nothing.example.test", 0,
	    { "ns.example.test", "mail.example.test", "mail.example.test" },
	    DNS_SECURITY_BOGUS },
};

static const struct story nsec3_stories[] = {
	{ "no such name", NO_NAME, "nothing.example.test", 0, { NULL }, DNS_SECURE },
	{ "no such type", NO_TYPE, "mail.example.test", DNS_TYPE_MX, { NULL }, DNS_SECURE },
	{ "an empty non-terminal has no records", NO_TYPE, "b.example.test", DNS_TYPE_MX,
	    { NULL }, DNS_SECURE },
	{ "a wildcard lacks the type", NO_TYPE, "q.wild.example.test", DNS_TYPE_MX, { NULL },
	    DNS_SECURE },
	{ "a wildcard was rightly expanded", NO_CLOSER, "q.wild.example.test", 3, { NULL },
	    DNS_SECURE },
	{ "an unsigned delegation has no DS", NO_TYPE, "unsignedsub.example.test", DNS_TYPE_DS,
	    { NULL }, DNS_SECURE },
	{ "a name that exists does not exist", NO_NAME, "mail.example.test", 0, { NULL },
	    DNS_SECURITY_BOGUS },
	{ "a type that exists does not exist", NO_TYPE, "mail.example.test", DNS_TYPE_A,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "an empty non-terminal does not exist", NO_NAME, "b.example.test", 0, { NULL },
	    DNS_SECURITY_BOGUS },
	{ "a name that a wildcard makes", NO_NAME, "a.b.wild.example.test", 0, { NULL },
	    DNS_SECURITY_BOGUS },
	{ "a name below an unsigned delegation", NO_NAME, "mail.unsignedsub.example.test", 0,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "a type of an unsigned delegation", NO_TYPE, "unsignedsub.example.test", DNS_TYPE_MX,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "the DS of the apex, denied by the child", NO_TYPE, "example.test", DNS_TYPE_DS,
	    { NULL }, DNS_SECURITY_BOGUS },
	{ "a name below a DNAME", NO_NAME, "x.moved.example.test", 0, { NULL },
	    DNS_SECURITY_BOGUS },
};

static const struct story opt_out_stories[] = {
	{ "no such name", NO_NAME, "nothing.example.test", 0, { NULL }, DNS_INSECURE },
	{ "no such type", NO_TYPE, "mail.example.test", DNS_TYPE_MX, { NULL }, DNS_SECURE },
	{ "a wildcard was expanded", NO_CLOSER, "q.wild.example.test", 3, { NULL },
	    DNS_INSECURE },
	{ "a delegation that was left out has no DS", NO_TYPE, "left-out.example.test",
	    DNS_TYPE_DS, { NULL }, DNS_INSECURE },
	{ "a type that exists does not exist", NO_TYPE, "mail.example.test", DNS_TYPE_A,
	    { NULL }, DNS_SECURITY_BOGUS },
};

static const struct story costly_stories[] = {
	{ "no such name", NO_NAME, "nothing.example.test", 0, { NULL }, DNS_INSECURE },
	{ "no such type", NO_TYPE, "mail.example.test", DNS_TYPE_MX, { NULL }, DNS_INSECURE },
};

/* Makes the reply of a story. */
static void
make_reply(struct dns_records *reply, const struct signed_zone *zone, const struct story *s)
{
	if (!s->owners[0])
		give_denials(reply, zone);
	for (size_t i = 0; i < 3 && s->owners[i]; i++)
		assert_true(give(reply, zone, s->owners[i], DNS_TYPE_NSEC) > 0);
}

/* Judges the claim of a story. */
static struct dnssec_verdict
judge(struct denial *denial, const struct story *s)
{
	struct dns_name name = named(s->name);

	switch (s->claim) {
	case NO_TYPE:
		return denial_no_type(denial, &name, (uint16_t)s->type);
	case NO_NAME:
		return denial_no_name(denial, &name);
	case NO_CLOSER:
		break;
	}
	return denial_no_closer(denial, &name, s->type);
}

/* Tells stories about a zone that is signed in this way. */
static void
tell(const struct signing *how, const struct story *stories, size_t count)
{
	struct signed_zone zone;
	struct dnssec_zone trusted = { .apex = named(how->origin) };

	sign_zone(&zone, how);
	give_keys(&trusted.keys, &zone);
	for (size_t i = 0; i < count; i++) {
		struct dns_records reply = { 0 };
		struct dnssec_evidence evidence = { .records = &reply, .time = TEST_TIME };
		struct dnssec_verdict verdict;
		struct denial denial;

		make_reply(&reply, &zone, &stories[i]);
		denial_init(&denial, &evidence, &trusted);
		verdict = judge(&denial, &stories[i]);
		if (verdict.security != stories[i].expected)
			fail_msg("%s (%s): %s, %s", stories[i].title, stories[i].name,
			    dns_security_name(verdict.security), verdict.reason);
		assert_int_equal(verdict.reason[0] == '\0', verdict.security == DNS_SECURE);
		dns_records_clear(&reply);
	}
	dnssec_zone_clear(&trusted);
	signed_zone_clear(&zone);
}

#define TELL(stories, ...) \
	tell(&(struct signing){ .origin = "example.test", .text = zone_text, __VA_ARGS__ }, \
	    stories, sizeof stories / sizeof *stories)

static void
nsec_proves_what_it_may(void **state)
{
	(void)state;
	TELL(nsec_stories, .nsec3 = false);
}

static void
nsec3_proves_what_it_may(void **state)
{
	(void)state;
	TELL(nsec3_stories, .nsec3 = true, .iterations = 3);
	TELL(nsec3_stories, .nsec3 = true, .iterations = DNSSEC_ITERATIONS_MAX);
}

static void
opt_out_proves_less(void **state)
{
	(void)state;
	TELL(opt_out_stories, .nsec3 = true, .opt_out = true);
}

static void
too_many_iterations_count_as_unsigned(void **state)
{
	(void)state;
	TELL(costly_stories, .nsec3 = true, .iterations = DNSSEC_ITERATIONS_MAX + 1);
}

/* Denials with a signature that does not hold prove nothing, however many iterations they name. */
static void
unsigned_denials_prove_nothing(void **state)
{
	static const struct signing ways[] = {
		{ .origin = "example.test", .text = zone_text },
		{ .origin = "example.test", .text = zone_text, .nsec3 = true },
		{ .origin = "example.test",
		    .text = zone_text,
		    .nsec3 = true,
		    .iterations = 500 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct signed_zone zone, other;
		struct dns_records reply = { 0 };
		struct dnssec_evidence evidence = { .records = &reply, .time = TEST_TIME };
		struct dnssec_zone trusted = { .apex = named("example.test") };
		struct dns_name name = named("nothing.example.test");
		struct denial denial;

		sign_zone(&zone, &ways[i]);
		sign_zone(&other, &ways[0]);
		give_denials(&reply, &zone);
		give_keys(&trusted.keys, &other);
		denial_init(&denial, &evidence, &trusted);
		assert_int_equal(denial_no_name(&denial, &name).security, DNS_SECURITY_BOGUS);
		assert_true(evidence.checks <= DNSSEC_WORK_MAX);
		dns_records_clear(&reply);
		dnssec_zone_clear(&trusted);
		signed_zone_clear(&zone);
		signed_zone_clear(&other);
	}
}

/* What a reply without DS says about the cut. */
static void
cuts_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		enum denial_cut expected;
	} cuts[] = {
		{ "unsignedsub.example.test", DENIAL_UNSIGNED },
		{ "mail.example.test", DENIAL_NO_CUT },
		{ "b.example.test", DENIAL_NO_CUT },
		{ "q.wild.example.test", DENIAL_NO_CUT },
		{ "nothing.example.test", DENIAL_NO_NAME },
		{ "signedsub.example.test", DENIAL_UNPROVED },
		{ "x.unsignedsub.example.test", DENIAL_UNPROVED },
		{ "example.test", DENIAL_UNPROVED },
	};

	(void)state;
	for (int nsec3 = 0; nsec3 <= 1; nsec3++) {
		struct signing how = {
			.origin = "example.test", .text = zone_text, .nsec3 = nsec3
		};
		struct signed_zone zone;
		struct dnssec_zone trusted = { .apex = named("example.test") };

		sign_zone(&zone, &how);
		give_keys(&trusted.keys, &zone);
		for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
			struct dnssec_evidence evidence = { &zone.records, TEST_TIME, 0, 0 };
			struct dns_name name = named(cuts[i].name);
			struct dnssec_verdict why;
			struct denial denial;

			denial_init(&denial, &evidence, &trusted);
			if (denial_no_ds(&denial, &name, &why) != cuts[i].expected)
				fail_msg("%s nsec3=%d: %s", cuts[i].name, nsec3, why.reason);
		}
		dnssec_zone_clear(&trusted);
		signed_zone_clear(&zone);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nsec_proves_what_it_may),
		cmocka_unit_test(nsec3_proves_what_it_may),
		cmocka_unit_test(opt_out_proves_less),
		cmocka_unit_test(too_many_iterations_count_as_unsigned),
		cmocka_unit_test(unsigned_denials_prove_nothing),
		cmocka_unit_test(cuts_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

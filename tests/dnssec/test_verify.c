/*
 * One RRset and its signatures; the keys of a zone and what vouches for them; trust anchors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/wire.h"
#include "dns/anchor.h"
#include "dns/dnssec.h"
#include "dns/dnssec_keys.h"
#include "dns/zone.h"
#include "signer.h"

static const char zone_text[] = "@ SOA ns root 1 2 3 4 300\n@ NS ns\n"
				"@ MX 10 Mail.Example.TEST.\n@ MX 20 b.mail\n"
				"mail A 192.0.2.2\n*.wild A 192.0.2.4\nns A 192.0.2.1\n";

/* The zone of a story, signed, and one reply about its MX records. */
struct world {
	struct signed_zone zone;
	struct dnssec_zone trusted;
	struct dns_records reply;
	struct dnssec_evidence evidence;
};

/* Signs the zone and asks for its MX. */
static void
begin(struct world *w, const struct signing *how)
{
	memset(w, 0, sizeof *w);
	sign_zone(&w->zone, how);
	w->trusted.apex = w->zone.apex;
	give_keys(&w->trusted.keys, &w->zone);
	w->evidence = (struct dnssec_evidence){ .records = &w->reply, .time = TEST_TIME };
	assert_true(give(&w->reply, &w->zone, "example.test", DNS_TYPE_MX) >= 2);
}

static void
end(struct world *w)
{
	dns_records_clear(&w->reply);
	dnssec_zone_clear(&w->trusted);
	signed_zone_clear(&w->zone);
}

/* Verifies the MX RRset. */
static struct dnssec_verdict
verify(struct world *w)
{
	struct dns_name owner = named("example.test");
	unsigned labels;

	return dnssec_verify(&w->evidence, &owner, DNS_TYPE_MX, &w->trusted, &labels);
}

/* Returns the RRSIG of the reply. */
static struct dns_record *
signature(struct world *w)
{
	for (size_t i = 0; i < w->reply.count; i++) {
		if (w->reply.items[i].type == DNS_TYPE_RRSIG)
			return &w->reply.items[i];
	}
	fail_msg("the reply has no signature");
	return NULL;
}

static const struct signing plain = { .origin = "example.test", .text = zone_text };

static void
every_algorithm_is_verified(void **state)
{
	static const struct {
		unsigned number, bits;
	} algorithms[] = { { 5, 1024 }, { 7, 1024 }, { 8, 2048 }, { 10, 2048 }, { 13, 256 },
		{ 14, 384 }, { 15, 0 }, { 16, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		struct signing how = plain;
		struct dnssec_verdict verdict;
		struct dnssec_zone entered = { .apex = named("example.test") };
		struct world w;

		how.algorithm = algorithms[i].number;
		how.bits = algorithms[i].bits;
		begin(&w, &how);
		verdict = verify(&w);
		if (verdict.security != DNS_SECURE)
			fail_msg("algorithm %u: %s", algorithms[i].number, verdict.reason);
		assert_int_equal(verdict.ttl, 3600);
		w.evidence.records = &w.zone.records;
		assert_int_equal(
		    dnssec_zone_enter(&entered, &w.evidence, &w.zone.ds).security, DNS_SECURE);
		assert_int_equal(entered.keys.count, 1);
		dnssec_zone_clear(&entered);
		end(&w);
	}
}

/* One change to a sound reply, and a part of the reason why it does not hold any more. */
struct change {
	const char *title;
	void (*change)(struct world *w);
	enum dns_security expected;
	const char *reason;
};

static void
alter_record(struct world *w)
{
	for (size_t i = 0; i < w->reply.count; i++) {
		if (w->reply.items[i].type == DNS_TYPE_MX)
			w->reply.items[i].rdata[1] ^= 1;
	}
}

static void
alter_signature(struct world *w)
{
	struct dns_record *s = signature(w);

	s->rdata[s->length - 1] ^= 1;
}

static void
add_record(struct world *w)
{
	struct dns_record more = w->reply.items[0];
	uint8_t rdata[] = { 0, 1, 1, 'x', 0 };

	more.type = DNS_TYPE_MX;
	more.rdata = rdata;
	more.length = sizeof rdata;
	dns_records_copy(&w->reply, &more);
}

static void
double_record(struct world *w)
{
	struct dns_record copy = w->reply.items[0];

	dns_records_copy(&w->reply, &copy);
	dns_records_copy(&w->reply, signature(w));
}

static void
lower_case(struct world *w)
{
	for (size_t i = 0; i < w->reply.count; i++) {
		struct dns_record *r = &w->reply.items[i];

		r->owner = named("eXAMPLE.test");
		for (size_t k = 2; r->type == DNS_TYPE_MX && k < r->length; k++) {
			if (r->rdata[k] >= 'A' && r->rdata[k] <= 'Z')
				r->rdata[k] |= 0x20;
		}
	}
}

static void
strip_signature(struct world *w)
{
	signature(w)->type = 4711;
}

static void
wait_too_long(struct world *w)
{
	w->evidence.time += 2 * 86400;
}

static void
come_too_early(struct world *w)
{
	w->evidence.time -= 2 * 86400;
}

static void
add_labels(struct world *w)
{
	signature(w)->rdata[3]++;
}

static void
take_labels(struct world *w)
{
	signature(w)->rdata[3] = 0;
}

static void
change_signer(struct world *w)
{
	signature(w)->rdata[18 + 1] = 'x';
}

static void
change_tag(struct world *w)
{
	signature(w)->rdata[17] ^= 1;
}

static void
change_algorithm(struct world *w)
{
	signature(w)->rdata[2] = 12;
}

static void
change_class(struct world *w)
{
	signature(w)->class = 3;
}

/* Changes the flags or the protocol of the key, and makes the signature name the new tag. */
static void
set_key(struct world *w, size_t at, uint8_t value)
{
	struct dns_record *key = &w->trusted.keys.items[0];

	key->rdata[at] = value;
	wire_put16(signature(w)->rdata + 16, dnssec_key_tag(key));
}

static void
revoke_key(struct world *w)
{
	set_key(w, 1, 0x81);
}

static void
unzone_key(struct world *w)
{
	set_key(w, 0, 0);
}

static void
change_protocol(struct world *w)
{
	set_key(w, 2, 4);
}

static void
shorten_key(struct world *w)
{
	w->trusted.keys.items[0].length = 7;
	wire_put16(signature(w)->rdata + 16, dnssec_key_tag(&w->trusted.keys.items[0]));
}

static void
shorten_signature(struct world *w)
{
	signature(w)->length = 18 + 14 + 3;
}

static void
lose_keys(struct world *w)
{
	dnssec_zone_clear(&w->trusted);
}

static const struct change changes[] = {
	{ "a record altered", alter_record, DNS_SECURITY_BOGUS, "does not match the data" },
	{ "the signature altered", alter_signature, DNS_SECURITY_BOGUS,
	    "does not match the data" },
	{ "a record added", add_record, DNS_SECURITY_BOGUS, "does not match the data" },
	{ "records twice", double_record, DNS_SECURE, "" },
	{ "case changed", lower_case, DNS_SECURE, "" },
	{ "no signature", strip_signature, DNS_SECURITY_BOGUS,
	    "example.test MX has no signature" },
	{ "expired", wait_too_long, DNS_SECURITY_BOGUS, "expired at 2027-01-16T08:00:00Z" },
	{ "not yet valid", come_too_early, DNS_SECURITY_BOGUS,
	    "is not valid before 2027-01-15T07:00:00Z" },
	{ "too many labels", add_labels, DNS_SECURITY_BOGUS, "counts labels" },
	{ "too few labels", take_labels, DNS_SECURITY_BOGUS, "counts labels" },
	{ "another signer", change_signer, DNS_SECURITY_BOGUS, "is not by the zone" },
	{ "another key tag", change_tag, DNS_SECURITY_BOGUS, "does not vouch for" },
	{ "an unknown algorithm", change_algorithm, DNS_SECURITY_BOGUS,
	    "(algorithm 12) is of an algorithm" },
	{ "a signature of another class", change_class, DNS_SECURITY_BOGUS,
	    "has no signature" },
	{ "a revoked key", revoke_key, DNS_SECURITY_BOGUS, "does not vouch for" },
	{ "no zone key", unzone_key, DNS_SECURITY_BOGUS, "does not vouch for" },
	{ "another key protocol", change_protocol, DNS_SECURITY_BOGUS, "does not vouch for" },
	{ "a key cut short", shorten_key, DNS_SECURITY_BOGUS, "does not match the data" },
	{ "a signature cut short", shorten_signature, DNS_SECURITY_BOGUS,
	    "does not match the data" },
	{ "no keys", lose_keys, DNS_SECURITY_BOGUS, "does not vouch for" },
};

static void
every_change_is_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct dnssec_verdict verdict;
		struct world w;

		begin(&w, &plain);
		changes[i].change(&w);
		verdict = verify(&w);
		if (verdict.security != changes[i].expected ||
		    !strstr(verdict.reason, changes[i].reason))
			fail_msg("%s: %s, %s", changes[i].title,
			    dns_security_name(verdict.security), verdict.reason);
		end(&w);
	}
}

static void
a_wildcard_shows_in_the_labels(void **state)
{
	struct dns_name name = named("a.b.wild.example.test");
	unsigned labels = 0;
	struct world w;

	(void)state;
	begin(&w, &plain);
	assert_true(give(&w.reply, &w.zone, "*.wild.example.test", DNS_TYPE_A) == 2);
	for (size_t i = 0; i < w.reply.count; i++) {
		if (dns_name_labels(&w.reply.items[i].owner) == 4)
			w.reply.items[i].owner = name;
	}
	assert_int_equal(
	    dnssec_verify(&w.evidence, &name, DNS_TYPE_A, &w.trusted, &labels).security,
	    DNS_SECURE);
	assert_int_equal(labels, 3);
	assert_int_equal(dnssec_labels(&name), 5);
	end(&w);
}

/* KeyTrap: many signatures with the right tag that do not hold cost a bounded number of tries. */
static void
work_is_bounded(void **state)
{
	struct dns_records keys = { 0 };
	struct world w;

	(void)state;
	begin(&w, &plain);
	alter_record(&w);
	for (unsigned i = 0; i < 50; i++) {
		struct dns_record copy = *signature(&w);

		dns_records_copy(&w.reply, &copy);
		dns_records_copy(&w.reply, &copy);
		dns_records_copy(&keys, &w.trusted.keys.items[0]);
	}
	for (size_t i = 0; i < keys.count; i++)
		dns_records_copy(&w.trusted.keys, &keys.items[i]);
	assert_int_equal(verify(&w).security, DNS_SECURITY_BOGUS);
	assert_int_equal(w.evidence.checks, DNSSEC_CHECKS_MAX);
	for (unsigned i = 0; i < 10; i++)
		verify(&w);
	assert_int_equal(w.evidence.checks, DNSSEC_WORK_MAX);
	dns_records_clear(&keys);
	end(&w);
}

/* --- the keys of a zone -------------------------------------------------------------- */

static void
wrong_digest(struct world *w)
{
	w->zone.ds.items[0].rdata[10] ^= 1;
}

static void
wrong_tag(struct world *w)
{
	w->zone.ds.items[0].rdata[1] ^= 1;
}

static void
unknown_algorithm(struct world *w)
{
	w->zone.ds.items[0].rdata[2] = 12;
}

static void
unknown_digest(struct world *w)
{
	w->zone.ds.items[0].rdata[3] = 3;
}

static void
unknown_beside_known(struct world *w)
{
	dns_records_copy(&w->zone.ds, &w->zone.ds.items[0]);
	w->zone.ds.items[0].rdata[2] = 12;
}

/* A DS with SHA-1 that is right, beside one with SHA-256 that is not. */
static void
downgrade(struct world *w)
{
	wrong_digest(w);
	dns_records_copy(&w->zone.ds, &w->zone.ds.items[0]);
	w->zone.ds.items[1].rdata[3] = 1;
}

static void
key_as_anchor(struct world *w)
{
	dns_records_clear(&w->zone.ds);
	give_keys(&w->zone.ds, &w->zone);
}

static void
other_owner(struct world *w)
{
	w->zone.ds.items[0].owner = named("example.net");
}

static const struct change key_changes[] = {
	{ "another digest", wrong_digest, DNS_SECURITY_BOGUS,
	    "no DNSKEY of example.test matches its DS" },
	{ "another tag", wrong_tag, DNS_SECURITY_BOGUS, "no DNSKEY of example.test" },
	{ "an unknown algorithm", unknown_algorithm, DNS_INSECURE, "does not know" },
	{ "an unknown digest", unknown_digest, DNS_INSECURE, "does not know" },
	{ "an unknown algorithm beside a known one", unknown_beside_known, DNS_SECURE, "" },
	{ "SHA-1 beside a better digest", downgrade, DNS_SECURITY_BOGUS, "no DNSKEY" },
	{ "the key itself as anchor", key_as_anchor, DNS_SECURE, "" },
	{ "the DS of another zone", other_owner, DNS_INSECURE, "does not know" },
	{ "expired", wait_too_long, DNS_SECURITY_BOGUS, "DNSKEY by key" },
};

static void
keys_need_a_voucher(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof key_changes / sizeof *key_changes; i++) {
		struct dnssec_zone entered = { .apex = named("example.test") };
		struct dnssec_verdict verdict;
		struct world w;

		begin(&w, &plain);
		key_changes[i].change(&w);
		w.evidence.records = &w.zone.records;
		verdict = dnssec_zone_enter(&entered, &w.evidence, &w.zone.ds);
		if (verdict.security != key_changes[i].expected ||
		    !strstr(verdict.reason, key_changes[i].reason))
			fail_msg("%s: %s, %s", key_changes[i].title,
			    dns_security_name(verdict.security), verdict.reason);
		assert_int_equal(entered.keys.count, verdict.security == DNS_SECURE ? 1 : 0);
		dnssec_zone_clear(&entered);
		end(&w);
	}
}

static void
anchors_are_read(void **state)
{
	static const char text[] =
	    "; autotrust trust anchor file\n;;id: . 1\n"
	    ".\t86400\tIN\tDNSKEY\t257 3 15 (\n AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= )"
	    " ;{id = 1} ;;state=2 [  VALID  ]\n"
	    "lab.test. DS 1 15 2 "
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
	    ". NS a.root-servers.net.\n";
	struct dns_records anchors = { 0 };
	char *fault;

	(void)state;
	assert_null(dns_anchors_parse(text, &anchors));
	assert_int_equal(anchors.count, 2);
	assert_int_equal(anchors.items[0].type, DNS_TYPE_DNSKEY);
	assert_int_equal(anchors.items[1].type, DNS_TYPE_DS);
	dns_records_clear(&anchors);
	dns_anchors_builtin(&anchors);
	assert_int_equal(anchors.count, 2);
	assert_int_equal(wire_get16(anchors.items[0].rdata), 20326);
	assert_int_equal(wire_get16(anchors.items[1].rdata), 38696);
	fault = dns_anchors_parse(". NS a.root-servers.net.\n", &anchors);
	assert_string_equal(fault, "a trust anchor file holds DS or DNSKEY records");
	free(fault);
	fault = dns_anchors_parse("nonsense\n", &anchors);
	assert_non_null(fault);
	free(fault);
	assert_int_equal(anchors.count, 2);
	dns_records_clear(&anchors);
}

/* The example of RFC 5155 A: salt aabbccdd, 12 iterations. */
static void
nsec3_hashes_are_those_of_the_standard(void **state)
{
	static const uint8_t salt[] = { 0xaa, 0xbb, 0xcc, 0xdd };
	/* 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom */
	static const uint8_t expected[] = { 0x06, 0x53, 0x68, 0xab, 0xee, 0xd7, 0xec, 0x6e,
		0x9f, 0xeb, 0xa9, 0x6b, 0x8c, 0x8b, 0xc3, 0xe8, 0xb7, 0x91, 0xf7, 0x16 };
	struct dns_name name = named("EXAMPLE");
	uint8_t hash[DNSSEC_HASH_SIZE];

	(void)state;
	assert_true(dnssec_nsec3_hash(&name, 12, salt, sizeof salt, hash));
	assert_memory_equal(hash, expected, sizeof expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_algorithm_is_verified),
		cmocka_unit_test(every_change_is_noticed),
		cmocka_unit_test(a_wildcard_shows_in_the_labels),
		cmocka_unit_test(work_is_bounded),
		cmocka_unit_test(keys_need_a_voucher),
		cmocka_unit_test(anchors_are_read),
		cmocka_unit_test(nsec3_hashes_are_those_of_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

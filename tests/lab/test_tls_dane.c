/*
 * Certificates against TLSA records: each usage, selector and matching type, of the server's own
 * certificate and of those above; names and dates where they count, and where they do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "util/mem.h"
#include "net/tls.h"
#include "lab/fake_certificates.h"

enum {
	RECORDS_MAX = 3,
	SHOWN_MAX = 3,
	NUMBERS = 3,
};

/* The certificates that records are made of. */
enum piece {
	PIECE_NONE,
	LEAF,
	INTERMEDIATE,
	ROOT,
	STRANGER,
	NONSENSE, /* a DER sequence, and no certificate */
	WRONG, /* the leaf, with its last octet changed */
	SHORT, /* the leaf, without its last octet */
	piece_count
};

static struct fake_certificate signers[piece_count];

/* cmocka: makes the signers. */
static int
make_signers(void **state)
{
	(void)state;
	signers[ROOT] = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "root", .authority = 1, .from_days = -10, .to_days = 100 });
	signers[INTERMEDIATE] =
	    fake_certificate_make(&(const struct fake_wish){ .common_name = "intermediate",
		.issuer = &signers[ROOT],
		.authority = 1,
		.from_days = -10,
		.to_days = 100 });
	signers[STRANGER] = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "stranger", .authority = 1, .from_days = -10, .to_days = 100 });
	return 0;
}

/* cmocka: frees the signers. */
static int
free_signers(void **state)
{
	(void)state;
	fake_certificate_clear(&signers[ROOT]);
	fake_certificate_clear(&signers[INTERMEDIATE]);
	fake_certificate_clear(&signers[STRANGER]);
	return 0;
}

/* A record to be made. */
struct wish {
	uint8_t usage, selector, matching;
	enum piece of;
};

/* Adds a record that matches nothing there could be. */
static void
add_nonsense(struct dns_records *records, const struct wish *wish)
{
	const uint8_t rdata[] = { wish->usage, wish->selector, wish->matching, 0x30, 0x03, 0x02,
		0x01, 0x00 };

	dns_records_add(records,
	    &(struct dns_record){ .type = DNS_TYPE_TLSA,
		.class = DNS_CLASS_IN,
		.rdata = mem_dup(rdata, sizeof rdata),
		.length = sizeof rdata });
}

/* Adds the record that the wish is for. */
static void
add_record(struct dns_records *records, const struct wish *wish, X509 *leaf)
{
	bool own = wish->of == LEAF || wish->of == WRONG || wish->of == SHORT;
	X509 *certificate = own ? leaf : signers[wish->of].certificate;
	unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
	unsigned digested = 0;
	int n = wish->selector == 1 ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der)
				    : i2d_X509(certificate, &der);
	struct dns_record record = { .type = DNS_TYPE_TLSA, .class = DNS_CLASS_IN };
	const unsigned char *data = der;

	assert_true(n > 0);
	if (wish->matching > 0) {
		EVP_Digest(der, (size_t)n, digest, &digested,
		    wish->matching == 1 ? EVP_sha256() : EVP_sha512(), NULL);
		data = digest;
		n = (int)digested;
	}
	record.rdata = mem_alloc(NUMBERS + (size_t)n);
	memcpy(record.rdata, (const uint8_t[]){ wish->usage, wish->selector, wish->matching },
	    NUMBERS);
	memcpy(record.rdata + NUMBERS, data, (size_t)n);
	record.rdata[NUMBERS + n - 1] ^= wish->of == WRONG;
	record.length = (uint16_t)(NUMBERS + n - (wish->of == SHORT));
	dns_records_add(records, &record);
	OPENSSL_free(der);
}

/* One case. */
struct row {
	const char *title;
	struct wish records[RECORDS_MAX];
	const char *names; /* of the leaf; NULL = mx.host.example */
	long from, to; /* days of the leaf; both 0 = a good month */
	enum piece issuer; /* of the leaf; PIECE_NONE = itself */
	enum piece shown[SHOWN_MAX]; /* behind the leaf */
	const char *reason; /* a piece of it; NULL = verified */
	unsigned depth;
};

#define NO_MATCH "no TLSA record matches"

static const struct row rows[] = {
	{ .title = "3 1 1", .records = { { 3, 1, 1, LEAF } }, .issuer = ROOT },
	{ .title = "3 1 2", .records = { { 3, 1, 2, LEAF } }, .issuer = ROOT },
	{ .title = "3 1 0", .records = { { 3, 1, 0, LEAF } }, .issuer = ROOT },
	{ .title = "3 0 1", .records = { { 3, 0, 1, LEAF } }, .issuer = ROOT },
	{ .title = "3 0 2", .records = { { 3, 0, 2, LEAF } }, .issuer = ROOT },
	{ .title = "3 0 0", .records = { { 3, 0, 0, LEAF } }, .issuer = ROOT },
	{ .title = "3 1 1, self-signed", .records = { { 3, 1, 1, LEAF } } },
	{ .title = "3 1 1, expired", .records = { { 3, 1, 1, LEAF } }, .from = -9, .to = -2 },
	{ .title = "3 1 1, not valid yet",
	    .records = { { 3, 1, 1, LEAF } },
	    .from = 2,
	    .to = 9 },
	{ .title = "3 1 1, for another name",
	    .records = { { 3, 1, 1, LEAF } },
	    .names = "DNS:other.example" },
	{ .title = "3 1 1, chain incomplete",
	    .records = { { 3, 1, 1, LEAF } },
	    .issuer = INTERMEDIATE },
	{ .title = "3 1 1 of another key",
	    .records = { { 3, 1, 1, WRONG } },
	    .issuer = ROOT,
	    .reason = NO_MATCH },
	{ .title = "3 1 1 of the issuer",
	    .records = { { 3, 1, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .reason = NO_MATCH },
	{ .title = "the key is rolled over",
	    .records = { { 3, 1, 1, WRONG }, { 3, 1, 1, LEAF } },
	    .issuer = ROOT },
	{ .title = "the stronger digest decides",
	    .records = { { 3, 1, 1, LEAF }, { 3, 1, 2, WRONG } },
	    .issuer = ROOT,
	    .reason = NO_MATCH },
	{ .title = "a malformed one beside a good one",
	    .records = { { 3, 1, 1, SHORT }, { 3, 1, 1, LEAF } } },
	{ .title = "a usage of the web beside a good one",
	    .records = { { 1, 1, 1, WRONG }, { 3, 1, 1, LEAF } } },
	{ .title = "a usage of the web alone",
	    .records = { { 1, 1, 1, LEAF } },
	    .reason = NO_MATCH },
	{ .title = "2 0 1 of the root, shown",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .depth = 1 },
	{ .title = "2 1 1 of the root, shown",
	    .records = { { 2, 1, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .depth = 1 },
	{ .title = "2 0 1 of the root, not shown",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = ROOT,
	    .reason = NO_MATCH },
	{ .title = "2 0 0 of the root, not shown",
	    .records = { { 2, 0, 0, ROOT } },
	    .issuer = ROOT,
	    .depth = 1 },
	{ .title = "2 0 1 of the intermediate",
	    .records = { { 2, 0, 1, INTERMEDIATE } },
	    .issuer = INTERMEDIATE,
	    .shown = { INTERMEDIATE },
	    .depth = 1 },
	{ .title = "2 0 1 of the root, through the intermediate",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = INTERMEDIATE,
	    .shown = { INTERMEDIATE, ROOT },
	    .depth = 2 },
	{ .title = "2 0 1 of a stranger, shown",
	    .records = { { 2, 0, 1, STRANGER } },
	    .issuer = ROOT,
	    .shown = { ROOT, STRANGER },
	    .reason = NO_MATCH },
	{ .title = "2 0 1, expired",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .from = -9,
	    .to = -2,
	    .reason = "a certificate has expired" },
	{ .title = "2 0 1, not valid yet",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .from = 2,
	    .to = 9,
	    .reason = "is not valid yet" },
	{ .title = "2 0 1, for another name",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .names = "DNS:other.example",
	    .reason = "for another name" },
	{ .title = "2 0 1, for the domain",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .names = "DNS:domain.example",
	    .depth = 1 },
	{ .title = "2 0 1, for a wildcard",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .names = "DNS:*.host.example",
	    .depth = 1 },
	{ .title = "2 0 1, for part of a label",
	    .records = { { 2, 0, 1, ROOT } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .names = "DNS:m*.host.example",
	    .reason = "for another name" },
	{ .title = "2 0 1, for another name, beside 3 1 1",
	    .records = { { 2, 0, 1, ROOT }, { 3, 1, 1, LEAF } },
	    .issuer = ROOT,
	    .shown = { ROOT },
	    .names = "DNS:other.example" },
};

/* Puts a certificate into the facts. */
static void
show(struct tls_facts *facts, const struct fake_certificate *certificate)
{
	facts->certificates[facts->certificate_count++].pem = fake_certificate_pem(certificate);
}

/* Verifies the case. */
static void
verify(const struct row *row, struct tls_client *client, struct tls_dane *dane)
{
	static const char *const names[] = { "mx.host.example", "domain.example" };
	const bool dated = row->from != 0 || row->to != 0;
	struct fake_certificate leaf =
	    fake_certificate_make(&(const struct fake_wish){ .common_name = "leaf",
		.names = row->names ? row->names : "DNS:mx.host.example",
		.issuer = row->issuer == PIECE_NONE ? NULL : &signers[row->issuer],
		.from_days = dated ? row->from : -1,
		.to_days = dated ? row->to : 30 });
	struct tls_facts facts = { .present = true };
	struct dns_records records = { 0 };

	facts.certificates = mem_calloc(1 + SHOWN_MAX, sizeof *facts.certificates);
	show(&facts, &leaf);
	for (size_t i = 0; i < SHOWN_MAX && row->shown[i] != PIECE_NONE; i++)
		show(&facts, &signers[row->shown[i]]);
	for (size_t i = 0; i < RECORDS_MAX && row->records[i].of != PIECE_NONE; i++) {
		if (row->records[i].of == NONSENSE)
			add_nonsense(&records, &row->records[i]);
		else
			add_record(&records, &row->records[i], leaf.certificate);
	}
	tls_client_dane(client, &facts, &records, names, 2, dane);
	dns_records_clear(&records);
	tls_facts_clear(&facts);
	fake_certificate_clear(&leaf);
}

static void
verifies_as_the_rfc_says(void **state)
{
	char *error = NULL;
	struct tls_client *client = tls_client_new(NULL, &error);

	(void)state;
	assert_non_null(client);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_dane dane;

		verify(&rows[i], client, &dane);
		assert_true(dane.checked);
		if (dane.verified != (rows[i].reason == NULL) ||
		    (rows[i].reason && !strstr(dane.reason, rows[i].reason)) ||
		    dane.depth != rows[i].depth)
			fail_msg("%s: verified %d at %u, \"%s\"", rows[i].title, dane.verified,
			    dane.depth, dane.reason);
		if (dane.verified)
			assert_string_equal(dane.reason, "");
	}
	tls_client_free(client);
}

/* The record that matched is told, not the first one. */
static void
tells_the_record(void **state)
{
	static const struct row row = {
		.records = { { 2, 0, 1, STRANGER }, { 3, 1, 1, WRONG }, { 3, 0, 2, LEAF } },
		.issuer = ROOT,
	};
	char *error = NULL;
	struct tls_client *client = tls_client_new(NULL, &error);
	struct tls_dane dane;

	(void)state;
	verify(&row, client, &dane);
	assert_true(dane.verified);
	assert_int_equal(dane.usage, 3);
	assert_int_equal(dane.selector, 0);
	assert_int_equal(dane.matching, 2);
	tls_client_free(client);
}

/* A whole certificate or key that is none cannot be used, alone; beside a good one it is passed over. */
static void
nonsense_is_unusable(void **state)
{
	static const struct row alone = { .records = { { 3, 0, 0, NONSENSE } } };
	static const struct row key = { .records = { { 2, 1, 0, NONSENSE } } };
	static const struct row beside = { .records = {
					       { 3, 0, 0, NONSENSE }, { 3, 1, 1, LEAF } } };
	char *error = NULL;
	struct tls_client *client = tls_client_new(NULL, &error);
	struct tls_dane dane;

	(void)state;
	verify(&alone, client, &dane);
	assert_true(dane.unusable);
	assert_false(dane.verified);
	verify(&key, client, &dane);
	assert_true(dane.unusable);
	verify(&beside, client, &dane);
	assert_false(dane.unusable);
	assert_true(dane.verified);
	tls_client_free(client);
}

/* Nothing that can be read was shown: told, and no crash. */
static void
nothing_was_shown(void **state)
{
	static const char *const names[] = { "mx.host.example" };
	const struct tls_facts facts = { .present = true };
	const struct dns_records records = { 0 };
	char *error = NULL;
	struct tls_client *client = tls_client_new(NULL, &error);
	struct tls_dane dane;

	(void)state;
	tls_client_dane(client, &facts, &records, names, 1, &dane);
	assert_true(dane.checked);
	assert_false(dane.verified);
	assert_non_null(strstr(dane.reason, "no certificate"));
	tls_client_free(client);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifies_as_the_rfc_says),
		cmocka_unit_test(tells_the_record),
		cmocka_unit_test(nonsense_is_unusable),
		cmocka_unit_test(nothing_was_shown),
	};

	return cmocka_run_group_tests_name("net/tls_dane", tests, make_signers, free_signers);
}

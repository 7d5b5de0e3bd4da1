/*
 * Masks: what is replaced, what is left alone, and that the same thing has the same mask wherever it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/ip.h"
#include "util/mem.h"

#include "mail/facts.h"
#include "mail/redact.h"

static struct redactor redactor = { .key = { 1, 2 } };

/* Texts in which nothing is to be masked. */
static const char *const harmless[] = {
	"",
	"accepting, TLSv1.3, chain trusted, name matches",
	"OpenSMTPD 7.3.0p1 of RFC 5321 5.1, 20 MB in 3.5s",
	"status 2.0.0 (RFC 5280 4.1.2.5), RFC 8601 2.7.1.2.",
	"2026-11-22T00:51:14Z and 12:30:01",
	"listening on 127.0.0.1 and ::1",
	"TLS_AES_256_GCM_SHA384, SIZE 10240000, 3 1 1 0123abcd",
	"a sentence. Another one: it ends here.",
	"it's \"quoted\" {so} and/or `so` @ home",
};

static void
test_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		char *masked = redact_copy(&redactor, harmless[i]);

		assert_string_equal(masked, harmless[i]);
		free(masked);
	}
}

/* Texts, and what must not be left of them. */
static const struct {
	const char *text, *gone;
} revealing[] = {
	{ "goes to mx1.example.net [192.0.2.10].", "example" },
	{ "goes to mx1.example.net [192.0.2.10].", "192.0.2" },
	{ "asked 192.0.2.53@53", "192.0.2" },
	{ "2001:db8:1::10 answered", "2001:db8" },
	{ "RCPT TO:<user.name@example.net>", "user.name" },
	{ "RCPT TO:<user.name@example.net>", "example" },
	{ "mailto:postmaster@example.net,mailto:a@b.example", "postmaster" },
	{ "CN=mx1.example.net, O=x", "example" },
	{ "b\xc3\xbc"
	  "cher.example is here",
	    "cher" },
	{ "10.2.0.192.in-addr.arpa", "192" },
	{ "_25._tcp.mx1.example.net", "mx1" },
	{ "user@[192.0.2.1]", "192" },
	{ "user@[IPv6:2001:db8::7]", "2001" },
	{ "EXAMPLE.NET.", "EXAMPLE" },
	{ "https://mta-sts.example.net/.well-known/mta-sts.txt", "example" },
	{ "RCPT TO:<\"zecret quoted\"@example.net>", "zecret" },
	{ "RCPT TO:<\"zecret quoted\"@example.net>", "quoted" },
	{ "not \"\"a,zecret\"@example.net\".", "zecret" },
	{ "\"\\\"zecret\"@example.net", "zecret" },
	{ "k'zecret@example.net", "k'" },
	{ "zecret/x=y@example.net", "x=y" },
	{ "{zecret}x@[192.0.2.1]", "zecret" },
	{ "of zecret'x@example.net: gone", "x@" },
};

static void
test_revealing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof revealing / sizeof *revealing; i++) {
		char *masked = redact_copy(&redactor, revealing[i].text);

		assert_null(strstr(masked, revealing[i].gone));
		free(masked);
	}
}

/* Returns the mask of a word alone; the caller frees it. */
static char *
mask(const char *word)
{
	return redact_copy(&redactor, word);
}

/* Asserts that both words have the same mask. */
static void
assert_same(const char *a, const char *b)
{
	char *x = mask(a), *y = mask(b);

	assert_string_equal(x, y);
	free(x);
	free(y);
}

static void
test_consistent(void **state)
{
	struct redactor other = { .key = { 1, 3 } };
	char *host = mask("mx1.example.net"), *domain = mask("example.net");
	char *elsewhere = redact_copy(&other, "example.net");

	(void)state;
	assert_same("Example.NET", "example.net");
	assert_same("b\xc3\xbc"
		    "cher.example",
	    "xn--bcher-kva.example");
	assert_same("192.0.2.1", "192.0.2.1");
	assert_string_equal(host + strlen(host) - strlen(domain), domain);
	assert_string_not_equal(domain, elsewhere);
	free(host);
	free(domain);
	free(elsewhere);
}

/* A masked address is one of the same family; what is private stays private. */
static void
test_addresses(void **state)
{
	static const struct {
		const char *address, *range;
	} rows[] = {
		{ "192.0.2.1", "240.0.0.0/4" },
		{ "9.9.9.9", "240.0.0.0/4" },
		{ "10.1.2.3", "10.0.0.0/8" },
		{ "192.168.7.9", "192.168.0.0/16" },
		{ "2001:db8::1", "3fff::/20" },
		{ "fe80::1", "fe80::/10" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = mask(rows[i].address);
		struct ip_prefix range;
		struct ip_addr ip;

		assert_true(ip_parse(&ip, text));
		assert_true(ip_prefix_parse(&range, rows[i].range));
		assert_true(ip_in_prefix(&ip, &range));
		assert_string_not_equal(text, rows[i].address);
		free(text);
	}
}

/* An odd local part has the mask of an ordinary one: the address stays one, and the same one the same. */
static void
test_odd_local_parts(void **state)
{
	struct mail_subject subject;
	char *masked = mask("\"zecret quoted\"@example.net");

	(void)state;
	assert_null(mail_subject_parse(&subject, masked));
	assert_memory_equal(subject.local_part, "user-", 5);
	mail_subject_clear(&subject);
	assert_same("\"zecret quoted\"@example.net", "\"zecret quoted\"@EXAMPLE.net");
	free(masked);
}

/* Why a name was refused, with and without a part of it. */
static void
test_refusals(void **state)
{
	static const char *const refused[] = { ".zecret@example.net",
		"mailto:zecret@example.net", "a zecret@example.net",
		"A Zecret <zecret@example.net>", "zecret..example", "a@zecret@example.net",
		"a@[zecret]", "zecret-.example", "\", not \"zecret\"." };

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct mail_subject subject;
		char *fault = mail_subject_parse(&subject, refused[i]), *told;

		assert_non_null(strcasestr(fault, "zecret"));
		told = redact_refusal(fault);
		assert_null(strcasestr(told, "zecret"));
		assert_non_null(strstr(told, ", not \"(masked)\"."));
		free(told);
		free(fault);
	}
}

/* A short odd local part is masked where it stands alone, too. */
static void
test_short_local_part(void **state)
{
	struct redactor learned = { .key = { 1, 2 } };
	struct mail_subject subject;
	struct mail_facts facts;
	char *masked;

	(void)state;
	assert_null(mail_subject_parse(&subject, "k'q@example.net"));
	mail_facts_init(&facts, &subject);
	redactor_learn(&learned, &facts);
	masked = redact_copy(&learned, "k'q is no user");
	assert_string_equal(masked, "(masked) is no user");
	free(masked);
	redactor_clear(&learned);
	mail_facts_clear(&facts);
	mail_subject_clear(&subject);
}

/* What a server says is free text: it is known from the facts, and replaced as a whole. */
static void
test_learned(void **state)
{
	struct redactor learned = { .key = { 1, 2 } };
	struct mail_subject subject;
	struct mail_facts facts;
	struct smtp_facts *probe = mem_alloc(sizeof *probe);
	char *masked;

	(void)state;
	assert_null(mail_subject_parse(&subject, "o'brien@[192.0.2.1]"));
	mail_facts_init(&facts, &subject);
	mail_facts_mx(&facts, NULL);
	smtp_facts_init(probe, 0);
	probe->greeting = mem_strdup("thebigcompany ESMTP");
	mail_facts_probe(&facts, 0, probe);
	redactor_learn(&learned, &facts);
	masked = redact_copy(&learned, "o'brien; greeting \"thebigcompany ESMTP\"");
	assert_string_equal(masked, "(masked); greeting \"(masked)\"");
	free(masked);
	redactor_clear(&learned);
	mail_facts_clear(&facts);
	mail_subject_clear(&subject);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_revealing),
		cmocka_unit_test(test_consistent),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_odd_local_parts),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_short_local_part),
		cmocka_unit_test(test_learned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
